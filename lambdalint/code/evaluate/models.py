"""Objects that are made of data by the types of a class's fields, in a program that runs once: models of pydantic, and
data classes that dacite makes.

https://docs.pydantic.dev/latest/concepts/models/#nested-models · https://github.com/konradhalas/dacite#usage
"""

from __future__ import annotations

from lambdalint.code import idioms, ir
from lambdalint.code.evaluate import settings, straight
from lambdalint.code.evaluate.arguments import Arguments
from lambdalint.code.evaluate.run import Run
from lambdalint.code.value import Class, Constant, Mapping, Result, Scope, Sequence, Value, held
from lambdalint.records import replace
from lambdalint.source import Span

_OF_DICTS = ("Dict", "dict", "Mapping", "MutableMapping")
_OF_LISTS = ("List", "list", "Sequence", "Set", "set", "Tuple", "tuple", "Iterable", "Collection")
_OF_ITSELF = ("Optional", "Annotated", "Union", "ClassVar", "Final")


def is_model(of: Class) -> bool:
    """Whether objects of a class make objects of what their fields are given."""
    return idioms.base_name(of) in idioms.COPYING


def made(run: Run, of: Class, data: Value, span: Span) -> Value | None:
    """The object of a class that is made of a dict; None where that is none."""
    data = held(data)
    if not isinstance(data, Mapping):
        return None
    entries = dict(data.entries)
    if not is_model(of):
        entries = typed(run, of, entries, span)
    return run.call(of, Arguments((), entries, data.open, dict(data.places)), span)


def typed(run: Run, of: Class, given: dict[str, Value], span: Span) -> dict[str, Value]:
    """What the fields of a class are given, by their names: of the types that they have."""
    found = dict(given)
    for name, kind in settings.fields(of).items():
        match of.lookup(name):
            case Result(call) if call.name in idioms.FIELDS and name not in found:
                alias = next((call.keywords[each] for each in _ALIASES if each in call.keywords), None)
                if isinstance(alias, Constant) and isinstance(alias.value, str) and alias.value in found:
                    found[name] = found.pop(alias.value)
        if name in found:
            found[name] = _of_type(run, found[name], kind, of.scope, span)
    return found


_ALIASES = ("validation_alias", "alias")


def _of_type(run: Run, value: Value, kind: ir.Expression, scope: Scope, span: Span) -> Value:
    """A value as one of the type that an annotation tells."""
    match kind:
        case ir.Binary("|", left, right):
            first = _of_type(run, value, left, scope, span)
            return first if first is not value else _of_type(run, value, right, scope, span)
        case ir.Item(of, key):
            return _of_several(run, value, _name(of), key, scope, span)
        case ir.Name() | ir.Attribute():
            named = run.evaluate(kind, scope)
            return (made(run, named, value, span) if isinstance(named, Class) else None) or value
        case _:
            return value


def _of_several(run: Run, value: Value, name: str, key: ir.Expression, scope: Scope, span: Span) -> Value:
    inner = key.items if isinstance(key, ir.Sequence) else (key,)
    if name in _OF_ITSELF:
        return _of_type(run, value, inner[0], scope, span)
    match held(value):
        case Mapping() as mapping if name in _OF_DICTS:
            entries = {each: _of_type(run, held, inner[-1], scope, span) for each, held in mapping.entries.items()}
            return replace(mapping, entries=entries, places=dict(mapping.places))
        case Sequence() as sequence if name in _OF_LISTS and straight.items(run, sequence) is not None:
            return replace(sequence, items=[_of_type(run, each, inner[0], scope, span) for each in sequence.items])
        case _:
            return value


def _name(kind: ir.Expression) -> str:
    match kind:
        case ir.Name(name) | ir.Attribute(_, name):
            return name
        case _:
            return ""
