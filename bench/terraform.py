"""How long Terraform takes to read and evaluate, beside tree-sitter's own parse of the same files.

`python bench/terraform.py DIRECTORY` finds the .tf files below a directory and compares, in turn, the time to read and
parse them with the time that lambdalint needs to read, parse and evaluate them. The bound is 3.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import tree_sitter
import tree_sitter_hcl

from lambdalint import templates
from lambdalint.discover import discover

ROUNDS = 3


def seconds(work: Callable[[], object]) -> float:
    """The processor time of a piece of work."""
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    os.chdir(sys.argv[1])
    paths = [path for path in discover(["."]).scope if path.endswith(".tf")]
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_hcl.language()))

    def floor() -> None:
        for path in paths:
            parser.parse(Path(path).read_bytes())

    def evaluated() -> None:
        found = discover(["."])
        found.sources.files(".")
        deployments.append(templates.read(found.sources, paths, {}))

    def discovered() -> None:
        discover(["."]).sources.files(".")

    deployments: list[object] = []
    times: dict[str, list[float]] = {"floor": [], "evaluated": [], "discovered": []}
    for _ in range(ROUNDS):
        times["floor"].append(seconds(floor))
        times["discovered"].append(seconds(discovered))
        times["evaluated"].append(seconds(evaluated))
    medians = {name: statistics.median(several) for name, several in times.items()}
    work = medians["evaluated"] - medians["discovered"]
    print(f"{len(paths)} files")
    print(f"reading and tree-sitter's parse: {medians['floor']:.2f} s")
    print(f"reading, parse and evaluation:   {work:.2f} s")
    print(f"ratio: {work / medians['floor']:.2f} (at most 3)")


if __name__ == "__main__":
    main()
