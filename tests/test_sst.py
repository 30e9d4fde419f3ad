"""Apps of SST: what the components of their programs become."""

from __future__ import annotations

from textwrap import dedent

import pytest

from lambdalint import rules, sst
from lambdalint.code.reader import Reader
from lambdalint.lint import lint
from lambdalint.source import Texts
from lambdalint.templates.resource import ENTRY, Deployment, Resource
from lambdalint.templates.value import Known, Mapping, Reference, Sequence, Text, Unknown, Value

HANDLER = "export const handler = async (event: any) => event;\nexport const other = async () => 1;\n"


def app(body: str, **files: str) -> Deployment:
    """What an app deploys whose `run` does something."""
    config = (
        "export default $config({\n  app() { return { name: 'x', home: 'aws' }; },\n  async run() {\n%s\n  },\n});\n"
    )
    texts = {"sst.config.ts": config % dedent(body).strip(), "src/a.ts": HANDLER, **files}
    sources = Texts(texts)
    (found,) = sst.read(sources, "sst.config.ts", Reader(sources))
    return found


def of_type(found: Deployment, kind: str) -> list[Resource]:
    return [each for each in found.resources if each.type == f"AWS::{kind}"]


def one(found: Deployment, kind: str) -> Resource:
    (each,) = of_type(found, kind)
    return each


def known(value: Value | None) -> object:
    return value.value if isinstance(value, Known) else value


def leads(value: Value | None) -> str:
    return value.resource if isinstance(value, Reference) else ""


def test_a_function_has_its_settings_and_ssts_defaults() -> None:
    found = app("""
        new sst.aws.Function("Plain", { handler: "src/a.handler" });
        new sst.aws.Function("Set", {
          handler: "src/a.other", timeout: "3 minutes", memory: "2 GB", runtime: "nodejs24.x", architecture: "arm64",
          environment: { LEVEL: "info" }, concurrency: { reserved: 4 }, logging: false,
        });
    """)
    plain, given = of_type(found, "Lambda::Function")
    assert (found.dialect, plain.called, known(plain.get("Timeout")), known(plain.get("MemorySize"))) == (
        *("sst", "Plain", 20, 1024),
    )
    # Which version of Node.js it is by default, the release of SST decides.
    assert isinstance(plain.get("Runtime"), Text)
    assert known(given.get("Timeout")) == 180
    assert known(given.get("MemorySize")) == 2048
    assert known(given.get("Runtime")) == "nodejs24.x"
    assert known(given.get("ReservedConcurrentExecutions")) == 4
    assert known(given.get("Environment", "Variables", "LEVEL")) == "info"
    assert known(given.get("LoggingConfig")) is False
    assert given.properties.key("Timeout").line == 6
    assert given.metadata is not None
    assert known(given.metadata.get(ENTRY)) == "src/a.ts"
    assert [each.name for each in of_type(found, "Logs::LogGroup")] == ["Plain/LogGroup"]


def test_modules_are_followed_that_a_directory_is_read_for() -> None:
    found = app(
        """
        const outputs = {};
        for (const value of readdirSync("./infra/")) {
          const result = await import("./infra/" + value);
          if (result.outputs) Object.assign(outputs, result.outputs);
        }
        const { other } = await import("./elsewhere/other");
        """,
        **{
            "infra/bus.ts": "export const bus = new sst.aws.Bus('Bus');",
            "infra/api.ts": "import { bus } from './bus';\nbus.subscribe('Told', 'src/a.handler');",
            "elsewhere/other.ts": "export const other = new sst.aws.Function('Other', { handler: 'src/a.other' });",
        },
    )
    assert sorted(each.called for each in of_type(found, "Lambda::Function")) == ["Other", "Told"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("new sst.aws.Queue('It').subscribe('src/a.handler', { batch: { size: 1 } });", "Lambda::EventSourceMapping"),
        ("new sst.aws.Dynamo('It', { stream: 'new-image' }).subscribe('N', 'src/a.handler');", "Lambda::EventSourceMapping"),
        ("new sst.aws.KinesisStream('It').subscribe('src/a.handler');", "Lambda::EventSourceMapping"),
        ("new sst.aws.SnsTopic('It').subscribe('N', { handler: 'src/a.handler' });", "SNS::Subscription"),
        ("new sst.aws.Bus('It').subscribe('src/a.handler', { pattern: { source: ['x'] } });", "Events::Rule"),
        ("new sst.aws.Bucket('It').subscribe('src/a.handler', { events: ['s3:ObjectCreated:*'] });", "S3::BucketNotification"),
        ("new sst.aws.Cron('It', { schedule: 'rate(1 day)', job: 'src/a.handler' });", "Events::Rule"),
        ("new sst.aws.CronV2('It', { schedule: 'rate(1 day)', function: { handler: 'src/a.handler' } });", "Scheduler::Schedule"),
        ("new sst.aws.ApiGatewayV1('It').route('GET /', 'src/a.handler');", "ApiGateway::Method"),
        ("new sst.aws.ApiGatewayV2('It').route('GET /', 'src/a.handler');", "ApiGatewayV2::Route"),
        ("new sst.aws.ApiGatewayWebSocket('It').route('$connect', 'src/a.handler');", "ApiGatewayV2::Route"),
        ("new sst.aws.CognitoUserPool('It', { triggers: { preSignUp: 'src/a.handler' } });", "Cognito::UserPool"),
        ("new sst.aws.AppSync('It').addDataSource({ name: 'N', lambda: 'src/a.handler' });", "AppSync::DataSource"),
    ],
)  # fmt: skip
def test_what_invokes_a_function_is_what_is_made_for_it(body: str, kind: str) -> None:
    found = app(body)
    assert len(of_type(found, "Lambda::Function")) == 1
    assert len(of_type(found, kind)) == 1


