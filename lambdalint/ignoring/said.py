"""What a file says apart from its comments: who has only added comments has left it as it was."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from lambdalint.code.endings import is_javascript
from lambdalint.source import Source

if TYPE_CHECKING:
    import tree_sitter

Piece = tuple[object, ...]
_UNSAID = {tokenize.COMMENT, tokenize.NL, tokenize.ENDMARKER}
_HCL = (".tf", ".tofu", ".hcl", ".tfvars")


def said(source: Source) -> list[Piece] | None:
    """Piece by piece what a file says, without comments and places; None where that cannot be told."""
    try:
        return list(_way(source)(source))
    except Exception as error:
        if isinstance(error, (tokenize.TokenError, SyntaxError, UnicodeError, RecursionError)) or _is_yaml_s(error):
            return None
        raise


def sign(source: Source) -> str:
    """How a comment begins in a file's language."""
    return "//" if is_javascript(source) else "#"


def gap(source: Source) -> str:
    """What stands between a line and a comment at its end, as the language's formatter has it."""
    return "  " if _way(source) in {_python, _yaml} else " "


def _way(source: Source) -> Callable[[Source], Iterator[Piece]]:
    if is_javascript(source):
        return _javascript
    if source.path.endswith(".py"):
        return _python
    return _hcl if source.path.endswith(_HCL) else _yaml


def _python(source: Source) -> Iterator[Piece]:
    for token in tokenize.generate_tokens(io.StringIO(source.text, newline="").readline):
        if token.type == tokenize.NEWLINE:
            yield (token.type,)  # the end of the file may stand for that of its last line
        elif token.type not in _UNSAID:
            yield token.type, token.string


def _javascript(source: Source) -> Iterator[Piece]:
    from lambdalint.code import javascript

    return _leaves(javascript.tree(source.path, source.text.encode("utf-8")))


def _hcl(source: Source) -> Iterator[Piece]:
    from lambdalint.templates.hcl import parse

    return _leaves(parse.tree(source.text.encode("utf-8")))


def _leaves(root: tree_sitter.Node) -> Iterator[Piece]:
    pending = [root]
    while pending:
        node = pending.pop()
        if node.type == "comment":
            continue
        if node.type == "ERROR" or node.is_missing:
            yield (node.type,)
        if node.children:
            pending += reversed(node.children)
        else:
            yield node.type, node.text


def _yaml(source: Source) -> Iterator[Piece]:
    import yaml

    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    for event in yaml.parse(source.text, Loader=loader):
        own = (getattr(event, name, None) for name in ("anchor", "tag", "value", "style"))
        yield type(event), *own


def _is_yaml_s(error: Exception) -> bool:
    import yaml

    return isinstance(error, yaml.YAMLError)
