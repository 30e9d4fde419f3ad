"""Terraform: modules, references, and the table to CloudFormation's names."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_hcl import HCL, plain

from lambdalint.source import Span, Texts
from lambdalint.templates import terraform
from lambdalint.templates.resource import Deployment, Resource
from lambdalint.templates.value import Code, Known, Mapping, Reference, Sequence, Unknown, items


def deployments(files: dict[str, str], **parameters: Any) -> list[Deployment]:
    texts = {path: dedent(text) for path, text in files.items()}
    return list(
        terraform.read(Texts(texts), [path for path in sorted(texts) if path.endswith((".tf", ".tf.json"))], parameters)
    )


def resources(text: str, files: dict[str, str] | None = None, **parameters: Any) -> dict[str, Resource]:
    """The resources of a root module, by address."""
    found = next(
        each for each in deployments({"main.tf": text, **(files or {})}, **parameters) if each.path == "main.tf"
    )
    assert not found.unreadable
    assert len({each.name for each in found.resources}) == len(found.resources)
    return {each.name: each for each in found.resources}


def properties(text: str, address: str, files: dict[str, str] | None = None) -> Any:
    return plain(resources(text, files)[address].properties)


FUNCTION = """
    resource "aws_lambda_function" "f" {
      function_name = "f"
      role          = aws_iam_role.r.arn
      handler       = "app.handler"
      runtime       = "python3.13"
      %s
    }
    resource "aws_iam_role" "r" {
      assume_role_policy = "{}"
    }
"""


def function(arguments: str, more: str = "", files: dict[str, str] | None = None) -> Resource:
    return resources(FUNCTION % arguments + dedent(more), files)["aws_lambda_function.f"]


def test_a_function_in_cloudformations_words() -> None:
    found = function(
        """
        timeout                        = 30
        memory_size                    = 256
        reserved_concurrent_executions = 5
        environment {
          variables = { TABLE = aws_dynamodb_table.t.name }
        }
        dead_letter_config {
          target_arn = aws_sqs_queue.q.arn
        }
        tracing_config {
          mode = "Active"
        }
        vpc_config {
          subnet_ids         = ["a", "b"]
          security_group_ids = []
        }
        """,
        'resource "aws_dynamodb_table" "t" {}\nresource "aws_sqs_queue" "q" {}',
    )
    assert found.type == "AWS::Lambda::Function"
    assert found.label == "f"
    assert plain(found.properties) == {
        "FunctionName": "f",
        "Role": "<aws_iam_role.r.Arn>",
        "Handler": "app.handler",
        "Runtime": "python3.13",
        "Timeout": 30,
        "MemorySize": 256,
        "ReservedConcurrentExecutions": 5,
        "Environment": {"Variables": {"TABLE": "<aws_dynamodb_table.t.>"}},
        "DeadLetterConfig": {"TargetArn": "<aws_sqs_queue.q.Arn>"},
        "TracingConfig": {"Mode": "Active"},
        "VpcConfig": {"SubnetIds": ["a", "b"], "SecurityGroupIds": []},
    }


def test_places_are_those_of_the_file() -> None:
    found = resources('\nresource "aws_lambda_function" "f" {\n  timeout = 30\n}\n')["aws_lambda_function.f"]
    assert found.span == Span("main.tf", 2, 1, 2, 35)
    assert found.extent == Span("main.tf", 2, 1, 4, 2)
    assert found.properties.key("Timeout") == Span("main.tf", 3, 3, 3, 10)
    assert found.get("Timeout") == Known(30, Span("main.tf", 3, 13, 3, 15))


def test_what_is_not_set_is_none_and_what_is_not_known_is_unknown() -> None:
    found = function("memory_size = var.m\nlayers = null", 'variable "m" {}')
    assert found.get("Timeout") is None
    assert found.get("Layers") is None
    assert isinstance(found.get("MemorySize"), Unknown)


def test_a_concurrency_of_minus_one_is_none() -> None:
    assert function("reserved_concurrent_executions = -1").get("ReservedConcurrentExecutions") is None


def test_what_terraform_does_not_change_is_unknown() -> None:
    found = function("timeout = 5\nlifecycle {\n ignore_changes = [timeout, memory_size]\n}")
    assert isinstance(found.get("Timeout"), Unknown)
    assert isinstance(found.get("MemorySize"), Unknown)


@pytest.mark.parametrize(
    ("for_each", "found"),
    [("[1]", {"Variables": {"A": "1"}}), ("[]", None), ("var.x", "?"), ("var.x ? [1] : []", "?")],
)
def test_a_dynamic_block_is_there_absent_or_unknown(for_each: str, found: Any) -> None:
    block = f'dynamic "environment" {{\n for_each = {for_each}\n content {{\n variables = {{ A = "1" }}\n }}\n }}'
    given = function(block, 'variable "x" {}').get("Environment")
    assert plain(given) == found


def test_a_dynamic_block_names_its_items() -> None:
    found = properties(
        """
        resource "aws_lambda_event_source_mapping" "m" {
          filter_criteria {
            dynamic "filter" {
              for_each = ["a", "b"]
              iterator = each_one
              content {
                pattern = jsonencode({ k = [each_one.value] })
              }
            }
          }
        }
        """,
        "aws_lambda_event_source_mapping.m",
    )
    assert found == {"FilterCriteria": {"Filters": [{"Pattern": {"k": ["a"]}}, {"Pattern": {"k": ["b"]}}]}}


def test_a_queue_and_its_dead_letters() -> None:
    found = resources(
        """
        resource "aws_sqs_queue" "q" {
          visibility_timeout_seconds = 60
          redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dead.arn, maxReceiveCount = 3 })
        }
        resource "aws_sqs_queue" "dead" {}
        resource "aws_sqs_queue" "other" {
          redrive_policy = <<EOT
            { "deadLetterTargetArn": "${aws_sqs_queue.dead.arn}", "maxReceiveCount": 4 }
          EOT
        }
        resource "aws_sqs_queue_redrive_policy" "p" {
          queue_url      = aws_sqs_queue.dead.id
          redrive_policy = jsonencode({ maxReceiveCount = 5 })
        }
        """
    )
    assert plain(found["aws_sqs_queue.q"].properties) == {
        "VisibilityTimeout": 60,
        "RedrivePolicy": {"deadLetterTargetArn": "<aws_sqs_queue.dead.Arn>", "maxReceiveCount": 3},
    }
    assert plain(found["aws_sqs_queue.other"].get("RedrivePolicy")) == {
        "deadLetterTargetArn": "<aws_sqs_queue.dead.Arn>",
        "maxReceiveCount": 4,
    }
    policy = found["aws_sqs_queue_redrive_policy.p"]
    assert policy.type == "AWS::SQS::QueueRedrivePolicy"
    assert plain(policy.get("QueueUrl")) == "<aws_sqs_queue.dead.>"


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("aws_sqs_queue.q.arn", "<aws_sqs_queue.q.Arn>"),
        ("resource.aws_sqs_queue.q.arn", "<aws_sqs_queue.q.Arn>"),
        ("[for resource in [{ arn = aws_sqs_queue.q.arn }] : resource.arn][0]", "<aws_sqs_queue.q.Arn>"),
        ("one(resource.aws_sqs_queue.counted[*].arn)", "<aws_sqs_queue.counted[0].Arn>"),
        ("aws_sqs_queue.q.id", "<aws_sqs_queue.q.>"),
        ("aws_sqs_queue.q.visibility_timeout_seconds", 7),
        ("aws_sqs_queue.counted[0].arn", "<aws_sqs_queue.counted[0].Arn>"),
        ("one(aws_sqs_queue.counted[*].arn)", "<aws_sqs_queue.counted[0].Arn>"),
        ("join(\"\", aws_sqs_queue.counted.*.arn)", "<aws_sqs_queue.counted[0].Arn>"),
        ("try(aws_sqs_queue.none[0].arn, null)", None),
        ("try(aws_sqs_queue.none[0].arn, aws_sqs_queue.q.arn)", "<aws_sqs_queue.q.Arn>"),
        ("aws_sqs_queue.each[\"a\"].arn", '<aws_sqs_queue.each["a"].Arn>'),
        ("values(aws_sqs_queue.each)[1].arn", '<aws_sqs_queue.each["b"].Arn>'),
        ("aws_sqs_queue.maybe[0].arn", "<aws_sqs_queue.maybe.Arn>"),
        ("one(aws_sqs_queue.maybe[*].arn)", "<aws_sqs_queue.maybe.Arn>"),
        ("aws_sqs_queue.q.arn == null ? 1 : 2", 2),
        ("aws_sqs_queue.q.kms_master_key_id == null ? 1 : 2", "?"),
        ("aws_sqs_queue.missing.arn", "?"),
        ("aws_sqs_queue.each[var.x].arn", "?"),
        ("module.remote.arn", "?"),
        ("data.aws_sqs_queue.q.arn", "arn:aws:sqs:?:?:q"),
    ],
)  # fmt: skip
def test_references_lead_to_resources(written: str, found: Any) -> None:
    text = f"""
        variable "x" {{}}
        resource "aws_sqs_queue" "q" {{
          visibility_timeout_seconds = 7
        }}
        resource "aws_sqs_queue" "counted" {{
          count = 1
        }}
        resource "aws_sqs_queue" "none" {{
          count = 0
        }}
        resource "aws_sqs_queue" "maybe" {{
          count = var.x ? 1 : 0
        }}
        resource "aws_sqs_queue" "each" {{
          for_each = toset(["a", "b"])
        }}
        module "remote" {{
          source = "example.com/queue"
        }}
        data "aws_sqs_queue" "q" {{
          name = "q"
        }}
        resource "aws_lambda_event_source_mapping" "m" {{
          event_source_arn = {written}
        }}
    """
    made = resources(text)
    assert plain(made["aws_lambda_event_source_mapping.m"].get("EventSourceArn")) == found
    assert "aws_sqs_queue.none" not in made


def test_each_instance_has_its_own_values_and_label() -> None:
    found = resources(
        """
        resource "aws_lambda_function" "worker" {
          for_each      = { a = { timeout = 5 }, b = { timeout = 6 } }
          function_name = "worker-${each.key}"
          timeout       = each.value.timeout
        }
        resource "aws_lambda_function" "counted" {
          count   = 2
          timeout = count.index + 1
        }
        """
    )
    assert {name: (each.label, plain(each.get("Timeout"))) for name, each in found.items()} == {
        'aws_lambda_function.worker["a"]': ('worker["a"]', 5),
        'aws_lambda_function.worker["b"]': ('worker["b"]', 6),
        "aws_lambda_function.counted[0]": ("counted[0]", 1),
        "aws_lambda_function.counted[1]": ("counted[1]", 2),
    }


@pytest.mark.parametrize("meta", ["for_each = var.x", "count = var.x", "for_each = var.none"])
def test_a_block_of_unknown_number_is_one_resource(meta: str) -> None:
    text = f"""
        variable "x" {{}}
        variable "off" {{
          default = false
        }}
        variable "none" {{
          default = {{}}
        }}
        resource "aws_lambda_function" "f" {{
          {meta}
          timeout = try(each.value.timeout, count.index)
        }}
    """
    (found,) = resources(text).values()
    assert found.name == "aws_lambda_function.f"
    assert isinstance(found.get("Timeout"), Unknown)


MODULE = """
    variable "name" {}
    variable "timeout" {
      default = 10
    }
    resource "aws_lambda_function" "this" {
      function_name = var.name
      timeout       = var.timeout
    }
    output "arn" {
      value = aws_lambda_function.this.arn
    }
