"""Writes ignores for what was found: as comments, and in JSON templates into the Metadata of resources.

`lambdalint/ignores.py` has their form, and how they are read.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from lambdalint.code import javascript
from lambdalint.discover import Discovery, is_generated
from lambdalint.discover.generated import DIRECTORIES
from lambdalint.ignoring import comments, metadata
from lambdalint.lint import Report
from lambdalint.overwrite import overwrite
from lambdalint.records import dataclass
from lambdalint.rules import Finding
from lambdalint.source import Source, Span, UnreadableSource

_BOM = b"\xef\xbb\xbf"
_UNUSED = "unused-ignore"
Place = TypeVar("Place", int, Span)


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, and what was not."""

    findings: int
    """How many are ignored now."""
    files: tuple[str, ...]
    left: tuple[tuple[Finding, str], ...]
    """The findings that have no ignore, each with why that is so."""


class Refused(Exception):
    """A file that is not written: why."""


def write(report: Report, found: Discovery, reason: str) -> Written:
    """Write an ignore for every finding of a report into the file that it lies in, where this may be changed."""
    by_path: dict[str, list[Finding]] = defaultdict(list)
    left: list[tuple[Finding, str]] = []
    for finding in report.told:
        if finding.rule.page is not None:
            left.append((finding, "it is another linter's"))
        elif finding.rule.name == _UNUSED:
            left.append((finding, "what ignores nothing is taken out, not ignored"))
        else:
            by_path[finding.span.path].append(finding)
    known: dict[str, set[int]] = defaultdict(set)
    for finding in report.known:
        known[finding.span.path].add(finding.span.line)
    files: list[str] = []
    for path, findings in sorted(by_path.items()):
        try:
            without = _rewritten(_source(path, report, found), findings, reason, known[path])
        except Refused as refusal:
            without = [(finding, str(refusal)) for finding in findings]
        left += without
        files += [path] if len(without) < len(findings) else []
    return Written(len(report.told) - len(left), tuple(files), tuple(sorted(left)))


def _source(path: str, report: Report, found: Discovery) -> Source:
    """The file at a path, which may be changed. Raises Refused."""
    if found.focus is not None and path not in found.focus:
        raise Refused("the file is not among the paths that were given")
    try:
        source = found.sources.read(path)
    except UnreadableSource as error:
        raise Refused(error.why) from None
    if source is None or path not in report.read:
        raise Refused("no ignores are read in such a file")
    given = found.focus is not None and path in found.focus.files
    directory = os.path.dirname(path)
    if not given and path not in found.sources.files(directory):
        raise Refused("the file belongs to a package, or is left out by .gitignore")
    if path in report.made or not DIRECTORIES.isdisjoint(directory.split("/")):
        raise Refused("a tool writes the file")
    if is_generated(source) or javascript.is_built(source) or javascript.is_compiled(source):
        raise Refused("a tool writes the file")
    return source


def _rewritten(source: Source, findings: Sequence[Finding], reason: str, known: set[int]) -> list[tuple[Finding, str]]:
    """Write the ignores of one file; those that have none. Raises Refused."""
    if metadata.is_json(source):
        places = _rules((finding.span, finding) for finding in findings)
        text, unplaced = metadata.add(source, places, reason)
        left = [(finding, unplaced[finding.span]) for finding in findings if finding.span in unplaced]
    else:
        lines = _rules((finding.span.line, finding) for finding in findings)
        text, unlined = comments.add(source, lines, reason, known)
        left = [(finding, unlined[finding.span.line]) for finding in findings if finding.span.line in unlined]
    if text != source.text:
        _put(source, text)
    return left


def _rules(findings: Iterable[tuple[Place, Finding]]) -> dict[Place, list[str]]:
    """The names of the rules that are told of each place, each once."""
    found: dict[Place, list[str]] = {}
    for place, finding in findings:
        names = found.setdefault(place, [])
        names += [finding.rule.name] if finding.rule.name not in names else []
    return {place: sorted(names) for place, names in found.items()}


def _put(source: Source, text: str) -> None:
    """Write a file that is as it was read. Raises Refused."""
    real = Path(os.path.realpath(source.path))
    try:
        before = real.read_bytes()
        mark = _BOM if before.startswith(_BOM) else b""
        if before.removeprefix(_BOM) != source.text.encode("utf-8"):
            raise Refused("the file was changed meanwhile")
        overwrite(real, mark + text.encode("utf-8"))
    except OSError as error:
        raise Refused(f"the file cannot be written: {(error.strerror or str(error)).lower()}") from None
