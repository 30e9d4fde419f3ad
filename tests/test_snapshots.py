"""Templates that the tests of a CDK app keep: how snapshots are written, and what is read of them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdalint.lint import lint
from lambdalint.rules import load
from lambdalint.source import Source, Span, Texts
from lambdalint.templates.cdk import pretty
from lambdalint.templates.value import Code, Known, Mapping, Sequence, Unknown, Value
from lambdalint.told import Report

Data = Any


def printed(value: Data, indent: int = 0, *, old: bool = False) -> str:
    """A value as pretty-format prints it, by Jest of today or of before 29."""
    inner = " " * (indent + 2)
    match value:
        case dict():
            rows = "".join(
                f"{inner}{printed(key, old=old)}: {printed(each, indent + 2, old=old)},\n"
                for key, each in sorted(value.items())
            )
            return (
                f"{'Object ' if old else ''}{{\n{rows}{' ' * indent}}}" if rows else f"{'Object ' if old else ''}{{}}"
            )
        case list():
            rows = "".join(f"{inner}{printed(each, indent + 2, old=old)},\n" for each in value)
            return f"{'Array ' if old else ''}[\n{rows}{' ' * indent}]" if rows else f"{'Array ' if old else ''}[]"
        case str():
            return '"' + (re.sub(r'["\\]', r"\\\g<0>", value) if old else value) + '"'
        case bool():
            return str(value).lower()
        case None:
            return "null"
        case _:
            return str(value)


def kept(*values: Data, old: bool = False) -> str:
    """A snapshot file that keeps some values."""
    texts = [re.sub(r"[`\\]|\$\{", r"\\\g<0>", printed(each, old=old)) for each in values]
    exports = (f"exports[`it \\`fits\\` {number}`] = `\n{text}\n`;\n" for number, text in enumerate(texts))
    return "\n".join(("// Jest Snapshot v1, https://goo.gl/fbAQLP\n", *exports))


def plain(value: Value | None) -> Data:
    match value:
        case Known(inner):
            return inner
        case Mapping(entries):
            return {name: plain(each) for name, each in entries.items()}
        case Sequence(items):
            return [plain(each) for each in items]
        case Code(source):
            return source.text
        case _:
            return None


def read(text: str) -> list[Mapping]:
    return list(pretty.mappings(Source("a.snap", text), ""))


ODD = {
    "quoted": 'say "hi", and\n  go',
    "escaped": "C:\\new `x` ${Stage}",
    "many lines": 'a\n  "b": 1,\nc',
    "empty": "",
    "numbers": [0, -3, 2.5],
    "deep": {"list": [[], {}, [{"a": ["b"]}]], "true": True},
}


@pytest.mark.parametrize("old", [False, True])
def test_values_are_read_as_they_were_printed(old: bool) -> None:
    first, second = read(kept(ODD, {"other": [1]}, old=old))
    assert (plain(first), plain(second)) == (ODD, {"other": [1]})


_LEAVES = st.text(st.characters(exclude_characters="\r\0", exclude_categories=["Cs"])) | st.integers() | st.booleans()
_KEYS = st.text(st.characters(categories=["L", "N"]), min_size=1).filter(lambda key: key != "ZipFile")


@settings(deadline=None)
@given(st.dictionaries(_KEYS, st.recursive(_LEAVES, lambda each: st.lists(each) | st.dictionaries(_KEYS, each))))
def test_any_value_of_an_old_snapshot_is_read_as_it_was_printed(value: Data) -> None:
    (found,) = read(kept(value, old=True))
    assert plain(found) == value


@settings(deadline=None)
@given(st.text(st.sampled_from('`"{}[],:\\\n $aexports=;OA')))
def test_what_is_no_snapshot_is_left_out(text: str) -> None:
    read(f"exports[`a`] = `{text}`;\n")
    read(text)


def test_what_stands_for_anything_is_unknown_and_nothing_is_left_out() -> None:
    (found,) = read('exports[`a 1`] = `\n{\n  "Any": Any<String>,\n  "No": undefined,\n  "Nil": null,\n}\n`;\n')
    assert isinstance(found.entries["Any"], Unknown)
    assert found.entries.keys() == {"Any"}
    assert found.keys.keys() == {"Any", "No", "Nil"}


def test_places_are_those_of_the_file() -> None:
    text = 'exports[`a 1`] = `\n{\n  "Key": "\\${Stage}-\\`x\\`",\n  "Next": 7,\n}\n`;\n'
    for ending in ("\n", "\r\n"):
        (found,) = read(text.replace("\n", ending))
        assert found.keys["Key"] == Span("a.snap", 3, 3, 3, 8)
        assert found.entries["Key"].span == Span("a.snap", 3, 10, 3, 27)
        assert found.entries["Next"].span == Span("a.snap", 4, 11, 4, 12)


def test_values_that_nest_without_end_are_left_out() -> None:
    rows = [f"{'  ' * depth}[\n" for depth in range(10_000)]
    assert read(f'exports[`a`] = `\n{{\n  "a": {"".join(rows)}`;\n') == []


def function(**properties: Data) -> Data:
    code = {"S3Bucket": {"Fn::Sub": "cdk-assets-${AWS::AccountId}"}, "S3Key": f"{'0a' * 32}.zip"}
    given_ = {"Code": code, "Handler": "index.handler", "Runtime": "python3.14", **properties}
    return {"Type": "AWS::Lambda::Function", "Properties": given_}


HANDLER = 'import os\n\ndef handler(event, context):\n    return os.environ["TABLE"]\n'
APP = '{"app": "npx ts-node bin/shop.ts"}'


def check(texts: dict[str, str]) -> Report:
    return lint(
        Texts(texts),
        sorted(texts),
        [each for each in load() if each.name in ("variable-not-set", "timeout-at-maximum")],
    )


def told(report: Report) -> list[str]:
    return [f"{each.span.path}:{each.span.line}: {each.message}" for each in report.findings]


SNAPSHOT = "infra/test/__snapshots__/shop.test.ts.snap"


class TestApps:
    def test_are_judged_by_the_templates_that_their_tests_keep(self) -> None:
        stack = {
            "Resources": {"OrdersWorker0A1B2C3D": function(Environment={"Variables": {"TABEL": "orders"}}, Timeout=900)}
        }
        text = kept({"no": "template"}, stack)
        report = check({"infra/cdk.json": APP, SNAPSHOT: text, "infra/lambda/orders/index.py": HANDLER})
        line = text.split("\n").index('        "Timeout": 900,') + 1
        assert told(report) == [
            "infra/lambda/orders/index.py:4: `OrdersWorker` reads TABLE, which is not set for OrdersWorker; TABEL is",
            f"{SNAPSHOT}:{line}: `OrdersWorker` has a Timeout of 900 s, the most that Lambda allows",
        ]
        ((span, note),) = report.notes
        assert (str(span), note.partition(":")[0]) == ("infra/cdk.json:1:1", "is not synthesised")
        assert report.functions == 1

    def test_several_functions_are_told_apart_by_their_names(self) -> None:
        stack = {"Resources": {"OrdersWorker0A1B2C3D": function(), "RefundsFnDDDDDDDD": function(Timeout=5)}}
        texts = {f"infra/lambda/{name}/index.py": HANDLER for name in ("orders-worker", "refunds")}
        assert [
            each.partition(" ")[0] for each in told(check({"infra/cdk.json": APP, SNAPSHOT: kept(stack), **texts}))
        ] == [
            "infra/lambda/orders-worker/index.py:4:",
            "infra/lambda/refunds/index.py:4:",
        ]

    def test_each_set_of_functions_counts_once(self) -> None:
        one, both = ({"Resources": {name: function() for name in names}} for names in (("A",), ("A", "B")))
        assert check({"cdk.json": APP, "test/__snapshots__/a.snap": kept(both, one, both)}).functions == 2

    def test_what_the_cdk_adds_is_nobodys(self) -> None:
        names = ("LogRetention" + "0a" * 16 + "FD4BFC8A", "AWS679f53fac002430cb0da5b7982bd22872D164C4C",
                 "SingletonFunction1488541a7b23466481b69b4408076b81CCBFE5B2")  # fmt: skip
        stack = {"Resources": {name: function(Timeout=900) for name in names}}
        report = check({"cdk.json": APP, "test/__snapshots__/a.snap": kept(stack), "index.py": HANDLER})
        assert (told(report), report.functions, report.without) == ([], 0, ())

    def test_code_in_the_template_has_its_place_in_the_snapshot(self) -> None:
        stack = {"Resources": {"F": function(Code={"ZipFile": HANDLER}, Environment={"Variables": {}})}}
        text = kept(stack)
        line = next(number for number, each in enumerate(text.split("\n"), 1) if "TABLE" in each)
        assert [
            each.partition(" ")[0] for each in told(check({"cdk.json": APP, "test/__snapshots__/a.snap": text}))
        ] == [f"test/__snapshots__/a.snap:{line}:"]

    def test_a_snapshot_is_that_of_the_nearest_app(self) -> None:
        stack = {"Resources": {"F": function(Timeout=900)}}
        texts = {"cdk.json": APP, "inner/cdk.json": APP, "inner/test/__snapshots__/a.snap": kept(stack)}
        report = check(texts)
        assert report.functions == 1
        assert [str(span) for span, _ in report.notes] == ["inner/cdk.json:1:1", "cdk.json:1:1"]

    def test_a_template_that_is_kept_elsewhere_in_the_app_leads_to_its_code_too(self) -> None:
        version = {"Type": "String", "Default": "/cdk-bootstrap/hnb659fds/version"}
        stack = {"Parameters": {"BootstrapVersion": version}, "Resources": {"F0A1B2C3D": function()}}
        texts = {
            "infra/cdk.json": APP,
            "infra/deploy/Shop.template.json": json.dumps(stack),
            "infra/lambda/index.py": HANDLER,
            "other/lambda/index.py": HANDLER,
        }
        assert [each.partition(" ")[0] for each in told(check(texts))] == ["infra/lambda/index.py:4:"]

    @pytest.mark.parametrize(
        "more",
        [
            {"cdk.out/manifest.json": '{"artifacts": {"S": {"type": "aws:cloudformation:stack", "properties": '
             '{"templateFile": "S.template.json"}}}}', "cdk.out/S.template.json": '{"Resources": {}}'},
            {"cdk.json": "{}"},
        ],
    )  # fmt: skip
    def test_snapshots_say_nothing_beside_what_was_synthesised_or_where_no_app_is(self, more: dict[str, str]) -> None:
        stack = {"Resources": {"F": function(Timeout=900)}}
        report = check({"cdk.json": APP, "test/__snapshots__/a.snap": kept(stack), **more})
        assert (told(report), report.functions) == ([], 0)
