from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent

import pytest

from lambdalint.source import Texts
from lambdalint.templates import terraform
from lambdalint.templates.resource import Deployment, Resource
from lambdalint.templates.terraform.endings import ROOTS
from lambdalint.templates.value import Known, Reference, Unknown, Value

MODULE = """
variable "name" {}
variable "seconds" { default = 3 }
variable "archive" { default = "none.zip" }
variable "table" { default = "none" }
resource "aws_lambda_function" "this" {
  function_name = var.name
  timeout       = var.seconds
  filename      = var.archive
  environment {
    variables = {
      TABLE = var.table
    }
  }
}
output "arn" { value = aws_lambda_function.this.arn }
"""


def deployments(files: Mapping[str, str]) -> list[Deployment]:
    texts = {path: dedent(text) for path, text in {"modules/function/main.tf": MODULE, **files}.items()}
    found = list(terraform.read(Texts(texts), [path for path in sorted(texts) if path.endswith(ROOTS)], {}))
    assert not any(each.unreadable for each in found)
    return found


def functions(files: Mapping[str, str]) -> list[Resource]:
    return [
        each for one in deployments(files) for each in one.resources if each.type == "AWS::Lambda::Function"
    ]  # fmt: skip


def one(files: Mapping[str, str]) -> Resource:
    (found,) = functions(files)
    return found


def plain(value: Value | None) -> object:
    return value.value if isinstance(value, Known) else "?" if isinstance(value, Unknown) else value


def test_what_a_file_above_says_is_read() -> None:
    found = one(
        {
            "live/dev/env.hcl": """
            locals {
              seconds = 9
              archive = "${get_terragrunt_dir()}/../../dist/ship.zip"
            }
        """,
            "live/dev/ship/terragrunt.hcl": """
            locals {
              env = read_terragrunt_config(find_in_parent_folders("env.hcl"))
            }
            terraform {
              source = "../../../modules/function"
            }
            inputs = {
              name    = basename(get_terragrunt_dir())
              seconds = local.env.locals.seconds
              archive = local.env.locals.archive
            }
        """,
        }
    )
    assert plain(found.get("FunctionName")) == "ship"
    seconds = found.get("Timeout")
    assert isinstance(seconds, Known)
    assert (seconds.value, seconds.span.path, seconds.span.line) == (9, "live/dev/env.hcl", 3)
    code = found.get("Code")
    assert isinstance(code, Known)
    assert (code.value, code.span.path) == ("../../dist/ship.zip", "live/dev/env.hcl")


COMMON = {
    "live/root.hcl": """
        locals {
          prefix = "acme"
        }
        inputs = {
          seconds = 4
          table   = path_relative_to_include()
        }
    """,
    "_common/function.hcl": """
        terraform {
          source = "${get_repo_root()}/modules//function?ref=v1"
        }
        locals {
          env = read_terragrunt_config(find_in_parent_folders("env.hcl")).locals.name
        }
        inputs = {
          name    = "common-${local.env}"
          seconds = 5
          archive = "${get_repo_root()}/dist/${local.env}.zip"
        }
    """,
    "live/dev/env.hcl": 'locals {\n  name = "dev"\n}\n',
}
INCLUDES = """
include "root" {
  path   = find_in_parent_folders("root.hcl")
  expose = true
}
include "common" {
  path = "${dirname(find_in_parent_folders("live"))}/_common/function.hcl"
}
"""


def test_included_files_give_the_module_and_its_inputs() -> None:
    found = one({**COMMON, "live/dev/ship/terragrunt.hcl": INCLUDES})
    assert plain(found.get("FunctionName")) == "common-dev"
    assert plain(found.get("Timeout")) == 5
    assert plain(found.get("Environment", "Variables", "TABLE")) == "dev/ship"
    code = found.get("Code")
    assert isinstance(code, Known)
    assert (code.value, code.span.path) == ("../dist/dev.zip", "_common/function.hcl")


def test_a_file_has_the_last_word_over_those_that_it_includes() -> None:
    inputs = 'inputs = {\n  name    = "${include.root.locals.prefix}-ship"\n  seconds = 7\n}\n'
    found = one({**COMMON, "live/dev/ship/terragrunt.hcl": INCLUDES + inputs})
    assert (plain(found.get("FunctionName")), plain(found.get("Timeout"))) == ("acme-ship", 7)


@pytest.mark.parametrize(
    "source", ['${find_in_parent_folders("catalog/modules")}//function', "${local.modules}/function"]
)
def test_a_source_may_be_found_above(source: str) -> None:
    unit = f"""
        locals {{
          modules = "${{get_path_to_repo_root()}}/catalog/modules"
        }}
        terraform {{
          source = "{source}"
        }}
        inputs = {{
          name = "ship"
        }}
    """
    files = {"catalog/modules/function/main.tf": MODULE, "live/dev/ship/terragrunt.hcl": unit}
    found = [each for each in functions(files) if plain(each.get("FunctionName")) == "ship"]
    assert len(found) == 1


