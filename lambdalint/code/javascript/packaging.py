"""What a Node.js function is deployed with: what package.json asks for, a bundler packs, and the runtime has."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lambdalint.code import images
from lambdalint.code.endings import TYPESCRIPT
from lambdalint.code.entry import Load
from lambdalint.code.javascript.settings import Manifest, Settings
from lambdalint.code.locate import Located
from lambdalint.code.surroundings import Surroundings
from lambdalint.data import node
from lambdalint.discover import canonical
from lambdalint.patterns import pattern
from lambdalint.records import dataclass, replace
from lambdalint.source import Span, UnreadableSource
from lambdalint.templates.resource import ENTRY, Resource
from lambdalint.templates.value import Known, items
from lambdalint.templates.value import Mapping as MappingValue

_BUNDLERS = pattern(
    r"serverless-(esbuild|webpack|bundle|rspack|rollup|vite|jetpack|plugin-typescript|plugin-optimize|layers)\b"
    r"|serverless-plugin-\w*(bundle|pack|layer)\w*|^\s*build\s*:|\besbuild\b",
    re.MULTILINE,
)
"""What makes the Serverless Framework pack more than what lies there."""
_OLD = pattern(r"^frameworkVersion\s*:\s*[\"']?\W*[123]\b", re.MULTILINE)
"""Releases that leave out what only development needs; later ones bundle."""
_COMPILERS = pattern(
    r"(@babel/|babel-|esbuild|webpack|rollup|@rollup/|vite$|tsup$|parcel|@vercel/ncc|@swc/|typescript$|rspack|@rspack/)"
)
"""What makes one kind of module of another, where a project has it installed."""
_OF_SAM = (".yaml", ".yml", ".json", ".template")
_SAM = "AWS::Serverless::Function"
_PACKED = pattern(r"\b(?:sam|cloudformation)\s+package\b|\b(?:npm|yarn|pnpm)\s+(?:ci|i|install)\b")
"""What packs a directory as it is, with what was installed there for development, and what installs that."""
_MOVED = pattern(r"\bnodejs/|\bnodejs\b[^\n]*node_modules|node_modules[^\n]*\bnodejs\b|mkdir[^\n]*\bnodejs\b")
"""What puts packages where a layer must have them."""
_ASKED = ("dependencies", "optionalDependencies", "peerDependencies")
_NO_PROMISE = ("@smithy/", "@aws-sdk/")
"""Packages that the runtime's SDK is made of: they are there, though nobody promises it."""


