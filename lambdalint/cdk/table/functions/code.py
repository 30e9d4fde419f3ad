"""What code a function or a layer is deployed from."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from lambdalint.cdk.assembly import Assembly, Draft, mapping
from lambdalint.cdk.constructs import Construct
from lambdalint.cdk.names import canonical
from lambdalint.cdk.props import argument, is_named, options, text_of
from lambdalint.code.dockerfile import Image, built
from lambdalint.code.evaluate import paths, straight
from lambdalint.code.value import Call, Constant, Result, Value
from lambdalint.data import cdk as facts
from lambdalint.source import Line, Source, Span
from lambdalint.templates import value as template
from lambdalint.templates.resource import ENTRY
from lambdalint.templates.value import Known, Unknown

_ASSETS = ("lambda.Code.fromAsset", "lambda.AssetCode", "lambda.Code.asset", "lambda.AssetCode.fromAsset")
_BUILT = "lambda.Code.fromDockerBuild"
_PUT_THERE = ("lambda.Code.fromBucket", "lambda.Code.fromBucketV2", "lambda.Code.bucket", "lambda.S3Code")
_INLINE = ("lambda.Code.fromInline", "lambda.InlineCode", "lambda.Code.inline")
_READERS = ("node:fs.readFileSync", "read", "read_text")
_IMAGES = (
    "lambda.DockerImageCode.fromImageAsset",
    *(f"lambda.{each}" for each in ("Code.fromAssetImage", "AssetImageCode")),
)
_ENDINGS = {"python": (".py",), "nodejs": (".js", ".mjs", ".ts", ".mts")}
_CLIENTS = ("awslambdaric", "aws-lambda-ric", "/lambda-entrypoint.sh")
"""What an image may be started with that goes on to run the handler that its command names."""


def of_function(assembly: Assembly, construct: Construct, draft: Draft) -> None:
    span, given = draft.span, construct.props
    match construct.added.get("kind"):
        case ["lambda-nodejs.NodejsFunction"]:
            _bundled(assembly, construct, draft)
        case ["lambda-python.PythonFunction"]:
            entry = located(assembly, given.get("entry"))
            draft.entries["Code"] = Unknown(span, "entry") if entry is None else Known(_from(span, entry), span)
            index = _named(assembly, given.get("index"), "index.py", span)
            handler = _named(assembly, given.get("handler"), "handler", span)
            known = index is not None and handler is not None and not given.open
            name = f"{index.removesuffix('.py')}.{handler}" if known and index is not None else ""
            draft.entries["Handler"] = Known(name, span) if name else Unknown(span, "index")
        case ["lambda.DockerImageFunction"]:
            _image(assembly, given.get("code"), draft)
        case None if is_named(given.get("runtime"), "lambda.Runtime.FROM_IMAGE"):
            draft.entries["Handler"] = draft.entries["Runtime"] = None
            _image(assembly, given.get("code"), draft)
        case None | ["lambda.SingletonFunction"] | ["cloudfront.experimental.EdgeFunction"]:
            draft.entries["Code"] = of(assembly, given.get("code"), span, draft)
            archive = given.get("fileName") if construct.foreign and given.get("code") is None else None
            if archive is not None:
                # What something else puts into a bucket.
                key = assembly.values.value(archive, span)
                draft.entries["Code"] = mapping(span, {"S3Bucket": Unknown(span, "a bucket"), "S3Key": key})
        case _:
            draft.entries["Code"] = draft.entries["Handler"] = Unknown(span, "built")
            if construct.added["kind"] == ["lambda-go.GoFunction"] and given.get("runtime") is None:
                draft.entries["Runtime"] = Unknown(span, "runtime")


def of(assembly: Assembly, given: Value | None, span: Span, function: Draft | None = None) -> template.Value:
    """What code a function or a layer is deployed from."""
    match given:
        case Result(call) if canonical(call.name) in _ASSETS:
            path, known = located(assembly, argument(call, 0, "path")), options(call, 1)
            if path is None or known.open:
                return Unknown(span, "code")
            if known.get("bundling") is None:
                return Known(_from(span, path), span)
            if function is not None and _lies_in(assembly, function, path):
                function.metadata["BuildMethod"] = Known("bundling", span)
                return Known(_from(span, path), span)
        case Result(call) if canonical(call.name) in _INLINE and function is not None:
            source = _source(assembly, call, function)
            if source is not None:
                return mapping(span, {"ZipFile": template.Code(source, span)})
        case Result(call) if canonical(call.name) in _PUT_THERE:
            # What is put there is often called as the directory that it is made of.
            key = assembly.values.value(argument(call, 1, "key"), span)
            return mapping(span, {"S3Bucket": Unknown(span, "a bucket"), "S3Key": key})
        case Result(call) if canonical(call.name) == _BUILT and function is not None:
            path = _copied(assembly, call, function)
            if path is not None:
                function.metadata["BuildMethod"] = Known("bundling", span)
                return Known(_from(span, path), span)
    return Unknown(span, "code")


def _named(assembly: Assembly, given: Value | None, default: str, span: Span) -> str | None:
    """A text that is given, or put together, or else what is meant by default; None where it is not known."""
    match assembly.values.value(given, span):
        case None:
            return default
        case Known(str(text)):
            return text
        case _:
            return None


def located(assembly: Assembly, given: Value | None) -> str | None:
    """The path of a file or directory that the program names."""
    path = paths.path(given)
    return None if path is None else straight.found(path, assembly.app.home)


def _from(span: Span, path: str) -> str:
    return posixpath.relpath(path, posixpath.dirname(span.path) or ".")


def _beside(assembly: Assembly, path: str, span: Span) -> str | None:
    """The file that a path means which leads too far up, as that of a program that is compiled to a directory further
    down: the one that lies so below a directory above the program, where only one does."""
    below, above = path.lstrip("./"), [""]
    for each in posixpath.dirname(span.path).split("/"):
        above.append(posixpath.join(above[-1], each))
    there = [each for each in (posixpath.join(each, below) for each in above) if _is_there(assembly, each)]
    return there[0] if len(there) == 1 else None


def _copied(assembly: Assembly, call: Call, function: Draft) -> str | None:
    """The directory that an image, whose files are the code, copies the handler's file from; None where it is unclear.

    https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_lambda.Code.html
    """
    directory, known = located(assembly, argument(call, 0, "path")), options(call, 1)
    file, holds = text_of(known.get("file"), "Dockerfile"), text_of(known.get("imagePath"), "/asset")
    if directory is None or file is None or holds is None or known.open:
        return None
    source = assembly.app.file(posixpath.join(directory, file))
    image = Image() if source is None else built(source.text)
    for name in _files(function):
        for origin in image.origins(posixpath.join(holds, name)):
            path = posixpath.normpath(posixpath.join(directory, origin))
            if f"/{path}".endswith(f"/{name}") and _is_there(assembly, path):
                return path.removesuffix(name).rstrip("/") or "."
    return None


def _lies_in(assembly: Assembly, function: Draft, path: str) -> bool:
    """Whether what is bundled is made of a directory in which the handler lies as it is named."""
    return any(_is_there(assembly, posixpath.join(path, each)) for each in _files(function))


def _files(function: Draft) -> Iterator[str]:
    """The files that a function's handler may be written in, from the root of its package."""
    handler, family = function.entries.get("Handler"), _family(function)
    if isinstance(handler, Known) and family is not None:
        module = str(handler.value).rpartition(".")[0]
        module = module.replace(".", "/") if family == "python" else module
        yield from (module + each for each in _ENDINGS.get(family, ()))


