"""From what is deployed, with the code that it runs, to a graph; what is so is asked of `model/`."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.code import value as code
from lambdalint.code.facts import Handler
from lambdalint.data import secrets
from lambdalint.graph import hops
from lambdalint.graph.hops import NONE, Hop
from lambdalint.graph.nodes import KINDS, Edge, Graph, Node, merged
from lambdalint.meaning import network, operations
from lambdalint.meaning.operations import Operation
from lambdalint.model import Function, Project, invokers
from lambdalint.model.buckets import notifications, tells_eventbridge
from lambdalint.model.feedback import bus
from lambdalint.model.invokers import Invoker
from lambdalint.model.machines import tasks
from lambdalint.model.requests import http_triggers
from lambdalint.model.triggers import Subscription, subscriptions
from lambdalint.model.uses import candidates, named, types_of
from lambdalint.model.view import literal, references, text
from lambdalint.patterns import pattern
from lambdalint.records import replace
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Mapping, Unknown, Value


def drawn(root: str, project: Project) -> Graph:
    """What is deployed, after the path of its root template."""
    drawing = _Drawing(root, project)
    edges = tuple(
        Edge(source.id, verb, target.id, *map(_withheld, ((detail,) if detail else (), hop.settings, hop.lost)))
        for source, verb, target, detail, hop in drawing.edges()
    )
    return merged([Graph(tuple(drawing.nodes.values()), edges)])


def _withheld(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(secrets.withheld, texts))


def node_id(root: str, resource: Resource) -> str:
    """The id of a resource's node."""
    return secrets.withheld(f"{root}#{resource.name}")


_Drawn = tuple[Node, str, Node, str, Hop]
"""An edge as it is found: who does what to whom, a detail of how, and what becomes of events on the way."""


