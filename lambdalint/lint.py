"""The run: from sources to findings, step by step."""

from __future__ import annotations

import os
import posixpath
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence, Set
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from lambdalint import ignores
from lambdalint.acknowledged import Acknowledged
from lambdalint.across import across
from lambdalint.check import WHILE_DEPLOYED, Problem
from lambdalint.code.facts import Handler
from lambdalint.code.modules import Modules
from lambdalint.code.once import Once
from lambdalint.code.parsed import Parsed
from lambdalint.code.reader import LooseFiles, Reader, calls, same
from lambdalint.config import Config
from lambdalint.configs import Configs
from lambdalint.discover.focus import Focus, covers
from lambdalint.discover.generated import is_tool
from lambdalint.earlier import Earlier, state_of
from lambdalint.findings import as_note, at_origin, eased, once, owners_of, withheld
from lambdalint.graph.picture import Picture
from lambdalint.kept import Heard, Kept, Witness
from lambdalint.lent import Lent
from lambdalint.model import Project, forget, policies_of
from lambdalint.model.deployed import Deployed
from lambdalint.model.owners import Owners
from lambdalint.model.superseded import deployed_otherwise, deploys, superseded
from lambdalint.outcome import Guessed, Loose, Met, Outcome, together
from lambdalint.records import replace
from lambdalint.remarks import Remarks
from lambdalint.roots import Root, Roots, StillRoots, deployments_of, forgotten
from lambdalint.rules import Finding, Rule
from lambdalint.source import Source, Sources, Span, Steady, UnreadableSource
from lambdalint.templates.aside import Aside
from lambdalint.templates.candidates import candidates
from lambdalint.templates.outline import outline
from lambdalint.templates.resource import Deployment, Resource
from lambdalint.templates.written import Written
from lambdalint.told import Report

if TYPE_CHECKING:
    pass


def lint(
    sources: Sources,
    scope: Sequence[str],
    rules: Sequence[Rule],
    *,
    configs: Configs | None = None,
    today: date | None = None,
    focus: Focus | None = None,
    step: Callable[[str], None] = lambda _: None,
    kept: KeptRun | None = None,
) -> Report:
    """What the rules find in the projects among the files of `scope`.

    `configs` say for each file which of the rules count for it, and how it is to be read; without any all count, and
    `today` is the date to judge by. Of the projects only those are judged that have to do with `focus`. An exception in
    a check passes through, with the rule's name as its note. `step` is told what is done next.
    What an earlier run has `kept` is not found out again.
    """
    configs = configs or Configs(rules, one=Config(select=("all",), today=today))
    run = Run(sources, scope, rules, configs, focus, step, kept)
    return run.report([run.outcomes(root) for root in run.roots])


class KeptRun:
    """What is kept from one run to the next of the same process, for those that look at the same files again."""

    def __init__(self) -> None:
        self.once = Once()
        self.followed: Kept[Modules] = Kept(same, calls)
        self.templates: Kept[Sources] = Kept()
        self.outcomes: Kept[Sources] = Kept()
        self._steady = Steady()

    def begin(self, sources: Sources) -> Sources:
        """Begin a run: the sources as it is to ask them, of whose answers those that are as they were are the same."""
        forget()  # resources that are kept may be judged with other code
        self._steady.begin(sources)
        return self._steady

    def end(self) -> None:
        """Let go of what a run that has come to its end did not need."""
        needed = self._steady.end()
        self.once.end(needed)
        self.followed.prune(lambda module: id(module.source) in needed)
        self.templates.prune()
        self.outcomes.prune()


