"""AWS's managed policies that grant a whole service or account, and what one says that many copy; as of 2026-11-21.

Source: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
"""

from __future__ import annotations

from collections.abc import Iterable

_ADMIN = frozenset({
    "AdministratorAccess", "PowerUserAccess", "IAMFullAccess", "SystemAdministrator", "DatabaseAdministrator",
    "NetworkAdministrator", "AdministratorAccess-Amplify", "AdministratorAccess-AWSElasticBeanstalk",
})  # fmt: skip

_SERVICES = {
    "AmazonS3FullAccess": "S3", "AmazonDynamoDBFullAccess": "DynamoDB", "AmazonDynamoDBFullAccess_v2": "DynamoDB",
    "AmazonDynamoDBFullAccesswithDataPipeline": "DynamoDB", "AmazonSQSFullAccess": "SQS", "AmazonSNSFullAccess": "SNS",
    "AmazonKinesisFullAccess": "Kinesis", "AmazonKinesisFirehoseFullAccess": "Firehose",
    "AmazonKinesisAnalyticsFullAccess": "Kinesis Analytics", "AWSLambda_FullAccess": "Lambda",
    "AWSLambdaFullAccess": "Lambda, S3, DynamoDB and more", "AmazonEC2FullAccess": "EC2", "AmazonRDSFullAccess": "RDS",
    "AmazonRDSDataFullAccess": "the RDS Data API", "CloudWatchFullAccess": "CloudWatch",
    "CloudWatchFullAccessV2": "CloudWatch", "CloudWatchLogsFullAccess": "CloudWatch Logs",
    "CloudWatchEventsFullAccess": "EventBridge", "AmazonEventBridgeFullAccess": "EventBridge",
    "AmazonEventBridgeSchedulerFullAccess": "EventBridge Scheduler", "AWSStepFunctionsFullAccess": "Step Functions",
    "SecretsManagerReadWrite": "Secrets Manager", "AmazonSSMFullAccess": "Systems Manager",
    "AmazonSESFullAccess": "SES",
    "AWSXrayFullAccess": "X-Ray", "AWSXRayFullAccess": "X-Ray", "AmazonAPIGatewayAdministrator": "API Gateway",
    "AmazonAPIGatewayInvokeFullAccess": "the APIs of API Gateway", "AmazonBedrockFullAccess": "Bedrock",
    "AmazonCognitoPowerUser": "Cognito", "AmazonMSKFullAccess": "MSK", "AmazonECS_FullAccess": "ECS",
    "AmazonElastiCacheFullAccess": "ElastiCache", "AmazonAthenaFullAccess": "Athena",
    "AmazonRekognitionFullAccess": "Rekognition",
    "AmazonTextractFullAccess": "Textract", "AmazonTranscribeFullAccess": "Transcribe",
    "AmazonPollyFullAccess": "Polly",
    "ComprehendFullAccess": "Comprehend", "TranslateFullAccess": "Translate", "AmazonSageMakerFullAccess": "SageMaker",
    "AmazonVPCFullAccess": "VPC", "AmazonRoute53FullAccess": "Route 53",
    "AWSCloudFormationFullAccess": "CloudFormation",
    "AWSCodeCommitFullAccess": "CodeCommit", "AWSCodeBuildAdminAccess": "CodeBuild", "AWSIoTFullAccess": "IoT",
    "AWSGlueConsoleFullAccess": "Glue", "AmazonOpenSearchServiceFullAccess": "OpenSearch Service",
    "AmazonESFullAccess": "OpenSearch Service",
    "AmazonRedshiftFullAccess": "Redshift", "AmazonRedshiftDataFullAccess": "the Redshift Data API",
    "AmazonEventBridgePipesFullAccess": "EventBridge Pipes",
    "AmazonElasticFileSystemFullAccess": "EFS",
    "AmazonDocDBFullAccess": "DocumentDB", "AmazonMQFullAccess": "MQ", "AWSAppSyncAdministrator": "AppSync",
    "AmazonTimestreamFullAccess": "Timestream", "AmazonLexFullAccess": "Lex", "CloudFrontFullAccess": "CloudFront",
    "AWSWAFFullAccess": "WAF", "AmazonGuardDutyFullAccess": "GuardDuty", "AWSSecurityHubFullAccess": "Security Hub",
    "AWSOrganizationsFullAccess": "Organizations", "AmazonConnect_FullAccess": "Connect",
}  # fmt: skip

NAMES = (*sorted(_ADMIN), *_SERVICES)
"""The policies that are listed here."""


_ANSWERING = frozenset({"Polly", "Textract", "Translate"})
"""Services that answer what they are asked, and keep next to nothing that could be read or deleted."""

_BY_SECRET = frozenset({"the RDS Data API"})
"""Services that do nothing for those who may not read a secret as well, which another statement says: all that there is
to ask of them is to run a statement, in a transaction or not."""


def gives_little(service: str) -> bool:
    """Whether little is gained by all that a service has: it has nothing to lose, so that whoever may do all there can
    no more than cause costs, or it asks for a secret first."""
    return service in _ANSWERING or service in _BY_SECRET


def grants(policy: str) -> str | None:
    """What a managed policy grants in full: `admin`, or a service by name; None for a narrower one."""
    return "admin" if policy in _ADMIN else _SERVICES.get(policy)


_ON_EVERYTHING = (
    # AmazonSSMManagedInstanceCore
    frozenset({
        "ssm:describeassociation", "ssm:describedocument", "ssm:getdeployablepatchsnapshotforinstance",
        "ssm:getdocument", "ssm:getmanifest", "ssm:getparameter", "ssm:getparameters", "ssm:listassociations",
        "ssm:listinstanceassociations", "ssm:putcomplianceitems", "ssm:putconfigurepackageresult", "ssm:putinventory",
        "ssm:updateassociationstatus", "ssm:updateinstanceassociationstatus", "ssm:updateinstanceinformation",
    }),
)  # fmt: skip
"""The actions of statements that allow them on every resource."""


def has_statement(actions: Iterable[str]) -> bool:
    """Whether a managed policy has a statement that allows just these actions, on every resource."""
    return frozenset(action.lower() for action in actions) in _ON_EVERYTHING