class _Drawing:
    """One deployment as it is drawn."""

    def __init__(self, root: str, project: Project) -> None:
        self.root, self.project = root, project
        self.nodes: dict[str, Node] = {}
        self._at = {each.span: each for each in project.resources if each.type not in _NO_INVOKERS}
        self._functions = {self.of(each.resource).id: each for each in project.functions}
        for resource in project.resources:
            if resource.type in KINDS:
                self.of(resource)

    def edges(self) -> Iterator[_Drawn]:
        """Every edge; the nodes of them, and those of resources that nothing leads to, are in `nodes` then."""
        yield from self._delivered()
        yield from self._put_aside()
        for function in self.project.functions:
            node = self.of(function.resource)
            for invoker in function.invokers:
                yield from self._invoked(function, node, invoker)
            for call in () if function.handler is None else function.handler.calls:
                yield from self._called(function, node, call)

    def _delivered(self) -> Iterator[_Drawn]:
        """What services hand on as the template tells them."""
        project = self.project
        for source in project.event_sources:
            target = self.to(source.invoked, source.resource)
            detail = "" if source.enabled is not False else "disabled"
            for arm in _arms(source.source):
                polled = self.to(arm, source.resource, source.service)
                yield polled, "invokes", target, detail, hops.of_source(source)
            if source.on_failure is not None:
                yield target, "fails to", self.to(source.on_failure, source.resource), "batches", NONE
        for aimed in project.targets:
            rule = self.of(aimed.rule.resource)
            disabled = "disabled" if aimed.disabled else ""
            yield self._sent(rule, self.to(aimed.arn, aimed.rule.resource), disabled, hops.of_target(aimed))
            if aimed.dead_letters is not None:
                yield rule, "fails to", self.to(aimed.dead_letters, aimed.rule.resource), "", NONE
        for each in project.of_type("AWS::Events::Rule"):
            if each.get("EventPattern") is not None:
                yield self._bus(each.get("EventBusName"), each), "sends to", self.of(each), "", NONE
        for subscription in subscriptions(project):
            yield from self._subscribed(subscription)
        for notification in notifications(project):
            holder = self._named_in(notification.source)
            source_of, target_of = self.to(notification.source, holder, "s3"), self.to(notification.target, holder)
            yield self._sent(source_of, target_of, ", ".join(notification.events or ()))
        for bucket in project.of_type("AWS::S3::Bucket"):
            if tells_eventbridge(project, bucket):
                yield self.of(bucket), "sends to", self._bus(None, bucket), "", NONE
        for task in tasks(project):
            if task.function is not None:
                yield self.of(task.machine.resource), "invokes", self.of(task.function.resource), task.name, NONE
        for pipe in project.of_type("AWS::Pipes::Pipe"):
            yield self.to(pipe.get("Source"), pipe), "sends to", self.of(pipe), "", NONE
            yield self._sent(self.of(pipe), self.to(pipe.get("Target"), pipe))

    def _subscribed(self, subscription: Subscription) -> Iterator[_Drawn]:
        holder = self._at.get(subscription.span) or self._named_in(subscription.topic)
        protocol = text(subscription.properties.get("Protocol"))
        topic = self.to(subscription.topic, holder, "sns")
        if protocol in _OUTSIDE:
            # Whose address that is, is nobody's business.
            yield topic, "sends to", self._elsewhere(protocol, "a subscriber"), "", hops.of_subscription(subscription)
        else:
            endpoint = self.to(subscription.properties.get("Endpoint"), holder)
            yield self._sent(topic, endpoint, "", hops.of_subscription(subscription))
        letters = subscription.properties.get("RedrivePolicy")
        if letters is not None:
            yield topic, "fails to", self.to(letters, holder), "", NONE

    def _put_aside(self) -> Iterator[_Drawn]:
        """Where what fails goes."""
        for queue in self.project.queues:
            if queue.redrive is not None:
                count = queue.max_receive_count
                detail = f"after {_receives(value)}" if isinstance(value := getattr(count, "value", None), int) else ""
                yield self.of(queue.resource), "fails to", self.to(queue.redrive, queue.resource), detail, NONE
        for function in self.project.functions:
            failed = function.takes_failed_events
            if failed is not None:
                yield self.of(function.resource), "fails to", self.to(failed, function.resource), "events", NONE
            for config in function.invoke_configs:
                done = config.get("DestinationConfig", "OnSuccess")
                if done is not None:
                    yield self._sent(self.of(function.resource), self.to(done, function.resource), "results")

    def _invoked(self, function: Function, node: Node, invoker: Invoker) -> Iterator[_Drawn]:
        """What else invokes a function, told by the resource that names it."""
        resource = self._at.get(invoker.span)
        if resource is not None and resource.type not in _DELIVERED:
            verb = "may invoke" if invoker.mode == invokers.UNKNOWN else "invokes"
            yield (
                self.of(self._api(resource)),
                verb,
                node,
                _routes(function, invoker),
                hops.of_invoker(function, invoker),
            )
        elif resource is None and invoker.service:
            yield (
                self._elsewhere("service", invoker.service),
                "may invoke",
                node,
                "",
                hops.of_invoker(function, invoker),
            )

    def _api(self, resource: Resource) -> Resource:
        """What a part belongs to, as a method to its API."""
        for name in _HOLDERS:
            for reference in references(resource.get(name)):
                found = self.project.resource(reference.resource)
                if found is not None and found.type in KINDS:
                    return found
        return resource

    def _called(self, function: Function, node: Node, call: code.Call) -> Iterator[_Drawn]:
        """What a call in a function's code asks of something else."""
        asked = operations.operation(call)
        if asked is None:
            host = network.public_host(call)
            if host:
                yield node, "calls", self._elsewhere("host", host.lower()), "", NONE
        elif asked.name == "put_events" and asked.service == "events":
            for entry in _entries(asked):
                on = bus(function, entry) if isinstance(entry, code.Mapping) else None
                yield node, "sends to", self._used(function, on, "events"), asked.name, NONE
        elif types_of(asked.service):
            for found in candidates(function, asked):
                yield node, _verb(asked), self._used(function, found, asked.service), asked.name, NONE
        else:
            yield node, "calls", self._elsewhere("service", asked.service), asked.name, NONE

    def _used(self, function: Function, found: Resource | str | None, service: str) -> Node:
        """What a function's code means."""
        kind = KINDS[types_of(service)[0]]
        match found:
            case Resource():
                return self.of(found)
            case str():
                return self._elsewhere(kind, found)
            case None:
                return self._unknown(kind, function.resource)

    def _sent(self, source: Node, target: Node, detail: str = "", hop: Hop = NONE) -> _Drawn:
        """An event handed on; to a function asynchronously."""
        if target.kind != "function":
            return source, "sends to", target, detail, hop
        function = self._functions[target.id]
        return source, "invokes", target, detail, hop.and_then(hops.of_asynchronous(function))

    def _bus(self, value: Value | None, holder: Resource) -> Node:
        return self._elsewhere("bus", "default") if value is None else self.to(value, holder, "events")

    def to(self, value: Value | None, holder: Resource, service: str = "") -> Node:
        """What a value of the template names, within a resource that holds it."""
        for name in _TARGETS:
            if isinstance(value, Mapping) and (inner := value.get(name)) is not None:
                value = inner
        function = self.project.function_named(value)
        if function is not None:
            return self.of(function.resource)
        for reference in references(value):
            found = self.project.resource(reference.resource)
            if found is not None:
                return self.of(found)
        arn = literal(value).split(":")
        service = _SERVICES.get(arn[2], arn[2]) if arn[0] == "arn" and len(arn) > 2 else service.lower()
        if not types_of(service):
            return self._unknown(service or "target", holder)
        kind, meant = KINDS[types_of(service)[0]], named(self.project, value, service)
        if meant is None:
            return self._unknown(kind, holder)
        return self.of(meant) if isinstance(meant, Resource) else self._elsewhere(kind, meant)

    def _named_in(self, value: Value | None) -> Resource:
        """The resource that a value refers to; any where it refers to none of the project."""
        found = (self.project.resource(each.resource) for each in references(value))
        return next((each for each in found if each is not None), self.project.resources[0])

    def of(self, resource: Resource) -> Node:
        """The node of a resource."""
        kind = KINDS.get(resource.type, resource.type)
        if resource.type == "AWS::Events::Rule" and resource.get("ScheduleExpression") is not None:
            kind = "schedule"
        found = self.project.code.get(resource.name) if kind == "function" else None
        unseen = "" if found is None or isinstance(found, Handler) else found.why
        return self._put(
            Node(
                node_id(self.root, resource),
                kind,
                resource.called,
                " / ".join(filter(None, (self.root, _part(resource)))),
                str(resource.span),
                unseen=unseen,
                settings=hops.settings(self.project, resource),
                extent=resource.extent,
            )
        )

    def _elsewhere(self, kind: str, name: str) -> Node:
        """What is not of the project, or of another deployment of it."""
        # What only a deployment fills in, it need not fill in with the same elsewhere.
        where = f"{self.root}#" if "${" in name else ""
        return self._put(Node(f"{kind} {where}{name}", kind, name))

    def _unknown(self, kind: str, holder: Resource) -> Node:
        """What only a deployment knows, or was not followed."""
        group = self.of(holder).group if holder.type in KINDS else self.root
        return self._put(Node(f"unknown {kind} {self.root}#{holder.name}", kind, "?", group, known=False))

    def _put(self, node: Node) -> Node:
        node = replace(node, id=secrets.withheld(node.id), name=secrets.withheld(node.name))
        return self.nodes.setdefault(node.id, node)


