"""Where functions log to, and how long that is kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lambdalint.model.functions import functions
from lambdalint.model.grants import names
from lambdalint.model.view import View, references, text
from lambdalint.templates.cloudformation.intrinsics import same
from lambdalint.templates.resource import MODULE
from lambdalint.templates.value import SETTLED, Known, Mapping, Reference, Sequence, Text, Unknown, Value, items

if TYPE_CHECKING:
    from lambdalint.model.deployed import Deployed
    from lambdalint.model.functions import Function
    from lambdalint.templates.resource import Resource

_TYPES = ("AWS::Logs::LogGroup", "Custom::LogRetention")
"""Log groups, and what CDK sets the retention of one with."""


class LogGroup(View):
    """A log group of CloudWatch."""

    __slots__ = ()

    @property
    def retention(self) -> Value | None:
        """Days that it keeps a line; None where it keeps all, as is AWS's default, or 0 in Terraform."""
        given = self.get("RetentionInDays")
        return None if isinstance(given, Known) and str(given.value) == "0" else given

    @property
    def called(self) -> Value | None:
        """Its name; None where CloudFormation makes one up."""
        return self.get("LogGroupName")


def never_logs(function: Function) -> bool:
    """Whether a function is set to log nothing, or its role denies it: on purpose, as nothing else does."""
    match function.get("LoggingConfig"):
        case Known(value=False):
            return True
    role = function.role
    denied = () if role is None else (each for each in role.documents if text(each.value.get("Effect")) == "Deny")
    return any(names(each, action) for each in denied for action in ("logs:CreateLogStream", "logs:PutLogEvents"))


def logs_of_its_own(function: Function) -> bool:
    """Whether a function's role lets it write to log groups that are called otherwise than those that Lambda makes, and
    to no others: its author has its code write there."""
    role = function.role
    allowed = () if role is None else (each for each in role.documents if text(each.value.get("Effect")) == "Allow")
    places = [
        place for each in allowed if names(each, "logs:PutLogEvents") for place in items(each.value.get("Resource"))
    ]
    return bool(places) and all(map(_is_called_otherwise, places))


def _is_called_otherwise(place: Value) -> bool:
    parts = place.parts if isinstance(place, Text) else (place,)
    said = "".join(str(each.value) if isinstance(each, Known) else "?" for each in parts)
    group = said.partition(":log-group:")[2]
    return group.startswith("/") and not group.startswith(("/aws/lambda", "/*", "/?"))


def log_groups(function: Function) -> tuple[LogGroup, ...] | None:
    """The log groups of the project that a function logs to; None where that cannot be told."""
    given = function.get("LoggingConfig", "LogGroup")
    groups = [LogGroup(function.project, each) for kind in _TYPES for each in function.project.of_type(kind)]
    match given:
        case None if isinstance(function.get("FunctionName"), Unknown) or _at_edge(function):
            return None
        case None:
            told = {group: _is_named_after(function, group.called) for group in groups}
        case Reference(name):
            # What is not a log group of the project stands for one from elsewhere.
            return tuple(group for group in groups if group.resource.name == name) or None
        case _:
            named = _pattern(given)
            return tuple(group for group in groups if _same(_pattern(group.called), named)) or None
    found = tuple(group for group, is_its in told.items() if is_its)
    return None if not found and (None in told.values() or _handed_on(function)) else found


def fed_from(project: Deployed) -> Iterator[tuple[LogGroup, Resource]]:
    """The log groups of a project that something else than a function fills: a state machine, a stage of an API, or
    whatever a subscription hands on to a function; each with what names it."""
    groups = [LogGroup(project, each) for each in project.of_type("AWS::Logs::LogGroup") if not each.generated]
    for kind, path in _FILLING.items():
        for resource in project.of_type(kind):
            named = resource.get(*path)
            found = [_named_in(each) for each in (named, *(items(named) if isinstance(named, Sequence) else ()))]
            for group in groups:
                if any(_is_group(group, each) for each in found if each is not None):
                    yield group, resource


_FILLING = {
    "AWS::StepFunctions::StateMachine": ("LoggingConfiguration", "Destinations"),
    "AWS::ApiGateway::Stage": ("AccessLogSetting", "DestinationArn"),
    "AWS::ApiGatewayV2::Stage": ("AccessLogSettings", "DestinationArn"),
    "AWS::Logs::SubscriptionFilter": ("LogGroupName",),
}  # fmt: skip
"""What fills a log group or reads it, and where it names that."""


