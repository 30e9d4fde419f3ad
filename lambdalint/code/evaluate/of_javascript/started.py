"""Work that goes on by itself: promises that nobody waits for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache

from lambdalint.code import ir
from lambdalint.code.evaluate.of_javascript import promises
from lambdalint.code.evaluate.run import Run
from lambdalint.code.facts import Started
from lambdalint.code.idioms import LOG_METHODS
from lambdalint.code.value import Call, Scope
from lambdalint.source import Span

Mark = tuple[int, int]
_COLLECTING = frozenset({"push", "unshift", "add", "set"})
"""Methods that put what they are given into a list or a map."""


def leave(run: Run, node: ir.Do | ir.Assign | ir.Return, scope: Scope, mark: Mark) -> None:
    """Note what a statement starts and leaves to itself, and whether a function returns a promise."""
    if not run.stack:
        return
    function = run.stack[-1]
    match node:
        case ir.Return(value):
            if value is not None and gives(run, value):
                run.promising.add(function)
                if run.here.phase == "invocation" and not _is_meant(value):
                    _return_from_try(run, node, value, run.since(mark))
            elif (begun := _held(run, value, function)) is not None and run.here.phase == "invocation":
                at = begun.span
                made = (each for each in run.calls if at in (each.span, *each.trail))
                _return_from_try(run, node, begun, made)
            elif value is not None and not function.is_async and is_plain(run, value, function):
                run.plain.add(node.span)
        case ir.Do(value) if run.here.phase == "invocation" and function in run.executors:
            _leave_unheard(run, value, function, mark)
        case ir.Assign((ir.Name(name),), value) if run.here.phase == "invocation" and gives(run, value):
            asked = _asked_in_vain(name, scope)
            if asked is not None:
                here, calls = run.here, tuple(run.since(mark))
                read = f"{_name(_start(value))}().{asked.name}"
                run.started.append(
                    Started(read, "asked", asked.span, calls, False, here.trail, here.loops, here.tested)
                )
            elif function.is_async and _is_left(name, scope):
                _note(run, value, "kept", mark)
        case _ if run.here.phase != "invocation":
            pass
        case ir.Do(value) if not function.is_async:
            if gives(run, value) and _is_in_async(run):
                _note(run, value, "dropped", mark)
        case ir.Do(ir.Call(ir.Attribute(ir.Name(name), method), arguments)) if method in _COLLECTING:
            held = [each.value for each in arguments if gives(run, each.value)]
            if held and _is_left(name, scope):
                _note(run, held[-1], "kept", mark)
        case ir.Do(value):
            _note(run, value, "dropped", mark)


def _is_in_async(run: Run) -> bool:
    """Whether an `async` handler calls the function that is followed, by others of the project alone.

    What such a function starts and drops nobody can await: it returns nothing that says when that is done. What calls a
    function that it was given, as a timer does, may be waited for.
    """
    ways = set(run.here.trail)
    return run.stack[0].is_async and not any(each.span in ways for each in run.calls)


def _held(run: Run, value: ir.Expression | None, function: ir.Function) -> ir.Expression | None:
    """The call whose promise a name holds that a function returns, and does nothing else with; None for others."""
    if not isinstance(value, ir.Name):
        return None
    given = _assigned(function, value.id) if _named(function)[value.id] == 2 else []
    return given[0] if len(given) == 1 and gives(run, given[0]) and not _is_meant(given[0]) else None


@lru_cache(maxsize=1024)
def _named(function: ir.Function) -> Counter[str]:
    """How often each name stands in a function."""
    nodes = (each for statement in function.body for each in ir.walk(statement))
    return Counter(each.id for each in nodes if isinstance(each, ir.Name))


@lru_cache(maxsize=1024)
def _tries(function: ir.Function) -> tuple[ir.Try, ...]:
    """Every `try` in a function."""
    nodes = (each for statement in function.body for each in ir.walk(statement))
    return tuple(each for each in nodes if isinstance(each, ir.Try))


def _return_from_try(run: Run, node: ir.Return, value: ir.Expression, calls: Iterable[Call]) -> None:
    """Note a promise that a function returns out of a `try`, whose clause is left when the promise fails, or what is
    done at whose end is done before."""
    tries = [each for each in _tries(run.stack[-1]) if any(node is inner for at in each.body for inner in ir.walk(at))]
    tried = [each for each in tries if each.clauses] or [each for each in tries if each.final]
    if tried:
        again = any(isinstance(each, ir.Raise) for clause in tried[-1].clauses for each in clause.body)
        here, name = run.here, _name(_start(value))
        how = "raised" if again else "returned" if tried[-1].clauses else "ended"
        if run.executors.isdisjoint(run.stack):
            run.started.append(Started(name, how, value.span, tuple(calls), False, here.trail, here.loops, here.tested))


def _leave_unheard(run: Run, value: ir.Expression, executor: ir.Function, mark: Mark) -> None:
    """Note what alone fulfils the promise that an executor makes, where nothing rejects that when it fails itself."""
    names = [each.name for each in executor.parameters if each.name != "this"]
    if executor.is_async or not names or not gives(run, value) or _is_meant(value):
        return
    inner = Counter(each.id for each in ir.walk(value) if isinstance(each, ir.Name))
    if inner[names[0]] and inner[names[0]] == _named(executor)[names[0]] and not any(inner[each] for each in names[1:]):
        here, calls = run.here, tuple(run.since(mark))
        name = _name(_start(value))
        run.started.append(Started(name, "unheard", value.span, calls, False, here.trail, here.loops, here.tested))


def note(run: Run, how: str, name: str, span: Span, mark: Mark) -> None:
    """Note that an array's method was given a function whose promises it does not wait for."""
    here = run.here
    if here.phase == "invocation":
        calls = tuple(run.since(mark))
        run.started.append(Started(name, how, span, calls, False, here.trail, here.loops, here.tested))


