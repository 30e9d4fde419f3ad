"""What calls a function with requests, and what becomes of what it returns: what the pages have no room for."""

from textwrap import dedent, indent

import pytest
from test_evaluate import follow

from lambdalint.code.value import PRESENT, Instance, Sequence
from lambdalint.lint import lint
from lambdalint.meaning import failures, http, kinds
from lambdalint.model import Project, requests
from lambdalint.rules import load
from lambdalint.source import Texts
from lambdalint.templates import read

FUNCTION = """
  Worker:
    Type: AWS::Lambda::Function
    Properties: {Runtime: python3.14, Handler: app.handler, Code: src/, Timeout: 9}
"""
API = "Type: AWS::ApiGatewayV2::Api\nProperties: {Name: api, ProtocolType: %s}"
INTEGRATION = "Type: AWS::ApiGatewayV2::Integration\nProperties: {ApiId: !Ref Api, IntegrationType: AWS_PROXY, %s}"
METHOD = "Type: AWS::ApiGateway::Method\nProperties: {RestApiId: !Ref Api, Integration: {Type: %s, Uri: !Sub '${Worker.Arn}'}}"
AIMED = "IntegrationUri: !GetAtt Worker.Arn"


def triggers(**resources: str) -> list[requests.HttpTrigger]:
    named = "".join(f"  {name}:\n{indent(text, '    ')}\n" for name, text in resources.items())
    [deployment] = read(Texts({"template.yaml": f"Resources:{FUNCTION}{named}"}), ["template.yaml"], {})
    assert not deployment.unreadable
    return list(requests.http_triggers(Project(deployment.resources).functions[0]))


class TestHttpTriggers:
    @pytest.mark.parametrize(
        ("resources", "expected"),
        [
            ({"Method": METHOD % "AWS_PROXY"}, [requests.REST]),
            ({"Method": METHOD % "AWS"}, [requests.CUSTOM]),
            ({"Method": METHOD % "!Ref Kind"}, [None]),
            ({"Api": API % "HTTP", "I": INTEGRATION % f"{AIMED}, PayloadFormatVersion: '1.0'"}, [requests.HTTP_1]),
            ({"Api": API % "HTTP", "I": INTEGRATION % f"{AIMED}, PayloadFormatVersion: '2.0'"}, [requests.HTTP_2]),
            ({"Api": API % "HTTP", "I": INTEGRATION % AIMED}, [None]),
            ({"Api": API % "WEBSOCKET", "I": INTEGRATION % AIMED}, [requests.WEBSOCKET]),
            ({"Api": API % "!Ref Kind", "I": INTEGRATION % AIMED}, [None]),
            (
                {"Url": "Type: AWS::Lambda::Url\nProperties: {TargetFunctionArn: !Ref Worker, AuthType: AWS_IAM}"},
                [requests.URL],
            ),
            (
                {
                    "Group": "Type: AWS::ElasticLoadBalancingV2::TargetGroup\n"
                    "Properties: {TargetType: lambda, Targets: [{Id: !GetAtt Worker.Arn}]}"
                },
                [requests.LOAD_BALANCER],
            ),
            (
                {
                    "May": "Type: AWS::Lambda::Permission\nProperties: {FunctionName: !Ref Worker, "
                    "Principal: apigateway.amazonaws.com, Action: lambda:InvokeFunction}"
                },
                [None],
            ),
            (
                {
                    "Guard": "Type: AWS::ApiGateway::Authorizer\n"
                    "Properties: {RestApiId: api, Type: TOKEN, AuthorizerUri: !GetAtt Worker.Arn}"
                },
                [],
            ),
            ({"Jobs": "Type: AWS::SNS::Topic\nProperties: {}"}, []),
        ],
    )
    def test_are_told_by_their_integrations(self, resources: dict[str, str], expected: list[str | None]) -> None:
        assert [each.kind for each in triggers(**resources)] == expected

    def test_the_document_of_an_api_says_more_than_its_methods(self) -> None:
        document = """
            Type: AWS::ApiGateway::RestApi
            Properties:
              Body:
                paths:
                  /orders:
                    get:
                      x-amazon-apigateway-integration: {type: aws_proxy, uri: !Sub '${Worker.Arn}'}
        """
        assert [each.kind for each in triggers(Api=dedent(document))] == [requests.REST]
        assert [each.kind for each in triggers(Api=dedent(document), Method=METHOD % "AWS")] == [requests.REST]
        hidden = "Type: AWS::ApiGateway::RestApi\nProperties: {BodyS3Location: {Bucket: a, Key: b}}"
        assert [each.kind for each in triggers(Api=hidden, Method=METHOD % "AWS_PROXY")] == [None]

    def test_requests_may_be_validated_before(self) -> None:
        method = METHOD.replace("RestApiId", "RequestValidatorId: !Ref Validator, RestApiId") % "AWS_PROXY"
        assert [each.validated for each in triggers(Method=method)] == [True]
        assert [each.validated for each in triggers(Method=METHOD % "AWS_PROXY")] == [False]


