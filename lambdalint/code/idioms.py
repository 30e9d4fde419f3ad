"""What names from outside the project mean: the standard library's, and the frameworks' that handlers are written with.

Names are as imports resolve them; languages do not share any, so one table serves all.
"""

from __future__ import annotations

from lambdalint.code.value import (
    Call,
    Class,
    Constant,
    Imported,
    Mapping,
    Member,
    Piece,
    Result,
    Sequence,
    Value,
    origins,
)
from lambdalint.patterns import pattern

ENVIRONMENT = frozenset({"os.environ", "js:process.env"})
"""The mapping of environment variables."""

GLOBAL = ("js:global.", "js:globalThis.", "js:GLOBAL.", "js:root.")
"""Attributes of the object that holds what is global: to set one makes a name for all modules."""

ENVIRONMENT_READERS = frozenset({"os.getenv", "os.environ.get", "os.environ.setdefault", "os.environ.pop"})
"""Functions of a variable's name and a default."""

ENVIRONMENT_WRITERS = frozenset({"os.putenv", "os.environ.update"})
"""Functions that set a variable to a value, or several by their names."""

ELSEWHERE = frozenset({"IS_OFFLINE", "IS_LOCAL", "AWS_SAM_LOCAL", "SERVERLESS_OFFLINE", "JEST_WORKER_ID"})
"""Variables that are set where a handler runs on a developer's machine, and not on Lambda."""

OBJECTS = ("boto3.", "botocore.", "aioboto3.", "aiobotocore.")
"""Modules whose functions make objects, no two of which are equal, and whose methods give more such or full answers."""

OBJECT_METHODS = frozenset({"client", "resource", "create_client"})
"""Methods of such objects that make another."""

HANDING_OVER = frozenset({
    "send_message", "send_message_batch", "send_messages", "publish", "put_object", "put", "put_item", "put_record",
    "put_record_batch", "put_records", "put_events", "upload_fileobj",
})  # fmt: skip
"""Methods of such objects that leave a record to somebody else: a dead-letter queue."""

REFUSALS = frozenset({
    "pydantic.ValidationError", "pydantic_core.ValidationError", "pydantic.v1.ValidationError",
    "marshmallow.ValidationError", "jsonschema.ValidationError", "jsonschema.exceptions.ValidationError",
    "cerberus.DocumentError", "voluptuous.Invalid", "voluptuous.MultipleInvalid",
    "aws_lambda_powertools.utilities.validation.SchemaValidationError",
    "aws_lambda_powertools.utilities.validation.exceptions.SchemaValidationError",
    "npm:zod.ZodError", "npm:zod.z.ZodError", "npm:yup.ValidationError", "npm:joi.ValidationError",
    "npm:superstruct.StructError", "npm:valibot.ValiError",
})  # fmt: skip
"""Errors by which libraries say of what a client has sent what of it does not have the form that is asked for."""

GIVES_NOTHING = frozenset({"get", "pop", "get_credentials", "get_config_variable", "setdefault", "close"})
"""Methods of such objects, and of the answers, that may give nothing."""

FINDING = frozenset({"getResource", "get_resource"})
"""Methods of the CDK that give what was made before, or nothing; `addResource` is read as giving the same then."""

CACHES = frozenset({
    "functools.lru_cache", "functools.cache", "functools.cached_property", "cachetools.cached",
    "cachetools.func.ttl_cache",
    "cachetools.func.lru_cache", "cached_property.cached_property", "werkzeug.utils.cached_property",
    "async_lru.alru_cache", "methodtools.lru_cache", "django.utils.functional.cached_property", "memoization.cached",
})  # fmt: skip
"""Decorators that run a function once for the same arguments."""

PROPERTIES = frozenset({
    "builtins.property", "functools.cached_property", "cached_property.cached_property",
    "werkzeug.utils.cached_property", "django.utils.functional.cached_property",
})  # fmt: skip
"""Decorators that make a method an attribute."""

METHOD_KINDS = {"builtins.staticmethod": "static", "builtins.classmethod": "class"}

