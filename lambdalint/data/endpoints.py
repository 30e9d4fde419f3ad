"""What the endpoints of a VPC are called that lead to a service, where they are not called as the SDK calls it.

Source: https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html, 2026-11.
"""

from __future__ import annotations

_CALLED = {
    "apigatewaymanagementapi": "execute-api",
    "cloudwatch": "monitoring",
    "ecr": "ecr.api",
    "emr": "elasticmapreduce",
    "firehose": "kinesis-firehose",
    "iot-data": "iot.data",
    "kinesis": "kinesis-streams",
    "sagemaker": "sagemaker.api",
    "sagemaker-runtime": "sagemaker.runtime",
    "ses": "email",
    "sesv2": "email",
    "stepfunctions": "states",
}


def endpoint(service: str) -> str:
    """How the endpoint is called that leads to a service, by the SDK's name of that."""
    return _CALLED.get(service, service)
