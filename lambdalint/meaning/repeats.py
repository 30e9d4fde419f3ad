"""Repeats: what a program does once more where the same event comes once more."""

from __future__ import annotations

import re

from lambdalint.code import carriers
from lambdalint.code.facts import Handler, once_a_handler
from lambdalint.code.idioms import is_log, is_pure, means_done_before, origin_name
from lambdalint.code.value import (
    Call,
    Constant,
    Mapping,
    Member,
    Piece,
    Result,
    Text,
    Value,
    all_origins,
    options,
    origins,
)
from lambdalint.data.events import FIELDS
from lambdalint.meaning import promises, sdk
from lambdalint.meaning.clocks import clock
from lambdalint.meaning.operations import BATCH, PAGES, WAITER, Operation, operation
from lambdalint.meaning.sinks import Sink, queries
from lambdalint.patterns import pattern

_FRESH = (
    "uuid.uuid1", "uuid.uuid4", "uuid.uuid7", "ulid.", "secrets.token_", "shortuuid.", "nanoid.", "random.", "cuid.",
    "ksuid.", "node:crypto.randomUUID", "js:crypto.randomUUID", "node:crypto.randomBytes", "js:Math.random",
    "npm:uuid.v1", "npm:uuid.v4", "npm:uuid.v6", "npm:uuid.v7", "npm:uuid/v1", "npm:uuid/v4", "npm:nanoid", "npm:ulid",
    "npm:cuid", "npm:@paralleldrive/cuid2", "npm:ksuid", "npm:short-uuid", "npm:shortid", "npm:crypto-random-string",
    "js:Date.now",
)  # fmt: skip
"""How the names of functions begin that never give the same value twice."""

_SENDING = {
    ("sns", "publish"): ("publishes a message", ("MessageGroupId",)),
    ("sns", "publish_batch"): ("publishes messages", ()),
    ("sqs", "send_message"): ("sends a message", ("MessageGroupId",)),
    ("ses", "send_email"): ("sends an email", ()),
    ("ses", "send_raw_email"): ("sends an email", ()),
    ("ses", "send_templated_email"): ("sends an email", ()),
    ("sesv2", "send_email"): ("sends an email", ()),
    ("stepfunctions", "start_execution"): ("starts an execution", ("name",)),
    ("batch", "submit_job"): ("submits a job", ()),
    ("glue", "start_job_run"): ("starts a job run", ()),
    ("glue", "start_workflow_run"): ("starts a workflow run", ()),
    ("ec2", "run_instances"): ("starts instances", ("ClientToken",)),
    ("ecs", "run_task"): ("runs a task", ("clientToken",)),
    ("codebuild", "start_build"): ("starts a build", ("idempotencyToken",)),
    ("emr", "add_job_flow_steps"): ("adds steps to a cluster", ()),
    ("emr", "run_job_flow"): ("starts a cluster", ()),
    ("events", "put_events"): ("puts events", ()),
}
"""What these operations do, and the parameters that may keep them from doing it twice: FIFO queues and topics, which
take groups, drop what they had before."""

_CHARGING = pattern(r"stripe\.(?:Charge|PaymentIntent|Refund|Invoice|Payout|Transfer)\.create")
_OF_STRIPE = frozenset({"charges", "paymentIntents", "refunds", "invoices", "payouts", "transfers"})

_MAIL, _TEXT, _CHAT = "sends an email", "sends a text message", "posts a message"
_MESSAGING: tuple[tuple[str, frozenset[str], str], ...] = (
    ("npm:@slack/web-api", frozenset({"postMessage"}), _CHAT),
    ("npm:@slack/webhook", frozenset({"send"}), _CHAT),
    ("slack_sdk.", frozenset({"chat_postMessage", "send"}), _CHAT),
    ("npm:@sendgrid/mail", frozenset({"send", "sendMultiple"}), _MAIL),
    ("npm:nodemailer", frozenset({"sendMail"}), _MAIL),
    ("npm:notifications-node-client", frozenset({"sendEmail"}), _MAIL),
    ("npm:notifications-node-client", frozenset({"sendSms"}), _TEXT),
    ("npm:postmark", frozenset({"sendEmail", "sendEmailWithTemplate", "sendEmailBatch"}), _MAIL),
    ("npm:resend", frozenset({"send"}), _MAIL),
    ("npm:twilio", frozenset({"create"}), _TEXT),
    ("notifications_python_client.", frozenset({"send_email_notification"}), _MAIL),
    ("notifications_python_client.", frozenset({"send_sms_notification"}), _TEXT),
    ("resend.", frozenset({"send"}), _MAIL),
    ("sendgrid.", frozenset({"send"}), _MAIL),
    ("smtplib.SMTP", frozenset({"sendmail", "send_message"}), _MAIL),
    ("twilio.rest.Client", frozenset({"create"}), _TEXT),
)
"""How the names of what makes clients of providers begin, their methods that send, and what these do.

Sources: the READMEs of the packages; https://docs.notifications.service.gov.uk; https://docs.python.org/3/library/smtplib.html.
"""

