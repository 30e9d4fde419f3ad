"""IAM's actions: which of them can be limited to some resources.

Source: the service authorization data that cfn-lint carries (https://servicereference.us-east-1.amazonaws.com);
`tools/cfnlint_tables.py` writes it to actions.json.
"""

from __future__ import annotations

import fnmatch
import re
from functools import cache

from lambdalint import spelling
from lambdalint.data import table

_ONLY_EVERYTHING = frozenset({
    "cloudwatch:putmetricdata", "cloudwatch:getmetricdata", "cloudwatch:listmetrics", "translate:translatetext",
    "polly:synthesizespeech", "comprehend:detectentities", "rekognition:detectmoderationlabels",
    "ce:getcostandusage", "s3-object-lambda:writegetobjectresponse",
})  # fmt: skip
"""Actions whose resource types are optional, or that AWS's own policies grant on `*`."""

NETWORK = frozenset({
    "ec2:createnetworkinterface", "ec2:deletenetworkinterface", "ec2:assignprivateipaddresses",
    "ec2:unassignprivateipaddresses", "ec2:attachnetworkinterface", "ec2:detachnetworkinterface",
})  # fmt: skip
"""What a function in a VPC needs on `*`, as AWSLambdaVPCAccessExecutionRole grants it."""

OWN_LOGS = frozenset({"logs:createloggroup", "logs:createlogstream", "logs:putlogevents"})
"""What every function needs, and AWSLambdaBasicExecutionRole grants on `*`."""

_READS_ACCOUNT = re.compile(
    r"(?:account:list|ce:(?:describe|get|list)|ec2:describe|health:describe|identitystore:(?:describe|list)"
    r"|organizations:(?:describe|list)|savingsplans:describe|securityhub:(?:batchget|describe|get|list)|sso:list)\w+"
    r"|cloudformation:describestacks|cloudwatch:describealarm(?:s|history)|config:describeconfigurationrecorder\w+"
    r"|ecr:describerepositories|ecs:list(?:containerinstances|tasks)|elasticache:describe\w+(?:clusters|groups)"
    r"|elasticfilesystem:describefilesystems|rds:describedb(?:cluster)?(?:s|instances|snapshots)"
    r"|redshift:describecluster(?:s|snapshots)"
)
"""Actions that read of an account, or of all that there is of a kind where they are given no name: no resource that IAM
takes for them narrows that to what is of use.
"""

_NAMELESS = re.compile(
    r"bedrock:getasyncinvoke|comprehend:(?:describe|start|stop)\w+detectionjob"
    r"|mediaconvert:(?:(?:cancel|create|get)job|(?:list|search)jobs)|polly:startspeechsynthesis(?:stream|task)"
    r"|rekognition:startmediaanalysisjob|transcribe:(?:delete|get)\w+job"
    r"|translate:(?:translatedocument|starttexttranslationjob)"
)
"""Actions whose resources are jobs that get a name when they are started, or may be left out."""

_IDIOMS = frozenset({"kms:reencrypt*", "kms:generatedatakey*"})
"""Patterns that AWS's own pages tell to use: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html"""


_UNLISTED = frozenset({"apigateway:tagresource", "apigateway:untagresource"})
"""Actions that AWS asks for, and its authorization data lacks: denials of theirs name them."""

OPERATIONS = {
    "bedrock:converse": "bedrock:InvokeModel",
    "bedrock:conversestream": "bedrock:InvokeModelWithResponseStream",
    "dynamodb:batchputitem": "dynamodb:BatchWriteItem",
    "dynamodb:transactgetitems": "dynamodb:GetItem",
    "dynamodb:transactwriteitems": "dynamodb:PutItem",
    "events:putevent": "events:PutEvents",
    "lambda:invoke": "lambda:InvokeFunction",
    "lambda:listdurableexecutions": "lambda:ListDurableExecutionsByFunction",
    "s3:completemultipartupload": "s3:PutObject",
    "s3:copyobject": "s3:PutObject",
    "s3:createmultipartupload": "s3:PutObject",
    "s3:deleteobjects": "s3:DeleteObject",
    "s3:headbucket": "s3:ListBucket",
    "s3:headobject": "s3:GetObject",
    "s3:listbuckets": "s3:ListAllMyBuckets",
    "s3:listobjects": "s3:ListBucket",
    "s3:listobjectsv2": "s3:ListBucket",
    "s3:listobjectversions": "s3:ListBucketVersions",
    "s3:selectobjectcontent": "s3:GetObject",
    "s3:uploadpart": "s3:PutObject",
    "sns:publishbatch": "sns:Publish",
    "sqs:changemessagevisibilitybatch": "sqs:ChangeMessageVisibility",
    "sqs:deletemessagebatch": "sqs:DeleteMessage",
    "sqs:sendmessagebatch": "sqs:SendMessage",
}
"""Operations of AWS's APIs, and the actions that allow them.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/, and the API reference of each service.
"""


