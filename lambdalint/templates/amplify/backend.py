"""The root stack of a backend, which Amplify's command writes anew at each push and nobody commits: a nested stack for
each resource of each category, whose parameters are what it depends on and what its files say.

https://docs.amplify.aws/gen1/react/tools/cli/project/custom-cf/
"""

from __future__ import annotations

import collections.abc
import posixpath
from collections.abc import Iterator

from lambdalint.patterns import pattern
from lambdalint.records import replace
from lambdalint.source import Source, Sources, Span, UnreadableSource
from lambdalint.templates import yaml
from lambdalint.templates.amplify import generated
from lambdalint.templates.cloudformation import deployment as stacks
from lambdalint.templates.cloudformation.files import Files
from lambdalint.templates.resource import Deployment, Resource
from lambdalint.templates.value import Known, Mapping, Reference, Scalar, Sequence, Unknown, Value, items

_TEMPLATE = pattern(r"[\w-]*cloudformation-template\.(?:json|ya?ml)")
_SETTINGS = ("parameters.json", "function-parameters.json")
"""Where a resource's parameters are told, the later before the earlier."""
_STACK, _FUNCTION, _ROLE = "AWS::CloudFormation::Stack", "LambdaFunction", "LambdaExecutionRole"
_OF_DEPLOYMENT = ("env", "deploymentBucketName", "s3Key", "rootStackName")
"""Parameters whose values the command gives at each push."""


def deployment(sources: Sources, path: str, parameters: collections.abc.Mapping[str, Scalar]) -> Deployment | None:
    """What a backend deploys; None where none of its resources has a template."""
    config = _mapping(sources, path)
    if config is None:
        return None
    backend = _Backend(sources, path, config)
    root = backend.root()
    if root is None:
        return None
    made = stacks(Files(sources, parameters), Source(path, ""), root)
    resources = tuple(backend.finished(made.resources))
    return replace(made, dialect="amplify", resources=resources)


def _mapping(sources: Sources, path: str) -> Mapping | None:
    found = _read(sources, path)
    return found if isinstance(found, Mapping) else None


def _read(sources: Sources, path: str) -> Value | None:
    try:
        source = sources.read(path)
        return None if source is None else yaml.read(source)
    except UnreadableSource:
        return None


