"""Handlers in JavaScript and TypeScript: what they do becomes the same facts as in Python."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from lambdalint.code.evaluate import run
from lambdalint.code.facts import Handler
from lambdalint.code.locate import NotLocated
from lambdalint.code.reader import Reader
from lambdalint.code.value import Constant, Piece
from lambdalint.code.value import Mapping as MappingValue
from lambdalint.meaning import imports, sdk
from lambdalint.meaning.operations import operation
from lambdalint.model import Project
from lambdalint.source import Span, Texts
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Known, Value
from lambdalint.templates.value import Mapping as Properties

PLACE = Span("template.yaml", 1, 1, 1, 2)


def function(**given: str) -> Resource:
    given = {"Runtime": "nodejs24.x", "Handler": "app.handler", "Code": "src", **given}
    entries: dict[str, Value] = {name: Known(value, PLACE) for name, value in given.items()}
    return Resource(
        "AWS::Lambda::Function", "Fn", Properties(dict(entries), PLACE, dict.fromkeys(entries, PLACE)), PLACE, PLACE
    )


def read(files: Mapping[str, str], **given: str) -> Handler:
    found = Reader(Texts({f"src/{name}": text for name, text in files.items()})).functions((function(**given),))["Fn"]
    assert isinstance(found, Handler), found
    return found


def follow(text: str, name: str = "app.mjs", **others: str) -> Handler:
    return read({name: text, **others})


ONE = {
    "app.py": """
import json
import os
import boto3

s3 = boto3.client("s3")


def handler(event, context):
    failed = []
    for record in event["Records"]:
        try:
            order = json.loads(record["body"])
            s3.put_object(Bucket=os.environ["BUCKET"], Key=order["id"])
        except Exception:
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}
""",
    "app.mjs": """
import { S3Client, PutObjectCommand } from "@aws-sdk/client-s3";

const s3 = new S3Client({});

export const handler = async (event) => {
  const failed = [];
  for (const record of event.Records) {
    try {
      const order = JSON.parse(record.body);
      await s3.send(new PutObjectCommand({ Bucket: process.env.BUCKET, Key: order.id }));
    } catch {
      failed.push({ itemIdentifier: record.messageId });
    }
  }
  return { batchItemFailures: failed };
};
""",
    "app.ts": """
import { S3 } from "aws-sdk";
import type { SQSEvent, SQSRecord } from "aws-lambda";

const s3 = new S3();
const store = async ({ body }: SQSRecord): Promise<void> => {
  const { id } = JSON.parse(body) as { id: string };
  await s3.putObject({ Bucket: process.env.BUCKET!, Key: id }).promise();
};