@dataclass(frozen=True, slots=True)
class Packaging:
    """What Lambda finds beside the file of one function."""

    function: Resource
    located: Located
    settings: Settings
    around: Surroundings

    def judged(self, load: Load) -> Load:
        """A load, with whether the function has what is loaded."""
        manifest = next(self._manifests, None)
        path = "" if manifest is None else canonical(posixpath.join(manifest.directory, "package.json"))
        added = manifest is not None and load.package in manifest.table("dependencies")
        plain = self.is_plain and not self._is_alone
        astray = self._astray(load.package)
        brought = self.brings(load.package)
        brought = False if brought is None and astray else brought
        return replace(
            load, brought=brought, manifest=path, astray=astray, lent=self._is_lent(load), added=added and plain
        )

    def brings(self, name: str) -> bool | None:
        """Whether a package is there when the function runs; None where that cannot be told."""
        version = self._version
        if node.is_own(name) or (name in node.INLINE and self._is_inline):
            return True
        if version is None or images.is_image(self.function):
            return None
        if node.brings_sdk(name, version):
            return True
        if name.startswith(_NO_PROMISE) and version >= node.SDK_3:
            return None
        if self.function.get("Layers") is not None or self._is_installed(name):
            return True if self._is_installed(name) else None
        if self._is_alone and (self._is_inline or not self.may_be_bundled):
            return False
        asked = [kind for each in self._manifests for kind in (*_ASKED, "devDependencies") if name in each.table(kind)]
        if any(kind in _ASKED for kind in asked):
            return True
        if self.may_be_bundled or (asked and not self._leaves_out_development):
            return None
        return self._is_brought_by_others(name)

    def _is_lent(self, load: Load) -> bool:
        """Whether a package is there for another package's sake alone, as npm's lock file has it.

        What a module outside of the function's own directory loads, the package.json there may ask for.
        """
        name, version = load.package, self._version
        if version is None or node.is_own(name) or name.startswith(_NO_PROMISE) or node.brings_sdk(name, version):
            return False
        if images.is_image(self.function) or self.function.get("Layers") is not None or self._is_alone:
            return False
        manifests = (*self._manifests, *self.settings.manifests(posixpath.dirname(load.span.path)))
        asked = any(name in each.table(kind) for each in manifests for kind in (*_ASKED, "devDependencies"))
        locks = (posixpath.join(each.directory, "package-lock.json") for each in self._manifests)
        return not asked and any(_locked(self._text(each), name) for each in locks)

    def outside(self, own: Iterable[tuple[str, Span, str]]) -> Iterator[Load]:
        """The project's own modules that lie outside of the directory that is deployed, as it is."""
        root = f"{posixpath.normpath(self.located.roots[0])}/" if self.located.roots else ""
        if not root or root == "./" or self._is_alone or not self.runs_as_written:
            return
        for specifier, span, path in own:
            # What is loaded from there is told of as it is loaded from within.
            if span.path.startswith(root) and not path.startswith(root):
                yield Load(specifier, "", span, None, brought=False, astray=path)

    def _astray(self, name: str) -> str:
        """Where a layer has a package that is not in nodejs/node_modules; "" where none has, or another may have it.

        https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
        """
        layers = self.located.loose
        lying = [each for layer in layers for each in self._lying(layer, name)]
        # What is in nodejs/node_modules is looked at, and what asks to be installed may be put there.
        below = [path for layer in layers for path in self.settings.sources.sizes(posixpath.join(layer, "nodejs"))]
        proper = any("node_modules" in path.split("/") for path in below)
        built = any(self._may_be_installed(layer, name) for layer in layers)
        asked = any(name in each.table(kind) for each in self._manifests for kind in (*_ASKED, "devDependencies"))
        unseen = len(layers) < len(items(self.function.get("Layers"))) or self.may_be_bundled
        if not lying or proper or built or asked or unseen:
            return ""
        return canonical(lying[0])

    def _may_be_installed(self, layer: str, name: str) -> bool:
        """Whether what a layer's package.json asks for may be put into nodejs/node_modules.

        SAM does so with that of the layer's own directory. Elsewhere a package that lies beside it was installed there.
        """
        if self._text(posixpath.join(layer, "nodejs", "package.json")) is not None:
            return True
        if self._text(posixpath.join(layer, "package.json")) is None:
            return False
        beside = self._text(posixpath.join(layer, "node_modules", name, "package.json")) is not None
        moved = self.around.says(posixpath.dirname(self.function.extent.path) or ".", _MOVED)
        return not beside or moved or (self.function.extent.path.endswith(_OF_SAM) and not self._is_serverless)

    def _lying(self, layer: str, name: str) -> Iterator[str]:
        """Where a layer may be meant to have a package: a directory with a module, or a file of that name."""
        for lies in (f"node_modules/{name}", name, f"nodejs/{name}"):
            place = posixpath.join(layer, lies)
            if any(self._text(f"{place}{ending}") is not None for ending in ("/package.json", "/index.js")):
                yield place
            elif self._text(f"{place}.js") is not None:
                yield f"{place}.js"

    @property
    def _version(self) -> int | None:
        runtime = self.function.get("Runtime")
        found = re.fullmatch(r"nodejs(\d+)\.x", str(runtime.value)) if isinstance(runtime, Known) else None
        return None if found is None else int(found[1])

    @property
    def _is_inline(self) -> bool:
        """Whether it is code in a template."""
        code = self.function.get("Code")
        return isinstance(code, MappingValue) and "ZipFile" in code.entries

    @property
    def _is_alone(self) -> bool:
        """Whether its file comes without packages: code in the template, or files that are packed one by one."""
        code = self.function.get("Code")
        if not isinstance(code, MappingValue):
            return False
        files = code.entries.get("Files")
        return self._is_inline or (isinstance(files, MappingValue) and not files.open)

    @property
    def _manifests(self) -> Iterator[Manifest]:
        """The package.json files of its code and above, the nearest first."""
        root = self.located.roots[0] if self.located.roots else posixpath.dirname(self.located.source.path)
        return self.settings.manifests(root)

    @property
    def may_be_bundled(self) -> bool:
        """Whether a bundler may pack what it finds installed, or a build what it likes."""
        metadata = self.function.metadata
        if metadata is not None and any(metadata.get(name) is not None for name in ("BuildMethod", ENTRY)):
            return True
        if not self.located.close or self.located.source.path.endswith(TYPESCRIPT):
            return True
        return self._is_serverless and _BUNDLERS.search(self._template) is not None

    @property
    def is_plain(self) -> bool:
        """Whether what it loads is looked for where Lambda puts its code and its layers, as they are."""
        return not self.may_be_bundled and not images.is_image(self.function)

    @property
    def runs_as_written(self) -> bool:
        """Whether Lambda surely runs the file as it is written: nothing is there that could compile or bundle it."""
        if self.may_be_bundled or images.is_image(self.function) or self._is_inline:
            return False
        if self._is_serverless and not self._leaves_out_development:
            return False
        return not any(_COMPILERS.match(name) for each in self._manifests for name in each.dependencies)

    @property
    def _leaves_out_development(self) -> bool:
        return (self._is_serverless and _OLD.search(self._template) is not None) or self._is_built_by_sam

    @property
    def _is_built_by_sam(self) -> bool:
        """Whether `sam build` installs what its own package.json asks for, without what only development needs.

        https://github.com/aws/aws-lambda-builders/blob/develop/aws_lambda_builders/workflows/nodejs_npm/DESIGN.md
        """
        manifest = next(self._manifests, None)
        home = posixpath.dirname(self.function.extent.path) or "."
        return (
            _SAM in self._template
            and manifest is not None
            and bool(self.located.roots)
            and posixpath.normpath(manifest.directory) == posixpath.normpath(self.located.roots[0])
            and not self.around.says(home, _PACKED)
        )

    @property
    def _is_serverless(self) -> bool:
        return posixpath.basename(self.function.extent.path).startswith("serverless.")

    @property
    def _template(self) -> str:
        return self._text(self.function.extent.path) or ""

    def _is_installed(self, name: str) -> bool:
        root = self.located.roots[0] if self.located.roots else ""
        return any(
            self._text(posixpath.join(each, "node_modules", name, "package.json")) is not None
            for each in self.settings.above(root)
        )

    def _is_brought_by_others(self, name: str) -> bool | None:
        """Whether a package comes with one that is asked for, as lock files say; None where nothing tells."""
        told = False
        for manifest in self._manifests:
            asks = any(manifest.table(kind) for kind in _ASKED)
            for lock in ("package-lock.json", "npm-shrinkwrap.json"):
                held = _locked(self._text(posixpath.join(manifest.directory, lock)), name)
                if held:
                    return True
                told = told or held is False
            for lock in ("yarn.lock", "pnpm-lock.yaml", "bun.lock"):
                text = self._text(posixpath.join(manifest.directory, lock))
                if text is not None and re.search(rf"[\s\"'/]{re.escape(name)}@", f"\n{text}"):
                    return None
                told = told or text is not None
            if asks and not told and name != "aws-sdk":
                return None
        home = posixpath.dirname(self.function.extent.path) or "."
        return None if self.around.says(home, _installs(name)) else False

    def _text(self, path: str) -> str | None:
        try:
            source = self.settings.sources.read(canonical(path))
        except UnreadableSource:
            return None
        return None if source is None else source.text


def _installs(name: str) -> re.Pattern[str]:
    """What has a package installed by itself."""
    return re.compile(rf"\b(npm|yarn|pnpm|bun)\s+(i|install|add)\b[^\n]*[\s\"']{re.escape(name)}\b")


def _locked(text: str | None, name: str) -> bool | None:
    """Whether a lock file of npm's holds a package for more than development; None where there is no such file."""
    if text is None:
        return None
    try:
        content: Any = json.loads(text)
    except (ValueError, RecursionError):
        return None
    packages = content.get("packages") if isinstance(content, dict) else None
    if isinstance(packages, Mapping):
        return any(
            path.endswith(f"node_modules/{name}") and isinstance(of, dict) and not of.get("dev")
            for path, of in packages.items()
        )
    older = content.get("dependencies") if isinstance(content, dict) else None
    found = older.get(name) if isinstance(older, dict) else None
    return isinstance(found, dict) and not found.get("dev")