def _note(run: Run, value: ir.Expression, how: str, mark: Mark) -> None:
    # What makes a promise itself says when it is done.
    if gives(run, value) and run.executors.isdisjoint(run.stack):
        here, calls = run.here, tuple(run.since(mark))
        begun = _start(value)
        at_once = not run.pending.get(begun.span, True)
        meant = _is_meant(value)
        run.started.append(
            Started(_name(begun), how, value.span, calls, meant, here.trail, here.loops, here.tested, at_once)
        )


def gives(run: Run, value: ir.Expression) -> bool:
    """Whether an expression surely gave a promise, or a list of them."""
    match value:
        case ir.Call(span=span):
            return span in run.promises
        case ir.Unary("void", operand):
            return gives(run, operand)
        case ir.Conditional(_, then, otherwise):
            return gives(run, then) or gives(run, otherwise)
        case ir.Boolean(_, left, right):
            return gives(run, left) or gives(run, right)
        case _:
            return False


def is_plain(run: Run, value: ir.Expression, function: ir.Function) -> bool:
    """Whether an expression surely gives no promise, and not nothing either."""
    match value:
        case ir.Literal(held):
            return held is not None
        case ir.Mapping() | ir.Sequence() | ir.Text() | ir.Binary() | ir.Comparison():
            return True
        case ir.Call(ir.Attribute(ir.Name("JSON"), "stringify")):
            return True
        case ir.Call(span=span):
            return span in run.plain
        case ir.Conditional(_, then, otherwise):
            return is_plain(run, then, function) and is_plain(run, otherwise, function)
        case ir.Name(name) if all(name != each.name for each in function.parameters):
            given = _assigned(function, name)
            return bool(given) and all(isinstance(each, ir.Mapping | ir.Sequence | ir.Text) for each in given)
        case _:
            return False


