"""What plugins of the Serverless Framework read that nothing else does.

Each by its page on https://www.npmjs.com/ and the README of its repository, as of 2026-11-29.
"""

from __future__ import annotations

from lambdalint.patterns import pattern
from lambdalint.records import dataclass
from lambdalint.templates.serverless.service import Service
from lambdalint.templates.value import Known, Mapping, Value, items


@dataclass(frozen=True, slots=True)
class Reads:
    """The keys that a plugin reads where the framework reads them too."""

    function: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    """Kinds of events, and keys of any."""
    provider: tuple[str, ...] = ()
    service: tuple[str, ...] = ()


_NOTHING = Reads()
_PLUGINS: dict[str, Reads] = {
    **dict.fromkeys(
        (
            *("serverless-offline", "serverless-offline-sqs", "serverless-offline-sns", "serverless-s3-local"),
            *("serverless-dynamodb", "serverless-dynamodb-local", "serverless-localstack", "serverless-export-env"),
            *("serverless-prune-plugin", "serverless-esbuild", "serverless-webpack", "serverless-domain-manager"),
            *("serverless-plugin-typescript", "serverless-dotenv-plugin", "serverless-better-credentials"),
            *("serverless-wsgi", "serverless-pseudo-parameters", "serverless-cloudformation-sub-variables"),
            *("serverless-plugin-include-dependencies", "serverless-plugin-common-excludes", "serverless-cf-vars"),
            *("serverless-plugin-scripts", "serverless-apigw-binary", "serverless-deployment-bucket"),
            *("serverless-s3-sync", "serverless-plugin-split-stacks", "serverless-associate-waf", "serverless-finch"),
            *("serverless-plugin-monorepo", "serverless-mocha-plugin", "serverless-babel-plugin", "serverless-jetpack"),
            *("serverless-stack-termination-protection", "serverless-plugin-log-retention"),
        ),
        _NOTHING,
    ),
    "serverless-python-requirements": Reads(function=("module", "vendor")),
    "serverless-iam-roles-per-function": Reads(
        function=("iamRoleStatements", "iamRoleStatementsInherit", "iamRoleStatementsName", "iamPermissionsBoundary")
    ),
    "serverless-plugin-tracing": Reads(provider=("tracing",)),
    "serverless-plugin-warmup": Reads(function=("warmup",)),
    "serverless-plugin-aws-alerts": Reads(function=("alarms",)),
    "serverless-plugin-optimize": Reads(function=("optimize",)),
    "serverless-plugin-canary-deployments": Reads(function=("deploymentSettings",)),
    "serverless-step-functions": Reads(service=("stepFunctions",)),
    "serverless-lift": Reads(service=("constructs",)),
    "serverless-appsync-plugin": Reads(service=("appSync",)),
    "serverless-fargate": Reads(service=("fargate",)),
    "serverless-api-gateway-throttling": Reads(events=("throttling",)),
    "serverless-api-gateway-caching": Reads(events=("caching",)),
}
"""The plugins of which it is known what they read."""


def read_by(service: Service) -> Reads | None:
    """What the plugins of a service read together; None where one of them is not known."""
    named = names(service)
    if named is None or any(each not in _PLUGINS for each in named):
        return None
    every = [_PLUGINS[each] for each in named]
    return Reads(
        tuple(key for each in every for key in each.function),
        tuple(key for each in every for key in each.events),
        tuple(key for each in every for key in each.provider),
        tuple(key for each in every for key in each.service),
    )


def names(service: Service) -> tuple[str, ...] | None:
    """The plugins of a service; None where only a deployment knows them all."""
    section: Value | None = service.written("plugins")
    if section is None:
        return () if "plugins" not in service.root.entries and not service.root.open else None
    if isinstance(section, Mapping):
        section = section.get("modules")
    if getattr(section, "open", False):
        return None
    named = items(section)
    found = tuple(str(each.value).strip() for each in named if isinstance(each, Known))
    return found if len(found) == len(named) else None


