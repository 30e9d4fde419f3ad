"""What tests of the language server and of editors begin with: how it is started, and a project's template."""

import sys

SERVER = [sys.executable, "-m", "lambdalint", "server"]

TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      CodeUri: src/
      Timeout: 10
      MemorySize: 256
      Environment:
        Variables:
          TABLE: orders
"""

WITH_QUEUE = f"""\
{TEMPLATE.replace("Timeout: 10", "Timeout: 60")}\
      Events:
        Queue:
          Type: SQS
          Properties:
            Queue: !GetAtt Queue.Arn
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      RedrivePolicy: {{deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 5}}
  Dead:
    Type: AWS::SQS::Queue
    Properties:
      MessageRetentionPeriod: 1209600
"""
"""The same with a queue that shows its messages again before the function has ended."""
