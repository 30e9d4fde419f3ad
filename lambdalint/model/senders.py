"""Senders: the kinds of source that send a function its events, and the fields that those have."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lambdalint.data.events import FIELDS, S3_DETAIL_TYPES, Fields
from lambdalint.model import invokers, requests
from lambdalint.model.invokers import Invoker
from lambdalint.model.requests import http_triggers
from lambdalint.model.targets import Target, targets
from lambdalint.model.view import text
from lambdalint.records import dataclass
from lambdalint.source import Span
from lambdalint.templates.value import Known, Mapping, Value, items

if TYPE_CHECKING:
    from lambdalint.model.functions import Function

_REQUESTS = {
    requests.REST: "REST API",
    requests.HTTP_1: "HTTP API 1.0",
    requests.HTTP_2: "HTTP API 2.0",
    requests.URL: "function URL",
    requests.LOAD_BALANCER: "load balancer",
    requests.WEBSOCKET: "WebSocket API",
}
_BY_EVENTS = frozenset({"EventBridge", "EventBridge Scheduler"})


@dataclass(frozen=True, slots=True)
class Sender:
    """A source of a function's events whose fields are known."""

    function: Function
    kind: str
    """As messages name it: `HTTP API 2.0`, `SQS`; "" where a target's own input is all that is sent."""
    fields: Fields
    span: Span

    @property
    def events(self) -> str:
        """What a message about the function calls its events."""
        return f"its {self.kind} events" if self.kind else "its input"

    def lacks(self, path: tuple[str, ...]) -> bool:
        """Whether none of its events has the field of a path, though they have what the field would stand in."""
        known = self.fields.get(path[:-1])
        return known is not None and path[-1] not in known


def senders(function: Function) -> tuple[Sender, ...] | None:
    """What sends a function its events; None where something may send events that are not known."""
    found: list[Sender] = []
    http = {each.span: each.kind for each in http_triggers(function)}
    for invoker in function.invokers:
        if invoker.service in _BY_EVENTS:
            aimed = [each for each in targets(function.project) if function.is_named_by(each.arn) and not each.disabled]
            of_service = [_of_target(function, each) for each in aimed if each.service == invoker.service]
            if not of_service or None in of_service:
                return None
            found.extend(each for each in of_service if each is not None)
            continue
        kind = _REQUESTS.get(http[invoker.span] or "") if invoker.span in http else _kind(function, invoker)
        if kind is None or kind not in FIELDS:
            return None
        found.append(Sender(function, kind, FIELDS[kind], invoker.span))
    if not found or any(each.kind is None for each in http_triggers(function)):
        return None
    return tuple({each.span: each for each in found}.values())


def _kind(function: Function, invoker: Invoker) -> str | None:
    if invoker.mode == invokers.UNKNOWN or (invoker.mode == invokers.DEPLOYMENT and not _is_custom(function, invoker)):
        return None
    if invoker.service == "API Gateway":
        return next(_authorizers(function, invoker), None)
    return invoker.service


def _is_custom(function: Function, invoker: Invoker) -> bool:
    """Whether it is a custom resource that invokes; Terraform's `aws_lambda_invocation` sends what it is given."""
    return any(resource.span == invoker.span for resource in function.custom_resources)


def _authorizers(function: Function, invoker: Invoker) -> Iterator[str | None]:
    for resource in function.project.of_type("AWS::ApiGateway::Authorizer"):
        if resource.span == invoker.span:
            kind = text(resource.get("Type"))
            yield {"TOKEN": "REST API token authorizer", "REQUEST": "REST API request authorizer"}.get(kind or "")
    for resource in function.project.of_type("AWS::ApiGatewayV2::Authorizer"):
        if resource.span == invoker.span:
            match resource.get("AuthorizerPayloadFormatVersion"):
                case Known(written) if str(written) in ("1.0", "2.0"):
                    yield f"HTTP API authorizer {written}"
                case _:
                    yield None


def _of_target(function: Function, target: Target) -> Sender | None:
    """What a rule or schedule sends: the event, or the input that its target gives in its place."""
    given = target.properties
    if given.open or given.get("InputPath") is not None:
        return None
    for name in ("Input", "InputTransformer"):
        instead = given.get(name)
        if instead is not None:
            keys = _keys(instead if name == "Input" else given.get(name, "InputTemplate"))
            return None if keys is None else Sender(function, "", {(): keys}, given.key(name))
    kind = target.service
    pattern = target.rule.get("EventPattern")
    of_s3 = isinstance(pattern, Mapping) and _only(pattern.get("source"), frozenset({"aws.s3"}))
    if of_s3 and isinstance(pattern, Mapping) and _only(pattern.get("detail-type"), S3_DETAIL_TYPES):
        kind = "S3 through EventBridge"
    return Sender(function, kind, FIELDS[kind], target.span)


def _only(value: Value | None, known: frozenset[str]) -> bool:
    written = [text(each) for each in items(value)]
    return bool(written) and all(each in known for each in written)


def _keys(value: Value | None) -> frozenset[str] | None:
    """The names of an input's fields; None where they are not known."""
    match value:
        case Mapping(entries, open=False):
            return frozenset(entries)
        case Known(str(written)):
            try:
                parsed = json.loads(written)
            except ValueError:
                return None
            return frozenset(parsed) if isinstance(parsed, dict) else None
        case _:
            return None
