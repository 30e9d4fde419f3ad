"""A run as a command asks for it: from the paths that were given to a report, and what is said on the way."""

from __future__ import annotations

import os
import posixpath
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lambdalint.printable import printable
from lambdalint.records import replace

if TYPE_CHECKING:
    from lambdalint.baseline import Baseline, Compared, Entry
    from lambdalint.cache import Cache
    from lambdalint.changed import Changed
    from lambdalint.configs import Configs, Given
    from lambdalint.discover import Discovery
    from lambdalint.fixing import Fixed
    from lambdalint.lint import KeptRun, Run
    from lambdalint.outcome import Outcome
    from lambdalint.parts import Part
    from lambdalint.peers import Peer
    from lambdalint.report import Lines
    from lambdalint.rules import Finding, Rule
    from lambdalint.source import Sources, Span
    from lambdalint.told import Report


class Failure(click.ClickException):
    """What keeps lambdalint from doing what it was asked: one line, exit code 2."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        click.echo(f"lambdalint: {printable(self.message)}", file=file, err=file is None)


def deepen(context: click.Context) -> None:
    """Let trees be read that are as deep as a sum of some hundred terms."""
    context.call_on_close(partial(sys.setrecursionlimit, sys.getrecursionlimit()))
    sys.setrecursionlimit(max(sys.getrecursionlimit(), 10_000))


@contextmanager
def in_one_line() -> Iterator[None]:
    """Tell in one line what is wrong with what the user has written."""
    from lambdalint.baseline import WrongBaseline
    from lambdalint.changed import NoChanges
    from lambdalint.settings import WrongConfig

    try:
        yield
    except (WrongBaseline, WrongConfig, NoChanges) as error:
        raise Failure(str(error)) from None


def known() -> Sequence[Rule]:
    from lambdalint.rules import WrongPage, load

    try:
        return load()
    except WrongPage as error:
        raise Failure(str(error)) from None


def configs_of(file: str | None, given: Given) -> Configs:
    from lambdalint.config import load
    from lambdalint.configs import Configs
    from lambdalint.rules import WrongPage, pages

    try:
        rules = pages()
    except WrongPage as error:
        raise Failure(str(error)) from None
    return Configs(rules, given, load(Path(file), rules) if file else None)


def common(paths: Sequence[str]) -> str:
    """What the paths have in common: its configuration says what a run can do in one way only."""
    try:
        return os.path.commonpath([os.path.abspath(path) for path in paths])
    except ValueError:  # on several drives
        return os.curdir


def begin(
    paths: Sequence[str],
    unsaved: Mapping[str, bytes],
    configs: Configs,
    step: Callable[[str], None] = lambda _: None,
    kept: KeptRun | None = None,
    pictured: bool = False,
    cache: Cache | None = None,
) -> tuple[Run, Discovery, Sequence[Rule]]:
    """The run over the files in `paths`, which these are, and which rules are asked of any of them."""
    from lambdalint.discover import NoSuchPath, again, discover
    from lambdalint.lint import Run

    checks = {rule.name: rule.check for rule in known()}
    if cache is not None and cache.again is not None:
        scope, skipped, rules = cache.again
        found = again(paths, scope, skipped, configs.excluded)
    else:
        try:
            found = discover(paths, configs.excluded, unsaved)
        except NoSuchPath as error:
            raise Failure(str(error)) from None
        rules = configs.anywhere(found.scope)
    asked = tuple(replace(rule, check=checks[rule.name]) for rule in rules)
    earlier = None if cache is None else cache.earlier(asked)
    if earlier is not None and cache is not None and cache.spelt:
        earlier.spell = _spelt
    return Run(found.sources, found.scope, asked, configs, found.focus, step, kept, pictured, earlier), found, asked


def _spelt(findings: tuple[Finding, ...], sources: Sources) -> tuple[Finding, ...]:
    from lambdalint.report import Lines, spelt

    lines = Lines(sources)
    return tuple(spelt(each, lines) for each in findings)


def begin_again(
    paths: Sequence[str], unsaved: Mapping[str, bytes], file: str | None, given: Given, pictured: bool
) -> tuple[Run, Sequence[Rule]]:
    """The same run in another process."""
    run, _, asked = begin(paths, unsaved, configs_of(file, given), pictured=pictured)
    return run, asked


_FEW = 1500
"""How many files are read by one process in less time than it takes to begin others."""


def _jobs(configs: Configs, paths: Sequence[str], files: int, roots: int) -> int:
    """How many processes judge, by what the user says, or else by the size of the run."""
    wanted = configs.of(common(paths)).jobs
    if not wanted and files > _FEW:
        from lambdalint.processes import processors  # with all that multiprocessing takes along

        wanted = processors()
    return min(wanted or 1, roots)


def run(
    paths: Sequence[str],
    unsaved: Mapping[str, bytes],
    configs: Configs,
    with_cfn_lint: bool | None,
    step: Callable[[str], None] | None = None,
    cache: Cache | None = None,
    part: tuple[int, int] | Part | None = None,
    kept: KeptRun | None = None,
    pictured: bool = False,
) -> tuple[Report, Discovery, Sequence[Rule]]:
    """What the files in `paths` come to, which these are, and which rules were asked of any of them.

    `step` is told what is done next, in place of the person at the terminal. `part` is one of how many parts are
    judged, or all of them where they were. What earlier runs of this process have `kept` is not found out again.
    """
    from lambdalint.discover import Discovery, Disk
    from lambdalint.report import Lines, all_spelt

    if cache is not None:
        cache.pictured = pictured
    before = None if cache is None else cache.kept()
    if before is not None:
        # Nothing was looked for: there is only what the places of findings are read by.
        (report, asked), found = before, Discovery(Disk(paths), (), None)
    else:
        report, found, asked, roots = _judged(paths, unsaved, configs, step, part, kept, pictured, cache)
        if cache is not None:
            report = all_spelt(report, Lines(found.sources)) if cache.spelt else report
            cache.keep(report, asked, found, roots)
    if configs.of(common(paths)).with_cfn_lint if with_cfn_lint is None else with_cfn_lint:
        report = replace(report, peer=_peer(report, Lines(found.sources)))
    return report, found, asked


def cache_of(context: click.Context, paths: Sequence[str], file: str | None, given: Given, asked: bool) -> Cache | None:
    """What is kept of runs as this one, which begins now; None where nothing is `asked` to be kept."""
    if not asked or given.cache is False:
        return None
    from datetime import date

    from lambdalint.cache import Cache

    today = given.today or date.today()
    wishes = (file, given.select, given.extend_select, given.ignore, given.exclude, today.isoformat())
    cache = Cache(paths, wishes)
    context.call_on_close(cache.close)
    return cache


def place(cache: Cache | None, configs: Configs, paths: Sequence[str]) -> Cache | None:
    """The same where the configuration wants it to be kept; None where it does not."""
    if cache is None:
        return None
    config = configs.of(common(paths))
    if config.cache:
        cache.directory = config.cache_dir
        return cache
    cache.close()
    return None


def _reported(
    begun: Run,
    found: Discovery,
    asked: Sequence[Rule],
    paths: Sequence[str],
    unsaved: Mapping[str, bytes],
    configs: Configs,
    step: Callable[[str], None],
    part: tuple[int, int] | Part | None,
) -> Report:
    """What comes of a run that has begun: of the whole, of one of several parts, or of all parts that were judged."""
    if part is not None:
        from lambdalint import parts

        if isinstance(part, parts.Part):
            try:
                return begun.report(begun.with_pictures(parts.outcomes(part, begun.roots, asked)))
            except parts.WrongParts as error:
                raise Failure(str(error)) from None
    numbers = range(len(begun.roots)) if part is None else parts.share(begun.roots, found.scope, *part)
    jobs = 1 if begun.keeps or begun.is_still else _jobs(configs, paths, len(found.scope), len(numbers))
    if jobs > 1:
        judged = _by_processes(begun, asked, jobs, numbers, paths, unsaved, configs, step)
    else:
        judged = [begun.outcomes(begun.roots[each]) for each in numbers]
    if part is None:
        return begun.report(judged)
    by_number = dict(zip(numbers, judged, strict=True))
    return begun.report_of_part(judged, parts.written(*part, _wishes(paths, configs), begun.roots, by_number))


def _wishes(paths: Sequence[str], configs: Configs) -> dict[str, Any]:
    """With what options a run was begun, as plain data."""
    from datetime import date

    given = configs.given
    return {
        "paths": list(paths),
        "config": configs.named,
        **{each: list(getattr(given, each)) for each in ("select", "extend_select", "ignore", "exclude")},
        "today": (given.today or date.today()).isoformat(),
    }


def all_parts(files: Sequence[str]) -> tuple[Part, tuple[str, ...], str | None, Given]:
    """The parts that some reports are of, and the paths, the configuration and the wishes of their run."""
    from datetime import date

    from lambdalint import parts
    from lambdalint.configs import Given

    read = []
    for path in files:
        try:
            read.append((path, parts.read(path, Path(path).read_text("utf-8"))))
        except (OSError, UnicodeDecodeError) as error:
            raise Failure(f"{path}: cannot be read: {getattr(error, 'strerror', None) or 'not UTF-8'}") from None
        except parts.WrongParts as error:
            raise Failure(str(error)) from None
    try:
        part = parts.together(read)
    except parts.WrongParts as error:
        raise Failure(str(error)) from None
    select, extend_select, ignore, exclude = (
        tuple(part.wishes[each]) for each in ("select", "extend_select", "ignore", "exclude")
    )
    given = Given(select, extend_select, ignore, exclude, today=date.fromisoformat(part.wishes["today"]))
    return part, tuple(part.wishes["paths"]), part.wishes["config"], given


def _judged(
    paths: Sequence[str],
    unsaved: Mapping[str, bytes],
    configs: Configs,
    step: Callable[[str], None] | None,
    part: tuple[int, int] | Part | None,
    kept: KeptRun | None,
    pictured: bool,
    cache: Cache | None,
) -> tuple[Report, Discovery, Sequence[Rule], dict[str, Any]]:
    """A run that is made; with what its roots came to, as it is kept."""
    from lambdalint.progress import Progress
    from lambdalint.source import Span

    progress = Progress()
    try:
        begun, found, asked = begin(paths, unsaved, configs, step or progress, kept, pictured, cache)
        report = _reported(begun, found, asked, paths, unsaved, configs, step or progress, part)
    finally:
        progress.close()
    skipped = tuple((Span.top(path), why) for path, why in sorted({*found.sources.skipped}))
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
    return report, found, asked, begun.for_the_next()


def look(
    paths: Sequence[str],
    configs: Configs,
    held: Baseline | None,
    revision: str | None,
    with_cfn_lint: bool | None,
    cache: Cache | None,
    unsaved: Mapping[str, bytes],
    part: tuple[int, int] | Part | None = None,
    pictured: bool = False,
) -> tuple[Report, Discovery, Sequence[Rule]]:
    """A run, of which only what is new beside a baseline, and lies in what was changed since a revision, is told."""
    from lambdalint.report import Lines

    changed = None if revision is None else changed_since(revision, paths)
    report, found, asked = run(paths, unsaved, configs, with_cfn_lint, cache=cache, part=part, pictured=pictured)
    if held is not None:
        compared = compared_with(held, report, Lines(found.sources))
        stale = len(stale_of(held, compared, report, configs, paths))
        report = report.beside(compared.new, compared.known, stale)
    return report if changed is None else report.within(changed.concerns), found, asked


def _by_processes(
    begun: Run,
    asked: Sequence[Rule],
    jobs: int,
    numbers: Sequence[int],
    paths: Sequence[str],
    unsaved: Mapping[str, bytes],
    configs: Configs,
    step: Callable[[str], None],
) -> list[tuple[Outcome, ...]]:
    from lambdalint.processes import WorkerFailed, outcomes

    again = partial(begin_again, tuple(paths), dict(unsaved), configs.named, configs.given, begun.pictured)
    try:
        return outcomes(begun, asked, again, jobs, numbers, step)
    except WorkerFailed as error:
        raise Failure(str(error)) from None


def say_read(report: Report) -> None:
    """Say on stderr what was read, and how far it could be followed."""
    read = f"{report.templates} templates, {report.apps} apps"
    say(f"read: {read}, {report.functions} functions, {report.handlers} handlers")
    for path in report.read:
        say(f"read: {path}")
    for span, join in report.joins:
        say(f"{span}: {join}")
    for span in report.unfinished:
        say(f"{span}: the handler does more than is followed; what lies beyond is unknown")


def say_unread(report: Report) -> None:
    """Say on stderr what of the files could not be read, or was not."""
    for kind, places in (("warning", report.skipped), ("note", report.notes)):
        said: dict[str, list[str]] = {}
        for span, why in places:
            said.setdefault(why, []).append(span.path)
        for why, (first, *others) in said.items():
            say(f"{kind}: {first}: {why}{_so_are(others)}")


def add_ignores(report: Report, found: Discovery, reason: str) -> None:
    """Have what a report tells ignored from now on, and say what became of that on stderr."""
    from lambdalint import ignoring

    written = ignoring.write(report, found, reason)
    for finding, why in written.left:
        say(f"{finding.span}: {finding.rule.name}: no ignore written: {why}")
    left = f"; {len(written.left)} left out" if written.left else ""
    now = "1 finding is" if written.findings == 1 else f"{written.findings} findings are"
    say(f"{now} ignored now, in {_counted(len(written.files), 'file')}{left}")


def fixed(look: Callable[[Mapping[str, bytes]], tuple[Report, Discovery, Sequence[Rule]]], *, unsafe: bool) -> Fixed:
    """What becomes of the files by the fixes of what a run tells; nothing is written."""
    from lambdalint import fixing

    def again(texts: Mapping[str, str]) -> tuple[Report, Discovery]:
        report, found, _ = look({path: text.encode() for path, text in texts.items()})
        return report, found

    return fixing.fixed(again, unsafe=unsafe)


def differences(fixed: Fixed) -> str:
    """What fixes change in files, as a unified diff; what was tried and taken back is said on stderr."""
    from lambdalint.fixing import diff

    _say_undone(fixed)
    return "".join(diff(path, fixed.before[path].text, text) for path, text in sorted(fixed.after.items()))


def write_fixes(fixed: Fixed) -> None:
    """Write the files that fixes have changed, and say on stderr what became of them."""
    from lambdalint.rewriting import Refused, put

    left = set()
    for path, text in sorted(fixed.after.items()):
        try:
            put(fixed.before[path], text)
        except Refused as refusal:
            left.add(path)
            say(f"{path}: not fixed: {refusal}")
    _say_undone(fixed)
    done = [finding for finding in fixed.done if finding.span.path not in left]
    files = len(fixed.after.keys() - left)
    for finding in done:
        assert finding.problem.fix is not None
        say(f"{finding.span}: {finding.rule.name}: {finding.problem.fix.message}")
    say(f"{_counted(len(done), 'finding')} fixed, in {_counted(files, 'file')}")


def _say_undone(fixed: Fixed) -> None:
    for finding in fixed.undone:
        assert finding.problem.fix is not None
        say(f"{finding.span}: {finding.rule.name}: not fixed: to {finding.problem.fix.message} does not mend it alone")


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def heeded(file: str | None, paths: Sequence[str]) -> Baseline | None:
    """The baseline that a run is held against: the one that is named, or the nearest."""
    from lambdalint.baseline import Baseline, nearest

    if file is not None and not os.path.lexists(file):
        raise Failure(f"{file}: no such file; `lambdalint baseline --output {file}` writes it")
    path = Path(file) if file is not None else nearest(Path(common(paths)))
    return None if path is None else Baseline(path)


def changed_since(revision: str, paths: Sequence[str]) -> Changed:
    """What was changed since a revision."""
    from lambdalint.changed import changed

    return changed(revision, paths)


def compared_with(baseline: Baseline, report: Report, lines: Lines) -> Compared:
    """What a run has told, held against a baseline; no line that shows a secret gets into that."""
    secret = report.secret_lines

    def text(finding: Finding) -> str | None:
        span = finding.span
        if (span.path, span.line) in secret or lines.shows_secret(span):
            return None
        return lines.line(span.path, span.line)

    return baseline.compared(report.told, text)


def stale_of(
    baseline: Baseline, compared: Compared, report: Report, configs: Configs, paths: Sequence[str]
) -> list[Entry]:
    """What a baseline has that this run would have found, and did not."""
    from lambdalint.discover.focus import covers

    ours = {rule.name for rule in known()}

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


def repository(paths: Sequence[str]) -> tuple[str, str]:
    """The way from the root of the repository to the current directory; or down to it, where that lies above."""
    here = Path.cwd()
    if (root := _root(here)) is not None:
        return here.relative_to(root).as_posix().removeprefix("."), ""
    below = _root(Path(paths[0]).resolve())
    return "", below.relative_to(here).as_posix() if below is not None and below.is_relative_to(here) else ""


def _root(path: Path) -> Path | None:
    """The repository that a path lies in."""
    return next((folder for folder in (path, *path.parents) if (folder / ".git").exists()), None)


def say(line: str) -> None:
    click.echo(f"lambdalint: {printable(line)}", err=True)
