"""Public modules that everybody calls, spelt out as the resources they make."""

from __future__ import annotations

import fnmatch
import re
from typing import TYPE_CHECKING

from lambdalint.templates.terraform.registry import eventbridge, function, sns, sqs
from lambdalint.templates.terraform.registry.public import Public
from lambdalint.templates.terraform.tree import Instance

if TYPE_CHECKING:
    from collections.abc import Callable

_NAME = re.compile(
    r"terraform-aws-modules/(?:terraform-aws-)?(?P<name>[\w-]+?)(?:/aws)?(?:\.git)?(?P<inner>//[^?]*)?(?:\?.*)?$"
)

_MODULES: dict[str, Callable[[Instance], Public]] = {
    "lambda": function.Function,
    "sqs": sqs.Queue,
    "sns": sns.Topic,
    "eventbridge": eventbridge.EventBridge,
}


def module(instance: Instance, source: str) -> Public | None:
    """The module that a call takes from a source; None where it is not known."""
    found = _NAME.search(source)
    if found is not None:
        inner = (found["inner"] or "//").strip("/")
        made = _MODULES.get(found["name"]) if not inner else None
        return None if made is None else made(instance)
    for pattern, names in instance.module.tree.organisation.items():
        if fnmatch.fnmatch(source.partition("?")[0], pattern):
            return function.Function(instance, names)
    return None
