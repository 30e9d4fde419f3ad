"""Whether a clause swallows what it catches: nothing but a log remains of it.

Works on the program text around the clause; what the clause's calls do is evaluated by its caller.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from lambdalint.code import ir
from lambdalint.code.evaluate.guards import assigned, target_names
from lambdalint.code.idioms import LOG_METHODS, METRIC_METHODS
from lambdalint.source import Span

_HARMLESS = frozenset({
    "print", "str", "repr", "len", "int", "float", "bool", "isinstance", "dict", "list", "set", "tuple", "type",
    "getattr", "hasattr", "range", "enumerate", "min", "max", "sum", "sorted", "round", "format", "bytes", "zip",
})  # fmt: skip
_HARMLESS_METHODS = LOG_METHODS | {
    "stringify", "parse", "toString", "push", "unshift", "includes", "startsWith", "endsWith", "toLowerCase", "trim",
    "toUpperCase", "toISOString", "slice", "map", "filter", "concat", "isArray", "assign", "addMetric", "addDimension",
    "addError", "addErrorAsMetadata", "appendKeys", "putMetadata", "putAnnotation",
    "get", "items", "keys", "values", "append", "add", "extend", "format", "join", "split", "strip", "lower", "upper",
    "decode", "encode", "loads", "dumps", "replace", "startswith", "endswith", "b64decode", "unquote_plus", "copy",
    "isoformat", "now", "utcnow", "time", "print_exc", "format_exc", "update", "pop", "insert", "add_metric", "index",
    "add_dimension", "put_annotation", "put_metadata", "append_keys", "remove_keys", "strftime", "uuid4", "setdefault",
    "count", "title", "perf_counter", "deserialize", "fromisoformat", "sleep", "discard", "remove", "unlink", "rmtree",
    "close", "quit", "rollback", "put_metric_data", "add_note",
}  # fmt: skip


def effects(nodes: Sequence[ir.Node]) -> Iterator[ir.Call]:
    """The calls in the text of `nodes` that may do more than compute and log."""
    for node in nodes:
        for each in ir.walk(node):
            if isinstance(each, ir.Call) and not _is_harmless(each):
                yield each


def _is_harmless(call: ir.Call) -> bool:
    match call.function:
        case ir.Name(id):
            return id in _HARMLESS or id.endswith(("Error", "Exception"))
        case ir.Attribute(_, name):
            return name in _HARMLESS_METHODS
        case _:
            return False


def only_says(body: Sequence[ir.Statement]) -> bool:
    """Whether `body` does no more than log, and the program goes on behind it as without it."""
    return bool(body) and all(isinstance(each, ir.Do) and _is_log(_awaited(each.value)) for each in body)


def _is_log(value: ir.Expression) -> bool:
    match value:
        case ir.Call(ir.Name(id)) as call:
            return id == "print" and next(effects((call,)), None) is None
        case ir.Call(ir.Attribute(_, name)) as call:
            return name in LOG_METHODS and next(effects((call,)), None) is None
        case _:
            return False


def done_after(body: Sequence[ir.Statement], inner: ir.Statement) -> bool:
    """Whether `body` goes on to do something after `inner`, a statement somewhere within it."""
    for index, statement in enumerate(body):
        if any(node is inner for node in ir.walk(statement)):
            if next(effects(body[index + 1 :]), None) is not None:
                return True
            return any(done_after(block, inner) for block in _blocks(statement))
    return False


def done_beside(body: Sequence[ir.Statement], inner: ir.Node) -> bool:
    """Whether `body` does something apart from `inner`, a node somewhere within it."""
    within = {id(node) for node in ir.walk(inner)}
    return any(id(call) not in within for call in effects(body))


def stands_beside(body: Sequence[ir.Statement], span: Span, callee: ir.Function) -> bool:
    """Whether `body` does anything apart from the call at `span`; a function's own body stands alone."""
    if body is callee.body:
        return False
    for statement in body:
        for node in ir.walk(statement):
            if isinstance(node, ir.Call) and node.span == span:
                within = {id(each) for each in ir.walk(node)} | _in_other_branches(body, node)
                return any(id(call) not in within for call in effects(body))
    return True