"""


def test_a_local_module_is_instantiated_for_each_call() -> None:
    found = resources(
        """
        module "one" {
          source  = "./modules/function"
          name    = "one"
          timeout = 20
        }
        module "many" {
          source   = "./modules/function"
          for_each = toset(["a", "b"])
          name     = "many-${each.key}"
        }
        resource "aws_lambda_permission" "p" {
          function_name = module.many["b"].arn
        }
        """,
        {"modules/function/main.tf": MODULE},
    )
    told = {
        name: (each.label, plain(each.get("FunctionName")), plain(each.get("Timeout"))) for name, each in found.items()
    }
    assert told == {
        "module.one.aws_lambda_function.this": ("one", "one", 20),
        'module.many["a"].aws_lambda_function.this': ('many["a"]', "many-a", 10),
        'module.many["b"].aws_lambda_function.this': ('many["b"]', "many-b", 10),
        "aws_lambda_permission.p": ("p", '<module.many["b"].aws_lambda_function.this.Arn>', None),
    }
    one = found["module.one.aws_lambda_function.this"]
    assert one.span.path == "modules/function/main.tf"
    assert one.get("Timeout") == Known(20, Span("main.tf", 5, 13, 5, 15))
    other = found['module.many["a"].aws_lambda_function.this']
    assert getattr(other.get("Timeout"), "origin", "") == "the default of variable timeout"


def test_a_module_that_is_called_is_no_root() -> None:
    files = {"main.tf": 'module "m" {\n  source = "./m"\n  name = "n"\n}', "m/main.tf": MODULE, "other/x.tf": MODULE}
    found = deployments(files)
    assert [(each.path, each.dialect, each.paths) for each in found] == [
        ("main.tf", "terraform", ("main.tf", "m/main.tf")),
        ("other/x.tf", "terraform", ("other/x.tf",)),
    ]
    assert isinstance(found[1].resources[0].get("FunctionName"), Unknown)


def test_modules_that_call_each_other_are_bounded() -> None:
    files = {
        "a/main.tf": 'module "b" {\n  source = "../b"\n}\nresource "aws_sqs_queue" "a" {}',
        "b/main.tf": 'module "a" {\n  source = "../a"\n}\nresource "aws_sqs_queue" "b" {}',
        "c/main.tf": 'module "c" {\n  source = "./"\n}\nresource "aws_sqs_queue" "c" {}',
    }
    found = sorted([each.name for each in one.resources] for one in deployments(files))
    assert found == [["aws_sqs_queue.a", "module.b.aws_sqs_queue.b"], ["aws_sqs_queue.c"]]


def test_huge_numbers_of_instances_are_one_resource() -> None:
    for meta in ("count = 100000", "for_each = toset([for n in range(5000) : tostring(n)])"):
        assert len(resources(f'resource "aws_sqs_queue" "q" {{\n  {meta}\n}}')) == 1


def test_configured_values_take_the_place_of_defaults() -> None:
    text = 'variable "t" {\n default = 3\n}\nresource "aws_lambda_function" "f" {\n timeout = var.t\n}'
    found = resources(text, t=9)["aws_lambda_function.f"].get("Timeout")
    assert found == Known(9, Span("main.tf", 5, 12, 5, 17), "as configured for variable t")


POLICIES = """
    resource "aws_iam_role" "r" {
      name               = "role"
      assume_role_policy = data.aws_iam_policy_document.trust.json
      inline_policy {
        name   = "inline"
        policy = <<-EOT
          {
            "Statement": [{ "Effect": "Allow", "Action": "s3:*", "Resource": "${aws_s3_bucket.b.arn}/*" }]
          }
        EOT
      }
    }
    data "aws_iam_policy_document" "trust" {
      statement {
        actions = ["sts:AssumeRole"]
        principals {
          type        = "Service"
          identifiers = ["lambda.amazonaws.com"]
        }
      }
    }
    data "aws_iam_policy_document" "base" {
      statement {
        sid       = "Base"
        actions   = ["sqs:*"]
        resources = ["*"]
        condition {
          test     = "StringEquals"
          variable = "aws:SourceAccount"
          values   = ["1"]
        }
      }
    }
    data "aws_iam_policy_document" "whole" {
      source_policy_documents = [data.aws_iam_policy_document.base.json]
      dynamic "statement" {
        for_each = ["a", "b"]
        content {
          effect    = "Deny"
          actions   = ["s3:Get*"]
          resources = [statement.value]
        }
      }
    }
    resource "aws_s3_bucket" "b" {}
    resource "aws_iam_role_policy" "p" {
      role   = "role"
      policy = data.aws_iam_policy_document.whole.json
    }
    resource "aws_iam_policy" "managed" {
      policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
    }
    resource "aws_iam_role_policy_attachment" "a" {
      for_each   = toset(["arn:aws:iam::aws:policy/AdministratorAccess", "x"])
      role       = aws_iam_role.r.name
      policy_arn = each.value
    }
    resource "aws_iam_role_policy_attachment" "b" {
      role       = aws_iam_role.r.id
      policy_arn = aws_iam_policy.managed.arn
    }