TRANSPARENT = frozenset({
    "npm:@middy/core", "npm:@middy/do-not-wait-for-empty-event-loop", "npm:@middy/warmup", "npm:@middy/error-logger",
    "npm:@middy/input-output-logger", "npm:@middy/http-cors", "npm:@middy/http-security-headers",
    "npm:@middy/http-header-normalizer", "npm:@middy/cloudwatch-metrics", "npm:@middy/ssm",
    "npm:@middy/secrets-manager", "@aws-lambda-powertools/logger/middleware.injectLambdaContext",
    "@aws-lambda-powertools/logger.injectLambdaContext",
    "@aws-lambda-powertools/tracer/middleware.captureLambdaHandler",
    "@aws-lambda-powertools/tracer.captureLambdaHandler", "@aws-lambda-powertools/metrics/middleware.logMetrics",
    "@aws-lambda-powertools/metrics.logMetrics", "@aws-lambda-powertools/idempotency.makeIdempotent",
    "npm:@sentry/aws-serverless.wrapHandler", "npm:@sentry/serverless.AWSLambda.wrapHandler",
    "npm:datadog-lambda-js.datadog",
    "functools.wraps", "abc.abstractmethod", "typing.overload", "typing.no_type_check", "contextlib.contextmanager",
    "contextlib.asynccontextmanager", "typing.override", "typing.final", "dataclasses.dataclass",
    "aws_lambda_powertools.utilities.data_classes.event_source",
    "aws_lambda_powertools.utilities.data_classes.event_source.event_source",
    "aws_lambda_powertools.utilities.typing.LambdaContext",
    "aws_lambda_powertools.utilities.idempotency.idempotent",
    "aws_lambda_powertools.utilities.idempotency.idempotent_function",
    "aws_lambda_powertools.utilities.validation.validator",
    "aws_lambda_powertools.utilities.parser.event_parser",
    "aws_xray_sdk.core.xray_recorder.capture", "aws_xray_sdk.core.xray_recorder.capture_async",
    "datadog_lambda.wrapper.datadog_lambda_wrapper", "newrelic.agent.lambda_handler",
    "sentry_sdk.integrations.aws_lambda.AwsLambdaIntegration", "backoff.on_exception", "backoff.on_predicate",
    "tenacity.retry", "retry.retry", "retrying.retry",
    "lambda_powertools.logging.inject_lambda_context", "lumigo_tracer.lumigo_tracer", "epsagon.lambda_wrapper",
    "thundra.thundra_agent.Thundra", "helios.lambda_wrapper", "opentelemetry.instrumentation.aws_lambda.wrap",
})  # fmt: skip
"""Decorators that call the function with the same arguments and return what it returns."""

DISPATCHING = frozenset({"functools.singledispatch", "functools.singledispatchmethod"})
"""Decorators of a function in whose place others are called that are registered with it, by an argument's type."""

MIDDLEWARE = frozenset({
    "aws_lambda_powertools.middleware_factory.lambda_handler_decorator",
    "aws_lambda_powertools.middleware_factory.factory.lambda_handler_decorator",
})  # fmt: skip
"""Decorators that make a function of a handler, an event and a context a decorator of handlers."""

TRANSPARENT_METHODS = frozenset({
    "inject_lambda_context", "capture_lambda_handler", "capture_method", "log_metrics", "capture", "capture_async",
})  # fmt: skip
"""Methods of Powertools' Logger, Tracer and Metrics, and of X-Ray's recorder, that are such decorators."""

BATCH_RESPONSES = frozenset({
    "@aws-lambda-powertools/batch.processPartialResponse", "@aws-lambda-powertools/batch.processPartialResponseSync",
    "aws_lambda_powertools.utilities.batch.process_partial_response",
    "aws_lambda_powertools.utilities.batch.async_process_partial_response",
    "aws_lambda_powertools.utilities.batch.decorators.process_partial_response",
    "aws_lambda_powertools.utilities.batch.decorators.async_process_partial_response",
})  # fmt: skip
"""Functions that run a function for every record and return `batchItemFailures`."""

BATCH_PROCESSORS = frozenset({
    f"aws_lambda_powertools.utilities.batch.{module}{name}"
    for module in ("", "base.", "sqs_fifo_partial_processor.")
    for name in ("BatchProcessor", "AsyncBatchProcessor", "SqsFifoPartialProcessor")
}) | {
    f"@aws-lambda-powertools/batch.{name}"
    for name in ("BatchProcessor", "BatchProcessorSync", "SqsFifoPartialProcessor", "SqsFifoPartialProcessorAsync")
}  # fmt: skip
"""Powertools' processors, whose `response()` is `{"batchItemFailures": …}`."""

ORDERED_PROCESSORS = frozenset(name for name in BATCH_PROCESSORS if ".SqsFifoPartialProcessor" in name)
"""Those that stop at the first failure, and report all messages after it."""

