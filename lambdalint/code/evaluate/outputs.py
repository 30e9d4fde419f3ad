"""Outputs of Pulumi, in a program that runs once: one of a value is that value, and what is applied to it is done at
once.

https://www.pulumi.com/docs/iac/concepts/inputs-outputs/
"""

from __future__ import annotations

from lambdalint.code.evaluate import formats
from lambdalint.code.evaluate.arguments import Arguments
from lambdalint.code.evaluate.run import Run
from lambdalint.code.value import (
    NONE,
    Class,
    Constant,
    Function,
    Imported,
    Mapping,
    Module,
    Partial,
    Sequence,
    Text,
    Value,
)
from lambdalint.source import Span

_OF_PULUMI = ("npm:@pulumi/pulumi", "pulumi.", "js:$")
"""Also as SST has it: https://sst.dev/docs/reference/global/"""
_SAME = frozenset({"output", "secret", "unsecret", "create", "from_input", "fromInput"})
"""Functions that give what they are given."""
_APPLIED = (Function, Partial, Imported)


def applies(receiver: Value, name: str, arguments: Arguments) -> bool:
    """Whether a method does something with the value of an output."""
    given = arguments.positional
    callee = given[0] if given else arguments.keywords.get("func", NONE)
    return name == "apply" and isinstance(callee, _APPLIED) and not isinstance(receiver, Function | Class | Module)


def apply(run: Run, receiver: Value, arguments: Arguments, span: Span) -> Value:
    """`receiver.apply(function)`."""
    given = arguments.positional
    callee = given[0] if given else arguments.keywords["func"]
    found = run.call(callee, Arguments((receiver,)), span)
    run.diverged = False
    return found


def function(run: Run, name: str, arguments: Arguments, span: Span) -> Value | None:
    """What a function of Pulumi itself makes of outputs; None where that is no output of what it is given."""
    if not name.startswith(_OF_PULUMI):
        return None
    given = arguments.positional
    match name.rpartition(".")[2].removeprefix("js:$"), given:
        case "interpolate", (text,):
            return text
        case "interpolate", ():
            return Constant("")
        case "concat", _ if not arguments.open:
            return formats.text([run.language.shown(each) for each in given])
        case "format", (Constant(str()) | Text() as pattern, *parts):
            return formats.fill_braces(pattern, tuple(parts), arguments.keywords)
        case "all" | "resolve", (Sequence() | Mapping() as several,):
            return several
        case "all", () if arguments.keywords:
            return Mapping(span, dict(arguments.keywords), arguments.open)
        case "all", _ if given:
            return Sequence(span, list(given), open=arguments.open)
        case called, (value, *_) if called in _SAME or (called == "Output" and given):
            return value
        case _:
            return None
