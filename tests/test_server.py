"""The language server, asked by a client as an editor is one."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcInternalError
from pytest_lsp import ClientServerConfig, LanguageClient
from serving import SERVER, TEMPLATE, WITH_QUEUE

from lambdalint.server import features
from lambdalint.server.wishes import SETTINGS

WAIT = 12
"""Seconds that anything may take, on a machine that does much else."""

HANDLER = """\
import os


def handler(event, context):
    return os.environ["TABLE"]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path.resolve() / "orders"
    (root / "src").mkdir(parents=True)
    (root / "template.yaml").write_text(TEMPLATE)
    (root / "src/app.py").write_text(HANDLER)
    return root


class Editor:
    """A client that opens and edits files, and waits for what it is told of them."""

    def __init__(self, client: LanguageClient) -> None:
        self.client = client
        self._versions: dict[str, int] = {}

    def open(self, path: Path, text: str | None = None) -> None:
        uri = path.as_uri()
        self._versions[uri] = 1
        content = path.read_text("utf-8") if text is None else text
        self.client.text_document_did_open(
            types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, path.suffix[1:], 1, content))
        )

    def edit(self, path: Path, text: str) -> None:
        uri = path.as_uri()
        self._versions[uri] += 1
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(self._versions[uri], uri),
                [types.TextDocumentContentChangeWholeDocument(text)],
            )
        )

    def close(self, path: Path) -> None:
        self.client.text_document_did_close(
            types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(path.as_uri()))
        )

    def watched(self, *paths: Path) -> None:
        changes = [types.FileEvent(each.as_uri(), types.FileChangeType.Changed) for each in paths]
        self.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(changes))

    async def told(self, path: Path, *rules: str) -> list[types.Diagnostic]:
        """What is told of a file, once it is told of these rules, however often, and of no others."""
        found: list[types.Diagnostic] = []
        for _ in range(WAIT * 20):
            found = list(self.client.diagnostics.get(path.as_uri(), []))
            if {each.code for each in found} == set(rules):
                return found
            await asyncio.sleep(0.05)
        raise AssertionError(f"of {path.name} is told {[each.code for each in found]}, not {rules}")

    async def said(self, words: str) -> str:
        for _ in range(WAIT * 20):
            for message in self.client.messages:
                if words in message.message:
                    return message.message
            await asyncio.sleep(0.05)
        raise AssertionError(f"nothing is said of {words}: {self.client.messages}")


@asynccontextmanager
async def editor(
    *folders: Path,
    capabilities: types.ClientCapabilities | None = None,
    options: dict[str, Any] | None = None,
    command: list[str] = SERVER,
) -> AsyncIterator[Editor]:
    client = await ClientServerConfig(command, server_env={**os.environ}).start()
    assert isinstance(client, LanguageClient)
    named = [types.WorkspaceFolder(each.as_uri(), each.name) for each in folders]
    asked = types.InitializeParams(
        capabilities or types.ClientCapabilities(),
        workspace_folders=named,
        initialization_options={"today": "2026-11-30", **(options or {})},
    )
    try:
        await asyncio.wait_for(client.initialize_session(asked), WAIT)
        yield Editor(client)
    finally:
        await asyncio.wait_for(client.shutdown_session(), WAIT)
        await asyncio.wait_for(client.stop(), WAIT)


LOGS = "log-retention-unset"
"""What is told of the template as it is, of the function's line."""


@pytest.mark.asyncio
async def test_template_and_handler_are_read_together_as_they_are_open(project: Path) -> None:
    template, handler = project / "template.yaml", project / "src/app.py"
    async with editor(project) as edited:
        edited.open(template)
        edited.open(handler)
        (found,) = await edited.told(template, LOGS)
        assert found.severity == types.DiagnosticSeverity.Information
        assert found.source == "lambdalint"
        assert found.code_description is not None
        assert found.code_description.href.endswith("/rules/log-retention-unset.md")
        assert found.range.start == types.Position(2, 2)

        edited.edit(template, TEMPLATE.replace("TABLE: orders", "TABLES: orders"))
        (found,) = await edited.told(handler, "variable-not-set")
        assert found.message.startswith("`Orders` ")
        edited.edit(handler, HANDLER.replace("TABLE", "TABLES"))
        await edited.told(handler)
        await edited.told(template, LOGS)

        edited.close(template)
        await edited.told(handler, "variable-not-set")
        assert template.read_text() == TEMPLATE
        assert handler.read_text() == HANDLER


