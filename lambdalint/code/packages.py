"""Deployment packages that lie in the repository, read where they lie: nothing is unpacked."""

from __future__ import annotations

import io
import posixpath
from collections.abc import Iterable

from lambdalint.source import Source, Sources, UnreadableSource

LARGEST = 1_000_000
"""How many bytes a source in a package may have."""

MEMBERS = 20_000
"""How many files a package may hold."""


def member(package: str, names: Iterable[str], sources: Sources) -> Source | None:
    """The first of some files that a zip holds; where the same text lies loose near it, that one.

    The path of a file that is in the zip alone begins with the zip's.
    """
    import zipfile
    import zlib

    content = sources.binary(package)
    if content is None:
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if len(archive.filelist) > MEMBERS:
                return None
            inside = set(archive.namelist())
            name = next((name for name in names if name in inside), None)
            if name is None:
                return None
            with archive.open(name) as file:
                # What a zip says of its sizes need not be so.
                read = file.read(LARGEST + 1)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        return None
    if len(read) > LARGEST:
        return None
    try:
        text = read.removeprefix(b"\xef\xbb\xbf").decode()
    except UnicodeDecodeError:
        return None
    return _loose(posixpath.dirname(package), posixpath.basename(name), text, sources) or Source(
        f"{package}/{name}", text
    )


def _loose(directory: str, name: str, text: str, sources: Sources) -> Source | None:
    """A file of a name below a directory that holds exactly a text, however its lines end."""
    wanted = Source("", text).lines
    for path in sources.files(directory or "."):
        if path.endswith(posixpath.splitext(name)[1]):
            try:
                found = sources.read(path)
            except UnreadableSource:
                continue
            if found is not None and abs(len(found.text) - len(text)) <= len(wanted) and found.lines == wanted:
                return found
    return None
