"""Which values of a program are secrets, and which of them somebody reads who reads a text or value.

Only what is known to show a secret as it is counts: its length, a digest, a test, or what a function made of it that
nobody here knows does not. Sources: the references of GetSecretValue and BatchGetSecretValue, of Systems Manager's
GetParameter, of AssumeRole and GetSessionToken; Powertools' page on parameters; AWS's caching client for secrets.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from lambdalint.code import carriers
from lambdalint.code.facts import Handler, once_a_handler
from lambdalint.code.idioms import ENVIRONMENT, origin_name
from lambdalint.code.value import (
    EACH,
    FEW,
    Call,
    Choice,
    Compared,
    Constant,
    Environment,
    Imported,
    Mapping,
    Member,
    Piece,
    Result,
    Sequence,
    Step,
    Text,
    Value,
    all_origins,
    options,
    origins,
)
from lambdalint.code.walks import Descent
from lambdalint.data import secrets
from lambdalint.meaning.logs import shown_in
from lambdalint.meaning.operations import Operation, operation
from lambdalint.patterns import pattern
from lambdalint.records import dataclass
from lambdalint.source import Span

Path = tuple[Step, ...]

FETCHED = {
    ("secretsmanager", "batch_get_secret_value"): ("secrets", "SecretIdList"),
    ("secretsmanager", "get_secret_value"): ("secret", "SecretId"),
    ("ssm", "get_parameter"): ("parameter", "Name"),
    ("ssm", "get_parameters"): ("parameters", "Names"),
    ("ssm", "get_parameters_by_path"): ("parameters", "Path"),
}
"""The operations that fetch secrets and parameters: what they fetch, and the parameter that names it."""

_OF_SECRET = (("SecretString",), ("SecretBinary",))
_OF_CREDENTIALS = (("Credentials", "SecretAccessKey"), ("Credentials", "SessionToken"))
_ANSWERS: dict[tuple[str, str], tuple[Path, ...]] = {
    ("secretsmanager", "get_secret_value"): _OF_SECRET,
    ("secretsmanager", "batch_get_secret_value"): tuple(("SecretValues", EACH, *each) for each in _OF_SECRET),
    ("ssm", "get_parameter"): (("Parameter", "Value"),),
    ("ssm", "get_parameters"): (("Parameters",),),
    ("ssm", "get_parameters_by_path"): (("Parameters",),),
    ("sts", "assume_role"): _OF_CREDENTIALS,
    ("sts", "assume_role_with_saml"): _OF_CREDENTIALS,
    ("sts", "assume_role_with_web_identity"): _OF_CREDENTIALS,
    ("sts", "get_session_token"): _OF_CREDENTIALS,
}
"""Where secrets stand in the answers of operations. Of one of several parameters nobody knows here which it is."""

_MADE: dict[tuple[str, str], tuple[Path, str]] = {
    ("kms", "decrypt"): (("Plaintext",), "what KMS has decrypted"),
    ("kms", "generate_data_key"): (("Plaintext",), "a key that KMS has made"),
    ("kms", "sign"): (("Signature",), "a signature that KMS has made, with which a token is good"),
    ("secretsmanager", "get_random_password"): (("RandomPassword",), "a password that Secrets Manager has made"),
    ("ecr", "get_authorization_token"): (("authorizationData",), "a token for ECR"),
    ("codeartifact", "get_authorization_token"): (("authorizationToken",), "a token for CodeArtifact"),
    ("cognito-idp", "initiate_auth"): (("AuthenticationResult",), "the tokens that Cognito gives a user"),
    ("cognito-idp", "admin_initiate_auth"): (("AuthenticationResult",), "the tokens that Cognito gives a user"),
    ("cognito-idp", "respond_to_auth_challenge"): (("AuthenticationResult",), "the tokens that Cognito gives a user"),
}
"""Where other secrets stand in answers, and what they are."""

_BESIDE = (("ExpiresIn",), ("TokenType",))
"""What stands beside the tokens that Cognito gives, and is no secret."""

_TOKENS = frozenset({"jwt.encode", "jose.jwt.encode", "npm:jsonwebtoken.sign", "npm:jsonwebtoken.default.sign"})
"""Functions that sign a token, with which whoever has it is let in."""

_SIGNING = "generate_presigned_url"

_POWERTOOLS = ("aws_lambda_powertools.utilities.parameters.", "@aws-lambda-powertools/parameters/")
_FETCHING = {
    "get_secret": "secret", "getSecret": "secret", "get_parameter": "parameter", "getParameter": "parameter",
}  # fmt: skip
"""Functions of Powertools that give the text of what their first argument names."""
_CACHES = ("aws_secretsmanager_caching.",)
_CACHED = frozenset({"get_secret_string", "get_secret_binary"})
"""AWS's client that keeps secrets, and its methods that give one."""