"""


def test_roles_have_their_policies_in_all_forms() -> None:
    found = resources(POLICIES)
    role = found["aws_iam_role.r"]
    trust = {"Effect": "Allow", "Action": ["sts:AssumeRole"], "Principal": {"Service": ["lambda.amazonaws.com"]}}
    assert plain(role.get("AssumeRolePolicyDocument", "Statement")) == [trust]
    (inline,) = items(role.get("Policies"))
    assert plain(inline) == {
        "PolicyName": "inline",
        "PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "<aws_s3_bucket.b.Arn>/*"}]},
    }
    assert plain(role.get("ManagedPolicyArns")) == [
        "arn:aws:iam::aws:policy/AdministratorAccess", "x", "<aws_iam_policy.managed.>",
    ]  # fmt: skip
    policy = found["aws_iam_role_policy.p"]
    assert plain(policy.get("RoleName")) == "<aws_iam_role.r.>"
    assert plain(policy.get("PolicyDocument", "Statement")) == [
        {
            "Effect": "Allow",
            "Sid": "Base",
            "Action": ["sqs:*"],
            "Resource": ["*"],
            "Condition": {"StringEquals": {"aws:SourceAccount": ["1"]}},
        },
        {"Effect": "Deny", "Action": ["s3:Get*"], "Resource": ["a"]},
        {"Effect": "Deny", "Action": ["s3:Get*"], "Resource": ["b"]},
    ]
    assert not any("attachment" in name for name in found)


def test_an_action_in_a_heredoc_stands_where_it_is_written() -> None:
    role = resources(POLICIES)["aws_iam_role.r"]
    (inline,) = items(role.get("Policies"))
    assert isinstance(inline, Mapping)
    (statement,) = items(inline.get("PolicyDocument", "Statement"))
    assert isinstance(statement, Mapping)
    line = next(number for number, line in enumerate(dedent(POLICIES).split("\n"), 1) if '"s3:*"' in line)
    column = dedent(POLICIES).split("\n")[line - 1].index('"s3:*"') + 1
    action = statement.get("Action")
    assert action is not None
    assert (action.span.line, action.span.column) == (line, column)


@pytest.mark.parametrize(
    "policy", ["var.x", "data.template_file.t.rendered", 'file("missing.json")', '"not json"', "module.m.json"]
)
def test_a_policy_that_is_not_known_is_unknown(policy: str) -> None:
    text = (
        f'variable "x" {{}}\nmodule "m" {{\n source = "x"\n}}\nresource "aws_iam_policy" "p" {{\n policy = {policy}\n}}'
    )
    assert isinstance(resources(text)["aws_iam_policy.p"].get("PolicyDocument"), Unknown)


def test_statements_that_are_not_all_known_may_be_more() -> None:
    text = """
        variable "x" {}
        data "aws_iam_policy_document" "d" {
          source_policy_documents = [var.x]
          statement {
            actions   = ["a:b"]
            resources = ["*"]
          }
        }
        resource "aws_iam_policy" "p" {
          policy = data.aws_iam_policy_document.d.json
        }
    """
    found = resources(text)["aws_iam_policy.p"].get("PolicyDocument", "Statement")
    assert isinstance(found, Sequence)
    assert found.open
    assert len(found.items) == 1


def test_targets_belong_to_their_rules() -> None:
    found = resources(
        """
        resource "aws_cloudwatch_event_rule" "r" {
          schedule_expression = "rate(1 hour)"
          is_enabled          = false
        }
        resource "aws_cloudwatch_event_target" "t" {
          rule = aws_cloudwatch_event_rule.r.name
          arn  = aws_lambda_function.f.arn
          dead_letter_config {
            arn = "d"
          }
        }
        resource "aws_cloudwatch_event_target" "elsewhere" {
          rule = "other"
          arn  = aws_lambda_function.f.arn
        }
        resource "aws_lambda_function" "f" {}
        """
    )
    rule = found["aws_cloudwatch_event_rule.r"]
    assert plain(rule.properties) == {
        "ScheduleExpression": "rate(1 hour)",
        "State": "DISABLED",
        "Targets": [{"Arn": "<aws_lambda_function.f.Arn>", "DeadLetterConfig": {"Arn": "d"}}],
    }
    (target,) = items(rule.get("Targets"))
    assert target.span.line == 6
    other = found["aws_cloudwatch_event_target.elsewhere"]
    assert other.type == "AWS::Events::Rule"
    assert plain(other.get("Targets")) == [{"Arn": "<aws_lambda_function.f.Arn>"}]


def test_a_bucket_notifies_of_each_event() -> None:
    found = properties(
        """
        resource "aws_s3_bucket_notification" "n" {
          bucket = aws_s3_bucket.b.id
          lambda_function {
            lambda_function_arn = aws_lambda_function.f.arn
            events              = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]
            filter_prefix       = "in/"
          }
        }
        resource "aws_s3_bucket" "b" {}
        resource "aws_lambda_function" "f" {}
        """,
        "aws_s3_bucket_notification.n",
    )
    rules = {"S3Key": {"Rules": [{"Name": "prefix", "Value": "in/"}]}}
    assert found == {
        "Bucket": "<aws_s3_bucket.b.>",
        "LambdaConfigurations": [
            {"Function": "<aws_lambda_function.f.Arn>", "Filter": rules, "Event": "s3:ObjectCreated:*"},
            {"Function": "<aws_lambda_function.f.Arn>", "Filter": rules, "Event": "s3:ObjectRemoved:*"},
        ],
    }


def test_a_method_has_its_integration_and_its_path() -> None:
    found = resources(
        """
        resource "aws_api_gateway_rest_api" "api" {}
        resource "aws_api_gateway_resource" "orders" {
          rest_api_id = aws_api_gateway_rest_api.api.id
          parent_id   = aws_api_gateway_rest_api.api.root_resource_id
          path_part   = "orders"
        }
        resource "aws_api_gateway_method" "get" {
          rest_api_id   = aws_api_gateway_rest_api.api.id
          resource_id   = aws_api_gateway_resource.orders.id
          http_method   = "GET"
          authorization = "NONE"
        }
        resource "aws_api_gateway_integration" "get" {
          rest_api_id = aws_api_gateway_rest_api.api.id
          resource_id = aws_api_gateway_resource.orders.id
          http_method = aws_api_gateway_method.get.http_method
          type        = "AWS_PROXY"
          uri         = aws_lambda_function.f.invoke_arn
        }
        resource "aws_lambda_function" "f" {}
        """
    )
    method = found["aws_api_gateway_method.get"]
    assert plain(method.get("Integration")) == {"Type": "AWS_PROXY", "Uri": "<aws_lambda_function.f.Arn>"}
    assert plain(method.get("ResourcePath")) == "/orders"
    assert "aws_api_gateway_integration.get" not in found


def test_a_published_function_has_a_version_and_an_alias_its_concurrency() -> None:
    found = resources(
        """
        resource "aws_lambda_function" "f" {
          publish = true
        }
        resource "aws_lambda_function" "g" {
          publish = false
        }
        resource "aws_lambda_alias" "live" {
          name             = "live"
          function_name    = aws_lambda_function.f.arn
          function_version = aws_lambda_function.f.version
        }
        resource "aws_lambda_provisioned_concurrency_config" "p" {
          function_name                     = aws_lambda_alias.live.function_name
          qualifier                         = aws_lambda_alias.live.name
          provisioned_concurrent_executions = 2
        }
        """
    )
    assert sorted(each.type for each in found.values()) == [
        "AWS::Lambda::Alias", "AWS::Lambda::Function", "AWS::Lambda::Function", "AWS::Lambda::Version",
    ]  # fmt: skip
    alias = found["aws_lambda_alias.live"]
    assert plain(alias.get("ProvisionedConcurrencyConfig")) == {"ProvisionedConcurrentExecutions": 2}
    assert plain(alias.get("FunctionName")) == "<aws_lambda_function.f.Arn>"


def test_other_resources_that_name_a_function_are_kept() -> None:
    found = resources(
        """
        resource "aws_lambda_function" "f" {}
        resource "aws_example_thing" "t" {
          hook {
            arn = aws_lambda_function.f.arn
          }
        }
        resource "aws_example_thing" "silent" {}
        """
    )
    assert found["aws_example_thing.t"].type == "Terraform::aws_example_thing"
    assert plain(found["aws_example_thing.t"].get("hook")) == [{"arn": "<aws_lambda_function.f.Arn>", "…": "…"}, "…"]
    assert "aws_example_thing.silent" not in found


@pytest.mark.parametrize(
    ("arguments", "more", "path"),
    [
        (
            "filename = data.archive_file.z.output_path",
            'source_file = "src/app.py"',
            {"Files": {"app.py": "src/app.py"}},
        ),
        ("filename = data.archive_file.z.output_path", 'source_dir = "${path.module}/src"', "src"),
        ('filename = "out.zip"', 'source_dir = "${path.root}/src/"', "src"),
        ('filename = "${path.module}/built.zip"', 'source_dir = "src"', "built.zip"),
        ("s3_key = aws_s3_object.o.key", 'source_dir = "src"', "src"),
        ('s3_bucket = "artefacts"\n s3_key = "jobs.zip"', 'source_dir = "src"', "src"),
        ('s3_bucket = var.x\n s3_key = "jobs.zip"', 'source_dir = "src"', "src"),
        ('s3_bucket = "artefacts"\n s3_key = "${data.archive_file.z.output_md5}.zip"', 'source_dir = "src"', "src"),
        ('s3_bucket = "artefacts"\n s3_key = data.archive_file.z.output_sha', 'source_dir = "src"', "src"),
        (
            's3_bucket = "others"\n s3_key = "jobs.zip"',
            'source_dir = "src"',
            {"S3Key": "jobs.zip", "S3Bucket": "others"},
        ),
        (
            's3_bucket = "artefacts"\n s3_key = "job.zip"',
            'source_dir = "src"',
            {"S3Key": "job.zip", "S3Bucket": "artefacts"},
        ),
        (
            "filename = data.archive_file.z.output_path",
            """dynamic "source" {
              for_each = fileset("${path.module}/src", "**/*.py")
              content {
                content  = file("${path.module}/src/${source.value}")
                filename = source.value
              }
            }""",
            {"Files": {"app.py": "src/app.py"}},
        ),
        ("filename = data.archive_file.z.output_path", 'source_dir = abspath("${path.cwd}/src")', "src"),
        (
            "filename = data.archive_file.z.output_path",
            'source {\n content = file("src/app.py")\n filename = "index.py"\n }',
            {"Files": {"index.py": "src/app.py"}},
        ),
        ("filename = data.archive_file.z.output_path", "source_dir = var.x", "?"),
        ("filename = var.x", 'source_dir = "src"', "?"),
        ('filename = "${var.x}/jobs.zip"', 'source_dir = "src"', "?/jobs.zip"),
    ],
)
def test_code_is_where_the_archive_takes_it_from(arguments: str, more: str, path: Any) -> None:
    text = f"""
        variable "x" {{}}
        data "archive_file" "z" {{
          type        = "zip"
          output_path = "out.zip"
          {more}
        }}
        resource "aws_s3_object" "o" {{
          bucket = "artefacts"
          key    = "jobs.zip"
          source = data.archive_file.z.output_path
        }}
        resource "aws_s3_object" "hash" {{
          bucket = "artefacts"
          key    = data.archive_file.z.output_sha
          source = data.archive_file.z.output_path
        }}
        resource "aws_s3_object" "named" {{
          bucket = "artefacts"
          key    = "${{data.archive_file.z.output_md5}}.zip"
          source = data.archive_file.z.output_path
        }}
        resource "aws_lambda_function" "f" {{
          {arguments}
        }}
    """
    assert plain(resources(text, {"src/app.py": "x = 1"})["aws_lambda_function.f"].get("Code")) == path


def test_an_object_is_found_where_the_calling_module_uploads_it() -> None:
    files = {
        "live/main.tf": """
            resource "aws_s3_bucket" "b" {
              bucket = "artefacts"
            }
            resource "aws_s3_object" "o" {
              bucket         = aws_s3_bucket.b.id
              key            = "jobs/${sha1(timestamp())}.zip"
              content_base64 = filebase64("../built/jobs.zip")
            }
            module "f" {
              source = "../modules/f"
              bucket = aws_s3_bucket.b.id
              key    = aws_s3_object.o.key
            }
        """,
        "modules/f/main.tf": """
            variable "bucket" {}
            variable "key" {}
            resource "aws_lambda_function" "f" {
              s3_bucket = var.bucket
              s3_key    = var.key
            }
        """,
    }
    (found,) = deployments(files)
    (function,) = (each for each in found.resources if each.type == "AWS::Lambda::Function")
    assert plain(function.get("Code")) == "../built/jobs.zip"


@pytest.mark.parametrize("output", ["aws_lambda_layer_version.l.arn", "resource.aws_lambda_layer_version.l"])
def test_a_layer_is_followed_from_the_module_that_uploads_it_to_the_one_that_uses_it(output: str) -> None:
    files = {
        "main.tf": f"""
            provider "aws" {{}}
            module "layers" {{
              source = "./layers"
            }}
            module "jobs" {{
              source = "./jobs"
              layer  = module.layers.shared{"" if output.endswith(".arn") else ".arn"}
            }}
        """,
        "layers/main.tf": f"""
            data "archive_file" "l" {{
              type        = "zip"
              source_dir  = "${{path.module}}/shared"
              output_path = "${{path.module}}/shared.zip"
            }}
            resource "aws_s3_object" "l" {{
              bucket = "artefacts"
              key    = "layers/shared.zip"
              source = data.archive_file.l.output_path
            }}
            resource "aws_lambda_layer_version" "l" {{
              layer_name = "shared"
              s3_bucket  = aws_s3_object.l.bucket
              s3_key     = aws_s3_object.l.key
            }}
            output "shared" {{
              value = {output}
            }}
        """,
        "jobs/main.tf": """
            variable "layer" {}
            resource "aws_lambda_function" "f" {
              layers = [var.layer]
            }
        """,
    }
    (found,) = deployments(files)
    made = {each.name: each for each in found.resources}
    assert plain(made["module.jobs.aws_lambda_function.f"].get("Layers")) == [
        "<module.layers.aws_lambda_layer_version.l.>"
    ]
    assert plain(made["module.layers.aws_lambda_layer_version.l"].get("Content")) == "shared"


@pytest.mark.parametrize(
    ("pattern", "paths"),
    [
        ("*.py", ["app.py"]),
        ("**", ["app.py", "lib/one.py", "lib/two.txt"]),
        ("**/*.py", ["app.py", "lib/one.py"]),
        ("lib/{one,two}.*", ["lib/one.py", "lib/two.txt"]),
        ("lib/tw?.txt", ["lib/two.txt"]),
        ("*.js", "?"),
    ],
)
def test_a_set_of_files_is_what_a_pattern_matches(pattern: str, paths: Any) -> None:
    text = f"""
        resource "aws_example_thing" "t" {{
          files = [for path in fileset("src", "{pattern}") : path]
          topic = aws_lambda_function.f.arn
        }}
        resource "aws_lambda_function" "f" {{
          description = join(" ", fileset("src", "{pattern}"))
        }}
    """
    files = {"src/app.py": "", "src/lib/one.py": "", "src/lib/two.txt": "", "other/app.py": ""}
    found = plain(resources(text, files)["aws_lambda_function.f"].get("Description"))
    assert found == (paths if isinstance(paths, str) else " ".join(paths))


def test_a_path_is_told_from_the_file_that_says_it() -> None:
    files = {
        "live/main.tf": 'module "f" {\n  source = "../modules/f"\n  dir = "../src"\n}',
        "modules/f/main.tf": """
            variable "dir" {}
            data "archive_file" "a" {
              source_dir = var.dir
            }
            data "archive_file" "b" {
              source_dir = "${path.module}/code"
            }
            resource "aws_lambda_function" "a" {
              filename = data.archive_file.a.output_path
            }
            resource "aws_lambda_function" "b" {
              filename = data.archive_file.b.output_path
            }
        """,
    }
    (found,) = deployments(files)
    codes = {each.label: each.get("Code") for each in found.resources}
    assert {label: (plain(code), code.span.path) for label, code in codes.items() if code is not None} == {
        "a": ("../src", "live/main.tf"),
        "b": ("code", "modules/f/main.tf"),
    }


def test_code_in_a_heredoc_stands_in_the_template() -> None:
    text = """
        data "archive_file" "z" {
          source {
            filename = "app.py"
            content  = <<-PY
              def handler(event, context):
                  return "${var.x}"
            PY
          }
        }
        variable "x" {}
        resource "aws_lambda_function" "f" {
          filename = data.archive_file.z.output_path
        }
    """
    found = resources(text)["aws_lambda_function.f"].get("Code")
    assert isinstance(found, Mapping)
    code = found.get("Files", "app.py")
    assert isinstance(code, Code)
    assert code.source.text == 'def handler(event, context):\n    return "UNKNOWN"\n'
    assert code.source.span((2, 5), (2, 11)) == Span("main.tf", 7, 11, 7, 17)


def test_an_image_is_no_package() -> None:
    found = function('package_type = "Image"\nimage_uri = "${var.repo}:1"', 'variable "repo" {}')
    assert plain(found.get("Code")) == {"ImageUri": "?:1"}


LAMBDA_MODULE = """
    module "worker" {
      source        = "%s"
      function_name = "worker"
      handler       = "app.handler"
      runtime       = "python3.13"
      source_path   = "${path.module}/src"

      environment_variables = { QUEUE = module.jobs.queue_url }
      event_source_mapping = {
        jobs = {
          event_source_arn        = module.jobs.queue_arn
          batch_size              = 5
          function_response_types = ["ReportBatchItemFailures"]
        }
      }
      allowed_triggers = {
        rule = { principal = "events.amazonaws.com", source_arn = aws_cloudwatch_event_rule.r.arn }
      }
      attach_policy_statements = true
      policy_statements = {
        all = { effect = "Allow", actions = ["sqs:*"], resources = ["*"] }
      }
    }
    resource "aws_cloudwatch_event_rule" "r" {}
    module "jobs" {
      source     = "terraform-aws-modules/sqs/aws"
      name       = "jobs"
      create_dlq = true
    }
