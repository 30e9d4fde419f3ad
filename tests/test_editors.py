"""The language server in a real editor, without a display."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from serving import SERVER, WITH_QUEUE

RULE = "visibility-timeout-below-function-timeout"
OPTIONS = {"reason": "as agreed", "today": "2026-11-30"}
HERE = Path(__file__).parent
ACTIONS = pytest.mark.parametrize(
    ("title", "added"),
    [
        ("Set VisibilityTimeout to 360", "      VisibilityTimeout: 360\n"),
        (f"Ignore {RULE} here", f"  # lambdalint: ignore[{RULE}] as agreed"),
    ],
)


@pytest.mark.skipif(shutil.which("nvim") is None, reason="needs neovim: nvim is not on the PATH")
@ACTIONS
def test_neovim_shows_a_diagnostic_and_applies_its_actions(tmp_path: Path, title: str, added: str) -> None:
    script = HERE / "editors/neovim.lua"
    command = ["nvim", "--headless", "--clean", "-n", "-c", f"luafile {script}"]
    shows_and_applies(tmp_path, command, title, added, {"command": SERVER, "options": OPTIONS})


def has_eglot() -> bool:
    if shutil.which("emacs") is None:
        return False
    asked = "(progn (package-initialize) (require 'eglot) (require 'yaml-mode))"
    return subprocess.run(["emacs", "-q", "--batch", "--eval", asked], capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not has_eglot(), reason="needs Emacs with eglot and yaml-mode")
@ACTIONS
def test_emacs_does_so_with_the_configuration_of_the_documentation(tmp_path: Path, title: str, added: str) -> None:
    shown = re.search(r"```elisp\n(.*?)```", (HERE.parent / "editors/README.md").read_text("utf-8"), re.DOTALL)
    assert shown is not None
    command = " ".join(map(json.dumps, SERVER))
    options = " ".join(f":{name} {json.dumps(value)}" for name, value in OPTIONS.items())
    configured = shown[1].replace('"lambdalint" "server"', command).replace(':extendSelect ["tracing-off"]', options)
    assert command in configured
    assert options in configured
    configuration = tmp_path / "configuration.el"
    configuration.write_text(configured)
    script = ["emacs", "-q", "--batch", "-l", str(HERE / "editors/emacs.el")]
    shows_and_applies(tmp_path, script, title, added, {"configuration": str(configuration)})


def shows_and_applies(tmp_path: Path, command: list[str], title: str, added: str, more: Mapping[str, object]) -> None:
    """Whether an editor that runs a script shows the finding in a template, and an action of it mends that."""
    root = tmp_path.resolve() / "orders"
    (root / "src").mkdir(parents=True)
    (root / "src/app.py").write_text("def handler(event, context):\n    return event['Records']\n")
    template, seen = root / "template.yaml", tmp_path / "seen.json"
    template.write_text(WITH_QUEUE)
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    asked = {
        "root": str(root),
        "file": str(template),
        "rule": RULE,
        "title": title,
        "seen": str(seen),
        "wait": 60_000,
        **more,
    }
    environment = {**os.environ, "LAMBDALINT_ASKED": json.dumps(asked), "HOME": str(tmp_path)}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=240, check=False)
    told = json.loads(seen.read_text("utf-8"))
    assert "error" not in told, (told, ended.stderr)
    assert "Error in server" not in ended.stderr
    assert "`Queue` " in told["message"]
    assert WITH_QUEUE.splitlines()[told["line"] - 1].strip() == "Queue:"
    assert title in told["titles"]
    assert told["gone"] is True
    saved = template.read_text("utf-8")
    assert added in saved
    assert saved.replace(added, "") == WITH_QUEUE
