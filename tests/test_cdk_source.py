"""Apps of the CDK that are read from their source."""

import json
import os
import re
import shutil
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from click.testing import CliRunner

from lambdalint import cdk, cli, rules
from lambdalint.cdk.app import app
from lambdalint.cdk.assembly import UNSEEN
from lambdalint.code.facts import Handler
from lambdalint.code.reader import Reader
from lambdalint.lint import lint
from lambdalint.source import Texts
from lambdalint.templates.resource import Deployment, Resource
from lambdalint.templates.value import Known, Mapping, Reference, Sequence, Text, Unknown, Value

TYPESCRIPT = {
    "cdk.json": '{"app": "npx ts-node --prefer-ts-exts bin/app.ts", "context": {"stage": "test"}}',
    "bin/app.ts": """
        import * as cdk from 'aws-cdk-lib';
        import { OrdersStack } from '../lib/orders';
        const app = new cdk.App();
        new OrdersStack(app, 'Orders', {});
    """,
    "src/worker.ts": "export const handler = async (event: any) => event.Records.length;",
}
PYTHON = {
    "cdk.json": '{"app": "python3 app.py", "context": {"stage": "test"}}',
    "app.py": """
        import aws_cdk as cdk
        from stacks.orders import OrdersStack
        app = cdk.App()
        OrdersStack(app, "Orders")
        app.synth()
    """,
    "stacks/__init__.py": "",
    "src/worker.py": "def handler(event, context):\n    return len(event['Records'])\n",
}


def typescript(body: str, **files: str) -> dict[str, str]:
    """An app of a stack whose constructor does something, in TypeScript."""
    stack = f"""
import * as path from 'path';
import {{ Duration, Stack, StackProps }} from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import {{ NodejsFunction }} from 'aws-cdk-lib/aws-lambda-nodejs';
import {{ SqsEventSource }} from 'aws-cdk-lib/aws-lambda-event-sources';
import {{ aws_apigateway as apigateway, aws_dynamodb as dynamodb, aws_sqs as sqs }} from 'aws-cdk-lib';
import {{ HttpApi, HttpMethod }} from 'aws-cdk-lib/aws-apigatewayv2';
import {{ HttpLambdaIntegration }} from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import {{ Construct }} from 'constructs';

export class OrdersStack extends Stack {{
  constructor(scope: Construct, id: string, props?: StackProps) {{
    super(scope, id, props);
{body}
  }}
}}
"""
    texts = {**TYPESCRIPT, "lib/orders.ts": stack, **files}
    return {path: dedent(text).strip() + "\n" for path, text in texts.items()}


def python(body: str, **files: str) -> dict[str, str]:
    """An app of a stack whose constructor does something, in Python."""
    stack = """
from pathlib import Path
from aws_cdk import Duration, Stack, aws_dynamodb as dynamodb, aws_iam as iam, aws_lambda as _lambda, aws_sqs as sqs
from aws_cdk import aws_lambda_event_sources as sources
from constructs import Construct


class OrdersStack(Stack):
    def __init__(self, scope: Construct, construct_id: str, **kwargs) -> None:
        super().__init__(scope, construct_id, **kwargs)
""" + "\n".join(f"        {line}" for line in dedent(body).strip().splitlines())
    texts = {**PYTHON, "stacks/orders.py": stack, **files}
    return {path: dedent(text).strip() + "\n" for path, text in texts.items()}


def deployment(texts: dict[str, str]) -> Deployment:
    sources = Texts(texts)
    found = list(cdk.read(sources, sources.files("."), Reader(sources)))
    assert len(found) == 1
    return found[0]


def resources(texts: dict[str, str]) -> dict[str, Resource]:
    return {each.name: each for each in deployment(texts).resources}


def handlers(texts: dict[str, str]) -> dict[str, Handler]:
    """The handlers of an app's functions that are found, by the ids of these."""
    sources = Texts(texts)
    reader = Reader(sources)
    found = list(cdk.read(sources, sources.files("."), reader))
    functions = [each for one in found for each in one.resources if each.type == "AWS::Lambda::Function"]
    read = reader.functions(functions)
    return {name.rpartition("/")[2]: each for name, each in read.items() if isinstance(each, Handler)}


def shown(value: Value | None) -> Any:
    match value:
        case Known(scalar):
            return scalar
        case Reference(name, attribute):
            return f"@{name}.{attribute}"
        case Text(parts):
            return "".join(str(shown(each)) for each in parts)
        case Unknown():
            return "?"
        case Mapping():
            return {**{key: shown(each) for key, each in value.entries.items()}, **({"…": "…"} if value.open else {})}
        case Sequence():
            return [*map(shown, value.items), *(["…"] if value.open else [])]
        case _:
            return None


IN_TYPESCRIPT = """
    const dead = new sqs.Queue(this, 'Dead', { retentionPeriod: Duration.days(14) });
    const queue = new sqs.Queue(this, 'Jobs', {
      visibilityTimeout: Duration.minutes(3),
      deadLetterQueue: { queue: dead, maxReceiveCount: 5 },
    });
    const table = new dynamodb.Table(this, 'Table', { partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING } });
    const worker = new lambda.Function(this, 'Worker', {
      runtime: lambda.Runtime.PYTHON_3_12,
      handler: 'worker.handler',
      code: lambda.Code.fromAsset(path.join(__dirname, '../src')),
      timeout: Duration.seconds(30),
      environment: { TABLE: table.tableName },
    });
    worker.addEnvironment('STAGE', this.node.tryGetContext('stage'));
    worker.addEventSource(new SqsEventSource(queue, { batchSize: 5, reportBatchItemFailures: true }));
    table.grantReadData(worker);
    worker.addToRolePolicy(new iam.PolicyStatement({ actions: ['ses:SendEmail'], resources: ['*'] }));
"""
IN_PYTHON = """
    dead = sqs.Queue(self, "Dead", retention_period=Duration.days(14))
    queue = sqs.Queue(
        self, "Jobs",
        visibility_timeout=Duration.minutes(3),
        dead_letter_queue=sqs.DeadLetterQueue(queue=dead, max_receive_count=5),
    )
    table = dynamodb.Table(
        self, "Table", partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING)
    )
    worker = _lambda.Function(
        self, "Worker",
        runtime=_lambda.Runtime.PYTHON_3_12,
        handler="worker.handler",
        code=_lambda.Code.from_asset(str(Path(__file__).parent.parent / "src")),
        timeout=Duration.seconds(30),
        environment={"TABLE": table.table_name},
    )
    worker.add_environment("STAGE", self.node.try_get_context("stage"))
    worker.add_event_source(sources.SqsEventSource(queue, batch_size=5, report_batch_item_failures=True))
    table.grant_read_data(worker)
    worker.add_to_role_policy(iam.PolicyStatement(actions=["ses:SendEmail"], resources=["*"]))
"""


@pytest.mark.parametrize("app", [typescript(IN_TYPESCRIPT), python(IN_PYTHON)], ids=["typescript", "python"])
def test_constructs_become_what_the_cdk_makes_of_them(app: dict[str, str]) -> None:
    made = resources(app)
    assert {name: each.type for name, each in made.items()} == {
        "Orders/Dead": "AWS::SQS::Queue",
        "Orders/Jobs": "AWS::SQS::Queue",
        "Orders/Table": "AWS::DynamoDB::Table",
        "Orders/Worker": "AWS::Lambda::Function",
        "Orders/Worker/ServiceRole": "AWS::IAM::Role",
        "Orders/Worker/ServiceRole/DefaultPolicy": "AWS::IAM::Policy",
        "Orders/Worker/SqsEventSource:OrdersJobs": "AWS::Lambda::EventSourceMapping",
    }
    worker = made["Orders/Worker"]
    assert shown(worker.properties) == {
        "Runtime": "python3.12",
        "Handler": "worker.handler",
        "Timeout": 30,
        "Role": "@Orders/Worker/ServiceRole.Arn",
        "Code": "../src",
        "Environment": {"Variables": {"TABLE": "@Orders/Table.", "STAGE": "test"}},
    }
    assert shown(made["Orders/Jobs"].properties) == {
        "VisibilityTimeout": 180,
        "RedrivePolicy": {"deadLetterTargetArn": "@Orders/Dead.Arn", "maxReceiveCount": 5},
    }
    assert shown(made["Orders/Worker/SqsEventSource:OrdersJobs"].properties) == {
        "EventSourceArn": "@Orders/Jobs.Arn",
        "FunctionName": "@Orders/Worker.",
        "BatchSize": 5,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
    }
    allowed = shown(made["Orders/Worker/ServiceRole/DefaultPolicy"].get("PolicyDocument", "Statement"))
    assert [each["Action"][0] for each in allowed] == [
        "sqs:ReceiveMessage",
        "dynamodb:BatchGetItem",
        "dynamodb:GetRecords",
        "ses:SendEmail",
    ]
    table = ["@Orders/Table.Arn"]
    assert [each["Resource"] for each in allowed] == [["@Orders/Jobs.Arn"], table, table, ["*"]]


def test_places_are_those_of_the_constructs() -> None:
    app = typescript(IN_TYPESCRIPT)
    worker = resources(app)["Orders/Worker"]
    line = app[worker.span.path].splitlines()[worker.span.line - 1]
    assert (worker.span.path, line.strip()) == (
        "lib/orders.ts",
        "const worker = new lambda.Function(this, 'Worker', {",
    )


def test_handlers_are_found_from_where_the_program_says() -> None:
    files = {"lib/orders.Api.ts": "export const handler = async () => ({ statusCode: 200 });"}
    app = typescript(
        """
    new NodejsFunction(this, 'Worker', { entry: path.join(__dirname, '..', 'src', 'worker.ts'), runtime: lambda.Runtime.NODEJS_22_X });
    new NodejsFunction(this, 'Api');
    """,
        **files,
    )
    sources = Texts(app)
    reader = Reader(sources)
    (found,) = cdk.read(sources, sources.files("."), reader)
    code = reader.functions(found.resources)
    assert {name: getattr(each, "path", each) for name, each in code.items()} == {
        "Orders/Worker": "src/worker.ts",
        "Orders/Api": "lib/orders.Api.ts",
    }
    assert shown(found.resources[0].get("Handler")) == "index.handler"
    assert isinstance(resources(app)["Orders/Api"].get("Runtime"), Unknown)


def test_the_handler_of_a_program_that_is_compiled_further_down_is_found() -> None:
    app = typescript(
        """
    new NodejsFunction(this, 'Mail', { entry: path.join(__dirname, '..', 'mail', 'src', 'send.ts') });
    new NodejsFunction(this, 'Gone', { entry: path.join(__dirname, '..', 'gone', 'src', 'send.ts') });
    """,
        **{"lib/mail/src/send.ts": "export const handler = async () => {};"},
    )
    sources = Texts(app)
    reader = Reader(sources)
    (found,) = cdk.read(sources, sources.files("."), reader)
    code = reader.functions(found.resources)
    assert getattr(code["Orders/Mail"], "path", None) == "lib/mail/src/send.ts"
    assert getattr(code["Orders/Gone"], "path", None) is None


def test_a_function_of_another_library_that_is_built_of_an_entry_is_one_whose_runtime_it_chooses() -> None:
    app = typescript(
        """
    new LeanFunction(this, 'Lean', { entry: path.join(__dirname, '..', 'src', 'worker.ts'), timeout: Duration.seconds(9) });
    new LeanFunction(this, 'Rusty', { entry: 'src/main.rs' });
    """
    )
    program = "lib/orders.ts"
    app[program] = "import { LeanFunction } from 'lean-functions';\n" + app[program]
    app["package.json"] = '{"dependencies": {"aws-cdk-lib": "2.200.0", "lean-functions": "1.0.0"}}'
    found = resources(app)
    assert shown(found["Orders/Lean"].get("Timeout")) == 9
    assert isinstance(found["Orders/Lean"].get("Runtime"), Unknown)
    assert found.get("Orders/Rusty") is None or found["Orders/Rusty"].type != "AWS::Lambda::Function"


