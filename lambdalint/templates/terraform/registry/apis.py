"""terraform-aws-modules/apigateway-v2: an HTTP or WebSocket API, with its routes and authorizers.

https://registry.terraform.io/modules/terraform-aws-modules/apigateway-v2/aws/latest
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.templates.resource import Resource
from lambdalint.templates.terraform.registry.public import Public, mapping, renamed, rows
from lambdalint.templates.value import Known, Mapping, Reference, Unknown, Value

_API = "aws_apigatewayv2_api.this"

_NAMES = {"name": "Name", "protocol_type": "ProtocolType", "target": "Target", "body": "Body"}
_ROUTE = {"authorization_type": "AuthorizationType", "authorizer_id": "AuthorizerId"}
_INTEGRATION = {
    "uri": "IntegrationUri",
    "integration_uri": "IntegrationUri",
    "lambda_arn": "IntegrationUri",
    "type": "IntegrationType",
    "integration_type": "IntegrationType",
    "payload_format_version": "PayloadFormatVersion",
    "timeout_milliseconds": "TimeoutInMillis",
    "credentials_arn": "CredentialsArn",
}
_AUTHORIZER = {
    "name": "Name",
    "authorizer_type": "AuthorizerType",
    "authorizer_uri": "AuthorizerUri",
    "authorizer_payload_format_version": "AuthorizerPayloadFormatVersion",
    "authorizer_result_ttl_in_seconds": "AuthorizerResultTtlInSeconds",
    "enable_simple_responses": "EnableSimpleResponses",
    "identity_sources": "IdentitySource",
}

OUTPUTS: dict[str, tuple[str, str]] = {
    "api_id": (_API, ""),
    "api_arn": (_API, "Arn"),
    "api_endpoint": (_API, "ApiEndpoint"),
    "api_execution_arn": (_API, "ExecutionArn"),
    "apigatewayv2_api_id": (_API, ""),
    "apigatewayv2_api_arn": (_API, "Arn"),
    "apigatewayv2_api_api_endpoint": (_API, "ApiEndpoint"),
    "apigatewayv2_api_execution_arn": (_API, "ExecutionArn"),
}


def resources(call: Public) -> Iterator[Resource]:
    """The API, its authorizers, and a route with its integration for each that is given.

    Its stage is left out: what that has by default differs from version to version.
    """
    if call.switch("create", default=True) is False:
        return
    entries, keys = call.renamed(_NAMES)
    yield call.made(
        "AWS::ApiGatewayV2::Api", _API, {"ProtocolType": call.default("HTTP"), **entries}, keys, partial=True
    )
    for name, given in rows(call.get("authorizers")):
        yield _made(call, "Authorizer", name, renamed(given, _AUTHORIZER), given)
    # Version 5 has the integrations in the routes, those before have routes by the keys of the integrations.
    for holder in ("routes", "integrations"):
        for key, given in rows(call.get(holder)):
            inner = given.get("integration") if isinstance(given, Mapping) and holder == "routes" else given
            if inner is not None:
                yield _made(call, "Integration", key, _integration(inner), inner)
            yield _made(call, "Route", key, _route(call, key, given), given)


def _integration(given: Value) -> Mapping | None:
    found = renamed(given, _INTEGRATION)
    if found is None:
        return None
    # By default it is what the version of the module says.
    unknown: dict[str, Value] = {"PayloadFormatVersion": Unknown(given.span, "payload_format_version")}
    return mapping(given.span, {**unknown, **found.entries}, found.keys)


def _route(call: Public, key: str, given: Value) -> Mapping | None:
    found = renamed(given, _ROUTE)
    if found is None or not isinstance(given, Mapping):
        return None
    made = call.address(f'aws_apigatewayv2_integration.this["{key}"]')
    entries: dict[str, Value | None] = {
        "RouteKey": Known(key, given.span), "Target": Reference(made, "", given.span), **found.entries,
    }  # fmt: skip
    authorizer = given.get("authorizer_key")
    if isinstance(authorizer, Known):
        named = call.address(f'aws_apigatewayv2_authorizer.this["{authorizer.value}"]')
        entries["AuthorizerId"] = Reference(named, "", authorizer.span)
    elif authorizer is not None:
        entries["AuthorizerId"] = authorizer
    return mapping(given.span, entries, found.keys)


def _made(call: Public, kind: str, name: str, given: Mapping | None, place: Value) -> Resource:
    found = given or Mapping({}, place.span, {}, open=True)
    entries = {"ApiId": Reference(call.address(_API), "", place.span), **found.entries}
    made = f'aws_apigatewayv2_{kind.lower()}.this["{name}"]'
    return call.made(
        f"AWS::ApiGatewayV2::{kind}", made, entries, found.keys, span=place.span, label=name, partial=found.open
    )
