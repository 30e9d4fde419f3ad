"""Python source, lowered into the representation that all languages share."""

from __future__ import annotations

from collections.abc import Iterable

import libcst

from lambdalint.code import ir
from lambdalint.code.python import errors, nesting
from lambdalint.code.python.features import Features
from lambdalint.code.python.places import Places
from lambdalint.code.python.statements import Statements
from lambdalint.source import Source, UnreadableSource

_LARGEST = 700_000
"""Characters: more than anybody writes by hand, and a minute's work."""
_TOO_DEEP = "nested too deeply"


def parse(source: Source) -> ir.Module:
    """The module that a Python source holds, of any version from 3.0 on.

    `pass`, `...` and what else the representation has no word for are Opaque, `assert` is an If that raises;
    annotations, but for the names in those of parameters, and a class's keyword arguments are left out. Raises
    UnreadableSource where it is not Python 3, nested too deeply, or too large.
    """
    if len(source.text) > _LARGEST:
        raise UnreadableSource(source.span((1, 1), (1, 1)), f"larger than {_LARGEST:,} characters")
    text = source.text.removeprefix("\ufeff")
    deep = nesting.too_deep(text)
    if deep is not None:
        raise UnreadableSource(source.span(deep, deep), _TOO_DEEP)
    try:
        module = libcst.parse_module(text)
        places = Places(module, source, text)
        features = Features(places, module)
        body = Statements(places, features).block(module.body)
    except libcst.ParserSyntaxError as error:
        place, why = errors.explain(error.message, text)
        raise UnreadableSource(source.span(place, place), why) from None
    except libcst.CSTValidationError as error:
        # A letter that this Python does not know yet.
        raise UnreadableSource(source.span((1, 1), (1, 1)), str(error).rstrip(".")) from None
    except RecursionError:
        raise UnreadableSource(source.span((1, 1), (1, 1)), _TOO_DEEP) from None
    names: dict[str, ir.Function | ir.Class] = {}
    _define(body, names)
    return ir.Module(source, body, names, tuple(features.found))


def _define(body: Iterable[ir.Statement], names: dict[str, ir.Function | ir.Class]) -> None:
    """Note the functions and classes of a block; the last one of a name wins, but an alternative never does."""
    for statement in body:
        match statement:
            case ir.Function(name) | ir.Class(name):
                names[name] = statement
            case ir.With():
                _define(statement.body, names)
            case ir.If():
                _define(statement.then, names)
                _alternative(statement.otherwise, names)
            case ir.Try():
                _define(statement.body, names)
                for clause in statement.clauses:
                    _alternative(clause.body, names)
                _define(statement.otherwise, names)
                _define(statement.final, names)
            case _:
                pass


def _alternative(body: Iterable[ir.Statement], names: dict[str, ir.Function | ir.Class]) -> None:
    found: dict[str, ir.Function | ir.Class] = {}
    _define(body, found)
    for name, definition in found.items():
        names.setdefault(name, definition)
