"""Lambda."""

from __future__ import annotations

from lambdalint.templates.terraform.row import Document, Many, One, Row

_DESTINATIONS = One(
    "DestinationConfig",
    {
        "on_failure": One("OnFailure", {"destination": "Destination", "destination_arn": "Destination"}),
        "on_success": One("OnSuccess", {"destination": "Destination"}),
    },
)

ROWS: dict[str, Row] = {
    "aws_lambda_function": Row(
        "AWS::Lambda::Function",
        {
            "function_name": "FunctionName",
            "description": "Description",
            "handler": "Handler",
            "runtime": "Runtime",
            "role": "Role",
            "timeout": "Timeout",
            "memory_size": "MemorySize",
            "package_type": "PackageType",
            "architectures": "Architectures",
            "layers": "Layers",
            "kms_key_arn": "KmsKeyArn",
            "reserved_concurrent_executions": "ReservedConcurrentExecutions",
            "environment": One("Environment", {"variables": "Variables"}),
            "vpc_config": One("VpcConfig", {"subnet_ids": "SubnetIds", "security_group_ids": "SecurityGroupIds"}),
            "dead_letter_config": One("DeadLetterConfig", {"target_arn": "TargetArn"}),
            "tracing_config": One("TracingConfig", {"mode": "Mode"}),
            "snap_start": One("SnapStart", {"apply_on": "ApplyOn"}),
            "ephemeral_storage": One("EphemeralStorage", {"size": "Size"}),
            "file_system_config": Many("FileSystemConfigs", {"arn": "Arn", "local_mount_path": "LocalMountPath"}),
            "image_config": One(
                "ImageConfig",
                {"command": "Command", "entry_point": "EntryPoint", "working_directory": "WorkingDirectory"},
            ),
            "logging_config": One(
                "LoggingConfig",
                {
                    "log_format": "LogFormat",
                    "log_group": "LogGroup",
                    "application_log_level": "ApplicationLogLevel",
                    "system_log_level": "SystemLogLevel",
                },
            ),
            "durable_config": One(
                "DurableConfig",
                {"execution_timeout": "ExecutionTimeout", "retention_period": "RetentionPeriodInDays"},
            ),
            "capacity_provider_config": One("CapacityProviderConfig", {}),
            "recursive_loop": "RecursiveLoop",
        },
        {"function_name": "", "invoke_arn": "Arn", "qualified_arn": "QualifiedArn",
         "qualified_invoke_arn": "QualifiedArn", "version": "Version"},
    ),
    "aws_lambda_alias": Row(
        "AWS::Lambda::Alias",
        {"function_name": "FunctionName", "function_version": "FunctionVersion", "name": "Name"},
        {"arn": "", "invoke_arn": "", "name": ""},
    ),
    "aws_lambda_permission": Row(
        "AWS::Lambda::Permission",
        {
            "action": "Action",
            "function_name": "FunctionName",
            "principal": "Principal",
            "principal_org_id": "PrincipalOrgID",
            "source_arn": "SourceArn",
            "source_account": "SourceAccount",
            "qualifier": "Qualifier",
            "function_url_auth_type": "FunctionUrlAuthType",
            "event_source_token": "EventSourceToken",
            "invoked_via_function_url": "InvokedViaFunctionUrl",
        },
    ),
    "aws_lambda_event_source_mapping": Row(
        "AWS::Lambda::EventSourceMapping",
        {
            "function_name": "FunctionName",
            "event_source_arn": "EventSourceArn",
            "batch_size": "BatchSize",
            "bisect_batch_on_function_error": "BisectBatchOnFunctionError",
            "destination_config": _DESTINATIONS,
            "enabled": "Enabled",
            "filter_criteria": One("FilterCriteria", {"filter": Many("Filters", {"pattern": Document("Pattern")})}),
            "function_response_types": "FunctionResponseTypes",
            "maximum_batching_window_in_seconds": "MaximumBatchingWindowInSeconds",
            "maximum_record_age_in_seconds": "MaximumRecordAgeInSeconds",
            "maximum_retry_attempts": "MaximumRetryAttempts",
            "parallelization_factor": "ParallelizationFactor",
            "queues": "Queues",
            "topics": "Topics",
            "starting_position": "StartingPosition",
            "starting_position_timestamp": "StartingPositionTimestamp",
            "tumbling_window_in_seconds": "TumblingWindowInSeconds",
            "scaling_config": One("ScalingConfig", {"maximum_concurrency": "MaximumConcurrency"}),
            "provisioned_poller_config": One(
                "ProvisionedPollerConfig",
                {"minimum_pollers": "MinimumPollers", "maximum_pollers": "MaximumPollers"},
            ),
            "source_access_configuration": Many("SourceAccessConfigurations", {"type": "Type", "uri": "URI"}),
            "self_managed_event_source": One("SelfManagedEventSource", {"endpoints": "Endpoints"}),
            "document_db_event_source_config": One(
                "DocumentDBEventSourceConfig",
                {"database_name": "DatabaseName", "collection_name": "CollectionName", "full_document": "FullDocument"},
            ),
        },
        {"uuid": ""},
    ),
    "aws_lambda_function_event_invoke_config": Row(
        "AWS::Lambda::EventInvokeConfig",
        {
            "function_name": "FunctionName",
            "qualifier": "Qualifier",
            "maximum_event_age_in_seconds": "MaximumEventAgeInSeconds",
            "maximum_retry_attempts": "MaximumRetryAttempts",
            "destination_config": _DESTINATIONS,
        },
    ),
    "aws_lambda_function_url": Row(
        "AWS::Lambda::Url",
        {
            "function_name": "TargetFunctionArn",
            "qualifier": "Qualifier",
            "authorization_type": "AuthType",
            "invoke_mode": "InvokeMode",
            "cors": One(
                "Cors",
                {
                    "allow_credentials": "AllowCredentials",
                    "allow_headers": "AllowHeaders",
                    "allow_methods": "AllowMethods",
                    "allow_origins": "AllowOrigins",
                },
            ),
        },
        {"function_url": "FunctionUrl", "function_arn": "FunctionArn"},
    ),
    "aws_lambda_layer_version": Row(
        "AWS::Lambda::LayerVersion",
        {
            "layer_name": "LayerName",
            "compatible_runtimes": "CompatibleRuntimes",
            "compatible_architectures": "CompatibleArchitectures",
        },
        {"arn": "", "layer_arn": ""},
    ),
    "aws_lambda_provisioned_concurrency_config": Row(
        "AWS::Lambda::ProvisionedConcurrencyConfig",
        {
            "function_name": "FunctionName",
            "qualifier": "Qualifier",
            "provisioned_concurrent_executions": "ProvisionedConcurrentExecutions",
        },
    ),
}  # fmt: skip
