"""What a program that runs once finds in directories of the repository: their files, in order.

What lies nowhere in the repository may be made before the program is run, so that nothing is said of it.
"""

from __future__ import annotations

import posixpath
import re

from lambdalint.code.evaluate import foreign, paths, straight
from lambdalint.code.evaluate.arguments import Arguments
from lambdalint.code.evaluate.run import Run
from lambdalint.code.value import Constant, Mapping, Result, Sequence, Value
from lambdalint.patterns import pattern
from lambdalint.source import Span

_LISTING = ("os.listdir", "node:fs.readdirSync", "npm:fs-extra.readdirSync")
_GLOBBING = ("glob.glob", "npm:glob.globSync", "npm:glob.sync")
_DIRECTORIES = ("os.path.isdir",)
_FILES = ("os.path.isfile",)
_THERE = ("os.path.exists", "node:fs.existsSync", "npm:fs-extra.existsSync")
_STEPS = pattern(r"\*\*/|\*|\?|[^*?]+")
_MOST = straight.MOST_ROUNDS


def function(run: Run, name: str, arguments: Arguments, span: Span) -> Value | None:
    """What a function gives of a path, or of what lies there; None where that is not known."""
    given = arguments.positional
    if arguments.open or not given:
        return None
    match name:
        case "builtins.filter" | "builtins.map" if len(given) == 2:
            return _of_each(run, name, given, span)
        case "os.path.splitext" if (text := _text(given[0])) is not None:
            return Sequence(span, [Constant(each) for each in posixpath.splitext(text)], "tuple")
        case "os.path.basename" | "node:path.basename" if (text := _text(given[0])) is not None:
            return _basename(text, given[1:])
        case "node:path.extname" if (text := _text(given[0])) is not None:
            return Constant(posixpath.splitext(text)[1])
        case "node:path.parse" if (text := _text(given[0])) is not None:
            base = posixpath.basename(text)
            stem, ext = posixpath.splitext(base)
            return Mapping(span, {"base": Constant(base), "name": Constant(stem), "ext": Constant(ext)}, open=True)
    found = _place(run, paths.path(given[0]))
    if found is None:
        return None
    if name in _LISTING:
        return _listed(run, found, arguments, span)
    if name in _GLOBBING:
        asked = paths.path(given[0]) or ""
        return None if len(given) > 1 or arguments.keywords else _matching(run, "", asked, span)
    if name in (*_DIRECTORIES, *_FILES, *_THERE):
        return _told(run, found, name in _FILES, name in _THERE)
    return None


def method(run: Run, receiver: Result, name: str, arguments: Arguments, span: Span) -> Value | None:
    """What a method of a path, or of what is known of a file, gives."""
    asked = paths.stood_for(receiver)
    found = _place(run, asked)
    if asked is None or found is None:
        return None
    match name, arguments.positional:
        case "iterdir", ():
            names = _below(run, found)
            return None if not names else Sequence(span, [_made(run, asked, each, span) for each in sorted(names)])
        case "glob", (Constant(str(wanted)),):
            return _matching(run, asked, wanted, span)
        case "rglob", (Constant(str(wanted)),):
            return _matching(run, asked, f"**/{wanted}", span)
        case "is_dir" | "isDirectory", ():
            return _told(run, found, False, False)
        case "is_file" | "isFile", ():
            return _told(run, found, True, False)
        case "exists", ():
            return _told(run, found, False, True)
        case _:
            return None


def _text(value: Value) -> str | None:
    """A path that is written down, and is none of the program's own files."""
    found = paths.path(value)
    return None if found is None or posixpath.basename(found) in ("", "·") else found


def _basename(text: str, rest: tuple[Value, ...]) -> Value | None:
    base = posixpath.basename(text)
    match rest:
        case ():
            return Constant(base)
        case (Constant(str(end)),):
            return Constant(base.removesuffix(end))
        case _:
            return None


def _place(run: Run, asked: str | None) -> str | None:
    """Where a path of the program leads to in the repository."""
    return None if asked is None else straight.found(asked, run.home)


def _below(run: Run, directory: str) -> dict[str, bool]:
    """What lies in a directory, by its name, and whether it is a directory."""
    found: dict[str, bool] = {}
    for path in run.modules.files(directory):
        name, slash, _ = posixpath.relpath(path, directory).partition("/")
        found[name] = bool(slash)
    return found


def _listed(run: Run, directory: str, arguments: Arguments, span: Span) -> Value | None:
    names = sorted(_below(run, directory))
    asked = arguments.positional[0]
    match arguments.positional[1:]:
        case _ if not names or arguments.keywords or len(names) > _MOST:
            return None
        case () | (Constant(str()),):
            return Sequence(span, [Constant(each) for each in names])
        case (Mapping(entries=entries, open=False),) if "recursive" not in entries:
            if entries.get("withFileTypes") != Constant(True):
                return Sequence(span, [Constant(each) for each in names])
            return Sequence(span, [_made(run, paths.path(asked) or "", each, span, paths.ENTRY) for each in names])
        case _:
            return None


def _made(run: Run, directory: str, name: str, span: Span, kind: str = paths.PATH) -> Result:
    """What stands for a file in a directory."""
    return Result(foreign.note(run, kind, None, Arguments((Constant(posixpath.join(directory, name)),)), span))


def _matching(run: Run, asked: str, wanted: str, span: Span) -> Value | None:
    """What matches a pattern, from a directory on: texts where that is "", and paths otherwise."""
    whole = posixpath.join(asked, wanted)
    fixed = whole.split("*", 1)[0].split("?", 1)[0].rpartition("/")[0]
    start = _place(run, fixed or ".")
    if start is None or any(each in whole for each in "[]{}"):
        return None
    below = whole[len(fixed) :].lstrip("/")
    matches = re.compile("".join(_step(each) for each in _STEPS.findall(below)))
    files = [posixpath.relpath(each, start) for each in run.modules.files(start)]
    folders = {each[:at] for each in files for at, mark in enumerate(each) if mark == "/"}
    found = sorted(each for each in {*files, *folders} if matches.fullmatch(each))
    if not found or len(found) > _MOST:
        return None
    if asked:
        return Sequence(span, [_made(run, fixed, each, span) for each in found])
    return Sequence(span, [Constant(posixpath.join(fixed, each)) for each in found])


def _step(written: str) -> str:
    steps = {"**/": r"(?:[^/]+/)*", "*": r"[^/]*", "?": r"[^/]"}
    return steps.get(written) or re.escape(written)


def _told(run: Run, found: str, of_file: bool, either: bool) -> Value | None:
    """Whether a file or directory is there; None where neither is in the repository."""
    beside = _below(run, posixpath.dirname(found) or ".")
    is_directory = beside.get(posixpath.basename(found))
    if is_directory is None:
        return None
    return Constant(either or is_directory is not of_file)


def _of_each(run: Run, name: str, given: tuple[Value, ...], span: Span) -> Value | None:
    """What Python's `filter` and `map` give of what is known item by item."""
    rounds = straight.items(run, given[1])
    if rounds is None:
        return None
    found = [run.call(given[0], Arguments((each,)), span) for each in rounds]
    run.diverged = False
    if name == "builtins.map":
        return Sequence(span, found)
    kept = [run.language.holds(each) for each in found]
    if None in kept:
        return None
    return Sequence(span, [each for each, stays in zip(rounds, kept, strict=True) if stays])
