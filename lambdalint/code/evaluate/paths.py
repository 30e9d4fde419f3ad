"""Paths that a program puts together, of the parts that it joins, as it does."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from lambdalint.code.evaluate.spellings import spelling
from lambdalint.code.value import Call, Constant, Imported, Member, Result, Text, Value

_JOINS = ("node:path.join", "node:path.resolve", "node:path.posix.join", "os.path.join")
_DIRNAMES = ("node:path.dirname", "os.path.dirname")
_SAME = ("node:path.normalize", "node:path.resolve", "os.path.abspath", "os.path.realpath", "os.path.normpath",
         "pathlib.Path", "builtins.str", "js:String", "npm:aws-cdk-lib.Token.asString", "node:url.fileURLToPath",
         "pathlib.PurePath", "aws_cdk.Token.as_string")  # fmt: skip
_OWN = ("resolve", "absolute", "as_posix", "toString", "__str__")
"""Methods of a path that give the same."""

_ROOT = "js:$cli.paths.root"
"""Where the program of an app of SST lies: https://sst.dev/docs/reference/global/#cli-paths"""

ENTRY = "node:fs.Dirent"
PATH = "pathlib.Path"
_STATES = ("node:fs.statSync", "node:fs.lstatSync", ENTRY)
"""What tells of a file, and is asked more of it."""
_OF_PATHS = (PATH, "pathlib.PurePath", "joinpath", "resolve", "absolute")


def path(given: Value | None) -> str | None:
    """What a value is as a path; one that is relative starts where the program is run. None where it is not known."""
    match given:
        case Constant(str(text)):
            return text
        case Imported(name) if name == _ROOT:
            return "."
        case Text(parts):
            found = _all(parts)
            return None if found is None else "".join(found)
        case Result(call) if call.receiver is None:
            return _of_function(call)
        case Result(call) if call.name in _OWN:
            return path(call.receiver)
        case Result(call) if call.name == "joinpath":
            found = _all((call.receiver, *call.arguments))
            return None if found is None else posixpath.join(*found)
        case Result(call):
            return _spelt(call)
        case Member(of, "parent"):
            return _above(path(of))
        case _:
            return None


def stood_for(value: Result) -> str | None:
    """The path that an object is, or tells of: `Path("jobs")`, an entry of a directory."""
    call = value.call
    if call.name in _STATES and call.receiver is None and call.arguments:
        return path(call.arguments[0])
    return path(value) if call.name in _OF_PATHS else None


def attribute(value: Result, name: str) -> Value | None:
    """What is asked of a path by its name: `path.stem`, `entry.name`."""
    asked = stood_for(value) if name in ("name", "stem", "suffix") else None
    base = "" if asked is None else posixpath.basename(asked.rstrip("/"))
    stem, suffix = posixpath.splitext(base)
    return Constant({"name": base, "stem": stem, "suffix": suffix}[name]) if base else None


def _of_function(call: Call) -> str | None:
    if call.name in _JOINS and call.arguments:
        found = _all(call.arguments)
        if found is not None and call.name.startswith("node:") and call.name.endswith("join"):
            # Node.js takes a later absolute path for one below the former.
            found = [each.lstrip("/") if at else each for at, each in enumerate(found) if each]
        return None if found is None else posixpath.join("", *found)
    if len(call.arguments) == 1:
        if call.name in _DIRNAMES:
            return _above(path(call.arguments[0]))
        if call.name in _SAME:
            return path(call.arguments[0])
    return _spelt(call)


def _spelt(call: Call) -> str | None:
    spelt = spelling(call)
    inner = None if spelt is None else path(spelt[0])
    return None if spelt is None or inner is None else spelt[1](inner)


def _all(values: Iterable[Value | None]) -> list[str] | None:
    """The paths that values are; None where one of them is not known."""
    found = [path(each) for each in values]
    known = [each for each in found if each is not None]
    return known if len(known) == len(found) else None


def _above(found: str | None) -> str | None:
    return None if found is None else posixpath.dirname(posixpath.normpath(found)) or "."
