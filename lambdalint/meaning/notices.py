"""Code whose events come to no more than a notice in a chat: what is lost with one that fails is the notice."""

from __future__ import annotations

from lambdalint.code import naming
from lambdalint.code.facts import Handler, once_a_handler
from lambdalint.code.idioms import is_log, is_pure, origin_name
from lambdalint.code.value import Call, Constant, Environment, Member, Result, Value, origins
from lambdalint.meaning import network, promises, sdk
from lambdalint.meaning.operations import operation

_CHATS = frozenset({"slack", "teams", "msteams", "discord", "chime", "mattermost", "rocketchat", "telegram", "gchat"})
"""Words of what names a chat: a variable, a secret, a file."""

_HOSTS = (
    "hooks.slack.com", "slack.com/api", "webhook.office", "office.com/webhook", "discord.com/api", "discordapp.com/api",
    "chat.googleapis.com", "hooks.chime.aws", "api.telegram.org",
)  # fmt: skip
"""Where chats take messages, by the documentation of each."""

_LIBRARIES = (
    "slack_sdk.", "slack.", "slackclient.", "slack_webhook.", "pymsteams.", "discord_webhook.", "telegram.",
    "npm:@slack/", "npm:slack-notify", "npm:discord.js", "npm:telegraf",
)  # fmt: skip

_MADE = ("http.client.HTTP", "httpx.", "npm:axios.create", "npm:got.extend")
_METHODS = frozenset({"request", "post", "put", "send"})
"""Objects that send requests, and how."""

_PREPARING = (
    "urllib.request.Request", "urllib3.", "http.client.HTTP", "urllib2.Request", "requests.Session", "requests.session",
    "ssl.", "socket.setdefaulttimeout", "gzip.", "zlib.", "string.", "textwrap.", "random.", "itertools.", "functools.",
    "operator.", "enum.", "pytz.", "dateutil.", "zoneinfo.", "html.", "jinja2.", "boto3.", "botocore.",
)  # fmt: skip
"""What makes what a request is sent with, or asks nobody."""


@once_a_handler
def only_tells_chat(handler: Handler) -> bool:
    """Whether all that the events of a handler come to is a message to a chat: what else it asks of others reads."""
    if handler.bounded:
        return False
    work = [each for each in handler.invocation_calls if not each.mends and (_sends(each) or not _is_beside(each))]
    telling = [each for each in work if _sends(each) and not _is_of_answer(each)]
    named = not _CHATS.isdisjoint(_words(handler.path.rpartition(".")[0]))
    return (
        bool(telling)
        and all(_names_chat(each) or (named and not network.public_host(each)) for each in telling)
        and all(_sends(each) or _is_of_answer(each) for each in work)
    )


def _is_beside(call: Call) -> bool:
    """Whether a call leaves nothing with others: it logs, works something out, or reads."""
    asked = operation(call)
    if asked is not None:
        return asked.only_reads or asked.service == "kms"
    if is_log(call) or is_pure(call) or sdk.client(call) is not None:
        return True
    name = call.name if call.receiver is None else origin_name(call.receiver)
    return promises.stays(call) or name.startswith((*_PREPARING, *_LIBRARIES))


def _sends(call: Call) -> bool:
    """Whether a call sends a request to a server, or a message by a library of a chat's."""
    origin = call.name if call.receiver is None else origin_name(call.receiver)
    if origin.startswith(_LIBRARIES):
        return call.receiver is not None or not call.name.rpartition(".")[2][:1].isupper()
    return network.is_request(call) or (origin.startswith(_MADE) and call.name in _METHODS)


def _is_of_answer(call: Call) -> bool:
    """Whether a call is a method of what a request gave, or of the request that is being sent."""
    if call.receiver is None:
        return False
    return any(isinstance(each, Result) and _sends(each.call) for each in origins(call.receiver))


def _names_chat(call: Call) -> bool:
    origin = call.name if call.receiver is None else origin_name(call.receiver)
    given = (*call.arguments, *call.keywords.values(), *(() if call.receiver is None else (call.receiver,)))
    return origin.startswith(_LIBRARIES) or any(_is_of_chat(each) for value in given for each in origins(value))


def _is_of_chat(value: Value) -> bool:
    match value:
        case Constant(str(text)):
            return any(host in text for host in _HOSTS) or (len(text) < _NAME and not _CHATS.isdisjoint(_words(text)))
        case Environment(name=name) | Member(key=str(name)):
            return not _CHATS.isdisjoint(_words(name))
        case _:
            return False


_NAME = 80
"""How long the name of a secret or of a variable is at most: what is longer is prose."""


def _words(name: str) -> frozenset[str]:
    return frozenset(naming.spelt(name))
