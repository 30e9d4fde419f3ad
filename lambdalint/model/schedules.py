"""Schedules: rules and schedules of EventBridge that say when, and what is wrong with how they say it.

Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html,
https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from lambdalint.model.view import View
from lambdalint.patterns import pattern
from lambdalint.records import dataclass, field
from lambdalint.templates.value import Value

_UNITS = ("minute", "hour", "day")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_TIME = pattern(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(.*)")


class Schedule(View):
    """A rule of EventBridge or a schedule of EventBridge Scheduler, that says when."""

    __slots__ = ()

    @property
    def expression(self) -> Value | None:
        """`rate(…)`, `cron(…)` or, of EventBridge Scheduler, `at(…)`."""
        return self.get("ScheduleExpression")

    @property
    def scheduler(self) -> bool:
        """Whether it is one of EventBridge Scheduler, and no rule."""
        return self.resource.type == "AWS::Scheduler::Schedule"


def fault(expression: str, *, scheduler: bool) -> str | None:
    """What is certainly wrong with an expression; None where nothing is."""
    called = re.fullmatch(r"\s*(\w+)\s*\((.*)\)\s*", expression, re.DOTALL)
    match called and called[1].lower():
        case "rate":
            return _rate(called[2], scheduler=scheduler) if called else None
        case "cron":
            return _cron(called[2]) if called else None
        case "at" if scheduler:
            return _at(called[2].strip()) if called else None
        case "at":
            return "is a one-time schedule, which only EventBridge Scheduler has"
        case _:
            known = "rate(…), cron(…) or at(…)" if scheduler else "rate(…) or cron(…)"
            return f"is not of the form {known}"


def is_rare(expression: str) -> bool:
    """Whether an expression surely names times that lie an hour or more apart."""
    called = re.fullmatch(r"\s*(\w+)\s*\((.*)\)\s*", expression, re.DOTALL)
    match (called[1].lower(), called[2].split()) if called else ("", []):
        case "rate", [value, unit] if value.isdecimal():
            return int(value) >= (60 if unit.lower().startswith("minute") else 1)
        case "cron", [minute, *_]:
            return minute.isdecimal()
        case name, _:
            return name == "at"


def is_frequent(expression: str) -> bool:
    """Whether an expression surely names times of which one comes every hour, or sooner."""
    called = re.fullmatch(r"\s*(\w+)\s*\((.*)\)\s*", expression, re.DOTALL)
    match (called[1].lower(), called[2].split()) if called else ("", []):
        case "rate", [value, unit] if value.isdecimal():
            return int(value) <= {"minute": 60, "hour": 1}.get(unit.lower().removesuffix("s"), 0)
        case "cron", [_, "*", "*", *_]:
            return True
        case _:
            return False


def _rate(inner: str, *, scheduler: bool) -> str | None:
    match inner.split():
        case [value, unit] if re.fullmatch(r"[+-]?\d+", value):
            number, singular = int(value), unit.lower().removesuffix("s")
            if number < 1:
                return f"has a rate of {number}, which is less than 1"
            if singular not in _UNITS:
                return f"has {unit} for a unit; a rate is in minutes, hours or days"
            plural = unit.lower().endswith("s")
            if not scheduler and plural != (number > 1):
                return f"says {number} {unit} where EventBridge wants {number} {singular}{'s' if number > 1 else ''}"
            return None
        case _:
            return f"has ({inner}) where a rate has a whole number and a unit"


def _at(inner: str) -> str | None:
    written = _TIME.fullmatch(inner)
    if written is None:
        return f"has ({inner}) where a time is yyyy-mm-ddThh:mm:ss"
    try:
        datetime.fromisoformat(written[1])
    except ValueError:
        return f"has ({inner}), which is no time"
    return None


@dataclass(frozen=True, slots=True)
class _Field:
    """One of the six fields of a cron expression."""

    name: str
    least: int
    most: int
    names: tuple[str, ...] = ()
    """What its values can be called, from the least."""
    special: tuple[re.Pattern[str], ...] = field(default=())
    """What only this field may say."""

    def fault(self, written: str) -> str | None:
        """What is certainly wrong with it."""
        # A comma too many is forgiven.
        return next(filter(None, map(self._part, filter(None, written.split(",")))), None)

    def _part(self, part: str) -> str | None:
        if any(special.fullmatch(part.upper()) for special in self.special):
            return None
        base, _, step = part.partition("/")
        if step and not step.isdecimal():
            return f"has {part} for {self.name}, whose step is no number"
        for end in self._ends(base):
            if (wrong := self._value(end, part)) is not None:
                return wrong
        return None

    def _ends(self, base: str) -> Iterator[str]:
        if base != "*":
            yield from base.split("-", 1)

    def _value(self, value: str, part: str) -> str | None:
        if value.upper() in self.names:
            return None
        if not value.isdecimal():
            return f"has {part} for {self.name}"
        if not self.least <= int(value) <= self.most:
            return f"has {part} for {self.name}, which goes from {self.least} to {self.most}"
        return None


def _patterns(*patterns: str) -> tuple[Any, ...]:
    return tuple(re.compile(pattern) for pattern in patterns)


_FIELDS = (
    _Field("the minute", 0, 59),
    _Field("the hour", 0, 23),
    _Field("the day of the month", 1, 31, (), _patterns(r"\?", "L.*", r"\d{1,2}W", "LW")),
    _Field("the month", 1, 12, _MONTHS),
    _Field("the day of the week", 1, 7, _DAYS, _patterns(r"\?", r"(?:[1-7]|[A-Z]{3})?L", r"(?:[1-7]|[A-Z]{3})#[1-5]")),
    _Field("the year", 1970, 2199),
)


def _cron(inner: str) -> str | None:
    written = inner.split()
    if len(written) != len(_FIELDS):
        has = "has 1 field" if len(written) == 1 else f"has {len(written)} fields"
        return f"{has}; a cron expression of AWS has 6: minute, hour, day of month, month, day of week, year"
    for one, given in zip(_FIELDS, written, strict=True):
        # AWS documents ? for the days only, and deploys it elsewhere: the WAF solution of AWS has `cron(* ? * * * *)`.
        if given != "?" and (wrong := one.fault(given)) is not None:
            return wrong
    day, weekday = written[2].strip(","), written[4].strip(",")
    if day == weekday == "*" and "?" in written:
        return None
    if (day == "?") == (weekday == "?"):
        both = "? for both days" if day == "?" else "neither day ?"
        return f"has {both}: exactly one of the day of the month and the day of the week must be ?"
    if "#" in weekday and "," in weekday:
        return f"has {weekday} for the day of the week; with a # it can have one value only"
    return None
