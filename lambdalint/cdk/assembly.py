"""What an app is synthesised to, while its program is gone through."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from lambdalint.cdk.app import App
from lambdalint.cdk.constructs import Construct, Constructs
from lambdalint.cdk.props import Props
from lambdalint.cdk.values import Values
from lambdalint.code.value import Value
from lambdalint.patterns import pattern
from lambdalint.programs.places import Places
from lambdalint.records import dataclass, field
from lambdalint.source import Span
from lambdalint.templates import value as template
from lambdalint.templates.cdk.stack import granted
from lambdalint.templates.resource import HOME, Resource
from lambdalint.templates.value import Known, Mapping, Reference, Sequence, Unknown

Made = template.Value | None
Later = Callable[[], Made]
"""What is known of a property when all of the program was gone through."""

UNSEEN = "CDK::Construct"
"""The type of what stands for a construct that is not known: its properties are what it is given."""


_ADDED_TO = frozenset({"apigateway.Stage"})
"""Kinds of constructs whose properties others of the CDK set."""


@dataclass(frozen=True, slots=True)
class Override:
    """What the program sets of a resource from outside, after its construct was made."""

    path: tuple[str, ...]
    """The names that lead to it; never empty."""
    value: Made
    """None where it is taken away."""
    span: Span


@dataclass(slots=True, eq=False)
class Draft:
    """A resource that the app makes."""

    type: str
    name: str
    span: Span
    entries: dict[str, Made | Later]
    extent: Span
    open: bool = False
    """Whether it may have properties that are not seen."""
    changed: bool = False
    """Whether those that are seen may be others in the end."""
    visited: bool = False
    """Whether an aspect may have changed those that aspects change."""
    metadata: dict[str, Made] = field(default_factory=dict)
    keys: dict[str, Span] = field(default_factory=dict)
    """Where the names of its properties stand, if they have places of their own."""
    overrides: list[Override] = field(default_factory=list)
    uncertain: bool = False
    generated: bool = False
    label: str = ""
    """How it is called, where that is not its path: as the construct that its author wrote."""


@dataclass(slots=True)
class Assembly:
    """The resources of an app, while they are made."""

    app: App
    constructs: Constructs
    values: Values
    places: Places
    drafts: dict[str, Draft] = field(default_factory=dict)
    unseen: list[tuple[Span, Construct]] = field(default_factory=list)
    """What was handed to something that is not known, and where."""
    roles: list[Construct] = field(default_factory=list)
    uncertain: bool = False
    """Whether what is made now may as well not be made."""
    visited: list[tuple[str, frozenset[str] | None]] = field(default_factory=list)
    """The paths below which an aspect changes what it visits, with the properties that it sets; None for any."""
    later: list[Callable[[], None]] = field(default_factory=list)
    """What is to be done when all of the program was gone through."""
    former: bool = False
    """Whether it is an app of the first version of the CDK, whose grants are others."""
    unseen_grants: list[Span] = field(default_factory=list)
    """Where something is granted that is not known to what is not known: it may be any role."""
    added: dict[int, dict[str, list[Value]]] = field(default_factory=dict)
    """What the methods of statements were given, by the identity of the call that made the statement."""

    def draft(self, construct: Construct, kind: str, entries: dict[str, Made | Later], inner: str = "") -> Draft:
        """Make a resource of a construct, its main one where `inner` is empty."""
        path = f"{construct.path}/{inner}" if inner else construct.path
        name, count = path, 1
        while name in self.drafts:
            count += 1
            name = f"{path}#{count}"
        found = Draft(kind, name, self.head(construct.span), entries, construct.span)
        found.uncertain = construct.uncertain or self.uncertain
        self.drafts[name] = found
        if not inner:
            construct.resource = name
        return found

    def head(self, span: Span) -> Span:
        """The first line of a stretch of a program."""
        if span.line == span.end_line:
            return span
        source = self.app.sources.read(span.path)
        line = source.lines[span.line - 1] if source is not None and span.line <= len(source.lines) else ""
        return Span(span.path, span.line, span.column, span.line, max(len(line.rstrip()) + 1, span.column))

    def value(self, given: Value | None, construct: Construct) -> Made:
        """A value in a template's words, at the place of a construct."""
        return self.values.value(given, self.head(construct.span))

    def child(self, of: Construct, name: str, kind: str, entries: Props | None = None) -> Construct:
        """A construct that another one makes by itself."""
        made = Construct(kind, f"{of.path}/{name}", of, entries or Props(), of.span, of.uncertain)
        of.parts[name] = made
        return made

    def arn(self, construct: Construct | None, key: str, span: Span) -> Reference | Known | Unknown:
        """An attribute of a construct that may not be known, or of what is there already and was named by it."""
        found = None if construct is None else self.values.reference(construct, key, span)
        if found is None and construct is not None and construct.imported:
            named = self.values.named(construct, key, span)
            own = self._own(construct, named)
            found = None if own is None else self.values.reference(own, key, span)
            return found or (named if isinstance(named, Known) else Unknown(span, key))
        return found or Unknown(span, key)

    def _own(self, imported: Construct, named: template.Value | None) -> Construct | None:
        """The construct of the app itself that is named as if it were there already, by what another stack says of it:
        by a reference, or by an ARN that ends in one."""
        last = named.parts[-1] if isinstance(named, template.Text) and named.parts else named
        if not isinstance(last, Reference):
            return None
        given = (each for _, each in imported.added.get("named", ()))
        found = (each for each in self.constructs.reached(*given) if each.kind == imported.kind)
        return next((each for each in found if not each.imported and each.resource == last.resource), None)

    # ------------------------------------------------------------------------------------------------------- roles

    def grantee(self, value: Value | None) -> Construct | None:
        """The role of what is granted something; None where that is none of the app."""
        found = self.constructs.find(value)
        if found is None:
            return None
        return found.parts.get("role", found if found.kind == "iam.Role" else None)

    def allow(self, role: Construct | None, actions: Iterable[str], *resources: template.Value) -> None:
        """Have a role allow actions on resources; nothing where it is no role of the app."""
        if role is not None:
            span = resources[0].span
            given = Unknown(span, "CDK v1") if self.former else statement(span, actions, resources)
            role.statements.append(lambda: given)

    # ----------------------------------------------------------------------------------------------------- unknown

    def hand_over(self, span: Span, constructs: Iterable[Construct], *, known: bool = False, used: bool = True) -> None:
        """Leave constructs to something that is not followed: it may add to them, and use them, unless it is used by
        them.

        What is `known` to be a construct of the CDK sets none of their properties, and attaches no managed policies.
        """
        for each in dict.fromkeys(constructs):
            again = each.handed
            each.handed = True
            each.loose |= not known
            if each.resource:
                self.drafts[each.resource].open |= not known or each.kind in _ADDED_TO
                if used and not again:
                    self.unseen.append((span, each))
            for name, part in each.parts.items():
                if name in ("role", "deploymentStage") and part is not each and not part.handed:
                    self.hand_over(span, (part,), known=known, used=used)

    def refer(self, span: Span, constructs: Iterable[Construct]) -> None:
        """Have constructs be named by something that is not followed, which may use them and adds nothing to them."""
        self.unseen += [(span, each) for each in dict.fromkeys(constructs) if each.resource]

    def change(self, constructs: Iterable[Construct]) -> None:
        """Have any property of constructs be another than it seems."""
        for each in constructs:
            if each.resource:
                self.drafts[each.resource].open = self.drafts[each.resource].changed = True

    def finished(self) -> tuple[Resource, ...]:
        """All resources of the app."""
        for path, touched in self.visited:
            self._visit(path, touched)
        for span in self.unseen_grants[:1]:
            self.hand_over(span, self.roles)
        for role in self.roles:
            self._policy(role)
        found = [self._resource(each) for each in self.drafts.values()]
        return (*found, *self._unseen())

    def _visit(self, path: str, touched: frozenset[str] | None) -> None:
        """Have an aspect change what is below a path."""
        if touched is None:
            for role in self.roles:
                if _is_below(role.path, path):
                    role.handed = role.loose = True
        for each in self.drafts.values():
            if not _is_below(each.name, path):
                continue
            if touched is None:
                each.open = each.visited = True
            for name in sorted(touched or ()):
                each.overrides.append(Override((name,), Unknown(each.span, "an aspect", optional=True), each.span))

    def _policy(self, role: Construct) -> None:
        if not role.statements or not role.resource:
            return
        span = self.head(role.span)
        given = [each() for each in role.statements]
        statements = tuple(Unknown(span, "a statement") if each is None else each for each in given)
        document = mapping(span, {"Version": Known("2012-10-17", span), "Statement": Sequence(statements, span)})
        draft = self.draft(
            role,
            "AWS::IAM::Policy",
            {"PolicyDocument": document, "Roles": Sequence((Reference(role.resource, "", span),), span)},
            "DefaultPolicy",
        )
        # It stands where it is first added to, as the role has its own place.
        draft.span = draft.extent = statements[0].span
        draft.label = self.drafts[role.resource].label

    def _resource(self, draft: Draft) -> Resource:
        made = {name: each() if callable(each) else each for name, each in draft.entries.items()}
        if draft.changed:
            made = {name: Unknown(draft.span, "changed later", optional=True) for name in made}
        elif draft.visited:
            unknown = Unknown(draft.span, "an aspect", optional=True)
            made = {
                name: value if name in _STAYING or isinstance(value, Reference) else unknown
                for name, value in made.items()
            }
        properties = mapping(draft.span, made)
        for each in draft.overrides:
            properties = _overridden(properties, each.path, each)
        keys = {name: place for name, place in draft.keys.items() if name in properties.entries}
        metadata = mapping(draft.span, {HOME: Known(self.app.home, draft.span), **draft.metadata})
        return Resource(
            draft.type,
            draft.name,
            granted(
                Mapping(properties.entries, properties.span, {**properties.keys, **keys}, draft.open), everything=False
            ),
            draft.span,
            draft.extent,
            metadata,
            draft.generated,
            draft.label or _label(draft.name),
            draft.uncertain,
        )

    def _unseen(self) -> Iterator[Resource]:
        for number, (span, construct) in enumerate(self.unseen):
            place = self.head(span)
            given = mapping(place, {"Given": Reference(construct.resource, "Arn", place)})
            yield Resource(UNSEEN, f"(unseen {number})", given, place, span)


