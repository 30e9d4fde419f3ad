"""What type a value is known to have, and whether JSON has a form for it.

What AWS's Python runtime can marshal, of what a handler returns, is what its encoder takes: simplejson's, with bytes
that are UTF-8 text, and Decimal. The standard library's `json.dumps` takes neither.
Source: `awslambdaric/lambda_runtime_marshaller.py` of
https://github.com/aws/aws-lambda-python-runtime-interface-client.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lambdalint.code.facts import Handler
from lambdalint.code.idioms import is_log, is_pure, origin_name
from lambdalint.code.value import (
    ABSENT,
    NONE,
    Call,
    Caught,
    Choice,
    Class,
    Constant,
    Environment,
    Instance,
    Mapping,
    Member,
    Piece,
    Result,
    Sequence,
    Text,
    Unknown,
    Value,
    options,
    origins,
)
from lambdalint.code.walks import Descent, asked_once
from lambdalint.meaning import answers
from lambdalint.records import dataclass, field
from lambdalint.source import Span

RUNTIME, STANDARD, STRINGIFY = "runtime", "standard", "stringify"
"""Who makes JSON of a value: Python's runtime of what a handler returns, the standard library's `json.dumps`, or
`JSON.stringify`, which Node.js's runtime calls too."""

DATETIME, DATE, TIME, DURATION = "a datetime", "a date", "a time", "a timedelta"
SET, BYTES, DECIMAL, UUID, EXCEPTION = "a set", "bytes", "a Decimal", "a UUID", "an exception"
BIGINT, MAP, REGEXP, BUFFER = "a BigInt", "a Map", "a regular expression", "a Buffer"
TEXT = "a text"
GENERATOR, ITERATOR, VIEW, STREAM = "a generator", "an iterator", "a view of a dict", "a stream"

_CALLS = {
    **{
        f"datetime.datetime{name}": DATETIME
        for name in ("", ".now", ".utcnow", ".today", ".fromtimestamp", ".utcfromtimestamp", ".strptime",
                     ".fromisoformat", ".combine", ".fromordinal", ".fromisocalendar")
    },
    **{
        f"datetime.date{name}": DATE
        for name in ("", ".today", ".fromtimestamp", ".fromisoformat", ".fromordinal", ".fromisocalendar")
    },
    "datetime.time": TIME, "datetime.time.fromisoformat": TIME, "datetime.timedelta": DURATION,
    "dateutil.parser.parse": DATETIME, "dateutil.parser.isoparse": DATETIME, "django.utils.timezone.now": DATETIME,
    "uuid.UUID": UUID, "uuid.uuid1": UUID, "uuid.uuid3": UUID, "uuid.uuid4": UUID, "uuid.uuid5": UUID,
    "decimal.Decimal": DECIMAL,
    "builtins.set": SET, "builtins.frozenset": "a frozenset", "builtins.range": "a range",
    "builtins.map": ITERATOR, "builtins.filter": ITERATOR, "builtins.zip": ITERATOR, "builtins.enumerate": ITERATOR,
    "builtins.reversed": ITERATOR, "builtins.iter": ITERATOR, "collections.deque": "a deque",
    "builtins.bytes": BYTES, "builtins.bytearray": "a bytearray", "builtins.memoryview": "a memoryview",
    "builtins.complex": "a complex number", "base64.b64encode": BYTES, "base64.b64decode": BYTES,
    "base64.urlsafe_b64encode": BYTES, "base64.urlsafe_b64decode": BYTES, "gzip.compress": BYTES,
    "gzip.decompress": BYTES, "zlib.compress": BYTES, "zlib.decompress": BYTES, "pickle.dumps": BYTES,
    "pathlib.Path": "a path", "io.BytesIO": STREAM, "io.StringIO": STREAM, "builtins.open": STREAM,
    "threading.Lock": "a lock", "fractions.Fraction": "a fraction",
    "js:BigInt": BIGINT, "js:BigInt.asIntN": BIGINT, "js:BigInt.asUintN": BIGINT, "js:RegExp": REGEXP,
    "js:Buffer.from": BUFFER, "js:Buffer.concat": BUFFER, "js:Buffer.alloc": BUFFER,
    "node:crypto.randomBytes": BUFFER, "node:zlib.gzipSync": BUFFER, "node:zlib.gunzipSync": BUFFER,
    "node:zlib.deflateSync": BUFFER, "node:zlib.inflateSync": BUFFER, "node:fs.createReadStream": STREAM,
}  # fmt: skip
"""What functions give, by the name that imports give them."""

