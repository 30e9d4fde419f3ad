"""What a run came to, kept for the next one that would see the same of the disk.

Plain data in a directory beside the project, which git is told to ignore. Two runs may write at once: each writes a
file of its own and puts it in its place. What cannot be read, or was kept by another version, is as if it were not
there, and that nothing can be kept is nobody's fault.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from lambdalint import __version__
from lambdalint.check import Problem
from lambdalint.discover import looked
from lambdalint.discover.bounds import bound
from lambdalint.discover.disk import Disk
from lambdalint.discover.looked import CACHE, Facts, Looked
from lambdalint.graph.picture import RECORDS
from lambdalint.ignores import Ignored
from lambdalint.plain import Plain, json_of
from lambdalint.records import replace
from lambdalint.rules import Finding, Rule, pages
from lambdalint.source import Span
from lambdalint.templates.value import Known
from lambdalint.told import Report
from lambdalint.wanted import CHANGES

if TYPE_CHECKING:
    from lambdalint.discover import Discovery
    from lambdalint.discover.since import Since
    from lambdalint.earlier import Earlier

_MOST = 32
"""How many files are kept, of half as many runs: with other options, of other directories, on other days."""
_LARGEST = 64 * 1024 * 1024
_VERSION = 2
"""Of the shape of what is kept."""


class Cache:
    """What is kept of runs, for one run: it begins to note what is seen when it is made."""

    def __init__(self, paths: Sequence[str], wishes: Iterable[Any]) -> None:
        """`wishes` are what a run over `paths` depends on besides the disk, as plain data."""
        self.directory = ""
        """Where it is kept; "" for the place beside the project."""
        self.pictured = False
        """Whether what is kept has pictures: it is kept beside what has none."""
        self.spelt = False
        """Whether fixes are kept as the edits that they come to."""
        self._paths = paths
        self._run = _name((*paths, *wishes))
        self._disk: Disk | None = None
        self._looked = Looked()
        self._roots: dict[str, Any] | None = None
        self._since: Since | None = None
        self.again: tuple[tuple[str, ...], list[tuple[str, str]], tuple[Rule, ...]] | None = None
        """Which files the earlier run looked at, what it could not list, and the rules that it asked, where these are
        those of this one too."""
        looked.watch(self._looked)

    def kept(self) -> tuple[Report, Sequence[Rule]] | None:
        """What a run came to that has seen what this one would, and the rules that it asked; None without one."""
        directory = self._home()
        looked.hide(directory)
        with suppress(OSError):
            # Now, so that the run sees what the next one will: a directory more.
            os.makedirs(directory, exist_ok=True)
            _ignored(directory)
        try:
            text, held = self._read(self._name)
            if held["version"] != _VERSION:
                return None
            changed = looked.changed(held["facts"], self._measured)
            plain = written()
            if changed:
                self._begin_again(text, held["facts"], changed, plain.read(held["asked"]))
                return None
            report, asked = plain.read(held["report"]), plain.read(held["asked"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None
        return (report, asked) if isinstance(report, Report) else None

    def _begin_again(self, text: bytes, facts: Facts, changed: Facts, asked: tuple[Rule, ...]) -> None:
        """Take what a run has seen for seen again, where nothing else has changed than what a few files hold."""
        from lambdalint.discover.since import Since

        since = Since(facts, changed)
        held = self._kept_roots() if since.only_texts else {}
        if held.get("beside") == digest(text):
            self.again = tuple(held["scope"]), [(path, why) for path, why in held["skipped"]], asked
            self._since = since
            self._looked.add({question: {**seen, **changed.get(question, {})} for question, seen in facts.items()})

    def earlier(self, asked: Sequence[Rule]) -> Earlier:
        """What the roots of an earlier run came to, where these rules are asked."""
        from lambdalint.earlier import Earlier  # with all that a run needs, which one that is unchanged does not
        from lambdalint.outcome import plain

        return Earlier(self._kept_roots(), plain(asked), self._since)

    def _kept_roots(self) -> dict[str, Any]:
        if self._roots is None:
            held: Any = None
            with suppress(OSError, ValueError, RecursionError):
                own, _, text = self._text(self._name_of_roots).partition(b"\n")
                held = json.loads(text) if own.decode("ascii") == digest(text) else None
            self._roots = held if isinstance(held, dict) else {}
        return self._roots

    def keep(self, report: Report, asked: Sequence[Rule], found: Discovery, roots: dict[str, Any]) -> None:
        """Keep what this run came to, and its roots: what has several alone, of one the whole run knows it."""
        plain = written()
        facts, rules = self._looked.needed(), plain.write(tuple(asked))
        before = json_of({"version": _VERSION, "facts": facts, "asked": rules}).removesuffix("}")
        text = [f'{before},"report":'.encode("ascii"), *(each.encode("ascii") for each in plain.told(report)), b"}"]
        self._write(self._name, text)
        if len(roots.get("roots", ())) > 1:
            files = {"scope": found.scope, "skipped": found.sources.skipped} if found.focus is None else {}
            told = [each.encode("ascii") for each in _told({"beside": digest(*text), **files, **roots})]
            del text
            self._write(self._name_of_roots, [digest(*told).encode("ascii"), b"\n", *told])

    def _read(self, name: str) -> tuple[bytes, Any]:
        text = self._text(name)
        return text, json.loads(text)

    def _text(self, name: str) -> bytes:
        path = os.path.join(self._home(), name)
        if os.path.getsize(path) > _LARGEST:
            raise ValueError("too large")
        with open(path, "rb") as file:
            return file.read()

    def _write(self, name: str, parts: Sequence[bytes]) -> None:
        if sum(map(len, parts)) > _LARGEST:
            return
        directory = self._home()
        beside = os.path.join(directory, f"{name}.{os.getpid()}")
        with suppress(OSError):
            with open(beside, "wb") as file:
                file.writelines(parts)
            os.replace(beside, os.path.join(directory, name))
            _prune(directory)

    @property
    def _name(self) -> str:
        """The file that a run is kept in."""
        return f"{self._run}{'-pictured' if self.pictured else ''}.json"

    @property
    def _name_of_roots(self) -> str:
        return f"{self._run}.roots"

    def close(self) -> None:
        """Note no more."""
        looked.watch(None)

    def _measured(self, directory: str) -> dict[str, int]:
        if self._disk is None:
            self._disk = Disk(self._paths)
        return self._disk.measured(directory, os.path.realpath(directory))

    def _home(self) -> str:
        return self.directory or os.path.join(bound(os.path.realpath(self._paths[0])), CACHE)


def _prune(directory: str) -> None:
    """Let go of what was kept first."""
    with os.scandir(directory) as scanned:
        kept = [(each.stat().st_mtime_ns, each.path) for each in scanned if each.name != ".gitignore"]
    for _, path in sorted(kept)[:-_MOST]:
        os.unlink(path)


def _ignored(directory: str) -> None:
    """Have git ignore a directory, and tools for backups know what it is."""
    path = os.path.join(directory, ".gitignore")
    if not os.path.lexists(path):
        with open(path, "w", encoding="ascii") as file:
            file.write("# Written by lambdalint.\n*\n")


def _name(wishes: Iterable[Any]) -> str:
    """A name for the runs that may come to the same: of one version, with the same wishes, in the same place."""
    from hashlib import blake2b

    where = (os.getcwd(), os.path.expanduser("~"))
    what = (_VERSION, __version__, _package(), sys.version, _installed(), *where, *wishes)
    return blake2b(json.dumps(what).encode(), digest_size=16).hexdigest()


def _package() -> list[tuple[str, int, int]]:
    """The state of lambdalint's own files, where they are a checkout and change within a version."""
    package = os.path.dirname(os.path.abspath(__file__))
    pages = os.path.join(os.path.dirname(package), "rules")
    return sorted(_states(package)) + sorted(_states(pages)) if os.path.isdir(pages) else []


