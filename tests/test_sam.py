"""SAM's shorthand: what it is spelt out as, and where."""

from textwrap import dedent, indent

import pytest

from lambdalint.source import Texts
from lambdalint.templates import read
from lambdalint.templates.resource import Deployment, Resource
from lambdalint.templates.value import Code, Known, Mapping, Reference, Sequence, Text, Unknown, Value, items

TRANSFORM = "Transform: AWS::Serverless-2016-10-31\n"


def deployment(text: str) -> Deployment:
    (found,) = read(Texts({"template.yaml": TRANSFORM + dedent(text)}), ["template.yaml"], {})
    return found


def resources(text: str) -> dict[str, Resource]:
    found = deployment(text).resources
    assert len({resource.name for resource in found}) == len(found)
    return {resource.name: resource for resource in found}


def function(properties: str, sections: str = "") -> dict[str, Resource]:
    """What a function `F` with some properties stands for."""
    inner = indent(dedent(properties), " " * 6)
    start = "Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: x\n"
    return resources(f"{dedent(sections)}\n{start}{inner}")


def event(written: str, properties: str = "") -> dict[str, Resource]:
    """What an event `E` of a function `F` stands for, the function itself and its role left out."""
    inner = f"{dedent(properties)}\nEvents:\n  E:\n{indent(dedent(written), ' ' * 4)}"
    found = function(inner, "Parameters: {Arn: {Type: String}}")
    return {name: resource for name, resource in found.items() if name not in ("F", "FRole")}


def plain(found: Value | None) -> object:
    """A value without its places."""
    match found:
        case Known(value=inner):
            return inner
        case Reference(resource, attribute):
            return f"<{resource}.{attribute}>" if attribute else f"<{resource}>"
        case Text(parts):
            return [plain(part) for part in parts]
        case Sequence(inner_items):
            return [plain(item) for item in inner_items]
        case Mapping(entries):
            return {name: plain(item) for name, item in entries.items()}
        case Unknown():
            return ...
        case Code(source):
            return source
        case None:
            return None