BATCH_DECORATORS = frozenset({
    "aws_lambda_powertools.utilities.batch.batch_processor",
    "aws_lambda_powertools.utilities.batch.async_batch_processor",
})  # fmt: skip
"""Decorators that run a function for every record before the handler."""

HAND_ON = {
    "submit": 0, "asyncio.to_thread": 0, "run_in_executor": 1, "run_in_threadpool": 0, "apply_async": 0,
    "call_soon": 0, "_thread.start_new_thread": 0,
}  # fmt: skip
"""Functions and methods that call the function that they are given with the arguments that follow it, and its place."""

LOOKING_AT = frozenset({
    "functools.wraps", "inspect.signature", "inspect.getfullargspec", "inspect.iscoroutinefunction",
    "inspect.isfunction", "inspect.ismethod", "inspect.isgeneratorfunction", "inspect.isasyncgenfunction",
    "inspect.getsource", "inspect.getdoc", "inspect.getmodule", "asyncio.iscoroutinefunction", "typing.get_type_hints",
    "builtins.callable", "builtins.isinstance", "builtins.hasattr", "builtins.id", "builtins.hash", "builtins.repr",
    *(f"{process}.{how}" for process in ("js:process", "node:process") for how in ("off", "removeListener")),
})  # fmt: skip
"""Functions that look at a function which they are given, and call it neither now nor later."""

AT_END = frozenset({
    "atexit.register", "signal.signal", "signal.sigaction",
    *(f"{process}.{how}" for process in ("js:process", "node:process") for how in ("on", "once", "addListener")),
})  # fmt: skip
"""Functions that keep what they are given for the end of the environment, and for no event:
https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-shutdown"""

STARTED = frozenset({"threading.Thread", "multiprocessing.Process", "multiprocessing.context.Process"})
"""Classes that run a `target` with `args` and `kwargs`."""

FIELDS = frozenset({"dataclasses.field", "pydantic.Field", "attr.ib", "attr.field", "attrs.field"})
"""Functions that tell the default of a field."""

DICTS = frozenset({
    "builtins.dict", "collections.UserDict", "collections.OrderedDict", "collections.defaultdict", "typing.Dict",
    "typing.OrderedDict", "typing.DefaultDict", "collections.Counter",
})  # fmt: skip
"""Classes that are dicts: so are those that a project makes of them."""

USER_DICT = "collections.UserDict"
"""One of them, whose objects have a dict as their attribute `data`."""

FILLING = frozenset({"collections.defaultdict", "typing.DefaultDict", "collections.Counter"})
"""Those of them that have something under any key."""

ATTRIBUTE_DICTS = frozenset({"munch.Munch", "munch.munchify", "box.Box", "addict.Dict", "dotmap.DotMap"})
"""Dicts of libraries whose items are their attributes too."""

LISTS = {
    "builtins.list": "list", "collections.UserList": "list", "typing.List": "list", "builtins.tuple": "tuple",
    "builtins.set": "set", "builtins.frozenset": "set", "typing.Set": "set", "collections.deque": "deque",
}  # fmt: skip
"""Classes that are lists, tuples and sets, by what they are."""

TYPED_DICTS = frozenset({"typing.TypedDict", "typing_extensions.TypedDict", "mypy_extensions.TypedDict"})
"""Bases of classes that only type a dict: to call one makes a dict."""

DEPLOYED = ("npm:aws-cdk-lib.Stack", "npm:aws-cdk-lib.Stage", "aws_cdk.Stack", "aws_cdk.Stage")
"""Classes of the CDK whose subclasses are made by what they are given to: a pipeline makes them for each stage."""

ASKED = frozenset({
    *("npm:@aws-amplify/backend.defineFunction", "npm:@aws-amplify/backend.defineAuth"),
    *("npm:@aws-amplify/backend.defineData", "npm:@aws-amplify/backend.defineStorage"),
    *("authorization", "js:$config"),
})  # fmt: skip
"""What programs that deploy something hand functions to, by themselves or in an object, and what calls these once."""

SETTINGS = frozenset({
    "pydantic_settings.BaseSettings", "pydantic_settings.main.BaseSettings", "pydantic.BaseSettings",
    "pydantic.v1.BaseSettings",
})  # fmt: skip
"""Classes whose objects have the values of environment variables for their fields."""