@pytest.mark.asyncio
async def test_further_places_are_told_with_their_files(project: Path) -> None:
    handler = project / "src/app.py"
    (project / "src/store.py").write_text("import boto3\n\n\ndef table():\n    return boto3.client('dynamodb')\n")
    async with editor(project) as edited:
        edited.open(handler, HANDLER.replace("import os", "import os\nimport store\n\nstore.table()"))
        edited.edit(
            handler,
            HANDLER.replace("import os", "import os\nimport store").replace("return", "store.table()\n    return"),
        )
        (found,) = await edited.told(project / "src/store.py", "client-in-handler")
        (related,) = found.related_information or []
        assert related.location.uri == handler.as_uri()
        assert related.location.range.start.line == 5


@pytest.mark.asyncio
@pytest.mark.parametrize(("encoding", "character"), [("utf-8", 19), ("utf-16", 17), ("utf-32", 16)])
async def test_places_are_counted_as_the_client_counts(project: Path, encoding: str, character: int) -> None:
    handler = project / "src/app.py"
    client = types.ClientCapabilities(
        general=types.GeneralClientCapabilities(position_encodings=[types.PositionEncodingKind(encoding)])
    )
    async with editor(project, capabilities=client) as edited:
        edited.open(handler, HANDLER.replace("return", "'🚀'; return").replace('"TABLE"', '"TABLES"'))
        (found,) = await edited.told(handler, "variable-not-set")
        assert (found.range.start.line, found.range.start.character) == (4, character)


@pytest.mark.asyncio
async def test_a_file_that_was_never_saved_is_read(project: Path) -> None:
    template, new = project / "template.yaml", project / "src/first.py"
    async with editor(project) as edited:
        edited.open(template, TEMPLATE.replace("app.", "first."))
        await edited.told(template, LOGS, "handler-not-found")
        edited.open(new, HANDLER)
        await edited.told(template, LOGS)
        edited.close(new)
        await edited.told(template, LOGS, "handler-not-found")


@pytest.mark.asyncio
async def test_what_is_broken_is_told_and_nothing_else_breaks(project: Path) -> None:
    template, handler = project / "template.yaml", project / "src/app.py"
    async with editor(project) as edited:
        edited.open(template)
        edited.open(handler)
        for broken in ("def handler(:\n", "\0\1\2", "x = '\ud800'\n", "(" * 5000, "\x0c\r\u2028" * 99 + "def"):
            edited.edit(handler, broken)
            await edited.told(handler, "unreadable-file")
            edited.edit(handler, HANDLER)
            await edited.told(handler)
        edited.edit(template, "Resources: [\n  Type: AWS::")
        await edited.told(template, "unreadable-file")
        edited.edit(template, TEMPLATE)
        await edited.told(template, LOGS)


@pytest.mark.asyncio
async def test_folders_come_and_go(project: Path, tmp_path: Path) -> None:
    other = tmp_path.resolve() / "other"
    shutil.copytree(project, other)
    async with editor(project, other) as edited:
        await edited.told(project / "template.yaml", LOGS)
        await edited.told(other / "template.yaml", LOGS)
        shutil.rmtree(other)
        edited.watched(other / "template.yaml")
        await edited.told(other / "template.yaml")
        edited.open(other / "src/app.py", HANDLER)  # what is open of it survives
        left = types.WorkspaceFoldersChangeEvent([], [types.WorkspaceFolder(project.as_uri(), "orders")])
        edited.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(left))
        await edited.told(project / "template.yaml")


@pytest.mark.asyncio
async def test_a_file_of_no_folder_is_read_with_its_project(project: Path, tmp_path: Path) -> None:
    handler = project / "src/app.py"
    async with editor() as edited:
        edited.open(handler, HANDLER.replace("TABLE", "TABLES"))
        await edited.told(handler, "variable-not-set")
        assert set(edited.client.diagnostics) == {handler.as_uri()}
        edited.close(handler)
        await edited.told(handler)


