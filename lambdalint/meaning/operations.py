"""The operations of AWS's APIs that calls ask for: by clients, by resources, by paginators and waiters."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from typing import Any

from lambdalint.code.idioms import DOCUMENT_CLIENT
from lambdalint.code.value import EACH, NONE, Call, Choice, Constant, Mapping, Member, Partial, Result, Unknown, Value
from lambdalint.data import sdk as tables
from lambdalint.data.sdk import Pagination, pagination
from lambdalint.meaning import sdk
from lambdalint.records import dataclass, field

__all__ = ["Operation", "Pagination", "operation", "pagination", "waiters"]

REQUEST, PAGES, WAITER, TRANSFER, BATCH = "request", "pages", "waiter", "transfer", "batch"

_NO_OPERATIONS = frozenset({
    "can_paginate", "close", "generate_db_auth_token", "generate_db_connect_admin_auth_token",
    "generate_db_connect_auth_token", "generate_presigned_post", "generate_presigned_url",
    "get_available_subresources", "get_paginator", "get_waiter", DOCUMENT_CLIENT, "send", "destroy", "on", "once",
})  # fmt: skip
"""Methods of clients that ask AWS for nothing."""

_NARROWING = frozenset({"all", "filter", "limit", "page_size", "pages"})
"""Methods of a collection that give its items, or a narrower collection."""

_ENTERED = frozenset({"enter_context", "enter_async_context"})
"""Methods that give what they are given."""

_READING = (
    "get_", "batch_get_", "admin_get_", "list_", "admin_list_", "describe_", "head_", "query", "scan",
)  # fmt: skip
"""How the names of operations begin that change nothing."""

_OPTIONS = ("ExtraArgs", "Callback", "Config")
_TRANSFERS = {
    "upload_file": ("put_object", ("Filename", "Bucket", "Key", *_OPTIONS)),
    "upload_fileobj": ("put_object", ("Fileobj", "Bucket", "Key", *_OPTIONS)),
    "download_file": ("get_object", ("Bucket", "Key", "Filename", *_OPTIONS)),
    "download_fileobj": ("get_object", ("Bucket", "Key", "Fileobj", *_OPTIONS)),
    "copy": ("copy_object", ("CopySource", "Bucket", "Key", "ExtraArgs", "Callback", "SourceClient", "Config")),
}
"""The methods of S3's transfers, with the operation that they come to and the names of their arguments.

https://docs.aws.amazon.com/boto3/latest/guide/s3-uploading-files.html and the pages after it.
"""

_TRANSFERRING = {
    "Bucket": {"Bucket": "name"},
    "Object": {"Bucket": "bucket_name", "Key": "key"},
}
"""The resources with S3's transfers, and the parameters that they carry."""


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """A call that asks AWS for an operation of an API."""

    service: str
    """The SDK's name of the service: `dynamodb`."""
    name: str
    """The operation as a client's method is called: `put_item`; of a waiter, the one that it polls."""
    call: Call
    bound: MappingOf[str, Value] = field(default_factory=dict)
    """The parameters that the resource carries that the method is called on."""
    kind: str = REQUEST
    """REQUEST for one request; PAGES for all pages of an answer; WAITER for one again and again until the answer is as
    expected; TRANSFER for an S3 object in as many requests as it takes; BATCH for as many as what is put needs."""
    positional: tuple[str, ...] = ()
    """The parameters that the method takes by position."""
    of_resource: bool = False
    """Whether a resource asks for it, not a client."""
    waiter: str = ""
    """The waiter that polls it, where one does."""

    def argument(self, name: str) -> Value | None:
        """The value of a parameter of the operation; None where the call does not give it, as far as it is seen."""
        if name in self.bound:
            return self.bound[name]
        position = self.positional.index(name) if name in self.positional else -1
        given = self.call.argument(position, name)
        if given is None and name != "ExtraArgs" and isinstance(extra := self._extra, Mapping):
            return extra.entries.get(name)
        return given

    @property
    def open(self) -> bool:
        """Whether it has parameters that are not seen."""
        extra = self._extra
        return self.call.open or not (
            extra is None or extra == Constant(None) or (isinstance(extra, Mapping) and not extra.open)
        )

    @property
    def paginated(self) -> bool:
        """Whether the SDK goes through all pages of the answer."""
        return self.kind == PAGES

    @property
    def only_reads(self) -> bool:
        """Whether it changes nothing."""
        return self.name.startswith(_READING)

    @property
    def transfer(self) -> bool:
        """Whether the SDK transfers an object in as many requests as it takes."""
        return self.kind == TRANSFER

    @property
    def resends(self) -> bool:
        """Whether the SDK sends again what AWS has not processed."""
        return self.kind == BATCH

    @property
    def _extra(self) -> Value | None:
        return self.argument("ExtraArgs") if self.transfer else None


