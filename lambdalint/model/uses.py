"""Uses: the resources that code means by the names, ARNs and URLs that it gives to AWS's SDK."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from lambdalint.code import value as code
from lambdalint.code.value import Call
from lambdalint.data import iam
from lambdalint.meaning import kinds, operations
from lambdalint.meaning.operations import Operation
from lambdalint.meaning.processes import is_durable
from lambdalint.model.buckets import notifications
from lambdalint.model.deployed import Deployed
from lambdalint.model.functions import function_named, functions, running_with
from lambdalint.model.grants import grants
from lambdalint.model.links import of_link
from lambdalint.model.targets import targets
from lambdalint.model.triggers import subscriptions
from lambdalint.model.view import references
from lambdalint.records import dataclass
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import SETTLED, Known, Mapping, Reference, Text, Unknown, Value, items

if TYPE_CHECKING:
    from lambdalint.model.functions import Function
    from lambdalint.model.permissions import Role


@dataclass(frozen=True, slots=True)
class _Naming:
    """How the resources of a service are named."""

    types: tuple[str, ...]
    property: str
    """The property that gives one a name."""
    parameters: tuple[str, ...]
    """The parameters of operations that name one, by its name, its ARN or its URL."""


_NAMINGS = {
    "s3": _Naming(("AWS::S3::Bucket",), "BucketName", ("Bucket",)),
    "sqs": _Naming(("AWS::SQS::Queue",), "QueueName", ("QueueUrl", "QueueName")),
    "sns": _Naming(("AWS::SNS::Topic",), "TopicName", ("TopicArn", "TargetArn")),
    "dynamodb": _Naming(
        ("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable", "AWS::Serverless::SimpleTable"),
        "TableName",
        ("TableName",),
    ),
    "lambda": _Naming(("AWS::Lambda::Function",), "FunctionName", ("FunctionName",)),
    "kinesis": _Naming(("AWS::Kinesis::Stream",), "Name", ("StreamName", "StreamARN")),
    "firehose": _Naming(("AWS::KinesisFirehose::DeliveryStream",), "DeliveryStreamName", ("DeliveryStreamName",)),
    "events": _Naming(("AWS::Events::EventBus",), "Name", ("EventBusName",)),
    "stepfunctions": _Naming(("AWS::StepFunctions::StateMachine",), "StateMachineName", ("stateMachineArn",)),
    "secretsmanager": _Naming(("AWS::SecretsManager::Secret",), "Name", ("SecretId",)),
    "ssm": _Naming(("AWS::SSM::Parameter",), "Name", ("Name",)),
}
"""By the SDK's name of the service."""

Used = Resource | str
"""A resource of the project, or the name of one from elsewhere, with `${…}` for what a deployment fills in."""


def types_of(service: str) -> tuple[str, ...]:
    """The types of the resources that operations of a service name; none where that is not known."""
    return _NAMINGS[service].types if service in _NAMINGS else ()


def used(function: Function, operation: Operation) -> Used | None:
    """The resource that an operation acts on when a function asks for it; None where that is not known."""
    given = _naming_one(operation)
    return None if given is None else meant(function, given, operation.service)


def candidates(function: Function, operation: Operation) -> tuple[Used | None, ...]:
    """The same, or the resources one of which it is where a condition of the template decides."""
    given = _naming_one(operation)
    found = used(function, operation)
    if found is None and given is not None:
        match _in_template(function, given):
            case Unknown(arms=arms) if arms:
                return tuple(named(function.project, each, operation.service) for each in arms)
    return (found,)


def _naming_one(operation: Operation) -> code.Value | None:
    """What an operation is given to name what it acts on."""
    naming = _NAMINGS.get(operation.service)
    given = (operation.argument(name) for name in (naming.parameters if naming else ()))
    return next((each for each in given if each is not None), None)


def writers_to(project: Deployed, queue: Resource) -> tuple[Function, ...]:
    """The functions whose code is known to send messages to a queue."""
    return _asking(project, queue, _SENDING)


_SENDING = ("send_message", "send_message_batch")


_FILLING = (
    "AWS::SNS::Subscription", "AWS::Events::Rule", "AWS::Scheduler::Schedule", "AWS::Pipes::Pipe", "AWS::S3::Bucket",
    "AWS::S3::BucketNotification", "AWS::SQS::Queue", "AWS::SQS::QueueRedrivePolicy", "AWS::IoT::TopicRule",
    "AWS::Lambda::EventInvokeConfig", "AWS::ApiGateway::Method", "AWS::ApiGateway::RestApi",
    "AWS::ApiGatewayV2::Integration", "AWS::StepFunctions::StateMachine",
)  # fmt: skip
"""What puts messages into a queue that it names."""


