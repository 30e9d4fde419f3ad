"""The configuration of Pulumi's stacks, as a program asks for it: what the files of its stacks say.

Where there are several stacks, each is a variant of the deployment: only what holds in all of them is known. What a
stack's file has encrypted is a secret, and nobody sees it.

https://www.pulumi.com/docs/iac/concepts/config/
"""

from __future__ import annotations

import posixpath
from collections.abc import Sequence as SequenceOf

from lambdalint.code.evaluate.run import Run, Stacks
from lambdalint.code.value import NONE, Constant, Mapping, Result, Sequence, Unknown, Value, join
from lambdalint.patterns import pattern
from lambdalint.source import Span
from lambdalint.templates import pulumi, yaml
from lambdalint.templates import value as template

CONFIGS = ("pulumi.Config", "npm:@pulumi/pulumi.Config")
_SHOWN = pattern(r"(?:^|[-_.])(?:examples?|samples?|templates?|dist|stack|stack[-_]?name)(?:[-_.]|$)")
"""What a stack is called whose file shows others how they may write theirs."""
_SECURE = "secure"
_TEXTS = ("get", "require")
_NUMBERS = ("get_int", "require_int", "get_float", "require_float", "getNumber", "requireNumber")
_TRUTHS = ("get_bool", "require_bool", "getBoolean", "requireBoolean")
_OBJECTS = ("get_object", "require_object", "getObject", "requireObject")
_NAMES = ("name", "id", "key")
"""What the items of a list are told apart by."""
_MOST = 20


def asked(run: Run, receiver: Result, name: str, given: tuple[Value, ...], span: Span) -> Value | None:
    """What a method of `pulumi.Config` gives; None where that is not known, or a secret."""
    if receiver.call.name not in CONFIGS or receiver.call.receiver is not None or not given:
        return None
    match given[0], receiver.call.arguments or tuple(receiver.call.keywords.values()):
        case Constant(str(key)), ():
            namespace = None
        case Constant(str(key)), (Constant(str(text)),):
            namespace = text
        case _:
            return None
    stacks = of(run)
    if stacks is None:
        return None
    found = [each.get(f"{namespace or stacks.project}:{key}") for each in stacks.sets]
    values = [_read(each, name, span) for each in found if each is not None]
    known = [each for each in values if each is not None]
    return _common(known, span) if known and len(known) == len(stacks.sets) else None


def of(run: Run) -> Stacks | None:
    """The stacks of the project whose program is followed; None where it has no files of them."""
    if run.stacks is None:
        run.stacks = (_found(run),)
    return run.stacks[0]


def _found(run: Run) -> Stacks | None:
    home = posixpath.normpath(run.home)
    while True:
        for name in pulumi.NAMES:
            project = pulumi.project_file(run.modules.text(posixpath.join(home, name)))
            if project is not None:
                return _beside(run, home, project)
        if home in (".", "/", "") or home.endswith(".."):
            return None
        home = posixpath.dirname(home) or "."


def _beside(run: Run, home: str, project: pulumi.ProjectFile) -> Stacks | None:
    directory = posixpath.normpath(posixpath.join(home, project.stacks))
    names = sorted(
        path
        for path in run.modules.files(directory)
        if posixpath.dirname(path) == ("" if directory == "." else directory)
        and (base := posixpath.basename(path)).startswith("Pulumi.")
        and base.endswith((".yaml", ".yml"))
        and base not in pulumi.NAMES
        and _SHOWN.search(base.removeprefix("Pulumi.").rpartition(".")[0]) is None
    )
    found = {path: each for path in names if (each := pulumi.mapping(run.modules.text(path))) is not None}
    if not found or len(found) > _MOST:
        return None
    sets = tuple({**project.defaults, **pulumi.entries(each.get("config"))} for each in found.values())
    return Stacks(project.name, tuple(found), sets)


def _read(given: template.Value, name: str, span: Span) -> Value | None:
    """What is written under a key, as a method reads it."""
    match given:
        case template.Mapping(entries) if _SECURE in entries:
            return None
        case template.Known(scalar) if name in _TEXTS and scalar is not None:
            return Constant(str(scalar).lower() if isinstance(scalar, bool) else str(scalar))
        case template.Known(bool() as truth) if name in _TRUTHS:
            return Constant(truth)
        case template.Known("true" | "false" as word) if name in _TRUTHS:
            return Constant(word == "true")
        case template.Known(int() | float() as number) if name in _NUMBERS and not isinstance(number, bool):
            return Constant(number)
        case template.Known(str(text)) if name in _NUMBERS and text:
            read = yaml.scalar(text)
            return Constant(read) if isinstance(read, int | float) and not isinstance(read, bool) else None
        case template.Mapping() | template.Sequence() if name in _OBJECTS:
            return _value(given, span)
        case _:
            return None


def _value(given: template.Value, span: Span) -> Value:
    match given:
        case template.Known(scalar):
            return Constant(scalar)
        case template.Mapping(entries) if _SECURE in entries:
            return Unknown()
        case template.Mapping(entries, keys=keys):
            held = {name: _value(entries[name], span) if name in entries else NONE for name in keys}
            return Mapping(span, held)
        case template.Sequence(items):
            return Sequence(span, [_value(each, span) for each in items])
        case _:
            return Unknown()


def _common(values: SequenceOf[Value], span: Span) -> Value:
    """What holds in all stacks alike. A list has what some of them have: each item is deployed somewhere."""
    first = values[0]
    if len(values) == 1 or all(each == first for each in values):
        return first
    maps = [each for each in values if isinstance(each, Mapping)]
    if len(maps) == len(values):
        shared = [name for name in maps[0].entries if all(name in each.entries for each in maps)]
        entries = {name: _common([each.entries[name] for each in maps], span) for name in shared}
        return Mapping(span, entries, any(len(each.entries) > len(shared) for each in maps))
    lists = [each for each in values if isinstance(each, Sequence)]
    if len(lists) == len(values):
        return _together(lists, span)
    return join(*values) if all(isinstance(each, Constant) for each in values) else Unknown(tuple(values))


def _together(lists: SequenceOf[Sequence], span: Span) -> Value:
    for name in _NAMES:
        rows = [_by_name(each, name) for each in lists]
        named = [each for each in rows if each is not None]
        if len(named) == len(lists):
            every = dict.fromkeys(key for row in named for key in row)
            return Sequence(span, [_common([row[key] for row in named if key in row], span) for key in every])
    if len({len(each.items) for each in lists}) == 1:
        return Sequence(span, [_common(column, span) for column in zip(*(each.items for each in lists), strict=True)])
    if all(isinstance(one, Constant) for each in lists for one in each.items):
        shared = [one for one in lists[0].items if all(one in each.items for each in lists)]
        return Sequence(span, shared, open=True)
    return Unknown(tuple(lists))


def _by_name(given: Sequence, name: str) -> dict[str, Value] | None:
    """The items of a list, by what tells them apart; None where that does not."""
    found: dict[str, Value] = {}
    for each in given.items:
        key = each.entries.get(name) if isinstance(each, Mapping) else None
        if not isinstance(key, Constant) or not isinstance(key.value, str) or key.value in found:
            return None
        found[key.value] = each
    return found
