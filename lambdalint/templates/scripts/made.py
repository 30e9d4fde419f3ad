"""From commands of the AWS CLI to resources."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from lambdalint.patterns import pattern
from lambdalint.records import dataclass, field
from lambdalint.source import Source, Sources, Span, UnreadableSource
from lambdalint.templates import json
from lambdalint.templates.cloudformation.text import joined
from lambdalint.templates.resource import HOME, Resource
from lambdalint.templates.scripts.commands import HOLE, Command, Word, commands
from lambdalint.templates.value import Known, Mapping, Reference, Sequence, Unknown, Value

_SETTINGS = {
    "runtime": "Runtime", "handler": "Handler", "role": "Role", "timeout": "Timeout", "memory-size": "MemorySize",
    "package-type": "PackageType", "kms-key-arn": "KmsKeyArn",
}  # fmt: skip
_GROUPS = {
    "dead-letter-config": "DeadLetterConfig", "tracing-config": "TracingConfig", "vpc-config": "VpcConfig",
    "ephemeral-storage": "EphemeralStorage", "logging-config": "LoggingConfig", "snap-start": "SnapStart",
}  # fmt: skip
_LISTS = {"layers": "Layers", "architectures": "Architectures"}
_MAPPED = {
    "batch-size": "BatchSize", "maximum-batching-window-in-seconds": "MaximumBatchingWindowInSeconds",
    "starting-position": "StartingPosition", "maximum-retry-attempts": "MaximumRetryAttempts",
    "event-source-arn": "EventSourceArn", "parallelization-factor": "ParallelizationFactor",
    "maximum-record-age-in-seconds": "MaximumRecordAgeInSeconds",
    "tumbling-window-in-seconds": "TumblingWindowInSeconds",
}  # fmt: skip
_MAPPED_GROUPS = {
    "destination-config": "DestinationConfig", "scaling-config": "ScalingConfig", "filter-criteria": "FilterCriteria",
}  # fmt: skip
_SWITCHES = {"bisect-batch-on-function-error": "BisectBatchOnFunctionError", "enabled": "Enabled"}
_INVOKED = {
    "maximum-retry-attempts": "MaximumRetryAttempts", "maximum-event-age-in-seconds": "MaximumEventAgeInSeconds",
}  # fmt: skip
_ALLOWED = {"action": "Action", "principal": "Principal", "source-arn": "SourceArn", "source-account": "SourceAccount"}
_PACKED = pattern(r"(?m)\bzip[ \t]+(?:-\S+[ \t]+)*(\S+)[ \t]+([^\n;&|]+)")
_ENTERED = pattern(r"(?m)(?:^|[;&(])[ \t]*(?:cd|pushd)[ \t]+([^\s;&|]+)")


@dataclass(slots=True)
class _Function:
    """A function that a script makes, and what it sets of it then and later."""

    command: Command
    name: str
    entries: dict[str, Value] = field(default_factory=dict)
    keys: dict[str, Span] = field(default_factory=dict)


def resources(source: Source, sources: Sources) -> Iterator[Resource]:
    """What a script makes: functions, and what invokes them."""
    made: dict[str, _Function] = {}
    every = list(commands(source))
    for command in every:
        named = command.get("function-name")
        if command.name == "create-function" and named is not None:
            name = _name(named, made)
            function = made.setdefault(name, _Function(command, name))
            _set(function, command)
            _code(function, command, source, sources)
            function.entries["FunctionName"] = _value(named)
    for command in every:
        named = command.get("function-name")
        later = made.get(named.text or "") if named is not None else None
        if later is None:
            continue
        if command.name == "update-function-configuration":
            _set(later, command)
        elif command.name == "put-function-concurrency":
            _put(later, "ReservedConcurrentExecutions", command.get("reserved-concurrent-executions"))
    for function in made.values():
        command = function.command
        metadata = Mapping({HOME: Known(_home(source, sources), command.span)}, command.span, {HOME: command.span})
        properties = Mapping(function.entries, command.extent, function.keys, open=True)
        yield Resource("AWS::Lambda::Function", function.name, properties, command.span, command.extent, metadata)
    yield from _beside(every, made)
    yield from _rules(every, made)


def _beside(every: list[Command], made: dict[str, _Function]) -> Iterator[Resource]:
    for number, command in enumerate(every):
        named = command.get("function-name")
        name = _bare(named.text or "") if named is not None else ""
        if named is None or not name:
            continue
        # Another tool may make it.
        function = Reference(name, "", command.span) if name in made else Known(named.text or "", named.span)
        own: dict[str, Value] = {"FunctionName": function}
        match command.name:
            case "create-event-source-mapping":
                kind, settings = "AWS::Lambda::EventSourceMapping", _MAPPED
                if "function-response-types" in command.options:
                    own["FunctionResponseTypes"] = _listed(command.options["function-response-types"], command.span)
                for option, property_ in _MAPPED_GROUPS.items():
                    if option in command.options:
                        own[property_] = _pairs(command.options[option], command.span)
                for option, property_ in _SWITCHES.items():
                    if {option, f"no-{option}"} & command.options.keys():
                        own[property_] = Known(option in command.options, command.span)
            case "add-permission":
                kind, settings = "AWS::Lambda::Permission", _ALLOWED
            case "create-function-url-config":
                kind, settings = "AWS::Lambda::Url", {"auth-type": "AuthType", "invoke-mode": "InvokeMode"}
                own = {"TargetFunctionArn": function}
            case "put-function-event-invoke-config":
                kind, settings = "AWS::Lambda::EventInvokeConfig", _INVOKED
                if "destination-config" in command.options:
                    own["DestinationConfig"] = _pairs(command.options["destination-config"], command.span)
            case _:
                continue
        entries = {
            **own,
            **{settings[key]: _value(words[0]) for key, words in command.options.items() if key in settings and words},
        }
        keys = {name: each.span for name, each in entries.items()}
        properties = Mapping(entries, command.extent, keys, open=kind != "AWS::Lambda::Permission")
        yield Resource(kind, f"{command.name}{number}", properties, command.span, command.extent, label=name)


_INVOKES = pattern(r":function:([\w-]+)")


def _rules(every: list[Command], made: dict[str, _Function]) -> Iterator[Resource]:
    """The rules of EventBridge, with the functions among their targets."""
    for number, command in enumerate(every):
        named = command.get("name")
        if command.name != "events put-rule" or named is None or named.text is None:
            continue
        options = {"name": "Name", "schedule-expression": "ScheduleExpression", "state": "State"}
        entries = {
            property_: _value(word)
            for option, property_ in options.items()
            if (word := command.get(option)) is not None
        }
        targets: list[Value] = []
        for other in every:
            rule = other.get("rule")
            if other.name == "events put-targets" and rule is not None and rule.text == named.text:
                for word in other.options.get("targets", ()):
                    for name in _INVOKES.findall(word.written):
                        arn = Reference(name, "Arn", word.span) if name in made else _value(word)
                        targets.append(Mapping({"Arn": arn}, word.span, {"Arn": word.span}, open=True))
        entries["Targets"] = Sequence(tuple(targets), command.span, open=True)
        keys = {name: each.span for name, each in entries.items()}
        properties = Mapping(entries, command.extent, keys, open=True)
        yield Resource("AWS::Events::Rule", f"rule{number}", properties, command.span, command.extent, label=named.text)


def _name(named: Word, made: dict[str, _Function]) -> str:
    """What a function is called, with `…` for what only a run knows: another that is called so is another function."""
    if named.text:
        return named.text
    name = re.sub(f"{HOLE}+", "…", named.written)
    name = "function" if name.strip("…-_") == "" else name
    return f"{name}{len(made) + 1}" if name in made or name == "function" else name


def _bare(name: str) -> str:
    """The name in what may be an ARN, or have a qualifier."""
    return name.rpartition(":function:")[2].partition(":")[0]


def _set(function: _Function, command: Command) -> None:
    for option, property_ in _SETTINGS.items():
        _put(function, property_, command.get(option))
    for option, property_ in _GROUPS.items():
        if option in command.options:
            _place(function, property_, _pairs(command.options[option], command.span))
    for option, property_ in _LISTS.items():
        if option in command.options:
            _place(function, property_, _listed(command.options[option], command.span))
    if "environment" in command.options:
        _place(function, "Environment", _environment(command.options["environment"], command.span))


def _put(function: _Function, property_: str, word: Word | None) -> None:
    if word is not None:
        _place(function, property_, _value(word))


def _place(function: _Function, property_: str, value: Value) -> None:
    function.entries[property_], function.keys[property_] = value, value.span


def _value(word: Word) -> Value:
    if word.text is None:
        parts = re.split(f"({HOLE}+)", word.written)
        return joined(
            (Unknown(word.span, "a script") if HOLE in each else Known(each, word.span) for each in parts if each),
            word.span,
        )
    return Known(int(word.text) if word.text.isdecimal() and len(word.text) < 12 else word.text, word.span)


def _listed(words: tuple[Word, ...], span: Span) -> Value:
    known = tuple(_value(word) for word in words)
    return Sequence(known, words[0].span if words else span)


def _environment(words: tuple[Word, ...], span: Span) -> Value:
    """Variables: `Variables={A=b,C=d}`, or JSON."""
    place = words[0].span if words else span
    text = words[0].written.strip() if len(words) == 1 else ""
    if text.startswith("{") and HOLE not in text:
        return _json(text, place)
    inner = text.partition("=")[2].strip()
    if not text.startswith("Variables=") or not (inner.startswith("{") and inner.endswith("}")):
        return Mapping({"Variables": Unknown(place, "a script")}, place, {"Variables": place})
    entries: dict[str, Value] = {}
    for pair in inner[1:-1].split(","):
        name, equals, value = pair.partition("=")
        if equals and HOLE not in name:
            entries[name.strip()] = _value(Word(value.strip(), place))
    # What only a run knows may be variables, too.
    whole = all("=" in pair and HOLE not in pair.partition("=")[0] for pair in inner[1:-1].split(",") if pair.strip())
    variables = Mapping(entries, place, dict.fromkeys(entries, place), open=not whole)
    return Mapping({"Variables": variables}, place, {"Variables": place})


def _pairs(words: tuple[Word, ...], span: Span) -> Value:
    """A group of settings: `Mode=Active`, or JSON."""
    place = words[0].span if words else span
    if len(words) != 1 or words[0].text is None:
        return Unknown(place, "a script")
    if words[0].text.startswith("{"):
        return _json(words[0].text, place)
    name, equals, value = words[0].text.partition("=")
    if not equals or "," in value or "=" in value:
        return Unknown(place, "a script")
    return Mapping({name: _value(Word(value, place))}, place, {name: place})


def _json(text: str, place: Span) -> Value:
    try:
        found = json.read(Source(place.path, text), 20)
    except UnreadableSource:
        return Unknown(place, "not valid JSON")
    return _at(found, place) if found is not None else Unknown(place, "null")


def _at(value: Value, place: Span) -> Value:
    match value:
        case Mapping(entries):
            return Mapping(
                {name: _at(each, place) for name, each in entries.items()}, place, dict.fromkeys(entries, place)
            )
        case Sequence(items):
            return Sequence(tuple(_at(each, place) for each in items), place)
        case Known(found):
            return Known(found, place)
        case _:
            return value


# ---------------------------------------------------------------------------------------------------------------- code


def _home(source: Source, sources: Sources) -> str:
    """The directory that a script is run in: its own, or that above a directory of scripts or workflows."""
    directory = posixpath.dirname(source.path)
    for folder in (".github/workflows", "scripts", "bin", "deploy", "script"):
        if directory == folder or directory.endswith(f"/{folder}"):
            above = directory.removesuffix(folder).rstrip("/")
            return directory if _has_code(directory, sources) else above
    return directory


def _has_code(directory: str, sources: Sources) -> bool:
    inside = sources.files(directory or ".")
    return any(path.endswith((".py", ".js", ".mjs", ".ts")) and posixpath.dirname(path) == directory for path in inside)


def _code(function: _Function, command: Command, source: Source, sources: Sources) -> None:
    """Where the code of a function lies: the archive, or the directory that a script packs it of."""
    word = command.get("zip-file")
    if word is None:
        return
    home = _home(source, sources)
    handler = command.get("handler")
    module = (handler.text or "").rpartition(".")[0] if handler is not None else ""
    entered = _entered(command, source, home)
    packed = _packed_of(word.text or "", source.text, command)
    below = (posixpath.normpath(posixpath.join(home, each)) for each in packed)
    for directory in dict.fromkeys((*below, *entered, home)):
        shown = "" if directory == "." else directory
        if module and any(
            sources.read(posixpath.join(shown, module + ending)) is not None
            for ending in (".py", ".js", ".mjs", ".cjs", ".ts")
        ):
            _place(
                function,
                "Code",
                Known(posixpath.relpath(shown or ".", posixpath.dirname(source.path) or "."), word.span),
            )
            return
    archive = (word.text or "").removeprefix("fileb://").removeprefix("file://")
    if _renamed(function, command, module, source, sources, home, word):
        return
    compiled = posixpath.dirname(posixpath.dirname(module))
    if HOLE not in module and compiled and sources.files(posixpath.normpath(posixpath.join(home, compiled))):
        # What a compiler writes beside its sources is packed with its directory.
        _place(
            function, "Code", Known(posixpath.relpath(home or ".", posixpath.dirname(source.path) or "."), word.span)
        )
        return
    _put(function, "Code", Word(archive or HOLE, word.span))


def _entered(command: Command, source: Source, home: str) -> Iterator[str]:
    """The directories that a script goes into where a command is run."""
    for each in _ENTERED.findall(source.text):
        said = command.said(each.strip("\"'"))
        # What only a run knows is mostly where the script is.
        said = said.removeprefix(f"{HOLE}/")
        if HOLE not in said:
            yield posixpath.normpath(posixpath.join(home, said))


_COPIED = pattern(
    r"""(?m)\bcp[ \t]+(?:-\w+[ \t]+)*["']?([\w./-]+)["']?[ \t]+["']?[^\s"']*?([\w-]+)\.(?:py|m?js)["']?[ \t]*$"""
)


