"""Lambda's runtimes: when AWS gives them up, and what each can do.

Source: the table of https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html, which cfn-lint carries, read as
a file: importing cfn-lint costs seconds.
"""

from __future__ import annotations

import json
import re
from datetime import date
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from lambdalint.records import dataclass


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The end of a runtime."""

    deprecated: date | None
    """From when on it gets no security updates."""
    creation_blocked: date | None
    """From when on AWS refuses new functions on it; AWS moves this date, and the next."""
    update_blocked: date | None
    """From when on AWS refuses new code for its functions."""
    successor: str | None
    """What AWS proposes instead."""


def lifecycle(runtime: str) -> Lifecycle | None:
    """The end of a runtime; None for one that AWS has not planned an end of, or that nobody knows."""
    return _lifecycles().get(runtime)


@cache
def _lifecycles() -> dict[str, Lifecycle]:
    spec = find_spec("cfnlint")
    if spec is None or not spec.submodule_search_locations:
        return {}
    path = Path(spec.submodule_search_locations[0]) / "data" / "AdditionalSpecs" / "LmbdRuntimeLifecycle.json"
    try:
        table: dict[str, dict[str, str | None]] = json.loads(path.read_bytes())
    except OSError:
        return {}
    return {
        runtime: Lifecycle(
            _day(row.get("deprecated")), _day(row.get("create-block")), _day(row.get("update-block")),
            row.get("successor"),
        )
        for runtime, row in table.items()
    }  # fmt: skip


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


_WITHOUT_SNAP_START = re.compile(
    r"nodejs.*|ruby.*|provided.*|go1\.x|java8(\.al2)?|python2\.7|python3\.([6-9]|1[01])|dotnetcore.*|dotnet[5-7](\.0)?"
)
_WITHOUT_ARM = re.compile(
    r"nodejs([468]\..*|10\.x)?|python2\.7|python3\.[67]|java8|go1\.x|provided|ruby2\.5|dotnetcore[12]\..*"
)


def lacks_snap_start(runtime: str) -> bool:
    """Whether a runtime is known not to start from snapshots.

    https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html: Java 11, Python 3.12 and .NET 8, and later ones, do.
    """
    return _WITHOUT_SNAP_START.fullmatch(runtime) is not None


def lacks_arm(runtime: str) -> bool:
    """Whether a runtime is known to run on x86_64 only."""
    return _WITHOUT_ARM.fullmatch(runtime) is not None
