"""How long one project takes, beside the imports that nothing can do without.

Runs `lambdalint check` on a one-function project and `python -c "import click, yaml, libcst"` in turn, so that a noisy
machine is noisy for both, and compares the medians. The bound is 1.5, and 0.6 for a project that is unchanged since the
last run. Byte code is cached, as pip caches it for what it
installs.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 25

TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Jobs:
    Type: AWS::SQS::Queue
  Worker:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      CodeUri: src/
      Events:
        Jobs:
          Type: SQS
          Properties:
            Queue: !GetAtt Jobs.Arn
"""

CODE = """\
import json
import os

import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


def handler(event, context):
    for record in event["Records"]:
        table.put_item(Item=json.loads(record["body"]))
"""


def seconds(command: list[str], directory: str) -> float:
    """The wall-clock time of a command."""
    start = time.perf_counter()
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run(command, cwd=directory, stdout=subprocess.DEVNULL, check=False, env=environment)
    return time.perf_counter() - start


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        Path(directory, "template.yaml").write_text(TEMPLATE)
        Path(directory, ".git").mkdir()  # where the project ends: else what lies beside it would be looked at
        Path(directory, "src").mkdir()
        Path(directory, "src", "app.py").write_text(CODE)
        floor = [sys.executable, "-c", "import click, yaml, libcst"]
        check = [str(Path(sys.executable).with_name("lambdalint")), "check"]
        times: dict[str, list[float]] = {"floor": [], "check": [], "again": []}
        for _ in range(ROUNDS):
            times["floor"].append(seconds(floor, directory))
            times["check"].append(seconds([*check, "--no-cache"], directory))
            times["again"].append(seconds(check, directory))
        medians = {name: statistics.median(several) for name, several in times.items()}
        print(f"import click, yaml, libcst: {medians['floor'] * 1000:.0f} ms")
        print(f"lambdalint check:           {medians['check'] * 1000:.0f} ms")
        print(f"unchanged:                  {medians['again'] * 1000:.0f} ms")
        print(f"ratio: {medians['check'] / medians['floor']:.2f} (at most 1.5)")
        print(f"ratio, unchanged: {medians['again'] / medians['floor']:.2f} (at most 0.6)")


if __name__ == "__main__":
    main()
