"""Puts new content in the place of a file, so that there is always the whole of the one or of the other."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def overwrite(path: Path, content: bytes) -> None:
    """Write the content beside a file and rename it to that; who may read and run it stays. Raises OSError."""
    import shutil  # with all that it packs and unpacks; few runs write anything

    beside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        with suppress(FileNotFoundError):
            shutil.copymode(path, beside)
        beside.replace(path)
    except OSError:
        with suppress(OSError):
            beside.unlink()
        raise
