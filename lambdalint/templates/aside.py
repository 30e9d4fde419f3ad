"""What of a template is nobody's to mend in it: what a tool writes anew, what is for tests alone, and what is wrong on
purpose."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Container, Iterable, Iterator
from functools import partial
from itertools import takewhile

from lambdalint.literals import proposed
from lambdalint.patterns import pattern
from lambdalint.remarks import Remarks
from lambdalint.source import Source, Sources, Span, UnreadableSource
from lambdalint.templates.outline import WORDS, Outline
from lambdalint.templates.value import Known, Value

_FILES = pattern(r"(?:^|[-_.])local(?:stack)?(?:[-_.]|$)", re.IGNORECASE)
_FOLDERS = pattern(r"local[-_]?(?:test|dev|run)\w*|(?:test|dev|run)\w*[-_]local\w*|localstack", re.IGNORECASE)
_SAID = pattern(
    r"\bfor (?:local(?:ly)? (?:test|dev|debug|run|invo|use)"
    r"|(?:test|develop|debug|runn|invok)\w* (?:(?:it|the|our|this|a|lambdas?|functions?) ){0,2}locally)"
    r"|\b(?:debug|invoke|run|test)s? (?:it|them|this) locally\b"
    r"|\blocal (?:test|debugg?|development)\w* (?:only|stack|template|environment|set-?up)\b"
    r"|\b(?:deployment test|test deployment)\s*$"
    r"|^\W*(?:deprecated|obsolete|do not use|retired)\b|\bthis (?:\w+ ){1,3}(?:is|has been) (?:now )?deprecated\b",
    re.IGNORECASE | re.MULTILINE,
)


def is_local(source: Source, description: Value | None) -> bool:
    """Whether a template says that it is for tests, on one's own machine above all, or used no longer: by its name,
    Description or the comment that it begins with."""
    said = str(description.value) if isinstance(description, Known) else ""
    comment = " ".join(line.lstrip("# ") for line in takewhile(_is_comment, source.lines))
    return called_local(source) or says_local(f"{comment}\n{said}")


def called_local(source: Source) -> bool:
    """Whether the name of a file, or of a directory around it, says that it is for one's own machine."""
    *folders, name = source.path.split("/")
    return _FILES.search(name) is not None or any(_FOLDERS.fullmatch(each) is not None for each in folders)


def says_local(text: str) -> bool:
    """Whether a text says of a template that it is for tests, on one's own machine above all, or used no longer."""
    return not text.isspace() and _SAID.search(text) is not None


def _is_comment(line: str) -> bool:
    return line.startswith("#")


_TESTING = pattern(
    r"(?:^|-)(?:e-2-e|end-to-end-test\w*|(?:load|smoke|integration)-test\w*|playground|dummy|fakes?|mock(?:s|ed)?|stubs?)"
    r"(?:-|$)",
)


def is_for_tests(name: str) -> bool:
    """Whether the name of a function, or of what lies around its code, says that it tests others, or stands in for one:
    `ordersE2E`, `IoPlayground`, `fake_gateway`."""
    return _TESTING.search("-".join(word.lower() for word in WORDS.findall(name))) is not None


_TESTS = frozenset({"tests", "__tests__", "testdata", "test_data", "test-data", "fixtures"})
"""How directories are called whose templates are there to be tested with."""
_STAGES = frozenset({"dev", "develop", "development", "stage", "staging", "uat", "qa", "prod", "production", "live"})
_OF_STAGES = pattern(r".*(?:env|stage|account|workspace|stack|deploy)\w*", re.IGNORECASE)


def tests_around(path: str, directories: Container[str]) -> Iterator[str]:
    """The directories of tests that a template lies in.

    `test` is also what a stage is called, as it is where others lie beside it.
    """
    folders = posixpath.dirname(path).split("/")
    for number, folder in enumerate(folders):
        above = folders[:number]
        beside = ("/".join((*above, stage)) for stage in _STAGES)
        is_stage = bool(above) and _OF_STAGES.fullmatch(above[-1]) is not None
        if folder in _TESTS or (folder == "test" and not is_stage and not any(each in directories for each in beside)):
            yield "/".join((*above, folder))


