"""The options that several commands have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import click

from lambdalint.choices import FAIL_ON, FORMATS

ENVIRONMENT = "LAMBDALINT"
"""How the environment variables begin that stand for options: `LAMBDALINT_CHECK_SELECT`."""


def _listed(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a repeatable option that takes lists: `--select a,b --select c`."""
    return tuple(word for value in values for word in value.replace(",", " ").split())


def _day(_context: click.Context, _option: click.Parameter, value: datetime | None) -> date | None:
    return value.date() if value else None


def _reports(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The forms and files of `--report sarif=lambdalint.sarif`."""
    asked = []
    for value in values:
        form, _, file = value.partition("=")
        if form not in FORMATS or not file:
            raise click.BadParameter(f"{value}: write FORMAT=FILE, with one of {', '.join(FORMATS)}")
        asked.append((form, file))
    return tuple(asked)


def reason(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    if value is None or (value.strip() and value.isprintable()):
        return value and value.strip()
    raise click.BadParameter("write in one line why these findings are not to be told")


with_peer = click.option(
    "--with-cfn-lint/--without-cfn-lint",
    default=None,
    help="Let cfn-lint check the templates too, in the same report.  [default: without]",
)


def choosing(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say which rules are asked of which files, for the commands that look for findings."""
    for option in reversed((
        click.option("--select", metavar="RULES", multiple=True, callback=_listed, help="Ask these rules only."),
        click.option(
            "--extend-select", metavar="RULES", multiple=True, callback=_listed, help="Ask these rules as well."
        ),
        click.option("--ignore", metavar="RULES", multiple=True, callback=_listed, help="Do not ask these rules."),
        click.option("--exclude", metavar="PATTERN", multiple=True, help="Leave out paths, as .gitignore writes them."),
        click.option(
            "--config",
            "file",
            envvar=f"{ENVIRONMENT}_CHECK_CONFIG",
            metavar="FILE",
            help="Instead of the lambdalint.toml or pyproject.toml nearest to each file.",
        ),
        click.option(
            "--today",
            type=click.DateTime(["%Y-%m-%d"]),
            callback=_day,
            metavar="YYYY-MM-DD",
            help="The date to judge by.",
        ),
    )):  # fmt: skip
        command = option(command)
    return command


telling = click.option(
    "--format",
    "form",
    envvar=f"{ENVIRONMENT}_CHECK_FORMAT",
    type=click.Choice(FORMATS),
    help="How to tell it.  [default: text]",
)
besides = click.option(
    "--report",
    "reports",
    multiple=True,
    callback=_reports,
    metavar="FORMAT=FILE",
    help="Write the same to this file, too, in this format; may be given several times.",
)
at_once = click.option(
    "--jobs",
    "-j",
    type=click.IntRange(min=0),
    metavar="N",
    help="Judge in N processes.  [default: 0, which is 1, and in large runs as many as there are processors]",
)


def _part(_context: click.Context, _option: click.Parameter, value: str | None) -> tuple[int, int] | None:
    """The numbers of `--shard 2/5`."""
    if value is None:
        return None
    number, slash, of = value.partition("/")
    if not slash or not number.isdecimal() or not of.isdecimal() or not 1 <= int(number) <= int(of):
        raise click.BadParameter(f"{value}: write which part of how many: 2/5")
    return int(number), int(of)


in_parts = click.option(
    "--shard",
    callback=_part,
    metavar="I/N",
    help="Judge one of N parts, as large as the others; `lambdalint merge` makes one report of all.",
)


def keeping(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say what is kept of a run."""
    for option in (
        click.option("--cache-dir", metavar="DIR", help="Where that is kept.  [default: .lambdalint_cache]"),
        click.option(
            "--cache/--no-cache",
            default=None,
            help="Keep what is found for the next run, which sees the same.  [default: cache]",
        ),
    ):
        command = option(command)
    return command


failing = click.option(
    "--fail-on", type=click.Choice(FAIL_ON), help="The mildest severity to exit 1 for.  [default: warning]"
)