def test_one_function_may_be_invoked_by_its_arn() -> None:
    found = app("""
        const fn = new sst.aws.Function("Worker", { handler: "src/a.handler" });
        const queue = new sst.aws.Queue("Jobs", { dlq: new sst.aws.Queue("Dead").arn });
        queue.subscribe(fn.arn, { batch: { window: "20 seconds", partialResponses: true } });
        queue.subscribe("arn:aws:lambda:eu-west-1:1:function:elsewhere");
    """)
    mapping = one(found, "Lambda::EventSourceMapping")
    assert leads(mapping.get("FunctionName")) == "Worker"
    assert leads(mapping.get("EventSourceArn")) == "Jobs"
    assert known(mapping.get("MaximumBatchingWindowInSeconds")) == 20
    assert isinstance(mapping.get("FunctionResponseTypes"), Sequence)
    jobs = next(each for each in of_type(found, "SQS::Queue") if each.name == "Jobs")
    assert leads(jobs.get("RedrivePolicy", "deadLetterTargetArn")) == "Dead"
    assert known(jobs.get("RedrivePolicy", "maxReceiveCount")) == 3
    assert known(jobs.get("VisibilityTimeout")) == 30


def statements(found: Deployment, name: str) -> list[Value]:
    policies = [each for each in of_type(found, "IAM::Policy") if each.name.startswith(f"{name}/")]
    held = [each.get("PolicyDocument", "Statement") for each in policies]
    return [each for row in held if isinstance(row, Sequence) for each in row.items]


def test_links_and_permissions_are_what_the_role_allows() -> None:
    found = app("""
        const bucket = new sst.aws.Bucket("Files");
        const secret = new sst.Secret("Key");
        new sst.aws.Function("Linked", {
          handler: "src/a.handler", link: [bucket, secret],
          permissions: [{ actions: ["ses:SendEmail"], resources: ["*"] }, { effect: "deny", actions: ["s3:*"], resources: ["*"] }],
        });
        new sst.aws.Function("Open", { handler: "src/a.handler", link: [new sst.aws.Postgres("Db", {})] });
    """)
    told = [each for each in statements(found, "Linked") if isinstance(each, Mapping)]
    assert sorted(str(known(each.get("Effect"))) for each in told) == ["Allow", "Allow", "Deny"]
    # What SST writes by itself is nobody's fault.
    assert [each.get("GeneratedBy") is not None for each in told].count(True) == 1
    texts = {
        "sst.config.ts": "export default $config({ async run() { const b = new sst.aws.Bucket('B');\n"
        "new sst.aws.Function('F', { handler: 'src/a.handler', link: [b] }); } });",
        "src/a.ts": HANDLER,
    }
    report = lint(Texts(texts), sorted(texts), [rule for rule in rules.load() if rule.default])
    assert not [each for each in report.findings if each.rule.name.startswith("wildcard")]


