"""Chalice: apps whose decorators say what there is, with what their stages have in common."""

from __future__ import annotations

import json
from textwrap import dedent
from typing import Any

import pytest
from test_hcl import plain

from lambdalint import rules
from lambdalint.lint import lint
from lambdalint.source import Span, Texts
from lambdalint.templates import chalice
from lambdalint.templates.resource import Deployment, Resource
from lambdalint.templates.value import Unknown

APP = """
    from chalice import Chalice, Cron, Rate

    app = Chalice(app_name="orders")
    BUCKET = "uploads"

    @app.route("/orders/{id}", methods=["GET", "POST"])
    def order(id):
        return {"id": id}

    @app.route("/")
    def index():
        return {}

    @app.on_sqs_message(queue="incoming", batch_size=10)
    def ship(event):
        for record in event:
            print(record.body)

    @app.on_s3_event(bucket=BUCKET, events=["s3:ObjectCreated:*", "s3:ObjectRemoved:*"], suffix=".png")
    def thumbnail(event):
        pass

    @app.on_sns_message(topic="told")
    def tell(event):
        pass

    @app.on_kinesis_record(stream="clicks")
    def count(event):
        pass

    @app.on_dynamodb_record(stream_arn="arn:aws:dynamodb:eu-west-1:1:table/t/stream/1", batch_size=5)
    def audit(event):
        pass

    @app.schedule(Rate(1, unit=Rate.HOURS))
    def hourly(event):
        pass

    @app.schedule("cron(0 3 * * ? *)")
    def nightly(event):
        pass

    @app.on_cw_event({"source": ["aws.ec2"]})
    def started(event):
        pass

    @app.lambda_function(name="custom")
    def own(event, context):
        return event

    @app.authorizer()
    def allow(request):
        pass

    @app.on_ws_message()
    def say(event):
        pass
"""


def deployed(app: str = APP, config: Any = None, **files: str) -> Deployment:
    texts = {"app.py": dedent(app), ".chalice/config.json": json.dumps(config or {"app_name": "orders"})}
    texts |= {path.replace("__", "/"): dedent(text) for path, text in files.items()}
    (found,) = chalice.read(Texts(texts), sorted(texts), {})
    return found


def resources(app: str = APP, config: Any = None, **files: str) -> dict[str, Resource]:
    found = deployed(app, config, **files)
    assert not found.unreadable
    assert len({each.name for each in found.resources}) == len(found.resources)
    return {each.name: each for each in found.resources}


def test_each_decorator_is_a_function_and_the_routes_are_one() -> None:
    found = resources()
    functions = {name: each for name, each in found.items() if each.type == "AWS::Lambda::Function"}
    assert {name: plain(each.get("Handler")) for name, each in functions.items()} == {
        "APIHandler": "app.app",
        **{
            name: f"app.{name}"
            for name in (
                "ship", "thumbnail", "tell", "count", "audit", "hourly", "nightly", "started", "own", "allow", "say",
            )
        },
    }  # fmt: skip
    assert plain(functions["own"].get("FunctionName")) == "orders-dev-custom"
    assert functions["own"].called == "custom"
    assert functions["ship"].span == Span("app.py", 16, 5, 16, 9)
    assert plain(functions["ship"].get("Timeout")) == 60
    assert functions["ship"].get("Timeout").default  # type: ignore[union-attr]
    assert isinstance(functions["ship"].get("Runtime"), Unknown)
    assert isinstance(functions["ship"].get("Role"), Unknown)


