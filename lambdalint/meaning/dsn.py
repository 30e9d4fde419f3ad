"""Addresses of databases that a program puts together of a user, a password and a host.

Sources: https://docs.sqlalchemy.org/en/20/core/engines.html (escaping special characters in passwords),
https://www.postgresql.org/docs/current/libpq-connect.html (connection URIs) and
https://www.mongodb.com/docs/manual/reference/connection-string/.
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.code.value import Call, Constant, Mapping, Text, Value, options
from lambdalint.meaning import confidential, sdk

_NAMES = frozenset({"url", "uri", "dsn", "conninfo", "host", "name_or_url", "connectionString"})
"""Parameters and options that take such an address."""


def unescaped(call: Call) -> Value | None:
    """The password that stands in the address that a call opens a database with as its secret has it; None where there
    is none, or something was made of it before."""
    if call.receiver is not None or call.name not in sdk.CONNECTIONS:
        return None
    for address in _addresses(call):
        before = ""
        parts = address.parts
        for place, part in enumerate(parts):
            after = _spelt(parts[place + 1]) if place + 1 < len(parts) else ""
            if isinstance(part, Constant):
                before += _spelt(part)
            elif "://" in before and before.endswith(":") and after.startswith("@"):
                return part if any(True for _ in confidential.shown(part)) else None
            else:
                before += "?"
    return None


def _addresses(call: Call) -> Iterator[Text]:
    """The texts that are put together for a call's address."""
    given = [*call.arguments[:1], *(value for name, value in call.keywords.items() if name in _NAMES)]
    for value in given:
        for each in options(value):
            if isinstance(each, Text):
                yield each
            elif isinstance(each, Mapping):
                named = (each.entries[name] for name in _NAMES if name in each.entries)
                yield from (inner for entry in named for inner in options(entry) if isinstance(inner, Text))


def _spelt(value: Value) -> str:
    return value.value if isinstance(value, Constant) and isinstance(value.value, str) else ""
