"""Which calls write files, and where.

Sources: Python's library reference (open, io, os, pathlib, shutil, tarfile, zipfile, urllib.request, logging.handlers),
boto3's reference of S3's download_file, pandas' and Matplotlib's reference of their writers; https://nodejs.org/api/fs.html
and the READMEs of fs-extra, tmp and mkdirp.
"""

from __future__ import annotations

import posixpath

from lambdalint.code.idioms import origin_name
from lambdalint.code.value import (
    Call,
    Constant,
    Environment,
    Function,
    Imported,
    Member,
    Result,
    Text,
    Unknown,
    Value,
    origins,
)
from lambdalint.records import dataclass

CODE = "/var/task"
"""Where Lambda puts the code of a function, and the directory that it runs in."""

_OPENERS = frozenset({
    "builtins.open", "io.open", "codecs.open", "gzip.open", "bz2.open", "lzma.open", "aiofiles.open",
    "smart_open.open", "smart_open.smart_open", "aiofiles.threadpool.open",
    "gzip.GzipFile", "bz2.BZ2File", "lzma.LZMAFile", "zipfile.ZipFile", "tarfile.open", "tarfile.TarFile.open",
    "tarfile.TarFile", "wave.open",
})  # fmt: skip
"""Functions of a path and a mode."""
_OPENED = ("file", "filename", "name", "uri")
"""What the path is called."""

_WRITERS = {
    "os.mkdir": (0, "path"), "os.rename": (1, "dst"), "os.replace": (1, "dst"), "os.symlink": (1, "dst"),
    "os.link": (1, "dst"), "os.mkfifo": (0, "path"),
    "shutil.copy": (1, "dst"), "shutil.copy2": (1, "dst"), "shutil.copyfile": (1, "dst"),
    "shutil.copytree": (1, "dst"), "shutil.move": (1, "dst"), "shutil.make_archive": (0, "base_name"),
    "urllib.request.urlretrieve": (1, "filename"), "urllib.urlretrieve": (1, "filename"), "wget.download": (1, "out"),
    "numpy.save": (0, "file"), "numpy.savez": (0, "file"), "numpy.savetxt": (0, "fname"),
    "joblib.dump": (1, "filename"), "torch.save": (1, "f"), "matplotlib.pyplot.savefig": (0, "fname"),
    "cv2.imwrite": (0, "filename"),
    "logging.FileHandler": (0, "filename"), "logging.handlers.RotatingFileHandler": (0, "filename"),
    "logging.handlers.TimedRotatingFileHandler": (0, "filename"),
    "logging.handlers.WatchedFileHandler": (0, "filename"),
    "shelve.open": (0, "filename"), "aiofiles.os.mkdir": (0, "path"), "aiofiles.os.rename": (1, "dst"),
    "aiofiles.os.replace": (1, "dst"),
}  # fmt: skip
"""Functions that write to the path among their arguments, and which that is."""

FILE_SYSTEMS = ("node:fs.", "node:fs/promises.", "node:fs.promises.", "npm:fs-extra.", "npm:graceful-fs.")
"""What the names of Node.js's functions of files begin with."""

_OF_NODE = {
    **dict.fromkeys(("writeFile", "appendFile", "createWriteStream", "mkdtemp", "truncate"), 0),
    **dict.fromkeys(("outputFile", "outputJson", "writeJson", "writeJSON", "ensureFile"), 0),
    **dict.fromkeys(("copyFile", "rename", "cp", "symlink", "link", "copy", "move"), 1),
}  # fmt: skip
"""Node.js's functions that write, without the `Sync` that they may end in, and where the path stands."""

_METHODS = {
    "to_csv": (0, "path_or_buf"), "to_excel": (0, "excel_writer"), "to_parquet": (0, "path"), "to_pickle": (0, "path"),
    "to_feather": (0, "path"), "savefig": (0, "fname"), "write_csv": (0, "file"), "write_parquet": (0, "file"),
}  # fmt: skip
"""Methods of pandas, polars and Matplotlib that do so."""

_OF_PATHS = frozenset({"write_text", "write_bytes", "touch", "symlink_to", "hardlink_to"})
_OF_PATHS_TOO = frozenset({"joinpath", "resolve", "absolute"})
"""Methods of paths, and those among them that give another path at or below it."""
_PATHS = frozenset({"pathlib.Path", "pathlib.PosixPath", "pathlib.PurePath", "pathlib.PurePosixPath"})

_ARCHIVES = frozenset({"zipfile.ZipFile", "tarfile.open", "tarfile.TarFile.open", "tarfile.TarFile"})
_DOWNLOADS, _SDKS = "download_file", ("boto3.", "aioboto3.", "botocore.", "aiobotocore.")