_ONLY_KEYS = frozenset({
    "builtins.list", "builtins.tuple", "builtins.set", "builtins.frozenset", "builtins.sorted", "builtins.reversed",
    "builtins.iter", "builtins.next", "js:Array.from",
})  # fmt: skip
"""Functions that give of a mapping no more than its keys."""
_KEEPING = (carriers.KEEPING | carriers.PARSING | {"base64.b64encode", "js:btoa"}) - _ONLY_KEYS
_KEEPING_METHODS = carriers.KEEPING_METHODS | {"removeprefix", "values", "items"}
_SPLITTING = frozenset({"split", "rsplit", "partition", "rpartition"})
_SCHEME = pattern(r"(?i)bearer|basic|\\s|^\s*$")
"""What stands between the scheme of an Authorization header and the token, or before it."""

_PLACE = r"user|host|port|engine|endpoint|arn|region|e?mail|domain|site|(?:user|host|db)?(?:name|id)"
_SETTING = (
    r"ur[li]|bucket(?:_?key)?|(?:s3|public)_?key|table|queue|(?:file|folder|object|s3)_?(?:name|path)|file|folder|directory|sqs|topic|sns|list|config|version|path|prefix|role|account"
    r"|stage|env(?:ironment)?|(?:account|area|country|currency|org|organi[sz]ation|post(?:al)?|product|status|topic|zip)"
    r"_?code|amount|cidr|cluster|count|cron|enabled|disabled|feature|flag|format|group|image|interval|kind|label"
    r"|language|level|limit|locale|mode|model|namespace|number|schedule|size|subject|subnet|suffix|switch|tag|template"
    r"|threshold|time(?:out|zone)?|title|ttl|type|vpc"
)
_PLAIN = {
    "secret": pattern(rf"(?i)(?:^|[/_.-])(?:{_PLACE})s?$"),
    "parameter": pattern(rf"(?i)(?:^|[/_.-])(?:{_PLACE}|{_SETTING})s?$"),
}
"""How a secret or parameter is called whose value is none that must be kept."""
_NAMING = pattern(r"(?i)(?:_?(?:SSM|PARAM(?:ETER)?|NAME|PATH|KEY_NAME|ARN))+$")
"""How the name of a variable ends that holds the name of a parameter."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret that a value shows."""

    what: str
    """What it is, as a sentence's object: `the secret that SECRET_ARN names`."""
    fetched: Span | None = None
    """Where it is fetched."""
    variable: str = ""
    """The environment variable that holds it."""
    passing: bool = False
    """Whether it is of use for a while only, and for one thing."""


def named(what: str, parameter: str, name: Value | None) -> str:
    """A secret or parameter, as a sentence's object, by what a call names it with."""
    match name:
        case Constant(str(given)):
            return f'the {what} under "{given}"' if parameter == "Path" else f'the {what} "{given}"'
        case Environment(variable):
            return f"the {what} that {variable} names"
        case _:
            return what if what.endswith("s") else f"a {what}"


@once_a_handler
def naming(handler: Handler) -> frozenset[str]:
    """The environment variables that a handler's code takes for the names of secrets or parameters."""
    return frozenset(
        each.name
        for call in handler.calls
        if (name := _name(call)) is not None
        for each in origins(name)
        if isinstance(each, Environment)
    )


def _name(call: Call) -> Value | None:
    """What a call names the secret or parameter with that it fetches; None where it fetches none."""
    asked = operation(call)
    if asked is not None:
        return asked.argument(FETCHED.get((asked.service, asked.name), ("", ""))[1])
    return call.argument(0, "name") if _kept(call) is not None else None


def _kept(call: Call) -> str | None:
    """What a function or method of a library fetches: a `secret` or a `parameter`; None for others."""
    if call.receiver is None:
        return _FETCHING.get(call.name.rpartition(".")[2]) if call.name.startswith(_POWERTOOLS) else None
    return "secret" if call.name in _CACHED and origin_name(call.receiver).startswith(_CACHES) else None


