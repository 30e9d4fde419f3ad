"""The lines that were changed since a revision, by git: of all that is found, only what lies in them is told.

Compared is the working tree with where the branch left the revision, as a pull request is shown: what others have
done there since is nobody's change here. A file that git does not know yet is changed as a whole.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from lambdalint.discover.focus import above
from lambdalint.patterns import pattern
from lambdalint.records import dataclass, field
from lambdalint.rules import Finding
from lambdalint.source import Span

_HUNK = pattern(r"@@ -\d+(?:,(?P<gone>\d+))? \+(?P<line>\d+)(?:,(?P<come>\d+))? @@")
_ESCAPE = pattern(r"\\([0-7]{3}|.)")
_LETTERS = {"a": 7, "b": 8, "t": 9, "n": 10, "v": 11, "f": 12, "r": 13}
"""What stands for control characters in the names of files, as git quotes them."""

_OF_A_HOOK = ("GIT_DIR", "GIT_WORK_TREE", "GIT_PREFIX")
"""What git tells its hooks, and would tell of another repository here."""


class NoChanges(Exception):
    """It cannot be known what was changed: one line, which says why."""


@dataclass(frozen=True)
class Changed:
    """What differs from a revision."""

    whole: frozenset[str] = frozenset()
    """The files that are new altogether. Paths are absolute, and lead through no links."""
    lines: dict[str, list[range]] = field(default_factory=dict)
    """Of the other files: the lines that are new, and between which lines some are gone."""

    def concerns(self, finding: Finding) -> bool:
        """Whether its own place, or one that it is understood by, lies where something was changed."""
        return any(map(self.touches, (finding.span, *(span for span, _ in finding.problem.also))))

    def touches(self, span: Span) -> bool:
        """Whether something was changed in a place; in one that means a file as a whole, anywhere in it."""
        path = os.path.realpath(span.path)
        if path in self.lines and span != Span.top(span.path):
            return any(
                each.start <= span.end_line and span.line < each.stop
                if each
                else span.line < each.start <= span.end_line
                for each in self.lines[path]
            )
        # What lies in an archive is as new as the archive.
        return any(each in self.lines or each in self.whole for each in above(path))


def changed(revision: str, paths: Iterable[str]) -> Changed:
    """What was changed since a revision in the repositories of some paths. Raises NoChanges."""
    whole: set[str] = set()
    lines: dict[str, list[range]] = {}
    for root in dict.fromkeys(map(_root, paths)):
        _git(root, "rev-parse", "--git-dir")
        commit = _commit(root, revision)
        untracked = _git(root, "ls-files", "--others", "--exclude-standard", "-z").split(b"\0")
        whole.update(os.path.join(root, os.fsdecode(name)) for name in untracked if name)
        # Whatever a user has set: the patch as it is read here, and no program of theirs.
        form = ("--unified=0", "--text", "--find-renames", "--no-color", "--no-ext-diff", "--no-textconv")
        ends = ("--src-prefix=a/", "--dst-prefix=b/", "--ignore-submodules", "--no-relative")
        for name, hunk in _hunks(_git(root, "diff", *form, *ends, commit, "--")):
            lines.setdefault(os.path.join(root, os.fsdecode(name)), []).append(hunk)
    return Changed(frozenset(whole), lines)


def _root(path: str) -> str:
    """The repository that a path lies in."""
    for each in above(os.path.realpath(path)):
        if os.path.lexists(os.path.join(each, ".git")):
            return each
    raise NoChanges(f"{path}: lies in no git repository, so what was changed in it is not known")


def _commit(root: str, revision: str) -> str:
    """The commit in which a branch left a revision."""
    try:
        named = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    except NoChanges:
        raise NoChanges(f"git knows no revision {revision} here; a pipeline may have to fetch it first") from None
    try:
        return _git(root, "merge-base", named.decode().strip(), "HEAD").decode().split()[0]
    except NoChanges:
        raise NoChanges(f"{revision} and HEAD have no commit in common here; fetch more of the history") from None


def _git(root: str, *arguments: str) -> bytes:
    import subprocess

    command = ["git", "-c", "core.fsmonitor=false", "-c", "diff.suppressBlankEmpty=false", *arguments]
    environment = {name: value for name, value in os.environ.items() if name not in _OF_A_HOOK}
    try:
        done = subprocess.run(
            command, cwd=Path(root), env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
    except OSError as error:
        raise NoChanges(f"git cannot be run: {error.strerror}") from None
    if done.returncode:
        why = done.stderr.decode("utf-8", "replace").strip().splitlines() or [f"it ended with {done.returncode}"]
        raise NoChanges(f"git: {why[0].removeprefix('fatal: ')}")
    return done.stdout


def _hunks(patch: bytes) -> Iterator[tuple[bytes, range]]:
    """The stretches of lines that a patch without context puts into files; empty where it only takes some out.

    An empty one begins at the line before which others are gone.
    """
    name, left = b"", 0
    for line in patch.split(b"\n"):
        if left and line[:1] in b"+-":
            left -= 1
        elif line.startswith(b"+++ "):
            name = _unquoted(line.removeprefix(b"+++ ").rstrip(b"\t")).removeprefix(b"b/")
        elif found := _HUNK.match(line.decode("latin-1")):
            gone, come = (int(found[key] or 1) for key in ("gone", "come"))
            left = gone + come
            first = int(found["line"]) + (come == 0)
            if name != b"/dev/null":
                yield name, range(first, first + come)


def _unquoted(name: bytes) -> bytes:
    """The name of a file, as git writes it where it is out of the ordinary."""
    if not name.startswith(b'"'):
        return name
    text = name[1:-1].decode("latin-1")
    return _ESCAPE.sub(lambda found: chr(_byte(found[1])), text).encode("latin-1")


def _byte(escape: str) -> int:
    return int(escape, 8) if len(escape) == 3 else _LETTERS.get(escape, ord(escape))