def test_variables_that_have_no_value_are_left_out_by_a_comprehension() -> None:
    app = python(
        """
        import os
        queue = sqs.Queue(self, "Queue")
        given = {"QUEUE": queue.queue_url, "TOKEN": os.environ.get("TOKEN"), "LIMIT": 3, "NONE": None}
        _lambda.Function(
            self, "Worker", runtime=_lambda.Runtime.PYTHON_3_12, handler="worker.handler",
            code=_lambda.Code.from_asset("src"),
            environment={name: str(value) for name, value in given.items() if value},
        )
        """
    )
    variables = resources(app)["Orders/Worker"].get("Environment", "Variables")
    assert isinstance(variables, Mapping)
    assert not variables.open
    assert sorted(variables.entries) == ["LIMIT", "QUEUE", "TOKEN"]
    assert isinstance(variables.entries["QUEUE"], Reference)
    assert shown(variables.entries["LIMIT"]) == "3"
    assert variables.entries["TOKEN"] == Unknown(variables.entries["TOKEN"].span, "environment variable TOKEN")


def test_the_cdk_is_no_alias_that_a_configuration_elsewhere_may_set() -> None:
    app = typescript("new NodejsFunction(this, 'Worker', { entry: path.join(__dirname, '..', 'src', 'worker.ts') });")
    app["tsconfig.json"] = '{"extends": "../shared/tsconfig.json"}'
    assert "Orders/Worker" in resources(app)


def test_an_id_that_only_a_deployment_knows_is_told_by_what_is_known_of_it() -> None:
    made = resources(
        typescript(
            """
    const given = process.env.STAGE;
    new sqs.Queue(this, `orders-${given}/paid`);
    new sqs.Queue(this, `${given}`);
    new NodejsFunction(this, 'Api', { entry: path.join(__dirname, '..', 'src', 'worker.ts') });
    """
        )
    )
    queues = [name for name, each in made.items() if each.type == "AWS::SQS::Queue"]
    assert queues == ["Orders/(unnamed 2, orders-….paid)", "Orders/(unnamed 3)"]
    assert [made[name].label for name in queues] == ["Orders/orders-….paid", "Orders"]


def test_loops_subclasses_and_spread_are_followed() -> None:
    made = resources(
        typescript(
            """
    for (const name of ['One', 'Two']) {
      new Slow(this, name, { memorySize: 256 });
    }
    const more = { Three: 3, Four: 4 };
    Object.entries(more).forEach(([name, seconds]) => new Slow(this, name, { timeout: Duration.seconds(seconds) }));
  }
}
class Slow extends lambda.Function {
  constructor(scope: Construct, id: string, props: Partial<lambda.FunctionProps>) {
    super(scope, id, {
      runtime: lambda.Runtime.PYTHON_3_12, handler: 'worker.handler', code: lambda.Code.fromAsset('src'),
      timeout: Duration.minutes(1), ...props,
    });
    """
        )
    )
    found = {
        name: (shown(each.get("Timeout")), shown(each.get("MemorySize")), shown(each.get("Code")))
        for name, each in made.items()
        if each.type == "AWS::Lambda::Function"
    }
    assert found == {
        "Orders/One": (60, 256, "../src"),
        "Orders/Two": (60, 256, "../src"),
        "Orders/Three": (3, None, "../src"),
        "Orders/Four": (4, None, "../src"),
    }


@pytest.mark.parametrize(
    "program",
    [
        "for (let i = 0; i < names.length; i++) new sqs.Queue(this, names[i]);",
        "for (const i in names) new sqs.Queue(this, names[i]);",
        "for (const [i] of names.entries()) new sqs.Queue(this, names[i]);",
        "for (const i of Array.from({ length: 2 }, (_, i) => i)) new sqs.Queue(this, names[i]);",
        "[...Array(2).keys()].forEach((i) => new sqs.Queue(this, names[i]));",
        "new Array(2).fill('').forEach((_, i) => new sqs.Queue(this, names[i]));",
        "Array.from(new Set([...names, 'One'])).forEach((name) => new sqs.Queue(this, name));",
        "['None', ...names].slice(1).forEach((name) => new sqs.Queue(this, name));",
        "[['One'], names.slice(1, 2)].flat().toReversed().forEach((name) => new sqs.Queue(this, name));",
        "new Map([['One', 1], ['Two', 2]]).forEach((_, name) => new sqs.Queue(this, name));",
    ],
)
def test_each_way_to_go_through_a_list_that_is_spelt_out_is_followed(program: str) -> None:
    worker = "new NodejsFunction(this, 'F', { entry: path.join(__dirname, '..', 'src', 'worker.ts') });"
    made = resources(typescript(f"const names = ['One', 'Two'];\n{program}\n{worker}"))
    assert {name for name, each in made.items() if each.type == "AWS::SQS::Queue"} == {"Orders/One", "Orders/Two"}


@pytest.mark.parametrize(
    ("named", "source"),
    [
        ("jobs.queueArn", "@Orders/Jobs.Arn"),
        ("`arn:aws:sqs:${this.region}:${this.account}:${jobs.queueName}`", "@Orders/Jobs.Arn"),
        ("`arn:aws:sqs:eu-west-1:123456789012:orders`", "arn:aws:sqs:eu-west-1:123456789012:orders"),
        ("`${jobs.queueArn}-more`", "arn:aws:sqs:?"),
        ("process.env.QUEUE!", "arn:aws:sqs:?"),
    ],
)
def test_a_queue_that_is_named_as_if_it_were_there_already_may_be_the_app_s_own(named: str, source: str) -> None:
    made = resources(
        typescript(
            f"""
    const jobs = new sqs.Queue(this, 'Jobs');
    const worker = new NodejsFunction(this, 'F', {{ entry: path.join(__dirname, '..', 'src', 'worker.ts') }});
    worker.addEventSource(new SqsEventSource(sqs.Queue.fromQueueArn(this, 'Named', {named})));
    """
        )
    )
    mapping = next(each for each in made.values() if each.type == "AWS::Lambda::EventSourceMapping")
    assert shown(mapping.get("EventSourceArn")) == source


def test_a_class_is_found_by_its_name_among_all_of_its_module() -> None:
    app = python(
        """
        code = _lambda.Code.from_asset("src")
        _lambda.Function(self, "Worker", runtime=_lambda.Runtime.PYTHON_3_12, handler="worker.handler", code=code)
        for label in ["OnOrder", "OnReturn"]:
            globals()[label](self, label)
        """
    )
    app["stacks/orders.py"] += dedent(
        """

        class OnOrder(Construct):
            def __init__(self, scope, id):
                super().__init__(scope, id)
                sqs.Queue(self, "Queue", fifo=True)


        class OnReturn(Construct):
            def __init__(self, scope, id):
                super().__init__(scope, id)
                sqs.Queue(self, "Queue")
        """
    )
    queues = {name: shown(each.get("FifoQueue")) for name, each in resources(app).items() if "Queue" in each.type}
    assert queues == {"Orders/OnOrder/Queue": True, "Orders/OnReturn/Queue": None}


def test_a_construct_that_takes_its_constructor_from_a_base_of_the_project_is_made() -> None:
    base = """
    from aws_cdk import aws_lambda as _lambda
    from constructs import Construct


    class Worker(Construct):
        def __init__(self, scope: Construct, construct_id: str, name: str) -> None:
            super().__init__(scope, construct_id)
            given = {"handler": f"{name}.handler", "runtime": _lambda.Runtime.PYTHON_3_13}
            self.function = _lambda.Function(self, "function", code=_lambda.Code.from_asset("src"), **given)


    class Packer(Worker):
        pass
    """
    body = "from .workers import Packer\nPacker(self, 'Packer', 'pack')"
    function = resources(python(body, **{"stacks/workers.py": base}))["Orders/Packer/function"]
    assert shown(function.get("Handler")) == "pack.handler"


@pytest.mark.parametrize(
    ("given", "fifo"),
    [
        ("queue_name='orders.fifo'", True),
        ("queue_name=f'{self.stack_name}-orders.fifo'", True),
        ("content_based_deduplication=True", True),
        ("content_based_deduplication=False", None),
        ("queue_name='orders'", None),
        ("queue_name=os.environ['QUEUE']", "unknown"),
    ],
)
def test_a_queue_is_one_of_fifo_by_its_name_or_by_what_only_these_have(given: str, fifo: object) -> None:
    function = "_lambda.Function(self, 'F', code=_lambda.Code.from_asset('src'), handler='worker.handler')"
    found = resources(python(f"import os\nsqs.Queue(self, 'Queue', {given})\n{function}"))
    told = found["Orders/Queue"].get("FifoQueue")
    assert (told.value if isinstance(told, Known) else told and "unknown") == fifo


def test_what_a_stack_makes_goes_to_another_that_spreads_it() -> None:
    texts = typescript(
        """
    const { queue } = { ...new Queues(this, 'Queues') };
    const worker = new lambda.Function(this, 'Worker', {
      runtime: lambda.Runtime.PYTHON_3_12, handler: 'worker.handler', code: lambda.Code.fromAsset('src'),
    });
    worker.addEventSource(new SqsEventSource(queue));
    """
    )
    texts["lib/orders.ts"] += dedent("""
        class Queues extends Construct {
          queue: sqs.Queue;
          constructor(scope: Construct, id: string) {
            super(scope, id);
            this.queue = new sqs.Queue(this, 'Jobs');
          }
        }
    """)
    found = [each for each in resources(texts).values() if each.type == "AWS::Lambda::EventSourceMapping"]
    assert [shown(each.get("EventSourceArn")) for each in found] == ["@Orders/Queues/Jobs.Arn"]


def test_code_that_was_bundled_before_leads_to_the_directory_that_is_called_alike() -> None:
    handler = "export const handler = async (event: any) => event.Records.length;"
    files = {
        "code/lambdas/orders/store/handler.ts": handler,
        "code/lambdas/bills/store/handler.ts": handler,
        "code/lambdas/bills/archive/main.ts": handler,
        "code/lambdas/bills/archive/handler.ts": handler,
    }
    app = typescript(
        """
        for (const each of ['orders/store', 'bills/archive', 'store']) {
          new NodejsFunction(this, each.replace('/', '-'), {
            runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromAsset(`dist/${each}`),
          });
        }
        """,
        **files,
    )
    found = handlers(app)
    assert found["orders-store"].path == "code/lambdas/orders/store/handler.ts"
    # Two handlers lie in the one, and two directories are called as the other.
    assert found.keys() == {"orders-store"}


def test_an_image_that_is_given_to_a_function_as_its_code_is_one() -> None:
    app = python(
        """
        _lambda.Function(
            self, "Worker", handler=_lambda.Handler.FROM_IMAGE, runtime=_lambda.Runtime.FROM_IMAGE,
            code=_lambda.Code.from_asset_image(
                directory="src", entrypoint=["/usr/local/bin/python", "-m", "awslambdaric"], cmd=["worker.handler"],
            ),
        )
        """
    )
    app["src/Dockerfile"] = "FROM python:3.12\nCOPY worker.py ./\n"
    assert handlers(app)["Worker"].path == "src/worker.py"
    made = resources(app)["Orders/Worker"]
    assert shown(made.get("PackageType")) == "Image"
    assert made.get("Handler") is None


@pytest.mark.parametrize(
    ("given", "dockerfile", "wanted"),
    [
        ("'.', file='src/Dockerfile'", "WORKDIR /tmp\nCOPY src/worker.py /asset/worker.py", "src/worker.py"),
        ("path='src'", "RUN pip install requests -t /asset\nCOPY . /asset/", "src/worker.py"),
        ("'src', image_path='/out'", "WORKDIR /out\nCOPY worker.py .", "src/worker.py"),
        # Nobody copies it where the code is taken from.
        ("'src', image_path='/out'", "COPY worker.py /asset/", None),
        ("'src', file='other/Dockerfile'", "COPY worker.py /asset/", None),
    ],
)
def test_what_is_built_in_an_image_is_copied_from_where_its_dockerfile_says(
    given: str, dockerfile: str, wanted: str | None
) -> None:
    app = python(
        f"""
        _lambda.Function(
            self, "Worker", handler="worker.handler", runtime=_lambda.Runtime.PYTHON_3_12,
            code=_lambda.Code.from_docker_build({given}),
        )
        """
    )
    app["src/Dockerfile"] = f"FROM public.ecr.aws/sam/build-python3.12\n{dockerfile}\n"
    app["tools/worker.py"] = app["src/worker.py"]
    found = handlers(app).get("Worker")
    assert (None if found is None else found.path) == wanted


