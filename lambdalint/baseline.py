"""The findings that a project begins with: of all that is found, only what is not among them is told.

A finding is known again by its file, its rule, the text of its line and whose it is; not by the line's number, nor by
the message, which another version may word otherwise. In a file that was renamed, it is known by the other three.
"""

from __future__ import annotations

import json
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from lambdalint.discover.disk import spell
from lambdalint.overwrite import overwrite
from lambdalint.records import dataclass, replace
from lambdalint.rules import Finding

NAME = ".lambdalint-baseline.json"
"""The file that is heeded where none is named."""

VERSION = 1
"""Of the file's shape."""

_DIGITS = 16
"""Hexadecimal digits of the hash of a line."""

HOW = "write it anew with `lambdalint baseline`"


class WrongBaseline(Exception):
    """A baseline that cannot be read or written: one line, which names the file."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A finding that is known."""

    path: str
    """From the directory of the baseline on, with slashes."""
    rule: str
    resource: str
    """Whose it is; nothing for a file as a whole."""
    line: str
    """A hash of its line; nothing where the line cannot be read, or holds a secret."""

    def __lt__(self, other: Entry) -> bool:
        return self._order < other._order

    @property
    def _order(self) -> tuple[str, str, str, str]:
        return self.path, self.rule, self.resource, self.line


@dataclass(frozen=True, slots=True)
class Compared:
    """What was found, held against a baseline: a finding of several resources is new for some and known of others."""

    new: tuple[Finding, ...]
    known: tuple[Finding, ...]
    found_again: tuple[Entry, ...]
    """What is known, as it would be written today: files are renamed."""
    added: tuple[Entry, ...]
    """What is new, as it would be written."""
    missed: tuple[Entry, ...]
    """What the baseline has, and was not found."""


Text = Callable[[Finding], str | None]
"""The line that a finding is known by; None where there is none that may be written down, even as a hash."""


class Baseline:
    """A file of known findings; with none in it where there is no such file yet."""

    def __init__(self, path: Path) -> None:
        """Raises WrongBaseline."""
        self.path = path
        self.entries = tuple(_read(path)) if os.path.lexists(path) else ()

    def compared(self, findings: Iterable[Finding], text: Text) -> Compared:
        """The findings, each known if the baseline has an entry for it that no other finding has taken."""
        told = sorted(findings)
        new: dict[tuple[int, str], Entry] = {}
        for number, finding in enumerate(told):
            line = _hash(text(finding))
            for resource in finding.owners or ("",):
                new[number, resource] = Entry(self._path(finding), finding.rule.name, resource, line)
        left = Counter(self.entries)
        known: dict[tuple[int, str], Entry] = {}
        for key, entry in list(new.items()):
            if left[entry]:
                left[entry] -= 1
                known[key] = new.pop(key)
        here = {entry.path for entry in self.entries}
        gone = {path for path in here if not os.path.lexists(self.path.parent / path)}
        renamed = defaultdict(list)
        for entry in left.elements():
            if entry.path in gone and entry.line:
                renamed[entry.rule, entry.resource, entry.line].append(entry)
        for key, entry in list(new.items()):
            before = renamed[entry.rule, entry.resource, entry.line]
            if before and entry.path not in here:
                left[before.pop()] -= 1
                known[key] = new.pop(key)
        missed = tuple(left.elements())
        return Compared(_of(told, new), _of(told, known), tuple(known.values()), tuple(new.values()), missed)

    def place(self, entry: Entry) -> str:
        """The file of an entry, as the current directory sees it."""
        return spell(str(self.path.parent / entry.path))

    def write(self, entries: Iterable[Entry]) -> None:
        """Have these entries in the file, one a line, so that git can merge it. Raises WrongBaseline."""
        lines = ",\n".join(f"    {json.dumps(_plain(entry))}" for entry in sorted(entries))
        text = f'{{\n  "version": {VERSION},\n  "findings": [\n{lines}\n  ]\n}}\n'
        try:
            overwrite(self.path, text.encode("utf-8"))
        except OSError as error:
            raise WrongBaseline(f"{self.path}: cannot be written: {error.strerror}") from None

    def _path(self, finding: Finding) -> str:
        return os.path.relpath(finding.span.path, self.path.parent).replace(os.sep, "/")


def _of(told: Sequence[Finding], keys: Iterable[tuple[int, str]]) -> tuple[Finding, ...]:
    """The findings of some numbers, each for the resources that are named with it."""
    owners = defaultdict(set)
    for number, resource in keys:
        owners[number].add(resource)
    return tuple(
        replace(told[number], owners=tuple(each for each in told[number].owners if each in names))
        for number, names in sorted(owners.items())
    )


def nearest(directory: Path) -> Path | None:
    """The baseline in a directory or above it, up to the root of its repository."""
    for folder in (directory, *directory.parents):
        if (folder / NAME).is_file():
            return folder / NAME
        if os.path.lexists(folder / ".git"):
            return None
    return None


def _hash(text: str | None) -> str:
    """A hash of a line that stays when its indentation changes."""
    import hashlib

    return (
        ""
        if text is None
        else hashlib.sha256(" ".join(text.split()).encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
    )


def _plain(entry: Entry) -> dict[str, Any]:
    return {"path": entry.path, "rule": entry.rule, "resource": entry.resource, "line": entry.line}


def _read(path: Path) -> list[Entry]:
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise WrongBaseline(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise WrongBaseline(f"{path}: is no baseline: it is not UTF-8") from None
    if any(line.startswith(("<<<<<<< ", ">>>>>>> ")) for line in text.splitlines()):
        raise WrongBaseline(f"{path}: has marks of a merge conflict: keep the lines of both sides, or {HOW}")
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise WrongBaseline(f"{path}: is no baseline: it is not JSON") from None
    if not isinstance(document, dict) or "version" not in document:
        raise WrongBaseline(f"{path}: is no baseline: it says no version")
    if document["version"] != VERSION:
        raise WrongBaseline(f"{path}: is of version {document['version']!r}, and this lambdalint reads {VERSION}")
    try:
        return [
            Entry(*(_word(each[name]) for name in ("path", "rule", "resource", "line")))
            for each in document["findings"]
        ]
    except (KeyError, TypeError):
        raise WrongBaseline(f"{path}: is no baseline: its findings are not understood") from None


def _word(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value