def test_what_invokes_a_function_is_what_its_decorator_says() -> None:
    found = resources()
    assert plain(found["shipSource"].properties) == {
        "FunctionName": "<ship.>",
        "EventSourceArn": "arn:aws:sqs:?:?:incoming",
        "BatchSize": 10,
    }
    assert plain(found["countSource"].get("BatchSize")) == 100
    assert plain(found["countSource"].get("EventSourceArn")) == "arn:aws:kinesis:?:?:stream/clicks"
    assert plain(found["countSource"].get("StartingPosition")) == "LATEST"
    assert plain(found["auditSource"].get("BatchSize")) == 5
    assert plain(found["thumbnailNotification"].properties) == {
        "Bucket": "uploads",
        "LambdaConfigurations": [
            {
                "Event": event,
                "Function": "<thumbnail.Arn>",
                "Filter": {"S3Key": {"Rules": [{"Name": "suffix", "Value": ".png"}]}},
            }
            for event in ("s3:ObjectCreated:*", "s3:ObjectRemoved:*")
        ],
    }
    assert plain(found["tellSubscription"].get("TopicArn")) == "arn:aws:sns:?:?:told"
    assert plain(found["nightlyRule"].get("ScheduleExpression")) == "cron(0 3 * * ? *)"
    assert plain(found["nightlyRule"].get("Targets")) == [{"Arn": "<nightly.Arn>", "Id": "1", "…": "…"}]
    assert plain(found["startedRule"].get("EventPattern")) == {"source": ["aws.ec2"]}
    assert plain(found["saySocketRoute"].get("RouteKey")) == "$default"
    methods = [each for each in found.values() if each.type == "AWS::ApiGateway::Method"]
    assert [(plain(each.get("HttpMethod")), plain(each.get("ResourcePath"))) for each in methods] == [
        ("GET", "/orders/{id}"),
        ("POST", "/orders/{id}"),
        ("GET", "/"),
    ]


def test_only_what_all_stages_say_is_known() -> None:
    config = {
        "app_name": "orders",
        "lambda_memory_size": 256,
        "environment_variables": {"A": "1", "B": "2"},
        "stages": {
            "dev": {"lambda_timeout": 10, "environment_variables": {"B": "3"}},
            "prod": {
                "lambda_timeout": 20,
                "lambda_functions": {"ship": {"lambda_timeout": 10, "environment_variables": {"C": "4"}}},
            },
        },
    }
    found = resources(config=config)
    assert plain(found["ship"].get("Timeout")) == 10
    timeout = found["tell"].get("Timeout")
    assert isinstance(timeout, Unknown)
    assert [each.value for each in timeout.arms] == [10, 20]  # type: ignore[union-attr]
    assert plain(found["tell"].get("MemorySize")) == 256
    assert found["tell"].get("MemorySize").span.path == ".chalice/config.json"  # type: ignore[union-attr]
    variables = found["ship"].get("Environment", "Variables")
    assert plain(variables) == {"A": "1", "B": "?", "…": "…"}
    assert isinstance(found["ship"].get("FunctionName"), Unknown)


def test_a_role_is_known_where_a_file_says_what_it_allows() -> None:
    policy = '{"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'
    config = {"app_name": "o", "stages": {"dev": {"autogen_policy": False, "iam_policy_file": "p.json"}}}
    found = resources(config=config, **{".chalice__p.json": policy})
    assert plain(found["ship"].get("Role")) == "<shipRole.Arn>"
    (given,) = found["shipRole"].get("Policies").items  # type: ignore[union-attr]
    assert plain(given.get("PolicyDocument", "Statement")) == [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]  # type: ignore[union-attr]
    assert deployed(config=config, **{".chalice__p.json": policy}).paths == (".chalice/config.json", ".chalice/p.json")
    given_role = {
        "app_name": "o",
        "stages": {"dev": {"manage_iam_role": False, "iam_role_arn": "arn:aws:iam::1:role/r"}},
    }
    assert plain(resources(config=given_role)["ship"].get("Role")) == "arn:aws:iam::1:role/r"


def test_blueprints_have_handlers_in_their_own_modules() -> None:
    app = """
        from chalice import Chalice
        from chalicelib.jobs import jobs
        app = Chalice(app_name="orders")
        app.register_blueprint(jobs, url_prefix="/jobs")
    """
    blueprint = """
        from chalice import Blueprint
        jobs = Blueprint(__name__)

        @jobs.on_sqs_message(queue="q")
        def work(event):
            pass

        @jobs.route("/now")
        def now():
            return {}
    """
    found = resources(app, **{"chalicelib__jobs.py": blueprint})
    assert plain(found["work"].get("Handler")) == "chalicelib.jobs.work"
    assert plain(found["APIHandler"].get("Handler")) == "app.app"
    (method,) = (each for each in found.values() if each.type == "AWS::ApiGateway::Method")
    assert plain(method.get("ResourcePath")) == "/jobs/now"