@pytest.mark.asyncio
async def test_the_last_of_a_thousand_edits_is_told(project: Path) -> None:
    handler = project / "src/app.py"
    async with editor(project) as edited:
        edited.open(handler)
        for number in range(1000):
            edited.edit(handler, HANDLER.replace("TABLE", f"TABLE{number}") + "\n" * (number % 7))
            if number % 50 == 0:
                await asyncio.sleep(0.02)
        for _ in range(WAIT * 20):
            found = edited.client.diagnostics.get(handler.as_uri(), [])
            if any("TABLE999" in each.message for each in found):
                break
            await asyncio.sleep(0.05)
        assert "TABLE999" in found[0].message
        edited.edit(handler, HANDLER)
        await edited.told(handler)


BROKEN = """
import os, sys
from lambdalint.check import CHECKS, check
from lambdalint.rules import load
from lambdalint.server import serve

rules = load()
def default_memory(project):
    print("a rule that prints")
    os.system("echo a process that prints")
    raise ValueError("a bug")
    yield

rule = next(each for each in rules if each.name == "default-memory")
object.__setattr__(rule, "check", default_memory)
serve()
"""


@pytest.mark.asyncio
async def test_a_rule_that_raises_or_prints_is_told_and_the_others_go_on(project: Path) -> None:
    template = project / "template.yaml"
    async with editor(project, command=[sys.executable, "-c", BROKEN]) as edited:
        assert "bug in lambdalint" in await edited.said("default-memory: ValueError")
        await edited.told(template, LOGS)
        edited.open(template, TEMPLATE.replace("      MemorySize: 256\n", ""))
        edited.edit(template, TEMPLATE.replace("TABLE: ", "TABLES: "))
        await edited.told(project / "src/app.py", "variable-not-set")
        await edited.told(template, LOGS)
        assert len(edited.client.messages) == 1


@pytest.mark.asyncio
async def test_configurations_and_settings_are_heeded_when_they_change(project: Path) -> None:
    template, config = project / "template.yaml", project / "lambdalint.toml"
    async with editor(project) as edited:
        await edited.told(template, LOGS)
        config.write_text("ignore = ['log-retention-unsett']")
        edited.watched(config)
        assert "did you mean 'log-retention-unset'?" in await edited.said("log-retention-unsett")
        config.write_text("ignore = ['log-retention-unset']")
        edited.watched(config)
        await edited.told(template)
        config.unlink()
        edited.watched(config)
        await edited.told(template, LOGS)
        for settings in (
            {"lambdalint": {"ignore": [LOGS]}},
            {"lambdalint": {"select": ["reliability"], "today": None}},
        ):
            edited.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings))
            await edited.told(template)
            edited.client.workspace_did_change_configuration(types.DidChangeConfigurationParams({"lambdalint": {}}))
            await edited.told(template, LOGS)
        wrong = {"lambdalint": {"selct": [], "today": "now"}}
        edited.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(wrong))
        assert "did you mean 'select'?" in await edited.said("selct")
        assert "must be a date" in await edited.said("today")


@pytest.mark.asyncio
async def test_a_client_may_ask_for_diagnostics_itself(project: Path) -> None:
    template, handler = project / "template.yaml", project / "src/app.py"
    client = types.ClientCapabilities(
        text_document=types.TextDocumentClientCapabilities(diagnostic=types.DiagnosticClientCapabilities()),
        workspace=types.WorkspaceClientCapabilities(
            diagnostics=types.DiagnosticWorkspaceClientCapabilities(refresh_support=True)
        ),
    )
    async with editor(project, capabilities=client) as edited:
        edited.open(handler)
        edited.edit(handler, HANDLER.replace("TABLE", "TABLES"))
        asked = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(handler.as_uri()))
        report = await edited.client.text_document_diagnostic_async(asked)
        assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
        assert [each.code for each in report.items] == ["variable-not-set"]
        asked.previous_result_id = report.result_id
        again = await edited.client.text_document_diagnostic_async(asked)
        assert isinstance(again, types.RelatedUnchangedDocumentDiagnosticReport)

        whole = await edited.client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams([]))
        told = {each.uri: [found.code for found in each.items] for each in whole.items}
        assert told[template.as_uri()] == [LOGS]
        known = [types.PreviousResultId(each.uri, each.result_id) for each in whole.items]
        edited.edit(handler, HANDLER)
        whole = await edited.client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams(known))
        told = {each.uri: [found.code for found in each.items] for each in whole.items if each.kind == "full"}
        assert told == {handler.as_uri(): []}  # the template is as it was
        assert edited.client.diagnostic_refresh_count > 0
        assert not edited.client.diagnostics


