"""Modules that no configuration of the repository calls, though configurations call others beside them.

What is a configuration of its own says where its state is or which provider it has, or is given values in files.
"""

from __future__ import annotations

import posixpath
from functools import cached_property

from lambdalint.patterns import pattern
from lambdalint.templates.terraform.declarations import Declarations
from lambdalint.templates.terraform.endings import CONFIGURATION, VALUES
from lambdalint.templates.terraform.files import Files, within

_SOURCE = pattern(r'(?m)(?:^[ \t]*source\s*=|"source"\s*:)\s*"([^"]+)"')
_OWN = pattern(r'(?m)^[ \t]*(?:provider|backend)\s*"|^[ \t]*cloud\s*\{|"(?:provider|backend)"\s*:')
_SHOWN = frozenset({"example", "examples", "test", "tests"})


class Callers:
    """Which modules are called anywhere in a repository, wherever in it the run began."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self.were_asked = False
        """Whether it was asked who calls what, of all modules, since this was set."""

    @cached_property
    def state(self) -> str:
        """What tells whether all modules call what they called."""
        names, beside = self._called
        return repr((sorted(names), sorted((each, sorted(callers)) for each, callers in beside.items())))

    def leave(self, module: Declarations) -> bool:
        """Whether a module that no other one of a run calls is one that nothing deploys."""
        directory = module.directory
        if not directory or all("default" in each.attributes for each in module.variables.values()):
            return False
        self.were_asked = True
        names, beside = self._called
        if posixpath.basename(directory) in names:
            return False
        called = beside.get(posixpath.dirname(directory), ())
        return any(map(self._is_configuration, called)) and not self._is_configuration(directory)

    @cached_property
    def _called(self) -> tuple[frozenset[str], dict[str, list[str]]]:
        """The last names of all that is called, and for each directory who calls what lies in it."""
        names: set[str] = set()
        beside: dict[str, list[str]] = {}
        asked = set(self._files.asked)
        for path in self._files.everywhere((*CONFIGURATION, ".hcl")):
            source = self._files.text(path)
            if source is None or "source" not in source.text:
                continue
            directory = posixpath.dirname(path)
            for called in _SOURCE.findall(source.text):
                names.add(posixpath.basename(called.partition("?")[0].rstrip("/")))
                if called.startswith(("./", "../")) and _SHOWN.isdisjoint(directory.split("/")):
                    beside.setdefault(posixpath.dirname(within(directory, called)), []).append(directory)
        self._files.asked = asked
        return frozenset(names), beside

    def _is_configuration(self, directory: str) -> bool:
        """Whether a directory says where its state is, or which provider it has, or gives values to its variables."""
        if any(True for _ in self._files.listed(directory, VALUES)):
            return True
        texts = (self._files.text(path) for path in self._files.listed(directory, CONFIGURATION))
        return any(each is not None and _OWN.search(each.text) is not None for each in texts)