class _Backend:
    """A backend-config.json, and the files of the resources that it names."""

    def __init__(self, sources: Sources, path: str, config: Mapping) -> None:
        self._sources = sources
        self._path = path
        self._home = posixpath.dirname(path)
        self._config = config
        self._environments = _mapping(sources, posixpath.join(posixpath.dirname(self._home), "team-provider-info.json"))
        self._stacks: dict[str, tuple[str, str]] = {}
        """By the names of the stacks: the category and the name of the resource."""

    def root(self) -> Mapping | None:
        """The root stack, as the command would write it."""
        entries: dict[str, Value] = {}
        keys: dict[str, Span] = {}
        for category, name, told, span in self._resources():
            template = self._template(category, name)
            if template is None:
                continue
            stack = f"{category}{name}"
            self._stacks[stack] = category, name
            declared = _mapping(self._sources, posixpath.join(self._home, template))
            given = self._parameters(category, name, told, declared, span)
            keys[stack] = span
            entries[stack] = _of(
                span,
                Type=Known(_STACK, span),
                Properties=_of(span, TemplateURL=Known(template, span), Parameters=given),
            )
        if not entries:
            return None
        span = self._config.span
        return _of(span, Resources=Mapping(entries, span, keys))

    def _resources(self) -> Iterator[tuple[str, str, Mapping, Span]]:
        """The resources of all categories, each with what is told of it, and the place of its name."""
        for category, held in self._config.entries.items():
            if isinstance(held, Mapping) and category not in ("parameters", "providers"):
                for name, told in held.entries.items():
                    if isinstance(told, Mapping):
                        yield category, name, told, held.key(name)

    def _template(self, category: str, name: str) -> str | None:
        """The template of a resource, from the backend's directory; None where it has none of its own."""
        directory = posixpath.join(self._home, category, name)
        for path in self._sources.files(directory):
            if posixpath.dirname(path) == directory and _TEMPLATE.fullmatch(posixpath.basename(path)):
                return posixpath.relpath(path, self._home)
        return None

    def _parameters(self, category: str, name: str, told: Mapping, declared: Mapping | None, span: Span) -> Mapping:
        """What the stack of a resource is given."""
        section = None if declared is None else declared.entries.get("Parameters")
        wanted = section.entries if isinstance(section, Mapping) else {}
        found: dict[str, Value] = {}
        for key, each in wanted.items():
            default = each.get("Default") if isinstance(each, Mapping) else None
            if key in _OF_DEPLOYMENT or (isinstance(default, Known) and default.value == key):
                # What is by default called as the parameter itself stands for what the root gives it.
                found[key] = Unknown(span, f"parameter {key}")
        for file in _SETTINGS:
            values = _mapping(self._sources, posixpath.join(self._home, category, name, file))
            found.update({} if values is None else {key: each for key, each in values.entries.items() if key in wanted})
        found.update({key: each for key, each in self._by_environment(category, name).items() if key in wanted})
        for dependency in items(told.get("dependsOn")):
            if isinstance(dependency, Mapping):
                stack = f"{_text(dependency.get('category'))}{_text(dependency.get('resourceName'))}"
                for attribute in items(dependency.get("attributes")):
                    key = f"{stack}{_text(attribute)}"
                    output = Sequence((Known(stack, span), Known(f"Outputs.{_text(attribute)}", span)), span)
                    found[key] = _of(span, **{"Fn::GetAtt": output})
        return Mapping(found, span, dict.fromkeys(found, span))

    def _by_environment(self, category: str, name: str) -> dict[str, Value]:
        """What the environments of a team set of a resource: what all of them set alike is known."""
        found: dict[str, Value] = {}
        given = () if self._environments is None else self._environments.entries.values()
        each_of = [each.get("categories", category, name) for each in given if isinstance(each, Mapping)]
        for each in (held for held in each_of if isinstance(held, Mapping)):
            for key, value in each.entries.items():
                alike = found.get(key, value)
                same = isinstance(alike, Known) and isinstance(value, Known) and alike.value == value.value
                found[key] = value if same else Unknown(value.span, "each environment has its own")
        return found

    # ------------------------------------------------------------------------------------------------------ resources

    def finished(self, resources: tuple[Resource, ...]) -> Iterator[Resource]:
        """The resources of the stacks under the names that their author knows, with what no template says of them."""
        functions: dict[str, Reference] = {}
        for each in resources:
            stack, _, inner = each.name.partition(".")
            if not inner:
                continue  # The root is nobody's.
            category, name = self._stacks.get(stack, ("", ""))
            called = name if category == "function" and inner == _FUNCTION else each.label
            if category == "function" and inner == _ROLE:
                called = f"{name}Role"
                yield from self._own_policies(name, each)
            if each.type == "AWS::Lambda::Function":
                functions[name] = Reference(each.name, "Arn", each.span)
            # Of templates of other categories Amplify's command writes the whole anew.
            made = each.generated or category not in ("function", "custom")
            properties = _generated(each.properties) if made else each.properties
            yield replace(each, label=called, generated=made, properties=properties)
        for category, name, told, span in self._resources():
            if f"{category}{name}" in self._stacks:
                continue  # Its template says what it has to do with functions.
            yield from generated.of(self._sources, posixpath.join(self._home, category, name), told, span, functions)

    def _own_policies(self, name: str, role: Resource) -> Iterator[Resource]:
        """What a function's custom-policies.json allows it besides.

        https://docs.amplify.aws/gen1/react/build-a-backend/functions/access-custom-resources/
        """
        found = _read(self._sources, posixpath.join(self._home, "function", name, "custom-policies.json"))
        if not isinstance(found, Sequence):
            return
        statements = [
            Mapping(
                {"Effect": Known("Allow", each.span), **each.entries},
                each.span,
                {"Effect": each.span, **each.keys},
            )
            for each in found
            if isinstance(each, Mapping) and items(each.get("Action"))
        ]
        if statements:
            given = tuple(_with_environment(each) for each in statements)
            document = _of(found.span, Version=Known("2012-10-17", found.span), Statement=Sequence(given, found.span))
            whose = Sequence((Reference(role.name, "", found.span),), found.span)
            properties = _of(found.span, PolicyDocument=document, Roles=whose)
            yield Resource(
                "AWS::IAM::Policy",
                f"function{name}.CustomLambdaPolicies",
                properties,
                statements[0].span,
                found.span,
                label=f"custom-policies.json of {name}",
            )


def _generated(properties: Mapping) -> Mapping:
    """Properties whose statements, in a policy or in the policies of a role, say that Amplify wrote them."""
    entries = dict(properties.entries)
    match entries.get("PolicyDocument"), entries.get("Policies"):
        case Mapping() as document, _:
            own = Known("Amplify", document.span)
            statements = tuple(
                Mapping({**each.entries, "GeneratedBy": own}, each.span, each.keys, each.open)
                if isinstance(each, Mapping)
                else each
                for each in items(document.entries.get("Statement"))
            )
            row = Sequence(statements, document.span)
            written = {**document.entries, "Statement": row}
            entries["PolicyDocument"] = Mapping(written, document.span, document.keys, document.open)
        case _, Sequence() as inline:
            held = tuple(_generated(each) if isinstance(each, Mapping) else each for each in inline)
            entries["Policies"] = Sequence(held, inline.span, inline.open)
    return Mapping(entries, properties.span, properties.keys, properties.open)


def _with_environment(statement: Mapping) -> Mapping:
    """A statement whose resources may name the environment: `${env}`."""
    resources = tuple(
        Unknown(each.span, "env") if isinstance(each, Known) and "${" in str(each.value) else each
        for each in items(statement.get("Resource"))
    )
    return Mapping(
        {**statement.entries, "Resource": Sequence(resources, statement.span)}, statement.span, statement.keys
    )


def _text(value: Value | None) -> str:
    return str(value.value) if isinstance(value, Known) else ""


def _of(span: Span, **entries: Value) -> Mapping:
    return Mapping(entries, span, dict.fromkeys(entries, span))