def only_writers_to(project: Deployed, queue: Resource) -> tuple[Function, ...]:
    """The same, where all that is seen to fill the queue is their code; empty where something else is."""
    others = (resource for kind in _FILLING for resource in project.of_type(kind) if resource is not queue)
    filled = any(each.resource == queue.name for other in others for each in references(other.properties))
    return () if filled else writers_to(project, queue)


def sends_json(function: Function, queue: Resource) -> bool:
    """Whether each message that a function's code sends to a queue is JSON that it has made."""
    asked = (operations.operation(call) for call in (() if function.handler is None else function.handler.calls))
    sent = [each for each in asked if each is not None and each.name in _SENDING and used(function, each) is queue]
    return bool(sent) and all(_is_json(each.argument("MessageBody")) for each in sent)


def _is_json(value: code.Value | None) -> bool:
    several = () if value is None else code.options(value)
    return bool(several) and all(isinstance(each, code.Result) and kinds.makes_json(each.call) for each in several)


def readers_of(project: Deployed, queue: Resource) -> tuple[Function, ...]:
    """The functions whose code is known to receive messages from a queue."""
    return _asking(project, queue, ("receive_message",))


def asks_in_vain(role: Role, service: str) -> bool | None:
    """Whether code that runs with a role asks a service for what the role allows on nothing.

    None where some of that code, or of what the role allows, is not known. `service` is how its actions begin.
    """
    allowed, running = grants(role), running_with(role)
    needs = (
        need
        for each in running
        for call in (() if each.handler is None else each.handler.calls)
        if (asked := operations.operation(call)) is not None
        for need in iam.needs(asked.service, asked.name, unseen=frozenset({"*"})) or ()
        if need.always and need.action.lower().startswith(f"{service}:")
    )
    if allowed is None:
        return None
    if any(not any(map(allowed.allow, (need.action, *need.others))) for need in needs):
        return True
    return False if running and all(map(_is_seen, running)) else None


def _is_seen(function: Function) -> bool:
    """Whether all that a function asks of AWS is seen, but for what keeps a durable execution, which AWS's own managed
    policy is for."""
    handler = function.handler
    return handler is not None and not handler.bounded and (not handler.wrappers or is_durable(handler))


def _asking(project: Deployed, resource: Resource, names: tuple[str, ...]) -> tuple[Function, ...]:
    """The functions whose code asks for one of several operations on a resource."""
    asked = _asked(project).get(id(resource), ())
    return tuple(dict.fromkeys(function for function, name in asked if name in names))


@lru_cache(maxsize=64)
def _asked(project: Deployed) -> dict[int, list[tuple[Function, str]]]:
    """What the code of functions asks of resources that are known, by what tells these from each other."""
    found: dict[int, list[tuple[Function, str]]] = {}
    for function in functions(project):
        for asked in map(operations.operation, () if function.handler is None else function.handler.calls):
            on = None if asked is None else used(function, asked)
            if asked is not None and isinstance(on, Resource):
                found.setdefault(id(on), []).append((function, asked.name))
    return found


def meant(function: Function, value: code.Value, service: str) -> Used | None:
    """The resource of a service that a value names in a function's code; None where that is not known.

    Environment variables have the values that the template gives to the function; what the event says of its source is
    that source.
    """
    found = [_meant(function, each, service) for each in code.options(value)]
    return found[0] if all(each is not None and each == found[0] for each in found) else None


def named(project: Deployed, value: Value | None, service: str) -> Used | None:
    """The resource of a service that a value of a template names; None where that is not known."""
    written = _written(value)
    return None if written is None else _by_name(project, _name(written, service), _NAMINGS[service])


def _meant(function: Function, value: code.Value, service: str) -> Used | None:
    match value:
        case code.Piece(path, "context"):
            return function.resource if path in (("function_name",), ("invoked_function_arn",)) else None
        case code.Piece(path):
            return _only(_said_by_event(function, path, service))
        case code.Member(code.Result(call), "QueueUrl") | code.Unknown((code.Result(call),)) if service == "sqs":
            return _queue_asked_for(function, call)
        case _:
            return named(function.project, _in_template(function, value), service)


def _queue_asked_for(function: Function, call: Call) -> Used | None:
    """The queue whose URL a call asks for by its name."""
    asked = operations.operation(call)
    if call.name == "get_queue_by_name" or (asked is not None and asked.name == "get_queue_url"):
        given = call.argument(-1, "QueueName")
        return None if given is None else meant(function, given, "sqs")
    return None


