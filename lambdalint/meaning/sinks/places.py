"""Files, hosts and pages: where a text leads, and who reads it.

Sources: Python's library reference (os, shutil, pathlib, urllib.request, http.client), the documentation of requests,
httpx, urllib3 and aiohttp; Node.js's reference (fs, http), the documentation of axios, got and Express.
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.code.idioms import origin_name
from lambdalint.code.value import Call, Constant, Mapping, Piece, Result, Sequence, Text, Unknown, Value, options
from lambdalint.meaning import files, network, sdk
from lambdalint.meaning.operations import operation
from lambdalint.meaning.sinks import Sink, sink

_PATHS = {
    **dict.fromkeys(("builtins.open", "io.open", "codecs.open", "gzip.open", "bz2.open", "lzma.open", "aiofiles.open",
                     "smart_open.open", "smart_open.smart_open", "aiofiles.threadpool.open",
                     "zipfile.ZipFile", "tarfile.open", "PIL.Image.open", "cv2.imread", "cv2.imwrite", "wave.open",
                     "sqlite3.connect", "os.open"), ((0, "file"),)),
    **dict.fromkeys(("os.remove", "os.unlink", "os.rmdir", "os.mkdir", "os.makedirs", "os.listdir", "os.scandir",
                     "os.removedirs", "os.chmod", "os.stat"), ((0, "path"),)),
    **{f"aiofiles.os.{name}": ((0, "path"),) for name in ("remove", "unlink", "rmdir", "mkdir", "makedirs", "listdir",
                                                          "scandir", "stat", "removedirs")},
    **dict.fromkeys(("aiofiles.os.rename", "aiofiles.os.replace", "aiofiles.os.renames"), ((0, "src"), (1, "dst"))),
    "shutil.rmtree": ((0, "path"),),
    **dict.fromkeys(("os.rename", "os.replace", "os.symlink", "os.link", "shutil.copy", "shutil.copy2",
                     "shutil.copyfile", "shutil.copytree", "shutil.move"), ((0, "src"), (1, "dst"))),
    "shutil.unpack_archive": ((0, "filename"), (1, "extract_dir")),
    "urllib.request.urlretrieve": ((1, "filename"),), "wget.download": ((1, "out"),),
}  # fmt: skip
"""Functions of paths, and which arguments these are."""
_OF_NODE = {
    **dict.fromkeys((
        "readFile", "writeFile", "appendFile", "createReadStream", "createWriteStream", "open", "unlink", "rm", "rmdir",
        "mkdir", "readdir", "opendir", "stat", "lstat", "truncate", "outputFile", "readJson", "writeJson", "remove",
    ), (0,)),
    **dict.fromkeys(("copyFile", "rename", "cp", "symlink", "link", "copy", "move"), (0, 1)),
}  # fmt: skip
"""Node.js's functions of paths, without the `Sync` that they may end in, and which arguments these are."""
_PATH_METHODS = frozenset({
    "open", "read_text", "read_bytes", "write_text", "write_bytes", "unlink", "touch", "mkdir", "rmdir", "iterdir",
})  # fmt: skip
_TRANSFERS = frozenset({"upload_file", "download_file"})
_PATH = "goes to a path made from {}"


_OF_ADDRESSES = frozenset({"smart_open.open", "smart_open.smart_open"})
"""Functions of paths that take addresses as well: `s3://…`, `gs://…`, `https://…`."""


def paths(call: Call) -> Iterator[Sink]:
    """The paths of the file system that a call goes to."""
    if call.receiver is None:
        if call.name in _OF_ADDRESSES and _may_be_address(call.argument(0, "uri")):
            return
        for place in _PATHS.get(call.name, ()):
            yield from sink(_PATH, call.argument(*place))
        for position in _OF_NODE.get(files.of_node(call) or "", ()):
            yield from sink(_PATH, call.argument(position))
    elif call.name in _TRANSFERS:
        asked = operation(call)
        yield from sink(_PATH, None if asked is None else asked.argument("Filename"))
    elif call.name in _PATH_METHODS and _is_path(call.receiver):
        yield Sink(call.receiver, _PATH)


def _may_be_address(value: Value | None) -> bool:
    """Whether a text begins with what is not spelt out, or with a scheme."""
    match value:
        case Text((first, *_)) | Unknown((first, _)):
            return not isinstance(first, Piece) and not (isinstance(first, Constant) and "://" not in str(first.value))
        case _:
            return False