def _family(function: Draft) -> str | None:
    """The language that a function's runtime is of, whatever its version: `nodejs`; None where that is not known."""
    match function.entries.get("Runtime"):
        case Known(name) | template.Text((Known(name), *_)):
            return str(name).rstrip("0123456789.x")
        case _:
            return None


def _by_default(assembly: Assembly, construct: Construct, span: Span) -> template.Value:
    """The runtime of a function that is bundled and names none."""
    version = assembly.app.version
    if construct.props.open or construct.foreign or version is None or version < _STEADY:
        return Unknown(span, "nodejs")
    latest = assembly.app.flag("@aws-cdk/aws-lambda-nodejs:useLatestRuntimeVersion")
    runtime = facts.latest_node(version) if latest else facts.NODE_BY_DEFAULT
    return Unknown(span, "nodejs") if runtime is None else Known(runtime, span, default=True)


_STEADY = (2, 150, 0)
"""The version of the CDK from which on that default is sure."""


def _is_there(assembly: Assembly, path: str) -> bool:
    return path in assembly.app.sources.files(posixpath.dirname(path) or ".")


def _source(assembly: Assembly, call: Call, function: Draft) -> Source | None:
    """The code that a function is given as a text: spelt out, or read from a file."""
    family = _family(function)
    if family is None:
        return None
    name = "index.py" if family == "python" else "index.js"
    given = argument(call, 0, "code")
    match given:
        case Constant(str(text)):
            place = assembly.places.literal(call)
            if place is None:
                return None
            if text.count("\n") != place.end_line - place.line:
                # Its lines are spelt with escapes: all of them stand where it does.
                beginning = Line(place.line, place.column)
                return Source(place.path, text, (beginning,) * (text.count("\n") + 1), name)
            return Source(place.path, text, tuple(_lines(place, assembly)), name)
        case Result(read) if read.name in _READERS:
            path = located(assembly, read.arguments[0] if read.receiver is None and read.arguments else _opened(read))
            return None if path is None else assembly.app.file(path)
    return None


