"""Small programs, and the facts expected of them."""

from textwrap import dedent

import pytest

from lambdalint.code.evaluate import evaluate, run
from lambdalint.code.facts import REBOUND, Handler
from lambdalint.code.modules import Modules
from lambdalint.code.parsed import Parsed
from lambdalint.code.value import (
    ABSENT,
    AWAITED,
    ENTERED,
    KEPT,
    Call,
    Caught,
    Constant,
    Environment,
    Piece,
    Result,
    Unknown,
    options,
    origins,
)
from lambdalint.meaning import responses, sdk
from lambdalint.source import Texts


def follow(program: str, name: str = "handler", **modules: str) -> Handler:
    texts = {"app.py": dedent(program)} | {
        f"{key.replace('__', '/')}.py": dedent(text) for key, text in modules.items()
    }
    sources, parsed = Texts(texts), Parsed()
    module = parsed.module(sources.read("app.py"))
    assert module is not None, parsed.unreadable
    handler = evaluate(module, "app", "", name, Modules(sources, ("",), parsed))
    assert handler is not None
    return handler


def repeated(program: str, **modules: str) -> list[str]:
    """`line:service` of the clients that are made again at every event."""
    found = []
    for call in follow(program, **modules).invocation_calls:
        client = sdk.client(call)
        if client is not None and client.shared:
            found.append(f"{call.span.line}:{client.service}")
    return found


class TestMadeEveryTime:
    def test_in_the_handler(self) -> None:
        assert repeated("""
            import boto3
            def handler(event, context):
                boto3.client("s3")
        """) == ["4:s3"]  # fmt: skip

    def test_by_another_name(self) -> None:
        assert repeated("""
            from boto3 import client as make
            import boto3 as aws
            def handler(event, context):
                make("s3")
                aws.resource("dynamodb")
        """) == ["5:s3", "6:dynamodb"]  # fmt: skip

    def test_in_a_function_that_the_handler_reaches(self) -> None:
        assert repeated("""
            import boto3
            def inner():
                return boto3.client("s3")
            def outer():
                return inner()
            def handler(event, context):
                outer()
        """) == ["4:s3"]  # fmt: skip

    def test_in_a_function_within_the_handler(self) -> None:
        assert repeated("""
            import boto3
            def handler(event, context):
                def inner():
                    return boto3.client("s3")
                return inner()
        """) == ["5:s3"]  # fmt: skip

    def test_in_a_module_of_the_project(self) -> None:
        assert repeated(
            """
            from lib.store import save
            def handler(event, context):
                save(event)
            """,
            lib__store="""
            import boto3
            def save(item):
                boto3.resource("dynamodb").Table("t").put_item(Item=item)
            """,
        ) == ["4:dynamodb"]

    def test_in_a_package_by_a_relative_import(self) -> None:
        assert repeated(
            """
            from lib import api
            def handler(event, context):
                api.call()
            """,
            lib____init__="",
            lib__api="from .deep.store import save\ndef call():\n    save()\n",
            lib__deep__store="import boto3\nfrom ..names import NAME\ndef save():\n    boto3.client(NAME)\n",
            lib__names="NAME = 's3'\n",
        ) == ["4:s3"]

    def test_in_the_constructor_of_what_the_handler_makes(self) -> None:
        assert repeated("""
            import boto3
            class Store:
                def __init__(self, name):
                    self.client = boto3.client(name)
            def handler(event, context):
                Store("s3")
        """) == ["5:s3"]  # fmt: skip

    def test_in_a_base_class(self) -> None:
        assert repeated("""
            import boto3
            class Base:
                def __init__(self):
                    self.client = boto3.client("s3")
            class Store(Base):
                def __init__(self):
                    super().__init__()
            def handler(event, context):
                Store()
        """) == ["5:s3"]  # fmt: skip

    def test_in_the_base_class_of_a_base_class_that_is_called_on(self) -> None:
        assert repeated("""
            import boto3
            class Base:
                def __init__(self):
                    self.client = boto3.client("s3")
            class Store(Base):
                def __init__(self):
                    super().__init__()
            class Orders(Store):
                pass
            def handler(event, context):
                Orders()
        """) == ["5:s3"]  # fmt: skip

    def test_in_the_body_of_a_class_within_the_handler(self) -> None:
        assert repeated("""
            import boto3
            def handler(event, context):
                class Store:
                    client = boto3.client("s3")
        """) == ["5:s3"]  # fmt: skip

    def test_in_a_wrapper_of_the_project(self) -> None:
        assert repeated("""
            import boto3, functools
            def traced(function):
                @functools.wraps(function)
                def inner(event, context):
                    boto3.client("xray")
                    return function(event, context)
                return inner
            @traced
            def handler(event, context):
                boto3.client("s3")
        """) == ["6:xray", "11:s3"]  # fmt: skip

    def test_under_a_decorator_from_elsewhere(self) -> None:
        assert repeated("""
            import boto3
            from aws_lambda_powertools import Logger
            logger = Logger()
            @logger.inject_lambda_context(log_event=True)
            def handler(event, context):
                boto3.client("s3")
        """) == ["7:s3"]  # fmt: skip

    def test_in_a_function_that_a_library_calls_back(self) -> None:
        assert repeated("""
            import boto3
            from concurrent.futures import ThreadPoolExecutor
            def work(item):
                boto3.client("s3")
            def handler(event, context):
                with ThreadPoolExecutor() as pool:
                    pool.map(work, event["items"])
        """) == ["5:s3"]  # fmt: skip

    def test_in_a_route_of_a_framework(self) -> None:
        assert repeated("""
            import boto3
            from aws_lambda_powertools.event_handler import APIGatewayRestResolver
            app = APIGatewayRestResolver()
            @app.get("/orders")
            def orders():
                return boto3.client("s3").list_buckets()
            def handler(event, context):
                return app.resolve(event, context)
        """) == ["7:s3"]  # fmt: skip

    def test_behind_an_adapter(self) -> None:
        assert repeated("""
            import boto3
            from fastapi import FastAPI
            from mangum import Mangum
            app = FastAPI()
            @app.get("/orders")
            async def orders():
                return boto3.client("s3").list_buckets()
            handler = Mangum(app)
        """) == ["8:s3"]  # fmt: skip

    def test_in_a_router_that_an_application_is_given(self) -> None:
        assert repeated("""
            import boto3
            from fastapi import APIRouter, FastAPI
            from mangum import Mangum
            router = APIRouter()
            @router.get("/orders")
            async def orders():
                return boto3.client("s3").list_buckets()
            app = FastAPI()
            app.include_router(router, prefix="/v1")
            handler = Mangum(app)
        """) == ["8:s3"]  # fmt: skip

    def test_in_a_route_whose_decorator_is_called(self) -> None:
        assert repeated("""
            import boto3
            from aws_lambda_powertools.event_handler import APIGatewayRestResolver
            app = APIGatewayRestResolver()
            def orders():
                return boto3.client("s3").list_buckets()
            app.get("/orders")(orders)
            def handler(event, context):
                return app.resolve(event, context)
        """) == ["6:s3"]  # fmt: skip

    def test_not_in_a_router_that_nothing_is_given(self) -> None:
        assert repeated("""
            import boto3
            from ninja import Router
            router = Router()
            @router.get("/orders")
            def orders(request):
                return boto3.client("s3").list_buckets()
            def price(order):
                return order["price"]
            def handler(event, context):
                return price(event["order"])
        """) == []  # fmt: skip

    @pytest.mark.parametrize(
        "way",
        [
            "x = [boto3.client('s3') for _ in range(3)]",
            "x = {'a': boto3.client('s3')}",
            "x = boto3.client('s3') if event else None",
            "x = event or boto3.client('s3')",
            "x = (lambda: boto3.client('s3'))()",
            "with boto3.client('s3') as x: pass",
            "if (x := boto3.client('s3')): pass",
            "return boto3.client('s3')",
            "raise ValueError(boto3.client('s3'))",
            "print(f\"{boto3.client('s3')}\")",
            "assert boto3.client('s3')",
            "match event:\n        case {'a': 1}: boto3.client('s3')",
            "while boto3.client('s3'): break",
            "try: pass\n    finally: boto3.client('s3')",
            "try: f()\n    except boto3.client('s3').exceptions.NoSuchKey: pass",
            "x: object = boto3.client('s3')",
            "x = y = boto3.client('s3')",
            "yield boto3.client('s3')",
            "x = boto3.client('s3')[0].a.b(c)(d)",
        ],
    )
    def test_wherever_the_expression_stands(self, way: str) -> None:
        assert [each.partition(":")[2] for each in repeated(f"import boto3\ndef handler(event, context):\n    {way}\n")] == ["s3"]  # fmt: skip

    def test_of_an_object_that_each_event_makes_the_cached_property_is_made_each_time(self) -> None:
        assert repeated("""
            import boto3
            from functools import cached_property
            class Store:
                @cached_property
                def client(self):
                    return boto3.client("s3")
            def handler(event, context):
                Store().client.list_buckets()
        """) == ["7:s3"]  # fmt: skip

    def test_behind_a_flag_that_is_no_guard(self) -> None:
        assert repeated("""
            import boto3
            DEBUG = False
            def handler(event, context):
                if not DEBUG:
                    client = boto3.client("s3")
        """) == ["6:s3"]  # fmt: skip

    def test_session_and_its_client(self) -> None:
        assert repeated("""
            import boto3
            def handler(event, context):
                session = boto3.session.Session()
                session.client(service_name="secretsmanager", region_name="eu-west-1")
        """) == ["4:", "5:secretsmanager"]  # fmt: skip


