"""IAM's actions: which of them can be limited to some resources.

Source: the service authorization data that cfn-lint carries (https://servicereference.us-east-1.amazonaws.com);
`tools/cfnlint_tables.py` writes it to actions.json.
"""

from __future__ import annotations

import fnmatch
import re
from collections import Counter
from functools import cache

from lambdalint import spelling
from lambdalint.data import iam, table
from lambdalint.patterns import pattern
from lambdalint.records import dataclass

_ONLY_EVERYTHING = frozenset({
    "cloudwatch:putmetricdata", "cloudwatch:getmetricdata", "cloudwatch:listmetrics", "translate:translatetext",
    "polly:synthesizespeech", "comprehend:detectentities", "rekognition:detectmoderationlabels",
    "ce:getcostandusage", "s3-object-lambda:writegetobjectresponse", "s3:getbucketlocation",
    "s3:getencryptionconfiguration",
})  # fmt: skip
"""Actions whose resource types are optional, or that AWS's own policies grant on `*`."""

PULLS = frozenset({"ecr:batchchecklayeravailability", "ecr:batchgetimage", "ecr:getdownloadurlforlayer"})
"""What pulls an image of ECR, which AWS's own policy for whoever runs containers allows on every repository:
https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonECSTaskExecutionRolePolicy.html"""

NETWORK = frozenset({
    "ec2:createnetworkinterface", "ec2:deletenetworkinterface", "ec2:assignprivateipaddresses",
    "ec2:unassignprivateipaddresses", "ec2:attachnetworkinterface", "ec2:detachnetworkinterface",
})  # fmt: skip
"""What a function in a VPC needs on `*`, as AWSLambdaVPCAccessExecutionRole grants it."""

OWN_LOGS = frozenset({"logs:createloggroup", "logs:createlogstream", "logs:putlogevents"})
"""What every function needs, and AWSLambdaBasicExecutionRole grants on `*`."""

_READS_ACCOUNT = pattern(
    r"(?:account:list|ce:(?:describe|get|list)|ec2:describe|health:describe|identitystore:(?:describe|get|list)"
    r"|organizations:(?:describe|list)|savingsplans:describe|securityhub:(?:batchget|describe|get|list)|sso:list)\w+"
    r"|cloudformation:describestacks|cloudwatch:describealarm(?:s|history)|config:describeconfigurationrecorder\w+"
    r"|ecr:describerepositories|ecs:list(?:containerinstances|tasks)|elasticache:describe\w+(?:clusters|groups)"
    r"|elasticfilesystem:describefilesystems|rds:describedb(?:cluster)?(?:s|instances|snapshots)"
    r"|redshift:describecluster(?:s|snapshots)"
)
"""Actions that read of an account, or of all that there is of a kind where they are given no name: no resource that IAM
takes for them narrows that to what is of use.
"""

_NAMELESS = pattern(
    r"bedrock:getasyncinvoke|comprehend:(?:describe|start|stop)\w+detectionjob"
    r"|mediaconvert:(?:(?:cancel|create|get)job|(?:list|search)jobs)|polly:startspeechsynthesis(?:stream|task)"
    r"|rekognition:startmediaanalysisjob|transcribe:(?:delete|get)\w+job"
    r"|translate:(?:translatedocument|starttexttranslationjob)|partnercentral:\w+"
)
"""Actions whose resources are jobs that get a name when they are started, or may be left out, or lie in the one catalog
that an account has: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awspartnercentral.html"""

_READING = pattern(
    r"[a-z0-9-]+:(?:admin|batch)?(?:check|count|describe|detect|discover|estimate|fetch|filter|get|head|list|lookup|preview"
    r"|query|read|scan|search|select|simulate|test|validate|verify|view)\w*"
)
"""What only reads, by the words that AWS begins its names with."""
_HOLDING = pattern(
    r"(?:connect|identitystore|rds-data|workmail):\w+|cognito-\w+:(?:admin)?(?:get|list)\w+|states:(?:describe|get)\w*execution\w*"
    r"|appsync:\w+|aps:query\w*|athena:getqueryresults\w*|bedrock:retrieve\w*|codeartifact:get(?:authorizationtoken|packageversionasset)"
    r"|codecommit:get(?:blob|file|folder)\w*|dynamodb:(?:batchgetitem|getitem|getrecords|partiqlselect|query|scan)"
    r"|ec2:get(?:consoleoutput|passworddata)|ecr:(?:batchgetimage|getdownloadurlforlayer)|es:eshttp\w+|glacier:getjoboutput"
    r"|glue:getconnections?|iot:getthingshadow|kendra:(?:query|retrieve)|kinesis:getrecords|lakeformation:getdataaccess"
    r"|lambda:getfunction(?:configuration)?|lambda:getlayerversion|lambda:listfunctions"
    r"|logs:(?:filterlogevents|getlog(?:events|object|record)|getqueryresults)|neptune-db:read\w+"
    r"|redshift(?:-data|-serverless)?:get(?:cluster)?(?:credentials|statementresult)\w*|s3:getobject\w*|s3:listbucket\w*"
    r"|s3-object-lambda:\w+|s3express:\w+|s3tables:gettabledata|s3vectors:(?:get|list|query)vectors"
    r"|secretsmanager:(?:batch)?getsecretvalue|ssm:getparameter\w*|textract:get\w+|timestream:select"
)
"""What of that hands out what resources hold: data, secrets, programs, and what people wrote."""