def applied(text: str, edits: Sequence[types.TextEdit]) -> str:
    """A text with edits made in it, as an editor makes them of a text of ASCII."""
    starts = [0, *(number + 1 for number, letter in enumerate(text) if letter == "\n")]

    def offset(place: types.Position) -> int:
        return starts[place.line] + place.character

    for each in sorted(edits, key=lambda each: offset(each.range.start), reverse=True):
        text = text[: offset(each.range.start)] + each.new_text + text[offset(each.range.end) :]
    return text


@pytest.mark.asyncio
@pytest.mark.parametrize("versioned", [False, True])
async def test_findings_can_be_mended_and_ignored(project: Path, versioned: bool) -> None:
    template = project / "template.yaml"
    text = WITH_QUEUE
    client = types.ClientCapabilities(
        workspace=types.WorkspaceClientCapabilities(
            workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=versioned)
        )
    )
    async with editor(
        project, capabilities=client, options={"reason": "as agreed", "select": ["reliability"]}
    ) as edited:
        edited.open(template, text)
        (found,) = await edited.told(template, "visibility-timeout-below-function-timeout")
        asked = types.CodeActionParams(
            types.TextDocumentIdentifier(template.as_uri()), found.range, types.CodeActionContext([found])
        )
        actions = await edited.client.text_document_code_action_async(asked) or []
        by_title = {each.title: each for each in actions if isinstance(each, types.CodeAction)}
        assert list(by_title) == [
            "Set VisibilityTimeout to 360",
            "Ignore visibility-timeout-below-function-timeout here",
        ]
        for action in by_title.values():
            assert list(action.diagnostics or []) == [found]
            assert action.edit is not None
            if versioned:
                (document,) = action.edit.document_changes or []
                assert isinstance(document, types.TextDocumentEdit)
                assert document.text_document == types.OptionalVersionedTextDocumentIdentifier(template.as_uri(), 1)
                edits = document.edits
            else:
                edits = (action.edit.changes or {})[template.as_uri()]
            after = applied(text, [each for each in edits if isinstance(each, types.TextEdit)])
            edited.close(template)
            edited.open(template, after)
            await edited.told(template)
            if action.title.startswith("Ignore"):
                assert "# lambdalint: ignore[visibility-timeout-below-function-timeout] as agreed\n" in after
        assert template.read_text() == TEMPLATE


@pytest.mark.asyncio
async def test_all_safe_fixes_of_a_file_are_made_at_once(project: Path) -> None:
    template = project / "template.yaml"
    source = """\
        {name}:
          Type: SQS
          Properties:
            Queue: !GetAtt {name}.Arn
"""
    queue = """\
  {name}:
    Type: AWS::SQS::Queue
    Properties:
      RedrivePolicy: {{deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 5}}
"""
    dead = """\
  Dead:
    Type: AWS::SQS::Queue
    Properties:
      MessageRetentionPeriod: 1209600
"""
    names = ("Bought", "Sold")
    sources, queues = ("".join(part.format(name=name) for name in names) for part in (source, queue))
    text = TEMPLATE.replace("Timeout: 10", "Timeout: 60") + f"      Events:\n{sources}{queues}{dead}"
    async with editor(project, options={"select": ["visibility-timeout-below-function-timeout"]}) as edited:
        edited.open(template, text)
        found = await edited.told(template, "visibility-timeout-below-function-timeout")
        assert len(found) == 2

        async def offered(*kinds: str) -> list[types.CodeAction]:
            nowhere = types.Range(types.Position(0, 0), types.Position(0, 0))
            context = types.CodeActionContext([], only=[*kinds] or None)
            asked = types.CodeActionParams(types.TextDocumentIdentifier(template.as_uri()), nowhere, context)
            actions = await edited.client.text_document_code_action_async(asked) or []
            return [each for each in actions if isinstance(each, types.CodeAction)]

        assert not await offered(types.CodeActionKind.QuickFix)
        assert not await offered("source.fixAll.other")
        for kinds in ((), ("source.fixAll",), ("source.fixAll.lambdalint",)):
            (action,) = await offered(*kinds)
            assert action.kind == "source.fixAll.lambdalint"
            assert [*(action.diagnostics or [])] == found
        assert action.edit is not None
        edits = (action.edit.changes or {})[template.as_uri()]
        after = applied(text, [each for each in edits if isinstance(each, types.TextEdit)])
        assert after.count("VisibilityTimeout: 360") == 2
        edited.edit(template, after)
        await edited.told(template)
        assert not await offered("source.fixAll")