class TestMadeOnce:
    @pytest.mark.parametrize(
        "program",
        [
            "client = boto3.client('s3')\ndef handler(event, context):\n    client.list_buckets()",
            "def handler(event, context, client=boto3.client('s3')):\n    client.list_buckets()",
            "class Store:\n    client = boto3.client('s3')\ndef handler(event, context):\n    Store().client",
            "class Store:\n    def __init__(self): self.c = boto3.client('s3')\nstore = Store()\ndef handler(event, context):\n    store.c",
            "if __name__ == '__main__':\n    boto3.client('s3')\ndef handler(event, context): pass",
            "def unused():\n    boto3.client('s3')\ndef handler(event, context): pass",
        ],
    )
    def test_at_init_or_never(self, program: str) -> None:
        assert repeated(f"import boto3\n{program}\n") == []

    @pytest.mark.parametrize(
        "body",
        [
            "if kept is None: kept = boto3.client('s3')",
            "if not kept: kept = boto3.client('s3')",
            "if kept is None or expired(): kept = boto3.client('s3')",
            "if event and kept is None:\n        kept = boto3.client('s3')",
            "if kept is not None: return kept\n    kept = boto3.client('s3')",
            "if kept: return kept\n    kept = boto3.client('s3')",
            "kept = kept or boto3.client('s3')",
            "kept = boto3.client('s3') if kept is None else kept",
            "kept = kept if kept else boto3.client('s3')",
            "if kept is None:\n        session = boto3.Session()\n        kept = session.client('s3')",
            "try: kept\n    except NameError: kept = boto3.client('s3')",
            "if (c := kept) is None: kept = c = boto3.client('s3')",
        ],
    )
    def test_behind_a_guard_on_a_global(self, body: str) -> None:
        assert repeated(f"import boto3\nkept = None\ndef handler(event, context):\n    global kept\n    {body}\n") == []

    @pytest.mark.parametrize(
        "body",
        [
            "if 's3' not in KEPT: KEPT['s3'] = boto3.client('s3')",
            "if KEPT.get('s3') is None: KEPT['s3'] = boto3.client('s3')",
            "if not KEPT: KEPT['s3'] = boto3.client('s3')",
            "client = KEPT.get('s3')\n    if client is None:\n        client = KEPT['s3'] = boto3.client('s3')",
            "client = KEPT.get('s3')\n    if not client:\n        client = boto3.client('s3')\n        KEPT['s3'] = client",
            "try: return KEPT['s3']\n    except KeyError:\n        KEPT['s3'] = boto3.client('s3')",
            "if 's3' in KEPT: return KEPT['s3']\n    KEPT['s3'] = boto3.client('s3')",
        ],
    )
    def test_kept_in_a_global_mapping(self, body: str) -> None:
        assert repeated(f"import boto3\nKEPT = {{}}\ndef handler(event, context):\n    {body}\n") == []

    @pytest.mark.parametrize("cache", ["lru_cache", "lru_cache(maxsize=None)", "cache"])
    def test_in_a_cached_function(self, cache: str) -> None:
        assert repeated(f"""
            import boto3
            from functools import cache, lru_cache
            @{cache}
            def client(name):
                return boto3.client(name)
            def handler(event, context):
                client("s3")
        """) == []  # fmt: skip

    @pytest.mark.parametrize(
        "body",
        [
            "if self._client is None: self._client = boto3.client('s3')\n        return self._client",
            "if not self._client: self._client = boto3.client('s3')\n        return self._client",
            "if self._client: return self._client\n        self._client = boto3.client('s3')\n        return self._client",
            "self._client = self._client or boto3.client('s3')\n        return self._client",
            "if not hasattr(self, '_c'): self._c = boto3.client('s3')\n        return self._c",
        ],
    )
    def test_kept_in_an_object_made_at_init(self, body: str) -> None:
        assert repeated(f"""
import boto3
class Store:
    _client = None
    @property
    def client(self):
        {body}
store = Store()
def handler(event, context):
    store.client.list_buckets()
""") == []  # fmt: skip

    def test_kept_in_a_class(self) -> None:
        assert repeated("""
            import boto3
            class Store:
                _client = None
                @classmethod
                def client(cls):
                    if cls._client is None:
                        cls._client = boto3.client("s3")
                    return cls._client
            def handler(event, context):
                Store.client().list_buckets()
        """) == []  # fmt: skip

    def test_in_a_singleton(self) -> None:
        assert repeated("""
            import boto3
            class Store:
                _instance = None
                def __new__(cls):
                    if cls._instance is None:
                        cls._instance = super().__new__(cls)
                        cls._instance.client = boto3.client("s3")
                    return cls._instance
            def handler(event, context):
                Store()
        """) == []  # fmt: skip

    def test_by_a_guarded_function_that_others_call(self) -> None:
        assert (
            repeated(
                """
            import lib
            def handler(event, context):
                lib.client().list_buckets()
            """,
                lib="""
            import boto3
            _client = None
            def make():
                return boto3.client("s3")
            def client():
                global _client
                if _client is None:
                    _client = make()
                return _client
            """,
            )
            == []
        )

    @pytest.mark.parametrize(
        "arguments",
        [
            "'s3', region_name=event['region']",
            "'s3', event['region']",
            "'s3', endpoint_url=f\"https://{event['domain']}\"",
            "'s3', aws_access_key_id=assume()['AccessKeyId'], aws_secret_access_key=x",
            "'s3', **options(event)",
            "event['service']",
            "'s3', region_name=boto3.session.Session().region_name",
        ],
    )
    def test_different_for_each_event(self, arguments: str) -> None:
        found = repeated(f"""
            import boto3
            from elsewhere import assume, options, x
            def handler(event, context):
                boto3.client({arguments})
        """)  # fmt: skip
        assert "5:s3" not in found

    def test_of_a_session_with_assumed_credentials(self) -> None:
        assert repeated("""
            import boto3
            sts = boto3.client("sts")
            def handler(event, context):
                credentials = sts.assume_role(RoleArn=event["role"], RoleSessionName="x")["Credentials"]
                session = boto3.Session(aws_access_key_id=credentials["AccessKeyId"])
                session.client("s3").list_buckets()
        """) == []  # fmt: skip

    @pytest.mark.parametrize(
        "body",
        [
            "for region in REGIONS:\n        boto3.client('ec2', region_name=region)",
            "for region in REGIONS:\n        name = region['RegionName']\n        boto3.client('ec2', region_name=name)",
            "return [boto3.client('ec2', region_name=region) for region in REGIONS]",
        ],
    )
    def test_for_each_of_the_regions_found_at_init(self, body: str) -> None:
        program = "import boto3\nREGIONS = boto3.client('ec2').describe_regions()['Regions']"
        assert repeated(f"{program}\ndef handler(event, context):\n    {body}\n") == []

    @pytest.mark.parametrize(
        "body",
        [
            "try: connection.ping()\n    except Exception: connection = boto3.client('s3')",
            "if connection is None: connection = boto3.client('s3')\n    try: connection.get()\n    except KeyError: connection = boto3.client('s3')",
        ],
    )
    def test_when_what_was_kept_is_broken(self, body: str) -> None:
        program = "import boto3\nconnection = None\ndef handler(event, context):\n    global connection\n    "
        assert repeated(f"{program}{body}\n") == []

    def test_for_each_region(self) -> None:
        assert repeated("""
            import boto3
            def handler(event, context):
                for region in ["eu-west-1", "us-east-1"]:
                    boto3.client("ec2", region_name=region)
        """) == []  # fmt: skip