def sent(handler: Handler) -> str:
    """What the request of a handler has that lets whoever knows it do the same, as its code takes it: the header by
    which it looks who asks, or a part that it compares with a secret; "" where none is known."""
    for read in handler.reads:
        what = _of_request(read.path)
        if what is not None:
            return what
    if not any(_with_secret(each) for each in all_origins(handler.tests)):
        return ""
    found = (_with_secret(each) for test in handler.tests for each in origins(test, FEW))
    return next(filter(None, found), "")


def _with_secret(value: Value) -> str:
    """The part of a request that a test compares with a secret, as a sentence's object; "" for others."""
    match value:
        case Compared("==" | "!=", left, right):
            for one, other in ((left, right), (right, left)):
                if isinstance(one, Piece) and one.path and any(map(_is_kept_in_variable, options(other))):
                    return f"the {one.path[-1]} that it compares with a secret"
    return ""


def _is_kept_in_variable(value: Value) -> bool:
    return isinstance(value, Environment) and secrets.names_secret(value.name)


def stored_as_text(asked: Operation) -> str | None:
    """What a parameter that is put holds that is a secret by its name, where it is not encrypted; None for others."""
    if (asked.service, asked.name) != ("ssm", "put_parameter") or asked.argument("Type") != Constant("String"):
        return None
    match asked.argument("Value"):
        case Member(_, str(key)) if secrets.names_secret(key):
            return key
        case _:
            pass
    return _called_secret(asked.argument("Name"))


def read_as_text(asked: Operation) -> str | None:
    """What parameter is read that is a secret by its name, as if it were not encrypted; None for others."""
    if (asked.service, asked.name) != ("ssm", "get_parameter") or asked.call.open:
        return None
    plain = asked.argument("WithDecryption") in (None, Constant(False))
    return _called_secret(asked.argument("Name")) if plain else None


def _called_secret(name: Value | None) -> str | None:
    """A parameter that says by its name that it is a secret, as a sentence's object."""
    match name:
        case _ if not _names_secret(name):
            return None
        case Constant(str(text)):
            return f'"{text}"'
        case Environment(variable):
            return f"what {variable} names"
        case _:
            return None


_ASKING = ("requests.", "httpx.")
_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "request"})
_IN_QUERY = pattern(r"[?&]([\w.-]+)=$")


def in_url(call: Call) -> str | None:
    """The secret that a request has in its URL, which the texts of its errors show; None where none is seen.

    `404 Client Error: Not Found for url: https://…?api_key=…`
    """
    verb = call.name.rpartition(".")[2]
    origin = call.name if call.receiver is None else origin_name(call.receiver)
    if verb not in _VERBS or not origin.startswith(_ASKING):
        return None
    if origin.startswith("httpx.") and "raise_for_status" not in call.asked:
        # Where no server is reached, its errors do not say which.
        return None
    url = call.argument(1 if verb == "request" else 0, "url")
    asked = call.argument(1 if verb == "get" and call.receiver is None else -1, "params")
    for each in () if asked is None else options(asked):
        for name, value in each.entries.items() if isinstance(each, Mapping) else ():
            if secrets.names_secret(name) and not all(isinstance(one, Constant) for one in options(value)):
                return f"the {name}"
    for each in () if url is None else options(url):
        for before, value in pairwise(each.parts) if isinstance(each, Text) else ():
            key = _IN_QUERY.search(str(before.value)) if isinstance(before, Constant) else None
            if key is not None and secrets.names_secret(key[1]) and not isinstance(value, Constant):
                return f"the {key[1]}"
        found = next(shown(each), None)
        if found is not None and not found.passing:
            return found.what
    return None


def shown(value: Value) -> Iterator[Secret]:
    """The secrets that somebody reads who reads a value."""
    yield from _shown(value, (), Descent())


