"""What the files of one directory declare together: a module, as it is written."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from lambdalint.source import Span
from lambdalint.templates.hcl import syntax
from lambdalint.templates.hcl.syntax import Attribute, Block, File
from lambdalint.templates.terraform.endings import overrides
from lambdalint.templates.terraform.overriding import overridden


class Declarations:
    """The blocks of a module by their names."""

    def __init__(self, directory: str, files: tuple[File, ...], unreadable: tuple[tuple[Span, str], ...]) -> None:
        self.directory = directory
        self.files = files
        self.unreadable = unreadable

    @property
    def paths(self) -> tuple[str, ...]:
        """The files, the one to name for all of them first."""
        paths = [file.source.path for file in self.files]
        return tuple(sorted(paths, key=lambda path: (not path.endswith(("/main.tf",)) and path != "main.tf", path)))

    @cached_property
    def blocks(self) -> dict[str, tuple[Block, ...]]:
        """The blocks by their kinds."""
        found: dict[str, list[Block]] = {}
        for file in self.files:
            for block in file.blocks:
                row = found.setdefault(block.kind, [])
                at = _declared(row, block) if overrides(file.source.path) else None
                if at is None:
                    row.append(block)
                else:
                    row[at] = overridden(row[at], block)
        return {kind: tuple(blocks) for kind, blocks in found.items()}

    @cached_property
    def variables(self) -> dict[str, Block]:
        return self._named("variable")

    @cached_property
    def outputs(self) -> dict[str, Block]:
        return self._named("output")

    @cached_property
    def modules(self) -> dict[str, Block]:
        return self._named("module")

    @cached_property
    def resources(self) -> dict[tuple[str, str], Block]:
        return self._typed("resource")

    @cached_property
    def data(self) -> dict[tuple[str, str], Block]:
        return self._typed("data")

    @cached_property
    def locals(self) -> dict[str, Attribute]:
        return {name: each for block in self.blocks.get("locals", ()) for name, each in block.attributes.items()}

    def _named(self, kind: str) -> dict[str, Block]:
        return {block.labels[0]: block for block in self.blocks.get(kind, ()) if len(block.labels) == 1}

    def _typed(self, kind: str) -> dict[tuple[str, str], Block]:
        blocks = self.blocks.get(kind, ())
        return {(block.labels[0], block.labels[1]): block for block in blocks if len(block.labels) == 2}

    def called(self) -> Iterator[str]:
        """The local sources of the modules that it calls."""
        for block in self.modules.values():
            source = source_of(block)
            if source.startswith(("./", "../")):
                yield source


def _declared(row: list[Block], block: Block) -> int | None:
    """Which of the blocks of a kind is the one that another says anew."""
    return next((at for at, each in enumerate(row) if block.labels and each.labels == block.labels), None)


def source_of(call: Block) -> str:
    """Where a module's call takes the module from; "" where that is not spelt out."""
    match call.attributes.get("source"):
        case Attribute(expression=syntax.Literal(value=known)) if known is not None:
            return str(known.value)
        case _:
            return ""
