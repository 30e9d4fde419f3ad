"""What Lambda itself needs of a function's role: to poll, to report failures, to reach a network, to log and trace."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.check import Problem, Problems, check, while_deployed
from lambdalint.model import EventSource, Function, Project, Role, encryption, order, policies_of, provider
from lambdalint.model.arns import FIELD
from lambdalint.model.buckets import Notification
from lambdalint.model.deployed import Deployed
from lambdalint.model.grants import Grants, grants
from lambdalint.model.logs import logs_of_its_own, never_logs
from lambdalint.model.view import references, text
from lambdalint.records import dataclass
from lambdalint.source import Span
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Known, Reference, Sequence, Text, Unknown, Value, items


@dataclass(frozen=True, slots=True)
class Need:
    """Actions that Lambda does in a function's name, and why."""

    span: Span
    actions: tuple[str, ...]
    target: Value | None = None
    severity: str | None = None
    part: Value | None = None
    """A part of the target that may be named in its place."""
    encrypted: tuple[Resource, Resource] | None = None
    """What the target, a key, encrypts, and the key."""

    def allowed_by(self, allowed: Grants, action: str) -> bool:
        """Whether a role allows one of the actions, or may."""
        return allowed.allow(action, self.target) or (self.part is not None and allowed.allow(action, self.part))


@check
@while_deployed
def poller_permission_missing(project: Project) -> Problems:
    found: dict[tuple[Span, str, str], list[tuple[Function, Need]]] = {}
    for function in project.functions:
        role = function.role
        allowed = grants(role) if role is not None else None
        if role is None or allowed is None or function.generated:
            continue
        for need in _needs(function):
            missing = [each for each in need.actions if not need.allowed_by(allowed, each)]
            if missing and not _allowed_by_target(project, need):
                message, cause = (
                    f"needs {_listed(missing)}, which {who} does not allow" for who in (role.name, "its role")
                )
                if need.encrypted is not None:
                    encrypted, key = need.encrypted
                    message = (
                        f"needs {_listed(missing)} on {key.called}, which encrypts {encrypted.called}, and {role.name} "
                        f"does not allow {'it' if len(missing) == 1 else 'them'}"
                    )
                    cause = message
                found.setdefault((role.span, message, cause), []).append((function, need))
    for (role_span, message, cause), needing in found.items():
        # What several functions lack is told where it is to be given, which may be in a module.
        shared = len({need.span for _, need in needing}) > 1
        names = ((role_span, f"the role of {needing[0][0].name}"),)
        also = tuple((need.span, f"{function.name} needs it") for function, need in needing) if shared else names
        yield Problem(
            role_span if shared else needing[0][1].span,
            message,
            also,
            severity=needing[0][1].severity,
            about=tuple(dict.fromkeys(function for function, _ in needing)),
            cause=cause,
        )


@dataclass(frozen=True, slots=True)
class Early:
    """An event source mapping that may be made before a policy."""

    source: EventSource
    role: Role
    missing: list[str]
    before: frozenset[Resource]
    """What is made before it."""


@check
def mapping_before_policy(project: Project) -> Problems:
    found: dict[Resource, list[Early]] = {}
    for function in project.functions:
        role = function.role
        allowed = grants(role) if role is not None else None
        if role is None or allowed is None or function.generated or function.resource.after is None:
            continue
        for source in function.event_sources:
            known = not source.generated and source.resource.after is not None
            before = order.made_before(project, source.resource) if known else None
            if before is None or not {function.resource, role.resource} <= before:
                continue
            late = [each for each in role.policies if each not in before]
            rest = allowed.without(late)
            for need in _polling(source):
                missing = [
                    each for each in need.actions if need.allowed_by(allowed, each) and not need.allowed_by(rest, each)
                ]
                if missing and not _allowed_by_target(project, need):
                    alone = (each for each in late if not need.allowed_by(allowed.without([each]), missing[0]))
                    policy = next(alone, late[0])
                    if not order.is_soon_there(project, policy, function.resource, source.resource):
                        found.setdefault(policy, []).append(Early(source, role, missing, before))
                    break
    for policy, early in _each_pair_once(found).items():
        first, *others = early
        attached = tuple((span, "attaches it, and is to be waited for") for span in _attaching(first.role, policy))
        again = tuple(
            (each.source.span, f"{each.source.resource.called} needs it too")
            for each in others
            if each.source.span != first.source.span
        )
        yield Problem(
            first.source.span,
            f"needs {_listed(first.missing)} when it is made, which {policy.called} allows, and "
            f"{_what_follows(project, first, policy)}",
            ((policy.span, "allows it"), *attached, *again),
            "note" if order.tries_again(first.source.resource) else None,
            about=tuple(each.source for each in early),
        )

    yield from _notified_early(project)


