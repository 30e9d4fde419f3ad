"""Operations that list, page by page: whether code that asks for one page means to have one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

from lambdalint.code.facts import Handler, Taken, once_a_handler
from lambdalint.code.value import (
    FEW,
    Compared,
    Constant,
    Mapping,
    Member,
    Piece,
    Result,
    Sequence,
    Text,
    Unknown,
    Value,
    options,
    origins,
)
from lambdalint.data import sdk
from lambdalint.meaning.operations import REQUEST, Operation, Pagination, operation
from lambdalint.meaning.results import hands_on, part, uses, whole
from lambdalint.patterns import pattern

_SHORT = {
    "cloudformation": ("describe_account_limits",),
    "cloudwatch": ("get_metric_data",),
    "cognito-idp": ("admin_list_groups_for_user",),
    "elbv2": ("describe_listeners", "describe_rules"),
    "events": ("list_targets_by_rule",),
    "iam": (
        "list_access_keys", "list_account_aliases", "list_attached_group_policies", "list_attached_role_policies",
        "list_attached_user_policies", "list_group_policies", "list_groups_for_user", "list_instance_profiles_for_role",
        "list_mfa_devices", "list_policy_tags", "list_policy_versions", "list_role_policies", "list_role_tags",
        "list_ssh_public_keys", "list_user_policies", "list_user_tags",
    ),
    "accessanalyzer": ("list_archive_rules",),
    "ecs": ("list_clusters",),
    "organizations": ("list_parents", "list_policies_for_target", "list_roots"),
    "redshift": ("describe_cluster_parameters",),
    "s3": ("list_buckets",),
    "secretsmanager": ("list_secret_version_ids",),
    "sqs": ("list_dead_letter_source_queues", "list_queues"),
    "stepfunctions": ("list_state_machines",),
}  # fmt: skip
"""Operations whose first page is all that quotas allow, all that there is where no smaller page is asked for, or more
than is ever asked for: 100,800 data points of metrics are ten of them by the minute for a week.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html,
https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html,
https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html (groups of a user),
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html,
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html (targets of a rule: 5),
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html (policies of a type: 10),
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html;
https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html and
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueues.html (no token without a maximum).
"""

_BEST = {"s3vectors": ("query_vectors",), "bedrock-agent-runtime": ("retrieve",)}
"""Operations that give what fits best, as many as are asked for: `topK`, `numberOfResults`."""

_WHOLE_UNLESS_LIMITED = frozenset({"ec2"})
"""Services whose lists come in pages only where a page's size is asked for.

https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-pagination.html
"""

_PAGE = {"s3": 1_000}
"""How many items a page has at most, of services that give no more where more are asked for.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
"""

_AFTER = {
    ("dynamodb", "query"): ("FilterExpression", "QueryFilter"),
    ("dynamodb", "scan"): ("FilterExpression", "ScanFilter"),
}
"""The parameters that take items off a page once it is filled, or as many were read as its limit says.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Scan.html
"""

_SAYS_MORE = pattern(r"token|marker|truncated|lastevaluated|^next|hasmore|moreresults", re.IGNORECASE)
_OF_ONE = pattern(r"(Ids?|Names?|Arns?|ARNs?|Identifiers?|NamePrefix)$")
_SHARED = pattern(r"[\s\"]*(?:cognito:user_status|status|name|given_name|family_name)\b")
_FILTERS = ("Filters", "filters")
_BOTH_KEYS = pattern(r"\s*\(?\s*\S+\s*=\s*\S+\s+and\s+\S+\s*=\s*\S+\s*\)?\s*", re.IGNORECASE)


def first_page(handler: Handler, asked: Operation) -> Pagination | None:
    """The pages of a listing of which the code uses the first as if it were all; None where it does not."""
    pages = sdk.pages(asked.service, asked.name) if asked.kind == REQUEST else None
    if (
        pages is None
        or asked.open
        or asked.service in _WHOLE_UNLESS_LIMITED
        or asked.name in _SHORT.get(asked.service, ())
        or asked.name in _BEST.get(asked.service, ())
        or asked.name.startswith("list_tags")
        or _wants_a_page(asked, pages)
        or _looks_for_more(handler, asked, pages)
        or _is_of_one(asked)
        or (_is_of_a_partition(asked) and misspelt_token(asked, pages) is None)
        or _sums_up(asked)
        or hands_on(handler, asked.call)
        or not (_uses_list(handler, asked, pages) or (_filters(asked) and _uses_any(asked, pages)))
        or not (
            asked.service in _SMALL or misspelt_token(asked, pages) is not None or _does_harm(handler, asked, pages)
        )
    ):
        return None
    return pages


_SMALL = {
    "apigateway": 25, "athena": 50, "cloudwatch": 50, "codebuild": 100, "cognito-idp": 60, "datasync": 50,
    "events": 50, "kms": 50, "lambda": 50, "logs": 50, "organizations": 20, "ssm": 10, "transcribe": 50,
}  # fmt: skip
"""Services of which a page has few things, where no more are asked for: as many as a project has at some time.

