"""Which tests end alike all through a call: by constants, by what the caller gives, by what an object was made with."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from lambdalint.code import ir
from lambdalint.code.evaluate import guards, truth
from lambdalint.code.value import Caught, Class, Constant, Instance, Mapping, Scope, Value


def is_fixed(node: ir.Expression, scope: Scope) -> bool:
    """Whether an expression is the same all through a call: made of constants, of what the caller has given, and of
    attributes that only the making of an object sets.
    """
    if scope.function is None:
        return False
    looked_up, taken = _looked_up(node)
    names = {each for each in looked_up if scope.owner(each) is not None}
    if not names or not all(_is_of_enumeration(each, scope) or _is_set_once(each, scope) for each in taken):
        return False
    given = _given(scope.function)
    if any(_is_changed(each, scope.function) for each in _listing(node)):
        return False
    holders = {each.value.id for each in taken if isinstance(each.value, ir.Name)}
    return all(
        name in given
        or (name in holders and scope.owner(name) is scope.top and name not in guards.set_globally(scope.top.module))
        or isinstance(scope.names.get(name), Caught)
        or _is_flag(name, scope)
        or _is_enclosed(name, scope)
        for name in names
    )


def _is_set_once(node: ir.Attribute, scope: Scope) -> bool:
    """Whether an attribute is one of an object of the project that has had it since it was made, or an option that a
    caller has spelt out."""
    holder = _held(node.value, scope)
    if isinstance(holder, Mapping):
        return _is_option(holder, node, scope)
    if not isinstance(holder, Instance) or holder.of.foreign or truth.is_enumeration(holder.of):
        return False
    if node.name not in holder.attributes and not isinstance(holder.of.lookup(node.name), Constant):
        return False
    modules = {each.scope.top.module for each in _line(holder.of)} | {scope.top.module}
    return all(node.name not in changed and _ANY not in changed for changed in map(_changed_later, modules))


def _is_option(given: Mapping, node: ir.Attribute, scope: Scope) -> bool:
    """Whether an attribute is one of an object that a call was given, which has a constant there and keeps it."""
    is_given = isinstance(node.value, ir.Name) and scope.owner(node.value.id) is scope
    whole = not given.open and not given.lasting and given.others is None and given.rest is None
    kept = isinstance(given.entries.get(node.name), Constant)
    changed = _changed_later(scope.top.module)
    return is_given and whole and kept and node.name not in changed and _ANY not in changed


def _held(node: ir.Expression, scope: Scope) -> Value | None:
    """What a name stands for, or an attribute that an object has had since it was made."""
    match node:
        case ir.Name(id):
            owner = scope.owner(id)
            return None if owner is None else owner.names[id]
        case ir.Attribute(value, name) if _is_set_once(node, scope):
            holder = _held(value, scope)
            return holder.attributes.get(name) if isinstance(holder, Instance) else None
        case _:
            return None


def _line(of: Class) -> list[Class]:
    """A class of the project, and those that it is made from."""
    return [of, *(one for each in of.bases if isinstance(each, Class) and each is not of for one in _line(each))]


_MAKING = frozenset({"__init__", "__post_init__"})
_ANY = "*"


@lru_cache(maxsize=1024)
def _changed_later(module: ir.Module) -> frozenset[str]:
    """The attributes that a module sets anywhere but where an object is made, or there in a loop; `*` where they may be
    any."""
    found: set[str] = set()
    rest: list[ir.Node] = list(module.body)
    while rest:
        node = rest.pop()
        found.update(_set_at_will(node))
        if isinstance(node, ir.Function) and node.name in _MAKING:
            inner = [each for statement in node.body for each in ir.walk(statement)]
            rest += [each for each in inner if isinstance(each, ir.For | ir.While | ir.Function)]
            found.update(name for each in inner for name in _set_at_will(each))
        else:
            found.update(name for target in guards.targets(node) for name in _attributes(target))
            rest += ir.children(node)
    return frozenset(found)


def _attributes(target: ir.Expression) -> Iterator[str]:
    """The attributes that are set by an assignment to `target`."""
    match target:
        case ir.Attribute(_, name):
            yield name
        case ir.Sequence(_, items):
            for each in items:
                yield from _attributes(each)
        case ir.Spread(value):
            yield from _attributes(value)


def _set_at_will(node: ir.Node) -> Iterator[str]:
    """The attributes that are set by a name which the program puts together."""
    match node:
        case ir.Call(ir.Name("setattr"), (_, ir.Argument(ir.Literal(str(name))), *_)):
            yield name
        case ir.Call(ir.Name("setattr" | "vars")) | ir.Attribute(_, "__dict__"):
            yield _ANY
        case ir.Call(ir.Attribute(ir.Name("Object"), "assign"), (ir.Argument(ir.Name("this")), *_)):
            yield _ANY
        case ir.Assign(targets) if any(
            isinstance(each, ir.Item) and isinstance(each.value, ir.Name) and each.value.id == "this"
            for each in targets
        ):
            yield _ANY


@lru_cache(maxsize=4096)
def _looked_up(node: ir.Expression) -> tuple[frozenset[str], tuple[ir.Attribute, ...]]:
    """The names that an expression asks for, and the attributes; no names where it takes items out of an object."""
    nodes = list(ir.walk(node))
    if any(isinstance(each, ir.Item) for each in nodes):
        return frozenset(), ()
    names = frozenset(each.id for each in nodes if isinstance(each, ir.Name))
    asking = {each.function for each in nodes if isinstance(each, ir.Call) and _only_asks(each)}
    return names, tuple(each for each in nodes if isinstance(each, ir.Attribute) and each not in asking)


def _only_asks(call: ir.Call) -> bool:
    """Whether a call is of a method that tells what something has in it, or of which type it is."""
    match call.function:
        case ir.Attribute(ir.Name(), name):
            return name in _ASKING
        case _:
            return False


_LISTING = frozenset({"includes", "indexOf", "has"})
_ASKING = _LISTING | {"isArray", "isBuffer"}


@lru_cache(maxsize=4096)
def _listing(node: ir.Expression) -> frozenset[str]:
    """The names of lists that an expression asks for their items."""
    functions = (each.function for each in ir.walk(node) if isinstance(each, ir.Call))
    asked = (each for each in functions if isinstance(each, ir.Attribute) and each.name in _LISTING)
    return frozenset(each.value.id for each in asked if isinstance(each.value, ir.Name))


_CHANGING = frozenset({
    "push", "unshift", "pop", "shift", "splice", "fill", "copyWithin", "add", "delete", "clear",
})  # fmt: skip
"""Methods of arrays, and of a `Set`, that put in or take out."""


@lru_cache(maxsize=1024)
def _is_changed(name: str, function: ir.Function) -> bool:
    """Whether a function puts something into the list that it knows by a name, or takes something out."""
    for statement in function.body:
        for each in ir.walk(statement):
            match each:
                case ir.Call(ir.Attribute(ir.Name(id), method)) if id == name and method in _CHANGING:
                    return True
    return False


_OF_MEMBERS = frozenset({"name", "value"})


def _is_of_enumeration(node: ir.Attribute, scope: Scope) -> bool:
    """Whether an attribute is a member of an enumeration, which nobody changes, or the name or value of one."""
    if isinstance(node.value, ir.Attribute):
        return node.name in _OF_MEMBERS
    owner = scope.owner(node.value.id) if isinstance(node.value, ir.Name) else None
    if owner is None or not isinstance(node.value, ir.Name):
        return False
    match owner.names[node.value.id]:
        case Class() as made:
            return truth.is_enumeration(made) and node.name in made.scope.names
        case Instance(of=made):
            return truth.is_enumeration(made) and node.name in _OF_MEMBERS
        case Constant(str()):
            return node.name == "value"
        case Mapping(entries=entries, open=False, others=None):
            # What TypeScript makes of an `enum`.
            is_named_so = node.value.id[:1].isupper() and owner is scope.top
            return (
                is_named_so
                and isinstance(entries.get(node.name), Constant)
                and node.name not in guards.filled(owner.module)
            )
        case _:
            return False


def _is_flag(name: str, scope: Scope) -> bool:
    """Whether a name of the module says yes or no, or stands for nothing, and no function sets it."""
    if scope.owner(name) is not scope.top:
        return False
    match scope.top.names[name]:
        case Constant(value) if isinstance(value, bool) or not value:
            return name not in guards.set_globally(scope.top.module)
        case _:
            return False


def _is_enclosed(name: str, scope: Scope) -> bool:
    """Whether a name is what a function around this one was given, and keeps: `def check(admins): def decorated(…)`."""
    owner = scope.owner(name)
    return owner is not None and owner is not scope and owner.function is not None and name in _given(owner.function)


@lru_cache(maxsize=1024)
def _given(function: ir.Function) -> frozenset[str]:
    """The parameters that no later round of a loop, no inner function and no call of the function itself changes."""
    changed: set[str] = set()
    for statement in function.body:
        for node in ir.walk(statement):
            match node:
                case ir.For(body=body) | ir.While(body=body):
                    changed |= {name for each in body for name in guards.assigned(each)}
                case ir.Function(body=body) if any(isinstance(each, ir.Scope) for each in body):
                    changed |= {name for each in body for name in guards.assigned(each)}
                case ir.Call(ir.Name(name) | ir.Attribute(_, name)) if name == function.name:
                    return frozenset()
    return frozenset(each.name for each in function.parameters if each.name not in changed)
