"""Files that a function writes where they are not there yet: until its environment ends, it finds them again."""

from __future__ import annotations

from functools import lru_cache

from lambdalint.code import ir
from lambdalint.code.facts import is_static
from lambdalint.code.value import Scope

_ASKING = frozenset({"exists", "isfile", "lexists", "is_file", "existsSync", "pathExistsSync"})
_WRITING = frozenset({
    "write_text", "write_bytes", "writeFile", "writeFileSync", "outputFile", "outputFileSync", "createWriteStream",
    "download_file", "urlretrieve", "copyFile", "copyFileSync", "copyfile",
})  # fmt: skip


def is_kept(test: ir.Expression, scope: Scope) -> bool:
    """Whether a test asks for a file, the same at every event, that the function around it writes."""
    path = _asked(test)
    if path is None or scope.function is None or not all(_is_the_same(name, scope) for name in _names(path)):
        return False
    return _spelt(path) in _written(scope.function)


def _asked(test: ir.Expression) -> ir.Expression | None:
    """The path of a file that a test asks for: `os.path.exists(path)`, `path.exists()`, `fs.existsSync(path)`."""
    match test:
        case ir.Call(ir.Attribute(_, name) | ir.Name(name), (ir.Argument(path),)) if name in _ASKING:
            return path
        case ir.Call(ir.Attribute(path, name), ()) if name in _ASKING:
            return path
        case _:
            return None


def _names(path: ir.Expression) -> set[str]:
    return {each.id for each in ir.walk(path) if isinstance(each, ir.Name)}


def _is_the_same(name: str, scope: Scope) -> bool:
    """Whether a name stands for the same at every event, as far as is known."""
    owner = scope.owner(name)
    return owner is None or is_static(owner.names[name])


@lru_cache(maxsize=1024)
def _written(function: ir.Function) -> frozenset[str]:
    """The paths that a function writes to, as it spells them."""
    return frozenset(
        spelt
        for statement in function.body
        for node in ir.walk(statement)
        if isinstance(node, ir.Call)
        for path in _targets(node)
        if (spelt := _spelt(path))
    )


def _targets(call: ir.Call) -> list[ir.Expression]:
    """The expressions among which stands the path that a call writes to; none where it writes no file."""
    given = [each.value for each in call.arguments]
    match call.function:
        case ir.Attribute(value, "open"):
            return [value, *given[:1]] if any(map(_is_mode, given)) else []
        case ir.Name("open"):
            return given[:1] if any(map(_is_mode, given[1:])) else []
        case ir.Attribute(value, name) if name in _WRITING:
            return [value, *given]
        case ir.Name(name) if name in _WRITING:
            return given
        case _:
            return []


def _is_mode(node: ir.Expression) -> bool:
    """Whether an argument says that a file is opened to be written."""
    return isinstance(node, ir.Literal) and node.value in {
        f"{way}{kind}" for way in "wax" for kind in ("", "b", "t", "+")
    }


def _spelt(node: ir.Expression) -> str:
    """How an expression is written; nothing where it is more than names, texts, and calls that put these together."""
    match node:
        case ir.Name(id):
            return id
        case ir.Literal(str(text)):
            return repr(text)
        case ir.Attribute(value, name):
            return f"{inner}.{name}" if (inner := _spelt(value)) else ""
        case ir.Item(value, key):
            parts = [_spelt(value), _spelt(key)]
        case ir.Text(held):
            parts = [_spelt(each) for each in held]
        case ir.Binary(operator, left, right):
            parts = [operator, _spelt(left), _spelt(right)]
        case ir.Call(function, arguments):
            parts = [_spelt(function), *(_spelt(each.value) for each in arguments)]
        case _:
            return ""
    return f"({' '.join(parts)})" if all(parts) else ""
