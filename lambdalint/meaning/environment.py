"""What names from outside the project do with environment variables and with the search for modules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lambdalint.code import idioms
from lambdalint.code.facts import Handler, once_a_handler
from lambdalint.code.value import (
    Call,
    Compared,
    Constant,
    Environment,
    Imported,
    Result,
    Value,
    all_origins,
    origins,
)
from lambdalint.code.walks import Origins
from lambdalint.patterns import pattern

_SETS = frozenset({
    "os.environ.update", "os.putenv", "os.environ.setdefault", "dotenv.load_dotenv", "dotenv.main.load_dotenv",
    "environs.Env.read_env", "environ.Env.read_env",
})  # fmt: skip

_SETTINGS = (
    "pydantic_settings", "environs", "environ", "decouple", "dynaconf", "envparse", "starlette.config", "dotenv",
    "django", "envyaml", "configargparse", "click", "typer", "omegaconf", "hydra", "pydantic", "attr", "everett",
    "goodconf", "konfig", "prettyconf", "dataclass_wizard", "cfenv",
    "npm:dotenv", "npm:config", "npm:convict", "npm:env-var", "npm:envalid", "npm:nconf", "npm:rc", "npm:znv",
    "npm:envsafe", "npm:@nestjs/config", "npm:@t3-oss/", "npm:getenv", "npm:sst",
)  # fmt: skip
"""Packages that read variables by names that are not spelt out."""

_PATHS = ("sys.path.", "site.addsitedir", "importlib.", "zipimport.")

_LOOKED_INTO = tuple((Constant(path),) for path in ("/opt/python", "/opt/python/", "/var/task"))
"""What the path may be extended by without a change: Lambda looks there anyway.

