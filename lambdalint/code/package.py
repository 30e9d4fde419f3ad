"""A function's deployment package: what a build puts beside the function's own modules."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from lambdalint.code import patterns
from lambdalint.code.facts import Origin
from lambdalint.code.locate import Located, is_made
from lambdalint.code.surroundings import INSTALLS, LATER_PLUGIN, PACKS, PLUGIN, Surroundings
from lambdalint.records import dataclass
from lambdalint.source import UnreadableSource
from lambdalint.templates.resource import AS_IT_LIES, PATTERNS, Resource
from lambdalint.templates.value import Known, Mapping, items

if TYPE_CHECKING:
    from lambdalint.code.manifests import Declared, Requirement

_NOT_PACKED = frozenset({
    ".git", ".aws-sam", ".serverless", ".terraform", "cdk.out", "__pycache__", ".pytest_cache", ".mypy_cache",
    ".ruff_cache", "node_modules", ".venv", "venv", ".tox", ".nox",
})  # fmt: skip
"""Directories that builds leave out, or that nobody means to deploy."""


_POINTER = 200
"""Bytes that a file which only says what Git LFS keeps in its place does not reach."""


@dataclass(frozen=True, eq=False)
class Package:
    """What Lambda finds beside the handler's file."""

    function: Resource
    located: Located
    around: Surroundings

    @property
    def inline(self) -> bool:
        """Whether it is code in a template, which comes alone."""
        code = self.function.get("Code")
        return isinstance(code, Mapping) and "ZipFile" in code.entries

    @property
    def known(self) -> bool:
        """Whether the template leads straight to its files, and nothing else is put beside them."""
        return self.plain and not self.located.remote_layers

    @property
    def plain(self) -> bool:
        """Whether the template leads straight to its files, which are packed as they lie there."""
        code = self.function.get("Code")
        image = self.function.get("PackageType") is not None and not self._is_zip
        image = image or (isinstance(code, Mapping) and "ImageUri" in code.entries)
        return self.located.close and not is_made(self.function) and not image

    @property
    def _is_zip(self) -> bool:
        package = self.function.get("PackageType")
        return isinstance(package, Known) and package.value == "Zip"

    def brings(self, module: str) -> bool | None:
        """Whether a foreign module, by its dotted name, can be imported; None where that cannot be told."""
        from lambdalint.data import python_modules

        top = module.partition(".")[0]
        if top in python_modules.RUNTIME or (self.inline and top in python_modules.INLINE):
            return True
        if python_modules.is_standard(module):
            return True
        if any(self._holds(root, top) for root in self.located.roots):
            return True
        if not self.known:
            return None
        if self.inline:
            return False
        return self._installed(module)

    def packs(self, origin: Origin) -> bool | None:
        """Whether a module of the project that lies elsewhere is put beside the code; None where that is not told."""
        inner = posixpath.relpath(origin.path, origin.root)
        if any(self.around.read(posixpath.join(root, inner)) is not None for root in self.located.roots):
            return True  # through a link
        if not self.known or self._unknown_layer or (self.heeded and not self._asked[1]):
            return None
        said = (PACKS, INSTALLS, *((PLUGIN,) if self._by_serverless else ()))
        return None if any(self.around.says(self.home, what) for what in said) else False

    def leaves_out(self, module: str, path: str) -> bool:
        """Whether it leaves out a module whose file lies in the directory that it is made of: by its patterns, or as
        it is an archive of other files."""
        told = self.function.metadata.get(PATTERNS) if self.function.metadata is not None else None
        if not self.known or any(self._holds(root, module.partition(".")[0]) for root in self.located.roots[1:]):
            return False  # a layer has it, or may
        if self.archived is not None:
            return posixpath.normpath(path) not in self.archived
        if told is None or self.around.says(self.home, PLUGIN):
            return False
        listed = [str(each.value) for each in items(told) if isinstance(each, Known)]
        return len(listed) == len(items(told)) and patterns.takes(listed, posixpath.relpath(path, self.home)) is False

    @property
    def archived(self) -> frozenset[str] | None:
        """The files that it is an archive of; None where it is made of a directory, or that is not known."""
        files = self.function.get("Code", "Files")
        if not isinstance(files, Mapping) or files.open:
            return None
        known = [each for each in files.entries.values() if isinstance(each, Known)]
        paths = (posixpath.join(posixpath.dirname(each.span.path), str(each.value)) for each in known)
        return frozenset(map(posixpath.normpath, paths)) if len(known) == len(files.entries) else None

    def may_bring(self, module: str) -> bool:
        """Whether something that is asked for, or lies here, may stand in for a module that the runtime lacks."""
        from lambdalint.data import distributions

        if any(self._holds(root, module.partition(".")[0]) for root in self.located.roots):
            return True
        candidates = frozenset(distributions.of_module(module))
        asked = {requirement.name for each in self.manifests for requirement in each.requirements}
        named = module.partition(".")[0] in self.around.names(self.home)
        return named or bool(candidates & asked) or any(each.opaque for each in self.manifests)

    def _installed(self, module: str) -> bool | None:
        from lambdalint.data import distributions

        if any(each.opaque for each in self.heeded):
            return None
        candidates = frozenset(distributions.of_module(module))
        names, complete = self._asked
        if candidates & names:
            return True
        if (self.heeded and not complete) or self._unknown_layer:
            return None
        if not self.heeded and self._declared_above(candidates) is not False:
            return None
        if self.around.says(self.home, INSTALLS) or self._named_elsewhere(module.partition(".")[0], candidates):
            return None
        return False

    @cached_property
    def _asked(self) -> tuple[frozenset[str], bool]:
        """The distributions that its manifests have installed, and whether that is all of them."""
        from lambdalint.data import distributions

        asked = [requirement for each in self.heeded for requirement in each.requirements]
        names, complete = distributions.closure(frozenset(each.name for each in asked))
        complete = complete and not any(each.extras for each in asked) and not any(each.opaque for each in self.heeded)
        return names, complete or any(each.complete for each in self.heeded)

    @property
    def home(self) -> str:
        """The directory that it is deployed from."""
        return self.function.home or "."

    @cached_property
    def manifests(self) -> tuple[Declared, ...]:
        """What the files in its directory, and in those of its layers, ask to be installed."""
        from lambdalint.code import manifests

        found = (manifests.declared(path, self.around.sources) for path in self._manifest_paths())
        return tuple(each for each in found if each is not None)

    @cached_property
    def heeded(self) -> tuple[Declared, ...]:
        """Those of its manifests whose packages are installed: not what lies where all is taken as it stands."""
        return tuple(each for each in self.manifests if not self._is_vain(each))

    def vain(self, module: str) -> Declared | None:
        """The manifest that asks for a module in a directory which nothing is installed into."""
        from lambdalint.data import distributions

        candidates = frozenset(distributions.of_module(module))
        asking = (each for each in self.manifests if any(asked.name in candidates for asked in each.requirements))
        return next((each for each in asking if self._is_vain(each)), None)

    def asked_elsewhere(self, module: str) -> Declared | None:
        """The nearest manifest of the repository that asks for a module which none of the package's own asks for."""
        from lambdalint.code import manifests
        from lambdalint.data import distributions

        candidates = frozenset(distributions.of_module(module))
        within = (self.around.sources.files(each) for each in (self.home, *self.around.above(self.home)))
        for path in dict.fromkeys(path for files in within for path in files):
            found = manifests.declared(path, self.around.sources) if manifests.names_manifest(path) else None
            if found is not None and any(asked.name in candidates for asked in found.requirements):
                return found
        return None

    def _is_vain(self, manifest: Declared) -> bool:
        """Whether a manifest lies in a layer, or in a directory of code, that is taken as it stands."""
        if (posixpath.dirname(manifest.path) or ".") in self.located.loose:
            return True
        return self._as_it_lies and any(manifest.path in self.around.sources.sizes(root) for root in self._roots[:1])

    @property
    def _as_it_lies(self) -> bool:
        return self.function.metadata is not None and self.function.metadata.get(AS_IT_LIES) is not None

    @property
    def installs(self) -> bool:
        """Whether what deploys the template is known to install what its manifests ask for."""
        if self._by_serverless:
            return self.around.says(self.home, PLUGIN)
        return not self.function.extent.path.endswith((".tf", ".tf.json"))

    @property
    def _by_serverless(self) -> bool:
        return posixpath.basename(self.function.extent.path).startswith("serverless.")

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        """What its own manifests have deployed; lock files, which nobody writes, left out."""
        own = self._roots[:1]
        found = (each for each in self.manifests if not each.complete and (posixpath.dirname(each.path) or ".") in own)
        asked = (requirement for each in found for requirement in each.requirements if not requirement.aside)
        return tuple(each for each in asked if not each.left_out or self._heeds_no_comments)

    @property
    def _heeds_no_comments(self) -> bool:
        """Whether what installs its requirements takes no comment among them for an order to leave one out."""
        return not self._by_serverless or self.around.says(self.home, LATER_PLUGIN)

    @cached_property
    def sizes(self) -> dict[str, int]:
        """The bytes of the files that are packed, with those of layers in the repository."""
        found: dict[str, int] = {}
        for root in self._roots:
            above = "" if root == "." else f"{root}/"
            for path, size in self.around.sources.sizes(root).items():
                if not _NOT_PACKED.intersection(path.removeprefix(above).split("/")):
                    found[path] = (self._stored(path) if size < _POINTER else None) or size
        return found

    def importable(self, *endings: str) -> Iterator[str]:
        """The packed files with such names in directories that imports reach from where code is looked for."""
        named = [path for path in self.sizes if path.endswith(endings)]
        for root in self.located.roots:
            for path in named:
                inner = posixpath.relpath(path, root).split("/")
                if inner[0] != ".." and all(each.isidentifier() for each in inner[:-1]):
                    yield path

    def layer(self, path: str) -> str:
        """The layer that brings a file, as its author calls it; "" where the function's own code does."""
        layers = self.located.layers.items()
        return next((name for root, name in layers if path.startswith(f"{posixpath.normpath(root)}/")), "")

    # ------------------------------------------------------------------------------------------------------ where

    @cached_property
    def _roots(self) -> tuple[str, ...]:
        roots = (*self.located.roots, *self.located.loose)
        return tuple(dict.fromkeys(posixpath.normpath(root or ".") for root in roots))

    def _holds(self, root: str, top: str) -> bool:
        """Whether a module lies in a directory, installed or not."""
        return top in self.around.modules(posixpath.normpath(root or "."))

    def _manifest_paths(self) -> Iterator[str]:
        from lambdalint.code import manifests

        for root in self._roots:
            before = "" if root == "." else f"{root}/"
            for path in self.around.sources.sizes(root):
                inner = path.removeprefix(before)
                if manifests.names_manifest(path) and (
                    "/" not in inner or inner.startswith(("requirements/", "python/"))
                ):
                    yield path

    @property
    def _unknown_layer(self) -> bool:
        """Whether a layer of the repository is filled by steps that nobody sees."""
        asked = {posixpath.dirname(each.path) for each in self.manifests}
        layers = self._roots[1:]
        return any(
            root not in asked
            and posixpath.dirname(root) not in layers
            and not any(path.endswith(".py") for path in self.around.sources.sizes(root))
            and not any(other.startswith(f"{root}/") or root.startswith(f"{other}/") for other in asked)
            for root in layers
        )

    def _declared_above(self, candidates: frozenset[str]) -> bool | None:
        """Whether a file in a directory above asks for one of some distributions; None where that cannot be told."""
        from lambdalint.code import manifests

        answer: bool | None = False
        for root in self._roots[:1] or (self.home,):
            for directory in self.around.above(root):
                for path in self.around.sources.files(directory):
                    if (posixpath.dirname(path) or ".") == directory and manifests.names_manifest(path):
                        found = manifests.declared(path, self.around.sources)
                        if found is None or self._is_vain(found):
                            continue
                        if candidates & {each.name for each in found.requirements}:
                            return True
                        answer = None if found.opaque else answer
        return answer

    def _named_elsewhere(self, top: str, candidates: frozenset[str]) -> bool:
        """Whether something in the repository has a module's name: a build may put it beside the code."""
        from lambdalint.data import distributions

        known = distributions.MODULES.keys() | distributions.ALONE | distributions.BRINGS.keys()
        public = bool(candidates & known) or top.lower() in known
        directories = list(self.around.above(self.home))
        return any(top in self.around.names(each) for each in (directories[:1] if public else directories[-1:]))

    def _stored(self, path: str) -> int | None:
        """The size of a file that Git LFS keeps elsewhere.

        https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
        """
        if path.endswith((".py", ".txt", ".md", ".json")):
            return None
        try:
            source = self.around.sources.read(path)
        except UnreadableSource:
            return None
        if source is None or not source.text.startswith("version https://git-lfs.github.com/spec/"):
            return None
        size = [line.removeprefix("size ") for line in source.lines if line.startswith("size ")]
        return int(size[0]) if size and size[0].isdecimal() else None