def _shown(value: Value, keys: Path, way: Descent) -> Iterator[Secret]:
    """The secrets that somebody reads who reads what stands under `keys` in a value."""
    inner = way.into(value)
    if inner is None:
        return
    match value:
        case Environment(name, default):
            if not keys and secrets.names_secret(name) and not secrets.is_encrypted(name):
                yield Secret(f"the environment variable {name}", variable=name)
            elif default is not None:
                yield from _shown(default, keys, inner)
        case Imported(name):
            if not keys and name in ENVIRONMENT:
                yield Secret("all environment variables, with AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN among them")
        case Piece(path, "event"):
            what = _of_request((*path, *keys))
            if what is not None:
                yield Secret(what)
        case Member(of, key):
            yield from _shown(of, (key, *keys), inner)
        case Choice(several):
            for each in several:
                yield from _shown(each, keys, inner)
        case Result(call):
            yield from _of_call(call, keys, inner)
        case Mapping(rest=rest) if keys:
            if rest is not None:
                yield from _shown(rest, keys, inner)
        case _ if not keys:
            for each in shown_in(value):
                yield from _shown(each, (), inner)
            if isinstance(value, Mapping) and value.rest is not None and not _leaves_out(value):
                yield from _shown(value.rest, (), inner)


def _leaves_out(value: Mapping) -> bool:
    """Whether something else stands in a mapping than what was spread into it: `{**secret, "password": "…"}`."""
    return bool(value.entries) or value.others is not None


def _of_call(call: Call, keys: Path, way: Descent) -> Iterator[Secret]:
    asked = operation(call)
    if asked is not None:
        yield from _of_answer(asked, keys)
        return
    if call.name == _SIGNING and call.receiver is not None and not keys:
        yield Secret("a signed URL, by which whoever has it may do what it is for", call.span, passing=True)
        return
    if call.receiver is None and call.name in _TOKENS and not keys:
        yield Secret("a token that was signed just now, by which whoever has it is let in", call.span)
        return
    kind = _kept(call)
    if kind is not None:
        name = call.argument(0, "name")
        decrypted = kind == "secret" or _is_decrypted(call)
        if _is_secret(keys) and decrypted and (keys or _may_be_secret(kind, name)):
            yield Secret(f"{_part(keys)}{named(kind, '', name)}", call.span)
        return
    if call.receiver is None:
        if call.name in _KEEPING:
            for each in call.arguments[:1]:
                yield from _shown(each, keys, way)
        elif not keys:
            for each in shown_in(Result(call)):
                yield from _shown(each, (), way)
        return
    yield from _of_method(call, call.receiver, keys, way)


def _of_method(call: Call, receiver: Value, keys: Path, way: Descent) -> Iterator[Secret]:
    match call.name, call.arguments:
        case name, (Constant(str(key)), *others) if name in carriers.LOOKING_UP:
            yield from _shown(receiver, (key, *keys), way)
            for each in others[:1]:
                yield from _shown(each, keys, way)
        case "pop", ():
            yield from _shown(receiver, (EACH, *keys), way)
        case (("slice" | "substring" | "substr"), (Constant(int(start)),)) if start >= 0:
            # From there to the end: what follows the scheme. What ends earlier is shortened.
            yield from _shown(receiver, keys, way)
        case (("replace" | "replaceAll"), (first, *_)) if _names_scheme(first):
            yield from _shown(receiver, keys, way)
        case name, given if name in _SPLITTING and keys[:1] not in ((), (0,)):
            if not given or _names_scheme(given[0]):
                yield from _shown(receiver, keys[1:], way)
        case name, _ if name in _KEEPING_METHODS:
            yield from _shown(receiver, keys, way)
        case (("join" | "concat" | "format"), given) if not keys:
            for each in (receiver, *given, *call.keywords.values()):
                yield from _shown(each, (), way)


def _names_scheme(value: Value) -> bool:
    """Whether a text or pattern is what separates the scheme of a header from the token."""
    return any(isinstance(each, Constant) and _SCHEME.search(str(each.value)) for each in origins(value))


def _of_answer(asked: Operation, keys: Path) -> Iterator[Secret]:
    """The secret that stands under `keys` in the answer of an operation."""
    kind = (asked.service, asked.name)
    read = tuple(EACH if isinstance(each, int) else each for each in keys)
    made, what = _MADE.get(kind, ((), ""))
    if what and read[: len(made)] == made[: len(read)] and read[-1:] not in _BESIDE:
        yield Secret(what if read else f"the whole answer of {_called(asked)}, with {what}", asked.call.span)
        return
    for path in _ANSWERS.get(kind, ()):
        within = read[len(path) :]
        if read[: len(path)] == path[: len(read)] and _is_secret(within):
            if _is_kept(asked, within):
                yield Secret(_told(asked, path, read), asked.call.span)
            return