@dataclass(frozen=True, slots=True)
class _Client:
    service: str


@dataclass(frozen=True, slots=True)
class _Resource:
    service: str
    name: str
    """"" for the service itself."""
    identifiers: MappingOf[str, Value]

    @property
    def knows(self) -> dict[str, Any]:
        return tables.resource(self.service, self.name)


@dataclass(frozen=True, slots=True)
class _Collection:
    of: _Resource
    name: str


@dataclass(frozen=True, slots=True)
class _Items:
    """What gives resources of a kind, one for each item."""

    each: _Resource


@dataclass(frozen=True, slots=True)
class _Pages:
    service: str
    operation: str


@dataclass(frozen=True, slots=True)
class _Waiter:
    service: str
    name: str


_Tool = _Client | _Resource | _Collection | _Items | _Pages | _Waiter
"""What the SDK gives a program to call methods on."""


def waiters(service: str, name: str) -> tuple[str, ...]:
    """The waiters that poll an operation."""
    return tuple(waiter for waiter, polled in tables.waiters(service).items() if polled == name)


def asks(value: Value) -> bool:
    """Whether a value is a client or a resource of the SDK, or a method of one: who is given it may ask AWS."""
    match value:
        case Choice(several):
            return any(map(asks, several))
        case Partial(of):
            return asks(of)
        case Member(of):
            return _tool(value) is not None or _tool(of) is not None
        case _:
            return _tool(value) is not None


def operation(call: Call) -> Operation | None:
    """The operation that a call asks AWS for; None where it asks for none, or for one that is not spelt out."""
    if call.receiver is None or not call.name or call.name.startswith("_"):
        return None
    try:
        known = call.means
    except AttributeError:  # Many checks ask it of every call.
        known = call.keep(_operation(call))
    return known if isinstance(known, Operation) else None


def _operation(call: Call) -> Operation | None:
    assert call.receiver is not None
    match _tool(call.receiver):
        case _Client(service) if call.name not in _NO_OPERATIONS:
            if service == "s3" and call.name in _TRANSFERS:
                return _transfer(call, {})
            return Operation(service, call.name, call)
        case _Pages(service, name) if call.name == "paginate":
            return Operation(service, name, call, kind=PAGES)
        case _Waiter(service, name) if call.name == "wait":
            return _waiter(service, name, call, {})
        case _Resource() as resource:
            return _of_resource(resource, call)
        case _Collection(of, name) if call.name in _NARROWING:
            found, parameters, _ = of.knows["many"][name]
            return Operation(of.service, found, call, _bound(of, parameters), PAGES)
        case _Collection(of, name):
            return _of_all(_resource(of, of.knows["many"][name][2], call), call)
        case _Items(each):
            return _of_all(each, call)
    return None


def _of_resource(resource: _Resource, call: Call) -> Operation | None:
    knows = resource.knows
    if call.name in knows.get("actions", {}):
        name, parameters, *_ = knows["actions"][call.name]
        return Operation(resource.service, name, call, _bound(resource, parameters), of_resource=True)
    if call.name in knows.get("waiters", {}):
        waiter, parameters = knows["waiters"][call.name]
        return _waiter(resource.service, waiter, call, _bound(resource, parameters))
    match resource:
        case _Resource("dynamodb", "Table") if call.name == "batch_writer":
            bound = {"TableName": resource.identifiers["name"]}
            return Operation("dynamodb", "batch_write_item", call, bound, BATCH, ("overwrite_by_pkeys",))
        case _Resource("s3", name) if name in _TRANSFERRING and call.name in _TRANSFERS:
            return _transfer(call, _bound(resource, _TRANSFERRING[name]))
    return None