def test_what_a_transform_sets_is_not_what_it_seems() -> None:
    found = app("""
        $transform(sst.aws.Function, (args) => { args.timeout = "1 minute"; args.nodejs = { minify: true }; });
        new sst.aws.Function("Late", { handler: "src/a.handler", memory: "512 MB" });
        new sst.aws.Function("Dead", {
          handler: "src/a.handler",
          transform: { function: { deadLetterConfig: { targetArn: new sst.aws.Queue("Q").arn }, memorySize: 256 } },
        });
        new sst.aws.Function("Any", { handler: "src/a.handler", transform: { function: (args) => { change(args); } } });
    """)
    late, dead, anything = of_type(found, "Lambda::Function")
    assert isinstance(late.get("Timeout"), Unknown)
    assert known(late.get("MemorySize")) == 512
    assert leads(dead.get("DeadLetterConfig", "TargetArn")) == "Q"
    assert known(dead.get("MemorySize")) == 256
    assert isinstance(anything.get("MemorySize"), Unknown)
    assert anything.properties.open
    assert known(anything.get("Handler")) == "a.handler"


def test_urls_let_anyone_in_unless_they_say_otherwise() -> None:
    found = app("""
        new sst.aws.Function("Public", { handler: "src/a.handler", url: true });
        new sst.aws.Function("Private", { handler: "src/a.handler", url: { authorization: "iam" }, streaming: true });
        new sst.aws.Function("Routed", { handler: "src/a.handler", url: { router: { instance: router } } });
    """)
    public, private, routed = of_type(found, "Lambda::Url")
    assert known(public.get("AuthType")) == "NONE"
    assert known(private.get("AuthType")) == "AWS_IAM"
    assert known(private.get("InvokeMode")) == "RESPONSE_STREAM"
    assert isinstance(routed.get("AuthType"), Unknown)
    # Both permissions that a public URL needs.
    assert [each.name.partition("/")[0] for each in of_type(found, "Lambda::Permission")] == ["Public", "Public"]


def test_what_another_provider_is_given_may_invoke() -> None:
    found = app("""
        const fn = new sst.aws.Function("F", { handler: "src/a.handler" });
        new aws.cloudwatch.EventTarget("T", { arn: fn.arn, rule: "r" });
        new aws.iam.RolePolicyAttachment("A", { role: fn.nodes.role.name, policyArn: "arn" });
        if ($app.stage === "production") new sst.aws.Function("G", { handler: "src/a.other" });
    """)
    assert any(leads(each.get("Given")) == "F" for each in found.resources)
    assert {each.name: each.uncertain for each in of_type(found, "Lambda::Function")} == {"F": False, "G": True}


def test_what_pulumi_sets_of_a_component_is_not_missed() -> None:
    found = app("""
        const fn = new sst.aws.Function("F", { handler: "src/a.handler" });
        const queue = new sst.aws.Queue("Q");
        const other = new sst.aws.Queue("Other");
        new aws.lambda.FunctionEventInvokeConfig("C", { functionName: fn.name, destinationConfig: { onFailure: {} } });
        new aws.sqs.RedrivePolicy("R", { queueUrl: queue.url, redrivePolicy: "{}" });
        new aws.lambda.Permission("P", { function: other.arn });
    """)
    is_open = {each.name: each.properties.open for each in found.resources}
    assert (is_open["F"], is_open["Q"], is_open["Other"]) == (True, True, False)


def test_former_versions_and_what_is_not_followed_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    former = "export default { stacks(app) { new Function(stack, 'F', { handler: 'src/a.handler' }); } };"
    sources = Texts({"sst.config.ts": former})
    (found,) = sst.read(sources, "sst.config.ts", Reader(sources))
    assert [why for _, why in found.notes] == ["its 1 function of SST is not read"]
    lost = Texts({"sst.config.ts": former.replace("export default", "$config(")})
    monkeypatch.setattr(Reader, "program", lambda *_: None)
    (found,) = sst.read(lost, "sst.config.ts", Reader(lost))
    assert len(found.notes) == 1
    nothing = Texts({"sst.config.ts": "$config({})"})
    assert list(sst.read(nothing, "sst.config.ts", Reader(nothing))) == []