class TestFunction:
    def test_properties_have_their_names_and_places_of_cloudformation(self) -> None:
        found = function("""\
            Handler: app.handler
            Timeout: 30
            Tracing: Active
            DeadLetterQueue: {Type: SQS, TargetArn: arn}
            Environment: {Variables: {A: b}}
            Tags: {team: a}
            CodeUri: src/
            CapacityProviderConfig: {Arn: arn, PerExecutionEnvironmentMaxConcurrency: 2}
            """)["F"]
        assert found.type == "AWS::Lambda::Function"
        assert not found.generated
        assert plain(found.properties) == {
            "Runtime": "x",
            "Handler": "app.handler",
            "Timeout": 30,
            "Environment": {"Variables": {"A": "b"}},
            "Code": "src/",
            "Role": "<FRole.Arn>",
            "TracingConfig": {"Mode": "Active"},
            "DeadLetterConfig": {"TargetArn": "arn"},
            "CapacityProviderConfig": {
                "LambdaManagedInstancesCapacityProviderConfig": {
                    "CapacityProviderArn": "arn",
                    "PerExecutionEnvironmentMaxConcurrency": 2,
                }
            },
            "Tags": [{"Key": "team", "Value": "a"}],
        }
        places = {
            name: found.properties.key(name).line for name in ("Timeout", "TracingConfig", "DeadLetterConfig", "Code")
        }
        assert places == {"Timeout": 9, "TracingConfig": 10, "DeadLetterConfig": 11, "Code": 14}

    def test_tracing_that_is_disabled_is_not_set(self) -> None:
        found = function("Tracing: Disabled")
        assert found["F"].get("TracingConfig") is None
        assert "AWSXrayWriteOnlyAccess" not in str(plain(found["FRole"].get("ManagedPolicyArns")))

    @pytest.mark.parametrize(
        ("written", "code"),
        [
            ("CodeUri: ./src", "./src"),
            ("CodeUri: s3://bucket/a/b.zip", {"S3Bucket": "bucket", "S3Key": "a/b.zip"}),
            ("CodeUri: {Bucket: b, Key: k, Version: 1}", {"S3Bucket": "b", "S3Key": "k", "S3ObjectVersion": 1}),
            ("CodeUri: !ImportValue a", ...),
            ("ImageUri: repository:tag", {"ImageUri": "repository:tag"}),
            ("PackageType: Image", None),
            ("InlineCode: !ImportValue a", ...),
        ],
    )
    def test_code(self, written: str, code: object) -> None:
        assert plain(function(written)["F"].get("Code")) == code

    def test_a_function_without_code_uri_has_its_code_beside_the_template(self) -> None:
        code = function("Handler: a.b")["F"].get("Code")
        assert isinstance(code, Known)
        assert (code.value, code.default, code.span.line) == (".", True, 4)

    def test_inline_code_is_a_source_whose_places_lie_in_the_template(self) -> None:
        code = function("InlineCode: |\n  import os\n  x = 1\n")["F"].get("Code", "ZipFile")
        assert isinstance(code, Code)
        assert code.source.text == "import os\nx = 1\n"
        assert (code.source.span((2, 5), (2, 6)).line, code.source.span((2, 5), (2, 6)).column) == (10, 13)

    def test_metadata_stays(self) -> None:
        found = resources("""\
            Resources:
              F: {Type: 'AWS::Serverless::Function', Metadata: {BuildMethod: makefile, Dockerfile: D}}
            """)["F"]
        assert plain(found.metadata) == {"BuildMethod": "makefile", "Dockerfile": "D"}

    def test_properties_that_are_not_seen_leave_the_code_unknown(self) -> None:
        found = resources("""\
            Resources:
              F:
                Type: AWS::Serverless::Function
                Properties:
                  Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://b/k}}
            """)["F"]
        assert isinstance(found.get("Code"), Unknown)
        assert isinstance(found.get("Timeout"), Unknown)

    def test_a_version_and_an_alias_are_published(self) -> None:
        found = function("AutoPublishAlias: live\nProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 2}")
        assert plain(found["FVersion"].properties) == {"FunctionName": "<F>"}
        assert plain(found["FAliaslive"].properties) == {
            "FunctionName": "<F>",
            "FunctionVersion": "<FVersion.Version>",
            "Name": "live",
            "ProvisionedConcurrencyConfig": {"ProvisionedConcurrentExecutions": 2},
        }
        assert found["FVersion"].generated
        assert found["FAliaslive"].generated
        assert found["F"].get("ProvisionedConcurrencyConfig") is None

    def test_concurrency_without_an_alias_stays_with_the_function(self) -> None:
        found = function("ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 2}")
        assert found["F"].get("ProvisionedConcurrencyConfig") is not None
        assert "FVersion" not in found

    def test_a_template_may_name_what_is_generated(self) -> None:
        found = resources("""\
            Resources:
              F: {Type: 'AWS::Serverless::Function', Properties: {AutoPublishAlias: live}}
              A: {Type: 'AWS::Serverless::Api', Properties: {StageName: prod}}
              X:
                Type: AWS::Y::Z
                Properties:
                  Role: !GetAtt FRole.Arn
                  Alias: !Ref F.Alias
                  Version: !Sub '${F.Version}'
                  Stage: !Ref A.Stage
                  StageId: !Ref AprodStage
                  Api: !Sub 'https://${ServerlessRestApi}'
                  Elsewhere: !Ref Gone
            """)["X"]
        assert plain(found.properties) == {
            "Role": "<FRole.Arn>",
            "Alias": "<FAliaslive>",
            "Version": "<FVersion>",
            "Stage": "<AprodStage>",
            "StageId": "<AprodStage>",
            "Api": ["https://", "<ServerlessRestApi>"],
            "Elsewhere": ...,
        }

    def test_an_alias_named_by_itself_ends(self) -> None:
        assert "F" in function("AutoPublishAlias: !Ref F.Alias")

    def test_a_url_is_open_to_all_only_without_authorization(self) -> None:
        found = function("FunctionUrlConfig: {AuthType: NONE, Cors: {AllowOrigins: ['*']}}")
        assert plain(found["FUrl"].properties) == {
            "AuthType": "NONE",
            "Cors": {"AllowOrigins": ["*"]},
            "TargetFunctionArn": "<F>",
        }
        assert not found["FUrl"].generated
        assert plain(found["FUrlPublicPermissions"].get("Principal")) == "*"
        assert found["FUrlPublicPermissions"].generated
        assert "FUrlPublicPermissions" not in function("FunctionUrlConfig: {AuthType: AWS_IAM}")

    def test_destinations(self) -> None:
        found = function("""\
            EventInvokeConfig:
              MaximumRetryAttempts: 1
              DestinationConfig:
                OnFailure: {Type: SQS}
                OnSuccess: {Type: SNS, Destination: arn}
            """)
        config = found["FEventInvokeConfig"]
        assert plain(config.properties) == {
            "MaximumRetryAttempts": 1,
            "DestinationConfig": {
                "OnFailure": {"Destination": "<FEventInvokeConfigOnFailureQueue.Arn>"},
                "OnSuccess": {"Destination": "arn"},
            },
            "FunctionName": "<F>",
            "Qualifier": "$LATEST",
        }
        assert not config.generated
        assert found["FEventInvokeConfigOnFailureQueue"].generated
        assert "FEventInvokeConfigOnSuccessTopic" not in found
        assert actions(found["FRole"]) == ["sqs:SendMessage", "sns:Publish"]