_TEMPORARY = frozenset({
    "tempfile.mkdtemp", "tempfile.mkstemp",
    *(f"npm:tmp.{name}" for name in ("file", "dir", "fileSync", "dirSync", "tmpName", "tmpNameSync")),
    *(f"npm:tmp-promise.{name}" for name in ("file", "dir", "fileSync", "dirSync")),
})  # fmt: skip
_NAMED = "tempfile.NamedTemporaryFile"

_REMOVERS = frozenset({
    "os.remove", "os.unlink", "os.rmdir", "os.removedirs", "shutil.rmtree", "os.rename", "os.replace", "shutil.move",
})  # fmt: skip
_REMOVE = frozenset({"unlink", "rm", "rmdir", "remove", "emptyDir", "rename", "move"})
"""Node.js's functions that remove."""
_SHELLS = ("subprocess.", "os.system", "os.popen", "sh.", "node:child_process.", "npm:execa", "npm:shelljs.")


@dataclass(frozen=True, slots=True)
class Written:
    """Where a call writes."""

    path: str
    """As far as it is spelt out; absolute, also where the source says it relative to the working directory."""
    shown: str
    """As the source has it."""
    relative: bool
    """Whether it depends on the working directory."""
    whole: bool
    """Whether that is the whole path, not its beginning."""


def target(call: Call) -> Value | None:
    """The path that a call writes to; None where it writes no file, or none of a name."""
    if call.receiver is None:
        return _of_function(call) if (name := of_node(call)) is None else _of_node(call, name)
    if call.name == "open":
        return call.receiver if _is_path(call.receiver) and _writes(call.argument(0, "mode")) else None
    if call.name in _OF_PATHS and _is_path(call.receiver):
        return call.receiver
    if call.name in ("rename", "replace") and _is_path(call.receiver):
        return call.argument(0, "target")
    if call.name == "mkdir" and _is_path(call.receiver):
        return None if "exist_ok" in call.keywords else call.receiver
    if call.name in ("extract", "extractall") and origin_name(call.receiver) in _ARCHIVES:
        return _or_here(call, call.argument(int(call.name == "extract"), "path"))
    if call.name == _DOWNLOADS and origin_name(call.receiver).startswith(_SDKS):
        # A client takes bucket, key and file, a bucket key and file, an object the file.
        return call.argument(min(len(call.arguments), 3) - 1, "Filename")
    if call.name in _METHODS:
        return call.argument(*_METHODS[call.name])
    return None


def _of_function(call: Call) -> Value | None:
    if call.name in _OPENERS:
        if not _writes(call.argument(1, "mode")):
            return None
        return call.argument(0, next((name for name in _OPENED if name in call.keywords), ""))
    if call.name == "shutil.unpack_archive":
        return _or_here(call, call.argument(1, "extract_dir"))
    if call.name in ("os.makedirs", "aiofiles.os.makedirs"):
        # A directory that is there already, as it may be in the code, is not made.
        return None if len(call.arguments) > 1 or "exist_ok" in call.keywords else call.argument(0, "name")
    return call.argument(*_WRITERS[call.name]) if call.name in _WRITERS else None


def of_node(call: Call) -> str | None:
    """What a function of Node.js's file systems is called, without `Sync`; None for others."""
    if call.receiver is not None or not call.name.startswith(FILE_SYSTEMS):
        return None
    return call.name.rpartition(".")[2].removesuffix("Sync")


def _of_node(call: Call, name: str) -> Value | None:
    if name == "open":
        return call.argument(0) if _writes(call.argument(1)) else None
    if name == "mkdir":
        # A directory that is there already, as it may be in the code, is not made.
        return None if len(call.arguments) > 1 and not isinstance(call.arguments[1], Function) else call.argument(0)
    return call.argument(_OF_NODE[name]) if name in _OF_NODE else None


def _or_here(call: Call, given: Value | None) -> Value | None:
    return Constant(".") if given is None and not call.open else given


def _writes(mode: Value | None) -> bool:
    # `r:xz` reads an archive: what stands behind the mark is how it is packed.
    return (
        isinstance(mode, Constant)
        and isinstance(mode.value, str)
        and bool(set("wax+") & set(mode.value.partition(":")[0].partition("|")[0]))
    )


def _is_path(value: Value) -> bool:
    """Whether a value is a path object: `Path("a")`, `Path("a") / name`, `Path("a").joinpath(name)`."""
    match value:
        case Result(call) if call.receiver is None:
            return call.name in _PATHS
        case Result(call) if call.receiver is not None:
            return call.name in _OF_PATHS_TOO and _is_path(call.receiver)
        case Unknown((base, _)) | Member(base, "parent"):
            return _is_path(base)
        case _:
            return False


