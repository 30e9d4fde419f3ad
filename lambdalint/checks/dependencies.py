"""What code needs of its runtime and of its package."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator

from lambdalint.check import Problem, Problems, check, way
from lambdalint.code.binaries import ENDINGS, binaries
from lambdalint.code.elsewhere import IN_LAYER
from lambdalint.code.entry import Entry, Load
from lambdalint.code.facts import Handler, Import
from lambdalint.code.package import Package
from lambdalint.meaning import environment, installing, library
from lambdalint.model import Function, Project, provider
from lambdalint.model.view import text
from lambdalint.source import Span


@check
def package_installed_at_runtime(project: Project) -> Problems:
    told: set[Span] = set()
    for handler in project.handlers:
        if project.only_deploys(handler) or installing.builds(handler):
            continue
        for call in handler.calls:
            command = None if call.span in told else installing.installs(call)
            if command is not None:
                told.add(call.span)
                when = "before the first event" if call.phase == "init" else "while an event waits"
                message = f"runs {command} {when}, and fails where the registry does not answer"
                yield Problem(call.span, message, way(call.trail), about=project.functions_of(handler))


@check
def undeclared_dependency(project: Project) -> Problems:
    found: dict[tuple[Span, str], list[Function]] = {}
    for function, handler, package in _understood(project):
        runtime = text(function.runtime)
        if runtime is None or not library.is_known(runtime) or environment.extends_path(handler):
            continue
        if environment.runs_elsewhere(handler):
            continue
        for imported in _first(handler):
            why = _lacking(package, imported)
            if why is not None:
                module = imported.name.partition(".")[0]
                found.setdefault((imported.span, f"imports {module}, {why}"), []).append(function)
        for imported in handler.own_imports:
            place = imported.origin
            if place is not None and package.leaves_out(imported.name, place.path) and not library.is_guarded(imported):
                shown = _from_template(package, place.path)
                leaving = "package.patterns leaves" if package.archived is None else "its archive leaves"
                message = f"imports {imported.name}, but {leaving} {shown} out of what is deployed"
                found.setdefault((imported.span, message), []).append(function)
    for (span, message), functions in found.items():
        also = (*_functions(functions), *_lists(functions[0].package))
        lists = _lists(functions[0].package)
        yield Problem(span, message, also, about=tuple(functions), mended=lists[0][0] if lists else None)
    for load, functions in _not_brought(project):
        if load.package not in (library.SDK_2, *library.OF_TYPES):
            why = "code in a template comes without packages" if functions[0].inline else ""
            why = f"the runtime does not have: {why}" if why else _asker(load, functions[0])
            message = f"imports {load.package}, which {why}"
            yield Problem(load.span, message, _functions(functions), about=tuple(functions), mended=_manifest(load))
    for load, functions in _loaded(project, lambda load: load.lent):
        if load.package not in library.OF_TYPES:
            home = posixpath.dirname(functions[0].span.path) or "."
            yield Problem(
                load.span,
                f"imports {load.package}, which {posixpath.relpath(load.manifest, home)} does not ask for: it is "
                "there for another package's sake, and goes or changes with that",
                _functions(functions),
                "note",
                about=tuple(functions),
                cause=f"imports {load.package}",
                mended=_manifest(load),
            )


@check
def sdk_v2_not_in_runtime(project: Project) -> Problems:
    for load, functions in _not_brought(project):
        if load.package == library.SDK_2:
            what = (
                f"loads version 2 of the SDK, {load.package}, which nodejs{functions[0].node_version}.x does not have"
            )
            why = f"and {_asker(load, functions[0])}: it fails before any event"
            message, mended = f"{what} {why}", _manifest(load)
            yield Problem(load.span, message, _functions(functions), about=tuple(functions), mended=mended)


@check
def whole_sdk_import(project: Project) -> Problems:
    found: dict[Span, list[Function]] = {}
    names: dict[Span, frozenset[str]] = {}
    for function, entry in _entries(project):
        whole = [load for load in entry.loads if load.package == library.SDK_2 and not load.inner]
        used = [load.used for load in whole]
        services = frozenset(name for each in used if each is not None for name in each if library.is_client(name))
        if None in used or len(services) > _FEW or any(load.brought is False for load in whole):
            continue
        for load in whole[:1]:
            found.setdefault(load.span, []).append(function)
            names[load.span] = names.get(load.span, frozenset()) | services
    for span, functions in found.items():
        services = names[span]
        needed = " and ".join(f"aws-sdk/clients/{each.lower()}" for each in sorted(services))
        told = f"uses {' and '.join(sorted(services))}: load {needed}" if services else "uses none of them"
        yield Problem(span, f"loads all clients of aws-sdk and {told}", _functions(functions), about=tuple(functions))


_FEW = 3
"""How many clients may be used for loading each by itself to be less."""


def _not_brought(project: Project) -> Iterator[tuple[Load, list[Function]]]:
    """What functions of Node.js load and do not have, with those that load it at one place, each package once."""
    return _loaded(project, lambda load: load.brought is False)


def _loaded(project: Project, wanted: Callable[[Load], bool]) -> Iterator[tuple[Load, list[Function]]]:
    """What functions of Node.js load of some kind, with those that load it at one place, each package once."""
    found: dict[Span, tuple[Load, list[Function]]] = {}
    for function, entry in _entries(project):
        told: set[str] = set()
        for load in entry.loads:
            if wanted(load) and load.package not in told:
                told.add(load.package)
                found.setdefault(load.span, (load, []))[1].append(function)
    yield from found.values()


def _entries(project: Project) -> Iterator[tuple[Function, Entry]]:
    for function in project.functions:
        if function.entry is not None and not function.generated:
            yield function, function.entry


def _manifest(load: Load) -> Span | None:
    """The package.json where one line has a package installed for all that load it; None where there is none."""
    return Span.top(load.manifest) if load.manifest else None


def _asker(load: Load, function: Function) -> str:
    """That nothing asks for a package, which something could, or that it lies where nothing looks."""
    home = posixpath.dirname(function.span.path) or "."
    if load.package.startswith("/opt/"):
        without = "it has no layer" if function.get("Layers") is None else "none of its own does"
        why = f"the layer {load.layer} has, and {without}" if load.layer else "none of its layers has"
        meant = f"; did you mean {load.near}?" if load.near else ""
        return f"{why}: it fails before any event{meant}"
    if load.astray:
        lies = posixpath.relpath(load.astray, home)
        if load.package.startswith("."):
            return f"lies outside of the code that is deployed, in {lies}"
        return f"a layer has as {lies}: of a layer only what lies below nodejs/node_modules/ is loaded"
    return (
        f"{posixpath.relpath(load.manifest, home)} does not ask for"
        if load.manifest
        else "no package.json beside it or above asks for"
    )


def _lists(package: Package | None) -> tuple[tuple[Span, str], ...]:
    """The files that say what to install, of which one may have lost what is missing, or is read by nobody."""
    read = package.heeded if package else ()
    return tuple(
        (Span.top(each.path), "does not ask for it" if each in read else "is read by nothing that installs")
        for each in (package.manifests if package else ())
    )


def _first(handler: Handler) -> Iterator[Import]:
    """The first import of each foreign package that every run makes."""
    told: set[str] = set()
    for imported in handler.imports:
        top = imported.name.partition(".")[0]
        if not library.is_guarded(imported) and top not in told:
            told.add(top)
            yield imported


def _lacking(package: Package, imported: Import) -> str | None:
    """Why a module is not in a package; None where it is, or may be."""
    origin = imported.origin
    if origin is None:
        return _not_installed(package, imported.name) if package.brings(imported.name) is False else None
    if package.packs(origin) is not False:
        return None
    shown = _from_template(package, origin.path)
    if origin.evidence == IN_LAYER:
        return f"which a layer has as {shown}: of a layer only what lies below python/ is imported"
    return f"which lies outside of the code that is deployed, in {shown}, and nothing copies it"


def _not_installed(package: Package, module: str) -> str:
    if package.inline:
        return "which the runtime does not have: code in a template comes without packages"
    if (asking := package.vain(module)) is not None:
        archives = f"before {provider.tool(package.function.span)} archives the directory"
        where = "into that layer" if package.layer(asking.path) else archives
        return f"which {_from_template(package, asking.path)} asks for, but nothing installs it {where}"
    if package.manifests:
        paths = sorted(_from_template(package, each.path) for each in package.manifests)
        return f"which {' and '.join(paths[:2])} {'does' if len(paths) == 1 else 'do'} not ask for"
    elsewhere = package.asked_elsewhere(module)
    if elsewhere is not None:
        path = _from_template(package, elsewhere.path)
        return f"which nothing asks to install for this function: {path} does so elsewhere"
    return "which nothing in the project asks to install"


def _from_template(package: Package, path: str) -> str:
    return posixpath.relpath(path, package.home)


@check
def syntax_newer_than_runtime(project: Project) -> Problems:
    found: dict[tuple[Span, str], list[Function]] = {}
    for function, handler, package in _understood(project):
        runtime = text(function.runtime)
        if runtime is None:
            continue
        seen: set[tuple[str, str]] = set()
        for feature in handler.features:
            if library.is_older(runtime, feature.runtime) and (feature.span.path, feature.what) not in seen:
                seen.add((feature.span.path, feature.what))
                needs = feature.runtime
                message = f"uses {feature.what}, which {runtime} does not understand: {needs} is the first that does"
                found.setdefault((feature.span, message), []).append(function)
        for imported in handler.imports:
            why = None if library.is_guarded(imported) else library.lacks(runtime, imported.name)
            if why is not None and not package.may_bring(imported.name):
                found.setdefault((imported.span, f"imports {why}; {runtime} lacks it"), []).append(function)
    for function, handler, runtime in _by_node(project):
        told: set[str] = set()
        for feature in handler.features:
            if library.is_older(runtime, feature.runtime) and feature.what not in told:
                told.add(feature.what)
                message = (
                    f"uses {feature.what}, which {runtime} does not have: {feature.runtime} is the first that does"
                )
                found.setdefault((feature.span, message), []).append(function)
    for (span, message), functions in found.items():
        yield Problem(span, message, _functions(functions))


def _by_node(project: Project) -> Iterator[tuple[Function, Handler, str]]:
    """The functions of Node.js whose library is the runtime's own, with that."""
    for function in project.functions:
        handler, runtime = function.handler, text(function.runtime)
        if handler is None or runtime is None or function.node_version is None or function.generated:
            continue
        if not library.brings_newer(handler) and function.get("Layers") is None:
            yield function, handler, runtime


