"""Scripts of the AWS CLI: what they set is known, and nothing else is."""

from __future__ import annotations

from textwrap import dedent

import pytest
from test_hcl import plain

from lambdalint import rules
from lambdalint.code.locate import Located, locate
from lambdalint.lint import lint
from lambdalint.source import Span, Texts
from lambdalint.templates import scripts
from lambdalint.templates.resource import Deployment, Resource
from lambdalint.templates.value import Known, Unknown

SCRIPT = r"""
    #!/bin/bash
    # aws lambda create-function --function-name old
    NAME=orders
    ROLE="arn:aws:iam::123456789012:role/orders"
    STAGE=dev
    STAGE=prod
    zip -r function.zip src/
    aws lambda create-function \
      --function-name $NAME \
      --runtime python3.13 \
      --handler app.handler \
      --zip-file fileb://function.zip \
      --role "${ROLE}" --timeout=30 \
      --environment "Variables={TABLE=orders,LEVEL=INFO}" \
      --tags "stage=$STAGE" --description "made by $(whoami)"
    aws lambda update-function-configuration --function-name "$NAME" --memory-size 512 --tracing-config Mode=Active
    aws lambda create-event-source-mapping --function-name orders --event-source-arn arn:aws:sqs:eu-west-1:1:q --batch-size 10
    aws lambda put-function-concurrency --function-name ${NAME} --reserved-concurrent-executions 5 && echo done
    aws lambda add-permission --function-name $NAME --statement-id s --action lambda:InvokeFunction --principal s3.amazonaws.com
    aws --region eu-west-1 lambda create-function-url-config --function-name orders --auth-type NONE
    aws lambda create-function --function-name local --endpoint-url http://localhost:4566
    echo aws lambda create-function --function-name said
    awslocal lambda create-function --function-name localstack
"""


def deployments(files: dict[str, str]) -> list[Deployment]:
    texts = {path: dedent(text).lstrip("\n") for path, text in files.items()}
    return list(scripts.read(Texts(texts), sorted(texts), {}))


def resources(text: str, path: str = "deploy.sh", **files: str) -> dict[str, Resource]:
    (found,) = deployments({path: text, **{name.replace("__", "/"): each for name, each in files.items()}})
    return {each.name: each for each in found.resources}


def test_a_function_is_what_a_script_says_of_it_then_and_later() -> None:
    found = resources(SCRIPT, **{"src/app.py": ""})
    functions = [each for each in found.values() if each.type == "AWS::Lambda::Function"]
    assert [each.name for each in functions] == ["orders"]
    assert plain(functions[0].properties) == {
        "FunctionName": "orders",
        "Runtime": "python3.13",
        "Handler": "app.handler",
        "Role": "arn:aws:iam::123456789012:role/orders",
        "Timeout": 30,
        "MemorySize": 512,
        "Environment": {"Variables": {"TABLE": "orders", "LEVEL": "INFO"}},
        "TracingConfig": {"Mode": "Active"},
        "ReservedConcurrentExecutions": 5,
        "Code": "src",
        "…": "…",
    }
    assert functions[0].span == Span("deploy.sh", 8, 1, 8, 27)
    assert functions[0].get("Timeout").span == Span("deploy.sh", 13, 20, 13, 32)  # type: ignore[union-attr]
    assert isinstance(functions[0].get("DeadLetterConfig"), Unknown)


def test_what_invokes_a_function_is_known_too() -> None:
    found = list(resources(SCRIPT).values())
    mapping = next(each for each in found if each.type == "AWS::Lambda::EventSourceMapping")
    assert plain(mapping.properties) == {
        "FunctionName": "<orders.>", "EventSourceArn": "arn:aws:sqs:eu-west-1:1:q", "BatchSize": 10, "…": "…",
    }  # fmt: skip
    permission = next(each for each in found if each.type == "AWS::Lambda::Permission")
    assert plain(permission.get("Principal")) == "s3.amazonaws.com"
    url = next(each for each in found if each.type == "AWS::Lambda::Url")
    assert plain(url.get("AuthType")) == "NONE"


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("--timeout $SECONDS_OF", "?"),
        ("--timeout $(cat timeout)", "?"),
        ("--timeout `cat timeout`", "?"),
        ("--timeout '30'", 30),
        ('--timeout "${T}"', "?"),
    ],
)
def test_what_only_a_run_knows_is_unknown(given: str, found: object) -> None:
    text = f"T=1\nT=2\naws lambda create-function --function-name f {given}\n"
    assert plain(resources(text)["f"].get("Timeout")) == found


