"""One template as it is deployed: its parameters bound, its conditions decided, its nested stacks at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lambdalint.patterns import pattern
from lambdalint.source import Source, Span, UnreadableSource
from lambdalint.templates.cloudformation import conditions
from lambdalint.templates.cloudformation.files import NESTED, Files, local_path, pointers, type_of, uploaded
from lambdalint.templates.cloudformation.intrinsics import at, evaluate
from lambdalint.templates.cloudformation.text import BY_DEFAULT, spelt
from lambdalint.templates.value import (
    FROM_EXPORT,
    FROM_STACK,
    FROM_STORE,
    HIDDEN,
    Known,
    Mapping,
    Reference,
    Sequence,
    Unknown,
    Value,
)

SAM = "AWS::Serverless-2016-10-31"

DEPTH = 8
"""How deep stacks may nest."""

CHAINED = 50
"""How many conditions may rest on one another."""

STACKS = 250
"""How many stacks a deployment may have: templates that include each other twice would never end."""

_LIST_OF_IDS = pattern(r"(AWS::SSM::Parameter::Value<)?List<AWS::")
"""Types of parameters that are lists of what there is in the account: there is at least one."""


class Stack:
    """A template with everything that its names stand for."""

    def __init__(
        self,
        source: Source,
        root: Mapping,
        files: Files,
        *,
        prefix: str = "",
        bound: dict[str, Value] | None = None,
        parents: tuple[str, ...] = (),
        tally: list[str] | None = None,
        aliases: Callable[[Stack], Iterator[tuple[str, str]]],
    ) -> None:
        """`aliases` gives the names that a template may use for what SAM makes, and what they name."""
        self.source = source
        self.root = root
        self.prefix = prefix
        """What the names of its resources begin with: `Stack.` in a nested one."""
        self.tally = [] if tally is None else tally
        """The paths of all the stacks of the deployment so far, this one's among them."""
        self.unreadable: list[tuple[Span, str]] = []
        self._files = files
        self._bound = bound
        self._aliases = aliases
        self._parents = (*parents, source.path)
        self._decided: dict[str, bool | None] = {}
        self._deciding = 0
        self._changed: frozenset[str] = frozenset()
        """The parameters that have no default in what is evaluated."""
        self._including = False
        self._outputs: dict[str, Value] = {}
        self._generated: dict[str, str] | None = None
        self._children: dict[str, Stack | None] = {}
        self.tally.append(source.path)
        self.sam = self._is_sam()
        self.resources: dict[str, Mapping] = {}
        """The resources that can be deployed, by logical id, as the template says them."""
        self.resources = dict(self._deployed())
        # A condition may wrongly name a resource while it is decided which of them there are.
        self._generated = None
        self._children.clear()

    def source_at(self, span: Span) -> Source:
        """The text that a place lies in: the template's, or that of a file that is put into it."""
        if span.path == self.source.path:
            return self.source
        try:
            found = self._files.template(span.path)
        except UnreadableSource:
            found = None
        return self.source if found is None else found[0]

    def section(self, name: str) -> Mapping:
        """A top-level section of the template; an empty mapping where it has none."""
        match self.root.entries.get(name):
            case Mapping() as section:
                return section
            case _:
                return Mapping({}, self.root.span, {})

    def value(self, node: Value | None) -> Value | None:
        """What a node of the template stands for; None where it is not set."""
        return None if node is None else evaluate(node, self)

    def mapping(self, node: Value | None, span: Span) -> Mapping:
        """What a node stands for where that must be a mapping; an open one where it is none that can be seen."""
        match self.value(node):
            case Mapping() as found:
                return found
            case None:
                return Mapping({}, span, {})
            case other:
                return Mapping({}, other.span, {}, open=True)

    def properties(self, logical_id: str, given: Value | None, span: Span) -> Mapping:
        """What is given to a resource stands for, wherever its Condition lets it be deployed."""
        match self.resources[logical_id].entries.get("Condition"):
            case Known(value=str() as condition):
                self._changed = conditions.changed(self.condition(condition), self)
        try:
            return self.mapping(given, span)
        finally:
            self._changed = frozenset()

    def reference(self, logical_id: str, attribute: str, span: Span) -> Reference:
        """A reference to a resource of this template."""
        return Reference(self.prefix + logical_id, attribute, span)

    def children(self) -> Iterator[Stack]:
        """The nested stacks whose templates are at hand."""
        for logical_id in self.resources:
            child = self.child(logical_id)
            if child is not None:
                yield child

    def child(self, logical_id: str) -> Stack | None:
        """The nested stack of a resource; None where it is no stack, or its template is not at hand."""
        if logical_id not in self._children:
            self._children[logical_id] = None  # while its parameters are evaluated, which may lead back here
            self._children[logical_id] = self._nested(logical_id)
        return self._children[logical_id]

    def ref(self, name: str, span: Span) -> Value | None:
        if name == "AWS::NoValue":
            return None
        if name in ("AWS::Partition", "AWS::URLSuffix"):
            return Known("aws" if name == "AWS::Partition" else "amazonaws.com", span, BY_DEFAULT + name)
        if name.startswith("AWS::"):
            return Unknown(span, name)
        if name in self.section("Parameters").keys:
            return self._parameter(name, span)
        return self._target(name, "", span)

    def attribute(self, name: str, attribute: str, span: Span) -> Value:
        if attribute.startswith("Outputs.") and (child := self.child(name)) is not None:
            output = attribute.removeprefix("Outputs.")
            return at(child.output(output), span, f"in output {output} of stack {name}")
        if name in self.resources and self._type(name) in NESTED:
            return Unknown(span, f"{attribute} of stack {name}")
        return self._target(name, attribute, span)

    def output(self, name: str) -> Value:
        """One of the template's outputs."""
        if name not in self._outputs:
            unknown = Unknown(self.root.span, f"output {name}")
            self._outputs[name] = unknown  # while it is evaluated, which may lead back here
            self._outputs[name] = self.value(self.section("Outputs").get(name, "Value")) or unknown
        return self._outputs[name]

    def given(self) -> Iterator[tuple[tuple[str, str], Value]]:
        """What the template gives to other deployments: its outputs, by their names and by those of their exports."""
        section = self.section("Outputs")
        for name, output in section.entries.items():
            yield (FROM_STACK, name), self.output(name)
            match self.value(output.get("Export", "Name") if isinstance(output, Mapping) else None):
                case Known(value=str() as export):
                    yield (FROM_EXPORT, export), self.output(name)

    def decided(self, condition: str) -> bool | None:
        if condition not in self._decided:
            self._decided[condition] = None  # a condition that rests on itself
            if self._deciding < CHAINED:
                self._deciding += 1
                self._decided[condition] = conditions.holds(self.condition(condition), self)
                self._deciding -= 1
        return self._decided[condition]

    def condition(self, name: str) -> Value | None:
        return self.section("Conditions").entries.get(name)

    def table(self, name: str) -> Mapping | None:
        match self.section("Mappings").entries.get(name):
            case Mapping() as found:
                return found
            case _:
                return None

    def allowed(self, parameter: str) -> frozenset[str] | None:
        if parameter in self._files.configured or (self._bound and parameter in self._bound):
            return None
        match self.section("Parameters").get(parameter, "AllowedValues"):
            case Sequence(items) if items and all(isinstance(item, Known) for item in items):
                return frozenset(spelt(item) for item in items if isinstance(item, Known))
            case _:
                return None

    def _is_sam(self) -> bool:
        match self.root.entries.get("Transform"):
            case Known(value=transform):
                return transform == SAM
            case Sequence(items) if any(isinstance(item, Known) and item.value == SAM for item in items):
                return True
        resources = self.section("Resources").entries.values()
        return any(
            type_of(each).startswith("AWS::Serverless::")
            or (isinstance(each, Mapping) and "Connectors" in each.entries)
            for each in resources
        )

    def _deployed(self) -> Iterator[tuple[str, Mapping]]:
        section = self.section("Resources")
        for logical_id, place in section.keys.items():
            resource = section.entries.get(logical_id)
            if logical_id.startswith("Fn::"):
                continue
            if not isinstance(resource, Mapping):
                if not isinstance(resource, Unknown):
                    self.unreadable.append((place, f"resource {logical_id} is not a mapping"))
            elif not type_of(resource):
                if "Properties" in resource.keys and "Type" not in resource.keys:
                    self.unreadable.append((place, f"resource {logical_id} has no Type"))
            elif not self._dropped(resource):
                if isinstance(properties := resource.entries.get("Properties"), Known | Sequence):
                    self.unreadable.append((properties.span, f"Properties of {logical_id} is not a mapping"))
                yield logical_id, resource

    def _dropped(self, resource: Mapping) -> bool:
        match resource.entries.get("Condition"):
            case Known(value=str() as condition):
                return self.decided(condition) is False
            case _:
                return False

    def _type(self, logical_id: str) -> str:
        return type_of(self.resources[logical_id])

    def _parameter(self, name: str, span: Span) -> Value:
        configured = self._files.configured
        if self._bound is not None and name in self._bound:
            return at(self._bound[name], span, f"as passed for parameter {name}")
        if name in configured and self._bound is None:
            return self._given(name, Known(configured[name], span, f"as configured for parameter {name}"), span)
        declared = self.section("Parameters").entries.get(name)
        match declared:
            case Mapping():
                kind, default, secret = (declared.get(key) for key in ("Type", "Default", "NoEcho"))
            case _:
                return Unknown(span, f"parameter {name}")
        from_store = isinstance(kind, Known) and str(kind.value).startswith("AWS::SSM::Parameter::")
        hidden = isinstance(secret, Known) and spelt(secret).lower() == "true"
        match default:
            case Known(value=str() as named) if from_store and not hidden:
                return Unknown(span, f"parameter {name}", elsewhere=(FROM_STORE, named))
            case Known(value=value) if not from_store and not hidden and name not in self._changed:
                return self._given(name, Known(value, span, f"{BY_DEFAULT}parameter {name}"), span)
            case None if isinstance(kind, Known) and _LIST_OF_IDS.match(str(kind.value)):
                return Sequence((Unknown(span, f"parameter {name}"),), span, open=True)
            case _:
                return Unknown(span, f"parameter {name}{HIDDEN if hidden else ''}")

    def _given(self, name: str, value: Known, span: Span) -> Value:
        """A parameter's value as its type reads it."""
        match self.section("Parameters").get(name, "Type"):
            case Known(value=str() as kind) if kind == "CommaDelimitedList" or kind.startswith("List<"):
                texts = (text.strip() for text in spelt(value).split(",")) if spelt(value) else ()
                return Sequence(tuple(Known(text, span, value.origin) for text in texts), span)
            case _:
                return value

    def _target(self, name: str, attribute: str, span: Span) -> Value:
        # SAM lets a template name what it makes: Function.Alias, FunctionRole, ServerlessRestApi …
        if self.sam:
            base, made, rest = f"{name}.{attribute}..".split(".", 2)
            if (generated := self._by_alias().get(f"{base}.{made}")) is not None:
                return self.reference(generated, rest.rstrip("."), span)
        if name in self.resources:
            return self.reference(name, attribute, span)
        prefixes = (name[:end] for end in range(1, len(name)))
        if self.sam and (name.startswith("Serverless") or any(prefix in self.resources for prefix in prefixes)):
            return self.reference(name, attribute, span)
        return Unknown(span, f"no resource {name}")

    def _by_alias(self) -> dict[str, str]:
        """Names for what SAM makes, such as `Function.Alias`, and the logical ids that it gives them."""
        if self._generated is None:
            self._generated = {}  # while they are evaluated, which may lead back here
            self._generated = dict(self._aliases(self))
        return self._generated

    def included(self, location: Value | None) -> Value | None:
        if self._including:
            return None
        given = self.value(location)
        path = local_path(self.source.path, [given]) or uploaded(self.source.path, given)
        if path is None or path in self._parents:
            return None
        # What is put in is not seen to put in more: files that include each other would never end.
        self._including = True
        try:
            found = self._files.template(path)
            if found is None:
                return None
            if path not in self.tally:
                self.tally.append(path)
            return self.value(found[1])
        except UnreadableSource:
            return None
        finally:
            self._including = False

    def _nested(self, logical_id: str) -> Stack | None:
        resource = self.resources.get(logical_id)
        if resource is None or type_of(resource) not in NESTED:
            return None
        path = local_path(self.source.path, [self.value(pointer) for pointer in pointers(resource)])
        if path is None or path in self._parents or len(self._parents) > DEPTH or len(self.tally) >= STACKS:
            return None
        try:
            found = self._files.template(path)
        except UnreadableSource as error:
            if (error.span, error.why) not in self.unreadable:
                self.unreadable.append((error.span, error.why))
            self.tally.append(path)
            return None
        if found is None or "Resources" not in found[1].keys:
            return None
        source, root = found
        parameters = self.mapping(resource.get("Properties", "Parameters"), resource.span)
        prefix = f"{self.prefix}{logical_id}."
        bound = parameters.entries
        return Stack(
            source, root, self._files,
            prefix=prefix, bound=bound, parents=self._parents, tally=self.tally, aliases=self._aliases,
        )  # fmt: skip
