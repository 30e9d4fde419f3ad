"""What invokes a function, and how: told from every reference that the deployment's resources make to it."""

from __future__ import annotations

from collections.abc import Iterator, Set
from collections.abc import Mapping as SomeMapping
from functools import lru_cache

from lambdalint.model.deployed import Deployed
from lambdalint.model.view import literal, references, referring_to, service_name, text, truth
from lambdalint.patterns import pattern
from lambdalint.records import dataclass
from lambdalint.source import Span
from lambdalint.templates.resource import MODULE, Resource
from lambdalint.templates.value import Mapping, Reference, Sequence, Text, Value, is_set, items

ASYNCHRONOUS, SYNCHRONOUS, POLLED, DEPLOYMENT, UNKNOWN = (
    "asynchronous",
    "synchronous",
    "polled",
    "deployment",
    "unknown",
)
"""How a function can be invoked.

Sources: https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html; `deployment` is a custom resource, which
runs when a stack is deployed.
"""


@dataclass(frozen=True, slots=True)
class Invoker:
    """Something that invokes a function."""

    mode: str
    service: str
    """AWS's name of what invokes; "" where it is not known."""
    span: Span
    permitted: bool = False
    """Whether no more is seen than that it may."""

    @property
    def how(self) -> str:
        """What a report says of its place."""
        return (
            f"{self.service} may invoke it by this permission" if self.permitted else f"{self.service} invokes it here"
        )


_MACHINE = SYNCHRONOUS, "Step Functions"

_BY_TYPE = {
    "AWS::Events::Rule": (ASYNCHRONOUS, "EventBridge", ("Arn",)),
    "AWS::Scheduler::Schedule": (ASYNCHRONOUS, "EventBridge Scheduler", ("Arn",)),
    "AWS::S3::Bucket": (ASYNCHRONOUS, "S3", ("NotificationConfiguration",)),
    "AWS::S3::BucketNotification": (ASYNCHRONOUS, "S3", ("LambdaConfigurations", "NotificationConfiguration")),
    "AWS::SNS::Subscription": (ASYNCHRONOUS, "SNS", ("Endpoint",)),
    "AWS::SNS::Topic": (ASYNCHRONOUS, "SNS", ("Endpoint",)),
    "AWS::IoT::TopicRule": (ASYNCHRONOUS, "IoT", ("FunctionArn",)),
    "AWS::IoT::Authorizer": (SYNCHRONOUS, "IoT", ("AuthorizerFunctionArn",)),
    "AWS::IoT::ProvisioningTemplate": (SYNCHRONOUS, "IoT", ("TargetArn",)),
    "AWS::Logs::SubscriptionFilter": (ASYNCHRONOUS, "CloudWatch Logs", ("DestinationArn",)),
    "AWS::Config::ConfigRule": (ASYNCHRONOUS, "AWS Config", ("SourceIdentifier",)),
    "AWS::Config::OrganizationConfigRule": (ASYNCHRONOUS, "AWS Config", ("LambdaFunctionArn",)),
    "AWS::CodeCommit::Repository": (ASYNCHRONOUS, "CodeCommit", ("DestinationArn",)),
    "AWS::Lambda::Url": (SYNCHRONOUS, "a function URL", ("TargetFunctionArn",)),
    "AWS::ApiGateway::Authorizer": (SYNCHRONOUS, "API Gateway", ("AuthorizerUri",)),
    "AWS::ApiGatewayV2::Api": (SYNCHRONOUS, "API Gateway", ("Target", "Body")),
    "AWS::ApiGatewayV2::Integration": (SYNCHRONOUS, "API Gateway", ("IntegrationUri",)),
    "AWS::ApiGatewayV2::Authorizer": (SYNCHRONOUS, "API Gateway", ("AuthorizerUri",)),
    "AWS::ElasticLoadBalancingV2::TargetGroup": (SYNCHRONOUS, "a load balancer", ("Targets",)),
    "AWS::Cognito::UserPool": (SYNCHRONOUS, "Cognito", ("LambdaConfig",)),
    "AWS::Cognito::UserPoolTrigger": (SYNCHRONOUS, "Cognito", ()),
    "AWS::AppSync::DataSource": (SYNCHRONOUS, "AppSync", ("LambdaFunctionArn",)),
    "AWS::AppSync::FunctionConfiguration": (SYNCHRONOUS, "AppSync", ()),
    "AWS::CloudFront::Distribution": (SYNCHRONOUS, "CloudFront", ()),
    "AWS::KinesisFirehose::DeliveryStream": (SYNCHRONOUS, "Firehose", ("ProcessingConfiguration",)),
    "AWS::SecretsManager::RotationSchedule": (SYNCHRONOUS, "Secrets Manager", ("RotationLambdaARN",)),
    "AWS::Bedrock::Agent": (SYNCHRONOUS, "Bedrock", ()),
    "AWS::Lex::BotAlias": (SYNCHRONOUS, "Lex", ()),
    "AWS::VpcLattice::TargetGroup": (SYNCHRONOUS, "VPC Lattice", ("Targets",)),
    "AWS::Pipes::Pipe": (SYNCHRONOUS, "EventBridge Pipes", ("Target", "Enrichment")),
    "Custom::LambdaInvocation": (DEPLOYMENT, "CloudFormation", ()),
}
"""How a resource invokes a function, and the properties that name which; () where any may."""

