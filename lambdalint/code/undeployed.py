"""Handlers that nothing deploys, although templates deploy others of the same project.

A template that reaches code in another directory could have deployed whatever lies around both, and where each of
several directories side by side has a template of its own, so would another. Where none of these names a handler there,
nor does a function whose code was not found, and nothing says that functions are deployed otherwise, nobody runs the
handler.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from lambdalint.code import naming
from lambdalint.code.locate import Located, NotLocated
from lambdalint.code.surroundings import DEPLOYS, Surroundings
from lambdalint.discover.focus import above
from lambdalint.patterns import pattern
from lambdalint.records import dataclass, field
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Known

_OTHERWISE = frozenset({
    "cdk.json", "cdktf.json", "Pulumi.yaml", "sst.config.ts", "zappa_settings.json", "claudia.json", "app.arc",
    "serverless.ts", "serverless.js", "serverless.cjs", "serverless.mjs",
})  # fmt: skip
"""Names of what deploys functions by a program, in its own directory and below."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Where the functions of a deployment have their code."""

    code: tuple[str, ...] = ()
    """The files that their handlers are in."""
    named: tuple[str | None, ...] = ()
    """The modules that those name whose code was not found; None where even that is not known."""


def reach(functions: Iterable[tuple[Resource, Located | NotLocated]]) -> Reach:
    """Where some functions have their code, each given with what was found of it."""
    code: dict[str, None] = {}
    named: dict[str | None, None] = {}
    for function, found in functions:
        if function.generated:
            continue
        if isinstance(found, NotLocated):
            named[_module(function)] = None
        elif not found.source.origin:
            code[found.source.path] = None
    return Reach(tuple(code), tuple(named))


_A_ROW = 3
"""How many directories beside each other have to have templates of their own for another one to be without."""

_NAME = pattern(r"[\w-]+")
_DOTTED = pattern(r"[\w.-]+")


@dataclass
class Undeployed:
    """Which handlers nothing deploys."""

    around: Surroundings
    _projects: set[str] = field(default_factory=set)
    """The smallest directories that hold a template and the code of one of its functions."""
    _code: set[str] = field(default_factory=set)
    """The directories that hold code of functions."""
    _stems: set[str] = field(default_factory=set)
    """The names of its files, without their endings."""
    _open: dict[str | None, set[str]] = field(default_factory=dict)
    """The modules that functions name whose code was not found, None where even that is not known; each with the
    directories of the templates that do so."""
    _templates: set[str] = field(default_factory=set)
    _programs: set[str] = field(default_factory=set)
    """The files of programs that make templates."""
    _apps: set[str] = field(default_factory=set)
    """What says of the apps that were read that they are such."""

    def add(self, path: str, paths: Iterable[str], program: Iterable[str], reach: Reach) -> None:
        """Note what the root template at a path deploys, of which these are all templates, and all files of the
        program that makes it."""
        files = (*program,)
        self._programs.update(files)
        self._templates.update((*paths, *files))
        if posixpath.basename(path) in _OTHERWISE:
            self._apps.add(posixpath.normpath(path))
        for module in reach.named:
            self._open.setdefault(module, set()).add(_directory(path))
        self._projects.update(os.path.commonpath((_directory(path), _directory(each))) for each in reach.code)
        self._code.update(map(_directory, reach.code))
        self._stems.update(posixpath.splitext(posixpath.basename(each))[0] for each in reach.code)

    def __contains__(self, path: str) -> bool:
        """Whether nothing deploys the handlers in a file that no template leads to."""
        home, stem = _directory(path), posixpath.splitext(posixpath.basename(path))[0]
        around = next((each for each in above(home) if each in self._projects), None) or self._row(home)
        if around is None or self._may_mean(stem, around):
            return False
        return self._is_passed_over(home, stem) or not (
            self._is_named(path) or self._is_deployed_otherwise(posixpath.dirname(path))
        )

    def _is_passed_over(self, home: str, stem: str) -> bool:
        """Whether a function has its code of the directory that a file lies in, and no template says the file's name,
        unless files that functions have their code of are called alike in other directories."""
        return home in self._code and (stem in self._stems or not self._is_said(stem))

    def _row(self, home: str) -> str | None:
        """The directory whose others each have a template of their own that deploys what lies there, where the one that
        holds `home` has none; None where there is none such."""
        templates = [_directory(each) for each in self._templates]
        for below in above(home):
            around = os.path.dirname(below)
            others = {each for each in self._projects if os.path.dirname(each) == around and each in templates}
            if len(others) >= _A_ROW:
                return None if any(os.path.commonpath((each, below)) == below for each in templates) else around
        return None

    def _may_mean(self, stem: str, around: str) -> bool:
        """Whether a function whose code was not found may mean a module in a directory, where its template lies, or
        below it."""
        templates = (each for name in (None, stem) for each in self._open.get(name, ()))
        return any(os.path.commonpath((each, around)) in (each, around) for each in templates)

    @cached_property
    def _names(self) -> frozenset[str]:
        """The words in the templates that may be names of files or directories, without their endings."""
        dotted: set[str] = set()
        for text in self._texts():
            dotted.update(_DOTTED.findall(text))
        return frozenset(each.partition(".")[0] for each in dotted)

    def _is_named(self, path: str) -> bool:
        """Whether a template names a file or its directory, whatever it does with it."""
        if self._programs.issuperset(self._templates - self._apps) and self._names_others_beside(path):
            return False
        names = [name for name in posixpath.splitext(path)[0].split("/")[-2:] if naming.words(name)]
        return any(name in self._names if _NAME.fullmatch(name) else self._is_said(name) for name in names)

    def _names_others_beside(self, path: str) -> bool:
        """Whether programs name directories beside that of a file by what holds them, always word for word, and code of
        functions lies in one, and never that of the file: what else they say its name for is something else."""
        around, name = posixpath.split(posixpath.dirname(path))
        parent = posixpath.basename(around)
        if not parent or not name:
            return False
        written = re.compile(rf"(?<![\w.-]){re.escape(parent)}(?:/|[\"']\s*[,/]\s*[\"'])([\w.-]+)")
        handed = re.compile(rf"(?<![\w.-]){re.escape(parent)}[/\"']")
        texts = list(self._texts())
        named = {each for text in texts for each in written.findall(text)}
        spelt = all(len(written.findall(text)) == len(handed.findall(text)) for text in texts)
        beside = {os.path.join(os.path.abspath(around), each) for each in named}
        return spelt and name not in named and not beside.isdisjoint(self._code)

    def _is_said(self, name: str) -> bool:
        said = re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w-])")
        return any(name in text and said.search(text) is not None for text in self._texts())

    def _texts(self) -> Iterator[str]:
        """What stands in the templates, and in the programs that make some."""
        return (source.text for source in map(self.around.read, self._templates) if source is not None)

    def _is_deployed_otherwise(self, home: str) -> bool:
        beside = (posixpath.join(each, name) for each in self.around.above(home) for name in _OTHERWISE)
        return any(
            posixpath.normpath(path) not in self._apps and self.around.read(path) is not None for path in beside
        ) or self.around.says(home, DEPLOYS)


def _directory(path: str) -> str:
    return os.path.abspath(posixpath.dirname(path))


def _module(function: Resource) -> str | None:
    """The last name of the module of Python that a function's Handler names; None where it may be made of any."""
    handler, runtime = function.get("Handler"), function.get("Runtime")
    if not isinstance(handler, Known) or not isinstance(runtime, Known) or not str(runtime.value).startswith("python"):
        return None
    return posixpath.basename(str(handler.value).rpartition(".")[0].replace(".", "/"))
