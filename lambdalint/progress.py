"""What a person at a terminal sees of a run that lasts."""

from __future__ import annotations

import sys
import time

from lambdalint.printable import printable

PATIENCE = 2.0
"""Seconds that a run may last before anything is said of it."""
OFTEN = 0.1
"""Seconds between two lines."""


class Progress:
    """One line on a terminal, written over and over, and wiped out at the end; elsewhere nothing."""

    def __init__(self) -> None:
        self._next = time.monotonic() + PATIENCE if sys.stderr.isatty() else float("inf")
        self._shown = False

    def __call__(self, step: str) -> None:
        """Say what the run is doing now."""
        now = time.monotonic()
        if now >= self._next:
            self._next = now + OFTEN
            self._shown = True
            self._write(f"lambdalint: {step}")

    def close(self) -> None:
        """Leave the terminal as it was."""
        if self._shown:
            self._write("")
            self._shown = False

    def _write(self, line: str) -> None:
        import shutil  # with all that it packs and unpacks; few runs say anything

        line = printable(line)[: shutil.get_terminal_size().columns - 1]
        sys.stderr.write(f"\r\x1b[K{line}")
        sys.stderr.flush()