COPYING = SETTINGS | {
    "pydantic.BaseModel", "pydantic.main.BaseModel", "pydantic.v1.BaseModel", "pydantic.generics.GenericModel",
    "sqlmodel.SQLModel", "sqlmodel.main.SQLModel", "msgspec.Struct",
}  # fmt: skip
"""Classes whose objects have copies of the lists and dicts that are their fields' defaults, which attrs' have not:
https://docs.pydantic.dev/latest/concepts/fields/#mutable-default-values"""

OF_MODELS = frozenset({
    "model_validate", "model_validate_json", "model_validate_strings", "parse_obj", "parse_raw", "validate",
})  # fmt: skip
"""Methods of such classes that make an object of what has the form that is asked for, and raise where it has not."""

APPLICATIONS = frozenset({
    "chalice.Chalice", "chalice.app.Chalice",
    *(
        f"aws_lambda_powertools.event_handler.{module}{name}"
        for module in ("", "api_gateway.", "appsync.", "bedrock_agent.", "lambda_function_url.", "vpc_lattice.")
        for name in (
            "APIGatewayRestResolver", "APIGatewayHttpResolver", "ApiGatewayResolver", "ALBResolver", "AppSyncResolver",
            "LambdaFunctionUrlResolver", "VPCLatticeResolver", "VPCLatticeV2Resolver", "BedrockAgentResolver",
        )
    ),
})  # fmt: skip
"""Classes of applications that send an event to the function that is registered for it."""

OF_CHALICE = frozenset({"chalice.Chalice", "chalice.app.Chalice", "chalice.Blueprint", "chalice.app.Blueprint"})
APART = frozenset({
    "on_sqs_message", "on_s3_event", "on_sns_message", "on_kinesis_record", "on_dynamodb_record", "on_cw_event",
    "schedule", "authorizer", "on_ws_connect", "on_ws_message", "on_ws_disconnect", "lambda_function",
})  # fmt: skip
"""Applications of Chalice, and methods of theirs that make the handler of a function of its own, without routes."""
AS_IT_COMES = "lambda_function"
"""The one among them that gives the handler the event as it is; others make an object of it."""

EVENT_CLASS = "data_class"
"""The argument of a decorator that names the class which it makes of the event."""

ROUTERS = frozenset({
    "ninja.Router", "ninja.router.Router", "fastapi.APIRouter", "fastapi.routing.APIRouter",
    "flask.Blueprint", "chalice.Blueprint", "starlette.routing.Router", "sanic.Blueprint", "quart.Blueprint",
    "aws_lambda_powertools.event_handler.router.Router", "aws_lambda_powertools.event_handler.router.APIGatewayRouter",
    "aws_lambda_powertools.event_handler.api_gateway.Router", "npm:express.Router",
})  # fmt: skip
"""Classes of what has routes, and gets no request until something else is given it."""

ROUTES = frozenset({
    "get", "post", "put", "patch", "delete", "head", "options", "all", "route", "resolver", "onQuery", "onMutation",
})  # fmt: skip
"""Methods of applications that take a function for requests of one kind, one of several."""

ROUTING = ROUTES | {"use", "on", "onError", "handler", "before", "after", "notFound", "register", "addHook"}
"""Methods of applications that take a function for requests, in JavaScript."""

WEB_REQUEST, WEB_RESPONSE, WEB_CONTEXT = "web:request", "web:response", "web:context"
"""What applications of the web give their routes in JavaScript: the request that they make of the event, the object by
which it is answered, and, with Hono and Koa, one that stands for both."""
WEB_NEXT = "web:next"
"""What Express gives them to hand the request on by."""

WEB_PARTS = {
    "body": "body", "json": "body", "text": "body", "formData": "body", "parseBody": "body", "rawBody": "body",
    "query": "queryStringParameters", "queries": "queryStringParameters", "params": "pathParameters",
    "param": "pathParameters", "headers": "headers", "get": "headers", "header": "headers",
}  # fmt: skip
"""Attributes and methods of such requests, and the parts of the event that they are made of."""

CURRENT_EVENTS = frozenset({"current_event", "current_request"})
"""Attributes of applications that hold the event."""

REQUESTS = frozenset({"flask.request", "bottle.request"})
"""Objects that stand for the request that the event was made into."""

CONNECTED = frozenset({"readyState", "isInitialized", "isOpen", "isReady", "isConnected"})
"""Attributes and methods of connections in JavaScript that tell whether they are open: 1 or true."""