Others than DynamoDB give 100 and more; its pages have 1 MB of items, few of which a table has for what it lists for a
person who looks at it.
"""


def misspelt_token(asked: Operation, pages: Pagination) -> str | None:
    """The name under which a call gives where the next page begins, where that is none of the operation's."""
    meant = {each.lower() for each in pages.inputs}
    given = (each for each in asked.call.keywords if each not in pages.inputs)
    return next((each for each in given if each.replace("_", "").lower() in meant), None)


_RECKONING = frozenset({"builtins.sum", "builtins.max", "builtins.min", "sum"})
_IN_BATCHES = ("delete_item", "put_item")
_COUNTS = frozenset({"Count", "ScannedCount", "KeyCount"})


def _does_harm(handler: Handler, asked: Operation, pages: Pagination) -> bool:
    """Whether what a page leaves out makes something wrong: a sum or a count, what is looked for, or what is done with
    each."""
    keys = {_root(each) for each in pages.results}
    known: dict[int, bool] = {}

    def held(value: Value) -> bool:
        if id(value) not in known:
            known[id(value)] = any(part(each, asked.call) in keys for each in origins(value))
        return known[id(value)]

    if _COUNTS & set(asked.call.asked) and not _has_range(asked):
        return True
    if _filters(asked) and not _uses_list(handler, asked, pages) and not _has_range(asked):
        return True
    if any(loop.reckons and held(loop.over) for loop in handler.loops) and not _has_range(asked):
        return True
    if asked.service == "dynamodb" and _filters(asked) and _is_looked_in(handler, held):
        return True
    for call in handler.calls:
        if call.name in _RECKONING and any(map(held, call.arguments)):
            return True
        done = None if call is asked.call else operation(call)
        if (done is not None and not done.name.startswith(_READING)) or call.name in _IN_BATCHES:
            if _is_of_one_thing(asked):
                continue
            wide = _filters(asked) or asked.service != "dynamodb"
            given = (*call.arguments, *call.keywords.values()) if wide else ()
            if any(map(held, (*(loop.over for loop in call.loops), *given))):
                return True
    return any(
        any(map(held, counted)) and not (isinstance(value, Result) and value.call is asked.call)
        for value, counted in _all_counted(handler)
    )


@once_a_handler
def _all_counted(handler: Handler) -> tuple[tuple[Value, tuple[Value, ...]], ...]:
    """What is counted in the values that a handler does something with, each after that value."""
    return tuple(
        (value, each.call.arguments)
        for value in uses(handler)
        for each in whole(value)
        if isinstance(each, Result) and each.call.name == "builtins.len"
    )


def _is_looked_in(handler: Handler, held: Callable[[Value], bool]) -> bool:
    """Whether a test asks whether something is among what a page has: what is on the next one is taken for missing."""
    asked = (each for test in handler.tests for each in origins(test))
    return any(
        (isinstance(each, Compared) and each.operator in ("in", "not in") and held(each.right))
        or (isinstance(each, Result) and each.call.name in _MEMBERSHIP and _is_held(each.call.receiver, held))
        for each in asked
    )


def _is_held(value: Value | None, held: Callable[[Value], bool]) -> bool:
    return value is not None and held(value)


_MEMBERSHIP = frozenset({"includes", "has", "indexOf"})

_READING = ("batch_get", "describe_", "get_", "head_", "list_", "query", "scan", "transact_get")
"""How operations begin that only read."""
_KEYS = pattern(r"(#?[\w.]+)\s*=")


