"""Handlers of Node.js that no template reaches."""

from __future__ import annotations

import pytest

from lambdalint.code.javascript import parse
from lambdalint.code.javascript.shape import handlers, made, may_hold_handlers
from lambdalint.code.reader import Reader
from lambdalint.source import Source, Texts

TYPES = 'import type { Context, Handler, SQSEvent, SQSHandler } from "aws-lambda";\n'


def found(text: str, path: str = "fns/app.ts") -> list[str]:
    source = Source(path, text)
    return list(handlers(parse(source))) if may_hold_handlers(path, text) else []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("exports.handler = async (event, context) => {};", ["handler"]),
        ("exports.handler = async (event) => {};", ["handler"]),
        (
            'const run = require("@google-cloud/functions-framework");\nexports.handler = async (event, context) => {};',
            [],
        ),
        ('import { app } from "@azure/functions";\nexport const handler = async (event, context) => {};', []),
        ('const { Storage } = require("@google-cloud/storage");\nexports.handler = async (event, context) => {};', []),
        (
            'import { Storage } from "@google-cloud/storage";\nimport { S3 } from "@aws-sdk/client-s3";\n'
            "export const handler = async (event, context) => {};",
            ["handler"],
        ),
        ("module.exports.run = function (event, context, callback) {};", ["run"]),
        ("module.exports = { list: async (evt, ctx) => {}, help: (text) => text };", ["list"]),
        ("export async function resize(event, _context) {}", ["resize"]),
        ("const main = async (event) => {};\nexport { main };", ["main"]),
        (TYPES + "export const drain: SQSHandler = async ({ Records }) => {};", ["drain"]),
        (TYPES + "export const answer: Handler<{ id: string }, string> = async ({ id }) => id;", ["answer"]),
        (TYPES + "export const queueHandler = async (batch: SQSEvent) => {};", ["queueHandler"]),
        (TYPES + "export function drain(batch: SQSEvent, context: Context) {}", ["drain"]),
        (TYPES + "export default async (batch: SQSEvent, context: Context) => {};", ["default"]),
    ],
)
def test_handlers(text: str, names: list[str]) -> None:
    assert found(text) == names


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("exports.handler = async (event, context) => {};", "fns/app.test.js"),
        ("exports.handler = async (event, context) => {};", "test/app.js"),
        ("exports.handler = async (event, context) => {};", "src/App.tsx"),
        ("exports.handler = async (event, context) => {};", "vite.config.js"),
        ("const handler = async (event, context) => {};", "fns/app.js"),
        ("exports.get = async (req, res) => {};", "fns/app.js"),
        ("export const onClick = (event) => {};", "fns/app.js"),
        ("export const clickHandler = (event) => {};", "fns/app.js"),
        ("export const handler = (event) => {}; import React from 'react';", "fns/app.js"),
        ("import { Stack } from 'aws-cdk-lib'; export const handler = (event, context) => {};", "lib/stack.ts"),
        (TYPES + "export const parse = (event: SQSEvent) => event.Records.map(({ body }) => body);", "fns/parse.ts"),
        ("export const emit = (event: CustomEvent, target: Element) => {};", "fns/app.ts"),
        ("export const useHandler: Handler = (x) => {};", "fns/app.ts"),
    ],
)
def test_what_is_no_handler(text: str, path: str) -> None:
    assert found(text, path) == []


def test_they_are_followed_and_nothing_else_is_read() -> None:
    files = {
        "fns/app.js": "exports.handler = async (event) => event.id;",
        "web/event.js": "export const = broken event",
    }
    reader = Reader(Texts(files))
    assert [(each.path, each.name) for each in reader.loose(sorted(files))] == [("fns/app.js", "handler")]
    assert not reader.parsed.unreadable


MADE = """
import { createHandler } from "./tell";
import { outer } from "@others/handlers";
const made = createHandler({ topic: "told" });
export { made as handler };
export const other = createHandler({ topic: "other" });
export const foreign = outer({});
"""
MAKER = """
import type { SQSEvent } from "aws-lambda";
export const createHandler = (given: { topic: string }) => async (event: SQSEvent) => {
  console.log(given.topic, event.Records.length);
};
"""


def test_what_a_function_of_the_project_makes_is_one_by_the_type_of_its_event() -> None:
    assert list(made(parse(Source("fns/app.ts", MADE)))) == ["handler", "other"]
    files = {"fns/app.ts": MADE, "fns/tell.ts": MAKER}
    assert [each.name for each in Reader(Texts(files)).loose(tuple(files))] == ["handler", "other"]
    files["fns/tell.ts"] = MAKER.replace(": SQSEvent", ": Message")
    assert Reader(Texts(files)).loose(tuple(files)) == ()
