"""Small programs, and the parts of the event that reach the argument of `use` in them."""

from textwrap import indent

import pytest
from test_evaluate import follow

from lambdalint.code.value import Call, Constant
from lambdalint.meaning.flow import Flow, flows, read

HEAD = """
import ast, base64, html, io, json, os, pathlib, re, shlex, uuid
import boto3, elsewhere, flask
from urllib.parse import quote, unquote_plus
s3 = boto3.client("s3")
TABLES = {"orders": "shop.orders"}
"""


def used(body: str, head: str = "") -> Call:
    handler = follow(f"{HEAD}{head}\ndef handler(event, context):\n{indent(body, '    ')}\n")
    (call,) = (each for each in handler.calls if each.name == "builtins.use")
    return call


def reaching(body: str, head: str = "") -> list[Flow]:
    call = used(body, head)
    return list(flows(call.arguments[0], call.assured))


def paths(body: str, head: str = "") -> set[str]:
    return {".".join(map(str, flow.path)) for flow in reaching(body, head)}


@pytest.mark.parametrize(
    "value",
    [
        "event['a']",
        "event.get('a', '')",
        "event['a'] or 'b'",
        "f'x {event[\"a\"]}'",
        "'x %s' % event['a']",
        "'x {} y'.format(event['a'])",
        "'x' + event['a']",
        "os.environ['X'] + event['a']",
        "' '.join(['x', event['a']])",
        "event['a'].strip().lower()",
        "event['a'].split(',')[0]",
        "event['a'][:10]",
        "str(event['a'])",
        "unquote_plus(event['a'])",
        "base64.b64decode(event['a']).decode()",
        "io.BytesIO(event['a'].encode())",
        "os.path.join('x', event['a'])",
        "pathlib.Path('x') / event['a']",
        "re.sub('a', 'b', event['a'])",
        "list(map(str, [event['a']]))",
        "json.dumps({'x': event['a']})",
        "[each for each in [event['a']]]",
        "(lambda x: x)(event['a'])",
        "TABLES.get(event['b'], event['a'])",
        "ast.unparse(ast.parse(event['a']))",
        "pathlib.Path('x', event['a']).resolve()",
        "os.path.realpath(event['a'])",
    ],
)
def test_what_carries_a_text_on(value: str) -> None:
    assert paths(f"use({value})") == {"a"}


TRANSFORMERS = """
class Remover(ast.NodeTransformer):
    def visit_Import(self, node):
        return None
    def visit_With(self, node):
        return None if node.items[0].optional_vars else self.generic_visit(node)
class Refuser(ast.NodeTransformer):
    def visit_Import(self, node):
        raise ValueError("no imports")
class Picker(ast.NodeTransformer):
    def generic_visit(self, node):
        return super().generic_visit(node) if isinstance(node, (ast.BinOp, ast.Constant)) else None
class Noter(ast.NodeTransformer):
    def visit_Call(self, node):
        self.bad = True
"""


@pytest.mark.parametrize(
    ("transformer", "reach"), [("Remover", {"a"}), ("Refuser", set()), ("Picker", set()), ("Noter", set())]
)
def test_what_only_takes_away_from_a_program_carries_the_rest_on(transformer: str, reach: set[str]) -> None:
    assert paths(f"use(ast.unparse({transformer}().visit(ast.parse(event['a']))))", TRANSFORMERS) == reach


@pytest.mark.parametrize(
    "value",
    [
        "int(event['a'])",
        "len(event['a'])",
        "uuid.UUID(event['a'])",
        "shlex.quote(event['a'])",
        "html.escape(event['a'])",
        "quote(event['a'])",
        "event['a'] == 'b'",
        "TABLES[event['a']]",
        "TABLES.get(event['a'])",
        "os.environ[event['a']]",
        "json.load(open('/opt/x'))[event['a']]",
        "event['a'].isdigit()",
        "pathlib.Path(event['a']).name",
        "re.sub('[^a-z]', '', event['a'])",
        "re.match('a', event['a']).group()",
        "'%d' % event['a']",
        "list(map(int, event['a'].split(',')))",
        "elsewhere(event['a'])",
        "s3.list_objects_v2(Bucket=event['a'])['Contents']",
        "context.aws_request_id",
    ],
)
def test_what_ends_the_way(value: str) -> None:
    assert paths(f"use({value})") == set()


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ("use(json.loads(event['body'])['name'])", "body.name"),
        ("body = json.loads(event['body'] or '{}')\nuse(body.get('name'))", "body.name"),
        ("for record in event['Records']:\n    use(json.loads(record['body'])['a'][0])", "Records.*.body.a.0"),
        ("use(flask.request.args.get('name'))", "args.name"),
        ("use(flask.request.json['name'])", "json.name"),
        ("use(event)", ""),
    ],
)
def test_the_path_goes_on_in_what_was_parsed(body: str, path: str) -> None:
    assert paths(body) == {path}


