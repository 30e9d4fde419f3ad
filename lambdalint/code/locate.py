"""From a function's Handler and code to the file and the function that Lambda runs."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from lambdalint.code import images, ir, missing, naming, packages, shape
from lambdalint.code.names import Lack
from lambdalint.code.repository import Repository
from lambdalint.code.search import Match, Search, Wanted
from lambdalint.records import dataclass, field, replace
from lambdalint.source import Source, Sources, Span, UnreadableSource
from lambdalint.spelling import near, nearest
from lambdalint.templates.resource import APPLICATION, DEPLOYED_ELSEWHERE, ENTRY, Resource
from lambdalint.templates.value import Code, Known, Reference, Text, Value, items
from lambdalint.templates.value import Mapping as MappingValue

if TYPE_CHECKING:
    from lambdalint.code.containers import Contained


@dataclass(frozen=True, slots=True)
class Located:
    """Where a function's handler is written."""

    source: Source
    function: str
    """Its name in the module."""
    roots: tuple[str, ...]
    """The directories that imports start from, in order: the code's, then those of local layers."""
    remote_layers: bool = False
    """Whether layers may bring further modules: from elsewhere, or by steps that nobody sees."""
    shown: str = ""
    """The file's path as the template's author knows it."""
    close: bool = True
    """Whether the template leads straight to the file, so that what the file lacks is missing."""
    layers: Mapping[str, str] = field(default_factory=dict)
    """The directories of local layers, each with what its author calls the layer."""
    evidence: str = ""
    """Why it is this file, where the template does not lead straight to it."""
    loose: tuple[str, ...] = ()
    """The directories of local layers that hold modules outside of `python/`, where no import looks; for Node.js all
    local layers, whose files imports name by their paths in /opt."""

    def undefined(self, module: ir.Module, lack: Lack | None) -> NotLocated:
        """What to say where the module does not set the function's name; `lack` is what makes that certain."""
        why = f"{self.function}, which {self.shown} does not define"
        if lack is None or not self.close or lack.places:
            return NotLocated(why, lack is not None and self.close, places=lack.places if lack else ())
        others = {name: node for name, node in module.names.items() if name != self.function}
        meant = near(self.function, others, most=1)
        meant = meant or [each.name for each in shape.handlers(module) if each.name in others]
        if len(meant) != 1:
            return NotLocated(why, certain=True)
        return NotLocated(why, certain=True, near=meant[0], places=((others[meant[0]].span, "defined here"),))


@dataclass(frozen=True, slots=True)
class NotLocated:
    """Why a function's code is not known."""

    why: str
    certain: bool = False
    """Whether Lambda will not find it either: the code is here, and it lacks what the Handler names."""
    near: str = ""
    """What the Handler may have meant."""
    places: tuple[tuple[Span, str], ...] = ()
    """Where that is, or what is in the way, each with a note."""
    group: str = "their code was not found"
    """The same of several functions, less exactly: what a summary counts."""
    bare: bool = False
    """Whether the directory that it is deployed from is here, and holds no code."""
    absent: bool = False
    """Whether the file that the Handler names is not there."""


_ARTEFACTS = (".zip", ".jar", ".war", ".tar", ".tar.gz", ".whl")

_WRAPPERS = {
    "datadog_lambda.handler.handler": "DD_LAMBDA_HANDLER",
    "newrelic_lambda_wrapper.handler": "NEW_RELIC_LAMBDA_HANDLER",
    "lumigo_tracer._handler": "LUMIGO_ORIGINAL_HANDLER",
}
"""Handlers of wrappers, and the variables that name the real one."""

BUILT = "its code is built first"
ELSEWHERE = "its code is not in the repository"


def locate(
    function: Resource, sources: Sources, resources: Mapping[str, Resource], repository: Repository | None = None
) -> Located | NotLocated:
    """Where the handler of an AWS::Lambda::Function is written.

    `resources` are those of its deployment, by name: a layer may be one of them. `repository` is where the run looks
    for what no template leads to. Raises UnreadableSource where the file is there and cannot be read.
    """
    repository = repository or Repository(sources)
    found = _locate(function, resources, repository)
    if isinstance(found, Located):
        found = _without(found, _loose(function, resources))
    if _application(function) is None:
        return found
    # What the tool's handler does where this is not there is its own affair.
    if isinstance(found, NotLocated):
        return replace(found, certain=False)
    return replace(found, roots=(posixpath.dirname(found.source.path), *found.roots), close=False)


