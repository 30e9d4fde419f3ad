"""What runs: from a deployment's functions to what their code does."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Container, Hashable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from functools import cached_property, partial
from typing import TYPE_CHECKING, TypeVar

from lambdalint.code import ir, names, shape
from lambdalint.code.endings import JAVASCRIPT, is_javascript
from lambdalint.code.entry import Entry
from lambdalint.code.facts import Handler, Program
from lambdalint.code.locate import Located, NotLocated, is_made, locate, runs_node
from lambdalint.code.modules import Below, Found, Modules
from lambdalint.code.once import Once
from lambdalint.code.package import Package
from lambdalint.code.parsed import Parsed
from lambdalint.code.repository import Repository
from lambdalint.code.surroundings import OFFLINE, OTHERWISE, SERVES, UPDATES, Surroundings
from lambdalint.code.undeployed import Reach, Undeployed, reach
from lambdalint.discover.focus import Focus, covers
from lambdalint.kept import Kept
from lambdalint.records import dataclass, field, replace
from lambdalint.remarks import Remarks
from lambdalint.source import Source, Sources, UnreadableSource
from lambdalint.templates.resource import UNMARKED, Deployment, Resource
from lambdalint.templates.value import Known
from lambdalint.templates.value import Mapping as MappingValue

if TYPE_CHECKING:
    from lambdalint.code.elsewhere import Elsewhere
    from lambdalint.code.javascript.locating import Locator
    from lambdalint.code.value import Function


Made = TypeVar("Made")
Key = tuple[str, int, str, tuple[str, ...]]
"""What tells handlers apart: the path, the line where code in a template begins, the name, and whence it imports."""

_BUILT = frozenset({"build", "dist", "package"})
"""Directories that builds make beside what they build."""


def same(one: object, other: object) -> bool:
    """Whether what Modules answer is what they have answered before. What was parsed of the same text is one object."""
    match one, other:
        case Found(), Found():
            at = (one.name, one.package, one.root) == (other.name, other.package, other.root)
            return at and one.module is other.module
        case (ir.Module(), _) | (_, ir.Module()):
            return one is other
        case _:
            return one == other


@dataclass(frozen=True, slots=True)
class LooseFiles:
    """The files that may hold handlers that no function leads to."""

    paths: tuple[str, ...]
    others: tuple[str, ...]
    """The functions that something of the project calls that is not AWS."""
    notebooks: tuple[str, ...]

    def each(self, last: Container[str]) -> Iterator[LooseFiles]:
        """Each of the files by itself, in their order, but for some that come last."""
        for path in sorted(self.paths, key=lambda path: path in last):
            yield replace(self, paths=(path,))


@dataclass
class Reader:
    """Reads the code of a run: each source is parsed once, each handler followed once."""

    sources: Sources
    parsed: Parsed = field(default_factory=Parsed)
    once: Once = field(default_factory=Once)
    located: dict[Resource, Located] = field(default_factory=dict)
    """For each function whose code was found, where it is."""
    packages: dict[Resource, Package] = field(default_factory=dict)
    """For each function of Python whose code was found, what it is deployed with."""
    entries: dict[Resource, Entry] = field(default_factory=dict)
    """For each function of Node.js whose code was found, what is known of its handler without following it."""
    _followed: dict[Key, Handler | None] = field(default_factory=dict)
    _where: dict[Resource, Located | NotLocated] = field(default_factory=dict)
    _modules: Below = field(default_factory=dict)
    """The modules that were looked for below the roots of any handler."""
    _programs: dict[str, Program | None] = field(default_factory=dict)
    """The programs that were followed, by their paths."""
    _closed: dict[Resource, tuple[Function, bool]] = field(default_factory=dict)
    """For each function whose handler a program has made of one of its own functions, that, and whether it makes the
    handler."""
    runtimes: set[str] = field(default_factory=set)
    """Where the code of functions is that bring a runtime of their own, which may call a handler in its own way."""
    beside: dict[str, set[str | None]] = field(default_factory=dict)
    """For each directory that functions are deployed from, the code that they name; None for what is made first."""

    followed_before: Kept[Modules] | None = None
    """Where the ways through modules have led that were followed for other deployments, or in earlier runs; None where
    nobody keeps that."""

    def anew(self, sources: Sources | None = None) -> Reader:
        """A reader that has read nothing yet, and finds out only once with this one what texts alone tell."""
        return Reader(
            sources or self.sources, Parsed(once=self.once), once=self.once, followed_before=self.followed_before
        )

    def beside_as(self, sources: Sources) -> Reader:
        """A reader that asks other sources, and knows what functions are deployed from as this one does."""
        other = self.anew(sources)
        other.beside, other.runtimes = self.beside, self.runtimes
        return other

    @cached_property
    def _repository(self) -> Repository:
        return Repository(self.sources, parsed=Parsed(once=self.once), once=self.once)

    @cached_property
    def _node(self) -> Locator:
        from lambdalint.code.javascript.locating import Locator  # only some projects have such functions

        return Locator.of(self._repository)

    @cached_property
    def _around(self) -> Surroundings:
        return Surroundings(self.sources, once=self.once)

    def functions(self, resources: Iterable[Resource]) -> Mapping[str, Handler | NotLocated]:
        """What the code of each function among the resources does, by the function's name."""
        by_name = {resource.name: resource for resource in resources}
        return {
            name: self._function(resource, by_name)
            for name, resource in by_name.items()
            if resource.type == "AWS::Lambda::Function"
        }

    def make_room(self, resources: Iterable[Resource]) -> None:
        """Before the functions among the resources are followed: let go of some of what was followed before, and lies
        in other files than theirs."""
        if self.followed_before is not None:
            located = (found for _, found in self._all_located(resources))
            own = {found.source.path for found in located if isinstance(found, Located)}
            self.parsed.make_room()
            if own:
                self.followed_before.make_room(_MOST_CALLS, lambda module: module.source.path in own)

    def program(self, source: Source, home: str, further: tuple[str, ...] = ()) -> Program | None:
        """What a file does that is run as a program of a project's directory; None where it cannot be parsed.

        Imports of Python are looked for beside it, and where the project is run, as it is installed or run by `-m`;
        then in `further` directories.
        """
        from lambdalint.code.evaluate import program  # most runs have none

        if source.path not in self._programs:
            module = self.parsed.module(source)
            beside = posixpath.dirname(source.path) or "."
            root = home if covers(home, source.path) else beside
            resolver = self._node.resolving(()) if is_javascript(source) else None
            roots = tuple(dict.fromkeys((beside, root, *further)))
            modules = Modules(self.sources, roots, self.parsed, None, resolver, self._modules)
            self._programs[source.path] = None
            with suppress(RecursionError):
                if module is not None:
                    follow = partial(program, module, _dotted(source.path, root), root, home)
                    self._programs[source.path] = self._kept(
                        ("program", source.path, home, roots), module, modules, follow
                    )
        return self._programs[source.path]

    def module(self, path: str) -> ir.Module | None:
        """The program in the file at a path; None where there is none, or it cannot be parsed."""
        source = self._text(path)
        return None if source is None else self.parsed.module(source)

    def updated(self, resources: Iterable[Resource]) -> frozenset[Resource]:
        """The functions among the resources whose new code something may deploy that is not their template.

        Asked of those alone whose template does not tell that their code is another.
        """
        return frozenset(
            each
            for each in resources
            if each.metadata is not None
            and UNMARKED in each.metadata.entries
            and (self._around.says(each.home or ".", UPDATES) or self._is_updated_by_script(each))
        )

    def _is_updated_by_script(self, function: Resource) -> bool:
        """Whether a script, wherever in the repository, that deploys new code also tells of the archive of a
        function."""
        archive = posixpath.splitext(_archive(function))[0]
        named = re.compile(rf"(?<![\w-]){re.escape(archive)}(?![\w-])")
        return bool(archive) and any(
            self._around.file_says(path, UPDATES)
            and (source := self._repository.read(path)) is not None
            and named.search(source.text) is not None
            for path in self._repository.scripts(function.home or ".")
        )

    def note(self, resources: Iterable[Resource]) -> None:
        """Note what code the functions among the resources are deployed from: what lies beside it is none of theirs."""
        for each in resources:
            if each.type == "AWS::Lambda::Function" and not _is_inline(each):
                self.beside.setdefault(each.home or ".", set()).add(self._written(each))

    def _function(self, resource: Resource, resources: Mapping[str, Resource]) -> Handler | NotLocated:
        try:
            return self._handler(resource, resources)
        except UnreadableSource as error:
            self.parsed.unreadable[error.span.path] = (error.span, error.why)
            return NotLocated("its file cannot be read", group="their files cannot be read")

    def close(self, resource: Resource, function: Function, *, makes: bool = False) -> None:
        """Note that the handler of a function is one of the functions of a program that was followed, or that one
        `makes` it."""
        self._closed[resource] = function, makes
        self._where[resource] = _closed_at(function)

    def _closure(self, resource: Resource, function: Function, makes: bool) -> Handler:
        """What such a handler does."""
        from lambdalint.code.evaluate import closed

        source, node = function.scope.module.source, function.node
        self.located[resource] = _closed_at(function)
        self.entries[resource] = Entry.of(node, bundled=True)
        key = (source.path, node.span.line, f"{node.name}:{node.span.column}", ())
        found = self._followed.get(key)
        if found is None:
            roots = (posixpath.dirname(source.path),)
            modules = Modules(self.sources, roots, self.parsed, None, self._node.resolving(()), self._modules)
            found = self._followed[key] = closed(function, modules, makes=makes)
        return found

    def _handler(self, resource: Resource, resources: Mapping[str, Resource]) -> Handler | NotLocated:
        if resource in self._closed:
            return self._closure(resource, *self._closed[resource])
        if runs_node(resource, self._repository):
            return self._followed_node(resource, resources)
        if _brings_runtime(resource):
            self.runtimes.add(_code(resource) or posixpath.dirname(resource.span.path))
        found = self._located(resource, resources)
        if isinstance(found, NotLocated):
            return found
        module = self.parsed.module(found.source)
        if module is None:
            return NotLocated("its file cannot be parsed", group="their files cannot be parsed")
        self.located[resource] = found
        self.packages[resource] = Package(resource, found, self._around)
        try:
            handler = self._follow(found.source, found.function, found.roots, _homes(resource, found), found.loose)
        except RecursionError:
            return NotLocated("its code is nested too deeply", group="their files cannot be parsed")
        lack = names.lack(self._found(found, module), found.function, Modules(self.sources, found.roots, self.parsed))
        if handler is None or (lack is not None and found.close):
            return found.undefined(module, lack)
        return handler

    def _followed_node(self, resource: Resource, resources: Mapping[str, Resource]) -> Handler | NotLocated:
        """What the code of a function does that Node.js runs."""
        found = self._located(resource, resources)
        if isinstance(found, NotLocated):
            return found
        read = self._node.read(resource, resources, found, self.parsed, self._around)
        if isinstance(read, NotLocated):
            return read
        self.located[resource] = found
        self.entries[resource] = read
        try:
            handler = self._follow(found.source, found.function, found.roots, loose=found.loose)
        except RecursionError:
            return NotLocated("its code is nested too deeply", group="their files cannot be parsed")
        if handler is None:
            why = "what its handler is made of is not followed"
            return NotLocated(why, group="what their handlers are made of is not followed")
        return handler

    def _located(self, resource: Resource, resources: Mapping[str, Resource]) -> Located | NotLocated:
        if resource not in self._where:
            self._where[resource] = (
                self._node.locate(resource, resources)
                if runs_node(resource, self._repository)
                else locate(resource, self.sources, resources, self._repository)
            )
        return self._where[resource]

    def _found(self, located: Located, module: ir.Module) -> Found:
        path = located.source.path
        root = _root(path, located.roots)
        name = _dotted(path, root)
        return Found(name, name if path.endswith("/__init__.py") else name.rpartition(".")[0], root, module)

    def places(self, resources: Iterable[Resource]) -> Iterator[str]:
        """The directories and files that the functions among the resources may take their code from."""
        for resource, found in self._all_located(resources):
            if isinstance(found, Located):
                yield from (found.source.path, *found.roots, *found.loose)
                if runs_node(resource, self._repository):
                    yield from self._node.files(found)
                elif homes := _homes(resource, found):
                    yield from self._elsewhere(homes, found.roots, found.loose).places(found.source.text)
            else:
                yield from (span.path for span, _ in found.places)
            code = _code(resource)
            if code is not None:
                yield code

    def undeployed(self) -> Undeployed:
        """Which handlers are those that nothing deploys: as yet all."""
        return Undeployed(self._around)

    def reach(self, deployment: Deployment) -> Reach | None:
        """Where the functions of a deployment have their code; None where it tells nothing of what is deployed."""
        if deployment.idle or self.is_local(deployment) or shape.is_apart(deployment.path):
            return None
        return reach(self._all_located(deployment.resources))

    def is_local(self, deployment: Deployment) -> bool:
        """Whether a deployment is for one's own machine, as its template says and what lies around it, or is kept of
        what was there before."""
        if shape.is_copy(deployment.path):
            return True
        home = posixpath.dirname(deployment.path) or "."
        if not deployment.offline:
            return deployment.local
        if self.is_served(deployment):
            return False
        return deployment.local or (self._around.says(home, OFFLINE) and self._around.says(home, OTHERWISE))

    def is_served(self, deployment: Deployment) -> bool:
        """Whether something around a service deploys services."""
        return self._around.says(posixpath.dirname(deployment.path) or ".", SERVES)

    @property
    def followed(self) -> Iterator[tuple[Key, Handler]]:
        """The handlers that were followed, each with what tells it from others."""
        return ((key, handler) for key, handler in self._followed.items() if handler is not None)

    def _all_located(self, resources: Iterable[Resource]) -> Iterator[tuple[Resource, Located | NotLocated]]:
        """The functions among the resources, each with where its handler is written."""
        by_name = {resource.name: resource for resource in resources}
        for resource in by_name.values():
            if resource.type == "AWS::Lambda::Function":
                try:
                    yield resource, self._located(resource, by_name)
                except UnreadableSource as error:
                    yield resource, NotLocated(error.why, places=((error.span, error.why),))

    @property
    def read(self) -> Set[str]:
        """The files of code that were read."""
        return {path for path, *_ in self._followed} | {path for path, _ in self.parsed.modules}

    def loose(self, paths: Sequence[str]) -> tuple[Handler, ...]:
        """The handlers among the files that no function has led to."""
        return self.handlers_in(self.loose_files(paths))

    def loose_files(
        self,
        paths: Sequence[str],
        focus: Focus | None = None,
        taken: Set[str] = frozenset(),
        remarks: Remarks | None = None,
    ) -> LooseFiles:
        """The files among some that may hold handlers that no function has led to, and may run what is in focus.

        What is `taken` functions have led to, whoever read it. `remarks` are what is known of texts.
        """
        taken = taken | self.read
        remarks = remarks or Remarks()
        held: list[str] = []
        others: set[str] = set()
        elsewhere: list[str] = []
        for path in paths:
            if not path.endswith((".py", ".yaml", ".yml", ".json", *JAVASCRIPT)):
                continue
            called, of_other_cloud, may_hold = remarks.of("handlers", path, partial(self._remark, path))
            others.update(called)
            if of_other_cloud:
                elsewhere.append(posixpath.dirname(path))
            if focus is not None and not any(focus.touches(each) for each in (path, *shape.roots(path))):
                continue
            if may_hold and path not in taken and not self._is_left_behind(path):
                held.append(path)
        notebooks = tuple(path for path in paths if path.endswith(shape.NOTEBOOK))
        held = [path for path in held if not any(_is_below(path, each) for each in elsewhere)]
        return LooseFiles(tuple(held), tuple(sorted(others)), notebooks)

    def _remark(self, path: str) -> tuple[tuple[str, ...], bool, bool]:
        """What a text tells of handlers: which functions something of it calls that is not AWS, whether it is another
        cloud's, and whether it may hold handlers."""
        source = self._text(path)
        if source is None:
            return (), False, False
        called = tuple(sorted(shape.called_by_others(path, source.text)))
        return called, shape.is_of_other_cloud(path, source.text), _may_hold_handlers(source)

    def handlers_in(self, loose: LooseFiles) -> tuple[Handler, ...]:
        """The handlers in such files."""
        found: list[Handler] = []
        others = frozenset(loose.others)
        sources = (source for path in loose.paths if (source := self._text(path)) is not None)
        for source in [each for each in sources if not self._is_copy(each)]:
            helps = loose.notebooks and shape.may_be_helper(source.text)
            for name in self._handlers(source, others):
                if helps and any(self._takes(each, source.path, name) for each in loose.notebooks):
                    continue
                with suppress(RecursionError):
                    handler = self._follow(source, name, shape.roots(source.path))
                    found += [] if handler is None else [handler]
            found += self._made(source) if is_javascript(source) else ()
        return tuple(found)

    def _made(self, source: Source) -> Iterator[Handler]:
        """The handlers of a file of JavaScript that a function of the project makes, by the types of their events."""
        from lambdalint.code.javascript import shape as of_javascript

        module = self._repository.parsed.module(source)
        for name in () if module is None else of_javascript.made(module):
            with suppress(RecursionError):
                handler = self._follow(source, name, shape.roots(source.path))
                if handler is not None and of_javascript.is_typed(handler.event_types):
                    yield handler

    def _takes(self, notebook: str, path: str, name: str) -> bool:
        """Whether a notebook takes a function out of a file within a package: it is a helper of its authors'."""
        source = self._text(notebook)
        taken = frozenset() if source is None else self.once.of(_taken, source)
        return any(f"/{path}".endswith(end) and name == each for end, each in taken)

    def _written(self, function: Resource) -> str | None:
        """The directory that a function is deployed from; None where a build may put more into it, or makes it."""
        code = _code(function)
        return code if code is not None and self.sources.files(code) and not is_made(function) else None

    def _is_left_behind(self, path: str) -> bool:
        """Whether a file lies beside templates whose functions all name their code, and it is none of that."""
        named = self.beside.get(posixpath.dirname(path) or ".", {None})
        return not any(each is None or _is_below(path, each) for each in named)

    def _is_copy(self, source: Source) -> bool:
        """Whether a file is what a build has put into a directory beside the same file, now or before."""
        folder, name = posixpath.split(source.path)
        above, own = posixpath.split(folder)
        original = self._text(posixpath.join(above, name)) if folder else None
        return original is not None and (own in _BUILT or original.text == source.text)

    def _handlers(self, source: Source, others: Container[str]) -> Iterator[str]:
        """The names of what looks like a handler in a file that no function has led to."""
        if is_javascript(source):
            from lambdalint.code.javascript import shape as of_javascript

            # Much of what is looked into is no handler, and nobody asked whether it can be read.
            other = self._repository.parsed.module(source)
            yield from () if other is None else of_javascript.handlers(other)
            return
        module = self.parsed.module(source)
        for function in () if module is None else shape.handlers(module, others):
            if not function.is_async or not any(_is_below(source.path, each) for each in self.runtimes):
                yield function.name

    def _elsewhere(self, homes: tuple[str, ...], roots: tuple[str, ...], loose: tuple[str, ...]) -> Elsewhere:
        from lambdalint.code.elsewhere import Elsewhere  # a run without functions needs none

        return Elsewhere(self._repository, self._around, homes, roots, loose)

    def _text(self, path: str) -> Source | None:
        try:
            return self.sources.read(path)
        except UnreadableSource:
            return None

    def _follow(
        self,
        source: Source,
        name: str,
        roots: tuple[str, ...],
        homes: tuple[str, ...] = (),
        loose: tuple[str, ...] = (),
    ) -> Handler | None:
        """What a function does; `homes` are the directories that it is deployed from, `loose` as of Located."""
        from lambdalint.code.evaluate import evaluate

        key = (source.path, source.origin[0].line if source.origin else 0, name, (*roots, *homes, *loose))
        if key not in self._followed:
            module = self.parsed.module(source)
            root = _root(source.path, roots)
            elsewhere = self._elsewhere(homes, roots, loose) if homes else None
            resolver = self._node.resolving(loose) if is_javascript(source) else None
            modules = Modules(self.sources, roots, self.parsed, elsewhere, resolver, self._modules)
            dotted = _dotted(source.path, root)
            follow = None if module is None else partial(evaluate, module, dotted, root, name)
            self._followed[key] = None if follow is None else self._kept(key, module, modules, follow)
        return self._followed[key]

    def _kept(self, key: Hashable, module: object, modules: Modules, follow: Callable[[Modules], Made]) -> Made:
        """What comes of following a module; what was found out before, where all on the way is as it was."""
        before = self.followed_before
        return follow(modules) if before is None else before.made(key, module, modules, follow)