_NO_INVOKERS = frozenset({
    "AWS::IAM::ManagedPolicy", "AWS::IAM::Policy", "AWS::IAM::Role", "AWS::IAM::RolePolicy", "AWS::Lambda::Function",
    "AWS::Lambda::Permission",
})  # fmt: skip
"""What names a function so that others may invoke it."""

_DELIVERED = frozenset({
    "AWS::Events::Rule", "AWS::Lambda::EventInvokeConfig", "AWS::Lambda::EventSourceMapping", "AWS::Pipes::Pipe",
    "AWS::S3::Bucket", "AWS::S3::BucketNotification", "AWS::SNS::Subscription", "AWS::SNS::Topic",
    "AWS::Scheduler::Schedule",
})  # fmt: skip
"""What is drawn by what it hands on."""

_OUTSIDE = frozenset({"application", "email", "email-json", "http", "https", "sms"})
"""Where topics send to that is nothing of AWS."""

_HOLDERS = ("RestApiId", "ApiId", "UserPoolId", "UserPool")
_TARGETS = ("deadLetterTargetArn", "TargetArn", "Destination", "Arn")
_SERVICES = {"states": "stepfunctions"}
"""How ARNs call a service that the SDK calls otherwise."""

_SENDING = ("send_", "publish")
_INVOKING = ("invoke", "start_execution", "start_sync_execution")


def _verb(asked: Operation) -> str:
    if asked.only_reads or asked.name.startswith(("receive_", "select_", "transact_get")):
        return "reads"
    if asked.name.startswith(_INVOKING):
        return "invokes"
    return "sends to" if asked.name.startswith(_SENDING) else "writes"


def _arms(value: Value | None) -> tuple[Value | None, ...]:
    """The values one of which it is where a condition of the template decides; itself where none does."""
    return value.arms if isinstance(value, Unknown) and value.arms else (value,)


def _receives(count: int) -> str:
    return "1 receive" if count == 1 else f"{count} receives"


def _routes(function: Function, invoker: Invoker) -> str:
    """Which requests an API invokes a function with, where it is known."""
    asked = (each for each in http_triggers(function) if each.span == invoker.span and each.paths is not None)
    return ", ".join(
        f"{' '.join(sorted(each.methods or ('ANY',)))} {path}" for each in asked for path in each.paths or ()
    )


def _entries(asked: Operation) -> tuple[code.Value | None, ...]:
    entries = asked.argument("Entries")
    return tuple(entries.items) if isinstance(entries, code.Sequence) and entries.items else (None,)


def _part(resource: Resource) -> str:
    """The nested stack that a resource is in, or the module of Terraform, by its name."""
    holder, _, last = resource.name.rpartition(".")
    # An address of Terraform's ends in its type and its label, and begins with the modules: `module.queue["a"].…`.
    found = _MODULE.match(resource.name)
    return found[0] if found is not None else "" if last == resource.label or "aws_" in holder else holder


_MODULE = pattern(r"module\.[^.\[]+(\[[^]]*\])?(\.module\.[^.\[]+(\[[^]]*\])?)*")