def _in_other_branches(body: Sequence[ir.Statement], inner: ir.Node) -> set[int]:
    """What a program does not come to that comes to `inner`, a node within `body`, and the tests that decide it, by
    identity."""
    found: set[int] = set()
    for statement in body:
        for each in ir.walk(statement):
            if isinstance(each, ir.If):
                parts = (each.then, each.otherwise)
                inside = [any(node is inner for one in part for node in ir.walk(one)) for part in parts]
                for part, holds in zip(parts, inside, strict=True):
                    if any(inside) and not holds:
                        found |= {id(node) for one in (each.test, *part) for node in ir.walk(one)}
    return found


def passes_over(body: Sequence[ir.Statement], span: Span) -> bool:
    """Whether `body` asks for what the call at `span` gives next, and does no more than log where that is nothing.

    `found = look(record)`, and then `if found is None: continue`.
    """
    for given, asked in pairwise(body):
        match given, asked:
            case ir.Assign((ir.Name(name),), value), ir.If(test, then, ()) if _awaited(value).span == span:
                return _is_of_nothing(test, name) and _leaves(then)
    return any(passes_over(block, span) for statement in body for block in _blocks(statement))


def _is_of_nothing(test: ir.Expression, name: str) -> bool:
    match test:
        case ir.Unary("not", ir.Name(asked)):
            return asked == name
        case ir.Comparison("is" | "==" | "===", ir.Name(asked), ir.Literal(None)):
            return asked == name
        case _:
            return False


def _leaves(block: Sequence[ir.Statement]) -> bool:
    """Whether a block goes on with what comes next, and does no more than log before."""
    last = block[-1] if block else None
    leaves = (isinstance(last, ir.Jump) and last.kind == "continue") or (
        isinstance(last, ir.Return) and last.value is None
    )
    return leaves and next(effects(block), None) is None


def is_all(body: Sequence[ir.Statement], span: Span) -> bool:
    """Whether the call at `span` is all that `body` does, and its value is dropped or returned."""
    return all(span.covers(call.span) for call in effects(body)) and any(
        isinstance(each, ir.Do | ir.Return) and each.value is not None and _awaited(each.value).span == span
        for statement in body
        for each in ir.walk(statement)
    )


def _awaited(value: ir.Expression) -> ir.Expression:
    return value.value if isinstance(value, ir.Await) else value


def is_unheard(functions: Sequence[ir.Function], trail: Sequence[Span]) -> bool:
    """Whether what the last of several functions gives is dropped on its way to the first: each hands on what the next
    one gave it, until one does nothing with it, or no more than count. `trail` has the calls that lead to each."""
    for function, span in zip(reversed(functions[:-1]), reversed(trail), strict=False):
        fate = _fate(function.body, span)
        if fate == "used" and function is functions[0]:
            return _is_only_counted(function.body, span)
        if fate != "handed on":
            return fate == "dropped"
    return False


def _is_only_counted(body: Sequence[ir.Statement], span: Span) -> bool:
    """Whether a function only counts with what the call at `span` gives, and no more than logs or returns how many.

    `if work(record): done += 1`, `done = sum(work(record) for record in records)`.
    """
    nodes = [node for statement in body for node in ir.walk(statement)]
    names = next((found for node in nodes if (found := _counted(node, span)) is not None), None)
    if names is None:
        return False
    told = {
        id(each)
        for node in nodes
        if isinstance(node, ir.Update | ir.Return) or (isinstance(node, ir.Do) and _is_log(_awaited(node.value)))
        for each in ir.walk(node)
    }
    told |= {id(each) for node in nodes if isinstance(node, ir.Assign) for each in node.targets}
    told |= {id(node.value) for node in nodes if isinstance(node, ir.Attribute) and node.name in ("append", "push")}
    return all(id(each) in told for each in nodes if isinstance(each, ir.Name) and each.id in names)