_METHODS = {
    (DATETIME, "replace"): DATETIME, (DATETIME, "astimezone"): DATETIME, (DATETIME, "date"): DATE,
    (DATETIME, "time"): TIME, (DATE, "replace"): DATE,
    (DECIMAL, "quantize"): DECIMAL, (DECIMAL, "normalize"): DECIMAL,
    (SET, "union"): SET, (SET, "intersection"): SET, (SET, "difference"): SET, (SET, "symmetric_difference"): SET,
    (SET, "copy"): SET, ("a dict", "keys"): VIEW, ("a dict", "values"): VIEW, ("a dict", "items"): VIEW,
    (TEXT, "encode"): BYTES,
}  # fmt: skip
"""What methods give, by the kind of what they are called on."""

_SEQUENCES = {"set": SET, "generator": GENERATOR, "view": VIEW, "deque": "a deque"}
_BY_EITHER = frozenset({BYTES, DECIMAL})
"""What the runtime takes and the standard library does not."""

_ANSWERING = frozenset({
    f"requests.{name}" for name in ("get", "post", "put", "patch", "delete", "head", "options", "request")
})  # fmt: skip
"""Functions whose answers have headers that are no dict: https://requests.readthedocs.io/en/latest/api/#requests.Response
"""

_TEXTS = frozenset({"json.dumps", "builtins.str", "builtins.repr", "builtins.format", "builtins.ascii"})
STREAMED = frozenset({GENERATOR, ITERATOR, STREAM})
"""What gives its content bit by bit."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """A part of a value that JSON has no form for."""

    kind: str
    """With its article: `a datetime`."""
    value: Value
    keys: tuple[str, ...] = field(default=())
    """The keys that lead to it."""


_PARSERS = ("js:JSON.parse", "json.loads")
"""How the names of functions end that read JSON: `ujson.loads` and `orjson.loads` do as `json.loads` does."""


NO_JSON = frozenset({"", "ValueError", "json.JSONDecodeError", "json.decoder.JSONDecodeError"})
"""What Python's raise where a text is no JSON, and the types that hold it."""


def parses_json(call: Call) -> bool:
    """Whether a call makes of a text what it says as JSON, and fails where it is none."""
    return call.receiver is None and call.name.endswith(_PARSERS) and bool(call.arguments)


def kind(value: Value) -> str | None:
    """The kind of a value, with its article; None where it is not known, or not one that this module tells apart."""
    return _kind(value, {})


def _kind(value: Value, known: dict[int, str | None]) -> str | None:
    """The kind of a value; `known` is that of what is computed of others, which may be parts of many."""
    match value:
        case Constant(bytes()):
            return BYTES
        case Constant(complex()):
            return "a complex number"
        case Constant(str()) | Text():
            return TEXT
        case Mapping(kind=name):
            return MAP if name == "map" else "a dict"
        case Sequence(kind=name):
            return _SEQUENCES.get(name)
        case Caught():
            return EXCEPTION
        case Instance(of):
            return _instance(of)
        case Member(Result(call), "headers") if call.name in _ANSWERING:
            return "a CaseInsensitiveDict"
        case Result() | Unknown() if answers.is_reckoned(value):
            return DECIMAL
        case Unknown((left, right), operator) if operator:
            if id(value) not in known:
                known[id(value)] = None
                known[id(value)] = _computed(operator, _kind(left, known), _kind(right, known))
            return known[id(value)]
        case Result(call):
            return _given(call)
        case _:
            return None


