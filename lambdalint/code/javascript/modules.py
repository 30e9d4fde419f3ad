"""What a module brings in and gives out, as ES modules and CommonJS write it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import tree_sitter

from lambdalint import literals
from lambdalint.code import ir
from lambdalint.code.javascript import trees
from lambdalint.places import Places


def imports(node: tree_sitter.Node, places: Places) -> Iterator[ir.Import]:
    """What an import statement binds; what is imported for its type only is not imported."""
    source = node.child_by_field_name("source")
    required = trees.child(node, "import_require_clause")
    if trees.has(node, "type") or trees.has(node, "typeof"):
        return
    if required is not None:
        name, given = trees.child(required, "identifier"), required.child_by_field_name("source")
        if name is not None and given is not None:
            yield ir.Import(_spelt(given, places), None, places.text(name), places.span(node), how="require")
        return
    if source is None:
        return
    module = _spelt(source, places)
    clause = trees.child(node, "import_clause")
    if clause is None:
        yield ir.Import(module, None, "", places.span(node))
        return
    for part in trees.parts(clause):
        match part.type:
            case "identifier":
                yield ir.Import(module, "default", places.text(part), places.span(part))
            case "namespace_import":
                for name in trees.parts(part):
                    yield ir.Import(module, None, places.text(name), places.span(part))
            case "named_imports":
                for specifier in trees.parts(part):
                    yield from _specifier(specifier, module, places, "import")


def exports(node: tree_sitter.Node, places: Places, read: Callable[[str], str]) -> Iterator[ir.Statement]:
    """What an export statement without a declaration gives out; `read` tells what a name is lowered to."""
    source = node.child_by_field_name("source")
    if trees.has(node, "type"):
        return
    module = None if source is None else _spelt(source, places)
    whole = trees.child(node, "namespace_export")
    clause = trees.child(node, "export_clause")
    if module is not None and whole is not None:
        for each in trees.parts(whole):
            yield ir.Import(module, None, _name(each, places), places.span(node), how="reexport")
    elif module is not None and clause is None:
        yield ir.Import(module, "*", "", places.span(node), how="reexport")
    for specifier in [] if clause is None else trees.parts(clause):
        if module is not None:
            yield from _specifier(specifier, module, places, "reexport")
            continue
        name, alias = specifier.child_by_field_name("name"), specifier.child_by_field_name("alias")
        if name is not None and not trees.has(specifier, "type"):
            value = ir.Name(read(places.text(name)), places.span(name))
            yield ir.Export(_name(alias or name, places), value, places.span(specifier))


def required(node: tree_sitter.Node, places: Places) -> str | None:
    """The module that `require("…")` names; None for any other expression."""
    function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if node.type != "call_expression" or function is None or arguments is None:
        return None
    given = trees.parts(arguments)
    if places.text(function) != "require" or len(given) != 1 or given[0].type != "string":
        return None
    return _spelt(given[0], places)


def taken(pattern: tree_sitter.Node, module: str, places: Places) -> list[ir.Import] | None:
    """What a declaration takes of a required module; None where that is more than names."""
    span = places.span(pattern)
    if pattern.type == "identifier":
        return [ir.Import(module, None, places.text(pattern), span, how="require")]
    if pattern.type != "object_pattern":
        return None
    found: list[ir.Import] = []
    for part in trees.parts(pattern):
        key, value = part.child_by_field_name("key") or part, part.child_by_field_name("value") or part
        if part.type not in {"shorthand_property_identifier_pattern", "pair_pattern"} or (
            value is not part and value.type != "identifier"
        ):
            return None
        name = trees.key_text(key, places)
        if name is None:
            return None
        found.append(ir.Import(module, name, places.text(value), places.span(part), how="require"))
    return found


def exported(target: tree_sitter.Node, places: Places) -> str | None:
    """The name that an assignment to `exports.name` exports, "" for `module.exports` itself; None for any other."""
    if target.type != "member_expression":
        return None
    owner, name = target.child_by_field_name("object"), target.child_by_field_name("property")
    if owner is None or name is None:
        return None
    if places.text(owner) in {"exports", "module.exports"}:
        return places.text(name)
    return "" if places.text(target) == "module.exports" else None


def bound_by(statements: Iterable[ir.Statement]) -> Iterator[tuple[str, str]]:
    """The names that declarations set: as they are lowered, and as they are written."""
    for statement in statements:
        match statement:
            case ir.Function(name) | ir.Class(name):
                yield name, name
            case ir.Assign(targets=(ir.Name(id=name),)) if not name.startswith("·"):
                yield name, name
            case ir.Import(bound=name) if name:
                yield name, name


def _specifier(node: tree_sitter.Node, module: str, places: Places, how: str) -> Iterator[ir.Import]:
    name, alias = node.child_by_field_name("name"), node.child_by_field_name("alias")
    if name is not None and not trees.has(node, "type") and not trees.has(node, "typeof"):
        yield ir.Import(module, _name(name, places), _name(alias or name, places), places.span(node), how=how)


def _name(node: tree_sitter.Node, places: Places) -> str:
    return trees.key_text(node, places) or ""


def _spelt(node: tree_sitter.Node, places: Places) -> str:
    return literals.text(places.text(node)[1:-1])