_BUNDLED = pattern(
    r"""(?m)esbuild["']?[ \t\\\n]+["']?([\w./${}-]+\.[mc]?[jt]sx?)["']?(?:[^\n\\]|\\\n)*?"""
    r"""--outfile=["']?[^\s"']*?([\w-]+)\.[mc]?js"""
)
"""What esbuild makes of a module, with all that this imports. https://esbuild.github.io/api/#outfile"""


def _renamed(
    function: _Function, command: Command, module: str, source: Source, sources: Sources, home: str, word: Word
) -> bool:
    """Whether a script copies or bundles a file to where the Handler finds its module: the function runs that file."""
    handler = function.entries.get("Handler")
    bundled = ((command.said(each), called) for each, called in _BUNDLED.findall(source.text))
    for copied, called in (*_COPIED.findall(source.text), *bundled):
        path = posixpath.normpath(posixpath.join(home, copied.removeprefix(f"{HOLE}/")))
        if called == module and isinstance(handler, Known) and sources.read(path) is not None:
            stem, name = posixpath.splitext(posixpath.basename(path))[0], str(handler.value).rpartition(".")[2]
            _place(function, "Handler", Known(f"{stem}.{name}", handler.span, f"as {module} is copied from {copied}"))
            directory = posixpath.relpath(posixpath.dirname(path) or ".", posixpath.dirname(source.path) or ".")
            _place(function, "Code", Known(directory, word.span))
            return True
    return False


def _packed_of(archive: str, text: str, command: Command) -> Iterator[str]:
    """The directories that a script makes an archive of."""
    name = posixpath.basename(archive.removeprefix("fileb://"))
    for found in _PACKED.finditer(text):
        if posixpath.basename(found[1].strip("\"'")) == name or "$" in found[1]:
            for each in found[2].split():
                plain = command.said(each.strip("\"'")).removeprefix(f"{HOLE}/")
                if not plain.startswith("-") and "*" not in plain and "$" not in plain and HOLE not in plain:
                    yield (
                        plain
                        if "." not in posixpath.basename(plain) or plain in (".", "./")
                        else posixpath.dirname(plain)
                    )