def _is_of_one_thing(asked: Operation) -> bool:
    """Whether a query without a filter asks an index for what one thing has that the key names: few items, mostly."""
    condition = asked.argument("KeyConditionExpression")
    if condition is None or _filters(asked) or not _is_given(asked.argument("IndexName")):
        return False
    parts = list(origins(condition))
    names = [name for each in parts if isinstance(each, Constant) for name in _KEYS.findall(str(each.value))]
    for each in parts:
        if isinstance(each, Result) and each.call.name.endswith("conditions.Key") and each.call.arguments:
            of = each.call.arguments[0]
            names.append(str(of.value) if isinstance(of, Constant) else "")
    return bool(names) and all(each.lower().endswith("id") for each in names)


_RANGES = pattern(r"[<>]|\bbetween\b|\bbegins_with\b", re.IGNORECASE)
_IN_RANGE = frozenset({"begins_with", "between", "gt", "gte", "lt", "lte"})


def _has_range(asked: Operation) -> bool:
    """Whether a query asks for a stretch of its partition, as what came last."""
    condition = asked.argument("KeyConditionExpression")
    parts = () if condition is None else origins(condition)
    return any(
        (isinstance(each, Constant) and _RANGES.search(str(each.value)) is not None)
        or (isinstance(each, Result) and each.call.name in _IN_RANGE)
        for each in parts
    )


def _wants_a_page(asked: Operation, pages: Pagination) -> bool:
    """Whether it says how many items are wanted, no more than a page can hold."""
    limit = asked.argument(pages.limit) if pages.limit else None
    if limit is None or _filters(asked):
        return False
    most = _PAGE.get(asked.service)
    return most is None or not all(
        isinstance(each, Constant) and isinstance(each.value, int) and each.value > most for each in options(limit)
    )


def _filters(asked: Operation) -> bool:
    """Whether items are taken off a page after it was filled: it may be empty, and what is looked for on the next."""
    given = _AFTER.get((asked.service, asked.name), ())
    return any(_is_given(asked.argument(each)) for each in given)


def _is_given(argument: Value | None) -> bool:
    """Whether an argument is surely given, and not null."""
    return argument is not None and not any(
        (isinstance(each, Unknown) and not each.parts) or each == Constant(None) for each in options(argument)
    )


def _looks_for_more(handler: Handler, asked: Operation, pages: Pagination) -> bool:
    """Whether the code reads where the next page begins, or asks for it."""
    # Of `NextMarker || Contents[-1].Key` the last item is read like all others; `Marker` tells who goes on after it.
    tokens = {_root(each) for each in pages.outputs} - {_root(each) for each in pages.results}
    if any(key in tokens or _SAYS_MORE.search(str(key)) for key in asked.call.asked):
        return True
    for call in handler.calls:
        # What another function lists, and goes through to its end, is another list.
        same = call.name == asked.call.name and (call.span == asked.call.span or call.trail == asked.call.trail)
        other = operation(call) if same else None
        if other is not None and (other.open or any(other.argument(each) is not None for each in pages.inputs)):
            return True
    return False


def _root(path: str) -> str:
    return re.split(r"\W", path, maxsplit=1)[0]


def _is_of_one(asked: Operation) -> bool:
    """Whether it asks for what it names, not for all that there is."""
    if asked.service == "dynamodb" and asked.name == "query":
        condition = asked.argument("KeyConditionExpression")
        # Of the key of an index there may be many items.
        unique = not _is_given(asked.argument("IndexName"))
        return condition is None or (unique and all(_is_full_key(each) for each in options(condition)))
    if asked.name == "describe_alarms" and asked.argument("StateValue") == Constant("ALARM"):
        # What alarms at once is little, or nobody reads it to its end.
        return True
    verb, _, noun = asked.name.partition("_")
    if verb != "describe":
        named = any(each == "name" for key in _FILTERS for each in _filtered(asked.argument(key)))
        return named or (asked.service == "cognito-idp" and _has_exact_filter(asked))
    nouns = noun.replace("_", "")
    return any(_OF_ONE.search(name) and _is_name_of(name, nouns) for name in asked.call.keywords) or any(
        _is_name_of(name, nouns) for key in _FILTERS for name in _filtered(asked.argument(key))
    )


def _is_of_a_partition(asked: Operation) -> bool:
    """Whether a query of DynamoDB is for the items of one partition, of which few have more than the 1 MB of a page.

    One that counts a partition is for a large one, and where a limit is taken before a filter, a page holds less. Who
    asks for what came last wants no more than that.
    """
    if (asked.service, asked.name) != ("dynamodb", "query"):
        return False
    limited = _filters(asked) and _is_given(asked.argument("Limit"))
    latest = asked.argument("ScanIndexForward")
    return asked.argument("Select") != Constant("COUNT") and (
        not limited or (latest is not None and Constant(True) not in options(latest))
    )


