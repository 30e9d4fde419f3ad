"""Writes lambdalint/data/iam_actions.json from the botocore and cfn-lint packages that are installed.

python -m pip install --target /tmp/iam botocore cfn-lint
PYTHONPATH=/tmp/iam python tools/iam_actions.py

botocore (Apache-2.0) has the operations of every service and their parameters; cfn-lint (MIT-0) IAM's actions and the
types of resources that each can be limited to, out of AWS's service reference. Most actions are called like the one
operation that they allow; tools/iam_operations.py says what is otherwise.
"""

from __future__ import annotations

import datetime
import json
import re
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

from botocore.loaders import Loader  # type: ignore[import-untyped]
from iam_operations import ARNS, CURATED, PASSES, PREFIXES, UNSURE

TARGET = Path(__file__).parent.parent / "lambdalint" / "data" / "iam_actions.json"
PAGES = "https://docs.aws.amazon.com/service-authorization/latest/reference/"

Need = tuple[str, str, str]
"""An action, what it is needed on, and when: see lambdalint/data/iam.py."""


@dataclass
class Actions:
    """IAM's actions."""

    services: dict[str, Any]

    def has(self, action: str) -> bool:
        """Whether an action is one of IAM's."""
        service, _, verb = action.lower().partition(":")
        return verb in self.services.get(service, {}).get("Actions", {})

    def types(self, action: str) -> list[str]:
        """The types of resources that it can be limited to."""
        service, _, verb = action.lower().partition(":")
        found = self.services.get(service, {}).get("Actions", {}).get(verb, {})
        return [each.lower() for each in found.get("Resources", ())]


def prefix(name: str, model: dict[str, Any], actions: Actions) -> str:
    """What the actions of a service begin with: of its names, the one under which most operations are actions."""
    metadata: dict[str, str] = model["metadata"]
    names = (PREFIXES.get(name, name), name, metadata.get("signingName", name), metadata["endpointPrefix"])
    return max(names, key=lambda each: sum(actions.has(f"{each}:{operation}") for operation in model["operations"]))


def service(name: str, model: dict[str, Any], actions: Actions) -> dict[str, Any]:
    """The table of a service: its prefix, operations whose action has their name, and all others."""
    begin = prefix(name, model, actions)
    plain: dict[str, list[str]] = {}
    others: dict[str, list[Need]] = {}
    for operation, shape in sorted(model["operations"].items()):
        members = model["shapes"].get(shape.get("input", {}).get("shape", ""), {}).get("members", {})
        # What is not signed is not authorized either.
        signed = shape.get("authtype") != "none"
        needs = _needs(name, begin, operation, shape, list(members), actions) if signed else []
        match needs:
            case None:
                continue
            case [(action, on, "")] if action == f"{begin}:{operation}":
                plain.setdefault(on, []).append(operation)
            case _:
                others[operation] = needs
    table: dict[str, Any] = {} if begin == name else {"prefix": begin}
    if plain:
        table["plain"] = {on: " ".join(operations) for on, operations in sorted(plain.items())}
    return table | ({"others": others} if others else {})


def _needs(
    name: str, begin: str, operation: str, shape: dict[str, Any], members: list[str], actions: Actions
) -> list[Need] | None:
    curated = CURATED.get(name, {}).get(operation)
    if curated is not None:
        return [(action, on if on != "=" else _on(action, members, actions), when) for action, on, when in curated]
    action = f"{begin}:{operation}"
    if begin == "apigateway" and not actions.has(action):
        # https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-iam-policy-examples.html
        action = f"{begin}:{shape['http']['method']}"
    if not actions.has(action) or operation in UNSURE.get(name, ()):
        return None
    passed = [each for each in PASSES.get(name, ()) if each in members and not operation.startswith(_TAKING_AWAY)]
    return [
        (action, _on(action, members, actions), ""),
        *(("iam:PassRole", f"{{{each}}}", each) for each in passed),
        *((("ec2:CreateTags", "", "TagSpecifications"),) if name == "ec2" and "TagSpecifications" in members else ()),
    ]


_TAKING_AWAY = ("Remove", "Delete", "List", "Describe", "Get", "Disassociate")


def _on(action: str, members: list[str], actions: Actions) -> str:
    """The ARNs of what an operation needs an action on, that of most parts first, with `|` between them."""
    begin = action.partition(":")[0]
    arns = [arn for each in actions.types(action) for arn in ARNS.get(f"{begin}:{each}", ())]
    found = {arn for arn in arns if set(re.findall(r"\{(\w+)", arn)) <= {*members}}
    return "|".join(sorted(found, key=lambda arn: (-arn.count("{"), arn.startswith("{"), arn)))


def main() -> None:
    """Reads the packages and writes the table."""
    policies = files("cfnlint") / "data" / "AdditionalSpecs" / "Policies.json"
    actions = Actions(json.loads(policies.read_text("utf-8")))
    loader = Loader()
    services = {}
    for name in loader.list_available_services("service-2"):
        table = service(name, loader.load_service_model(name, "service-2"), actions)
        if table.keys() - {"prefix"}:
            services[name] = table
    packages = (("botocore", "Apache-2.0"), ("cfn-lint", "MIT-0"))
    source = [f"https://pypi.org/project/{name}/{version(name)}/ ({licence})" for name, licence in packages]
    head = {
        "source": f"{', '.join(source)}, and tools/iam_operations.py (see {PAGES})",
        "date": datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
    }
    lines = [f'"{key}": {json.dumps(value)},' for key, value in head.items()]
    rows = ",\n".join(f" {json.dumps(name)}: {_compact(table)}" for name, table in services.items())
    TARGET.write_text("\n".join(["{", *lines, '"services": {', rows, "}", "}", ""]), "utf-8")


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


if __name__ == "__main__":
    main()
