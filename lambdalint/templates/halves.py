"""Deployments of several tools over one project: what one of them makes another one names.

A function of SAM whose mapping is Terraform's, a queue of Terraform's that a service of the Serverless Framework polls:
each half by itself says too little, or what is not so. They are found by the names that things have in AWS, by
parameters of SSM and by outputs of stacks, among deployments that lie together; and judged as one.
"""

from __future__ import annotations

import collections.abc
import re
from collections.abc import Callable, Iterable, Iterator

from lambdalint.patterns import pattern
from lambdalint.records import dataclass, field, replace
from lambdalint.templates.beside import MOST, above
from lambdalint.templates.resource import Deployment, Resource
from lambdalint.templates.value import (
    FROM_STORE,
    Known,
    Mapping,
    Reference,
    Sequence,
    Text,
    Unknown,
    Value,
)

_TOOLS = {
    "amplify": "cloudformation", "cdk": "cloudformation", "chalice": "chalice", "cloudformation": "cloudformation",
    "sam": "cloudformation", "script": "script", "serverless": "serverless", "terraform": "terraform",
}  # fmt: skip
"""Which tool deploys what is written in a dialect."""

_FUNCTION, _QUEUE = "AWS::Lambda::Function", "AWS::SQS::Queue"

_NAMES = {
    _FUNCTION: "FunctionName", _QUEUE: "QueueName", "AWS::SNS::Topic": "TopicName",
    "AWS::DynamoDB::Table": "TableName", "AWS::Kinesis::Stream": "Name", "AWS::IAM::Role": "RoleName",
    "AWS::S3::Bucket": "BucketName", "AWS::StepFunctions::StateMachine": "StateMachineName",
}  # fmt: skip
"""For a type of resource the property with the name that it has in AWS."""

_CALLED = {
    "AWS::Lambda::Alias": ("FunctionName", _FUNCTION),
    "AWS::Lambda::EventInvokeConfig": ("FunctionName", _FUNCTION),
    "AWS::Lambda::EventSourceMapping": ("FunctionName", _FUNCTION),
    "AWS::Lambda::Permission": ("FunctionName", _FUNCTION),
    "AWS::Lambda::Url": ("TargetFunctionArn", _FUNCTION),
    "AWS::IAM::RolePolicy": ("RoleName", "AWS::IAM::Role"),
    "AWS::S3::BucketNotification": ("Bucket", "AWS::S3::Bucket"),
}
"""For a type of resource a property that may be the plain name of another, and the type of that."""

_ANY = "\1"
"""Stands for what only a deployment knows."""

_ARNS = tuple(
    (pattern(rf"arn:[^:]*:{shape}"), kind)
    for shape, kind in (
        (r"lambda:[^:]*:[^:]*:function:([\w\1-]+)(?::[\w$\1-]+)?", _FUNCTION),
        (r"sqs:[^:]*:[^:]*:([\w.\1-]+)", _QUEUE),
        (r"sns:[^:]*:[^:]*:([\w.\1-]+)", "AWS::SNS::Topic"),
        (r"dynamodb:[^:]*:[^:]*:table/([\w.\1-]+)(?:/stream/.*)?", "AWS::DynamoDB::Table"),
        (r"kinesis:[^:]*:[^:]*:stream/([\w.\1-]+)", "AWS::Kinesis::Stream"),
        (r"iam::[^:]*:role/([\w+=,.@\1-]+)", "AWS::IAM::Role"),
        (r"s3:::([\w.\1-]+)", "AWS::S3::Bucket"),
        (r"states:[^:]*:[^:]*:stateMachine:([\w\1-]+)", "AWS::StepFunctions::StateMachine"),
    )
)
"""How the ARN of a type of resource is written, with its name."""
_URL = pattern(r"https://(?:sqs\.[\w.\1-]+|[\w\1-]+\.queue\.amazonaws\.com)/[\w\1]+/([\w.\1-]+)")
_WORD = pattern(r"[A-Za-z0-9]{4,}")


@dataclass(frozen=True, slots=True)
class Unread:
    """A deployment that is there, and is read when it is known that another one may be its half."""

    path: str
    words: frozenset[str]
    """The words of its files."""
    read: Callable[[], Deployment]