_INERT = frozenset({
    "Comment", "Description", "DisplayName", "Metadata", "Name", "Tags",
})  # fmt: skip
"""Properties whose text is for people: what they name is not invoked by it."""

_BY_ROLE = {
    "events": (ASYNCHRONOUS, "EventBridge"),
    "pipes": (SYNCHRONOUS, "EventBridge Pipes"),
    "scheduler": (ASYNCHRONOUS, "EventBridge Scheduler"),
    "states": _MACHINE,
}
"""How services invoke a function that assume a role for it."""

RECURRING = frozenset({
    "API Gateway", "CloudWatch Logs", "EventBridge", "EventBridge Pipes", "EventBridge Scheduler", "S3",
    "a function URL", "a load balancer",
})  # fmt: skip
"""Services that invoke a function whenever something happens, and no deployment."""

_BY_PRINCIPAL = {
    "s3.amazonaws.com": (ASYNCHRONOUS, "S3"),
    "sns.amazonaws.com": (ASYNCHRONOUS, "SNS"),
    "events.amazonaws.com": (ASYNCHRONOUS, "EventBridge"),
    "iot.amazonaws.com": (ASYNCHRONOUS, "IoT"),
    "ses.amazonaws.com": (ASYNCHRONOUS, "SES"),
    "config.amazonaws.com": (ASYNCHRONOUS, "AWS Config"),
    "codecommit.amazonaws.com": (ASYNCHRONOUS, "CodeCommit"),
    "logs.amazonaws.com": (ASYNCHRONOUS, "CloudWatch Logs"),
    "apigateway.amazonaws.com": (SYNCHRONOUS, "API Gateway"),
    "elasticloadbalancing.amazonaws.com": (SYNCHRONOUS, "a load balancer"),
    "cognito-idp.amazonaws.com": (SYNCHRONOUS, "Cognito"),
    "alexa-appkit.amazon.com": (SYNCHRONOUS, "Alexa"),
    "lex.amazonaws.com": (SYNCHRONOUS, "Lex"),
    "lexv2.amazonaws.com": (SYNCHRONOUS, "Lex"),
    "connect.amazonaws.com": (SYNCHRONOUS, "Connect"),
    "secretsmanager.amazonaws.com": (SYNCHRONOUS, "Secrets Manager"),
    "bedrock.amazonaws.com": (SYNCHRONOUS, "Bedrock"),
    "cloudformation.amazonaws.com": (DEPLOYMENT, "CloudFormation"),
}

_SILENT = frozenset({
    "AWS::ApiGateway::Deployment", "AWS::ApiGateway::Stage", "AWS::ApplicationAutoScaling::ScalableTarget",
    "AWS::ApplicationAutoScaling::ScalingPolicy", "AWS::CloudWatch::Dashboard", "AWS::CodeDeploy::DeploymentGroup",
    "AWS::Lambda::Alias", "AWS::Lambda::EventSourceMapping", "AWS::Lambda::ProvisionedConcurrencyConfig",
    "AWS::Lambda::ResourcePolicy", "AWS::Lambda::Version", "AWS::Logs::LogGroup", "AWS::Logs::MetricFilter",
    "AWS::ApiGatewayV2::Route", "AWS::CloudFormation::Stack", "AWS::KMS::Key", "AWS::S3::BucketPolicy",
    "AWS::DynamoDB::Table", "AWS::SNS::TopicPolicy", "AWS::SQS::Queue", "AWS::SQS::QueuePolicy", MODULE,
})  # fmt: skip
"""Resources that name a function without invoking it."""