_STAYING = frozenset({
    "Action", "Code", "Endpoint", "EventSourceArn", "FunctionName", "Handler", "HttpMethod", "Integration",
    "IntegrationUri", "NotificationConfiguration", "PackageType", "Principal", "Protocol", "RouteKey", "Target",
    "Targets", "TopicArn",
})  # fmt: skip
"""What no aspect changes, whatever it hardens, names or tags: what code a function has, and what invokes it."""


_UNNAMED = pattern(r"\(unnamed \d+(?:, ([^)]*))?\)")


def _label(name: str) -> str:
    """What a construct is called: its path, with what is known of its ids, and without those of which nothing is."""
    return "/".join(filter(None, (_UNNAMED.sub(r"\1", each) for each in name.split("/"))))


def _is_below(path: str, scope: str) -> bool:
    return not scope or path == scope or path.startswith(f"{scope}/")


def _overridden(within: Mapping, path: tuple[str, ...], given: Override) -> Mapping:
    """A mapping in which the value at a path is another, or none."""
    first, *rest = path
    entries, keys = dict(within.entries), dict(within.keys)
    value = given.value
    if rest:
        inner = entries.get(first)
        if isinstance(inner, Unknown | Sequence) and not isinstance(inner, Mapping):
            value = Unknown(given.span, "overridden", optional=True)
        else:
            value = _overridden(inner if isinstance(inner, Mapping) else mapping(given.span, {}), tuple(rest), given)
    entries.pop(first, None)
    if value is not None:
        entries[first] = value
        keys[first] = given.span if first not in within.entries else keys.get(first, given.span)
    return Mapping(entries, within.span, {name: keys.get(name, within.span) for name in entries}, within.open)


def mapping(span: Span, entries: dict[str, Made]) -> Mapping:
    """A mapping of the entries that are set."""
    found: dict[str, template.Value] = {name: each for name, each in entries.items() if each is not None}
    return Mapping(found, span, dict.fromkeys(found, span))


def statement(span: Span, actions: Iterable[str], resources: Iterable[template.Value], **more: Any) -> Mapping:
    """A statement of a policy that allows actions."""
    return mapping(
        span,
        {
            "Effect": Known("Allow", span),
            "Action": Sequence(tuple(Known(each, span) for each in actions), span),
            "Resource": Sequence(tuple(resources), span),
            **more,
        },
    )
