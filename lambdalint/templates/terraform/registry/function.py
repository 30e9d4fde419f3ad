"""terraform-aws-modules/lambda: a function, and all that the module makes around it.

https://registry.terraform.io/modules/terraform-aws-modules/lambda/aws/latest
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.records import replace
from lambdalint.source import Span
from lambdalint.templates.resource import Resource, deployed_elsewhere
from lambdalint.templates.terraform.code import local
from lambdalint.templates.terraform.registry import role
from lambdalint.templates.terraform.registry.public import Public, listed, mapping, renamed, rows
from lambdalint.templates.terraform.table.functions import ROWS
from lambdalint.templates.value import Known, Mapping, Reference, Sequence, Unknown, Value

_FUNCTION = "aws_lambda_function.this"
_LAYER = "aws_lambda_layer_version.this"
_LOGS = "aws_cloudwatch_log_group.lambda"

_NAMES = {
    "function_name": "FunctionName",
    "description": "Description",
    "handler": "Handler",
    "runtime": "Runtime",
    "timeout": "Timeout",
    "memory_size": "MemorySize",
    "package_type": "PackageType",
    "architectures": "Architectures",
    "layers": "Layers",
    "kms_key_arn": "KmsKeyArn",
    "recursive_loop": "RecursiveLoop",
}
_INVOCATION = {
    "maximum_event_age_in_seconds": "MaximumEventAgeInSeconds",
    "maximum_retry_attempts": "MaximumRetryAttempts",
}
_MAPPING = {
    name: field
    for name, field in ROWS["aws_lambda_event_source_mapping"].fields.items()
    if isinstance(field, str) and name != "function_name"
}

OUTPUTS: dict[str, tuple[str, str]] = {
    "lambda_function_arn": (_FUNCTION, "Arn"),
    "lambda_function_arn_static": (_FUNCTION, "Arn"),
    "lambda_function_invoke_arn": (_FUNCTION, "Arn"),
    "lambda_function_qualified_arn": (_FUNCTION, "Arn"),
    "lambda_function_qualified_invoke_arn": (_FUNCTION, "Arn"),
    "lambda_function_name": (_FUNCTION, ""),
    "lambda_function_version": (_FUNCTION, "Version"),
    "lambda_function_url": ("aws_lambda_function_url.this", "FunctionUrl"),
    "lambda_layer_arn": (_LAYER, ""),
    "lambda_layer_layer_arn": (_LAYER, ""),
    "lambda_role_arn": (role.ROLE, "Arn"),
    "lambda_role_name": (role.ROLE, ""),
    "lambda_cloudwatch_log_group_name": (_LOGS, ""),
    "lambda_cloudwatch_log_group_arn": (_LOGS, "Arn"),
}  # fmt: skip


def resources(call: Public) -> Iterator[Resource]:
    if call.switch("create", default=True) is False:
        return
    if call.switch("create_layer"):
        yield _layer(call)
        return
    if call.switch("create_function", default=True) is False:
        return
    made = call.made("AWS::Lambda::Function", _FUNCTION, *_properties(call))
    if call.switch("ignore_source_code_hash") is False:
        yield made
    else:
        yield replace(made, metadata=deployed_elsewhere(call.key("ignore_source_code_hash")))
    if call.get("lambda_role") is None and call.switch("create_role", default=True) is not False:
        yield from role.role(call)
    if call.switch("publish") or call.switch("snap_start"):
        place = call.key("publish")
        yield call.made(
            "AWS::Lambda::Version",
            f"{_FUNCTION}.version",
            {"FunctionName": _ref(call, place)},
            span=place,
            generated=True,
        )
    if call.switch("use_existing_cloudwatch_log_group") is False:
        entries, keys = call.renamed({"cloudwatch_logs_retention_in_days": "RetentionInDays"})
        name = call.get("function_name") or Unknown(call.span, "function_name")
        named = call.get("logging_log_group") or _log_group(name)
        yield call.made("AWS::Logs::LogGroup", _LOGS, {"LogGroupName": named, **entries}, keys)
    yield from _started(call)
    yield from _invocation(call)


def _ref(call: Public, span: Span) -> Reference:
    """The function's name."""
    return Reference(call.address(_FUNCTION), "", span)