_STATEMENTS = ("QueryString", "Expression", "Statement")
_GROUPS = pattern(r"\bgroup\s+by\b", re.IGNORECASE)


def _sums_up(asked: Operation) -> bool:
    """Whether a query gives what it comes to of each group, which are few, and not all that it finds."""
    given = [each for name in _STATEMENTS for each in options(asked.argument(name) or Constant(None))]
    texts = [[part.value for part in origins(each) if isinstance(part, Constant)] for each in given]
    return any(_GROUPS.search(str(text)) for each in texts for text in each)


def _is_name_of(argument: str, nouns: str) -> bool:
    """Whether an argument names what is described: `InstanceIds` of `describe_instances`, or plain `Names`."""
    stem = re.sub(r"\W", "", _OF_ONE.sub("", re.sub(r"-(id|name|arn)$", "Id", argument))).lower()
    return f"{stem}s" == nouns or nouns.endswith(f"{stem}s") or stem in ("", nouns)


def _filtered(filters: Value | None) -> list[str]:
    """What filters ask about."""
    found = []
    for each in filters.items if isinstance(filters, Sequence) else ():
        name = each.entries.get("Name", each.entries.get("Key")) if isinstance(each, Mapping) else None
        if isinstance(name, Constant) and isinstance(name.value, str) and re.search(r"(^|-)(id|name|arn)$", name.value):
            found.append(name.value)
    return found


def _has_exact_filter(asked: Operation) -> bool:
    """Whether Cognito is asked for users by what few of them share, and not for all in a state or of a name."""
    match asked.argument("Filter"):
        case Constant(str(text)) | Text((Constant(str(text)), *_)):
            return "^=" not in text and "=" in text and not _SHARED.match(text)
        case _:
            return False


def _is_full_key(condition: Value) -> bool:
    """Whether a condition gives both parts of a key, of which a table has one item."""
    match condition:
        case Constant(str(text)):
            return _BOTH_KEYS.fullmatch(text) is not None
        case Unknown((Result(first), Result(second))):
            return first.name == "eq" == second.name
        case Unknown() | Text():
            return True
        case _:
            return False


def _uses_list(handler: Handler, asked: Operation, pages: Pagination) -> bool:
    """Whether the code does something with all items of a page, not only with the first, or if there is one, and more
    than to log them."""
    keys = {_root(each) for each in pages.results}
    said = Counter(id(loop.over) for loop in handler.loops if loop.says)
    for value in uses(handler):
        if said[id(value)] > 0:
            said[id(value)] -= 1
        elif any(part(each, asked.call) in keys for each in whole(value)):
            return True
    return False


def _uses_any(asked: Operation, pages: Pagination) -> bool:
    """Whether the code looks at a page at all: at one item, or whether there are any."""
    return any(_root(each) in asked.call.asked for each in pages.results)


_LEFT_OUT = {
    "list_objects": frozenset({"Contents", "CommonPrefixes"}),
    "list_objects_v2": frozenset({"Contents", "CommonPrefixes"}),
    "list_object_versions": frozenset({"Versions", "DeleteMarkers"}),
}
"""What answers of S3 lack where it would be an empty list.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
"""
_COUNT = "KeyCount"


def unlisted(handler: Handler) -> Iterator[tuple[Taken, Operation, str]]:
    """Where a list is taken out of an answer of S3, which has none where nothing is listed, and nothing asks before:
    with what was asked, and how the list is called.

    What the event itself names is there.
    """
    for taken in handler.taken:
        of, key = taken.part.of, taken.part.key
        made = of.of if isinstance(of, Member) else of
        asked = operation(made.call) if isinstance(made, Result) else None
        if asked is None or asked.service != "s3" or key not in _LEFT_OUT.get(asked.name, ()):
            continue
        within = asked.argument("Prefix")
        named = within is not None and any(isinstance(each, Piece) for each in origins(within))
        if not (named or _COUNT in asked.call.asked or _is_asked_for(handler, taken.part)):
            yield taken, asked, str(key)


def _is_asked_for(handler: Handler, part: Member) -> bool:
    """Whether a test asks for a part of what a call gave, or whether there is one of its name."""
    asked_about = {each for test in handler.tests for each in origins(test, FEW)}
    return part in asked_about or any(
        isinstance(each, Compared) and each.left == Constant(part.key) for each in asked_about
    )