def written(value: Value) -> Written | None:
    """Where a path lies, as far as it is spelt out; None where that leaves open which directory it is in."""
    if isinstance(value, Constant):
        if not isinstance(value.value, str) or not value.value or "://" in value.value:
            return None
        head, whole = value.value, True
    else:
        found = _head(value)
        if found is None or "://" in found[0]:
            return None
        head, whole = found
    relative = not head.startswith("/")
    known = head if whole else head[: head.rfind("/") + 1]
    if not relative and not whole and posixpath.normpath(known) in ("/", "//", "."):
        return None
    path = posixpath.normpath(posixpath.join(CODE, known))
    return Written(path, head, relative, whole)


def _head(value: Value) -> tuple[str, bool] | None:
    """What a path begins with, and whether that is all of it; None where nothing is spelt out."""
    match value:
        case Constant(str(text)) if text:
            return text, True
        case Text((first, *rest)):
            found = _head(first)
            return None if found is None else (found[0], found[1] and not rest)
        case Imported("builtins.__file__" | "js:__dirname" | "js:__filename"):
            return f"{CODE}/", False
        case Result(Call(name="node:os.tmpdir")):
            return "/tmp", True
        case Result(Call(name="js:process.cwd")):
            return CODE, True
        case Environment("LAMBDA_TASK_ROOT"):
            return CODE, True
        case Result(call) if call.receiver is None and call.name in _JOINING:
            return _joined(call.arguments)
        case Result(call) if call.receiver is None and call.name in _SAME and call.arguments:
            found = _head(call.arguments[0])
            return _above(found) if call.name == "os.path.dirname" else found
        case Result(call) if call.receiver is not None and call.name in _OF_PATHS_TOO:
            return _joined((call.receiver, *call.arguments))
        case Unknown((base, inner)) if _is_path(base):
            return _joined((base, inner))
        case Member(base, "parent") if _is_path(base):
            return _above(_head(base))
        case _:
            return None


_JOINING = _PATHS | {
    *("os.path.join", "posixpath.join"),
    *(f"node:{module}.{name}" for module in ("path", "path.posix", "path/posix") for name in ("join", "resolve")),
}
_SAME = frozenset({
    "os.path.abspath", "os.path.realpath", "os.path.normpath", "os.path.dirname", "builtins.str", "os.fspath",
    "node:path.normalize", "js:String",
})  # fmt: skip
"""Functions whose result lies where their argument lies."""


def _above(found: tuple[str, bool] | None) -> tuple[str, bool] | None:
    """The directory of a path: it is known for a module, which lies somewhere in the code."""
    return found if found is not None and found[0] == f"{CODE}/" else None


def _joined(parts: tuple[Value, ...]) -> tuple[str, bool] | None:
    path = ""
    for part in parts:
        found = _head(part)
        if found is None:
            return (f"{path}/", False) if path else None
        path = posixpath.join(path, found[0])
        if not found[1]:
            return path, False
    return (path, True) if path else None


def makes_temporary(call: Call) -> bool:
    """Whether a call makes a file or directory of a new name in /tmp, which stays until somebody removes it."""
    if call.receiver is not None:
        return False
    if of_node(call) == "mkdtemp":
        prefix = call.argument(0)
        place = None if prefix is None else written(prefix)
        return place is not None and place.path.startswith("/tmp")
    delete = call.keywords.get("delete")
    return call.name in _TEMPORARY or (call.name == _NAMED and isinstance(delete, Constant) and delete.value is False)


def removes(call: Call) -> bool:
    """Whether a call removes files, or hands that to another program."""
    if (name := of_node(call)) is not None:
        return name in _REMOVE
    if call.receiver is not None:
        return call.name in ("unlink", "rmdir", "rmtree", "cleanup", "removeCallback") or (
            call.name in ("rename", "replace") and _is_path(call.receiver)
        )
    if call.name.startswith(_SHELLS):
        return any(
            isinstance(each, Constant) and isinstance(each.value, str) and "rm" in each.value.split()
            for value in (*call.arguments, *call.keywords.values())
            for each in origins(value)
        )
    return call.name in _REMOVERS or any(
        word in call.name.lower() for word in ("cleanup", "clean_up", "remove", "delete")
    )


def changes_directory(call: Call) -> bool:
    """Whether a call changes the working directory."""
    return call.receiver is None and call.name in ("os.chdir", "contextlib.chdir", "os.fchdir", "js:process.chdir")