"""


@pytest.mark.parametrize(
    "source",
    [
        "terraform-aws-modules/lambda/aws",
        "git::https://github.com/terraform-aws-modules/terraform-aws-lambda.git?ref=v7.0.0",
        "github.com/terraform-aws-modules/terraform-aws-lambda?ref=abc",
    ],
)
def test_the_public_lambda_module_is_what_it_makes(source: str) -> None:
    found = resources(LAMBDA_MODULE % source)
    made = found["module.worker.aws_lambda_function.this"]
    assert made.label == "worker"
    assert made.span == Span("main.tf", 2, 1, 2, 16)
    assert plain(made.properties) == {
        "FunctionName": "worker",
        "Handler": "app.handler",
        "Runtime": "python3.13",
        "Timeout": 3,
        "MemorySize": 128,
        "Code": "src",
        "Role": "<module.worker.aws_iam_role.lambda.Arn>",
        "Environment": {"Variables": {"QUEUE": "<module.jobs.aws_sqs_queue.this.>"}},
    }
    assert getattr(made.get("Timeout"), "default", False)
    mapping = found['module.worker.aws_lambda_event_source_mapping.this["jobs"]']
    assert plain(mapping.properties) == {
        "FunctionName": "<module.worker.aws_lambda_function.this.>",
        "EventSourceArn": "<module.jobs.aws_sqs_queue.this.Arn>",
        "BatchSize": 5,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
    }
    role = found["module.worker.aws_iam_role.lambda"]
    policies = [
        plain(each.get("PolicyDocument", "Statement"))
        for each in items(role.get("Policies"))
        if isinstance(each, Mapping)
    ]
    assert policies[1] == [{"Effect": "Allow", "Action": ["sqs:*"], "Resource": ["*"]}]
    queue = found["module.jobs.aws_sqs_queue.this"]
    assert plain(queue.get("RedrivePolicy")) == {
        "deadLetterTargetArn": "<module.jobs.aws_sqs_queue.dlq.Arn>",
        "maxReceiveCount": 5,
    }
    assert "module.jobs.aws_sqs_queue.dlq" in found
    permission = found['module.worker.aws_lambda_permission.current_version_triggers["rule"]']
    assert plain(permission.get("Principal")) == "events.amazonaws.com"


def test_the_public_lambda_module_makes_the_log_group_of_a_function_whose_name_is_not_known() -> None:
    text = """
        module "f" {
          source        = "terraform-aws-modules/lambda/aws"
          function_name = "${var.prefix}-worker"
        }
        variable "prefix" {}
        """
    made = properties(text, "module.f.aws_lambda_function.this")
    assert made["LoggingConfig"] == {"LogGroup": "<module.f.aws_cloudwatch_log_group.lambda.>"}


def test_the_public_lambda_module_drops_what_an_image_does_not_take_and_says_where_it_logs() -> None:
    text = """
        module "worker" {
          source                            = "terraform-aws-modules/lambda/aws"
          function_name                     = "worker"
          package_type                      = "%s"
          handler                           = "app.handler"
          runtime                           = "python3.13"
          layers                            = ["a"]
          logging_log_group                 = "shared"
          use_existing_cloudwatch_log_group = %s
        }
    """
    found = resources(text % ("Image", "true"))
    made = found["module.worker.aws_lambda_function.this"]
    assert made.properties.entries.keys().isdisjoint(("Handler", "Runtime", "Layers"))
    assert plain(made.get("LoggingConfig")) == {"LogGroup": "shared"}
    assert "module.worker.aws_cloudwatch_log_group.lambda" not in found
    found = resources(text % ("Zip", "false"))
    assert plain(found["module.worker.aws_lambda_function.this"].get("Layers")) == ["a"]
    assert plain(found["module.worker.aws_cloudwatch_log_group.lambda"].get("LogGroupName")) == "shared"


def test_the_module_of_datadog_is_a_function_with_its_layers_and_variables() -> None:
    text = """
        module "worker" {
          source                        = "DataDog/lambda-datadog/aws"
          function_name                 = "worker"
          filename                      = data.archive_file.code.output_path
          handler                       = "app.handler"
          runtime                       = "python3.13"
          role                          = aws_iam_role.worker.arn
          layers                        = ["arn:aws:lambda:eu-west-1:123456789012:layer:own:1"]
          architectures                 = ["arm64"]
          environment_variables         = { DD_SITE = "datadoghq.eu", TABLE = "orders" }
          dead_letter_config_target_arn = aws_sqs_queue.failed.arn
          vpc_config_subnet_ids         = ["subnet-1"]
          vpc_config_security_group_ids = ["sg-1"]
          file_system_config_arn        = "efs"
          reserved_concurrent_executions = -1
        }
        data "archive_file" "code" {
          type        = "zip"
          source_dir  = "${path.module}/src"
          output_path = "code.zip"
        }
        resource "aws_iam_role" "worker" {}
        resource "aws_sqs_queue" "failed" {}
        resource "aws_lambda_permission" "p" {
          function_name = module.worker.function_name
          principal     = "sns.amazonaws.com"
        }
    """
    found = resources(text)
    made = found["module.worker.aws_lambda_function.this"]
    assert (made.label, made.metadata) == ("worker", None)
    assert plain(made.properties) == {
        "FunctionName": "worker",
        "Handler": "app.handler",
        "Runtime": "python3.13",
        "Role": "<aws_iam_role.worker.Arn>",
        "Timeout": 3,
        "MemorySize": 128,
        "Architectures": ["arm64"],
        "Layers": ["arn:aws:lambda:eu-west-1:123456789012:layer:own:1", "?"],
        "Environment": {
            "Variables": {
                "DD_TRACE_ENABLED": "true",
                "DD_SERVERLESS_LOGS_ENABLED": "true",
                "DD_SITE": "datadoghq.eu",
                "TABLE": "orders",
            }
        },
        "DeadLetterConfig": {"TargetArn": "<aws_sqs_queue.failed.Arn>"},
        "VpcConfig": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
        "FileSystemConfigs": [{"Arn": "efs"}],
        "Code": "src",
    }
    assert str(made.properties.key("VpcConfig")).startswith("main.tf:13:")
    permission = found["aws_lambda_permission.p"]
    assert plain(permission.get("FunctionName")) == "<module.worker.aws_lambda_function.this.>"


@pytest.mark.parametrize(
    ("source", "environment"),
    [
        ("cloudposse/lambda-function/aws", "lambda_environment"),
        ("moritzzimmer/lambda/aws", "environment"),
        ("git::https://github.com/moritzzimmer/terraform-aws-lambda.git?ref=8.6.0", "environment"),
    ],
)
def test_modules_around_a_function_bring_its_log_group_and_its_role(source: str, environment: str) -> None:
    text = f"""
        module "worker" {{
          source              = "{source}"
          function_name       = "worker"
          s3_bucket           = "code"
          s3_key              = "worker.zip"
          handler             = "app.handler"
          runtime             = "python3.13"
          timeout             = 20
          tracing_config_mode = "Active"
          kms_key_arn         = ""
          vpc_config          = {{ subnet_ids = [var.subnet], security_group_ids = [] }}
          {environment}       = {{ variables = {{ TABLE = "orders" }} }}
          event_source_mappings             = {{ jobs = {{ event_source_arn = "arn" }} }}
          cloudwatch_logs_retention_in_days = 7
          ignore_external_function_updates  = true
        }}
        variable "subnet" {{}}
    """
    found = resources(text)
    made = found["module.worker.aws_lambda_function.this"]
    assert made.metadata is not None
    assert plain(made.properties) == {
        "FunctionName": "worker",
        "Handler": "app.handler",
        "Runtime": "python3.13",
        "Role": "?",
        "Timeout": 20,
        "MemorySize": 128,
        "Environment": {"Variables": {"TABLE": "orders"}},
        "TracingConfig": {"Mode": "Active"},
        "VpcConfig": {"SubnetIds": ["?"], "SecurityGroupIds": []},
        "Code": {"S3Bucket": "code", "S3Key": "worker.zip"},
    }
    logs = found["module.worker.aws_cloudwatch_log_group.lambda"]
    assert plain(logs.properties) == {"LogGroupName": "/aws/lambda/worker", "RetentionInDays": 7}
    permission = found["module.worker.event_source_mappings.this"]
    assert plain(permission.get("Principal")) == "?"


def test_submodules_and_other_remote_modules_are_not_read() -> None:
    text = """
        module "alias" {
          source = "terraform-aws-modules/lambda/aws//modules/alias"
        }
        module "other" {
          source = "example/lambda/aws"
        }
    """
    assert resources(text) == {}


def test_modules_of_an_organisation_are_mapped() -> None:
    text = 'module "f" {\n  source = "github.com/org/modules//lambda?ref=1"\n  name = "n"\n  seconds = 9\n}'
    names = {"github.com/org/modules//lambda": {"function_name": "name", "timeout": "seconds"}}
    (found,) = terraform.read(Texts({"main.tf": text}), ["main.tf"], {}, names)
    made = found.resources[0]
    assert plain(made.get("FunctionName")) == "n"
    assert plain(made.get("Timeout")) == 9


def test_an_event_bridge_module_makes_rules_with_targets() -> None:
    found = properties(
        """
        module "bus" {
          source = "terraform-aws-modules/eventbridge/aws"
          rules = {
            hourly = { schedule_expression = "rate(1 hour)" }
          }
          targets = {
            hourly = [{ name = "f", arn = aws_lambda_function.f.arn, dead_letter_arn = "d" }]
          }
        }
        resource "aws_lambda_function" "f" {}
        """,
        'module.bus.aws_cloudwatch_event_rule.this["hourly"]',
    )
    target = {"Arn": "<aws_lambda_function.f.Arn>", "DeadLetterConfig": {"Arn": "d"}}
    assert found == {"ScheduleExpression": "rate(1 hour)", "Targets": [target]}


def test_a_module_of_a_buckets_events_tells_functions_of_them() -> None:
    text = """
        module "events" {
          source = "terraform-aws-modules/s3-bucket/aws//modules/notification"
          bucket = aws_s3_bucket.b.id
          lambda_notifications = {
            taken = { function_arn = aws_lambda_function.f.arn, function_name = "f", events = ["s3:ObjectCreated:*"] }
          }
          sqs_notifications = var.queues
        }
        variable "queues" {}
        resource "aws_s3_bucket" "b" {}
        resource "aws_lambda_function" "f" {}
        """
    assert properties(text, "module.events.aws_s3_bucket_notification.this") == {
        "Bucket": "<aws_s3_bucket.b.>",
        "LambdaConfigurations": [{"Function": "<aws_lambda_function.f.Arn>", "Events": ["s3:ObjectCreated:*"]}],
        "QueueConfigurations": "?",
    }
    permission = resources(text)['module.events.aws_lambda_permission.allow["taken"]']
    assert plain(permission.get("Principal")) == "s3.amazonaws.com"


def test_a_broken_file_is_told_once_and_the_others_are_read() -> None:
    files = {
        "main.tf": 'resource "aws_sqs_queue" "q" {}',
        "broken.tf": 'resource "aws_sqs_queue" "r" {\n  name = \n}\n',
    }
    (found,) = deployments(files)
    assert [each.name for each in found.resources if isinstance(each, Resource)][-1] == "aws_sqs_queue.q"
    ((span, why),) = found.unreadable
    assert span.path == "broken.tf"
    assert why.startswith("not valid HCL: ")


def test_no_terraform_no_parser() -> None:
    assert list(terraform.read(Texts({"template.yaml": ""}), ["template.yaml"], {})) == []


@given(HCL, HCL)
@settings(max_examples=200, deadline=None)
def test_no_text_makes_the_reader_raise(one: list[str], other: list[str]) -> None:
    files = {"main.tf": "".join(one), "m/main.tf": "".join(other), "x.tf": 'module "m" {\n  source = "./m"\n}'}
    for deployment in terraform.read(Texts(files), list(files), {}):
        for resource in deployment.resources:
            assert isinstance(resource.properties, Mapping)
            assert not isinstance(resource.get("Timeout"), Reference)


@given(st.text(max_size=80))
@settings(max_examples=100, deadline=None)
def test_nor_does_any_text_in_its_place(text: str) -> None:
    wrapped = f'resource "aws_iam_role" "r" {{\n  assume_role_policy = {text}\n}}\nresource "aws_lambda_function" "f" {{\n{text}\n}}'
    assert len(list(terraform.read(Texts({"main.tf": wrapped}), ["main.tf"], {}))) == 1


PLAN = """
{
  "format_version": "1.2",
  "planned_values": {
    "root_module": {
      "resources": [
        {"address": "aws_sqs_queue.q", "mode": "managed", "type": "aws_sqs_queue", "name": "q",
         "values": {"visibility_timeout_seconds": 45, "redrive_policy": "{\\"maxReceiveCount\\":3}"}},
        {"address": "aws_lambda_event_source_mapping.m", "mode": "managed", "type": "aws_lambda_event_source_mapping",
         "name": "m", "values": {"batch_size": 5, "starting_position": null}}
      ],
      "child_modules": [{
        "address": "module.worker",
        "resources": [
          {"address": "module.worker.aws_lambda_function.this[\\"a\\"]", "mode": "managed",
           "type": "aws_lambda_function", "name": "this", "index": "a",
           "values": {"timeout": 7, "environment": [{"variables": {"A": "1"}}], "filename": "out.zip"}}
        ]
      }]
    }
  },
  "prior_state": {"values": {"root_module": {"child_modules": [{"address": "module.worker", "resources": [
    {"address": "module.worker.data.archive_file.z", "mode": "data", "type": "archive_file", "name": "z",
     "values": {"source_dir": "./src"}}]}]}}},
  "configuration": {
    "root_module": {
      "resources": [
        {"address": "aws_lambda_event_source_mapping.m", "type": "aws_lambda_event_source_mapping", "name": "m",
         "expressions": {
           "event_source_arn": {"references": ["aws_sqs_queue.q.arn", "aws_sqs_queue.q"]},
           "function_name": {"references": ["module.worker.name", "module.worker"]},
           "maximum_retry_attempts": {"references": ["data.external.x.result", "data.external.x"]}}}
      ],
      "module_calls": {"worker": {"source": "./worker", "module": {
        "outputs": {"name": {"expression": {"references": ["aws_lambda_function.this"]}}},
        "resources": [
          {"address": "aws_lambda_function.this", "type": "aws_lambda_function", "name": "this",
           "expressions": {"filename": {"references": ["data.archive_file.z.output_path", "data.archive_file.z"]}}}
        ]}}}
    }
  }
}
"""


def test_a_plan_goes_through_the_same_table_and_is_told_at_its_configuration() -> None:
    files = {
        "plan.json": PLAN,
        "main.tf": 'resource "aws_sqs_queue" "q" {\n  visibility_timeout_seconds = var.x\n}\nmodule "worker" {\n  source = "./worker"\n}\n',
        "worker/main.tf": 'resource "aws_lambda_function" "this" {\n  timeout = local.t\n}\n',
    }
    (found,) = terraform.read(Texts(files), list(files), {})
    made = {each.name: each for each in found.resources}
    queue = made["aws_sqs_queue.q"]
    assert queue.span == Span("main.tf", 1, 1, 1, 29)
    assert queue.get("VisibilityTimeout") == Known(45, Span("main.tf", 2, 3, 2, 29))
    assert plain(queue.get("RedrivePolicy")) == {"maxReceiveCount": 3}
    mapping = made["aws_lambda_event_source_mapping.m"]
    assert mapping.span.path == "plan.json"
    assert plain(mapping.properties) == {
        "BatchSize": 5,
        "EventSourceArn": "<aws_sqs_queue.q.Arn>",
        "FunctionName": '<module.worker.aws_lambda_function.this["a"].>',
        "MaximumRetryAttempts": "?",
    }
    function = made['module.worker.aws_lambda_function.this["a"]']
    assert function.label == 'this["a"]'
    assert function.span.path == "worker/main.tf"
    assert plain(function.get("Environment")) == {"Variables": {"A": "1"}}
    assert plain(function.get("Code")) == "../src"


@pytest.mark.parametrize(
    "text",
    [
        "{",
        '{"planned_values": 1}',
        '{"planned_values": {"root_module": []}}',
        '{"planned_values": {"root_module": {}}}',
    ],
)
def test_what_is_no_plan_is_left_alone(text: str) -> None:
    found = list(terraform.read(Texts({"plan.json": text}), ["plan.json"], {}))
    assert all(not each.resources for each in found)


def test_a_label_tells_the_instances_of_a_module_apart() -> None:
    files = {
        "main.tf": 'module "jobs" {\n  source = "./w"\n  for_each = { one = 1, two = 2 }\n}\n',
        "w/main.tf": 'resource "aws_sqs_queue" "waiting" {}\nresource "aws_sqs_queue" "this" {}\n'
        'module "this" {\n  source = "terraform-aws-modules/lambda/aws"\n}\n',
    }
    (found,) = terraform.read(Texts(files), list(files), {})
    labels = {(each.type, each.label) for each in found.resources}
    assert {("AWS::SQS::Queue", 'jobs["one"].waiting'), ("AWS::SQS::Queue", 'jobs["two"]')} <= labels
    assert ("AWS::Lambda::Function", 'jobs["one"]') in labels


def test_a_label_tells_the_calls_of_one_module_apart() -> None:
    files = {
        "main.tf": 'module "mail" {\n  source = "./w"\n}\nmodule "post" {\n  source = "./w"\n}\n'
        'module "once" {\n  source = "./o"\n}\n',
        "w/main.tf": 'resource "aws_sqs_queue" "waiting" {}\n',
        "o/main.tf": 'resource "aws_sqs_queue" "done" {}\n',
    }
    (found,) = terraform.read(Texts(files), list(files), {})
    assert {each.label for each in found.resources} == {"mail.waiting", "post.waiting", "done"}


def test_maps_may_be_written_as_blocks_as_before_0_12() -> None:
    files = {
        "main.tf": """