def _in_template(function: Function, value: code.Value) -> Value | None:
    """A value of code as a template would say it; None where it is not known."""
    match value:
        case code.Constant(str(written)):
            return Known(written, function.span)
        case code.Imported():
            return of_link(function.project, value, function.span)
        case code.Environment("AWS_LAMBDA_FUNCTION_NAME"):
            return Reference(function.resource.name, "", function.span)
        case code.Environment(name, default):
            given = function.get("Environment", "Variables", name)
            return given if given is not None or default is None else _in_template(function, default)
        case code.Text(parts):
            known = [_in_template(function, each) for each in parts]
            return Text(tuple(_flat(known, function)), function.span)
        case _:
            return None


def _flat(values: list[Value | None], function: Function) -> Iterator[Known | Reference | Unknown]:
    for value in values:
        match value:
            case Known() | Reference() | Unknown():
                yield value
            case Text(parts):
                yield from parts
            case _:
                yield Unknown(function.span)


_WHOLE, _AGAIN = str.maketrans("/:", "\0\1"), str.maketrans("\0\1", "/:")
"""How a resource's name, a path in an app of the CDK, is kept whole in an ARN or a URL, and how it is had again."""


def _written(value: Value | None) -> str | None:
    """A value as one text, with `${…}` for what a deployment fills in; None where that may be anything."""
    match value:
        case Known(str(written)):
            return written
        case Reference(name):
            return f"${{{name.translate(_WHOLE)}}}"
        case Unknown(why=why):
            # Colons and slashes part what ARNs and URLs are made of.
            plain = why.replace(":", ".").replace("/", ".")
            return f"${{{plain}}}" if why.startswith(SETTLED) else None
        case Text(parts):
            # Whatever region and account an ARN or a URL names, the end of it is the name.
            each = [_written(part) for part in parts]
            known = bool(each) and None not in each[_start(each) :]
            return "".join(part or "*" for part in each) if known else None
        case _:
            return None


def _start(written: list[str | None]) -> int:
    """The first of the parts that belong to the name at the end of an ARN or a URL."""
    for index in reversed(range(len(written))):
        part = written[index]
        if part is not None and (":" in part or "/" in part):
            return index
    return 0


def _name(written: str, service: str) -> str:
    """The name within an ARN or a URL; itself where it is neither."""
    if written.startswith("arn:"):
        last = written.split(":", 5)[-1]
        kind, _, rest = last.partition(":" if service in ("lambda", "stepfunctions", "secretsmanager") else "/")
        return rest.split(":")[0] if rest and kind in _ARN_KINDS else last
    if written.startswith(("https://", "http://")) or (service == "sqs" and "/" in written):
        return written.rpartition("/")[2]
    return written


_ARN_KINDS = frozenset({"table", "function", "stateMachine", "secret", "stream", "event-bus", "deliverystream"})


def _by_name(project: Deployed, name: str, naming: _Naming) -> Used | None:
    if name.startswith("${") and name.endswith("}") and name.count("${") == 1:
        found = project.resource(name[2:-1].translate(_AGAIN))
        if found is not None:
            return found if found.type in naming.types else None
    for kind in naming.types:
        for resource in project.of_type(kind):
            own = resource.get(naming.property)
            if own is not None and _written(own) == name:
                return resource
    return name


def _said_by_event(function: Function, path: tuple[code.Step, ...], service: str) -> Iterator[Used | None]:
    """The resources that a field of the event may name."""
    project = function.project
    match service, path:
        case "s3", ("Records", _, "s3", "bucket", "name" | "arn"):
            for notification in notifications(project):
                if function_named(project, notification.target) == function:
                    yield named(project, notification.source, "s3")
        case "s3", ("detail", "bucket", "name"):
            for target in targets(project):
                if function.is_named_by(target.arn):
                    for bucket in items(_within(target.rule.get("EventPattern"), "detail", "bucket", "name")):
                        yield named(project, bucket, "s3")
        case "sqs" | "kinesis", ("Records", _, "eventSourceARN"):
            for source in function.event_sources:
                yield named(project, source.source, service)
        case "sns", ("Records", _, "Sns", "TopicArn"):
            for subscription in subscriptions(project):
                if subscription.function == function:
                    yield named(project, subscription.topic, "sns")


def _within(value: Value | None, *path: str) -> Value | None:
    return value.get(*path) if isinstance(value, Mapping) else None


def _only(found: Iterator[Used | None]) -> Used | None:
    known = set(found)
    return known.pop() if len(known) == 1 else None