@lru_cache(maxsize=4096)
def _assigned(function: ir.Function, name: str) -> list[ir.Expression]:
    """What a function sets a name to; nothing where it does so in a way that is not seen."""
    found: list[ir.Expression] = []
    for statement in function.body:
        for each in ir.walk(statement):
            match each:
                case ir.Assign(targets, value):
                    found += [value for target in targets if isinstance(target, ir.Name) and target.id == name]
                case ir.Bind(ir.Name(id), value) if id == name:
                    found.append(value)
                case ir.Update(_, ir.Name(id), value) if id == name:
                    found.append(value)
    return [each for each in found if not (isinstance(each, ir.Literal) and each.value is None)]


def _start(value: ir.Expression) -> ir.Expression:
    """The call that a chain of `then` and `catch` begins with."""
    match value:
        case ir.Unary(_, operand):
            return _start(operand)
        case ir.Call(ir.Attribute(inner, name)) if name in promises.METHODS and isinstance(inner, ir.Call):
            return _start(inner)
        case _:
            return value


def _name(value: ir.Expression) -> str:
    """A function as it is written."""
    match value:
        case ir.Call(function):
            return _name(function)
        case ir.Name(name):
            return name
        case ir.Attribute(inner, name):
            owner = _name(inner)
            return f"{owner}.{name}" if owner else name
        case _:
            return ""


def _is_meant(value: ir.Expression) -> bool:
    """Whether a promise that is dropped says what to do where it fails, or that nobody waits for it."""
    match value:
        case ir.Unary("void"):
            return True
        case ir.Call(ir.Attribute(inner, name), arguments) if name in promises.METHODS:
            return name == "catch" or (name == "then" and len(arguments) > 1) or _is_meant(inner)
        case _:
            return False


def _is_left(name: str, scope: Scope) -> bool:
    """Whether nobody waits for what a name of a function holds: it is never read but to be logged or added to."""
    owner = scope.owner(name)
    function = None if owner is None else owner.function
    if function is None or name in scope.declared or any(name == each.name for each in function.parameters):
        return False
    nodes = [each for statement in function.body for each in ir.walk(statement)]
    idle = {id(each) for node in nodes for each in _idle(node)}
    return not any(isinstance(each, ir.Name) and each.id == name and id(each) not in idle for each in nodes)


def _asked_in_vain(name: str, scope: Scope) -> ir.Attribute | None:
    """Where an attribute is read of the promise that a name of a function holds, and nothing else is done with that: it
    has none but its methods."""
    owner = scope.owner(name)
    function = None if owner is None else owner.function
    if function is None or name in scope.declared or len(_assigned(function, name)) != 1:
        return None
    nodes = [each for statement in function.body for each in ir.walk(statement)]
    read = [each for each in nodes if isinstance(each, ir.Attribute) and _is_named(each.value, name)]
    idle = {id(each) for node in nodes for each in _idle(node)} | {id(each.value) for each in read}
    if any(_is_named(each, name) and id(each) not in idle for each in nodes):
        return None
    return read[0] if read and not any(each.name in promises.METHODS | _OF_LISTS for each in read) else None


_OF_LISTS = frozenset({"length", "forEach", "map", "filter", "push", "concat", "slice", "reduce", "some", "every"})
"""What lists have, also such of promises."""


def _is_named(node: ir.Node, name: str) -> bool:
    return isinstance(node, ir.Name) and node.id == name


def _is_log(name: str, method: str) -> bool:
    """Whether what is called of a name writes a line of the log, by how they are called."""
    return name == "console" or (method in LOG_METHODS and name.lower().endswith(_LOGGERS))


_LOGGERS = ("logger", "log")


def _idle(node: ir.Node) -> Iterator[ir.Node]:
    """The names in a node that are set, added to or logged."""
    match node:
        case ir.Assign(targets):
            yield from targets
        case ir.Call(ir.Attribute(ir.Name() as owner, method)) if method in _COLLECTING:
            yield owner
        case ir.Call(ir.Attribute(ir.Name(name), method), arguments) if _is_log(name, method):
            yield from (each.value for each in arguments)
        case ir.Attribute(ir.Name() as owner, "length"):
            yield owner
