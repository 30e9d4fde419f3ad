"""Writes docs/modules.md: every module, with what it says of itself first.

Run `python tools/modules.py`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

HOME = Path(__file__).parent.parent
TARGET = HOME / "docs" / "modules.md"

HEAD = """\
# Modules

<!-- Written by tools/modules.py from the modules' own words. -->

What each module holds, in its own words; [architecture.md](architecture.md) says how the rooms stand to each other.
"""


def listed() -> str:
    """All modules in Markdown, a section for each package."""
    return HEAD + "".join(_sections())


def _sections() -> Iterator[str]:
    packages = sorted({path.parent for path in (HOME / "lambdalint").rglob("*.py")})
    for package in packages:
        yield f"\n## {package.relative_to(HOME).as_posix()}\n\n"
        for path in sorted(package.glob("*.py")):
            said = _said(path)
            if said:
                name = "" if path.name == "__init__.py" else f"`{path.name}`: "
                yield f"- {name}{said}\n"


def _said(path: Path) -> str:
    """The first paragraph of a module's docstring, in one line."""
    text = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    return " ".join(text.partition("\n\n")[0].split()).replace("<", "&lt;")


if __name__ == "__main__":
    TARGET.write_text(listed(), "utf-8")
