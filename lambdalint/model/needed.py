"""What a function's code needs its role to allow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from lambdalint.code import value as code
from lambdalint.data.variables import RESERVED
from lambdalint.meaning import absence, failures, iam
from lambdalint.meaning.http import takes_requests
from lambdalint.meaning.iam import Need
from lambdalint.meaning.operations import Operation
from lambdalint.model import arns, encryption, invokers
from lambdalint.model.arns import PARTED, SHAPES
from lambdalint.model.links import of_link
from lambdalint.model.view import text
from lambdalint.records import dataclass
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Known, Reference, Text, Value

if TYPE_CHECKING:
    from lambdalint.code.facts import Handler
    from lambdalint.model.functions import Function


@dataclass(frozen=True, slots=True)
class Needed:
    """An action that a function's code needs."""

    operation: Operation
    need: Need
    on: Reference | None
    """The resource of the project that it is needed on; None where that is not one, or not known."""
    name: str = ""
    """The name that the code spells out, where it is needed on what is no resource of the project."""
    origin: str = ""
    """How the name was found, where only a deployment decides it: by the default of a parameter."""
    absent: str = ""
    """The error by which the code tells that an object is not there, where it is needed for that error alone."""

    @property
    def elsewhere(self) -> bool:
        """Whether a policy of the resource itself may allow it, so that the role need not."""
        return self.need.action.partition(":")[0] in _ALLOWED_ELSEWHERE

    @property
    def target(self) -> Value | None:
        """What it is needed on, as a statement would name it; None where that is not known."""
        if not self.need.on:
            return None
        _, _, part = self.need.on.partition("}")
        if self.on is not None:
            arn = Reference(self.on.resource, "Arn", self.on.span)
            part = _globbed(part) if self.need.type in PARTED else ""
            return Text((arn, Known(part, self.on.span)), self.on.span) if part else arn
        if self.name:
            spelt = f"arn:*:{SHAPES[self.need.type]}{arns.named(self.need.type, self.name)}{_globbed(part)}"
            return Known(spelt, self.operation.call.span, self.origin)
        return None

    @property
    def part(self) -> str:
        """The part of the resource that it is needed on, as `/*` for the objects of a bucket; "" for the whole."""
        return _globbed(self.need.on.partition("}")[2]) if self.need.type in PARTED else ""


_ALLOWED_ELSEWHERE = frozenset({"kms", "sts"})
"""Services whose resources' policies commonly name the role, also within an account: keys, and the trust of roles."""


_LISTING = Need("s3:ListBucket", "s3:::{Bucket}", True)
"""What it takes that S3 tells an object that is not there from one that may not be read."""


def needed(function: Function) -> tuple[Needed, ...]:
    """What a function's code needs for certain, with the credentials of its role."""
    return () if function.handler is None else _needed(function, function.handler)


@lru_cache(maxsize=4096)
def _needed(function: Function, handler: Handler) -> tuple[Needed, ...]:
    return tuple(_each_needed(function, handler))


def _each_needed(function: Function, handler: Handler) -> Iterator[Needed]:
    for found, needs in iam.needed(handler):
        for need in () if _is_switched_off(function, found) else needs:
            on = _resource(function, found, need)
            name, origin = ("", "") if on is not None else _name(function, found, need)
            yield Needed(found, need, on, name, origin)
            if found.service == "s3" and found.name in ("get_object", "head_object"):
                absent = absence.tells_absent(handler, found)
                if absent and not (failures.ends_alike(handler, found.call) and not _is_told_how(function)):
                    yield Needed(found, _LISTING, on, name, origin, absent)


def _is_told_how(function: Function) -> bool:
    """Whether something may tell one error of a function from another: who waits for its answer, and tests."""
    handler = function.handler
    waited = any(each.mode not in (invokers.ASYNCHRONOUS, invokers.POLLED) for each in function.invokers)
    return waited or (handler is not None and takes_requests(handler))


@dataclass(frozen=True, slots=True)
class NeededOfKey:
    """What a function's code needs of the key that something is encrypted with."""

    needed: Needed
    """What it needs of what is encrypted."""
    encrypted: Resource
    key: Resource
    actions: tuple[str, ...]


def needed_of_keys(function: Function) -> Iterator[NeededOfKey]:
    """What a function's code needs for certain of keys whose use the policies of roles decide."""
    for each in needed(function):
        encrypted = None if each.on is None else function.project.resource(each.on.resource)
        if encrypted is None or _chooses_key(each.operation):
            continue
        actions = encryption.uses(encrypted.type, each.need.action)
        key = encryption.key(function.project, encrypted) if actions else None
        if key is not None:
            yield NeededOfKey(each, encrypted, key, actions)