@pytest.mark.parametrize(
    "made",
    [
        "from base import BaseChaliceApp\nclass Orders(BaseChaliceApp):\n    pass\napp = Orders()",
        "import chalice\nclass Orders(chalice.Chalice):\n    pass\napp: Orders = Orders(app_name='orders')",
        "from base import BaseChaliceApp\napp = BaseChaliceApp(app_name='orders')",
        "from base import made\napp = made()",
    ],
)
def test_an_app_may_be_of_a_class_of_its_own(made: str) -> None:
    text = f"# chalice\n{made}\n\n@app.schedule('rate(1 day)')\ndef daily(event):\n    pass\n"
    assert "daily" in resources(text)


def test_what_is_merged_into_its_template_has_the_last_word() -> None:
    app = """
        from chalice import Chalice
        app = Chalice(app_name="orders")

        @app.route("/")
        def index():
            return {}

        @app.on_sqs_message(queue="q")
        def take_orderOf_x(event):
            pass
    """
    config = {
        "app_name": "orders",
        "stages": {
            "dev": {
                "autogen_policy": False, "iam_policy_file": "p.json", "environment_variables": {"A": "1", "B": "2"},
                "lambda_timeout": 60,
            }
        },
    }  # fmt: skip
    merged = {
        "Resources": {
            "ApiHandlerRole": {"Properties": {"Policies": []}},
            "APIHandler": {"Properties": {"Timeout": 20, "Layers": [{"Ref": "L"}]}},
            "TakeOrderOfX": {"Properties": {"Environment": {"Variables": {"B": {"Ref": "B"}, "C": "3"}}}},
            "Other": {"Type": "AWS::SQS::Queue"},
        }
    }
    files = {".chalice__p.json": '{"Statement": []}', "resources.json": json.dumps(merged), "bad.json": "{"}
    found = resources(app, config=config, **files)
    assert [plain(found["APIHandler"].get(each)) for each in ("Timeout", "Layers", "Role")] == [20, "?", "?"]
    assert plain(found["take_orderOf_x"].get("Environment")) == {"Variables": {"A": "1", "B": "?", "C": "3"}}
    assert plain(found["take_orderOf_x"].get("Timeout")) == 60
    assert plain(found["take_orderOf_x"].get("Role")) == "<take_orderOf_xRole.Arn>"


def test_functions_that_only_a_merged_template_says_something_of_are_no_others() -> None:
    app = """
        from chalice import Chalice
        app = Chalice(app_name="orders")

        @app.schedule("rate(1 hour)")
        def count_orders(event):
            pass
    """
    said = {"Type": "AWS::Serverless::Function", "Properties": {"Environment": {"Variables": {"KEY": {"Ref": "Key"}}}}}
    own = {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "orders"}}
    merged = {"Transform": "AWS::Serverless-2016-10-31", "Resources": {"CountOrders": said}}
    found = deployed(app, **{".chalice__resources.json": json.dumps(merged)})
    assert ".chalice/resources.json" in found.paths
    (function,) = (each for each in found.resources if each.type == "AWS::Lambda::Function")
    assert plain(function.get("Environment")) == {"Variables": {"KEY": "?"}}
    merged["Resources"] = {"CountOrders": said, "Orders": own}
    found = deployed(app, **{".chalice__resources.json": json.dumps(merged)})
    kinds = [each.type for each in found.resources if each.name in ("count_orders", "CountOrders", "Orders")]
    assert kinds == ["AWS::Lambda::Function", "AWS::DynamoDB::Table"]
    merged["Resources"] = {"Orders": own}
    found = deployed(app, **{".chalice__resources.json": json.dumps(merged)})
    assert ".chalice/resources.json" not in found.paths


