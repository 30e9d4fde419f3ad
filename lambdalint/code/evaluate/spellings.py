"""Texts that a program spells otherwise: in lower case, with dashes where it has capital letters, or in part."""

from __future__ import annotations

import posixpath
import re

from lambdalint.code.evaluate import straight
from lambdalint.code.evaluate.straight import Spelling
from lambdalint.code.value import Call, Constant, Result, Value
from lambdalint.patterns import pattern

_PLAIN = pattern(r"(?:\(\?(?:<?[=!])|\((?!\?)|\)(?![*+{])|\[[^\]\[]*\]|\\[dswDSWbB./-]|[\w\s/,:;@#%&=!~<>^$|.+*?-])*")
"""Patterns that mean the same in JavaScript and in Python, and repeat no groups."""
_REPEATS = pattern(r"[*+]")
_MOST_REPEATS = 2
_LONGEST = 200
"""So many characters has a text at most that is gone through: patterns are another's, and may take long."""
_GROUP = pattern(r"\$(\d)")


def spelling(call: Call) -> tuple[Value, Spelling] | None:
    """The text that a call spells otherwise, and how; None where it does something else, or that is not known."""
    given = call.arguments
    if call.receiver is not None and (plain := straight.spelling(call.name, given)) is not None:
        return call.receiver, plain
    match call.name, given:
        case "replace" | "replaceAll" as name, (what, Constant(str(by))) if call.receiver is not None:
            spell = _replacing(what, by, every=name == "replaceAll" or call.span.path.endswith(".py"))
            return None if spell is None else (call.receiver, spell)
        case "node:path.basename" | "os.path.basename", (text,):
            return text, posixpath.basename
        case "re.sub", (Constant(str(what)), Constant(str(by)), text):
            spell = _matching(what, by, 0)
            return None if spell is None else (text, spell)
    return None


def _replacing(what: Value, by: str, *, every: bool) -> Spelling | None:
    match what:
        case Constant(str(plain)) if "$" not in by:
            return lambda text: text.replace(plain, by, -1 if every else 1)
        case Result(Call(name="js:RegExp", arguments=(Constant(str(matched)), *flags))):
            found = flags[0].value if flags and isinstance(flags[0], Constant) else ""
            if found in ("", "g"):
                return _matching(matched, _GROUP.sub(r"\\\1", by.replace("\\", "\\\\")), 0 if found else 1)
    return None


def _matching(matched: str, by: str, count: int) -> Spelling | None:
    """What replaces so many of those that a pattern matches; all for 0."""
    if _PLAIN.fullmatch(matched) is None or len(_REPEATS.findall(matched)) > _MOST_REPEATS:
        return None
    try:
        compiled = re.compile(matched)
        compiled.sub(by, "")
    except (re.error, IndexError):
        return None
    return lambda text: compiled.sub(by, text, count) if len(text) <= _LONGEST else None
