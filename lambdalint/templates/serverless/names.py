"""The logical ids that the framework gives to what it makes: templates refer to them.

https://www.serverless.com/framework/docs/providers/aws/guide/resources#aws-cloudformation-resource-reference
"""

from __future__ import annotations

import re

ROLE = "IamRoleLambdaExecution"
REST_API = "ApiGatewayRestApi"
HTTP_API = "HttpApi"
WEBSOCKETS = "WebsocketsApi"


def normalised(key: str) -> str:
    """A function's or a layer's key as logical ids begin with it: `hello-world` is `HelloDashworld`."""
    return _capital(key.replace("-", "Dash").replace("_", "Underscore"))


def function(key: str) -> str:
    """The logical id of a function."""
    return f"{normalised(key)}LambdaFunction"


def layer(key: str) -> str:
    """The logical id of a layer."""
    return f"{normalised(key)}LambdaLayer"


def alphanumeric(name: str) -> str:
    """The name of a bucket, a topic or a queue as it stands in a logical id."""
    return _capital(re.sub(r"[^0-9A-Za-z]", "", name))


def path(route: str) -> str:
    """A path of a REST API as it stands in a logical id: `/orders/{id}` is `OrdersIdVar`."""
    return "".join(_part(part) for part in route.split("/"))


def _part(part: str) -> str:
    part = part[:1].upper() + part[1:].lower()
    part = re.sub(r"\{(.*)\}", r"\1Var", part.replace("-", "Dash"))
    return _capital(re.sub(r"[^0-9A-Za-z]", "", part))


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]
