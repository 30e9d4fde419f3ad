"""What the program of a Chalice app declares: nothing is run, its decorators are read as they are written.

https://aws.github.io/chalice/api.html
"""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Iterator

from lambdalint.records import dataclass, replace
from lambdalint.source import Source, Sources, Span, UnreadableSource
from lambdalint.templates.value import Known, Mapping, Sequence, Unknown, Value

ROUTE = "route"
SOCKETS = frozenset({"on_ws_connect", "on_ws_message", "on_ws_disconnect"})
EVENTS = frozenset({
    "on_sqs_message", "on_s3_event", "on_sns_message", "on_kinesis_record", "on_dynamodb_record", "schedule",
    "on_cw_event", "lambda_function", "authorizer", *SOCKETS,
})  # fmt: skip
"""Decorators each of which makes a function of its own."""
_MOST = 500


@dataclass(frozen=True, slots=True)
class Registered:
    """How an app takes in a blueprint."""

    url_prefix: Value | None
    """What the paths of its routes begin with."""
    name_prefix: Value | None
    """What the names of its functions begin with."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A function of Python with a decorator of the app's."""

    kind: str
    """The decorator."""
    function: str
    span: Span
    """The place of its name."""
    extent: Span
    decorator: Span
    given: dict[str, Value]
    """The arguments of the decorator, by keyword, or by position."""
    keys: dict[str, Span]
    module: str
    """The module that its handler is in, dotted."""
    written: str
    """The one that it is written in, from which app.py has it in some way: by an import, or by its name."""
    top: bool
    """Whether its module makes it when it is loaded, and no function."""
    uncertain: bool
    """Whether a test or a loop around it decides that."""
    holder: str
    """The name of the app or blueprint, in its module."""
    registered: Registered | None = None
    """How its blueprint is registered with the app; None where it has none, or that is not seen."""

    def get(self, name: str, position: int | None = None) -> Value | None:
        """An argument of the decorator."""
        found = self.given.get(name)
        return found if found is not None or position is None else self.given.get(str(position))

    def key(self, name: str) -> Span:
        """The place of an argument."""
        return self.keys.get(name, self.decorator)

    @property
    def path(self) -> Value | None:
        """The path of a route, as the API has it."""
        path = self.get("path", 0)
        if self.module == "app" or (self.registered is not None and self.registered.url_prefix is None):
            return path
        match self.registered, path:
            case Registered(url_prefix=Known(value=str() as prefix)), Known(value=str() as own):
                whole = "/".join((prefix.rstrip("/"), own.strip("/"))).rstrip("/")
                return Known(whole or "/", path.span)
            case _:
                return Unknown(self.decorator, "url_prefix")

    @property
    def called(self) -> str | None:
        """The name of its function; None where that is not seen."""
        named = self.get("name")
        own = str(named.value) if isinstance(named, Known) else self.function
        match self.registered:
            case Registered(name_prefix=Known(value=str() as prefix)):
                return prefix + own
            case Registered(name_prefix=Unknown()):
                return None
            case _:
                return own


@dataclass(frozen=True, slots=True)
class Program:
    """An app: app.py, and what of chalicelib it takes in."""

    declared: tuple[Declared, ...]
    paths: tuple[str, ...]
    name: Value | None
    """The name that the program gives the app."""
    whole: bool
    """Whether all that is declared is seen."""


def program(sources: Sources, source: Source, home: str) -> Program | None:
    """What an app declares; None where app.py is no Python."""
    first = _parsed(source)
    if first is None:
        return None
    files = [_File(source, first, "app")]
    inside = posixpath.join(home, "chalicelib")
    for path in [path for path in sources.files(inside) if path.endswith(".py")][:_MOST]:
        try:
            other = sources.read(path)
        except UnreadableSource:
            continue
        tree = None if other is None or "." not in other.text else _parsed(other)
        if other is not None and tree is not None:
            dotted = posixpath.relpath(path, home or ".").removesuffix(".py").removesuffix("/__init__")
            files.append(_File(other, tree, dotted.replace("/", ".")))
    registered: dict[tuple[str, str], Registered] = {}
    for file in files:
        registered |= file.registered()
    declared = tuple(
        replace(each, registered=registered.get((each.module, each.holder)) or registered.get(_EACH))
        for file in files
        for each in file.declared()
    )
    used = (files[0].source.path, *(each.span.path for each in declared))
    name = next((found for file in files if (found := file.name()) is not None), None)
    return Program(declared, tuple(dict.fromkeys(used)), name, all(file.whole for file in files[:1]))