def _counted(node: ir.Node, span: Span) -> set[str] | None:
    """The names of what is counted by what the call at `span` gives, where a statement does no more than that."""
    match node:
        case ir.If(test, then, otherwise) if _is_alone_in(test, span):
            every = (*then, *otherwise)
            names = {
                each.target.id for each in every if isinstance(each, ir.Update) and isinstance(each.target, ir.Name)
            }
            others = tuple(each for each in every if not (isinstance(each, ir.Update) or _moves_on(each)))
            return names if names and (not others or only_says(others)) else None
        case ir.Assign((ir.Name(name),), ir.Call(ir.Name("sum" | "len"), (ir.Argument(ir.Comprehension() as over),))):
            return {name} if over.span.covers(span) else None
        case ir.Assign((ir.Name(name),), ir.Comprehension(element=element)) if _awaited(element).span == span:
            return {name}
        case ir.Do(ir.Call(ir.Attribute(ir.Name(name), "append" | "push"), (ir.Argument(given),))):
            return {name} if _awaited(given).span == span else None
        case _:
            return None


def _is_alone_in(test: ir.Expression, span: Span) -> bool:
    value = test.operand if isinstance(test, ir.Unary) and test.operator in ("not", "!") else test
    return _awaited(value).span == span


def _moves_on(statement: ir.Statement) -> bool:
    return isinstance(statement, ir.Jump) and statement.kind == "continue"


def _fate(body: Sequence[ir.Statement], span: Span) -> str:
    """What a function does with what the call at `span` gives: it is `dropped`, `handed on`, or used."""
    nodes = [node for statement in body for node in ir.walk(statement)]
    for node in nodes:
        match node:
            case ir.Do(value) if _awaited(value).span == span:
                return "dropped"
            case ir.Return(ir.Call() | ir.Await() as value) if _awaited(value).span == span:
                return "handed on"
            case ir.Assign((ir.Name(name),), value) if _awaited(value).span == span:
                read = sum(isinstance(each, ir.Name) and each.id == name for each in nodes)
                set_so = sum(isinstance(each, ir.Assign) and _is_alone(each.targets, name) for each in nodes)
                returned = sum(isinstance(each, ir.Return) and _is_alone((each.value,), name) for each in nodes)
                return "used" if read > set_so + returned else "handed on" if returned else "dropped"
    return "used"


def _is_alone(values: Sequence[ir.Expression | None], name: str) -> bool:
    return len(values) == 1 and isinstance(values[0], ir.Name) and values[0].id == name


def is_dropped(functions: Sequence[ir.Function], loop: Span) -> bool:
    """Whether what a loop within `functions` gives for each item is dropped: it is a statement, or part of one."""
    nodes = (node for function in functions for statement in function.body for node in ir.walk(statement))
    return any(
        (isinstance(node, ir.For | ir.While) and node.span == loop)
        or (isinstance(node, ir.Do) and node.span.covers(loop))
        for node in nodes
    )


def goes_round(functions: Sequence[ir.Function], loop: Span) -> bool:
    """Whether a loop within one of `functions` goes through all of its items, whatever becomes of one: nothing leads
    out of it, and no test in it asks what it has noted of those before."""
    return any(_goes_round(each, loop) for each in functions)


@lru_cache(maxsize=1024)
def _goes_round(function: ir.Function, loop: Span) -> bool:
    for each in (node for statement in function.body for node in ir.walk(statement)):
        if isinstance(each, ir.Comprehension) and each.span == loop:
            return True
        if isinstance(each, ir.For) and each.span == loop:
            inside = [node for statement in each.body for node in ir.walk(statement)]
            noted = {name for statement in each.body for name in (*assigned(statement), *_filled(statement))}
            noted |= {
                node.target.id for node in inside if isinstance(node, ir.Update) and isinstance(node.target, ir.Name)
            }
            once = {name for node in each.body if isinstance(node, ir.Assign) for name in _names(node.targets)}
            tests = [node.test for node in inside if isinstance(node, ir.If | ir.While | ir.Conditional)]
            leads_out = any(
                isinstance(node, ir.Return | ir.Raise) or (isinstance(node, ir.Jump) and node.kind == "break")
                for node in inside
            )
            return not leads_out and not any(_mentions(test, noted - once) for test in tests)
    return False


