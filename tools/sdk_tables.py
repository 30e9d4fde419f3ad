"""Writes lambdalint/data/sdk_*.json from the boto3 and botocore packages that are installed.

python -m pip install --target /tmp/boto3 boto3
PYTHONPATH=/tmp/boto3 python tools/sdk_tables.py

All names are as Python's SDK has them: operations, waiters, identifiers and methods of resources in snake_case.
lambdalint/data/sdk.py says what the tables hold.
"""

from __future__ import annotations

import datetime
import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import boto3
from botocore import xform_name
from botocore.exceptions import UnknownServiceError

DATA = Path(__file__).parent.parent / "lambdalint" / "data"


def main() -> None:
    session = boto3.Session()
    loader = session._loader
    services = session.get_available_services()
    write("paginators", "botocore", {name: paginators(load(loader, name, "paginators-1")) for name in services})
    write("pages", "botocore", {name: pages(load(loader, name, "service-2"), load(loader, name, "paginators-1"))
                                for name in services})  # fmt: skip
    write("waiters", "botocore", {name: waiters(load(loader, name, "waiters-2")) for name in services})
    write("names", "botocore", {own: name for name in services if (own := letters(loader, name)) != name})
    resources = session.get_available_resources()
    write("resources", "boto3", {name: of_service(load(loader, name, "resources-1")) for name in resources})


def letters(loader: Any, service: str) -> str:
    """What the SDKs for JavaScript call a service, without the hyphens and capitals in it."""
    name: str = loader.load_service_model(service, "service-2")["metadata"]["serviceId"]
    return name.lower().replace(" ", "").replace("-", "")


def load(loader: Any, service: str, kind: str) -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = loader.load_service_model(service, kind)
    except UnknownServiceError:
        return {}
    except Exception as error:
        if type(error).__name__ != "DataNotFoundError":
            raise
        return {}
    return loaded


def write(name: str, package: str, services: dict[str, Any]) -> None:
    head = {
        "source": f"https://pypi.org/project/{package}/{version(package)}/",
        "version": version(package),
        "license": "Apache-2.0, Amazon.com, Inc. or its affiliates",
        "date": datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
    }
    # One service on a line, so that a change of one is a line of a diff.
    lines = ",\n".join(f"{compact(key)}:{compact(table)}" for key, table in sorted(services.items()) if table)
    text = f'{compact(head)[:-1]},\n"services":{{\n{lines}\n}}}}\n'
    json.loads(text)
    (DATA / f"sdk_{name}.json").write_text(text, encoding="utf-8")


def compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def paginators(model: dict[str, Any]) -> list[list[Any]]:
    """The operations with their result keys, under the parameters and keys that they have in common."""
    table: dict[tuple[str, ...], dict[str, str]] = {}
    for name, each in sorted(model.get("pagination", {}).items()):
        row = [each.get(key, "") for key in ("input_token", "output_token", "limit_key", "result_key")]
        *shape, results = (" ".join(value) if isinstance(value, list) else value for value in row)
        table.setdefault(tuple(shape), {})[xform_name(name)] = results
    return [[*shape, names] for shape, names in sorted(table.items())]


def pages(service: dict[str, Any], paginated: dict[str, Any]) -> list[list[Any]]:
    """The operations that list by pages and have no paginator, in rows as of `paginators`.

    They take a token and give one of the same name, beside one list.
    """
    found: dict[str, dict[str, str]] = {}
    for name, each in service["operations"].items():
        given, answered = (
            service["shapes"][each[side]["shape"]].get("members", {}) if side in each else {}
            for side in ("input", "output")
        )
        tokens = [token for token in TOKENS if token in given and token in answered]
        lists = [key for key, member in answered.items() if service["shapes"][member["shape"]]["type"] == "list"]
        limit = next((key for key in given if key.lower() in LIMITS), "")
        if name.startswith("List") and name not in paginated.get("pagination", {}) and len(tokens) == len(lists) == 1:
            row = {"input_token": tokens[0], "output_token": tokens[0], "limit_key": limit, "result_key": lists[0]}
            found[name] = {key: value for key, value in row.items() if value}
    return paginators({"pagination": found})


TOKENS = ("NextToken", "nextToken", "Marker", "NextMarker", "PageToken", "pageToken", "nextPageToken")
LIMITS = frozenset({"maxresults", "limit", "maxitems", "pagesize", "maxrecords"})


def waiters(model: dict[str, Any]) -> dict[str, tuple[str, int, int]]:
    return {
        xform_name(name): (xform_name(each["operation"]), each["delay"], each["maxAttempts"])
        for name, each in sorted(model.get("waiters", {}).items())
    }


def of_service(model: dict[str, Any]) -> dict[str, Any]:
    resources = model["resources"]
    # What boto3 lets a service make: every resource, those that are not named too.
    named = model["service"].get("has", {})
    made = {each["resource"]["type"] for each in named.values()}
    inputs = {
        name: {"resource": {"type": name, "identifiers": [
            {"target": each["name"], "source": "input"} for each in resource.get("identifiers", ())
        ]}}
        for name, resource in resources.items() if name not in made
    }  # fmt: skip
    service = model["service"] | {"has": named | inputs}
    return {name: of_resource(each) for name, each in sorted({"": service, **resources}.items())}


def of_resource(model: dict[str, Any]) -> dict[str, Any]:
    actions = {xform_name(name): action(each) for name, each in model.get("actions", {}).items()}
    if "load" in model:
        actions |= {"load": action(model["load"]), "reload": action(model["load"])}
    table = {
        "actions": actions,
        "batch": {xform_name(name): action(each) for name, each in model.get("batchActions", {}).items()},
        "has": {
            name: made
            for name, each in model.get("has", {}).items()
            if (made := resource(each["resource"])) is not None
            and not any(part.get("source") == "data" for part in each["resource"].get("identifiers", ()))
        },
        "many": {xform_name(name): action(each) for name, each in model.get("hasMany", {}).items()},
        "waiters": {
            f"wait_until_{xform_name(name)}": [xform_name(each["waiterName"]), params(each)]
            for name, each in model.get("waiters", {}).items()
        },
    }
    return {key: value for key, value in table.items() if value}


def action(model: dict[str, Any]) -> list[Any]:
    row: list[Any] = [xform_name(model["request"]["operation"]), params(model["request"])]
    if "resource" in model:
        row.append(resource(model["resource"]))
    return row


def params(model: dict[str, Any]) -> dict[str, str]:
    """The parameters that a resource carries, with the identifiers that they are; "" for anything else."""
    return {
        each["target"].partition("[")[0].partition(".")[0]: (
            xform_name(each["name"]) if each["source"] == "identifier" and each["target"].isalnum() else ""
        )
        for each in model.get("params", ())
    }


def resource(model: dict[str, Any]) -> list[Any]:
    made = [model["type"], {xform_name(each["target"]): source(each) for each in model.get("identifiers", ())}]
    # A path with brackets stands for several.
    return [*made, "*"] if "[" in model.get("path", "") else made


def source(model: dict[str, Any]) -> str:
    """`.name` for an identifier of what it is made from, `=Name` for a parameter, `?` for an input, "" for others."""
    match model["source"]:
        case "identifier":
            return f".{xform_name(model['name'])}"
        case "requestParameter" if model["path"].isalnum():
            return f"={model['path']}"
        case "input":
            return "?"
        case _:
            return ""


if __name__ == "__main__":
    main()
