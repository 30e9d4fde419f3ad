"""The command line: options and exit codes around discover → lint → report.

What only one command needs is imported in it, so that `--version` and `explain` answer at once.
"""

from __future__ import annotations

import io
import os
import posixpath
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lambdalint import __version__
from lambdalint.printable import printable
from lambdalint.records import replace

if TYPE_CHECKING:
    from lambdalint.baseline import Baseline, Compared, Entry
    from lambdalint.changed import Changed
    from lambdalint.configs import Configs, Given
    from lambdalint.discover import Discovery
    from lambdalint.lint import Report
    from lambdalint.peers import Peer
    from lambdalint.report import Lines
    from lambdalint.rules import Finding, Rule
    from lambdalint.source import Span

FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit", "markdown")
FAIL_ON = ("error", "warning", "note", "never")
ENVIRONMENT = "LAMBDALINT"
"""How the environment variables begin that stand for options: `LAMBDALINT_CHECK_SELECT`."""
ISSUES = "https://github.com/lambdalint/lambdalint/issues"


class Failure(click.ClickException):
    """What keeps lambdalint from doing what it was asked: one line, exit code 2."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        click.echo(f"lambdalint: {printable(self.message)}", file=file, err=file is None)


class Program(click.Group):
    """The command: a bug in it is told as such, and is no finding (Python's own exit code would say 1)."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            import traceback

            traceback.print_exc()
            who = [*getattr(error, "__notes__", ()), type(error).__name__]
            bug = f"{': '.join(who)}: this is a bug in lambdalint, please report it at {ISSUES}"
            raise Failure(bug) from None


@click.group(
    cls=Program,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "max_content_width": 100,
        "auto_envvar_prefix": ENVIRONMENT,
    },
)
@click.version_option(__version__, "-V", "--version", message="lambdalint %(version)s")
def main() -> None:
    """Says what in an AWS Lambda project will lose events, fail, leak or cost.

    Templates and handler source are read together, as AWS will run them.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _deepen(context: click.Context) -> None:
    """Let trees be read that are as deep as a sum of some hundred terms."""
    context.call_on_close(partial(sys.setrecursionlimit, sys.getrecursionlimit()))
    sys.setrecursionlimit(max(sys.getrecursionlimit(), 10_000))


@contextmanager
def _failing() -> Iterator[None]:
    """Tell in one line what is wrong with what the user has written."""
    from lambdalint.baseline import WrongBaseline
    from lambdalint.changed import NoChanges
    from lambdalint.settings import WrongConfig

    try:
        yield
    except (WrongBaseline, WrongConfig, NoChanges) as error:
        raise Failure(str(error)) from None


def _listed(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a repeatable option that takes lists: `--select a,b --select c`."""
    return tuple(word for value in values for word in value.replace(",", " ").split())


def _day(_context: click.Context, _option: click.Parameter, value: datetime | None) -> date | None:
    return value.date() if value else None