@cache
def _services() -> dict[str, dict[str, str]]:
    services: dict[str, dict[str, str]] = table("actions.json")["actions"]
    return services


@cache
def _verbs(service: str) -> dict[str, bool]:
    """The verbs of a service's actions, in lower case, and whether each can be limited to some resources."""
    row = _services().get(service, {"scoped": "", "rest": ""})
    return {**dict.fromkeys(row["scoped"].split(), True), **dict.fromkeys(row["rest"].split(), False)}


def can_be_scoped(action: str, spared: frozenset[str] = frozenset()) -> bool:
    """Whether an action, or some action that a pattern matches, can be limited to some resources.

    False for actions that IAM does not know, and for those that are `spared`.
    """
    if action in ("*", "*:*"):
        return True
    service = action.partition(":")[0].lower()
    known = _verbs(service)
    return any(
        known[name] and f"{service}:{name}" not in spared and not _is_of_all(f"{service}:{name}")
        for name in _matching(action)
    )


def _is_of_all(action: str) -> bool:
    """Whether an action that IAM can limit to some resources is still allowed on all of them, or is of no use."""
    return action in _ONLY_EVERYTHING or reads_account(action) or _NAMELESS.fullmatch(action) is not None


def reads_account(action: str) -> bool:
    """Whether an action only reads what there is in an account, and is of no use on some of it."""
    return _READS_ACCOUNT.fullmatch(action.lower()) is not None


def stands_for(pattern: str, action: str) -> bool:
    """Whether an action as a policy writes it, perhaps a pattern of one service's, is or matches an action."""
    written, asked = pattern.lower(), action.lower()
    return written.partition(":")[0] == asked.partition(":")[0] and fnmatch.fnmatchcase(asked, written)


def allows_several(action: str) -> bool:
    """Whether an action is a pattern that stands for more than one action that IAM knows, or for unknown ones."""
    if not set("*?") & set(action) or action.lower() in _IDIOMS:
        return False
    return action.partition(":")[0].lower() not in _services() or len(_matching(action)) > 1


def exists(action: str) -> bool | None:
    """Whether an action, or any that a pattern matches, is one of AWS's; None where its service is not known."""
    service, _, verb = action.partition(":")
    if service == "*" or set("*?") & set(service):
        return True
    if service.lower() not in _services():
        return None
    if action.lower() in _UNLISTED:
        return True
    return verb == "*" or bool(_matching(action))


def nearest(action: str) -> str | None:
    """The action that was probably meant by one that AWS does not have."""
    if action.lower() in OPERATIONS:
        return OPERATIONS[action.lower()]
    service, _, verb = action.partition(":")
    known = _verbs(service.lower())
    close = spelling.nearest(verb.lower(), known, least=0.8)
    return f"{service}:{_cased(close, verb)}" if close else None


def _cased(verb: str, like: str) -> str:
    """A verb, which is known in lower case only, in capitals where what it is like has them."""
    letters, at = list(verb), 0
    for word in re.findall(r"[A-Z][^A-Z]*", like[:1].upper() + like[1:]):
        begins = (word[:end].lower() for end in range(len(word), 1, -1))
        found = next((verb.find(each, at) for each in begins if each in verb[at:]), None)
        if found is not None:
            letters[found] = letters[found].upper()
            at = found + 1
    return "".join((letters[0].upper(), *letters[1:]))


def _matching(action: str) -> list[str]:
    """The verbs of an action's service that it matches, in lower case."""
    service, _, verb = action.lower().partition(":")
    known = _verbs(service)
    if verb in known:
        return [verb]
    return fnmatch.filter(known, verb) if set("*?") & set(verb) else []