def test_where_the_program_of_an_app_is_not_here_each_of_its_stacks_is_made() -> None:
    app = typescript(
        """
        new NodejsFunction(this, 'Worker', { entry: 'src/worker.ts', description: (props as any).what });
        """,
    )
    del app["bin/app.ts"]
    app["cdk.json"] = '{"app": "node lib/bin/app.js"}'
    made = resources(app)
    assert shown(made["OrdersStack/Worker"].get("Description")) == "?"
    assert [note for _, note in deployment(app).notes] == [
        "its program is not here: each of its stacks is checked as if it were made once, with what is not known"
    ]


def test_an_aspect_that_looks_through_methods_of_its_own_sets_nothing() -> None:
    looking = """
import { Annotations } from 'aws-cdk-lib';
export class Looking {
  found: string[] = [];
  visit(node: any) { this.check(node); }
  private check(node: any) {
    if (Looking.isOdd(node) || ['a', 'b'].some(each => new RegExp(each).test(node.node.id))) {
      Annotations.of(node).addWarning('an odd name');
      this.found.push(node.node.path);
      this.check(node);
    }%s
  }
  static isOdd(node: any) { return node.node.id.includes('-'); }
}
"""
    body = """
    new NodejsFunction(this, 'Worker', { entry: 'src/worker.ts', memorySize: 512 });
    Aspects.of(this).add(new Looking());
    """
    for more, size in (("", 512), ("\n    node.memorySize = 128;", "?"), ("\n    widen(node);", "?")):
        app = typescript(body, **{"lib/looking.ts": looking % more})
        stack = app["lib/orders.ts"]
        app["lib/orders.ts"] = (
            f"import {{ Aspects }} from 'aws-cdk-lib';\nimport {{ Looking }} from './looking';\n{stack}"
        )
        assert shown(resources(app)["Orders/Worker"].get("MemorySize")) == size


def test_what_settings_switch_on_may_be_made() -> None:
    app = python(
        """
        self.settings = Settings()
        if self.settings.with_api:
            _lambda.Function(
                self, self.settings.name, code=_lambda.Code.from_asset("src"), handler="worker.handler",
                runtime=_lambda.Runtime.PYTHON_3_12,
            )
        """
    )
    stack = app["stacks/orders.py"]
    app["stacks/orders.py"] = (
        "from pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n"
        f"    name: str = 'Api'\n    with_api: bool = False\n\n\n{stack}"
    )
    assert "Orders/Api" in resources(app)


def test_helpers_are_called_for_each_thing_that_is_made() -> None:
    made = resources(
        typescript("""
        const named = (name: string) => `Orders${name}`;
        for (const part of [...'abcdefghijklmnopqrst']) {
          for (const other of [...'abcdefghijklmnopqrst']) { named(part + other); }
        }
        new NodejsFunction(this, named('Worker'), { entry: 'src/worker.ts' });
        """)
    )
    assert "Orders/OrdersWorker" in made


def test_an_object_that_may_be_empty_is_gone_through() -> None:
    made = resources(
        typescript(
            """
    const more = process.env.MORE ? {} : this.node.tryGetContext('more');
    for (const [name, seconds] of Object.entries(more)) {
      new lambda.Function(this, 'Worker', {
        runtime: lambda.Runtime.PYTHON_3_12, handler: 'worker.handler', code: lambda.Code.fromAsset('src'),
        description: name, memorySize: 256,
      });
    }
    """
        )
    )
    (worker,) = (each for each in made.values() if each.type == "AWS::Lambda::Function")
    assert (shown(worker.get("MemorySize")), isinstance(worker.get("Description"), Unknown)) == (256, True)


def test_what_a_construct_takes_out_of_its_properties_is_not_handed_on_with_the_rest() -> None:
    made = resources(
        typescript(
            """
    new Own(this, 'Own', { path: 'orders', memorySize: 512, runtime: 'none', entry: 'src/worker.ts' });
  }
}
class Own extends Construct {
  constructor(scope: Construct, id: string, props: any) {
    super(scope, id);
    const { path, runtime: ignored, timeout = Duration.seconds(6), ...rest } = props;
    new NodejsFunction(this, 'Fn', { runtime: lambda.Runtime.NODEJS_22_X, timeout, functionName: path, ...rest });
    """
        )
    )
    (own,) = (each for each in made.values() if each.type == "AWS::Lambda::Function")
    names = ("Runtime", "Timeout", "MemorySize", "FunctionName", "Handler")
    assert [shown(own.get(name)) for name in names] == ["nodejs22.x", 6, 512, "orders", "index.handler"]


FUNCTION = """
    const fn = new lambda.Function(this, 'Worker', {
      runtime: lambda.Runtime.PYTHON_3_14, handler: 'worker.handler', code: lambda.Code.fromAsset('src'),
    });
"""


def test_a_url_and_an_api_say_which_pages_may_ask_them() -> None:
    found = resources(
        typescript(
            FUNCTION
            + """
    fn.addFunctionUrl({
      authType: lambda.FunctionUrlAuthType.NONE,
      cors: { allowedOrigins: ['*'], allowedMethods: [lambda.HttpMethod.ALL], maxAge: Duration.minutes(1) },
    });
    new HttpApi(this, 'Api', { corsPreflight: { allowOrigins: ['https://example.com'], allowHeaders: [process.env.HEADER] } });
    """
        )
    )
    url = next(each for each in found.values() if each.type == "AWS::Lambda::Url")
    assert shown(url.get("Cors")) == {"AllowOrigins": ["*"], "AllowMethods": ["*"], "MaxAge": 60}
    api = next(each for each in found.values() if each.type == "AWS::ApiGatewayV2::Api")
    assert shown(api.get("CorsConfiguration")) == {"AllowOrigins": ["https://example.com"], "AllowHeaders": ["?"]}


@pytest.mark.parametrize(
    ("line", "principal"),
    [
        ("fn.grantInvoke(new iam.ServicePrincipal('sns.amazonaws.com'));", "sns.amazonaws.com"),
        ("fn.grantInvoke(new iam.AnyPrincipal());", "*"),
        ("fn.grantInvoke(new iam.AccountPrincipal('111122223333'));", "111122223333"),
        ("fn.addPermission('All', { principal: new iam.StarPrincipal() });", "*"),
        ("fn.addPermission('Some', { principal: new iam.OrganizationPrincipal('o-1') });", "?"),
    ],
)
def test_a_principal_that_may_invoke_a_function_is_in_a_permission(line: str, principal: str) -> None:
    found = resources(typescript(FUNCTION + line))
    (permission,) = (each for each in found.values() if each.type == "AWS::Lambda::Permission")
    assert shown(permission.get("Principal")) == principal
    assert shown(permission.get("Action")) == "lambda:InvokeFunction"


def test_an_alias_of_the_version_as_it_is_now_publishes_that() -> None:
    found = resources(typescript(FUNCTION + "fn.currentVersion.addAlias('live');"))
    (alias,) = (each for each in found.values() if each.type == "AWS::Lambda::Alias")
    (version,) = (each for each in found.values() if each.type == "AWS::Lambda::Version")
    assert shown(alias.get("Name")) == "live"
    assert shown(alias.get("FunctionVersion")) == f"@{version.name}.Version"
    assert shown(version.get("FunctionName")) == shown(alias.get("FunctionName"))


def test_what_is_not_known_is_unknown() -> None:
    made = resources(
        python(
            """
    import os
    worker = _lambda.Function(
        self, "Worker", runtime=_lambda.Runtime.PYTHON_3_12, handler="worker.handler",
        code=_lambda.Code.from_asset("src"), memory_size=int(os.environ["MEMORY"]),
    )
    if os.environ.get("EXTRA"):
        sqs.Queue(self, "Extra")
    else:
        worker.add_to_role_policy(iam.PolicyStatement(actions=["ses:SendEmail"], resources=["*"]))
    """
        )
    )
    assert isinstance(made["Orders/Worker"].get("MemorySize"), Unknown)
    assert made["Orders/Extra"].uncertain
    assert not made["Orders/Worker"].uncertain
    managed = made["Orders/Worker/ServiceRole"].get("ManagedPolicyArns")
    assert isinstance(managed, Sequence)
    assert managed.open


def test_code_that_is_spelt_out_has_its_places_in_the_program() -> None:
    app = typescript(
        """
    new lambda.Function(this, 'Inline', {
      runtime: lambda.Runtime.PYTHON_3_12, handler: 'index.handler',
      code: lambda.Code.fromInline(`
def handler(event, context):
    return event["name"]
`),
    });
    new lambda.Function(this, 'Line', {
      runtime: lambda.Runtime.PYTHON_3_12, handler: 'index.handler',
      code: lambda.Code.fromInline('def handler(event, context):\\n    return 1\\n'),
    });
    new lambda.Function(this, 'Read', {
      runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler',
      code: lambda.Code.fromInline(fs.readFileSync('src/plain.js', 'utf8')),
    });
    """,
        **{"src/plain.js": "exports.handler = async () => 1;"},
    )
    app["lib/orders.ts"] = f"import * as fs from 'fs';\n{app['lib/orders.ts']}"
    sources = Texts(app)
    reader = Reader(sources)
    (found,) = cdk.read(sources, sources.files("."), reader)
    code = reader.functions(found.resources)
    lines = app["lib/orders.ts"].splitlines()
    for name, line in (("Inline", "def handler(event, context):"), ("Line", "code: lambda.Code.fromInline('def ")):
        handler = code[f"Orders/{name}"]
        assert isinstance(handler, Handler)
        assert lines[handler.span.line - 1].strip().startswith(line)
    read = code["Orders/Read"]
    assert isinstance(read, Handler)
    assert read.path == "src/plain.js"


def test_routes_invoke_what_they_are_given() -> None:
    made = resources(
        typescript(
            """
    const api = new apigateway.RestApi(this, 'Api', { deployOptions: { tracingEnabled: true } });
    const worker = new lambda.Function(this, 'Worker', {
      runtime: lambda.Runtime.PYTHON_3_12, handler: 'worker.handler', code: lambda.Code.fromAsset('src'),
    });
    const one = api.root.addResource('orders').addResource('{id}');
    one.addMethod('get', new apigateway.LambdaIntegration(worker), { authorizationType: apigateway.AuthorizationType.IAM });
    const http = new HttpApi(this, 'Http');
    http.addRoutes({ path: '/{id}', methods: [HttpMethod.GET], integration: new HttpLambdaIntegration('Get', worker) });
    """
        )
    )
    method = made["Orders/Api/Default/orders/{id}/GET"]
    assert shown(method.properties) == {
        "HttpMethod": "GET",
        "ResourceId": "@Orders/Api/Default/orders/{id}.",
        "RestApiId": "@Orders/Api.",
        "ResourcePath": "/orders/{id}",
        "AuthorizationType": "AWS_IAM",
        "Integration": {
            "Type": "AWS_PROXY",
            "IntegrationHttpMethod": "POST",
            "Uri": "arn:aws:apigateway:?:lambda:path/2015-03-31/functions/@Orders/Worker.Arn/invocations",
        },
    }
    assert shown(made["Orders/Api/DeploymentStage.prod"].get("TracingEnabled")) is True
    assert shown(made["Orders/Http/GET--{id}"].properties) == {
        "ApiId": "@Orders/Http.",
        "RouteKey": "GET /{id}",
        "AuthorizationType": "NONE",
        "Target": "integrations/@Orders/Http/GET--{id}/Get.",
    }
    permitted = [shown(each.get("SourceArn")) for each in made.values() if each.type == "AWS::Lambda::Permission"]
    assert permitted == [
        "arn:aws:execute-api:?:?:@Orders/Api./*/GET/orders/*",
        "arn:aws:execute-api:?:?:@Orders/Http./*/*/*",
    ]


