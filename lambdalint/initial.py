"""The configuration that a project begins with: what is there, and what only its people know, for them to fill in."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from lambdalint import __version__, toml
from lambdalint.code.reader import Reader
from lambdalint.config import Config, here
from lambdalint.configs import Configs
from lambdalint.discover import discover
from lambdalint.discover.focus import above
from lambdalint.printable import printable
from lambdalint.records import dataclass
from lambdalint.roots import deployments_of
from lambdalint.rules import HOME
from lambdalint.settings import SCHEMA_URL, WrongConfig
from lambdalint.source import Span
from lambdalint.templates.aside import tests_around
from lambdalint.templates.resource import Deployment
from lambdalint.templates.value import Mapping, Text, Unknown, Value
from lambdalint.templates.value import Sequence as Row

NAME = "lambdalint.toml"

DIALECTS = {
    "cloudformation": "CloudFormation",
    "sam": "SAM",
    "serverless": "Serverless Framework",
    "terraform": "Terraform",
    "amplify": "Amplify",
    "cdk": "CDK",
    "pulumi": "Pulumi",
    "sst": "SST",
}
_LEFT_OPEN = ("parameter ", "variable ")
"""How it begins why a value is not known that a parameter has without default."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a project has."""

    functions: tuple[tuple[str, int], ...]
    """How many functions are deployed in each dialect, by its name, most first."""
    parameters: tuple[tuple[str, Span], ...]
    """What templates leave open, each with the first place that asks for it."""
    tests: tuple[str, ...]
    """The directories whose templates are there to be tested with."""

    def __str__(self) -> str:
        """How many functions, for people."""
        dialects = ", ".join(f"{name} {number}" for name, number in self.functions)
        return f"{sum(number for _, number in self.functions)} ({dialects})" if self.functions else "none"


def _found(directory: Path, configs: Configs) -> Found:
    """What lies in a directory; its code is not followed."""
    seen = discover((str(directory),))
    deployed = [
        each
        for each in deployments_of(seen.sources, seen.scope, configs, Reader(seen.sources), seen.focus)
        if seen.focus is None or each.path in seen.focus
    ]
    functions = Counter(
        DIALECTS[each.dialect]
        for each in deployed
        for resource in each.resources
        if resource.type == "AWS::Lambda::Function" and not resource.generated
    )
    folders = {posixpath.dirname(each.path) for each in deployed}
    tests = {around for each in deployed for around in tests_around(each.path, folders)}
    outermost = sorted(each for each in tests if not any(other != each and _covers(other, each) for other in tests))
    return Found(
        tuple(sorted(functions.items(), key=lambda each: (-each[1], each[0]))),
        tuple(_parameters(each for each in deployed if not any(_covers(test, each.path) for test in tests))),
        tuple(outermost),
    )


def _covers(directory: str, path: str) -> bool:
    return path.startswith(f"{directory}/")


def _parameters(deployed: Iterable[Deployment]) -> Iterator[tuple[str, Span]]:
    first: dict[str, Span] = {}
    for each in deployed:
        for value in _unknown(resource.properties for resource in each.resources):
            for kind in _LEFT_OPEN:
                name = value.why.removeprefix(kind)
                if name != value.why and " " not in name and (name not in first or value.span < first[name]):
                    first[name] = value.span
    yield from sorted(first.items())


def _unknown(values: Iterable[Value]) -> Iterator[Unknown]:
    left = list(values)
    while left:
        match left.pop():
            case Unknown() as value:
                yield value
            case Mapping(entries):
                left += entries.values()
            case Row(items):
                left += items
            case Text(parts):
                left += parts
            case _:
                pass


def write(directory: Path, configs: Configs) -> tuple[Path, Found]:
    """Write the configuration of a directory, and say what is there.

    Raises WrongConfig where there is one already, or it cannot be written.
    """
    if (there := here(directory)) is not None:
        raise WrongConfig(f"{there}: is a configuration already, which stays as it is")
    path, what = directory / NAME, _found(directory, configs)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write("".join(f"{line}\n" for line in _lines(directory, what)))
    except OSError as error:
        raise WrongConfig(f"{path}: cannot be written: {error.strerror}") from None
    return path, what


def _lines(directory: Path, what: Found) -> Iterator[str]:
    unset = Config()
    yield f"#:schema {SCHEMA_URL}"
    yield f"# What can be set: {HOME}/blob/main/docs/configuration.md"
    yield f"# Functions found: {what}"
    yield ""
    yield f"select = {toml.value(unset.select)}"
    yield f"fail-on = {toml.value(unset.fail_on)}"
    if what.tests:
        yield ""
        yield "# What templates of tests have is told as a note. To leave it out:"
        yield f"# exclude = {toml.value([f'{_within(directory, each)}/' for each in what.tests])}"
    if what.parameters:
        yield ""
        yield "# Parameters without default: what follows from their values is told where these are known."
        yield "# [parameters]"
        for name, span in what.parameters:
            yield f'# {toml.key(name)} = ""  # {printable(_within(directory, span.path))}:{span.line}'


def _within(directory: Path, path: str) -> str:
    """A path as it is seen from a directory that it lies in."""
    return Path(path).absolute().resolve().relative_to(directory.absolute().resolve()).as_posix()


def next_steps(directory: Path) -> str:
    """What to do with it: by hand, before each commit, and in the pipeline that the repository has."""
    root = next((Path(each) for each in above(str(directory)) if (Path(each) / ".git").exists()), directory)
    if (root / ".gitlab-ci.yml").is_file():
        form = "gitlab --output gl-code-quality-report.json"
    elif (root / ".github").is_dir():
        form = "github"
    else:
        form = "junit --output lambdalint.xml"
    hook = (
        "repos:",
        f"  - repo: {HOME}",
        f"    rev: v{__version__}",
        "    hooks:",
        "      - id: lambdalint",
    )
    return "\n".join((
        "To see what is found, and to begin where that is too much at once:",
        "  lambdalint check",
        "  lambdalint baseline",
        "Before each commit, in .pre-commit-config.yaml, and then `pre-commit install`:",
        *(f"  {line}" for line in hook),
        "In a pipeline:",
        "  pip install lambdalint",
        f"  lambdalint check --fail-on-nothing --format {form}",
        "",
    ))  # fmt: skip
