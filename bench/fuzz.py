"""Checks mutated projects for as long as it is told to, and prints how many, how fast, and what went wrong.

python bench/fuzz.py --seconds 600 --seed 1

The projects are the examples of the rules' pages and the fixtures, in every language that is read. A mutation takes a
line or a word away, doubles it, moves it, or puts something odd in its place. Nothing may come of one but findings: an
exception, or a check that takes more than ten seconds, is printed with the files that brought it about, and the exit
code is 1.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
import traceback
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from lambdalint import rules
from lambdalint.lint import lint
from lambdalint.source import Texts

ROOT = Path(__file__).parent.parent
FENCE = re.compile(r"^```\w+ (?P<path>\S+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
ODD = [
    "null", "[]", "{}", "''", "-1", "0", "1e400", ".nan", "9" * 30, "true", "*", "!Ref x", "!GetAtt x.Arn", "${x}",
    "${self:x}", "var.x", "each.value", "()", "lambda: 0", "await x", "yield", "event", "...", "é", "\u2028", "\t",
    "&a *a", "<<: *a", "<<EOT", '"', "'", "`", "${", "[" * 60, "{a: " * 60, "(" * 60, "-", "?", ":", "|", "%", "\\",
    "=>", "//", "/*", "...event", "?.", "`${", "async", "function*(){", "class{", "#a", "<T>", "as any",
    "eval(event)", "\\u{1F600}", "exports", "require('.')", "export *", "import(", "new Proxy({}, event)",
]  # fmt: skip
SLOW = 10.0


def projects() -> Iterator[dict[str, str]]:
    """The files of each page's examples and of each fixture, by path."""
    for page in sorted((ROOT / "rules").glob("*.md")):
        for example in page.read_text("utf-8").split("\n## ")[1:]:
            files = {match["path"]: match["text"] for match in FENCE.finditer(example)}
            if files:
                yield files
    for place in sorted((ROOT / "tests" / "fixtures").glob("*/*")):
        paths = [each for each in sorted(place.rglob("*")) if each.is_file()] if place.is_dir() else []
        small = [each for each in paths if each.stat().st_size < 20_000]
        if small:
            yield {each.relative_to(place).as_posix(): each.read_text("utf-8", "replace") for each in small}


def mutated(files: dict[str, str], chance: random.Random) -> dict[str, str]:
    """The files with some of their words and lines changed."""
    result = dict(files)
    for _ in range(chance.choice([1, 1, 2, 3, 8])):
        path = chance.choice(sorted(result))
        change = chance.choice([_lines, _lines, _words, _words, _words, _cut])
        result[path] = change(result[path], chance)
    return result


def _lines(text: str, chance: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    if not lines:
        return chance.choice(ODD)
    at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    match chance.randrange(5):
        case 0:
            del lines[at]
        case 1:
            lines.insert(other, lines[at])
        case 2:
            lines[at], lines[other] = lines[other], lines[at]
        case 3:
            lines[at] = "  " * chance.randrange(6) + lines[at].lstrip()
        case _:
            lines.insert(at, chance.choice(ODD) + "\n")
    return "".join(lines)


def _words(text: str, chance: random.Random) -> str:
    words = list(re.finditer(r"\w+|[^\w\s]+", text))
    if not words:
        return chance.choice(ODD)
    found, other = chance.choice(words), chance.choice(words)
    put = chance.choice(["", other[0], found[0] * 2, *chance.sample(ODD, 3)])
    return text[: found.start()] + put + text[found.end() :]


def _cut(text: str, chance: random.Random) -> str:
    return text[: chance.randrange(len(text) + 1)]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    sys.setrecursionlimit(10_000)
    chance = random.Random(options.seed)
    seeds = list(projects())
    asked = rules.load()
    start = time.monotonic()
    count = wrong = 0
    while time.monotonic() - start < options.seconds:
        files = mutated(chance.choice(seeds), chance)
        began = time.monotonic()
        count += 1
        try:
            lint(Texts(files), sorted(files), asked, today=date(2026, 11, 1))
        except Exception:
            wrong += 1
            _tell(files, traceback.format_exc())
        if (taken := time.monotonic() - began) > SLOW:
            wrong += 1
            _tell(files, f"took {taken:.0f} s")
    seconds = time.monotonic() - start
    print(f"{count} inputs in {seconds:.0f} s ({count / seconds:.0f} a second), {wrong} wrong, seed {options.seed}")
    return 1 if wrong else 0


def _tell(files: dict[str, str], what: str) -> None:
    print(what)
    for path, text in files.items():
        print(f"--- {path}\n{text}")


if __name__ == "__main__":
    sys.exit(main())
