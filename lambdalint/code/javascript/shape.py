"""Handlers of Node.js that no template reaches, told by the shape of what a file exports.

Functions of an event and a context are handlers, and those whose types say so. An event alone says little: what listens
in a browser takes one too, and so does what a handler has others do.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from lambdalint.code import ir
from lambdalint.code.javascript import exports, is_built
from lambdalint.code.shape import CONTEXT, EVENT, is_apart
from lambdalint.patterns import pattern

_WORTH = pattern(r"\bexports?\b")
_HINT = pattern(r"\b_?(?:event|events|evt|payload)\b|\b\w*Handler\b|\b\w+Event\b")
_TYPED = pattern(r"\bexport\s+const\s+(?P<name>\w+)\s*:\s*(?:\w+\.)?\w*Handler(?:V2)?\s*(?:<[^=;]*>)?\s*=(?!>)")
"""What is declared as a handler: types of variables are no part of a program's representation."""
_EVENTS = pattern(r"\w+Event(V2)?")
_TYPES = pattern(r"""from\s+["'](?:aws-lambda|@types/aws-lambda)["']""")
_NAMES = frozenset({"handler", "lambdaHandler", "lambda_handler", "main"})
"""What the function of an event alone is called where it is a handler."""
_OTHERS = ("aws-cdk-lib", "@aws-cdk/", "react", "vue", "@angular/", "svelte", "next/", "jest", "vitest", "@storybook/")
"""How the names of packages begin that are loaded by an app of the CDK, by what runs in a browser, and by tests."""
_OTHER_CLOUDS = ("@google-cloud/functions", "firebase-functions", "@azure/functions", "durable-functions")
"""How the names of packages begin that only functions of other clouds load."""
_CLIENTS = "@google-cloud/"
_AWS = ("@aws-sdk/", "aws-sdk", "aws-lambda", "@aws-lambda-powertools/", "@middy/")


def may_hold_handlers(path: str, text: str) -> bool:
    """Whether a file is worth parsing for handlers: cheap, and never wrong about one that is there."""
    name = posixpath.basename(path)
    if name.endswith((".d.ts", ".tsx", ".jsx")) or ".config." in name or is_apart(path):
        return False
    return _WORTH.search(text) is not None and _HINT.search(text) is not None


def handlers(module: ir.Module) -> Iterator[str]:
    """The names under which a module exports what looks like a handler."""
    imported = [each.module for statement in module.body for each in ir.walk(statement) if isinstance(each, ir.Import)]
    if is_built(module.source) or any(_is_of_others(statement) for statement in module.body) or _is_elsewhere(imported):
        return
    text = module.source.text
    has_types = _TYPES.search(text) is not None
    typed = {found["name"] for found in _TYPED.finditer(text)} if has_types else set()
    for name in exports.names(module):
        function = exports.exported(module, name).function
        if name in typed or (function is not None and _looks_like_one(name, function, has_types=has_types)):
            yield name


def made(module: ir.Module) -> Iterator[str]:
    """The names under which a module exports what a function of the project makes that is called for handlers.

    Whether it is one, the types of its event tell.
    """
    if is_built(module.source) or any(_is_of_others(statement) for statement in module.body):
        return
    imported = [each for statement in module.body for each in ir.walk(statement) if isinstance(each, ir.Import)]
    own = {each.bound for each in imported if each.module.startswith(".")} | module.names.keys()
    for name in exports.names(module):
        match exports.exported(module, name).value:
            case ir.Call(ir.Name(maker)) if maker in own and _MAKER.search(maker) is not None:
                yield name


_MAKER = pattern(r"[hH]andler")


def is_typed(types: Iterable[str]) -> bool:
    """Whether the types of an event say that it is one of AWS's."""
    return any(map(_EVENTS.fullmatch, types))


def _looks_like_one(name: str, function: ir.Function, *, has_types: bool) -> bool:
    match [each for each in function.parameters if each.kind == "positional"]:
        case [event]:
            typed = has_types and any(map(_EVENTS.fullmatch, event.types))
            return (typed and name.lower().endswith("handler")) or (event.name in EVENT and name in _NAMES)
        case [event, context] | [event, context, _]:
            typed = has_types and any(map(_EVENTS.fullmatch, event.types))
            return (typed or event.name in EVENT) and _is_context(context)
        case _:
            return False


def _is_context(context: ir.Parameter) -> bool:
    return context.name in CONTEXT or "Context" in context.types


def _is_of_others(statement: ir.Statement) -> bool:
    return isinstance(statement, ir.Import) and statement.module.startswith(_OTHERS)


def _is_elsewhere(imported: Iterable[str]) -> bool:
    """Whether a module's functions are those of another cloud, by the packages that it loads."""
    is_aws = any(each.startswith(_AWS) for each in imported)
    return any(each.startswith(_OTHER_CLOUDS) or (each.startswith(_CLIENTS) and not is_aws) for each in imported)
