"""How the time and the memory of a run grow with what is checked.

`python bench/growth.py [SERIES…] [--most N]` makes projects that grow by the number of their functions, and checks each
in a process of its own. It prints, for every size, the processor's seconds and the peak memory, what of them a function
takes beyond a project of none, and how fast the seconds grow: an exponent of 1 is linear, 1.1 the bound. The series:

- `one-template`: functions with code of their own in one template;
- `many-templates`: a template for each;
- `plain-templates`: the same, and beside each a template that has no Transform;
- `instances`: a Terraform module with `for_each` over the functions;
- `shared-package`: functions that all load one package of 40 modules;
- `cyclic-package`: the same, with modules that load one another in circles.
"""

from __future__ import annotations

import argparse
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from lambdalint.records import dataclass

MODULES = 40
"""Modules of the package that functions share."""
BOUND = 1.1
"""The exponent that no series may be above."""

Files = Iterator[tuple[str, str]]
"""The paths of a project's files, and what stands in them."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a run took."""

    seconds: float
    megabytes: float


def handler(number: int, imports: str = "", calls: str = "") -> str:
    """The code of one function, which differs from that of any other."""
    return f"""\
import json
import os

import boto3
{imports}
TABLE = os.environ.get("TABLE_{number}", "orders-{number}")
table = boto3.resource("dynamodb").Table(TABLE)


def find(key):
    answer = table.get_item(Key={{"id": key}})
    return answer.get("Item", {{}})


def handler(event, context):
    body = json.loads(event.get("body") or "{{}}")
    order = find(body.get("id", "{number}"))
    {calls or "order['seen'] = True"}
    return {{"statusCode": 200, "body": json.dumps(order)}}
"""


def function(number: int, directory: str) -> str:
    """A function in a SAM template."""
    return f"""\
  Orders{number}:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: handler{number}.handler
      CodeUri: {directory}
      Policies:
        - DynamoDBReadPolicy:
            TableName: orders-{number}
      Events:
        Get:
          Type: HttpApi
          Properties:
            Path: /orders/{number}
            Method: get
"""


HEAD = "Transform: AWS::Serverless-2016-10-31\nResources:\n"


def one_template(size: int) -> Files:
    yield "template.yaml", HEAD + "".join(function(each, f"src{each}/") for each in range(size))
    for each in range(size):
        yield f"src{each}/handler{each}.py", handler(each)


def many_templates(size: int) -> Files:
    for each in range(size):
        yield f"app{each}/template.yaml", HEAD + function(each, "src/")
        yield f"app{each}/src/handler{each}.py", handler(each)


def plain_templates(size: int) -> Files:
    yield from many_templates(size)
    for each in range(size):
        yield f"app{each}/topics.yaml", "Resources:\n  Orders:\n    Type: AWS::SNS::Topic\n"


def instances(size: int) -> Files:
    names = "".join(f'    f{each} = "handler{each}.handler"\n' for each in range(size))
    yield (
        "main.tf",
        f"""\
module "function" {{
  source   = "./function"
  for_each = {{
{names}  }}
  name    = each.key
  handler = each.value
}}
""",
    )
    yield (
        "function/main.tf",
        """\
variable "name" {}
variable "handler" {}

resource "aws_iam_role" "this" {
  name               = var.name
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{
      Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_lambda_function" "this" {
  function_name = var.name
  role          = aws_iam_role.this.arn
  runtime       = "python3.13"
  handler       = var.handler
  filename      = data.archive_file.code.output_path
}

data "archive_file" "code" {
  type        = "zip"
  source_dir  = "${path.root}/src"
  output_path = "code.zip"
}
""",
    )
    for each in range(size):
        yield f"src/handler{each}.py", handler(each)