_MOST_CALLS = 5_000
"""How many calls are made by what is kept from one deployment to the next: they take some 10 MB."""


def calls(followed: Handler | Program | None) -> int:
    """How many calls what was followed makes: how much room it takes."""
    return 0 if followed is None else len(followed.calls)


def _taken(notebook: Source) -> frozenset[tuple[str, str]]:
    """What a notebook takes out of the modules of packages."""
    return frozenset(shape.taken_by_notebook(notebook.text))


def _closed_at(function: Function) -> Located:
    """Where a function of a program is that is a handler."""
    source = function.scope.module.source
    name = function.node.name or "callback"
    return Located(source, name, (posixpath.dirname(source.path),), shown=source.path)


def _may_hold_handlers(source: Source) -> bool:
    """Whether a file is worth parsing for handlers."""
    if is_javascript(source):
        from lambdalint.code.javascript import is_built  # only some projects have such files
        from lambdalint.code.javascript import shape as of_javascript

        return of_javascript.may_hold_handlers(source.path, source.text) and not is_built(source)
    return shape.may_hold_handlers(source.path, source.text)


def _code(function: Resource) -> str | None:
    """The directory or archive that a function's template names; None where it names none."""
    code = function.get("Code")
    if not isinstance(code, Known):
        return None
    return posixpath.normpath(posixpath.join(posixpath.dirname(code.span.path), str(code.value)))


