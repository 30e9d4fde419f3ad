"""Small programs, and the operations of AWS's APIs that their calls ask for."""

import json
from importlib.resources import files

import pytest
from test_evaluate import follow

from lambdalint.code.value import Constant
from lambdalint.meaning.operations import Operation, operation, pagination, waiters


def operations(body: str, before: str = "", start: str = "def handler(event, context):") -> list[Operation]:
    lines = "\n".join(f"    {line}" for line in body.strip("\n").splitlines())
    handler = follow(f"import boto3\n{before}\n{start}\n{lines}\n")
    return [found for call in handler.calls if (found := operation(call)) is not None]


def names(body: str, before: str = "", start: str = "def handler(event, context):") -> list[str]:
    return [f"{each.service}.{each.name}" for each in operations(body, before, start)]


def only(body: str) -> Operation:
    (found,) = operations(body)
    return found


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('boto3.client("sqs").send_message(QueueUrl="q", MessageBody="b")', "sqs.send_message"),
        ('boto3.client(service_name="ssm").get_parameter(Name="p")', "ssm.get_parameter"),
        ('boto3.Session().client("s3").get_object(Bucket="b", Key="k")', "s3.get_object"),
        ('boto3.session.Session(region_name="eu-west-1").client("sns").publish()', "sns.publish"),
        ('from botocore.session import get_session\nget_session().create_client("sts").get_caller_identity()',
         "sts.get_caller_identity"),
        ('getattr(boto3.client("s3"), "head_object")(Bucket="b")', "s3.head_object"),
        ('put = boto3.client("s3").put_object\nput(Bucket="b")', "s3.put_object"),
        ('s3 = None\nif s3 is None:\n    s3 = boto3.client("s3")\ns3.head_object(Bucket="b")', "s3.head_object"),
        ('boto3.resource("dynamodb").Table("t").query()', "dynamodb.query"),
        ('boto3.resource("dynamodb").Table("t").delete()', "dynamodb.delete_table"),
        ('boto3.resource("dynamodb").Table("t").load()', "dynamodb.describe_table"),
        ('boto3.resource("dynamodb").batch_get_item(RequestItems={})', "dynamodb.batch_get_item"),
        ('boto3.resource("dynamodb").meta.client.scan(TableName="t")', "dynamodb.scan"),
        ('boto3.resource("dynamodb").Table("t").meta.client.transact_write_items()', "dynamodb.transact_write_items"),
        ('boto3.resource("s3").Bucket("b").objects.all()', "s3.list_objects"),
        ('boto3.resource("s3").Bucket("b").objects.filter(Prefix="p").limit(1)', "s3.list_objects"),
        ('boto3.resource("s3").Object("b", "k").copy_from(CopySource="x")', "s3.copy_object"),
        ('boto3.resource("s3").Bucket("b").Acl().put(ACL="private")', "s3.put_bucket_acl"),
        ('boto3.resource("s3").BucketPolicy("b").put(Policy="")', "s3.put_bucket_policy"),
        ('boto3.resource("sqs").Queue("u").send_messages(Entries=[])', "sqs.send_message_batch"),
        ('boto3.client("lambda").invoke(**event)', "lambda.invoke"),
    ],
)  # fmt: skip
def test_asks_for_one_operation(body: str, expected: str) -> None:
    assert names(body) == [expected]


@pytest.mark.parametrize(
    "body",
    [
        'boto3.client("s3")',
        'boto3.resource("s3").Bucket("b")',
        "boto3.client(event['service']).list_queues()",
        'boto3.client("s3").close()',
        'boto3.client("s3").can_paginate("list_objects")',
        'boto3.client("s3").generate_presigned_url("get_object", Params={})',
        'boto3.client("rds").generate_db_auth_token(DBHostname="h")',
        'boto3.client("s3").exceptions.NoSuchKey({}, "x")',
        'boto3.client("s3").meta.events.register("x", print)',
        'boto3.client("s3").get_paginator("list_objects_v2")',
        'boto3.client("s3").get_paginator(event["name"]).paginate()',
        'boto3.client("s3").get_waiter("object_exists")',
        'boto3.client("s3").get_waiter("nothing_like_it").wait()',
        'boto3.client("sqs").get_waiter(event["name"]).wait()',
        'boto3.resource("dynamodb").Table("t").get_available_subresources()',
        'boto3.resource("dynamodb").Table("t").no_such_method()',
        'boto3.resource("nothing").Table("t").put_item()',
        'boto3.resource("s3").Bucket("b").objects.iterator()',
        'event["client"].put_item(TableName="t")',
        'import requests\nrequests.Session().client("s3").put_object()',
        'import store\nstore.client("s3").put_object()',
        'print("s3")',
    ],
)
def test_asks_for_nothing(body: str) -> None:
    assert names(body) == []


