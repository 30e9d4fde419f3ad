"""Functions of Lambda whose handlers are functions of the program, and what invokes them by a method of its own.

https://www.pulumi.com/docs/iac/clouds/aws/guides/lambda/ · https://www.pulumi.com/docs/iac/clouds/aws/guides/api-gateway/
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lambdalint.code.value import Call, Constant, Function, Partial, Value
from lambdalint.pulumi.configuration import Attributes, Configuration
from lambdalint.pulumi.made import Address
from lambdalint.pulumi.structures import Structure, several, structure
from lambdalint.source import Span
from lambdalint.templates.hcl import syntax
from lambdalint.templates.hcl.syntax import Expression
from lambdalint.templates.value import Known

FUNCTION = "aws_lambda_function"
CLASSES = frozenset({"lambda.CallbackFunction", "serverless.Function"})
"""What makes a function of Lambda of one of the program's own."""
OWN = ("callback", "callbackFactory", "policies", "role", "codePathOptions", "func", "factoryFunc", "includePaths")
"""What is given to it that is no argument of the function that is made."""
_TIMEOUT = 180
"""The seconds that such a function has by default."""


def complete(made: Configuration, given: Attributes, own: Mapping[str, Value], span: Span) -> None:
    """What such a function has besides what it is given by the names of the provider."""
    role = own.get("role")
    unseen = syntax.Unseen(span, "role")
    given.put("handler", span, syntax.Literal(Known("__index.handler", span, default=True)))
    given.put("role", span, unseen if role is None else made.expressions.of(role, span))
    if "runtime" not in given.entries:
        runtime = syntax.Template(("nodejs", syntax.Unseen(span, "runtime"), ".x"), span)
        given.put("runtime", span, runtime)
    if "timeout" not in given.entries:
        given.put("timeout", span, syntax.Literal(Known(_TIMEOUT, span)))
    given.put("filename", span, syntax.Unseen(span, "code"))
    given.put("source_code_hash", span, syntax.Unseen(span, "code"))


def handler_of(own: Mapping[str, Value]) -> tuple[Function, bool] | None:
    """The function of the program that is the handler, or that makes it; None where that is not known."""
    found = own.get("callback") or own.get("func")
    makes = found is None
    if makes:
        found = own.get("callbackFactory") or own.get("factoryFunc")
    while isinstance(found, Partial):
        found = found.of
    return (found, makes) if isinstance(found, Function) else None


# ------------------------------------------------------------------------------------------------------------- events


def subscribe(made: Configuration, call: Call, of: Address) -> bool:
    """Have a function be invoked by a resource, by a method such as `queue.onEvent(name, handler)`; False where the
    method is none of those."""
    wire = _WIRES.get((of.kind, call.name))
    if wire is None or len(call.arguments) < 2:
        return False
    wire(_Wiring(made, call, made.expressions.reference(of, made.head(call.span)), call.arguments[1], 2))
    return True


def schedule(made: Configuration, call: Call) -> None:
    """`aws.cloudwatch.onSchedule(name, schedule, handler)`."""
    if len(call.arguments) < 3:
        return
    span = made.head(call.span)
    given = Attributes()
    given.put("schedule_expression", span, made.expressions.of(call.arguments[1], span))
    rule = made.add("aws_cloudwatch_event_rule", _name(call), call.span, given, key=call)
    _target(_Wiring(made, call, made.expressions.reference(rule, span), call.arguments[2], 3))