export async function handler(event: SQSEvent) {
  const failed: { itemIdentifier: string }[] = [];
  await Promise.all(event.Records.map(async (record) => {
    try {
      await store(record);
    } catch (error: unknown) {
      failed.push({ itemIdentifier: record.messageId });
    }
  }));
  return { batchItemFailures: failed };
}
""",
}


@pytest.mark.parametrize("name", ONE)
def test_one_handler_gives_the_same_facts_in_every_language(name: str) -> None:
    runtime = "python3.14" if name.endswith(".py") else "nodejs22.x"
    handler = read({name: ONE[name]}, Runtime=runtime)
    (asked,) = [found for call in handler.calls if (found := operation(call))]
    assert (asked.service, asked.name, asked.call.phase) == ("s3", "put_object", "invocation")
    assert [loop.over_records for loop in asked.call.loops] == [True]
    made = [sdk.client(call) for call in handler.calls if call.phase == "init"]
    assert [(each.service, each.shared) for each in made if each] == [("s3", True)]
    assert {each.name for each in handler.environment} == {"BUCKET"}
    paths = {each.path for each in handler.reads}
    assert {("Records", "*", "body"), ("Records", "*", "messageId")} <= paths
    (returned,) = handler.returns
    assert isinstance(returned.value, MappingValue)
    assert list(returned.value.entries) == ["batchItemFailures"]
    assert [clause.swallows for clause in handler.catches] == [False]
    assert not handler.bounded


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("exports.handler = async (event) => event.a;", ("a",)),
        ("module.exports = { handler: async (event) => event.a };", ("a",)),
        ("module.exports = { async handler(event) { return event.a } };", ("a",)),
        ("exports.handler = async ({ a }) => a;", ("a",)),
        ("exports.handler = (event, context, callback) => { callback(null, event.a); };", ("a",)),
        ("exports.handler = (event, context) => context.succeed(event.a);", ("a",)),
        ("exports.handler = async (event) => { const [first] = event.Records; return first; };", ("Records", 0)),
        ("exports.handler = (event) => new Promise((resolve) => resolve(event.a));", ("a",)),
        ("exports.handler = (event) => Promise.resolve(event).then((given) => given.a);", ("a",)),
        ("const f = async (event) => event.a; exports.handler = f;", ("a",)),
        ("class App { constructor() { this.key = 1 } run(event) { return event.a } }"
         " const app = new App(); exports.handler = app.run.bind(app);", ("a",)),
        ("const f = async (given, event) => given.read(event);"
         " exports.handler = f.bind(null, { read: (event) => event.a });", ("a",)),
        ("const f = (x) => async (y, event) => event[x]; exports.handler = f('a').bind(null, 1);", ("a",)),
        ("const { metricScope } = require('aws-embedded-metrics');"
         " exports.handler = metricScope((metrics) => async (event) => event.a);", ("a",)),
        ("class Base { get(event) { return event.a } } class App extends Base { get(event) { return super.get(event) } }"
         " exports.handler = async (event) => new App().get(event);", ("a",)),
        ("const { get } = require('./get'); exports.handler = async (event) => get(event);", ("a",)),
        ("const get = require('./whole'); exports.handler = async (event) => get(event);", ("a",)),
        ("const middy = require('@middy/core'); const f = async (event) => event.a;"
         " exports.handler = middy(f).use({});", ("a",)),
        ("const middy = require('@middy/core'); exports.handler = middy().handler(async (event) => event.a);", ("a",)),
        ("exports.handler = async (event) => { switch (event.kind) { default: return event.a } };", ("a",)),
        ("exports.handler = async (event) => Object.assign({}, { x: event.a }).x;", ("a",)),
    ],
)  # fmt: skip
def test_what_a_handler_answers_is_known(text: str, wanted: tuple[str | int, ...]) -> None:
    others = {"get.js": "exports.get = (event) => event.a;", "whole.js": "module.exports = (event) => event.a;"}
    handler = read({"app.js": text, **others})
    assert [returned.value for returned in handler.returns] == [Piece(wanted)]


def test_what_a_script_does_when_it_is_started_by_itself_is_not_followed() -> None:
    text = "const run = () => fetch('u'); exports.handler = async () => 1; if (require.main === module) { run(); }"
    assert read({"app.js": text}).calls == ()


def test_modules_may_import_each_other() -> None:
    files = {
        "app.ts": 'import { answer } from "./a.js"; export const handler = async (event: unknown) => answer(event);',
        "a.ts": 'import { Reader } from "./b"; export const key = "k"; export const answer = (e: any) => new Reader().of(e);',
        "b.ts": 'import { key } from "./a"; export class Reader { of(event: any) { return event[key] ?? event.other } }',
        "c.ts": "export * from './a'",
    }
    handler = read(files)
    assert ("other",) in {each.path for each in handler.reads}


@pytest.mark.parametrize("taken", ["import parts = require('./parts')", "const parts = require('./parts')"])
def test_a_required_module_has_what_it_hands_on_of_another(taken: str) -> None:
    files = {
        "app.ts": f"{taken}; export const handler = async (event: any) => parts.answer(event);",
        "parts/index.ts": "export * from './answer'",
        "parts/answer.ts": "export const answer = (event: any) => event.a;",
    }
    assert [returned.value for returned in read(files).returns] == [Piece(("a",))]


def test_what_is_given_to_an_application_runs_when_an_event_comes() -> None:
    text = """
