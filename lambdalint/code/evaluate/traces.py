"""Whether a clause swallows what it catches: nothing but a log remains of it.

Works on the program text around the clause; what the clause's calls do is evaluated by its caller.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lambdalint.code import ir
from lambdalint.code.evaluate.guards import assigned
from lambdalint.code.idioms import LOG_METHODS

_HARMLESS = frozenset({
    "print", "str", "repr", "len", "int", "float", "bool", "isinstance", "dict", "list", "set", "tuple", "type",
    "getattr", "hasattr", "range", "enumerate", "min", "max", "sum", "sorted", "round", "format", "bytes", "zip",
})  # fmt: skip
_HARMLESS_METHODS = LOG_METHODS | {
    "get", "items", "keys", "values", "append", "add", "extend", "format", "join", "split", "strip", "lower", "upper",
    "decode", "encode", "loads", "dumps", "replace", "startswith", "endswith", "b64decode", "unquote_plus", "copy",
    "isoformat", "now", "utcnow", "time", "print_exc", "format_exc", "update", "pop", "insert", "add_metric", "index",
    "add_dimension", "put_annotation", "put_metadata", "append_keys", "remove_keys", "strftime", "uuid4", "setdefault",
    "count", "title", "perf_counter", "deserialize", "fromisoformat", "sleep",
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


def leaves_mark(clause: ir.Clause, tried: Sequence[ir.Statement], function: Sequence[ir.Statement]) -> bool:
    """Whether a clause puts another value in the place of one that was `tried`, or notes what the function acts on.

    Acting is a test that leads to more than a log, an argument of a call that does more than log, or an entry of
    `batchItemFailures`; a count that is only logged or reported is not.
    """
    marks = {name for statement in clause.body for name in assigned(statement)}
    if marks & {name for statement in tried for name in assigned(statement)}:
        return True
    if not marks:
        return False
    inside = {id(node) for statement in clause.body for node in ir.walk(statement)}
    return any(_acts_on(node, marks, inside) for statement in function for node in ir.walk(statement))


def _acts_on(node: ir.Node, marks: set[str], inside: set[int]) -> bool:
    if id(node) in inside:
        return False
    match node:
        case ir.If(test, then, otherwise) | ir.While(test, then, otherwise):
            leads = any(_does(each) for part in (*then, *otherwise) for each in ir.walk(part))
            return leads and _mentions(test, marks)
        case ir.Call(_, arguments) if not _is_harmless(node):
            return any(_mentions(argument.value, marks) for argument in arguments)
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


def _does(node: ir.Node) -> bool:
    """Whether a node is more than a log."""
    match node:
        case ir.Raise() | ir.Return():
            return True
        case ir.Call(ir.Name(name)):
            return name != "print"
        case ir.Call(ir.Attribute(_, name)):
            return name not in LOG_METHODS
        case _:
            return False


def _mentions(node: ir.Node, names: set[str]) -> bool:
    return any(
        (isinstance(each, ir.Name) and each.id in names) or (isinstance(each, ir.Attribute) and each.name in names)
        for each in ir.walk(node)
    )