@pytest.mark.parametrize(
    "way",
    [
        "parts.forEach((part) => { found = found.getResource(part) || found.addResource(part); });",
        "for (const part of parts) { found = found.getResource(part) ?? found.addResource(part); }",
        "for (const part of parts) { found = found.addResource(part); }",
    ],
)
def test_a_path_that_is_split_is_gone_down_part_by_part(way: str) -> None:
    made = resources(
        typescript(
            f"""
    const api = new apigateway.RestApi(this, 'Api');
    const worker = new lambda.Function(this, 'Worker', {{
      runtime: lambda.Runtime.PYTHON_3_12, handler: 'worker.handler', code: lambda.Code.fromAsset('src'),
    }});
    const answer = (path: string) => {{
      let found = api.root;
      if (path !== '/') {{
        const parts = path.split('/').filter((part) => part);
        {way}
      }}
      found.addMethod('GET', new apigateway.LambdaIntegration(worker));
    }};
    answer('/orders/{{id}}');
    answer('/orders/late');
    answer('/');
    """
        )
    )
    methods = [each for each in made.values() if each.type == "AWS::ApiGateway::Method"]
    assert [shown(each.get("ResourcePath")) for each in methods] == ["/orders/{id}", "/orders/late", "/"]
    assert not any(each.uncertain for each in made.values())
    assert sum(each.type == "AWS::ApiGateway::Resource" for each in made.values()) == 3


def test_a_path_of_which_a_part_is_not_known_may_be_any() -> None:
    made = resources(
        typescript(
            """
    const api = new apigateway.RestApi(this, 'Api');
    const worker = new lambda.Function(this, 'Worker', {
      runtime: lambda.Runtime.PYTHON_3_12, handler: 'worker.handler', code: lambda.Code.fromAsset('src'),
    });
    let resource = api.root;
    for (const part of process.env.ROUTE!.split('/')) resource = resource.addResource(part);
    resource.addMethod('GET', new apigateway.LambdaIntegration(worker));
    """
        )
    )
    methods = [each for each in made.values() if each.type == "AWS::ApiGateway::Method"]
    assert [shown(each.get("ResourcePath")) for each in methods] == [None]


def test_filters_of_sources_are_patterns() -> None:
    made = resources(
        typescript(
            """
    const queue = new sqs.Queue(this, 'Jobs');
    const worker = new lambda.Function(this, 'Worker', {
      runtime: lambda.Runtime.PYTHON_3_12, handler: 'worker.handler', code: lambda.Code.fromAsset('src'),
    });
    worker.addEventSource(new SqsEventSource(queue, {
      filters: [
        lambda.FilterCriteria.filter({
          body: { kind: lambda.FilterRule.isEqual('order'), size: lambda.FilterRule.between(1, 5) },
        }),
      ],
    }));
    """
        )
    )
    (source,) = (each for each in made.values() if each.type == "AWS::Lambda::EventSourceMapping")
    assert shown(source.get("FilterCriteria")) == {
        "Filters": [{"Pattern": {"body": {"kind": ["order"], "size": "?"}}}],
    }


@pytest.mark.parametrize(
    ("given", "expected"),
    [("SnapStartConf.ON_PUBLISHED_VERSIONS", {"ApplyOn": "PublishedVersions"}), ("snapshots(props)", "?")],
)
def test_a_function_says_whether_its_versions_start_from_a_snapshot(given: str, expected: object) -> None:
    made = resources(
        typescript(
            f"""
    new lambda.Function(this, 'Worker', {{
      runtime: lambda.Runtime.PYTHON_3_13, handler: 'worker.handler', code: lambda.Code.fromAsset('src'),
      snapStart: lambda.{given},
    }});
    """
        )
    )
    assert shown(made["Orders/Worker"].get("SnapStart")) == expected


def test_an_alias_says_how_many_environments_it_has_ready_and_a_custom_resource_whom_it_asks() -> None:
    made = resources(
        {
            name: text.replace("import * as path from 'path';", "import * as cdk from 'aws-cdk-lib';")
            for name, text in typescript(
                """
    const worker = new lambda.Function(this, 'Worker', {
      runtime: lambda.Runtime.PYTHON_3_12, handler: 'worker.handler', code: lambda.Code.fromAsset('src'),
    });
    new lambda.Alias(this, 'Live', {
      aliasName: 'live', version: worker.currentVersion, provisionedConcurrentExecutions: 5,
    });
    new cdk.CustomResource(this, 'Seed', { serviceToken: worker.functionArn, properties: { size: 3 } });
    """
            ).items()
        }
    )
    assert shown(made["Orders/Live"].get("ProvisionedConcurrencyConfig")) == {"ProvisionedConcurrentExecutions": 5}
    assert shown(made["Orders/Seed"].properties) == {"ServiceToken": "@Orders/Worker.Arn"}


def test_code_that_sends_to_a_queue_of_the_app_is_joined_with_it() -> None:
    texts = typescript(
        """
    const queue = new sqs.Queue(this, 'Jobs', { fifo: true });
    const worker = new lambda.Function(this, 'Worker', {
      runtime: lambda.Runtime.PYTHON_3_12, handler: 'send.handler', code: lambda.Code.fromAsset('src'),
      environment: { JOBS: queue.queueUrl },
    });
    queue.grantSendMessages(worker);
    """,
    )
    texts["src/send.py"] = (
        "import os\nimport boto3\nsqs = boto3.client('sqs')\n\n\ndef handler(event, context):\n"
        "    sqs.send_message(QueueUrl=os.environ['JOBS'], MessageBody='x')\n"
    )
    asked = [rule for rule in rules.load() if rule.name == "fifo-parameters-missing"]
    report = lint(Texts(texts), sorted(texts), asked)
    assert [each.problem.message for each in report.findings] == [
        "sends to Orders/Jobs, which is FIFO, without a MessageGroupId: the message is refused"
    ]


def test_what_else_invokes_functions_is_followed() -> None:
    app = typescript(
        """
    const worker = new lambda.Function(this, 'Worker', {
      runtime: lambda.Runtime.PYTHON_3_12, handler: 'worker.handler', code: lambda.Code.fromAsset('src'),
    });
    const api = new appsync.GraphqlApi(this, 'Api', { name: 'orders', xrayEnabled: true });
    api.addLambdaDataSource('Source', worker).createResolver('Get', { typeName: 'Query', fieldName: 'get' });
    const pool = new cognito.UserPool(this, 'Pool', { lambdaTriggers: { preSignUp: worker } });
    pool.addTrigger(cognito.UserPoolOperation.POST_CONFIRMATION, worker);
    const group = new logs.LogGroup(this, 'Group');
    group.addSubscriptionFilter('Errors', {
      destination: new LambdaDestination(worker), filterPattern: logs.FilterPattern.allEvents(),
    });
    """
    )
    app["lib/orders.ts"] = (
        "import { aws_appsync as appsync, aws_cognito as cognito, aws_logs as logs } from 'aws-cdk-lib';\n"
        "import { LambdaDestination } from 'aws-cdk-lib/aws-logs-destinations';\n" + app["lib/orders.ts"]
    )
    made = resources(app)
    arn = "@Orders/Worker.Arn"
    assert shown(made["Orders/Api/Source"].get("LambdaConfig")) == {"LambdaFunctionArn": arn}
    assert shown(made["Orders/Pool"].get("LambdaConfig")) == {"PreSignUp": arn, "PostConfirmation": arn}
    assert shown(made["Orders/Group/Errors"].get("DestinationArn")) == arn
    assert not made["Orders/Worker"].properties.open
    assert not any(each.type == "CDK::Construct" for each in made.values())


@pytest.mark.parametrize(
    ("line", "certain"),
    [
        ("new Watchful(this, 'Watch', { monitored: worker });", False),
        ("(worker.node.defaultChild as lambda.CfnFunction).addPropertyOverride('Timeout', 60);", True),
        ("(worker.node.defaultChild as lambda.CfnFunction).timeout = 60;", True),
        ("(worker.node.defaultChild as lambda.CfnFunction).addPropertyOverride(named(), 60);", False),
        ("Tags.of(worker).add('team', 'orders');", True),
        ("new CfnOutput(this, 'Name', { value: worker.functionName });", True),
    ],
)
def test_what_others_are_given_they_may_change(line: str, *, certain: bool) -> None:
    app = typescript(
        f"""
    const worker = new lambda.Function(this, 'Worker', {{
      runtime: lambda.Runtime.PYTHON_3_12, handler: 'worker.handler', code: lambda.Code.fromAsset('src'),
    }});
    {line}
    """
    )
    stack = app["lib/orders.ts"]
    app["lib/orders.ts"] = (
        f"import {{ CfnOutput, Tags }} from 'aws-cdk-lib';\nimport {{ Watchful }} from 'watching';\n{stack}"
    )
    made = resources(app)
    assert made["Orders/Worker"].properties.open is not certain
    assert ("(unseen 0)" in made) is not certain


OVERRIDDEN = [
    typescript(
        """
    const worker = new lambda.Function(this, 'Worker', {
      runtime: lambda.Runtime.PYTHON_3_12, handler: 'worker.handler', code: lambda.Code.fromAsset('src'),
      timeout: Duration.seconds(5), environment: { KEPT: '1' },
    });
    const inner = worker.node.defaultChild as lambda.CfnFunction;
    inner.addPropertyOverride('Environment.Variables.MORE', '2');
    inner.addOverride('Properties.MemorySize', 512);
    inner.addPropertyDeletionOverride('Timeout');
    inner.reservedConcurrentExecutions = 3;
    inner.addMetadata('lambdalint', { ignore: ['function-without-tracing'] });
    new sqs.Queue(this, 'Queue', { visibilityTimeout: Duration.seconds(5) });
    """
    ),
    python(
        """
    worker = _lambda.Function(
        self, "Worker", runtime=_lambda.Runtime.PYTHON_3_12, handler="worker.handler",
        code=_lambda.Code.from_asset("src"), timeout=Duration.seconds(5), environment={"KEPT": "1"},
    )
    inner = worker.node.default_child
    inner.add_property_override("Environment.Variables.MORE", "2")
    inner.add_override("Properties.MemorySize", 512)
    inner.add_property_deletion_override("Timeout")
    inner.reserved_concurrent_executions = 3
    inner.cfn_options.metadata = {"lambdalint": {"ignore": ["function-without-tracing"]}}
    sqs.Queue(self, "Queue", visibility_timeout=Duration.seconds(5))
    """
    ),
]


@pytest.mark.parametrize("app", OVERRIDDEN, ids=["typescript", "python"])
def test_what_is_overridden_has_the_last_word(app: dict[str, str]) -> None:
    worker = resources(app)["Orders/Worker"]
    assert not worker.properties.open
    assert shown(worker.get("Environment", "Variables")) == {"KEPT": "1", "MORE": "2"}
    assert [shown(worker.get(name)) for name in ("MemorySize", "Timeout", "ReservedConcurrentExecutions")] == [
        *(512, None, 3),
    ]
    assert worker.metadata is not None
    assert shown(worker.metadata.get("lambdalint", "ignore")) == ["function-without-tracing"]


def test_a_function_of_another_library_s_is_read_as_the_cdk_s_own_and_may_have_more() -> None:
    app = typescript(
        """new PythonUvFunction(this, 'Store', {
          entry: path.join(__dirname, '../src'), index: 'Store'.toLowerCase() + '.py', handler: 'handler',
          runtime: lambda.Runtime.PYTHON_3_13, memorySize: 512, withTools: true,
        });""",
        **{"src/store.py": "def handler(event, context):\n    return {'statusCode': 200}\n"},
    )
    app["lib/orders.ts"] = "import { PythonUvFunction } from '@shop/constructs';\n" + app["lib/orders.ts"]
    sources = Texts(app)
    reader = Reader(sources)
    (found,) = cdk.read(sources, sources.files("."), reader)
    (code,) = reader.functions(found.resources).values()
    assert isinstance(code, Handler)
    assert code.path == "src/store.py"
    store = resources(app)["Orders/Store"]
    assert store.properties.open
    assert store.get("MemorySize") == Known(512, store.get("MemorySize").span)


def test_a_function_of_another_library_s_that_runs_a_script_runs_on_what_is_not_known() -> None:
    app = typescript(
        """for (const [id, name] of Object.entries(Handlers)) {
          new SmallFunction(this, id, { entry: `src/${name}.ts`, timeout: Duration.seconds(30) });
        }
        new CrateFunction(this, 'Crate', { entry: 'src' });
      }
    }
    enum Handlers {
      Pick = 'worker',
      Pack = 'pack',
    """,
        **{"src/pack.ts": "export const handler = async () => 1;"},
    )
    app["lib/orders.ts"] = "import { CrateFunction, SmallFunction } from '@shop/small';\n" + app["lib/orders.ts"]
    assert {name: each.path for name, each in handlers(app).items()} == {"Pick": "src/worker.ts", "Pack": "src/pack.ts"}
    found = resources(app)
    assert "Orders/Crate" not in found
    assert [shown(found["Orders/Pick"].get(name)) for name in ("Timeout", "Runtime", "MemorySize")] == [30, "?", "?"]


