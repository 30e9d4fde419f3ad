"""From what a check wants changed to edits of texts, by the language of the file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from lambdalint.code.endings import is_javascript
from lambdalint.fixing.texts import applied, meet
from lambdalint.patterns import pattern
from lambdalint.rules import Finding
from lambdalint.source import Source, Span, UnreadableSource
from lambdalint.templates import yaml
from lambdalint.templates.value import Known
from lambdalint.wanted import (
    Addition,
    Allowance,
    Change,
    Edit,
    Fix,
    Import,
    Once,
    Property,
    Removal,
    Replacement,
    Rewriting,
    Unignored,
)

Read = Callable[[str], Source | None]
"""The file at a path; None where it cannot be read, or must not be changed."""

_HCL = (".tf", ".tofu")
_TEMPLATES = (".yaml", ".yml", ".json", ".template")
_LITERAL = pattern(r"""(?P<quote>["']?)(?P<text>[^"'\\]*)(?P=quote)""")


def edits(fix: Fix, read: Read) -> tuple[Edit, ...]:
    """What a fix comes to in the files that it changes, all or nothing: no edits where one part cannot be made.

    No file is written. The edits do not meet, and a file that could be read can be read after them.
    """
    made = proposed(fix, read)
    for path in {each.span.path for each in made}:
        source = read(path)
        if source is None or not reads_on(source, applied(source, [each for each in made if each.span.path == path])):
            return ()
    return made


def proposed(fix: Fix, read: Read) -> tuple[Edit, ...]:
    """The same, where nobody has looked yet whether the files can be read afterwards."""
    made: list[Edit] = []
    for change in fix.changes:
        found = _of(change, read)
        if found is None:
            return ()
        made += found
    return tuple(dict.fromkeys(made))


def together(findings: Iterable[Finding], read: Read) -> Iterator[tuple[Finding, tuple[Edit, ...]]]:
    """The findings whose fixes can be made as they are beside each other, and what each of them comes to."""
    taken: dict[str, list[Edit]] = {}
    for finding in findings:
        fix = finding.problem.fix
        made = proposed(fix, read) if fix is not None else ()
        if made and not any(_meets(each, taken) for each in made):
            for each in made:
                taken.setdefault(each.span.path, []).append(each)
            yield finding, made


def _meets(edit: Edit, taken: Mapping[str, Sequence[Edit]]) -> bool:
    return any(meet(edit, other) for other in taken.get(edit.span.path, ()) if other != edit or not edit.shared)


def _of(change: Change, read: Read) -> tuple[Edit, ...] | None:
    """The edits of one change, none where it is so already; None where it cannot be made."""
    match change:
        case Edit():
            return (change,)
        case Once(span):
            source = read(span.path)
            return None if source is None else _at_once(source, change)
        case Import(path=path):
            source = read(path)
            if source is None or source.origin or not path.endswith(".py"):
                return None
            from lambdalint.fixing import python

            return python.imported(source, change)
        case Replacement(before, value):
            return _replaced(before, value, read)
        case Allowance(before=before):
            from lambdalint.fixing import statements

            source = read(before.path)
            placed = None if source is None else statements.edit(source, change)
            return None if placed is None else (placed,)
        case Unignored(name):
            from lambdalint.fixing import comments

            source = read(name.path)
            return None if source is None else comments.without(source, name)
        case Rewriting(span, forms):
            return _rewritten(span, forms, read)
        case Removal(place=place):
            source = read(place.path)
            gone = () if source is None else _in_template(source, change)
            return gone or None
        case Property(place=place) | Addition(place=place):
            source = read(place.path)
            found = () if source is None else _in_template(source, change)
            return found or None


def _at_once(source: Source, change: Once) -> tuple[Edit, ...] | None:
    if source.path.endswith(".py"):
        from lambdalint.fixing import python

        return python.at_once(source, change)
    if is_javascript(source):
        from lambdalint.fixing import javascript

        return javascript.at_once(source, change)
    return None


def _in_template(source: Source, change: Property | Addition | Removal) -> tuple[Edit, ...]:
    if source.path.endswith(_HCL):
        from lambdalint.fixing import hcl

        return hcl.edits(source, change)
    if source.path.endswith(_TEMPLATES):
        from lambdalint.fixing import yaml as of_yaml

        return of_yaml.edits(source, change)
    return ()


def _rewritten(span: Span, forms: tuple[tuple[str, str], ...], read: Read) -> tuple[Edit, ...] | None:
    """The edit that gives code another form; None where it has none that is known."""
    source = read(span.path)
    text = "" if source is None else source.within(span)
    for form, becomes in forms:
        found = re.fullmatch(form, text, re.DOTALL)
        if found is not None:
            return (Edit(span, found.expand(becomes)),)
    return None


def _replaced(before: Known, value: str | int, read: Read) -> tuple[Edit, ...] | None:
    """The edit that puts a value in the place of one that is spelt out."""
    source = read(before.span.path)
    if source is None:
        return None
    written = _LITERAL.fullmatch(source.within(before.span))
    if written is None or not _says(written["text"], before):
        return None
    quote = written["quote"]
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return (Edit(before.span, f"{quote}{text}{quote}"),)


def _says(text: str, value: Known) -> bool:
    if isinstance(value.value, bool):
        return text.lower() == str(value.value).lower()
    return text == str(value.value)


def reads_on(before: Source, text: str) -> bool:
    """Whether a file can be read with another text, where it could be read before."""
    return any(True for _ in _faults(before)) or not any(True for _ in _faults(Source(before.path, text)))


def _faults(source: Source) -> Iterator[str]:
    """What keeps a file from being read as what its name says that it is."""
    path = source.path
    try:
        if path.endswith(_HCL):
            from lambdalint.templates.hcl import parse

            if parse.tree(source.text.encode("utf-8", "replace")).has_error:
                yield "not valid HCL"
        elif is_javascript(source):
            from lambdalint.code import javascript

            if javascript.tree(path, source.text.encode("utf-8", "replace")).has_error:
                yield "not valid JavaScript"
        elif path.endswith(".py"):
            compile(source.text, path, "exec", flags=_ONLY_PARSED, dont_inherit=True)
        elif path.endswith(".json"):
            json.loads(source.text, strict=False)
        elif path.endswith(_TEMPLATES):
            yaml.read(source)
    except UnreadableSource as error:
        yield error.why
    except (SyntaxError, ValueError, RecursionError) as error:
        yield str(error)


_ONLY_PARSED = 0x400
"""`ast.PyCF_ONLY_AST`: nothing of the project is compiled, let alone run."""