def invokers(project: Deployed, names: Set[str], of_services: SomeMapping[str, str]) -> Iterator[Invoker]:
    """What invokes the function of these names: its own, and those of its versions and aliases.

    A permission speaks for a service only where nothing else of that service is seen to invoke the function, or to be
    kept from it: a rule that is disabled has its permission all the same. So do the roles and policies that are
    `of_services`: what they allow is for the service that alone may assume them.
    """
    off, functions = _off(project), _functions(project)
    permitted: list[Invoker] = []
    services: set[str] = set()
    for resource in referring_to(project, *names):
        if resource.name in names:
            continue
        if resource.type == "AWS::Lambda::Permission":
            source = resource.get("SourceArn")
            if _names(resource.get("FunctionName"), names) and not _names(source, off):
                # No service that asks for a permission sends for a function: what names one as its source lets
                # nobody in, and was written by somebody whose code invokes it.
                in_vain = _names(source, functions) or is_of_another_service(project, resource)
                permitted.append(Invoker(UNKNOWN, "", resource.span) if in_vain else _permitted(resource))
            continue
        for found in _by_resource(resource, names):
            if resource.name in of_services:
                mode, service = _BY_ROLE[of_services[resource.name]]
                permitted.append(Invoker(mode, service, found.span, permitted=(mode, service) != _MACHINE))
                continue
            services.add(found.service)
            if resource.name not in off:
                yield found
    yield from (each for each in permitted if not each.service or each.service not in services)


@lru_cache(maxsize=64)
def _off(project: Deployed) -> frozenset[str]:
    """The names of the rules and schedules that are disabled."""
    return frozenset(each.name for each in project.resources if text(each.get("State")) == "DISABLED")


@lru_cache(maxsize=64)
def _functions(project: Deployed) -> frozenset[str]:
    """The names of the functions."""
    return frozenset(each.name for each in project.of_type("AWS::Lambda::Function"))


def _by_resource(resource: Resource, names: Set[str]) -> Iterator[Invoker]:
    match resource.type:
        case "AWS::Lambda::Function":
            # Another function that is told of this one invokes it in a way that its code decides.
            if _names(resource.get("Environment"), names):
                yield Invoker(UNKNOWN, "", resource.span)
        case "AWS::Lambda::EventInvokeConfig":
            if _names(resource.get("DestinationConfig", "OnSuccess"), names):
                yield Invoker(ASYNCHRONOUS, "a Lambda destination", resource.span)
            elif _names(resource.get("DestinationConfig"), names):
                # It takes what failed elsewhere: what it fails in its turn is the end of the line.
                yield Invoker(UNKNOWN, "", resource.span)
        case "AWS::IAM::Policy" | "AWS::IAM::ManagedPolicy" | "AWS::IAM::RolePolicy" | "AWS::IAM::Role":
            # Whoever may invoke it does so in a way that nobody here decides.
            if any(may_invoke(statement) for statement in holding(resource.properties, "Resource", names)):
                yield Invoker(UNKNOWN, "", resource.span)
        case "AWS::CloudWatch::Alarm" | "AWS::CloudWatch::CompositeAlarm":
            if any(_names(resource.get(f"{state}Actions"), names) for state in ("Alarm", "OK", "InsufficientData")):
                yield Invoker(ASYNCHRONOUS, "a CloudWatch alarm", resource.span)
        case "AWS::SES::ReceiptRule":
            for action in holding(resource.properties, "FunctionArn", names):
                waits = text(action.get("InvocationType")) == "RequestResponse"
                yield Invoker(SYNCHRONOUS if waits else ASYNCHRONOUS, "SES", resource.span)
        case "AWS::ApiGateway::Method" | "AWS::ApiGateway::RestApi":
            for integration in holding(resource.properties, "Uri", names):
                yield Invoker(mode_of_integration(integration), "API Gateway", resource.span)
        case kind if kind in _SILENT:
            return
        case "AWS::StepFunctions::StateMachine":
            yield by_machine(resource)
        case kind if kind in _BY_TYPE:
            mode, service, invoking = _BY_TYPE[kind]
            if not invoking or any(any(holding(resource.properties, each, names)) for each in invoking):
                yield Invoker(mode, service, resource.span)
            elif any(holding(resource.properties, "Input", names)):
                # What is sent elsewhere names it, perhaps to be invoked there.
                yield Invoker(UNKNOWN, "", resource.span)
        case _ if is_custom_resource(resource):
            # What its own function does with another that it is told of is done at deployment, if at all.
            if _names(resource.get("ServiceToken"), names):
                yield Invoker(DEPLOYMENT, "CloudFormation", resource.span)
        case _ if any(_names(each, names) for name, each in resource.properties.entries.items() if name not in _INERT):
            yield Invoker(UNKNOWN, "", resource.span)


def by_machine(machine: Resource) -> Invoker:
    """A state machine as what invokes a function."""
    mode, service = (UNKNOWN, "Step Functions") if _hands_over(machine.properties) else _MACHINE
    return Invoker(mode, service, machine.span)


def called_in(definition: Value | None) -> Iterator[Value]:
    """What the states of a machine name as the functions that they invoke."""
    match definition:
        case Mapping(entries):
            for name, value in entries.items():
                if name in ("FunctionName", "Resource"):
                    yield value
                else:
                    yield from called_in(value)
        case Sequence(inner):
            for item in inner:
                yield from called_in(item)


