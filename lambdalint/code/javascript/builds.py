"""What a project's scripts and settings have a bundler make of what: the commands of package.json, makefiles and shell
scripts, and the settings of esbuild, tsup, Rollup, webpack and Vite."""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatch

from lambdalint.code import ir
from lambdalint.code.endings import JAVASCRIPT
from lambdalint.code.javascript.settings import Settings
from lambdalint.code.parsed import Parsed
from lambdalint.discover import canonical
from lambdalint.patterns import pattern
from lambdalint.records import dataclass, field
from lambdalint.source import Source, UnreadableSource

_RUNNERS = frozenset({
    "npx", "yarn", "pnpm", "npm", "bunx", "exec", "run", "dlx", "cross-env", "env", "-y", "--yes", "--", "time", "@",
})  # fmt: skip
"""Words before the name of a program that say how it is started."""
_VALUED = {"-o": "out", "--out": "out", "-d": "out", "--out-dir": "out", "--file": "file", "-i": "entry"}
_VALUED |= {"--input": "entry", "--dir": "out", "--outfile": "file", "--outdir": "out", "--outbase": "base"}
_RULE = pattern(r"(?P<target>[\w.-]+)\s*:(?!=)")
_ARTIFACTS = pattern(r"\$[({]?ARTIFACTS_DIR[)}]?")
_ALONE = pattern(r"&&|\|\||[;|\n]")
_CONFIGURES = pattern(
    r"((esbuild|build|bundle|tsup|rollup|webpack|rspack|rolldown|vite|tsdown)([.-][\w-]+)*|esbuild-?\w*)\.[cm]?[jt]s"
)
"""Names of the files that configure bundlers, or call them."""
_ENTRIES = ("entryPoints", "entry", "input")
_OUTPUTS = {
    "outfile": "file", "outdir": "out", "outDir": "out", "outbase": "base", "output": "out", "file": "file",
    "dir": "out", "path": "out", "filename": "file",
}  # fmt: skip
"""Keys of settings that say where files are written to, and what they say of it."""
_MOST = 200
_MOST_NAMES = 4
"""Names for names for paths."""

Named = Mapping[str, ir.Expression]
"""What the names of a file stand for."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A file that a bundler makes of another."""

    entry: str
    """The path of what somebody wrote; it need not have an ending."""
    output: str
    """The path of what is made, without its ending; empty where that is not said."""
    target: str = ""
    """What a makefile calls it."""


