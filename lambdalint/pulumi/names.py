"""What Pulumi's provider of AWS calls what Terraform's has: it is made of that, type by type and argument by argument.

https://www.pulumi.com/registry/packages/aws/api-docs/ · https://registry.terraform.io/providers/hashicorp/aws/latest/docs

`npm:@pulumi/aws.lambda.Function` and `pulumi_aws.lambda_.Function` are `aws_lambda_function`; `deadLetterConfig` and
`dead_letter_config` are `dead_letter_config`, and `lambdaFunctions`, of which there may be several, `lambda_function`.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from lambdalint.patterns import pattern

_AWS = ("npm:@pulumi/aws", "pulumi_aws", "js:aws")
_CORE = ("npm:@pulumi/pulumi", "pulumi", "js:$util")
"""The provider and Pulumi itself, as they are imported, and as SST has them for its programs:
https://sst.dev/docs/reference/global/"""
_GIVEN = ("js:$asset", "js:$concat", "js:$interpolate", "js:$jsonParse", "js:$jsonStringify", "js:$output")
"""Functions of Pulumi that SST has by names of their own."""
_CAPITALS = pattern(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

_SERVICES = {
    "alb": "lb",
    "apigateway": "api_gateway",
    "applicationloadbalancing": "lb",
    "cfg": "config",
    "ec2": "",
    "elasticloadbalancingv2": "lb",
    "rds": "db",
}
"""The services whose types begin otherwise in Terraform."""
_TYPES = {
    "appsync.DataSource": "aws_appsync_datasource",
    "appsync.GraphQLApi": "aws_appsync_graphql_api",
    "rds.Cluster": "aws_rds_cluster",
    "s3.BucketObjectv2": "aws_s3_object",
    "s3.BucketServerSideEncryptionConfigurationV2": "aws_s3_bucket_server_side_encryption_configuration",
    "s3.BucketV2": "aws_s3_bucket",
    "sqs.RedriveAllowPolicy": "aws_sqs_queue_redrive_allow_policy",
    "sqs.RedrivePolicy": "aws_sqs_queue_redrive_policy",
}
"""The types that no rule gives."""
_ARGUMENTS = {
    "aws_cloudwatch_log_subscription_filter": {"log_group": "log_group_name"},
    "aws_cloudwatch_metric_alarm": {"name": "alarm_name"},
    "aws_lambda_function": {"name": "function_name"},
    "aws_lambda_permission": {"function": "function_name"},
    "aws_sns_topic_subscription": {"topic": "topic_arn"},
}
"""The arguments that Pulumi calls otherwise."""
_OF_APIS = {"rest_api": "rest_api_id"}


@lru_cache(maxsize=4096)
def canonical(name: str) -> str:
    """What something of Pulumi's is called here: `lambda.Function` of its provider, `pulumi.Config` of itself; "" for
    what comes from elsewhere."""
    for start in _AWS:
        if name.startswith((f"{start}.", f"{start}/")):
            inner = [each for each in name[len(start) + 1 :].replace("/", ".").split(".") if each != "index"]
            if len(inner) > 2 and inner[1].islower() and inner[2][:1].isupper():
                # Of a file of its own: `@pulumi/aws/lambda/function`.
                del inner[1]
            return ".".join([inner[0].rstrip("_"), *inner[1:]])
    if name in _GIVEN:
        return f"pulumi.{name.removeprefix('js:$')}"
    for start in _CORE:
        if name.startswith((f"{start}.", f"{start}/")):
            return f"pulumi.{name[len(start) + 1 :].replace('/', '.').removeprefix('index.')}"
    return ""


@lru_cache(maxsize=1024)
def kind_of(name: str) -> str:
    """Terraform's type for a class of the provider, as `canonical` names it; "" for what is none."""
    service, _, rest = name.partition(".")
    if not rest[:1].isupper() or "." in rest or not service.islower() or service == "pulumi":
        return ""
    if rest.endswith("Args") or rest == "Provider":
        return ""
    if name in ("lambda.CallbackFunction", "serverless.Function"):
        return "aws_lambda_function"
    start = _SERVICES.get(service, service)
    return _TYPES.get(name) or "_".join(filter(None, ("aws", start, snake(rest))))


@lru_cache(maxsize=4096)
def snake(name: str) -> str:
    """A name in Terraform's manner: `visibilityTimeoutSeconds` is `visibility_timeout_seconds`."""
    return _CAPITALS.sub("_", name).lower()


def argument(name: str, kind: str, known: Collection[str]) -> str:
    """What an argument or attribute is called in a resource of a type, or a block of one, that knows some by name."""
    found = snake(name)
    found = _ARGUMENTS.get(kind, {}).get(found, found)
    if kind.startswith("aws_api_gateway_"):
        found = _OF_APIS.get(found, found)
    return found if found in known else next((each for each in _singular(found) if each in known), found)


def _singular(name: str) -> tuple[str, ...]:
    """What a name may be of which there are several."""
    if name.endswith("ies"):
        return f"{name[:-3]}y", name[:-1]
    if name.endswith("es"):
        return name[:-1], name[:-2]
    return (name[:-1],) if name.endswith("s") else ()