def test_functions_and_stacks_of_another_library_s_are_read_as_far_as_they_are_given() -> None:
    app = typescript(
        """const queue = new sqs.Queue(this, 'Queue');
        new ShopLambda(this, 'Worker', {
          app: 'shop', fileName: `worker-${this.stage}.zip`, handler: 'worker.handler',
          runtime: lambda.Runtime.NODEJS_22_X, events: [new SqsEventSource(queue)],
        });
        new ShopAlarm(this, 'Alarm', { app: 'shop' });"""
    )
    app["lib/orders.ts"] = "import { ShopAlarm, ShopLambda, ShopStack } from '@shop/constructs';\n" + app[
        "lib/orders.ts"
    ].replace("extends Stack", "extends ShopStack")
    app["bin/app.ts"] = (
        app["bin/app.ts"]
        .replace("new cdk.App()", "new ShopRoot()")
        .replace("import * as cdk from 'aws-cdk-lib'", "import { ShopRoot } from '@shop/constructs'")
    )
    assert [each.path for each in handlers(app).values()] == ["src/worker.ts"]
    found = resources(app)
    assert shown(found["Orders/Worker"].get("Code", "S3Key")) == "worker-?.zip"
    assert isinstance(found["Orders/Worker"].get("Timeout"), Unknown)
    (fed,) = (each for each in found.values() if each.type == "AWS::Lambda::EventSourceMapping")
    assert shown(fed.get("EventSourceArn")) == "@Orders/Queue.Arn"


def test_a_stack_whose_base_is_not_here_is_read_without_what_that_makes() -> None:
    app = typescript(
        """new lambda.Function(this, 'Worker', {
          runtime: lambda.Runtime.PYTHON_3_12, handler: 'worker.handler', code: lambda.Code.fromAsset('src'),
        });"""
    )
    app["lib/orders.ts"] = "import { BaseStack } from '../../common/base';\n" + app["lib/orders.ts"].replace(
        "extends Stack", "extends BaseStack"
    )
    assert resources(app)["Orders/Worker"].label == "Orders/Worker"


def test_routes_of_a_rest_api_that_is_there_already_are_known() -> None:
    app = typescript(
        """const api = apigateway.RestApi.fromRestApiAttributes(this, 'Shop', {
          restApiId: props.api, rootResourceId: props.root,
        });
        const worker = new NodejsFunction(this, 'Worker', {
          entry: 'src/worker.ts', runtime: lambda.Runtime.NODEJS_22_X, timeout: Duration.minutes(2),
        });
        api.root.addResource('orders').addMethod('POST', new apigateway.LambdaIntegration(worker), {
          authorizationType: apigateway.AuthorizationType.IAM,
        });"""
    )
    (route,) = (each for each in resources(app).values() if each.type == "AWS::ApiGateway::Method")
    names = ("HttpMethod", "AuthorizationType", "RestApiId")
    assert [shown(route.get(name)) for name in names] == ["POST", "AWS_IAM", "?"]
    report = lint(Texts(app), sorted(app), [each for each in rules.load() if each.name == "timeout-exceeds-api"])
    assert [each.rule.name for each in report.findings] == ["timeout-exceeds-api"]


@pytest.mark.parametrize(("package", "unseen"), [("aws-lambda-sqs", False), ("aws-sqs-lambda", True)])
def test_a_construct_that_has_a_function_use_something_has_nothing_use_it(package: str, unseen: bool) -> None:
    app = typescript(
        """const worker = new NodejsFunction(this, 'Worker', { entry: 'src/worker.ts' });
        new Joined(this, 'Joined', { existingLambdaObj: worker });"""
    )
    app["lib/orders.ts"] = f"import {{ Joined }} from '@aws-solutions-constructs/{package}';\n{app['lib/orders.ts']}"
    made = resources(app)
    assert made["Orders/Worker"].properties.open
    assert any(each.type not in ("AWS::Lambda::Function", "AWS::IAM::Role") for each in made.values()) is unseen


def test_an_integration_of_no_class_of_its_own_invokes_the_function_that_its_address_names() -> None:
    app = typescript(
        """const api = new apigateway.RestApi(this, 'Shop');
        const worker = new lambda.Function(this, 'Worker', {
          runtime: lambda.Runtime.PYTHON_3_12, handler: 'worker.handler', timeout: Duration.minutes(2),
          code: lambda.Code.fromBucket(props.bucket, `${props.release}/src.zip`),
        });
        api.root.addResource('orders').addMethod('POST', new apigateway.Integration({
          type: apigateway.IntegrationType.AWS_PROXY, integrationHttpMethod: 'POST',
          uri: `arn:aws:apigateway:${this.region}:lambda:path/2015-03-31/functions/${worker.functionArn}/invocations`,
        }));"""
    )
    made = resources(app)
    (route,) = (each for each in made.values() if each.type == "AWS::ApiGateway::Method")
    assert shown(route.get("Integration", "Type")) == "AWS_PROXY"
    assert shown(made["Orders/Worker"].get("Code", "S3Key")) == "?/src.zip"
    report = lint(Texts(app), sorted(app), [each for each in rules.load() if each.name == "timeout-exceeds-api"])
    assert [each.rule.name for each in report.findings] == ["timeout-exceeds-api"]


@pytest.mark.parametrize(("named", "api"), [("httpApi.apiId", "@Orders/Shop."), ("props.shop", "?")])
def test_routes_of_an_http_api_that_is_named_by_its_id_are_the_app_s_own(named: str, api: str) -> None:
    app = typescript(
        f"""const httpApi = new HttpApi(this, 'Shop');
        const worker = new NodejsFunction(this, 'Worker', {{
          entry: 'src/worker.ts', runtime: lambda.Runtime.NODEJS_22_X, timeout: Duration.minutes(2),
        }});
        new HttpRoute(this, 'Route', {{
          httpApi: HttpApi.fromHttpApiAttributes(this, 'Named', {{ httpApiId: {named} }}),
          routeKey: HttpRouteKey.with('/orders', HttpMethod.POST),
          integration: new HttpLambdaIntegration('Orders', worker),
        }});"""
    )
    app["lib/orders.ts"] = app["lib/orders.ts"].replace(
        "HttpApi, HttpMethod", "HttpApi, HttpMethod, HttpRoute, HttpRouteKey"
    )
    (route,) = (each for each in resources(app).values() if each.type == "AWS::ApiGatewayV2::Route")
    assert [shown(route.get(name)) for name in ("RouteKey", "ApiId")] == ["POST /orders", api]


def test_what_only_tells_something_of_a_resource_that_may_be_one_of_several_changes_none() -> None:
    app = typescript(
        """const worker = new lambda.Function(this, 'Worker', {
          runtime: lambda.Runtime.PYTHON_3_12, handler: 'worker.handler', code: lambda.Code.fromAsset('src'),
        });
        suppress(worker);
      }
    }
    function suppress(construct: any) {
      let found;
      if (construct.isOwn) found = construct; else found = construct.node.defaultChild;
      found.cfnOptions.metadata = { guard: { SuppressedRules: ['LAMBDA_INSIDE_VPC'] } };
      if (construct.some) { found.cfnOptions.condition = construct.some; """
    )
    worker = resources(app)["Orders/Worker"]
    assert shown(worker.get("Handler")) == "worker.handler"
    assert worker.uncertain
    assert not worker.properties.open


def test_a_stack_that_another_library_makes_of_its_class_is_read_without_what_it_is_given() -> None:
    app = typescript(
        """new lambda.Function(this, 'Worker', {
          runtime: lambda.Runtime.PYTHON_3_12, handler: 'worker.handler', code: lambda.Code.fromAsset('src'),
          memorySize: props.memory, timeout: Duration.seconds(20),
        });"""
    )
    app["bin/app.ts"] = """
import * as cdk from 'aws-cdk-lib';
import { StagesPipeline } from '@shop/pipelines';
import { OrdersStack } from '../lib/orders';
const app = new cdk.App();
const own = new cdk.Stack(app, 'Own');
new StagesPipeline(own, 'Stages', { stack: OrdersStack, config: { test: { memory: 256 }, live: { memory: 512 } } });
"""
    (worker,) = (each for each in resources(app).values() if each.type == "AWS::Lambda::Function")
    assert (shown(worker.get("Timeout")), shown(worker.get("MemorySize"))) == (20, "?")
    assert not worker.uncertain
    app["bin/app.ts"] += "new OrdersStack(app, 'Orders', { memory: 256 });\n"
    app["bin/app.ts"] = app["bin/app.ts"].replace(
        "const own", "new OrdersStack(app, 'First', { memory: 128 });\nconst own"
    )
    made = [each for each in resources(app).values() if each.type == "AWS::Lambda::Function"]
    assert [shown(each.get("MemorySize")) for each in made] == [128, 256]


@pytest.mark.parametrize(
    ("spelt", "expected"),
    [
        ("'putOrder'.replace(/([A-Z])/g, '_$1').toLowerCase()", "put_order"),
        ("'putNewOrder'.replace(/([a-z0-9])([A-Z])/, '$1-$2')", "put-NewOrder"),
        ("`${'putOrder'.charAt(0).toUpperCase()}${'putOrder'.slice(1)}`", "PutOrder"),
        ("'putOrder'.charAt(0).toUpperCase() + 'putOrder'.substring(1)", "PutOrder"),
        ("'putOrder'.slice(-5, -1)", "Orde"),
        ("'put.order'.replace('.', '_')", "put_order"),
        ("'put order'.replace(/(?<=(t+)+) /, '_')", "?"),
        ("'putOrder'.replace(/o/gi, '0')", "?"),
        ("'putOrder'.replace(/[/g, '0')", "?"),
    ],
)
def test_names_that_are_spelt_otherwise_are_known(spelt: str, expected: str) -> None:
    found = resources(
        typescript(f"""new lambda.Function(this, 'Worker', {{
        runtime: lambda.Runtime.NODEJS_22_X, code: lambda.Code.fromAsset('src'), handler: {spelt},
    }});""")
    )
    assert shown(found["Orders/Worker"].get("Handler")) == expected


def test_names_that_python_spells_otherwise_are_known() -> None:
    found = resources(
        python(
            r"""
            import re
            name = re.sub(r"(?<!^)(?=[A-Z])", "-", "PutNewOrder").lower()
            _lambda.Function(
                self, "Worker", runtime=_lambda.Runtime.PYTHON_3_12, code=_lambda.Code.from_asset("src"),
                handler=name.replace("-", "_"),
            )
            """
        )
    )
    assert shown(found["Orders/Worker"].get("Handler")) == "put_new_order"


def test_routes_of_http_apis_are_known_though_their_api_is_another_library_s() -> None:
    app = typescript(
        """const api = new ShopApi(this, 'Api', {});
        const worker = new lambda.Function(this, 'Worker', {
          runtime: lambda.Runtime.PYTHON_3_12, handler: 'worker.handler', code: lambda.Code.fromAsset('src'),
        });
        new HttpRoute(this, 'Orders', {
          httpApi: api.httpApi, integration: new HttpLambdaIntegration('Read', worker),
          routeKey: HttpRouteKey.with('/orders', HttpMethod.GET),
        });
        new HttpRoute(this, 'Rest', {
          httpApi: new HttpApi(this, 'Own'), integration: new HttpLambdaIntegration('All', worker),
          routeKey: HttpRouteKey.DEFAULT,
        });"""
    )
    app["lib/orders.ts"] = (
        "import { HttpRoute, HttpRouteKey } from 'aws-cdk-lib/aws-apigatewayv2';\n"
        "import { ShopApi } from '@shop/constructs';\n" + app["lib/orders.ts"]
    )
    found = resources(app)
    routes = [each for each in found.values() if each.type == "AWS::ApiGatewayV2::Route"]
    assert [[shown(each.get(key)) for key in ("ApiId", "RouteKey", "AuthorizationType")] for each in routes] == [
        ["?", "GET /orders", "?"],
        ["@Orders/Own.", "$default", "NONE"],
    ]
    integrations = [each for each in found.values() if each.type == "AWS::ApiGatewayV2::Integration"]
    assert [shown(each.get("IntegrationUri")) for each in integrations] == ["@Orders/Worker.Arn"] * 2