def _computed(operator: str, left: str | None, right: str | None) -> str | None:
    """The kind of what is computed of a point in time and a stretch of it, of BigInts, or of sets.

    https://docs.python.org/3/library/datetime.html, and
    https://developer.mozilla.org/docs/Web/JavaScript/Reference/Global_Objects/BigInt
    """
    match operator, left, right:
        case "+" | "-", "a datetime" | "a date", "a timedelta":
            return left
        case "+", "a timedelta", "a datetime" | "a date":
            return right
        case "-", "a datetime", "a datetime":
            return DURATION
        case "+" | "-" | "*" | "/" | "%" | "**", "a BigInt", "a BigInt":
            return BIGINT
        case "|" | "&" | "^" | "-", "a set", "a set":
            return left
        case _:
            return None


def misfits(value: Value, by: str, _above: tuple[str, ...] = (), _way: Descent | None = None) -> Iterator[Misfit]:
    """The parts of a value that whoever makes JSON of it has no form for, whatever way the program takes.

    What may be something else at the same place is left out: it is looked at and put right there.
    """
    way = (_way or Descent()).into(value)
    if way is None:
        return
    match value:
        case Choice(several):
            found = [next(misfits(each, by, _above, way), None) for each in several if each != NONE]
            if found and all(found):
                yield from (each for each in found[:1] if each is not None)
        case Mapping(entries=entries, others=others) if not (by == STRINGIFY and value.kind == "map"):
            for key, entry in entries.items():
                yield from misfits(entry, by, (*_above, key), way)
            if others is not None:
                yield from misfits(others, by, _above, way)
        case Sequence(items=items, kind="list" | "tuple", open=is_open):
            inner = [next(misfits(each, by, _above, way), None) for each in items]
            if inner and (all(inner) or not is_open):
                yield from [each for each in inner if each is not None][:1]
        case _ if by == STRINGIFY:
            given = kind(value)
            if given in _FAILING or given in MADE_BY_STRINGIFY:
                yield Misfit(given, value, _above)
            for path, inner_kind in answers.streams(value):
                yield Misfit(inner_kind, value, (*_above, *path))
        case _:
            given = kind(value)
            if given is not None and given not in (TEXT, "a dict") and not (by == RUNTIME and given in _BY_EITHER):
                yield Misfit(given, value, _above)
            for path, inner_kind in answers.unserializable(value):
                yield Misfit(inner_kind, value, (*_above, *path))


_FAILING = frozenset({BIGINT, STREAM})
"""What `JSON.stringify` fails at: a BigInt has no form, and a stream holds what holds it."""
MADE_BY_STRINGIFY = {
    MAP: "{}", SET: "{}", REGEXP: "{}", EXCEPTION: "an object without its message",
    BUFFER: '{"type": "Buffer", "data": […]}',
}  # fmt: skip
"""What `JSON.stringify` makes of objects whose content is in no field of theirs.

https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Global_Objects/JSON/stringify
"""