def _told(asked: Operation, path: Path, read: Path) -> str:
    answer = _called(asked)
    if asked.service == "sts":
        whose = "of a session" if asked.name == "get_session_token" else "of the role that it assumes"
        if not read:
            return f"the whole answer of {answer}, with the credentials {whose}"
        return f"{'the credentials' if len(read) == 1 else read[1]} {whose}"
    what, parameter = FETCHED[(asked.service, asked.name)]
    fetched = named(what, parameter, asked.argument(parameter))
    if not read:
        return f"the whole answer of {answer}, with {fetched}"
    return f"{_part(read[len(path) :])}{fetched}"


def _called(asked: Operation) -> str:
    """An operation as AWS's documentation calls it."""
    return "".join(each.title() for each in asked.name.split("_"))


def _part(within: Path) -> str:
    return f"{within[-1]} of " if within else ""


def _is_secret(within: Path) -> bool:
    """Whether what stands under these keys in a secret is all of it, or what its name says to be secret."""
    return not within or (
        isinstance(within[-1], str) and (secrets.names_secret(within[-1]) or secrets.hints_at_secret(within[-1]))
    )


def _is_kept(asked: Operation, within: Path) -> bool:
    """Whether what stands within the value that an operation gives is kept as a secret: decrypted, and called so."""
    if asked.service == "sts":
        return True
    what, parameter = FETCHED[(asked.service, asked.name)]
    if asked.service == "ssm" and asked.argument("WithDecryption") != Constant(True):
        # What is called a password is one, though nobody has encrypted it.
        return _names_secret(asked.argument(parameter))
    return bool(within) or _may_be_secret(what.removesuffix("s"), asked.argument(parameter))


def _names_secret(name: Value | None) -> bool:
    """Whether what names a parameter says that it is a secret."""
    match name:
        case Constant(str(text)):
            return secrets.names_secret(text.rpartition("/")[2])
        case Environment(variable):
            return secrets.names_secret(_NAMING.sub("", variable))
        case _:
            return False


def _is_decrypted(call: Call) -> bool:
    given = [call.keywords, *(each.entries for each in call.arguments if isinstance(each, Mapping))]
    return any(each.get("decrypt") == Constant(True) for each in given)


def _may_be_secret(kind: str, name: Value | None) -> bool:
    """Whether a secret or parameter is not called like one that nobody need keep; of a parameter the end of its name
    must be known."""
    match name:
        case Constant(str(text)):
            return _PLAIN[kind].search(secrets.words(text)) is None
        case Environment(variable):
            return _PLAIN[kind].search(_NAMING.sub("", variable)) is None
        case Text(parts):
            return _may_be_secret(kind, parts[-1])
        case Choice(several) | Sequence(items=several):
            return all(_may_be_secret(kind, each) for each in several)
        case _:
            return kind == "secret"


def _of_request(path: Path) -> str | None:
    """What of a request says who sends it and lets whoever knows it do the same; None for anything else."""
    if path == ("authorizationToken",):
        return "authorizationToken of the event, with which the caller authorizes"
    steps = [str(each).lower() for each in path if not isinstance(each, int) and each != EACH]
    at = next((number for number, each in enumerate(steps) if each in ("headers", "multivalueheaders")), len(steps))
    if steps[at + 1 :] in (["authorization"], ["authorization", "value"]):
        return "the Authorization header of the request"
    named = steps[at + 1].replace("-", "_").removeprefix("x_") if at + 1 < len(steps) else ""
    if named == "token" or _is_brought_secret(named):
        return f"the {steps[at + 1]} header of the request"
    names = [each for each in path if isinstance(each, str) and each != EACH]
    if len(names) > 1 and names[-2] in _BROUGHT and _is_brought_secret(names[-1]):
        return f"{names[-1]} of what a request brings"
    return None


_BROUGHT = frozenset({"body", "queryStringParameters", "input", "arguments", "formData"})
"""Where a client's own words stand in a request."""
_PASSWORDS = pattern(
    r"(?i)(?:new_?|old_?|current_?|user_?|confirm_?)?(?:password|passwd|passphrase)"
    r"|(?:access|refresh|id|auth|session|bearer|download|api)_?token|(?:client|api|shared)_?secret|api_?key|secret_?key"
)


def _is_brought_secret(name: str) -> bool:
    """Whether a client's part of a request is called like what it keeps to itself."""
    return _PASSWORDS.fullmatch(name) is not None