def _named_in(value: Value | None) -> Value | None:
    """The group in a destination of a state machine, or the value itself."""
    return value.get("CloudWatchLogsLogGroup", "LogGroupArn") if isinstance(value, Mapping) else value


def _is_group(group: LogGroup, named: Value) -> bool:
    if any(each.resource == group.resource.name for each in references(named)):
        return True
    called, given = text(group.called), text(named)
    return called is not None and called == given


def logs_to(function: Function, named: Value | None) -> bool:
    """Whether a value surely names the log group that a function logs to."""
    given = function.get("LoggingConfig", "LogGroup")
    if never_logs(function):
        return False
    if isinstance(named, Reference):
        return any(each.resource.name == named.resource for each in log_groups(function) or ())
    if given is None:
        return _is_named_after(function, named) is True or _spells_name_of(function, named)
    return isinstance(given, Known | Text) and same(given, named)


def _spells_name_of(function: Function, named: Value | None) -> bool:
    """Whether a text is `/aws/lambda/` and a function's name, put together of the same parts."""
    match named, function.get("FunctionName"):
        case Text((Known(str(start)), *rest)), Text() | Reference() | Unknown() as own:
            parts = own.parts if isinstance(own, Text) else (own,)
            left = start.removeprefix(_PREFIX)
            written = (Known(left, named.span), *rest) if left else tuple(rest)
            alike = len(written) == len(parts) and all(map(_alike, written, parts))
            return start.startswith(_PREFIX) and alike
        case _:
            return False


def _alike(one: Value, other: Value) -> bool:
    if isinstance(one, Unknown) and isinstance(other, Unknown):
        return one.why.startswith(_ONE) and one.why == other.why and one.span.path == other.span.path
    return same(one, other)


_ONE = (*SETTLED, "variable ")
"""How the whys begin of what is not known, but the same in all of a file."""
_PREFIX = "/aws/lambda/"


def _handed_on(function: Function) -> bool:
    """Whether a module that is not seen is told the name that Lambda would use, or may be."""
    return any(
        _pattern(each).startswith("/aws/lambda/") and _is_named_after(function, each) is not False
        for module in function.project.of_type(MODULE)
        for each in _texts(module.properties)
    )


def _texts(value: Value) -> Iterator[Value]:
    """The texts in a value."""
    match value:
        case Known() | Text():
            yield value
        case Mapping(entries=entries):
            for each in entries.values():
                yield from _texts(each)
        case Sequence(inner):
            for each in inner:
                yield from _texts(each)


def _is_named_after(function: Function, given: Value | None) -> bool | None:
    """Whether the name of a log group is the one that Lambda would use for a function; None where that is not known."""
    if given is None:
        return False
    named = {each.resource for each in references(given)}
    if function.resource.name in named:
        return True
    if any(each.resource.name in named for each in functions(function.project)):
        return False
    if _spells_name_of(function, given):
        return True
    own, called = function.get("FunctionName"), _pattern(given)
    if own is None:
        # CloudFormation makes up a name that ends in letters which nobody can write down.
        return None if called.endswith(_HOLE) else False
    return _same(called, f"/aws/lambda/{_pattern(own)}")


def _at_edge(function: Function) -> bool:
    """Whether CloudFront runs it, with a log group in every region."""
    return any(each.service == "CloudFront" for each in function.invokers)


_HOLE = "\0"


def _pattern(value: Value | None) -> str:
    """A name as it is written, with a hole where something is not a literal."""
    match value:
        case Known(name):
            return str(name)
        case Text(parts):
            return "".join(str(part.value) if isinstance(part, Known) else _HOLE for part in parts)
        case Sequence(inner):
            return "".join(map(_pattern, inner))
        case _:
            return _HOLE


def _same(one: str, other: str) -> bool | None:
    """Whether two names are the same; None where that depends on what their holes stand for."""
    if _HOLE not in one and _HOLE not in other:
        return one == other
    starts = one.partition(_HOLE)[0], other.partition(_HOLE)[0]
    ends = one.rpartition(_HOLE)[2], other.rpartition(_HOLE)[2]
    possible = _fit(*starts) and _fit(ends[0][::-1], ends[1][::-1])
    return None if possible else False


def _fit(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)