def test_what_code_is_linked_to_is_what_it_names() -> None:
    texts = {
        "sst.config.ts": dedent("""
            export default $config({ async run() {
              const orders = new sst.aws.Dynamo("Orders", { stream: "new-image" });
              const other = new sst.aws.Dynamo("Other", {});
              orders.subscribe("Again", { handler: "src/a.again", link: [orders] });
              new sst.aws.Function("Missing", { handler: "src/a.missing", link: [orders] });
              new sst.aws.Function("Right", { handler: "src/a.missing", link: [other] });
            } });
        """),
        "src/a.ts": dedent("""
            import { Resource } from "sst";
            import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
            const db = new DynamoDBClient({});
            const put = (table: string) => db.send(new PutItemCommand({ TableName: table, Item: { id: { S: "1" } } }));
            export const again = async (event: any) => { await put(Resource.Orders.name); };
            export const missing = async (event: any) => { await put(Resource.Other.name); };
        """),
    }
    report = lint(Texts(texts), sorted(texts), [rule for rule in rules.load() if rule.default])
    told = {(each.rule.name, each.message.split("`")[1]) for each in report.findings if each.severity == "error"}
    assert told == {("recursive-trigger", "Again"), ("missing-permission", "Missing")}


def test_a_function_of_python_is_its_nearest_package() -> None:
    found = app(
        """
        new sst.aws.Function("In", { handler: "functions/src/api.handler", runtime: "python3.13" });
        new sst.aws.Function("Out", { handler: "src/api.handler", runtime: "python3.13" });
        """,
        **{"functions/pyproject.toml": "[project]\nname = 'functions'\n", "functions/src/api.py": "", "src/api.py": ""},
    )
    inside, outside = of_type(found, "Lambda::Function")
    assert (known(inside.get("Code")), known(inside.get("Handler"))) == ("functions", "src/api.handler")
    assert (known(outside.get("Code")), known(outside.get("Handler"))) == (".", "src/api.handler")


def test_a_queue_that_a_topic_tells_lets_it_in_and_a_handler_may_be_another() -> None:
    found = app("""
        const topic = new sst.aws.SnsTopic("Told");
        topic.subscribeQueue("Kept", new sst.aws.Queue("Kept").arn);
        $transform(sst.aws.Function, (args) => { args.handler = wrap(args.handler); });
        new sst.aws.Function("Wrapped", { handler: "src/a.handler" });
    """)
    assert leads(one(found, "SNS::Subscription").get("Endpoint")) == "Kept"
    assert isinstance(one(found, "SQS::QueuePolicy").get("PolicyDocument", "Statement"), Sequence)
    assert isinstance(one(found, "Lambda::Function").get("Handler"), Unknown)


def test_resources_of_pulumi_beneath_are_there() -> None:
    """SST has the provider, and Pulumi itself, by names of its own."""
    found = app(
        """
        const shared = new sst.aws.Function("Shared", { handler: "src/a.handler" });
        const role = new aws.iam.Role("worker", { assumeRolePolicy: $jsonStringify({ Statement: [
          { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } },
        ] }) });
        const jobs = new aws.sqs.Queue("jobs", { visibilityTimeoutSeconds: 60 });
        const worker = new aws.lambda.Function("worker", {
          role: role.arn, runtime: "nodejs24.x", handler: "a.handler", timeout: 30,
          code: new $util.asset.FileArchive($cli.paths.root + "/src"),
          environment: { variables: { QUEUE: $interpolate`${jobs.url}` } },
        });
        new aws.lambda.EventSourceMapping("jobs", { eventSourceArn: jobs.arn, functionName: worker.name });
        new aws.lambda.Permission("shared", { function: shared.arn, principal: "s3.amazonaws.com" });
        new sst.aws.Cron("nightly", { schedule: "rate(1 day)", function: worker.arn });
        """
    )
    shared, worker = of_type(found, "Lambda::Function")
    assert (shared.called, worker.called) == ("Shared", "worker")
    assert known(worker.get("Timeout")) == 30
    assert leads(worker.get("Role")) == "aws_iam_role.worker"
    queue, mapping = one(found, "SQS::Queue"), one(found, "Lambda::EventSourceMapping")
    assert leads(mapping.get("EventSourceArn")) == queue.name
    assert leads(mapping.get("FunctionName")) == worker.name
    assert leads(worker.get("Environment", "Variables", "QUEUE")) == queue.name
    assert isinstance(one(found, "Lambda::Permission").get("FunctionName"), Unknown)
    # What is handed to SST may be invoked by it.
    assert any(worker.name in repr(each.properties) for each in found.resources if not each.type.startswith("AWS::"))