def _states(directory: str) -> Iterable[tuple[str, int, int]]:
    with os.scandir(directory) as scanned:
        for each in scanned:
            if each.is_dir(follow_symlinks=False):
                if each.name != "__pycache__":
                    yield from _states(each.path)
            else:
                status = each.stat()
                yield each.path, status.st_mtime_ns, status.st_size


def _installed() -> list[str]:
    """The distributions that are installed, with their versions."""
    found: set[str] = set()
    for directory in sys.path:
        with suppress(OSError):
            found.update(each for each in os.listdir(directory or ".") if each.endswith(".dist-info"))
    return sorted(found)


def _told(held: dict[str, Any]) -> Iterator[str]:
    """The JSON of an object, in a piece for each member of its members, so that all of it is not held several times."""
    between = "{"
    for name, each in held.items():
        yield f"{between}{json_of(name)}:"
        between = ","
        if each and isinstance(each, dict):
            inner = "{"
            for key, value in each.items():
                yield f"{inner}{json_of(key)}:{json_of(value)}"
                inner = ","
            yield "}"
        else:
            yield json_of(each)
    yield "}"


def digest(*parts: bytes) -> str:
    from hashlib import blake2b

    found = blake2b(digest_size=16)
    for each in parts:
        found.update(each)
    return found.hexdigest()


def written() -> Plain:
    """How what is kept is written as plain data."""
    by_name = {rule.name: rule for rule in pages()}
    made: dict[tuple[str, str], Rule] = {}

    def rule(name: str, severity: str) -> Rule:
        if (name, severity) not in made:
            made[name, severity] = replace(by_name[name], severity=severity)
        return made[name, severity]

    classes = (Report, Ignored, Finding, Problem, Span, *CHANGES, Known, *RECORDS)
    return Plain(classes, {Rule: (lambda rule: (rule.name, rule.severity), rule)})