@pytest.mark.asyncio
@pytest.mark.parametrize("markdown", [False, True])
async def test_pages_are_a_hover_or_a_click_away(project: Path, markdown: bool) -> None:
    template, config = project / "template.yaml", project / "lambdalint.toml"
    kinds = [types.MarkupKind.Markdown, types.MarkupKind.PlainText]
    client = types.ClientCapabilities(
        text_document=types.TextDocumentClientCapabilities(
            hover=types.HoverClientCapabilities(content_format=kinds if markdown else None)
        )
    )
    async with editor(project, capabilities=client) as edited:
        edited.open(template, TEMPLATE.replace("256", "256  # lambdalint: ignore[default-memory] no reason"))
        edited.open(config, "ignore = ['default-timeout']")
        await edited.told(template, LOGS, "unused-ignore")

        async def shown(path: Path, line: int, character: int) -> str | None:
            asked = types.HoverParams(types.TextDocumentIdentifier(path.as_uri()), types.Position(line, character))
            answer = await edited.client.text_document_hover_async(asked)
            assert answer is None or isinstance(answer.contents, types.MarkupContent)
            return None if answer is None else answer.contents.value

        logs = await shown(template, 2, 4) or ""
        assert logs.startswith("**log-retention-unset**: " if markdown else "log-retention-unset: ")
        assert "## Good" in logs
        assert "default-memory" in (await shown(template, 9, 52) or "")
        assert "default-timeout" in (await shown(config, 0, 12) or "")
        assert await shown(template, 0, 3) is None
        for path, rule in ((template, "default-memory"), (config, "default-timeout")):
            links = await edited.client.text_document_document_link_async(
                types.DocumentLinkParams(types.TextDocumentIdentifier(path.as_uri()))
            )
            (link,) = links or []
            assert (link.target or "").endswith(f"/rules/{rule}.md")


@pytest.mark.asyncio
async def test_empty_settings_leave_what_a_client_began_with(project: Path) -> None:
    template = project / "template.yaml"
    async with editor(project, options={"ignore": [LOGS]}) as edited:
        edited.client.workspace_did_change_configuration(types.DidChangeConfigurationParams({"lambdalint": {}}))
        await edited.told(template, LOGS)
        edited.client.workspace_did_change_configuration(types.DidChangeConfigurationParams({}))
        await edited.told(template)


@pytest.mark.asyncio
async def test_a_client_may_refuse_what_it_said_it_could(monkeypatch: pytest.MonkeyPatch) -> None:
    can = types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True)
    asked: list[Any] = []

    async def refuse(_: Any) -> None:
        raise JsonRpcInternalError("Internal error")

    async def configured(given: Any) -> list[Any]:
        asked.append(given)
        return []

    session: Any = SimpleNamespace(
        check_all=lambda: None,
        client_capabilities=types.ClientCapabilities(
            workspace=types.WorkspaceClientCapabilities(did_change_watched_files=can, configuration=True)
        ),
        client_register_capability_async=refuse,
        workspace_configuration_async=configured,
    )
    await features.initialized(session, types.InitializedParams())
    assert asked


def test_without_pygls_one_line_says_what_to_install() -> None:
    without = "import sys; sys.modules['pygls'] = None; from lambdalint.cli import main; main(['server'])"
    ended = subprocess.run([sys.executable, "-c", without], capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr == "lambdalint: the server needs pygls: pip install 'lambdalint[server]'\n"


def test_every_setting_is_in_the_documentation() -> None:
    documented = (Path(__file__).parent.parent / "docs/editors.md").read_text("utf-8")
    for name, setting in SETTINGS.items():
        assert f"| `{name}` | {setting.meaning} ({setting.kind.called}) |" in documented
