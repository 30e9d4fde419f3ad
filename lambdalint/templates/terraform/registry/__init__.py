"""Public modules that everybody calls, spelt out as the resources they make."""

from __future__ import annotations

import fnmatch

from lambdalint.patterns import pattern
from lambdalint.templates.terraform.registry import (
    alarms,
    apis,
    eventbridge,
    function,
    machines,
    sns,
    sqs,
    stores,
    wrappers,
)
from lambdalint.templates.terraform.registry.public import Public, Spelling
from lambdalint.templates.terraform.tree import Instance

_NAME = pattern(
    r"(?P<owner>terraform-aws-modules|DataDog|cloudposse|moritzzimmer)/(?:terraform-aws-)?(?P<name>[\w-]+?)"
    r"(?:/aws)?(?:\.git)?(?P<inner>//[^?]*)?(?:\?.*)?$"
)

_FUNCTION = Spelling(function.resources, function.OUTPUTS)
_MODULES: dict[str, Spelling] = {
    "lambda": _FUNCTION,
    "apigateway-v2": Spelling(apis.resources, apis.OUTPUTS),
    "sqs": Spelling(sqs.resources, sqs.OUTPUTS),
    "sns": Spelling(sns.resources, sns.OUTPUTS),
    "eventbridge": Spelling(eventbridge.resources, {}, eventbridge.output),
    "step-functions": Spelling(machines.resources, machines.OUTPUTS),
    "dynamodb-table": Spelling(stores.table, stores.TABLE),
    "s3-bucket": Spelling(stores.bucket, stores.BUCKET),
    "s3-bucket//modules/notification": Spelling(stores.notification, {}),
    "cloudwatch//modules/metric-alarm": Spelling(alarms.alarm, alarms.OUTPUTS),
    "DataDog/lambda-datadog": Spelling(wrappers.traced, wrappers.OUTPUTS),
    "cloudposse/lambda-function": Spelling(wrappers.equipped, wrappers.LOGGED),
    "moritzzimmer/lambda": Spelling(wrappers.equipped, wrappers.LOGGED),
}
"""By their names, those of other owners than terraform-aws-modules with the owner's."""

_NAMES = {"cloudposse/lambda-function": wrappers.ENVIRONMENT}
"""How a module calls inputs that others of its kind call otherwise."""


def find(instance: Instance, source: str) -> Public | None:
    """The module that a call takes from a source; None where it is not known."""
    found = _NAME.search(source)
    if found is not None:
        inner = (found["inner"] or "").strip("/")
        name = found["name"] if found["owner"] == "terraform-aws-modules" else f"{found['owner']}/{found['name']}"
        spelling = _MODULES.get(f"{name}//{inner}" if inner else name)
        return None if spelling is None else Public(instance, spelling, _NAMES.get(name))
    for sources, names in instance.module.tree.organisation.items():
        if fnmatch.fnmatch(source.partition("?")[0], sources):
            return Public(instance, _FUNCTION, names)
    return None
