"""Who may invoke a function, and from which web sites."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.check import Problem, Problems, check
from lambdalint.meaning import http, proofs, web
from lambdalint.meaning.sinks import places
from lambdalint.model import Function, Project, policies_of
from lambdalint.model.resource_policies import Permission, ResourcePolicy, Url, everyone
from lambdalint.model.triggers import subscriptions
from lambdalint.model.uses import named
from lambdalint.model.view import View, references, referring_to, text, truth
from lambdalint.source import Span
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Known, Mapping, Value, items
from lambdalint.wanted import Attribute, Fix, named_in, setting


@check
def public_function(project: Project) -> Problems:
    for resource in project.of_type("AWS::Lambda::Permission"):
        permission = Permission(project, resource)
        anyone = everyone(permission.principal)
        if anyone is None or permission.generated or permission.sourced or permission.through_url:
            continue
        yield Problem(anyone.span, f"lets everyone invoke {_called(permission.function)}")
    for resource in project.of_type("AWS::Lambda::ResourcePolicy"):
        policy = ResourcePolicy(project, resource)
        for statement in policy.statements:
            anyone = everyone(statement.value.get("Principal"))
            if anyone is not None and statement.allows and not statement.conditional:
                yield Problem(anyone.span, f"lets everyone invoke {_called(policy.function)}")
    for kind, (action, does) in _FEEDING.items():
        for resource in project.of_type(kind):
            anyone = policies_of.opened(project, resource, action)
            fed = () if anyone is None else tuple(_fed(project, resource))
            if anyone is not None and fed:
                source = View(project, resource)
                message = f"lets everyone {does} {source.name}, and with it invoke {fed[0].name}"
                yield Problem(anyone.span, message, severity="warning", about=source)


_FEEDING = {
    "AWS::SNS::Topic": ("sns:Publish", "publish to"),
    "AWS::SQS::Queue": ("sqs:SendMessage", "send to"),
}


def _fed(project: Project, source: Resource) -> Iterator[Function]:
    """The functions that get what comes to a topic or queue, also by a queue of the topic."""
    own = [
        each
        for each in subscriptions(project)
        if _leads_to(each.topic, source.name) or named(project, each.topic, "sns") == source
    ]
    queues = {
        source.name,
        *(reference.resource for each in own for reference in references(each.properties.get("Endpoint"))),
    }
    for function in project.functions:
        polled = [each.source for each in function.event_sources]
        by_queue = any(
            named(project, each, "sqs") == source or any(_leads_to(each, name) for name in queues) for each in polled
        )
        if by_queue or any(_leads_to(each.properties.get("Endpoint"), function.resource.name) for each in own):
            yield function


def _leads_to(value: Value | None, name: str) -> bool:
    return any(reference.resource == name for reference in references(value))


_SERVICES = {
    "alexa-appkit.amazon.com": "Alexa",
    "apigateway.amazonaws.com": "API Gateway",
    "bedrock.amazonaws.com": "Bedrock",
    "codecommit.amazonaws.com": "CodeCommit",
    "cognito-idp.amazonaws.com": "Cognito",
    "config.amazonaws.com": "AWS Config",
    "connect.amazonaws.com": "Connect",
    "events.amazonaws.com": "EventBridge",
    "iot.amazonaws.com": "IoT",
    "lambda.alarms.cloudwatch.amazonaws.com": "CloudWatch",
    "lexv2.amazonaws.com": "Lex",
    "logs.amazonaws.com": "CloudWatch Logs",
    "s3.amazonaws.com": "S3",
    "secretsmanager.amazonaws.com": "Secrets Manager",
    "ses.amazonaws.com": "SES",
    "sns.amazonaws.com": "SNS",
}
"""Principals that AWS's pages hold to a source."""


@check
def permission_without_source(project: Project) -> Problems:
    for resource in project.of_type("AWS::Lambda::Permission"):
        permission = Permission(project, resource)
        match permission.principal:
            case Known(str(name), span) if name in _SERVICES and not permission.generated:
                service, function = _SERVICES[name], _called(permission.function)
                if not permission.sourced:
                    owner = "skill" if service == "Alexa" else "account"
                    fix = _held_to_its_source(project, permission, service)
                    yield Problem(span, f"lets {service} of any {owner} invoke {function}", fix=fix)
                elif service == "S3" and permission.get("SourceAccount") is None and permission.names_a_bucket:
                    yield Problem(
                        span,
                        f"lets S3 invoke {function} for a bucket of any account: SourceAccount is not set",
                        severity="note",
                        fix=_held_to_its_account(permission),
                    )
    yield from _unsourced_policies(project)


_BY_ACCOUNT = ("AWS Config", "CloudWatch", "CloudWatch Logs", "S3", "Secrets Manager", "SES")
"""Services that say for which account they invoke a function, as AWS's pages of each have it in a permission."""
_BY_ARN = {
    "EventBridge": ("AWS::Events::Rule", "Arn"),
    "SNS": ("AWS::SNS::Topic", ""),
    "S3": ("AWS::S3::Bucket", "Arn"),
}
"""What invokes a function for a service, and the attribute that is its ARN."""