def test_what_only_a_run_knows_is_a_part_of_what_is_known() -> None:
    text = """
        ACCOUNT=$(aws sts get-caller-identity)
        aws lambda create-function --function-name f --environment "Variables={A=$ACCOUNT,B=c,$D=e}" --role arn:aws:iam::$ACCOUNT:role/f
        aws lambda create-event-source-mapping --function-name f --event-source-arn "arn:aws:sqs:eu-west-1:$ACCOUNT:q" \\
          --destination-config '{"OnFailure": {"Destination": "arn:aws:sns:eu-west-1:1:t"}}' --bisect-batch-on-function-error
        aws events put-rule --name night --schedule-expression "rate(1 day)"
        aws events put-targets --rule night --targets "Id=1,Arn=arn:aws:lambda:eu-west-1:$ACCOUNT:function:f"
    """
    found = resources(text)
    assert plain(found["f"].get("Environment")) == {"Variables": {"A": "?", "B": "c", "…": "…"}}
    assert plain(found["f"].get("Role")) == "arn:aws:iam::?:role/f"
    mapping = next(each for each in found.values() if each.type == "AWS::Lambda::EventSourceMapping")
    assert plain(mapping.get("EventSourceArn")) == "arn:aws:sqs:eu-west-1:?:q"
    assert plain(mapping.get("BisectBatchOnFunctionError")) is True
    assert plain(mapping.get("DestinationConfig", "OnFailure", "Destination")) == "arn:aws:sns:eu-west-1:1:t"
    rule = next(each for each in found.values() if each.type == "AWS::Events::Rule")
    assert plain(rule.get("Targets")) == [{"Arn": "<f.Arn>", "…": "…"}, "…"]


def test_a_file_that_is_copied_to_the_name_of_the_handler_is_its_code() -> None:
    text = """
        cp orders/take.py "$BUILD/lambda_function.py"
        cp common.py "$BUILD/"
        aws lambda create-function --function-name f --handler lambda_function.handler --zip-file fileb:///tmp/f.zip
    """
    found = resources(text, **{"orders/take.py": ""})
    assert (plain(found["f"].get("Handler")), plain(found["f"].get("Code"))) == ("take.handler", "orders")


def test_a_function_is_called_as_far_as_is_known() -> None:
    text = """
        for each in take give; do
            aws lambda create-function --function-name "$STAGE-$each" --handler app.handler --role r
        done
        aws lambda create-function --function-name "$OTHER" --handler app.handler --role r
    """
    assert list(resources(text)) == ["…-take", "…-give", "function3"]


def test_a_workflow_is_run_above_and_json_is_read() -> None:
    text = """
        jobs:
          deploy:
            steps:
              - run: |
                  cd functions/orders && zip -r ../../f.zip .
                  aws lambda create-function --function-name f --handler app.handler --zip-file fileb://f.zip --environment '{"Variables": {"A": "b"}}'
    """
    found = resources(text, ".github/workflows/deploy.yml", **{"functions/orders/app.py": ""})
    assert plain(found["f"].get("Code")) == "../../functions/orders"
    assert plain(found["f"].get("Environment")) == {"Variables": {"A": "b"}}


def test_what_makes_no_function_is_left_alone() -> None:
    text = "aws lambda update-function-code --function-name f --zip-file fileb://f.zip\n"
    assert not deployments({"deploy.sh": text, "README.md": SCRIPT, "deploy.py": SCRIPT})


def test_its_code_is_judged_and_what_it_leaves_open_is_not() -> None:
    code = """
        import os

        def handler(event, context):
            print(os.environ["TABLE"], os.environ["OTHER"], missing)
            return {"batchItemFailures": [{"itemIdentifier": each["messageId"]} for each in event["Records"]]}
    """
    texts = {"deploy.sh": dedent(SCRIPT).lstrip("\n"), "src/app.py": dedent(code).lstrip("\n")}
    names = ("undefined-name", "batch-failures-not-enabled", "default-memory", "log-retention-unset", "default-timeout")
    report = lint(Texts(texts), sorted(texts), [rule for rule in rules.load() if rule.name in names])
    assert report.functions == 1
    assert not report.without
    assert [(each.rule.name, each.span.line) for each in report.findings] == [("undefined-name", 4)]