class TestReturns:
    def reports(self, program: str, **modules: str) -> tuple[bool, bool | None]:
        """Whether some return surely reports failures, and whether all returns together may."""
        handler = follow(program, **modules)
        surely = any(responses.reports_failures(each.value) for each in handler.returns)
        answers = {responses.may_report(each.value) for each in handler.returns}
        return surely, True if True in answers else None if None in answers else False

    def test_a_list_that_failures_are_added_to(self) -> None:
        assert self.reports("""
            def handler(event, context):
                failures = []
                for record in event["Records"]:
                    try:
                        work(record)
                    except Exception:
                        failures.append({"itemIdentifier": record["messageId"]})
                return {"batchItemFailures": failures}
        """) == (True, True)  # fmt: skip

    def test_a_list_that_is_always_empty(self) -> None:
        assert self.reports("""
            def handler(event, context):
                return {"batchItemFailures": []}
        """) == (False, True)  # fmt: skip

    @pytest.mark.parametrize(
        "body",
        [
            "response = {}\n    response['batchItemFailures'] = [{'itemIdentifier': x} for x in event]\n    return response",
            "response = {'batchItemFailures': []}\n    response['batchItemFailures'].append(event)\n    return response",
            "return dict(batchItemFailures=[event])",
            "return {**{'batchItemFailures': [event]}}",
            "return make([event])",
            "failures = [event]\n    return make(failures) if failures else None",
        ],
    )
    def test_built_in_steps(self, body: str) -> None:
        assert self.reports(f"""
def make(failures):
    return {{"batchItemFailures": failures}}
def handler(event, context):
    {body}
""")[0]  # fmt: skip

    def test_nothing_is_returned(self) -> None:
        assert self.reports("def handler(event, context):\n    print(event)\n") == (False, False)

    def test_another_shape_is_returned(self) -> None:
        assert self.reports("""
            def handler(event, context):
                return {"statusCode": 200}
        """) == (False, False)  # fmt: skip

    def test_what_code_from_elsewhere_returns_is_not_known(self) -> None:
        assert self.reports("""
            from elsewhere import process
            def handler(event, context):
                return process(event)
        """) == (False, None)  # fmt: skip

    def test_powertools(self) -> None:
        assert self.reports("""
            from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
            processor = BatchProcessor(event_type=EventType.SQS)
            def record_handler(record): ...
            def handler(event, context):
                return process_partial_response(event=event, record_handler=record_handler, processor=processor)
        """) == (True, True)  # fmt: skip

    def test_the_response_of_a_processor(self) -> None:
        assert self.reports("""
            from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, batch_processor
            processor = BatchProcessor(event_type=EventType.SQS)
            def record_handler(record): ...
            @batch_processor(record_handler=record_handler, processor=processor)
            def handler(event, context):
                return processor.response()
        """) == (True, True)  # fmt: skip


SWALLOWING = [
    "try: work(record)\n        except Exception as error: print(error)",
    "try: work(record)\n        except Exception: logger.exception('failed')",
    "try: work(record)\n        except: pass",
    "try: work(record)\n        except KeyError: continue",
    "try: work(record)\n        except Exception as error:\n            count += 1\n            logger.error(count)",
    "try: work(record)\n        except Exception as error: errors.append(str(error))",
    "try:\n            body = json.loads(record['body'])\n            work(body)\n        except Exception as error: print(error)",
]

KEEPING = [
    "work(record)",
    "try: work(record)\n        except Exception: raise",
    "try: work(record)\n        except Exception as error: raise RuntimeError from error",
    "try: work(record)\n        except Exception: failures.append({'itemIdentifier': record['messageId']})",
    "try: work(record)\n        except Exception: sqs.send_message(QueueUrl='dlq', MessageBody=record['body'])",
    "try: work(record)\n        except Exception: park(record)",
    "try: work(record)\n        except Exception: failed = True",
    "try: name = record['name']\n        except KeyError: name = 'nobody'\n        work(name)",
    "work(record)\n        try: tell(record)\n        except Exception: pass\n        done(record)",
    "try: work(record)\n        except Exception as error:\n            if fatal(error): raise",
]


def swallows(loop: str) -> bool:
    handler = follow(f"""
import json, logging, boto3
from elsewhere import work, park, tell, done, fatal
sqs = boto3.client("sqs")
logger = logging.getLogger()
def handler(event, context):
    failures, errors, count, failed = [], [], 0, False
    for record in event["Records"]:
        {loop}
    if failed:
        raise RuntimeError
    return {{"batchItemFailures": failures}}
""")
    return any(clause.swallows for clause in handler.catches)


class TestCatches:
    @pytest.mark.parametrize("loop", SWALLOWING)
    def test_a_log_is_all_that_remains(self, loop: str) -> None:
        assert swallows(loop)

    @pytest.mark.parametrize("loop", KEEPING)
    def test_something_is_done_about_it(self, loop: str) -> None:
        assert not swallows(loop)

    def test_in_the_function_that_a_record_is_left_to(self) -> None:
        handler = follow("""
            from elsewhere import work
            def process(record):
                try:
                    work(record)
                except Exception as error:
                    print(error)
            def handler(event, context):
                for record in event["Records"]:
                    process(record)
        """)  # fmt: skip
        assert [(clause.span.line, clause.swallows) for clause in handler.catches] == [(6, True)]

    def test_in_a_function_whose_answer_is_looked_at(self) -> None:
        handler = follow("""
            from elsewhere import work
            def process(record):
                try:
                    work(record)
                    return True
                except Exception as error:
                    return False
            def handler(event, context):
                failures = []
                for record in event["Records"]:
                    if not process(record):
                        failures.append(record["messageId"])
                return failures
        """)  # fmt: skip
        assert not any(clause.swallows for clause in handler.catches)

    def test_in_the_record_handler_of_powertools(self) -> None:
        handler = follow("""
            from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
            from elsewhere import work
            processor = BatchProcessor(event_type=EventType.SQS)
            def record_handler(record):
                try:
                    work(record)
                except Exception as error:
                    print(error)
            def handler(event, context):
                return process_partial_response(event, record_handler, processor)
        """)  # fmt: skip
        assert [clause.swallows for clause in handler.catches] == [True]

    def test_outside_of_the_records_nothing_is_swallowed(self) -> None:
        handler = follow("""
            from elsewhere import work
            def handler(event, context):
                for item in event["items"]:
                    try:
                        work(item)
                    except Exception:
                        pass
        """)  # fmt: skip
        assert not any(clause.swallows for clause in handler.catches)


class TestCatchesInSteps:
    """Failures that are noted elsewhere than in the clause's own function."""

    @pytest.mark.parametrize(
        "program",
        [
            # The response is handed to a helper.
            """
def process(record, out):
    try: work(record)
    except Exception: out["batchItemFailures"].append({"itemIdentifier": record["messageId"]})
def handler(event, context):
    out = {"batchItemFailures": []}
    for record in event["Records"]:
        process(record, out)
    return out
""",
            # A list of the module.
            """
failures = []
def process(record):
    try: work(record)
    except Exception: failures.append({"itemIdentifier": record["messageId"]})
def handler(event, context):
    for record in event["Records"]:
        process(record)
    return {"batchItemFailures": failures}
""",
            # A method that notes it.
            """
class Batch:
    def __init__(self): self.failed = []
    def fail(self, record): self.failed.append({"itemIdentifier": record["messageId"]})
    def run(self, records):
        for record in records:
            try: work(record)
            except Exception: self.fail(record)
        return {"batchItemFailures": self.failed}
def handler(event, context):
    return Batch().run(event["Records"])
""",
            # A helper that notes it in a list of the handler's.
            """
def note(failures, record): failures.append({"itemIdentifier": record["messageId"]})
def handler(event, context):
    failures = []
    for record in event["Records"]:
        try: work(record)
        except Exception: note(failures, record)
    return {"batchItemFailures": failures}
""",
            # What succeeded is noted, and the rest returned.
            """
def handler(event, context):
    left = {record["messageId"] for record in event["Records"]}
    for record in event["Records"]:
        try:
            work(record)
            left.discard(record["messageId"])
        except Exception as error: print(error)
    return {"batchItemFailures": [{"itemIdentifier": each} for each in left]}
""",
            """
def handler(event, context):
    done = []
    for record in event["Records"]:
        try:
            work(record)
            done.append(record["messageId"])
        except Exception as error: print(error)
    return {"batchItemFailures": [{"itemIdentifier": r["messageId"]} for r in event["Records"] if r["messageId"] not in done]}
""",
            # A helper that always raises.
            """
def give_up(error): raise RuntimeError from error
def handler(event, context):
    for record in event["Records"]:
        try: work(record)
        except Exception as error: give_up(error)
""",
            # What was done before is skipped.
            """
def handler(event, context):
    for record in event["Records"]:
        try: table.put_item(Item=record, ConditionExpression="attribute_not_exists(id)")
        except table.meta.client.exceptions.ConditionalCheckFailedException: print("again")
""",
            # Tidying up afterwards.
            """
def handler(event, context):
    for record in event["Records"]:
        work(record)
        try: os.remove("/tmp/file")
        except OSError: pass
""",
            # A failure while a failure is handled.
            """
def handler(event, context):
    failures = []
    for record in event["Records"]:
        try: work(record)
        except Exception:
            failures.append({"itemIdentifier": record["messageId"]})
            try: tell(record)
            except Exception: print("not told")
    return {"batchItemFailures": failures}
""",
        ],
    )
    def test_they_are_not_swallowed(self, program: str) -> None:
        handler = follow(f"import os\nfrom elsewhere import work, tell, table\n{program}")
        assert not any(clause.swallows for clause in handler.catches)

    def test_a_result_noted_in_either_case_tells_nobody(self) -> None:
        handler = follow("""
            from elsewhere import work
            def handler(event, context):
                results = []
                for record in event["Records"]:
                    try:
                        work(record)
                        results.append({"id": record["messageId"], "ok": True})
                    except Exception as error:
                        results.append({"id": record["messageId"], "ok": False})
                return {"statusCode": 200, "body": results}
        """)  # fmt: skip
        assert [clause.swallows for clause in handler.catches] == [True]