SHAPE_TESTS = frozenset({"re.match", "re.fullmatch", "re.search", "regex.match", "regex.fullmatch"})
"""Functions that tell whether a text has a shape."""

VALIDATORS = frozenset({
    "jsonschema.validate", "jsonschema.validators.validate", "fastjsonschema.validate",
    "aws_lambda_powertools.utilities.validation.validate",
    "aws_lambda_powertools.utilities.validation.validator.validate",
})  # fmt: skip
"""Functions that raise where a value is not as a schema wants it."""

PRESENCE_TESTS = frozenset({"js:Array.isArray", "js:Boolean"})
"""Functions that tell that a value is there, and nothing of what it holds."""

SCHEMAS = ("npm:zod", "npm:yup", "npm:joi", "npm:@hapi/joi", "npm:valibot", "npm:superstruct", "npm:io-ts")
"""Packages whose objects and functions raise where a value is not as a schema wants it."""
SCHEMA_METHODS = frozenset({
    "parse", "parseAsync", "assert", "validateSync", "validateAsync", "attempt", "npm:joi.attempt", "npm:valibot.parse",
    "npm:superstruct.assert",
})  # fmt: skip

_SAFE_SCHEMA_METHODS = frozenset({"safeParse", "safeParseAsync", "spa"})
"""Methods of such objects that say what is wrong, and raise nothing."""

VALIDATING_METHODS = frozenset({"relative_to"})
"""Methods that raise where what they are called on is not as they want it."""

SHAPE_TEST_METHODS = frozenset({
    "match", "fullmatch", "search", "test", "isdigit", "isnumeric", "isdecimal", "isalnum", "isalpha", "isidentifier",
    "is_relative_to",
})  # fmt: skip
"""Methods of texts, patterns and paths that do so."""

SCALAR_TYPES = frozenset({
    "builtins.int", "builtins.float", "builtins.bool", "decimal.Decimal", "uuid.UUID", "datetime.datetime",
    "datetime.date", "numbers.Number",
})  # fmt: skip
"""Types whose values cannot carry a text."""

ONE_SHOT = (
    "npm:cfn-response",
    "npm:cfn-custom-resource",
    "cfnresponse.",
    "crhelper.",
    "cfn_resource.",
    "cfn_lambda_handler.",
    "aws_cdk.custom_resources.",
)
"""Modules that only custom resources use, which run once for a deployment."""

PASSED_THROUGH = frozenset({
    "builtins.list", "builtins.tuple", "builtins.set", "builtins.frozenset", "builtins.sorted", "builtins.reversed",
    "builtins.iter", "copy.copy", "copy.deepcopy", "tqdm.tqdm",
})  # fmt: skip
"""Functions whose result has the items of their first argument."""

DATA_CLASSES = "aws_lambda_powertools.utilities.data_classes."
"""The module of Powertools' classes that stand around an event."""

DATA_CLASS_NAMES = {
    "records": "Records", "message_id": "messageId", "receipt_handle": "receiptHandle", "event_id": "eventID",
    "message_attributes": "messageAttributes", "sequence_number": "sequenceNumber",
    "path_parameters": "pathParameters", "query_string_parameters": "queryStringParameters",
    "http_method": "httpMethod", "json_body": "body", "request_context": "requestContext", "raw_event": "",
}  # fmt: skip
"""Attributes of Powertools' data classes, and the keys of the event that they read."""

UNSEEN = "unseen:"
"""How the name of an import in JavaScript begins that leads to nothing that is seen: it may be of the project.
Nothing else is its name where the program chooses it as it runs."""

DOCUMENT_CLIENT = "document_client"
"""What a client for plain values is noted as that JavaScript makes of one of DynamoDB: a method of that."""

CALLBACK = "lambda:callback"
"""What the runtime of Node.js gives a handler as its third argument."""

_CONTEXT = Piece(root="context")

STREAM = "lambda:stream"
"""What it gives a handler whose response is streamed as its second."""

STREAMING = ".streamifyResponse"
"""How the function is called that makes a handler one whose response is streamed."""

_NO_CLIENTS = frozenset({
    "Config", "Credentials", "Converter", "Endpoint", "HttpRequest", "HttpClient", "Service", "Signers", "Request",
    "Response", "XML", "JSON", "Model", "MetadataService", "TokenFileWebIdentityCredentials", "ManagedUpload",
})  # fmt: skip
"""Classes of version 2 of the SDK for JavaScript that are no clients."""


