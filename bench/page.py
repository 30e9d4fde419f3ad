"""What the page of a large project takes: `python bench/page.py [FUNCTIONS]`.

It makes a project of as many functions, by default 500, each with several findings, and tells it as text and as a page.
It prints the processor's seconds of either, of which the page is to take less than twice as many, and the size of the
page, which is to stay under 2 MB for 500 functions, whatever is selected. Where Chromium is, it opens the page, and
says how many of the processor's milliseconds it takes until all is drawn, and until a first click is answered.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent / "tests"))

from browser import CHROMIUM, chromium

TOGETHER = 50
"""Functions of one template."""

TABLE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
"""

WORKER = """\
  Queue%(number)d:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: %(hidden)d
  Worker%(number)d:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: worker%(number)d.handler
      CodeUri: src/
      Timeout: %(timeout)d
      Environment:
        Variables:
          TABLE: !Ref Table
          NEXT: !Ref Queue%(next)d
      Policies:
        - Statement:
            - Effect: Allow
              Action: [dynamodb:PutItem, dynamodb:DeleteItem, sqs:SendMessage]
              Resource: "*"
      Events:
        In:
          Type: SQS
          Properties:
            Queue: !GetAtt Queue%(number)d.Arn
"""

HANDLER = """\
import json
import os

import boto3


def store(record):
    table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
    body = json.loads(record["body"])
    table.put_item(Item={"id": body["id"], "worker": %(number)d})


def handler(event, context):
    for record in event["Records"]:
        try:
            store(record)
        except Exception:
            pass
        boto3.client("sqs").send_message(QueueUrl=os.environ["NEXT"], MessageBody=record["body"])
"""


def make(root: Path, functions: int) -> None:
    """A project of some functions, which hand their messages on in circles."""
    for first in range(0, functions, TOGETHER):
        source = root / f"service{first // TOGETHER}" / "src"
        source.mkdir(parents=True)
        template = TABLE
        for number in range(min(TOGETHER, functions - first)):
            said = {
                "number": number,
                "next": (number + 1) % TOGETHER,
                "hidden": 20 + number,
                "timeout": 20 + number % 7,
            }
            template += WORKER % said
            (source / f"worker{number}.py").write_text(HANDLER % said, "utf-8")
        (source.parent / "template.yaml").write_text(template, "utf-8")


def seconds(root: Path, output: Path, *arguments: str) -> float:
    """The processor's seconds that it takes to tell a project."""
    before = os.times()
    command = [sys.executable, "-m", "lambdalint", "check", "--no-cache", "--jobs", "1", "--fail-on", "never"]
    subprocess.run([*command, *arguments, "--output", str(output)], cwd=root, check=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


CLICKED = """new Promise((done) => {
  document.querySelector("[name=severity][value=warning]").click();
  requestAnimationFrame(() => setTimeout(done));
})"""


def looked_at(page: Path, profile: Path) -> tuple[float, float]:
    """The processor's milliseconds for a page until all of it is drawn, and until a click is answered then."""
    with chromium(profile) as browser:
        browser.sized(1280, 900)
        browser("Performance.enable", timeDomain="threadTicks")

        def worked() -> float:
            metrics = {each["name"]: each["value"] for each in browser("Performance.getMetrics")["metrics"]}
            return float(metrics["TaskDuration"]) * 1000

        begun = worked()
        browser.open(page.as_uri())
        drawn = worked()
        browser.run(CLICKED)
        return drawn - begun, worked() - drawn


def main() -> None:
    functions = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    with tempfile.TemporaryDirectory() as scratch:
        root, page = Path(scratch, "project"), Path(scratch, "report.html")
        make(root, functions)
        for selected in ((), ("--select", "all")):
            text = seconds(root, Path(scratch, "report.txt"), *selected, "--format", "text")
            html = seconds(root, page, *selected, "--format", "html")
            size = page.stat().st_size / 1_000_000
            taken = f"text {text:.1f} s, page {html:.1f} s ({html / text:.2f} times), {size:.2f} MB"
            print(f"{functions} functions{' '.join(('', *selected))}: {taken}")
            if CHROMIUM is not None:
                drawn, clicked = looked_at(page, Path(scratch, f"profile{len(selected)}"))
                print(f"  drawn in {drawn:.0f} ms, a click answered in {clicked:.0f} ms")


if __name__ == "__main__":
    main()
