"""Public modules around one `aws_lambda_function`, whose inputs are called what its arguments are called: those of a
block stand in an object under the block's name, or each for itself with the block's name before it.

https://registry.terraform.io/modules/DataDog/lambda-datadog/aws/latest,
https://registry.terraform.io/modules/cloudposse/lambda-function/aws/latest,
https://registry.terraform.io/modules/moritzzimmer/lambda/aws/latest
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.records import replace
from lambdalint.source import Span
from lambdalint.templates.cloudformation.text import joined
from lambdalint.templates.resource import Resource, deployed_elsewhere
from lambdalint.templates.terraform.code import code
from lambdalint.templates.terraform.registry.public import Public, listed, mapping, renamed
from lambdalint.templates.terraform.row import Fields, Many, One
from lambdalint.templates.terraform.table.functions import ROWS
from lambdalint.templates.value import Known, Mapping, Reference, Sequence, Unknown, Value, items

_FUNCTION = "aws_lambda_function.this"
_LOGS = "aws_cloudwatch_log_group.lambda"
_TRIGGERS = ("cloudwatch_event_rules", "event_source_mappings", "sns_subscriptions")

OUTPUTS: dict[str, tuple[str, str]] = {
    "arn": (_FUNCTION, "Arn"),
    "invoke_arn": (_FUNCTION, "Arn"),
    "qualified_arn": (_FUNCTION, "Arn"),
    "qualified_invoke_arn": (_FUNCTION, "Arn"),
    "function_name": (_FUNCTION, ""),
    "version": (_FUNCTION, "Version"),
}
LOGGED = {
    **OUTPUTS,
    "cloudwatch_log_group_name": (_LOGS, ""),
    "cloudwatch_log_group_arn": (_LOGS, "Arn"),
}
ENVIRONMENT = {"environment": "lambda_environment"}
"""What cloudposse calls an input that others call as its block."""


def traced(call: Public) -> Iterator[Resource]:
    """Datadog's: the function, with layers and variables of Datadog's own."""
    entries, keys = _properties(call)
    given = entries.get("Layers")
    own = Unknown(call.span, "Datadog's layers")
    entries["Layers"] = listed(*items(given), own, span=call.span if given is None else given.span)
    environment = entries.get("Environment")
    variables = environment.get("Variables") if isinstance(environment, Mapping) else environment
    if variables is None or isinstance(variables, Mapping):
        defaults = mapping(call.span, {name: call.default(value) for name, value in _DATADOG.items()})
        both = defaults if variables is None else replace(variables, entries={**defaults.entries, **variables.entries})
        entries["Environment"] = mapping(call.span, {"Variables": both})
    yield from _made(call, entries, keys)


_DATADOG = {"DD_TRACE_ENABLED": "true", "DD_SERVERLESS_LOGS_ENABLED": "true", "DD_SITE": "datadoghq.com"}


def equipped(call: Public) -> Iterator[Resource]:
    """The function, with its log group and its role, of which nobody sees here what it allows."""
    if call.switch("enabled", default=True) is False:
        return
    entries, keys = _properties(call)
    entries.setdefault("Role", Unknown(call.span, "the module's role"))
    yield from _made(call, entries, keys)
    if call.switch("create_cloudwatch_log_group", default=True) is not False:
        kept, places = call.renamed({"cloudwatch_logs_retention_in_days": "RetentionInDays"})
        name = entries.get("FunctionName") or Unknown(call.span, "function_name")
        named = joined((Known("/aws/lambda/", name.span), name), name.span)
        yield call.made("AWS::Logs::LogGroup", _LOGS, {"LogGroupName": named, **kept}, places)
    for trigger in _TRIGGERS:
        if call.get(trigger) is not None:
            # Who invokes it, and how, is not read.
            place = call.key(trigger)
            allowed: dict[str, Value | None] = {
                "FunctionName": _ref(call, place),
                "Principal": Unknown(place, trigger),
            }
            yield call.made("AWS::Lambda::Permission", f"{trigger}.this", allowed, span=place, generated=True)


def _made(call: Public, entries: dict[str, Value], keys: dict[str, Span]) -> Iterator[Resource]:
    function = call.made("AWS::Lambda::Function", _FUNCTION, entries, keys)
    if call.switch("ignore_external_function_updates") is not False:
        function = replace(function, metadata=deployed_elsewhere(call.key("ignore_external_function_updates")))
    yield function
    if call.switch("publish") is not False or "SnapStart" in entries:
        place = call.key("publish")
        version = {"FunctionName": _ref(call, place)}
        yield call.made("AWS::Lambda::Version", f"{_FUNCTION}.version", version, span=place, generated=True)


def _ref(call: Public, span: Span) -> Reference:
    """The function's name."""
    return Reference(call.address(_FUNCTION), "", span)


def _properties(call: Public) -> tuple[dict[str, Value], dict[str, Span]]:
    entries: dict[str, Value] = {"Timeout": call.default(3), "MemorySize": call.default(128)}
    keys: dict[str, Span] = {}
    for name, field in ROWS["aws_lambda_function"].fields.items():
        match field:
            case str():
                named, found, place = field, call.get(name), call.key(name)
            case One(named, fields) | Many(named, fields):
                found, place = _block(call, name, fields)
                if found is not None and isinstance(field, Many):
                    found = listed(found, span=found.span)
            case _:
                continue
        if found is not None and not _is_off(found):
            entries[named], keys[named] = found, place
    argument, packed = code(call.instance)
    if packed is not None:
        entries["Code"], keys["Code"] = packed, call.key(argument)
    return entries, keys


def _block(call: Public, name: str, fields: Fields) -> tuple[Value | None, Span]:
    """What is given for a block, and its place."""
    inner = {argument: field for argument, field in fields.items() if isinstance(field, str)}
    match call.get(name):
        case None:
            pass
        case Known(value=True, span=span) if "apply_on" in inner:
            return mapping(span, {inner["apply_on"]: Known("PublishedVersions", span)}), call.key(name)
        case Mapping() as given:
            found = renamed(given, inner)
            return (found if found is not None and found.entries else None), call.key(name)
        case other:
            return (None if isinstance(other, Known) else replace(other, span=call.key(name))), call.key(name)
    flat = {argument: call.get(f"{name}_{argument}") for argument in inner}
    known = {argument: value for argument, value in flat.items() if value is not None and not _is_off(value)}
    if not known:
        return None, call.span
    place = call.key(f"{name}_{next(iter(known))}")
    return mapping(
        place,
        {inner[argument]: value for argument, value in known.items()},
        {inner[argument]: call.key(f"{name}_{argument}") for argument in known},
    ), place


def _is_off(value: Value) -> bool:
    """Whether a value is what these modules take for none."""
    match value:
        case Known(value="" | -1) | Sequence(items=(), open=False):
            return True
        case _:
            return False
