"""Small files that say how a directory is to be read, before anything is known of what it holds."""

from __future__ import annotations

import errno
import os
import stat

from lambdalint.discover import looked

LARGEST = 1024 * 1024


class NotPlain(OSError):
    """What has the name of such a file, and is a pipe, a device, a directory, or too large."""


def content(path: str, *, linked: bool = False) -> bytes:
    """The bytes of a regular file of at most a megabyte, which is only reached by a link where that is `linked`.

    Whatever has the name of one, nothing waits here for a writer, and no device is read. Raises OSError.
    """
    try:
        held = _content(path, linked=linked)
    except OSError:
        if looked.kind(path) == "f":
            looked.content(path, None, says_how=True)
        raise
    looked.kind(path)
    looked.content(path, held, says_how=True)
    return held


def _content(path: str, *, linked: bool) -> bytes:
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
    with open(os.open(path, flags if linked else flags | getattr(os, "O_NOFOLLOW", 0)), "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise NotPlain(errno.EINVAL, "not a regular file")
        if status.st_size > LARGEST:
            raise NotPlain(errno.EFBIG, "larger than 1 MB")
        return file.read()
