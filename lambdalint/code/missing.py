"""What is told of a Handler that Lambda will not find: what it names instead, and what it may have meant."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable

from lambdalint import spelling
from lambdalint.code import shape
from lambdalint.records import dataclass
from lambdalint.source import Sources, Span, UnreadableSource
from lambdalint.templates.value import Known, Sequence, Text, Value

OWN = frozenset({
    "atexit", "builtins", "errno", "faulthandler", "gc", "importlib", "itertools", "json", "logging", "marshal", "os",
    "posix", "sys", "time", "traceback",
})  # fmt: skip
"""Modules that are built into every Python, or that the runtime has loaded before it looks for the handler.

https://github.com/aws/aws-lambda-python-runtime-interface-client/blob/main/awslambdaric/bootstrap.py
"""

_KNOWN_LAYERS = (
    "AWSLambdaPowertools", "AWSSDKPandas", "AWSDataWrangler", "LambdaInsightsExtension", "AWS-AppConfig-Extension",
    "AWS-Parameters-and-Secrets-Lambda-Extension",
)  # fmt: skip
"""How the names of AWS's own layers begin that hold a library or an extension, and no handler of anybody's."""

_COMPILED = (".so", ".pyc")


def malformed(handler: str) -> str | None:
    """Why the Python runtime takes no module and function out of a Handler; None where it does."""
    module, dot, function = handler.rpartition(".")
    if re.search(r"\s", handler):
        return f"{handler!r}, with white space, which Lambda refuses"
    if not dot or "/" in function:
        return f"{handler}, which is not of the form module.function"
    if not function or not all(re.split(r"[./]", module)):
        return f"{handler}, in which a name is empty"
    if module.split(".")[0] in OWN:
        return f"{handler}, but {module.split('.')[0]} is a module of Python's own"
    return None


@dataclass(frozen=True, slots=True)
class Instead:
    """What there is in place of a missing file."""

    near: str = ""
    """A Handler that would be found."""
    places: tuple[tuple[Span, str], ...] = ()


NOTHING = Instead()


def instead(module: str, function: str, directory: str, home: str, sources: Sources) -> Instead:
    """What a Handler may have meant, whose module (dotted) is not in the code's directory.

    `home` is the template's directory, which other code of the project lies below.
    """
    wanted = f"{module.replace('.', '/')}.py"
    present = [path for path in sources.files(directory) if path.endswith(".py")]
    inner = {path: posixpath.relpath(path, directory) for path in present}
    for path in present:
        if inner[path].lower() == wanted.lower():
            return Instead(f"{_dotted(inner[path])}.{function}", ((Span.top(path), "written with other capitals"),))
    defining = {path: place for path in present if (place := definition(path, function, sources))}
    names = {_dotted(inner[path]): path for path in defining}
    ending = [name for name in names if name.endswith(f".{module}") or module.endswith(f".{name}")]
    guesses = (
        ending,
        spelling.near(module, names, most=2),
        spelling.near(module, names, most=2, least=0.9),
        list(names),
    )
    near = next((guess[0] for guess in guesses if len(guess) == 1), None)
    if near is not None:
        return Instead(f"{near}.{function}", ((defining[names[near]], f"{function} is defined here"),))
    shown = posixpath.basename(wanted)
    elsewhere = [
        place
        for path in sources.files(home)
        if path not in inner and (path == wanted or path.endswith(f"/{wanted}"))
        if (place := definition(path, function, sources))
    ]
    if len(elsewhere) == 1:
        return Instead("", ((elsewhere[0], f"{shown} is here, not in the code's directory"),))
    return NOTHING


def definition(path: str, function: str, sources: Sources) -> Span | None:
    """Where a file sets a name in a line of its own; None where it does not, or cannot be read."""
    try:
        source = sources.read(path)
    except UnreadableSource:
        return None
    if source is None:
        return None
    head = re.compile(rf"(?:(?:async\s+)?def\s+)?(?P<name>{re.escape(function)})\b(?P<call>\s*\()?")
    for number, line in enumerate(source.lines if function in source.text else (), 1):
        found = head.match(line)
        if found and not (found["call"] and found.start("name") == 0):
            start, end = found.span("name")
            return source.span((number, start + 1), (number, end + 1))
    return None


def fragment(function: str, directory: str, sources: Sources) -> bool:
    """Whether no Python file below a directory has a handler, of that name or another.

    A template there may only show how it is written.
    """
    for path in sources.files(directory):
        if not path.endswith(".py"):
            continue
        if definition(path, function, sources) is not None:
            return False
        try:
            source = sources.read(path)
        except UnreadableSource:
            source = None
        if source is not None and shape.may_hold_handlers(path, source.text):
            return False
    return True


def brings_handlers(layers: Value | None) -> bool:
    """Whether a function's layers may hold its handler."""
    if not isinstance(layers, Sequence):
        return layers is not None
    return not all(_written(each).partition(":layer:")[2].startswith(_KNOWN_LAYERS) for each in layers.items)


def _written(value: Value) -> str:
    """An ARN with what only the deployment knows left out."""
    parts = value.parts if isinstance(value, Text) else (value,)
    return "".join(str(part.value) for part in parts if isinstance(part, Known))


def compiled(paths: Iterable[str], directory: str, sources: Sources) -> bool:
    """Whether one of some files is there in a form that is not read."""
    stems = tuple(posixpath.join(directory, path.removesuffix("py")) for path in paths)
    return any(path.startswith(stems) and path.endswith(_COMPILED) for path in sources.sizes(directory))


def first(module: str, directory: str, sources: Sources) -> str | None:
    """The file that Python takes for the package which a dotted module is in; None where there is no such file."""
    parents = module.split(".")[:-1]
    files = frozenset(sources.files(directory)) if parents else frozenset()
    for count in range(1, len(parents) + 1):
        stem = posixpath.normpath(posixpath.join(directory, *parents[:count]))
        if f"{stem}/__init__.py" not in files and f"{stem}.py" in files:
            return f"{stem}.py"
    return None


def other_case(path: str, files: Iterable[str]) -> bool:
    """Whether a file was only found because this machine, unlike Lambda, does not tell capitals from small letters."""
    listed = tuple(files)
    return path not in listed and path.lower() in map(str.lower, listed)


def _dotted(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