class TestRecords:
    @pytest.mark.parametrize(
        "body",
        [
            "for record in event['Records']: print(record)",
            "for record in event.get('Records', []): print(record)",
            "records = event['Records']\n    for i, record in enumerate(records): print(record)",
            "for i in range(len(event['Records'])): print(event['Records'][i])",
            "[print(record) for record in event['Records']]",
            "list(map(print, event['Records']))",
            "work(event)",
            "work(event['Records'])",
            "event['Records'][1]",
            "len(event['Records'])",
        ],
    )
    def test_all_may_be_used(self, body: str) -> None:
        handler = follow(
            f"from elsewhere import work\ndef handler(event, context):\n    event['Records'][0]\n    {body}\n"
        )
        assert responses.uses_all_records(handler)

    @pytest.mark.parametrize(
        "body",
        [
            "record = event['Records'][0]\n    work(record['body'])",
            "records = event['Records']\n    work(records[0])",
            "print(event)\n    work(event['Records'][0])",
            "for line in event['Records'][0]['body']: work(line)",
        ],
    )
    def test_only_the_first_is_used(self, body: str) -> None:
        handler = follow(f"from elsewhere import work\ndef handler(event, context):\n    {body}\n")
        assert not responses.uses_all_records(handler)
        assert any(read.path == ("Records", 0) for read in handler.reads)


class TestEventReads:
    @pytest.mark.parametrize(
        ("body", "optional", "conditional", "uncertain"),
        [
            ("event['a']", False, False, False),
            ("event.get('a')", True, False, False),
            ("event.a", False, False, True),
            ("if context.memory_limit_in_mb: event['a']", False, True, False),
            ("(event if context.x else {})['a']", False, False, True),
            ("if 'a' in event: event['a']", True, True, False),
        ],
    )
    def test_how_sure(self, body: str, optional: bool, conditional: bool, uncertain: bool) -> None:
        handler = follow(f"def handler(event, context):\n    {body}\n")
        [read] = [each for each in handler.reads if each.path == ("a",)]
        assert (read.optional, read.conditional, read.uncertain) == (optional, conditional, uncertain)

    def test_a_lookup_that_fails_is_caught(self) -> None:
        handler = follow("""
            def handler(event, context):
                try:
                    return event["a"]
                except LookupError:
                    return None
        """)  # fmt: skip
        assert [each.optional for each in handler.reads] == [True]

    def test_tests_are_noted(self) -> None:
        handler = follow("""
            def handler(event, context):
                if event["a"]:
                    return 1
                while event["b"] and not event["c"]:
                    pass
                match event["d"]:
                    case 1:
                        pass
                return [x for x in event["e"] if x] or 2 if event["f"] else 3
        """)  # fmt: skip
        found = {each.path[0] for each in handler.tests if isinstance(each, Piece)}
        assert found == {"a", "b", "c", "d", "e", "f"}


class TestEnvironment:
    @pytest.mark.parametrize(
        ("read", "optional"),
        [
            ("os.environ['T']", False),
            ("os.environ.get('T')", True),
            ("os.getenv('T', 'x')", True),
            ("environ['T']", False),
            ("getenv('T')", True),
        ],
    )
    def test_reads(self, read: str, optional: bool) -> None:
        handler = follow(f"import os\nfrom os import environ, getenv\nx = {read}\ndef handler(event, context): pass\n")
        assert [(each.name, each.optional, each.phase) for each in handler.environment] == [("T", optional, "init")]

    def test_a_caught_read_may_fail(self) -> None:
        handler = follow("""
            import os
            try:
                x = os.environ["T"]
            except KeyError:
                x = None
            def handler(event, context): pass
        """)  # fmt: skip
        assert [each.optional for each in handler.environment] == [True]


class TestBounds:
    def test_recursion_ends(self) -> None:
        assert follow("""
            def handler(event, context):
                return handler(event, context)
        """).returns  # fmt: skip

    def test_mutual_recursion_ends(self) -> None:
        assert follow("""
            def even(n): return odd(n - 1)
            def odd(n): return even(n - 1)
            def handler(event, context): return even(100)
        """).returns  # fmt: skip

    def test_imports_in_a_circle_end(self) -> None:
        assert follow("import a\ndef handler(event, context): a.f()\n", a="import b\ndef f(): b.g()\n", b="import a\ndef g(): a.f()\n").returns  # fmt: skip

    def test_a_bound_that_is_hit_is_told(self) -> None:
        depth = 45
        chain = "\n".join(f"def f{n}(): return f{n + 1}()" for n in range(depth))
        assert follow(f"{chain}\ndef f{depth}(): return 1\ndef handler(event, context): return f0()\n").bounded

    def test_many_ways_through_many_functions_are_gone_once(self) -> None:
        layers = "\n".join(f"def f{n}(x):\n    f{n + 1}(x)\n    f{n + 1}(x)\n    f{n + 1}(x)" for n in range(25))
        handler = follow(f"{layers}\ndef f25(x): pass\ndef handler(event, context): f0(event)\n")
        assert not handler.bounded

    def test_a_class_that_is_its_own_base_ends(self) -> None:
        assert follow("""
            class A: pass
            class A(A): pass
            def handler(event, context): A().missing
        """).returns  # fmt: skip


def test_a_custom_resource_is_one_shot() -> None:
    assert follow("""
        import cfnresponse
        def handler(event, context):
            cfnresponse.send(event, context, cfnresponse.SUCCESS, {})
    """).one_shot  # fmt: skip


def test_what_only_looks_at_a_function_does_not_call_it() -> None:
    handler = follow("""
        import functools, inspect, boto3
        def logged(function):
            assert inspect.signature(function)
            @functools.wraps(function)
            def inner(event, context):
                return function(event, context)
            return inner
        @logged
        def handler(event, context):
            return boto3.client("s3").list_buckets()
    """)
    assert [(each.name, each.phase) for each in handler.calls if each.receiver] == [("list_buckets", "invocation")]


def test_what_is_registered_for_other_types_is_called_where_the_function_is() -> None:
    program = """
        import functools
        @functools.singledispatch
        def tell(what):
            raise NotImplementedError
        @tell.register
        def _(what: str):
            first(what)
        @tell.register(int)
        def _of_number(what):
            second(what)
        class Teller:
            @functools.singledispatchmethod
            def tell(self, what): pass
            @tell.register
            def _(self, what: str):
                third(self, what)
        def handler(event, context):
            CALL
    """
    called = follow(
        program.replace("CALL", 'tell(event["a"])\n            Teller().tell(event["b"])\n            after()')
    )
    names = [call.name.removeprefix("builtins.") for call in called.invocation_calls]
    assert names == ["after", "first", "second", "third"]
    assert not follow(program.replace("CALL", "pass")).invocation_calls


def test_what_wraps_a_handler_unknown_is_named() -> None:
    handler = follow("""
        from elsewhere import wrap
        @wrap
        def handler(event, context): return {}
    """)  # fmt: skip
    assert handler.wrappers == ("elsewhere.wrap",)


def assured(program: str, **modules: str) -> set[tuple[str, str]]:
    """What is made sure of at the calls of `use`: the kind, and the path in the event."""
    handler = follow(program, **modules)
    found = [call.assured for call in handler.calls if call.name in ("builtins.use", "use")]
    assert found
    return {
        (each.kind, ".".join(map(str, each.value.path)))
        for one in found
        for each in one
        if isinstance(each.value, Piece)
    }


