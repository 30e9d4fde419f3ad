"""Whether a file is written as the kind of module that Node.js takes it for: an ES module, or CommonJS."""

from __future__ import annotations

import posixpath

from lambdalint.code import ir
from lambdalint.code.javascript.settings import Settings
from lambdalint.discover import canonical
from lambdalint.patterns import pattern
from lambdalint.source import Span

_COMMONJS = pattern(r"(module\s*\.\s*)?exports\s*[.\[=]")
"""How a statement begins that exports as CommonJS does."""


def first(module: ir.Module, root: str, settings: Settings) -> tuple[Span, str] | None:
    """The first statement of a file, packed with what lies below `root`, that its kind of modules does not have; and
    that kind. None where there is none, or a package.json that may not be packed says otherwise."""
    path = module.source.path
    kind = settings.kind(path)
    span = next((each.span for each in module.body if _written_as(each, module) == _OTHER[kind]), None)
    if span is None or not path.endswith((".js", ".mjs", ".cjs")):
        return None
    if path.endswith(".js"):
        modules = [each for each in settings.manifests(posixpath.dirname(path)) if each.text("type") == "module"]
        inside = [each for each in modules if _is_below(each.directory, root)]
        if (kind == "commonjs" and modules) or (kind == "esm" and not inside):
            return None
    return span, kind


_OTHER = {"esm": "commonjs", "commonjs": "esm"}


def _written_as(statement: ir.Statement, module: ir.Module) -> str:
    match statement:
        case ir.Import(how="import" | "reexport"):
            return "esm"
        case ir.Export(span=span):
            written = module.source.lines[span.line - 1][span.column - 1 :]
            return "commonjs" if _COMMONJS.match(written) else "esm"
        case _:
            return ""


def _is_below(directory: str, root: str) -> bool:
    top = canonical(root or ".")
    return top in (".", directory) or directory.startswith(f"{top}/")
