"""Where the nodes of a libcst tree begin and end, found by going through their text once.

libcst keeps no places, and most of a tree are nodes for blanks. What stands between two tokens of Python is blanks,
comments and ends of statements, so that it is enough to know in which order a node has its tokens and its parts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import fields
from inspect import isabstract

import libcst as cst

Offsets = dict[cst.CSTNode, tuple[int, int]]
"""The first and the last offset of nodes, without the parentheses around them."""

_BETWEEN = re.compile(r"(?:[ \t\f\r\n;]+|\\(?:\r\n?|\n)|#[^\r\n]*)*")
_BLANK = frozenset(" \t\f\r\n;\\#")
_END = "\0"

_Step = str | int | tuple[str, ...]
"""A part by the name of its field, the length of a token, or tokens of which it is the first that stands there."""


class Unfamiliar(Exception):
    """A tree has nodes that this module does not know."""


def offsets(module: cst.Module, text: str) -> Offsets:
    """The offsets of all nodes that rules and lowering ask of."""
    walk = _Walk(text)
    at = 0
    for statement in module.body:
        at = walk.through(statement, at)
    if walk.past(at) != len(text):
        raise Unfamiliar
    return walk.found


class _Walk:
    """The way through one module."""

    def __init__(self, text: str) -> None:
        self.found: Offsets = {}
        self._text = text + _END

    def past(self, at: int) -> int:
        """Where the next token begins."""
        between = _BETWEEN.match(self._text, at) if self._text[at] in _BLANK else None
        return at if between is None else between.end()

    def through(self, node: cst.CSTNode, at: int) -> int:
        """Where a node ends that begins behind an offset, with all that belongs to it."""
        kind = type(node)
        if kind in _LEAVES:
            return self._leaf(node, at)
        known = _KNOWN.get(kind)
        if known is None:
            known = _KNOWN[kind] = _known(kind)
        before, inside, after, may_be_enclosed = known
        at = self._steps(node, before, at) if before else at
        enclosed: Sequence[object] = node.lpar if may_be_enclosed else ()  # type: ignore[attr-defined]
        for _ in enclosed:
            at = self.past(at) + 1
        if self._text[at] in _BLANK:
            at = self.past(at)
        start = at
        at = self._formatted(node, at) if isinstance(node, cst.FormattedString) else self._steps(node, inside, at)
        self.found[node] = start, at
        for _ in enclosed:
            at = self.past(at) + 1
        return self._steps(node, after, at) if after else at

    def _leaf(self, node: cst.CSTNode, at: int) -> int:
        parentheses = node.lpar  # type: ignore[attr-defined]
        for _ in parentheses:
            at = self.past(at) + 1
        if self._text[at] in _BLANK:
            at = self.past(at)
        end = at + len(node.value)  # type: ignore[attr-defined]
        self.found[node] = at, end
        for _ in parentheses:
            end = self.past(end) + 1
        return end

    def _steps(self, node: cst.CSTNode, steps: tuple[_Step, ...], at: int) -> int:
        through, text = self.through, self._text
        for step in steps:
            if type(step) is str:
                part = getattr(node, step)
                kind = type(part)
                if kind is str:
                    at = self.past(at) + len(part) if part else at
                elif kind is list or kind is tuple:
                    for each in part:
                        at = through(each, at)
                elif part is not None and kind is not cst.MaybeSentinel:
                    at = through(part, at)
            else:
                if text[at] in _BLANK:
                    at = self.past(at)
                at += step if isinstance(step, int) else next(len(each) for each in step if text.startswith(each, at))
        return at

    def _formatted(self, node: cst.FormattedString, at: int) -> int:
        """An f-string: what stands in it is text, but for what stands between braces."""
        at += len(node.start)
        for part in node.parts:
            at = self._part(part, at)
        return at + len(node.end)

    def _part(self, part: cst.BaseFormattedStringContent, start: int) -> int:
        at = start
        if isinstance(part, cst.FormattedStringText):
            at += len(part.value)
        elif isinstance(part, cst.FormattedStringExpression):
            at = self.through(part.expression, start + len("{"))
            at = at if part.equal is None else self.past(at) + len("=")
            at = self.past(at)
            at += 0 if part.conversion is None else len("!") + len(part.conversion)
            if part.format_spec is not None:
                at += len(":")
                for each in part.format_spec:
                    at = self._part(each, at)
            at += len("}")
        else:
            raise Unfamiliar
        self.found[part] = start, at
        return at


_LEAVES = frozenset({cst.Name, cst.Integer, cst.Float, cst.Imaginary, cst.SimpleString})

_WRITTEN: dict[type[cst.CSTNode], str] = {
    cst.Ellipsis: "...",
    cst.FormattedString: "",
    cst.ConcatenatedString: "left right",
    cst.Attribute: "value . attr",
    cst.Call: "func ( args )",
    cst.Arg: "| star keyword equal value | comma",
    cst.Subscript: "value [ slice ]",
    cst.SubscriptElement: "| slice | comma",
    cst.Index: "star value",
    cst.Slice: "lower : upper second_colon step",
    cst.UnaryOperation: "operator expression",
    cst.BinaryOperation: "left operator right",
    cst.BooleanOperation: "left operator right",
    cst.Comparison: "left comparisons",
    cst.ComparisonTarget: "operator comparator",
    cst.IfExp: "body if test else orelse",
    cst.Await: "await expression",
    cst.Yield: "yield value",
    cst.From: "from item",
    cst.NamedExpr: "target := value",
    cst.Lambda: "lambda params : body",
    cst.Tuple: "elements",
    cst.List: "[ elements ]",
    cst.Set: "{ elements }",
    cst.Dict: "{ elements }",
    cst.Element: "| value | comma",
    cst.DictElement: "| key : value | comma",
    cst.StarredElement: "| * value | comma",
    cst.StarredDictElement: "| ** value | comma",
    cst.GeneratorExp: "elt for_in",
    cst.ListComp: "[ elt for_in ]",
    cst.SetComp: "{ elt for_in }",
    cst.DictComp: "{ key : value for_in }",
    cst.CompFor: "asynchronous for target in iter ifs inner_for_in",
    cst.CompIf: "if test",
    cst.Annotation: "->/: | annotation |",
    cst.Parameters: "posonly_params posonly_ind params star_arg kwonly_params star_kwarg",
    cst.ParamSlash: "/ comma",
    cst.ParamStar: "* comma",
    cst.Comma: ",",
    cst.Colon: ":",
    cst.AssignEqual: "=",
    cst.Asynchronous: "async",
    cst.LeftParen: "(",
    cst.RightParen: ")",
    cst.Dot: ".",
    cst.NotEqual: "value",
    cst.IsNot: "is not",
    cst.NotIn: "not in",
    # ---------------------------------------------------------------------------------------------------- statements
    cst.SimpleStatementLine: "body",
    cst.SimpleStatementSuite: "body",
    cst.IndentedBlock: "body",
    cst.Expr: "value",
    cst.Pass: "pass",
    cst.Break: "break",
    cst.Continue: "continue",
    cst.Return: "return value",
    cst.Raise: "raise exc cause",
    cst.Assert: "assert test comma msg",
    cst.Del: "del target",
    cst.Assign: "targets value",
    cst.AssignTarget: "| target | =",
    cst.AugAssign: "target operator value",
    cst.AnnAssign: "target annotation equal value",
    cst.Global: "global names",
    cst.Nonlocal: "nonlocal names",
    cst.NameItem: "| name | comma",
    cst.Import: "import names",
    cst.ImportFrom: "from relative module import lpar names rpar",
    cst.ImportAlias: "| name asname | comma",
    cst.ImportStar: "*",
    cst.AsName: "as name",
    cst.Decorator: "@ decorator",
    cst.FunctionDef: "decorators | asynchronous def name type_parameters ( params ) returns : body |",
    cst.ClassDef: "decorators | class name type_parameters lpar bases keywords rpar : body |",
    cst.If: "elif/if test : body orelse",
    cst.Else: "else : body",
    cst.For: "asynchronous for target in iter : body orelse",
    cst.While: "while test : body orelse",
    cst.With: "asynchronous with lpar items rpar : body",
    cst.WithItem: "| item asname | comma",
    cst.Try: "try : body handlers orelse finalbody",
    cst.ExceptHandler: "except type name : body",
    cst.Finally: "finally : body",
    cst.Param: "| star name | annotation equal default comma",
}
"""How nodes are written: fields and tokens in their order, the node itself between bars where more belongs to it."""


_Known = tuple[tuple[_Step, ...], tuple[_Step, ...], tuple[_Step, ...], bool]
"""What belongs to a node before it, what it is made of, what belongs to it behind, and whether there may be
parentheses around it."""


def _read(kind: type[cst.CSTNode], written: str) -> _Known:
    parts = written.split("|") if "|" in written else ("", written, "")
    names = {each.name for each in fields(kind)}
    before, inside, after = (tuple(_step(word, names) for word in part.split()) for part in parts)
    # What is asked of an abstract class goes through all that are derived of it.
    return before, inside, after, cst.BaseExpression in kind.__mro__


def _step(word: str, names: set[str]) -> _Step:
    if word in names:
        return word
    return tuple(word.split("/")) if "/" in word[1:] else len(word)


def _known(kind: type[cst.CSTNode]) -> _Known:
    """What belongs to a kind of nodes; of operators that is one token."""
    written = _WRITTEN.get(kind)
    if written is not None:
        return _read(kind, written)
    token = getattr(kind, "_get_token", None)
    if token is None or isabstract(kind):
        raise Unfamiliar
    return (), (len(token(kind())),), (), False


_KNOWN: dict[type[cst.CSTNode], _Known] = {}
"""The kinds that trees had."""