def client_class(name: str) -> str:
    """The service of a client's class, as the SDKs for JavaScript call it; "" for other names.

    `@aws-sdk/client-s3.S3Client` is `s3`, version 2's `aws-sdk.S3` and `aws-sdk/clients/s3` are `S3` and `s3`.
    """
    if name.startswith("@aws-sdk/client-"):
        package, _, made = name.removeprefix("@aws-sdk/client-").partition(".")
        return package if made[:1].isupper() and not made.endswith(("Command", "Exception", "Error")) else ""
    if name.startswith(("aws-sdk.", "aws-sdk/clients/")):
        parts = name.removeprefix("aws-sdk/clients/").removeprefix("aws-sdk.").split(".")
        inner = not name.startswith("aws-sdk.")
        is_class = (inner or parts[0][:1].isupper()) and parts[0] not in _NO_CLIENTS
        own = parts[1:] in ([], ["DocumentClient"]) or (inner and parts[1:2] != ["ManagedUpload"] and len(parts) == 2)
        return parts[0] if is_class and own and not parts[-1].endswith("Credentials") else ""
    return ""


_CHOICE = pattern(
    r"@aws-sdk/client-[\w-]+\.[A-Z]\w*(?<!Client)(?<!Command)(?<!Exception)\.([A-Z][A-Za-z0-9]*|[A-Z][A-Z0-9_]*)"
)


def sdk_choice(name: str) -> str | None:
    """What a choice of version 3 of the SDK for JavaScript stands for: "Event" for `InvocationType.Event`; None for
    other names.

    Names have an underscore for each character that no name can have: they are spelt as what they stand for where they
    have none, and in capitals, as `ALL_NEW`.
    """
    found = _CHOICE.fullmatch(name)
    return None if found is None else found[1]


_FETCHING = frozenset({
    "js:fetch", "npm:node-fetch", "npm:cross-fetch", "npm:isomorphic-fetch", "npm:axios", "npm:got", "npm:ky",
    "npm:undici.fetch", "npm:undici.request", "npm:request-promise", "npm:request-promise-native",
})  # fmt: skip
_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "request"})
_PROMISING = ("node:fs/promises.", "node:fs.promises.", "npm:fs-extra.")
_DRIVERS = (
    "npm:pg.",
    "npm:mysql2/promise.",
    "npm:ioredis",
    "npm:redis.",
    "npm:mongodb.",
    "npm:axios.create",
    "npm:got.extend",
)
LISTENING = frozenset({"on", "once", "addListener", "addEventListener", "prependListener"})
"""Methods that have a function be called whenever something comes to pass.

https://nodejs.org/api/events.html#class-eventemitter
"""
_NOT_PROMISING = LISTENING | frozenset({
    "emit", "off", "removeListener", "db", "collection", "find", "aggregate", "pipeline",
    "multi", "duplicate", "release", "end", "quit", "close", "destroy", "disconnect", "unref", "create", "extend",
    "use", "eject", "clear", "getUri",
})  # fmt: skip
"""Methods of drivers that give none, or that only put things away, and those of interceptors of axios.

https://axios-http.com/docs/interceptors
"""
_OF_CONTENT = frozenset({
    "at", "charAt", "concat", "endsWith", "entries", "every", "fill", "filter", "flat", "flatMap", "forEach", "getTime",
    "hasOwnProperty", "includes", "indexOf", "join", "lastIndexOf", "localeCompare", "map", "match", "matchAll",
    "padEnd", "padStart", "pop", "push", "reduce", "replace", "replaceAll", "reverse", "shift", "slice", "some", "sort",
    "splice", "split", "startsWith", "substr", "substring", "toFixed", "toISOString", "toLowerCase", "toString",
    "toUpperCase", "trim", "trimEnd", "trimStart", "unshift", "valueOf", "values",
})  # fmt: skip
"""Methods of the texts, lists and dates that a driver has answered with."""
_NEVER = _NOT_PROMISING | _OF_CONTENT


def gives_promise(call: Call) -> bool:
    """Whether a call in JavaScript starts work on its own, and gives a promise of it."""
    if call.receiver is not None:
        return origin_name(call.receiver).startswith(_DRIVERS) and call.name not in _NEVER
    made, _, name = call.name.rpartition(".")
    return (
        call.name in _FETCHING
        or (made in _FETCHING and name in _VERBS)
        or (call.name.startswith(_PROMISING) and not name.endswith("Sync"))
    )


