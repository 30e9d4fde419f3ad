"""Operations that tell whether AWS is done with something, and what would wait for it instead of a program."""

from __future__ import annotations

from lambdalint.code.idioms import origin_name
from lambdalint.meaning import operations
from lambdalint.meaning.operations import Operation

_STEP_FUNCTIONS, _EVENTS, _TOPIC = "Step Functions waits", "EventBridge tells", "Amazon SNS tells"

_ELSEWHERE = {
    ("athena", "get_query_execution"): _STEP_FUNCTIONS,
    ("batch", "describe_jobs"): _STEP_FUNCTIONS,
    ("codebuild", "batch_get_builds"): _STEP_FUNCTIONS,
    ("databrew", "describe_job_run"): _STEP_FUNCTIONS,
    ("emr-containers", "describe_job_run"): _STEP_FUNCTIONS,
    ("emr-serverless", "get_job_run"): _STEP_FUNCTIONS,
    ("glue", "get_job_run"): _STEP_FUNCTIONS,
    ("glue", "get_crawler"): _EVENTS,
    ("mediaconvert", "get_job"): _STEP_FUNCTIONS,
    ("redshift-data", "describe_statement"): _EVENTS,
    ("sagemaker", "describe_training_job"): _STEP_FUNCTIONS,
    ("sagemaker", "describe_transform_job"): _STEP_FUNCTIONS,
    ("sagemaker", "describe_processing_job"): _STEP_FUNCTIONS,
    ("stepfunctions", "describe_execution"): _STEP_FUNCTIONS,
    ("textract", "get_document_analysis"): _TOPIC,
    ("textract", "get_document_text_detection"): _TOPIC,
    ("transcribe", "get_transcription_job"): _EVENTS,
}
"""Operations that tell of a job's end, and what waits for it without a function that runs.

Sources: https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html (run a job),
https://docs.aws.amazon.com/redshift/latest/mgmt/data-api-monitoring-events.html,
https://docs.aws.amazon.com/glue/latest/dg/automating-awsglue-with-cloudwatch-events.html,
https://docs.aws.amazon.com/transcribe/latest/dg/monitoring-events.html,
https://docs.aws.amazon.com/textract/latest/dg/async-notification-roles.html.
"""


_ONLY_ASKED = frozenset({("cloudtrail", "get_query_results"), ("logs", "get_query_results")})
"""Operations that tell of a job's end, of which no event, waiter or integration does.

Sources: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetQueryResults.html,
https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetQueryResults.html
"""


def is_only_asked(operation: Operation) -> bool:
    """Whether an operation tells of the end of something that is known by asking again and again alone."""
    return (operation.service, operation.name) in _ONLY_ASKED


def waits_instead(operation: Operation) -> str | None:
    """What waits for the same thing as a program that asks an operation again and again; None where nothing does."""
    waiters = operations.waiters(operation.service, operation.name)
    if len(waiters) == 1:
        return f"the waiter {_called(waiters[0], operation)} waits"
    if waiters:
        return f"waiters such as {_called(min(waiters), operation)} wait"
    return _ELSEWHERE.get((operation.service, operation.name))


def _called(waiter: str, operation: Operation) -> str:
    """What the SDK that asks an operation calls a waiter: version 3 for JavaScript has a function of it."""
    if operation.call.receiver is None or not origin_name(operation.call.receiver).startswith("@aws-sdk/"):
        return waiter
    return f"waitUntil{''.join(word.capitalize() for word in waiter.split('_'))}"


_ASKING = ("describe_", "get_", "list_", "head_", "batch_get_")
_UNDONE = frozenset({"UnprocessedItems", "UnprocessedKeys"})
"""What DynamoDB answers that it has not done, to be asked for again after a pause that grows.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
"""


def asks(operation: Operation) -> bool:
    """Whether an operation asks how something is."""
    return operation.name.startswith(_ASKING) and not goes_on(operation)


def goes_on(operation: Operation) -> bool:
    """Whether an operation is asked again for what was left undone before."""
    return operation.service == "dynamodb" and not _UNDONE.isdisjoint(operation.call.asked)
