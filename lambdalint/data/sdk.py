"""What AWS's SDK for Python knows of its services; tools/sdk_tables.py writes the tables.

`sdk_paginators.json`: by service, groups of operations `[input tokens, output tokens, limit, {operation: results}]`.
`sdk_pages.json`: the same of operations that list by pages, and for which the SDK has no paginator.
`sdk_names.json`: by what the SDKs for JavaScript call a service, in small letters alone, its name here where that is
another.
`sdk_waiters.json`: by service and waiter, the operation that it polls, after how many seconds again, and how often.
`sdk_resources.json`: by service and resource ("" for the service itself), its `actions`, `waiters`, the resources that
it `has`, the collections of `many`, and what can be done to a whole `batch` of such resources. An action is
`[operation, {parameter: identifier}, resource]`, with "" for a parameter that is not an identifier. The resource
`[name, {identifier: source}]` is what the method gives, or each item of it where `"*"` follows. A source is `.name` for
an identifier of what the method is called on, `=Name` for a parameter of it, `?` for the argument that is next or has
the identifier's name, "" for anything else.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from lambdalint.data import table
from lambdalint.records import dataclass


@dataclass(frozen=True, slots=True)
class Pagination:
    """How an operation gives its answer in pages."""

    inputs: tuple[str, ...]
    """The parameters that ask for the next page."""
    outputs: tuple[str, ...]
    """The keys (JMESPath) of an answer that say where the next page begins."""
    limit: str
    """The parameter that bounds a page; "" where there is none."""
    results: tuple[str, ...]
    """The keys (JMESPath) of an answer that hold its items, or what is added up over the pages."""


def pagination(service: str, operation: str) -> Pagination | None:
    """The pages of an operation that has a paginator, by the SDK's names; None where it has none."""
    return _pages("paginators", service, operation)


def pages(service: str, operation: str) -> Pagination | None:
    """The pages of an operation, whether or not it has a paginator; None where its answer is whole."""
    return pagination(service, operation) or _pages("pages", service, operation)


def _pages(table: str, service: str, operation: str) -> Pagination | None:
    for inputs, outputs, limit, operations in _table(table).get(service, ()):
        if operation in operations:
            return Pagination(
                tuple(inputs.split()), tuple(outputs.split(" ")), limit, tuple(operations[operation].split())
            )
    return None


def waiters(service: str) -> dict[str, str]:
    """The waiters of a service, with the operation that each polls."""
    return {name: polled for name, (polled, _, _) in _table("waiters").get(service, {}).items()}


def polling(service: str, waiter: str) -> tuple[int, int] | None:
    """The seconds after which a waiter asks again, and how often it asks, where nobody says otherwise."""
    _, delay, attempts = _table("waiters").get(service, {}).get(waiter, (None, 0, 0))
    return (delay, attempts) if attempts else None


def service(called: str) -> str:
    """The name of a service that the SDKs for JavaScript call so: `client-eventbridge`, `EventBridge`, `Lambda`."""
    letters = called.lower().replace("-", "")
    name: str = _BY_CLASS.get(letters) or _table("names").get(letters, letters)
    return name


_BY_CLASS = {"cloudwatchevents": "events", "cognitoidentityserviceprovider": "cognito-idp", "iotdata": "iot-data",
             "transcribeservice": "transcribe"}  # fmt: skip
"""What version 2 for JavaScript calls services in a way of its own."""


def resource(service: str, name: str) -> dict[str, Any]:
    """A resource of a service, or the service itself for ""; empty where there is none."""
    found: dict[str, Any] = _table("resources").get(service, {}).get(name, {})
    return found


@cache
def _table(name: str) -> dict[str, Any]:
    services: dict[str, Any] = table(f"sdk_{name}.json")["services"]
    return services