def _reason(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
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
failing = click.option(
    "--fail-on", type=click.Choice(FAIL_ON), help="The mildest severity to exit 1 for.  [default: warning]"
)


@main.command()
@click.argument("paths", nargs=-1)
@telling
@click.option("--output", metavar="FILE", help="Write the report there, not to the terminal.")
@failing
@click.option("--fail-on-nothing", is_flag=True, help="Exit 2 where there is no Lambda function to check.")
@click.option("--stdin-filename", metavar="FILE", help="Which file it is that is read from stdin, where PATHS is -.")
@choosing
@click.option(
    "--baseline",
    metavar="FILE",
    help="Tell only what is not in this file of known findings.  [default: the nearest .lambdalint-baseline.json]",
)
@click.option("--no-baseline", is_flag=True, help="Tell what is known, too.")
@click.option("--fail-on-stale", is_flag=True, help="Exit 1 too where the baseline has what is found no more.")
@click.option(
    "--changed-since", metavar="REV", help="Tell only what lies in lines that were changed since, by git: origin/main."
)
@click.option(
    "--add-ignores",
    metavar="REASON",
    callback=_reason,
    help="Write an ignore with this reason for everything that would be told, and tell what is left.",
)
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="[default: auto]")
@with_peer
@click.option("--statistics", is_flag=True, help="Tell only how often each rule is told, in the text format.")
@click.option("--verbose", "-v", is_flag=True, help="Say on stderr what is read, and with what configuration.")
@click.pass_context
def check(
    context: click.Context,
    paths: tuple[str, ...],
    form: str | None,
    output: str | None,
    fail_on: str | None,
    fail_on_nothing: bool,
    stdin_filename: str | None,
    select: tuple[str, ...],
    extend_select: tuple[str, ...],
    ignore: tuple[str, ...],
    exclude: tuple[str, ...],
    file: str | None,
    today: date | None,
    baseline: str | None,
    no_baseline: bool,
    fail_on_stale: bool,
    changed_since: str | None,
    add_ignores: str | None,
    color: str,
    with_cfn_lint: bool | None,
    statistics: bool,
    verbose: bool,
) -> None:
    """Check the Lambda projects in PATHS, by default those below the current directory.

    A path is a file or a directory; what deploys it, or is deployed by it, is read with it. - is one file from stdin.

    RULES are rule names, pillars, severities, `default` or `all`, in a comma list or one an option.

    Exits 0 when nothing was found at or above --fail-on, 1 when something was, 2 when lambdalint could not do its work.
    """
    from lambdalint.configs import Given
    from lambdalint.report import Lines, Setting, write

    _deepen(context)
    unsaved: dict[str, bytes] = {}
    if "-" in paths or stdin_filename is not None:
        if paths != ("-",) or stdin_filename is None:
            raise click.UsageError("a file from stdin is checked by itself: --stdin-filename FILE -")
        if changed_since is not None:
            raise click.UsageError("--changed-since asks git, which does not know what comes from stdin")
        if add_ignores is not None:
            raise click.UsageError("--add-ignores writes files, and not what comes from stdin")
        unsaved[stdin_filename] = sys.stdin.buffer.read()
        paths = (stdin_filename,)
    paths = paths or (".",)
    with _failing():
        configs = _configs(file, Given(select, extend_select, ignore, exclude, fail_on, today))
        form = form or configs.of(_common(paths)).format
        if statistics and form != "text":
            raise click.UsageError("--statistics is of the text format; every JSON summary has the same as `rules`.")
        held = None if no_baseline else _heeded(baseline, paths)

        def looked() -> tuple[Report, Discovery, Sequence[Rule]]:
            changed = None if changed_since is None else _changed(changed_since, paths)
            report, found, asked = _run(paths, unsaved, configs, with_cfn_lint)
            if held is not None:
                compared = _compared(held, report, Lines(found.sources))
                stale = len(_stale(held, compared, report, configs, paths))
                report = report.beside(compared.new, compared.known, stale)
            return report if changed is None else report.within(changed.concerns), found, asked

        report, found, asked = looked()
        if add_ignores is not None:
            _add_ignores(report, found, add_ignores)
            report, found, asked = looked()
    lines = Lines(found.sources)
    if verbose:
        for line in configs.told(found.scope):
            _say(line)
    _say_unread(report)
    if verbose:
        _say_read(report)
    prefix, root = _repository(paths)
    setting = Setting(
        lines,
        asked,
        paths,
        prefix,
        root,
        colour=_coloured(color, output),
        afar=output is not None or bool(os.environ.get("CI")),
        statistics=statistics,
    )
    if form != "text" and isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # what programs read, whatever the terminal's letters are
    _put(write(form, report, setting), output)
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if form == "github" and summary:
        _append(write("step_summary", report, setting), summary)

    if fail_on_nothing and not report.functions and not report.handlers:
        raise Failure(f"no Lambda function to check in {', '.join(paths)}")
    failed = any(_fails(finding, configs.of(finding.span.path).fail_on) for finding in report.told)
    context.exit(1 if failed or (fail_on_stale and report.mended) else 0)


def _fails(finding: Finding, least: str) -> bool:
    return least != "never" and finding.severity in FAIL_ON[: FAIL_ON.index(least) + 1]


