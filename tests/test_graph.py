"""The application drawn: of each fixture, and the same for one project in every dialect and language.

`fixtures/graphs` has what `lambdalint graph --format json` says of each project, and in `one-project.txt` the edges that
all dialects must say, whichever language the functions are written in. After a change that is meant, `python tests/test_graph.py` writes what is said now.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner, Result

from lambdalint.cli import main
from lambdalint.graph import dot, mermaid
from lambdalint.graph.forms import FORMS
from lambdalint.graph.nodes import Edge, Graph, Node

FIXTURES = Path(__file__).parent / "fixtures"
ONE = FIXTURES / "one-project"
EXPECTED = FIXTURES / "graphs"
PROJECTS = sorted(path.name for path in (FIXTURES / "projects").iterdir() if path.is_dir())
LANGUAGES = {"src": "python3.13", "src-javascript": "nodejs22.x", "src-typescript": "nodejs22.x"}
"""Where the code of the one project is in each language, and what runs it."""
PARTIAL = frozenset({"chalice", "scripts"})
"""Dialects that do not say all that is deployed, nor what invokes what."""
DIALECTS = sorted(path.name for path in ONE.iterdir() if path.is_dir() and path.name not in {*LANGUAGES, *PARTIAL})
ASSET = "cdk.out/asset.c581400fd6c0f74f874359fe12e37d7d36211fcde6d6e2c4525821654b637278"

NAMES = {r"\w+\[\"(\w+)\"\]": r"\1", r"^Orders/": "", r"^invoices-dlq$|^incoming-dlq$|^parcels-dlq$": "letters"}
"""What a dialect rightly calls otherwise; where a module has a dead-letter queue for each queue, it is one of others."""
UNNAMED = frozenset({"schedule", "api"})
"""What a dialect has no name of the author's for."""


def laid_out(project: Path, directory: Path, language: str = "src") -> None:
    """The one project as a dialect has it, with its functions in a language."""
    shutil.copytree(project, directory, dirs_exist_ok=True)
    for path in (path for path in directory.rglob("*") if path.is_file()):
        told = path.read_text("utf-8").replace(LANGUAGES["src"], LANGUAGES[language])
        path.write_text(told.replace(_constant(LANGUAGES["src"]), _constant(LANGUAGES[language])), "utf-8")
    shutil.copytree(ONE / language, directory / "src")
    if project.name == "cdk":
        shutil.copytree(ONE / language, directory / ASSET)


def _constant(runtime: str) -> str:
    """What the CDK calls a runtime."""
    return re.sub(r"(?<=[a-z])(?=\d)|\.", "_", runtime).upper()


def asked(directory: Path, *arguments: str) -> Result:
    before = Path.cwd()
    os.chdir(directory)
    try:
        return CliRunner().invoke(main, ["graph", *arguments], catch_exceptions=False)
    finally:
        os.chdir(before)


def said(directory: Path, form: str = "json") -> str:
    result = asked(directory, "--format", form)
    assert result.exit_code == 0, result.output
    return result.stdout


def of_dialect(dialect: str, directory: Path, language: str = "src") -> list[str]:
    """The edges that a dialect says, by common names."""
    laid_out(ONE / dialect, directory, language)
    graph = json.loads(said(directory))
    names = {each["id"]: _common(each["kind"], each["name"]) for each in graph["nodes"]}
    lines = {
        f"{names[each['source']]} {each['verb']} {names[each['target']]}" + "".join(f"; {d}" for d in each["details"])
        for each in graph["edges"]
    }
    return sorted(lines)


def _common(kind: str, name: str) -> str:
    if kind in UNNAMED:
        return kind
    for own, common in NAMES.items():
        name = re.sub(own, common, name)
    return f"{kind} {name}"


@pytest.mark.parametrize("project", PROJECTS)
def test_a_project_is_drawn_as_it_was(project: str, tmp_path: Path) -> None:
    shutil.copytree(FIXTURES / "projects" / project, tmp_path / project)
    assert said(tmp_path / project) == (EXPECTED / f"{project}.json").read_text("utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_one_project_is_drawn_the_same_in_every_dialect_and_language(
    dialect: str, language: str, tmp_path: Path
) -> None:
    expected = (EXPECTED / "one-project.txt").read_text("utf-8")
    assert of_dialect(dialect, tmp_path, language) == expected.splitlines()