def _of_all(each: _Resource, call: Call) -> Operation | None:
    """What a call does to all the items of a collection."""
    batch = each.knows.get("batch", {})
    if call.name not in batch:
        return None
    name, parameters, *_ = batch[call.name]
    return Operation(each.service, name, call, _bound(each, parameters))


def _waiter(service: str, name: str, call: Call, bound: MappingOf[str, Value]) -> Operation | None:
    polled = tables.waiters(service).get(name)
    return None if polled is None else Operation(service, polled, call, bound, WAITER, waiter=name)


def _transfer(call: Call, bound: MappingOf[str, Value]) -> Operation:
    name, positional = _TRANSFERS[call.name]
    return Operation("s3", name, call, bound, TRANSFER, tuple(each for each in positional if each not in bound))


def _bound(resource: _Resource, parameters: MappingOf[str, str]) -> dict[str, Value]:
    return {target: resource.identifiers.get(source, Unknown()) for target, source in parameters.items()}


def _tool(value: Value) -> _Tool | None:
    match value:
        case Result(call):
            return _made(call)
        case Member(Member(of, "meta"), "client") if isinstance(resource := _tool(of), _Resource):
            return _Client(resource.service)
        case Choice(several):
            # A client that is kept: nothing at first.
            made = [each for each in several if each != NONE]
            return _tool(made[0]) if len(made) == 1 else None
        case Member(of, key):
            match _tool(of):
                case _Items(each) if key == EACH or isinstance(key, int):
                    return each
                case _Resource() as resource if key in resource.knows.get("many", {}):
                    return _Collection(resource, str(key))
    return None


def _made(call: Call) -> _Tool | None:
    """What a call gives."""
    match sdk.client(call):
        case sdk.Client("client", service) if service:
            return _Client(service)
        case sdk.Client("resource", service) if service:
            return _Resource(service, "", {})
    if call.receiver is None:
        return None
    if call.name in _ENTERED and call.arguments:
        return _tool(call.arguments[0])
    match _tool(call.receiver):
        case tool if call.name in ("__enter__", "__aenter__", DOCUMENT_CLIENT):
            return tool
        case _Client(service):
            return _of_client(service, call)
        case _Resource() as resource:
            return _of_method(resource, call)
        case _Collection(of, name) if call.name in _NARROWING:
            return _Items(_resource(of, of.knows["many"][name][2], call))
        case _Items() as items if call.name in _NARROWING:
            return items
    return None


def _of_client(service: str, call: Call) -> _Tool | None:
    match call.name, call.argument(0, "operation_name"), call.argument(0, "waiter_name"):
        case "get_paginator", Constant(str(name)), _:
            return _Pages(service, name)
        case "get_waiter", _, Constant(str(name)):
            return _Waiter(service, name)
    return None


def _of_method(resource: _Resource, call: Call) -> _Tool | None:
    knows = resource.knows
    if call.name in knows.get("has", {}):
        return _resource(resource, knows["has"][call.name], call)
    _, _, given = (*knows.get("actions", {}).get(call.name, ("", {})), None)[:3]
    if given is None:
        return None
    made = _resource(resource, given, call)
    return _Items(made) if given[2:] else made


def _resource(resource: _Resource, made: Any, call: Call) -> _Resource:
    """The resource that a method gives, or each of them."""
    name, sources, *_ = made
    identifiers: dict[str, Value] = {}
    inputs = 0
    for target, source in sources.items():
        given: Value | None = None
        match source[:1]:
            case "?":
                given = call.argument(inputs, target)
                inputs += 1
            case ".":
                given = resource.identifiers.get(source[1:])
            case "=":
                given = call.argument(-1, source[1:])
        identifiers[target] = Unknown((Result(call),)) if given is None else given
    return _Resource(resource.service, name, identifiers)