class TestGlobals:
    SECTIONS = """\
        Globals:
          Function:
            Timeout: 20
            MemorySize: 512
            CodeUri: src/
            Layers: [a]
            Architectures: [arm64]
            Environment: {Variables: {A: 1, B: 2}}
            VpcConfig: {SubnetIds: [s]}
        """

    def test_scalars_are_replaced_mappings_merged_and_lists_put_together(self) -> None:
        found = function(
            """\
            Timeout: 5
            Layers: [b]
            Architectures: [x86_64]
            Environment: {Variables: {B: 3, C: 4}}
            VpcConfig: !Ref AWS::NoValue
            """,
            self.SECTIONS,
        )["F"]
        assert plain(found.get("Timeout")) == 5
        assert plain(found.get("MemorySize")) == 512
        assert plain(found.get("Code")) == "src/"
        assert plain(found.get("Layers")) == ["a", "b"]
        assert plain(found.get("Architectures")) == ["x86_64"]
        assert plain(found.get("Environment", "Variables")) == {"A": 1, "B": 3, "C": 4}
        assert found.get("VpcConfig") is None

    def test_what_is_global_stands_among_the_globals(self) -> None:
        found = function("Timeout: 5", self.SECTIONS)["F"]
        memory = found.get("MemorySize")
        assert memory is not None
        assert (memory.span.line, found.properties.key("MemorySize").line) == (5, 5)

    @pytest.mark.parametrize(
        ("ignored", "timeout", "memory"), [("'*'", None, None), ("[Timeout]", None, 512), ("[]", 20, 512)]
    )
    def test_a_resource_may_ignore_them(self, ignored: str, timeout: int | None, memory: int | None) -> None:
        found = resources(
            dedent(self.SECTIONS)
            + f"Resources:\n  F: {{Type: 'AWS::Serverless::Function', IgnoreGlobals: {ignored}}}\n"
        )["F"]
        assert plain(found.get("Timeout")) == timeout
        assert plain(found.get("MemorySize")) == memory

    @pytest.mark.parametrize(
        "written", ["Globals: text", "Globals: [a]", "Globals: {Function: [a]}", "Globals: {Function: }"]
    )
    def test_globals_of_a_wrong_shape_are_none(self, written: str) -> None:
        assert plain(function("Timeout: 5", written)["F"].get("Timeout")) == 5


def actions(role: Resource) -> list[object]:
    return [
        plain(action)
        for policy in items(role.get("Policies"))
        if isinstance(policy, Mapping)
        for statement in items(policy.get("PolicyDocument", "Statement"))
        if isinstance(statement, Mapping)
        for action in items(statement.get("Action"))
    ]


