"""Writes every order of a batch to the table."""

import json
import os

import boto3


def handler(event, context):
    table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
    failed = []
    for record in event["Records"]:
        try:
            table.put_item(Item=json.loads(record["body"]))
        except Exception as error:
            print(f"order {record['messageId']} was not stored: {error}")
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}
