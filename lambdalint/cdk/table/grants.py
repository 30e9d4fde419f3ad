"""Grants: what a method of a construct has a role allow."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from lambdalint.cdk.assembly import Assembly, Later, Made, statement
from lambdalint.cdk.constructs import Construct
from lambdalint.cdk.props import argument, member
from lambdalint.cdk.table import roles
from lambdalint.code.value import NONE, Call, Constant
from lambdalint.data import cdk as facts
from lambdalint.source import Span
from lambdalint.templates import value as template
from lambdalint.templates.value import Known, Unknown

Grant = Callable[[Assembly, Construct, Construct | None, Span], None]
"""Of what is granted, to which role, and where that is written."""


def _on(key: str, *actions: str) -> Grant:
    """A grant of actions on what an attribute leads to."""

    def grant(assembly: Assembly, of: Construct, role: Construct | None, span: Span) -> None:
        assembly.allow(role, actions, assembly.arn(of, key, span))

    return grant


_KEYS = ("encryptionKey", "masterKey", "encryptionMasterKey")
_KEYLESS = frozenset({"UNENCRYPTED", "SQS_MANAGED", "S3_MANAGED", "AWS_MANAGED", "DEFAULT", "MANAGED"})
"""Kinds of encryption in which no key of the account's own takes part."""


def keyed(of: Construct) -> bool:
    """Whether a key may be in play, which is then granted with it."""
    encryption = of.props.get("encryption")
    by_itself = encryption is not None and member(encryption) not in _KEYLESS
    return by_itself or any(of.props.get(name) is not None for name in _KEYS)


def unlock(assembly: Assembly, of: Construct, role: Construct | None, span: Span, actions: Iterable[str]) -> None:
    """Let a role use the key that something is encrypted with."""
    if role is None or not keyed(of) or not actions:
        return
    key = next(filter(None, (assembly.constructs.find(of.props.get(name)) for name in _KEYS)), None)
    seen = key is not None and key.kind == "kms.Key" and bool(key.resource)
    assembly.allow(role, actions, assembly.arn(key, "keyArn", span) if seen else Unknown(span, "a key"))


def _with_key(grant: Grant, *actions: str) -> Grant:
    """A grant that lets in to a key as well, where there is one."""

    def both(assembly: Assembly, of: Construct, role: Construct | None, span: Span) -> None:
        grant(assembly, of, role, span)
        unlock(assembly, of, role, span, actions)

    return both


def _table(*actions: str, key: Iterable[str] = ()) -> Grant:
    def grant(assembly: Assembly, of: Construct, role: Construct | None, span: Span) -> None:
        if role is None:
            return
        arn = assembly.arn(of, "tableArn", span)
        resources: tuple[template.Value, ...] = (arn,)
        if of.props.open or any(
            of.props.get(name) is not None for name in ("globalSecondaryIndexes", "localSecondaryIndexes")
        ):
            resources = (arn, Unknown(span, "indexes"))

        def later() -> template.Value:
            several = resources
            if of.added.get("index") and len(several) == 1 and not isinstance(arn, Unknown):
                several = (arn, template.Text((arn, Known("/index/*", span)), span))
            return statement(span, actions, several)

        role.statements.append(later)

    return _with_key(grant, *key)


def _both(one: Grant, other: Grant) -> Grant:
    """Two grants, each with a statement of its own."""

    def grant(assembly: Assembly, of: Construct, role: Construct | None, span: Span) -> None:
        one(assembly, of, role, span)
        other(assembly, of, role, span)

    return grant


def _bucket(*actions: str, key: Iterable[str], on_bucket: bool = True) -> Callable[[Assembly, Construct, Call], None]:
    def grant(assembly: Assembly, of: Construct, call: Call) -> None:
        span = assembly.head(call.span)
        role = assembly.grantee(argument(call, 0, "identity"))
        if role is None:
            _to_another(assembly, of, call)
            return
        pattern = argument(call, 1, "objectsKeyPattern")
        arn = assembly.arn(of, "bucketArn", span)
        objects: template.Value = Unknown(span, "objects")
        if isinstance(pattern, Constant | None) and not isinstance(arn, Unknown):
            below = "*" if pattern is None else str(pattern.value)
            objects = template.Text((arn, Known(f"/{below}", span)), span)
        given = (arn, objects) if on_bucket else (objects,)
        if len(call.arguments) > 2 or call.open or set(call.keywords) - {"identity", "objects_key_pattern"}:
            role.statements.append(lambda: Unknown(span, "other actions"))
            return
        assembly.allow(role, actions, *given)
        unlock(assembly, of, role, span, key)

    return grant


