"""terraform-aws-modules/lambda: a function, and all that the module makes around it.

https://registry.terraform.io/modules/terraform-aws-modules/lambda/aws/latest
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.source import Span
from lambdalint.templates.resource import Resource
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


class Function(Public):
    """One call of the module."""

    OUTPUTS = {
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

    def resources(self) -> Iterator[Resource]:
        if self.switch("create", default=True) is False:
            return
        if self.switch("create_layer"):
            yield self._layer()
            return
        if self.switch("create_function", default=True) is False:
            return
        yield self.made("AWS::Lambda::Function", _FUNCTION, *self._properties())
        if self.get("lambda_role") is None and self.switch("create_role", default=True) is not False:
            yield from role.role(self)
        if self.switch("publish") or self.switch("snap_start"):
            place = self.key("publish")
            yield self.made(
                "AWS::Lambda::Version",
                f"{_FUNCTION}.version",
                {"FunctionName": self.ref(place)},
                span=place,
                generated=True,
            )
        if self.switch("use_existing_cloudwatch_log_group") is False:
            entries, keys = self.renamed({"cloudwatch_logs_retention_in_days": "RetentionInDays"})
            name = self.get("function_name") or Unknown(self.span, "function_name")
            yield self.made("AWS::Logs::LogGroup", _LOGS, {"LogGroupName": _log_group(name), **entries}, keys)
        yield from self._started()
        yield from self._invocation()

    def ref(self, span: Span) -> Reference:
        """The function's name."""
        return Reference(self.address(_FUNCTION), "", span)

    def _properties(self) -> tuple[dict[str, Value | None], dict[str, Span]]:
        found, keys = self.renamed(_NAMES)
        entries: dict[str, Value | None] = {**found}
        entries.setdefault("Timeout", self.default(3))
        entries.setdefault("MemorySize", self.default(128))
        entries["Code"], keys["Code"] = self._code()
        given = self.get("lambda_role")
        entries["Role"] = given if given is not None else Reference(self.address(role.ROLE), "Arn", self.span)
        keys["Role"] = self.key("lambda_role")
        reserved = self.get("reserved_concurrent_executions")
        if not (isinstance(reserved, Known) and reserved.value == -1):
            entries["ReservedConcurrentExecutions"] = reserved
            keys["ReservedConcurrentExecutions"] = self.key("reserved_concurrent_executions")
        for name, (holder, inner) in {
            "environment_variables": ("Environment", "Variables"),
            "dead_letter_target_arn": ("DeadLetterConfig", "TargetArn"),
            "tracing_mode": ("TracingConfig", "Mode"),
            "ephemeral_storage_size": ("EphemeralStorage", "Size"),
            "logging_log_format": ("LoggingConfig", "LogFormat"),
            "image_config_command": ("ImageConfig", "Command"),
        }.items():
            value = self.get(name)
            if value is not None:
                entries[holder] = mapping(value.span, {inner: value}, {inner: self.key(name)})
                keys[holder] = self.key(name)
        subnets, groups = self.get("vpc_subnet_ids"), self.get("vpc_security_group_ids")
        if subnets is not None and groups is not None:
            entries["VpcConfig"] = mapping(subnets.span, {"SubnetIds": subnets, "SecurityGroupIds": groups})
            keys["VpcConfig"] = self.key("vpc_subnet_ids")
        if self.switch("snap_start") is not False:
            place = self.key("snap_start")
            entries["SnapStart"] = mapping(place, {"ApplyOn": Known("PublishedVersions", place)})
        if (system := self.get("file_system_arn")) is not None:
            mounted = mapping(system.span, {"Arn": system, "LocalMountPath": self.get("file_system_local_mount_path")})
            entries["FileSystemConfigs"] = listed(mounted, span=system.span)
        if (provider := self.get("managed_instances_capacity_provider_arn")) is not None:
            entries["CapacityProviderConfig"] = mapping(provider.span, {"Arn": provider})
        return entries, keys

    def _code(self) -> tuple[Value | None, Span]:
        if (image := self.get("image_uri")) is not None:
            return mapping(image.span, {"ImageUri": image}), self.key("image_uri")
        for name in ("source_path", "local_existing_package"):
            given = self.get(name)
            if given is not None:
                return self._packed(given), self.key(name)
        if (existing := self.get("s3_existing_package")) is not None:
            found = renamed(existing, {"bucket": "S3Bucket", "key": "S3Key"})
            return found or Unknown(existing.span, "s3_existing_package"), self.key("s3_existing_package")
        return None, self.span

    def _packed(self, given: Value) -> Value:
        """`source_path`: a path, a list of them, or of objects with a `path`; the first is the function's own."""
        match given:
            case Known(value=str() as path):
                return local(path, self.instance.module.tree, given)
            case Sequence((first, *_)):
                return self._packed(first)
            case Mapping(entries={"path": path}):
                return self._packed(path)
            case _:
                return Unknown(given.span, "source_path")

    def _layer(self) -> Resource:
        entries, keys = self.renamed({"layer_name": "LayerName", "compatible_runtimes": "CompatibleRuntimes"})
        content, place = self._code()
        return self.made(
            "AWS::Lambda::LayerVersion", _LAYER, {**entries, "Content": content}, {**keys, "Content": place}
        )

    def _started(self) -> Iterator[Resource]:
        """What invokes the function: mappings, triggers, its URL."""
        for name, given in rows(self.get("event_source_mapping")):
            found = renamed(given, _MAPPING)
            if found is None or not isinstance(given, Mapping):
                continue
            entries: dict[str, Value | None] = {"FunctionName": self.ref(given.span), **found.entries}
            keys = dict(found.keys)
            if (failed := given.get("destination_arn_on_failure")) is not None:
                entries["DestinationConfig"] = _on_failure(failed)
                keys["DestinationConfig"] = given.key("destination_arn_on_failure")
            if (scaling := given.get("scaling_config")) is not None:
                entries["ScalingConfig"] = renamed(scaling, {"maximum_concurrency": "MaximumConcurrency"}) or scaling
            if (filters := given.get("filter_criteria")) is not None:
                entries["FilterCriteria"] = _filters(filters)
            made = f'aws_lambda_event_source_mapping.this["{name}"]'
            place = _key(self.get("event_source_mapping"), name, given.span)
            yield self.made("AWS::Lambda::EventSourceMapping", made, entries, keys, span=place, label=name)
        for name, given in rows(self.get("allowed_triggers")):
            if not isinstance(given, Mapping):
                continue
            principal = given.get("principal")
            if principal is None and isinstance(service := given.get("service"), Known):
                principal = Known(f"{service.value}.amazonaws.com", service.span)
            entries = {
                "Action": Known("lambda:InvokeFunction", given.span, default=True),
                "FunctionName": self.ref(given.span),
                "Principal": principal or Unknown(given.span, "principal"),
                "SourceArn": given.get("source_arn"),
                "SourceAccount": given.get("source_account"),
            }
            place = _key(self.get("allowed_triggers"), name, given.span)
            made = f'aws_lambda_permission.current_version_triggers["{name}"]'
            yield self.made("AWS::Lambda::Permission", made, entries, span=place, label=name)
        if self.switch("create_lambda_function_url"):
            place = self.key("create_lambda_function_url")
            url, keys = self.renamed({"authorization_type": "AuthType", "invoke_mode": "InvokeMode"})
            entries = {"TargetFunctionArn": self.ref(place), "AuthType": self.default("NONE"), **url}
            yield self.made("AWS::Lambda::Url", "aws_lambda_function_url.this", entries, keys, span=place)

    def _invocation(self) -> Iterator[Resource]:
        if self.switch("create_async_event_config") is False:
            return
        place = self.key("create_async_event_config")
        found, keys = self.renamed(_INVOCATION)
        failed, done = self.get("destination_on_failure"), self.get("destination_on_success")
        destinations = {
            "OnFailure": None if failed is None else mapping(failed.span, {"Destination": failed}),
            "OnSuccess": None if done is None else mapping(done.span, {"Destination": done}),
        }
        entries: dict[str, Value | None] = {
            "FunctionName": self.ref(place),
            "Qualifier": Known("$LATEST", place, default=True),
            "DestinationConfig": mapping(place, destinations) if failed is not None or done is not None else None,
            **found,
        }
        keys["DestinationConfig"] = self.key("destination_on_failure")
        made = "aws_lambda_function_event_invoke_config.this"
        yield self.made("AWS::Lambda::EventInvokeConfig", made, entries, keys, span=place)


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
