"""Compiled modules among the files of a package: for which Python, processor and system each was built.

By their names: https://peps.python.org/pep-3149/ and https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from lambdalint.patterns import pattern
from lambdalint.records import dataclass

_EXTENSION = pattern(
    r"^(?P<module>[^.]+)\.(?:cpython-(?P<major>3)(?P<minor>\d+)-(?P<platform>[\w-]+)\.so"
    r"|cp3(?P<windows>\d+)-(?:win_amd64|win32|win_arm64)\.pyd)$"
)
_PROCESSORS = {"x86_64": "x86_64", "aarch64": "arm64"}


@dataclass(frozen=True, slots=True)
class Binary:
    """A compiled module of Python."""

    path: str
    module: str
    """Where it lies, without what it was built for."""
    python: str
    """`3.12`."""
    system: str
    """`linux`, `musl`, `darwin` or `windows`."""
    processor: str | None
    """As AWS calls it; None where its name does not say so."""

    def runs(self, runtime: str, architecture: str) -> bool:
        """Whether a function of a runtime and an architecture can load it."""
        return (
            self.system == "linux"
            and runtime == f"python{self.python}"
            and (self.processor is None or self.processor == architecture)
        )

    @property
    def built_for(self) -> str:
        """What it was built for, in words."""
        systems = {"linux": "Linux", "musl": "Linux with musl", "darwin": "macOS", "windows": "Windows"}
        on = f" on {self.processor}" if self.processor is not None else ""
        return f"Python {self.python}, {systems[self.system]}{on}"


ENDINGS = (".so", ".pyd")
"""How the names of compiled modules end."""


def binaries(paths: Iterable[str]) -> list[Binary]:
    """The compiled modules among files that end so whose names say what they were built for."""
    found = []
    for path in sorted(paths):
        named = _EXTENSION.match(posixpath.basename(path))
        if named is None:
            continue
        module = posixpath.join(posixpath.dirname(path), named["module"])
        if named["windows"] is not None:
            found.append(Binary(path, module, f"3.{named['windows']}", "windows", None))
            continue
        platform = named["platform"]
        system = "darwin" if "darwin" in platform else "musl" if "musl" in platform else "linux"
        processor = _PROCESSORS.get(platform.partition("-")[0])
        if system == "darwin" or processor is not None:
            found.append(Binary(path, module, f"3.{named['minor']}", system, processor))
    return found
