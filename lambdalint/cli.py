"""The command line: options and exit codes around discover → lint → report.

What only one command needs is imported in it, so that `--version` and `explain` answer at once.
"""

from __future__ import annotations

import io
import os
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lambdalint import __version__, running
from lambdalint.choices import FAIL_ON
from lambdalint.options import (
    ENVIRONMENT,
    at_once,
    besides,
    choosing,
    failing,
    in_parts,
    keeping,
    reason,
    telling,
    with_peer,
)
from lambdalint.records import replace
from lambdalint.running import Failure

if TYPE_CHECKING:
    from lambdalint.graph.nodes import Graph
    from lambdalint.report import Setting
    from lambdalint.rules import Finding, Rule
    from lambdalint.told import Report

ISSUES = "https://github.com/lambdalint/lambdalint/issues"


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


@main.command()
@click.argument("paths", nargs=-1)
@telling
@click.option("--output", metavar="FILE", help="Write the report there, not to the terminal.")
@besides
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
    callback=reason,
    help="Write an ignore with this reason for everything that would be told, and tell what is left.",
)
@click.option("--fix", is_flag=True, help="Mend what can be mended safely, and tell what is left.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: mend too what somebody has to look at.")
@click.option("--diff", is_flag=True, help="Print what --fix would change, and write nothing. Exits 1 where it would.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="[default: auto]")
@with_peer
@at_once
@in_parts
@keeping
@click.option("--statistics", is_flag=True, help="Tell only how often each rule is told, in the text format.")
@click.option("--verbose", "-v", is_flag=True, help="Say on stderr what is read, and with what configuration.")
@click.pass_context
def check(
    context: click.Context,
    paths: tuple[str, ...],
    form: str | None,
    output: str | None,
    reports: tuple[tuple[str, str], ...],
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
    fix: bool,
    unsafe_fixes: bool,
    diff: bool,
    color: str,
    with_cfn_lint: bool | None,
    jobs: int | None,
    shard: tuple[int, int] | None,
    cache: bool | None,
    cache_dir: str | None,
    statistics: bool,
    verbose: bool,
) -> None:
    """Check the Lambda projects in PATHS, by default those below the current directory.

    A path is a file or a directory; what deploys it, or is deployed by it, is read with it. - is one file from stdin.

    RULES are rule names, pillars, severities, `default` or `all`, in a comma list or one an option.

    Exits 0 when nothing was found at or above --fail-on, 1 when something was, 2 when lambdalint could not do its work.
    """
    from lambdalint.configs import Given
    from lambdalint.report import Lines, Setting

    running.deepen(context)
    unsaved: dict[str, bytes] = {}
    if "-" in paths or stdin_filename is not None:
        if paths != ("-",) or stdin_filename is None:
            raise click.UsageError("a file from stdin is checked by itself: --stdin-filename FILE -")
        unsaved[stdin_filename] = sys.stdin.buffer.read()
        paths = (stdin_filename,)
    _refuse_contradictions(context.params, bool(unsaved))
    paths = paths or (".",)
    given = Given(select, extend_select, ignore, exclude, fail_on, today, jobs=jobs, cache=cache, cache_dir=cache_dir)
    # What shows or changes what a run does is not told from what another one did.
    plainly = not (unsaved or fix or diff or verbose or shard or add_ignores is not None)
    kept = running.cache_of(context, paths, file, given, plainly)
    with running.in_one_line():
        configs = running.configs_of(file, given)
        kept = running.place(kept, configs, paths)
        form = form or configs.of(running.common(paths)).format
        if kept is not None:
            kept.spelt = _shows(("json", "sarif"), form, reports)
        if statistics and form != "text":
            raise click.UsageError("--statistics is of the text format; every JSON summary has the same as `rules`.")
        held = None if no_baseline else running.heeded(baseline, paths)
        # What another linter says of all templates, a part does not.
        peer = False if shard else with_cfn_lint
        look = partial(running.look, paths, configs, held, changed_since, peer, kept)
        if fix or diff:
            mended = running.fixed(look, unsafe=unsafe_fixes)
            if diff:
                differences = running.differences(mended)
                _put((differences,), output)
                context.exit(1 if differences else 0)
            running.write_fixes(mended)
        report, found, asked = look(unsaved, part=shard, pictured=_shows(("html",), form, reports))
        if add_ignores is not None:
            running.add_ignores(report, found, add_ignores)
            report, found, asked = look(unsaved, pictured=_shows(("html",), form, reports))
    lines = Lines(found.sources)
    if verbose:
        for line in configs.told(found.scope):
            running.say(line)
    running.say_unread(report)
    if verbose:
        running.say_read(report)
    prefix, root = running.repository(paths)
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
    _tell(report, setting, form, output, reports)
    if fail_on_nothing and not report.functions and not report.handlers:
        raise Failure(f"no Lambda function to check in {', '.join(paths)}")
    failed = any(_fails(finding, configs.of(finding.span.path).fail_on) for finding in report.told)
    context.exit(1 if failed or (fail_on_stale and report.mended) else 0)


@main.command()
@click.argument("parts", nargs=-1, required=True)
@telling
@click.option("--output", metavar="FILE", help="Write the report there, not to the terminal.")
@besides
@failing
@with_peer
@click.pass_context
def merge(
    context: click.Context,
    parts: tuple[str, ...],
    form: str | None,
    output: str | None,
    reports: tuple[tuple[str, str], ...],
    fail_on: str | None,
    with_cfn_lint: bool | None,
) -> None:
    """Make one report of PARTS, the JSON or SARIF reports of all `check --shard`, as one run would have made it.

    It is run in the same checkout, where the parts were run. Exits as `check` does.
    """
    from lambdalint.report import Lines, Setting

    running.deepen(context)
    with running.in_one_line():
        part, paths, file, given = running.all_parts(parts)
        configs = running.configs_of(file, replace(given, fail_on=fail_on))
        held = running.heeded(None, paths)
        form = form or configs.of(running.common(paths)).format
        pictured = _shows(("html",), form, reports)
        report, found, asked = running.look(paths, configs, held, None, with_cfn_lint, None, {}, part, pictured)
    running.say_unread(report)
    afar = output is not None or bool(os.environ.get("CI"))
    setting = Setting(
        Lines(found.sources), asked, paths, *running.repository(paths), colour=_coloured("auto", output), afar=afar
    )
    _tell(report, setting, form, output, reports)
    context.exit(1 if any(_fails(each, configs.of(each.span.path).fail_on) for each in report.told) else 0)


def _shows(forms: Sequence[str], form: str, besides: Sequence[tuple[str, str]]) -> bool:
    """Whether one of some forms is asked for: of those that show pictures, or edits."""
    return not {form, *(each for each, _ in besides)}.isdisjoint(forms)


def _tell(report: Report, setting: Setting, form: str, output: str | None, besides: Sequence[tuple[str, str]]) -> None:
    """Write the report where it was asked for, in the one form and in others besides."""
    from lambdalint.report import written

    if form != "text" and isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # what programs read, whatever the terminal's letters are
    _put(written(form, report, setting), output)
    for each, path in besides:
        _put(written(each, report, replace(setting, colour=False, afar=True, statistics=False)), path)
    if form == "github" and (summary := os.environ.get("GITHUB_STEP_SUMMARY")):
        _append("".join(written("step_summary", report, setting)), summary)


def _refuse_contradictions(given: Mapping[str, Any], from_stdin: bool) -> None:
    """Refuse options that cannot be had together."""
    if from_stdin and given["changed_since"] is not None:
        raise click.UsageError("--changed-since asks git, which does not know what comes from stdin")
    if from_stdin and given["add_ignores"] is not None:
        raise click.UsageError("--add-ignores writes files, and not what comes from stdin")
    if from_stdin and (given["fix"] or given["diff"]):
        raise click.UsageError("--fix and --diff are about files, and not about what comes from stdin")
    if given["shard"] and (given["fix"] or given["diff"] or given["add_ignores"] is not None or from_stdin):
        raise click.UsageError("--shard judges a part, of which nothing is changed")
    if given["unsafe_fixes"] and not (given["fix"] or given["diff"]):
        raise click.UsageError("--unsafe-fixes says which fixes are made: with --fix or --diff")
    if given["diff"] and (given["fix"] or given["add_ignores"] is not None):
        raise click.UsageError("--diff writes nothing: without --fix and --add-ignores")


def _fails(finding: Finding, least: str) -> bool:
    return least != "never" and finding.severity in FAIL_ON[: FAIL_ON.index(least) + 1]


@main.command()
@click.argument("paths", nargs=-1)
@click.option(
    "--format", "form", type=click.Choice(["mermaid", "dot", "svg", "html", "json"]), help="[default: mermaid]"
)
@click.option("--from", "start", metavar="RESOURCE", help="Say as text where an event can go that enters there.")
@click.option("--output", metavar="FILE", help="Write the graph there, not to the terminal.")
@click.option("--exclude", metavar="PATTERN", multiple=True, help="Leave out paths, as .gitignore writes them.")
@click.option("--config", "file", metavar="FILE", help="Instead of the lambdalint.toml nearest to each file.")
@click.pass_context
def graph(
    context: click.Context,
    paths: tuple[str, ...],
    form: str | None,
    start: str | None,
    output: str | None,
    exclude: tuple[str, ...],
    file: str | None,
) -> None:
    """Draw the applications in PATHS, by default those below the current directory.

    What hands events on to what is told by their templates, what functions read, write and send to by their code.

    With --from, by the name or the id of a resource: each hop with its retries, timeouts and dead-letter queues, and
    the first place where an event can be lost.
    """
    from lambdalint.configs import Given
    from lambdalint.graph.forms import FORMS
    from lambdalint.graph.nodes import merged
    from lambdalint.graph.pictured import pictured

    if form and start:
        raise click.UsageError("--from is told as text: without --format")

    running.deepen(context)
    with running.in_one_line():
        begun, _, _ = running.begin(paths or (".",), {}, running.configs_of(file, Given(exclude=exclude)))
        pictures = [pictured(*each) for each in begun.projects()]
    made = merged(each.graph for each in pictures)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    if form == "html":
        from lambdalint.report.html import of_graph

        _put((of_graph(pictures),), output)
        return
    if form == "svg":
        _put((_laid_out(FORMS["dot"](made)),), output)
        return
    _put((FORMS[form or "mermaid"](made) if start is None else _ways(made, start),), output)


def _laid_out(written: str) -> str:
    """A graph as Graphviz lays it out."""
    import subprocess

    try:
        done = subprocess.run(["dot", "-Tsvg"], input=written.encode(), capture_output=True, check=True)
    except FileNotFoundError:
        raise Failure("--format svg needs Graphviz, whose command dot is not found: https://graphviz.org") from None
    except (OSError, subprocess.CalledProcessError) as error:
        raise Failure(f"Graphviz's command dot could not draw the graph: {error}") from None
    return done.stdout.decode()


def _ways(made: Graph, start: str) -> str:
    """Where an event can go that enters at a resource."""
    from lambdalint.graph import paths

    found = paths.named(made, start)
    if not found:
        from lambdalint.spelling import nearest

        hint = nearest(start, [each.name for each in made.nodes])
        raise Failure(f"no resource is named {start}" + (f"; did you mean {hint}?" if hint else ""))
    if len(found) > 1:
        raise Failure(f"{len(found)} resources are named {start}: give one of {', '.join(each.id for each in found)}")
    return paths.text(made, found[0])


@main.command("baseline")
@click.argument("paths", nargs=-1)
@click.option(
    "--output", metavar="FILE", help="The file to write.  [default: the nearest .lambdalint-baseline.json, or one here]"
)
@click.option("--prune", is_flag=True, help="Only take out what is found no more.")
@choosing
@with_peer
@at_once
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
    jobs: int | None,
) -> None:
    """Write down what is found in PATHS, so that `check` tells only what is new from then on.

    What the file has of other paths, and of rules that are not asked, stays in it.
    """
    from lambdalint.baseline import NAME, Baseline, nearest
    from lambdalint.configs import Given
    from lambdalint.discover.disk import spell
    from lambdalint.report import Lines

    running.deepen(context)
    paths = paths or (".",)
    with running.in_one_line():
        configs = running.configs_of(file, Given(select, extend_select, ignore, exclude, None, today, jobs=jobs))
        path = Path(output) if output else nearest(Path(running.common(paths))) or Path(NAME)
        held = Baseline(path)
        report, found, _ = running.run(paths, {}, configs, with_cfn_lint)
        running.say_unread(report)
        compared = running.compared_with(held, report, Lines(found.sources))
        stale = running.stale_of(held, compared, report, configs, paths)
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

    running.deepen(context)
    with running.in_one_line():
        path, found = initial.write(Path(directory), running.configs_of(None, Given()))
    click.echo(
        f"{spell(str(path))}: written; functions found: {found}\n{initial.next_steps(Path(directory))}", nl=False
    )


