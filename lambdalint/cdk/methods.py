"""What methods do to what they are called on, where no row says it: by their names alone."""

from __future__ import annotations

from lambdalint.patterns import pattern

_HARMLESS = frozenset(
    name
    for names in (
        # of constructs: what they tell, and what is no property of a resource that is asked for
        "addDependency addDependencies addMetadata addValidation addWidget addWidgets addTransform applyRemovalPolicy "
        "exportValue formatArn getContext getLogicalId overrideLogicalId resolve setContext splitArn synth "
        "toJsonString tryGetContext tryFindChild findAll findChild of",
        # of buckets and APIs: places in them
        "arnForExecuteApi arnForObjects s3UrlForObject urlForObject urlForPath",
        # of durations
        "toDays toMinutes toSeconds",
        # of the states of a state machine
        "addCatch addRetry branch itemProcessor iterator next otherwise when",
        # of texts, lists, dictionaries and paths
        "append endsWith format get includes items join joinpath keys log lower push replace split startsWith strip "
        "toLowerCase toString toUpperCase trim upper values",
    )
    for name in names.split()
)
_HARMLESS_STARTS = ("metric", "addWarning", "addInfo", "addError", "addAlarm")
_GRANTS = ("grant", "addManagedPolicy", "attach")
_INVOKING = frozenset(
    {"addLambdaDataSource", "addMethod", "addProxy", "addRoutes", "addSubscriptionFilter", "createResolver"}
)
_QUIETING = pattern(r"(?i)\w*suppress\w*")
"""What functions and methods are called that tell a checker not to say something of a construct."""
_OVERRIDES = ("addOverride", "addPropertyOverride", "addDeletionOverride", "addPropertyDeletionOverride")


def is_harmless(name: str) -> bool:
    """Whether a method adds nothing to what it is called on."""
    return name in _HARMLESS or name.startswith(_HARMLESS_STARTS) or quiets(name)


def quiets(name: str) -> bool:
    """Whether a function or method only tells a checker not to say something of a construct."""
    return _QUIETING.fullmatch(name) is not None


def grants(name: str) -> bool:
    """Whether a method lets a role do more."""
    return name.startswith(_GRANTS) or (name.startswith("addTo") and name.endswith("Policy"))


def only_invokes(name: str) -> bool:
    """Whether a method of the CDK does no more with a function that it is given than to have it invoked."""
    return name in _INVOKING


def overrides(name: str) -> bool:
    """Whether a method sets any property of a resource."""
    return name in _OVERRIDES