class TestMadeSure:
    @pytest.mark.parametrize(
        "test",
        [
            "name in TABLES",
            "name == 'orders'",
            "name.isalnum()",
            "re.fullmatch('[a-z]+', name)",
            "re.compile('[a-z]+').match(name)",
            "isinstance(name, int)",
            "all(c in 'abc' for c in name)",
            "not any(c in name for c in ';|&')",
            "not any(c in name for c in [';', '..'])",
            "name.startswith('orders')",
            "checks.known(name)",
            "known(name)",
            "asked",
            "told",
            "name and name in TABLES",
            "not (name not in TABLES)",
        ],
    )
    @pytest.mark.parametrize(
        "form",
        [
            "if {}:\n        use(name)",
            "if not ({}):\n        return None\n    use(name)",
            "if not ({}):\n        raise ValueError(name)\n    use(name)",
            "use(name) if {} else None",
            "{} and use(name)",
            "assert {}\n    use(name)",
            "while {}:\n        use(name)",
            "require({})\n    use(name)",
        ],
    )
    def test_one_of_a_few(self, form: str, test: str) -> None:
        if form.startswith("require"):
            form = "require(name)\n    use(name)"
        program = f"""
import re, checks
TABLES = {{"orders": 1}}

def known(name):
    if name in TABLES:
        return True
    return False

def require(name):
    if name not in TABLES:
        raise ValueError(name)

def say(name):
    if name not in TABLES:
        return False, "unknown"
    return True, None

def handler(event, context):
    name = event["name"]
    asked = known(name)
    told, why = say(name)
    {form.format(test)}
"""
        assert ("allowed", "name") in assured(program)

    @pytest.mark.parametrize(
        "body",
        [
            "use(name)",
            "if name in TABLES:\n        pass\n    use(name)",
            "if name in event['tables']:\n        use(name)",
            "if name == event['other']:\n        use(name)",
            "if event['other'] in TABLES:\n        use(name)",
            "if name not in TABLES:\n        use(name)",
            "if name.endswith('.csv'):\n        use(name)",
            "if isinstance(name, str):\n        use(name)",
            "if len(name) < 10:\n        use(name)",
            "if name:\n        use(name)",
            "if name != 'orders':\n        use(name)",
            "for other in []:\n        if name not in TABLES:\n            raise ValueError\n    use(name)",
            "try:\n        if name not in TABLES:\n            raise ValueError\n    except ValueError:\n        pass\n    use(name)",
        ],
    )
    def test_nothing_that_could_not_be_anything(self, body: str) -> None:
        program = f"""
TABLES = {{"orders": 1}}

def handler(event, context):
    name = event["name"]
    {body}
"""
        assert ("allowed", "name") not in assured(program)

    @pytest.mark.parametrize(
        "body",
        [
            "if name not in TABLES:\n        name = 'orders'\n    use(name)",
            "kept = 'orders'\n    if name in TABLES:\n        kept = name\n    use(kept)",
            "kept = name if name in TABLES else 'orders'\n    use(kept)",
            "use(name if name in TABLES else 'orders')",
            "use(checked(name))",
            "kept = checked(name)\n    use(kept)",
            "use(chosen(name))",
            "match = re.fullmatch('[a-z]+', name)\n    if match is None:\n        return\n    use(name)",
            "if '..' in name:\n        return\n    use(name)",
            "jsonschema.validate(name, {})\n    use(name)",
        ],
    )
    def test_what_is_chosen_by_a_test(self, body: str) -> None:
        program = f"""
import re, jsonschema
TABLES = {{"orders": 1}}

def checked(name):
    if name not in TABLES:
        raise ValueError(name)
    return name

def chosen(name):
    if name in TABLES:
        return name
    return "orders"

def handler(event, context):
    name = event["name"]
    {body}
"""
        assert ("allowed", "name") in assured(program)

    def test_a_number_that_a_function_returns_beside_a_text_is_no_part_of_the_event(self) -> None:
        handler = follow("""
            def shown(value):
                if isinstance(value, int):
                    return "{}".format(value)
                return clean(value)

            def handler(event, context):
                use(shown(event["value"]))
        """)
        (call,) = (each for each in handler.calls if each.name == "builtins.use")
        number, text = options(call.arguments[0])
        assert number == Unknown()
        assert isinstance(text, Result)

    @pytest.mark.parametrize(
        "test",
        ["type(given) == str", "type(given) is not dict", "str == type(given)", "type(given) in (str, bytes)"],
    )
    def test_the_type_of_what_is_given_decides(self, test: str) -> None:
        handler = follow(f"""
            def show(given):
                if {test}:
                    return given
                use(given)

            def handler(event, context):
                show("order")
        """)
        assert not [each for each in handler.calls if each.name == "builtins.use"]

    def test_the_type_of_what_is_not_known_decides_nothing(self) -> None:
        handler = follow("""
            def show(given):
                if type(given) == str:
                    return given
                use(given)

            def handler(event, context):
                show(event["order"])
        """)
        assert [each for each in handler.calls if each.name == "builtins.use"]

    @pytest.mark.parametrize(
        ("given", "within", "done"),
        [
            ("", "pass", False),
            ("admins=False", "pass", False),
            ("admins=True", "pass", True),
            ("admins=ADMINS", "pass", True),
            ("", "nonlocal admins; admins = not admins", True),
        ],
    )
    def test_what_a_decorator_was_given_decides(self, given: str, within: str, done: bool) -> None:
        handler = follow(f"""
            import os

            ADMINS = os.environ.get("ADMINS")

            def checked(logger=None, admins=False):
                def outer(function):
                    def change():
                        {within}

                    def inner(event, context):
                        if admins:
                            use(event)
                        return function(event, context)
                    return inner
                return outer

            @checked({given})
            def handler(event, context):
                return 1
        """)
        assert bool([each for each in handler.calls if each.name == "builtins.use"]) is done

    @pytest.mark.parametrize("test", ["os.path.exists(name)", "json.loads(name)"])
    def test_what_says_nothing_of_the_content(self, test: str) -> None:
        program = f"import os, json\ndef handler(event, context):\n    name = event['name']\n    if {test}: use(name)\n"
        assert ("allowed", "name") not in assured(program)

    @pytest.mark.parametrize(
        "body",
        [
            "if event['body']:\n        use()",
            "if event.get('body'):\n        use()",
            "if event['body'] is not None:\n        use()",
            "if event['body'] is None:\n        return\n    use()",
            "if not event['body']:\n        raise ValueError\n    use()",
            "if 'body' in event and event['body']:\n        use()",
            "event['body'] and use()",
            "if len(event['body']) > 0:\n        use()",
            "if isinstance(event['body'], str):\n        use()",
        ],
    )
    def test_not_null(self, body: str) -> None:
        assert ("there", "body") in assured(f"def handler(event, context):\n    {body}\n")

    @pytest.mark.parametrize(
        "body",
        [
            "if 'body' in event:\n        use()",
            "if event['headers']:\n        use()",
            "if event['body'] is None:\n        use()",
            "if not event['body']:\n        use()",
            "if event['body'] or event['query']:\n        use()",
        ],
    )
    def test_may_be_null(self, body: str) -> None:
        assert ("there", "body") not in assured(f"def handler(event, context):\n    {body}\n")

    def test_a_default_stands_in_for_null(self) -> None:
        handler = follow("""
            def handler(event, context):
                use(event["body"] or "{}")
                use(event.get("body", "{}"))
        """)
        first, second = (options(call.arguments[0])[0] for call in handler.calls)
        assert first == Piece(("body",), there=True)
        assert second == Piece(("body",))


class TestWhatIsAsked:
    @pytest.mark.parametrize(
        ("use", "asked"),
        [
            ("answer['Failed']", {"Failed"}),
            ("answer.get('Failed', [])", {"Failed"}),
            ("[each for each in answer['Failed']]", {"Failed"}),
            ("'Failed' in answer", {"Failed"}),
            ("answer.status", {"status"}),
            ("answer.join()", {"join"}),
            ("print(answer)", set()),
            ("str(answer)", set()),
            ("pass", set()),
        ],
    )
    def test_of_a_result(self, use: str, asked: set[str]) -> None:
        handler = follow(f"def handler(event, context):\n    answer = client().send()\n    {use}\n")
        (call,) = (each for each in handler.calls if each.name == "send")
        assert call.asked == asked

    def test_through_a_function(self) -> None:
        handler = follow("""
            def send():
                return client().send()
            def handler(event, context):
                if send()["Failed"]:
                    raise ValueError
        """)
        assert next(each for each in handler.calls if each.name == "send").asked == {"Failed"}

    def test_entered_and_awaited(self) -> None:
        handler = follow("""
            async def wait():
                async with one() as first:
                    await first.get()
            def handler(event, context):
                wait()
        """)
        assert {call.name: call.asked for call in handler.calls} == {
            "builtins.one": {ENTERED, "get"},
            "get": {AWAITED},
        }


class TestChanges:
    @pytest.mark.parametrize(
        ("change", "how"),
        [
            ("SEEN.append(event)", "append"),
            ("SEEN.extend(event['all'])", "extend"),
            ("SEEN += event['all']", "+="),
            ("SEEN[0] = event", "="),
            ("BY_ID[event['id']] = event", "="),
            ("BY_ID.update(event)", "update"),
            ("BY_ID.setdefault(event['id'], 1)", "setdefault"),
            ("NAMES.add(event['name'])", "add"),
            ("NAMES.clear()", "clear"),
            ("del BY_ID['x']", "del"),
            ("Kept.all.append(event)", "append"),
            ("collect(event)", "append"),
            ("default(event)", "append"),
        ],
    )
    def test_to_what_outlives_the_invocation(self, change: str, how: str) -> None:
        handler = follow(f"""
            SEEN, BY_ID, NAMES = [], {{}}, set()

            class Kept:
                all = []

            def collect(event, into=SEEN):
                into.append(event)

            def default(event, into=[]):
                into.append(event)

            def handler(event, context):
                {change}
        """)
        assert [each.how for each in handler.changes] == [how]

    @pytest.mark.parametrize(
        "change",
        [
            "own = []\n    own.append(event)",
            "own = list(SEEN)\n    own.append(event)",
            "own = SEEN.copy()\n    own.append(event)",
            "own = {**BY_ID}\n    own['id'] = event",
            "fresh().append(event)",
            "SEEN.count(event)",
            "BY_ID.get('id')",
        ],
    )
    def test_to_what_does_not(self, change: str) -> None:
        handler = follow(f"""
SEEN, BY_ID = [], {{}}
SEEN.append(1)

def fresh():
    return []

def handler(event, context):
    {change}
""")
        assert handler.changes == ()