@dataclass(slots=True)
class Builds:
    """The bundles of a repository, those of each directory read once."""

    settings: Settings
    _parsed: Parsed = field(default_factory=Parsed)
    _found: dict[str, tuple[Bundle, ...]] = field(default_factory=dict)

    def of(self, directory: str) -> tuple[Bundle, ...]:
        """What is bundled by what lies directly in a directory."""
        directory = canonical(directory or ".")
        if directory not in self._found:
            self._found[directory] = tuple(dict.fromkeys(self._bundles(directory)))[:_MOST]
        return self._found[directory]

    def around(self, path: str) -> Iterator[Bundle]:
        """What is bundled by what lies beside a path or above it, the nearest first."""
        for directory in self.settings.above(posixpath.dirname(path)):
            yield from self.of(directory)

    def _bundles(self, directory: str) -> Iterator[Bundle]:
        manifest = self.settings.manifest(directory)
        for script in manifest.table("scripts").values() if manifest is not None else ():
            if isinstance(script, str):
                yield from self._commands(script, directory)
        before = "" if directory == "." else f"{directory.rstrip('/')}/"
        for path in self.settings.sources.files(directory):
            name = path[len(before) :]
            if "/" in name:
                continue
            if name.startswith(("Makefile", "makefile")) or name.endswith((".mk", ".sh")):
                source = self._read(path)
                yield from self._recipes("" if source is None else source.text, directory)
            elif _CONFIGURES.fullmatch(name):
                yield from self._configured(path, directory)

    def _recipes(self, text: str, directory: str) -> Iterator[Bundle]:
        """The bundles that a makefile or a shell script makes; SAM gives makefiles the directory that it packs."""
        target = ""
        for line in _ARTIFACTS.sub(".", text.replace("\\\n", " ")).splitlines():
            if (rule := _RULE.match(line)) is not None:
                target = rule["target"]
            for each in self._commands(line, directory):
                yield Bundle(each.entry, each.output, target)

    def _commands(self, text: str, directory: str) -> Iterator[Bundle]:
        """The bundles that commands of a shell make, which start in a directory."""
        here = directory
        for command in _ALONE.split(text):
            try:
                words = shlex.split(command, comments=True)
            except ValueError:
                continue
            while words and (words[0] in _RUNNERS or re.match(r"[A-Z_]+=", words[0])):
                words = words[1:]
            program = posixpath.basename(words[0].lstrip("@-")) if words else ""
            if program == "cd" and len(words) > 1:
                here = canonical(posixpath.join(here, words[1]))
            elif program in {"esbuild", "ncc", "tsup", "rollup", "rolldown", "tsdown", "bun"}:
                yield from self._command(program, words[1:], here)

    def _command(self, program: str, words: list[str], here: str) -> Iterator[Bundle]:
        given: dict[str, str] = {}
        entries: list[str] = []
        rest = iter(words)
        for word in rest:
            flag, equals, said = word.partition("=")
            if flag in _VALUED and not (program == "esbuild" and flag in {"-d", "-o", "-i"}):
                meant = _VALUED[flag]
                said = said if equals else next(rest, "")
                if meant == "entry":
                    entries.append(said)
                elif program in {"rollup", "rolldown"} and flag in {"-o", "--out"}:
                    given["file"] = said
                else:
                    given[meant] = said
            elif not word.startswith("-") and word != "build" and word.endswith(JAVASCRIPT):
                entries.append(word)
        if program in {"ncc", "tsup", "tsdown"}:
            given.setdefault("out", "dist")
        for entry in entries:
            named, equals, path = entry.partition("=")
            for each in self._matching(posixpath.join(here, path if equals else entry)):
                name = named if equals else "index" if program == "ncc" else ""
                yield Bundle(each, _output(each, name, given, here))

    def _configured(self, path: str, directory: str) -> Iterator[Bundle]:
        """The bundles that a file of settings, or one that calls a bundler, asks for."""
        source = self._read(path)
        module = None if source is None or not any(key in source.text for key in _ENTRIES) else self._module(source)
        nodes = [each for statement in module.body for each in ir.walk(statement)] if module is not None else []
        named = dict(_named(nodes))
        for node in nodes:
            if not isinstance(node, ir.Mapping):
                continue
            said = {key.value: value for key, value in node.entries if isinstance(key, ir.Literal)}
            given: dict[str, str] = {}
            for key in _OUTPUTS:
                for name, text in _outputs(key, said.get(key), named):
                    given.setdefault(name, text)
            for key in _ENTRIES:
                for name, entry in _entries_of(said.get(key), nodes, named):
                    for each in self._matching(posixpath.join(directory, entry)):
                        yield Bundle(each, _output(each, name, given, directory))

    def _module(self, source: Source) -> ir.Module | None:
        return self._parsed.module(source)

    def _matching(self, pattern: str) -> Iterator[str]:
        """The files that a pattern of a shell names; a path without a star is itself."""
        pattern = canonical(pattern)
        if "*" not in pattern:
            yield pattern
            return
        directory = pattern.partition("*")[0].rpartition("/")[0] or "."
        short = pattern.replace("**/", "*")
        yield from (path for path in self.settings.sources.files(directory) if fnmatch(path, short))

    def _read(self, path: str) -> Source | None:
        try:
            return self.settings.sources.read(path)
        except UnreadableSource:
            return None


