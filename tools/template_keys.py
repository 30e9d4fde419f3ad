"""Writes lambdalint/data/template_keys.json: which keys each place of a template knows.

python -m pip install --target /tmp/sam aws-sam-translator
npm install --ignore-scripts --prefix /tmp/serverless serverless@3
PYTHONPATH=/tmp/sam python tools/template_keys.py /tmp/serverless

aws-sam-translator (Apache-2.0) has the properties of SAM's types and events, the cfn-lint that is installed (MIT-0)
those of CloudFormation's, and the third version of the Serverless Framework (MIT) a schema of its configuration. What
the fourth adds to that is told below; its sources are https://github.com/serverless/serverless,
packages/serverless/lib/plugins/aws.
"""

from __future__ import annotations

import datetime
import inspect
import json
import subprocess
import sys
from importlib.metadata import files, version
from pathlib import Path
from typing import Any, get_args

from samtranslator.internal.schema_source import aws_serverless_function  # type: ignore[import-not-found]
from samtranslator.internal.schema_source.common import BaseModel  # type: ignore[import-not-found]
from samtranslator.model import sam_resources  # type: ignore[import-not-found]
from samtranslator.model.eventsources import (  # type: ignore[import-not-found]
    cloudwatchlogs,
    pull,
    push,
    scheduler,
)
from samtranslator.model.stepfunctions import events as of_machines  # type: ignore[import-not-found]

TARGET = Path(__file__).parent.parent / "lambdalint" / "data" / "template_keys.json"

TYPES = (
    "AWS::Events::Rule",
    "AWS::Lambda::Alias",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Function",
    "AWS::Lambda::LayerVersion",
    "AWS::Lambda::Permission",
    "AWS::Lambda::Url",
    "AWS::Lambda::Version",
    "AWS::SNS::Subscription",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
    "AWS::Scheduler::Schedule",
)
"""CloudFormation's types that are looked at."""

Keys = dict[str, Any]
"""The keys of a place, each with those of what stands under it: null where that is free, or no mapping."""

ADDED: dict[str, Keys] = {
    "function": dict.fromkeys(
        (
            *("alarms", "build", "capacityProvider", "durableConfig", "iam", "iamPermissionsBoundary", "logs"),
            *("iamRoleStatements", "iamRoleStatementsInherit", "iamRoleStatementsName", "recursiveLoop", "tenancy"),
        )
    ),
    "provider": dict.fromkeys(
        ("build", "capacityProviders", "domain", "domains", "enableLegacyDeploymentBucket", "resolver")
    ),
    "service": dict.fromkeys(("ai", "appSync", "build", "licenseKey", "mcp", "sandboxes", "stages", "state")),
}
ADDED_TO_EVENTS = {"http": ("timeoutInMillis",), "sns": ("kmsMasterKeyId",), "cognitoUserPool": ("lambdaVersion",)}
LOOSENED_IN_EVENTS = ("request", "response")
"""What of a request only says what an API may do with it: with a proxy, as it is by default, the function gets all."""
LOOSENED = ("vpc", "package", "image", "logs", "events")
"""Of a function, what the fourth version of the Serverless Framework lets hold more, and what is told apart."""

DUMP = """
const Serverless = require('serverless/lib/serverless');
const configuration = { service: 'shop', provider: { name: 'aws' } };
const given = { configuration, serviceDir: process.cwd(), configurationFilename: 'serverless.yml', commands: [] };
const serverless = new Serverless({ ...given, commands: ['package'], options: {} });
serverless.init().then(() => process.stdout.write(JSON.stringify(serverless.configSchemaHandler.schema)));
"""


def cloudformation() -> dict[str, Keys]:
    """The properties of CloudFormation's types."""
    found = {each.name: each for each in files("cfn-lint") or () if "schemas" in each.parts}
    types = json.loads(found["us-east-1.json"].read_text(encoding="utf-8"))
    return {
        kind: _of_schema(json.loads(found[f"{types[kind]}.json"].read_text(encoding="utf-8")), {}) or {}
        for kind in TYPES
    }


def sam(function: Keys) -> dict[str, dict[str, Keys]]:
    """The properties of SAM's types, and of the events of each type that has some."""
    types = {
        each.resource_type: dict.fromkeys(sorted(name for name in each.property_types if name[0] != "_"))
        for _, each in inspect.getmembers(sam_resources, inspect.isclass)
        if str(getattr(each, "resource_type", None)).startswith("AWS::Serverless::")
    }
    own = types["AWS::Serverless::Function"]
    fields = aws_serverless_function.Properties.__fields__
    for name in own:
        model = _of_model(fields[name].annotation) if name in fields else None
        own[name] = model or (None if name in ("Tags", "Layers") else function.get(name))
    own["CapacityProviderConfig"] = None
    own["Events"] = None
    events: dict[str, Keys] = {}
    for module in (push, pull, cloudwatchlogs, scheduler):
        events |= _events(module)
    return {
        "types": types,
        "AWS::Serverless::Function": events,
        "AWS::Serverless::StateMachine": {**_events(of_machines), "ScheduleV2": events["ScheduleV2"]},
    }


