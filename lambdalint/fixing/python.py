"""Modules of Python: names imported, and values made as the module is loaded."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator
from functools import lru_cache
from itertools import takewhile

from lambdalint.fixing.texts import new_line, with_comment, without_lines
from lambdalint.source import Source, Span
from lambdalint.wanted import Edit, Import, Once

_Function = (ast.FunctionDef, ast.AsyncFunctionDef)
_PLACES = (ast.stmt, ast.expr, ast.ExceptHandler, ast.keyword, ast.withitem, ast.match_case)
_SCOPES = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Await, ast.Yield, ast.NamedExpr)


def imported(source: Source, wanted: Import) -> tuple[Edit, ...] | None:
    """The edits that make a name known; None where another thing has that name, or the file is not understood."""
    module = _parsed(source)
    if module is None:
        return None
    for statement in module.body:
        names = statement.names if isinstance(statement, ast.ImportFrom) and statement.module == wanted.module else ()
        if any(each.name == wanted.name and each.asname in (None, wanted.name) for each in names):
            return ()
    if wanted.name in _every_name(module):
        return None
    line = f"from {wanted.module} import {wanted.name}"
    head = list(takewhile(_is_text_or_import, module.body))
    imports = [each.end_lineno or 0 for each in head if not _is_text(each)]
    if imports:
        return (new_line(source, imports[-1], line, shared=True),)
    after = (head[0].end_lineno or 0) if head else _first_line(module.body[0]) - 1 if module.body else 0
    follows = after < len(source.lines) and source.lines[after].strip()
    return (new_line(source, after, f"{chr(10) if head else ''}{line}{chr(10) if follows else ''}", shared=True),)


def at_once(source: Source, wanted: Once) -> tuple[Edit, ...] | None:
    """The edits that make a value as the module is loaded; None where it needs what only the function has."""
    module = _parsed(source)
    found = None if module is None else _around(source, module, wanted.span)
    if module is None or found is None:
        return None
    call, way = found
    functions = [each for each in way if isinstance(each, _Function)]
    own = {name for function in functions for name in _own_names(function)}
    needed = {each.id for each in ast.walk(call) if isinstance(each, ast.Name)}
    if not functions or needed & own or any(isinstance(each, _SCOPES) for each in (*ast.walk(call), *way)):
        return None
    after = _place(module, way[1], needed)
    if after is None:
        return None
    named = _named(way[-1], call)
    if named is not None:
        return _moved(source, module, way, named, after)
    # A value that has no name: it is given one that the program does not use.
    text = source.within(wanted.span)
    if wanted.name in _every_name(module) or not wanted.name.isidentifier() or "\n" in text:
        return None
    return _set(source, module, after, f"{wanted.name} = {text}"), Edit(wanted.span, wanted.name)


def _moved(source: Source, module: ast.Module, way: list[ast.AST], name: str, after: int) -> tuple[Edit, ...] | None:
    """The edits that move a statement that sets a name out of a function."""
    statement, holder, top = way[-1], way[-2], way[1]
    assert isinstance(statement, (ast.Assign, ast.AnnAssign))
    assert isinstance(top, ast.stmt)
    innermost = next(each for each in reversed(way) if isinstance(each, _Function))
    body = next((each for each in _bodies(holder) if statement in each), [])
    if len(body) < 2 or _times_set(innermost, name) != 1 or isinstance(holder, ast.ClassDef):
        return None
    first, last = statement.lineno, statement.end_lineno or statement.lineno
    lines = source.lines[first - 1 : last]
    alone = lines[0][: statement.col_offset].isspace() and _ends_line(source, statement)
    if not alone or last >= len(source.lines):
        return None
    first = with_comment(source, first, last, "#")
    lines = source.lines[first - 1 : last]
    gone = without_lines(source, first, last, ":")
    held = [each for each in module.body if name in _bound(each)]
    if held:
        same = all(_value(each) == ast.dump(statement.value) for each in held if statement.value is not None)
        return (gone,) if same and statement.value is not None and held[0].lineno < top.lineno else None
    return _set(source, module, after, textwrap.dedent("\n".join(lines))), gone


def _set(source: Source, module: ast.Module, after: int, text: str) -> Edit:
    """The edit that puts a statement after a line, apart from imports, from blocks and from what is defined below."""
    before = next((each for each in module.body if each.end_lineno == after), None)
    defines = any(_first_line(each) == after + 1 for each in module.body if _is_definition(each))
    apart = isinstance(before, (ast.Import, ast.ImportFrom)) or hasattr(before, "body") or text.startswith("#")
    text = f"\n{text}" if apart else text
    return new_line(source, after, f"{text}\n\n" if defines else text, shared=True)


def _place(module: ast.Module, top: ast.AST, needed: set[str]) -> int | None:
    """The line after which all is there that is needed: after what stands before the first definition, or before the
    definition that needs it."""
    bound: set[str] = set()
    head: int | None = None
    for statement in module.body:
        if statement is top or (_is_definition(statement) and head is None):
            missing = {name for name in needed if name in _module_names(module)} - bound
            if head is None and not missing and bound:
                return _line_before(module, statement)
            head = -1
        if statement is top:
            return _first_line(statement) - 1 if not missing else None
        bound |= _bound(statement)
    return None


def _line_before(module: ast.Module, statement: ast.stmt) -> int:
    at = module.body.index(statement)
    return (module.body[at - 1].end_lineno or 0) if at else _first_line(statement) - 1


def _module_names(module: ast.Module) -> set[str]:
    return {name for statement in module.body for name in _bound(statement)}


def _named(parent: ast.AST, call: ast.AST) -> str | None:
    """The name that a statement sets to a value, and to nothing else."""
    match parent:
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if value is call:
            return name
        case ast.AnnAssign(target=ast.Name(id=name), value=value) if value is call:
            return name
        case _:
            return None


def _around(source: Source, module: ast.Module, span: Span) -> tuple[ast.AST, list[ast.AST]] | None:
    """The expression at a place, and what it stands in, outermost first."""
    way: list[ast.AST] = []
    node: ast.AST = module
    while True:
        way.append(node)
        inner = None
        for child in ast.iter_child_nodes(node):
            if not isinstance(
                child, (ast.stmt, ast.expr, ast.ExceptHandler, ast.keyword, ast.withitem, ast.match_case)
            ):
                continue
            place = _span(source, child)
            if place == span and isinstance(child, ast.Call):
                return child, way
            if place is None or place.covers(span):
                inner = child if place is not None or _holds(source, child, span) else inner
        if inner is None:
            return None
        node = inner


def _holds(source: Source, node: ast.AST, span: Span) -> bool:
    """Whether what has no place of its own, as an item of `with`, holds a place."""
    places = (_span(source, child) for child in ast.iter_child_nodes(node))
    return any(place is not None and place.covers(span) for place in places)


def _span(source: Source, node: ast.AST) -> Span | None:
    if not isinstance(node, (ast.stmt, ast.expr, ast.ExceptHandler, ast.keyword)) or node.end_lineno is None:
        return None
    start = _column(source, node.lineno, node.col_offset)
    end = _column(source, node.end_lineno, node.end_col_offset or 0)
    return Span(source.path, node.lineno, start, node.end_lineno, end)


def _column(source: Source, line: int, offset: int) -> int:
    """The column of a byte of a line."""
    text = source.lines[line - 1]
    return offset + 1 if text.isascii() else len(text.encode()[:offset].decode("utf-8", "replace")) + 1


def _ends_line(source: Source, node: ast.stmt) -> bool:
    line = source.lines[(node.end_lineno or node.lineno) - 1]
    rest = line[_column(source, node.end_lineno or 0, node.end_col_offset or 0) - 1 :].strip()
    return not rest or rest.startswith("#")


def _bodies(node: ast.AST) -> Iterator[list[ast.stmt]]:
    yield from (
        found for name in ("body", "orelse", "finalbody") if isinstance(found := getattr(node, name, None), list)
    )


def _own_names(function: ast.AST) -> set[str]:
    """The names that a function has for itself, or that what is defined in it has."""
    found: set[str] = set()
    for each in ast.walk(function):
        match each:
            case ast.arg(arg=name):
                found.add(name)
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                found.add(name)
            case ast.Import() | ast.ImportFrom():
                found |= _bound(each)
            case _ if isinstance(each, (*_Function, ast.ClassDef)) and each is not function:
                found.add(each.name)
            case _:
                pass
    return found


def _times_set(function: ast.AST, name: str) -> int:
    """How often a name is set in a function; more than once where it is said to be another's."""
    told = sum(name in each.names for each in ast.walk(function) if isinstance(each, (ast.Global, ast.Nonlocal)))
    given = sum(isinstance(each, ast.arg) and each.arg == name for each in ast.walk(function))
    stored = (
        isinstance(each, ast.Name) and each.id == name and not isinstance(each.ctx, ast.Load)
        for each in ast.walk(function)
    )
    return sum(stored) + 2 * (told + given)