_PAST = frozenset({
    "_archive", "archived", "attic", "deprecated", "graveyard", "obsolete", "retired", "superseded", "unused",
    ".agents", ".claude", ".codex", ".cursor", ".gemini",
})  # fmt: skip
"""How directories are called that are kept, and deployed no longer, and those of what agents are taught with."""
_ARCHIVES = frozenset({"archive", "archives"})
"""So are these, of whole projects; what archives something is called so as well."""
_KEPT = pattern(r"\.(?:backup|bak|old)(?:[-_.].*)?|.+\.(?:backup|bak|old)", re.IGNORECASE)
"""And copies that are hidden away, or called such by their ending."""
_OF_PROJECTS = pattern(
    r"(?:app|cdk|cf|cfn|cloudformation|code|deploy|iac|infra|lambda|sam|src|stack|template|terraform)\w*"
)
_STEPS = pattern(
    r"(?:(?:data|deploy(?:ment)?|migration|one-?off|release|upgrade)s?[-_]?(?:scripts?|steps?)|migrations|upgrades)",
    re.IGNORECASE,
)
_NUMBERED = pattern(r"v?\d+(?:[-_.]\w.*)?", re.IGNORECASE)


def past_around(path: str) -> Iterator[str]:
    """The directories around a template that say that it is deployed no longer: those of what is kept, and the numbered
    steps of deployments or migrations, each of which was done once."""
    folders = posixpath.dirname(path).split("/")
    for number, folder in enumerate(folders):
        after = folders[number + 1 : number + 2]
        kept = (
            folder.lower() in _PAST
            or _KEPT.fullmatch(folder) is not None
            or (folder.lower() in _ARCHIVES and any(_OF_PROJECTS.fullmatch(each.lower()) is None for each in after))
        )
        if kept or (_STEPS.fullmatch(folder) is not None and any(_NUMBERED.fullmatch(each) for each in after)):
            yield "/".join(folders[: number + 1])


_PACKAGED = pattern(r"packaged(?:[-_.][\w-]+)?\.(?:ya?ml|json)", re.IGNORECASE)


def _is_packaged(deployment: Outline, others: Iterable[Outline]) -> bool:
    """Whether a template is what `sam package` has written of another one: with the same functions, and called so."""
    own = frozenset(deployment.functions)
    return (
        bool(own)
        and _PACKAGED.fullmatch(posixpath.basename(deployment.path)) is not None
        and any(each.path != deployment.path and own <= frozenset(each.functions) for each in others)
    )


_LONG = 200
_MARK = r"!?\[[^\]]*\]\([^)]*\)|<[^>]*>"
_MARKS = pattern(_MARK)
_DRESS = pattern(rf"{_MARK}|\S{{{_LONG},}}")
"""The same where there are words so long: to look for such takes long itself."""
_LAB = pattern(
    r"\bvulnerable[- ]by[- ]design\b|\b(?:deliberate|intentional|purpose)ly[- ](?:vulnerable|insecure|misconfigured)\b",
    re.IGNORECASE,
)


_RETIRED = pattern(
    r"\bthis (?:[\w-]+ ){0,4}?(?:is|has been|was) (?:now |being |officially )?"
    r"(?:(?:deprecated|obsolete|retired|superseded|abandoned|archived|unmaintained)\b"
    r"|no longer (?:an? |the )?(?:actively )?(?:maintained|supported|recommended|used|in use|deployed|needed)\b)"
    r"|^#[^\n]*[(\[:*-] ?\**(?:deprecated|obsolete|retired)\**[)\]]?\s*$",
    re.IGNORECASE | re.MULTILINE,
)


class _Readmes:
    """How the READMEs of directories begin."""

    def __init__(self, sources: Sources, remarks: Remarks) -> None:
        self._sources = sources
        self._remarks = remarks

    def is_lab(self, directory: str) -> bool:
        """Whether the beginning of a directory's says that what lies there is made to be attacked."""
        return self._says(directory)[0]

    def is_retired(self, directory: str) -> bool:
        """Whether it says that it is used no longer."""
        return self._says(directory)[1]

    def _says(self, directory: str) -> tuple[bool, bool]:
        path = posixpath.join(directory, "README.md")
        return self._remarks.of("readme", path, partial(self._remark, path))

    def _remark(self, path: str) -> tuple[bool, bool]:
        try:
            source = self._sources.read(path)
        except UnreadableSource:
            source = None
        if source is None:
            return False, False
        text = source.text[:20_000]
        dress = _DRESS if any(len(each) >= _LONG for each in text.split()) else _MARKS
        beginning = dress.sub("", text)[:1_500]
        return _LAB.search(beginning) is not None, _RETIRED.search(beginning) is not None


def _labs(deployments: Iterable[Outline], readmes: _Readmes) -> Iterator[str]:
    """The directories whose README says at its beginning that what lies there is made to be attacked."""
    directories = {""}
    for each in deployments:
        folders = posixpath.dirname(each.path).split("/")
        if ".." not in folders:
            directories |= {"/".join(folders[:number]) for number in range(len(folders) + 1)}
    yield from (each for each in sorted(directories) if readmes.is_lab(each))