class Run:
    """A run that has begun: each of its `roots` can be judged by itself, and what comes of them becomes one report."""

    def __init__(
        self,
        sources: Sources,
        scope: Sequence[str],
        rules: Sequence[Rule],
        configs: Configs,
        focus: Focus | None = None,
        step: Callable[[str], None] = lambda _: None,
        kept: KeptRun | None = None,
        pictured: bool = False,
        earlier: Earlier | None = None,
    ) -> None:
        """`pictured` says whether what is deployed is drawn, for a report that shows it.

        `earlier` knows what roots came to in an earlier run, of another process.
        """
        self._kept = kept
        self.earlier = earlier if focus is None else None
        self._remarks = Remarks() if self.earlier is None else self.earlier.remarks
        self.pictured = pictured
        self.keeps = kept is not None
        """Whether another run of this process will begin with what this one finds out."""
        if kept is not None:
            sources = kept.begin(sources)
        self._sources, self._scope, self._rules, self._configs, self._focus = sources, scope, rules, configs, focus
        self.step = step
        self._reader = (
            Reader(sources)
            if kept is None
            else Reader(sources, Parsed(once=kept.once), once=kept.once, followed_before=kept.followed)
        )
        looked_at = scope if focus is None else candidates(sources, scope, focus)
        step(f"reading the templates among {len(looked_at)} files")
        self.is_still = False
        """Whether the roots are those of an earlier run, of which most say and come to what they did."""
        self._still: Mapping[str, tuple[Outcome, ...]] = {}
        self._judged_roots: list[tuple[str, tuple[Outcome, ...]]] = []
        self._has_all = False
        self._found: Roots | StillRoots = self._as_they_were() or Roots(
            self._heard(), looked_at, configs, focus, None if kept is None else kept.templates
        )
        self.roots: Sequence[Root] = self._found.first
        if kept is None and len(self.roots) > 1:
            # Several environments of one project run the same code.
            self._reader.followed_before = Kept(same, calls)

    def _heard(self) -> Sources:
        """The sources as those ask them who look for roots."""
        return self._sources if self.earlier is None else cast("Sources", Heard(self._sources, self.earlier.heard))

    def _as_they_were(self) -> StillRoots | None:
        """The roots of the earlier run, of which only those are read that have changed; None where others may be
        there."""
        still = None if self.earlier is None else self.earlier.still()
        if self.earlier is None or still is None:
            return None
        names, known = still
        concerned = [name for name in names if name not in known]
        outlines = [each for name in concerned for each in self.earlier.outlines(name)]
        paths = {path for each in outlines for path in (each.path, *each.paths, *each.program)}
        own = {name.partition("#")[0] for name in concerned}
        read = Roots(self._heard(), sorted((own | paths) & {*self._scope}), self._configs, None)
        by_name = {root.name: root for root in read.first}
        for name in concerned:
            if name not in by_name or self._state(by_name[name]) != self.earlier.state(name):
                return None
        self._still, self.is_still = known, True
        self.earlier.take(known)
        return StillRoots([by_name.get(name) or Root(name, forgotten, None, name=name) for name in names])

    def outcomes(self, root: Root) -> tuple[Outcome, ...]:
        """What the deployments of a root come to. It does not depend on which others were asked before.

        Where nobody keeps what is found out, a root is asked once: what is deployed is let go of then.
        """
        if root.name in self._still:
            return self._still[root.name]
        if self._kept is None:
            found = self._outcomes(root, self._sources) if self.earlier is None else self._known(root, self.earlier)
            root.forget()
            return found
        given = root.of, self._rules, self._focus, self._configs.of(root.path).today, self.pictured
        return self._kept.outcomes.made(root.path, given, self._sources, partial(self._outcomes, root))

    def _known(self, root: Root, earlier: Earlier) -> tuple[Outcome, ...]:
        """What a root comes to, as an earlier run knows it or as this one finds out for the next."""
        unread = earlier.unread(root.name, root.callers) if root.reading is not None and not root.whole else None
        if unread is not None:
            return unread
        state = self._state(root)
        reading = None if root.reading is None else root.reading()
        known = earlier.known(root.name, state, self._sources, reading)
        if known is not None:
            return known
        witness = Witness(self._sources)
        found = earlier.spelt(self._outcomes(root, cast("Sources", witness)), cast("Sources", witness))
        earlier.note(root.name, state, witness, reading)
        return found

    def _state(self, root: Root) -> str:
        """What tells of a root whether it says what it said."""
        root.settle(self._reader)
        asked = [each.name for each in self._rules]
        spells = self.earlier is not None and self.earlier.spells
        return state_of((root.of, asked, self._configs.of(root.path).today, self.pictured, spells))

    def _outcomes(self, root: Root, sources: Sources) -> tuple[Outcome, ...]:
        reader = self._reader.anew(sources)
        found = []
        for each in root.read(reader):
            self.step(f"following the handlers of {each.path}")
            found.append(self._outcome(each, reader))
        return tuple(found)

    def _outcome(self, deployment: Deployment, reader: Reader) -> Outcome:
        reader.note(deployment.resources)
        beside = tuple((home, code) for home, all_code in reader.beside.items() for code in sorted(all_code, key=str))
        told = replace(
            outline(deployment),
            local=reader.is_local(deployment),
            offline=deployment.offline and not reader.is_served(deployment),
        )
        lends = policies_of.lent(Deployed(deployment.resources))
        if self._focus is not None and not _concerns(deployment, self._focus, reader):
            return Outcome(told, told=False, beside=beside, modules=deployment.modules, lends=lends)
        if deployment.judged_with:
            ignored = tuple(ignores.in_metadata_of(deployment.resources))
            reach = reader.reach(deployment) if self._focus is None else None
            return Outcome(told, ignores=ignored, beside=beside, modules=deployment.modules, reach=reach, lends=lends)
        project = self._project(deployment, reader)
        keys = {handler: key for key, handler in reader.followed}
        own = {each for each in self._all_of(deployment) if each.name not in deployment.borrowed}
        outcome = Outcome(
            told,
            findings=tuple(_judged(project, self._rules)),
            ignores=tuple(ignores.in_metadata_of(deployment.resources)),
            functions=sum(not each.generated and each.resource in own for each in project.functions),
            without=tuple(_without(project, own)),
            handlers=tuple(
                Met(
                    keys[each],
                    each.span,
                    each.bounded,
                    tuple((function.name, function.span) for function in project.functions_of(each)),
                )
                for each in project.handlers
            ),
            found=tuple(
                (function.span, where.source.path, where.evidence)
                for function, where in reader.located.items()
                if function in own and where.evidence
            ),
            joined=tuple(dict.fromkeys(_joined(project.handlers))),
            modules=deployment.modules,
            parsed=tuple(sorted({path for path, _ in reader.parsed.modules})),
            tools=tuple(sorted(_tools(reader))),
            unreadable=tuple(reader.parsed.unreadable.values()),
            beside=beside,
            runtimes=tuple(sorted(reader.runtimes)),
            reach=reader.reach(deployment) if self._focus is None else None,
            lends=lends,
            deploys=deploys(project.code),
            picture=_drawing(deployment.path, project) if self.pictured else None,
        )
        project.forget()
        return outcome

    def _project(self, deployment: Deployment, reader: Reader) -> Project:
        """What a deployment deploys, with the code that its functions run."""
        resources = self._all_of(deployment)
        if self._kept is None:
            reader.make_room(resources)
        return Project(
            resources,
            reader.functions(resources),
            today=self._configs.of(deployment.path).today,
            packages=reader.packages,
            entries=reader.entries,
            updated=reader.updated(resources),
            idle=deployment.idle,
            misplaced=deployment.misplaced,
            unsupported=deployment.unsupported,
        )

    @staticmethod
    def _all_of(deployment: Deployment) -> tuple[Resource, ...]:
        """The resources that a deployment is judged with: its own, and those of its other halves."""
        return (*deployment.resources, *deployment.beside)

    def projects(self) -> Iterator[tuple[str, Project]]:
        """What each deployment in focus deploys, after its path; each is let go of before the next."""
        for deployment in self._found.every(self._reader.anew()):
            if deployment.judged_with:
                continue
            reader = self._reader.anew()
            reader.note(deployment.resources)
            if self._focus is None or _concerns(deployment, self._focus, reader):
                self.step(f"following the handlers of {deployment.path}")
                project = self._project(deployment, reader)
                yield deployment.path, project
                project.forget()

    def with_pictures(self, outcomes: Sequence[Sequence[Outcome]]) -> list[Sequence[Outcome]]:
        """What the roots came to in another run, with the pictures that this one wants and that one did not."""
        return [
            each if not self.pictured or all(one.picture or not one.told for one in each) else self._drawn(root, each)
            for root, each in zip(self.roots, outcomes, strict=True)
        ]

    def _drawn(self, root: Root, outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
        reader = self._reader.anew()
        deployed = zip(root.read(reader), outcomes, strict=True)
        return tuple(
            replace(outcome, picture=self._picture(each, reader)) if outcome.told and not each.judged_with else outcome
            for each, outcome in deployed
        )

    def _picture(self, deployment: Deployment, reader: Reader) -> Picture:
        self.step(f"following the handlers of {deployment.path}")
        reader.note(deployment.resources)
        project = self._project(deployment, reader)
        made = _drawing(deployment.path, project)
        project.forget()
        return made

    def report_of_part(self, outcomes: Sequence[Sequence[Outcome]], carried: str) -> Report:
        """What can be told of some roots alone: not what no template deploys, nor which ignores have no effect."""
        report = self._report([each for outcome in outcomes for each in outcome], whole=False)
        findings = tuple(each for each in report.findings if each.rule.name != "unused-ignore")
        return replace(report, findings=findings, part=carried)

    def report(self, outcomes: Sequence[Sequence[Outcome]]) -> Report:
        """What the run comes to, when all of its roots are judged: `outcomes` has what, in their order."""
        every = self._found.in_order(outcomes, self.outcomes)
        self._judged_roots = [(root.name, tuple(each)) for root, each in zip(self.roots, outcomes, strict=True)]
        self._has_all = len(every) == sum(map(len, outcomes))
        return self._report(every)

    def for_the_next(self) -> dict[str, Any]:
        """What the roots of this run came to, as it is kept for the next one."""
        return {} if self.earlier is None else self.earlier.kept(self._judged_roots, whole=self._has_all)

    def _report(self, every: Sequence[Outcome], *, whole: bool = True) -> Report:
        judged = [each for each in every if each.told]
        loose = self._loose(every, judged) if whole else Loose()
        self.step("asking the rules about them")
        focus = self._focus
        deployed = [(each.outline, each.deploys) for each in judged if each.deploys is not None]
        offline, left_over = deployed_otherwise(deployed), superseded(deployed)
        outlines = [replace(each.outline, local=each.outline.local or each.outline.path in offline) for each in judged]
        aside = Aside(outlines, self._sources, partial(covers, path=_common(self._scope, focus)), self._remarks)
        lent = Lent((each.outline.path, each.lends) for each in every)
        both = across([(told, each.findings, each.handlers) for each, told in zip(judged, outlines, strict=True)])
        # What nobody deploys any longer, or only on one's own machine, may run what others deploy in earnest.
        idle = {told.path for told in outlines if told.local or told.path in left_over}
        idle = idle if len(idle) < len(outlines) else set()
        found = [
            as_note(finding) if told.path in idle else finding
            for each, told in zip(both, outlines, strict=True)
            for finding in each
            if not lent.allows(finding.problem.lacks, told.path)
            if finding.rule.name not in WHILE_DEPLOYED
            or not (told.local or told.path in left_over or aside.is_packaged(told))
        ]
        found += loose.findings
        written = Written(outlines)
        acknowledged = Acknowledged(self._sources, outlines)
        handlers = {met.key: met for each in judged for met in each.handlers}
        own = {*(path for path, *_ in handlers), *loose.paths}
        tools = {path for each in judged for path in each.tools if path not in own}
        tools.update(path for path in loose.tools if path not in own)
        unreadable = {span.path: (span, why) for each in judged for span, why in each.unreadable}
        unreadable |= {path: why for path, why in loose.unreadable if path not in unreadable}
        broken = [*unreadable.values(), *(each for outline in outlines for each in outline.unreadable)]
        findings = [at_origin(eased(finding, aside, acknowledged, tools), written) for finding in found]
        findings += [
            eased(
                Finding(rule, Problem(span, why, severity="note" if aside.is_draft(span) else None)),
                aside,
                acknowledged,
                tools,
            )
            for rule in self._rules
            if rule.name == "unreadable-file"
            for span, why in broken
        ]
        paths = {path for outline in outlines for path in (*outline.paths, *outline.program)}
        paths |= {path for each in judged for path in each.parsed} | {*loose.parsed}
        told_of, ignored = ignores.apply(
            once(_asked(findings, self._configs)),
            _read(self._sources, paths, self._remarks),
            [wish for each in judged for wish in each.ignores],
            self._configs.asked,
        )
        without = Counter(why for each in judged for why in each.without)
        unfinished = [
            *(each.span for each in handlers.values() if each.bounded),
            *(span for span, bounded in loose.met if bounded),
        ]
        joined = [*(each for one in judged for each in one.joined), *loose.joined]
        if self._kept is not None:
            self._kept.end()
        return Report(
            findings=tuple(told_of),
            ignored=tuple(ignored),
            templates=len({path for each in outlines if each.deploys for path in each.paths}),
            apps=sum(each.deploys and not each.paths for each in outlines),
            functions=sum(each.functions for each in judged),
            without=tuple(sorted(without.items(), key=lambda each: (-each[1], each[0]))),
            handlers=len(handlers) + len(loose.met),
            unfinished=tuple(sorted(unfinished)),
            joins=tuple(sorted(set(_joins((each for one in judged for each in one.found), joined)))),
            notes=tuple(dict.fromkeys(note for each in outlines for note in each.notes)),
            read=tuple(sorted(paths)),
            made=tuple(sorted({path for each in outlines if each.dialect == "cdk" for path in each.paths})),
            pictures=tuple(each.picture for each in judged if each.picture is not None),
            cloudformation=tuple(
                sorted({path for each in outlines if each.dialect in {"cloudformation", "sam"} for path in each.paths})
            ),
        )

    def _loose(self, every: Sequence[Outcome], judged: Sequence[Outcome]) -> Loose:
        """What the handlers come to that no template leads to, beside what deployments came to."""
        self.step("looking for handlers that no template deploys")
        reader = self._reader.anew()
        for each in every:
            for home, code in each.beside:
                reader.beside.setdefault(home, set()).add(code)
            reader.runtimes.update(each.runtimes)
        taken = {path for each in judged for path in each.parsed}
        files = reader.loose_files(self._scope, self._focus, taken, self._remarks)
        if not files.paths:
            return Loose()
        earlier = self.earlier
        if earlier is None:
            left = self._left(files, reader, judged)
            return together([self._loose_in(each, reader.beside_as(self._sources), left) for each in files.each(left)])
        reaches = tuple((each.outline.path, each.outline.paths, each.outline.program, each.reach) for each in judged)
        left = earlier.rest(
            "",
            (files.paths, reaches),
            self._sources,
            lambda sources: self._left(files, reader.beside_as(sources), judged),
        )
        around = (
            files.others,
            files.notebooks,
            tuple(sorted(reader.runtimes)),
            tuple(each.name for each in self._rules),
        )

        def found_in(each: LooseFiles, sources: Sources) -> Loose:
            (found,) = earlier.spelt((self._loose_in(each, reader.beside_as(sources), left),), sources)
            return found

        return together(
            [
                earlier.rest(path, (path in left, *around), self._sources, partial(found_in, each))
                for each in files.each(left)
                for path in each.paths
            ]
        )

    def _loose_in(self, files: LooseFiles, reader: Reader, left: Container[str]) -> Loose:
        """What the handlers in some files come to, of which those are idle that are `left`."""
        loose = reader.handlers_in(files)
        bare = (
            Project((), loose=tuple(each for each in loose if each.path not in left)),
            Project((), loose=tuple(each for each in loose if each.path in left), idle=True),
        )
        focus = self._focus
        # Beside what is in focus handlers are read that may run it, which a template may deploy that was not read.
        told = [each for each in loose if focus is None or each.span.path in focus]
        return Loose(
            findings=tuple(
                finding for project in bare if project.handlers for finding in _judged(project, self._rules)
            ),
            paths=tuple(each.path for each in loose),
            met=tuple((each.span, each.bounded) for each in told),
            joined=tuple(_joined(told)),
            parsed=tuple(sorted({path for path, _ in reader.parsed.modules})),
            tools=tuple(_tools(reader)),
            unreadable=tuple(reader.parsed.unreadable.items()),
        )

    def _left(self, files: LooseFiles, reader: Reader, judged: Sequence[Outcome]) -> tuple[str, ...]:
        """Those of the files that no template leads to whose handlers nothing deploys, although templates deploy
        others."""
        undeployed = reader.undeployed()
        if self._focus is None:
            for outcome in judged:
                if outcome.reach is not None:
                    undeployed.add(outcome.outline.path, outcome.outline.paths, outcome.outline.program, outcome.reach)
        else:
            for each in deployments_of(self._sources, self._scope, self._configs, reader, self._focus):
                if (reach := reader.reach(each)) is not None:
                    undeployed.add(each.path, each.paths, each.program, reach)
        return tuple(path for path in files.paths if path in undeployed)


def _asked(findings: Iterable[Finding], configs: Configs) -> Iterator[Finding]:
    """The findings of rules that are asked of their files, with the severities that these have there."""
    for finding in findings:
        if rule := configs.asked(finding.span.path).get(finding.rule.name):
            yield replace(finding, rule=rule)


def _concerns(deployment: Deployment, focus: Focus, reader: Reader) -> bool:
    """Whether a deployment's templates, or the code of its functions, are in focus or around it."""
    paths = (deployment.path, *deployment.paths, *deployment.program, *deployment.halves)
    if any(path in focus for path in paths):
        return True
    if deployment.notes and not deployment.resources:
        return focus.touches(posixpath.dirname(deployment.path))
    return any(focus.touches(place) for place in reader.places(deployment.resources))


def _tools(reader: Reader) -> Iterator[str]:
    """The files that were read for one reader and are programs of somebody else's."""
    return (
        path for (path, _), module in reader.parsed.modules.items() if module is not None and is_tool(module.source)
    )


def _without(project: Project, own: Set[Resource]) -> Iterator[str]:
    """For each of some functions that is judged without its code, why."""
    functions = (each for each in project.functions if not each.generated and each.resource in own)
    found = (project.not_located(function) for function in functions)
    return (each.group for each in found if each is not None)


def _joined(handlers: Iterable[Handler]) -> Iterator[Guessed]:
    """The imports of some handlers whose modules were found where nothing leads to them."""
    for each in (each for handler in handlers for each in handler.imports):
        if each.origin is not None:
            name = each.name.partition(".")[0]
            yield Guessed(each.span, each.origin.root, name, each.origin.path, each.origin.evidence)


def _joins(found: Iterable[tuple[Span, str, str]], joined: Iterable[Guessed]) -> Iterator[tuple[Span, str]]:
    for span, path, evidence in found:
        yield span, f"{path} is taken for its code: {evidence}"
    first: dict[tuple[str, str], Guessed] = {}
    for each in sorted(joined, key=lambda each: (each.span, each.path, each.evidence)):
        first.setdefault((each.root, each.name), each)
    for each in first.values():
        yield each.span, f"{each.path} is taken for what is imported of {each.name}: {each.evidence}"


def _judged(project: Project, rules: Iterable[Rule]) -> Iterator[Finding]:
    """What the rules find in a project."""
    owners = Owners(project)
    for rule in rules:
        if rule.check is None:
            continue
        try:
            for problem in rule.check(project.reading(rule.reads)):
                whose = owners_of(problem, owners)
                found = Finding(rule, replace(problem, about=()) if problem.about else problem, whose)
                yield withheld(as_note(found) if project.idle else found)
        except Exception as error:
            error.add_note(rule.name)
            raise


def _common(scope: Sequence[str], focus: Focus | None) -> str:
    """The innermost directory that all lies in that was given to be judged, or that itself."""
    # The first and the last of files have no more in common than all.
    ends = (min(scope), max(scope)) if scope else ()
    given = ends if focus is None else (*focus.files, *focus.directories)
    try:
        return os.path.commonpath([os.path.abspath(each or ".") for each in given or (".",)])
    except ValueError:  # on several drives, which no directory holds
        return os.sep


def _drawing(path: str, project: Project) -> Picture:
    from lambdalint.graph.pictured import pictured  # few reports show what is deployed

    return pictured(path, project)


def _read(sources: Sources, paths: Iterable[str], remarks: Remarks) -> Iterator[Source]:
    """Those of some files that may have ignores in comments."""

    def text(path: str) -> Source | None:
        try:
            return sources.read(path)
        except UnreadableSource:
            return None

    def may_ignore(path: str) -> bool:
        source = text(path)
        return source is not None and ignores.may_be_in(source)

    for path in sorted(paths):
        if remarks.of("ignores", path, partial(may_ignore, path)) and (source := text(path)) is not None:
            yield source