@dataclass(frozen=True, slots=True)
class Asked:
    """A key by which a service asks for something that only a plugin does."""

    plugin: str
    others: str
    """What the names of the plugins hold that may read it too, forks among them: a regular expression."""
    otherwise: str
    """What is so without any of them."""
    since: int | None = None
    """The version of the framework that does it itself."""
    severity: str | None = None
    """How bad it is, where that is less than it is as a rule."""
    of_packages: bool = False
    """Whether it is about packages of code, which functions in images have none of."""


_ROLES = Asked(
    "serverless-iam-roles-per-function",
    r"iam-role|roles?-per-function|per-function|puresec",
    "the function runs with the role of the whole service, and what is allowed here is allowed to nobody",
    4,
)
_ALARMS = Asked("serverless-plugin-aws-alerts", "alert|alarm", "no alarm is made", 4)
_WARMED = Asked("serverless-plugin-warmup", r"warm", "nothing keeps the functions warm")
_DOMAIN = Asked("serverless-domain-manager", "domain", "the API gets no name of its own")
_SYNC = Asked("serverless-s3-sync", r"s3-?sync|sync-?s3|s3-deploy", "the files are not copied into the bucket")

FUNCTION: dict[str, Asked] = {
    **dict.fromkeys(
        ("iamRoleStatements", "iamRoleStatementsInherit", "iamRoleStatementsName", "iamPermissionsBoundary"), _ROLES
    ),
    "alarms": _ALARMS,
    "warmup": _WARMED,
    "deploymentSettings": Asked(
        "serverless-plugin-canary-deployments", "canary|deployments", "all requests go to the new version at once"
    ),
    "deadLetter": Asked(
        "serverless-plugin-lambda-dead-letter", "dead-?letter|dlq", "events that fail are lost: there is no queue"
    ),
    "concurrencyAutoscaling": Asked(
        "serverless-provisioned-concurrency-autoscaling", "autoscal", "provisioned concurrency stays as it is"
    ),
}
"""Keys of a function."""

CUSTOM: dict[str, Asked] = {
    "alerts": _ALARMS,
    "warmup": _WARMED,
    "customDomain": _DOMAIN,
    "customDomains": _DOMAIN,
    "s3Sync": _SYNC,
    "prune": Asked(
        "serverless-prune-plugin",
        "prune|version",
        "old versions stay until the account has no room for new ones",
        since=4,
        severity="warning",
        of_packages=True,
    ),
    "pythonRequirements": Asked(
        "serverless-python-requirements",
        r"python|requirements|poetry|pipenv|\buv\b|package",
        "the packages that the code imports are not deployed with it",
        4,
    ),
    "webpack": Asked("serverless-webpack", "webpack|bundle|esbuild|jetpack|build|typescript", "nothing is bundled", 4),
    "esbuild": Asked("serverless-esbuild", "esbuild|bundle|webpack|build|typescript", "nothing is bundled", 4),
    "wsgi": Asked("serverless-wsgi", "wsgi", "the handler that it would write is not there"),
    "associateWaf": Asked("serverless-associate-waf", "waf", "no firewall stands before the API"),
    "apiGatewayThrottling": Asked("serverless-api-gateway-throttling", "throttl", "the API's requests are not limited"),
    "apiGatewayCaching": Asked("serverless-api-gateway-caching", "cach", "the API caches nothing"),
    "apiGatewayServiceProxies": Asked(
        "serverless-apigateway-service-proxy", "service-prox", "the API has none of these routes"
    ),
    "appSync": Asked("serverless-appsync-plugin", "app-?sync", "no GraphQL API is made", 4),
}
"""Keys of `custom`."""

SERVICE: dict[str, Asked] = {
    "stepFunctions": Asked("serverless-step-functions", "step-?functions|state-?machine", "no state machine is made"),
    "constructs": Asked("serverless-lift", r"lift|construct", "none of its queues, buckets and sites is made"),
    "appSync": Asked("serverless-appsync-plugin", "app-?sync", "no GraphQL API is made", 4),
    "fargate": Asked("serverless-fargate", "fargate", "no task is made"),
}
"""Keys of the service itself."""

LOCAL = pattern(r"[./~]|@?local\b")
"""How the names of plugins begin that are the project's own, which may read anything."""