UNITS = {
    "modules/table/main.tf": """
        variable "name" {}
        resource "aws_dynamodb_table" "this" {
          name = var.name
        }
        output "name" { value = aws_dynamodb_table.this.name }
        output "seconds" { value = 6 }
    """,
    "live/dev/table/terragrunt.hcl": """
        terraform {
          source = "../../../modules/table"
        }
        inputs = {
          name = "orders"
        }
    """,
    "live/dev/ship/terragrunt.hcl": """
        terraform {
          source = "../../../modules/function"
        }
        dependency "orders" {
          config_path  = "../table"
          mock_outputs = { name = "mock" }
        }
        inputs = {
          name  = "ship"
          table = dependency.orders.outputs.name
        }
    """,
}


def test_units_that_depend_on_each_other_are_one_deployment() -> None:
    found = [each for each in deployments(UNITS) if each.resources]
    assert [each.path for each in found] == ["live/dev/ship/terragrunt.hcl"]
    (ship,) = (each for each in found[0].resources if each.type == "AWS::Lambda::Function")
    (table,) = (each for each in found[0].resources if each.type == "AWS::DynamoDB::Table")
    assert plain(table.get("TableName")) == "orders"
    given = ship.get("Environment", "Variables", "TABLE")
    assert isinstance(given, Reference)
    assert given.resource == table.name


def test_all_outputs_of_a_unit_may_be_inputs_of_another() -> None:
    unit = UNITS["live/dev/ship/terragrunt.hcl"].replace("inputs = {", "inputs = merge(dependency.orders.outputs, {")
    found = one({**UNITS, "live/dev/ship/terragrunt.hcl": f"{unit.rstrip()[:-1]}}})"})
    assert (plain(found.get("FunctionName")), plain(found.get("Timeout"))) == ("ship", 6)


def test_what_stands_in_for_a_unit_that_is_not_seen_is_not_known() -> None:
    files = {path: text for path, text in UNITS.items() if "table" not in path}
    assert plain(one(files).get("Environment", "Variables", "TABLE")) == "?"


def test_two_environments_are_two_deployments() -> None:
    other = {path.replace("/dev/", "/prod/"): text for path, text in UNITS.items()}
    found = [each for each in deployments({**UNITS, **other}) if each.resources]
    assert [each.path for each in found] == ["live/dev/ship/terragrunt.hcl", "live/prod/ship/terragrunt.hcl"]


def test_a_unit_refers_to_a_function_of_another() -> None:
    files = {
        "modules/mapping/main.tf": """
            variable "function" {}
            resource "aws_lambda_event_source_mapping" "this" {
              function_name    = var.function
              event_source_arn = "arn:aws:sqs:eu-west-1:111122223333:orders"
            }
        """,
        "live/dev/function/terragrunt.hcl": """
            terraform {
              source = "../../../modules/function"
            }
            inputs = {
              name = "ship"
            }
        """,
        "live/dev/mapping/terragrunt.hcl": """
            terraform {
              source = "../../../modules/mapping"
            }
            dependency "ship" {
              config_path = "../function"
            }
            inputs = {
              function = dependency.ship.outputs.arn
            }
        """,
    }
    (found,) = (each for each in deployments(files) if each.resources)
    (function,) = (each for each in found.resources if each.type == "AWS::Lambda::Function")
    (mapping,) = (each for each in found.resources if each.type == "AWS::Lambda::EventSourceMapping")
    given = mapping.get("FunctionName")
    assert isinstance(given, Reference)
    assert (given.resource, given.attribute) == (function.name, "Arn")


def test_inputs_beside_files_of_terraform_are_values_of_their_variables() -> None:
    unit = """
        inputs = {
          name    = "ship"
          seconds = get_env("SECONDS", 8)
        }
    """
    (found,) = (
        each
        for each in functions({"app/main.tf": MODULE, "app/terragrunt.hcl": unit})
        if each.span.path == "app/main.tf"
    )
    seconds = found.get("Timeout")
    assert plain(found.get("FunctionName")) == "ship"
    assert isinstance(seconds, Known)
    assert (seconds.value, seconds.origin) == (8, "by default of environment variable SECONDS")


@pytest.mark.parametrize("given", ['run_cmd("id")', 'get_env("NAME")', "local.name", "feature.name.value"])
def test_what_only_a_deployment_knows(given: str) -> None:
    unit = f"""
        locals {{
          name = local.other
          other = local.name
        }}
        terraform {{
          source = "../../../modules/function"
        }}
        inputs = {{
          name = {given}
        }}
    """
    assert plain(one({"live/dev/ship/terragrunt.hcl": unit}).get("FunctionName")) == "?"