def _each_pair_once(found: dict[Resource, list[Early]]) -> dict[Resource, list[Early]]:
    """What is early, by the policy; a mapping and a policy that stand in a module as one for all of its instances."""
    first: dict[tuple[Span, Span], Resource] = {}
    kept: dict[Resource, list[Early]] = {}
    for policy, early in found.items():
        own = first.setdefault((policy.span, early[0].source.span), policy)
        kept.setdefault(own, []).extend(early)
    return kept


def _notified_early(project: Project) -> Problems:
    """Notifications of a bucket that S3 may not give yet."""
    refused: dict[tuple[Span, Span], dict[Span, tuple[Notification, Resource, Resource]]] = {}
    for each in order.refused_notifications(project):
        notification, letting, _ = each
        bucket = notification.span if notification.by is None else notification.by.span
        refused.setdefault((bucket, letting.span), {}).setdefault(notification.span, each)
    for several in refused.values():
        (notification, letting, receiver), *others = several.values()
        again = order.is_of_terraform(letting)
        key, then = (
            (provider.argument("depends_on", letting.span), "the first time")
            if again
            else ("DependsOn", "and rolls back")
        )
        kind = "permission" if letting.type == "AWS::Lambda::Permission" else "policy"
        yield Problem(
            notification.span,
            f"has S3 notify {receiver.called}, which only the {kind} {letting.called} lets it do, and no {key} "
            f"orders the two: where that comes later, S3 refuses, and the deployment fails {then}",
            (
                (letting.span, "lets S3 in"),
                *((each.span, f"{other.called} is notified here, by the same {kind}") for each, _, other in others),
            ),
            "note" if again else None,
        )


def _what_follows(project: Project, early: Early, policy: Resource) -> str:
    """What becomes of a mapping that is made before a policy."""
    if not order.tries_again(early.source.resource):
        return "no DependsOn orders the two: where that comes later, its creation fails, and the stack rolls back"
    slow = order.waits_longer(project, policy, early.before)
    waits = f", which waits for {slow.called}, and that takes long" if slow else ""
    place = early.source.span
    named, tool = provider.argument("depends_on", place), provider.tool(place)
    return (
        f"no {named} orders the two{waits}: {tool} tries again for some minutes, and where that is not enough, "
        "the deployment fails"
    )


def _attaching(role: Role, policy: Resource) -> Iterator[Span]:
    """Where a resource of its own attaches a policy to a role."""
    for each in references(role.get("ManagedPolicyArns")):
        if each.resource == policy.name:
            yield from (part for part in role.resource.joined if part.covers(each.span))


_POLLING = {
    "SQS": ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
    "Kinesis": ("kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:DescribeStream"),
    "DynamoDB": ("dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream"),
}
"""What polling a source takes.

Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
"""

_NETWORK = ("ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface")
_TRACES = ("xray:PutTraceSegments", "xray:PutTelemetryRecords")
_LOGS = ("logs:CreateLogStream", "logs:PutLogEvents")

_SENDING = {
    "AWS::SQS::Queue": "sqs:SendMessage",
    "AWS::SNS::Topic": "sns:Publish",
    "AWS::Lambda::Function": "lambda:InvokeFunction",
    "AWS::Events::EventBus": "events:PutEvents",
    "AWS::S3::Bucket": "s3:PutObject",
}
_SENDING_BY_ARN = {"sqs": "sqs:SendMessage", "sns": "sns:Publish", "lambda": "lambda:InvokeFunction"}


