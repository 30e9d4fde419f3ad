"""JavaScript and TypeScript source, lowered into the representation that all languages share."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from functools import cache

import tree_sitter

from lambdalint.code import ir
from lambdalint.code.endings import TYPESCRIPT
from lambdalint.code.javascript.expressions import TooDeep
from lambdalint.code.javascript.statements import Statements
from lambdalint.discover import is_packed
from lambdalint.literals import proposed
from lambdalint.patterns import pattern
from lambdalint.places import Places
from lambdalint.source import Source, Span, UnreadableSource

_ASSERTION = pattern(r"""(\bfrom\s*(?:"[^"\n]*"|'[^'\n]*')\s*)assert(?=\s*\{)""")
"""What import attributes were called at first: Node.js 18 and 20 take it, and the grammar does not."""
_LARGEST = 700_000
_COMPILED = pattern(
    r"""^\s*Object\.defineProperty\(exports,\s*["']__esModule|^//# sourceMappingURL="""
    r"""|\b__toCommonJS\(|\b__webpack_require__\b""",
    re.MULTILINE,
)
"""What tsc, Babel, esbuild and webpack write into what they make."""
_OF_COMPILERS = ("__esModule", "//# sourceMappingURL=", "__toCommonJS(", "__webpack_require__")
"""The words of theirs without which none of that is there: most files have none, which is seen at once."""
_TOO_DEEP = "nested too deeply"
_WITH_TYPES = (".ts", ".mts", ".cts")
"""TypeScript without JSX, which uses names that it does not name."""
_USES_MORE = pattern(r"^\s*(?:@|\[|export\s*=|import\s+\w+\s*=)|[(,]\s*@\w", re.MULTILINE)
"""Decorators, for which types may be there when the code runs, and other uses that are not lowered."""
_FLOW = pattern(r"^\s*(?:/[/*]+|\*)\s*@flow\b", re.MULTILINE)
"""What a file says at its beginning whose types Flow checks. https://flow.org/en/docs/usage/"""


def parse(source: Source) -> ir.Module:
    """The module that a source holds: JavaScript of any version, with types of Flow, TypeScript, or these with JSX.

    Types are left out, but for the names in those of parameters. TypeScript and Flow that the grammar cannot read is
    Opaque where that is so. Raises UnreadableSource where JavaScript is broken, or either is nested too deeply.
    """
    places = _Places(source, _ASSERTION.sub(r"\1with  ", source.text.removeprefix("\ufeff")))
    root, typed = _tree(source.path, places.data)
    wrong = next(_errors(root), None) if root.has_error and not typed else None
    if wrong is not None and not _is_excused(wrong, root, places):
        raise UnreadableSource(_beginning(places.span(wrong)), _why(wrong, places))
    try:
        statements = Statements(places)
        body, undeclared = statements.module(root, typed=typed)
        kind = _kind(source.path, body)
        if source.path.endswith(_WITH_TYPES) and _USES_MORE.search(source.text) is None:
            body = statements.without_types(body)
    except TooDeep as error:
        raise UnreadableSource(_beginning(places.span(error.node)), _TOO_DEEP) from None
    except RecursionError:
        raise UnreadableSource(source.span((1, 1), (1, 1)), _TOO_DEEP) from None
    return ir.Module(source, body, dict(_definitions(body)), kind=kind, undeclared=undeclared)


def tree(path: str, data: bytes) -> tree_sitter.Node:
    """The tree of a text in the language of its path, as it is written."""
    return _tree(path, data)[0]


def _tree(path: str, data: bytes) -> tuple[tree_sitter.Node, bool]:
    """The tree of a text, and whether it is read as a language with types.

    What a name calls JavaScript has them where Babel strips those of Flow, most of which TypeScript's grammar knows.
    https://babeljs.io/docs/babel-preset-flow
    """
    dialect = _dialect(path)
    root = _parser(dialect).parse(data).root_node
    if dialect != "javascript" or not root.has_error:
        return root, dialect != "javascript"
    typed = _parser("tsx").parse(data).root_node
    if not typed.has_error or _FLOW.search(data[:2_000].decode(errors="replace")):
        return typed, True
    return root, False