class TestRole:
    def test_a_function_with_a_role_gets_no_other(self) -> None:
        found = function("Role: !GetAtt R.Arn\nPolicies: [AmazonS3FullAccess]")
        assert "FRole" not in found
        assert isinstance(found["F"].get("Role"), Unknown)

    def test_the_role_that_is_made_may_write_logs(self) -> None:
        role = function("Timeout: 5")["FRole"]
        assert role.generated
        assert plain(role.get("ManagedPolicyArns")) == [
            "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
        ]
        assert plain(role.get("AssumeRolePolicyDocument", "Statement")) == [
            {"Effect": "Allow", "Action": ["sts:AssumeRole"], "Principal": {"Service": ["lambda.amazonaws.com"]}}
        ]

    def test_tracing_a_network_and_queues_add_managed_policies(self) -> None:
        role = function("""\
            Tracing: Active
            VpcConfig: {SubnetIds: [a]}
            Policies: AWSLambdaBasicExecutionRole
            Events: {A: {Type: SQS, Properties: {Queue: a}}, B: {Type: SQS, Properties: {Queue: b}}}
            """)["FRole"]
        names = [str(plain(arn)).rpartition("/")[2] for arn in items(role.get("ManagedPolicyArns"))]
        assert names == [
            "AWSXrayWriteOnlyAccess",
            "AWSLambdaVPCAccessExecutionRole",
            "AWSLambdaSQSQueueExecutionRole",
            "AWSLambdaBasicExecutionRole",
        ]
        defaults = [arn.default for arn in items(role.get("ManagedPolicyArns")) if isinstance(arn, Known)]
        assert defaults == [True, True, True, False]

    def test_managed_policies_are_arns(self) -> None:
        role = function(
            "Policies: [AmazonS3FullAccess, 'arn:aws:iam::1:policy/a', !Ref P]", "Parameters: {P: {Type: String}}"
        )
        assert plain(role["FRole"].get("ManagedPolicyArns"))[1:] == [  # type: ignore[index]
            "arn:aws:iam::aws:policy/AmazonS3FullAccess",
            "arn:aws:iam::1:policy/a",
            ...,
        ]

    @pytest.mark.parametrize(
        "written",
        [
            "Policies: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: 's3:*', Resource: '*'}]}",
            "Policies: [{Statement: {Effect: Allow, Action: 's3:*', Resource: '*'}}]",
            "Policies:\n- Statement:\n  - Effect: Allow\n    Action: ['s3:*']\n    Resource: '*'\n",
        ],
    )
    def test_a_document_is_the_users_own(self, written: str) -> None:
        role = function(written)["FRole"]
        assert actions(role) == ["s3:*"]
        (policy,) = items(role.get("Policies"))
        assert isinstance(policy, Mapping)
        assert policy.get("GeneratedBy") is None
        assert policy.get("PolicyDocument", "Statement") is not None

    def test_a_policy_template_stands_for_its_document(self) -> None:
        found = resources("""\
            Resources:
              Q: {Type: 'AWS::SQS::Queue'}
              F:
                Type: AWS::Serverless::Function
                Properties:
                  Policies:
                  - SQSPollerPolicy:
                      QueueName: !GetAtt Q.QueueName
                  - S3ReadPolicy: {BucketName: !Ref Missing}
                  - CloudWatchPutMetricPolicy: {}
            """)
        poller, reader, metrics = items(found["FRole"].get("Policies"))
        assert isinstance(poller, Mapping)
        assert plain(poller.get("GeneratedBy")) == "SQSPollerPolicy"
        (statement,) = items(poller.get("PolicyDocument", "Statement"))
        assert isinstance(statement, Mapping)
        assert "sqs:ReceiveMessage" in [plain(action) for action in items(statement.get("Action"))]
        assert plain(statement.get("Resource")) == ["arn:aws:sqs:", ..., ":", ..., ":", "<Q.QueueName>"]
        assert statement.span.line == 8
        assert isinstance(reader, Mapping)
        assert isinstance(metrics, Mapping)
        assert plain(metrics.get("PolicyDocument", "Statement")) is not None

    def test_every_policy_template_can_be_spelt_out(self) -> None:
        from lambdalint.templates.sam.policies import _templates

        assert len(_templates()) > 75
        written = "".join(f"- {name}: {{}}\n" for name in _templates())
        role = function(f"Policies:\n{written}")["FRole"]
        assert not [policy for policy in items(role.get("Policies")) if isinstance(policy, Unknown)]

    @pytest.mark.parametrize(
        "written",
        [
            "[!If [C, A, B]]",
            "!If [C, [A], [B]]",
            "[{NewPolicy: {A: b}}]",
            "!Ref AWS::Region",
            "{Fn::Transform: {A: b}, X: {}}",
        ],
    )
    def test_what_cannot_be_seen_leaves_the_policies_open(self, written: str) -> None:
        role = function(f"Policies: {written}")["FRole"]
        policies = role.get("Policies")
        assert isinstance(policies, Sequence)
        assert policies.open or any(isinstance(policy, Unknown) for policy in policies)

    def test_connectors_leave_the_policies_open(self) -> None:
        found = resources("""\
            Resources:
              Q: {Type: 'AWS::SQS::Queue'}
              R: {Type: 'AWS::IAM::Role'}
              Own: {Type: 'AWS::Serverless::Function', Properties: {Role: !GetAtt R.Arn}}
              Made:
                Type: AWS::Serverless::Function
                Connectors: {ToQ: {Properties: {Destination: {Id: Q}, Permissions: [Write]}}}
              Other: {Type: 'AWS::Serverless::Function'}
              C:
                Type: AWS::Serverless::Connector
                Properties: {Source: {Id: Own}, Destination: {Id: Q}, Permissions: [Write]}
            """)
        made, other = found["MadeRole"].get("Policies"), found["OtherRole"].get("Policies")
        assert isinstance(made, Sequence)
        assert isinstance(other, Sequence)
        assert (made.open, other.open) == (True, False)
        assert plain(found["CPolicy"].properties) == {"Roles": ["<R>"], "PolicyDocument": ...}
        assert plain(found["MadeToQ"].get("Source")) == {"Id": "Made"}

    def test_connectors_leave_the_policies_of_what_they_lead_to_open(self) -> None:
        # Of a queue, the function at the other end polls.
        found = resources("""\
            Resources:
              R: {Type: 'AWS::IAM::Role'}
              Own: {Type: 'AWS::Serverless::Function', Properties: {Role: !GetAtt R.Arn}}
              Made: {Type: 'AWS::Serverless::Function'}
              Q:
                Type: AWS::SQS::Queue
                Connectors: {ToMade: {Properties: {Destination: [{Id: Made}, {Id: Own}], Permissions: [Read]}}}
            """)
        made = found["MadeRole"].get("Policies")
        assert isinstance(made, Sequence)
        assert made.open
        assert plain(found["QToMadeOwnPolicy"].properties) == {"Roles": ["<R>"], "PolicyDocument": ...}