def test_every_edge_of_a_picture_has_its_nodes(tmp_path: Path) -> None:
    laid_out(ONE / "sam", tmp_path)
    graph = json.loads(said(tmp_path))
    ids = {each["id"] for each in graph["nodes"]}
    assert {end for each in graph["edges"] for end in (each["source"], each["target"])} <= ids
    for form in ("mermaid", "dot"):
        assert said(tmp_path, form).count("invokes") == sum(each["verb"] == "invokes" for each in graph["edges"])


def test_the_readme_shows_the_example() -> None:
    readme = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
    assert f"```mermaid\n{said(Path(__file__).parent.parent / 'examples' / 'orders', 'mermaid')}```" in readme


def ways(directory: Path, start: str) -> list[str]:
    return asked(directory, "--from", start).output.splitlines()


def test_an_event_is_followed_to_where_it_can_be_lost(tmp_path: Path) -> None:
    laid_out(ONE / "sam", tmp_path)
    assert ways(tmp_path, "uploads") == [
        "uploads (bucket)",
        "  invokes label (function): timeout 30 seconds [s3:ObjectCreated:*; given up after 6 hours; retries: 1]",
        "    fails to failures (topic) [events]",
        "    writes uploads (bucket), as above [put_object_tagging]",
        "  invokes thumbnail (function): timeout 3 seconds [s3:ObjectCreated:*; given up after 6 hours; retries: 2]",
        "    can be lost: an event that fails is dropped after its last retry: the function has no OnFailure destination",
        "    writes uploads (bucket), as above [copy_object]",
        "The first place where an event can be lost, from uploads to thumbnail:",
        "  an event that fails is dropped after its last retry: the function has no OnFailure destination",
    ]
    assert ways(tmp_path, "template.yaml#parcels")[0].startswith("parcels (queue): visibility timeout ")
    assert ways(tmp_path, "failures")[-1] == "No place is known where an event is lost."
    assert ways(tmp_path, "upload") == ["lambdalint: no resource is named upload; did you mean uploads?"]