@pytest.mark.parametrize(
    ("value", "before"),
    [
        ("event['a']", []),
        ("'x/' + event['a']", ["x/"]),
        ('f\'{event["b"]}-{event["a"]}\'', ["?", "-"]),
        ("os.path.join('/tmp', event['a'])", ["/tmp", "/"]),
        ("'x ' + event['a'].strip()", ["x "]),
    ],
)
def test_what_stands_before_it(value: str, before: list[str]) -> None:
    (flow,) = (each for each in reaching(f"use({value})") if each.path == ("a",))
    assert [each.value if isinstance(each, Constant) else "?" for each in flow.before] == before


def test_the_way_names_the_calls_in_their_order() -> None:
    (flow,) = reaching("use(json.loads(base64.b64decode(event['body']))['name'].strip())")
    assert [call.name for call in flow.way] == ["base64.b64decode", "json.loads", "strip"]
    assert flow.piece == ("body",)
    assert flow.parsed


NOTICE = "notice = event['Records'][0]['s3']\nbucket, key = notice['bucket']['name'], notice['object']['key']\n"


@pytest.mark.parametrize(
    "value",
    [
        "s3.get_object(Bucket=bucket, Key=unquote_plus(key))['Body'].read().decode()",
        "s3.get_object(Bucket='uploads', Key=key)['Body']",
        "boto3.resource('s3').Object(bucket, key).get()['Body'].read()",
    ],
)
def test_an_object_that_the_event_names(value: str) -> None:
    (flow,) = reaching(f"{NOTICE}use({value})")
    assert flow.object
    assert flow.path == ("Records", 0, "s3", "object", "key")


def test_an_object_of_the_projects_own_bucket_is_not_the_senders() -> None:
    assert not reaching("use(s3.get_object(Bucket='models', Key=event['model'])['Body'].read())")


BODY = "body = json.loads(event['body'])\n"


@pytest.mark.parametrize(
    "body",
    [
        "if event['a'] in TABLES:\n    use(event['a'])",
        "if re.fullmatch('[a-z]+', event['a']):\n    use('x' + event['a'].lower())",
        f"{BODY}if body['a'] in TABLES:\n    use(body['a'])",
        f"{BODY}if body.get('a') in TABLES:\n    use(body.get('a'))",
        f"{BODY}if elsewhere.known(body['a']):\n    use(body['a'])",
    ],
)
def test_what_a_test_has_looked_at(body: str) -> None:
    assert not reaching(body)


def test_a_test_of_one_item_says_nothing_of_another() -> None:
    assert paths(f"{BODY}if body['kind'] in TABLES:\n    use(body['name'])") == {"body.name"}
    assert paths(f"{BODY}if body:\n    use(body['name'])") == {"body.name"}


def test_what_holds_itself_comes_to_an_end() -> None:
    assert paths("found = []\nfound.append(found)\nfound.append(event['a'])\nuse(found)") == {"a"}


def test_the_keys_of_a_mapping_are_not_its_values() -> None:
    assert not reaching("use(next(key for key in {os.environ['KEY']: event['id']}))")
    assert reaching("use(next(value for value in {os.environ['KEY']: event['id']}.values()))")


def test_a_part_is_read_on_the_way_to_where_it_is_used() -> None:
    handler = follow("""
        def show(event):
            return event["name"]
        def store(event):
            name = event["name"]
            use(name)
        def handler(event, context):
            show(event)
            store(event)
    """)
    (call,) = (each for each in handler.calls if each.name == "builtins.use")
    (flow,) = flows(call.arguments[0])
    found = read(handler, flow, call.trail)
    assert found is not None
    assert found.span.line == 5


ROUTERS = """
class Keyed:
    def __init__(self):
        self.routes = {}
    def add(self, path, function):
        self.routes[(path, "get")] = {"function": function}
    def update(self, other):
        self.routes.update(other.routes)
    def join(self, other):
        self.routes |= other.routes
    def spread(self, other):
        self.routes = {**self.routes, **other.routes}
    def run(self, event):
        for path, method in self.routes:
            if path == event["path"]:
                return self.routes[(path, method)]["function"](event)
class Listed:
    def __init__(self):
        self.routes = []
    def add(self, path, function):
        self.routes.append((path, function))
    def extend(self, other):
        self.routes.extend(other.routes)
    def plus(self, other):
        self.routes += other.routes
    def run(self, event):
        for path, function in self.routes:
            if path == event["path"]:
                return function(event)
def show(event):
    return use(event["a"])
"""


@pytest.mark.parametrize("way", ["Keyed.update", "Keyed.join", "Keyed.spread", "Listed.extend", "Listed.plus"])
def test_the_routes_of_another_router_are_followed(way: str) -> None:
    router, method = way.split(".")
    made = f"other = {router}()\nother.add('/show', show)\nown = {router}()\nown.{method}(other)\n"
    assert paths("own.run(event)", f"{ROUTERS}\n{made}") == {"a"}


def test_a_module_that_is_imported_by_a_name_that_is_spelt_out_is_imported() -> None:
    head = "import importlib\nNAME = 'loads'\n"
    assert paths("use(getattr(importlib.import_module('json'), NAME)(event['a'])['b'])", head) == {"a.b"}
    assert paths("use(importlib.import_module(event['b']).loads(event['a']))", head) == set()