def _locate(function: Resource, resources: Mapping[str, Resource], repository: Repository) -> Located | NotLocated:
    code = function.get("Code")
    if images.is_image(function):
        return _in_image(function, repository, resources)
    runtime = function.get("Runtime")
    language = _text(runtime)
    if language is not None and not language.startswith("python3"):
        return NotLocated(why := f"{language} is not read", group=why)
    handler = _handler(function)
    if handler is None:
        return NotLocated("its Handler is not known", group="their Handler is not known")
    module, dot, name = handler.rpartition(".")
    malformed = missing.malformed(handler) if handler == _text(function.get("Handler")) else None
    if malformed is not None and language is not None and not _starts_otherwise(function):
        return NotLocated(malformed, certain=True)
    if not dot or "/" in name or name == "sh":
        return NotLocated(f"{handler} is a program of its own", group="they are programs of their own")
    inline = code.get("ZipFile") if isinstance(code, MappingValue) else None
    if isinstance(inline, Code):
        if module != "index":
            certain = not _is_stand_in(module, inline.source)
            return NotLocated(f"{module}, but the code in the template is the module index", certain)
        return Located(inline.source, name, (), _has_layers(function), "the code in the template")
    packed = code.get("Files") if isinstance(code, MappingValue) and "Files" in code.entries else None
    wanted, certain = Wanted.python(module.replace("/", "."), name), language is not None
    if isinstance(packed, MappingValue):
        found = _in_archive(function, wanted, packed, repository, resources, certain=certain)
    else:
        found = _in_files(function, wanted, repository, resources, certain=certain)
    return alone(function, wanted, found, resources, repository) if isinstance(found, NotLocated) else found


def is_made(resource: Resource) -> bool:
    """Whether steps of the project's own, which nobody sees, make what a function or a layer is deployed with."""
    method = resource.metadata.get("BuildMethod") if resource.metadata is not None else None
    return _text(method) in ("makefile", "custom")


def runs_node(function: Resource, repository: Repository) -> bool:
    """Whether a function's code is run by Node.js."""
    given = function.get("Runtime")
    runtime = _text(given)
    if isinstance(given, Text) and isinstance(given.parts[0], Known):
        runtime = str(given.parts[0].value)
    if function.metadata is not None and ENTRY in function.metadata.entries:
        return True
    if runtime is None and images.is_image(function):
        from lambdalint.code.containers import Containers  # only some projects have images

        return Containers(repository).runs_node(function)
    return runtime is not None and runtime.startswith("nodejs")


def _in_archive(
    function: Resource,
    wanted: Wanted,
    packed: MappingValue,
    repository: Repository,
    resources: Mapping[str, Resource],
    *,
    certain: bool,
) -> Located | NotLocated:
    """Among files that the template puts into an archive under names of their own."""
    layers, remote = _layers(function, resources)
    home = function.home
    for path in wanted.paths:
        match packed.entries.get(path):
            case Code(source):
                return Located(
                    source, wanted.function, tuple(layers), remote, "the code in the template", layers=layers
                )
            case Known() as given:
                lies = posixpath.normpath(posixpath.join(posixpath.dirname(given.span.path), str(given.value)))
                found = repository.read(lies)
                if found is None:
                    return by_name(function, wanted, BUILT, repository, layers, remote=remote)
                shown = posixpath.relpath(lies, home or ".")
                return Located(found, wanted.function, (posixpath.dirname(lies), *layers), remote, shown, layers=layers)
            case None:
                continue
            case _:
                return NotLocated(ELSEWHERE)
    if function.metadata is not None and DEPLOYED_ELSEWHERE in function.metadata.entries:
        return by_name(function, wanted, ELSEWHERE, repository, layers, remote=remote)
    modules = [path.removesuffix(".py").replace("/", ".") for path in packed.entries if path.endswith(".py")]
    meant = nearest(wanted.module, modules)
    certain = certain and bool(modules) and not packed.open and not missing.brings_handlers(function.get("Layers"))
    return NotLocated(
        f"{wanted.paths[1]}, which its archive does not hold", certain, f"{meant}.{wanted.function}" if meant else ""
    )