_ON_MODELS = pattern(r"bedrock:invokemodel(?:withresponsestream|withbidirectionalstream)?")
"""What invokes models, which hold nothing of the account; an inference profile needs those of every region it leads to.

https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html
"""

_HOUSEKEEPING = pattern(r"logs:(?:put|delete)retentionpolicy")
_TAGGING = pattern(
    r"\w[\w-]*:(?:(?:un)?tag(?:resources?|loggroup|queue|role|stream|user)|(?:put|delete)\w*tagging"
    r"|(?:create|delete)(?:orupdate)?tags|(?:add|remove)tags(?:(?:to|from)\w+)?)"
)
"""What changes nothing that resources hold or do: how long logs are kept, and their tags."""

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
    "s3:getbucketreplication": "s3:GetReplicationConfiguration",
    "s3:headbucket": "s3:ListBucket",
    "s3:headobject": "s3:GetObject",
    "s3:listbuckets": "s3:ListAllMyBuckets",
    "s3:listobject": "s3:ListBucket",
    "s3:listobjects": "s3:ListBucket",
    "s3:listobjectsv2": "s3:ListBucket",
    "s3:listobjectversions": "s3:ListBucketVersions",
    "s3:putbucketreplication": "s3:PutReplicationConfiguration",
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


BUCKETS, OBJECTS = "buckets", "objects"

_OF_BUCKETS = pattern(
    r"s3:(?:listbucket(?:versions|multipartuploads)?|(?:get|put)bucket[a-z]*|(?:create|delete)bucket"
    r"|(?:get|put)(?:lifecycle|replication|inventory|metrics|analytics|accelerate|encryption)configuration)"
)
_OF_OBJECTS = pattern(
    r"s3:(?:(?:get|put|delete|restore|replicate)object[a-z]*\*?|abortmultipartupload|listmultipartuploadparts)"
)
"""Which of S3's actions are for buckets, and which for objects:
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html"""


def of_buckets_or_objects(action: str) -> str | None:
    """What an action of S3 is for; None for those of other services, and where it may be for either."""
    written = action.lower()
    if _OF_BUCKETS.fullmatch(written):
        return BUCKETS
    return OBJECTS if _OF_OBJECTS.fullmatch(written) and "objectlockconfiguration" not in written else None


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


def can_hardly_be_scoped(action: str) -> bool:
    """Whether of what a pattern matches most cannot be limited to some resources: `batch:Describe*`."""
    known, found = _verbs(action.partition(":")[0].lower()), list(_matching(action))
    return "*" in action and 2 * sum(known[name] for name in found) < len(found)


def _is_of_all(action: str) -> bool:
    """Whether an action that IAM can limit to some resources is still allowed on all of them, or is of no use."""
    return action in _ONLY_EVERYTHING or reads_account(action) or _NAMELESS.fullmatch(action) is not None


def reads_account(action: str) -> bool:
    """Whether an action only reads what there is in an account, and is of no use on some of it."""
    return _READS_ACCOUNT.fullmatch(action.lower()) is not None


def only_tells(action: str) -> bool:
    """Whether an action, and whatever a pattern matches, changes nothing, and hands out nothing that resources hold."""
    found = _found(action)
    return bool(found) and all(_READING.fullmatch(each) and not _HOLDING.fullmatch(each) for each in found)


def only_keeps_house(action: str) -> bool:
    """Whether an action, and whatever a pattern matches, only sets tags, or how long logs are kept."""
    found = _found(action)
    return bool(found) and all(_HOUSEKEEPING.fullmatch(each) or _TAGGING.fullmatch(each) for each in found)


def tags(action: str) -> bool:
    """Whether an action, or some action that a pattern matches, sets tags or takes them away."""
    return any(map(_TAGGING.fullmatch, _found(action)))


def is_of_everything(action: str) -> bool:
    """Whether a pattern stands for an action that is allowed on everything or not at all, and for nothing held.

    What is too much of `cloudwatch:Put*` is the pattern: no resource can be named for what it is meant for.
    """
    found = _found(action)
    return not _ONLY_EVERYTHING.isdisjoint(found) and not any(_HOLDING.fullmatch(each) for each in found)