def method(grant: Grant, name: str = "grantee") -> Callable[[Assembly, Construct, Call], None]:
    """A method that grants something to what it is given."""

    def granted(assembly: Assembly, of: Construct, call: Call) -> None:
        role = assembly.grantee(argument(call, 0, name))
        if role is None:
            _to_another(assembly, of, call)
        else:
            grant(assembly, of, role, assembly.head(call.span))

    return granted


def _to_another(assembly: Assembly, of: Construct, call: Call) -> None:
    """What is granted to a service, or to what is not known, is said in a policy of what is granted: the role of a
    function that is granted may do no more for that."""
    reached = assembly.constructs.reached(*call.arguments, *call.keywords.values())
    if of.kind == "lambda.Function":
        assembly.refer(call.span, (of,))
        assembly.hand_over(call.span, reached, known=True)
    else:
        assembly.hand_over(call.span, (of, *reached), known=True)


def listed(key: str) -> Callable[[Assembly, Construct, Call], None]:
    """`table.grant(grantee, …actions)`."""

    def granted(assembly: Assembly, of: Construct, call: Call) -> None:
        role = assembly.grantee(argument(call, 0, "grantee"))
        actions = [each.value for each in call.arguments[1:] if isinstance(each, Constant)]
        if role is None or len(actions) != len(call.arguments) - 1 or call.open or call.keywords:
            _to_another(assembly, of, call)
            return
        names = [each for each in actions if isinstance(each, str)]
        grant = _table(*names) if key == "tableArn" else _on(key, *names)
        grant(assembly, of, role, assembly.head(call.span))

    return granted


def invoke(assembly: Assembly, of: Construct, call: Call) -> None:
    """`fn.grantInvoke(grantee)`."""
    span = assembly.head(call.span)
    grantee = argument(call, 0, "grantee") or argument(call, 0, "identity")
    role = assembly.grantee(grantee)
    if role is None:
        principal = roles.invoking(assembly, grantee, span)
        if principal is not None and of.resource and not of.imported:
            permission: dict[str, Made | Later] = {
                "Action": Known("lambda:InvokeFunction", span),
                "FunctionName": assembly.arn(of, "functionArn", span),
                "Principal": principal,
            }
            draft = assembly.draft(of, "AWS::Lambda::Permission", permission, f"Invoke{span.line}")
            draft.span, draft.extent = span, call.span
        _to_another(assembly, of, call)
        return
    assembly.allow(role, ("lambda:InvokeFunction",), *invoked(assembly, of, span))


def invoked(assembly: Assembly, of: Construct, span: Span) -> tuple[template.Value, ...]:
    """What has to be allowed to invoke a function: with any of its versions; one of those or an alias has none."""
    arn = assembly.arn(of, "functionArn", span)
    return (arn, template.Text((arn, Known(":*", span)), span)) if of.kind == "lambda.Function" else (arn,)


def add_index(_assembly: Assembly, of: Construct, _call: Call) -> None:
    """`table.addGlobalSecondaryIndex(…)`."""
    of.add("index", NONE)


consume_queue = _with_key(_on("queueArn", *facts.CONSUME_QUEUE), *facts.DECRYPT)
send_queue = _with_key(_on("queueArn", *facts.SEND_QUEUE), *facts.DECRYPT, *facts.ENCRYPT)
publish = _with_key(_on("topicArn", "sns:Publish"), "kms:Decrypt", "kms:GenerateDataKey*")
read_stream = _with_key(_on("streamArn", *facts.READ_STREAM_OF_KINESIS), *facts.DECRYPT)
write_stream = _with_key(_on("streamArn", *facts.WRITE_STREAM_OF_KINESIS), *facts.ENCRYPT)
put_record = _with_key(_on("streamArn", "kinesis:PutRecord", "kinesis:PutRecords"), *facts.ENCRYPT)
start_execution = _on("stateMachineArn", "states:StartExecution")
put_events = _on("eventBusArn", "events:PutEvents")


def read_stream_of_table(assembly: Assembly, of: Construct, role: Construct | None, span: Span) -> None:
    """What polling the stream of a table needs."""
    assembly.allow(role, facts.LIST_STREAMS, Known("*", span))
    assembly.allow(role, facts.READ_STREAM, assembly.arn(of, "tableStreamArn", span))
    unlock(assembly, of, role, span, facts.READ_KEY)


