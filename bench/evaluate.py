"""How long it takes to evaluate handlers, beside libcst's own parse, with positions, of the modules that they run.

`python bench/evaluate.py DIRECTORY…` reads the projects below each directory, and compares, summed over all, the time
to follow every handler with the time that libcst needs to parse their modules and to find the positions of their nodes.
The bound is 1. It also tells the handlers that took longest, and the peak memory of each directory.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

import libcst
from libcst.metadata import MetadataWrapper, PositionProvider

from lambdalint import templates
from lambdalint.code import evaluate as evaluation
from lambdalint.code.endings import is_javascript
from lambdalint.code.reader import Reader
from lambdalint.discover import discover


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


def main() -> None:
    evaluating = parsing = 0.0
    slowest: list[tuple[float, str]] = []
    for directory in map(Path.resolve, map(Path, sys.argv[1:])):
        os.chdir(directory)
        found = discover(["."])
        # What libcst parses is Python.
        given = [each for each in handlers(found.scope, found.sources) if not is_javascript(each[0].source)]
        took = 0.0
        for arguments in given:
            start = time.process_time()
            evaluation.evaluate(*arguments)
            seconds = time.process_time() - start
            slowest.append((seconds, f"{arguments[0].source.path}:{arguments[3]}"))
            took += seconds
        modules = {id(each): each for arguments in given for each in arguments[4].parsed.modules.values()
                   if each and not is_javascript(each.source)}  # fmt: skip
        start = time.process_time()
        for module in modules.values():
            MetadataWrapper(libcst.parse_module(module.source.text), unsafe_skip_copy=True).resolve(PositionProvider)
        floor = time.process_time() - start
        evaluating, parsing = evaluating + took, parsing + floor
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"{directory.name}: {len(given)} handlers, {len(modules)} modules: {took:.2f} s, parse {floor:.2f} s,"
              f" peak {memory} MB so far")  # fmt: skip
    print(f"ratio: {evaluating / parsing:.2f} (at most 1)")
    for seconds, name in sorted(slowest, reverse=True)[:8]:
        print(f"  {seconds:.3f} s {name}")


if __name__ == "__main__":
    main()