def test_a_function_that_projen_made_leads_to_its_source() -> None:
    app = typescript(
        "new StoreFunction(this, 'Store');",
        **{
            "src/store-function.ts": """
                import * as path from 'path';
                import * as lambda from 'aws-cdk-lib/aws-lambda';
                import { Construct } from 'constructs';

                export class StoreFunction extends lambda.Function {
                  constructor(scope: Construct, id: string, props?: lambda.FunctionOptions) {
                    super(scope, id, {
                      description: 'src/store.lambda.ts',
                      ...props,
                      runtime: new lambda.Runtime('nodejs22.x', lambda.RuntimeFamily.NODEJS),
                      handler: 'index.handler',
                      code: lambda.Code.fromAsset(path.join(__dirname, '../assets/store.lambda')),
                    });
                  }
                }
            """,
            "src/store.lambda.ts": "export const handler = async () => ({ statusCode: 200 });",
        },
    )
    app["lib/orders.ts"] = "import { StoreFunction } from '../src/store-function';\n" + app["lib/orders.ts"]
    sources = Texts(app)
    reader = Reader(sources)
    (found,) = cdk.read(sources, sources.files("."), reader)
    (code,) = reader.functions(found.resources).values()
    assert isinstance(code, Handler)
    assert code.path == "src/store.lambda.ts"


ASPECT = """
import jsii
from aws_cdk import Aspects, CfnResource, IAspect


@jsii.implements(IAspect)
class Limit:
    def visit(self, node):
        if isinstance(node, CfnResource) and node.cfn_resource_type == "AWS::Lambda::Function":
            {line}
"""


@pytest.mark.parametrize(
    ("line", "unknown"),
    [
        ('print("visits", node.node.path)', set()),
        ('node.add_property_override("Timeout", 60)', {"Timeout"}),
        ("node.timeout = 60", {"Timeout"}),
        ("harden(node)", {"Timeout", "Runtime"}),
        ("add_suppressions(node, ['W58'])", set()),
    ],
)
def test_an_aspect_makes_unknown_what_it_may_set_below_its_scope(line: str, unknown: set[str]) -> None:
    function = """_lambda.Function(
        {scope}, "Worker", runtime=_lambda.Runtime.PYTHON_3_12, handler="worker.handler", timeout=Duration.seconds(5),
        code=_lambda.Code.from_asset("src"),
    )"""
    app = python(
        "from stacks.limit import Aspects, Limit\ninner = Construct(self, 'Inner')\n"
        + f"{function.format(scope='inner')}\n{function.format(scope='self')}\nAspects.of(inner).add(Limit())\n",
        **{"stacks/limit.py": ASPECT.format(line=line)},
    )
    made = resources(app)
    for path, seen in (("Orders/Inner/Worker", unknown), ("Orders/Worker", set())):
        names = ("Timeout", "Runtime", "Handler")
        assert {name for name in names if isinstance(made[path].get(name), Unknown)} == seen


def test_an_aspect_that_is_called_after_the_boundary_sets_no_more() -> None:
    function = """_lambda.Function(
        self, "Worker", runtime=_lambda.Runtime.PYTHON_3_12, handler="worker.handler", code=_lambda.Code.from_asset("src"),
    )"""
    app = python(
        f"from stacks.limit import Aspects, PermissionBoundary\n{function}\nAspects.of(self).add(PermissionBoundary())\n",
        **{"stacks/limit.py": ASPECT.format(line="bound(node)").replace("class Limit", "class PermissionBoundary")},
    )
    assert isinstance(resources(app)["Orders/Worker"].get("Runtime"), Known)


@pytest.mark.parametrize(("aspect", "hardened"), [("Hardening", True), ("PermissionsBoundaryAspect", False)])
def test_an_aspect_of_another_library_may_set_all_but_code_and_what_invokes_it(aspect: str, hardened: bool) -> None:
    made = """const worker = new lambda.Function(this, 'Worker', {
      runtime: lambda.Runtime.PYTHON_3_12, handler: 'worker.handler', code: lambda.Code.fromAsset('src'),
    });
    worker.addEventSource(new SqsEventSource(new sqs.Queue(this, 'Jobs')));"""
    app = typescript(f"{made}\n    Aspects.of(this).add(new {aspect}());")
    imported = f"import {{ Aspects }} from 'aws-cdk-lib';\nimport {{ {aspect} }} from 'hardening';\n"
    app["lib/orders.ts"] = imported + app["lib/orders.ts"]
    found = resources(app)
    worker = found["Orders/Worker"]
    assert worker.get("Handler") == Known("worker.handler", worker.get("Handler").span)
    assert isinstance(worker.get("Runtime"), Unknown) == hardened
    (mapping,) = (each for each in found.values() if each.type == "AWS::Lambda::EventSourceMapping")
    assert isinstance(mapping.get("FunctionName"), Reference)


def test_what_is_done_wherever_a_construct_is_made_is_certain() -> None:
    app = typescript(
        """
    const stage = this.node.tryGetContext('elsewhere');
    if (stage === 'test') {
      const worker = new lambda.Function(this, 'Worker', {
        runtime: lambda.Runtime.PYTHON_3_12, handler: 'worker.handler', code: lambda.Code.fromAsset('src'),
      });
      worker.addEnvironment('STAGE', 'test');
      new lambda.FunctionUrl(this, 'Open', { function: worker, authType: lambda.FunctionUrlAuthType.NONE });
      new codecommit.Repository(this, 'Code', { repositoryName: 'code' }).grantPull(worker);
      const other = new lambda.Function(this, 'Other', {
        runtime: lambda.Runtime.PYTHON_3_12, handler: 'worker.handler', code: lambda.Code.fromAsset('src'),
      });
      if (stage !== 'prod') {
        other.addEnvironment('DEBUG', 'true');
      }
    }
    """
    )
    stack = app["lib/orders.ts"]
    app["lib/orders.ts"] = f"import {{ aws_codecommit as codecommit }} from 'aws-cdk-lib';\n{stack}"
    made = resources(app)
    assert made["Orders/Worker"].uncertain
    assert not made["Orders/Worker"].properties.open
    assert made["Orders/Other"].properties.open
    assert shown(made["Orders/Open"].get("TargetFunctionArn")) == "@Orders/Worker.Arn"
    assert shown(made["Orders/Open"].get("AuthType")) == "NONE"
    assert made["Orders/Worker/invoke-function-url"].generated
    unseen = [shown(each.get("Given")) for each in made.values() if each.type == "CDK::Construct"]
    assert "@Orders/Worker.Arn" not in unseen
    assert "@Orders/Worker/ServiceRole.Arn" in unseen
    assert "@Orders/Other.Arn" in unseen


def test_what_only_has_a_function_invoked_adds_nothing_to_its_role() -> None:
    made = resources(
        typescript(
            """
    const worker = new lambda.Function(this, 'Worker', {
      runtime: lambda.Runtime.PYTHON_3_12, handler: 'worker.handler', code: lambda.Code.fromAsset('src'),
    });
    const table = new dynamodb.Table(this, 'Table', {
      partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
      encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED,
    });
    table.grantReadData(worker);
    worker.logGroup.addSubscriptionFilter('Errors', { destination: { bind: () => ({ arn: worker.functionArn }) } });
    worker.grantInvoke(new Caller(this, 'Caller'));
    const guest = iam.Role.fromRoleArn(this, 'Guest', Fn.importValue('guest'));
    new iam.ManagedPolicy(this, 'Guests', {
      statements: [new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'] })],
      roles: [guest],
    });
    """,
        )
    )
    assert shown(made["Orders/Guests"].get("Roles")) == []
    assert made["Orders/Worker/ServiceRole"].get("Policies") is None
    statements = shown(made["Orders/Worker/ServiceRole/DefaultPolicy"].get("PolicyDocument", "Statement"))
    assert [each["Resource"] for each in statements] == [["@Orders/Table.Arn"], ["?"], ["@Orders/Table.Arn"]]


def test_what_somebody_unseen_is_granted_any_role_may_have() -> None:
    app = python(
        """
        worker = _lambda.Function(
            self, "Worker", runtime=_lambda.Runtime.PYTHON_3_12, handler="worker.handler",
            code=_lambda.Code.from_asset("src"),
        )
        queue = sqs.Queue(self, "Jobs")
        allow({queue: [worker]})
        """,
        **{
            "stacks/granting.py": """
            def allow(readers):
                for queue, several in readers.items():
                    for each in several:
                        queue.grant_send_messages(each)
            """
        },
    )
    stack = app["stacks/orders.py"]
    app["stacks/orders.py"] = f"from stacks.granting import allow\n{stack}"
    made = resources(app)
    assert shown(made["(unseen 0)"].get("Given")) == "@Orders/Worker/ServiceRole.Arn"


@pytest.mark.parametrize(
    ("app", "why"),
    [
        (
            {"cdk.json": '{"app": "dotnet run --project src/Orders.csproj"}'},
            "is written in C#, which is not read",
        ),
        ({"cdk.json": '{"app": "python3 app.py"}'}, "is not synthesised"),
    ],
    ids=["another language", "a program that is not there"],
)
def test_what_cannot_be_read_is_noted(app: dict[str, str], why: str) -> None:
    found = deployment(app)
    assert found.resources == ()
    assert [note for _, note in found.notes] == [f"{why}: run `cdk synth`, then check cdk.out"]


@pytest.mark.parametrize(
    ("command", "program"),
    [
        ("npx ts-node --prefer-ts-exts bin/app.ts", "bin/app.ts"),
        ("npx --yes tsx -r dotenv/config bin/app.ts", "bin/app.ts"),
        ("npx ts-node -P tsconfig.json bin/app", "bin/app.ts"),
        ("npx tsc && npx tsx bin/app.ts production.ts", "bin/app.ts"),
        ("npx cross-env STAGE=test dotenv -e .env -- ts-node bin/app.ts", "bin/app.ts"),
        ("node -r ts-node/register bin/app", "bin/app.ts"),
        ("node bin/app", "bin/app.ts"),
        ("node dist/bin/app.js", "bin/app.ts"),
        ("node lib/tools/reports.js", "src/deeply/tools/reports.ts"),
        ("./bin/app.ts", "bin/app.ts"),
        ("bun run bin/app.ts", "bin/app.ts"),
        ("deno run -A bin/app.ts", "bin/app.ts"),
        ("yarn -s app", "bin/app.ts"),
        ("npm run -s synth-app", "bin/app.ts"),
        ("npm start", None),
        ("npm run in-circles", None),
        ("python3 -m deploy", "deploy/__main__.py"),
        ("poetry run python -m deploy.main", "deploy/main.py"),
        ("uv run --with pyyaml app.py", "app.py"),
        ("cd deploy && python main.py", "deploy/main.py"),
        ("(export PYTHONPATH=. && python app.py)", "app.py"),
        ("env STAGE='a test' python app.py --verbose", "app.py"),
        ("bash -c 'python app.py'", "app.py"),
        ("./synth.sh", "app.py"),
        ("'python3' \"app.py\"", "app.py"),
        ("python 'app.py", None),
        ("", None),
    ],
)
def test_the_program_of_an_app_is_what_its_command_comes_to(command: str, program: str | None) -> None:
    scripts = {"app": "npm run synth-app", "synth-app": "tsx bin/app.ts", "in-circles": "cd bin && npm run in-circles"}
    programs = ("bin/app.ts", "src/deeply/tools/reports.ts", "app.py", "deploy/__main__.py", "deploy/main.py")
    files = {
        "cdk.json": json.dumps({"app": command}),
        "package.json": json.dumps({"scripts": scripts}),
        "synth.sh": "#!/bin/sh\nset -e\n./synth.sh\npython3 app.py\n",
        **dict.fromkeys(programs, ""),
    }
    found = app(Texts(files), "cdk.json")
    assert found is not None
    assert (None if found.entry is None else found.entry.path) == program