def said(rule: str, code: str, event: str = "Api") -> list[str]:
    """`line: message` of a rule's findings in a handler that an API, or nothing known, calls."""
    called = f"      Events: {{Request: {{Type: {event}, Properties: {{Path: /, Method: post}}}}}}\n" if event else ""
    template = (
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  Orders:\n    Type: AWS::Serverless::Function\n"
        f"    Properties:\n      Runtime: python3.14\n      Handler: app.handler\n      CodeUri: src/\n{called}"
    )
    files = {"template.yaml": template, "src/app.py": dedent(code)}
    report = lint(Texts(files), sorted(files), [each for each in load() if each.name == rule])
    return [f"{each.span.line}: {each.problem.message}" for each in report.findings]


class TestUnserializableReturn:
    @pytest.mark.parametrize(
        "code",
        [
            """
            import contextlib
            @contextlib.contextmanager
            def made():
                yield "/tmp/x"
            def handler(event, context):
                with made() as path:
                    return {"path": path}
            """,
            """
            from datetime import datetime
            def clean(value):
                if isinstance(value, dict):
                    return {key: clean(each) for key, each in value.items()}
                if isinstance(value, datetime):
                    return value.isoformat()
                return value
            def handler(event, context):
                return clean({"at": datetime.now(), "more": [datetime.now()]})
            """,
            """
            from datetime import datetime
            def handler(event, context):
                rows = [{"at": datetime.now()}]
                for row in rows:
                    row["at"] = str(row["at"])
                for index, row in enumerate(rows):
                    rows[index] = dict(row)
                return rows
            """,
            """
            import boto3
            machines = boto3.client("stepfunctions")
            def handler(event, context):
                started = machines.start_execution(stateMachineArn="a")
                del started["startDate"]
                return started
            """,
            """
            import boto3
            machines = boto3.client("stepfunctions")
            def handler(event, context):
                started = machines.start_execution(stateMachineArn="a")
                started["startDate"] = "today"
                return started
            """,
            """
            class lazy:
                def __init__(self, function): self.function = function
                def __get__(self, holder, kind): return self.function(holder)
            class Order:
                @lazy
                def price(self): return 1
                def plain(self): return {"price": self.price}
            def handler(event, context):
                return Order().plain()
            """,
            """
            from typing import TypedDict
            class Order(TypedDict):
                name: str
            class Orders(dict):
                pass
            def handler(event, context):
                return {"one": Order(name="a"), "all": Orders(a=1)}
            """,
            """
            def handler(event, context):
                try:
                    event["x"]
                except Exception as error:
                    return {"kind": type(error).__name__, "args": error.args}
            """,
        ],
    )
    def test_is_silent_where_it_is_put_right_or_not_known(self, code: str) -> None:
        assert not said("unserializable-return", code, "")

    @pytest.mark.parametrize(
        ("value", "kind"),
        [
            ("(each for each in event['x'])", "a generator"),
            ("map(str, event['x'])", "an iterator"),
            ("{'a': {'b': 1}.keys()}", "a view of a dict under a"),
            ("[1, {'a': frozenset(event)}]", "a frozenset under a"),
            ("{'a': datetime.now().date()}", "a date under a"),
            ("{'a': {1}.union({2})}", "a set under a"),
            ("1j", "a complex number"),
        ],
    )
    def test_names_what_it_is_and_where(self, value: str, kind: str) -> None:
        code = f"from datetime import datetime\ndef handler(event, context):\n    return {value}\n"
        assert said("unserializable-return", code, "") == [f"3: returns {kind}, which the runtime cannot make JSON of"]


class TestNullBody:
    @pytest.mark.parametrize(
        ("event", "lines"),
        [
            ("Api", ["assert event['body']", "return json.loads(event['body'])"]),
            ("Api", ["if body := event.get('body'):", "    return json.loads(body)"]),
            ("Api", ["body = event['body'] if event.get('body') else '{}'", "return json.loads(body)"]),
            ("Api", ["body = event.get('body')", "if isinstance(body, str): body = json.loads(body)"]),
            ("HttpApi", ["if 'body' not in event: return", "return json.loads(event['body'])"]),
            ("HttpApi", ["try: return json.loads(event['body'])", "except (KeyError, TypeError): return"]),
        ],
    )
    def test_is_silent_where_something_has_looked(self, event: str, lines: list[str]) -> None:
        code = "import json\ndef handler(event, context):\n" + "".join(f"    {line}\n" for line in lines)
        assert not said("null-body-parsed", code, event)

    def test_a_key_that_is_there_may_hold_null(self) -> None:
        code = "import json\ndef handler(event, context):\n    if 'body' in event:\n        json.loads(event['body'])\n"
        assert said("null-body-parsed", code) == ["4: parses the body, which is null where a request has none"]
        (call,) = (each for each in follow(code).calls if each.name == "json.loads")
        assert {each.kind for each in call.assured} == {PRESENT}
        assert http.parses_body(call) == http.NULL


