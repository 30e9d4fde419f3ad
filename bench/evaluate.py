"""How long it takes to evaluate handlers, beside libcst's own parse, with positions, of as much Python.

`python bench/evaluate.py DIRECTORY…` reads the projects below each directory and prints, over all of them, in seconds
of the processor, and with the bound of each:

- the time to follow the handlers in Python, as a share of what libcst needs to parse the modules that they run and to
  find the positions of their nodes: at most 1;
- the same for JavaScript and TypeScript, where libcst is given as many lines of Python, those of this package: at
  most 1;
- the time to parse and lower 1,000 lines of JavaScript and TypeScript: at most 30 ms;
- the handlers that took longest, none of them above 2 s, and how many were followed in part only;
- the peak memory, at most 300 MB.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import libcst
from libcst.metadata import MetadataWrapper, PositionProvider

import lambdalint
from lambdalint import templates
from lambdalint.__main__ import collect_rarely
from lambdalint.code import evaluate as evaluation
from lambdalint.code import ir, javascript
from lambdalint.code.endings import is_javascript
from lambdalint.code.reader import Reader
from lambdalint.discover import discover
from lambdalint.records import dataclass, field

LARGE = 1_000
"""Lines that a time is told for."""


@dataclass(slots=True)
class Spent:
    """What the handlers of one language took."""

    handlers: int = 0
    lines: int = 0
    evaluating: float = 0.0
    parsing: float = 0.0
    """The time that libcst, or the parser and the lowering of JavaScript, need for the modules once more."""
    slowest: list[tuple[float, str]] = field(default_factory=list)
    bounded: int = 0

    def followed(self, arguments: tuple[Any, ...]) -> None:
        """Follow a handler once more, its modules being parsed."""
        start = time.process_time()
        handler = evaluation.evaluate(*arguments)
        seconds = time.process_time() - start
        self.handlers += 1
        self.evaluating += seconds
        self.bounded += handler is not None and handler.bounded
        self.slowest.append((seconds, f"{arguments[0].source.path}:{arguments[3]}"))


def handlers(scope: tuple[str, ...], sources: Any) -> list[tuple[Any, ...]]:
    """What the evaluation of each handler is given, with every module parsed."""
    given: list[tuple[Any, ...]] = []
    follow = evaluation.evaluate

    def noted(*arguments: Any) -> Any:
        given.append(arguments)
        return follow(*arguments)

    evaluation.evaluate = noted
    try:
        reader = Reader(sources)
        for each in templates.read(sources, scope, {}):
            reader.functions(each.resources)
        reader.loose(scope)
    finally:
        evaluation.evaluate = follow
    return given


def floor(texts: Iterable[str]) -> float:
    """The seconds that libcst needs to parse modules and to find the positions of their nodes."""
    start = time.process_time()
    for text in texts:
        MetadataWrapper(libcst.parse_module(text), unsafe_skip_copy=True).resolve(PositionProvider)
    return time.process_time() - start


def lowered(modules: Iterable[ir.Module]) -> float:
    """The seconds that it takes to parse and to lower modules of JavaScript once more."""
    start = time.process_time()
    for module in modules:
        javascript.parse(module.source)
    return time.process_time() - start


def main() -> None:
    collect_rarely()
    python, node = Spent(), Spent()
    for directory in map(Path.resolve, map(Path, sys.argv[1:])):
        os.chdir(directory)
        found = discover(["."])
        given = handlers(found.scope, found.sources)
        for arguments in given:
            (node if is_javascript(arguments[0].source) else python).followed(arguments)
        read = {id(each): each for arguments in given for each in arguments[4].parsed.modules.values() if each}
        for spent, measure, modules in (
            (python, _floor, [each for each in read.values() if not is_javascript(each.source)]),
            (node, lowered, [each for each in read.values() if is_javascript(each.source)]),
        ):
            spent.lines += sum(each.source.text.count("\n") for each in modules)
            spent.parsing += measure(modules)
        print(f"{directory.name}: {len(given)} handlers, {len(read)} modules, peak {_peak()} MB so far")
    if python.handlers:
        print(f"Python: {python.handlers} handlers, {python.lines} lines: followed in {python.evaluating:.2f} s,"
              f" libcst's parse {python.parsing:.2f} s")  # fmt: skip
        print(f"ratio: {python.evaluating / python.parsing:.2f} (at most 1)")
    if node.handlers and node.lines:
        own = [each.read_text("utf-8") for each in sorted(Path(lambdalint.__file__).parent.glob("code/*.py"))]
        share = floor(own) / sum(each.count("\n") for each in own) * node.lines
        print(f"JavaScript: {node.handlers} handlers, {node.lines} lines: followed in {node.evaluating:.2f} s,"
              f" libcst's parse of as many lines of Python {share:.2f} s")  # fmt: skip
        print(f"ratio: {node.evaluating / share:.2f} (at most 1)")
        print(f"parse and lower: {node.parsing / node.lines * LARGE * 1000:.0f} ms per 1,000 lines (at most 30)")
    slowest = sorted((*python.slowest, *node.slowest), reverse=True)
    print(f"slowest: {slowest[0][0] if slowest else 0:.2f} s (at most 2), in part {python.bounded + node.bounded}")
    for seconds, name in slowest[:8]:
        print(f"  {seconds:.3f} s {name}")
    print(f"peak: {_peak()} MB (at most 300)")


def _floor(modules: Iterable[ir.Module]) -> float:
    return floor(each.source.text for each in modules)


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