def only_asks_models(action: str) -> bool:
    """Whether an action, and whatever a pattern matches, only invokes models."""
    found = _found(action)
    return bool(found) and all(map(_ON_MODELS.fullmatch, found))


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
    """The action that was probably meant by one that AWS does not have: it does the like, to the like."""
    if action.lower() in OPERATIONS:
        return OPERATIONS[action.lower()]
    service, _, verb = action.partition(":")
    if (needed := iam.needed(service.lower(), verb.lower())) is not None:
        return needed
    wanted = _words(service, verb.lower()) or tuple(re.findall(_WORD, verb[:1].upper() + verb[1:]))
    if not wanted:
        return None
    meant = _Name.of(wanted)
    best: list[tuple[float, tuple[str, ...]]] = []
    for each in _verbs(service.lower()):
        words = _words(service, each)
        likeness = meant.likeness(_Name.of(words)) if words else 0.0
        if words and likeness:
            best.append((likeness, words))
    best.sort(reverse=True)
    clear = bool(best) and (len(best) == 1 or best[0][0] > best[1][0])
    return f"{service}:{''.join(best[0][1])}" if clear else None


def means_the_same(action: str, other: str) -> bool:
    """Whether an action that AWS does not have is called like another, but for the word for what is done, which says
    the like: `bedrock:InvokeGuardrail` and `bedrock:ApplyGuardrail`."""
    service, _, verb = action.partition(":")
    named, known = _words(service, verb.lower()), _words(service, other.partition(":")[2].lower())
    if named is None or known is None or other.partition(":")[0].lower() != service.lower():
        return False
    mine, its = _Name.of(named), _Name.of(known)
    return mine.rest == its.rest and _DEEDS.get(mine.deed, mine.deed) == _DEEDS.get(its.deed, its.deed)


_ALIKE = 0.8
_SAME_DEED = 0.25
"""How much more it is like where even the word for what is done is the same."""

_DEEDS = {
    word: words[0]
    for words in (
        ("get", "list", "describe", "read", "fetch", "search", "query", "scan", "lookup", "receive", "view", "head"),
        ("put", "update", "set", "modify", "write", "edit", "change", "replace"),
        ("create", "add", "make", "register", "new"),
        ("delete", "remove", "drop", "destroy", "deregister"),
        ("start", "run", "begin", "invoke", "execute", "apply"),
        ("stop", "cancel", "end", "terminate"),
        ("tag",), ("untag",), ("attach",), ("detach",), ("associate",), ("disassociate",), ("enable",), ("disable",),
        ("send",), ("publish",), ("subscribe",), ("unsubscribe",),
    )
    for word in words
}  # fmt: skip
"""Words for what is done, and one for all that mean the like."""

_WORD = r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]*|[a-z0-9]+"


@dataclass(frozen=True, slots=True)
class _Name:
    """The name of an action, taken apart."""

    deed: str
    """The word for what is done: the first that is known as one, or the first of all."""
    rest: str
    """What is left: to what, and how."""

    @classmethod
    def of(cls, words: tuple[str, ...]) -> _Name:
        lower = [word.lower() for word in words]
        at = next((index for index, word in enumerate(lower) if word in _DEEDS), 0)
        return cls(lower[at], "".join(lower[:at] + lower[at + 1 :]))

    def likeness(self, other: _Name) -> float:
        """How much a name is like another; 0 for one that does something else, or to something else."""
        mine, its = _DEEDS.get(self.deed), _DEEDS.get(other.deed)
        if mine != its if mine is not None else spelling.likeness(self.deed, other.deed) < _ALIKE:
            return 0.0
        same = self.deed == other.deed
        begun = same and self.rest != "" and other.rest.startswith(self.rest)
        like = max(spelling.likeness(self.rest, other.rest), _ALIKE if begun else 0)
        return like + _SAME_DEED * same if like >= _ALIKE else 0.0


def _words(service: str, verb: str) -> tuple[str, ...] | None:
    """The words of a verb in lower case, as AWS writes them; None where they are not known.

    AWS's own spelling is known of operations; what is no operation is made of the words of those that are.
    """
    spelt = iam.spellings().get(f"{service.lower()}:{verb}")
    if spelt is not None:
        return tuple(re.findall(_WORD, spelt))
    fewest: list[tuple[str, ...] | None] = [()]
    for end in range(1, len(verb) + 1):
        found = [
            (*before, word)
            for start, before in enumerate(fewest)
            if before is not None and (word := _vocabulary().get(verb[start:end])) is not None
        ]
        fewest.append(min(found, key=len, default=None))
    return fewest[-1]


@cache
def _vocabulary() -> dict[str, str]:
    """The words of the names of all operations, by their letters in lower case: the most usual spelling of each."""
    counted = Counter(word for name in iam.spellings().values() for word in re.findall(_WORD, name))
    return {word.lower(): word for word, _ in reversed(counted.most_common())}


def _found(action: str) -> list[str]:
    """An action, or all that a pattern matches, in lower case."""
    service = action.partition(":")[0].lower()
    return [f"{service}:{name}" for name in _matching(action)]


def _matching(action: str) -> list[str]:
    """The verbs of an action's service that it matches, in lower case."""
    service, _, verb = action.lower().partition(":")
    known = _verbs(service)
    if verb in known:
        return [verb]
    return fnmatch.filter(known, verb) if set("*?") & set(verb) else []
