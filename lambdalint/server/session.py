"""A client's session: what it has opened and set, what is checked of it when, and what it is told."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterable

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from lambdalint import __version__, running
from lambdalint.lint import KeptRun
from lambdalint.server.checking import Asked, CannotCheck, Told
from lambdalint.server.open import Open
from lambdalint.server.pace import Pace
from lambdalint.server.positions import Places
from lambdalint.server.telling import SOURCE, Teller
from lambdalint.server.wishes import Wishes


class Session(LanguageServer):
    """The server, from the client's first word to its last."""

    opened: Open
    teller: Teller
    pace: Pace
    pulled: bool
    """Whether the client asks for diagnostics itself, and is only told when to."""
    initial: object
    """What the client began with of its settings."""

    def __init__(self) -> None:
        # Whole texts: what pygls makes of parts counts lines in another way than editors do (`positions.py`).
        super().__init__(SOURCE, __version__, text_document_sync_kind=types.TextDocumentSyncKind.Full)
        self.rules = {rule.name: rule for rule in running.known()}
        self.wishes = Wishes()
        self.told: dict[str, Told] = {}
        """What the last check of each folder has come to."""
        self.diagnostics: dict[str, list[types.Diagnostic]] = {}
        """What is so of each file, by path."""
        self._kept: dict[str, KeptRun] = {}
        self._versions: dict[str, int | None] = {}
        self._said: set[str] = set()

    def begin(self, params: types.InitializeParams) -> None:
        """Begin with what a client is and says."""
        self.opened = Open(self.workspace)
        places = Places(self.workspace.position_encoding or types.PositionEncodingKind.Utf16)
        self.teller = Teller(places, self.opened.uri)
        self.pulled = pulls(params.capabilities)
        self.initial = params.initialization_options
        self.wish(self.initial)
        self.pace = Pace(self._asked, self._done, self._failed)

    # --------------------------------------------------------------------------------------------------- what is asked

    def wish(self, said: object) -> None:
        """Heed what the editor's settings say."""
        self.wishes, wrong = Wishes.read(said)
        self._say(wrong, types.MessageType.Warning)

    def changed(self, paths: Iterable[str]) -> None:
        """Check what files have a part in that are not as they were."""
        for folder in sorted({folder for path in paths for folder in self.opened.around(path)}):
            self.pace.ask(folder)

    def check_all(self) -> None:
        """Check every folder, and forget those that are open no more."""
        folders = self.opened.folders
        for folder in self.told.keys() - folders:
            self.pace.forget(folder)
            del self.told[folder]
            self._kept.pop(folder, None)
        for folder in sorted(folders):
            self.pace.ask(folder)
        self._tell()

    def telling(self, path: str) -> list[Told]:
        """The checks that tell of a file."""
        root = self.opened.root(path)
        own = [each for folder, each in self.told.items() if folder == root and path in each.findings]
        return own or [each for each in self.told.values() if path in each.findings][:1]

    async def settled(self, path: str) -> None:
        """Wait until what the client has last said is heeded in what is told of a file."""
        for folder in list(self.opened.around(path)):
            await self.pace.settled(folder)

    def _asked(self, folder: str) -> Asked:
        read = self.opened.read_with(folder)
        return Asked(
            folder,
            {path: each.source for path, each in read.items()},
            {path: each.version for path, each in read.items()},
            self.wishes,
            self.wishes.open_files_only or folder not in self.opened.roots,
            self._kept.setdefault(folder, KeptRun()),
        )

    # ---------------------------------------------------------------------------------------------------- what is told

    def _done(self, told: Told) -> None:
        if told.asked.folder in self.opened.folders:
            self.told[told.asked.folder] = told
        self._say(told.wrong, types.MessageType.Error)
        self._tell()

    def _failed(self, folder: str, error: Exception) -> None:
        if isinstance(error, CannotCheck):
            self._say([f"{folder}: {error}"], types.MessageType.Warning)
            return
        traceback.print_exception(error, file=sys.stderr)
        who = [*getattr(error, "__notes__", ()), type(error).__name__]
        self._say([f"{folder}: {': '.join(who)}: this is a bug in lambdalint"], types.MessageType.Error)

    def _say(self, lines: Iterable[str], kind: types.MessageType) -> None:
        """Tell the user something, once."""
        for line in lines:
            if line not in self._said:
                self._said.add(line)
                self.window_show_message(types.ShowMessageParams(kind, f"lambdalint: {line}"))

    def _tell(self) -> None:
        """Tell the client what is so of each file, where that is not what it was told last."""
        before, self.diagnostics = self.diagnostics, self._found()
        versions = {path: each for told in self.told.values() for path, each in told.asked.versions.items()}
        changed = [
            path
            for path in sorted(before.keys() | self.diagnostics.keys())
            if before.get(path) != self.diagnostics.get(path) or versions.get(path) != self._versions.get(path)
        ]
        self._versions = versions
        if self.pulled:
            if changed:
                self.workspace_diagnostic_refresh(None)
            return
        for path in changed:
            self.text_document_publish_diagnostics(
                types.PublishDiagnosticsParams(
                    self.opened.uri(path), self.diagnostics.get(path, []), versions.get(path)
                )
            )

    def _found(self) -> dict[str, list[types.Diagnostic]]:
        """What is so of each file: what lies in a folder of its own is told by that alone."""
        found: dict[str, list[types.Diagnostic]] = {}
        for folder, told in sorted(self.told.items()):
            for path in told.findings:
                if self.opened.root(path) in (None, folder) or self.opened.root(path) not in self.told:
                    own = found.setdefault(path, [])
                    own += [each for each in self.teller.diagnostics(told, path) if each not in own]
        return found


def pulls(client: types.ClientCapabilities) -> bool:
    """Whether a client asks for diagnostics itself, and again when it is told that others have changed."""
    document, workspace = client.text_document, client.workspace
    asks = document is not None and document.diagnostic is not None
    heeds = workspace is not None and workspace.diagnostics is not None and workspace.diagnostics.refresh_support
    return asks and bool(heeds)
