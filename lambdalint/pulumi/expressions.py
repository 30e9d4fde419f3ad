"""From what a program knows of a value to an expression of Terraform's."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable
from collections.abc import Mapping as MappingOf

from lambdalint.code.evaluate import paths, straight
from lambdalint.code.value import (
    Call,
    Choice,
    Constant,
    Environment,
    Imported,
    Mapping,
    Member,
    Result,
    Sequence,
    Text,
    Value,
)
from lambdalint.pulumi import known
from lambdalint.pulumi.made import Address, Made
from lambdalint.pulumi.names import argument, canonical, snake
from lambdalint.pulumi.structures import structure
from lambdalint.records import dataclass
from lambdalint.source import Span
from lambdalint.templates.hcl import syntax
from lambdalint.templates.hcl.syntax import Expression
from lambdalint.templates.terraform.row import Fields, Many, One
from lambdalint.templates.terraform.table import ROWS
from lambdalint.templates.value import HIDDEN, Known

_ENCODING = frozenset({"js:JSON.stringify", "json.dumps"})
_ENCODED = ("jsonStringify", "json_dumps")
_READING = ("node:fs.readFileSync", "read", "read_text")
_PROGRAM = "the program"
_SETTLED = frozenset({"pulumi.getStack", "pulumi.get_stack", "pulumi.getProject", "pulumi.get_project"})
"""What is the same wherever it is asked."""
_LONGEST = 200
"""How many parts or entries a value has at most that is spelt out."""


@dataclass(slots=True)
class Expressions:
    """What the values of a program are in a configuration whose paths start from `home`."""

    home: str
    made: Made

    def of(self, given: Value | None, span: Span, fields: Fields | None = None) -> Expression:
        """A value as an expression; its entries have the names of `fields` where it is a block, and their own where
        that is None."""
        address = self.made.find(given)
        if address is not None:
            return self.reference(address, span)
        match given:
            case None | Constant(None):
                return syntax.Literal(None)
            case Constant(str() | bool() | int() | float() as scalar):
                return syntax.Literal(Known(scalar, span))
            case Text(parts):
                return syntax.Template(tuple(self._part(each, span) for each in parts), span)
            case Choice(several):
                return self._either(several, span, fields)
            case Mapping():
                return self._object(given.entries, given.places, span, fields, is_open=_is_open(given))
            case Sequence(items=items):
                row = syntax.Tuple(tuple(self.of(each, span, fields) for each in items), span)
                return _opened("concat", row, span) if given.open else row
            case Member(of, str() | int() as key):
                return self._attribute(of, key, span)
            case Imported(name):
                return _value_of(name, span)
            case Environment(name):
                return syntax.Unseen(span, f"environment variable {name}")
            case Result(call):
                return self._result(call, span, fields)
            case _:
                return syntax.Unseen(span, _PROGRAM)

    def reference(self, address: Address, span: Span, *steps: str) -> Expression:
        """A resource of the configuration, or an attribute of one."""
        kind = address.kind.removeprefix("data.")
        names = (address.name,) if kind == "module" else (kind, address.name)
        root = "module" if kind == "module" else "data" if kind != address.kind else "resource"
        return syntax.Traversal(root, tuple(map(syntax.Attr, (*names, *steps))), span)

    def path(self, given: Value | None) -> str | None:
        """The path of a file or directory that the program names, from where it is run."""
        found = paths.path(given)
        lies = None if found is None else straight.found(found, self.home)
        return None if lies is None else posixpath.relpath(lies, self.home)

    def text(self, given: Value | None) -> str | None:
        """A text that the program puts together, also as a path: of its own files from where it is run."""
        found = paths.path(given)
        return self.path(given) if found is not None and found.startswith(straight.HERE) else found

    def _part(self, given: Value, span: Span) -> str | Expression:
        match given:
            case Constant(bool() as truth):
                return str(truth).lower()
            case Constant(str() | int() | float() as scalar):
                return str(scalar)
            case _:
                return self.of(given, span)

    def _either(self, several: Iterable[Value], span: Span, fields: Fields | None) -> Expression:
        first, *rest = (self.of(each, span, fields) for each in several)
        for each in rest:
            first = syntax.Conditional(syntax.Unseen(span, _PROGRAM), first, each, span)
        return first

    def _object(
        self,
        entries: MappingOf[str, Value],
        places: MappingOf[str, Span],
        span: Span,
        fields: Fields | None,
        *,
        is_open: bool,
    ) -> Expression:
        found: list[tuple[str | Expression, Span, Expression]] = []
        for name, each in entries.items():
            place = places.get(name, span)
            key = name if fields is None else argument(name, "", fields)
            found.append((key, place, self.of(each, place, inner(fields, key))))
        row = syntax.Object(tuple(found), span)
        return _opened("merge", row, span) if is_open else row

    def _attribute(self, of: Value, key: str | int, span: Span) -> Expression:
        address = self.made.find(of)
        if address is not None and isinstance(key, str):
            row = ROWS.get(address.kind)
            known_names: Collection[str] = () if row is None else {*row.fields, *row.attributes}
            return self.reference(address, span, argument(key, address.kind, known_names))
        if isinstance(of, Member | Result) and (isinstance(key, int) or self._leads(of)):
            step = syntax.Index(syntax.Literal(Known(key, span))) if isinstance(key, int) else syntax.Attr(snake(key))
            return syntax.Traversal(self.of(of, span), (step,), span)
        if isinstance(of, Imported):
            return _value_of(f"{of.name}.{key}", span)
        return syntax.Unseen(span, _why(of, key))

    def _leads(self, of: Member | Result) -> bool:
        """Whether a value is a part of a resource."""
        at: Value = of
        while isinstance(at, Member):
            at = at.of
        return self.made.find(at) is not None

    def _result(self, call: Call, span: Span, fields: Fields | None) -> Expression:
        name = canonical(call.name)
        last = call.name.rpartition(".")[2]
        if (call.receiver is None and call.name in _ENCODING) or (name.startswith("pulumi.") and last in _ENCODED):
            given = call.arguments[:1] or tuple(call.keywords.values())[:1]
            return syntax.Call("jsonencode", (self.of(given[0] if given else None, span),), False, span)
        held = structure(Result(call))
        if held is not None:
            return self._object(held.entries, held.places, span, fields, is_open=held.open)
        if name in known.FUNCTIONS:
            found = known.FUNCTIONS[name](call)
            if found is not None:
                return self.of(found, span, fields)
        if last in _READING:
            path = self._read(call)
            if path is not None:
                return syntax.Call("file", (syntax.Literal(Known(path, span)),), False, span)
        text = self.text(Result(call))
        return syntax.Unseen(span, _why_result(call)) if text is None else syntax.Literal(Known(text, span))

    def _read(self, call: Call) -> str | None:
        """The path of the file whose text a call gives."""
        if call.receiver is None:
            return self.path(call.arguments[0]) if call.arguments else None
        match call.receiver:
            case Result(Call(name="builtins.open", arguments=(path, *_))):
                return self.path(path)
            case held if call.name == "read_text":
                return self.path(held)
            case _:
                return None


def inner(fields: Fields | None, name: str) -> Fields | None:
    """The names in a block of others; None where what it has are no names of Terraform's."""
    match None if fields is None else fields.get(name):
        case One(_, within) | Many(_, within):
            return within
        case _:
            return None