def may_invoke(statement: Mapping) -> bool:
    """Whether a statement may allow to invoke what it names."""
    actions = [text(each) for each in items(statement.get("Action"))]
    return any(action is None or action.lower().startswith(("*", "lambda:*", "lambda:i")) for action in actions)


def holding(value: Value | None, key: str, names: Set[str]) -> Iterator[Mapping]:
    """The mappings within a value that name a function under `key`, in whatever case."""
    return (each for each in having(value, key) if names_under(each, key, names))


def having(value: Value | None, key: str) -> Iterator[Mapping]:
    """The mappings within a value that have an entry `key`, in whatever case."""
    match value:
        case Mapping(entries):
            if any(name.lower() == key.lower() for name in entries):
                yield value
            for entry in entries.values():
                yield from having(entry, key)
        case Sequence(inner):
            for item in inner:
                yield from having(item, key)


def names_under(mapping: Mapping, key: str, names: Set[str]) -> bool:
    """Whether a mapping names a function under `key`, in whatever case."""
    return any(name.lower() == key.lower() and _names(entry, names) for name, entry in mapping.entries.items())


def mode_of_integration(integration: Mapping) -> str:
    """How an API invokes: asynchronously where it sends the header `X-Amz-Invocation-Type: 'Event'`.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-integration-async.html
    """
    for name in ("RequestParameters", "requestParameters"):
        headers = integration.entries.get(name)
        if isinstance(headers, Mapping):
            for header, value in headers.entries.items():
                if header.lower().endswith("x-amz-invocation-type"):
                    written = text(value)
                    return UNKNOWN if written is None else ASYNCHRONOUS if "Event" in written else SYNCHRONOUS
        elif headers is not None:
            return UNKNOWN
    return SYNCHRONOUS


def _hands_over(definition: Value) -> bool:
    """Whether a state machine does not wait for all that it invokes.

    https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
    """
    match definition:
        case Mapping(entries):
            return any(
                text(value) != "RequestResponse" if name.startswith("InvocationType") else _hands_over(value)
                for name, value in entries.items()
            )
        case Sequence(inner):
            return any(_hands_over(item) for item in inner)
        case _:
            return _NOT_WAITING.search(literal(definition)) is not None


_NOT_WAITING = pattern(r'"InvocationType[^"]*"\s*:\s*"(?!RequestResponse")')


def _names(value: Value | None, names: Set[str]) -> bool:
    return any(reference.resource in names for reference in references(value))


def is_custom_resource(resource: Resource) -> bool:
    """Whether CloudFormation asks a function, or a topic, to make a resource."""
    return resource.type.startswith("Custom::") or resource.type == "AWS::CloudFormation::CustomResource"


@lru_cache(maxsize=64)
def custom_resources(project: Deployed) -> tuple[Resource, ...]:
    """The custom resources of a project."""
    return tuple(filter(is_custom_resource, project.resources))


def _permitted(resource: Resource) -> Invoker:
    principal = service_name(resource.get("Principal"))
    known = _BY_PRINCIPAL.get(principal)
    if known is None and principal.startswith("logs."):
        known = _BY_PRINCIPAL["logs.amazonaws.com"]
    mode, service = known or (UNKNOWN, "")
    if mode == UNKNOWN and _is_for_url(resource):
        mode, service = SYNCHRONOUS, "a function URL"
    return Invoker(mode, service, resource.span, permitted=True)


_SOURCES = {
    "events.amazonaws.com": ("events", "AWS::Events::"),
    "s3.amazonaws.com": ("s3", "AWS::S3::"),
    "sns.amazonaws.com": ("sns", "AWS::SNS::"),
}
"""Of services that invoke asynchronously, how they are called in the ARNs of what they invoke for, and the types of it.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""
_OF_SERVICE = pattern(r"arn:[\w-]*:([a-z0-9-]+):")


def is_of_another_service(project: Deployed, permission: Resource) -> bool:
    """Whether a permission lets a service in for what only another service invokes for: it lets nobody in."""
    name, kind = _SOURCES.get(service_name(permission.get("Principal")), ("", ""))
    source = permission.get("SourceArn")
    if not name or source is None:
        return False
    written = _OF_SERVICE.match(literal(source))
    if written is not None:
        return written[1] != name
    first = source.parts[0] if isinstance(source, Text) else source
    made = project.resource(first.resource) if isinstance(first, Reference) else None
    return made is not None and made.type.startswith("AWS::") and not made.type.startswith(kind)


def _is_for_url(permission: Resource) -> bool:
    """Whether a permission lets nobody invoke but through the function's URL."""
    by_url = truth(permission.get("InvokedViaFunctionUrl"))
    return is_set(permission.get("FunctionUrlAuthType")) or by_url is True