@pytest.mark.parametrize("line", ["from orders.stacks import OrdersStack", "from .stacks import OrdersStack"])
def test_a_program_of_a_package_imports_from_where_it_is_run(line: str) -> None:
    app = python("_lambda.Function(self, 'Worker', code=_lambda.Code.from_asset('src'), handler='worker.handler')")
    made = resources(
        {
            "cdk.json": '{"app": "python -m orders.main"}',
            "orders/__init__.py": "",
            "orders/stacks.py": app["stacks/orders.py"],
            "orders/main.py": app["app.py"].replace("from stacks.orders import OrdersStack", line),
            "src/worker.py": app["src/worker.py"],
        }
    )
    assert "Orders/Worker" in made


@pytest.mark.parametrize(
    ("bucket", "tells"),
    [
        ("new s3.Bucket(this, 'Files', { eventBridgeEnabled: true });", True),
        ("new s3.Bucket(this, 'Files').enableEventBridgeNotification();", True),
        ("new s3.Bucket(this, 'Files', { eventBridgeEnabled: false });", None),
        ("new s3.Bucket(this, 'Files', { eventBridgeEnabled: process.env.TELL === 'yes' });", "?"),
        ("new s3.Bucket(this, 'Files');", None),
    ],
)
def test_buckets_tell_eventbridge_where_they_are_asked_to(bucket: str, tells: object) -> None:
    app = typescript(
        f"""
    {bucket}
    new lambda.Function(this, 'Worker', {{
      runtime: lambda.Runtime.PYTHON_3_12, handler: 'worker.handler', code: lambda.Code.fromAsset('src'),
    }});
    """
    )
    app["lib/orders.ts"] = f"import {{ aws_s3 as s3 }} from 'aws-cdk-lib';\n{app['lib/orders.ts']}"
    made = resources(app)
    assert ("Orders/Files/Notifications" in made) == (tells is not None)
    if tells is not None:
        assert shown(made["Orders/Files/Notifications"].get("EventBridge")) == tells


WATCHED = [
    typescript(
        """
    const worker = new lambda.Function(this, 'Worker', {
      runtime: lambda.Runtime.PYTHON_3_12, handler: 'worker.handler', code: lambda.Code.fromAsset('src'),
    });
    const queue = new sqs.Queue(this, 'Dead');
    const topic = new sns.Topic(this, 'Told');
    worker.metricErrors().createAlarm(this, 'Fails', { threshold: 1, evaluationPeriods: 1 }).addAlarmAction(new SnsAction(topic));
    new cloudwatch.Alarm(this, 'Waits', {
      metric: queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1) }),
      threshold: 1, evaluationPeriods: 2,
    });
    iam.Grant.addToPrincipal({ grantee: worker, actions: ['ses:SendEmail'], resourceArns: ['*'] });
    """
    ),
    python(
        """
    worker = _lambda.Function(
        self, "Worker", runtime=_lambda.Runtime.PYTHON_3_12, handler="worker.handler",
        code=_lambda.Code.from_asset("src"),
    )
    queue = sqs.Queue(self, "Dead")
    topic = sns.Topic(self, "Told")
    fails = worker.metric_errors().create_alarm(self, "Fails", threshold=1, evaluation_periods=1)
    fails.add_alarm_action(actions.SnsAction(topic))
    cloudwatch.Alarm(
        self, "Waits", metric=queue.metric_approximate_number_of_messages_visible(), threshold=1, evaluation_periods=2
    )
    iam.Grant.add_to_principal(grantee=worker, actions=["ses:SendEmail"], resource_arns=["*"])
    """
    ),
]
for _path, _line in (
    ("lib/orders.ts", "import { aws_cloudwatch as cloudwatch, aws_sns as sns } from 'aws-cdk-lib';"),
    ("lib/orders.ts", "import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';"),
    (
        "stacks/orders.py",
        "from aws_cdk import aws_cloudwatch as cloudwatch, aws_cloudwatch_actions as actions, aws_sns as sns",
    ),
):
    for _app in WATCHED:
        if _path in _app:
            _app[_path] = f"{_line}\n{_app[_path]}"


@pytest.mark.parametrize("app", WATCHED, ids=["typescript", "python"])
def test_alarms_watch_the_metrics_of_constructs(app: dict[str, str]) -> None:
    made = resources(app)
    fails, waits = made["Orders/Fails"], made["Orders/Waits"]
    assert shown(fails.get("MetricName")) == "Errors"
    assert shown(fails.get("Dimensions")) == [{"Name": "FunctionName", "Value": "@Orders/Worker."}]
    assert shown(fails.get("AlarmActions")) == ["@Orders/Told."]
    assert [shown(waits.get(name)) for name in ("Namespace", "MetricName", "EvaluationPeriods")] == [
        *("AWS/SQS", "ApproximateNumberOfMessagesVisible", 2),
    ]
    assert shown(waits.get("Dimensions")) == [{"Name": "QueueName", "Value": "@Orders/Dead.QueueName"}]
    (allowed,) = shown(made["Orders/Worker/ServiceRole/DefaultPolicy"].get("PolicyDocument", "Statement"))
    assert (allowed["Action"], allowed["Resource"]) == (["ses:SendEmail"], ["*"])


FORMER = [
    {
        "cdk.json": '{"app": "npx ts-node bin/app.ts"}',
        "bin/app.ts": """
            import * as cdk from '@aws-cdk/core';
            import * as lambda from '@aws-cdk/aws-lambda';
            import { SqsEventSource } from '@aws-cdk/aws-lambda-event-sources';
            import { Queue } from '@aws-cdk/aws-sqs';

            const stack = new cdk.Stack(new cdk.App(), 'Orders');
            const queue = new Queue(stack, 'Jobs', { visibilityTimeout: cdk.Duration.seconds(30) });
            const worker = new lambda.Function(stack, 'Worker', {
              runtime: lambda.Runtime.PYTHON_3_9, handler: 'worker.handler', code: lambda.Code.fromAsset('src'),
            });
            worker.addEventSource(new SqsEventSource(queue));
        """,
    },
    {
        "cdk.json": '{"app": "python3 app.py"}',
        "app.py": """
            from aws_cdk import aws_lambda as _lambda, aws_lambda_event_sources as sources, aws_sqs as sqs, core

            app = core.App()
            stack = core.Stack(app, "Orders")
            queue = sqs.Queue(stack, "Jobs", visibility_timeout=core.Duration.seconds(30))
            worker = _lambda.Function(
                stack, "Worker", runtime=_lambda.Runtime.PYTHON_3_9, handler="worker.handler",
                code=_lambda.Code.asset("src"),
            )
            worker.add_event_source(sources.SqsEventSource(queue))
            app.synth()
        """,
    },
]


@pytest.mark.parametrize("app", FORMER, ids=["typescript", "python"])
def test_the_first_version_of_the_cdk_is_read_without_its_grants(app: dict[str, str]) -> None:
    made = resources({path: dedent(text).strip() + "\n" for path, text in app.items()})
    assert shown(made["Orders/Worker"].get("Handler")) == "worker.handler"
    assert shown(made["Orders/Jobs"].get("VisibilityTimeout")) == 30
    (polled,) = (each for each in made.values() if each.type == "AWS::Lambda::EventSourceMapping")
    assert shown(polled.get("EventSourceArn")) == "@Orders/Jobs.Arn"
    allowed = made["Orders/Worker/ServiceRole/DefaultPolicy"].get("PolicyDocument", "Statement")
    assert shown(allowed) == ["?"]


MANIFEST = json.dumps(
    {"artifacts": {"Orders": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "o.json"}}}}
)


def synthesised(path: str, **properties: Any) -> str:
    """A template of one function, as `cdk synth` writes it."""
    resource = {
        "Type": "AWS::Lambda::Function",
        "Properties": {"Runtime": "python3.12", "Handler": "worker.handler", "Code": {"S3Bucket": "b"}, **properties},
        "Metadata": {"aws:cdk:path": f"{path}/Resource"},
    }
    return json.dumps({"Resources": {"Worker0A1B2C3D": resource}}, indent=1)


SLOW = """
    worker = _lambda.Function(
        self, "Worker", runtime=_lambda.Runtime.PYTHON_3_12, handler="worker.handler",
        code=_lambda.Code.from_asset("src"),
        timeout=Duration.seconds(900),
    )
"""
OUTPUT = {"cdk.out/manifest.json": MANIFEST, "cdk.out/o.json": synthesised("Orders/Worker", Timeout=900)}


def judged(texts: dict[str, str], times: dict[str, float] | None = None) -> tuple[list[str], list[str]]:
    """What a run says of timeouts, place by place, and its notes."""
    asked = [rule for rule in rules.load() if rule.name in ("timeout-at-maximum", "default-timeout")]
    report = lint(Texts(texts, times=times), Texts(texts).files("."), asked)
    assert report.functions == 1
    said = [
        f"{span.path}:{span.line} {note}"
        for finding in report.findings
        for span, note in ((finding.span, finding.rule.name), *finding.problem.also)
    ]
    return said, [f"{span.path}: {note}" for span, note in report.notes]


def line(text: str, part: str) -> int:
    return next(number for number, each in enumerate(text.splitlines(), 1) if part in each)


class TestOutputBesideTheSource:
    """An app that was synthesised: either its output is judged, or its source."""

    @pytest.mark.parametrize(
        "times",
        [
            {},
            {"cdk.out/manifest.json": 100, "stacks/orders.py": 90},
            # One checkout wrote both.
            {"cdk.out/manifest.json": 100, "stacks/orders.py": 101.5},
            # Neither are its sources.
            {"README.md": 200, "web/page.js": 200, "cdk.out/o.json": 200},
        ],
    )
    def test_the_output_is_judged_where_it_is_as_new_and_told_where_it_was_written(
        self, times: dict[str, float]
    ) -> None:
        app = {**python(SLOW), **OUTPUT, "README.md": "", "web/page.js": ""}
        assert judged(app, times) == (
            [
                f"stacks/orders.py:{line(app['stacks/orders.py'], '900')} timeout-at-maximum",
                f"cdk.out/o.json:{line(app['cdk.out/o.json'], '900')} what was synthesised of it",
            ],
            ["cdk.json: cdk.out is checked: no source of the app is newer"],
        )

    @pytest.mark.parametrize("path", ["cdk.json", "app.py", "stacks/orders.py", "src/worker.py"])
    def test_the_source_is_judged_where_a_file_of_it_is_newer(self, path: str) -> None:
        app = {**python(SLOW), **OUTPUT, "cdk.out/o.json": synthesised("Orders/Worker")}
        assert judged(app, {"cdk.out/manifest.json": 100, path: 103}) == (
            [f"stacks/orders.py:{line(app['stacks/orders.py'], '900')} timeout-at-maximum"],
            [f"cdk.json: its source is checked, not cdk.out: {path} is newer"],
        )

    @pytest.mark.parametrize("newer", [False, True])
    def test_the_output_is_judged_where_the_source_is_not_read(self, *, newer: bool) -> None:
        app = {"cdk.json": '{"app": "dotnet run"}', "src/Orders.cs": "", "web/readme.md": "", **OUTPUT}
        times = {"cdk.out/manifest.json": 100, "src/Orders.cs": 300 if newer else 90, "web/readme.md": 200}
        said = "cdk.json: cdk.out is checked, although src/Orders.cs is newer: run `cdk synth` again"
        found, notes = judged(app, times)
        assert [each.partition(":")[0] for each in found] == ["cdk.out/o.json"]
        assert notes == ([said] if newer else [])

    def test_what_leads_to_no_construct_stays_where_it_is(self) -> None:
        app = {**python(SLOW), **OUTPUT, "cdk.out/o.json": synthesised("Orders/Other", Timeout=900)}
        (found,), _ = judged(app)
        assert found.startswith("cdk.out/o.json:")

    def test_what_a_construct_of_a_loop_is_not_known_by_stays_where_it_is(self) -> None:
        body = SLOW.replace("    worker", "    for _ in range(2):\n        worker").replace("\n    ", "\n        ")
        app = {**python(body), **OUTPUT}
        found, _ = judged(app)
        assert [each.partition(":")[0] for each in found] == ["cdk.out/o.json"]

    @pytest.mark.parametrize("comment", ["stacks/orders.py", "cdk.out/o.json"])
    def test_ignores_hold_in_the_source_and_in_the_metadata_of_the_output(self, comment: str) -> None:
        app = {**python(SLOW), **OUTPUT}
        if comment == "cdk.out/o.json":
            metadata = '"Metadata": {"lambdalint": {"ignore": ["timeout-at-maximum"]}, '
            app[comment] = app[comment].replace('"Metadata": {', metadata)
        else:
            app[comment] = app[comment].replace("(900),", "(900),  # lambdalint: ignore[timeout-at-maximum] so")
        assert judged(app)[0] == []

    def test_templates_that_tests_keep_say_nothing_beside_a_source_that_is_read(self) -> None:
        kept = """
exports[`orders 1`] = `
{
  "Resources": {
    "Worker0A1B2C3D": {
      "Properties": {
        "Handler": "worker.handler",
        "Runtime": "python3.12",
      },
      "Type": "AWS::Lambda::Function",
    },
  },
}
`;
"""
        app = {**python(SLOW), "test/__snapshots__/orders.test.ts.snap": kept}
        assert judged(app) == (
            [f"stacks/orders.py:{line(app['stacks/orders.py'], '900')} timeout-at-maximum"],
            [],
        )

    @pytest.mark.parametrize("path", ["template.json", "deployment/orders.template.json"])
    def test_a_template_that_was_left_beside_an_app_says_nothing_where_the_source_is_read(self, path: str) -> None:
        left = synthesised("Test/Old", Timeout=900)
        app = {**python(SLOW), path: left}
        expected = [f"stacks/orders.py:{line(app['stacks/orders.py'], '900')} timeout-at-maximum"]
        assert judged(app) == (expected, [])
        assert judged({**app, **OUTPUT}) == judged({**python(SLOW), **OUTPUT})

    def test_a_template_that_was_left_beside_an_app_stands_for_one_that_is_not_read(self) -> None:
        left = synthesised("Orders/Old", Timeout=900)
        app = {"cdk.json": '{"app": "dotnet run"}', "src/Orders.cs": "", "template.json": left}
        found, notes = judged(app)
        assert [each.partition(":")[0] for each in found] == ["template.json"]
        said = "template.json, which was written of it once, is checked in its place"
        assert notes == [f"cdk.json: is not synthesised: {said}"]


