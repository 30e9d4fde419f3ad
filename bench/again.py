"""What a large repository costs, beside the floor that nothing can go below: cold, in two processes, and again.

`python bench/again.py [--rounds N] DIRECTORY…`. The floor is reading the files that a run reads, and parsing them with
libyaml, tree-sitter and libcst. Prints CPU seconds and their ratios: of the median of three rounds. A file is changed
in a copy of the repository, which has to lie still for some seconds before and after.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

STILL = 3
"""Seconds after which a file's times tell whether it was written again."""
CHOICE = ("--select", "all", "--today", "2026-11-30", "--format", "json")


def parse_all(paths: list[str]) -> None:
    """The floor."""
    import libcst
    import tree_sitter
    import tree_sitter_hcl
    import tree_sitter_javascript
    import tree_sitter_typescript
    import yaml

    grammars = {
        ".tf": tree_sitter_hcl.language(),
        ".js": tree_sitter_javascript.language(),
        ".mjs": tree_sitter_javascript.language(),
        ".ts": tree_sitter_typescript.language_typescript(),
    }
    parsers = {ending: tree_sitter.Parser(tree_sitter.Language(each)) for ending, each in grammars.items()}
    for path in paths:
        content = Path(path).read_bytes()
        ending = Path(path).suffix
        try:
            if ending in parsers:
                parsers[ending].parse(content)
            elif ending == ".py":
                libcst.parse_module(content)
            elif ending in {".yaml", ".yml", ".json", ".template"}:
                yaml.compose(content, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
        except (libcst.ParserSyntaxError, yaml.YAMLError, UnicodeDecodeError):
            continue


def seconds(command: list[str], directory: str, given: str = "") -> float:
    """The CPU seconds of a command and of its processes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=directory, input=given, text=True, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def changed(path: Path, directory: str, check: list[str]) -> float:
    """The CPU seconds of a run after one file was changed."""
    path.write_bytes(path.read_bytes() + b"\n")
    time.sleep(STILL)
    return seconds(check, directory)


def main() -> None:
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("directories", nargs="+")
    asked.add_argument("--rounds", type=int, default=3)
    given = asked.parse_args()

    def median(measure: Callable[[], float]) -> float:
        return statistics.median(measure() for _ in range(given.rounds))

    lambdalint = str(Path(sys.executable).with_name("lambdalint"))
    for directory in given.directories:
        told = subprocess.run(
            [lambdalint, "check", *CHOICE, "--verbose"], cwd=directory, capture_output=True, text=True, check=False
        ).stderr.splitlines()
        read = [line.removeprefix("lambdalint: read: ") for line in told if line.startswith("lambdalint: read: ")][1:]
        floor = median(lambda: seconds([sys.executable, __file__, "--parse"], directory, "\n".join(read)))  # noqa: B023
        print(f"{directory}: {len(read)} files, floor {floor:.2f} s")
        with tempfile.TemporaryDirectory() as kept:

            def run(*options: str) -> Callable[[], float]:
                return lambda: seconds([lambdalint, "check", *CHOICE, *options], directory)  # noqa: B023

            for name, most, options in (
                ("cold, one process", 2.0, ("--no-cache", "--jobs", "1")),
                ("cold, two processes (CPU of both)", 2.4, ("--no-cache", "--jobs", "2")),
            ):
                cost = median(run(*options))
                print(f"  {name}: {cost:.2f} s, {cost / floor:.2f} (at most {most})")
            run("--cache-dir", kept)()
            cost = median(run("--cache-dir", kept))
            print(f"  unchanged: {cost:.2f} s, {cost / floor:.2f} (at most 0.2)")
        with tempfile.TemporaryDirectory() as place:
            copy = str(shutil.copytree(directory, Path(place, "copy"), symlinks=True))
            check = [lambdalint, "check", *CHOICE, "--jobs", "1", "--cache-dir", str(Path(place, "kept"))]
            time.sleep(STILL)
            seconds(check, copy)
            path = next(Path(copy, each) for each in read if each.endswith((".py", ".ts", ".js", ".tf")))
            cost = median(lambda: changed(path, copy, check))  # noqa: B023
            print(f"  one file changed: {cost:.2f} s, {cost / floor:.2f} (at most 0.3)")


if __name__ == "__main__":
    if sys.argv[1:] == ["--parse"]:
        parse_all([each for each in sys.stdin.read().splitlines() if os.path.isfile(each)])
    else:
        main()