def _in_files(
    function: Resource, wanted: Wanted, repository: Repository, resources: Mapping[str, Resource], *, certain: bool
) -> Located | NotLocated:
    code, sources = function.get("Code"), repository.sources
    home = function.home
    layers, remote = _layers(function, resources)
    if not isinstance(code, Known) or "://" in str(code.value):
        return by_name(function, wanted, ELSEWHERE, repository, layers, remote=remote)
    directory = posixpath.normpath(posixpath.join(posixpath.dirname(code.span.path), str(code.value)))
    lone = _read(sources, directory)
    if lone is not None and posixpath.basename(directory) == wanted.paths[1]:
        shown = posixpath.relpath(directory, home or ".")
        return Located(lone, wanted.function, (posixpath.dirname(directory), *layers), remote, shown, close=False)
    if lone is not None or directory.endswith(_ARTEFACTS):
        inside = packages.member(directory, wanted.paths, sources) if directory.endswith(".zip") else None
        if inside is not None:
            shown = posixpath.relpath(inside.path, home or ".")
            return Located(
                inside, wanted.function, (posixpath.dirname(inside.path), *layers), remote, shown, close=False
            )
        return by_name(function, wanted, BUILT, repository, layers, remote=remote)
    for root in (directory, *layers):
        for path in wanted.paths:
            source = sources.read(posixpath.normpath(posixpath.join(root, path)))
            if source is not None and not missing.other_case(source.path, sources.files(root)):
                shown = posixpath.relpath(source.path, home or ".")
                first = missing.first(wanted.module, root, sources)
                if first is not None:
                    why = f"{shown}, but {posixpath.relpath(first, home or '.')} comes first, which is no package"
                    return NotLocated(why, certain and not _brought(function, wanted, directory, sources))
                close = root == directory
                return Located(source, wanted.function, (directory, *layers), remote, shown, close, layers)
    above = _above(directory, wanted, sources) if code.default else None
    if above is not None:
        root, source = above
        shown = posixpath.relpath(source.path, home or ".")
        evidence = f"it begins with {posixpath.basename(directory)}, which {root or '.'} holds"
        return Located(source, wanted.function, (root, *layers), remote, shown, close=False, evidence=evidence)
    if not any(path.endswith(".py") for path in sources.files(directory)):
        named = by_name(function, wanted, BUILT, repository, layers, remote=remote)
        return replace(named, bare=is_bare(directory, sources)) if isinstance(named, NotLocated) else named
    lacking = posixpath.relpath(posixpath.join(directory, wanted.paths[1]), home or ".")
    certain = certain and not _brought(function, wanted, directory, sources)
    certain = certain and not (code.default and missing.fragment(wanted.function, directory, sources))
    instead = missing.instead(wanted.module, wanted.function, directory, home, sources) if certain else missing.NOTHING
    return NotLocated(f"{lacking}, which does not exist", certain, instead.near, instead.places, absent=True)


_BARE = frozenset({
    "package.json", "package-lock.json", "yarn.lock", "pnpm-lock.yaml", "tsconfig.json", "requirements.txt",
    "pyproject.toml", "Pipfile", "Pipfile.lock", "poetry.lock", "uv.lock", ".gitignore", ".gitkeep", ".npmignore",
    "README.md",
})  # fmt: skip
"""Names of files beside code, which are none."""


def is_bare(directory: str, sources: Sources) -> bool:
    """Whether a directory is there, and holds no code."""
    files = sources.files(directory)
    return bool(files) and all(posixpath.basename(path) in _BARE for path in files)


def _above(directory: str, wanted: Wanted, sources: Sources) -> tuple[str, Source] | None:
    """The directory above the code's, and the handler's file as it is seen from there: where a path begins with the
    name of the code's directory, what deploys it is run, or copied, one higher up."""
    name, root = posixpath.basename(directory), posixpath.dirname(directory)
    if name in ("", ".", ".."):
        return None
    for path in wanted.paths:
        if path.startswith(f"{name}/") and (source := _read(sources, posixpath.join(root, path))) is not None:
            return root, source
    return None


