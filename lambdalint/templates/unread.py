"""Deployers that are not read: where a project uses one, it is told, with how many functions it deploys.

Architect: https://arc.codes/docs/en/reference/project-manifest/overview · Zappa: https://github.com/zappa/Zappa#advanced-settings
· SST: https://sst.dev/docs/component/aws/function · Pulumi: https://www.pulumi.com/registry/packages/aws/api-docs/lambda/function/
· Amplify: https://docs.amplify.aws/react/build-a-backend/functions/set-up-function/
· CDK for Terraform: https://developer.hashicorp.com/terraform/cdktf/concepts/resources
"""

from __future__ import annotations

import collections.abc
import json
import posixpath
import re
from collections.abc import Callable, Iterator

from lambdalint.patterns import pattern
from lambdalint.source import Source, Sources, Span, UnreadableSource
from lambdalint.templates.pulumi import NAMES
from lambdalint.templates.resource import Deployment
from lambdalint.templates.value import Scalar

Count = Callable[[Source, Sources], int]

_PROGRAMS = (".ts", ".mts", ".js", ".mjs", ".py", ".yaml", ".go", ".cs", ".java")
_MOST = 2000
"""How many files of a program are looked at."""


def read(
    sources: Sources, paths: collections.abc.Sequence[str], parameters: collections.abc.Mapping[str, Scalar]
) -> Iterator[Deployment]:
    """A deployment of nothing for each project among the files at `paths` whose deployer is not read."""
    del parameters
    for path in paths:
        if posixpath.basename(path) in _DEPLOYERS:
            yield from told(sources, path, *_DEPLOYERS[posixpath.basename(path)])


def amplify(sources: Sources, path: str) -> Iterator[Deployment]:
    """A deployment of nothing for a backend of Amplify's second generation whose program cannot be followed."""
    return told(sources, path, "Amplify", _amplify)


def sst(sources: Sources, path: str) -> Iterator[Deployment]:
    """A deployment of nothing for an app of SST whose program is of a former version, or cannot be followed."""
    return told(sources, path, "SST", _sst)


def told(sources: Sources, path: str, deployer: str, count: Count) -> Iterator[Deployment]:
    """A deployment of nothing for what a file deploys, where that is any function."""
    source = _text(sources, path)
    number = 0 if source is None else count(source, sources)
    if number:
        functions = "1 function" if number == 1 else f"{number} functions"
        verb = "is" if number == 1 else "are"
        yield Deployment(
            path, "unread", (), notes=((Span.top(path), f"its {functions} of {deployer} {verb} not read"),)
        )


def _text(sources: Sources, path: str) -> Source | None:
    try:
        return sources.read(path)
    except UnreadableSource:
        return None


# ----------------------------------------------------------------------------------------------------------- Architect

_PRAGMA = pattern(r"^@([\w-]+)\s*$")
_FUNCTIONS = frozenset({"http", "events", "queues", "scheduled", "ws", "tables-streams", "customs"})
"""The sections each of whose lines is a function."""
_WEBSOCKET = 3
"""How many functions a WebSocket has besides those that it names."""


def _architect(source: Source, _sources: Sources) -> int:
    section, found = "", 0
    for line in source.lines:
        pragma = _PRAGMA.match(line)
        if pragma is not None:
            section = pragma[1]
            found += _WEBSOCKET if section == "ws" else 0
        elif section in _FUNCTIONS and line.strip() and not line.startswith((" ", "\t", "#")):
            found += 1
    return found


# --------------------------------------------------------------------------------------------------------------- Zappa


def _zappa(source: Source, _sources: Sources) -> int:
    """Of each stage one."""
    if not source.path.endswith(".json"):
        return 1
    try:
        stages = json.loads(source.text)
    except (ValueError, RecursionError):
        return 1
    return len(stages) if isinstance(stages, dict) else 0


