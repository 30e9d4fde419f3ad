"""Triggers: services that a function's resource policy must let invoke it."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.model import connectors
from lambdalint.model.buckets import notifications
from lambdalint.model.deployed import Deployed
from lambdalint.model.functions import Function, function_named
from lambdalint.model.invokers import is_of_another_service
from lambdalint.model.targets import targets
from lambdalint.model.view import View, literal, text
from lambdalint.records import dataclass
from lambdalint.source import Span
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Known, Mapping, Reference, Text, Unknown, Value, items


@dataclass(frozen=True, slots=True)
class Trigger:
    """A service that is told to invoke a function, and takes on no role to do so."""

    principal: str
    function: Function
    span: Span
    """Where it names the function."""
    value: Value
    """How it names it."""

    @property
    def qualifier(self) -> str | None:
        """The name of the version or alias that it names; "" for the function itself, None where it is not known."""
        return qualifier_of(self.function, self.value)

    @property
    def called(self) -> str:
        """How messages call what it invokes: a version or alias by its own name."""
        named = self.function.project.resource(self.qualifier or "")
        return self.function.name if named is None else f"{self.function.name}:{named.called}"

    @property
    def permitted(self) -> bool:
        """Whether a permission lets it invoke the function, or may, for all that is known."""
        project = self.function.project
        granted = (*project.of_type("AWS::Lambda::Permission"), *project.of_type("AWS::Lambda::ResourcePolicy"))
        reached = connectors.may_lead_to(project, self.function.names)
        return reached or any(self._may(each) for each in granted)

    def _may(self, grant: Resource) -> bool:
        given = grant.get("FunctionName") or grant.get("ResourceArn")
        named = function_named(self.function.project, given)
        if named is not None and named != self.function:
            return False
        if not grant.generated and self._is_for_anotherqualifier_of(grant):
            return False
        if is_of_another_service(self.function.project, grant):
            return False
        principal = text(grant.get("Principal"))
        service = self.principal.removesuffix(".amazonaws.com")
        return principal is None or principal == "*" or principal.startswith(service)

    def _is_for_anotherqualifier_of(self, grant: Resource) -> bool:
        """Whether a permission is known to be for another version or alias, or for another than the function itself.

        https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html
        """
        named, own = self.qualifier, qualifier_of(self.function, grant.get("FunctionName"))
        if grant.type != "AWS::Lambda::Permission" or named is None or own is None:
            return False
        given = grant.get("Qualifier")
        if isinstance(given, Unknown) and given.optional:
            return False
        return named == "" if given is not None else named != own


def qualifier_of(function: Function, value: Value | None) -> str | None:
    """The version or alias that a value names; "" for the function itself, None where that is not known."""
    match value:
        case Known(str(name)) if name == text(function.get("FunctionName")):
            return ""
        case Reference(resource, attribute) if resource == function.resource.name:
            return None if attribute in ("QualifiedArn", "Version") else ""
        case Reference(resource):
            return resource
        case Text(parts):
            for part, then in zip(parts, (*parts[1:], None), strict=True):
                found = qualifier_of(function, part) if isinstance(part, Reference) else None
                if found is not None:
                    return None if literal(then).startswith(":") else found
            return None
        case _:
            return None


def triggers(project: Deployed) -> Iterator[Trigger]:
    """Every rule, topic, bucket, log filter and API that names a function to be invoked."""
    for principal, value, span in _named(project):
        function = function_named(project, value)
        if value is not None and function is not None and not function.generated:
            yield Trigger(principal, function, span, value)


def mapped(project: Deployed) -> Iterator[Trigger]:
    """Every event source mapping that names a function to be invoked."""
    for resource in project.of_type("AWS::Lambda::EventSourceMapping"):
        value = resource.get("FunctionName")
        function = function_named(project, value)
        if value is not None and function is not None and not function.generated and not resource.generated:
            yield Trigger("lambda.amazonaws.com", function, View(project, resource).key("FunctionName"), value)


def _named(project: Deployed) -> Iterator[tuple[str, Value | None, Span]]:
    for target in targets(project):
        if not target.rule.scheduler and target.role is None and not target.rule.generated:
            yield "events.amazonaws.com", target.arn, target.span
    for subscription in subscriptions(project):
        if text(subscription.properties.get("Protocol")) == "lambda":
            yield "sns.amazonaws.com", subscription.properties.get("Endpoint"), subscription.endpoint
    for notification in notifications(project):
        yield "s3.amazonaws.com", notification.target, notification.span
    for resource in project.of_type("AWS::Logs::SubscriptionFilter"):
        if resource.get("RoleArn") is None:
            yield "logs.amazonaws.com", resource.get("DestinationArn"), View(project, resource).key("DestinationArn")
    for kind, uri, credentials in (
        ("AWS::ApiGateway::Method", ("Integration", "Uri"), ("Integration", "Credentials")),
        ("AWS::ApiGatewayV2::Integration", ("IntegrationUri",), ("CredentialsArn",)),
    ):
        for resource in project.of_type(kind):
            if resource.get(*credentials) is None:
                yield "apigateway.amazonaws.com", resource.get(*uri), View(project, resource).key(*uri)
    for resource in project.of_type("AWS::ApiGatewayV2::Api"):
        # Of an API in Terraform, whose routes may stand elsewhere, it says itself what it is made of in one step.
        if "CredentialsArn" not in resource.properties.entries and "Target" in resource.properties.entries:
            yield "apigateway.amazonaws.com", resource.get("Target"), View(project, resource).key("Target")
    for kind, role in (
        ("AWS::ApiGateway::Authorizer", "AuthorizerCredentials"),
        ("AWS::ApiGatewayV2::Authorizer", "AuthorizerCredentialsArn"),
    ):
        for resource in project.of_type(kind):
            # A framework that makes an authorizer of a function lets it be called as well.
            if resource.get(role) is None and not resource.generated:
                place = View(project, resource).key("AuthorizerUri")
                yield "apigateway.amazonaws.com", resource.get("AuthorizerUri"), place


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a topic sends its messages to."""

    project: Deployed
    properties: Mapping
    span: Span
    generated: bool
    topic: Value | None

    @property
    def function(self) -> Function | None:
        """The function that it invokes; None where it does something else."""
        invokes = text(self.properties.get("Protocol")) == "lambda"
        return function_named(self.project, self.properties.get("Endpoint")) if invokes else None

    @property
    def endpoint(self) -> Span:
        """Where it says what that is."""
        return self.properties.key("Endpoint") if "Endpoint" in self.properties.keys else self.span


def subscriptions(project: Deployed) -> Iterator[Subscription]:
    """Every subscription, also those written inside a topic."""
    for resource in project.of_type("AWS::SNS::Subscription"):
        yield Subscription(project, resource.properties, resource.span, resource.generated, resource.get("TopicArn"))
    for topic in project.of_type("AWS::SNS::Topic"):
        for given in items(topic.get("Subscription")):
            if isinstance(given, Mapping):
                own = Reference(topic.name, "", topic.span)
                yield Subscription(project, given, given.span, topic.generated, own)
