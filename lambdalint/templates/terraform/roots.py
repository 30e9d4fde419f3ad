"""Root modules: the directories that no other module calls."""

from __future__ import annotations

import collections.abc
import posixpath
import re
from collections.abc import Iterator

from lambdalint.patterns import pattern
from lambdalint.source import Sources, Span
from lambdalint.templates.apart import apart
from lambdalint.templates.halves import words
from lambdalint.templates.resource import Deployment
from lambdalint.templates.terraform import joins
from lambdalint.templates.terraform.endings import ROOTS, TERRAGRUNT
from lambdalint.templates.terraform.files import Files, within
from lambdalint.templates.terraform.idle import Callers
from lambdalint.templates.terraform.local import is_local
from lambdalint.templates.terraform.misplaced import misplaced
from lambdalint.templates.terraform.module import Local
from lambdalint.templates.terraform.resources import resources
from lambdalint.templates.terraform.tree import Tree
from lambdalint.templates.value import Scalar

_CALL = pattern(r'(?:^[ \t]*source\s*=|"source"\s*:)\s*"(\.\.?/[^"$]*)"', re.MULTILINE)


_LEFT_OUT = "has functions that count leaves out by default, which are not checked: give its variable under parameters"


class Roots:
    """The plans and the root modules of a run; `directories` have files of modules, and `plans` are any JSON files."""

    def __init__(
        self,
        sources: Sources,
        directories: tuple[str, ...],
        plans: tuple[str, ...],
        parameters: collections.abc.Mapping[str, Scalar],
        modules: collections.abc.Mapping[str, collections.abc.Mapping[str, str]],
    ) -> None:
        self._files = Files(sources)
        self._callers = Callers(self._files)
        self._read_of: dict[str, tuple[list[str], bool]] = {}
        self._parameters, self._modules = parameters, modules
        self.planned = tuple(_plans(self._files, plans))
        """What the plans deploy."""
        # What is planned need not be guessed.
        planned = {posixpath.dirname(each.path) for each in self.planned}
        called = {
            directory: {within(directory, path) for path in _called(self._files, directory)} - {directory}
            for directory in directories
        }
        gathered: set[str] = set()
        for first, units in self._files.gather(directories).items():
            called[first] = (called[first].union(units, *(called[each] for each in units))) - {first}
            gathered.update(units[1:])
        inner = {path for paths in called.values() for path in paths}
        roots = [each for each in directories if each not in inner]
        self._covered = frozenset(planned.union(gathered, *(_below(directory, called) for directory in planned)))
        self._others = tuple(each for each in directories if each in inner)
        self.directories = tuple(each for each in roots if each not in planned)
        """The root modules that no plan was made of."""
        self._called = called
        last = {path: root for root in self.directories for path in (root, *_below(root, called))}
        self._needed: dict[str, list[str]] = {}
        for path, root in last.items():
            self._needed.setdefault(root, []).append(path)

    def path(self, directory: str) -> str:
        """The file that stands for a root module."""
        return next(self._files.listed(directory, ROOTS), within(directory, "main.tf"))

    def read(self, directory: str) -> Deployment:
        """What the root module in a directory deploys."""
        self._files.asked = set()
        self._callers.were_asked = False
        tree = Tree(self._files, directory, self._parameters, self._modules)
        found = _deployment(tree, self._callers)
        tree.forget()
        self._read_of[directory] = sorted(self._files.asked), self._callers.were_asked
        for path in self._needed.get(directory, ()):  # by no later root
            self._files.forget(path)
        return found

    def reading(self, directory: str) -> tuple[list[str], str] | None:
        """What a root module was read of: texts, and where it was asked who calls what, what tells of all that; None
        where it may have been more."""
        if self._files.has_units:
            return None
        texts, of_callers = self._read_of[directory]
        return texts, self.callers() if of_callers else ""

    def callers(self) -> str:
        """What tells whether all modules call what they called."""
        return self._callers.state

    def words(self, directory: str) -> frozenset[str]:
        """The words of the files of a root module, and of the modules that it calls."""
        paths = (
            path for each in (directory, *_below(directory, self._called)) for path in self._files.listed(each, ROOTS)
        )
        texts = (self._files.text(path) for path in paths)
        return words(each.text for each in texts if each is not None)

    def leave(self, paths: collections.abc.Container[str]) -> None:
        """Pass over root modules that are read already."""
        self.directories = tuple(each for each in self.directories if self.path(each) not in paths)

    def rest(self, covered: collections.abc.Set[str]) -> Iterator[Deployment]:
        """What the modules deploy that call each other, and that no root does; `covered` are the directories of those
        that one does."""
        read = {*self._covered, *covered}
        for directory in self._others:
            if directory not in read:
                found = self.read(directory)
                read.update(found.modules)
                yield found


def _below(directory: str, called: collections.abc.Mapping[str, set[str]]) -> set[str]:
    """The directories that a directory's modules lead to, through others."""
    found: set[str] = set()
    pending = [directory]
    while pending:
        further = called.get(pending.pop(), set()) - found
        found |= further
        pending += further
    return found


def _plans(files: Files, paths: tuple[str, ...]) -> Iterator[Deployment]:
    for path in paths:
        source = files.text(path)
        if source is not None and '"planned_values"' in source.text:
            from lambdalint.templates.terraform import plan  # few JSON files are plans

            found = plan.deployment(files, source)
            if found is not None:
                yield found


def _called(files: Files, directory: str) -> Iterator[str]:
    """The local sources that a directory's modules are called by, as far as its text tells."""
    for path in files.listed(directory, ROOTS):
        if path.endswith(TERRAGRUNT):
            unit = files.unit(directory)
            if unit is not None and unit.source.startswith("."):
                yield unit.source
        elif (source := files.text(path)) is not None:
            yield from (found[1] for found in _CALL.finditer(source.text))


def _deployment(tree: Tree, callers: Callers) -> Deployment:
    declarations = tree.files.declarations(tree.directory)
    paths = declarations.paths
    path = paths[0] if paths else within(tree.directory, "main.tf")
    unreadable: list[tuple[Span, str]] = []
    try:
        Local(tree, declarations)
        found = apart(tuple(joins.joined(resources(tree))))
    except RecursionError:
        found = ()
        unreadable.append((Span.top(path), "nested too deep"))
    read = [module.declarations for module in tree.read] or [declarations]
    unreadable += [each for one in dict.fromkeys(read) for each in one.unreadable]
    taken = dict.fromkeys([*(each for one in read for each in one.paths), *tree.paths])
    idle = bool(found) and callers.leave(declarations)
    left_out = ((span, _LEFT_OUT) for span in tree.left_out)
    strays = tuple(dict.fromkeys(misplaced(found)))
    return Deployment(
        path,
        "terraform",
        found,
        tuple(unreadable),
        tuple(taken),
        notes=tuple(left_out),
        idle=idle,
        local=is_local(declarations),
        misplaced=strays,
        modules=tuple(dict.fromkeys(module.declarations.directory for module in tree.read)),
    )