def _properties(call: Public) -> tuple[dict[str, Value | None], dict[str, Span]]:
    found, keys = call.renamed(_NAMES)
    packed = found.get("PackageType")
    zipped = packed is None or not isinstance(packed, Known) or packed.value == "Zip"
    entries: dict[str, Value | None] = {
        name: value for name, value in found.items() if zipped or name not in ("Handler", "Runtime", "Layers")
    }
    entries.setdefault("Timeout", call.default(3))
    entries.setdefault("MemorySize", call.default(128))
    entries["Code"], keys["Code"] = _code(call)
    given = call.get("lambda_role")
    entries["Role"] = given if given is not None else Reference(call.address(role.ROLE), "Arn", call.span)
    keys["Role"] = call.key("lambda_role")
    reserved = call.get("reserved_concurrent_executions")
    if not (isinstance(reserved, Known) and reserved.value == -1):
        entries["ReservedConcurrentExecutions"] = reserved
        keys["ReservedConcurrentExecutions"] = call.key("reserved_concurrent_executions")
    for name, (holder, inner) in {
        "environment_variables": ("Environment", "Variables"),
        "dead_letter_target_arn": ("DeadLetterConfig", "TargetArn"),
        "tracing_mode": ("TracingConfig", "Mode"),
        "ephemeral_storage_size": ("EphemeralStorage", "Size"),
        "image_config_command": ("ImageConfig", "Command"),
    }.items():
        value = call.get(name)
        if value is not None:
            entries[holder] = mapping(value.span, {inner: value}, {inner: call.key(name)})
            keys[holder] = call.key(name)
    logging, places = call.renamed({"logging_log_format": "LogFormat", "logging_log_group": "LogGroup"})
    if call.switch("use_existing_cloudwatch_log_group") is not False:
        place = call.key("use_existing_cloudwatch_log_group")
        logging.setdefault("LogGroup", Unknown(place, "a log group that is made elsewhere"))
    elif not isinstance(found.get("FunctionName"), Known):
        # The module makes the group that Lambda would, whose name is not known: it is this one all the same.
        logging.setdefault("LogGroup", Reference(call.address(_LOGS), "", call.span))
    if logging:
        entries["LoggingConfig"] = mapping(call.span, logging, places)
        keys["LoggingConfig"] = next(iter(places.values()), call.key("use_existing_cloudwatch_log_group"))
    subnets, groups = call.get("vpc_subnet_ids"), call.get("vpc_security_group_ids")
    if subnets is not None and groups is not None:
        entries["VpcConfig"] = mapping(subnets.span, {"SubnetIds": subnets, "SecurityGroupIds": groups})
        keys["VpcConfig"] = call.key("vpc_subnet_ids")
    if call.switch("snap_start") is not False:
        place = call.key("snap_start")
        entries["SnapStart"] = mapping(place, {"ApplyOn": Known("PublishedVersions", place)})
    if (system := call.get("file_system_arn")) is not None:
        mounted = mapping(system.span, {"Arn": system, "LocalMountPath": call.get("file_system_local_mount_path")})
        entries["FileSystemConfigs"] = listed(mounted, span=system.span)
    if (provider := call.get("managed_instances_capacity_provider_arn")) is not None:
        entries["CapacityProviderConfig"] = mapping(provider.span, {"Arn": provider})
    return entries, keys


def _code(call: Public) -> tuple[Value | None, Span]:
    if (image := call.get("image_uri")) is not None:
        return mapping(image.span, {"ImageUri": image}), call.key("image_uri")
    for name in ("source_path", "local_existing_package"):
        given = call.get(name)
        if given is not None:
            return _packed(call, given), call.key(name)
    if (existing := call.get("s3_existing_package")) is not None:
        found = renamed(existing, {"bucket": "S3Bucket", "key": "S3Key"})
        return found or Unknown(existing.span, "s3_existing_package"), call.key("s3_existing_package")
    return None, call.span


def _packed(call: Public, given: Value) -> Value:
    """`source_path`: a path, a list of them, or of objects with a `path`; the first is the function's own."""
    match given:
        case Known(value=str() as path):
            return local(path, call.instance.module.tree, given)
        case Sequence((first, *_)):
            return _packed(call, first)
        case Mapping(entries={"path": path}):
            return _packed(call, path)
        case _:
            return Unknown(given.span, "source_path")


def _layer(call: Public) -> Resource:
    entries, keys = call.renamed({"layer_name": "LayerName", "compatible_runtimes": "CompatibleRuntimes"})
    content, place = _code(call)
    return call.made("AWS::Lambda::LayerVersion", _LAYER, {**entries, "Content": content}, {**keys, "Content": place})


