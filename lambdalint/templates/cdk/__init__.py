"""The AWS CDK: what `cdk synth` writes to `cdk.out`, which is CloudFormation that knows where it comes from.

https://docs.aws.amazon.com/cdk/v2/guide/deploy-synthesize.html
"""

from __future__ import annotations

import collections.abc
import re
from collections.abc import Iterator

from lambdalint.source import Sources, Span, UnreadableSource
from lambdalint.templates import cloudformation
from lambdalint.templates.cdk import assembly
from lambdalint.templates.resource import Deployment
from lambdalint.templates.value import Scalar

_ENDINGS = (".json", ".yaml", ".yml", ".template")
_PATH = re.compile(r"""aws:cdk:path["']?\s*:""")
"""Where a template names a construct: in JSON, and in the YAML that `cdk synth` prints."""


def read(
    sources: Sources, paths: collections.abc.Sequence[str], parameters: collections.abc.Mapping[str, Scalar]
) -> Iterator[Deployment]:
    """The deployments of the stacks among the files at `paths`, and of those that their cdk.json were synthesised to.

    What a cdk.json was synthesised to is read although git ignores it and no directory of this name is searched.
    """
    templates: dict[str, None] = {}
    missing: list[str] = []
    for path in paths:
        name = path.rpartition("/")[2]
        if name == "cdk.json":
            found = tuple(assembly.synthesised(sources, path))
            templates.update(dict.fromkeys(found))
            if not found and assembly.is_app(sources, path):
                missing.append(path)
        elif name == "manifest.json":
            templates.update(dict.fromkeys(assembly.templates(sources, path)))
        elif name.endswith(_ENDINGS) and _says_its_constructs(sources, path):
            templates[path] = None
    if templates:
        from lambdalint.templates.cdk.stack import told  # only some projects have such files

        for deployment in cloudformation.read(sources, tuple(templates), parameters):
            yield told(deployment, sources)
    if missing:
        first, *rest = missing
        others = f", nor {'is' if len(rest) == 1 else 'are'} {len(rest)} more" if rest else ""
        note = f"is not synthesised{others}: run `cdk synth`, then check cdk.out"
        yield Deployment(first, "cdk", (), notes=((Span.top(first), note),))


def _says_its_constructs(sources: Sources, path: str) -> bool:
    try:
        source = sources.read(path)
    except UnreadableSource:
        return False
    return source is not None and _PATH.search(source.text) is not None and "Resources" in source.text
