"""REST APIs."""

from __future__ import annotations

from lambdalint.cdk.assembly import Assembly, Draft, Later, Made, mapping
from lambdalint.cdk.constructs import Construct
from lambdalint.cdk.props import props
from lambdalint.cdk.rows import Field, Row, fill, inert, kept, plain
from lambdalint.cdk.table import roles
from lambdalint.cdk.table.apis.authorizers import authorizer, pools
from lambdalint.cdk.table.apis.methods import add_method, add_proxy, method
from lambdalint.cdk.table.apis.paths import (
    PROXY,
    add_preflight,
    add_resource,
    below,
    find_resource,
    for_path,
    preflight,
    root,
)
from lambdalint.cdk.table.apis.stages import add_plan, stage
from lambdalint.code.value import Constant, Value
from lambdalint.source import Span
from lambdalint.templates.value import Known, Mapping, Reference, Unknown


def rest(assembly: Assembly, construct: Construct, draft: Draft) -> None:
    """What a REST API is deployed with, and the root of its paths."""
    span, given = draft.span, construct.props
    draft.entries.setdefault("Name", Known(construct.id, span))
    root(construct)
    top = construct.parts["root"]
    if given.get("defaultCorsPreflightOptions") is not None:
        preflight(assembly, top, construct.span)
    _log_role(assembly, construct, span)
    if given.get("policy") is not None:
        draft.entries["Policy"] = Unknown(span, "policy")
    if given.get("deploy") in (None, Constant(True)):
        stage(assembly, construct, span)
    elif given.get("deploy") != Constant(False):
        draft.open = True
    if construct.added.get("kind") == ["apigateway.LambdaRestApi"]:
        handler = assembly.constructs.find(given.get("handler"))
        known = props(given.get("integrationOptions"))
        if handler is None or handler.kind != "lambda.Function" or given.open or known.open:
            assembly.hand_over(construct.span, assembly.constructs.reached(given.get("handler")), known=True)
            return
        construct.added["integration"] = [(handler, known)]
        if given.get("proxy") in (None, Constant(True)):
            proxy = below(assembly, top, PROXY, construct.span)
            for each in (proxy, top):
                method(assembly, each, "ANY", None, props(given.get("defaultMethodOptions")), construct.span)


def _log_role(assembly: Assembly, construct: Construct, span: Span) -> None:
    """The role by which API Gateway writes logs, which an API makes for the whole account unless it is told not to."""
    given = construct.props.get("cloudWatchRole")
    if given is None:
        given = Constant(not assembly.app.flag("@aws-cdk/aws-apigateway:disableCloudWatchRole"))
    if given != Constant(True):
        return
    made = assembly.child(construct, "CloudWatchRole", "iam.Role")
    del construct.parts["CloudWatchRole"]
    own = fill(assembly, made, roles.ROWS["iam.Role"])
    service = mapping(span, {"Service": Known("apigateway.amazonaws.com", span)})
    own.entries["AssumeRolePolicyDocument"], own.label = roles.trust(service, span), construct.path
    made.add("managed", Known(f"{roles.MANAGED}service-role/AmazonAPIGatewayPushToCloudWatchLogs", span))
    account: dict[str, Made | Later] = {"CloudWatchRoleArn": Reference(made.resource, "Arn", span)}
    assembly.draft(construct, "AWS::ApiGateway::Account", account, "Account").label = construct.path


def _types(assembly: Assembly, given: Value, span: Span) -> Made:
    return mapping(span, {"Types": plain(assembly, given, span)})


def _endpoint(assembly: Assembly, given: Value, span: Span) -> Made:
    known = props(given)
    types = known.get("types")
    if types is None or known.open:
        return Unknown(span, "endpointConfiguration")
    made = mapping(span, {"Types": plain(assembly, types, span)})
    return Mapping(made.entries, span, made.keys, len(known.entries) > 1)


ROWS = {
    "apigateway.RestApi": Row(
        "AWS::ApiGateway::RestApi",
        {
            "restApiName": "Name",
            "description": "Description",
            "endpointTypes": Field("EndpointConfiguration", _types),
            "endpointConfiguration": Field("EndpointConfiguration", _endpoint),
            "disableExecuteApiEndpoint": "DisableExecuteApiEndpoint",
            "binaryMediaTypes": "BinaryMediaTypes",
            **kept("deploy deployOptions defaultCorsPreflightOptions defaultIntegration defaultMethodOptions handler"),
            **kept(
                "proxy cloudWatchRole cloudWatchRoleRemovalPolicy policy apiKeySourceType failOnWarnings domainName"
            ),
            **kept(
                "endpointExportName parameters retainDeployments integrationOptions minimumCompressionSize "
                "minCompressionSize"
            ),
        },
        rest,
        {
            "addUsagePlan": add_plan,
            **dict.fromkeys(("addModel", "addGatewayResponse", "addRequestValidator", "addApiKey"), inert),
        },
    ),
    "apigateway.TokenAuthorizer": authorizer("TOKEN"),
    "apigateway.RequestAuthorizer": authorizer("REQUEST"),
    "apigateway.CognitoUserPoolsAuthorizer": pools(),
}
RESOURCE_METHODS = {
    "addResource": add_resource,
    "addMethod": add_method,
    "addProxy": add_proxy,
    "resourceForPath": for_path,
    "addCorsPreflight": add_preflight,
    "getResource": find_resource,
}
"""The methods of a part of a REST API's path, which is no resource of its own at the root."""