class TestPolledEvents:
    def test_a_queue_is_an_event_source_mapping_at_the_events_place(self) -> None:
        found = event("""\
            Type: SQS
            Properties:
              Queue: !Ref Arn
              BatchSize: 20
              FunctionResponseTypes: [ReportBatchItemFailures]
              ScalingConfig: {MaximumConcurrency: 5}
            """)
        (mapping,) = found.values()
        assert (mapping.name, mapping.type, mapping.generated) == ("FE", "AWS::Lambda::EventSourceMapping", False)
        assert plain(mapping.properties) == {
            "EventSourceArn": ...,
            "BatchSize": 20,
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "ScalingConfig": {"MaximumConcurrency": 5},
            "FunctionName": "<F>",
            "SourceType": "SQS",
        }
        assert (mapping.span.line, mapping.span.column) == (10, 9)
        assert (mapping.extent.line, mapping.extent.end_line) == (10, 16)
        assert mapping.properties.key("EventSourceArn").line == 13

    @pytest.mark.parametrize(
        ("kind", "written", "more"),
        [
            ("Kinesis", "Stream: a, StartingPosition: LATEST", {"EventSourceArn": "a", "StartingPosition": "LATEST"}),
            (
                "DynamoDB",
                "Stream: a, BisectBatchOnFunctionError: true",
                {"EventSourceArn": "a", "BisectBatchOnFunctionError": True},
            ),
            ("DynamoDB", "Stream: a, Enabled: false", {"EventSourceArn": "a", "Enabled": False}),
            (
                "Kinesis",
                "Stream: a, DestinationConfig: {OnFailure: {Type: SQS, Destination: b}}",
                {"EventSourceArn": "a", "DestinationConfig": {"OnFailure": {"Destination": "b"}}},
            ),
            (
                "MSK",
                "Stream: a, Topics: [t], ConsumerGroupId: g",
                {
                    "EventSourceArn": "a",
                    "Topics": ["t"],
                    "AmazonManagedKafkaEventSourceConfig": {"ConsumerGroupId": "g"},
                },
            ),
            (
                "SelfManagedKafka",
                "KafkaBootstrapServers: [s], Topics: [t], ConsumerGroupId: g",
                {
                    "Topics": ["t"],
                    "SelfManagedKafkaEventSourceConfig": {"ConsumerGroupId": "g"},
                    "SelfManagedEventSource": {"Endpoints": {"KafkaBootstrapServers": ["s"]}},
                },
            ),
            ("MQ", "Broker: a, Queues: [q]", {"EventSourceArn": "a", "Queues": ["q"]}),
            (
                "DocumentDB",
                "Cluster: a, DatabaseName: d",
                {"EventSourceArn": "a", "DocumentDBEventSourceConfig": {"DatabaseName": "d"}},
            ),
        ],
    )
    def test_streams_and_brokers(self, kind: str, written: str, more: dict[str, object]) -> None:
        (mapping,) = event(f"Type: {kind}\nProperties: {{{written}}}").values()
        assert plain(mapping.properties) == {**more, "FunctionName": "<F>", "SourceType": kind}

    def test_the_role_may_send_to_a_destination_whose_type_is_given(self) -> None:
        found = function("""\
            Events:
              E: {Type: Kinesis, Properties: {Stream: a, DestinationConfig: {OnFailure: {Type: SQS, Destination: b}}}}
            """)
        assert actions(found["FRole"]) == ["sqs:SendMessage"]

    def test_an_alias_is_what_is_invoked(self) -> None:
        found = event("Type: SQS\nProperties: {Queue: a}", "AutoPublishAlias: live")
        assert plain(found["FE"].get("FunctionName")) == "<FAliaslive>"

    def test_an_event_without_properties(self) -> None:
        (mapping,) = event("Type: SQS").values()
        assert mapping.get("EventSourceArn") is None