_ADDING = pattern(r"\bADD\b|\blist_append\b|=\s*(?:if_not_exists\s*\([^)]*\)|[#\w.]+)\s*[+-]\s*:", re.IGNORECASE)
"""Update expressions that add to what is there.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
"""

_INSERTING = pattern(r"\s*insert\s+into\b", re.IGNORECASE)
_HEEDING = pattern(r"\bon\s+(?:conflict|duplicate)\b|\bselect\b|\bexists\b", re.IGNORECASE)
"""What an INSERT says that may find its rows to be there, or takes them from others."""
_SUMMING = pattern(
    r"\bset\b.*?\b(\w+)[\"`]?\s*=\s*(?:(?:coalesce|ifnull)\s*\(\s*)?(?:\w+\.)?[\"`]?\1\b[^,=]*?[+-]",
    re.IGNORECASE | re.DOTALL,
)
"""An UPDATE, or what an INSERT does to the row that is there, that adds to what a column holds."""

_LONGEST = 10_000
"""Characters of a statement that is looked at: what is longer brings its data along."""

_SELECTING = pattern(r"\s*(?:select|with)\b", re.IGNORECASE)

_KEPT_OUT = (".IntegrityError", ".UniqueViolation")
"""What a database raises for a row whose key it has: a program that catches it may have put that in before."""
CONDITIONS = ("ConditionExpression", "Expected", "ClientRequestToken")
"""Parameters that may refuse what was done before."""
_LOOKING = frozenset({"get_item", "batch_get_item", "query", "head_object", "get_object", "scan"})
_KEY_NAMES = frozenset({"id", "pk", "uuid", "sk"})


_SAME = frozenset({
    ("dynamodb", "put_item"), ("dynamodb", "delete_item"), ("s3", "put_object"), ("s3", "delete_object"),
    ("s3", "copy_object"),
})  # fmt: skip


def leaves_the_same(asked: Operation) -> bool:
    """Whether an operation that is asked twice leaves what it leaves once: it overwrites, and makes no condition."""
    conditions = ("ConditionExpression", "Expected", "IfNoneMatch", "IfMatch")
    return (
        (asked.service, asked.name) in _SAME
        and not asked.open
        and not any(asked.argument(name) is not None for name in conditions)
    )


def hands_on(asked: Operation) -> bool:
    """Whether an operation sends something on or starts something: of no error that it may have is the work done."""
    return (asked.service, asked.name) in _SENDING


def repeated(call: Call, key: frozenset[str] | None) -> str | None:
    """What a call does once more, as a message says it; None where it does nothing more, or that is not known.

    `key` has the attributes that make the key of the table that it writes to; None where they are not known.
    """
    if (changes := _changes_rows(call)) is not None:
        return changes
    if call.receiver is None:
        charges = _CHARGING.fullmatch(call.name) and not call.open and "idempotency_key" not in call.keywords
        return "charges a customer" if charges else _messages(call)
    if _charges(call):
        return "charges a customer"
    if (sends := _messages(call)) is not None:
        return sends
    asked = operation(call)
    if asked is None or asked.open or asked.kind in (PAGES, WAITER, BATCH):
        return None
    if any(asked.argument(name) is not None for name in CONDITIONS):
        return None
    match asked.service, asked.name:
        case "dynamodb", "put_item":
            return "inserts an item under a fresh id" if _has_fresh_key(asked.argument("Item"), key) else None
        case "dynamodb", "update_item":
            return "adds to an item" if _adds(asked.argument("UpdateExpression")) else None
        case "lambda", "invoke":
            return "invokes a function" if asked.argument("InvocationType") == Constant("Event") else None
        case sending if sending in _SENDING:
            what, parameters = _SENDING[sending]
            return None if any(_tells_again(asked, name) for name in parameters) else what
    return None