def _is_open(given: Mapping) -> bool:
    return given.open or given.rest is not None


def _opened(function: str, row: Expression, span: Span) -> Expression:
    """A list or an object to which something may be added that is not seen."""
    return syntax.Call(function, (row, syntax.Unseen(span, _PROGRAM)), False, span)


def _value_of(name: str, span: Span) -> Expression:
    found = known.constant(canonical(name))
    return syntax.Unseen(span, name) if found is None else syntax.Literal(Known(found, span))


def _why(of: Value, key: str | int) -> str:
    """Why an attribute is not known: what is asked of the account and the region is the same everywhere."""
    asked = canonical(of.call.name) if isinstance(of, Result) else ""
    name = snake(str(key))
    if "getCallerIdentity" in asked or "get_caller_identity" in asked:
        return "AWS::AccountId" if name in ("account_id", "id") else str(key)
    if "getRegion" in asked or "get_region" in asked:
        return "AWS::Region"
    return f"{asked or _PROGRAM}.{key}"


def _why_result(call: Call) -> str:
    name = canonical(call.name)
    if name in _SETTLED:
        return f"AWS::{name}"
    match call.receiver, call.arguments:
        case Result(Call(name=made)), (Constant(str(key)), *_) if canonical(made) == "pulumi.Config":
            return f"variable {key}{HIDDEN if 'ecret' in call.name else ''}"
    return name or call.name or _PROGRAM