class TestParameters:
    def test_of_a_client(self) -> None:
        found = only('boto3.client("dynamodb").put_item(TableName="t", Item={})')
        assert found.argument("TableName") == Constant("t")
        assert found.argument("ConditionExpression") is None
        assert not found.open

    def test_not_seen(self) -> None:
        assert only('boto3.client("dynamodb").put_item(**event)').open

    def test_carried_by_a_table(self) -> None:
        found = only('boto3.resource("dynamodb").Table("t").put_item(Item={}, ReturnValues="NONE")')
        assert found.argument("TableName") == Constant("t")
        assert found.argument("ReturnValues") == Constant("NONE")

    @pytest.mark.parametrize(
        "body",
        [
            's3.Object("b", "k").get()',
            's3.Object(bucket_name="b", key="k").get()',
            's3.Object(key="k", bucket_name="b").get()',
            's3.Bucket("b").Object("k").delete()',
            's3.ObjectSummary("b", "k").get()',
            's3.Bucket("b").put_object(Key="k").get()',
            's3.Object("b", "k").upload_file("f")',
            's3.Object("b", "k").Acl().put(ACL="private")',
            's3.Object("b", "k").wait_until_exists()',
            's3.Bucket("b").upload_file("f", "k")',
            's3.Bucket("b").download_file("k", "f")',
            's3.Bucket("b").copy({"Bucket": "c"}, "k")',
            's3.meta.client.upload_file("f", "b", "k")',
            's3.meta.client.upload_fileobj(Fileobj=1, Bucket="b", Key="k")',
            's3.meta.client.download_file("b", "k", "f")',
            's3.meta.client.copy({"Bucket": "c"}, "b", "k")',
        ],
    )
    def test_of_an_object(self, body: str) -> None:
        found = operations(f's3 = boto3.resource("s3")\n{body}')[-1]
        assert (found.argument("Bucket"), found.argument("Key")) == (Constant("b"), Constant("k"))

    def test_of_each_object_of_a_bucket(self) -> None:
        found = operations(
            'for each in boto3.resource("s3").Bucket("b").objects.filter(Prefix="p").limit(5):\n    each.delete()'
        )
        assert [(each.name, each.argument("Bucket")) for each in found] == [
            ("list_objects", Constant("b")),
            ("delete_object", Constant("b")),
        ]

    def test_of_all_objects_of_a_bucket(self) -> None:
        found = operations('boto3.resource("s3").Bucket("b").objects.all().delete()')
        assert [(each.name, each.argument("Bucket")) for each in found] == [
            ("list_objects", Constant("b")),
            ("delete_objects", Constant("b")),
        ]

    def test_of_each_message_of_a_queue(self) -> None:
        found = operations('for each in boto3.resource("sqs").Queue("u").receive_messages():\n    each.delete()')
        assert [(each.name, each.argument("QueueUrl")) for each in found] == [
            ("receive_message", Constant("u")),
            ("delete_message", Constant("u")),
        ]

    def test_of_a_queue_by_its_name(self) -> None:
        found = operations('boto3.resource("sqs").get_queue_by_name(QueueName="q").send_message(MessageBody="b")')
        assert [each.name for each in found] == ["get_queue_url", "send_message"]
        assert found[0].argument("QueueName") == Constant("q")

    def test_of_a_topic(self) -> None:
        found = only('boto3.resource("sns").Topic("arn").publish(Message="m")')
        assert (found.service, found.name, found.argument("TopicArn")) == ("sns", "publish", Constant("arn"))

    def test_of_an_upload_among_the_extra_arguments(self) -> None:
        found = only('boto3.client("s3").upload_file("f", "b", "k", ExtraArgs={"ACL": "public-read"})')
        assert found.argument("ACL") == Constant("public-read")
        assert not found.open

    def test_of_an_upload_with_extra_arguments_that_are_not_seen(self) -> None:
        assert only('boto3.client("s3").upload_file("f", "b", "k", event)').open


class TestKinds:
    def test_pages(self) -> None:
        found = only('boto3.client("dynamodb").get_paginator("scan").paginate(TableName="t")')
        assert (found.service, found.name, found.paginated) == ("dynamodb", "scan", True)
        assert found.argument("TableName") == Constant("t")

    def test_one_page(self) -> None:
        assert not only('boto3.client("dynamodb").scan(TableName="t")').paginated

    def test_waiter(self) -> None:
        found = only('boto3.client("s3").get_waiter(waiter_name="bucket_exists").wait(Bucket="b")')
        assert (found.name, found.kind, found.argument("Bucket")) == ("head_bucket", "waiter", Constant("b"))

    def test_waiter_of_a_resource(self) -> None:
        found = only('boto3.resource("dynamodb").Table("t").wait_until_exists()')
        assert (found.name, found.kind, found.argument("TableName")) == ("describe_table", "waiter", Constant("t"))

    def test_transfer(self) -> None:
        found = only('boto3.client("s3").download_fileobj("b", "k", 1)')
        assert (found.name, found.transfer) == ("get_object", True)

    def test_batch(self) -> None:
        found = only('with boto3.resource("dynamodb").Table("t").batch_writer() as batch:\n    batch.put_item(Item={})')
        assert (found.name, found.resends, found.argument("TableName")) == ("batch_write_item", True, Constant("t"))


