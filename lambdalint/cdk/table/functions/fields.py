"""What of a function is a property of it as it stands; the rest is looked at on its own."""

from __future__ import annotations

from lambdalint.cdk.assembly import Assembly, Made, mapping
from lambdalint.cdk.props import member
from lambdalint.cdk.rows import Field, kept, mebibytes, seconds, unseen
from lambdalint.code.value import Value
from lambdalint.source import Span
from lambdalint.templates import value as template
from lambdalint.templates.value import Known, Unknown


def _architectures(assembly: Assembly, given: Value, span: Span) -> Made:
    found = assembly.values.value(given, span)
    return None if found is None else template.Sequence((found,), span)


def _tracing(assembly: Assembly, given: Value, span: Span) -> Made:
    match member(given):
        case "DISABLED":
            return None
        case "":
            return Unknown(span, "tracing", optional=True)
        case _:
            return mapping(span, {"Mode": assembly.values.value(given, span)})


def _storage(assembly: Assembly, given: Value, span: Span) -> Made:
    return mapping(span, {"Size": mebibytes(assembly, given, span)})


def _snap_start(assembly: Assembly, given: Value, span: Span) -> Made:
    if member(given) == "ON_PUBLISHED_VERSIONS":
        return mapping(span, {"ApplyOn": Known("PublishedVersions", span)})
    return unseen(assembly, given, span)


FIELDS: dict[str, Field | str | None] = {
    "functionName": "FunctionName",
    "description": "Description",
    "handler": "Handler",
    "runtime": "Runtime",
    "timeout": Field("Timeout", seconds),
    "memorySize": "MemorySize",
    "reservedConcurrentExecutions": "ReservedConcurrentExecutions",
    "architecture": Field("Architectures", _architectures),
    "tracing": Field("TracingConfig", _tracing),
    "ephemeralStorageSize": Field("EphemeralStorage", _storage),
    "snapStart": Field("SnapStart", _snap_start),
    "environmentEncryption": Field("KmsKeyArn", unseen),
    "filesystem": Field("FileSystemConfigs", unseen),
    "codeSigningConfig": Field("CodeSigningConfigArn", unseen),
    "durableConfig": Field("DurableConfig", unseen),
    "logGroup": Field("LoggingConfig", unseen),
    "logFormat": Field("LoggingConfig", unseen),
    "loggingFormat": Field("LoggingConfig", unseen),
    "applicationLogLevel": Field("LoggingConfig", unseen),
    "applicationLogLevelV2": Field("LoggingConfig", unseen),
    "systemLogLevel": Field("LoggingConfig", unseen),
    "systemLogLevelV2": Field("LoggingConfig", unseen),
    **kept(
        "code role environment layers events vpc vpcSubnets securityGroups initialPolicy deadLetterQueue "
        "deadLetterQueueEnabled deadLetterTopic onFailure onSuccess maxEventAge retryAttempts "
        "logRetention logRetentionRole logRetentionRetryOptions bundling entry index "
        "awsSdkConnectionReuse depsLockFilePath projectRoot allowAllOutbound securityGroup uuid "
        "lambdaPurpose allowPublicSubnet currentVersionOptions logRemovalPolicy profiling moduleDir"
    ),
}
"""What of a function is a property of it as it stands; what is not, is looked at on its own."""