class TestOtherFacts:
    def test_imports(self) -> None:
        handler = follow("""
            import json, boto3
            from requests.adapters import HTTPAdapter
            try:
                import ujson
            except ImportError:
                pass
            import own
            def handler(event, context):
                import pandas
                if event["plot"]:
                    import matplotlib.pyplot as plt
        """, own="")  # fmt: skip
        assert [(each.name, each.phase, each.caught, each.conditional) for each in handler.imports] == [
            ("json", "init", (), False),
            ("boto3", "init", (), False),
            ("requests.adapters", "init", (), False),
            ("ujson", "init", ("ImportError",), False),
            ("pandas", "invocation", (), False),
            ("matplotlib.pyplot", "invocation", (), True),
        ]

    def test_what_is_tested_around_a_call(self) -> None:
        handler = follow("""
            import os, requests
            def handler(event, context):
                if os.environ["MODE"] == "loud":
                    requests.get("a") if event["b"] else requests.get("c")
                requests.get("d")
        """)
        tested = {call.argument(0): call.tested for call in handler.calls if call.name == "requests.get"}
        assert [len(each) for each in tested.values()] == [2, 2, 0]
        assert Environment("MODE") in list(origins(tested[Constant("a")][0]))

    def test_raises(self) -> None:
        handler = follow("""
            def check(event):
                if event["kind"] != "order":
                    raise ValueError(event["kind"])
            def handler(event, context):
                for record in event["Records"]:
                    try:
                        check(record)
                    except KeyError as error:
                        print(error)
                        raise
        """)
        first, second = handler.raises
        assert (len(first.loops), first.caught, len(first.tested), len(first.trail)) == (1, (), 1, 2)
        assert (second.value, second.caught) == (None, ())

    def test_variables_read_in_a_branch(self) -> None:
        handler = follow("""
            import os
            from store import NAME
            def handler(event, context):
                if event["kind"] == "order":
                    put(os.environ["TABLE"])
                event["topic"] and os.environ["TOPIC"]
                return os.environ["STAGE"]
            def put(table):
                return os.environ["REGION"]
        """, store="""
            import os
            NAME = os.environ["NAME"]
        """)  # fmt: skip
        assert {each.name: each.conditional for each in handler.environment} == {
            "NAME": False, "TABLE": True, "REGION": True, "TOPIC": True, "STAGE": False,
        }  # fmt: skip

    def test_variables_that_are_asked_for_or_not_spelt_out(self) -> None:
        handler = follow("""
            import os
            def handler(event, context):
                os.environ[event["name"]] = "x"
                run(env=dict(os.environ))
                return "TOPIC" in os.environ, os.environ[event["name"]], os.getenv(event["name"])
        """)
        assert [each.name for each in handler.environment_writes] == [""]
        assert [(each.name, each.optional) for each in handler.environment] == [
            ("", True), ("TOPIC", True), ("", True), ("", True),
        ]  # fmt: skip

    def test_features_of_the_modules_that_every_run_loads(self) -> None:
        handler = follow(
            """
            import sys
            import sure
            try:
                import tried
            except ImportError:
                tried = None
            if sys.version_info >= (3, 12):
                import newer
            def handler(event, context):
                return "STAGE"
        """,
            sure="type A = int",
            tried="type B = int",
            newer="NAME = 'TABLE'\ntype C = int",
        )
        assert [str(each.span) for each in handler.features] == ["sure.py:1:1"]
        assert handler.mentions("STAGE")
        assert handler.mentions("TABLE")
        assert not handler.mentions("TOPIC")

    def test_imports_of_a_module_that_a_run_may_do_without(self) -> None:
        handler = follow(
            """
            try:
                import extra
            except ImportError:
                extra = None
            def handler(event, context):
                pass
        """,
            extra="import numpy",
        )
        assert [(each.name, each.conditional) for each in handler.imports] == [("numpy", True)]

    def test_variables_that_are_set(self) -> None:
        handler = follow("""
            import os
            os.environ["TZ"] = "UTC"
            def handler(event, context):
                os.environ["REGION"] = event["region"]
                os.environ["HOME"]
        """)
        written = [(each.name, each.phase) for each in handler.environment_writes]
        assert written == [("TZ", "init"), ("REGION", "invocation")]

    def test_what_a_clause_caught(self) -> None:
        handler = follow("""
            def handler(event, context):
                try:
                    work()
                except (KeyError, ValueError) as error:
                    return {"body": str(error)}
        """)
        (told,) = (call for call in handler.calls if call.name == "builtins.str")
        assert isinstance(told.arguments[0], Caught)
        assert told.arguments[0].types == ("builtins.KeyError", "builtins.ValueError")

    @pytest.mark.parametrize(
        ("definition", "takes", "is_async"),
        [
            ("def handler(event, context): ...", True, False),
            ("def handler(event, context, kept=1): ...", True, False),
            ("def handler(*arguments): ...", True, False),
            ("def handler(event, *rest): ...", True, False),
            ("handler = lambda event, context: None", True, False),
            ("class K:\n    def run(self, event, context): ...\nhandler = K().run", True, False),
            ("async def handler(event, context): ...", True, True),
            ("def handler(event): ...", False, False),
            ("def handler(): ...", False, False),
            ("def handler(event, context, more): ...", False, False),
            ("def handler(event, context, *, more): ...", False, False),
            ("def handler(event, **named): ...", False, False),
        ],
    )
    def test_how_it_is_called(self, definition: str, takes: bool, is_async: bool) -> None:
        handler = follow(definition)
        assert handler.signature is not None
        assert (handler.signature.takes(2), handler.is_async) == (takes, is_async)

    def test_unknown_wrappers_hide_how_it_is_called(self) -> None:
        handler = follow("""
            import somewhere
            @somewhere.wrapped
            async def handler(event): ...
        """)
        assert (handler.signature, handler.is_async) == (None, False)

    def test_wrappers_within_one_that_changes_nothing_hide_it_too(self) -> None:
        handler = follow("""
            from aws_lambda_powertools import Tracer
            from mangum import Mangum
            async def lifespan(app): yield
            handler = Tracer().capture_lambda_handler(Mangum(lifespan))
        """)
        assert (handler.signature, handler.is_async, handler.wrappers) == (None, False, ("mangum.Mangum",))

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("'%s/%s' % (BUCKET, 'key')", "orders/key"),
            ("'%s!' % BUCKET", "orders!"),
            ("'%(b)s-%(n)d' % {'b': BUCKET, 'n': 3}", "orders-3"),
            ("'100%% %s' % BUCKET", "100% orders"),
            ("'{}/{}'.format(BUCKET, 'key')", "orders/key"),
            ("'{1}/{0}'.format('key', BUCKET)", "orders/key"),
            ("'{b}'.format(b=BUCKET)", "orders"),
            ("f'{BUCKET}/{1}'", "orders/1"),
            ("BUCKET + '/key'", "orders/key"),
        ],
    )
    def test_constants_in_texts(self, text: str, value: str) -> None:
        handler = follow(f"BUCKET = 'orders'\ndef handler(event, context):\n    use({text})\n")
        assert handler.calls[-1].arguments == (Constant(value),)

    @pytest.mark.parametrize(
        "text",
        [
            "'%s' % event['x']",
            "'%5d' % 3",
            "'%s %s' % BUCKET",
            "'{:>9}'.format(BUCKET)",
            "'{0.x}'.format(BUCKET)",
            "'{'.format(1)",
        ],
    )
    def test_texts_that_are_not_constant(self, text: str) -> None:
        handler = follow(f"BUCKET = 'orders'\ndef handler(event, context):\n    use({text})\n")
        assert not isinstance(handler.calls[-1].arguments[0], Constant)

    def test_texts_with_an_access_key_id(self) -> None:
        key = "AKIA" + "Z" * 16
        handler = follow(f"""
            def handler(event, context):
                use("{key}", "AKIA", "not AKIAZZ")
        """)  # fmt: skip
        assert [each.text for each in handler.literals] == [key]