def _events(module: Any) -> dict[str, Keys]:
    return {
        each.resource_type: dict.fromkeys(sorted(each.property_types))
        for _, each in inspect.getmembers(module, inspect.isclass)
        if getattr(each, "resource_type", None) and each.__module__ == module.__name__
    }


def _of_model(kind: Any) -> Keys | None:
    """The keys of a model of aws-sam-translator, or of the only one of several types."""
    if inspect.isclass(kind) and issubclass(kind, BaseModel):
        return {name: _of_model(field.annotation) for name, field in sorted(kind.__fields__.items())}
    models = [found for each in get_args(kind) if (found := _of_model(each))]
    return models[0] if len(models) == 1 else None


def serverless(place: Path) -> dict[str, Any]:
    """The keys of a service, of its provider, of its functions and of their events by type."""
    printed = subprocess.run(["node", "-e", DUMP], cwd=place, capture_output=True, text=True, check=True).stdout
    schema = json.loads(printed)
    (function,) = schema["properties"]["functions"]["patternProperties"].values()
    given = {**(_of_schema({**function, "definitions": schema["definitions"]}, {}) or {}), **ADDED["function"]}
    events: dict[str, Keys] = {}
    for each in function["properties"]["events"]["items"]["anyOf"]:
        ((name, event),) = each["properties"].items()
        if not name.startswith("__"):
            keys = _of_schema(event, schema["definitions"]) or _all_keys(event)
            added = dict.fromkeys((*ADDED_TO_EVENTS.get(name, ()), *LOOSENED_IN_EVENTS))
            events[name] = {**keys, **{each: None for each in added if each in keys or each not in LOOSENED_IN_EVENTS}}
    provider = _all_keys(schema["properties"]["provider"])
    return {
        "function": {name: None if name in LOOSENED else keys for name, keys in given.items()},
        "events": events,
        "provider": {**provider, **ADDED["provider"]},
        "service": {**_all_keys(schema), **ADDED["service"]},
    }


def _all_keys(schema: dict[str, Any]) -> Keys:
    """The keys of a mapping, or of each form that it may take, whatever stands under them."""
    found = dict.fromkeys(schema.get("properties", ()))
    for each in (inner for name in ("anyOf", "oneOf", "allOf") for inner in schema.get(name, ())):
        found |= _all_keys(each)
    return found


def _of_schema(schema: dict[str, Any], definitions: dict[str, Any], depth: int = 0) -> Keys | None:
    """The keys of what a JSON schema lets stand in a place; None where that is free, or no mapping."""
    definitions = schema.get("definitions", definitions)
    if "$ref" in schema:
        schema = definitions[schema["$ref"].rpartition("/")[2]]
    if depth > 6 or "patternProperties" in schema:
        return None
    if "items" in schema and isinstance(schema["items"], dict):
        return _of_schema(schema["items"], definitions, depth + 1)
    if schema.get("properties") and schema.get("additionalProperties") is False:
        return {name: _of_schema(each, definitions, depth + 1) for name, each in schema["properties"].items()}
    forms = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    if any(each.get("type") == "object" and each.get("additionalProperties") is not False for each in forms):
        return None
    found: Keys = {}
    for each in forms:
        keys = _of_schema(each, definitions, depth + 1) or {}
        found |= {name: inner for name, inner in keys.items() if not name.startswith("Fn::") and name != "Ref"}
    return found or None


def main() -> None:
    place = Path(sys.argv[1])
    package = json.loads((place / "node_modules" / "serverless" / "package.json").read_text(encoding="utf-8"))
    types = cloudformation()
    data = {
        "sources": [
            f"https://pypi.org/project/aws-sam-translator/{version('aws-sam-translator')}/ (Apache-2.0)",
            f"https://pypi.org/project/cfn-lint/{version('cfn-lint')}/ (MIT-0)",
            f"https://www.npmjs.com/package/serverless/v/{package['version']} (MIT)",
        ],
        "date": datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
        "cloudformation": types,
        "sam": sam(types["AWS::Lambda::Function"]),
        "serverless": serverless(place),
    }
    TARGET.write_text(json.dumps(data, separators=(",", ":")).replace('},"', '},\n"') + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