def joined(
    found: collections.abc.Sequence[Deployment], unread: collections.abc.Sequence[tuple[str, Callable[[], Unread]]]
) -> tuple[list[Deployment], frozenset[str]]:
    """The deployments, those that are halves of one project told so; and the paths of those of Terraform, none of which
    was read, that were read for it, and are among them."""
    able = [each for each in found if _may_be_half(each)]
    near = _neighbours([*(each.path for each in able), *(path for path, _ in unread)])
    tools = {each.path: _TOOLS[each.dialect] for each in able} | {path: "terraform" for path, _ in unread}
    several = {path for path in tools if any(tools[each] != tools[path] for each in near[path])}
    halves = [_Half.of(each.path, each) for each in able if each.path in several]
    first = tuple(halves)
    read: dict[str, Deployment] = {}
    for path, look in unread:
        beside = [each for each in first if path in near[each.place]] if path in several else []
        if beside:
            other = look()
            if any(not each.words.isdisjoint(other.words) for each in beside):
                read[path] = other.read()
                halves.append(_Half.of(path, read[path]))
    links = _links(halves, near)
    whole = {each.path: each for each in (*found, *read.values())}
    placed: set[str] = set()
    for half in halves:
        if half.place not in placed and links[half.place]:
            group = _group(half, links, placed)
            whole |= {each.path: each for each in _whole(group, placed)}
            placed.update(each.place for each in group)
    left = [each for each in whole.values() if each.halves or not _is_part(each)]
    return left, frozenset(read)


def _is_part(deployment: Deployment) -> bool:
    """Whether it is a script that makes no function, and is worth reading only for what another tool makes."""
    return deployment.dialect == "script" and not any(each.type == _FUNCTION for each in deployment.resources)


def _may_be_half(deployment: Deployment) -> bool:
    aside = deployment.local or deployment.offline or deployment.idle or deployment.app
    return deployment.dialect in _TOOLS and bool(deployment.resources) and not aside


def _neighbours(paths: collections.abc.Sequence[str]) -> dict[str, frozenset[str]]:
    """For each path those that lie with it below a directory that holds one project."""
    below: dict[str, list[str]] = {}
    for path in paths:
        for directory in above(path):
            below.setdefault(directory, []).append(path)
    # Of a directory that holds too many nothing is said: those inside are projects of their own.
    return {
        path: frozenset(max((below[each] for each in above(path) if len(below[each]) <= MOST), key=len, default=()))
        - {path}
        for path in paths
    }


@dataclass(frozen=True, slots=True, eq=False)
class _Half:
    """A deployment with what others may call what it makes, and what it calls."""

    place: str
    """The path that stands for it."""
    deployment: Deployment
    made: dict[str, list[tuple[str, Value]]]
    """For each kind, the names with what they name."""
    called: frozenset[tuple[str, str]]
    """The kinds and names that it does not make itself."""
    words: frozenset[str] = field(default=frozenset())
    """Words, one of each of these names."""

    @staticmethod
    def of(place: str, deployment: Deployment) -> _Half:
        made: dict[str, list[tuple[str, Value]]] = {}
        for kind, name, value in _made(deployment):
            made.setdefault(kind, []).append((name, value))
        asked: set[tuple[str, str]] = set()

        def ask(kind: str, name: str) -> Value | None:
            if _found(made, kind, name) is None:
                asked.add((kind, name))
            return None

        for each in deployment.resources:
            _resolved(each, ask)
        names = {name for several in made.values() for name, _ in several} | {name for _, name in asked}
        longest = (max(_WORD.findall(name), key=len, default="") for name in names)
        return _Half(place, deployment, made, frozenset(asked), frozenset(filter(None, longest)))

    def names(self, other: _Half) -> bool:
        """Whether it calls something that another one makes."""
        return any(_found(other.made, kind, name) is not None for kind, name in self.called)

    def is_instead_of(self, other: _Half) -> bool:
        """Whether it makes something that another one makes: it is another environment of it, or another way to
        deploy it."""
        own = {each.name for each in self.deployment.resources}
        if self.deployment.dialect == other.deployment.dialect and any(
            each.name in own for each in other.deployment.resources
        ):
            return True
        return any(
            kind in _NAMES and _is_told(name) and _found(other.made, kind, name) is not None
            for kind, several in self.made.items()
            for name, _ in several
        )


