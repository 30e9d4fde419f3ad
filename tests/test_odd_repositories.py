"""What lies on a disk may be odd or hostile: nothing waits for it, nothing outside is read, and what is not read is said."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pytest
from click.testing import CliRunner, Result

from lambdalint import cli
from lambdalint.choices import FORMATS

TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties: {Runtime: python3.8, Handler: app.handler, CodeUri: src/}
"""
CODE = "def handler(event, context):\n    return 1\n"
RULE = "runtime-deprecated"
LARGE = 100 * 1024 * 1024


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one function, which is the current directory; what lies beside it is not its own."""
    root = tmp_path / "repository"
    (root / ".git" / "info").mkdir(parents=True)
    write(root, {"template.yaml": TEMPLATE, "src/app.py": CODE})
    monkeypatch.chdir(root)
    return root


def write(root: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")


def check(*arguments: str) -> Result:
    result = CliRunner().invoke(cli.main, ("check", "--today", "2026-11-01", *arguments), prog_name="lambdalint")
    assert result.exit_code in (0, 1, 2), result.output
    assert "Traceback" not in result.output
    return result


def found(*arguments: str) -> set[tuple[str, str, str]]:
    told = json.loads(check("--format", "json", *arguments).stdout)["findings"]
    return {(each["path"], each["rule"], each["message"]) for each in told}


# ------------------------------------------------------------------------------------------- pipes, devices, sizes


def pipe(path: Path) -> None:
    os.mkfifo(path)


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def large(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(LARGE)


def directory(path: Path) -> None:
    path.mkdir()


NAMES = [
    "other/template.yaml", "other/serverless.yml", "main.tf", "terraform.tfvars", "cdk.json", "cdk.out/manifest.json",
    "lambdalint.toml", "pyproject.toml", ".gitignore", ".git/info/exclude", "src/requirements.txt", "src/poetry.lock",
    "src/x-1.dist-info/RECORD", "src/other.py", "src/index.js", "package.json", "tsconfig.json", "Dockerfile",
    "README.md", "Makefile", "x.zip",
]  # fmt: skip


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no such files")
@pytest.mark.parametrize("make", [pipe, device, directory])
@pytest.mark.parametrize("name", NAMES)
def test_what_only_has_the_name_of_a_file_is_passed_over(
    project: Path, name: str, make: Callable[[Path], None]
) -> None:
    (project / name).parent.mkdir(parents=True, exist_ok=True)
    make(project / name)
    told = {("template.yaml", RULE)}
    assert {each[:2] for each in found("--select", RULE)} == told
    assert {each[:2] for each in found("--select", RULE, ".", name)} == told


@pytest.mark.parametrize("name", [*NAMES, "src/app.py"])
def test_a_file_too_large_is_said_and_the_rest_is_checked(project: Path, name: str) -> None:
    (project / name).parent.mkdir(parents=True, exist_ok=True)
    large(project / name)
    if name in ("lambdalint.toml", "pyproject.toml"):
        # Without what it may say, nobody knows what to check.
        result = check()
        assert result.exit_code == 2
        assert result.stderr.endswith(f"{name}: cannot be read: larger than 1 MB\n")
        return
    told = {(path, rule) for path, rule, _ in found("--select", f"{RULE},handler-not-found")}
    said = {name} & {"other/template.yaml", "other/serverless.yml", "main.tf", "src/app.py"}
    assert told == {("template.yaml", RULE), *((path, "unreadable-file") for path in said)}


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("app.py", b"\xff\xfe", "not UTF-8: byte 0xff"),
        ("app.py", b"x = [\n" + b"1,\n" * 300_000 + b"]\n", "larger than 700,000 characters"),
        ("app.mjs", b"\xff\xfe", "not UTF-8: byte 0xff"),
    ],
)
def test_a_handler_that_is_there_and_cannot_be_read_is_not_missing(
    project: Path, name: str, content: bytes, why: str
) -> None:
    if name.endswith("mjs"):
        write(project, {"template.yaml": TEMPLATE.replace("python3.8", "nodejs24.x")})
    Path("src/app.py").unlink()
    Path("src", name).write_bytes(content)
    assert found("--select", "handler-not-found") == {(f"src/{name}", "unreadable-file", why)}


# --------------------------------------------------------------------------------------------- ways out of the repository

SECRET = "sesame-xyzzy"
"""What stands in files outside of the repository, and in no output."""

CLOUDFORMATION = """\
Resources:
  Child:
    Type: AWS::CloudFormation::Stack
    Properties: {{TemplateURL: {to}/template.yaml}}
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.8
      Handler: app.handler
      CodeUri: {to}/
  Layer: {{Type: AWS::Serverless::LayerVersion, Properties: {{ContentUri: {to}/}}}}
  Users:
    Type: AWS::Serverless::Function
    Properties: {{Runtime: nodejs18.x, Handler: app.handler, CodeUri: {to}, Layers: [!Ref Layer]}}
  Image:
    Type: AWS::Serverless::Function
    Properties: {{PackageType: Image}}
    Metadata: {{Dockerfile: Dockerfile, DockerContext: {to}}}
  Api: {{Type: AWS::Serverless::Api, Properties: {{StageName: a, DefinitionUri: {to}/api.yaml}}}}
  Steps: {{Type: AWS::Serverless::StateMachine, Properties: {{DefinitionUri: {to}/steps.json}}}}
  Included: {{"Fn::Transform": {{Name: AWS::Include, Parameters: {{Location: {to}/template.yaml}}}}}}