class TestPushedEvents:
    def test_a_bucket(self) -> None:
        found = event("""\
            Type: S3
            Properties:
              Bucket: !Ref Arn
              Events: [s3:ObjectCreated:*, 's3:ObjectRemoved:*']
              Filter: {S3Key: {Rules: [{Name: prefix, Value: in/}]}}
            """)
        assert found["FE"].type == "AWS::S3::BucketNotification"
        assert plain(found["FE"].get("LambdaConfigurations")) == [
            {"Event": name, "Function": "<F.Arn>", "Filter": {"S3Key": {"Rules": [{"Name": "prefix", "Value": "in/"}]}}}
            for name in ("s3:ObjectCreated:*", "s3:ObjectRemoved:*")
        ]
        assert found["FEPermission"].generated
        assert plain(found["FEPermission"].get("Principal")) == "s3.amazonaws.com"
        assert plain(found["FEPermission"].get("SourceAccount")) is ...

    def test_a_topic(self) -> None:
        found = event("Type: SNS\nProperties: {Topic: t, FilterPolicy: {a: [b]}}")
        assert plain(found["FE"].properties) == {
            "TopicArn": "t",
            "FilterPolicy": {"a": ["b"]},
            "Protocol": "lambda",
            "Endpoint": "<F.Arn>",
        }
        assert plain(found["FEPermission"].get("Principal")) == "sns.amazonaws.com"

    def test_a_topic_through_a_queue_that_is_made(self) -> None:
        found = event("Type: SNS\nProperties: {Topic: t, SqsSubscription: true}")
        assert {name: resource.generated for name, resource in found.items()} == {
            "FEQueue": True,
            "FEQueuePolicy": True,
            "FE": False,
            "FEEventSourceMapping": False,
        }
        assert found["FEQueue"].get("VisibilityTimeout") is None
        assert plain(found["FE"].get("Endpoint")) == "<FEQueue.Arn>"
        assert plain(found["FEEventSourceMapping"].get("EventSourceArn")) == "<FEQueue.Arn>"

    def test_a_topic_through_a_queue_that_is_given(self) -> None:
        found = event("Type: SNS\nProperties: {Topic: t, SqsSubscription: {QueueArn: q, QueueUrl: u, BatchSize: 5}}")
        assert "FEQueue" not in found
        assert plain(found["FEEventSourceMapping"].properties) == {
            "EventSourceArn": "q",
            "FunctionName": "<F>",
            "SourceType": "SQS",
            "BatchSize": 5,
        }

    @pytest.mark.parametrize("kind", ["CloudWatchEvent", "EventBridgeRule"])
    def test_a_pattern(self, kind: str) -> None:
        found = event(f"""\
            Type: {kind}
            Properties:
              Pattern: {{source: [a]}}
              EventBusName: b
              InputPath: $.detail
              RetryPolicy: {{MaximumRetryAttempts: 3}}
              DeadLetterConfig: {{Arn: q}}
              Target: {{Id: T}}
            """)
        assert plain(found["FE"].properties) == {
            "EventPattern": {"source": ["a"]},
            "EventBusName": "b",
            "Targets": [
                {
                    "Arn": "<F.Arn>",
                    "Id": "T",
                    "InputPath": "$.detail",
                    "RetryPolicy": {"MaximumRetryAttempts": 3},
                    "DeadLetterConfig": {"Arn": "q"},
                }
            ],
        }
        assert plain(found["FEPermission"].get("SourceArn")) == "<FE.Arn>"

    @pytest.mark.parametrize(
        ("written", "state"),
        [
            ("Enabled: false", "DISABLED"),
            ("Enabled: true", "ENABLED"),
            ("State: DISABLED", "DISABLED"),
            ("Name: n", None),
        ],
    )
    def test_a_schedule(self, written: str, state: str | None) -> None:
        found = event(f"Type: Schedule\nProperties: {{Schedule: rate(1 day), {written}}}")
        assert found["FE"].type == "AWS::Events::Rule"
        assert plain(found["FE"].get("ScheduleExpression")) == "rate(1 day)"
        assert plain(found["FE"].get("State")) == state

    def test_a_dead_letter_queue_that_is_made(self) -> None:
        found = event("Type: Schedule\nProperties: {Schedule: rate(1 day), DeadLetterConfig: {Type: SQS}}")
        assert found["FEQueue"].generated
        (target,) = items(found["FE"].get("Targets"))
        assert isinstance(target, Mapping)
        assert plain(target.get("DeadLetterConfig")) == {"Arn": "<FEQueue.Arn>"}
        named = event("Type: Schedule\nProperties: {Schedule: x, DeadLetterConfig: {Type: SQS, QueueLogicalId: Dead}}")
        assert named["Dead"].type == "AWS::SQS::Queue"

    def test_a_schedule_of_the_scheduler(self) -> None:
        found = event(
            "Type: ScheduleV2\nProperties: {ScheduleExpression: rate(1 day), RetryPolicy: {MaximumRetryAttempts: 0}}"
        )
        assert found["FE"].type == "AWS::Scheduler::Schedule"
        assert plain(found["FE"].properties) == {
            "ScheduleExpression": "rate(1 day)",
            "Target": {"Arn": "<F.Arn>", "RoleArn": "<FERole.Arn>", "RetryPolicy": {"MaximumRetryAttempts": 0}},
        }
        assert found["FERole"].generated
        assert "FERole" not in event("Type: ScheduleV2\nProperties: {ScheduleExpression: x, RoleArn: r}")

    @pytest.mark.parametrize(
        ("kind", "written", "stands_for", "principal"),
        [
            (
                "CloudWatchLogs",
                "LogGroupName: g, FilterPattern: ''",
                "AWS::Logs::SubscriptionFilter",
                "logs.amazonaws.com",
            ),
            ("IoTRule", "Sql: s", "AWS::IoT::TopicRule", "iot.amazonaws.com"),
            (
                "Cognito",
                "UserPool: !Ref Arn, Trigger: PreSignUp",
                "AWS::Cognito::UserPoolTrigger",
                "cognito-idp.amazonaws.com",
            ),
        ],
    )
    def test_others(self, kind: str, written: str, stands_for: str, principal: str) -> None:
        found = event(f"Type: {kind}\nProperties: {{{written}}}")
        assert found["FE"].type == stands_for
        assert plain(found["FEPermission"].get("Principal")) == principal

    def test_alexa_needs_a_permission_only_which_is_the_users_own(self) -> None:
        (permission,) = event("Type: AlexaSkill\nProperties: {SkillId: s}").values()
        assert plain(permission.get("Principal")) == "alexa-appkit.amazon.com"
        assert not permission.generated

    @pytest.mark.parametrize(
        "written", ["Type: Telepathy", "Type: !Ref Arn", "Fn::If: [A, {Type: SQS}, {Type: S3}]", "{}"]
    )
    def test_an_event_that_is_not_known_invokes_the_function_all_the_same(self, written: str) -> None:
        (permission,) = event(written).values()
        assert (permission.name, permission.type) == ("FEUnknown", "AWS::Lambda::Permission")
        assert plain(permission.get("Principal")) is ...
        assert plain(permission.get("FunctionName")) == "<F>"

    @pytest.mark.parametrize("written", ["Events: !If [A, {}, {}, {}]", "Events: [a]", "Events: text"])
    def test_events_that_cannot_be_seen_are_one_that_is_not_known(self, written: str) -> None:
        assert "FEventsUnknown" in function(written)


