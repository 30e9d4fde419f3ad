"""What a run has seen of the disk, so that another can tell whether it would see the same.

All that is asked of the disk is asked here, or told to here: what a file holds, what a directory has in it, whether
something is there, where links lead. A file or directory that has kept its times, its size and its number holds what it
held, as git takes it for; one that was written so lately that another write might leave the same time is read again.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

Fact = list[Any]
"""What was seen, and of a file or directory its state when it was."""
Facts = dict[str, dict[str, Fact]]
"""What was seen, by the kind of question and the path."""

CACHE = ".lambdalint_cache"
"""The directory that lambdalint itself writes beside a project: not seen."""

_FRESH = 2_000_000_000
"""Nanoseconds within which two writes may have one time: the coarsest file systems count in two seconds."""


class Looked:
    """What was seen."""

    def __init__(self) -> None:
        self.facts: Facts = {}

    def note(self, question: str, path: str, seen: Any, state: list[int] | None = None) -> None:
        """Note what was seen; of what was asked twice, the first answer."""
        self.facts.setdefault(question, {}).setdefault(path, [seen, state])

    def add(self, facts: Facts) -> None:
        """Note what another process has seen."""
        for question, seen in facts.items():
            own = self.facts.setdefault(question, {})
            for path, fact in seen.items():
                own.setdefault(path, fact)

    def needed(self) -> Facts:
        """All of it that does not follow from what else was seen."""
        kinds = self.facts.get("kind", {})
        return {**self.facts, "kind": {path: fact for path, fact in kinds.items() if not self.follows(path, fact[0])}}

    def follows(self, path: str, kind: str) -> bool:
        """Whether what there is at a path follows: what a directory has in it says what it has not, too."""
        above, name = os.path.split(path)
        # A link may lead elsewhere while its directory stays what it is; and of some names listings do not speak.
        if above in self.facts.get("entries", ()) and name != CACHE and path not in _own:
            return "l" not in kind
        return not kind and self.facts.get("kind", {}).get(above, ("d",))[0] in ("", "f")


_watching: list[Looked] = []
_own: set[str] = set()
"""Where runs are kept, as real paths: not seen either."""


def hide(directory: str) -> None:
    """Have a directory not seen, which lambdalint itself writes."""
    _own.add(os.path.realpath(directory))


def watch(looked: Looked | None) -> None:
    """Note from now on what is seen; with None nothing."""
    _watching[:] = [] if looked is None else [looked]


def is_watched() -> bool:
    return bool(_watching)


def taken() -> Facts:
    """What was seen since this was asked last."""
    if not _watching:
        return {}
    facts = _watching[0].facts
    watch(Looked())
    return facts


def seen_elsewhere(facts: Facts) -> None:
    """Tell what another process has seen for this one."""
    if _watching:
        _watching[0].add(facts)


def content(path: str, held: bytes | None, *, says_how: bool = False) -> None:
    """Tell what a file holds; None where there is none, or it is not to be read.

    What `says_how` a directory is to be read is told apart from what is read there.
    """
    if _watching:
        _watching[0].note("said" if says_how else "content", path, _digest(held), _state(path))


def entries(path: str, found: Iterable[os.DirEntry[str]]) -> list[os.DirEntry[str]]:
    """What is directly in a directory, as it was just scanned."""
    listed = [each for each in found if _is_seen(each)]
    if _watching:
        _watching[0].note("entries", path, _listing(listed), _state(path))
    return listed


def telling(path: str) -> list[str]:
    """The names directly in a directory of what may say that it deploys something, in their order.

    That others come and go beside them, as in a directory for what is temporary, is not seen.
    """
    found = _telling(path)
    if _watching:
        _watching[0].note("telling", path, found, _state(path))
    return found


def kind(path: str) -> str:
    """What there is at a path: f for a file, d for a directory, o for other, "" for nothing; after l for a link."""
    found = _kind(path)
    if _watching and not _watching[0].follows(path, found):
        _watching[0].note("kind", path, found)
    return found


def is_file(path: str) -> bool:
    return kind(path).endswith("f")


def is_directory(path: str) -> bool:
    return kind(path).endswith("d")


def is_there(path: str) -> bool:
    """Whether there is anything at a path, and be it a link that leads nowhere."""
    return kind(path) != ""


def is_link(path: str) -> bool:
    return kind(path).startswith("l")


def real(path: str) -> str:
    """A path without symbolic links; "" for what no path can be."""
    found = _real(path)
    if _watching:
        _watching[0].note("real", path, found)
    return found


def modified(path: str) -> float:
    """When what is at a path was last written; 0 where there is nothing."""
    found = _modified(path)
    if _watching:
        _watching[0].note("modified", path, found)
    return found


def sizes(path: str, found: dict[str, int]) -> None:
    """Tell how large the files are that a directory held when it was walked."""
    if _watching:
        _watching[0].note("sizes", path, _digest(repr(sorted(found.items())).encode("utf-8", "surrogatepass")))


def changed(facts: Facts, walked: Callable[[str], dict[str, int]]) -> Facts:
    """What of all that was seen is otherwise now, as it is; `walked` measures the files below a directory."""
    asked: dict[str, tuple[Callable[[str], Any], bool]] = {
        "content": (lambda path: _digest(_held(path)), True),
        "said": (lambda path: _digest(_held(path)), True),
        "entries": (_scanned, True),
        "telling": (_telling, True),
        "kind": (_kind, False),
        "real": (_Real(), False),
        "modified": (_modified, False),
        "sizes": (lambda path: _digest(repr(sorted(walked(path).items())).encode("utf-8", "surrogatepass")), False),
    }
    found: Facts = {}
    for question, seen in facts.items():
        ask, has_state = asked[question]
        for path, fact in seen.items():
            if has_state and fact[1] is not None and _state(path) == fact[1]:
                continue
            now = ask(path)
            if now != fact[0]:
                found.setdefault(question, {})[path] = [now, _state(path) if has_state else None]
    return found


def _kind(path: str) -> str:
    try:
        status = os.lstat(path)
    except (OSError, ValueError):
        return ""
    link = ""
    if stat.S_ISLNK(status.st_mode):
        link = "l"
        try:
            status = os.stat(path)
        except OSError:
            return link
    return link + ("f" if stat.S_ISREG(status.st_mode) else "d" if stat.S_ISDIR(status.st_mode) else "o")


def _real(path: str) -> str:
    try:
        return os.path.realpath(path)
    except ValueError:
        return ""


class _Real:
    """Paths without symbolic links, of many in the same directories."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def __call__(self, path: str) -> str:
        directory, name = os.path.split(os.path.abspath(path)) if path == os.path.normpath(path) else ("", "")
        # What leads up by `..` may lead up from where a link leads.
        if not name or path.startswith("..") or _kind(os.path.join(directory, name)).startswith("l"):
            return _real(path)
        if directory not in self._known:
            self._known[directory] = _real(directory) if directory == os.path.dirname(directory) else self(directory)
        return os.path.join(self._known[directory], name)