def _needs(function: Function) -> Iterator[Need]:
    for source in function.event_sources:
        yield from _polling(source)
        yield from _sending(function.project, source.get("DestinationConfig", "OnFailure", "Destination"))
    for need in _sending(function.project, function.get("DeadLetterConfig", "TargetArn")):
        # Lambda only makes a function that may send there; what the key lets it do is first asked when it does.
        if need.encrypted is None or not function.never_handed_over:
            yield need
    for config in function.invoke_configs:
        for outcome in ("OnFailure", "OnSuccess"):
            yield from _sending(function.project, config.get("DestinationConfig", outcome, "Destination"))
    if _has_subnets(function):
        yield Need(function.key("VpcConfig"), _NETWORK)
    if text(function.get("TracingConfig", "Mode")) == "Active":
        yield Need(function.key("TracingConfig"), _TRACES, severity="warning")
    # Without these, as without traces, it runs, but nobody learns what it does.
    if not never_logs(function):
        severity = "note" if _does_nothing(function) or logs_of_its_own(function) else "warning"
        yield Need(function.span, _LOGS, _log_group(function), severity, _log_group(function, f":log-stream:{FIELD}"))


def _does_nothing(function: Function) -> bool:
    """Whether a function's code calls nothing: it has nothing to log."""
    handler = function.handler
    return handler is not None and not (handler.bounded or handler.wrappers or handler.calls)


def _has_subnets(function: Function) -> bool:
    """Whether a function is known to be put into subnets: Lambda takes security groups only together with some."""
    subnets, groups = (function.get("VpcConfig", name) for name in ("SubnetIds", "SecurityGroupIds"))
    if isinstance(subnets, Unknown):
        return not subnets.optional and isinstance(groups, Sequence) and bool(groups.items) and not groups.open
    return isinstance(subnets, Sequence) and bool(subnets.items)


def _log_group(function: Function, part: str = "") -> Value | None:
    """The ARN of what a function logs to; None where only a deployment knows whose that is."""
    span = function.span
    match function.get("LoggingConfig", "LogGroup"):
        case None:
            name = function.get("FunctionName")
            # That of a function whose name is not known is one of these all the same.
            whole = Known(FIELD, span) if text(name) is None else name
            called = name.parts if isinstance(name, Text) else (whole,)
            return Text((Known("arn:*:logs:*:*:log-group:/aws/lambda/", span), *called, Known(part, span)), span)
        case Reference() as reference:
            return Reference(reference.resource, "Arn", reference.span)
        case given:
            group = text(given)
    return None if group is None else Known(f"arn:*:logs:*:*:log-group:{group}{part}", span)


def _polling(source: EventSource) -> Iterator[Need]:
    consumed = any(_type(source.project, each) == "AWS::Kinesis::StreamConsumer" for each in items(source.source))
    if source.service in _POLLING and source.source is not None and not consumed:
        actions = _POLLING[source.service]
        yield Need(source.source.span, actions, source.source)
        yield from _of_key(source.project, source.source, actions)


def _sending(project: Deployed, target: Value | None) -> Iterator[Need]:
    if target is None:
        return
    kind = _type(project, target)
    action = _SENDING.get(kind)
    yield from _of_key(project, target, (action,) if action else ())
    if kind == "AWS::S3::Bucket" and isinstance(target, Reference):
        target = Text((Reference(target.resource, "Arn", target.span), Known("/*", target.span)), target.span)
    match target:
        case Known(str(arn)) | Text((Known(str(arn)), *_)) if arn.startswith("arn:"):
            action = _SENDING_BY_ARN.get(":".join((*arn.split(":"), "", "")).split(":")[2])
    if action is not None:
        yield Need(target.span, (action,), target)


def _of_key(project: Deployed, target: Value, actions: tuple[str, ...]) -> Iterator[Need]:
    """What the key that a target is encrypted with is needed for, where the policies of roles decide on its use."""
    named = (project.resource(each.resource) for each in references(target))
    encrypted = next((each for each in named if each is not None), None)
    key = None if encrypted is None else encryption.key(project, encrypted)
    if encrypted is not None and key is not None:
        needed = dict.fromkeys(each for action in actions for each in encryption.uses(encrypted.type, action))
        if needed:
            yield Need(target.span, tuple(needed), encryption.arn(key), encrypted=(encrypted, key))


def _type(project: Deployed, value: Value) -> str:
    """The type of the resource that a value refers to; "" where it refers to none of the project."""
    found = next((project.resource(each.resource) for each in references(value)), None)
    return "" if found is None else found.type


def _allowed_by_target(project: Deployed, need: Need) -> bool:
    """Whether what is polled or sent to has a policy of its own, which may allow it."""
    service = need.actions[0].partition(":")[0]
    return need.target is not None and policies_of.may_allow(project, service, need.target)


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
