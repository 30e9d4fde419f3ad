"""Functions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from lambdalint.code import naming
from lambdalint.code.entry import Entry
from lambdalint.code.facts import Handler
from lambdalint.code.package import Package
from lambdalint.code.value import ABSENT, Call, Constant
from lambdalint.data import secrets
from lambdalint.meaning import batches, environment, itself, notices, repeats, responses, swallowing
from lambdalint.model import arns, invokers
from lambdalint.model.deployed import Deployed
from lambdalint.model.event_sources import EventSource
from lambdalint.model.invokers import Invoker
from lambdalint.model.permissions import Role, of_services, role_of
from lambdalint.model.schedules import Schedule
from lambdalint.model.targets import targets
from lambdalint.model.view import Number, View, at_least, number, references, text
from lambdalint.records import replace
from lambdalint.source import Span
from lambdalint.templates.resource import DEPLOYED_ELSEWHERE, UNMARKED, Resource
from lambdalint.templates.value import Known, Mapping, Reference, Text, Unknown, Value, is_set, items

_DOUBLES = frozenset({"mock", "mocks", "mocked", "fake", "fakes", "stub", "stubs", "dummy"})
"""Words of names of what stands in for something else."""

_WRAPPER = "AWS_LAMBDA_EXEC_WRAPPER"

MAXIMUM_TIMEOUT = 900
"""The seconds that an invocation may take at most: https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html
"""


class Function(View):
    """A Lambda function."""

    __slots__ = ()

    @property
    def timeout(self) -> Number | Unknown:
        """Seconds that an invocation may take; AWS's default is 3."""
        return number(self.get("Timeout"), 3, self.span)

    @property
    def timeout_at_least(self) -> Number | Unknown:
        """The same; of two, between which a condition decides, the lesser."""
        return at_least(self.get("Timeout"), 3, self.span)

    @property
    def execution_at_least(self) -> Number | Unknown:
        """Seconds that a mapping may wait for it: an invocation's, or, of a durable function, those of its whole
        execution, but no more than fifteen minutes.

        Source: https://docs.aws.amazon.com/lambda/latest/dg/durable-invoking-esm.html
        """
        durable = self.get("DurableConfig")
        if durable is None:
            return self.timeout_at_least
        given = durable.get("ExecutionTimeout") if isinstance(durable, Mapping) else None
        if given is None:
            return Unknown(durable.span, "only a deployment knows")
        whole = at_least(given, 0, durable.span)
        return replace(whole, value=min(whole.value, MAXIMUM_TIMEOUT)) if isinstance(whole, Number) else whole

    @property
    def memory(self) -> Number | Unknown:
        """Megabytes of memory; AWS's default is 128."""
        return number(self.get("MemorySize"), 128, self.span)

    @property
    def storage(self) -> Number | Unknown:
        """Megabytes of /tmp; AWS's default is 512."""
        return number(self.get("EphemeralStorage", "Size"), 512, self.span)

    @property
    def on_instances(self) -> bool:
        """Whether it is known to run on Lambda Managed Instances, which have limits of their own."""
        return is_set(self.get("CapacityProviderConfig"))

    @property
    def may_be_on_instances(self) -> bool:
        """Whether it runs, or may run, on Lambda Managed Instances."""
        return self.get("CapacityProviderConfig") is not None

    @property
    def image(self) -> bool | None:
        """Whether it is deployed as a container image; None where only a deployment knows."""
        match self.get("PackageType"):
            case Known(package):
                return package == "Image"
            case None:
                code = self.get("Code")
                return None if isinstance(code, Unknown) else isinstance(code, Mapping) and "ImageUri" in code.entries
            case _:
                return None

    @property
    def architecture(self) -> str | None:
        """`x86_64`, which is AWS's default, or `arm64`; None where only a deployment knows."""
        given = self.get("Architectures")
        match items(given):
            case () if given is None:
                return "x86_64"
            case (Known(str(one)),):
                return one
            case _:
                return None

    @property
    def variables(self) -> Mapping | None:
        """Its environment variables; None where there are none, or only a deployment knows them."""
        given = self.get("Environment", "Variables")
        return given if isinstance(given, Mapping) else None

    def only_names(self, variable: str) -> bool:
        """Whether the template sets a variable to what says where a secret is, and not to the secret."""
        given = None if self.variables is None else self.variables.entries.get(variable)
        match given:
            case Known(value=str(text)):
                return not text.startswith("{{resolve:") and secrets.is_reference(text)
            case Text((Known(value=str(text)), *_)):
                return not text.startswith("{{resolve:")
            case _:
                return isinstance(given, Reference | Text)

    def passes_over(self, call: Call) -> bool:
        """Whether its code only comes to a call where a variable is not set that its template sets."""
        variables = self.variables
        if variables is None:
            return False
        for asked in (each.value for each in call.assured if each.kind == ABSENT):
            given = variables.entries.get(environment.variable(asked) or "")
            known = text(given)
            if is_set(given) and known != "" and Constant(known) not in environment.stands_in(asked):
                return True
        return False

    @property
    def layers(self) -> tuple[Value, ...]:
        """Its layers, those left out of which only a deployment knows whether they are there."""
        return tuple(each for each in items(self.get("Layers")) if not isinstance(each, Unknown))

    @property
    def snap_start(self) -> bool | None:
        """Whether versions of it start from a snapshot; None where only a deployment knows."""
        given = self.get("SnapStart", "ApplyOn")
        if given is None:
            return False
        return given.value == "PublishedVersions" if isinstance(given, Known) else None

    @property
    def published(self) -> bool:
        """Whether a version or an alias of it is published, or may be."""
        return (
            self.published_versions
            or self.get("PublishToLatestPublished") is not None
            or any(
                self.is_named_by(alias.get("FunctionName")) or isinstance(alias.get("FunctionName"), Unknown)
                for alias in self.project.of_type("AWS::Lambda::Alias")
            )
        )

    @property
    def published_versions(self) -> bool:
        """Whether versions of it are published, or may be."""
        return any(
            self.is_named_by(version.get("FunctionName")) or isinstance(version.get("FunctionName"), Unknown)
            for version in self.project.of_type("AWS::Lambda::Version")
        )

    @property
    def at_edge(self) -> bool:
        """Whether CloudFront runs it, with limits of its own: 128 MB for viewers, x86_64 only."""
        return any(each.service == "CloudFront" for each in self.invokers)

    @property
    def reserved_concurrency(self) -> Number | Unknown | None:
        """How many of it run at once, at most and at any time; None where it shares what the account has."""
        given = self.get("ReservedConcurrentExecutions")
        return None if given is None else number(given, 0, self.span)

    def takes_all_of(self, source: EventSource) -> bool:
        """Whether a mapping bounds how much it hands over at once, to no more than the function may run at once."""
        match source.maximum_concurrency, self.reserved_concurrency:
            case None, _:
                return False
            case Number(most), Number(kept):
                return most <= kept
            case _:
                return True

    @property
    def entry(self) -> Entry | None:
        """What is known of its handler without following it, where Node.js runs it and its code was found."""
        return self.project.entries.get(self.resource)

    @property
    def node_version(self) -> int | None:
        """The major version of Node.js that runs it; None where another runtime does, or only a deployment knows."""
        found = re.fullmatch(r"nodejs(\d+)\.x", text(self.runtime) or "")
        return None if found is None else int(found[1])

    @property
    def runtime(self) -> Value | None:
        """`python3.13` …; None for a container image."""
        return self.get("Runtime")

    @property
    def custom_runtime(self) -> bool:
        """Whether it brings a runtime of its own, or may."""
        match self.runtime:
            case None:
                return False
            case Known(name) | Text((Known(name), *_)):
                return str(name).startswith("provided")
            case _:
                return True

    @property
    def streams(self) -> bool | None:
        """Whether its runtime can send a response bit by bit; None where that is not known.

        Of AWS's own, only that of Node.js can; the Lambda Web Adapter, which `AWS_LAMBDA_EXEC_WRAPPER` starts, can in
        the place of any: https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html
        """
        runtime = text(self.runtime)
        if runtime is None or runtime.startswith("provided") or self.get("Environment", "Variables", _WRAPPER):
            return None
        return runtime.startswith("nodejs")

    @property
    def handler(self) -> Handler | None:
        """What its code does; None where the code was not found or not understood."""
        found = self.project.code.get(self.resource.name)
        return found if isinstance(found, Handler) else None

    @property
    def package(self) -> Package | None:
        """What its code is deployed with; None where the code was not found."""
        return self.project.packages.get(self.resource)

    @property
    def configured_elsewhere(self) -> bool:
        """Whether something else than the template may set its variables."""
        held = self.package or self.entry
        return held is not None and held.around is not None and held.around.configures(self.resource.home or ".")

    @property
    def never_fails(self) -> bool:
        """Whether its code is known to keep every failure to itself."""
        return self.handler is not None and swallowing.keeps_all(self.handler)

    @property
    def ignores_event(self) -> bool:
        """Whether its code is known to do the same whatever its event says."""
        return self.handler is not None and responses.ignores_event(self.handler)

    @property
    def only_tells_chat(self) -> bool:
        """Whether its code does no more with its events than to tell a chat of them."""
        return self.handler is not None and notices.only_tells_chat(self.handler)

    @property
    def repeats_harmlessly(self) -> bool:
        """Whether its code is known to do no more for an event that comes twice than for one that comes once."""
        return self.handler is not None and repeats.is_harmless(self.handler)

    @property
    def deletes_first(self) -> bool:
        """Whether its own code deletes the messages that come to it before it works on them."""
        return self.handler is not None and batches.deletes_first(self.handler)

    @property
    def hands_failures_on(self) -> bool:
        """Whether its own code keeps the events that it fails, or hands them on."""
        return self.handler is not None and swallowing.hands_on(self.handler)

    @property
    def deployed_elsewhere(self) -> bool:
        """Whether something else than its template deploys its code once it is made."""
        metadata = self.resource.metadata
        return metadata is not None and DEPLOYED_ELSEWHERE in metadata.entries

    @property
    def unmarked(self) -> Known | None:
        """The argument by which alone its template names its code, and which stays as it is when the code changes.

        None where something else may deploy that.
        """
        metadata = self.resource.metadata
        told = metadata.entries.get(UNMARKED) if metadata is not None else None
        return told if isinstance(told, Known) and self.resource not in self.project.updated else None

    @property
    def is_double(self) -> bool:
        """Whether it says by its name, or that of its code, that it stands in for something else in tests."""
        path = self.handler.path.split("/") if self.handler is not None else ()
        named = (self.name, text(self.get("FunctionName")) or "", *path)
        return any(word in _DOUBLES for name in named for word in naming.words(name))

    @property
    def inline(self) -> bool:
        """Whether its code is written inside the template."""
        code = self.get("Code")
        return isinstance(code, Mapping) and "ZipFile" in code.entries

    @property
    def in_vpc(self) -> bool:
        """Whether Lambda makes network interfaces for it, or for the poller of its source."""
        return self.get("VpcConfig") is not None or any(
            source.service in ("Kafka", "MQ", "DocumentDB") for source in self.event_sources
        )

    @property
    def role(self) -> Role | None:
        """The role that it runs with; None where it comes from elsewhere."""
        return role_of(self)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its resource, its versions and its aliases."""
        return (self.resource.name, *_qualifiers(self.project).get(self.resource.name, ()))

    @property
    def event_sources(self) -> tuple[EventSource, ...]:
        """The mappings that feed it."""
        return _event_sources(self.project, self)

    @property
    def invokers(self) -> tuple[Invoker, ...]:
        """Everything known to invoke it."""
        return _invokers(self)

    @property
    def async_invokers(self) -> tuple[Invoker, ...]:
        """What hands it an event and does not wait."""
        return tuple(each for each in self.invokers if each.mode == invokers.ASYNCHRONOUS)

    @property
    def never_handed_over(self) -> bool:
        """Whether something is known to invoke it, and all that does waits for its answer, or polls for it."""
        modes = {each.mode for each in self.invokers}
        return bool(modes) and modes <= {invokers.POLLED, invokers.SYNCHRONOUS}

    @property
    def only_asynchronous(self) -> bool:
        """Whether all that is known to invoke it hands it an event and does not wait."""
        return {each.mode for each in self.invokers} == {invokers.ASYNCHRONOUS}

    @property
    def only_synchronous(self) -> bool:
        """Whether all that is known to invoke it waits for its answer."""
        return {each.mode for each in self.invokers} == {invokers.SYNCHRONOUS}

    @property
    def only_invoked(self) -> bool:
        """Whether all that is known to invoke it hands it events one by one, waiting for an answer or not."""
        return {each.mode for each in self.invokers} <= {invokers.ASYNCHRONOUS, invokers.SYNCHRONOUS}

    @property
    def unheard(self) -> bool:
        """Whether nothing that is known to invoke it reads what it answers, but for the failures of a batch.

        What only may, and wants an answer of a form of its own, as Connect does, is given another by nobody.
        """
        asking = (each for each in self.invokers if not each.permitted or each.service in {"", *invokers.RECURRING})
        modes = {each.mode for each in asking}
        told = any(each.get("DestinationConfig", "OnSuccess") is not None for each in self.invoke_configs)
        return bool(modes) and modes <= {invokers.ASYNCHRONOUS, invokers.POLLED} and not told

    @property
    def deployment_only(self) -> bool:
        """Whether it is only known to run when a stack is deployed: a custom resource."""
        modes = {each.mode for each in self.invokers}
        return modes == {invokers.DEPLOYMENT}

    @property
    def custom_resources(self) -> tuple[Resource, ...]:
        """The custom resources whose requests CloudFormation sends to it."""
        return tuple(
            each for each in invokers.custom_resources(self.project) if self.is_named_by(each.get("ServiceToken"))
        )

    @property
    def recurs(self) -> bool:
        """Whether it is known to be invoked again and again: by messages, events, a schedule or requests.

        A topic does not say: it may hand on the requests of a custom resource.
        """
        return any(each.mode == invokers.POLLED or each.service in invokers.RECURRING for each in self.invokers)

    @property
    def only_scheduled(self) -> bool:
        """Whether nothing but the clock is known to invoke it."""
        places = {each.span for each in self._schedules}
        return bool(self.invokers) and all(each.span in places for each in self.invokers)

    @property
    def only_ticks(self) -> bool:
        """Whether only schedules hand it events and do not wait: the same event comes again by itself."""
        places = {each.span for each in self._schedules}
        return bool(self.async_invokers) and all(each.span in places for each in self.async_invokers)

    @property
    def _schedules(self) -> tuple[Schedule, ...]:
        """What invokes it at set times."""
        aimed = (each.rule for each in targets(self.project) if self.is_named_by(each.arn))
        return tuple(each for each in aimed if each.expression is not None)

    @property
    def invoke_configs(self) -> tuple[View, ...]:
        """The settings of its asynchronous invocation."""
        return tuple(
            View(self.project, resource)
            for resource in self.project.of_type("AWS::Lambda::EventInvokeConfig")
            if self.is_named_by(resource.get("FunctionName"))
        )

    def is_named_by(self, value: Value | None) -> bool:
        """Whether a value is its name or ARN, or that of a version or alias of it."""
        if any(reference.resource in self.names for reference in references(value)):
            return True
        given = text(value)
        own = None if given is None else text(self.get("FunctionName"))
        return given is not None and own is not None and _plain(given) == own

    @property
    def takes_failed_events(self) -> Value | None:
        """Where events go that were handed to it asynchronously and failed; None where they are dropped."""
        if self.get("DeadLetterConfig") is not None:
            return self.get("DeadLetterConfig")
        targets = (each.get("DestinationConfig", "OnFailure") for each in self.invoke_configs)
        return next((target for target in targets if target is not None), None)


@lru_cache(maxsize=4096)
def _event_sources(project: Deployed, function: Function) -> tuple[EventSource, ...]:
    by_resource, by_text = _mappings(project)
    own = text(function.get("FunctionName"))
    named = [each for name in function.names for each in by_resource.get(name, ())]
    named += () if own is None else by_text.get(own, ())
    return tuple(EventSource(project, project.resources[place]) for place in sorted(set(named)))


@lru_cache(maxsize=64)
def _mappings(project: Deployed) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """Where in a project the mappings stand, by the resources that they say to invoke, and by the written names."""
    by_resource: dict[str, list[int]] = {}
    by_text: dict[str, list[int]] = {}
    for place, resource in enumerate(project.resources):
        if resource.type == "AWS::Lambda::EventSourceMapping":
            invoked = resource.get("FunctionName")
            for reference in references(invoked):
                by_resource.setdefault(reference.resource, []).append(place)
            if (given := text(invoked)) is not None:
                by_text.setdefault(_plain(given), []).append(place)
    return by_resource, by_text


def _plain(given: str) -> str:
    """The name of a function by itself, of an ARN or of what names a version or an alias of it."""
    return given.rpartition(":function:")[2].split(":")[0]


@lru_cache(maxsize=4096)
def _invokers(function: Function) -> tuple[Invoker, ...]:
    polled = (
        Invoker(invokers.POLLED, source.service, source.span) for source in function.event_sources if source.service
    )
    unknown = (Invoker(invokers.UNKNOWN, "", source.span) for source in function.event_sources if not source.service)
    project = function.project
    others = [*invokers.invokers(project, frozenset(function.names), of_services(project))]
    return (*polled, *unknown, *others, *_by_name(function, {each.span for each in others}), *_itself(function))


def _by_name(function: Function, seen: set[Span]) -> Iterator[Invoker]:
    """The state machines that call a function by its plain name."""
    for machine in function.project.of_type("AWS::StepFunctions::StateMachine"):
        called = invokers.called_in(machine.get("Definition"))
        if machine.span not in seen and any(map(function.is_named_by, called)):
            yield invokers.by_machine(machine)


def _itself(function: Function) -> Iterator[Invoker]:
    """A function whose code or role lets it invoke what may be itself: it need not wait for the answer."""
    handler, role = function.handler, function.role
    if handler is not None and itself.invokes_itself(handler):
        yield Invoker(invokers.UNKNOWN, "", handler.span)
    if handler is not None and not itself.may_invoke(handler):
        return
    arn = Reference(function.resource.name, "Arn", function.span)
    for statement in () if role is None else role.documents:
        named = any(arns.may_be(function.project, each, arn) for each in statement.resources)
        if named and statement.allows and invokers.may_invoke(statement.value):
            yield Invoker(invokers.UNKNOWN, "", statement.span)
            return


@lru_cache(maxsize=4096)
def functions(project: Deployed) -> tuple[Function, ...]:
    """Every function of a project."""
    return tuple(Function(project, resource) for resource in project.of_type("AWS::Lambda::Function"))


def function_named(project: Deployed, value: Value | None) -> Function | None:
    """The function that a value refers to, also by a version or an alias of it."""
    known, given_names = _by_names(project)
    found = next((known[each.resource] for each in references(value) if each.resource in known), None)
    if found is not None:
        return found
    given = text(value)
    return None if given is None else given_names.get(_plain(given))


def running_with(role: Role) -> tuple[Function, ...]:
    """The functions that run with a role."""
    return _by_roles(role.project).get(role, ())


@lru_cache(maxsize=64)
def _by_roles(project: Deployed) -> dict[Role, tuple[Function, ...]]:
    """The functions by the roles that they run with."""
    found: dict[Role, list[Function]] = {}
    for each in functions(project):
        if (role := each.role) is not None:
            found.setdefault(role, []).append(each)
    return {role: tuple(several) for role, several in found.items()}


@lru_cache(maxsize=4096)
def _by_names(project: Deployed) -> tuple[dict[str, Function], dict[str, Function]]:
    """The functions by the names of their resources, versions and aliases, and by the names that they are given."""
    named = ((text(each.get("FunctionName")), each) for each in functions(project))
    by_resource = {name: each for each in functions(project) for name in each.names}
    return by_resource, {name: each for name, each in named if name is not None}


@lru_cache(maxsize=4096)
def _qualifiers(project: Deployed) -> dict[str, tuple[str, ...]]:
    """The names of the versions and aliases of each function."""
    found: dict[str, tuple[str, ...]] = {}
    for kind in ("AWS::Lambda::Version", "AWS::Lambda::Alias"):
        for resource in project.of_type(kind):
            for reference in references(resource.get("FunctionName")):
                found[reference.resource] = (*found.get(reference.resource, ()), resource.name)
    return found