@main.command("config", context_settings={"auto_envvar_prefix": f"{ENVIRONMENT}_CHECK"})
@click.argument("path", default=".")
@choosing
@failing
@telling
@with_peer
@at_once
@keeping
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
    with running.in_one_line():
        wishes = Given(**given, format=form)
        click.echo(told(path, running.configs_of(file, wishes), wishes, said(context)), nl=False)


@main.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="[default: text]")
def rules(form: str) -> None:
    """List the rules, by subject."""
    from lambdalint import catalogue

    listed = catalogue.as_json(running.known()) if form == "json" else catalogue.as_text(running.known())
    click.echo(listed, nl=False, color=_coloured())


@main.command()
@click.pass_context
def server(context: click.Context) -> None:
    """Tell an editor what is found while one types, by the Language Server Protocol over stdin and stdout.

    docs/editors.md has how to start it from editors.
    """
    try:
        import pygls  # noqa: F401
    except ModuleNotFoundError:
        raise Failure("the server needs pygls: pip install 'lambdalint[server]'") from None
    from lambdalint.server import serve

    running.deepen(context)
    serve()


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

    found, hint = catalogue.named(word, running.known())
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


def _coloured(color: str = "auto", output: str | None = None) -> bool:
    """Whether to colour: https://no-color.org, https://force-color.org."""
    if color != "auto":
        return color == "always"
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (output is None and sys.stdout.isatty())


def _put(pieces: Iterable[str], output: str | None) -> None:
    """Write the pieces of a report. What no encoding takes of a path that is not UTF-8 is written as escapes."""
    if output is None:
        sys.stdout.writelines(pieces)
        sys.stdout.flush()
        return
    try:
        Path(output).parent.mkdir(parents=True, exist_ok=True)
        with Path(output).open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.writelines(pieces)
    except OSError as error:
        raise Failure(f"{output}: cannot be written: {error.strerror}") from None


def _append(text: str, path: str) -> None:
    """Add to a file that others write to as well. That it cannot be written is no reason to lose the report."""
    try:
        with Path(path).open("a", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.write(text)
    except OSError as error:
        running.say(f"warning: {path}: cannot be written: {error.strerror}")
