"""Whole projects, and what a run says of them.

Each folder of `fixtures/projects` is a project as its author has it, and its `expected.txt` the text report of
`lambdalint check --select all` inside it. Every finding there is true, and read by a person.

After a change that is meant, `python tests/test_projects.py` writes what is said now: read the difference.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner

from lambdalint import cli

PROJECTS = sorted(path for path in (Path(__file__).parent / "fixtures" / "projects").iterdir() if path.is_dir())
EXPECTED = "expected.txt"
TODAY = "2026-11-01"


def said(project: Path, directory: Path) -> str:
    """What a run says of a copy of the project, which is a repository of its own there."""
    shutil.copytree(project, directory, dirs_exist_ok=True, ignore=shutil.ignore_patterns(EXPECTED))
    (directory / ".git").mkdir()
    before = Path.cwd()
    os.chdir(directory)
    try:
        asked = ["check", "--select", "all", "--today", TODAY]
        result = CliRunner(env={"CI": None}).invoke(cli.main, asked, prog_name="lambdalint")
    finally:
        os.chdir(before)
    assert result.exit_code in (0, 1), result.output
    return result.output


@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.name)
def test_says_what_it_said(project: Path, tmp_path: Path) -> None:
    assert said(project, tmp_path).splitlines() == (project / EXPECTED).read_text("utf-8").splitlines()


if __name__ == "__main__":
    for each in PROJECTS:
        with TemporaryDirectory() as empty:
            (each / EXPECTED).write_text(said(each, Path(empty)), "utf-8")