def _brought(function: Resource, wanted: Wanted, directory: str, sources: Sources) -> bool:
    """Whether something that is not in the repository may bring a file into the code's directory."""
    return (
        missing.brings_handlers(function.get("Layers"))
        or is_made(function)
        or _installed(wanted.module, directory, sources)
        or missing.compiled(wanted.paths, directory, sources)
    )


def by_name(
    function: Resource, wanted: Wanted, why: str, repository: Repository, layers: Iterable[str], *, remote: bool
) -> Located | NotLocated:
    """The one file in the repository that the Handler can mean; `why` is what leaves its code unseen."""
    code = function.get("Code")
    home = function.home
    homes = (home,) if code is None else (home, posixpath.dirname(code.span.path))
    archive = naming.archive(code)
    written = isinstance(code, Known) and archive.endswith(_ARTEFACTS) and "://" not in archive
    lies = posixpath.dirname(posixpath.normpath(posixpath.join(homes[-1], archive))) if written else ""
    found = Search(repository, homes, archive, tuple(naming.called(function)), lies).match(wanted)
    if not isinstance(found, Match):
        return NotLocated(f"{why}; {wanted.module}.{wanted.function} may be in {_listed(found)}" if found else why)
    return _at(function, wanted, found, repository, layers, remote=remote) or NotLocated(why)


def _at(
    function: Resource, wanted: Wanted, found: Match, repository: Repository, layers: Iterable[str], *, remote: bool
) -> Located | None:
    """A handler in a file that was looked for."""
    source = repository.read(found.path)
    if source is None:
        return None
    shown = posixpath.relpath(found.path, function.home or ".")
    roots = (wanted.root(found.path), *layers)
    return Located(source, wanted.function, roots, remote, shown, close=False, evidence=found.evidence)


def alone(
    function: Resource, wanted: Wanted, missed: NotLocated, resources: Mapping[str, Resource], repository: Repository
) -> Located | NotLocated:
    """The one file that a function's Handler can mean, where nothing else was found to lead to it."""
    if missed.certain or not missed.why.startswith((BUILT, ELSEWHERE)):
        return missed
    from lambdalint.code import lone  # only where nothing else leads to the code

    found = lone.match(function, wanted, resources, repository)
    layers, remote = _layers(function, resources)
    return (_at(function, wanted, found, repository, layers, remote=remote) if found is not None else None) or missed


def _listed(paths: tuple[str, ...]) -> str:
    return " and ".join(paths[:3]) + (" and more" if len(paths) > 3 else "")


def _in_image(function: Resource, repository: Repository, resources: Mapping[str, Resource]) -> Located | NotLocated:
    from lambdalint.code.containers import Contained, Containers  # only some projects have images

    containers = Containers(repository)
    found = containers.find(function, resources.values())
    if isinstance(found, Contained) and (inside := contained(function, found, repository)) is not None:
        return inside
    elsewhere = isinstance(found, tuple) and images.told(function) is None
    command = (
        containers.said(function) if elsewhere and not found else None if elsewhere else containers.command(function)
    )
    if command is None or "." not in command:
        nameless = NotLocated("its image names no handler", group="their images name no handler")
        return built_elsewhere(found) if elsewhere and isinstance(found, tuple) else nameless
    module, _, name = command.rpartition(".")
    wanted = Wanted.python(module.replace("/", "."), name)
    named = by_name(function, wanted, "its image copies code from elsewhere", repository, (), remote=elsewhere)
    return built_elsewhere(()) if elsewhere and isinstance(named, NotLocated) else named


def contained(function: Resource, found: Contained, repository: Repository) -> Located | None:
    """Where the handler in a function's image is written."""
    source = repository.read(found.path)
    shown = posixpath.relpath(found.path, function.home or ".")
    if source is None:
        return None
    return Located(source, found.function, found.roots, shown=shown, close=False, evidence=found.evidence)