IGNORES_IN_TYPESCRIPT = """
    const common = { runtime: lambda.Runtime.PYTHON_3_12, handler: 'worker.handler', code: lambda.Code.fromAsset('src') };
    // lambdalint: ignore[tracing-off] above
    new lambda.Function(this, 'Above', common);
    new lambda.Function(this, 'Beside', { // lambdalint: ignore[tracing-off] beside
      ...common,
    });
    const plain = new lambda.CfnFunction(this, 'Plain', {
      runtime: 'python3.12', handler: 'worker.handler', role: 'arn:aws:iam::111122223333:role/a', code: { s3Bucket: 'a' },
    });
    plain.addMetadata('lambdalint', { ignore: ['tracing-off'], reason: 'metadata' });
    const inner = new lambda.Function(this, 'Inner', common);
    (inner.node.defaultChild as lambda.CfnFunction).cfnOptions.metadata = { lambdalint: { ignore: ['tracing-off'] } };
    NagSuppressions.addResourceSuppressions(new lambda.Function(this, 'Told', common), [{ id: 'tracing-off' }]);
    new lambda.Function(this, 'Slow', {
      ...common, tracing: lambda.Tracing.ACTIVE,
      timeout: Duration.minutes(15), // lambdalint: ignore[timeout-at-maximum] slow
    }).addToRolePolicy(new iam.PolicyStatement({
      actions: ['ses:*'], // lambdalint: ignore[wildcard-action] all
      resources: ['*'],
    }));
"""
IGNORES_IN_PYTHON = """
    common = dict(runtime=_lambda.Runtime.PYTHON_3_12, handler="worker.handler", code=_lambda.Code.from_asset("src"))
    # lambdalint: ignore[tracing-off] above
    _lambda.Function(self, "Above", **common)
    _lambda.Function(  # lambdalint: ignore[tracing-off] beside
        self, "Beside", **common
    )
    plain = _lambda.CfnFunction(
        self, "Plain", runtime="python3.12", handler="worker.handler", role="arn:aws:iam::111122223333:role/a",
        code=_lambda.CfnFunction.CodeProperty(s3_bucket="a"),
    )
    plain.add_metadata("lambdalint", {"ignore": ["tracing-off"], "reason": "metadata"})
    inner = _lambda.Function(self, "Inner", **common)
    inner.node.default_child.cfn_options.metadata = {"lambdalint": {"ignore": ["tracing-off"]}}
    NagSuppressions.add_resource_suppressions(_lambda.Function(self, "Told", **common), [{"id": "tracing-off"}])
    _lambda.Function(
        self, "Slow", **common, tracing=_lambda.Tracing.ACTIVE,
        timeout=Duration.minutes(15),  # lambdalint: ignore[timeout-at-maximum] slow
    ).add_to_role_policy(
        iam.PolicyStatement(
            actions=["ses:*"],  # lambdalint: ignore[wildcard-action] all
            resources=["*"],
        )
    )
"""


@pytest.mark.parametrize(
    ("app", "stack", "imported"),
    [
        (typescript(IGNORES_IN_TYPESCRIPT), "lib/orders.ts", "import { NagSuppressions } from 'cdk-nag';\n"),
        (python(IGNORES_IN_PYTHON), "stacks/orders.py", "from cdk_nag import NagSuppressions\n"),
    ],
    ids=["typescript", "python"],
)
def test_ignores_stand_at_the_construct_or_in_its_metadata(app: dict[str, str], stack: str, imported: str) -> None:
    texts = {**app, stack: imported + app[stack]}
    names = ("tracing-off", "timeout-at-maximum", "wildcard-action", "unused-ignore")
    report = lint(Texts(texts), sorted(texts), [rule for rule in rules.load() if rule.name in names])
    assert [each.message for each in report.findings] == ["`Orders/Told` is not traced: TracingConfig is not set"]
    assert [(each.finding.resource, each.reason) for each in report.ignored] == [
        ("Orders/Above", "above"),
        ("Orders/Beside", "beside"),
        ("Orders/Plain", "metadata"),
        ("Orders/Inner", ""),
        ("Orders/Slow", "slow"),
        ("Orders/Slow/ServiceRole/DefaultPolicy", "all"),
    ]


@pytest.mark.parametrize(
    ("path", "newer", "found"),
    [
        (".", True, ["stacks/orders.py"]),
        ("cdk.json", True, []),
        ("stacks", True, ["stacks/orders.py"]),
        # Who names the output wants to hear of it.
        ("cdk.out", True, ["stacks/orders.py", "cdk.out/o.json"]),
        ("cdk.out/o.json", True, ["stacks/orders.py", "cdk.out/o.json"]),
        ("cdk.out", False, ["stacks/orders.py", "cdk.out/o.json"]),
        ("stacks/orders.py", False, ["stacks/orders.py", "cdk.out/o.json"]),
    ],
)
def test_what_is_told_of_a_part(
    path: str, newer: bool, found: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in {**python(SLOW), **OUTPUT, ".git/HEAD": ""}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
        os.utime(tmp_path / name, (0, 100))
    if newer:
        os.utime(tmp_path / "stacks/orders.py", (0, 200))
    monkeypatch.chdir(tmp_path)
    asked = ["check", "--select", "timeout-at-maximum", "--format", "json", path]
    result = CliRunner().invoke(cli.main, asked, prog_name="lambdalint")
    told = [place["path"] for each in json.loads(result.stdout)["findings"] for place in (each, *each["also"])]
    assert told == found


FIXTURES = Path(__file__).parent / "fixtures"
SYNTHESISED = sorted(FIXTURES.joinpath("synthesised").iterdir())
"""What `cdk synth` of aws-cdk-lib 2.276.0 wrote of the projects of the same names, its manifest cut down to the stacks.
"""

SUBJECT = re.compile(r"^`[^`]*` (?:\(and \d+ more\) )?")
"""What stands at the beginning of a message: there is one place for what a loop makes, and several in a template."""


def told(directory: Path, monkeypatch: pytest.MonkeyPatch) -> set[tuple[str, str, str]]:
    """What a run says, but for places and for how what the CDK makes by itself is called."""
    monkeypatch.chdir(directory)
    asked = ["check", "--select", "all", "--today", "2026-11-01", "--format", "json"]
    result = CliRunner().invoke(cli.main, asked, prog_name="lambdalint")
    assert result.exit_code in (0, 1), result.output
    found = json.loads(result.stdout)["findings"]
    every = [(each, also) for each in found for also in (each, *each["same"])]
    return {(each["rule"], each["severity"], SUBJECT.sub("", also["message"])) for each, also in every}


@pytest.mark.parametrize("synthesised", SYNTHESISED, ids=lambda path: path.name)
def test_findings_are_those_of_the_template(synthesised: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, output in (("source", None), ("template", synthesised)):
        ignored = shutil.ignore_patterns("expected.txt")
        shutil.copytree(FIXTURES / "projects" / synthesised.name, tmp_path / name, ignore=ignored)
        (tmp_path / name / ".git").mkdir()
        if output is not None:
            shutil.copytree(output, tmp_path / name / "cdk.out")
        for path in (tmp_path / name).rglob("*"):
            os.utime(path, (0, 0))
    found = told(tmp_path / "source", monkeypatch)
    assert found
    assert found == told(tmp_path / "template", monkeypatch)


def invoked(texts: dict[str, str]) -> list[tuple[str, Any]]:
    """What is seen to invoke functions, beside permissions, with where it gets its events."""
    named = {"AWS::SNS::Subscription": "TopicArn", "AWS::S3::BucketNotification": "Bucket", UNSEEN: "Given"}
    return [(each.type, shown(each.get(named[each.type]))) for each in resources(texts).values() if each.type in named]


def test_topics_that_are_there_already_or_not_known_invoke_a_function() -> None:
    body = """
        const worker = new NodejsFunction(this, 'Worker', { entry: 'src/worker.ts' });
        const own = 'arn:aws:sns:eu-west-1:123456789012:orders';
        const arns = [own].concat(props.arns);
        Topic.fromTopicArn(this, 'Own', own).addSubscription(new LambdaSubscription(worker));
        const topics = arns.map((arn, index) => Topic.fromTopicArn(this, `Topic${index}`, arn));
        for (const topic of topics) {
          topic.addSubscription(new LambdaSubscription(worker));
        }
        props.topic.addSubscription(new LambdaSubscription(worker));
    """
    texts = typescript(body)
    texts["lib/orders.ts"] = (
        "import { Topic } from 'aws-cdk-lib/aws-sns';\n"
        "import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';\n" + texts["lib/orders.ts"]
    )
    found = invoked(texts)
    assert {kind for kind, _ in found} == {"AWS::SNS::Subscription"}
    assert {topic for _, topic in found} == {"arn:aws:sns:eu-west-1:123456789012:orders", "?"}


def test_buckets_that_are_there_already_or_not_known_invoke_a_function() -> None:
    body = """
        from aws_cdk import aws_s3 as s3, aws_s3_notifications as notifications
        worker = _lambda.Function(
            self, "Worker", runtime=_lambda.Runtime.PYTHON_3_12, handler="worker.handler",
            code=_lambda.Code.from_asset("src"),
        )
        own = s3.Bucket.from_bucket_name(self, "Own", "orders")
        own.add_event_notification(s3.EventType.OBJECT_CREATED, notifications.LambdaDestination(worker))
        for bucket in kwargs["buckets"]:
            bucket.add_object_created_notification(
                notifications.LambdaDestination(worker), s3.NotificationKeyFilter(suffix=".csv")
            )
    """
    found = invoked(python(body))
    assert found == [("AWS::S3::BucketNotification", "orders"), ("AWS::S3::BucketNotification", "?")]


def test_a_source_that_only_some_deployments_have_leaves_nothing_else_to_invoke_a_function() -> None:
    body = """
        worker = _lambda.Function(
            self, "Worker", runtime=_lambda.Runtime.PYTHON_3_12, handler="worker.handler",
            code=_lambda.Code.from_asset("src"),
        )
        queue = sqs.Queue(self, "Queue")
        if kwargs["polls"]:
            worker.add_event_source(sources.SqsEventSource(queue))
    """
    assert invoked(python(body)) == [(UNSEEN, "@Orders/Worker/ServiceRole.Arn")]
