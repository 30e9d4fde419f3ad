"""What holds of every template, and that none of them is too odd to be read."""

import gc
import json
import subprocess
import sys

from hypothesis import given, settings
from hypothesis import strategies as st

from lambdalint.source import Span, Texts
from lambdalint.templates import read
from lambdalint.templates.resource import Deployment
from lambdalint.templates.value import Code, Known, Mapping, Sequence, Text, Value

NAMES = st.sampled_from(
    ["A", "B", "Fn", "Fn.Alias", "AWS::Region", "AWS::NoValue", "A.Outputs.B", "A.Arn", "", "${A}", "1"]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-5, 1000)
    | NAMES
    | st.sampled_from(
        ["{{resolve:ssm:a}}", "%A%", "${A.Arn}-${B}", "${!A}", "s3://b/k", "src/", "template.yaml", "$LATEST"]
    )
    | st.text(max_size=5)
)
FUNCTIONS = st.sampled_from(
    [
        "Ref",
        "Fn::GetAtt",
        "Fn::Sub",
        "Fn::Join",
        "Fn::Select",
        "Fn::Split",
        "Fn::FindInMap",
        "Fn::If",
        "Fn::Length",
        "Fn::Base64",
        "Fn::Transform",
        "Fn::ForEach::X",
        "Fn::And",
        "Fn::Or",
        "Fn::Not",
        "Fn::Equals",
        "Condition",
    ]
)
KEYS = st.sampled_from(
    [
        "Type",
        "Properties",
        "Events",
        "Policies",
        "Role",
        "CodeUri",
        "InlineCode",
        "Code",
        "ZipFile",
        "AutoPublishAlias",
        "EventInvokeConfig",
        "DestinationConfig",
        "OnFailure",
        "Destination",
        "FunctionUrlConfig",
        "AuthType",
        "Statement",
        "Environment",
        "Variables",
        "Layers",
        "Tags",
        "Tracing",
        "DeadLetterQueue",
        "DeadLetterConfig",
        "Queue",
        "Stream",
        "Topic",
        "SqsSubscription",
        "QueueArn",
        "Bucket",
        "Filter",
        "Pattern",
        "Schedule",
        "Path",
        "Method",
        "RestApiId",
        "ApiId",
        "Auth",
        "Authorizers",
        "DefaultAuthorizer",
        "Source",
        "Id",
        "Location",
        "TemplateURL",
        "Parameters",
        "DataSources",
        "Lambda",
        "PrimaryKey",
        "Name",
        "SQSPollerPolicy",
        "QueueName",
        "Metadata",
        "Condition",
        "Enabled",
        "Target",
        "Trigger",
        "UserPool",
        "ConsumerGroupId",
        "KafkaBootstrapServers",
        "SourceAccessConfigurations",
        "A",
        "B",
    ]
)
NODES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(KEYS, inner, max_size=4)
        | st.builds(lambda name, argument: {name: argument}, FUNCTIONS, inner)
    ),
    max_leaves=12,
)
TYPES = st.sampled_from(
    [
        f"AWS::Serverless::{name}"
        for name in ("Function", "Api", "HttpApi", "SimpleTable", "LayerVersion", "StateMachine")
    ]
    + [f"AWS::Serverless::{name}" for name in ("Application", "GraphQLApi", "Connector", "CapacityProvider", "Other")]
    + ["AWS::Lambda::Function", "AWS::CloudFormation::Stack", "Custom::X"]
)
EVENTS = st.sampled_from(
    [
        "SQS",
        "Kinesis",
        "DynamoDB",
        "MSK",
        "MQ",
        "DocumentDB",
        "SelfManagedKafka",
        "S3",
        "SNS",
        "Schedule",
        "ScheduleV2",
        "CloudWatchEvent",
        "EventBridgeRule",
        "CloudWatchLogs",
        "IoTRule",
        "AlexaSkill",
        "Cognito",
        "Api",
        "HttpApi",
        "?",
    ]
)
EVENT = st.fixed_dictionaries(
    {"Type": EVENTS | NODES}, optional={"Properties": st.dictionaries(KEYS, NODES, max_size=4) | NODES}
)
PROPERTIES = st.fixed_dictionaries(
    {}, optional={"Events": st.dictionaries(NAMES, EVENT, max_size=3) | NODES, "Policies": NODES, "Role": NODES}
).flatmap(lambda fixed: st.dictionaries(KEYS, NODES, max_size=4).map(lambda more: {**more, **fixed}))
RESOURCE = st.fixed_dictionaries(
    {"Type": TYPES | NODES},
    optional={
        "Properties": PROPERTIES | NODES,
        "Condition": NAMES,
        "Metadata": NODES,
        "Connectors": NODES,
        "IgnoreGlobals": NODES,
    },
)
TEMPLATE = st.fixed_dictionaries(
    {"Resources": st.dictionaries(NAMES, RESOURCE | NODES, min_size=1, max_size=4)},
    optional={
        "Transform": st.sampled_from(["AWS::Serverless-2016-10-31", ["AWS::LanguageExtensions"]]) | NODES,
        "Globals": st.fixed_dictionaries({}, optional={"Function": NODES, "Api": NODES}) | NODES,
        "Parameters": st.dictionaries(
            NAMES, st.fixed_dictionaries({"Type": st.just("String")}, optional={"Default": NODES}), max_size=3
        )
        | NODES,
        "Conditions": st.dictionaries(NAMES, NODES, max_size=3) | NODES,
        "Mappings": NODES,
        "Outputs": NODES,
    },
)


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    for given_text in (
        text,
        f"Resources:\n  A:\n    Type: AWS::SQS::Queue\n{text}",
        f"Resources:\n  A: {text}\n# AWS::",
    ):
        read(Texts({"template.yaml": given_text}), ["template.yaml"], {})