def built_elsewhere(dockerfiles: tuple[str, ...]) -> NotLocated:
    """What to say of a function whose image one of some Dockerfiles may build, or none."""
    made = f"; it may be built by {_listed(dockerfiles)}" if dockerfiles else ""
    return NotLocated(f"its image is built elsewhere{made}", group="their images are built elsewhere")


def _handler(function: Resource) -> str | None:
    """The function's own handler, also where a wrapper calls it; None where it is not known."""
    handler = _text(function.get("Handler"))
    if handler in _WRAPPERS:
        return _text(function.get("Environment", "Variables", _WRAPPERS[handler]))
    return _application(function) or handler


def _application(function: Resource) -> str | None:
    """What a handler calls that a tool puts into the package; None where the package's own code is the handler."""
    return _text(function.metadata.get(APPLICATION)) if function.metadata is not None else None


def _layers(function: Resource, resources: Mapping[str, Resource]) -> tuple[dict[str, str], bool]:
    """The directories that local layers put on the path, and whether layers may bring what is not seen."""
    local = list(_local(function, resources))
    roots: dict[str, str] = {}
    for layer, base in local:
        roots |= dict.fromkeys((posixpath.join(base, "python"), base), layer.label or layer.name)
    remote = len(local) < len(items(function.get("Layers"))) or any(is_made(layer) for layer, _ in local)
    return roots, remote


def _local(function: Resource, resources: Mapping[str, Resource]) -> Iterator[tuple[Resource, str]]:
    """The layers of a function that its own templates declare, each with the directory or archive that it is."""
    for layer in items(function.get("Layers")):
        found = resources.get(layer.resource) if isinstance(layer, Reference) else None
        base = layer_directory(found) if found is not None else None
        if found is not None and base is not None:
            yield found, base


def layer_directory(layer: Resource) -> str | None:
    """The directory or archive that a layer is, or is made of; None where the template does not tell."""
    content = layer.get("Content")
    if not isinstance(content, Known):
        return None
    return posixpath.normpath(posixpath.join(posixpath.dirname(content.span.path), str(content.value)))


def local_layers(function: Resource, resources: Mapping[str, Resource]) -> tuple[str, ...]:
    """The directories that are, or are made into, the layers of a function which its own templates declare."""
    return tuple(dict.fromkeys(base for _, base in _local(function, resources)))


def _loose(function: Resource, resources: Mapping[str, Resource]) -> tuple[str, ...]:
    """The directories that are layers as they stand: what builds a layer with SAM puts its modules below python/.

    https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
    """
    return tuple(
        base
        for layer, base in _local(function, resources)
        if layer.metadata is None or layer.metadata.get("BuildMethod") is None
    )


def _without(found: Located, loose: tuple[str, ...]) -> Located:
    """What was found, with some directories taken from those that imports start from."""
    kept = (each for each in found.roots if each not in loose or found.source.path.startswith(f"{each}/"))
    return replace(found, roots=tuple(kept), loose=loose)


def _is_stand_in(module: str, inline: Source) -> bool:
    """Whether code in a template only holds the place of a package that is uploaded after the deployment."""
    return "." in module or "/" in module or "placeholder" in inline.text.lower()


def _has_layers(function: Resource) -> bool:
    return function.get("Layers") is not None


def _installed(module: str, directory: str, sources: Sources) -> bool:
    """Whether the module may come with a package that the build installs."""
    top = module.partition(".")[0].replace("_", "-").lower()
    for name in ("requirements.txt", "pyproject.toml", "Pipfile", "setup.py"):
        source = _read(sources, posixpath.join(directory, name))
        if source is not None and top in source.text.replace("_", "-").lower():
            return True
    return False


def _starts_otherwise(function: Resource) -> bool:
    """Whether a wrapper script may start the function, which need not look at its Handler."""
    variables = function.get("Environment", "Variables")
    if isinstance(variables, MappingValue) and not variables.open:
        return "AWS_LAMBDA_EXEC_WRAPPER" in variables.entries
    return function.get("Environment") is not None


def _read(sources: Sources, path: str) -> Source | None:
    try:
        return sources.read(posixpath.normpath(path))
    except UnreadableSource:
        return None


def _text(value: Value | None) -> str | None:
    return value.value if isinstance(value, Known) and isinstance(value.value, str) else None