def shared_package(size: int, *, cyclic: bool = False) -> Files:
    yield "template.yaml", HEAD + "".join(function(each, "src/") for each in range(size))
    yield "src/shared/__init__.py", ""
    for number in range(MODULES):
        before = (number - 1, number // 2) if number else ()
        after = ((number + 1) % MODULES, (number * 7 + 3) % MODULES) if cyclic else ()
        loaded = tuple(each for each in dict.fromkeys((*before, *after)) if each != number)
        yield f"src/shared/part{number}.py", part(number, loaded)
    for each in range(size):
        last = MODULES - 1 - each % 5
        imports = f"\nfrom shared import part{last}\n"
        yield f"src/handler{each}.py", handler(each, imports, f"order = part{last}.fill(order)")


def cyclic_package(size: int) -> Files:
    return shared_package(size, cyclic=True)


def part(number: int, loaded: tuple[int, ...]) -> str:
    """A module of the package that functions share."""
    imports = "".join(f"from shared import part{each}\n" for each in loaded)
    calls = "".join(f"    order = part{each}.fill(order)\n" for each in loaded[:1])
    calls += "".join(f"    part{each}.Order{each}(order).send()\n" for each in loaded[1:])
    return f"""\
import logging
import os

import boto3

{imports}
logger = logging.getLogger(__name__)
queue = boto3.client("sqs")
URL = os.environ["QUEUE_{number}"]
NAMES = {{name: f"{{name}}-{number}" for name in ("first", "second", "third")}}


class Order{number}:
    def __init__(self, given):
        self.given = given
        self.name = NAMES.get(given.get("kind"), "other")

    def send(self):
        try:
            queue.send_message(QueueUrl=URL, MessageBody=self.name)
        except queue.exceptions.QueueDoesNotExist:
            logger.exception("no queue for %s", self.name)
            raise


def fill(order):
    if not order:
        return order
    Order{number}(order).send()
{calls}    return {{**order, "part{number}": NAMES["first"]}}
"""


SERIES: dict[str, tuple[Callable[[int], Files], tuple[int, ...]]] = {
    "one-template": (one_template, (10, 50, 250)),
    "many-templates": (many_templates, (10, 50, 250)),
    "plain-templates": (plain_templates, (10, 50, 250)),
    "instances": (instances, (10, 50, 250)),
    "shared-package": (shared_package, (1, 10, 40)),
    "cyclic-package": (cyclic_package, (10, 50, 150)),
}


def check(files: Files) -> Taken:
    """What a check of a project takes."""
    with tempfile.TemporaryDirectory() as directory:
        for path, text in files:
            place = Path(directory, path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
        command = [sys.executable, "-P", "-m", "lambdalint", "check", "--fail-on", "never", "--format", "json"]
        process = subprocess.Popen(
            command, cwd=directory, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"the check ended with {process.returncode}")
        return Taken(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


ROOT = Path(__file__).parent.parent


def grow(name: str, most: int) -> bool:
    """Print how a series grows; whether it stays within its bound."""
    make, sizes = SERIES[name]
    none = check(iter([("template.yaml", HEAD + "  Orders:\n    Type: AWS::SNS::Topic\n")]))
    taken: list[tuple[int, Taken]] = []
    for size in (each for each in sizes if each <= most):
        used = check(make(size))
        taken.append((size, used))
        seconds, memory = (used.seconds - none.seconds) / size, (used.megabytes - none.megabytes) / size
        print(
            f"{name:16}{size:5} functions {used.seconds:7.2f} s {used.megabytes:5.0f} MB,"
            f" each {1000 * seconds:7.1f} ms {memory:6.2f} MB",
            flush=True,
        )
    if len(taken) < 2:
        return True
    (before, less), (after, more) = taken[-2:]
    exponent = math.log((more.seconds - none.seconds) / (less.seconds - none.seconds)) / math.log(after / before)
    print(f"{name:16} grows with exponent {exponent:.2f}", flush=True)
    return exponent <= BOUND


def main() -> int:
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("series", nargs="*", choices=[[], *SERIES], default=[])
    asked.add_argument("--most", type=int, default=250, help="how many functions the largest project may have")
    given = asked.parse_args()
    within = [grow(name, given.most) for name in given.series or SERIES]
    return 0 if all(within) else 1


if __name__ == "__main__":
    raise SystemExit(main())