_BLANK = pattern(r"\{%|<%|\{\$\w+\$\}|@@\w+@@|%%\w+%%|\{\{(?!\s*resolve:)[^{}\n]*\}\}")
"""What another tool fills in, in a template that is written for it."""


RENDERED = (".j2", ".jinja", ".jinja2", ".tmpl", ".tpl")
"""What the names of such templates end in, as Jinja and Terraform have them."""


_HOLE = pattern(r"^[ \t]*<[a-z][\w-]*>[ \t]*(?:#.*)?$", re.MULTILINE)
"""A line of Python that a tool puts other lines in the place of."""


_JAVASCRIPT = (".js", ".jsx", ".mjs", ".cjs")


def _is_draft(deployment: Outline, sources: Sources) -> bool:
    """Whether a template that cannot be read is one before another tool has filled it in."""
    if not deployment.unreadable or deployment.deploys:
        return False
    if deployment.path.endswith(RENDERED):
        return True
    source = _read(deployment.path, sources)
    return source is not None and _has_blanks(source)


def _read(path: str, sources: Sources) -> Source | None:
    try:
        return sources.read(path)
    except UnreadableSource:
        return None


def _has_blanks(source: Source) -> bool:
    blanks = (_BLANK, _HOLE) if source.path.endswith(".py") else (_BLANK,)
    return any(each.search(source.text) is not None for each in blanks)


def _goes_on(source: Source, span: Span) -> bool:
    """Whether there stands what only a compiler makes JavaScript of."""
    lines = source.text.split("\n")[span.line - 1 :][:3]
    return proposed("\n".join(lines)[span.column - 1 :]) is not None


class Aside:
    """Where problems are worth no more than a note."""

    def __init__(
        self, deployments: Iterable[Outline], sources: Sources, given: Callable[[str], bool], remarks: Remarks
    ) -> None:
        """`remarks` are what is known of texts.

        `given` tells of a directory whether what is judged is it, or lies in it: there tests are what is meant."""
        found = tuple(deployments)
        self._given = given
        self._sources = sources
        self._readmes = _Readmes(sources, remarks)
        self._retired: dict[str, bool] = {}
        self._labs = tuple(f"{each}/" if each else "" for each in _labs(found, self._readmes))
        directories = {posixpath.dirname(each.path) for each in found}
        tests = dict.fromkeys(around for each in found for around in tests_around(each.path, directories))
        past = dict.fromkeys(around for each in found for around in past_around(each.path))
        self._kept = tuple(f"{each}/" for each in (*tests, *past) if not given(each))
        self._packaged = frozenset(each.path for each in found if _is_packaged(each, found))
        self._drafts = frozenset(each.path for each in found if _is_draft(each, sources))
        earnest_paths = {path for each in found if not each.local for path in (each.path, *each.paths)}
        self._local = frozenset(
            path for each in found if each.local for path in (each.path, *each.paths) if path not in earnest_paths
        )
        self._extents: dict[str, list[Span]] = {}
        stretches = tuple(each for deployment in found for each in deployment.stretches)
        # What is written once may be made for tests and for others.
        earnest = {each.span for each in stretches if each.in_earnest}
        for each in stretches:
            if each.from_tool or each.span not in earnest:
                self._extents.setdefault(each.span.path, []).append(each.span)

    def __contains__(self, span: Span) -> bool:
        return span.path.startswith(self._labs) or any(each.covers(span) for each in self._extents.get(span.path, ()))

    def is_draft(self, span: Span) -> bool:
        """Whether a file that cannot be read from a place on is one before another tool has filled it in, or made of it
        what can be read."""
        source = _read(span.path, self._sources)
        if span.path in self._drafts or (source is not None and _has_blanks(source)):
            return True
        return source is not None and span.path.endswith(_JAVASCRIPT) and _goes_on(source, span)

    def is_packaged(self, deployment: Outline) -> bool:
        """Whether a template is what `sam package` has written of another one."""
        return deployment.path in self._packaged

    def holds(self, span: Span) -> bool:
        """Whether even errors are: in the templates of tests and what lies beside them, in those for one's own machine,
        in what is written anew, in what is not yet filled in, and in directories that are used no longer, as their
        names or the beginning of a README say."""
        return (
            span.path in self._local
            or span.path in self._packaged
            or span.path in self._drafts
            or span.path.startswith(self._kept)
            or self._is_retired(posixpath.dirname(span.path))
        )

    def _is_retired(self, directory: str) -> bool:
        if not directory or directory.startswith("..") or self._given(directory):
            return False
        if directory not in self._retired:
            above = self._is_retired(posixpath.dirname(directory))
            self._retired[directory] = above or self._readmes.is_retired(directory)
        return self._retired[directory]