Transform: AWS::Serverless-2016-10-31
"""
TERRAFORM = """\
module "outside" {{ source = "{to}" }}
locals {{
  one   = file("{to}/word.txt")
  two   = templatefile("{to}/word.txt", {{}})
  three = join(",", fileset("{to}", "**"))
  four  = jsondecode(file("${{path.module}}/{to}/word.json")).word
  five  = fileexists("{to}/word.txt") ? "there" : "b"
  six   = filebase64("{to}/word.txt")
}}
data "archive_file" "code" {{
  type       = "zip"
  source_dir = "{to}"
  output_path = "a.zip"
}}
resource "aws_lambda_function" "orders" {{
  function_name = local.one
  handler       = "app.handler"
  runtime       = "python3.8"
  role          = local.four
  filename      = data.archive_file.code.output_path
  environment {{ variables = {{ A = local.one, B = local.two, C = local.three, PASSWORD = local.six }} }}
}}
resource "aws_lambda_function" "users" {{
  for_each      = toset([local.one, local.two, local.three, local.four])
  function_name = each.key
  handler       = "app.handler"
  runtime       = "python3.8"
  role          = each.key
  filename      = "{to}/app.zip"
}}
"""
SERVERLESS = """\
service: ${{file({to}/word.json):word}}
provider:
  name: aws
  runtime: python3.8
  environment: ${{file({to}/word.json)}}
custom: {{word: "${{file({to}/word.txt)}}", js: "${{file({to}/word.js):word}}"}}
functions:
  orders: {{handler: {to}/app.handler, environment: {{PASSWORD: "${{self:custom.word}}"}}}}
  users: ${{file({to}/functions.yml)}}