def _bound(statement: ast.AST) -> set[str]:
    """The names that a statement of a module sets."""
    match statement:
        case ast.Import(names=names):
            return {(each.asname or each.name).partition(".")[0] for each in names}
        case ast.ImportFrom(names=names):
            return {each.asname or each.name for each in names}
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case _:
            inner = [each for each in ast.walk(statement) if isinstance(each, (ast.Import, ast.ImportFrom))]
            found = {name for each in inner for name in _bound(each)}
            stored = (each for each in ast.walk(statement) if isinstance(each, ast.Name))
            return found | {each.id for each in stored if isinstance(each.ctx, ast.Store)}


def _value(statement: ast.AST) -> str:
    value = getattr(statement, "value", None)
    return ast.dump(value) if isinstance(value, ast.AST) else ""


def _every_name(module: ast.Module) -> set[str]:
    names = {each.id for each in ast.walk(module) if isinstance(each, ast.Name)}
    return names | _own_names(module) | _module_names(module)


def _is_definition(statement: ast.AST) -> bool:
    return isinstance(statement, (*_Function, ast.ClassDef))


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _is_text_or_import(statement: ast.stmt) -> bool:
    return _is_text(statement) or isinstance(statement, (ast.Import, ast.ImportFrom))


def _first_line(statement: ast.stmt) -> int:
    """The line that a statement begins at, with its decorators."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(each.lineno for each in decorators)])


@lru_cache(maxsize=16)
def _parsed(source: Source) -> ast.Module | None:
    try:
        return ast.parse(source.text)
    except (SyntaxError, ValueError, RecursionError):
        return None