class TestWaysOfValues:
    """Ways on which the client, made at the start, reaches `put_object`."""

    @pytest.mark.parametrize(
        "program",
        [
            "s3 = typing.cast(S3Client, boto3.client('s3'))\ndef handler(event, context):\n    s3.put_object()",
            """
@contextlib.contextmanager
def client():
    yield boto3.client("s3")
def handler(event, context):
    with client() as s3:
        s3.put_object()
""",
            """
class Store:
    async def __aenter__(self):
        return boto3.client("s3")
async def handler(event, context):
    async with Store() as s3:
        await s3.put_object()
""",
            """
s3 = boto3.client("s3")
def handler(event, context):
    with futures.ThreadPoolExecutor() as pool:
        pool.submit(s3.put_object, Bucket="orders")
""",
            """
def put(s3, bucket):
    s3.put_object(Bucket=bucket)
def handler(event, context):
    threading.Thread(target=put, args=(boto3.client("s3"), "orders")).start()
""",
            "make = functools.partial(boto3.client, region_name='eu-west-1')\n"
            "def handler(event, context):\n    make('s3').put_object()",
            "put = functools.partial(boto3.client('s3').put_object, Bucket='orders')\n"
            "def handler(event, context):\n    put(Key='key')",
            """
@dataclasses.dataclass
class Store:
    name: str
    s3: object = dataclasses.field(default_factory=lambda: boto3.client("s3"))
def handler(event, context):
    Store("orders").s3.put_object()
""",
            """
class Store(typing.NamedTuple):
    name: str
    s3: object
def handler(event, context):
    Store("orders", boto3.client("s3")).s3.put_object()
""",
            "clients = {name: boto3.client(name) for name in ('s3', 'sqs')}\n"
            "def handler(event, context):\n    clients['s3'].put_object()",
            """
class Store:
    one = None
    def __new__(cls):
        if cls.one is None:
            cls.one = super().__new__(cls)
            cls.one.s3 = boto3.client("s3")
        return cls.one
def handler(event, context):
    Store().s3.put_object()
""",
            """
class Name(enum.Enum):
    S3 = "s3"
def handler(event, context):
    boto3.client(Name.S3.value).put_object()
""",
        ],
    )
    def test_are_known(self, program: str) -> None:
        heads = "import boto3, contextlib, dataclasses, enum, functools, threading, typing\nfrom concurrent import futures\n"
        made = [each for each in follow(heads + program).calls if each.name == "put_object"]
        assert [_service(call) for call in made] == ["s3"]

    @pytest.mark.parametrize(
        "program",
        [
            "def handler(event, context):\n    boto3.client(event['service']).put_object()",
            "clients = {name: boto3.client(name) for name in NAMES}\ndef handler(event, context):\n    clients['s3'].put_object()",
            "@other.wrapped\ndef client():\n    return boto3.client('s3')\ndef handler(event, context):\n    client().put_object()",
        ],
    )
    def test_are_not_guessed(self, program: str) -> None:
        made = [each for each in follow("import boto3, other\n" + program).calls if each.name == "put_object"]
        assert [_service(call) for call in made] == [""]

    def test_frameworks_hold_the_event(self) -> None:
        handler = follow("""
            from aws_lambda_powertools.event_handler import APIGatewayRestResolver
            from chalice import Chalice
            import flask
            app, other = APIGatewayRestResolver(), Chalice(app_name="orders")
            @app.post("/orders")
            def create():
                use(app.current_event.json_body["name"])
                use(other.current_request.json_body["id"])
                use(flask.request.args["x"])
            def handler(event, context):
                return app.resolve(event, context)
        """)
        used = [call.arguments[0] for call in handler.calls if call.name == "builtins.use"]
        assert used == [Piece(("body", "name")), Piece(("body", "id")), Piece(("args", "x"))]

    def test_a_powertools_middleware_hands_the_event_on(self) -> None:
        handler = follow("""
            from aws_lambda_powertools.middleware_factory import lambda_handler_decorator
            @lambda_handler_decorator
            def around(handler, event, context):
                before(event)
                return handler(event, context)
            @around
            def handler(event, context):
                use(event["name"])
        """)
        assert [(each.name, each.phase, each.arguments) for each in handler.calls] == [
            ("builtins.before", "invocation", (Piece(),)),
            ("builtins.use", "invocation", (Piece(("name",)),)),
        ]


def _service(call: Call) -> str:
    """The service of the client that a method is called on; "" where it is not known."""
    match call.receiver:
        case Result(made):
            client = sdk.client(made)
            return "" if client is None else client.service
        case _:
            return ""


