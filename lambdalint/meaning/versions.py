"""What is done with version 3 of the SDK for JavaScript as if it were version 2.

https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/migrating.html
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.code.facts import Handler
from lambdalint.code.value import BY_METHOD, UNMADE, Call, Result
from lambdalint.patterns import pattern

_COMMAND = pattern(r"@aws-sdk/(?:client-|lib-dynamodb)[\w-]*\.\w+Command")
_BARE = pattern(r"@aws-sdk/client-[\w-]+\.(?P<class>\w+Client)")
"""Clients that have no method for each operation, as `DynamoDB` has."""
_VERSION_3 = "@aws-sdk/client-"
_SPELT = {"generate_presigned_url": "getSignedUrl", "generate_presigned_post": "createPresignedPost"}


def misused(handler: Handler) -> Iterator[tuple[Call, str]]:
    """The calls that fail with version 3, each with what is so of it."""
    for call in handler.calls:
        maker = call.receiver.call.name if isinstance(call.receiver, Result) else ""
        if call.receiver is None and UNMADE in call.asked and _COMMAND.fullmatch(call.name):
            yield call, f"calls {call.name.rpartition('.')[2]} without new, and it is a class: TypeError"
        elif BY_METHOD in call.asked and (bare := _BARE.fullmatch(maker)) is not None:
            yield call, f"calls {_as_method(call.name)} of a {bare['class']}, which has no such method: TypeError"
        elif "promise" in call.asked and maker.startswith(_VERSION_3):
            yield call, "asks for .promise(), which what version 3 gives has not: TypeError after the request"


def _as_method(operation: str) -> str:
    """An operation as a method of version 2's clients is called."""
    first, *others = operation.split("_")
    return _SPELT.get(operation) or first + "".join(each.title() for each in others)
