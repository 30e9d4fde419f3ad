"""Which file the app of the AWS CDK has a function bundled of, as its own code says.

https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_lambda_nodejs-readme.html
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from lambdalint.code import ir
from lambdalint.code.endings import JAVASCRIPT
from lambdalint.code.javascript import is_built
from lambdalint.code.parsed import Parsed
from lambdalint.discover import canonical
from lambdalint.source import Source, Sources, UnreadableSource

_CONSTRUCT = "NodejsFunction"
_ENDINGS = (".ts", ".js", ".mts", ".mjs", ".cts", ".cjs")
"""What the file that is named after a construct may end in."""
_MOST = 2_000


def entries(construct: str, project: str, sources: Sources, parsed: Parsed) -> Iterator[str]:
    """The files that the constructs of an id are bundled of, in an app whose cdk.json lies in a directory."""
    for path in sources.files(project)[:_MOST]:
        source = _read(path, sources) if path.endswith(JAVASCRIPT) and not path.endswith(".d.ts") else None
        if source is None or _CONSTRUCT not in source.text or is_built(source):
            continue
        module = parsed.module(source)
        for statement in module.body if module is not None else ():
            for node in ir.walk(statement):
                if isinstance(node, ir.Call) and node.new and _is_construct(node.function):
                    yield from _entry(node, construct, project, module)


def _entry(call: ir.Call, construct: str, project: str, module: ir.Module | None) -> Iterator[str]:
    """The file of one construct, where it has the id."""
    match call.arguments:
        case (_, ir.Argument(value=ir.Literal(str(name))), *rest) if name == construct and module is not None:
            pass
        case _:
            return
    path = module.source.path
    options = _value(rest[0].value, module) if rest else None
    given = next((value for key, value in _said(options) if key == "entry"), None)
    if given is None:
        stem = posixpath.splitext(path)[0]
        yield from (f"{stem}.{construct}{ending}" for ending in _ENDINGS)
        return
    found = _path(_value(given, module), posixpath.dirname(path))
    if found is not None:
        # What the text itself gives counts from the directory that the app is started in.
        yield canonical(found if _says_where(given, module) else posixpath.join(project, found))


def _path(value: ir.Expression, here: str) -> str | None:
    """A path that an expression spells out; `here` is the directory of the file that it stands in."""
    match value:
        case ir.Literal(str(text)):
            return text
        case ir.Name("__dirname") | ir.Attribute(_, "dirname"):
            return here or "."
        case ir.Text(parts):
            pieces = [_path(each, here) for each in parts]
            return None if None in pieces else "".join(each or "" for each in pieces)
        case ir.Binary(operator="+", left=left, right=right):
            first, second = _path(left, here), _path(right, here)
            return None if first is None or second is None else first + second
        case ir.Call(ir.Attribute(_, "join" | "resolve") | ir.Name("join" | "resolve"), arguments):
            pieces = [_path(each.value, here) for each in arguments]
            # The parts of a path are joined as they are: an absolute one cannot be meant in a repository.
            return None if None in pieces or not pieces else "/".join(each or "" for each in pieces)
        case _:
            return None


def _says_where(value: ir.Expression, module: ir.Module) -> bool:
    nodes = ir.walk(_value(value, module))
    return any(
        (isinstance(node, ir.Name) and node.id == "__dirname")
        or (isinstance(node, ir.Attribute) and node.name == "dirname")
        for node in nodes
    )


def _value(value: ir.Expression, module: ir.Module) -> ir.Expression:
    """What a name stands for that a module sets once, at its top or in a function."""
    if not isinstance(value, ir.Name):
        return value
    nodes = (node for statement in module.body for node in ir.walk(statement))
    found = [node.value for node in nodes if isinstance(node, ir.Assign) and _sets(node, value.id)]
    return found[0] if len(found) == 1 else value


def _sets(node: ir.Assign, name: str) -> bool:
    return any(isinstance(target, ir.Name) and target.id == name for target in node.targets)


def _said(value: ir.Expression | None) -> Iterator[tuple[object, ir.Expression]]:
    if isinstance(value, ir.Mapping):
        yield from ((key.value, of) for key, of in value.entries if isinstance(key, ir.Literal))


def _is_construct(value: ir.Expression) -> bool:
    return (isinstance(value, ir.Name) and value.id == _CONSTRUCT) or (
        isinstance(value, ir.Attribute) and value.name == _CONSTRUCT
    )


def _read(path: str, sources: Sources) -> Source | None:
    try:
        return sources.read(path)
    except UnreadableSource:
        return None