def _names(targets: Sequence[ir.Expression]) -> set[str]:
    return {each.id for each in targets if isinstance(each, ir.Name)}


def _blocks(statement: ir.Statement) -> Iterator[Sequence[ir.Statement]]:
    match statement:
        case ir.If(_, then, otherwise):
            yield from (then, otherwise)
        case ir.For(body=body, otherwise=otherwise) | ir.While(body=body, otherwise=otherwise):
            yield from (body, otherwise)
        case ir.With(_, body):
            yield body
        case ir.Try(body, clauses, otherwise, final):
            yield from (body, *(clause.body for clause in clauses), otherwise, final)
        case ir.Match(_, cases):
            yield from (case.body for case in cases)


def is_beside_the_work(body: Sequence[ir.Statement], inner: ir.Try) -> bool:
    """Whether a `try` within `body` is not what is done with a record: more follows, or it only tidies up."""
    return done_after(body, inner) or (next(effects(inner.body), None) is None and done_beside(body, inner))


def is_kept_for_later(body: Sequence[ir.Statement], inner: ir.Try, around: Sequence[ir.Statement]) -> bool:
    """Whether `body` puts something into a list after `inner`, a `try` within it, that is worked on behind `body`.

    `try: known = ask(record) except Error: log()`, then `todo.append(record)`, and behind the loop `send(todo)`, or
    another loop through `todo`.
    """
    lists = {name for statement in _after(body, inner) for name in _filled(statement)}
    if not lists or not body:
        return False
    end = body[-1].span
    worked_on: list[tuple[ir.Call | ir.For, ir.Expression]]
    worked_on = [(call, given.value) for call in effects(around) for given in call.arguments]
    worked_on += [
        (each, each.iterable)
        for statement in around
        for each in ir.walk(statement)
        if isinstance(each, ir.For) and next(effects(each.body), None) is not None
    ]
    return any(
        isinstance(each, ir.Name) and each.id in lists
        for by, given in worked_on
        if (by.span.line, by.span.column) > (end.end_line, end.end_column)
        for each in ir.walk(given)
    )


def _after(body: Sequence[ir.Statement], inner: ir.Statement) -> Iterator[ir.Statement]:
    """The statements that `body` goes on with after `inner`."""
    for index, statement in enumerate(body):
        if any(node is inner for node in ir.walk(statement)):
            yield from body[index + 1 :]
            for block in _blocks(statement):
                yield from _after(block, inner)
            return


def leaves_mark(
    clause: ir.Clause,
    marks: set[str],
    node: ir.Try,
    function: Sequence[ir.Statement],
    raising: Collection[str],
    reports: Callable[[ir.Call], bool],
) -> bool:
    """Whether a clause puts another value in the place of one that was tried, or notes what the function acts on.

    `marks` are names of what the clause changes through other functions. Acting is a test that leads to more than a
    log or a metric, an argument of a call that does more than that, or an entry of `batchItemFailures`; a count that is
    only logged or reported is not, unless it is given to one of the functions of the project that are `raising`.
    `reports` tells which calls go into functions of the project that only log or publish a metric. To note what
    succeeded, and to act on the rest, is as good.
    """
    if _set(clause.body) & _set(node.body):
        return True
    inside = {id(each) for statement in clause.body for each in ir.walk(statement)}
    marks = marks | {name for statement in clause.body for name in assigned(statement)}
    done = {name for statement in (*node.body, *node.otherwise) for name in _filled(statement)}
    return any(
        _acts_on(each, marks, inside, raising, reports) or _tells_rest(each, done)
        for statement in function
        for each in ir.walk(statement)
    )


def asked_beside(body: Sequence[ir.Statement], clause: ir.Clause) -> bool:
    """Whether a test within `body`, but not within the clause, asks about what the clause sets or fills."""
    marks = {name for statement in clause.body for name in assigned(statement)}
    inside = {id(each) for statement in clause.body for each in ir.walk(statement)}
    return bool(marks) and any(
        isinstance(each, ir.If | ir.While | ir.Conditional) and id(each) not in inside and _mentions(each.test, marks)
        for statement in body
        for each in ir.walk(statement)
    )