class TestHowFar:
    def test_what_lies_beyond_a_deep_chain_of_calls_is_unknown(self) -> None:
        chain = "\n".join(f"def f{index}():\n    return f{index + 1}()\n" for index in range(60))
        handler = follow(f"{chain}\ndef f60():\n    deep()\n\ndef handler(event, context):\n    f0()\n    after()\n")
        assert handler.bounded
        assert [call.name for call in handler.calls] == ["builtins.after"]

    def test_what_calls_itself_is_not_followed_again(self) -> None:
        handler = follow("""
            def walk(node):
                visit(node)
                for each in node["children"]:
                    walk(each)
            def handler(event, context):
                walk(event)
        """)
        assert not handler.bounded
        assert [call.name for call in handler.calls] == ["builtins.visit"]

    def test_a_function_is_gone_into_so_many_times_and_no_more(self) -> None:
        several = "".join(f"    f({n})\n" for n in range(300))
        handler = follow(f"def f(x):\n    use(x)\n\ndef handler(event, context):\n{several}    after()\n")
        assert handler.bounded
        assert [call.name for call in handler.calls] == ["builtins.use"] * run.MOST_ENTRIES + ["builtins.after"]

    def test_what_is_looked_through_again_and_again_is_work(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(run, "MOST_STEPS", 3_000)
        tests = "".join(f'    if event["k{n}"] not in NAMES:\n        return\n    use()\n' for n in range(400))
        plain = "".join(f"    if {n}:\n        pass\n    use()\n" for n in range(400))
        assert follow(f"NAMES = ['a']\ndef handler(event, context):\n{tests}").bounded
        assert not follow(f"NAMES = ['a']\ndef handler(event, context):\n{plain}").bounded

    def test_a_clause_beyond_the_bound_may_raise(self, monkeypatch: pytest.MonkeyPatch) -> None:
        work = "".join(f"            use({n})\n" for n in range(400))
        program = (
            "def handler(event, context):\n    for record in event['Records']:\n        try:\n"
            f"{work}        except Exception as error:\n            print(error)\n            raise\n"
        )
        assert [(each.swallows, each.raises) for each in follow(program).catches] == [(False, True)]
        monkeypatch.setattr(run, "MOST_STEPS", 300)
        handler = follow(program)
        assert handler.bounded
        assert [(each.swallows, each.raises) for each in handler.catches] == [(False, True)]

    def test_modules_beyond_so_many_lines_are_unknown(self, monkeypatch: pytest.MonkeyPatch) -> None:
        program = """
            import near, far
            from far import made
            def handler(event, context):
                near.work()
                far.work()
                made()
        """
        modules = {"near": "def work(): first()\n", "far": "def made(): third()\n" + "def work(): second()\n" * 20}
        whole = follow(program, **modules)
        assert [call.name for call in whole.calls] == ["builtins.first", "builtins.second", "builtins.third"]
        assert not whole.bounded
        monkeypatch.setattr(run, "MOST_LINES", 20)
        part = follow(program, **modules)
        assert [call.name for call in part.calls] == ["builtins.first", "", ""]
        assert not part.imports
        assert part.bounded

    def test_a_handler_that_branches_without_end_is_left(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(run, "MOST_STEPS", 10_000)
        layers = "\n".join(
            f"def f{index}(x):\n    for y in ({', '.join(f'[x, {n}]' for n in range(6))}):\n        f{index + 1}([y])\n"
            + "".join(f"    f{index + 1}([x, {n}])\n" for n in range(6))
            for index in range(30)
        )
        handler = follow(f"{layers}\ndef f30(x):\n    pass\n\ndef handler(event, context):\n    f0(event)\n")
        assert handler.bounded


class TestWhatSurroundsACall:
    def test_a_call_in_a_branch_or_a_clause_is_conditional(self) -> None:
        handler = follow("""
            def handler(event, context):
                first()
                if event["a"]:
                    second()
                try:
                    third()
                except ValueError:
                    fourth()
                inner()

            def inner():
                fifth()
        """)
        found = [call.name.removeprefix("builtins.") for call in handler.calls if call.conditional]
        assert found == ["second", "fourth"]

    def test_the_attributes_that_are_set_on_what_a_call_gave_are_known(self) -> None:
        handler = follow("""
            import requests

            session = requests.Session()
            session.verify = False

            def handler(event, context):
                session.get(event["url"])
        """)
        assert [call.attributes for call in handler.calls] == [{"verify"}, set()]


class TestKept:
    @pytest.mark.parametrize(
        ("keep", "is_kept"),
        [
            ("global text\n    text = fetch()", True),
            ("TEXTS['it'] = fetch()", True),
            ("TEXTS.update({'it': fetch()})", True),
            ("store.text = fetch()['Text']", True),
            ("Store.text = str(fetch())", True),
            ("text = fetch()", False),
            ("own = {}\n    own['it'] = fetch()", False),
            ("Store().text = fetch()", False),
        ],
    )
    def test_where_it_outlives_the_invocation(self, keep: str, is_kept: bool) -> None:
        handler = follow(f"""
import secrets_client
TEXTS, text = {{}}, None

class Store:
    text = None

store = Store()

def fetch():
    return secrets_client.fetch()

def handler(event, context):
    {keep}
""")
        (call,) = (each for each in handler.calls if each.name == "secrets_client.fetch")
        assert (KEPT in call.asked) == is_kept

    @pytest.mark.parametrize(
        ("test", "until_it_is_there"),
        [
            ("len(NAMES) == 0", True),
            ("len(NAMES) < 10", True),
            ("not any(each == 'it' for each in NAMES)", True),
            ("len(NAMES) == 10", False),
            ("len(NAMES) > 10", False),
            ("len(event) == 0", False),
        ],
    )
    def test_what_is_only_added_until_it_is_there(self, test: str, until_it_is_there: bool) -> None:
        handler = follow(f"""
NAMES = []

def handler(event, context):
    if {test}:
        NAMES.append("it")
""")
        assert [each.once for each in handler.changes] == [until_it_is_there]

    @pytest.mark.parametrize("reset", ["global seen\n    seen = []", "store.seen = []", "STATE['seen'] = []"])
    def test_what_held_a_list_is_given_another(self, reset: str) -> None:
        handler = follow(f"""
seen = []
STATE = {{"seen": []}}

class Store:
    def __init__(self):
        self.seen = []

store = Store()

def handler(event, context):
    {reset}
""")
        assert REBOUND in [each.how for each in handler.changes]

    def test_a_bounded_queue_is_no_list(self) -> None:
        handler = follow("""
            from collections import deque
            last, all = deque(maxlen=3), deque()
            def handler(event, context):
                last.append(event)
                all.append(event)
        """)
        assert [each.span.line for each in handler.changes] == [6]


class TestAbsent:
    @pytest.mark.parametrize(
        ("test", "is_absent"),
        [
            ("if 'Item' not in answer:\n        use()", True),
            ("if 'Item' in answer:\n        return\n    use()", True),
            ("if not answer.get('Item'):\n        use()", True),
            ("if answer['Item'] is None:\n        use()", True),
            ("if not found(answer):\n        use()", True),
            ("if 'Item' in answer:\n        use()", False),
            ("if answer.get('Item'):\n        use()", False),
            ("use()", False),
        ],
    )
    def test_what_a_call_gave(self, test: str, is_absent: bool) -> None:
        handler = follow(f"""
import table

def found(answer):
    return "Item" in answer

def handler(event, context):
    answer = table.look()
    {test}
""")
        (call,) = (each for each in handler.calls if each.name == "builtins.use")
        assert any(each.kind == ABSENT for each in call.assured) == is_absent


def test_what_functions_answer_that_others_call() -> None:
    handler = follow("""
        import pool, web
        app = web.App()

        @app.get("/")
        def route():
            return "route"

        def work(item):
            return "work"

        def handler(event, context):
            pool.submit(work, event)
            return app.resolve(event, context)
    """)
    assert set(handler.answers) == {Constant("route"), Constant("work")}


class TestFlags:
    @pytest.mark.parametrize(
        ("call", "slept"),
        [
            ("stop([], wait=True)", True),
            ("stop([])", True),
            ("stop([], event['wait'])", True),
            ("stop([], wait=False)", False),
        ],
    )
    def test_what_a_caller_switches_off_is_not_done(self, call: str, slept: bool) -> None:
        handler = follow(f"""
            import time
            def stop(names, wait=True):
                if not wait:
                    return
                time.sleep(20)
            def handler(event, context):
                {call}
        """)
        assert [each.name for each in handler.calls] == ["time.sleep"] * slept

    def test_a_flag_that_the_function_sets_itself_decides_nothing(self) -> None:
        handler = follow("""
            def every(names, first=True):
                for name in names:
                    if first:
                        one(name)
                    else:
                        other(name)
                    first = False
            def handler(event, context):
                every(event["names"])
        """)
        assert [each.name for each in handler.calls] == ["builtins.one", "builtins.other"]


class TestWaysOut:
    def test_many_ways_out_are_kept_apart(self) -> None:
        ways = "".join(f"    if event['n'] == {n}:\n        return {{'statusCode': {200 + n}}}\n" for n in range(30))
        handler = follow(f"def handler(event, context):\n{ways}    return None\n")
        assert len(handler.returns) == 31
        assert [each.statement.line for each in handler.returns if each.statement] == [*range(3, 62, 2), 62]

    def test_what_a_decorator_makes_of_them_is_unknown(self) -> None:
        handler = follow("""
            import somewhere
            @somewhere.wrapped
            def handler(event, context):
                return {"statusCode": 200}
        """)
        assert [type(each.value).__name__ for each in handler.returns] == ["Unknown"]


class TestCounted:
    @pytest.mark.parametrize(
        ("body", "counted"),
        [
            ("n += 1\n        if n == 300: return", True),
            ("found.append(1)\n        if len(found) >= 100: break", True),
            ("n += 1\n        if n > 5: raise ValueError", True),
            ("n += 1\n        if n > 5: print(n)", False),
            ("if token is None: break", False),
            ("if status == 'DONE': return", False),
        ],
    )
    def test_loops_that_count(self, body: str, counted: bool) -> None:
        handler = follow(f"def handler(event, context):\n    n, found = 0, []\n    while True:\n        {body}\n")
        assert [each.counted for each in handler.loops] == [counted]


class TestAddingUp:
    @pytest.mark.parametrize(
        ("change", "how"),
        [
            ("TOTALS[key] += 1", "+="),
            ("TOTALS[key] = TOTALS.get(key, 0) + 1", "+="),
            ("TOTALS[key] = TOTALS[key] + [event]", "+="),
            ("TOTALS[key] = OTHER.get(key, 0) + 1", "="),
            ("TOTALS[key] = event['count'] + 1", "="),
        ],
    )
    def test_to_an_item(self, change: str, how: str) -> None:
        handler = follow(f"""
            TOTALS, OTHER = {{}}, {{}}
            def handler(event, context):
                key = event["key"]
                {change}
        """)
        assert [each.how for each in handler.changes] == [how]


def test_a_verdict_with_many_reasons_is_one() -> None:
    reasons = "".join(f"    if url.startswith('{n}'):\n        return False, 'reason {n}'\n" for n in range(11))
    assert ("allowed", "name") in assured(
        f"def validate(url):\n{reasons}    return True, ''\n\n"
        "def handler(event, context):\n    name = event['name']\n    ok, why = validate(name)\n"
        "    if not ok:\n        raise ValueError(why)\n    use(name)\n"
    )


def names(program: str, **modules: str) -> list[str]:
    """The functions from outside that are called with a part of the event."""
    handler = follow(program, **modules)
    return [call.name.removeprefix("builtins.") for call in handler.calls if Piece(("x",)) in call.arguments]


class TestWhatIsNamedWhenItRuns:
    def test_attributes_that_a_loop_sets(self) -> None:
        assert repeated("""
            import boto3
            class Clients:
                def __init__(self):
                    for name in ("s3", "sqs"):
                        setattr(self, name, boto3.client(name))
                    for name, service in {"jobs": "batch"}.items():
                        setattr(self, name, boto3.client(service))
            def handler(event, context):
                made = Clients()
                made.s3.list_buckets()
                made.jobs.list_jobs()
        """) == ["6:s3", "6:sqs", "8:batch"]  # fmt: skip

    def test_methods_by_names_that_are_known(self) -> None:
        assert names("""
            class Job:
                def start(self, given): begin(given)
                def stop(self, given): end(given)
                def clean(self, given): wipe(given)
            NAMES = {"a": "start", "b": "stop"}
            def handler(event, context):
                getattr(Job(), NAMES[event["kind"]])(event["x"])
        """) == ["begin", "end"]  # fmt: skip

    def test_methods_by_the_beginning_of_their_names(self) -> None:
        assert names("""
            class Base:
                def on_stop(self, given): end(given)
            class Job(Base):
                def on_start(self, given): begin(given)
                def clean(self, given): wipe(given)
            def handler(event, context):
                getattr(Job(), f"on_{event['kind']}")(event["x"])
        """) == ["begin", "end"]  # fmt: skip

    def test_functions_of_a_module(self) -> None:
        program = """
            import jobs
            def handler(event, context):
                getattr(jobs, "run_" + event["kind"])(event["x"])
        """
        assert names(program, jobs="def run_all(given): go(given)\ndef other(given): wipe(given)\n") == ["go"]

    def test_a_name_that_may_be_any_calls_nothing_that_is_known(self) -> None:
        assert names("""
            class Job:
                def start(self, given): begin(given)
            def handler(event, context):
                getattr(Job(), event["kind"])(event["x"])
        """) == [""]  # fmt: skip

    def test_nothing_is_no_function(self) -> None:
        assert names("""
            class Job:
                def run(self, given): go(given)
            KINDS = {"job": Job}
            def handler(event, context):
                kind = KINDS.get(event["kind"])
                if kind is None:
                    raise ValueError("no such kind")
                kind().run(event["x"])
        """) == ["go"]  # fmt: skip


def test_what_a_round_has_set_holds_behind_the_loop_that_it_leaves() -> None:
    handler = follow("""
        import boto3

        def handler(event, context):
            drained, last = False, "none"
            while True:
                found = boto3.client("sqs").receive_message(QueueUrl="jobs")
                if "Messages" not in found:
                    drained = True
                    break
                last = "some"
            return [drained, last]
    """)
    (returned,) = handler.returns
    drained, last = returned.value.items
    assert set(options(drained)) == {Constant(False), Constant(True)}
    assert set(options(last)) == {Constant("none"), Constant("some")}


def test_a_handler_may_be_given_what_it_depends_on_beforehand() -> None:
    handler = follow(
        "import functools\ndef f(store, event, context): return event['a']\nhandler = functools.partial(f, {})"
    )
    assert [returned.value for returned in handler.returns] == [Piece(("a",))]
