"""What Amplify generates of a resource that has no template of its own, as far as it has to do with functions: what
invokes them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from collections.abc import Mapping as Entries

from lambdalint.patterns import pattern
from lambdalint.source import Source, Sources, Span, UnreadableSource
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Known, Mapping, Reference, Value, items

_DIRECTIVE = pattern(r'@function\(\s*name:\s*"([\w.-]+?)(?:-\$\{env\})?"')
"""https://docs.amplify.aws/gen1/react/build-a-backend/graphqlapi/custom-business-logic/#lambda-function-resolver"""
_TRIGGERS = (
    "CreateAuthChallenge", "CustomMessage", "DefineAuthChallenge", "PostAuthentication", "PostConfirmation",
    "PreAuthentication", "PreSignup", "PreTokenGeneration", "UserMigration", "VerifyAuthChallengeResponse",
)  # fmt: skip
"""How the name of a function ends that a user pool asks; the API spells one of them PreSignUp."""
_SPELT = {"PreSignup": "PreSignUp"}


def of(
    sources: Sources, directory: str, told: Mapping, span: Span, functions: Entries[str, Reference]
) -> Iterator[Resource]:
    """What invokes functions of the backend for a resource whose files lie in a directory."""
    category, name = posixpath.basename(posixpath.dirname(directory)), posixpath.basename(directory)
    needed = [each for each in items(told.get("dependsOn")) if isinstance(each, Mapping)]
    invoked: dict[str, Reference] = {
        found.resource: found
        for each in needed
        if _text(each.get("category")) == "function" and (found := functions.get(_text(each.get("resourceName"))))
    }
    service = _text(told.get("service"))
    stack = f"{category}{name}"
    if service == "AppSync":
        yield from _resolvers(sources, directory, stack, functions)
    elif service == "Cognito":
        asked: dict[str, Value] = {}
        for each in needed:
            called = _text(each.get("resourceName"))
            kind = next((kind for kind in _TRIGGERS if called.endswith(kind)), "")
            if kind and called in functions:
                asked[_SPELT.get(kind, kind)] = functions[called]
                invoked.pop(functions[called].resource, None)
        if asked:
            given: dict[str, Value] = {"LambdaConfig": Mapping(asked, span, dict.fromkeys(asked, span))}
            yield _resource("AWS::Cognito::UserPool", f"{stack}.UserPool", given, span, is_open=True)
    if service != "AppSync":
        for number, function in enumerate(invoked.values()):
            yield _resource(f"Amplify::{category.capitalize()}", f"{stack}.Given{number}", {"Given": function}, span)


def _resolvers(sources: Sources, directory: str, stack: str, functions: Entries[str, Reference]) -> Iterator[Resource]:
    """The data sources of an API, which are functions that its schema names."""
    seen: set[str] = set()
    for source in _schemas(sources, directory):
        lines = enumerate(source.lines, start=1)
        for number, found in (
            (number, found) for number, line in lines for found in _DIRECTIVE.finditer(line.partition("#")[0])
        ):
            function = functions.get(found[1])
            if function is None or found[1] in seen:
                continue
            seen.add(found[1])
            span = Span(source.path, number, found.start() + 1, number, found.end() + 1)
            config = Mapping({"LambdaFunctionArn": function}, span, {"LambdaFunctionArn": span})
            entries: dict[str, Value] = {"Type": Known("AWS_LAMBDA", span), "LambdaConfig": config}
            yield _resource("AWS::AppSync::DataSource", f"{stack}.{found[1]}DataSource", entries, span)


def _schemas(sources: Sources, directory: str) -> Iterator[Source]:
    for path in sources.files(directory):
        if path.endswith(".graphql"):
            try:
                source = sources.read(path)
            except UnreadableSource:
                continue
            if source is not None:
                yield source


def _resource(kind: str, name: str, entries: dict[str, Value], span: Span, *, is_open: bool = False) -> Resource:
    properties = Mapping(entries, span, dict.fromkeys(entries, span), is_open)
    return Resource(kind, name, properties, span, span, generated=True)


def _text(value: Value | None) -> str:
    return str(value.value) if isinstance(value, Known) else ""