def _started(call: Public) -> Iterator[Resource]:
    """What invokes the function: mappings, triggers, its URL."""
    for name, given in rows(call.get("event_source_mapping")):
        found = renamed(given, _MAPPING)
        if found is None or not isinstance(given, Mapping):
            continue
        entries: dict[str, Value | None] = {"FunctionName": _ref(call, given.span), **found.entries}
        keys = dict(found.keys)
        if (failed := given.get("destination_arn_on_failure")) is not None:
            entries["DestinationConfig"] = _on_failure(failed)
            keys["DestinationConfig"] = given.key("destination_arn_on_failure")
        if (scaling := given.get("scaling_config")) is not None:
            entries["ScalingConfig"] = renamed(scaling, {"maximum_concurrency": "MaximumConcurrency"}) or scaling
        if (filters := given.get("filter_criteria")) is not None:
            entries["FilterCriteria"] = _filters(filters)
        made = f'aws_lambda_event_source_mapping.this["{name}"]'
        place = _key(call.get("event_source_mapping"), name, given.span)
        yield call.made("AWS::Lambda::EventSourceMapping", made, entries, keys, span=place, label=name)
    triggers = call.get("allowed_triggers")
    if isinstance(triggers, Unknown) or getattr(triggers, "open", False):
        # Somebody may invoke it whom only a deployment knows.
        place = call.key("allowed_triggers")
        entries = {"FunctionName": _ref(call, place), "Principal": Unknown(place, "allowed_triggers")}
        made = "aws_lambda_permission.current_version_triggers"
        yield call.made("AWS::Lambda::Permission", made, entries, span=place, generated=True)
    for name, given in rows(triggers):
        if not isinstance(given, Mapping):
            continue
        principal = given.get("principal")
        if principal is None and isinstance(service := given.get("service"), Known):
            principal = Known(f"{service.value}.amazonaws.com", service.span)
        entries = {
            "Action": Known("lambda:InvokeFunction", given.span, default=True),
            "FunctionName": _ref(call, given.span),
            "Principal": principal or Unknown(given.span, "principal"),
            "SourceArn": given.get("source_arn"),
            "SourceAccount": given.get("source_account"),
        }
        place = _key(call.get("allowed_triggers"), name, given.span)
        made = f'aws_lambda_permission.current_version_triggers["{name}"]'
        yield call.made("AWS::Lambda::Permission", made, entries, span=place, label=name)
    if call.switch("create_lambda_function_url"):
        place = call.key("create_lambda_function_url")
        url, keys = call.renamed({"authorization_type": "AuthType", "invoke_mode": "InvokeMode"})
        entries = {"TargetFunctionArn": _ref(call, place), "AuthType": call.default("NONE"), **url}
        yield call.made("AWS::Lambda::Url", "aws_lambda_function_url.this", entries, keys, span=place)


def _invocation(call: Public) -> Iterator[Resource]:
    if call.switch("create_async_event_config") is False:
        return
    place = call.key("create_async_event_config")
    found, keys = call.renamed(_INVOCATION)
    failed, done = call.get("destination_on_failure"), call.get("destination_on_success")
    destinations = {
        "OnFailure": None if failed is None else mapping(failed.span, {"Destination": failed}),
        "OnSuccess": None if done is None else mapping(done.span, {"Destination": done}),
    }
    entries: dict[str, Value | None] = {
        "FunctionName": _ref(call, place),
        "Qualifier": Known("$LATEST", place, default=True),
        "DestinationConfig": mapping(place, destinations) if failed is not None or done is not None else None,
        **found,
    }
    keys["DestinationConfig"] = call.key("destination_on_failure")
    made = "aws_lambda_function_event_invoke_config.this"
    yield call.made("AWS::Lambda::EventInvokeConfig", made, entries, keys, span=place)


def _on_failure(failed: Value) -> Mapping:
    return mapping(failed.span, {"OnFailure": mapping(failed.span, {"Destination": failed})})


def _filters(given: Value) -> Value:
    """`filter_criteria`: an object with a pattern, or a list of them."""
    each = given.items if isinstance(given, Sequence) else (given,)
    found = tuple(renamed(one, {"pattern": "Pattern"}) or Unknown(one.span, "filter") for one in each)
    return mapping(given.span, {"Filters": Sequence(found, given.span)})


def _log_group(name: Value) -> Value:
    from lambdalint.templates.cloudformation.text import joined

    return joined((Known("/aws/lambda/", name.span), name), name.span)


def _key(holder: Value | None, name: str, span: Span) -> Span:
    return holder.key(name) if isinstance(holder, Mapping) and name in holder.keys else span