def test_a_directory_that_is_put_beside_it_from_elsewhere_tells_that_there_is_an_app() -> None:
    app = """
        from chalice import Chalice

        class Shop(Chalice):
            pass

        app = Shop(app_name="orders")
        app.take("jobs")
    """
    jobs = """
        from app import app

        @app.schedule("rate(1 hour)")
        def hourly(event):
            pass
    """
    texts = {
        "shop/app.py": dedent(app), "shop/chalicelib/jobs.py": dedent(jobs), "cli/app.py": "app = main()\n",
        "environments/example/.chalice/config.json": '{"app_name": "orders", "stages": {"<stage>": {}}}',
    }  # fmt: skip
    (found,) = chalice.read(Texts(texts), sorted(texts), {})
    assert [each.name for each in found.resources if each.type == "AWS::Lambda::Function"] == ["hourly"]
    assert not list(chalice.read(Texts({"shop/app.py": dedent(app)}), ["shop/app.py"], {}))


@pytest.mark.parametrize(
    ("registered", "path", "name"),
    [
        ("from chalicelib.jobs import jobs\napp.register_blueprint(jobs)", "/now", "orders-dev-work"),
        ("from chalicelib.jobs import jobs as all\napp.register_blueprint(all, 'a_', '/v1/')", "/v1/now", "orders-dev-a_work"),
        ("from chalicelib import jobs\napp.register_blueprint(jobs.jobs, url_prefix='/v1')", "/v1/now", "orders-dev-work"),
        ("import chalicelib.jobs\napp.register_blueprint(chalicelib.jobs.jobs, name_prefix='a_')", "/now", "orders-dev-a_work"),
        ("import chalicelib.jobs as j\napp.register_blueprint(j.jobs, url_prefix=PREFIX)", "/v2/now", "orders-dev-work"),
        ("from chalicelib.jobs import jobs\nfor each in [jobs]:\n    app.register_blueprint(each)", "/now", "orders-dev-work"),
        ("from chalicelib.jobs import jobs\napp.register_blueprint(jobs, url_prefix=prefix())", "?", "orders-dev-work"),
        ("from chalicelib.jobs import jobs\napp.register_blueprint(jobs, name_prefix=prefix())", "/now", "?"),
        ("from chalicelib.jobs import jobs", "?", "orders-dev-work"),
    ],
)  # fmt: skip
def test_a_blueprint_is_called_as_it_is_registered(registered: str, path: str, name: str) -> None:
    app = "from chalice import Chalice\napp = Chalice(app_name='orders')\nPREFIX = '/v2'\n" + registered
    blueprint = """
        from chalice import Blueprint
        jobs = Blueprint(__name__)

        @jobs.on_sqs_message(queue="q")
        def work(event):
            pass

        @jobs.route("/now")
        def now():
            return {}
    """
    found = resources(app, **{"chalicelib__jobs.py": blueprint})
    (method,) = (each for each in found.values() if each.type == "AWS::ApiGateway::Method")
    assert (plain(method.get("ResourcePath")), plain(found["work"].get("FunctionName"))) == (path, name)


@pytest.mark.parametrize(
    "files",
    [
        {"app.py": "import flask\n", ".chalice/config.json": "{}"},
        {"app.py": "from chalice import Chalice\n"},
        {".chalice/config.json": "{}"},
        {"app.py": "from chalice import (\n", ".chalice/config.json": "{}"},
        {"app.py": "import chalice\n", "x.chalice/config.json": "{}"},
    ],
)
def test_what_is_no_app_is_left_alone(files: dict[str, str]) -> None:
    assert not list(chalice.read(Texts(files), sorted(files), {}))


def test_a_configuration_that_is_no_json_is_told() -> None:
    files = {"app.py": "import chalice\n", ".chalice/config.json": "{"}
    (found,) = chalice.read(Texts(files), sorted(files), {})
    assert [span.path for span, _ in found.unreadable] == [".chalice/config.json"]


CODE = """
    import os
    import boto3
    from chalice import Chalice

    app = Chalice(app_name="orders")

    @app.route("/orders", methods=["POST"])
    def accept():
        boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE"], MessageBody=app.current_request.raw_body)
        return {}

    @app.on_sqs_message(queue="incoming")
    def ship(event):
        for record in event:
            print(record.body, os.environ["TABLE"])

    @app.lambda_function()
    def own(event, context):
        return event["detail"]
"""


