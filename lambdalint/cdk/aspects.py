"""Aspects: what they may do to the constructs that they visit.

https://docs.aws.amazon.com/cdk/v2/guide/aspects.html
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.cdk import methods
from lambdalint.cdk.assembly import Assembly
from lambdalint.cdk.names import camel
from lambdalint.cdk.table import plain
from lambdalint.code import ir
from lambdalint.code.value import Call, Class, Function, Instance, Result, Value
from lambdalint.patterns import pattern

_CHECKING = ("npm:cdk-nag", "cdk_nag.")
"""Libraries whose aspects look, and change nothing."""
_LOOKING = frozenset({
    *("isinstance", "issubclass", "hasattr", "getattr", "print", "str", "len", "type", "super"),
    *("RegExp", "String", "Number", "Boolean", "Error", "Set", "Map"),
})  # fmt: skip
_ASKING = frozenset({
    *("some", "every", "filter", "map", "forEach", "find", "includes", "startsWith", "endsWith", "match", "matchAll"),
    *("test", "push", "join", "split", "replace", "replaceAll", "keys", "values", "entries", "get", "has", "append"),
    *("toLowerCase", "toUpperCase", "lower", "upper", "startswith", "endswith", "items", "toString", "log", "info"),
    *("addError", "addWarning", "addWarningV2", "addInfo", "add_error", "add_warning", "add_warning_v2", "add_info"),
    *("resolve", "tagValues", "tag_values"),
})  # fmt: skip
"""Methods of texts, lists and notes, which set nothing of a construct."""
_QUESTION = pattern(r"(?:is|has)[A-Z_]\w*")
_ANYTHING = "?"
_BOUNDING = pattern(r"\w*[Pp]ermissions?_?[Bb]oundar(?:y|ies)\w*")
"""What aspects are called that set the boundary of every role, in whatever way: many organisations ask for one."""
_BOUNDARY = frozenset({"PermissionsBoundary"})


def visit(assembly: Assembly, call: Call, of: Call) -> None:
    """`Aspects.of(scope).add(aspect)`."""
    scopes = [each.path for each in assembly.constructs.all(of.arguments[0])] if of.arguments else []
    touched = _touched(call.arguments[0] if call.arguments else None)
    if touched:
        for path in scopes or [""]:
            assembly.visited.append((path, None if _ANYTHING in touched else touched))


def _touched(aspect: Value | None) -> frozenset[str]:
    """The properties that an aspect sets, among them "?" where they may be any."""
    match aspect:
        case Result(call) if call.name.startswith(_CHECKING):
            return frozenset()
        case Result(Call(name=name)) if _BOUNDING.fullmatch(name.rpartition(".")[2]):
            return _BOUNDARY
        case Instance():
            found = aspect.of.lookup("visit")
            touched = frozenset({_ANYTHING})
            if isinstance(found, Function):
                touched = frozenset(_done(found.node, aspect.of, set()))
            return _BOUNDARY if _ANYTHING in touched and _BOUNDING.fullmatch(aspect.of.node.name) else touched
    return frozenset({_ANYTHING})


def _done(visiting: ir.Function, of: Class, seen: set[str]) -> Iterator[str]:
    """What a method of an aspect sets, whatever it is that it visits."""
    if visiting.name in seen:
        return
    seen.add(visiting.name)
    for node in (each for statement in visiting.body for each in ir.walk(statement)):
        match node:
            case ir.Assign(targets=targets):
                for target in targets:
                    yield from _set(target)
            case ir.Update(target=target):
                yield from _set(target)
            case ir.Call(function=ir.Attribute(value=ir.Name(id="this" | "self"), name=name)) if isinstance(
                own := of.lookup(name), Function
            ):
                yield from _done(own.node, of, seen)
            case ir.Call(function=ir.Attribute(value=held, name=name)) if not _asks(name):
                yield from _called(node, camel(name), held)
            case ir.Call(function=ir.Name(id=name)) if name not in _LOOKING and not methods.quiets(name):
                yield _ANYTHING


def _asks(name: str) -> bool:
    return name in _ASKING or _QUESTION.fullmatch(name) is not None


def _set(target: ir.Expression) -> Iterator[str]:
    match target:
        case ir.Name():
            pass
        case ir.Attribute(value=ir.Name(id="this" | "self")):
            pass
        case ir.Attribute(name=name):
            yield plain.capital(camel(name))
        case _:
            yield _ANYTHING


def _called(call: ir.Call, name: str, of: ir.Expression) -> Iterator[str]:
    if methods.is_harmless(name) or (name == "add" and _is_of_tags(of)):
        return
    if methods.overrides(name) and call.arguments:
        match call.arguments[0].value:
            case ir.Literal(value=str(path)):
                first, *rest = path.split(".")
                if "Property" in name:
                    yield first
                    return
                if first == "Properties" and rest:
                    yield rest[0]
                    return
    yield _ANYTHING


def _is_of_tags(of: ir.Expression) -> bool:
    match of:
        case ir.Call(function=ir.Attribute(name="of", value=ir.Attribute(name="Tags") | ir.Name(id="Tags"))):
            return True
        case _:
            return False
