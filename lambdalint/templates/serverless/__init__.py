"""Serverless Framework: a service spelt out as the resources of CloudFormation that it is compiled to.

https://www.serverless.com/framework/docs/providers/aws/guide/serverless.yml
"""

from __future__ import annotations

import collections.abc
from collections.abc import Iterator

from lambdalint.records import replace
from lambdalint.source import Source, Sources, Span, UnreadableSource
from lambdalint.templates.cloudformation.files import Files
from lambdalint.templates.resource import Deployment
from lambdalint.templates.value import Known, Mapping, Scalar, Unknown

LARGEST = 2_000_000
"""How many characters a file may have to be taken for a service."""

_ENDINGS = (".yml", ".yaml", ".json")
_PROGRAMS = ("serverless.ts", "serverless.js", "serverless.mjs", "serverless.cjs", "serverless.mts", "serverless.cts")
_UNREAD = "is a program, which lambdalint does not run: check what `serverless print` writes as serverless.yml"
_PARTLY = (
    "is a program, of which only what is written out is read: check what `serverless print` writes as serverless.yml"
)


def read(
    sources: Sources, paths: collections.abc.Sequence[str], parameters: collections.abc.Mapping[str, Scalar]
) -> Iterator[Deployment]:
    """The deployments that the services among the files at `paths` declare.

    `parameters` are also what the command line's options and the environment's variables stand for.
    """
    files = Files(sources, parameters)
    for path in paths:
        name = path.rpartition("/")[2]
        if name in _PROGRAMS:
            yield from _of_program(sources, files, path, parameters)
        if not name.startswith("serverless") or not name.endswith(_ENDINGS):
            continue
        try:
            source = sources.read(path)
        except UnreadableSource:
            continue
        if source is None or len(source.text) > LARGEST or "provider" not in source.text:
            continue
        try:
            found = files.template(path)
        except UnreadableSource as error:
            if "aws" in source.text:
                yield Deployment(path, "serverless", (), ((error.span, error.why),), (path,))
            continue
        if found is not None and ("functions" in found[1].keys or "service" in found[1].keys):
            yield from _deployments(sources, files, *found, parameters)


def _deployments(
    sources: Sources,
    files: Files,
    source: Source,
    root: Mapping,
    parameters: collections.abc.Mapping[str, Scalar],
) -> Iterator[Deployment]:
    from lambdalint.templates.serverless.compiled import compiled  # only some projects have such files
    from lambdalint.templates.serverless.variables import Variables

    variables = Variables(sources, source, root, parameters)
    try:
        if not _is_for_aws(root, variables.section("provider")):
            return
        yield compiled(source, root, variables, files)
    except RecursionError:
        # Each file is bounded, but what variables put into each other is not.
        yield Deployment(source.path, "serverless", (), ((root.span, "nested too deep"),), (source.path,))


def _is_for_aws(root: Mapping, provider: object) -> bool:
    match provider:
        case Known(value="aws") | Mapping(entries={"name": Known(value="aws")}):
            return True
        case None | Known():
            return False
        case Mapping() as given:
            # Only a deployment knows the name; another cloud's would be spelt out.
            return "name" in given.keys and "name" in given.entries and not isinstance(given.entries["name"], Known)
        case _:
            return "functions" in root.keys and "service" in root.keys


def _of_program(
    sources: Sources, files: Files, path: str, parameters: collections.abc.Mapping[str, Scalar]
) -> Iterator[Deployment]:
    """What a service deploys that is a program, as far as that is written out; what is not is noted."""
    try:
        source = sources.read(path)
    except UnreadableSource:
        return
    if source is None or len(source.text) > LARGEST or "provider" not in source.text or "aws" not in source.text:
        return
    from lambdalint.templates.serverless.program import exported  # only few projects have such files

    try:
        root = exported(source, sources)
    except RecursionError:
        root = None
    if root is None or "provider" not in root.keys:
        yield Deployment(path, "serverless", (), notes=((Span.top(path), _UNREAD),))
        return
    notes = () if _is_written_out(root) else ((Span.top(path), _PARTLY),)
    for each in _deployments(sources, files, source, root, parameters):
        yield replace(each, notes=(*each.notes, *notes))


def _is_written_out(root: Mapping) -> bool:
    """Whether all functions and all that holds for them are seen."""
    sections = [root.get(name) for name in ("functions", "provider", "resources")]
    inner = [each for section in sections if isinstance(section, Mapping) for each in section.entries.values()]
    seen = (root, *sections, *inner)
    return not any(isinstance(each, Unknown) or (isinstance(each, Mapping) and each.open) for each in seen)