def _modified(path: str) -> float:
    try:
        return os.stat(path).st_mtime
    except (OSError, ValueError):
        return 0


def _state(path: str) -> list[int] | None:
    """The state of a file or directory; None where that tells nothing."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    latest = max(status.st_mtime_ns, status.st_ctime_ns)
    if latest > time.time_ns() - _FRESH:
        return None
    return [status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino]


def _held(path: str) -> bytes | None:
    with suppress(OSError, ValueError):
        if stat.S_ISREG(os.stat(path).st_mode):
            with open(path, "rb") as file:
                return file.read()
    return None


_TELLING = (".yaml", ".yml", ".json", ".template", ".tf", "sst.config.ts", "backend.ts")
"""How the names end of templates, and of what says that a program deploys something."""
_MOST = 200
"""How many such names are told of one directory."""


def _telling(path: str) -> list[str]:
    try:
        return sorted(name for name in os.listdir(path) if name.endswith(_TELLING))[:_MOST]
    except (OSError, ValueError):
        return []


def _scanned(path: str) -> str | None:
    try:
        with os.scandir(path) as scanned:
            return _listing(each for each in scanned if _is_seen(each))
    except (OSError, ValueError):
        return None


def _is_seen(entry: os.DirEntry[str]) -> bool:
    return entry.name != CACHE and entry.path not in _own


def _listing(entries: Iterable[os.DirEntry[str]]) -> str | None:
    lines = (f"{each.name}\0{_of_entry(each)}" for each in entries)
    return _digest("\n".join(sorted(lines)).encode("utf-8", "surrogatepass"))


def _of_entry(entry: os.DirEntry[str]) -> str:
    link = "l" if entry.is_symlink() else ""
    try:
        return link + ("d" if entry.is_dir() else "f" if entry.is_file() else "o")
    except OSError:
        return link


def _digest(held: bytes | None) -> str | None:
    if held is None:
        return None
    from hashlib import blake2b

    return blake2b(held, digest_size=16).hexdigest()