LOG_METHODS = frozenset({
    "debug", "info", "warn", "warning", "error", "exception", "critical", "fatal", "log", "trace", "success",
})  # fmt: skip
METRIC_METHODS = frozenset({"put_metric_data", "add_metric", "addMetric", "add_dimension", "addDimension"})
METRIC_CLASSES = frozenset({"CloudWatchClient", "PutMetricDataCommand"})
"""Methods, and classes of the SDK for JavaScript, that publish a metric."""
METRIC_SCOPE = "npm:aws-embedded-metrics.metricScope"
"""Gives what a function makes of a logger of metrics: the handler."""
_LOGGERS = (
    "js:console.", "js:process.stdout.", "js:process.stderr.", "@aws-lambda-powertools/logger", "npm:pino",
    "npm:winston", "npm:bunyan", "npm:loglevel", "npm:lambda-log", "npm:@sentry/",
    "logging.", "structlog.", "loguru.", "aws_lambda_powertools.logging.", "aws_lambda_powertools.Logger", "console.",
)  # fmt: skip
_REPORTERS = (
    "@aws-lambda-powertools/metrics", "@aws-lambda-powertools/tracer", "npm:aws-xray-sdk", "npm:aws-embedded-metrics",
    "traceback.", "sentry_sdk.", "aws_lambda_powertools.metrics", "aws_lambda_powertools.tracing", "aws_xray_sdk.",
    "aws_lambda_powertools.Metrics", "aws_lambda_powertools.Tracer", "warnings.", "serverless_sdk.", "lumigo_tracer.",
    "ddtrace.", "datadog_lambda.metric.", "newrelic.agent.",
)  # fmt: skip
_PURE = (
    "js:JSON.", "js:Object.", "js:Date", "js:Math.", "js:String", "js:Number", "js:Boolean", "js:Array", "js:parseInt",
    "js:parseFloat", "js:Error", "js:TypeError", "js:RangeError", "js:Buffer", "js:encodeURI", "js:decodeURI",
    "js:RegExp", "js:Map", "js:Set", "js:Symbol", "js:URL", "js:BigInt", "js:isNaN", "js:structuredClone", "js:typeof",
    "js:Promise.", "js:TextDecoder", "js:TextEncoder", "npm:@smithy/util-utf8", "npm:@aws-sdk/util-utf8",
    "js:process.env", "node:path.", "node:crypto.", "node:querystring.", "node:util.", "node:url.", "node:os.",
    "npm:uuid", "npm:nanoid", "npm:ulid", "npm:moment", "npm:dayjs", "npm:date-fns", "npm:luxon", "npm:lodash",
    "npm:yn",
    "json.", "datetime.", "time.", "sys.exc_info", "uuid.", "inspect.", "os.path.", "os.environ", "base64.",
    "urllib.parse.", "decimal.", "re.", "copy.", "pprint.", "math.", "hashlib.", "collections.", "dataclasses.",
    "distutils.util.strtobool", "setuptools.distutils.util.strtobool", "ast.literal_eval",
)  # fmt: skip


def is_environment(value: Value) -> bool:
    """Whether a value is the whole environment: `os.environ`."""
    return isinstance(value, Imported) and value.name in ENVIRONMENT


def origin_name(value: Value) -> str:

    while True:
        match value:
            case Imported(name):
                return name
            case Result(call):
                if call.receiver is None:
                    return call.name
                value = call.receiver
            case Member(of):
                value = of
            case _:
                return ""


def base_name(of: Class) -> str:
    """The name of the first base of a class that comes from outside the project."""
    for base in of.bases:
        name = base_name(base) if isinstance(base, Class) else origin_name(base)
        if name:
            return name
    return ""


def as_written(name: str) -> str:
    """A name as a program writes it that imports it: `npm:axios.get` is `axios.get`."""
    for prefix in ("builtins.", "npm:", "node:", "js:"):
        name = name.removeprefix(prefix)
    return name


def means_done_before(exception: str) -> bool:
    """Whether an exception says that a record was processed before: skipping it loses nothing."""
    name = exception.rpartition(".")[2]
    return any(word in name for word in ("ConditionalCheckFailed", "AlreadyExists", "Duplicate", "Idempoten"))


def _is_loggers(name: str) -> bool:
    """Whether an imported name is a method of what a package, as an organization's own, calls its logger."""
    of, _, method = name.rpartition(".")
    return method in LOG_METHODS and of.rpartition(".")[2].lower().endswith(("logger", "logging"))


