"""The AWS CDK: what `cdk synth` writes to `cdk.out`, which is CloudFormation that knows where it comes from.

https://docs.aws.amazon.com/cdk/v2/guide/deploy-synthesize.html
"""

from __future__ import annotations

import collections.abc
import posixpath
from collections.abc import Iterator

from lambdalint.patterns import pattern
from lambdalint.records import replace
from lambdalint.source import Sources, UnreadableSource
from lambdalint.templates import cloudformation
from lambdalint.templates.cdk import assembly
from lambdalint.templates.resource import Deployment
from lambdalint.templates.value import Scalar

_ENDINGS = (".json", ".yaml", ".yml", ".template")
_SNAPSHOT = ".snap"
_NAMED = ("aws:cdk:path", "/cdk-bootstrap/")
_OWN = pattern(r"""aws:cdk:path["']?\s*:|/cdk-bootstrap/\w+/version\b""")
"""Where a template names a construct, in JSON and in the YAML that `cdk synth` prints; or what it asks of its account,
which it does also where it names none."""


def read(
    sources: Sources, paths: collections.abc.Sequence[str], parameters: collections.abc.Mapping[str, Scalar]
) -> Iterator[Deployment]:
    """The deployments of the stacks among the files at `paths`, and of those that their cdk.json were synthesised to.

    Those of an app say so (`Deployment.app`), and whether they are only kept: by its tests, where it is not
    synthesised, or as a template that somebody once wrote beside it. Whether they are judged is left to who reads the
    app's source.
    What a cdk.json was synthesised to is read although git ignores it and no directory of this name is searched.
    """
    templates: dict[str, str] = {}
    """Their paths, each with the cdk.json of what was synthesised to it, where that is known."""
    apps: dict[str, str] = {}
    """By their directories, the cdk.json of each."""
    missing: list[str] = []
    snapshots: list[str] = []
    alone: list[str] = []
    """Those that belong to no assembly: what `cdk synth` printed, or wrote somewhere once."""
    for path in paths:
        name = path.rpartition("/")[2]
        if name == "cdk.json":
            written = tuple(assembly.synthesised(sources, path))
            templates.update(dict.fromkeys(written, path))
            if written or assembly.is_app(sources, path):
                apps[posixpath.dirname(path)] = path
                missing += [] if written else [path]
        elif name == "manifest.json":
            for template in assembly.templates(sources, path):
                templates.setdefault(template, "")
        elif name.endswith(_SNAPSHOT):
            snapshots.append(path)
        elif name.endswith(_ENDINGS) and _is_synthesised(sources, path):
            alone.append(path)
    alone = [path for path in alone if path not in templates]
    templates.update(dict.fromkeys(alone, ""))
    if templates:
        from lambdalint.templates.cdk.stack import told  # only some projects have such files

        for deployment in cloudformation.read(sources, tuple(templates), parameters):
            made = told(deployment, sources, _home(deployment.path, apps))
            home = _home(deployment.path, apps) if deployment.path in alone else None
            app = templates.get(deployment.path, "") if home is None else apps[home]
            yield replace(made, app=app, kept=home is not None)
    if missing and snapshots:
        from lambdalint.templates.cdk.snapshots import kept  # only some projects have such files

        for app in missing:
            home = posixpath.dirname(app)
            own = (each for each in snapshots if _home(each, apps) == home)
            for deployment in kept(sources, home, own, parameters):
                yield replace(deployment, app=app, kept=True)


def _home(path: str, apps: collections.abc.Container[str]) -> str | None:
    """The directory of the nearest app that a file lies in; None where there is none."""
    directory = posixpath.dirname(path)
    while directory not in apps:
        directory, inner = posixpath.dirname(directory), directory
        if directory == inner:
            return None
    return directory


def _is_synthesised(sources: Sources, path: str) -> bool:
    try:
        source = sources.read(path)
    except UnreadableSource:
        return False
    if source is None or "Resources" not in source.text or not any(each in source.text for each in _NAMED):
        return False
    return _OWN.search(source.text) is not None
