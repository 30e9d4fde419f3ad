"""Programs of Pulumi: what they deploy on AWS.

A program is followed as handlers are, and never run. Pulumi's provider of AWS is made of Terraform's, so that what a
program makes is a configuration of Terraform at the places of its calls, and is read as one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from lambdalint.source import Source, Sources, Span
from lambdalint.templates.apart import apart
from lambdalint.templates.pulumi import NAMES
from lambdalint.templates.resource import Deployment, Resource

if TYPE_CHECKING:
    from lambdalint.code.reader import Reader
    from lambdalint.pulumi.configuration import Configuration

_FUNCTION = "AWS::Lambda::Function"
_UNREAD = "its program is not read to its end, and what it deploys is not checked"


def projects(paths: Sequence[str]) -> tuple[str, ...]:
    """The files of projects among some."""
    return tuple(path for path in paths if path.rpartition("/")[2] in NAMES)


def read(sources: Sources, path: str, reader: Reader) -> Iterator[Deployment]:
    """What the project of a Pulumi.yaml deploys."""
    from lambdalint.programs.places import Places
    from lambdalint.pulumi.program import configured
    from lambdalint.pulumi.project import project  # most repositories have none

    found = project(sources, path)
    if found is None or found.entry is None or found.has_own:
        return
    program = found.program(reader)
    if program is None or program.bounded:
        yield Deployment(path, "pulumi", (), notes=((Span.top(path), _UNREAD),))
        return
    made = configured(sources, found.home, program, Places(found.module(reader)))
    resources = resources_of(made, found.entry, reader)
    if any(each.type == _FUNCTION for each in resources):
        yield Deployment(path, "pulumi", resources, program=(path, *program.paths))


def resources_of(made: Configuration, entry: Source, reader: Reader) -> tuple[Resource, ...]:
    """What a program deploys that begins with `entry`; functions of it that are handlers are followed as such."""
    resources = apart(made.deployed(entry))
    for each in resources:
        if each.name in made.closures:
            function, makes = made.closures[each.name]
            reader.close(each, function, makes=makes)
    return resources