class TestApis:
    def test_a_method_of_the_api_that_is_made(self) -> None:
        found = event("Type: Api\nProperties: {Path: /a, Method: get, TimeoutInMillis: 5000}")
        assert plain(found["FE"].properties) == {
            "RestApiId": "<ServerlessRestApi>",
            "HttpMethod": "GET",
            "ResourcePath": "/a",
            "AuthorizationType": "NONE",
            "Integration": {
                "Type": "AWS_PROXY",
                "IntegrationHttpMethod": "POST",
                "Uri": "<F.Arn>",
                "TimeoutInMillis": 5000,
            },
        }
        assert found["ServerlessRestApi"].generated
        assert plain(found["ServerlessRestApiProdStage"].get("StageName")) == "Prod"
        assert plain(found["FEPermission"].get("Principal")) == "apigateway.amazonaws.com"

    def test_a_route_of_the_api_that_is_made(self) -> None:
        found = event("Type: HttpApi\nProperties: {Path: /a, Method: post}")
        assert plain(found["FE"].properties) == {
            "ApiId": "<ServerlessHttpApi>",
            "RouteKey": "POST /a",
            "AuthorizationType": "NONE",
            "Target": ["integrations/", "<FEIntegration>"],
        }
        version = found["FEIntegration"].get("PayloadFormatVersion")
        assert isinstance(version, Known)
        assert (version.value, version.default) == ("2.0", True)
        assert plain(found["FEIntegration"].get("IntegrationUri")) == "<F.Arn>"
        assert found["ServerlessHttpApi"].generated

    @pytest.mark.parametrize(
        ("written", "key"),
        [
            ("", "$default"),
            ("Path: /a", "ANY /a"),
            ("Path: /a, Method: '*'", "ANY /a"),
            ("Path: $default", "$default"),
            ("Path: !Ref Arn", ...),
        ],
    )
    def test_the_key_of_a_route(self, written: str, key: object) -> None:
        assert plain(event(f"Type: HttpApi\nProperties: {{{written}}}")["FE"].get("RouteKey")) == key

    API = """\
        Resources:
          A:
            Type: AWS::Serverless::{kind}
            Properties:
              StageName: prod
              DefinitionBody: {{openapi: '3.0'}}
              Auth: {auth}
          F:
            Type: AWS::Serverless::Function
            Properties:
              Events:
                E: {{Type: {kind}, Properties: {{Path: /a, Method: get, {name}: !Ref A, {own}}}}}
        """

    @pytest.mark.parametrize(
        ("kind", "auth", "own", "authorized"),
        [
            ("Api", "{}", "Auth: {}", "NONE"),
            ("Api", "{DefaultAuthorizer: AWS_IAM}", "Auth: {}", "AWS_IAM"),
            ("Api", "{DefaultAuthorizer: L, Authorizers: {L: {FunctionArn: a}}}", "Auth: {}", "CUSTOM"),
            (
                "Api",
                "{DefaultAuthorizer: C, Authorizers: {C: {UserPoolArn: a}}}",
                "Auth: {ApiKeyRequired: true}",
                "COGNITO_USER_POOLS",
            ),
            ("Api", "{DefaultAuthorizer: AWS_IAM}", "Auth: {Authorizer: NONE}", "NONE"),
            ("Api", "{}", "Auth: {Authorizer: L}", "CUSTOM"),
            ("Api", "!Ref AWS::Region", "Auth: {}", ...),
            ("Api", "{DefaultAuthorizer: !Ref AWS::Region}", "Auth: {}", ...),
            ("HttpApi", "{DefaultAuthorizer: J, Authorizers: {J: {JwtConfiguration: {}}}}", "Auth: {}", "JWT"),
            ("HttpApi", "{DefaultAuthorizer: L, Authorizers: {L: {FunctionArn: a}}}", "Auth: {}", "CUSTOM"),
            ("HttpApi", "{}", "Auth: {Authorizer: AWS_IAM}", "AWS_IAM"),
            ("HttpApi", "{}", "TimeoutInMillis: 5", "NONE"),
        ],
    )
    def test_how_a_route_is_guarded(self, kind: str, auth: str, own: str, authorized: object) -> None:
        name = "RestApiId" if kind == "Api" else "ApiId"
        found = resources(dedent(self.API).format(kind=kind, auth=auth, own=own, name=name))
        assert plain(found["FE"].get("AuthorizationType")) == authorized
        assert plain(found["FE"].get(name)) == "<A>"
        assert not {"ServerlessRestApi", "ServerlessHttpApi"} & found.keys()

    def test_the_guard_of_an_api_elsewhere_is_not_known(self) -> None:
        found = event("Type: Api\nProperties: {Path: /a, Method: get, RestApiId: !ImportValue a}")
        assert plain(found["FE"].get("AuthorizationType")) is ...
        assert "ServerlessRestApi" not in found

    def test_an_api_and_its_stage(self) -> None:
        found = resources(dedent(self.API).format(kind="Api", auth="{}", own="Auth: {}", name="RestApiId"))
        assert plain(found["A"].properties) == {"Body": {"openapi": "3.0"}, "Auth": {}}
        assert plain(found["AprodStage"].properties) == {"StageName": "prod", "RestApiId": "<A>"}

    def test_globals_reach_the_api_that_is_made(self) -> None:
        found = function(
            "Events: {E: {Type: Api, Properties: {Path: /, Method: get}}}",
            "Globals: {Api: {TracingEnabled: true, Auth: {DefaultAuthorizer: AWS_IAM}}}",
        )
        assert plain(found["ServerlessRestApiProdStage"].get("TracingEnabled")) is True
        assert plain(found["FE"].get("AuthorizationType")) == "AWS_IAM"