def _set(body: Sequence[ir.Statement]) -> set[str]:
    """The variables that statements assign to."""
    return {
        target.id
        for statement in body
        for node in ir.walk(statement)
        if isinstance(node, ir.Assign)
        for target in node.targets
        if isinstance(target, ir.Name)
    }


def _filled(statement: ir.Statement) -> set[str]:
    """The containers that a statement adds to or takes from."""
    return {
        name
        for node in ir.walk(statement)
        if isinstance(node, ir.Call) and isinstance(node.function, ir.Attribute) and node.function.name in _FILLING
        for name in target_names(node.function.value)
    }


_FILLING = frozenset({"append", "push", "add", "remove", "discard", "pop", "update"})


def _tells_rest(node: ir.Node, done: set[str]) -> bool:
    """Whether a node picks what is not among `done`, or returns what is left of it as failures."""
    match node:
        case ir.Comprehension(_, _, loops):
            return any(_mentions(condition, done) for loop in loops for condition in loop.conditions)
        case ir.Mapping(entries):
            return any(
                isinstance(key, ir.Literal) and key.value == "batchItemFailures" and _mentions(value, done)
                for key, value in entries
            )
        case _:
            return False


def _acts_on(
    node: ir.Node, marks: set[str], inside: set[int], raising: Collection[str], reports: Callable[[ir.Call], bool]
) -> bool:
    if id(node) in inside:
        return False
    match node:
        case ir.If(test, then, otherwise) | ir.While(test, then, otherwise):
            parts = (*then, *otherwise) if _mentions(test, marks) else ()
            return any(_does(each, reports) for part in parts for each in ir.walk(part))
        case ir.Call(callee, arguments) if not _is_harmless(node):
            asks = isinstance(callee, ir.Name) and callee.id in raising
            mentions = any(_mentions(argument.value, marks, counted=asks) for argument in arguments)
            return mentions and not reports(node)
        case ir.Mapping(entries):
            return any(
                isinstance(key, ir.Literal) and key.value == "batchItemFailures" and _mentions(value, marks)
                for key, value in entries
            )
        case ir.Assign((ir.Item(key=ir.Literal("batchItemFailures")), *_), value):
            return _mentions(value, marks)
        case ir.Return(ir.Name(name)):
            return name in marks
        case ir.Raise(value) if value is not None:
            return _mentions(value, marks)
        case ir.For(_, iterable):
            return _mentions(iterable, marks)
        case ir.Comprehension(_, _, loops):
            return any(_mentions(loop.iterable, marks) for loop in loops)
        case _:
            return False


def _does(node: ir.Node, reports: Callable[[ir.Call], bool]) -> bool:
    """Whether a node is more than a log or a metric."""
    match node:
        case ir.Raise() | ir.Return():
            return True
        case ir.Call(ir.Name(name)):
            return name != "print" and not reports(node)
        case ir.Call(ir.Attribute(_, name)):
            return name not in LOG_METHODS and name not in METRIC_METHODS and not reports(node)
        case _:
            return False


def _mentions(node: ir.Node, names: set[str], *, counted: bool = True) -> bool:
    """Whether a node mentions one of `names`, also where it only asks how many there are if `counted`."""
    lengths = () if counted else (each for each in ir.walk(node) if _is_length(each))
    skipped = {id(inner) for each in lengths for inner in ir.walk(each)}
    return any(
        (isinstance(each, ir.Name) and each.id in names) or (isinstance(each, ir.Attribute) and each.name in names)
        for each in ir.walk(node)
        if id(each) not in skipped
    )


def _is_length(node: ir.Node) -> bool:
    return isinstance(node, ir.Call) and isinstance(node.function, ir.Name) and node.function.id == "len"


@lru_cache(maxsize=256)
def raising(module: ir.Module) -> frozenset[str]:
    """The functions of a module that may raise."""
    return frozenset(
        each.name
        for statement in module.body
        for each in ir.walk(statement)
        if isinstance(each, ir.Function)
        and any(isinstance(inner, ir.Raise) for part in each.body for inner in ir.walk(part))
    )