class TestTheWayOfAClient:
    ASYNC = "async def handler(event, context):"

    @pytest.mark.parametrize("session", ["aioboto3.Session()", "aiobotocore.session.get_session()"])
    def test_context(self, session: str) -> None:
        body = f"import {session.partition('.')[0]}\nsession = {session}\n"
        made = "client" if "aioboto3" in session else "create_client"
        body += f'async with session.{made}("s3") as s3:\n    await s3.get_object(Bucket="b")'
        assert names(body, start=self.ASYNC) == ["s3.get_object"]

    def test_stack_of_contexts(self) -> None:
        body = """
import aioboto3, contextlib
async with contextlib.AsyncExitStack() as stack:
    s3 = await stack.enter_async_context(aioboto3.Session().client("s3"))
    await s3.get_object(Bucket="b")
    sqs = await aioboto3.Session().client("sqs").__aenter__()
    await sqs.list_queues()
"""
        assert names(body, start=self.ASYNC) == ["s3.get_object", "sqs.list_queues"]

    def test_resource_of_a_context(self) -> None:
        body = """
import aioboto3
async with aioboto3.Session().resource("dynamodb") as db:
    table = await db.Table("t")
    await table.get_item(Key={})
"""
        assert names(body, start=self.ASYNC) == ["dynamodb.get_item"]

    def test_attribute(self) -> None:
        before = """
class Store:
    def __init__(self, table=None):
        self.table = table or boto3.resource("dynamodb").Table("t")
    def save(self):
        self.table.put_item(Item={})
store = Store()
"""
        assert names("store.save()", before) == ["dynamodb.put_item"]

    def test_class_attribute(self) -> None:
        before = """
class Store:
    s3 = boto3.client("s3")
    def save(self):
        self.s3.put_object()
"""
        assert names("Store().save()", before) == ["s3.put_object"]

    def test_argument(self) -> None:
        before = """
def save(table, client):
    table.put_item(Item={})
    client.publish()
"""
        body = 'save(boto3.resource("dynamodb").Table("t"), client=boto3.client("sns"))'
        assert names(body, before) == ["dynamodb.put_item", "sns.publish"]

    def test_result(self) -> None:
        before = """
def client(name):
    return boto3.client(name)
"""
        assert names('client("sqs").list_queues()\nclient("sns").list_topics()', before) == [
            "sqs.list_queues",
            "sns.list_topics",
        ]

    def test_entry(self) -> None:
        before = 'clients = {"s3": boto3.client("s3"), "sqs": boto3.client("sqs")}'
        assert names('clients["s3"].list_buckets()', before) == ["s3.list_buckets"]

    def test_one_of_several(self) -> None:
        before = 'clients = {"s3": boto3.client("s3"), "ssm": boto3.client("ssm")}'
        assert names("clients[event['which']].close_all()", before) == ["s3.close_all", "ssm.close_all"]

    def test_made_on_first_use(self) -> None:
        before = """
_client = None
def client():
    global _client
    if _client is None:
        _client = boto3.client("s3")
    return _client
"""
        assert names("client().list_buckets()", before) == ["s3.list_buckets"]

    def test_property(self) -> None:
        before = """
import functools
class Store:
    @functools.cached_property
    def table(self):
        return boto3.resource("dynamodb").Table("t")
store = Store()
"""
        assert names("store.table.scan()", before) == ["dynamodb.scan"]


def test_pagination() -> None:
    found = pagination("dynamodb", "scan")
    assert found is not None
    assert (found.inputs, found.outputs, found.limit) == (("ExclusiveStartKey",), ("LastEvaluatedKey",), "Limit")
    assert found.results[0] == "Items"
    assert pagination("dynamodb", "put_item") is None
    assert pagination("", "scan") is None


def test_waiters() -> None:
    assert waiters("dynamodb", "describe_table") == ("table_exists", "table_not_exists")
    assert waiters("dynamodb", "put_item") == ()


@pytest.mark.parametrize("name", ["paginators", "waiters", "resources"])
def test_tables_are_dated(name: str) -> None:
    table = json.loads(files("lambdalint.data").joinpath(f"sdk_{name}.json").read_text(encoding="utf-8"))
    assert {"source", "version", "license", "date", "services"} == set(table)