def is_harmless(handler: Handler) -> bool:
    """Whether all that a handler leaves with others it leaves once, however often it is given the same event: items and
    objects that it writes over, besides what it only reads."""
    work = [each for each in handler.invocation_calls if not (each.mends or _is_of_no_effect(each))]
    asked = [operation(each) for each in work]
    return bool(work) and not handler.bounded and all(each is not None and _writes_over(each) for each in asked)


def _is_of_no_effect(call: Call) -> bool:
    asked = operation(call)
    if asked is not None:
        return asked.only_reads
    return is_log(call) or is_pure(call) or promises.stays(call) or sdk.client(call) is not None


def _writes_over(asked: Operation) -> bool:
    same = leaves_the_same(asked) or (asked.service, asked.name) == ("dynamodb", "update_item")
    return same and not asked.open and repeated(asked.call, None) is None


def _changes_rows(call: Call) -> str | None:
    """What a call does by SQL that it would do once more; None where it executes none, or that is not known.

    A key may refuse a row that is there: of most tables the program does not tell.
    """
    for each in queries.statements(call):
        for text in map(_statement, options(each.value)):
            if text is None or len(text) > _LONGEST:
                continue
            if _SUMMING.search(text):
                return "adds to rows by SQL"
            if _INSERTING.match(text) and not _HEEDING.search(text):
                return "inserts rows by SQL"
    return None


def _statement(value: Value) -> str | None:
    """The text of a statement, as far as it is written out; None where its beginning or its end is not."""
    match value:
        case Constant(str(text)):
            return text
        case Text((Constant(str()), *_, Constant(str())) as parts):
            return " x ".join(
                each.value if isinstance(each, Constant) and isinstance(each.value, str) else "" for each in parts
            )
        case _:
            return None


def _tells_again(asked: Operation, parameter: str) -> bool:
    """Whether a parameter of a request keeps it from being done twice: it is given, and is the same the next time."""
    key = asked.argument("MessageDeduplicationId") if parameter == "MessageGroupId" else None
    value = key or asked.argument(parameter)
    return value is not None and not all(map(_differs, options(value)))


def _differs(value: Value) -> bool:
    """Whether a text has something in it that is never the same twice: what is drawn, or the time to the minute."""
    return any(
        isinstance(each, Result)
        and each.call.phase == "invocation"
        and (each.call.name.startswith(_FRESH) or _tells_minutes(each.call))
        for each in origins(value)
    )


def _tells_minutes(call: Call) -> bool:
    """Whether a call tells the time, and not only the day."""
    if call.receiver is None:
        return call.name in ("time.time", "time.time_ns")
    if not (isinstance(call.receiver, Result) and clock(call.receiver.call)):
        return False
    match call.name, call.arguments:
        case "strftime", (Constant(str(written)),):
            return any(each in written for each in ("%M", "%S", "%f", "%s", "%c", "%X", "%T"))
        case (("timestamp" | "isoformat" | "toISOString" | "getTime"), ()):
            return True
        case _:
            return False


def _charges(call: Call) -> bool:
    """Whether a call charges by Stripe's package for JavaScript, whose second argument holds the key."""
    match call.receiver:
        case Member(of, str(what)) if what in _OF_STRIPE and call.name == "create":
            return origin_name(of) == "npm:stripe" and not call.open and call.argument(1) is None
        case _:
            return False


def _messages(call: Call) -> str | None:
    """What a client of a provider sends by a call; None where it sends nothing, or that is not known."""
    name, method = (
        (call.name.rpartition(".")[::2]) if call.receiver is None else (origin_name(call.receiver), call.name)
    )
    sends = (what for made, methods, what in _MESSAGING if method in methods and name.startswith(made))
    # Of what a client of Twilio's makes, messages are sent.
    is_other = method == "create" and not (isinstance(call.receiver, Member) and call.receiver.key == "messages")
    return None if is_other else next(sends, None)


def may_reach(call: Call, service: str) -> bool:
    """Whether an event of a service may come to a call: no test on the way asks for what such events do not have."""
    top = FIELDS.get(service, {}).get((), frozenset())
    asked = [*call.tested, *(each.value for each in call.assured)]
    pieces = (each for value in asked for each in origins(value) if isinstance(each, Piece) and each.root == "event")
    return not top or all(not each.path or each.path[0] in top for each in pieces)


