"""Which pages of other origins may ask a URL or an HTTP API.

https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_lambda.FunctionUrlCorsOptions.html, and
https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_apigatewayv2.CorsPreflightOptions.html
"""

from __future__ import annotations

from lambdalint.cdk.assembly import Assembly, Made
from lambdalint.cdk.rows import Convert, plain, seconds
from lambdalint.code.value import NONE, Mapping, Value
from lambdalint.source import Span
from lambdalint.templates import value as template
from lambdalint.templates.value import Unknown

_SETTINGS: dict[str, tuple[str, Convert]] = {
    "allowCredentials": ("AllowCredentials", plain),
    "allowHeaders": ("AllowHeaders", plain), "allowedHeaders": ("AllowHeaders", plain),
    "allowMethods": ("AllowMethods", plain), "allowedMethods": ("AllowMethods", plain),
    "allowOrigins": ("AllowOrigins", plain), "allowedOrigins": ("AllowOrigins", plain),
    "exposeHeaders": ("ExposeHeaders", plain), "exposedHeaders": ("ExposeHeaders", plain),
    "maxAge": ("MaxAge", seconds),
}  # fmt: skip


def cors(assembly: Assembly, given: Value, span: Span) -> Made:
    """The settings of CORS, by either of the names that the CDK has for them."""
    if given == NONE:
        return None
    if not isinstance(given, Mapping):
        return Unknown(span, "the app's program")
    entries: dict[str, template.Value] = {}
    for name, each in given.entries.items():
        known = _SETTINGS.get(name)
        found = None if known is None else known[1](assembly, each, given.places.get(name, span))
        if known is not None and found is not None:
            entries[known[0]] = found
    whole = not given.open and given.rest is None and given.entries.keys() <= _SETTINGS.keys()
    return template.Mapping(entries, span, dict.fromkeys(entries, span), open=not whole)