@main.command("baseline")
@click.argument("paths", nargs=-1)
@click.option(
    "--output", metavar="FILE", help="The file to write.  [default: the nearest .lambdalint-baseline.json, or one here]"
)
@click.option("--prune", is_flag=True, help="Only take out what is found no more.")
@choosing
@with_peer
@click.pass_context
def write_baseline(
    context: click.Context,
    paths: tuple[str, ...],
    output: str | None,
    prune: bool,
    select: tuple[str, ...],
    extend_select: tuple[str, ...],
    ignore: tuple[str, ...],
    exclude: tuple[str, ...],
    file: str | None,
    today: date | None,
    with_cfn_lint: bool | None,
) -> None:
    """Write down what is found in PATHS, so that `check` tells only what is new from then on.

    What the file has of other paths, and of rules that are not asked, stays in it.
    """
    from lambdalint.baseline import NAME, Baseline, nearest
    from lambdalint.configs import Given
    from lambdalint.discover.disk import spell
    from lambdalint.report import Lines

    _deepen(context)
    paths = paths or (".",)
    with _failing():
        configs = _configs(file, Given(select, extend_select, ignore, exclude, None, today))
        path = Path(output) if output else nearest(Path(_common(paths))) or Path(NAME)
        held = Baseline(path)
        report, found, _ = _run(paths, {}, configs, with_cfn_lint)
        _say_unread(report)
        compared = _compared(held, report, Lines(found.sources))
        stale = _stale(held, compared, report, configs, paths)
        added = () if prune else compared.added
        kept = Counter(compared.missed) - Counter(stale)
        entries = (*compared.found_again, *kept.elements(), *added)
        held.write(entries)
    click.echo(f"{spell(str(path))}: {len(entries)} known findings: {len(added)} added, {len(stale)} taken out")


@main.command()
@click.argument("directory", default=".", type=click.Path(exists=True, file_okay=False))
@click.pass_context
def init(context: click.Context, directory: str) -> None:
    """Write a lambdalint.toml for DIRECTORY, by default the current one, and print what to do next.

    It says what was found: functions, parameters without default, templates of tests. Nothing is asked, and no
    configuration is written over.
    """
    from lambdalint import initial
    from lambdalint.configs import Given
    from lambdalint.discover.disk import spell

    _deepen(context)
    with _failing():
        path, found = initial.write(Path(directory), _configs(None, Given()))
    click.echo(
        f"{spell(str(path))}: written; functions found: {found}\n{initial.next_steps(Path(directory))}", nl=False
    )


@main.command("config", context_settings={"auto_envvar_prefix": f"{ENVIRONMENT}_CHECK"})
@click.argument("path", default=".")
@choosing
@failing
@telling
@with_peer
@click.pass_context
def show_config(
    context: click.Context,
    /,
    path: str,
    file: str | None,
    form: str | None,
    **given: Any,
) -> None:
    """Print what holds for PATH, by default the current directory, and which file, option or variable says so.

    Options and environment are those of `check`.
    """
    from lambdalint.configs import Given
    from lambdalint.settled import said, told

    if not os.path.lexists(path):
        raise Failure(f"{path}: no such file or directory")
    with _failing():
        wishes = Given(**given, format=form)
        click.echo(told(path, _configs(file, wishes), wishes, said(context)), nl=False)


@main.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="[default: text]")
def rules(form: str) -> None:
    """List the rules, by subject."""
    from lambdalint import catalogue

    listed = catalogue.as_json(_known()) if form == "json" else catalogue.as_text(_known())
    click.echo(listed, nl=False, color=_coloured())


@main.command()
@click.argument("rule")
@click.option("--full", is_flag=True, help="Print the whole page, with every example.")
def explain(rule: str, full: bool) -> None:
    """Print why a rule matters, what to do, an example of bad and of good, and what the rule does not see.

    RULE is its name, or its id inside cfn-lint.
    """
    from lambdalint import catalogue

    _page(catalogue.page(_rule_named(rule.strip()), full=full))


def _rule_named(word: str) -> Rule:
    from lambdalint import catalogue

    found, hint = catalogue.named(word, _known())
    if found is None:
        raise Failure(f"no rule is named {word}; " + (f"did you mean {hint}?" if hint else "see `lambdalint rules`"))
    return found


