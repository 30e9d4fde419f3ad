"""IAM's actions: which of them can be limited to some resources.

Source: the service authorization data that cfn-lint carries (https://servicereference.us-east-1.amazonaws.com),
read as a file: importing cfn-lint costs seconds.
"""

from __future__ import annotations

import fnmatch
import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_ONLY_EVERYTHING = frozenset({
    "cloudwatch:putmetricdata", "cloudwatch:getmetricdata", "cloudwatch:listmetrics", "translate:translatetext",
    "polly:synthesizespeech", "comprehend:detectentities", "rekognition:detectmoderationlabels",
    "ce:getcostandusage",
})  # fmt: skip
"""Actions whose resource types are optional: AWS's own pages grant them on `*`."""

_NETWORK = frozenset({
    "ec2:createnetworkinterface", "ec2:deletenetworkinterface", "ec2:assignprivateipaddresses",
    "ec2:unassignprivateipaddresses", "ec2:detachnetworkinterface",
})  # fmt: skip
"""What a function in a VPC needs on `*`, as AWSLambdaVPCAccessExecutionRole grants it."""


@cache
def _services() -> dict[str, Any]:
    spec = find_spec("cfnlint")
    if spec is None or not spec.submodule_search_locations:
        return {}
    path = Path(spec.submodule_search_locations[0]) / "data" / "AdditionalSpecs" / "Policies.json"
    try:
        services: dict[str, Any] = json.loads(path.read_bytes())
    except OSError:
        return {}
    return services


def can_be_scoped(action: str, *, in_vpc: bool = False) -> bool:
    """Whether an action, or some action that a pattern matches, can be limited to some resources.

    False for actions that IAM does not know. `in_vpc`: the role is that of a function in a VPC.
    """
    service, _, verb = action.lower().partition(":")
    if action == "*":
        return True
    known = _services().get(service, {}).get("Actions", {})
    matching = [verb] if verb in known else fnmatch.filter(known, verb) if set("*?") & set(verb) else []
    return any(
        known[name].get("Resources")
        and f"{service}:{name}" not in _ONLY_EVERYTHING
        and not (in_vpc and f"{service}:{name}" in _NETWORK)
        for name in matching
    )