def deliver(assembly: Assembly, to: Construct, role: Construct | None, span: Span) -> None:
    """What a role needs to tell a destination of something."""
    match to.kind:
        case "sqs.Queue":
            send_queue(assembly, to, role, span)
        case "sns.Topic":
            publish(assembly, to, role, span)
        case "events.EventBus":
            put_events(assembly, to, role, span)
        case "lambda.Function":
            assembly.allow(role, ("lambda:InvokeFunction",), *invoked(assembly, to, span))


QUEUE = {
    "grantConsumeMessages": method(consume_queue),
    "grantSendMessages": method(send_queue),
    "grantPurge": method(_on("queueArn", *facts.PURGE_QUEUE)),
    "grant": listed("queueArn"),
}
TOPIC = {"grantPublish": method(publish)}
_READ, _WRITE = facts.READ_KEY, (*facts.READ_KEY, *facts.ENCRYPT)
TABLE = {
    "grantReadData": method(
        _both(_table(*facts.READ_TABLE, *facts.DESCRIBE_TABLE, key=_READ), _table(*facts.READ_RECORDS))
    ),
    "grantWriteData": method(_table(*facts.WRITE_TABLE, *facts.DESCRIBE_TABLE, key=_WRITE)),
    "grantReadWriteData": method(
        _both(
            _table(*facts.READ_TABLE, *facts.WRITE_TABLE, *facts.DESCRIBE_TABLE, key=_WRITE),
            _table(*facts.READ_RECORDS),
        )
    ),
    "grantFullAccess": method(_table("dynamodb:*", key=_WRITE)),
    "grantStreamRead": method(read_stream_of_table),
    "grantTableListStreams": method(
        lambda assembly, _of, role, span: assembly.allow(role, facts.LIST_STREAMS, Known("*", span))
    ),
    "grant": listed("tableArn"),
}
_PUT = (*facts.ENCRYPT, *facts.DECRYPT)
BUCKET = {
    "grantRead": _bucket(*facts.READ_BUCKET, key=_READ),
    "grantWrite": _bucket(*facts.DELETE_BUCKET, *facts.PUT_BUCKET, key=_PUT),
    "grantReadWrite": _bucket(
        *facts.READ_BUCKET, *facts.DELETE_BUCKET, *facts.PUT_BUCKET, key=tuple(dict.fromkeys((*_READ, *_PUT)))
    ),
    "grantPut": _bucket(*facts.PUT_BUCKET, key=_PUT, on_bucket=False),
    "grantDelete": _bucket(*facts.DELETE_BUCKET, key=(), on_bucket=False),
}
STREAM = {
    "grantRead": method(read_stream),
    "grantWrite": method(write_stream),
    "grantReadWrite": method(
        _with_key(
            _on("streamArn", *dict.fromkeys((*facts.READ_STREAM_OF_KINESIS, *facts.WRITE_STREAM_OF_KINESIS))),
            *facts.DECRYPT,
            *facts.ENCRYPT,
        )
    ),
}
read_secret = _with_key(_on("secretArn", *facts.READ_SECRET), *facts.DECRYPT)
SECRET = {
    "grantRead": method(read_secret),
    "grantWrite": method(_with_key(_on("secretArn", *facts.WRITE_SECRET), *facts.ENCRYPT)),
}
KEY = {
    "grant": listed("keyArn"),
    "grantDecrypt": method(_on("keyArn", *facts.DECRYPT)),
    "grantEncrypt": method(_on("keyArn", *facts.ENCRYPT)),
    "grantEncryptDecrypt": method(_on("keyArn", *facts.DECRYPT, *facts.ENCRYPT)),
    "grantSign": method(_on("keyArn", "kms:Sign")),
    "grantVerify": method(_on("keyArn", "kms:Verify")),
    "grantGenerateMac": method(_on("keyArn", "kms:GenerateMac")),
}
LOG_GROUP = {
    "grantWrite": method(_on("logGroupArn", "logs:CreateLogStream", "logs:PutLogEvents")),
    "grantRead": method(_on("logGroupArn", *facts.READ_LOGS)),
}
PARAMETER = {
    "grantRead": method(_on("parameterArn", *facts.READ_PARAMETER)),
    "grantWrite": method(_on("parameterArn", *facts.WRITE_PARAMETER)),
}
BUS = {"grantPutEventsTo": method(put_events)}
MACHINE = {"grantStartExecution": method(start_execution, "identity")}
FUNCTION = {"grantInvoke": invoke}