import express from "express";
import serverless from "serverless-http";
import { SQSClient, SendMessageCommand } from "@aws-sdk/client-sqs";
const app = express();
app.post("/orders", async (request, response) => {
  const sqs = new SQSClient({});
  await sqs.send(new SendMessageCommand({ QueueUrl: "q", MessageBody: request.body }));
  response.json({});
});
export const handler = serverless(app);
"""
    handler = follow(text)
    asked = [(call.phase, call.once) for call in handler.calls if operation(call)]
    assert asked == [("invocation", False)]
    assert handler.wrappers == ("npm:serverless-http",)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("process.env.A", [(False, True)]),
        ("process.env.A || 'x'", [(False, True), (True, False)]),
        ("process.env['A'] ? 1 : 2", [(False, True), (True, False)]),
        ("client.send(new GetObjectCommand({ Bucket: process.env.A }))", [(False, True), (False, False)]),
    ],
)
def test_a_variable_that_is_not_set_is_null(text: str, wanted: list[tuple[bool, bool]]) -> None:
    head = 'import { S3Client, GetObjectCommand } from "@aws-sdk/client-s3"; const client = new S3Client({});'
    handler = follow(f"{head} export const handler = async () => {text};")
    assert [(each.optional, each.lenient) for each in handler.environment] == wanted


@pytest.mark.parametrize(
    ("text", "service", "name"),
    [
        ("new DynamoDBClient({}).send(new ListTablesCommand({}))", "dynamodb", "list_tables"),
        ("DynamoDBDocumentClient.from(new DynamoDBClient({})).send(new BatchGetCommand({}))", "dynamodb", "batch_get_item"),
        ("new S3Client({}).send(new ListObjectsV2Command({}))", "s3", "list_objects_v2"),
        ("new EventBridgeClient({}).send(new PutEventsCommand({}))", "events", "put_events"),
        ("new AWS.CognitoIdentityServiceProvider().adminGetUser({}).promise()", "cognito-idp", "admin_get_user"),
        ("new AWS.DynamoDB.DocumentClient().get({}).promise()", "dynamodb", "get_item"),
        ("waitUntilBucketExists({ client: new S3Client({}) }, {})", "s3", "head_bucket"),
        ("new S3Client({}).destroy()", None, None),
    ],
)  # fmt: skip
def test_what_the_sdks_ask_for(text: str, service: str | None, name: str | None) -> None:
    head = """
import AWS from "aws-sdk";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, BatchGetCommand } from "@aws-sdk/lib-dynamodb";
import { S3Client, ListObjectsV2Command, waitUntilBucketExists } from "@aws-sdk/client-s3";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
"""
    handler = follow(f"{head} export const handler = async () => {text};")
    asked = [(found.service, found.name) for call in handler.calls if (found := operation(call))]
    assert asked == ([] if name is None else [(service, name)])


def test_a_rule_that_does_not_read_a_language_sees_no_code_in_it() -> None:
    given = function()
    reader = Reader(Texts({"src/app.js": "exports.handler = async () => 1;"}))
    project = Project((given,), reader.functions((given,)))
    assert project.reading(("python", "javascript")) is project
    unread = project.reading(("python",))
    assert unread.handlers == ()
    assert isinstance(unread.not_located(unread.functions[0]), NotLocated)
    (handler,) = project.handlers
    assert [returned.value for returned in handler.returns] == [Constant(1)]


def test_modules_beyond_so_many_lines_are_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "app.mjs": """
import { near } from "./near.mjs";
import far, { inner } from "./far.mjs";
export const handler = async (event) => { near(); far(); inner(); };
""",
        "near.mjs": "export const near = () => fetch('near');\n",
        "far.mjs": "export const inner = () => fetch('inner');\nexport default () => fetch('far');\n" + "\n" * 20,
    }
    whole = read(files)
    assert [call.arguments for call in whole.calls] == [(Constant("near"),), (Constant("far"),), (Constant("inner"),)]
    assert not whole.bounded
    monkeypatch.setattr(run, "MOST_LINES", 10)
    part = read(files)
    assert [call.name for call in part.calls] == ["js:fetch", "", ""]
    assert part.bounded
    assert imports.unseen(part)


WRAPPED = """
import middy from "@middy/core";
import { S3, SQS } from "aws-sdk";

