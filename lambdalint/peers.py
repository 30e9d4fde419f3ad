"""What cfn-lint says of the templates of a run, as findings.

It runs in a process of its own: its import takes longer than most runs, and what breaks it breaks nothing here.
"""

from __future__ import annotations

import glob
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from lambdalint.check import Problem
from lambdalint.discover.disk import spell
from lambdalint.records import dataclass
from lambdalint.rules import HOME, Finding, Rule
from lambdalint.source import Span

CFN_LINT = "https://github.com/aws-cloudformation/cfn-lint"

COMMAND = "import sys; from cfnlint.runner import main; sys.exit(main())"
"""cfn-lint has no `__main__`, and its script may not be on the path."""

LEVELS = {"Error": "error", "Warning": "warning", "Informational": "note"}
AT_ONCE = 500
"""Templates that one process is given: a command line has its limit."""


class PeerFailed(Exception):
    """A peer that could not do its work: one line."""


@dataclass(frozen=True, slots=True)
class Peer:
    """What another linter found."""

    name: str
    version: str
    url: str
    templates: int
    """How many it was given."""
    findings: tuple[Finding, ...]
    """In the order of their places, as its own rules tell them."""


def cfn_lint(templates: Sequence[str], secret: Callable[[Span], bool] = lambda _: False) -> Peer:
    """What cfn-lint finds in the CloudFormation templates at some paths; raises PeerFailed.

    It reads its own configuration in the current directory. Where that appends lambdalint's rules, they are left out.
    `secret` says of a place whether its lines hold one: what is found there is told without the message, which may
    quote it.
    """
    try:
        number = version("cfn-lint")
    except PackageNotFoundError:
        raise PeerFailed("cfn-lint is not installed") from None
    several = [templates[start : start + AT_ONCE] for start in range(0, len(templates), AT_ONCE)]
    found = {finding: None for some in several for finding in _findings(_ask(some), secret)}
    return Peer("cfn-lint", number, CFN_LINT, len(templates), tuple(sorted(found)))


def _ask(templates: Sequence[str]) -> list[dict[str, Any]]:
    # -P keeps the current directory, which is the project's, off the import path.
    command = [sys.executable, "-P", "-c", COMMAND, "--format", "json", "--", *map(glob.escape, templates)]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    except OSError as error:
        raise PeerFailed(f"cfn-lint cannot be run: {error.strerror}") from None
    # 2, 4 and 8 say that it found something, and add up; 1 and what is negative, that it failed.
    told = done.stdout.decode("utf-8", "replace").strip()
    try:
        answer = json.loads(told or "[]")
    except ValueError:
        answer = None
    if isinstance(answer, list):
        # What lies in no file is about its configuration, and nothing was checked.
        for each in answer:
            if isinstance(each, dict) and each.get("Filename", "") is None:
                raise PeerFailed(f"cfn-lint failed: {' '.join(str(each.get('Message')).split())}")
        if done.returncode in range(0, 16, 2):
            return answer
    said = [line for line in (*told.splitlines(), *done.stderr.decode("utf-8", "replace").splitlines()) if line.strip()]
    raise PeerFailed(f"cfn-lint failed: {said[-1].strip() if said else f'exit code {done.returncode}'}")


def _findings(told: Sequence[dict[str, Any]], secret: Callable[[Span], bool]) -> Iterator[Finding]:
    try:
        for each in told:
            if each["Rule"]["Source"].startswith(HOME):
                continue
            rule, span = _rule(each), _span(each)
            quotes = secret(span)
            yield Finding(rule, Problem(span, rule.title if quotes else _message(each), secret=quotes))
    except (KeyError, TypeError, AttributeError) as error:
        raise PeerFailed(f"cfn-lint failed: its answer is not understood: {error!r}") from None


def _rule(told: dict[str, Any]) -> Rule:
    rule = told["Rule"]
    url = rule["Source"] or f"{CFN_LINT}/blob/main/docs/rules.md"
    title = rule["ShortDescription"] or rule["Id"]
    return Rule(rule["Id"], title, LEVELS[told["Level"]], "", rule["Description"] or title, page=url)


def _message(told: dict[str, Any]) -> str:
    return " ".join(told["Message"].split())


def _span(told: dict[str, Any]) -> Span:
    start, end = told["Location"]["Start"], told["Location"]["End"]
    line, column = max(1, start["LineNumber"]), max(1, start["ColumnNumber"])
    stop = max((line, column), (end["LineNumber"], end["ColumnNumber"]))
    return Span(spell(told["Filename"]), line, column, *stop)