def _is_path(value: Value) -> bool:
    """Whether a value is a path of `pathlib`."""
    match value:
        case Unknown((first, _)):
            return _is_path(first)
        case Result(call) if call.receiver is not None and call.name in ("resolve", "absolute", "joinpath"):
            return _is_path(call.receiver)
        case _:
            return origin_name(value).startswith("pathlib.")


_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})
_CLIENTS = ("requests", "httpx", "urllib3", "aiohttp", "botocore.vendored.requests")
_SESSIONS = tuple(f"{name}." for name in _CLIENTS)
_URL_FUNCTIONS = {
    **{f"{client}.{verb}": (0, "url") for client in _CLIENTS for verb in _VERBS},
    **{f"{client}.{name}": (1, "url") for client in _CLIENTS for name in ("request", "stream")},
    "urllib.request.urlopen": (0, "url"), "urllib.request.urlretrieve": (0, "url"), "wget.download": (0, "url"),
}  # fmt: skip
_HOST_FUNCTIONS = {
    "http.client.HTTPConnection": (0, "host"), "http.client.HTTPSConnection": (0, "host"),
    "socket.create_connection": (0, "address"), "smtplib.SMTP": (0, "host"), "ftplib.FTP": (0, "host"),
    "paramiko.Transport": (0, "sock"),
}  # fmt: skip
_OF_OPTIONS = {"url": 0, "uri": 0, "baseURL": 0, "prefixUrl": 0, "hostname": 1, "host": 1}
"""Options of requests, and whether they hold a host rather than a URL."""
_URL, _HOST = "sends a request to a host named by {}", "connects to a host named by {}"


def hosts(call: Call) -> Iterator[Sink]:
    """The URLs that a call asks for."""
    if call.receiver is None:
        if call.name in _URL_FUNCTIONS:
            yield from sink(_URL, call.argument(*_URL_FUNCTIONS[call.name]))
        elif call.name in network.BY_OPTIONS:
            yield from _told(call)
        elif call.name in _HOST_FUNCTIONS:
            yield from sink(_HOST, call.argument(*_HOST_FUNCTIONS[call.name]))
        elif sdk.client(call) is not None:
            yield from sink(_URL, call.keywords.get("endpoint_url"))
        return
    if origin_name(call.receiver).startswith(_SESSIONS):
        if call.name in _VERBS:
            yield from sink(_URL, call.argument(0, "url"))
        elif call.name in ("request", "urlopen", "stream", "ws_connect"):
            yield from sink(_URL, call.argument(1, "url"))


def _told(call: Call) -> Iterator[Sink]:
    """Where a request goes that is told so by a URL, by options, or by both."""
    for position, given in enumerate(call.arguments):
        for each in options(given):
            if not isinstance(each, Mapping):
                yield from sink(_URL, each if position == 0 else None)
                continue
            for name, entry in each.entries.items():
                if name in _OF_OPTIONS:
                    yield Sink(entry, (_URL, _HOST)[_OF_OPTIONS[name]])


def redirects(value: Value) -> Iterator[Sink]:
    """Where a response sends its client."""
    for each in options(value):
        headers = each.entries.get("headers") if isinstance(each, Mapping) and "statusCode" in each.entries else None
        for name, given in headers.entries.items() if isinstance(headers, Mapping) else ():
            if name.lower() == "location":
                yield from sink("redirects to a host that {} names", given)


def html(value: Value) -> Iterator[Sink]:
    """The body of a response of HTML."""
    for each in options(value):
        if isinstance(each, Mapping) and (body := each.entries.get("body")) is not None and _is_html(each):
            yield Sink(body, "answers with HTML that holds {} unescaped")


def _is_html(response: Mapping) -> bool:
    for name in ("headers", "multiValueHeaders"):
        for headers in options(response.entries.get(name) or Constant(None)):
            for header, value in headers.entries.items() if isinstance(headers, Mapping) else ():
                if header.lower() == "content-type" and all(map(_says_html, options(value))):
                    return True
    return False


def _says_html(value: Value) -> bool:
    match value:
        case Constant(str(text)):
            return text.lower().startswith("text/html")
        case Sequence(items=[first, *_]):
            return _says_html(first)
        case _:
            return False
