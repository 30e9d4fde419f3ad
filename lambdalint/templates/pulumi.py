"""What a Pulumi.yaml says of its project.

https://www.pulumi.com/docs/iac/concepts/projects/project-file/
"""

from __future__ import annotations

from lambdalint.records import dataclass
from lambdalint.source import Source, UnreadableSource
from lambdalint.templates import yaml
from lambdalint.templates.value import Known, Mapping, Value

NAMES = ("Pulumi.yaml", "Pulumi.yml")


@dataclass(frozen=True, slots=True)
class ProjectFile:
    """A project, as its file says."""

    name: str
    runtime: str
    main: str
    """The directory or file of its program, from the file; "" where it lies beside that."""
    stacks: str
    """The directory of the files of its stacks, likewise."""
    defaults: dict[str, Value]
    """What holds where a stack says nothing else, by keys with their namespaces."""


def project_file(source: Source | None) -> ProjectFile | None:
    """What a file says; None where that is of no project."""
    root = mapping(source)
    if root is None:
        return None
    name, given = _text(root.get("name")), root.get("runtime")
    return ProjectFile(
        name,
        runtime=_text(given.get("name") if isinstance(given, Mapping) else given),
        main=_text(root.get("main")),
        stacks=_text(root.get("stackConfigDir")) or _text(root.get("config")),
        defaults={
            (key if ":" in key else f"{name}:{key}"): default
            for key, each in entries(root.get("config")).items()
            if (default := _default(each)) is not None
        },
    )


def mapping(source: Source | None) -> Mapping | None:
    """What a file of YAML says by keys; None where it says nothing so."""
    try:
        root = None if source is None else yaml.read(source)
    except UnreadableSource:
        return None
    return root if isinstance(root, Mapping) else None


def entries(given: Value | None) -> dict[str, Value]:
    """What stands in a value by keys."""
    return dict(given.entries) if isinstance(given, Mapping) else {}


def _default(given: Value) -> Value | None:
    """What a project's own file says of a key that a stack says nothing of."""
    if not isinstance(given, Mapping):
        return given
    return None if "secret" in given.entries else given.entries.get("value") or given.entries.get("default")


def _text(value: Value | None) -> str:
    return str(value.value) if isinstance(value, Known) else ""