class TestResponses:
    def test_a_handler_that_always_raises_returns_nothing(self) -> None:
        assert follow("def handler(event, context):\n    raise ValueError()\n").returns == ()
        assert not said("response-without-status-code", "def handler(event, context):\n    raise ValueError()\n")

    def test_a_function_that_completes_responses_returns_what_it_should(self) -> None:
        code = """
            def complete(answer):
                if "statusCode" in answer:
                    return answer
                return {"statusCode": 200, "body": str(answer)}
            def handler(event, context):
                return complete({"orders": []})
        """
        assert not said("response-without-status-code", code)

    def test_a_status_that_several_clauses_set_is_that_of_none(self) -> None:
        code = """
            def handler(event, context):
                answer = {"statusCode": 200, "body": ""}
                try:
                    answer["body"] = event["x"]
                except ValueError as error:
                    answer["statusCode"] = 400
                    answer["body"] = str(error)
                except Exception:
                    answer["statusCode"] = 500
                return answer
        """
        assert not said("error-detail-in-response", code)

    def test_returns_know_their_statements(self) -> None:
        code = "def handler(event, context):\n    answer = {}\n    if event: return 1\n    return answer if len(event) else 2\n"
        found = [(each.span.line, each.statement and each.statement.line) for each in follow(code).returns]
        assert found == [(3, 3), (2, 4), (4, 4)]


class TestKinds:
    def test_of_generators_and_members_of_enumerations(self) -> None:
        handler = follow("""
            from enum import Enum
            class State(Enum):
                OPEN = "open"
            def names():
                yield 1
            def handler(event, context):
                return names(), State.OPEN, State.OPEN.value, {"a": 1}.values()
        """)
        made, member, value, view = handler.returns[0].value.items
        assert isinstance(made, Sequence)
        assert made.kind == "generator"
        assert isinstance(member, Instance)
        assert [kinds.kind(each) for each in (made, member, value, view)] == [
            *("a generator", "an instance of State", "a text", "a view of a dict"),
        ]


@pytest.mark.parametrize(
    ("clauses", "survived"),
    [
        ("except Exception: return None", True),
        ("except Exception: return {'statusCode': 500}", False),
        ("except Exception: return {'statusCode': 400}", True),
        ("except Exception: return failed(500)", False),
        ("except Exception: return failed(event['status'])", True),
        ("except KeyError: return None", False),
        ("except TypeError: return {'statusCode': 500}", True),
        ("except TypeError: raise ValueError('no')", False),
        ("except TypeError: give_up()", False),
        ("except TypeError: print('no')", True),
        ("except: raise", False),
        ("except KeyError: return None\n    except Exception: return failed(502)", False),
    ],
)
def test_what_a_try_survives(clauses: str, survived: bool) -> None:
    handler = follow(f"""
def failed(status):
    return {{'statusCode': status}}

def give_up():
    raise ValueError('no')

def handler(event, context):
    try:
        return work(event)
    {clauses}
""")
    [call] = [each for each in handler.calls if each.name == "builtins.work"]
    assert failures.survives(handler, call, {"", "TypeError"}, failures.SERVERS) is survived


def test_the_innermost_try_that_catches_decides() -> None:
    handler = follow("""
        import contextlib

        def handler(event, context):
            try:
                try:
                    first(event)
                except TypeError:
                    pass
                with contextlib.suppress(Exception):
                    second(event)
                try:
                    third(event)
                except Exception:
                    return {"statusCode": 500}
                fourth(event)
            except Exception:
                return fifth(event)
    """)
    made = {call.name.removeprefix("builtins."): call for call in handler.calls}
    names = ("first", "second", "third", "fourth", "fifth")
    assert [failures.survives(handler, made[name], {"", "TypeError"}) for name in names] == [
        True, True, False, True, False,
    ]  # fmt: skip


BODIES = """\
Resources:
  Take:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.14
      Handler: app.handler
      CodeUri: src/
      Events:
        Take: {{Type: {kind}, Properties: {{Path: /orders, Method: post}}}}
Transform: AWS::Serverless-2016-10-31
"""


def test_the_same_code_behind_two_apis_parses_one_body() -> None:
    texts = {f"{kind}.yaml": BODIES.format(kind=kind) for kind in ("Api", "HttpApi")}
    texts["src/app.py"] = 'import json\n\n\ndef handler(event, context):\n    return json.loads(event["body"])\n'
    asked = [rule for rule in load() if rule.name == "null-body-parsed"]
    (found,) = lint(Texts(texts), sorted(texts), asked).findings
    assert found.problem.message == "parses the body, which is null where a request has none"
