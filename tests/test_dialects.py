"""One project in every dialect: the same findings, each at its own place.

`fixtures/one-project/<dialect>` has the project's templates, and `<dialect>.txt` beside it what a run says. The code is the
same for all, `src`, and is laid where the dialect has its code. `expected.txt` has what all of them must say, without the
places. Every name is one lower-case word, as nothing else is a name in every dialect.

After a change that is meant, `python tests/test_dialects.py` writes what is said now: read the difference.
"""

from __future__ import annotations

import os
import re
import shutil
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from lambdalint import rules
from lambdalint.discover import discover
from lambdalint.lint import lint

PROJECT = Path(__file__).parent / "fixtures" / "one-project"
DIALECTS = sorted(path.name for path in PROJECT.iterdir() if path.is_dir() and not path.name.startswith("src"))

ASSET = "cdk.out/asset.c581400fd6c0f74f874359fe12e37d7d36211fcde6d6e2c4525821654b637278"
"""Where `cdk synth` staged a copy of the code."""

LAID = {"chalice": "chalicelib"}
"""Where a dialect has its code, if not in `src`."""

TODAY = date(2026, 11, 1)

NAMES = {
    # One block of Terraform's can stand for several resources: a message says which of them it means.
    r"\b\w+\[\"(\w+)\"\]": r"\1",
    # The name of a construct is its path, which begins with its stack.
    r"\bOrders/(\w+)": r"\1",
    # Roles and mappings, which messages begin with, have names of their own where a dialect makes them.
    r": `[^`]+` (\(and \d+ more\) )?": ": ",
    # A file is named as it stands from its template, which is in cdk.out, or deep in a backend of Amplify.
    r"(\.\./)+src/": "src/",
}
"""What a dialect rightly calls otherwise, and what the others call it."""

DIFFERENT = {
    # A function of the Serverless Framework has 6 s where it says nothing, one of Lambda 3 s.
    "serverless": {"stops after 3 s, the default": "stops after 6 s, the default"},
    # One of SST has 20 s.
    "sst": {"stops after 3 s, the default": "stops after 20 s, the default"},
}
"""What a dialect rightly says otherwise."""

FOR_EVER = (
    "warning: retries a failing batch for ever: one bad record holds up its shard for 24 hours [stream-retries-forever]"
)
UNREAD = "note: ignores nothing: undeclared-dependency finds nothing here [unused-ignore]"
PARTIAL = {
    # No decorator bounds the retries of a stream, or has a report heeded; what Chalice runs on runs the functions.
    "chalice": [
        UNREAD,
        "warning: has no Timeout: it stops after 60 s, the default [default-timeout]",
        "warning: makes an SQS client each time it comes here [client-in-handler]",
        "    called here",
        FOR_EVER,
        FOR_EVER,
        "warning: retries all of a batch of up to 200 records when one fails [batch-fails-as-a-whole]",
        "warning: retries all of a batch of up to 50 records when one fails [batch-fails-as-a-whole]",
    ],
    # Whoever packs the code may have installed anything into it.
    "scripts": [UNREAD],
}
"""Dialects that do not say all that is deployed, with what they say besides: of what is found elsewhere they find a part."""


def said(dialect: str, directory: Path) -> list[str]:
    """What a run says of the project: a line for each finding, followed by one for each of its further places."""
    shutil.copytree(PROJECT / dialect, directory, dirs_exist_ok=True)
    shutil.copytree(PROJECT / "src", directory / LAID.get(dialect, "src"))
    if dialect == "cdk":
        shutil.copytree(PROJECT / "src", directory / ASSET)
    for path in directory.rglob("*"):
        os.utime(path, (0, 0))
    before = Path.cwd()
    os.chdir(directory)
    try:
        found = discover(["."])
        report = lint(found.sources, found.scope, [rule for rule in rules.load() if rule.default], today=TODAY)
    finally:
        os.chdir(before)
    lines = []
    for finding in report.findings:
        lines.append(f"{finding.span}: {finding.severity}: {finding.message} [{finding.rule.name}]")
        lines += [f"    {span}: {note}" for span, note in finding.problem.also]
    return lines


def recorded(name: str) -> list[str]:
    return (PROJECT / f"{name}.txt").read_text("utf-8").splitlines()


def without_places(lines: list[str]) -> list[str]:
    """The same findings by common names, in an order that does not come from their places."""
    given = (line for line in lines if not line.endswith(": what was synthesised of it"))
    text = "\n".join(re.sub(r"^( *)\S+:\d+:\d+: ", r"\1", line) for line in given)
    for own, common in NAMES.items():
        text = re.sub(own, common, text)
    return "\n".join(sorted(re.split(r"\n(?! )", text))).splitlines()


@pytest.mark.parametrize("dialect", DIALECTS)
class TestDialect:
    def test_says_what_it_said_at_the_same_places(self, dialect: str, tmp_path: Path) -> None:
        assert said(dialect, tmp_path) == recorded(dialect)

    def test_says_the_same_as_every_other(self, dialect: str) -> None:
        expected = "\n".join(recorded("expected"))
        for everywhere, here in DIFFERENT.get(dialect, {}).items():
            assert everywhere in expected
            expected = expected.replace(everywhere, here)
        own, every = without_places(recorded(dialect)), without_places(expected.splitlines())
        if dialect in PARTIAL:
            assert [line for line in own if line not in every] == PARTIAL[dialect]
        else:
            assert own == every


if __name__ == "__main__":
    told = {}
    for each in DIALECTS:
        with TemporaryDirectory() as empty:
            told[each] = said(each, Path(empty))
    for name, lines in {**told, "expected": without_places(told["cloudformation"])}.items():
        (PROJECT / f"{name}.txt").write_text("".join(f"{line}\n" for line in lines), "utf-8")