class _Wiring:
    """What comes to invoke a function: what is made for it stands where the method is called."""

    def __init__(
        self, made: Configuration, call: Call, source: Expression, handler: Value, options: int, name: str = ""
    ) -> None:
        self.made, self.call, self.source = made, call, source
        self.span = made.head(call.span)
        self.name = name or _name(call)
        held = call.arguments[options] if len(call.arguments) > options else None
        self.given = structure(held) or Structure(open=True)
        self.function = _function(made, handler, self.name)

    def add(self, kind: str, entries: Mapping[str, Expression], *, is_open: bool = False) -> Address:
        """Make a resource."""
        given = Attributes({name: (self.span, each) for name, each in entries.items()}, open=is_open)
        given.uncertain = self.call.conditional or bool(self.call.loops)
        return self.made.add(kind, self.name, self.call.span, given, reached=self.reached)

    @property
    def reached(self) -> tuple[Address, ...]:
        return () if self.function is None else (self.function,)

    def of_function(self, attribute: str) -> Expression:
        """An attribute of the function that is invoked."""
        if self.function is None:
            return syntax.Unseen(self.span, "a function")
        return self.made.expressions.reference(self.function, self.span, attribute)

    def of_source(self, attribute: str) -> Expression:
        """An attribute of what invokes it."""
        match self.source:
            case syntax.Traversal(root, steps, span):
                return syntax.Traversal(root, (*steps, syntax.Attr(attribute)), span)
            case other:
                return other

    def text(self, text: str) -> Expression:
        return syntax.Literal(Known(text, self.span))

    def permit(self, principal: str, source: Expression | None = None) -> None:
        """Let a service invoke the function."""
        self.add(
            "aws_lambda_permission",
            {
                "action": self.text("lambda:InvokeFunction"),
                "function_name": self.of_function("function_name"),
                "principal": self.text(principal),
                "source_arn": self.of_source("arn") if source is None else source,
            },
        )

    def option(self, name: str) -> Expression | None:
        """What the method is given under a name."""
        found = self.given.get(name)
        return None if found is None else self.made.expressions.of(found, self.span)


def _name(call: Call) -> str:
    match call.arguments[:1]:
        case (Constant(str(name)),):
            return name
        case _:
            return ""


def _function(made: Configuration, handler: Value, name: str) -> Address | None:
    """The function that a method is given, which may be one of the program's own."""
    found = made.made.find(handler)
    if found is not None:
        return found
    own = {"callback": handler}
    function = handler_of(own)
    if function is None:
        return None
    extent = function[0].node.extent
    given = Attributes()
    complete(made, given, own, made.head(extent))
    address = made.add(FUNCTION, name, extent, given)
    made.closures[str(address)] = function
    return address


_MAPPED = ("batch_size", "maximum_batching_window_in_seconds", "starting_position", "parallelization_factor",
           "maximum_record_age_in_seconds", "bisect_batch_on_function_error", "maximum_retry_attempts",
           "destination_config", "function_response_types", "filter_criteria", "scaling_config")  # fmt: skip


def _mapped(wiring: _Wiring, source: str) -> None:
    options = {name: each for name in _MAPPED if (each := wiring.option(name)) is not None}
    wiring.add(
        "aws_lambda_event_source_mapping",
        {
            "event_source_arn": wiring.of_source(source),
            "function_name": wiring.of_function("arn"),
            **options,
        },
        is_open=wiring.given.open,
    )


def _of_queue(wiring: _Wiring) -> None:
    _mapped(wiring, "arn")


def _of_table(wiring: _Wiring) -> None:
    _mapped(wiring, "stream_arn")


def _of_topic(wiring: _Wiring) -> None:
    wiring.permit("sns.amazonaws.com")
    wiring.add(
        "aws_sns_topic_subscription",
        {
            "topic_arn": wiring.of_source("arn"),
            "protocol": wiring.text("lambda"),
            "endpoint": wiring.of_function("arn"),
        },
        is_open=True,
    )


def _target(wiring: _Wiring) -> None:
    wiring.permit("events.amazonaws.com")
    wiring.add(
        "aws_cloudwatch_event_target",
        {"rule": wiring.of_source("name"), "arn": wiring.of_function("arn")},
    )


def _of_logs(wiring: _Wiring) -> None:
    wiring.permit("logs.amazonaws.com")
    wiring.add(
        "aws_cloudwatch_log_subscription_filter",
        {"log_group_name": wiring.of_source("name"), "destination_arn": wiring.of_function("arn")},
        is_open=True,
    )