def _made(deployment: Deployment) -> Iterator[tuple[str, str, Value]]:
    for each in deployment.resources:
        named = _NAMES.get(each.type)
        name = _spelt(each.get(named)) if named is not None else ""
        if _is_told(name):
            yield each.type, name, Reference(each.name, "", each.span)
        value = each.get("Value") if each.type == FROM_STORE else None
        if value is not None and _leads_on(value) and (name := _spelt(each.get("Name"))):
            yield FROM_STORE, name, value
    yield from ((kind, name, value) for (kind, name), value in deployment.outputs.items() if _leads_on(value))


def _leads_on(value: Value) -> bool:
    """Whether a value that is given to others leads to a resource: what is just said there is not said by them."""
    parts = value.parts if isinstance(value, Text) else (value,)
    return any(isinstance(part, Reference) for part in parts)


def _is_told(name: str) -> bool:
    """Whether enough of a name is spelt out to tell it from others."""
    return len(name.replace(_ANY, "")) >= 3 and _WORD.search(name) is not None


def _found(made: dict[str, list[tuple[str, Value]]], kind: str, name: str) -> Value | None:
    """What has a name; None where nothing has, or several may."""
    several = made.get(kind, ())
    exact = [value for each, value in several if each == name] if _ANY not in name else []
    if exact:
        return exact[0]
    found = [value for each, value in several if _meet(name, each)] if _is_told(name) else []
    return found[0] if len(found) == 1 else None


def _meet(one: str, other: str) -> bool:
    """Whether two names are the same but for what only a deployment knows."""
    if one == other:
        return True
    wide, narrow = (one, other) if _ANY in one else (other, one)
    if _ANY not in wide or _ANY in narrow:
        return False
    return re.fullmatch(r"[\w.-]+".join(map(re.escape, wide.split(_ANY))), narrow) is not None


def _spelt(value: Value | None) -> str:
    match value:
        case Known(value=str() as text):
            return text
        case Text(parts):
            joined = "".join(str(part.value) if isinstance(part, Known) else _ANY for part in parts)
            return re.sub(f"{_ANY}+", _ANY, joined)
        case _:
            return ""


def _links(halves: collections.abc.Sequence[_Half], near: dict[str, frozenset[str]]) -> dict[str, list[_Half]]:
    """For each deployment, by its path, those of other tools that it calls something of, or that call something of
    it."""
    links: dict[str, list[_Half]] = {each.place: [] for each in halves}
    for number, one in enumerate(halves):
        for other in halves[number + 1 :]:
            apart = _TOOLS[one.deployment.dialect] != _TOOLS[other.deployment.dialect]
            beside = apart and other.place in near[one.place]
            if beside and (one.names(other) or other.names(one)) and not one.is_instead_of(other):
                links[one.place].append(other)
                links[other.place].append(one)
    return links


def _group(first: _Half, links: dict[str, list[_Half]], placed: set[str]) -> list[_Half]:
    """A deployment, and those that belong to it: of several environments one, and one that is not told yet."""
    group = [first]
    pending = [first]
    while pending:
        others = links[pending.pop(0).place]
        for each in sorted(others, key=lambda other: other.place in placed):
            if each not in group and not any(each.is_instead_of(other) for other in group):
                group.append(each)
                pending.append(each)
    return group