# ------------------------------------------------------------------------------ SST, Pulumi, Amplify, CDK for Terraform

_OF_SST = pattern(
    r"""\bhandler:\s*["'`]([^"'`\n]+)["'`]"""
    r"""|\.(?:route\w*|subscribe\w*|notify)\((?:[^()\n]*,)?\s*["'`]([\w./@${}-]+/[\w-]+\.\w+)["'`]"""
)
_OF_FORMER_SST = pattern(r"""["'](?:sst/constructs|@serverless-stack/resources)["']""")
"""What a program of SST before version 3 imports: https://v2.sst.dev/constructs"""
_HANDLER = pattern(
    r"""["'`]((?:[\w@.-]+/)+[\w.-]+\.(?!(?:com|css|dev|env|gif|graphql|html?|io|jpe?g|jsx?|json|md|mjs|net|org|png|py|sh|sql"""
    r"""|svg|tsx?|txt|ya?ml|zip)["'`])\w+)["'`]"""
)
"""How such a program names any handler: `"packages/functions/src/list.main"`."""
_NOT_FOLLOWED = pattern(r"(?m)^\s*(?:runtime|name):\s*[\"']?(?:go|dotnet|java)\b")
"""The runtimes of programs of Pulumi that are not followed; others are read in lambdalint/pulumi."""
_OF_PULUMI = pattern(
    r"\blambda\.NewFunction\(|\bnew\s+(?:Pulumi\.)?(?:Aws\.)?Lambda\.Function\("
    r"|^import com\.pulumi\.aws\.lambda\.Function;",
    re.MULTILINE,
)
_OF_AMPLIFY = pattern(r"\bdefineFunction\(")
_OF_CDKTF = pattern(r"(?<!class )\bLambdaFunction\(|\blambdafunction\.NewLambdaFunction\(")


def _sst(source: Source, sources: Sources) -> int:
    """The handlers that its program names."""
    texts = [each.text for each in _program(source, sources) if "sst" in each.text or "handler" in each.text]
    found = {one or other for text in texts for one, other in _OF_SST.findall(text)}
    former = (text for text in texts if _OF_FORMER_SST.search(text) is not None)
    found |= {each for text in former for each in _HANDLER.findall(text)}
    return len(found)


def _pulumi(source: Source, sources: Sources) -> int:
    """The functions that its program makes, where it is in no language that is followed."""
    if _NOT_FOLLOWED.search(source.text) is None:
        return 0
    return sum(len(_OF_PULUMI.findall(each.text)) for each in (source, *_program(source, sources)))


def _amplify(source: Source, sources: Sources) -> int:
    """The functions that the program of a backend of the second generation defines."""
    return sum(len(_OF_AMPLIFY.findall(each.text)) for each in _program(source, sources))


def _cdktf(source: Source, sources: Sources) -> int:
    """The functions that its program makes."""
    return sum(len(_OF_CDKTF.findall(each.text)) for each in _program(source, sources))


def _program(source: Source, sources: Sources) -> Iterator[Source]:
    """The files of a program, which lie beside what says that it is one and below."""
    paths = [path for path in sources.files(posixpath.dirname(source.path) or ".") if path.endswith(_PROGRAMS)]
    for path in paths[:_MOST]:
        found = _text(sources, path) if path != source.path or not path.endswith(".yaml") else None
        if found is not None:
            yield found


_DEPLOYERS: dict[str, tuple[str, Count]] = {
    **dict.fromkeys((".arc", "app.arc"), ("Architect", _architect)),
    **dict.fromkeys(("zappa_settings.json", "zappa_settings.toml", "zappa_settings.yml"), ("Zappa", _zappa)),
    **dict.fromkeys(NAMES, ("Pulumi", _pulumi)),
    "sst.json": ("SST", _sst),
    "cdktf.json": ("CDK for Terraform", _cdktf),
}
"""By the name of the file that says so: who deploys, and how many functions."""