class TestOtherTypes:
    def test_a_simple_table(self) -> None:
        found = resources("""\
            Resources:
              A: {Type: 'AWS::Serverless::SimpleTable'}
              B: {Type: 'AWS::Serverless::SimpleTable', Properties: {PrimaryKey: {Name: k, Type: Number}, TableName: t}}
            """)
        assert plain(found["A"].properties) == {
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "BillingMode": "PAY_PER_REQUEST",
        }
        assert plain(found["B"].get("AttributeDefinitions")) == [{"AttributeName": "k", "AttributeType": "N"}]
        assert plain(found["B"].get("TableName")) == "t"

    def test_a_layer(self) -> None:
        found = resources("Resources: {L: {Type: 'AWS::Serverless::LayerVersion', Properties: {ContentUri: layer/}}}")[
            "L"
        ]
        assert found.type == "AWS::Lambda::LayerVersion"
        assert plain(found.properties) == {"Content": "layer/"}

    def test_a_state_machine(self) -> None:
        found = resources("""\
            Resources:
              M:
                Type: AWS::Serverless::StateMachine
                Properties:
                  Name: n
                  DefinitionUri: m.asl.json
                  DefinitionSubstitutions: {A: !Sub '${M}'}
                  Policies: [{LambdaInvokePolicy: {FunctionName: f}}]
                  Events:
                    S: {Type: Schedule, Properties: {Schedule: rate(1 day)}}
                    U: {Type: Telepathy}
            """)
        assert plain(found["M"].properties) == {
            "StateMachineName": "n",
            "DefinitionUri": "m.asl.json",
            "DefinitionSubstitutions": {"A": "<M>"},
            "RoleArn": "<MRole.Arn>",
        }
        assert actions(found["MRole"]) == ["lambda:InvokeFunction"]
        (target,) = items(found["MS"].get("Targets"))
        assert isinstance(target, Mapping)
        assert plain(target.get("Arn")) == "<M>"
        assert set(found) == {"M", "MRole", "MS"}

    def test_an_application_is_a_nested_stack(self) -> None:
        table = "Resources: {T: {Type: 'AWS::Serverless::SimpleTable'}}\n"
        nested = f"{TRANSFORM}{table}Outputs: {{N: {{Value: !Ref T}}}}\n"
        parent = f"""{TRANSFORM}Resources:
  App: {{Type: 'AWS::Serverless::Application', Properties: {{Location: app/template.yaml}}}}
  Public: {{Type: 'AWS::Serverless::Application', Properties: {{Location: {{ApplicationId: a}}}}}}
  F: {{Type: 'AWS::Serverless::Function', Properties: {{Environment: {{Variables: {{T: !GetAtt App.Outputs.N}}}}}}}}
"""
        texts = {"template.yaml": parent, "app/template.yaml": nested}
        (found,) = read(Texts(texts), sorted(texts), {})
        by_name = {resource.name: resource for resource in found.resources}
        assert by_name["App"].type == "AWS::CloudFormation::Stack"
        assert by_name["App.T"].type == "AWS::DynamoDB::Table"
        assert plain(by_name["F"].get("Environment", "Variables", "T")) == "<App.T>"

    def test_a_graphql_api_invokes_its_data_sources(self) -> None:
        found = resources("""\
            Resources:
              F: {Type: 'AWS::Serverless::Function'}
              G:
                Type: AWS::Serverless::GraphQLApi
                Properties: {Auth: {Type: AWS_IAM}, DataSources: {Lambda: {D: {FunctionArn: !GetAtt F.Arn}}}}
            """)
        assert plain(found["GDLambdaDataSource"].get("LambdaConfig")) == {"LambdaFunctionArn": "<F.Arn>"}
        assert plain(found["G"].get("Auth")) == {"Type": "AWS_IAM"}

    def test_a_type_that_is_not_known_stays_what_it_is(self) -> None:
        found = resources("Resources: {A: {Type: 'AWS::Serverless::Tomorrow', Properties: {B: 1}}}")["A"]
        assert (found.type, plain(found.properties)) == ("AWS::Serverless::Tomorrow", {"B": 1})

    def test_resources_of_cloudformation_stay_what_they_are(self) -> None:
        found = resources("Resources: {A: {Type: 'AWS::Lambda::Function', Properties: {Timeout: 5}}}")
        assert list(found) == ["A"]
        assert plain(found["A"].properties) == {"Timeout": 5}