def _notified(events: str) -> Callable[[_Wiring], None]:
    def wire(wiring: _Wiring) -> None:
        wiring.permit("s3.amazonaws.com")
        inner: list[tuple[str | Expression, Span, Expression]] = [
            ("lambda_function_arn", wiring.span, wiring.of_function("arn")),
        ]
        told = syntax.Tuple((wiring.text(events),), wiring.span) if events else wiring.option("events")
        inner += [("events", wiring.span, told)] if told is not None else []
        for name in ("filter_prefix", "filter_suffix"):
            option = wiring.option(name)
            inner += [(name, wiring.span, option)] if option is not None else []
        one = syntax.Object(tuple(inner), wiring.span)
        key = str(wiring.made.made.find(wiring.call.receiver))
        held = wiring.made.notified.get(key)
        if held is None:
            # All that a bucket notifies by such methods is set at once.
            held = wiring.made.notified[key] = Attributes({"bucket": (wiring.span, wiring.of_source("id"))})
            wiring.made.add("aws_s3_bucket_notification", wiring.name, wiring.call.span, held, reached=wiring.reached)
        _, before = held.entries.get("lambda_function", (wiring.span, syntax.Tuple((), wiring.span)))
        items = before.items if isinstance(before, syntax.Tuple) else ()
        held.put("lambda_function", wiring.span, syntax.Tuple((*items, one), wiring.span))

    return wire


_WIRES: dict[tuple[str, str], Callable[[_Wiring], None]] = {
    ("aws_sqs_queue", "onEvent"): _of_queue,
    ("aws_kinesis_stream", "onEvent"): _of_queue,
    ("aws_dynamodb_table", "onEvent"): _of_table,
    ("aws_sns_topic", "onEvent"): _of_topic,
    ("aws_cloudwatch_event_rule", "onEvent"): _target,
    ("aws_cloudwatch_log_group", "onEvent"): _of_logs,
    ("aws_s3_bucket", "onEvent"): _notified(""),
    ("aws_s3_bucket", "onObjectCreated"): _notified("s3:ObjectCreated:*"),
    ("aws_s3_bucket", "onObjectRemoved"): _notified("s3:ObjectRemoved:*"),
}
"""The methods by which a resource has a function be invoked, by the resource's type."""

# --------------------------------------------------------------------------------------------------------------- APIs

_APIS = ("npm:@pulumi/aws-apigateway.RestAPI", "pulumi_aws_apigateway.RestAPI", "npm:@pulumi/awsx.apigateway.API",
         "npm:@pulumi/awsx.classic.apigateway.API", "npm:@pulumi/awsx/classic.apigateway.API",
         "npm:@pulumi/awsx/classic/apigateway.API")  # fmt: skip
"""The components that make an API of its routes."""


def is_api(name: str) -> bool:
    """Whether a class makes an API of its routes."""
    return name in _APIS


def api(made: Configuration, call: Call, given: Structure, key: Call) -> None:
    """Make an API of the routes that it is given, each with what invokes its function."""
    span = made.head(call.span)
    found = made.add("aws_api_gateway_rest_api", _name(call), call.span, Attributes(open=True), key=key)
    routes, _ = several(given.get("routes"))
    for route in routes:
        handler = route.get("event_handler")
        if handler is not None:
            called = " ".join(_text(route.get(name)) for name in ("method", "path")).strip()
            wiring = _Wiring(made, call, made.expressions.reference(found, span), handler, 9, called)
            _route(wiring, route, found)


def _route(wiring: _Wiring, route: Structure, of: Address) -> None:
    made, span = wiring.made, wiring.span
    path, method = (route.get(name) for name in ("path", "method"))
    place = wiring.add(
        "aws_api_gateway_resource",
        {
            "rest_api_id": wiring.of_source("id"),
            "parent_id": wiring.of_source("root_resource_id"),
            "path_part": _part(made, path, span),
        },
    )
    named = {
        "rest_api_id": wiring.of_source("id"),
        "resource_id": made.expressions.reference(place, span, "id"),
        "http_method": made.expressions.of(method, span),
    }
    wiring.add("aws_api_gateway_method", named, is_open=True)
    wiring.add(
        "aws_api_gateway_integration",
        {
            **named,
            "type": wiring.text("AWS_PROXY"),
            "integration_http_method": wiring.text("POST"),
            "uri": wiring.of_function("invoke_arn"),
        },
    )
    source = syntax.Template((made.expressions.reference(of, span, "execution_arn"), "/*"), span)
    wiring.permit("apigateway.amazonaws.com", source)


def _text(given: Value | None) -> str:
    return given.value if isinstance(given, Constant) and isinstance(given.value, str) else ""


def _part(made: Configuration, path: Value | None, span: Span) -> Expression:
    match path:
        case Constant(str(text)):
            return syntax.Literal(Known(text.strip("/") or "/", span))
        case _:
            return made.expressions.of(path, span)