@check
def module_kind_mismatch(project: Project) -> Problems:
    found: dict[tuple[Span, str], list[Function]] = {}
    for function in project.functions:
        entry, version, variables = function.entry, function.node_version, function.variables
        if entry is None or entry.misread is None or version is None or function.get("Layers") is not None:
            continue
        if variables is not None and (variables.open or not _STARTING.isdisjoint(variables.entries)):
            continue
        span, kind = entry.misread
        runtime = f"nodejs{version}.x"
        if kind == "esm":
            why = f"exports as CommonJS does, and {runtime} takes the file for an ES module, which has no exports"
            found.setdefault((span, f"{why}: it fails before any event"), []).append(function)
        elif version <= _WITHOUT_DETECTION:
            why = f"is written as an ES module, and {runtime} takes the file for CommonJS"
            found.setdefault((span, f"{why}: it fails before any event"), []).append(function)
    for (span, message), functions in found.items():
        yield Problem(span, message, _functions(functions), about=tuple(functions))


_STARTING = frozenset({"NODE_OPTIONS", "AWS_LAMBDA_EXEC_WRAPPER"})
"""Variables that may have Node.js take any file for an ES module."""
_WITHOUT_DETECTION = 22
"""The last version of Node.js of which AWS says that it turns off the detection of ES modules.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html
"""