https://docs.aws.amazon.com/lambda/latest/dg/python-layers.html
"""

_PROGRAMS = (
    "subprocess.", "os.system", "os.popen", "os.exec", "os.spawn", "os.posix_spawn", "asyncio.create_subprocess_",
    "node:child_process.", "npm:execa", "npm:cross-spawn", "npm:shelljs", "npm:zx",
)  # fmt: skip
"""How the names of functions begin that start a program, which has the environment of whoever starts it."""

KNOWN_READERS = (
    "AWS_", "POWERTOOLS_", "LAMBDA_POWERTOOLS", "DD_", "NEW_RELIC_", "OTEL_", "OPENTELEMETRY_", "LUMIGO_", "EPSAGON_",
    "SENTRY_", "PYTHON", "LOG_LEVEL", "LOGLEVEL", "LOGGING_LEVEL", "TZ", "LD_", "PATH", "NODE_", "HTTP_PROXY",
    "HTTPS_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "SSL_CERT", "CURL_CA_BUNDLE", "PG", "MYSQL_", "REDIS_URL",
    "DATABASE_URL", "OPENAI_", "ANTHROPIC_", "GOOGLE_", "GITHUB_", "SLACK_", "TWILIO_", "STRIPE_", "DJANGO_", "FLASK_",
    "PARAMETERS_SECRETS_EXTENSION_", "SSM_PARAMETER_STORE_", "SECRETS_MANAGER_", "LAMBDA_", "RUST_", "GODEBUG",
    "JAVA_TOOL_OPTIONS", "DOTNET_", "BOTO_", "BOTO3_", "NUMBA_", "MPL", "TRANSFORMERS_", "HF_", "FONTCONFIG_", "HOME",
    "XDG_", "TMPDIR", "S3_USE_", "DYNATRACE_", "DT_", "INSTANA_", "HONEYCOMB_", "SPLUNK_", "THUNDRA_", "ELASTIC_",
    "CORALOGIX_", "CX_", "LOGZIO_", "SUMO", "GIT_", "LC_", "LANG",
)  # fmt: skip
"""How the names of variables begin that runtimes, extensions, SDKs and other libraries read."""


_DEFAULTED = ("POWERTOOLS_", "LOG_LEVEL", "NODE_ENV", "AWS_XRAY_")
"""How the names of variables begin without which what reads them does as it does by default."""

_TELLING = ("@aws-lambda-powertools/logger.", "@aws-lambda-powertools/tracer.", "npm:winston.")
"""Loggers and tracers of npm, whose options are as by default where they are given as undefined."""


def is_defaulted(handler: Handler, name: str) -> bool:
    """Whether nothing fails where a variable is not set that the code takes for set: it is undefined in JavaScript, and
    all that is given it has a default of its own."""
    if handler.language != "javascript":
        return False
    if name.startswith(_DEFAULTED):
        return True
    used = [call for call in handler.calls if any(_is_variable(each, name) for each in _made_of(call))]
    return bool(used) and all(call.receiver is None and call.name.startswith(_TELLING) for call in used)


def _made_of(call: Call) -> Iterator[Value]:
    for given in (*call.arguments, *call.keywords.values()):
        yield from origins(given)


def _is_variable(value: Value, name: str) -> bool:
    return isinstance(value, Environment) and value.name == name


_TRUTH = frozenset({"builtins.bool", "js:Boolean"})


def flags(handler: Handler) -> Iterator[str]:
    """The variables of which the code asks nothing but whether they are true, and does nothing else with them."""
    named = [each for each in handler.flags if isinstance(each, Environment)]
    used = [part for each in handler.flags if isinstance(each, Compared) for part in (each.left, each.right)]
    for call in handler.calls:
        given = (*call.arguments, *call.keywords.values(), *(() if call.receiver is None else (call.receiver,)))
        if call.receiver is None and call.name in _TRUTH:
            named += [each for each in given if isinstance(each, Environment)]
        else:
            used += given
    used += [each.value for each in handler.returns]
    others = {each.name for each in all_origins(used) if isinstance(each, Environment)}
    yield from (each.name for each in named if each.name not in others)


def may_be_set(handler: Handler, name: str) -> bool:
    """Whether the code may set a variable itself, or asks somewhere whether it is set, and does without it."""
    read = [each for each in handler.environment if each.name == name]
    return (
        any(each.name in (name, "") for each in handler.environment_writes)
        or (any(each.optional for each in read) and not any(each.demanded and not each.conditional for each in read))
        or _may_set_any(handler)
    )


@once_a_handler
def _may_set_any(handler: Handler) -> bool:
    """Whether the code may set variables that it does not name."""
    return any(call.name in _SETS or call.name.startswith("dotenv.") for call in handler.calls) or any(
        each.name.startswith("npm:dotenv") for each in handler.imports
    )


def variable(value: Value) -> str | None:
    """The variable that a value comes from, also where a library of settings reads it; None where it is none."""
    match value:
        case Environment(name):
            return name
        case Result(Call("", Result(Call("everett.manager.ConfigManager")), (Constant(str(key)), *_)) as call):
            # https://everett.readthedocs.io/en/latest/configuration.html
            space = call.keywords.get("namespace")
            match space:
                case None:
                    return key.upper()
                case Constant(str(within)):
                    return f"{within}_{key}".upper()
    return None


def stands_in(value: Value) -> tuple[Value | None, ...]:
    """What a value is where its variable is not set."""
    match value:
        case Environment(default=default):
            return (default,)
        case Result(call):
            return tuple(call.keywords.values())
        case _:
            return ()


@once_a_handler
def reads_by_name(handler: Handler) -> bool:
    """Whether every variable that the code reads is spelt out: it hands the environment on to nobody."""
    if any(each.name.startswith(_SETTINGS) for each in handler.imports):
        return False
    if any(not each.name for each in handler.environment):
        return False
    environments = Origins(_environment)
    for call in handler.calls:
        given = (*call.arguments, *call.keywords.values(), *(() if call.receiver is None else (call.receiver,)))
        if call.name.startswith(("os.environ.", *_PROGRAMS)) or any(map(environments.of, given)):
            return False
    return True


def says_nothing(handler: Handler) -> bool:
    """Whether the code does the same for every event, and asks nobody: it may hold the place of what comes later."""
    acts = any(not idioms.is_log(call) and not idioms.is_pure(call) for call in handler.calls)
    return not acts and not handler.environment and not handler.reads


def runs_elsewhere(handler: Handler) -> bool:
    """Whether Greengrass runs the code, on a device with packages and variables of its own."""
    return any(each.name.startswith(("greengrass", "awsgreengrass")) for each in handler.imports)


def extends_path(handler: Handler) -> bool:
    """Whether the code changes where modules are looked for."""
    return any(
        call.receiver is None and call.name.startswith(_PATHS) and call.arguments[-1:] not in _LOOKED_INTO
        for call in handler.calls
    )


def may_be_of_package(handler: Handler, name: str) -> bool:
    """Whether a variable is called like a package of npm that the code loads, which may read it by itself."""
    first = name.partition("_")[0].lower()
    return any(
        each.name.startswith("npm:") and first in re.split(r"[-/@:.]", each.name.lower()) for each in handler.imports
    )


_MACHINE = frozenset({
    "IS_OFFLINE", "IS_LOCAL", "LOCAL", "RUN_LOCAL", "AWS_SAM_LOCAL", "NODE_ENV", "LOCALSTACK_HOSTNAME",
})  # fmt: skip
"""Variables that tell a developer's machine from Lambda."""


_AS_MACHINE = tuple(map(Constant, ("development", "local", "localhost", "offline")))
"""What such a variable as STAGE is there."""


def tells_machines_apart(tested: Iterable[Value]) -> bool:
    """Whether one of the tests around a place asks whether the code runs on a developer's machine."""
    return any(
        (isinstance(each, Environment) and each.name in _MACHINE)
        or (isinstance(each, Compared) and _names_machine(each.left, each.right))
        for value in tested
        for each in origins(value)
    )


_VERBOSE = pattern(r"(?i)(?:^|_)(?:DEBUG|VERBOSE|TRACE|LOG_LEVEL)(?:_|$)")


def is_verbose(tested: Iterable[Value]) -> bool:
    """Whether one of the tests around a place asks a variable by which somebody turns on that more is told."""
    return any(
        isinstance(each, Environment) and _VERBOSE.search(each.name) for value in tested for each in origins(value)
    )


def _names_machine(*sides: Value) -> bool:
    """Whether what is compared is a variable, and what a developer's machine sets such a one to."""
    return any(isinstance(each, Environment) for each in sides) and any(each in _AS_MACHINE for each in sides)


def _environment(value: Value) -> str | None:
    """How a value is called that is the whole environment; None for what is something else."""
    return value.name if isinstance(value, Imported) and value.name in idioms.ENVIRONMENT else None