def keeps(handler: Handler, misfit: Misfit, by: Call | None = None) -> bool:
    """Whether `JSON.stringify` may hold what is in a value: the code teaches it how, or what failed has such errors.

    `by` is the call of it, where the code makes one: that may be for what is no error, or has no text.
    """
    if misfit.kind == BIGINT:
        return any(each.name == "js:BigInt.prototype.toJSON" for each in handler.settings) or handler.mentions("toJSON")
    caught = misfit.value
    beside = () if by is None else (each for given in by.arguments for each in origins(given) if each != caught)
    if misfit.kind == EXCEPTION and any(_tells(each, caught) for each in beside):
        return True
    if not isinstance(caught, Caught):
        return False
    asked = () if by is None else (*by.tested, *(each.value for each in by.assured if each.kind == ABSENT))
    if any(caught in origins(each) for each in asked):
        return True
    clauses = [each for each in handler.catches if each.span == caught.span]
    tried = [each.tried for each in clauses]
    if by is not None and (any(each.gives_up for each in clauses) or _is_told(handler, caught)):
        return True
    if any(each.covers(place) for each in tried for thrown in _no_errors(handler) for place in thrown):
        return True
    return not tried or any(
        any(each.covers(place) for each in tried for place in (call.span, *call.trail))
        and not is_log(call)
        and (_is_unseen(call) or not (is_pure(call) or origin_name(Result(call)).startswith(_TELLING_NOTHING)))
        for call in handler.calls
    )


def _is_unseen(call: Call) -> bool:
    """Whether it is code that is not here that is called, such as a layer's: it may throw errors of its own."""
    of = call.receiver
    while isinstance(of, Member | Result):
        of = of.of if isinstance(of, Member) else of.call.receiver
    return isinstance(of, Unknown) and not of.parts


def reads_buffer(handlers: Iterable[Handler], keys: tuple[str, ...]) -> bool:
    """Whether one of some handlers makes a Buffer again of what JSON has made of one, by the key that it stands under.

    `Buffer.from` takes that form: https://nodejs.org/api/buffer.html#buftojson
    """
    return bool(keys) and any(
        (isinstance(each, Piece) and each.path[-1:] == keys[-1:]) or (isinstance(each, Member) and each.key == keys[-1])
        for handler in handlers
        for call in handler.calls
        if call.name.endswith("Buffer.from") and call.arguments
        for each in options(call.arguments[0])
    )


def _no_errors(handler: Handler) -> Iterator[tuple[Span, ...]]:
    """The places that lead to where something else than an error is thrown: a text, a response."""
    for each in handler.raises:
        if each.value is not None and all(
            isinstance(found, Mapping | Text | Constant) for found in options(each.value)
        ):
            yield (each.span, *each.trail)


def _is_told(handler: Handler, caught: Caught) -> bool:
    """Whether what is caught is logged as a whole too, or its text is."""
    return any(is_log(call) and any(_tells(each, caught) for each in call.arguments) for call in handler.calls)


def _tells(value: Value, error: Value) -> bool:
    """Whether a value is an error, or its message or stack."""

    @asked_once
    def tells(value: Value) -> bool:
        match value:
            case Member(of, key):
                return of == error and key in ("message", "stack")
            case Text(parts):
                return any(map(tells, parts))
            case _:
                return value == error

    return tells(value)


_TELLING_NOTHING = ("@aws-lambda-powertools/", "js:", "node:", "builtins.")
"""What fails with errors whose message is in no field that JSON shows; the SDK and packages may do otherwise."""
_STRINGIFY = "js:JSON.stringify"
_DUMPING = frozenset({"json.dumps", "json.dump", _STRINGIFY})
NO_FORM = frozenset({"", "TypeError"})
"""The errors, as `Call.caught` names them, that a `try` must catch to survive a value that JSON has no form for."""


def makes_json(call: Call) -> bool:
    """Whether a call of the language's own library gives JSON as a text."""
    return call.receiver is None and call.name in _DUMPING and call.name != "json.dump"


def dumped(call: Call) -> Value | None:
    """What a call of the language's own library makes JSON of; None where it makes none, or is told how to make it of
    values that JSON has no form for."""
    if call.receiver is not None or call.name not in _DUMPING or call.open:
        return None
    if call.name == _STRINGIFY:
        # What replaces values, or names the keys to keep, may make something else of them.
        return call.argument(0) if call.argument(1) in (None, NONE) else None
    if {"default", "cls", "**"} & call.keywords.keys():
        return None
    return call.argument(0, "obj")