def _page(text: str) -> None:
    """Print a text, a screen at a time where it is longer than a terminal's."""
    import shutil

    lines = shutil.get_terminal_size().lines
    if sys.stdout.isatty() and sys.stdin.isatty() and text.count("\n") >= lines:
        click.echo_via_pager(text, color=_coloured())
    else:
        click.echo(text, nl=False, color=_coloured())


def _known() -> Sequence[Rule]:
    from lambdalint.rules import WrongPage, load

    try:
        return load()
    except WrongPage as error:
        raise Failure(str(error)) from None


def _configs(file: str | None, given: Given) -> Configs:
    from lambdalint.config import load
    from lambdalint.configs import Configs

    rules = _known()
    return Configs(rules, given, load(Path(file), rules) if file else None)


def _common(paths: Sequence[str]) -> str:
    """What the paths have in common: its configuration says what a run can do in one way only."""
    try:
        return os.path.commonpath([os.path.abspath(path) for path in paths])
    except ValueError:  # on several drives
        return os.curdir


def _run(
    paths: Sequence[str], unsaved: Mapping[str, bytes], configs: Configs, with_cfn_lint: bool | None
) -> tuple[Report, Discovery, Sequence[Rule]]:
    """What the files in `paths` come to, which these are, and which rules were asked of any of them."""
    from lambdalint.discover import NoSuchPath, discover
    from lambdalint.lint import lint
    from lambdalint.progress import Progress
    from lambdalint.report import Lines
    from lambdalint.source import Span

    try:
        found = discover(paths, configs.excluded, unsaved)
    except NoSuchPath as error:
        raise Failure(str(error)) from None
    asked = configs.anywhere(found.scope)
    progress = Progress()
    try:
        report = lint(found.sources, found.scope, asked, configs=configs, focus=found.focus, step=progress)
    finally:
        progress.close()
    skipped = tuple((Span.top(path), why) for path, why in sorted(found.sources.skipped))
    notes = tuple(
        (span, why)
        for span, why in report.notes
        if found.focus is None or found.focus.touches(posixpath.dirname(span.path))
    )

    def told(finding: Finding) -> bool:
        places = {finding.span.path, *(span.path for span, _ in finding.problem.also)}
        return (found.focus is None or any(path in found.focus for path in places)) and not configs.leaves_out(finding)

    findings = tuple(finding for finding in report.findings if told(finding))
    ignored = tuple(ignored for ignored in report.ignored if told(ignored.finding))
    templates = tuple(path for path in report.cloudformation if found.focus is None or path in found.focus)
    report = replace(report, findings=findings, ignored=ignored, cloudformation=templates, notes=notes, skipped=skipped)
    if configs.of(_common(paths)).with_cfn_lint if with_cfn_lint is None else with_cfn_lint:
        report = replace(report, peer=_peer(report, Lines(found.sources)))
    return report, found, asked


def _say_read(report: Report) -> None:
    """Say on stderr what was read, and how far it could be followed."""
    read = f"{report.templates} templates, {report.apps} CDK apps"
    _say(f"read: {read}, {report.functions} functions, {report.handlers} handlers")
    for path in report.read:
        _say(f"read: {path}")
    for span, join in report.joins:
        _say(f"{span}: {join}")
    for span in report.unfinished:
        _say(f"{span}: the handler does more than is followed; what lies beyond is unknown")


def _say_unread(report: Report) -> None:
    """Say on stderr what of the files could not be read, or was not."""
    for kind, places in (("warning", report.skipped), ("note", report.notes)):
        said: dict[str, list[str]] = {}
        for span, why in places:
            said.setdefault(why, []).append(span.path)
        for why, (first, *others) in said.items():
            _say(f"{kind}: {first}: {why}{_so_are(others)}")


def _add_ignores(report: Report, found: Discovery, reason: str) -> None:
    """Have what a report tells ignored from now on, and say what became of that on stderr."""
    from lambdalint import ignoring

    written = ignoring.write(report, found, reason)
    for finding, why in written.left:
        _say(f"{finding.span}: {finding.rule.name}: no ignore written: {why}")
    left = f"; {len(written.left)} left out" if written.left else ""
    now = "1 finding is" if written.findings == 1 else f"{written.findings} findings are"
    files = "1 file" if len(written.files) == 1 else f"{len(written.files)} files"
    _say(f"{now} ignored now, in {files}{left}")


