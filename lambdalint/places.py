"""Where the nodes of a tree stand: tree-sitter counts bytes, a Span counts characters."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from lambdalint.source import Span

if TYPE_CHECKING:
    import tree_sitter


class Places:
    """The text of a tree."""

    def __init__(self, path: str, text: str, down: int = 0) -> None:
        """`down` is how many lines lie between the text's beginning and its file's."""
        self.path = path
        self.data = text.encode("utf-8", "replace")
        self._down = down + 1
        self._lines: list[bytes] | None = None
        self._within: dict[int, list[int]] = {}
        """For each line asked about, the bytes in it that go on with a character: a line may be a whole bundle."""
        if not text.isascii():
            self._lines = self.data.split(b"\n")

    def text(self, node: tree_sitter.Node) -> str:
        """What is written at a node."""
        return self.data[node.start_byte : node.end_byte].decode()

    def piece(self, start: int, end: int) -> str:
        """What is written between two bytes."""
        return self.data[start:end].decode()

    def span(self, node: tree_sitter.Node) -> Span:
        """The place of a node."""
        return self.between(node, node)

    def between(self, first: tree_sitter.Node, last: tree_sitter.Node) -> Span:
        """The place from the beginning of one node to the end of another."""
        row, column = first.start_point
        end_row, end_column = last.end_point
        if self._lines is not None:
            column, end_column = self._characters(row, column), self._characters(end_row, end_column)
        return Span(self.path, row + self._down, column + 1, end_row + self._down, end_column + 1)

    def _characters(self, row: int, column: int) -> int:
        if row not in self._within:
            line = self._lines[row] if self._lines is not None and row < len(self._lines) else b""
            more = [] if line.isascii() else [at for at, byte in enumerate(line) if byte & 0xC0 == 0x80]
            self._within[row] = more
        return column - bisect_left(self._within[row], column)