ROUNDS = {
    "a function's calls": """
        deploy() {
            local NAME=$1
            local DIR=$2
            local TIMEOUT=${3:-30}
            cd "$ROOT/$DIR"
            zip -q function.zip app.py
            aws lambda create-function --function-name "shop-${NAME}" --handler app.handler --runtime python3.14 \\
                --timeout "$TIMEOUT" --role "$ROLE" --zip-file fileb://function.zip
        }
        deploy "read" "functions/read"
        deploy write functions/write 60
    """,
    "a loop through an array": """
        NAMES=(
            "read"  # first
            "write"
        )
        for name in "${NAMES[@]}"; do
            aws lambda create-function --function-name "shop-$name" --handler app.handler --runtime python3.14 \\
                --zip-file "fileb://functions/$name/function.zip" --role "$ROLE" --timeout 30
        done
    """,
    "a loop through words": """
        for name in read write
        do
            FUNCTION="shop-$name"
            aws lambda create-function --function-name $FUNCTION --handler app.handler --runtime python3.14 \\
                --zip-file fileb://$name.zip --role "$ROLE" --timeout 30
        done
    """,
    "a loop through the keys of an array": """
        declare -A DIRS=( ["read"]="functions/read" ["write"]="functions/write" )
        for name in "${!DIRS[@]}"; do
            (cd "${DIRS[$name]}" && zip -r ../function.zip .)
            aws lambda create-function --function-name "shop-$name" --handler app.handler --runtime python3.14 \\
                --zip-file fileb://function.zip --role "$ROLE" --timeout 30
        done
    """,
    "calls whose output is kept, of a function with several names on a line": """
        STAGE=${1:?"Usage: $0 STAGE"}
        ROLE=${ROLE:?"Set ROLE"}
        deploy() {
            local name=$1 dir=$2
            (cd "$dir" && zip -q -r /tmp/"$name".zip . -x '*.zip')
            aws lambda create-function --function-name "shop-$name" --handler app.handler --runtime python3.14 \\
                --timeout 30 --role "$ROLE" --zip-file fileb:///tmp/"$name".zip
        }
        READ=$(deploy read functions/read)
        WRITE=$(deploy write functions/write)
    """,
    "a loop through all of another array, one after the other cut in two": """
        ALL=("read:functions/read" "write:functions/write")
        chosen=()
        case "$1" in
            all) echo all; chosen=("${ALL[@]}");;
        esac
        for pair in "${chosen[@]}"; do
            name="${pair%%:*}"
            cd "$ROOT/${pair##*:}"
            aws lambda create-function --function-name "shop-$name" --handler app.handler --runtime python3.14 \\
                --zip-file fileb://function.zip --role "$ROLE" --timeout 30
        done
    """,
    "calls that are given what is set of other variables": """
        PREFIX=functions
        WHERE="$PREFIX/write"
        deploy() {
            cd "$2"
            aws lambda create-function --function-name "shop-$1" --handler app.handler --runtime python3.14 \\
                --timeout 30 --role "$ROLE" --zip-file fileb://function.zip
        }
        deploy read "$PREFIX/read"
        deploy write "$WHERE"
    """,
    "a loop through texts that are split": """
        for row in "read:functions/read" "write:functions/write"; do
            IFS=':' read -r name dir <<< "$row"
            aws lambda create-function --function-name "shop-$name" --handler app.handler --runtime python3.14 \\
                --zip-file "fileb://$dir/function.zip" --role "$ROLE" --timeout 30
        done
    """,
}


@pytest.mark.parametrize("script", ROUNDS.values(), ids=ROUNDS)
def test_what_a_script_does_several_times_makes_several_functions(script: str) -> None:
    files = {f"functions/{name}/app.py": "def handler(event, context): ...\n" for name in ("read", "write")}
    (deployment,) = deployments({"deploy.sh": script, **files})
    named = {str(plain(each.get("FunctionName"))): each for each in deployment.resources}
    assert list(named) == ["shop-read", "shop-write"]
    assert [plain(each.get("Timeout")) for each in named.values()] in ([30, 60], [30, 30])
    resources = {each.name: each for each in deployment.resources}
    for name, each in zip(("read", "write"), named.values(), strict=True):
        found = locate(each, Texts({"deploy.sh": dedent(script), **files}), resources)
        assert isinstance(found, Located)
        assert found.source.path == f"functions/{name}/app.py"


def test_a_function_that_the_script_does_not_call_is_made_of_what_a_run_knows() -> None:
    script = 'deploy() {\n  aws lambda create-function --function-name "$1" --handler app.handler --role r\n}\n'
    (found,) = resources(script).values()
    assert not isinstance(found.get("FunctionName"), Known)


BUILT = {
    "by a compiler, beside its sources": """
        for name in read write; do
            (cd functions/$name && npm run build)
            zip -q -r $name.zip functions/$name/dist/**
            aws lambda create-function --function-name "shop-$name" --handler "functions/$name/dist/index.handler" \\
                --runtime nodejs24.x --zip-file fileb://$name.zip --role "$ROLE"
        done
    """,
    "by a bundler, elsewhere": """
        ROOT="$(pwd)"
        for name in read write; do
            "$ROOT/node_modules/.bin/esbuild" \\
                "$ROOT/functions/$name/src/index.ts" --bundle --platform=node \\
                --outfile=/tmp/package/index.mjs
            zip -q -j /tmp/$name.zip /tmp/package/index.mjs
            aws lambda create-function --function-name "shop-$name" --handler index.handler \\
                --runtime nodejs24.x --zip-file fileb:///tmp/$name.zip --role "$ROLE"
        done
    """,
}


@pytest.mark.parametrize("script", BUILT.values(), ids=BUILT)
def test_what_a_script_has_built_leads_to_its_sources(script: str) -> None:
    code = "export const handler = async () => {};\n"
    files = {f"functions/{name}/src/index.ts": code for name in ("read", "write")}
    files |= {
        f"functions/{name}/tsconfig.json": '{"compilerOptions": {"outDir": "dist"}}' for name in ("read", "write")
    }
    texts = {"deploy.sh": dedent(script).lstrip("\n"), **files}
    report = lint(Texts(texts), sorted(texts), [])
    assert (report.functions, report.handlers, report.without) == (2, 2, ())