def is_log(call: Call) -> bool:
    """Whether a call only tells somebody: a log, a metric, a trace."""
    if call.receiver is None:
        known = call.name == "builtins.print" or call.name.startswith(_LOGGERS + _REPORTERS)
        return known or _is_loggers(call.name)
    if call.name in LOG_METHODS:
        return True
    return origin_name(call.receiver).startswith(_LOGGERS + _REPORTERS)


def is_validation(call: Call) -> bool:
    """Whether a call asks a schema whether a value is as it wants it, and raises where that is not so."""
    origin = call.name if call.receiver is None else origin_name(call.receiver)
    return call.name in SCHEMA_METHODS and origin.startswith(SCHEMAS)


def describes(call: Call) -> bool:
    """Whether a call only says what a schema wants, and asks nothing of any value yet."""
    if call.name in SCHEMA_METHODS or call.name in _SAFE_SCHEMA_METHODS:
        return False
    return (call.name if call.receiver is None else origin_name(call.receiver)).startswith(SCHEMAS)


def is_checked_event(value: Value) -> bool:
    """Whether a value is the event after a schema was asked about it: what `parse` gives, or `data` of `safeParse`."""
    if isinstance(value, Member) and value.key == "data" and isinstance(value.of, Result):
        of, names = value.of.call, _SAFE_SCHEMA_METHODS
    elif isinstance(value, Result):
        of, names = value.call, SCHEMA_METHODS
    else:
        return False
    return (
        of.receiver is not None
        and of.name in names
        and origin_name(of.receiver).startswith(SCHEMAS)
        and Piece() in of.arguments[:1]
    )


def is_pure(call: Call) -> bool:
    """Whether a call changes nothing outside the program."""
    try:
        return call.pure
    except AttributeError:  # It is asked of the same calls again and again, also while a program is followed.
        pass
    if call.name == CALLBACK:
        # An answer that is no error.
        pure = not call.arguments or call.arguments[0] == Constant(None)
    elif call.name in ("fail", "done") and call.receiver == _CONTEXT:
        pure = False
    elif call.receiver is None:
        pure = call.name.startswith(_PURE) or (call.name.startswith("builtins.") and call.name != "builtins.open")
    else:
        pure = settled = True
        for each in origins(call.receiver):
            if isinstance(each, Imported):
                pure = each.name.startswith(_PURE_ORIGINS)
            elif isinstance(each, Result):
                pure = each.call.receiver is not None or each.call.name.startswith(_PURE_ORIGINS)
            elif isinstance(each, Mapping | Sequence):
                settled = False  # The program may put something else into it.
            if not pure:
                break
        if not settled:
            return pure
    return call.keep_pure(pure)


_PURE_ORIGINS = (*_PURE, "builtins.")


TYPES = {
    **dict.fromkeys(("builtins.str", "builtins.repr", "builtins.format", "builtins.ascii", "json.dumps"),
                    "builtins.str"),
    **dict.fromkeys(("builtins.len", "builtins.int", "builtins.ord", "builtins.hash"), "builtins.int"),
    **dict.fromkeys(("builtins.bytes", "base64.b64encode", "base64.b64decode", "gzip.compress", "gzip.decompress",
                     "zlib.compress", "zlib.decompress"), "builtins.bytes"),
    **dict.fromkeys(("io.BytesIO", "io.StringIO", "builtins.open", "builtins.bytearray", "builtins.memoryview",
                     "decimal.Decimal", "uuid.uuid4", "uuid.UUID", "pathlib.Path", "datetime.datetime.now",
                     "datetime.datetime.utcnow", "datetime.datetime", "datetime.date.today", "datetime.date"), ""),
    **dict.fromkeys(("js:JSON.stringify", "js:String", "node:crypto.randomUUID"), "string"),
    **dict.fromkeys(("js:Buffer.from", "js:Buffer.concat", "js:Buffer.alloc", "node:crypto.randomBytes",
                     "node:zlib.gzipSync", "node:zlib.gunzipSync", "node:zlib.deflateSync",
                     "node:zlib.inflateSync"), "Buffer"),
    **dict.fromkeys(("node:fs.createReadStream", "js:Date", "js:RegExp", "js:URL", "js:Blob"), "object"),
}  # fmt: skip
"""The type of what functions give: of Python a built-in one, or "" for another that is none; of JavaScript as `typeof`
has it, and `Buffer`."""
