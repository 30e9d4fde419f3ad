"""The types of SAM that stand for one resource of CloudFormation, under other names.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-resources-and-properties.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lambdalint.source import Span
from lambdalint.templates.resource import Resource
from lambdalint.templates.sam.function import location, tags
from lambdalint.templates.sam.spelling import extended, mapping, part, renamed
from lambdalint.templates.value import Known, Mapping, Sequence, Value


def spelt_out(
    kind: str, name: str, given: Mapping, span: Span, extent: Span, metadata: Mapping | None
) -> Iterator[Resource]:
    """What a resource of a type of SAM stands for; a type that is not known stays what it is."""
    to, spelling = _TYPES.get(kind, (kind, _same))
    yield Resource(to, name, spelling(given), span, extent, metadata=metadata)
    if kind == "AWS::Serverless::GraphQLApi":
        yield from _data_sources(name, given)


def _same(given: Mapping) -> Mapping:
    return given


def _table(given: Mapping) -> Mapping:
    span = given.span
    key = given.entries.get("PrimaryKey")
    name: Value = (key.get("Name") if isinstance(key, Mapping) else None) or Known("id", span, default=True)
    kind: Value = (key.get("Type") if isinstance(key, Mapping) else None) or Known("String", span, default=True)
    if isinstance(kind, Known):
        kind = Known({"Number": "N", "Binary": "B"}.get(str(kind.value), "S"), kind.span, default=kind.default)
    place = given.key("PrimaryKey")
    more: dict[str, Value | None] = {
        "AttributeDefinitions": Sequence((mapping(place, {"AttributeName": name, "AttributeType": kind}),), place),
        "KeySchema": Sequence((mapping(place, {"AttributeName": name, "KeyType": Known("HASH", place)}),), place),
    }
    if "ProvisionedThroughput" not in given.keys:
        more["BillingMode"] = Known("PAY_PER_REQUEST", span, default=True)
    return _tagged(extended(renamed(given, {}, frozenset({"PrimaryKey"})), more, dict.fromkeys(more, place)))


def _layer(given: Mapping) -> Mapping:
    """A local path in `ContentUri` stays the text that it is."""
    uri = given.entries.get("ContentUri")
    content = {"Content": None if uri is None else location(uri)}
    return extended(renamed(given, {}, frozenset({"ContentUri"})), dict(content), {"Content": given.key("ContentUri")})


def _application(given: Mapping) -> Mapping:
    return _tagged(renamed(given, {"Location": "TemplateURL"}))


def _web_socket(given: Mapping) -> Mapping:
    return extended(given, {"ProtocolType": Known("WEBSOCKET", given.span, default=True)})


def _tagged(given: Mapping) -> Mapping:
    return extended(given, {"Tags": tags(given.entries.get("Tags"))}, {"Tags": given.key("Tags")})


def _data_sources(name: str, given: Mapping) -> Iterator[Resource]:
    """The data sources of a GraphQL API that are functions."""
    functions = given.get("DataSources", "Lambda")
    if not isinstance(functions, Mapping):
        return
    for logical_id, source in functions.entries.items():
        if isinstance(source, Mapping):
            span = functions.key(logical_id)
            arn, keys = part(renamed(source, {"FunctionArn": "LambdaFunctionArn"}), "LambdaFunctionArn")
            properties = mapping(
                source.span,
                {"Type": Known("AWS_LAMBDA", span), "LambdaConfig": mapping(source.span, arn, keys)},
            )
            yield Resource(
                "AWS::AppSync::DataSource", f"{name}{logical_id}LambdaDataSource", properties, span, source.span
            )


_TYPES: dict[str, tuple[str, Callable[[Mapping], Mapping]]] = {
    "AWS::Serverless::Application": ("AWS::CloudFormation::Stack", _application),
    "AWS::Serverless::GraphQLApi": ("AWS::AppSync::GraphQLApi", _same),
    "AWS::Serverless::LayerVersion": ("AWS::Lambda::LayerVersion", _layer),
    "AWS::Serverless::SimpleTable": ("AWS::DynamoDB::Table", _table),
    "AWS::Serverless::WebSocketApi": ("AWS::ApiGatewayV2::Api", _web_socket),
    "AWS::Serverless::CapacityProvider": ("AWS::Lambda::CapacityProvider", _same),
}
