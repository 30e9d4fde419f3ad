"""Imports follow the data, one way."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "lambdalint"
ORDER = [
    *(
        "records",
        "patterns",
        "spelling",
        "printable",
        "data",
        "source",
        "places",
        "discover",
        "templates",
        "code",
        "meaning",
        "model",
        "check",
        "checks",
        "rules",
    ),
    *("config", "configs", "ignores", "peers", "lint", "cfnlint", "report", "progress", "cli", "__main__"),
]
FREE = {"__init__"}
"""The package itself: its version, which everyone may import."""

PARSERS = {
    "libcst",
    "yaml",
    "tree_sitter",
    "tree_sitter_hcl",
    "tree_sitter_javascript",
    "tree_sitter_typescript",
    "ast",
}
MODULES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))


def layer(path: Path) -> str:
    return path.parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """The modules that a file imports, and whether only for the sake of types."""
    tree = ast.parse((PACKAGE / path).read_text("utf-8"))
    typing = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, id(node) in typing) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            yield node.module or "", id(node) in typing
            if node.module == "lambdalint":
                yield from ((f"lambdalint.{alias.name}", id(node) in typing) for alias in node.names)


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_a_module_imports_what_stands_before_it(path: Path) -> None:
    if layer(path) in FREE:
        return
    allowed = {*ORDER[: ORDER.index(layer(path)) + 1], *FREE}
    for name, for_types in imports(path):
        other = name.removeprefix("lambdalint.").split(".")[0]
        if name.startswith("lambdalint.") and other in {*ORDER, *FREE}:
            assert other in allowed or (layer(path), other, for_types) == ("check", "model", True), name


def test_check_knows_the_model_by_type_only() -> None:
    assert ("lambdalint.model", True) in set(imports(Path("check.py")))
    assert ("lambdalint.model", False) not in set(imports(Path("check.py")))


def test_only_the_python_front_imports_libcst() -> None:
    users = {path for path in MODULES for name, _ in imports(path) if name.split(".")[0] == "libcst"}
    assert {path.as_posix().removesuffix(".py").split("/")[1] for path in users} <= {"python"}
    assert {layer(path) for path in users} <= {"code"}


@pytest.mark.parametrize("path", [path for path in MODULES if layer(path) in {"checks", "model", "report"}], ids=str)
def test_who_judges_and_who_tells_have_no_parser(path: Path) -> None:
    assert not {name.split(".")[0] for name, _ in imports(path)} & PARSERS


def test_every_module_has_its_place_in_the_order() -> None:
    assert {layer(path) for path in MODULES} <= {*ORDER, *FREE}


def edges(path: Path) -> Iterator[Path]:
    """The modules of the package that a file imports, wherever in it and for whatever purpose."""
    for node in ast.walk(ast.parse((PACKAGE / path).read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("lambdalint."):
            for name in (f"{node.module}.{alias.name}" for alias in node.names):
                inner, outer = (Path(*each.split(".")[1:]) for each in (name, node.module or ""))
                kinds = (inner.with_suffix(".py"), inner / "__init__.py", outer.with_suffix(".py"))
                yield next((each for each in kinds if each in MODULES), outer / "__init__.py")


def test_what_follows_code_can_be_read_from_one_end_to_the_other() -> None:
    """No module that follows code imports another that leads back to it, not even for its types."""
    inner = {Path("code/value.py"), Path("code/facts.py"), Path("code/idioms.py"), Path("code/carriers.py")}
    inner |= {path for path in MODULES if path.parts[:2] == ("code", "evaluate")}
    needed = {path: set(edges(path)) & inner for path in inner}
    read: set[Path] = set()
    while ready := {path for path in inner - read if needed[path] <= read}:
        read |= ready
    assert not inner - read