def _chooses_key(found: Operation) -> bool:
    """Whether a call says itself how what it writes is encrypted, or may."""
    names = ("ServerSideEncryption", "SSEKMSKeyId", "SSECustomerKey")
    return found.open or any(found.argument(name) is not None for name in names)


def _is_switched_off(function: Function, found: Operation) -> bool:
    """Whether a call uses a variable that the function does not set: it stands behind a test for it, as a rule."""
    variables = function.variables
    if variables is not None and variables.open:
        return False
    known = RESERVED if variables is None else RESERVED | variables.entries.keys()
    made_of = list(code.origins(code.Result(found.call)))
    unset = [
        each
        for each in made_of
        if isinstance(each, code.Environment) and each.default is None and each.name not in known
    ]
    # Something else stands in for it: `process.env.STAGE || "dev"`.
    replaced = {
        id(option)
        for each in made_of
        if isinstance(each, code.Choice) and any(isinstance(one, code.Constant) and one.value for one in each.options)
        for option in each.options
    }
    return any(id(each) not in replaced for each in unset)


_NAMES = {
    "AWS::DynamoDB::Table": "TableName",
    "AWS::Kinesis::Stream": "Name",
    "AWS::KinesisFirehose::DeliveryStream": "DeliveryStreamName",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SSM::Parameter": "Name",
    "AWS::SecretsManager::Secret": "Name",
}
"""The property with the name of a resource, which calls may name it by."""


def _resource(function: Function, found: Operation, need: Need) -> Reference | None:
    """The resource of the project that a call names, itself or through an environment variable of the function."""
    given: Value | None = None
    match iam.named(found, need):
        case code.Environment(name) if function.variables is not None:
            given = function.variables.entries.get(name)
        case code.Constant(str(name)):
            return _of_name(function, need.type, name)
        case code.Imported() as named:
            given = of_link(function.project, named, function.span)
        case code.Text() as put_together:
            return _of_name(function, need.type, _spelt(function, put_together)[0])
    match given:
        case Reference(name):
            resource = function.project.resource(name)
            return given if resource is not None and resource.type == need.type else None
        case Known(str(name)):
            return _of_name(function, need.type, name)
        case _:
            return None


_PLAIN = {
    **dict.fromkeys(PARTED, re.compile(r"[\w.-]+")),
    "AWS::SSM::Parameter": re.compile(r"[\w./-]+"),
    "AWS::SecretsManager::Secret": re.compile(r"[\w.+=@/-]+"),
}
"""By the types whose ARNs have names: what is one, and neither an ARN nor a version besides."""


def _name(function: Function, found: Operation, need: Need) -> tuple[str, str]:
    """The name that a call spells out, itself or through a variable of the function, and how that was found."""
    if need.type not in _PLAIN:
        return "", ""
    given, origin = _spelt(function, iam.named(found, need))
    if not _PLAIN[need.type].fullmatch(given):
        return "", ""
    # What a path leads to, and the path itself, with a slash at its end or without.
    return f"{given.rstrip('/')}*" if found.name == "get_parameters_by_path" else given, origin


def _spelt(function: Function, value: code.Value | None) -> tuple[str, str]:
    """The text that a value of the code is, by what the function's variables are set to, and how that was found; empty
    where some of it is not known."""
    match value:
        case code.Constant(str(written)):
            return written, ""
        case code.Environment(name) if function.variables is not None:
            given = function.variables.entries.get(name)
            return (str(given.value), given.origin) if isinstance(given, Known) else ("", "")
        case code.Text(several):
            found = [_spelt(function, each) for each in several if each != _EMPTY]
            origins = {origin for _, origin in found if origin}
            known = all(written for written, _ in found) and len(origins) <= 1
            return ("".join(written for written, _ in found), "".join(origins)) if known else ("", "")
        case _:
            return "", ""


_EMPTY = code.Constant("")


def _of_name(function: Function, kind: str, name: str) -> Reference | None:
    """The resource of a type whose name is spelt out."""
    for each in function.project.of_type(kind) if kind in _NAMES else ():
        if text(each.get(_NAMES[kind])) == name:
            return Reference(each.name, "", each.span)
    return None


def _globbed(suffix: str) -> str:
    """The rest of an ARN with `*` for its parameters."""
    return re.sub(r"\{[^}]+\}", "*", suffix)
