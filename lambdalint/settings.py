"""What can be set in a configuration: one table, which is read by and of which the schema for editors is made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from lambdalint import toml
from lambdalint.check import SEVERITIES
from lambdalint.choices import FAIL_ON, FORMATS
from lambdalint.patterns import pattern
from lambdalint.records import dataclass, field
from lambdalint.rules import PILLARS
from lambdalint.spelling import nearest
from lambdalint.templates.value import Scalar

GROUPS = ("all", "default", *PILLARS, *SEVERITIES)
"""What names several rules at once."""

SCHEMA_URL = "https://raw.githubusercontent.com/lambdalint/lambdalint/main/docs/lambdalint.schema.json"
"""Where editors find what can be set."""


class WrongConfig(Exception):
    """A configuration that says something that it cannot say: one line."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value must be."""

    called: str
    """In a word."""
    read: Callable[[str, object], Any]
    """From the name of a setting, for what is to be said of it, and a value of TOML: raises WrongConfig."""
    schema: Mapping[str, Any] = field(repr=False)
    """The same as a schema of JSON, in which `#/definitions/` has the words that name rules."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What can be set by a name."""

    kind: Kind
    meaning: str
    """A clause in Markdown."""


def settings(names: Iterable[str]) -> dict[str, Setting]:
    """What can be set, by name, where the rules have these names."""
    names = frozenset(names)

    def rules(key: str, value: object) -> tuple[str, ...]:
        return known(_texts(key, value), names)

    words = Kind("list", rules, {"type": "array", "items": {"$ref": "#/definitions/word"}})
    return {
        "select": Setting(words, 'the rules to ask; by default `["default"]`'),
        "extend-select": Setting(words, "rules to ask besides"),
        "ignore": Setting(words, "rules not to ask"),
        "exclude": Setting(TEXTS, "paths to leave out: patterns as in a `.gitignore` beside this file"),
        "per-path-ignores": Setting(
            _table(words), "rules not to tell of in some paths; the patterns are such as well"
        ),
        "severity": Setting(
            _table(_choice(SEVERITIES), lambda name: _name(name, names), {"$ref": "#/definitions/owner"}),
            "another severity for a rule, or for all rules of a pillar: `note`, `warning` or `error`. A rule is heard "
            "before its pillar. Where the rule tells a finding as milder than itself, the milder one stays",
        ),
        "parameters": Setting(
            _table(SCALAR), "values for the parameters of templates, in place of their defaults"
        ),
        "modules": Setting(
            _table(_table(TEXT)),
            "Terraform modules of your own that make a Lambda function: a pattern of their sources, and below it the "
            "names that they have for the inputs of terraform-aws-modules/lambda",
        ),
        "fail-on": Setting(
            _choice(FAIL_ON),
            "the mildest severity to exit 1 for: `error`, `warning`, `note` or `never`; by default `warning`",
        ),
        "format": Setting(
            _choice(FORMATS), f"how to tell it: {', '.join(f'`{each}`' for each in FORMATS)}; by default `text`"
        ),
        "with-cfn-lint": Setting(TRUTH, "whether cfn-lint checks the templates too; by default `false`"),
        "cache": Setting(
            TRUTH, "whether what a run came to is kept for the next one, which sees the same; by default `true`"
        ),
        "cache-dir": Setting(TEXT, "where it is kept; by default `.lambdalint_cache`, beside the project"),
        "jobs": Setting(
            COUNT, "how many processes judge; by default `0`: one, and in large runs as many as there are processors"
        ),
        "today": Setting(
            DAY, "the date by which `runtime-deprecated` judges, such as `2026-11-21`; by default the real one"
        ),
    }  # fmt: skip


def known(words: Sequence[str], names: Iterable[str]) -> tuple[str, ...]:
    """The words themselves, if each is a rule's name or a group; raises WrongConfig otherwise."""
    allowed = {*names, *GROUPS}
    for word in words:
        if word not in allowed:
            raise WrongConfig(f"no rule or group is named {word!r}{hint(word, allowed)}")
    return tuple(words)


def hint(word: str, words: Iterable[str]) -> str:
    """What was likely meant by a word that is none of some: a clause, or nothing."""
    meant = nearest(word, words)
    return f"; did you mean {meant!r}?" if meant else ""


def _name(word: str, names: Iterable[str]) -> None:
    allowed = {*names, *PILLARS}
    if word not in allowed:
        raise WrongConfig(f"no rule or pillar is named {word!r}{hint(word, allowed)}")


def _texts(key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise WrongConfig(f"{key} must be a list of texts, not {_shown(value)}")
    return tuple(value)


def _text(key: str, value: object) -> str:
    if not isinstance(value, str):
        raise WrongConfig(f"{key} must be a text, not {_shown(value)}")
    return value


def _scalar(key: str, value: object) -> Scalar:
    if not isinstance(value, str | int | float | bool):
        raise WrongConfig(f"{key} must be a text, a number or a boolean, not {_shown(value)}")
    return value


def _truth(key: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise WrongConfig(f"{key} must be true or false, not {_shown(value)}")
    return value


def _count(key: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise WrongConfig(f"{key} must be a number from 0 on, not {_shown(value)}")
    return value


_DATE = pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _day(key: str, value: object) -> date:
    """A date, as TOML writes it or as a text."""
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise WrongConfig(f"{key} must be a date such as 2026-11-21, not {_shown(value)}")


TEXT = Kind("text", _text, {"type": "string"})
TEXTS = Kind("list", _texts, {"type": "array", "items": {"type": "string"}})
SCALAR = Kind("text, number or boolean", _scalar, {"type": ["string", "number", "boolean"]})
TRUTH = Kind("boolean", _truth, {"type": "boolean"})
COUNT = Kind("number", _count, {"type": "integer", "minimum": 0})
DAY = Kind("date", _day, {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"})


def _choice(allowed: Sequence[str]) -> Kind:
    """One of some words."""

    def read(key: str, value: object) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise WrongConfig(f"{key} must be one of {', '.join(allowed)}, not {_shown(value)}")
        return value

    return Kind("text", read, {"enum": list(allowed)})


def _table(
    of: Kind, named: Callable[[str], None] = lambda _: None, names: Mapping[str, Any] | None = None
) -> Kind:  # fmt: skip
    """A table of values of one kind, whose keys are free, or `named` raises WrongConfig of one that may not be."""

    def read(key: str, value: object) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise WrongConfig(f"{key} must be a table, not {_shown(value)}")
        found = {}
        for name, each in value.items():
            named(name)
            found[name] = of.read(f"{key}.{toml.key(name)}", each)
        return found

    schema = {"type": "object", "additionalProperties": of.schema}
    return Kind(
        f"table of {of.called}s" if of.called in {"list", "table"} else "table",
        read,
        {**schema, "propertyNames": names} if names else schema,
    )


def _shown(value: object) -> str:
    return repr(value) if isinstance(value, str) else str(value).replace("\n", " ")