def is_built(source: Source) -> bool:
    """Whether a file is what a tool made of others: minified, bundled, or too large to be written by hand."""
    return len(source.text) > _LARGEST or is_packed(source)


def is_compiled(source: Source) -> bool:
    """Whether a file of JavaScript is what a compiler made of another file."""
    if source.path.endswith(TYPESCRIPT) or not any(word in source.text for word in _OF_COMPILERS):
        return False
    return _COMPILED.search(source.text) is not None


@cache
def _parser(dialect: str) -> tree_sitter.Parser:
    if dialect == "javascript":
        import tree_sitter_javascript

        language = tree_sitter_javascript.language()
    else:
        import tree_sitter_typescript

        tsx = dialect == "tsx"
        language = tree_sitter_typescript.language_tsx() if tsx else tree_sitter_typescript.language_typescript()
    return tree_sitter.Parser(tree_sitter.Language(language))


def _dialect(path: str) -> str:
    ending = posixpath.splitext(path)[1]
    return "tsx" if ending == ".tsx" else "typescript" if ending in TYPESCRIPT else "javascript"


def _errors(root: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    pending = [root]
    while pending:
        node = pending.pop()
        if node.type == "ERROR" or node.is_missing:
            yield node
        elif node.has_error:
            pending.extend(reversed(node.children))


def _is_excused(wrong: tree_sitter.Node, root: tree_sitter.Node, places: Places) -> bool:
    """Whether it is the grammar that is behind: escapes in tagged templates, text in JSX."""
    if wrong.parent is not None and wrong.parent.type == "template_string":
        return True
    return b"</" in places.data and any(_of_type(root, "jsx_element"))


def _of_type(root: tree_sitter.Node, kind: str) -> Iterator[bool]:
    pending = [root]
    while pending:
        node = pending.pop()
        if node.type == kind:
            yield True
        pending.extend(node.named_children)


def _why(wrong: tree_sitter.Node, places: Places) -> str:
    if wrong.is_missing:
        return f"not JavaScript: {wrong.type!r} is missing"
    rest = places.data[wrong.start_byte :][:80].decode(errors="replace")
    if (proposal := proposed(rest)) is not None:
        return f"not JavaScript before a compiler has replaced its {proposal}"
    found = " ".join(places.text(wrong).split())
    return f"not JavaScript from {found[:20]!r} on" if found else "not JavaScript"


def _beginning(span: Span) -> Span:
    return Span(span.path, span.line, span.column, span.line, span.column)


class _Places(Places):
    """The places of a source, which lie in a template where it is written there."""

    def __init__(self, source: Source, text: str) -> None:
        super().__init__(source.path, text)
        self._source = source

    def between(self, first: tree_sitter.Node, last: tree_sitter.Node) -> Span:
        found = super().between(first, last)
        if not self._source.origin:
            return found
        return self._source.span((found.line, found.column), (found.end_line, found.end_column))


def _definitions(body: Iterable[ir.Statement]) -> Iterator[tuple[str, ir.Function | ir.Class]]:
    for statement in body:
        if isinstance(statement, ir.Function | ir.Class):
            yield statement.name, statement


def _kind(path: str, body: Iterable[ir.Statement]) -> str:
    """What kind of module a file is, as far as it says so itself; a package.json may decide for others."""
    ending = posixpath.splitext(path)[1]
    if ending in {".mjs", ".mts"}:
        return "esm"
    if ending in {".cjs", ".cts"}:
        return "commonjs"
    for statement in body:
        match statement:
            case ir.Import(how="import" | "reexport"):
                return "esm"
            case ir.Import(how="require"):
                return "commonjs"
            case ir.Export():
                return ""
    return ""
