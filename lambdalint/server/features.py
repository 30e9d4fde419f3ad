"""What the server answers to what a client says, by the protocol's names."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any
from urllib.parse import unquote

from lsprotocol import converters, types
from pygls.exceptions import JsonRpcException

from lambdalint.server import pages
from lambdalint.server.actions import FIX_ALL, code_actions, everything, touched
from lambdalint.server.mending import mendings, whole
from lambdalint.server.session import Session, pulls
from lambdalint.server.wishes import SECTION
from lambdalint.source import Source

WATCHED = (
    *("yaml", "yml", "json", "template", "tf", "tofu", "hcl", "tfvars", "toml", "txt", "zip"),
    *("py", "ipynb", "js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx"),
)
"""How the names of files end that a check may read."""
_BY_NAME = ("Dockerfile", "Makefile", ".gitignore", "Pipfile", "Pipfile.lock", "poetry.lock", "uv.lock")


def initialize(ls: Session, params: types.InitializeParams) -> None:
    ls.begin(params)
    if pulls(params.capabilities):
        options = types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=True, identifier=SECTION)
        ls.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, options)(document_diagnostic)
        ls.feature(types.WORKSPACE_DIAGNOSTIC)(workspace_diagnostic)


async def initialized(ls: Session, _: types.InitializedParams) -> None:
    ls.check_all()
    workspace = ls.client_capabilities.workspace
    wanted: list[types.Registration] = []
    watched = workspace and workspace.did_change_watched_files
    if watched and watched.dynamic_registration:
        patterns = [f"**/*.{{{','.join(WATCHED)}}}", f"**/{{{','.join(_BY_NAME)}}}"]
        options = types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher(each) for each in patterns])
        wanted.append(types.Registration("files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options))
    settings = workspace and workspace.did_change_configuration
    if settings and settings.dynamic_registration:
        wanted.append(types.Registration("settings", types.WORKSPACE_DID_CHANGE_CONFIGURATION, {"section": SECTION}))
    for each in wanted:
        # What a client cannot do after all, it refuses: the rest goes on without.
        with suppress(JsonRpcException):
            await ls.client_register_capability_async(types.RegistrationParams([each]))
    await _ask_for_settings(ls)


async def _ask_for_settings(ls: Session) -> bool:
    """Ask the client for its settings; whether it has answered with some."""
    workspace = ls.client_capabilities.workspace
    if not (workspace and workspace.configuration):
        return False
    asked = types.ConfigurationParams([types.ConfigurationItem(section=SECTION)])
    answer = await ls.workspace_configuration_async(asked)
    if answer and answer[0]:
        _heed(ls, answer[0])
        return True
    return False


def _heed(ls: Session, said: object) -> None:
    before = ls.wishes
    ls.wish(_plain(said))
    if ls.wishes != before:
        ls.check_all()


def _plain(said: Any) -> object:
    """What a client says without the types that pygls has given it."""
    if isinstance(said, Mapping):
        return {str(key): _plain(value) for key, value in said.items()}
    if hasattr(said, "_asdict"):
        return _plain(said._asdict())
    return [*map(_plain, said)] if isinstance(said, list | tuple) else said


async def did_change_configuration(ls: Session, params: types.DidChangeConfigurationParams) -> None:
    if not await _ask_for_settings(ls):
        # A client that has no settings sends empty ones: what it said to begin with holds on.
        _heed(ls, _plain(params.settings) or ls.initial)


def did_open(ls: Session, params: types.DidOpenTextDocumentParams) -> None:
    _changed(ls, [params.text_document.uri])


def did_change(ls: Session, params: types.DidChangeTextDocumentParams) -> None:
    _changed(ls, [params.text_document.uri])


def did_save(ls: Session, params: types.DidSaveTextDocumentParams) -> None:
    _changed(ls, [params.text_document.uri])


def did_close(ls: Session, params: types.DidCloseTextDocumentParams) -> None:
    _changed(ls, [params.text_document.uri])
    if not ls.told.keys() <= ls.opened.folders:
        ls.check_all()


def did_change_watched_files(ls: Session, params: types.DidChangeWatchedFilesParams) -> None:
    _changed(ls, [each.uri for each in params.changes])


def did_change_workspace_folders(ls: Session, _: types.DidChangeWorkspaceFoldersParams) -> None:
    ls.check_all()


def _changed(ls: Session, uris: Iterable[str]) -> None:
    ls.changed(path for uri in uris if (path := ls.opened.path(uri)) is not None)


def shutdown(ls: Session, _: object) -> None:
    ls.pace.close()


async def document_diagnostic(
    ls: Session, params: types.DocumentDiagnosticParams
) -> types.RelatedFullDocumentDiagnosticReport | types.RelatedUnchangedDocumentDiagnosticReport:
    path = ls.opened.path(params.text_document.uri)
    if path is None:
        return types.RelatedFullDocumentDiagnosticReport([])
    await ls.settled(path)
    found = ls.diagnostics.get(path, [])
    number = _number(found)
    if number == params.previous_result_id:
        return types.RelatedUnchangedDocumentDiagnosticReport(number)
    return types.RelatedFullDocumentDiagnosticReport(found, result_id=number)


async def workspace_diagnostic(ls: Session, params: types.WorkspaceDiagnosticParams) -> types.WorkspaceDiagnosticReport:
    for folder in ls.opened.folders:
        await ls.pace.settled(folder)
    known = {each.uri: each.value for each in params.previous_result_ids}
    documents = ls.opened.documents
    told = {ls.opened.uri(path): (path, found) for path, found in ls.diagnostics.items()}
    reports: list[types.WorkspaceFullDocumentDiagnosticReport | types.WorkspaceUnchangedDocumentDiagnosticReport] = []
    for uri in sorted(told.keys() | known.keys()):
        path, found = told.get(uri, ("", []))
        version = documents[path].version if path in documents else None
        number = _number(found)
        if known.get(uri) == number:
            reports.append(types.WorkspaceUnchangedDocumentDiagnosticReport(uri, number, version))
        else:
            reports.append(types.WorkspaceFullDocumentDiagnosticReport(uri, found, version, result_id=number))
    return types.WorkspaceDiagnosticReport(reports)


async def code_action(ls: Session, params: types.CodeActionParams) -> list[types.CodeAction]:
    path = ls.opened.path(params.text_document.uri)
    only = params.context.only
    wanted = [kind for kind in KINDS if not only or any(_covers(each, kind) for each in only)]
    if path is None or not wanted:
        return []
    await ls.settled(path)
    found: list[types.CodeAction] = []
    for told in ls.telling(path):
        selected = touched(ls.teller, told, path, params.range)
        findings = [shown.finding for shown, _ in selected]
        if findings and types.CodeActionKind.QuickFix in wanted:
            offered = await ls.pace.between(partial(mendings, told, findings))
            found += code_actions(ls.teller, told, selected, offered, ls.client_capabilities)
        if FIX_ALL in wanted:
            every = everything(ls.teller, told, path)
            mending = await ls.pace.between(partial(whole, told, path, [shown.finding for shown, _ in every]))
            # Who asks for no kind is offered what the fixes of a place do not do already.
            if mending is not None and (only or len(mending.findings) > 1):
                found += code_actions(ls.teller, told, every, [mending], ls.client_capabilities, FIX_ALL)
    return found


KINDS = (types.CodeActionKind.QuickFix, FIX_ALL)
"""The kinds of actions that there are."""


def _covers(kind: str, other: str) -> bool:
    """Whether a kind of actions is another, or holds it."""
    return not kind or f"{other}.".startswith(f"{kind}.")


def hover(ls: Session, params: types.HoverParams) -> types.Hover | None:
    path = ls.opened.path(params.text_document.uri)
    if path is None:
        return None
    at = types.Range(params.position, params.position)
    found = (shown.finding for told in ls.telling(path) for shown, _ in touched(ls.teller, told, path, at))
    rules = {finding.rule.name: finding.rule for finding in found}
    source = _source(ls, params.text_document.uri)
    line, column = params.position.line + 1, ls.teller.places.column(params.position, source)
    for span, rule in pages.named(source, ls.rules):
        if span.line == line and span.column <= column <= span.end_column:
            rules[rule.name] = rule
    if not rules:
        return None
    document = ls.client_capabilities.text_document
    formats = (document and document.hover and document.hover.content_format) or []
    markdown = types.MarkupKind.Markdown in formats
    text = pages.page([rules[name] for name in sorted(rules)], markdown=markdown)
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown if markdown else types.MarkupKind.PlainText, text))


def document_link(ls: Session, params: types.DocumentLinkParams) -> list[types.DocumentLink]:
    source = _source(ls, params.text_document.uri)
    document = ls.client_capabilities.text_document
    told = document and document.document_link and document.document_link.tooltip_support
    return [
        types.DocumentLink(ls.teller.places.range(span, source), rule.url, rule.title if told else None)
        for span, rule in pages.named(source, ls.rules)
    ]


def _source(ls: Session, uri: str) -> Source:
    """A text that is open; empty where it is not."""
    document = ls.workspace.text_documents.get(unquote(uri))
    return Source(ls.opened.path(uri) or "", document.source if document is not None else "")


def _number(found: list[types.Diagnostic]) -> str:
    """What tells some diagnostics from others."""
    written = json.dumps(_CONVERTER.unstructure(found), sort_keys=True)
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:16]


_CONVERTER = converters.get_converter()

FEATURES: Mapping[str, Callable[..., Any]] = {
    types.INITIALIZE: initialize,
    types.INITIALIZED: initialized,
    types.SHUTDOWN: shutdown,
    types.TEXT_DOCUMENT_DID_OPEN: did_open,
    types.TEXT_DOCUMENT_DID_CHANGE: did_change,
    types.TEXT_DOCUMENT_DID_SAVE: did_save,
    types.TEXT_DOCUMENT_DID_CLOSE: did_close,
    types.TEXT_DOCUMENT_HOVER: hover,
    types.TEXT_DOCUMENT_DOCUMENT_LINK: document_link,
    types.WORKSPACE_DID_CHANGE_CONFIGURATION: did_change_configuration,
    types.WORKSPACE_DID_CHANGE_WATCHED_FILES: did_change_watched_files,
    types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS: did_change_workspace_folders,
}


def server() -> Session:
    """A server that waits for its client."""
    session = Session()
    for name, function in FEATURES.items():
        session.feature(name)(function)
    kinds = types.CodeActionOptions(KINDS)
    session.feature(types.TEXT_DOCUMENT_CODE_ACTION, kinds)(code_action)
    return session
