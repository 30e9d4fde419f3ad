"""Apps: what a cdk.json says is run, and what it tells the program that it asks for.

https://docs.aws.amazon.com/cdk/v2/guide/cli.html#cli-config
"""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from lambdalint.cdk.command import Command
from lambdalint.code.javascript.settings import Settings
from lambdalint.patterns import pattern
from lambdalint.records import dataclass
from lambdalint.source import Source, Sources, Span, UnreadableSource
from lambdalint.templates import yaml
from lambdalint.templates.value import Known, Mapping

NEWEST = (2, 276, 0)
"""The version of the CDK whose names and defaults are known here."""
_LOCKED = pattern(r'"node_modules/aws-cdk-lib": \{\s*"version": "([\d.]+)"')
_DECLARED = pattern(r'"aws-cdk-lib": "([\^~>=]*)([\d.]+)"')
_REQUIRED = pattern(r"(?m)^aws-cdk-lib\s*([=~><]*)\s*([\d.]+)")


@dataclass(frozen=True, slots=True)
class App:
    """An app of the CDK."""

    path: str
    """Its cdk.json."""
    entry: Source | None
    """The program; None where it is in no language that is followed, or not there."""
    language: str
    """The language that it is written in, where that is one that is not followed; "" where it is another."""
    context: Mapping
    sources: Sources
    amplify: bool = False
    """Whether it is a backend of Amplify's second generation, whose command is run beside its directory `amplify`."""

    @property
    def home(self) -> str:
        """The directory that it is run in."""
        directory = posixpath.dirname(self.path)
        return (posixpath.dirname(directory) if self.amplify else directory) or "."

    def file(self, path: str) -> Source | None:
        """The file at a path."""
        return _read(self.sources, path)

    @property
    def version(self) -> tuple[int, ...] | None:
        """The version of the CDK that is installed: the newest for a range, None where that is unclear."""
        lock = self.file(posixpath.join(self.home, "package-lock.json"))
        package = self.file(posixpath.join(self.home, "package.json"))
        required = self.file(posixpath.join(self.home, "requirements.txt"))
        if lock is not None and (found := _LOCKED.search(lock.text)) is not None:
            return _numbers(found[1])
        others = ("yarn.lock", "pnpm-lock.yaml", "poetry.lock", "uv.lock", "Pipfile.lock")
        if any(self.file(posixpath.join(self.home, each)) is not None for each in others):
            return None
        for source, declared in ((package, _DECLARED), (required, _REQUIRED)):
            if source is not None and (found := declared.search(source.text)) is not None:
                return _numbers(found[2]) if found[1] in ("", "==") else NEWEST
        return None

    def flag(self, name: str) -> bool:
        """Whether a feature flag is set."""
        found = self.context.entries.get(name)
        return isinstance(found, Known) and found.value is True


def app(sources: Sources, path: str) -> App | None:
    """The app of a cdk.json; None where that is of none."""
    try:
        source = sources.read(path)
        root = None if source is None else yaml.read(source)
    except UnreadableSource:
        return None
    if not isinstance(root, Mapping) or "app" not in root.entries:
        return None
    context = root.entries.get("context")
    if not isinstance(context, Mapping):
        context = Mapping({}, root.span, {})
    command = root.entries["app"]
    text = str(command.value) if isinstance(command, Known) else ""
    entry = Command(Settings(sources)).program(text, posixpath.dirname(path) or ".")
    return App(path, entry, _language(text.split()), context, sources)


def backend(sources: Sources, path: str) -> App | None:
    """A backend of Amplify's second generation, by its backend.ts; None where that is none."""
    try:
        source = sources.read(path)
    except UnreadableSource:
        return None
    if source is None or "defineBackend" not in source.text:
        return None
    return App(path, source, "", Mapping({}, Span.top(path), {}), sources, amplify=True)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(each) for each in version.split(".") if each)


_TOOLS = {
    "dotnet": "C#",
    "mvn": "Java",
    "mvnw": "Java",
    "gradle": "Java",
    "gradlew": "Java",
    "java": "Java",
    "go": "Go",
}
"""The languages that are not followed, by the commands that run a program in one."""


def _language(words: Sequence[str]) -> str:
    found = (_TOOLS.get(posixpath.basename(word)) for word in words)
    return next((each for each in found if each is not None), "")


def _read(sources: Sources, path: str) -> Source | None:
    try:
        return sources.read(posixpath.normpath(path))
    except UnreadableSource:
        return None