@check
def package_too_large(project: Project) -> Problems:
    for function, _, package in _understood(project):
        if not package.known or package.inline:
            continue
        size = sum(package.sizes.values())
        if size > _LARGE:
            largest = max(package.sizes, key=lambda path: package.sizes[path])
            layer = package.layer(largest)
            brought = f" in the layer {layer}" if layer else ""
            most = f"{_from_template(package, largest)}{brought} alone has {_megabytes(package.sizes[largest])} MB"
            limit = f"Lambda takes {_LARGEST // _MB} MB" if size > _LARGEST else "each cold start loads it"
            severity = None if size > _LARGEST else "warning"
            place = function.key("Code")
            message = f"deploys {size // _MB} MB, of which {most}; {limit}"
            yield Problem(place, message, severity=severity, cause=f"deploys the layer {layer}" if layer else "")


def _megabytes(size: int) -> str:
    """A size in megabytes, to a tenth where there are few of them."""
    return f"{size / _MB:.1f}" if size < 10 * _MB else str(size // _MB)


_MB = 1024 * 1024
_LARGEST, _LARGE = 250 * _MB, 50 * _MB
"""Bytes, unzipped. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""


@check
def native_binary_mismatch(project: Project) -> Problems:
    for function, _, package in _understood(project):
        runtime, architecture = text(function.runtime), function.architecture
        if runtime is None or architecture is None or not package.known or package.heeded or function.custom_runtime:
            continue
        built = binaries(package.importable(*ENDINGS))
        # Of several builds of one module Python takes the one that it can load.
        loadable = {each.module for each in built if each.runs(runtime, architecture)}
        # What has a twin in plain Python falls back on that.
        plain = (each for each in built if f"{each.module}.py" not in package.sizes)
        wrong = [each for each in plain if each.module not in loadable]
        if wrong:
            shown = _from_template(package, wrong[0].path)
            more = f", as {len(wrong) - 1} more are" if len(wrong) > 1 else ""
            yield Problem(
                function.key("Code"),
                f"deploys {shown}, which is built for {wrong[0].built_for}{more}: it cannot be loaded on {runtime} "
                f"with {architecture}",
                about=function,
            )


@check
def sdk_bundled(project: Project) -> Problems:
    told: set[Span] = set()
    for function, _, package in _understood(project):
        if function.image is not False or package.inline or not package.installs:
            continue
        for requirement in package.requirements:
            loose = requirement.name in library.SDK and not requirement.pinned and not requirement.extras
            if loose and requirement.span not in told:
                told.add(requirement.span)
                message = f"installs {requirement.name} in no particular version: the runtime has one"
                yield Problem(requirement.span, message, _functions([function]))
    added: dict[Span, tuple[Load, list[Function]]] = {}
    for function, entry in _entries(project):
        version = function.node_version
        for load in entry.loads if version is not None else ():
            if load.added and library.is_in_node(load.package, version or 0):
                added.setdefault(load.span, (load, []))[1].append(function)
                break
    for load, functions in added.values():
        runtime = f"nodejs{functions[0].node_version}.x"
        why = f"installs {load.package} beside the SDK of {runtime}, and no bundler packs what is used of it"
        yield Problem(load.span, why, _functions(functions), about=tuple(functions))


def _understood(project: Project) -> Iterator[tuple[Function, Handler, Package]]:
    for function in project.functions:
        if function.handler is not None and function.package is not None and not function.generated:
            yield function, function.handler, function.package


def _functions(functions: Iterable[Function]) -> tuple[tuple[Span, str], ...]:
    return tuple((function.span, f"{function.name} runs it") for function in functions)