def remembers(handler: Handler) -> bool:
    """Whether a program may know what it has done before by a library, or by what a database refuses to take again."""
    names = [*(each.name for each in handler.imports), *(each.name for each in handler.calls)]
    caught = {name for clause in handler.catches if not clause.gives_up for name in clause.types}
    return any("idempoten" in name.lower() for name in names) or any(
        means_done_before(name) or name.endswith(_KEPT_OUT) for name in caught
    )


def knows_done(handler: Handler, call: Call) -> bool:
    """Whether a program may know that it has made a call before: by a condition, or by looking.

    What other functions do, which the same place calls for events of other kinds, tells nothing of this one.
    """
    return any(_is_on_the_way(guard, call) for guard in _guards(handler))


@once_a_handler
def _guards(handler: Handler) -> tuple[Call, ...]:
    """The calls that tell whether something was done before."""
    asked = [each for each in map(operation, handler.calls) if each is not None]
    looked = {id(each.call): each.call for each in asked if each.name in _LOOKING and not _is_input(each)}
    looked |= {id(each): each for each in handler.calls if any(map(_selects, queries.statements(each)))}
    tested = {id(each.call) for each in all_origins(handler.tests) if isinstance(each, Result)}
    return (
        *(each.call for each in asked if any(each.argument(name) is not None for name in CONDITIONS)),
        *(looked[each] for each in looked.keys() & tested),
    )


def _selects(executed: Sink) -> bool:
    return any(isinstance(each, Constant) and _SELECTING.match(str(each.value)) for each in origins(executed.value))


def _is_on_the_way(guard: Call, call: Call) -> bool:
    """Whether the file that leads to a call on its own way there leads to the guard as well."""
    own, other = (*call.trail, call.span), (*guard.trail, guard.span)
    shared = next((at for at, (one, two) in enumerate(zip(own, other, strict=False)) if one != two), 0)
    return own[shared].path == other[shared].path


def _is_input(asked: Operation) -> bool:
    """Whether it reads the object that the event names, and not what others have noted of it: the same each time."""
    key = asked.argument("Key")
    return (
        asked.service == "s3"
        and key is not None
        and all(map(_is_of_event, options(key)))
        and "Metadata" not in asked.call.asked
    )


def _is_of_event(value: Value) -> bool:
    """Whether a value is a part of the event as it came, decoded at most."""
    match value:
        case Piece(_, "event"):
            return True
        case Member(of):
            return _is_of_event(of)
        case Result(call) if call.name == "get" and call.receiver is not None:
            return _is_of_event(call.receiver)
        case Result(call) if call.name in carriers.PARSING | carriers.KEEPING and call.arguments:
            return _is_of_event(call.arguments[0])
        case _:
            return False


def _has_fresh_key(item: Value | None, key: frozenset[str] | None) -> bool:
    if not isinstance(item, Mapping):
        return False
    names = key if key is not None else {name for name in item.entries if name.lower() in _KEY_NAMES}
    return any(name in item.entries and _is_fresh(item.entries[name]) for name in names)


def _is_fresh(value: Value) -> bool:
    """Whether a value differs each time, and has nothing of the event that could tell the same event again."""
    match value:
        case Mapping(entries=entries) if len(entries) == 1:
            return all(_is_fresh(each) for each in entries.values())
        case _:
            return all(_made_fresh(each) for each in options(value))


def _made_fresh(value: Value) -> bool:
    parts = list(origins(value))
    called = [each.call for each in parts if isinstance(each, Result) and each.call.phase == "invocation"]
    fresh = any(call.name.startswith(_FRESH) or (call.name == "js:Date" and not call.arguments) for call in called)
    return fresh and not any(isinstance(each, Piece) and each.root == "event" for each in parts)


def _adds(expression: Value | None) -> bool:
    match expression:
        case Constant(str(written)):
            return _ADDING.search(written) is not None
        case Text((Constant(str(written)), *_)):
            return _ADDING.search(written) is not None
        case _:
            return False


def table_of(call: Call) -> Operation | None:
    """The operation by which a call writes to a table; None where it does not."""
    asked = operation(call) if call.receiver is not None else None
    return asked if asked is not None and asked.service == "dynamodb" else None
