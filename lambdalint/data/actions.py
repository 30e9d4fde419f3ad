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
    "ce:getcostandusage", "s3-object-lambda:writegetobjectresponse",
})  # fmt: skip
"""Actions whose resource types are optional, or that AWS's own policies grant on `*`."""

NETWORK = frozenset({
    "ec2:createnetworkinterface", "ec2:deletenetworkinterface", "ec2:assignprivateipaddresses",
    "ec2:unassignprivateipaddresses", "ec2:detachnetworkinterface",
})  # fmt: skip
"""What a function in a VPC needs on `*`, as AWSLambdaVPCAccessExecutionRole grants it."""

OWN_LOGS = frozenset({"logs:createloggroup", "logs:createlogstream", "logs:putlogevents"})
"""What every function needs, and AWSLambdaBasicExecutionRole grants on `*`."""

_IDIOMS = frozenset({"kms:reencrypt*", "kms:generatedatakey*"})
"""Patterns that AWS's own pages tell to use: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html"""


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


def can_be_scoped(action: str, spared: frozenset[str] = frozenset()) -> bool:
    """Whether an action, or some action that a pattern matches, can be limited to some resources.

    False for actions that IAM does not know, and for those that are `spared`.
    """
    if action in ("*", "*:*"):
        return True
    service = action.partition(":")[0].lower()
    known = _services().get(service, {}).get("Actions", {})
    return any(
        known[name].get("Resources")
        and f"{service}:{name}" not in _ONLY_EVERYTHING
        and f"{service}:{name}" not in spared
        for name in _matching(action)
    )


def allows_several(action: str) -> bool:
    """Whether an action is a pattern that stands for more than one action that IAM knows, or for unknown ones."""
    if not set("*?") & set(action) or action.lower() in _IDIOMS:
        return False
    return action.partition(":")[0].lower() not in _services() or len(_matching(action)) > 1


def _matching(action: str) -> list[str]:
    """The verbs of an action's service that it matches, in lower case."""
    service, _, verb = action.lower().partition(":")
    known = _services().get(service, {}).get("Actions", {})
    if verb in known:
        return [verb]
    return fnmatch.filter(known, verb) if set("*?") & set(verb) else []