@given(TEMPLATE)
@settings(max_examples=400, deadline=None)
def test_any_template_is_read_and_everything_in_it_has_its_place(template: object) -> None:
    text = json.dumps(template, indent=1)
    for deployment in read(Texts({"template.yaml": text}), ["template.yaml"], {"B": 1}):
        lines = text.split("\n")
        for span in spans(deployment):
            assert span.path == "template.yaml"
            assert 1 <= span.line <= span.end_line <= len(lines)
            assert 1 <= span.column <= len(lines[span.line - 1]) + 1
            assert (span.line, span.column) <= (span.end_line, span.end_column)


def spans(deployment: Deployment) -> list[Span]:
    found = [span for span, _ in deployment.unreadable]
    for resource in deployment.resources:
        found += [resource.span, resource.extent, *within(resource.properties)]
        found += within(resource.metadata) if resource.metadata else []
    return found


def within(value: Value) -> list[Span]:
    match value:
        case Mapping(entries, span, keys):
            return [span, *keys.values(), *(inner for item in entries.values() for inner in within(item))]
        case Sequence(items, span):
            return [span, *(inner for item in items for inner in within(item))]
        case Text(parts, span):
            return [span, *(part.span for part in parts)]
        case Code(source, span):
            return [span, source.span((1, 1), (1, 2))]
        case _:
            return [value.span]


def test_reading_leaves_the_collector_as_it_was() -> None:
    assert gc.isenabled()
    read(Texts({"a.yaml": "Resources: {A: {Type: 'AWS::SQS::Queue'}}"}), ["a.yaml"], {})
    assert gc.isenabled()


def test_only_what_is_needed_is_imported() -> None:
    script = (
        "import sys; from lambdalint.templates import read;"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'libcst', 'click', 'cfnlint', 'pathspec'}))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_what_a_template_says_is_known_at_its_place() -> None:
    text = "Resources:\n  Jobs:\n    Type: AWS::SQS::Queue\n    Properties:\n      VisibilityTimeout: 60\n"
    (deployment,) = read(Texts({"a.yaml": text}), ["a.yaml"], {})
    (queue,) = deployment.resources
    assert queue.get("VisibilityTimeout") == Known(60, Span("a.yaml", 5, 26, 5, 28))