_GIVING_TEXT = frozenset({
    "capitalize", "ctime", "decode", "format", "hexdigest", "isoformat", "join", "lower", "lstrip", "replace", "rstrip",
    "strftime", "strip", "title", "upper",
})  # fmt: skip
"""Methods that give a text, whatever they are called on, but for a date's `replace`."""

_OF_TEXT = frozenset({"headers", "pathParameters", "queryStringParameters", "stageVariables"})
"""Parts of a request whose every entry is a text."""


@asked_once
def is_textual(value: Value) -> bool:
    """Whether a value is known to be a text, a truth or nothing, or to hold only such."""
    match value:
        case Constant(None | bool() | str()) | Text() | Environment():
            return True
        case Choice(several):
            return all(map(is_textual, several))
        case Mapping(entries=entries, open=False, others=None):
            return all(map(is_textual, entries.values()))
        case Sequence(items=items, open=False):
            return all(map(is_textual, items))
        case Piece((str(first), str(), *_)):
            return first in _OF_TEXT
        case Piece(("aws_request_id",), "context"):
            return True
        case Result(Call(name=name, receiver=receiver)) if receiver is not None and name in _GIVING_TEXT:
            return name != "replace" or kind(receiver) == TEXT
        case Unknown((only,)):
            # What is cut out of a text is one.
            return kind(only) == TEXT
        case _:
            return kind(value) == TEXT


_PLAIN_BASES = {"builtins.object", "abc.ABC", "enum.Enum", "pydantic.BaseModel", "pydantic.main.BaseModel"}
_DISGUISES = ("_asdict", "__new__", "__get__")
"""What makes a named tuple of an object, an object of another class, or a value that stands for it."""


def _instance(of: Class) -> str | None:
    """The kind of an object of a project's class; None where it may be more than it seems: a dict, a named tuple."""
    bases = set(_bases(of))
    if any(name.startswith("js:") and name.endswith("Error") for name in bases) and of.lookup("toJSON") is None:
        return EXCEPTION
    if any(name.startswith("builtins.") and name.endswith(("Error", "Exception")) for name in bases):
        return EXCEPTION
    if bases - _PLAIN_BASES or any(of.lookup(name) is not None for name in _DISGUISES):
        return None
    return f"an instance of {of.node.name}"


def _bases(of: Class) -> Iterator[str]:
    for base in of.bases:
        if isinstance(base, Class):
            yield from _bases(base)
        else:
            yield origin_name(base) or "?"


_NUMBERS = frozenset({
    "builtins.len", "builtins.int", "builtins.float", "builtins.round", "builtins.ord", "builtins.hash",
    "time.time", "time.time_ns", "time.monotonic", "time.perf_counter", "random.random", "random.randint",
    "random.uniform", "math.ceil", "math.floor", "math.sqrt",
})  # fmt: skip


def is_number(call: Call) -> bool:
    """Whether a call gives a number that JSON has a form for."""
    return call.receiver is None and call.name in _NUMBERS


_OF_FILES = frozenset({"node:fs.readFileSync", "node:fs/promises.readFile", "node:fs.promises.readFile"})
"""What gives bytes, unless it is told an encoding."""


def _given(call: Call) -> str | None:
    """The kind of what a call gives."""
    if call.receiver is None:
        if call.name in _TEXTS:
            return TEXT
        if call.name.startswith(("builtins.", "js:")) and call.name.endswith(("Error", "Exception")):
            return EXCEPTION
        if call.name in _OF_FILES:
            return BUFFER if len(call.arguments) == 1 else None
        return _CALLS.get(call.name)
    if call.name == "digest" and origin_name(call.receiver).startswith("node:crypto."):
        return BUFFER if not call.arguments else None
    if call.name == "digest" and origin_name(call.receiver).startswith(("hashlib.", "hmac.")):
        return BYTES
    of = {kind(each) for each in options(call.receiver)}
    return _METHODS.get((of.pop() or "", call.name)) if len(of) == 1 else None