def _lines(place: Span, assembly: Assembly) -> Iterator[Line]:
    """Where the lines of a text that is spelt out stand: its first after the quotes."""
    source = assembly.app.file(place.path)
    first = "" if source is None else source.lines[place.line - 1][place.column - 1 :]
    yield Line(place.line, place.column + (3 if first.lstrip("rRfFbBuU")[:3] in ('"""', "'''") else 1))
    yield from (Line(line, 1) for line in range(place.line + 1, place.end_line + 1))


def _opened(read: Call) -> Value | None:
    """The path of what is read: `open(path).read()`, `Path(path).read_text()`."""
    match read.receiver:
        case Result(call) if call.name == "builtins.open" and call.arguments:
            return call.arguments[0]
        case held:
            return held if read.name == "read_text" else None


def _image(assembly: Assembly, given: Value | None, draft: Draft) -> None:
    span = draft.span
    draft.entries["PackageType"] = Known("Image", span)
    draft.entries["Code"] = Unknown(span, "an image")
    draft.entries["ImageConfig"] = Unknown(span, "cmd", optional=True)
    match given:
        case Result(call) if canonical(call.name) in _IMAGES:
            directory = located(assembly, argument(call, 0, "directory"))
            known = options(call, 1)
            file = text_of(known.get("file"), "Dockerfile")
            if directory is not None and file is not None and not known.open:
                draft.metadata["DockerContext"] = Known(_from(span, directory), span)
                draft.metadata["Dockerfile"] = Known(file, span)
            entry, command = (
                None if known.get(name) is None else assembly.values.value(known.get(name), span)
                for name in ("entrypoint", "cmd")
            )
            if not known.open and (entry is None or _is_client(entry)):
                held = {"EntryPoint": entry, "Command": command}
                draft.entries["ImageConfig"] = mapping(span, held) if entry or command else None


def _is_client(entry: template.Value) -> bool:
    words = [each.value for each in template.items(entry) if isinstance(each, Known)]
    return any(str(word).endswith(_CLIENTS) for word in words)


def _bundled(assembly: Assembly, construct: Construct, draft: Draft) -> None:
    """What a function is bundled of by esbuild."""
    span, given = draft.span, construct.props
    handler = text_of(given.get("handler"), "handler")
    name = None if handler is None else handler if "." in handler else f"index.{handler}"
    draft.entries["Handler"] = Known(name, span) if name is not None else Unknown(span, "handler")
    if given.get("runtime") is None:
        draft.entries["Runtime"] = _by_default(assembly, construct, span)
    entry = located(assembly, given.get("entry"))
    if entry is not None and not _is_there(assembly, entry):
        entry = _beside(assembly, entry, construct.span) or entry
    if given.get("entry") is None and given.get("code") is None:
        stem = f"{posixpath.splitext(construct.span.path)[0]}.{construct.id}"
        candidates = (f"{stem}{ending}" for ending in (".ts", ".js", ".mjs", ".mts", ".cts", ".cjs"))
        entry = next((each for each in candidates if _is_there(assembly, each)), None)
    if given.get("code") is not None:
        # It was bundled before, by something else.
        draft.entries["Code"] = of(assembly, given.get("code"), span, draft)
        return
    if entry is None:
        draft.entries["Code"] = Unknown(span, "entry")
        return
    draft.entries["Code"] = Known(_from(span, posixpath.dirname(entry) or "."), span)
    draft.metadata[ENTRY] = Known(entry, span)