def _held_to_its_source(project: Project, permission: Permission, service: str) -> Fix | None:
    """The fix that a permission holds for the one source in the project that invokes the function, or the account.

    CloudFormation makes a permission before the bucket that needs it: there the account has to do.
    """
    terraform = permission.span.path.endswith(_TERRAFORM)
    if service in _BY_ACCOUNT and not terraform:
        return _held_to_its_account(permission)
    kind, attribute = _BY_ARN.get(service, ("", ""))
    sources = _sources(project, permission.function, kind) if permission.function is not None else set()
    if len(sources) != 1 or not named_in(permission.resource, name := sources.pop()):
        return None
    return setting(permission.resource, ("SourceArn",), Attribute(name, attribute))


_TERRAFORM = (".tf", ".tofu")


def _held_to_its_account(permission: Permission) -> Fix | None:
    if permission.span.path.endswith(_TERRAFORM):
        return None
    return setting(permission.resource, ("SourceAccount",), Attribute("AWS::AccountId", ""))


def _sources(project: Project, function: Function, kind: str) -> set[str]:
    """The resources of a type that refer to a function, or that what refers to the function names beside it."""
    found = set()
    for resource in referring_to(project, *function.names):
        beside = {resource.name, *(each.resource for each in references(resource.properties))}
        if resource.type != "AWS::Lambda::Permission":
            known = (project.resource(name) for name in beside)
            found |= {each.name for each in known if each is not None and each.type == kind}
    return found


def _unsourced_policies(project: Project) -> Problems:
    """Policies of what feeds functions that let a service act for whoever names it; each place once, as a module may
    make many of one."""
    told: set[Span] = set()
    for kind, (action, does) in _FEEDING.items():
        for resource in project.of_type(kind):
            for place, name in policies_of.unsourced(project, resource, action):
                fed = tuple(_fed(project, resource)) if name in _SENDERS[kind] else ()
                if fed and place.span not in told:
                    told.add(place.span)
                    source = View(project, resource)
                    what = f"lets {_SERVICES[name]} of any account {does} {source.name}"
                    yield Problem(place.span, f"{what}, and with it invoke {fed[0].name}", about=source)


_SENDERS = {
    "AWS::SNS::Topic": ("s3.amazonaws.com",),
    "AWS::SQS::Queue": ("events.amazonaws.com", "s3.amazonaws.com", "sns.amazonaws.com"),
}
"""Services that send for whoever names a queue or topic. EventBridge knows no condition in the policy of a topic:
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html."""


@check
def public_function_url(project: Project) -> Problems:
    for url in _urls(project):
        match url.authentication:
            case Known("NONE", span, default=default) if not url.generated:
                place = url.span if default else span
                message = f"lets anyone on the internet invoke {_called(url.function)}"
                # What nobody may call yet, invoke-permission-missing tells.
                mild = _is_behind(url) or _is_proved(url) or _is_page(url) or bool(url.unpermitted)
                yield Problem(place, message, severity="note" if mild else None)


def _is_proved(url: Url) -> bool:
    """Whether the function itself looks at what proves who has sent a request."""
    handler = None if url.function is None else url.function.handler
    return handler is not None and (proofs.asks_for_proof(handler) or http.called_by_services(handler))


def _is_page(url: Url) -> bool:
    """Whether the function answers browsers, which sign nothing: with HTML."""
    handler = None if url.function is None else url.function.handler
    return handler is not None and any(
        True for returned in (*handler.returns, *web.answers(handler)) for _ in places.html(returned.value)
    )


def _is_behind(url: Url) -> bool:
    """Whether a distribution is in front of a URL, and the function asks for a header that this adds."""
    handler = None if url.function is None else url.function.handler
    return url.distributed and handler is not None and http.asks_for_own_header(handler)


@check
def open_cors(project: Project) -> Problems:
    for url in _urls(project):
        yield from _with_credentials(url.get("Cors"))
        anyone = _star(url.get("Cors"), "AllowOrigins")
        if anyone is not None and url.public and _star(url.get("Cors"), "AllowMethods") is not None:
            message = "lets every web site call it with any method, and asks nobody who they are"
            yield Problem(anyone, message, severity="warning")
    for resource in project.of_type("AWS::ApiGatewayV2::Api"):
        yield from _with_credentials(resource.get("CorsConfiguration"))
    for resource in project.of_type("AWS::ApiGateway::RestApi"):
        yield from _with_credentials(resource.get("Cors"))


def _urls(project: Project) -> Iterator[Url]:
    return (Url(project, resource) for resource in project.of_type("AWS::Lambda::Url"))


def _with_credentials(cors: Value | None) -> Problems:
    anyone = _star(cors, "AllowOrigins") or _star(cors, "AllowOrigin")
    if anyone is not None and isinstance(cors, Mapping) and truth(cors.get("AllowCredentials")):
        yield Problem(anyone, "lets every web site call with credentials")


def _star(cors: Value | None, key: str) -> Span | None:
    """The place where a part of CORS says `*`, in quotes or not."""
    if not isinstance(cors, Mapping):
        return None
    return next((each.span for each in items(cors.get(key)) if (text(each) or "").strip("'\"") == "*"), None)


def _called(function: Function | None) -> str:
    """How a message calls a function, which may come from elsewhere."""
    return "the function" if function is None else function.name
