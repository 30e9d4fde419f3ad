"""What can be done about findings, as code actions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lsprotocol import types

from lambdalint.server.checking import Shown, Told
from lambdalint.server.mending import Mending
from lambdalint.server.telling import Teller

FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.lambdalint"
"""What editors ask for that mend a whole file, as when it is saved."""

MOST = 25
"""About how many findings of a selection something is offered."""


def everything(teller: Teller, told: Told, path: str) -> list[tuple[Shown, types.Diagnostic]]:
    """The findings of a file, each as it was told."""
    return [*zip(told.findings.get(path, ()), teller.diagnostics(told, path), strict=True)]


def touched(teller: Teller, told: Told, path: str, selected: types.Range) -> list[tuple[Shown, types.Diagnostic]]:
    """The findings of a file that lie in a selection or around it, each as it was told."""
    start, end = _order(selected.start), _order(selected.end)
    return [
        (shown, each)
        for shown, each in everything(teller, told, path)
        if _order(each.range.start) <= end and start <= _order(each.range.end)
    ][:MOST]  # fmt: skip


def code_actions(
    teller: Teller,
    told: Told,
    touched: Sequence[tuple[Shown, types.Diagnostic]],
    mendings: Iterable[Mending],
    client: types.ClientCapabilities,
    kind: str = types.CodeActionKind.QuickFix,
) -> Iterator[types.CodeAction]:
    """What can be done about findings, in the words of the protocol."""
    diagnostics = {id(shown.finding): each for shown, each in touched}
    for mending in mendings:
        yield types.CodeAction(
            mending.title,
            kind,
            [diagnostics[id(each)] for each in mending.findings],
            is_preferred=True if mending.fixes and mending.safe and kind != FIX_ALL else None,
            edit=_edit(teller, told, mending, client),
        )


def _edit(teller: Teller, told: Told, mending: Mending, client: types.ClientCapabilities) -> types.WorkspaceEdit:
    edits = {
        source.path: [
            types.TextEdit(teller.places.range(each.span, source), each.text)
            for each in sorted(mending.edits, key=lambda each: each.span)
            if each.span.path == source.path
        ]
        for source in mending.texts
    }
    paths = {path: told.absolute(path) for path in edits}
    workspace = client.workspace
    if workspace and workspace.workspace_edit and workspace.workspace_edit.document_changes:
        versions = told.asked.versions
        return types.WorkspaceEdit(
            document_changes=[
                types.TextDocumentEdit(
                    types.OptionalVersionedTextDocumentIdentifier(
                        teller.uri(paths[path]), versions.get(paths[path])
                    ),
                    list(each),
                )
                for path, each in edits.items()
            ]
        )  # fmt: skip
    return types.WorkspaceEdit({teller.uri(paths[path]): each for path, each in edits.items()})


def _order(position: types.Position) -> tuple[int, int]:
    return position.line, position.character