resource "aws_lambda_function" "orders" {
  environment {
    variables {
      TABLE = "orders"
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "failed" {
  metric_name = "Errors"
  dimensions {
    FunctionName = "orders"
  }
}
"""
    }
    (found,) = terraform.read(Texts(files), list(files), {})
    function, alarm = found.resources
    assert plain(function.get("Environment")) == {"Variables": {"TABLE": "orders"}}
    assert plain(alarm.get("Dimensions")) == {"FunctionName": "orders"}


def test_json_is_read_as_hcl_is() -> None:
    files = {
        "main.tf": """
            variable "minutes" {
              type = number
            }
            resource "aws_sqs_queue" "q" {}
        """,
        "more.tf.json": """
            {
              "//": "written by a tool",
              "variable": {"names": {"type": "map(object({ memory = optional(number, 256) }))", "default": {"a": {}}}},
              "locals": [{"prefix": "orders"}],
              "resource": {"aws_lambda_function": {"f": {
                "function_name": "${local.prefix}-f",
                "role": "r",
                "timeout": "${var.minutes * 60}",
                "memory_size": "${var.names[\\"a\\"].memory}",
                "environment": {"variables": {"QUEUE": "${aws_sqs_queue.q.url}", "PLAIN": "$${x}"}},
                "dead_letter_config": [{"target_arn": "${aws_sqs_queue.q.arn}"}],
                "depends_on": ["aws_sqs_queue.q"]
              }}}
            }
        """,
        "terraform.tfvars.json": '{"minutes": 2}',
    }
    (found,) = deployments(files)
    function = next(each for each in found.resources if each.name == "aws_lambda_function.f")
    assert plain(function.properties) == {
        "FunctionName": "orders-f",
        "Role": "r",
        "Timeout": 120,
        "MemorySize": 256,
        "Environment": {"Variables": {"QUEUE": "<aws_sqs_queue.q.>", "PLAIN": "${x}"}},
        "DeadLetterConfig": {"TargetArn": "<aws_sqs_queue.q.Arn>"},
    }
    assert function.after == ("aws_sqs_queue.q",)
    assert (function.span.path, function.span.line) == ("more.tf.json", 6)
    assert found.paths == ("main.tf", "more.tf.json", "terraform.tfvars.json")


def test_json_that_is_none_is_told() -> None:
    (found,) = deployments({"main.tf": 'resource "aws_sqs_queue" "q" {}', "more.tf.json": '{"resource": '})
    assert [(span.path, why.partition(":")[0]) for span, why in found.unreadable] == [
        ("more.tf.json", "not valid JSON")
    ]
    assert [each.name for each in found.resources] == ["aws_sqs_queue.q"]


def test_a_module_may_be_written_in_json() -> None:
    files = {
        "main.tf.json": '{"module": {"m": {"source": "./inner", "seconds": 9}}}',
        "inner/main.tf": 'variable "seconds" {}\nresource "aws_lambda_function" "f" {\n timeout = var.seconds\n}',
    }
    (found,) = deployments(files)
    assert [(each.name, plain(each.properties)) for each in found.resources] == [
        ("module.m.aws_lambda_function.f", {"Timeout": 9})
    ]


def test_an_override_says_anew_what_it_says_and_no_more() -> None:
    more = {
        "a_override.tf": """
            resource "aws_lambda_function" "f" {
              timeout = 5
              environment {
                variables = { B = "2" }
              }
              lifecycle {
                ignore_changes = [memory_size]
              }
            }
        """,
        "override.tf.json": '{"resource": {"aws_lambda_function": {"f": {"timeout": 6}}}, "locals": {"seconds": 9}}',
        "b.tf": 'locals {\n seconds = 1\n}\nresource "aws_sqs_queue" "q" {\n  delay_seconds = local.seconds\n}',
    }
    text = """
        resource "aws_lambda_function" "f" {
          function_name = "f"
          timeout       = 3
          memory_size   = 128
          environment {
            variables = { A = "1" }
          }
          lifecycle {
            prevent_destroy = true
          }
        }
    """
    found = resources(text, more)
    function = found["aws_lambda_function.f"]
    assert plain(function.get("Timeout")) == 6
    assert function.get("Timeout").span.path == "override.tf.json"  # type: ignore[union-attr]
    assert plain(function.get("FunctionName")) == "f"
    assert plain(function.get("Environment")) == {"Variables": {"B": "2"}}
    assert isinstance(function.get("MemorySize"), Unknown)
    assert function.span == Span("main.tf", 2, 1, 2, 35)
    assert plain(found["aws_sqs_queue.q"].get("DelaySeconds")) == 9


VARIED = """
    variable "seconds" {}
    variable "memory" {
      default = 128
    }
    variable "settings" {
      default = {}
    }
    variable "cold" {
      default = false
    }
    resource "aws_lambda_function" "f" {
      timeout     = var.seconds
      memory_size = var.memory
      runtime     = var.settings.runtime
      kms_key_arn = var.settings.key
    }
    resource "aws_lambda_function" "cold" {
      count = var.cold ? 1 : 0
    }
"""


def test_values_are_known_that_hold_in_every_environment() -> None:
    more = {
        "terraform.tfvars": 'memory = 256\nseconds = 1\nsettings = { runtime = "nodejs1", key = "a" }',
        "env/dev.tfvars": 'seconds = 3\nsettings = { runtime = "python3.13", key = "a" }',
        "env/prod/terraform.tfvars": 'seconds = 9\nsettings = { runtime = "python3.13", key = "b" }',
        "env/example.tfvars": "seconds = 1",
        "other/main.tf": 'variable "seconds" {}',
        "other/a.auto.tfvars": "seconds = 700",
        "notes.tfvars": 'elsewhere = "x"',
    }
    found = resources(VARIED, more)["aws_lambda_function.f"]
    seconds = found.get("Timeout")
    assert isinstance(seconds, Unknown)
    assert [each.value for each in seconds.arms] == [3, 9]  # type: ignore[union-attr]
    assert plain(found.get("MemorySize")) == 256
    assert plain(found.get("Runtime")) == "python3.13"
    assert isinstance(found.get("KmsKeyArn"), Unknown)


@pytest.mark.parametrize(
    ("files", "seconds"),
    [
        ({"prod.tfvars": "seconds = 9"}, 9),
        ({"prod.tfvars": "seconds = 9", "dev.tfvars": "seconds = 9"}, 9),
        ({"prod.tfvars": "seconds = 9", "dev.tfvars": "memory = 9"}, None),
        ({"a.auto.tfvars": "seconds = 1", "b.auto.tfvars": "seconds = 2", "terraform.tfvars": "seconds = 3"}, 2),
        ({"terraform.tfvars": "seconds = 3", "terraform.tfvars.json": '{"seconds": 4}'}, 4),
        ({"terraform.tfvars.json": "{"}, None),
    ],
)
def test_one_set_of_values_is_known(files: dict[str, str], seconds: int | None) -> None:
    found = resources(VARIED, files)["aws_lambda_function.f"].get("Timeout")
    assert isinstance(found, Unknown) if seconds is None else plain(found) == seconds


def test_what_environments_leave_to_its_default_has_that_there() -> None:
    more = {"dev.tfvars": "seconds = 3\nmemory = 128", "prod.tfvars": "seconds = 3"}
    assert plain(resources(VARIED, more)["aws_lambda_function.f"].get("MemorySize")) == 128
    more["prod.tfvars"] += "\nmemory = 512"
    assert isinstance(resources(VARIED, more)["aws_lambda_function.f"].get("MemorySize"), Unknown)


def test_what_count_leaves_out_by_default_is_not_there() -> None:
    text = """
        variable "on" {
          default = false
        }
        resource "aws_lambda_function" "f" {
          count = var.on ? 1 : 0
          role  = aws_iam_role.r[0].arn
        }
        resource "aws_iam_role" "r" {
          count = var.on ? 1 : 0
        }
        resource "aws_iam_role_policy" "p" {
          count = var.on ? 1 : 0
          role  = aws_iam_role.r[0].id
        }
        resource "aws_lambda_function" "always" {
          memory_size = var.on ? 512 : null
          dead_letter_config {
            target_arn = join("", aws_sqs_queue.q.*.arn)
          }
        }
        resource "aws_cloudwatch_event_rule" "r" {
          count = var.on ? 1 : 0
        }
        resource "aws_cloudwatch_event_target" "t" {
          count = var.on ? 1 : 0
          rule  = join("", aws_cloudwatch_event_rule.r.*.name)
          arn   = aws_lambda_function.always.arn
        }
        resource "aws_sqs_queue" "q" {
          count = var.on ? 1 : 0
        }
    """
    (off,) = deployments({"main.tf": text})
    assert [each.name for each in off.resources] == ["aws_lambda_function.always", "aws_sqs_queue.q"]
    assert [span.line for span, _ in off.notes] == [5]
    assert isinstance(off.resources[0].get("MemorySize"), Unknown)
    assert off.resources[1].uncertain
    (on,) = deployments({"main.tf": text}, on=True)
    assert not on.notes
    assert {each.name for each in on.resources if "always" not in each.name} == {
        "aws_lambda_function.f[0]", "aws_iam_role.r[0]", "aws_iam_role_policy.p[0]",
        "aws_cloudwatch_event_rule.r[0]", "aws_sqs_queue.q[0]",
    }  # fmt: skip
    always = next(each for each in on.resources if each.name == "aws_lambda_function.always")
    assert plain(always.get("MemorySize")) == 512
    assert plain(always.get("DeadLetterConfig")) == {"TargetArn": "<aws_sqs_queue.q[0].Arn>"}


MACHINE = '{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "${F}", "End": true}}}'


@pytest.mark.parametrize(
    "definition",
    [
        'templatefile("m.json", { F = aws_lambda_function.f.arn })',
        'replace(file("m.json"), "$${F}", aws_lambda_function.f.arn)',
        'replace(file("m.json"), "$${F}", "${aws_lambda_function.f.arn}:live")',
        'jsonencode(yamldecode(templatefile("m.yaml", { F = aws_lambda_function.f.arn })))',
        "data.template_file.m.rendered",
        'jsonencode({ StartAt = "A", States = { A = { Type = "Task", Resource = aws_lambda_function.f.arn } } })',
    ],
)
@pytest.mark.parametrize("block", ['resource "aws_sfn_state_machine" "m"', 'module "m"'])
def test_a_state_machine_has_its_definition_in_every_form(block: str, definition: str) -> None:
    files = {"m.json": MACHINE, "m.yaml": "StartAt: A\nStates:\n  A:\n    Type: Task\n    Resource: ${F}\n"}
    text = f"""
        resource "aws_lambda_function" "f" {{}}
        data "template_file" "m" {{
          template = file("m.json")
          vars     = {{ F = aws_lambda_function.f.arn }}
        }}
        {block} {{
          {'source = "terraform-aws-modules/step-functions/aws"' if "module" in block else ""}
          definition = {definition}
        }}
    """
    found = resources(text, files)
    (machine,) = (each for each in found.values() if each.type == "AWS::StepFunctions::StateMachine")
    resource = machine.get("Definition", "States", "A", "Resource")
    assert str(plain(resource)).removesuffix(":live") == "<aws_lambda_function.f.Arn>"


def test_functions_are_made_of_what_a_file_of_yaml_lists() -> None:
    files = {"functions.yaml": "accept:\n  timeout: 5\nship:\n  timeout: 9\n"}
    text = """
        resource "aws_lambda_function" "f" {
          for_each = yamldecode(file("functions.yaml"))
          timeout  = each.value.timeout
        }
    """
    found = resources(text, files)
    assert {name: plain(each.get("Timeout")) for name, each in found.items()} == {
        'aws_lambda_function.f["accept"]': 5,
        'aws_lambda_function.f["ship"]': 9,
    }


@pytest.mark.parametrize("source", [".", "./", "../a", "../b"])
def test_terragrunt_that_leads_back_to_itself_makes_nothing(source: str) -> None:
    files = {
        "a/terragrunt.hcl": f'terraform {{\n  source = "{source}"\n}}\ninputs = {{\n  x = 1\n}}\n',
        "b/terragrunt.hcl": 'terraform {\n  source = "../a"\n}\ninputs = {\n  x = 1\n}\n',
    }
    found = terraform.read(Texts(files), sorted(files), {})
    assert not [each for one in found for each in one.resources if each.type == "AWS::Lambda::Function"]


def test_terragrunt_calls_a_module_with_its_inputs() -> None:
    files = {
        "modules/function/main.tf": """
            variable "handler" {}
            variable "seconds" {
              default = 3
            }
            variable "region" {
              default = "eu-west-1"
            }
            variable "role" {}
            variable "memory" {
              default = 128
            }
            resource "aws_lambda_function" "this" {
              handler     = var.handler
              timeout     = var.seconds
              description = var.region
              role        = var.role
              memory_size = var.memory
            }
        """,
        "live/terragrunt.hcl": 'inputs = {\n  region = "us-east-1"\n}\n',
        "live/ship/terragrunt.hcl": """
            include {
              path = find_in_parent_folders()
            }
            terraform {
              source = "../../modules//function?ref=v1"
            }
            locals {
              name = "ship"
            }
            dependency "role" {
              config_path  = "../role"
              mock_outputs = { arn = "mock" }
            }
            inputs = {
              handler = "${local.name}.handler"
              seconds = 9
              role    = dependency.role.outputs.arn
            }
        """,
        "live/tell/terragrunt.hcl": """
            terraform {
              source = "${get_repo_root()}/modules/function"
            }
            inputs = merge(local.all, { handler = "tell.handler" })
        """,
        "live/public/terragrunt.hcl": """
            terraform {
              source = "tfr:///terraform-aws-modules/lambda/aws?version=6.0.0"
            }
            inputs = {
              function_name = "public"
              handler       = "app.handler"
              timeout       = 7
            }
        """,
    }
    texts = {path: dedent(text) for path, text in files.items()}
    paths = [path for path in sorted(texts) if path.endswith((".tf", ".hcl"))]
    found = {each.path: each for each in terraform.read(Texts(texts), paths, {})}
    assert not any(each.unreadable for each in found.values())
    functions = {
        path: [each for each in deployment.resources if each.type == "AWS::Lambda::Function"]
        for path, deployment in found.items()
    }
    assert {path: len(each) for path, each in functions.items() if each} == {
        "live/ship/terragrunt.hcl": 1,
        "live/tell/terragrunt.hcl": 1,
        "live/public/terragrunt.hcl": 1,
    }
    (ship,) = functions["live/ship/terragrunt.hcl"]
    assert plain(ship.properties) == {
        "Handler": "ship.handler", "Timeout": 9, "Description": "us-east-1", "Role": "?", "MemorySize": 128,
    }  # fmt: skip
    assert ship.span.path == "modules/function/main.tf"
    assert ship.get("Timeout").span.path == "live/ship/terragrunt.hcl"  # type: ignore[union-attr]
    (tell,) = functions["live/tell/terragrunt.hcl"]
    assert plain(tell.get("Handler")) == "tell.handler"
    assert isinstance(tell.get("Timeout"), Unknown)
    (public,) = functions["live/public/terragrunt.hcl"]
    assert plain(public.get("Timeout")) == 7


def test_a_policy_of_which_something_cannot_be_read_may_allow_more() -> None:
    text = 'data "aws_iam_policy_document" "p" {\n  statement {\n    actions = ["s3:GetObject"]\n    resources = = 1\n  }\n}\n'
    whole = text.replace("= = 1", '= ["*"]')
    asked = 'resource "aws_iam_policy" "p" {\n  policy = data.aws_iam_policy_document.p.json\n}\n'
    seen = []
    for each in (text, whole):
        (found,) = deployments({"main.tf": each + asked})
        policy = next(resource for resource in found.resources if resource.name == "aws_iam_policy.p")
        statements = policy.get("PolicyDocument", "Statement")
        assert isinstance(statements, Sequence)
        seen.append(statements.open)
    assert seen == [True, False]


def test_values_may_lie_above_a_root_and_be_called_like_it() -> None:
    files = {
        "infra/stacks/orders/main.tf": """
            variable "handler" {}
            variable "seconds" {}
            variable "memory" {
              default = 128
            }
            resource "aws_lambda_function" "f" {
              handler     = var.handler
              timeout     = var.seconds
              memory_size = var.memory
            }
        """,
        "infra/orders.tfvars": 'handler = "orders.handler"\nseconds = 5\nmemory = 256\n',
        "infra/billing.tfvars": 'handler = "billing.handler"\n',
        "infra/environments/dev/orders.tfvars": "seconds = 9\n",
        "infra/environments/prod/common.tfvars": "seconds = 9\nmemory = 512\n",
    }
    (found,) = deployments(files)
    (function,) = found.resources
    assert plain(function.properties) == {"Handler": "orders.handler", "Timeout": 9, "MemorySize": "?"}