def _archive(function: Resource) -> str:
    """The last name of the archive that a function's template names; "" where it names none."""
    code = function.get("Code")
    named = code.entries.get("S3Key") if isinstance(code, MappingValue) else code
    return posixpath.basename(str(named.value)) if isinstance(named, Known) else ""


def _is_inline(function: Resource) -> bool:
    """Whether a function's code stands in its template."""
    code = function.get("Code")
    return isinstance(code, MappingValue) and "ZipFile" in code.entries


def _brings_runtime(function: Resource) -> bool:
    runtime = function.get("Runtime")
    return isinstance(runtime, Known) and str(runtime.value).startswith("provided")


def _homes(function: Resource, located: Located) -> tuple[str, ...]:
    """The directories that a function is deployed from; none where its code stands in the template."""
    code = function.get("Code")
    if located.source.origin:
        return ()
    places = (*(() if code is None else (code.span.path,)), located.source.path)
    return tuple(dict.fromkeys((function.home, *map(posixpath.dirname, places))))


def _root(path: str, roots: tuple[str, ...]) -> str:
    """The directory that imports find the file at `path` from."""
    return next((each for each in roots if _is_below(path, each)), posixpath.dirname(path))


def _is_below(path: str, directory: str) -> bool:
    directory = posixpath.normpath(directory)
    return directory == "." or path.startswith(f"{directory}/")


def _dotted(path: str, root: str) -> str:
    """The name that imports give to the module at `path`."""
    inner = posixpath.relpath(path, root or ".").removesuffix(".py").removesuffix("/__init__")
    return inner.replace("/", ".")