def test_each_of_what_a_condition_decides_between_is_drawn(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(
        "import os\nimport boto3\nTABLE = boto3.resource('dynamodb').Table(os.environ['TABLE'])\n\n\n"
        "def handler(event, context):\n    TABLE.put_item(Item={'id': event['id']})\n"
    )
    table = (
        "    Type: AWS::DynamoDB::Table\n    Properties:\n      StreamSpecification: {StreamViewType: KEYS_ONLY}\n"
        "      KeySchema: [{AttributeName: id, KeyType: HASH}]\n"
    )
    (tmp_path / "template.yaml").write_text(
        "Transform: AWS::Serverless-2016-10-31\nParameters:\n  Keep: {Type: String}\n"
        "Conditions:\n  Kept: !Equals [!Ref Keep, 'yes']\n"
        f"Resources:\n  Kept:\n    Condition: Kept\n    DeletionPolicy: Retain\n{table}  Lost:\n{table}"
        "  Writer:\n    Type: AWS::Serverless::Function\n    Properties:\n      Handler: app.handler\n"
        "      Runtime: python3.13\n      CodeUri: .\n      Environment:\n        Variables:\n"
        "          TABLE: !If [Kept, !Ref Kept, !Ref Lost]\n      Events:\n        Changes:\n          Type: DynamoDB\n"
        "          Properties:\n            Stream: !If [Kept, !GetAtt Kept.StreamArn, !GetAtt Lost.StreamArn]\n"
        "            StartingPosition: LATEST\n"
    )
    edges = {(each["source"], each["verb"], each["target"]) for each in json.loads(said(tmp_path))["edges"]}
    writer = "template.yaml#Writer"
    for name in ("template.yaml#Kept", "template.yaml#Lost"):
        assert {(writer, "writes", name), (name, "invokes", writer)} <= edges
    told = "a batch that fails again and again is dropped when its records expire, and holds up its shard until then"
    assert told in "".join(ways(tmp_path, "Lost"))


def test_a_queue_without_dead_letters_loses_what_fails() -> None:
    told = ways(Path(__file__).parent.parent / "examples" / "orders", "Incoming")
    readme = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
    assert "```text\n" + "\n".join(told) + "\n```" in readme
    assert told[-1] == "  a message that fails again and again is deleted after 4 days: Incoming has no RedrivePolicy"


def test_graphviz_lays_out_where_it_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    laid_out(ONE / "sam", tmp_path)
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.chdir(tmp_path)
    without = CliRunner().invoke(main, ["graph", "--format", "svg"])
    assert without.exit_code == 2
    told = "lambdalint: --format svg needs Graphviz, whose command dot is not found: https://graphviz.org\n"
    assert without.output == told
    # One that gives back what it is given, and one that fails.
    dot_command = tmp_path / "bin" / "dot"
    dot_command.write_text("#!/bin/sh\nexec /bin/cat\n")
    dot_command.chmod(0o755)
    assert said(tmp_path, "svg") == said(tmp_path, "dot")
    dot_command.write_text("#!/bin/sh\nexit 3\n")
    assert "could not draw the graph" in CliRunner().invoke(main, ["graph", "--format", "svg"]).output


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
@pytest.mark.parametrize("project", [*PROJECTS, *DIALECTS])
def test_graphviz_reads_what_is_written_for_it(project: str, tmp_path: Path) -> None:
    if project in DIALECTS:
        laid_out(ONE / project, tmp_path / "laid")
    else:
        shutil.copytree(FIXTURES / "projects" / project, tmp_path / "laid")
    graph = json.loads(said(tmp_path / "laid"))
    done = subprocess.run(
        ["dot", "-Tjson0"], input=said(tmp_path / "laid", "dot").encode(), capture_output=True, check=True
    )
    assert done.stderr == b""
    read = json.loads(done.stdout)
    names = {each["name"] for each in read.get("objects", ()) if not each["name"].startswith("cluster_")}
    assert names == {each["id"] for each in graph["nodes"]}
    assert len(read.get("edges", ())) == len(graph["edges"])


def drawing(*names: str) -> Graph:
    nodes = tuple(Node(f"t#{name}", "queue", name, "t") for name in names)
    return Graph(nodes, tuple(Edge(one.id, "sends to", two.id) for one in nodes for two in nodes))


def test_mermaid_reads_nothing_in_a_label() -> None:
    assert mermaid.escaped('a"b]<i>`c`#1;\n') == "a#34;b#93;#60;i#62;#96;c#96;#35;1#59;#10;"
    assert 'n0[["#34;x#93;#93;<br>queue"]]' in FORMS["mermaid"](drawing('"x]]'))


def test_graphviz_reads_nothing_in_a_label() -> None:
    assert dot.quoted('a"b\\l&lt;\nc') == '"a\\"b\\\\l&amp;lt;\\nc"'


def test_what_mermaid_cannot_draw_is_drawn_by_group() -> None:
    one, two = drawing(*map(str, range(30))), drawing("x")
    apart = Node("u#y", "queue", "y", "u")
    several = Graph((*one.nodes, apart), (*one.edges, Edge("t#0", "sends to", "u#y")))
    assert "subgraph" in FORMS["mermaid"](two)
    assert 'n0(["t: 30"])' in FORMS["mermaid"](several)
    assert '"sends to: 1 times"' in FORMS["mermaid"](several)
    assert 'n0(["queue: 30"])' in FORMS["mermaid"](one)
    many = Graph(tuple(Node(f"{n}#q", "queue", "q", f"{n}/{'t' * 60}") for n in range(600)), ())
    assert len(FORMS["mermaid"](many)) < mermaid.MOST_TEXT


def test_a_name_that_is_a_secret_is_not_drawn(tmp_path: Path) -> None:
    key = "AKIA" + "Q3EGRIXZV5JPW7TN"
    (tmp_path / "app.py").write_text(
        f"import boto3\ndef handler(event, context):\n    boto3.client('s3').get_object(Bucket='{key}', Key='a')\n"
    )
    (tmp_path / "template.yaml").write_text(
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  Reader:\n    Type: AWS::Serverless::Function\n"
        "    Properties:\n      Handler: app.handler\n      Runtime: python3.13\n      CodeUri: .\n"
    )
    for form in FORMS:
        told = said(tmp_path, form)
        assert "get_object" in told
        assert key not in told


if __name__ == "__main__":
    EXPECTED.mkdir(exist_ok=True)
    with TemporaryDirectory() as scratch:
        for project in PROJECTS:
            shutil.copytree(FIXTURES / "projects" / project, Path(scratch, project))
            (EXPECTED / f"{project}.json").write_text(said(Path(scratch, project)), "utf-8")
        for dialect in sys.argv[1:] or ["cloudformation"]:
            lines = of_dialect(dialect, Path(scratch, "one", dialect))
            (EXPECTED / "one-project.txt").write_text("\n".join(lines) + "\n", "utf-8")
