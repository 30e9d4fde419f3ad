"""How many functions of Node.js lead to their source, and how many of the SDK's commands are reached from them.

`python bench/reach.py DIRECTORY…` reads the projects below each directory and prints, for each and over all of them:

- how many of the functions with a runtime of Node.js lead to source: at least 86 %, and why the others do not;
- of the places where a module that a handler loads makes a command of the SDK (`new GetItemCommand(…)`, counted in the
  text, not by our own reading), how many one of the handlers reaches: at least 92 %, and where the others stand.
"""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from pathlib import Path

from lambdalint import rules
from lambdalint.__main__ import collect_rarely
from lambdalint.code.endings import is_javascript
from lambdalint.code.facts import Handler
from lambdalint.code.locate import runs_node
from lambdalint.code.reader import Reader
from lambdalint.code.repository import Repository
from lambdalint.configs import Configs, Given
from lambdalint.discover import discover
from lambdalint.roots import deployments_of

_COMMAND = re.compile(r"^(?!\s*(?://|\*)).*?\bnew\s+(?:\w+\.)?(\w+Command)\(", re.MULTILINE)
_SDK = re.compile(r"""["']@aws-sdk/(?:client|lib)-""")

_Place = tuple[str, int]
"""A file's path and a line of it, from 1."""


def _made(path: str, text: str) -> set[_Place]:
    """The lines of a module's text that make commands of the SDK."""
    if not _SDK.search(text):
        return set()
    return {(path, text.count("\n", 0, each.start(1)) + 1) for each in _COMMAND.finditer(text)}


def _read(directory: Path) -> tuple[Counter[str], set[_Place], set[_Place]]:
    """Why functions lead to no source ("" for those that do); the places of commands, and those that are reached."""
    os.chdir(directory)
    found = discover(["."])
    configs = Configs(rules.load(), Given())
    reader, repository = Reader(found.sources), Repository(found.sources)
    why: Counter[str] = Counter()
    reached: set[_Place] = set()
    for deployment in deployments_of(found.sources, found.scope, configs, reader, None):
        functions = reader.functions(deployment.resources)
        for resource in deployment.resources:
            if resource.name not in functions or not runs_node(resource, repository):
                continue
            known = functions[resource.name]
            why["" if isinstance(known, Handler) else known.group] += 1
            if isinstance(known, Handler):
                reached |= {(call.span.path, call.span.line) for call in known.calls}
    loaded = [each.source for each in reader.parsed.modules.values() if each and is_javascript(each.source)]
    made = {place for each in loaded for place in _made(each.path, each.text)}
    return why, made, made & reached


def main() -> None:
    collect_rarely()
    why: Counter[str] = Counter()
    made = reached = 0
    for directory in map(Path.resolve, map(Path, sys.argv[1:])):
        reasons, places, met = _read(directory)
        why += reasons
        made += len(places)
        reached += len(met)
        print(f"{directory.name}: {reasons['']} of {reasons.total()} functions, {len(met)} of {len(places)} commands")
        for path, line in sorted(places - met):
            print(f"  not reached: {path}:{line}")
    for reason, number in why.most_common():
        print(f"{number:5} {reason or 'lead to source'}")
    print(f"located: {100 * why[''] / why.total():.1f} % of {why.total()} (at least 86)")
    print(f"reached: {100 * reached / made:.1f} % of {made} (at least 92)")


if __name__ == "__main__":
    main()