@pytest.mark.parametrize("of", ["chalice", "chalicelib.base"])
def test_each_function_is_judged_by_its_own_code(of: str) -> None:
    texts = {
        "app.py": dedent(CODE).replace("from chalice import", f"from {of} import"),
        "chalicelib/base.py": "import chalice\n\n\nclass Chalice(chalice.Chalice):\n    pass\n",
        ".chalice/config.json": '{"environment_variables": {"UNUSED": "1"}}',
    }
    wanted = [
        rule for rule in rules.load() if rule.name in ("variable-not-set", "event-shape-mismatch", "handler-signature")
    ]
    report = lint(Texts(texts), sorted(texts), wanted)
    assert [(each.span.line, each.message) for each in report.findings] == [
        (10, "`APIHandler` reads QUEUE, which is not set for APIHandler"),
        (16, "`ship` reads TABLE, which is not set for ship"),
    ]
    assert report.functions == 3
    assert not report.without


def test_functions_are_their_own_whose_app_adds_to_what_makes_them() -> None:
    app = """
        from chalice import Chalice

        class Shop(Chalice):
            def lambda_function(self, name=None):
                return super(Shop, self).lambda_function(name)

        app = Shop(app_name="orders")
        import chalicelib.jobs
        import chalicelib.more

        @app.route("/orders")
        def orders():
            return []
    """
    jobs = """
        import os
        from app import app

        @app.lambda_function()
        def nightly(event, context):
            return os.environ["TABLE"]
    """
    texts = {
        "app.py": dedent(app),
        "chalicelib/jobs.py": dedent(jobs),
        "chalicelib/more.py": dedent(jobs).replace("nightly", "hourly").replace("TABLE", "QUEUE"),
        ".chalice/config.json": '{"environment_variables": {"UNUSED": "1"}}',
    }
    wanted = [rule for rule in rules.load() if rule.name == "variable-not-set"]
    report = lint(Texts(texts), sorted(texts), wanted)
    assert [each.message for each in report.findings] == [
        "`nightly` reads TABLE, which is not set for nightly",
        "`hourly` reads QUEUE, which is not set for hourly",
    ]


def test_settings_may_be_kept_out_of_the_repository() -> None:
    texts = {"api/app.py": dedent(CODE), "api/.chalice/deployed/dev.json": "{}"}
    (found,) = chalice.read(Texts(texts), sorted(texts), {})
    ship = next(each for each in found.resources if each.name == "ship")
    assert found.path == "api/app.py"
    assert all(isinstance(ship.get(name), Unknown) for name in ("Timeout", "MemorySize", "Role"))
    assert isinstance(ship.get("Environment", "Variables"), Unknown)
    wanted = [rule for rule in rules.load() if rule.name in ("variable-not-set", "default-timeout")]
    assert not lint(Texts(texts), sorted(texts), wanted).findings


def test_the_event_as_aws_sends_it_is_what_its_object_gives() -> None:
    app = """
        from chalice import Chalice
        app = Chalice(app_name="orders")

        @app.on_sqs_message(queue="q", batch_size=10)
        def take(event):
            for record in event.to_dict()["Records"]:
                try:
                    print(int(record["body"]))
                except Exception as error:
                    print("not done", error)
    """
    texts = {"app.py": dedent(app), ".chalice/config.json": '{"app_name": "orders"}'}
    report = lint(
        Texts(texts), sorted(texts), [each for each in rules.load() if each.name == "batch-failure-swallowed"]
    )
    assert [each.span.path for each in report.findings] == ["app.py"]


def test_what_a_test_decides_is_not_certain_and_what_a_function_makes_is_nothing() -> None:
    app = """
        import os
        from chalice import Chalice
        app = Chalice(app_name="orders")

        if os.environ.get("STAGE") == "prod":
            @app.schedule("rate(1 day)")
            def daily(event):
                pass
            for queue in ("a", "b"):
                @app.on_sqs_message(queue=queue)
                def take(event):
                    pass

        def more():
            @app.schedule("rate(1 day)")
            def other(event):
                pass
    """
    found = resources(app)
    assert {each.name: each.uncertain for each in found.values() if each.type == "AWS::Lambda::Function"} == {
        "daily": True, "take": True,
    }  # fmt: skip