_EACH = "", ""
"""Stands for the blueprints of a list, which are registered one like the other."""


def _parsed(source: Source) -> ast.Module | None:
    try:
        return ast.parse(source.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


_ASKED = (ast.Assign, ast.AnnAssign, ast.Call, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef, ast.Import,
          ast.ImportFrom)  # fmt: skip
"""The nodes that a file is asked about."""


class _File:
    """A file of the program."""

    def __init__(self, source: Source, tree: ast.Module, module: str) -> None:
        self.source, self._tree, self._module = source, tree, module
        self._nodes: tuple[ast.AST, ...] = tuple(each for each in ast.walk(tree) if isinstance(each, _ASKED))
        self._apps: dict[str, str] = {}
        """The names that stand for an app or a blueprint, and which."""
        self.whole = True
        """Whether it is seen what makes its app."""
        self._constants: dict[str, ast.expr] = {}
        own = {"Chalice": "Chalice", "Blueprint": "Blueprint"}
        """The classes of apps and of blueprints: Chalice's own, and those that are made of one."""
        for node in self._nodes:
            match node:
                case ast.ClassDef(name=name, bases=bases) if any("Chalice" in _last(each) for each in bases):
                    own[name] = "Chalice"
        for node in self._nodes:
            match node:
                case (
                    ast.Assign(targets=[ast.Name(name)], value=ast.Call(func=func))
                    | ast.AnnAssign(target=ast.Name(name), value=ast.Call(func=func))
                ) if _last(func) in own or _last(func).endswith("ChaliceApp"):
                    self._apps[name] = own.get(_last(func), "Chalice")
                case ast.ImportFrom(names=names) if module != "app" or not self._apps:
                    self._apps |= {each.asname or each.name: "" for each in names if each.name in ("app", "bp")}
        for node in tree.body:
            match node:
                case ast.Assign(targets=[ast.Name("app")]) | ast.AnnAssign(target=ast.Name("app")) if module == "app":
                    # Chalice takes what is called so there, whatever has made it.
                    self._apps.setdefault("app", "Chalice")
        for node in tree.body:
            match node:
                case ast.Assign(targets=[ast.Name(name)], value=value):
                    self._constants[name] = value
        self._imported: dict[str, tuple[str, str]] = {}
        """What is imported, by the names that it has here: its module, and its name there."""
        within = module.split(".") if source.path.endswith("/__init__.py") else module.split(".")[:-1]
        for node in self._nodes:
            match node:
                case ast.ImportFrom(module=named, names=names, level=level):
                    above = within[: len(within) - level + 1] if level else []
                    base = ".".join((*above, *filter(None, (named,))))
                    self._imported |= {each.asname or each.name: (base, each.name) for each in names}
                case ast.Import(names=names):
                    self._imported |= {each.asname: (each.name, "") for each in names if each.asname}
        self.whole = bool(self._apps)

    def name(self) -> Value | None:
        """The name that is given to the app."""
        for node in self._nodes:
            match node:
                case ast.Call(func=func, args=args, keywords=keywords) if _last(func) == "Chalice":
                    named = next((each.value for each in keywords if each.arg == "app_name"), args[0] if args else None)
                    return None if named is None else self._value(named)
        return None

    def declared(self) -> Iterator[Declared]:
        """What its decorators declare."""
        certain = set(map(id, self._tree.body))
        top = set(map(id, _loaded(self._tree.body)))
        for node in self._nodes:
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            for decorator in node.decorator_list:
                match decorator:
                    case ast.Call(func=ast.Attribute(value=ast.Name(app), attr=kind)) if app in self._apps and (
                        kind == ROUTE or kind in EVENTS
                    ):
                        found = self._of(node, decorator, kind, self._apps[app], top=id(node) in top)
                        yield replace(found, uncertain=id(node) not in certain)

    def registered(self) -> dict[tuple[str, str], Registered]:
        """The blueprints that it has an app take in, by their modules and names there."""
        found: dict[tuple[str, str], Registered] = {}
        for node in self._nodes:
            match node:
                case ast.Call(
                    func=ast.Attribute(attr="register_blueprint"), args=[blueprint, *rest], keywords=keywords
                ):
                    given = {each.arg: self._value(each.value) for each in keywords if each.arg is not None}
                    given |= {
                        name: self._value(each) for name, each in zip(("name_prefix", "url_prefix"), rest, strict=False)
                    }
                    how = Registered(given.get("url_prefix"), given.get("name_prefix"))
                    found[self._meant(blueprint)] = how
        return found

    def _meant(self, blueprint: ast.expr) -> tuple[str, str]:
        """The module and the name of a blueprint; _EACH where it is one of several."""
        match blueprint:
            case ast.Name(name) if name in self._apps and self._apps[name] == "Blueprint":
                return self._module, name
            case ast.Name(name) if name in self._imported:
                return self._imported[name]
            case ast.Attribute(value=ast.Name(module), attr=name) if module in self._imported:
                return ".".join(filter(None, self._imported[module])), name
            case ast.Attribute(value=value, attr=name):
                return ast.unparse(value), name
            case _:
                return _EACH

    def _of(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef, call: ast.Call, kind: str, app: str, *, top: bool
    ) -> Declared:
        given = {str(at): self._value(each) for at, each in enumerate(call.args)}
        given |= {each.arg: self._value(each.value) for each in call.keywords if each.arg is not None}
        keys = {
            each.arg: self._span(each.lineno, each.col_offset, each.lineno, each.col_offset + len(each.arg))
            for each in call.keywords
            if each.arg is not None
        }
        word = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
        line = self.source.lines[node.lineno - 1]
        column = line.find(node.name, node.col_offset + len(word))
        name = Span(self.source.path, node.lineno, column + 1, node.lineno, column + 1 + len(node.name))
        first = min((each.lineno for each in node.decorator_list), default=node.lineno)
        extent = self._span(first, node.col_offset, node.end_lineno or node.lineno, node.end_col_offset or 0)
        module = self._module if app == "Blueprint" else "app"
        holder = (
            call.func.value.id if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name) else ""
        )
        return Declared(
            kind, node.name, name, extent, self._place(call), given, keys, module, self._module, top, False, holder
        )

    def _value(self, node: ast.expr) -> Value:
        span = self._place(node)
        match node:
            case ast.Constant(value=str() | int() | float() | bool() as found):
                return Known(found, span)
            case ast.Name(name) if name in self._constants and isinstance(self._constants[name], ast.Constant):
                constant = self._value(self._constants[name])
                return Known(constant.value, span) if isinstance(constant, Known) else constant
            case ast.List(elts) | ast.Tuple(elts):
                return Sequence(tuple(map(self._value, elts)), span)
            case ast.Dict(keys, values):
                entries: dict[str, Value] = {}
                places: dict[str, Span] = {}
                for key, value in zip(keys, values, strict=True):
                    if isinstance(key, ast.Constant) and isinstance(key.value, str):
                        entries[key.value], places[key.value] = self._value(value), self._place(key)
                return Mapping(entries, span, places, open=len(entries) < len(keys))
            case ast.Call(func=func, args=[ast.Constant(value=int() as number), unit]) if _last(func) == "Rate":
                word = {"MINUTES": "minute", "HOURS": "hour", "DAYS": "day"}.get(_last(unit))
                return Unknown(span) if word is None else Known(f"rate({number} {word}{'s' * (number != 1)})", span)
            case ast.Call(func=func, args=args) if _last(func) == "Cron":
                parts = [each.value for each in args if isinstance(each, ast.Constant)]
                whole = len(parts) == len(args) == 6
                return Known(f"cron({' '.join(map(str, parts))})", span) if whole else Unknown(span, "Cron()")
            case _:
                return Unknown(span, "an expression")

    def _place(self, node: ast.expr) -> Span:
        return self._span(node.lineno, node.col_offset, node.end_lineno or node.lineno, node.end_col_offset or 0)

    def _span(self, line: int, column: int, end_line: int, end_column: int) -> Span:
        """A place, whose columns are given in bytes."""
        return Span(
            self.source.path, line, self._characters(line, column), end_line, self._characters(end_line, end_column)
        )

    def _characters(self, line: int, column: int) -> int:
        text = self.source.lines[line - 1] if line <= len(self.source.lines) else ""
        return column + 1 if text.isascii() else len(text.encode()[:column].decode(errors="ignore")) + 1


def _loaded(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run when a module is loaded."""
    for each in body:
        yield each
        if not isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for inner in ("body", "orelse", "finalbody"):
                yield from _loaded(getattr(each, inner, []))


def _last(node: ast.expr) -> str:
    """The last part of a name."""
    match node:
        case ast.Name(name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""