def _heeded(file: str | None, paths: Sequence[str]) -> Baseline | None:
    """The baseline that a run is held against: the one that is named, or the nearest."""
    from lambdalint.baseline import Baseline, nearest

    if file is not None and not os.path.lexists(file):
        raise Failure(f"{file}: no such file; `lambdalint baseline --output {file}` writes it")
    path = Path(file) if file is not None else nearest(Path(_common(paths)))
    return None if path is None else Baseline(path)


def _changed(revision: str, paths: Sequence[str]) -> Changed:
    """What was changed since a revision."""
    from lambdalint.changed import changed

    return changed(revision, paths)


def _compared(baseline: Baseline, report: Report, lines: Lines) -> Compared:
    """What a run has told, held against a baseline; no line that shows a secret gets into that."""
    secret = report.secret_lines

    def text(finding: Finding) -> str | None:
        span = finding.span
        if (span.path, span.line) in secret or lines.shows_secret(span):
            return None
        return lines.line(span.path, span.line)

    return baseline.compared(report.told, text)


def _stale(
    baseline: Baseline, compared: Compared, report: Report, configs: Configs, paths: Sequence[str]
) -> list[Entry]:
    """What a baseline has that this run would have found, and did not."""
    from lambdalint.discover.focus import covers

    ours = {rule.name for rule in _known()}

    def was_asked(entry: Entry) -> bool:
        file = baseline.place(entry)
        if not any(covers(path, file) for path in paths):
            return False
        return entry.rule in configs.asked(file) if entry.rule in ours else report.peer is not None

    return list(filter(was_asked, compared.missed))


_NAMED = 9
"""Files of which the same is so that are named in one line."""


def _so_are(paths: Sequence[str]) -> str:
    """That the same is so of further files."""
    if not paths:
        return ""
    shown = ", ".join(paths[:_NAMED])
    return f" (and {len(paths)} more: {shown}{', …' if len(paths) > _NAMED else ''})"


def _peer(report: Report, lines: Lines) -> Peer:
    from lambdalint.peers import PeerFailed, cfn_lint

    secret = report.secret_lines

    def holds_secret(span: Span) -> bool:
        told = any((span.path, line) in secret for line in range(span.line, span.end_line + 1))
        return told or lines.shows_secret(span)

    try:
        return cfn_lint(report.cloudformation, holds_secret)
    except PeerFailed as error:
        raise Failure(str(error)) from None


def _repository(paths: Sequence[str]) -> tuple[str, str]:
    """The way from the root of the repository to the current directory; or down to it, where that lies above."""
    here = Path.cwd()
    if (root := _root(here)) is not None:
        return here.relative_to(root).as_posix().removeprefix("."), ""
    below = _root(Path(paths[0]).resolve())
    return "", below.relative_to(here).as_posix() if below is not None and below.is_relative_to(here) else ""


def _root(path: Path) -> Path | None:
    """The repository that a path lies in."""
    return next((folder for folder in (path, *path.parents) if (folder / ".git").exists()), None)


def _coloured(color: str = "auto", output: str | None = None) -> bool:
    """Whether to colour: https://no-color.org, https://force-color.org."""
    if color != "auto":
        return color == "always"
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (output is None and sys.stdout.isatty())


def _put(text: str, output: str | None) -> None:
    """Write the report. A path that is not UTF-8 has characters that no encoding takes: they are written as escapes."""
    if output is None:
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    try:
        Path(output).write_text(text, "utf-8", errors="backslashreplace", newline="\n")
    except OSError as error:
        raise Failure(f"{output}: cannot be written: {error.strerror}") from None


def _append(text: str, path: str) -> None:
    """Add to a file that others write to as well. That it cannot be written is no reason to lose the report."""
    try:
        with Path(path).open("a", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.write(text)
    except OSError as error:
        _say(f"warning: {path}: cannot be written: {error.strerror}")


def _say(line: str) -> None:
    click.echo(f"lambdalint: {printable(line)}", err=True)