export async function reads() { return new S3().getObject({}).promise(); }
export async function sends() { return new SQS().sendMessage({}).promise(); }

async function within() { return new S3().putObject({}).promise(); }
const wrapped = middy(within);

middy(reads).before(() => {});
middy(sends).before(() => {});
"""


def test_what_is_put_around_one_handler_of_a_module_is_no_route_of_the_others() -> None:
    """Whoever wraps a function that the module does not give by itself may call it."""
    asked = {
        name: {call.name for call in read({"app.mjs": WRAPPED}, Handler=f"app.{name}").calls}
        for name in ("reads", "sends")
    }
    assert asked["reads"] >= {"get_object", "put_object"}
    assert "send_message" not in asked["reads"]
    assert asked["sends"] >= {"send_message", "put_object"}
    assert "get_object" not in asked["sends"]


@pytest.mark.parametrize("head", ["", "// Generated by `npm run routes`. Do not edit.\n"], ids=["written", "generated"])
def test_a_table_of_many_routes_leads_to_each(head: str) -> None:
    routes = [f"route{number}" for number in range(40)]
    files = {
        "app.mjs": """
import { routes } from "./routes.mjs";

export const handler = async (event) => {
  const { main } = await routes[event.rawPath]();
  return main(event);
};
""",
        "routes.mjs": head
        + "export const routes = {\n"
        + "".join(f'  "/{each}": () => import("./{each}.mjs"),\n' for each in routes)
        + "};\n",
        **{f"{each}.mjs": f'export const main = async () => fetch("https://{each}.example/");\n' for each in routes},
    }
    reached = {call.span.path for call in read(files).calls if call.name == "js:fetch"}
    assert reached == {f"src/{each}.mjs" for each in routes}


@pytest.mark.parametrize(
    ("use", "loads"),
    [
        ("const order: Order = { id: event.id };", False),
        ("const order = { id: event.id } as Order;", False),
        ("const order = new Order(event.id);", True),
        ("const order = { Order };", True),
    ],
)
def test_what_only_types_name_is_not_loaded(use: str, loads: bool) -> None:
    text = f"import {{ Order }} from './orders';\nexport const handler = async (event) => {{ {use} }};\n"
    orders = "import { S3 } from '@aws-sdk/client-s3';\nexport class Order {}\nconst s3 = new S3({});\n"
    handler = follow(text, "app.ts", **{"orders.ts": orders})
    assert any(call.name.endswith(".S3") for call in handler.calls) == loads


def test_what_the_sdk_calls_a_choice_is_what_it_stands_for() -> None:
    handler = follow(
        """
        import { BucketLocationConstraint as Place, InvocationType, ReturnValue } from "@aws-sdk/client-lambda";
        export const handler = async (event) => event.send(InvocationType.Event, ReturnValue.ALL_NEW, Place.us_east_2);
        """
    )
    first, second, third = handler.calls[0].arguments
    assert (first, second) == (Constant("Event"), Constant("ALL_NEW"))
    assert not isinstance(third, Constant)


def test_what_a_schema_is_described_by_is_no_call_until_a_value_is_asked_about() -> None:
    handler = follow("""
import { z } from "zod";

const Order = z.object({ id: z.string().min(1), parts: z.array(z.string()).optional() });
const settings = z.object({ TABLE: z.string() }).parse(process.env);

export const handler = async (event) => Order.safeParse({ ...event, table: settings.TABLE }).success;
""")
    assert [(call.name, call.phase) for call in handler.calls] == [("parse", "init"), ("safeParse", "invocation")]


def test_a_static_getter_of_a_class_runs_where_it_is_read() -> None:
    handler = follow("""
import { load } from "settings";

class Settings {
  static get all() { return load("orders"); }
}

export const handler = async () => Settings.all.name;
""")
    assert [call.name for call in handler.calls] == ["npm:settings.load"]
