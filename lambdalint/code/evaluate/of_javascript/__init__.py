"""What is JavaScript's own in following a program, TypeScript's among it."""

from __future__ import annotations

from lambdalint.code import idioms
from lambdalint.code.evaluate import formats, truth
from lambdalint.code.evaluate.of_javascript import modules, names, objects, started, types
from lambdalint.code.evaluate.run import Run
from lambdalint.code.language import Language
from lambdalint.code.value import (
    FEW,
    NONE,
    Choice,
    Class,
    Compared,
    Constant,
    Function,
    Imported,
    Instance,
    Mapping,
    Module,
    Piece,
    Result,
    Sequence,
    Text,
    Unknown,
    Value,
    origins,
)
from lambdalint.source import Span


def _binary(_run: Run, operator: str, left: Value, right: Value, _span: Span) -> Value | None:
    if operator in _OF_NUMBERS and any(isinstance(each, Piece) for each in origins(Unknown((left, right)), FEW)):
        # What comes of it is a number, whatever text the event holds.
        return Unknown()
    if operator == "+":
        if any(map(_is_text, (left, right))):
            return formats.text([_shown(left), _shown(right)])
        if any(isinstance(each, Mapping | Sequence) for each in (left, right)):
            return Unknown((left, right))
    return None


_OF_NUMBERS = frozenset({"-", "*", "/", "%", "**", "&", "|", "^", "<<", ">>", ">>>"})


def _is_text(value: Value) -> bool:
    return isinstance(value, Text) or (isinstance(value, Constant) and isinstance(value.value, str))


def _holds(value: Value) -> bool | None:
    match value:
        case Constant(given):
            return bool(given)
        case Mapping() | Sequence() | Function() | Class() | Module() | Instance():
            # Whatever it holds, an object is true.
            return True
        case Compared() | Result() if (said := types.says(value)) is not None:
            return said
        case Compared(operator, left, right):
            return truth.compared(operator, left, right)
        case Result(call):
            return truth.of_text(call)
        case Choice(several):
            found = {_holds(each) for each in several}
            return found.pop() if len(found) == 1 else None
        case Text(parts):
            return True if any(isinstance(each, Constant) and each.value for each in parts) else None
        case _:
            return None


def _shown(value: Value) -> Value:
    match value:
        case Constant(bool(given)):
            return Constant(str(given).lower())
        case Constant(int(number)):
            return Constant(str(number))
        case _:
            return value


JAVASCRIPT = Language(
    name="javascript",
    exported=modules.exported,
    free=names.free,
    stray=lambda *_: False,
    bring=modules.bring,
    attribute=objects.attribute,
    element=objects.element,
    method=objects.method,
    function=names.function,
    binary=_binary,
    holds=_holds,
    shown=_shown,
    leave=started.leave,
    lenient=True,
    more=(Imported(idioms.CALLBACK),),
    absent=NONE,
)
