"""Where the code of a function lies: archives, and the files and directories that they are made of.

https://www.pulumi.com/docs/iac/concepts/assets-archives/
"""

from __future__ import annotations

import posixpath

from lambdalint.code.value import Call, Constant, Mapping, Result, Value
from lambdalint.pulumi import bundles
from lambdalint.pulumi.configuration import Attributes, Configuration, block
from lambdalint.pulumi.names import canonical
from lambdalint.source import Span
from lambdalint.templates.hcl import syntax
from lambdalint.templates.hcl.syntax import Block, Expression
from lambdalint.templates.value import Known

_ARCHIVES = (".zip", ".jar", ".tar", ".tgz", ".gz")
_WHOLE = (".", "./", "")
"""Under which names of an archive a directory is all of it."""


def code(made: Configuration, given: Value | None, name: str, span: Span) -> Expression:
    """The archive that a value is, as what `filename` is given."""
    match given:
        case Constant(str()):
            return _of_path(made, given, name, span)
        case Result(Call(arguments=(path, *_)) as call) if _is(call, "FileArchive") or _is(call, "asset"):
            return _of_path(made, path, name, span)
        case Result(Call(arguments=(Mapping() as files, *_)) as call) if _is(call, "AssetArchive"):
            return _of_files(made, files, name, span)
        case Result(Call(keywords=named) as call) if _is(call, "FileArchive") and "path" in named:
            return _of_path(made, named["path"], name, span)
        case Result(Call(keywords=named) as call) if _is(call, "AssetArchive"):
            match named.get("assets"):
                case Mapping() as several:
                    return _of_files(made, several, name, span)
    written = made.expressions.path(given)
    if written is None or posixpath.splitext(written)[1] not in _ARCHIVES:
        return syntax.Unseen(span, "code")
    return syntax.Literal(Known(written, span))


def archive(made: Configuration, call: Call) -> None:
    """`shutil.make_archive(name, "zip", directory)`: an archive that the program makes itself."""
    match call.arguments:
        case (written, Constant("zip"), directory, *_):
            path, taken = made.expressions.path(written), made.expressions.path(directory)
            if path is not None and taken is not None:
                _packed(made, call, f"{path}.zip", taken)


def zipped(made: Configuration, call: Call, walk: Call) -> None:
    """`with zipfile.ZipFile(name, "w") as file: for … in os.walk(directory): …`: an archive that is written so."""
    match call.arguments, walk.arguments:
        case (written, Constant("w" | "x"), *_), (directory, *_):
            path, taken = made.expressions.path(written), made.expressions.path(directory)
            if path is not None and taken is not None and call.trail == walk.trail:
                _packed(made, call, path, taken)


def _packed(made: Configuration, call: Call, path: str, directory: str) -> None:
    span = made.head(call.span)
    given = Attributes()
    given.put("output_path", span, syntax.Literal(Known(path, span)))
    given.put("source_dir", span, syntax.Literal(Known(directory, span)))
    made.add("data.archive_file", posixpath.splitext(posixpath.basename(path))[0], call.span, given)


def _is(call: Call, kind: str) -> bool:
    name = canonical(call.name)
    return name.startswith("pulumi.") and name.rpartition(".")[2] == kind


def _of_path(made: Configuration, given: Value, name: str, span: Span) -> Expression:
    """A directory, or an archive that is there already, or that a build makes."""
    path = made.expressions.path(given)
    if path is None:
        return syntax.Unseen(span, "code")
    known = syntax.Literal(Known(path, span))
    if posixpath.splitext(path)[1] in _ARCHIVES:
        return known
    return _archive(made, name, span, {"source_dir": known})


def _of_files(made: Configuration, files: Mapping, name: str, span: Span) -> Expression:
    """An archive of files and directories under the names that they are given in it."""
    whole = next((files.entries[each] for each in _WHOLE if each in files.entries), None)
    if isinstance(whole, Result) and _is(whole.call, "FileArchive"):
        return code(made, whole, name, span)
    if files.open or files.rest is not None or not files.entries:
        return syntax.Unseen(span, "code")
    blocks: list[Block] = []
    for called, each in files.entries.items():
        content = _content(made, each, span)
        if content is None:
            continue
        # What leads out of the archive is left out where it is unpacked.
        inside = posixpath.normpath(called).replace("../", "")
        names = {"filename": syntax.Literal(Known(inside, span)), "content": content}
        blocks.append(block("source", span, names))
    return _archive(made, name, span, {}, blocks) if blocks else syntax.Unseen(span, "code")


def _content(made: Configuration, given: Value, span: Span) -> Expression | None:
    """What a file of an archive holds; None for a directory."""
    match given:
        case Result(Call(arguments=(text, *_)) as call) if _is(call, "StringAsset") and (
            bundled := bundles.entry(text, made.expressions)
        ):
            made.entries.add(bundled)
            return _file(bundled, span)
        case Result(Call(arguments=(Constant(str()) as text, *_)) as call) if _is(call, "StringAsset"):
            return made.expressions.of(text, made.places.literal(call) or span)
        case Result(call) if _is(call, "StringAsset"):
            return made.expressions.of((*call.arguments, *call.keywords.values())[0], span)
        case Result(call) if _is(call, "FileAsset"):
            path = made.expressions.path((*call.arguments, *call.keywords.values())[0])
            if path in made.bundled:
                path = made.bundled[path]
                made.entries.add(path)
            return syntax.Unseen(span, "code") if path is None else _file(path, span)
        case Result(call) if _is(call, "FileArchive"):
            return None
        case _:
            return syntax.Unseen(span, "code")


def _file(path: str, span: Span) -> Expression:
    return syntax.Call("file", (syntax.Literal(Known(path, span)),), False, span)


def _archive(
    made: Configuration, name: str, span: Span, entries: dict[str, Expression], blocks: list[Block] | None = None
) -> Expression:
    given = Attributes({key: (span, each) for key, each in entries.items()}, blocks or [])
    address = made.add("data.archive_file", name, span, given)
    steps = ("archive_file", address.name, "output_path")
    return syntax.Traversal("data", tuple(map(syntax.Attr, steps)), span)
