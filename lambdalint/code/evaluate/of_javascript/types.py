"""What JavaScript's tests of a value's type say of values whose type is known."""

from __future__ import annotations

from lambdalint.code import idioms
from lambdalint.code.value import (
    Call,
    Compared,
    Constant,
    Environment,
    Function,
    Imported,
    Mapping,
    Member,
    Result,
    Sequence,
    Text,
    Value,
)

_SCALARS = {str: "string", bool: "boolean", int: "number", float: "number"}
_OBJECTS = ("Array", "Map", "Buffer", "object")
_CLASSES = {
    "js:Array": "Array", "js:Map": "Map", "js:Buffer": "Buffer", "js:Uint8Array": "Buffer",
    "node:buffer.Buffer": "Buffer",
}  # fmt: skip
_OTHERS = frozenset({
    "js:ArrayBuffer", "js:Blob", "js:Date", "js:Error", "js:Promise", "js:RegExp", "js:Set", "js:URL",
    "js:ReadableStream", "node:stream.Readable", "node:stream.default.Readable",
})  # fmt: skip
"""Classes of which no literal, text or buffer is an instance."""


_ERRORS = frozenset({"js:Error", "js:TypeError", "js:RangeError", "js:SyntaxError"})


def says(value: Value) -> bool | None:
    """How a test of a type ends; None where it is none, or that is not certain."""
    match value:
        case Compared("==" | "!=" as operator, Result(Call(name="js:typeof", arguments=(of,))), Constant(str(asked))):
            given = _type(of)
            kind = "object" if given in _OBJECTS else given
            return None if kind is None else (kind == asked) == (operator == "==")
        case Result(Call(name="js:Array.isArray", arguments=(of, *_))):
            return _is(of, "Array")
        case Result(Call(name="js:Buffer.isBuffer", arguments=(of, *_))):
            return _is(of, "Buffer")
        case Result(Call(name="builtins.isinstance", arguments=(of, Imported(name)))):
            if name in _CLASSES:
                return _is(of, _CLASSES[name])
            if name in _ERRORS and _is_no_error(of):
                return False
            given = _type(of)
            return False if name in _OTHERS and given is not None and given != "object" else None
        case _:
            return None


def _is_no_error(value: Value) -> bool:
    """Whether a value is plain data, or a variable's text: what is parsed of JSON, or a part of an answer."""
    match value:
        case Environment():
            return True
        case Member(of):
            return _is_no_error(of) or (isinstance(of, Result) and _is_answer(of.call))
        case Result(call):
            return call.name == "js:JSON.parse" or _is_answer(call)
        case _:
            return False


def _is_answer(call: Call) -> bool:
    """Whether a call asks AWS for something, whose answer is no error: one is thrown."""
    return call.receiver is not None and idioms.origin_name(call.receiver).startswith(("aws-sdk", "@aws-sdk/"))


def _is(value: Value, wanted: str) -> bool | None:
    given = _type(value)
    return None if given is None else given == wanted


def _type(value: Value) -> str | None:
    match value:
        case Constant(given):
            return _SCALARS.get(type(given))
        case Text():
            return "string"
        case Function():
            return "function"
        case Mapping(kind=kind):
            return "Map" if kind == "map" else "object"
        case Sequence(kind="list"):
            return "Array"
        case Result(call) if call.receiver is None:
            return idioms.TYPES.get(call.name)
        case _:
            return None