def _output(entry: str, name: str, given: dict[str, str], here: str) -> str:
    """The path without its ending that a bundle is written to."""
    if given.get("file"):
        path = posixpath.join(here, given.get("out", ""), given["file"].replace("[name]", name or _stem(entry)))
        return posixpath.splitext(canonical(path))[0]
    if "out" not in given:
        return ""
    inner = posixpath.splitext(entry)[0]
    base = canonical(posixpath.join(here, given["base"])) if "base" in given else posixpath.dirname(entry)
    inner = name or posixpath.relpath(inner, base or ".")
    return canonical(posixpath.join(here, given["out"], inner))


def _stem(path: str) -> str:
    return posixpath.splitext(posixpath.basename(path))[0]


def _named(nodes: Iterable[ir.Node]) -> Iterator[tuple[str, ir.Expression]]:
    for node in nodes:
        match node:
            case ir.Assign((ir.Name(name),), value):
                yield name, value


def _entries_of(value: ir.Expression | None, nodes: list[ir.Node], named: Named) -> Iterator[tuple[str, str]]:
    """The entry points that settings give where they stand, under a name, or by a function of the same file."""
    called = value.function if isinstance(value, ir.Call) else value
    name = called.id if isinstance(called, ir.Name) else None
    given: list[ir.Expression | None] = [] if name else [value]
    for node in nodes if name else ():
        match node:
            case ir.Function(found) | ir.Assign((ir.Name(found),), ir.Lambda()) if found == name:
                given += [each for each in ir.walk(node) if isinstance(each, ir.Mapping)]
            case ir.Assign((ir.Name(found),), inner) if found == name:
                given.append(inner)
            case _:
                pass
    for each in given:
        yield from _entries(each, named)


def _entries(value: ir.Expression | None, named: Named) -> Iterator[tuple[str, str]]:
    """The entry points that settings give, each with the name that it is given there, or none."""
    match value:
        case ir.Sequence(items=items):
            for each in items:
                yield from _entries(each, named)
        case ir.Mapping(entries):
            found = {key.value: inner for key, inner in entries if isinstance(key, ir.Literal)}
            if (inside := _text(found.get("in"), named)) is not None:
                yield "", inside
                return
            for key, inner in found.items():
                yield from ((str(key), text) for _, text in _entries(inner, named))
        case _:
            text = _text(value, named)
            if text is not None:
                yield "", text


def _outputs(key: str, value: ir.Expression | None, named: Named) -> Iterator[tuple[str, str]]:
    """Where settings have files written to: `file`, `out` or `base`, and its path."""
    match value:
        case ir.Mapping(entries) if key == "output":
            for name, inner in entries:
                if isinstance(name, ir.Literal) and name.value in _OUTPUTS:
                    yield from _outputs(str(name.value), inner, named)
        case ir.Sequence(items=items) if key == "output":
            for each in items:
                yield from _outputs(key, each, named)
        case _:
            text = _text(value, named)
            if text is not None:
                yield _OUTPUTS[key], text


def _text(value: ir.Expression | None, named: Named, depth: int = 0) -> str | None:
    """A path as settings spell it, whole or of names: `path.join(__dirname, "src", name)` without what begins it."""
    match value:
        case ir.Literal(str(text)):
            return text
        case ir.Name(called) if called in named and depth < _MOST_NAMES:
            return _text(named[called], named, depth + 1)
        case ir.Text(parts):
            texts = [said for each in parts if (said := _text(each, named, depth)) is not None]
            return "".join(texts) if len(texts) == len(parts) else None
        case ir.Call(_, (first, *others)):
            # `path.join(__dirname, "src", "index.ts")`, `path.resolve("./src/index.ts")`
            begin = _text(first.value, named, depth)
            rest = [said for each in others if (said := _text(each.value, named, depth)) is not None]
            if len(rest) == len(others) and (rest or begin is not None):
                return posixpath.join(begin or "", *rest)
    return None
