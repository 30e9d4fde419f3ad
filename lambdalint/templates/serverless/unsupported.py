"""What a service asks for by keys that only a plugin reads, where no plugin does."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from lambdalint.source import Span, UnreadableSource
from lambdalint.templates.cloudformation.files import Files
from lambdalint.templates.cloudformation.text import spelt
from lambdalint.templates.resource import Unread
from lambdalint.templates.serverless import names, plugins
from lambdalint.templates.serverless.plugins import Asked
from lambdalint.templates.serverless.service import Service
from lambdalint.templates.value import Known, Mapping, Sequence, Value, items

_DEPENDENCIES = ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies")


def unsupported(service: Service, files: Files) -> Iterator[Unread]:
    """The keys that only a plugin reads that is not there."""
    loaded = plugins.names(service)
    if loaded is None or any(plugins.LOCAL.match(each) for each in loaded):
        return
    version = service.version or _installed(service, files)
    for name, asked, span, value, owner in _asked(service):
        if any(re.search(f"{re.escape(asked.plugin)}|{asked.others}", each) for each in loaded):
            continue
        if (asked.since is not None and version is not None and version >= asked.since) or _is_off(value):
            continue
        if asked.of_packages and _has_images_only(service):
            continue
        before = f", and no version of the framework before {asked.since}" if asked.since is not None else ""
        told = f"has {name}, which nothing reads without the plugin {asked.plugin}{before}: {asked.otherwise}"
        # Which version deploys it may be known to whoever does.
        severity = "note" if asked.since is not None and version is None else asked.severity
        yield Unread(span, told if owner else f"the service {told}", owner, severity)


def _asked(service: Service) -> Iterator[tuple[str, Asked, Span, Value | None, str]]:
    for name, asked in plugins.SERVICE.items():
        if name in service.root.keys:
            yield name, asked, service.root.keys[name], service.root.entries.get(name), ""
    custom = service.written("custom")
    if isinstance(custom, Mapping):
        for name, asked in plugins.CUSTOM.items():
            # What the service itself refers to is a value of its own, whatever it is called.
            if name in custom.keys and f"self:custom.{name}" not in service.source.text:
                yield f"custom.{name}", asked, custom.keys[name], custom.entries.get(name), ""
    for part in items(service.written("functions")):
        for key, function in part.entries.items() if isinstance(part, Mapping) else ():
            if isinstance(function, Mapping):
                for name, asked in plugins.FUNCTION.items():
                    if name in function.keys:
                        yield name, asked, function.keys[name], function.entries.get(name), names.function(key)


def _has_images_only(service: Service) -> bool:
    functions = [
        function
        for part in items(service.written("functions"))
        for function in (part.entries.values() if isinstance(part, Mapping) else ())
    ]
    return bool(functions) and all(isinstance(each, Mapping) and "image" in each.keys for each in functions)


def _is_off(value: Value | None) -> bool:
    """Whether a key asks for nothing, or only for what a person does by hand."""
    match value:
        case None | Known(value=False) | Sequence(items=()):
            return True
        case Mapping(entries):
            off = [entries.get(name) for name in ("automatic", "enabled")]
            return not value.keys or any(isinstance(each, Known) and each.value is False for each in off)
        case _:
            return False


def _installed(service: Service, files: Files) -> int | None:
    """The major version of the framework that a package.json of the service or around it installs."""
    place = service.home
    while True:
        try:
            found = files.template(posixpath.join(place, "package.json"))
        except UnreadableSource:
            found = None
        for section in _DEPENDENCIES if found is not None else ():
            wanted = found[1].get(section, "serverless") if found is not None else None
            if isinstance(wanted, Known):
                digits = spelt(wanted).lstrip("^~>=v ")[:1]
                return int(digits) if digits.isdecimal() else None
        if not place:
            return None
        place = posixpath.dirname(place)
