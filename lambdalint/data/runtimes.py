"""Lambda's runtimes: when AWS gives them up, and what each can do.

Source: the table of https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html, as cfn-lint carries it;
`tools/cfnlint_tables.py` writes it to runtimes.json.
"""

from __future__ import annotations

from datetime import date
from functools import cache

from lambdalint.data import table
from lambdalint.patterns import pattern
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
    rows: dict[str, dict[str, str | None]] = table("runtimes.json")["runtimes"]
    return {
        runtime: Lifecycle(
            _day(row["deprecated"]), _day(row["creation_blocked"]), _day(row["update_blocked"]), row["successor"]
        )
        for runtime, row in rows.items()
    }


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


_WITHOUT_SNAP_START = pattern(
    r"nodejs.*|ruby.*|provided.*|go1\.x|java8(\.al2)?|python2\.7|python3\.([6-9]|1[01])|dotnetcore.*|dotnet[5-7](\.0)?"
)
_WITHOUT_ARM = pattern(
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