def _whole(group: list[_Half], placed: set[str]) -> Iterator[Deployment]:
    """The deployments of a group: the first is judged with the resources of all, the others are judged with it."""
    taken: set[str] = set()
    moved: list[dict[str, str]] = []
    for each in group:
        own = {one.name for one in each.deployment.resources}
        moved.append({name: f"{each.deployment.path}.{name}" for name in own & taken})
        taken |= own
    resources: list[tuple[Resource, ...]] = []
    for number, half in enumerate(group):

        def stands_for(kind: str, name: str, half: _Half = half) -> Value | None:
            if (kind, name) not in half.called:
                return None
            for other, names in zip(group, moved, strict=True):
                if other is not half and (value := _found(other.made, kind, name)) is not None:
                    return _renamed(value, names)
            return None

        resources.append(tuple(_resolved(each, stands_for, moved[number]) for each in half.deployment.resources))
    first, *others = group
    paths = tuple(path for each in group for path in each.deployment.paths)
    known = [own for half, own in zip(group, resources, strict=True) if half.place in placed]
    yield replace(
        first.deployment,
        resources=resources[0],
        beside=tuple(each for own in resources[1:] for each in own),
        borrowed=tuple(dict.fromkeys(each.name for own in known for each in own)),
        halves=paths,
    )
    for each in others:
        if each.place not in placed:
            yield replace(each.deployment, judged_with=first.deployment.path, halves=paths)


_NONE: dict[str, str] = {}
Named = Callable[[str, str], "Value | None"]
"""What stands for a kind and a name of something that another deployment makes; None where nothing does."""


def _resolved(resource: Resource, named: Named, moved: collections.abc.Mapping[str, str] = _NONE) -> Resource:
    """A resource that refers to what it names."""
    plain = _CALLED.get(resource.type)

    def change(value: Value) -> Value:
        return _renamed(_referring(value, named), moved)

    properties = _changed(resource.properties, change)
    assert isinstance(properties, Mapping)
    if plain is not None:
        given = resource.properties.entries.get(plain[0])
        name = _spelt(given)
        found = named(plain[1], name.partition(":")[0]) if name and ":" not in name[:4] else None
        if found is not None and given is not None:
            entries = {**properties.entries, plain[0]: _at(found, given)}
            properties = replace(properties, entries=entries)
    name = moved.get(resource.name, resource.name)
    if properties is resource.properties and name == resource.name:
        return resource
    return replace(resource, name=name, properties=properties, label=resource.called)


def _referring(value: Value, named: Named) -> Value:
    match value:
        case Unknown(elsewhere=(kind, name)):
            found = named(kind, name)
        case Known() | Text():
            return _by_arn(value, named)
        case _:
            return value
    return value if found is None else _at(found, value)


def _by_arn(value: Known | Text, named: Named) -> Value:
    text = _spelt(value)
    if text.startswith(("arn:", _ANY)):
        for shape, kind in _ARNS:
            if (written := shape.fullmatch(text)) is not None:
                found = named(kind, written[1])
                return value if found is None else _at(found, value, "StreamArn" if "/stream/" in text else "Arn")
    elif text.startswith("https://") and (written := _URL.fullmatch(text)) is not None:
        found = named(_QUEUE, written[1])
        return value if found is None else _at(found, value)
    return value


def _at(found: Value, place: Value, attribute: str = "") -> Value:
    """What stands for a value, at its place."""
    match found:
        case Reference():
            return replace(found, span=place.span, attribute=found.attribute or attribute)
        case Known() | Text() | Unknown():
            return replace(found, span=place.span)
        case _:
            return found


def _renamed(value: Value, names: collections.abc.Mapping[str, str]) -> Value:
    match value:
        case Reference(resource) if resource in names:
            return replace(value, resource=names[resource])
        case Text(parts) if names:
            new = tuple(_renamed(part, names) for part in parts)
            return value if all(one is two for one, two in zip(new, parts, strict=True)) else Text(new, value.span)  # type: ignore[arg-type]
        case _:
            return value


def _changed(value: Value, change: Callable[[Value], Value]) -> Value:
    """A value whose parts are changed, itself where none is."""
    match value:
        case Mapping(entries):
            new = {name: _changed(each, change) for name, each in entries.items()}
            same = all(new[name] is each for name, each in entries.items())
            return value if same else Mapping(new, value.span, value.keys, value.open)
        case Sequence(items):
            row = tuple(_changed(each, change) for each in items)
            return value if all(map(_is, row, items)) else Sequence(row, value.span, value.open)
        case _:
            return change(value)


def _is(one: object, other: object) -> bool:
    return one is other


def words(texts: Iterable[str]) -> frozenset[str]:
    """The words of some texts, one of which is in each name of what they make or call."""
    return frozenset(word for text in texts for word in _WORD.findall(text))