resources: ${{file({to}/template.yaml)}}
"""
OUTSIDE = {
    "template.yaml": f"Resources: {{{SECRET}: {{Type: AWS::Lambda::Function, Properties: {{Runtime: python3.8}}}}}}\n",
    "app.py": f"import boto3\n\ndef handler(event, context):\n    boto3.client('{SECRET}').{SECRET.replace('-', '_')}()\n",
    "app.js": f"exports.handler = (event, context, callback) => callback(null, '{SECRET}')\n",
    "Dockerfile": f'FROM python:3.8\nCMD ["{SECRET}.handler"]\n',
    "api.yaml": f"paths: {{/{SECRET}: {{}}}}\n",
    "steps.json": f'{{"StartAt": "{SECRET}"}}',
    "main.tf": f'resource "aws_sqs_queue" "{SECRET}" {{ visibility_timeout_seconds = 1 }}\n',
    f"{SECRET}.txt": "",
    "word.txt": SECRET,
    "word.json": f'{{"word": "{SECRET}"}}',
    "word.js": f"module.exports.word = '{SECRET}'\n",
    "functions.yml": f"handler: {SECRET}.handler\n",
    "requirements.txt": f"{SECRET}==1.0\n",
    "lambdalint.toml": f'{SECRET} = "{SECRET}"\n',
}


@pytest.mark.parametrize("way", ["../outside", "/absolute", "link", "links", "./src/../../outside", "~"])
@pytest.mark.parametrize(
    ("name", "text"), [("other.yaml", CLOUDFORMATION), ("main.tf", TERRAFORM), ("serverless.yml", SERVERLESS)]
)
def test_nothing_outside_of_the_repository_is_told(
    project: Path, monkeypatch: pytest.MonkeyPatch, way: str, name: str, text: str
) -> None:
    outside = project.parent / "outside"
    write(outside, OUTSIDE)
    monkeypatch.setenv("HOME", str(outside))
    Path("link").symlink_to(outside)
    Path("links").mkdir()
    for each in OUTSIDE:
        Path("links", each.replace(SECRET, "linked")).symlink_to(outside / each)
    Path("links/lambdalint.toml").unlink()
    write(project, {name: text.format(to=str(outside) if way == "/absolute" else way)})
    for form in FORMATS:
        result = check("--select", "all", "--format", form, "--verbose")
        assert result.exit_code == 1, result.output
        assert SECRET not in result.output
        assert SECRET.replace("-", "_") not in result.output


def test_what_leads_out_would_be_told_inside(project: Path) -> None:
    """The same ways, not out of the repository, bring the word into the output: so the test above can fail."""
    write(project / "inside", OUTSIDE | {"lambdalint.toml": ""})
    for name, text in (("other.yaml", CLOUDFORMATION), ("main.tf", TERRAFORM), ("serverless.yml", SERVERLESS)):
        write(project, {name: text.format(to="./inside")})
        assert SECRET in check("--select", "all", name, "--verbose").output
        Path(name).unlink()


def test_a_configuration_outside_of_the_repository_is_not_read_by_a_link(project: Path) -> None:
    (project.parent / "lambdalint.toml").write_text(f'{SECRET} = "{SECRET}"\n')
    Path("lambdalint.toml").symlink_to(project.parent / "lambdalint.toml")
    result = check()
    assert result.exit_code == 2
    assert SECRET not in result.output
    assert "is a link that leads out of its repository" in result.stderr
    Path("lambdalint.toml").unlink()
    write(project, {"shared/settings.toml": f'select = ["{RULE}"]\n'})
    Path("lambdalint.toml").symlink_to("shared/settings.toml")
    assert {rule for _, rule, _ in found()} == {RULE}


def test_patterns_are_read_by_no_link_as_git_does_it(project: Path) -> None:
    (project.parent / "ignored").write_text("template.yaml\n")
    Path(".gitignore").symlink_to(project.parent / "ignored")
    assert found("--select", RULE)


# -------------------------------------------------------------------------------------------------------------- names

ODD = [
    "a\nb", "a\r\n::error::y", "\x1b[31mred", "\x9b31m", "::error::x", " ::error::x", "%0A::error::x", "##[error]x",
    "##vso[task.setvariable variable=x]", "\u202ez", "\u2028l", "a b#?%41", "<b>", "`x`", "[l](https:x)", "|p|", "é漢",
    "\udcff",
]  # fmt: skip


def write_odd(name: str) -> None:
    """A project in which directories, files, functions and variables have an odd name."""
    properties = {
        "Runtime": "python3.8",
        "Handler": "app.handler",
        "CodeUri": "src/",
        "Environment": {"Variables": {name: "x"}},
    }
    resources = {name: {"Type": "AWS::Serverless::Function", "Properties": properties}}
    code = "import boto3\n\ndef handler(event, context):\n    boto3.client('s3').list_buckets() # ##[error]\n"
    write(
        Path(name),
        {
            "template.json": json.dumps({"Transform": "AWS::Serverless-2016-10-31", "Resources": resources}),
            "src/app.py": code,
            f"{name}.tf": "a = (",
        },
    )


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("form", ["text", "json", "sarif"])
def test_no_name_forges_a_line_or_speaks_to_a_terminal(form: str) -> None:
    for name in ODD:
        write_odd(name)
    result = check("--select", "all", "--format", form, "--verbose")
    assert result.exit_code == 1
    both = f"{result.stdout}{result.stderr}"
    assert {character for character in both if not character.isprintable()} == {"\n"}
    assert not [line for line in both.splitlines() if "##[" in line or "##vso[" in line]
    assert not [line for line in result.stderr.splitlines() if not line.startswith("lambdalint: ")]
    assert not [line for line in result.stdout.splitlines() if line.lstrip().startswith("::")]


@pytest.mark.parametrize("name", ODD, ids=ascii)
def test_no_name_forges_a_command(project: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(project.parent / "summary.md"))
    write_odd(name)
    result = check("--select", "all", "--format", "github")
    assert {character for character in result.stdout if not character.isprintable()} == {"\n"}
    begin = ("::error file=", "::warning file=", "::notice ", "- ", "2 of 2 functions ")
    assert not [line for line in result.stdout.splitlines() if not line.startswith(begin) or "##[" in line]
    summary = (project.parent / "summary.md").read_text("utf-8")
    assert not [
        line
        for line in summary.splitlines()
        if line and not line.startswith(("## ", "|", "- ", "  - ", "2 of 2 functions "))
    ]
    assert "\x1b" not in summary


@pytest.mark.usefixtures("project")
def test_documents_name_files_as_they_are() -> None:
    for name in ODD:
        write_odd(name)
    expected = {f"{name}/template.json" for name in ODD}
    assert expected <= {each["path"] for each in json.loads(check("--format", "json").stdout)["findings"]}
    results = json.loads(check("--format", "sarif").stdout)["runs"][0]["results"]
    uris = {each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in results}
    assert {uri for uri in uris if not re.fullmatch(r"(?:[\w.~/-]|%[0-9A-F]{2})+", uri, re.ASCII)} == set()
    assert expected <= {os.fsdecode(unquote_to_bytes(uri)) for uri in uris}


def test_a_name_that_is_a_secret_is_not_told(project: Path) -> None:
    secret = "ghp_0123456789abcdefghijABCDEFGHIJ012345"
    write(project, {"template.yaml": TEMPLATE.replace("Orders", secret)})
    for form in FORMATS:
        told = check("--select", "all", "--format", form)
        assert told.exit_code == 1
        assert secret not in told.output


# ------------------------------------------------------------------------------------------------------- surroundings

MORE = {
    "é/main.tf": 'resource "aws_lambda_function" "é" {\n  function_name = "é"\n  runtime = "python3.8"\n  role = "r"\n}\n',
    "other/serverless.yml": "service: a\nprovider: {name: aws, runtime: python3.8}\nfunctions: {a: {handler: app.a}}\n",
    "other/app.py": "import boto3\n\n\ndef a(event, context):\n    return boto3.client('s3').list_buckets()\n",
}


def outside_process(*arguments: str, cwd: Path, **environment: str | None) -> subprocess.CompletedProcess[bytes]:
    given = {name: value for name, value in {**os.environ, **environment}.items() if value is not None}
    command = [sys.executable, "-m", "lambdalint", "check", "--today", "2026-11-01", *arguments]
    return subprocess.run(command, cwd=cwd, env=given, capture_output=True, timeout=60, check=False)


def test_the_surroundings_of_a_run_have_no_say_in_its_output(project: Path) -> None:
    write(project, MORE)
    plain = outside_process("--format", "sarif", "--select", "all", cwd=project, PYTHONHASHSEED="0")
    assert (plain.returncode, plain.stderr) == (1, b"")
    assert "é" in plain.stdout.decode()
    for environment in (
        {"PYTHONHASHSEED": "1", "LC_ALL": "C", "LANG": "C", "PYTHONIOENCODING": "ascii", "HOME": None},
        {"PYTHONHASHSEED": "2", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C", "HOME": "/nothing"},
    ):
        again = outside_process("--format", "sarif", "--select", "all", cwd=project, **environment)
        assert (again.returncode, again.stderr, again.stdout) == (1, b"", plain.stdout), environment


def test_text_that_the_terminal_cannot_write_is_escaped(project: Path) -> None:
    write(project, MORE)
    result = outside_process(cwd=project, PYTHONIOENCODING="ascii:strict")
    assert (result.returncode, result.stderr) == (1, b"")
    assert rb"\xe9/main.tf:" in result.stdout


@pytest.mark.parametrize("form", FORMATS)
def test_the_order_of_the_paths_and_the_way_to_them_have_no_say(
    project: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    write(project, MORE)
    arguments = ["--format", form, "--select", "all"]
    told = check(*arguments, "src", "other", "é", "template.yaml").stdout
    assert check(*arguments, "template.yaml", "é", "./other/", "src", "other").stdout == told
    if form == "json":
        monkeypatch.chdir(project / "src")
        assert json.loads(check(*arguments, "..").stdout)["summary"] == json.loads(told)["summary"]


def test_a_reader_that_goes_away_is_no_error(project: Path) -> None:
    command = [sys.executable, "-m", "lambdalint", "check", "--format", "sarif"]  # with the rules' pages: a megabyte
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no such permissions")
def test_a_checkout_is_only_read(project: Path) -> None:
    write(project, MORE)
    for path in (*project.rglob("*"), project):
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = {path: path.stat().st_mtime_ns for path in project.rglob("*")}
    try:
        assert found("--select", RULE)
        assert {path: path.stat().st_mtime_ns for path in project.rglob("*")} == before
    finally:
        for path in (project, *project.rglob("*")):
            path.chmod(0o755)


# ------------------------------------------------------------------------------------------------------------ archives


def test_zips_are_read_where_they_lie(project: Path) -> None:
    """Absolute names, ways up and links in an archive lead nowhere: it is not unpacked."""
    (project.parent / "app.py").write_text(
        f"import boto3\n\ndef handler(event, context):\n    boto3.client('{SECRET}')\n"
    )
    link = zipfile.ZipInfo("app.py")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile("code.zip", "w") as archive:
        archive.writestr(link, "../app.py")
        for name in ("/app.py", "../../app.py", str(project.parent / "made.py"), "a\nb.py"):
            archive.writestr(name, CODE)
    write(project, {"template.yaml": TEMPLATE.replace("src/", "code.zip"), "src/app.py": "# nothing\n"})
    before = sorted(project.parent.rglob("*"))
    for handler in ("app.handler", "../../app.handler", f"{project.parent}/app.handler"):
        write(project, {"template.yaml": TEMPLATE.replace("src/", "code.zip").replace("app.handler", handler)})
        for form in FORMATS:
            assert SECRET not in check("--select", "all", "--format", form, "--verbose").output
    assert sorted(project.parent.rglob("*")) == before


def test_a_zip_that_says_too_much_is_passed_over(project: Path) -> None:
    with zipfile.ZipFile("code.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("app.py", b"#" * 30_000_000)
    write(project, {"template.yaml": TEMPLATE.replace("src/", "code.zip")})
    assert {rule for _, rule, _ in found("--select", RULE)} == {RULE}
