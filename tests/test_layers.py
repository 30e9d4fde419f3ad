"""Imports follow the data, one way."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "lambdalint"
ORDER = [
    *(
        "choices",
        "records",
        "plain",
        "patterns",
        "kept",
        "remarks",
        "spelling",
        "toml",
        "printable",
        "data",
        "source",
        "places",
        "literals",
        "discover",
        "templates",
        "wanted",
        "code",
        "programs",
        "cdk",
        "pulumi",
        "sst",
        "meaning",
        "model",
        "graph",
        "check",
        "checks",
        "rules",
    ),
    *(
        "settings",
        "config",
        "configs",
        "ignores",
        "acknowledged",
        "peers",
        "overwrite",
        "baseline",
        "changed",
        "told",
        "outcome",
        "earlier",
        "cache",
        "findings",
        "across",
        "lent",
        "roots",
        "lint",
        "parts",
        "rewriting",
        "ignoring",
        "fixing",
        "settled",
        "initial",
        "cfnlint",
        "report",
        "progress",
        "processes",
        "catalogue",
        "running",
        "server",
        "options",
        "cli",
        "__main__",
    ),
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


def module(name: str) -> Path | None:
    """The file of a module of the package."""
    path = Path(*name.split(".")[1:])
    return next((each for each in (path.with_suffix(".py"), path / "__init__.py") if each in MODULES), None)


def edges(path: Path) -> Iterator[Path]:
    """The modules of the package that a file imports, wherever in it and for whatever purpose."""
    for node in ast.walk(ast.parse((PACKAGE / path).read_text("utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            # What is imported from a package is a module in it, or something that it says itself.
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [each if module(each) else node.module for each in names]
        yield from filter(None, (module(each) for each in names if each.startswith("lambdalint.")))


def test_the_package_can_be_read_from_one_end_to_the_other() -> None:
    """No module imports another that leads back to it: not inside of a function, and not for its types."""
    needed = {path: set(edges(path)) - {path} for path in MODULES}
    read: set[Path] = set()
    while ready := {path for path in set(MODULES) - read if needed[path] <= read}:
        read |= ready
    assert sorted(map(str, set(MODULES) - read)) == []


def test_what_is_imported_is_seen_wherever_it_stands() -> None:
    """The last module to be read needs others of every layer, some of them only where they are used."""
    assert {Path("running.py"), Path("rules.py")} <= set(edges(Path("cli.py")))
    assert {Path("lint.py"), Path("fixing/__init__.py")} <= set(edges(Path("running.py")))
    assert Path("model/__init__.py") in set(edges(Path("check.py")))
    assert Path("code/python/__init__.py") in set(edges(Path("code/parsed.py")))
