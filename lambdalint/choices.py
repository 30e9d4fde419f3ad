"""What settings and options give to choose from. They stand for themselves, so that `--help` loads nothing else."""

from __future__ import annotations

FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit", "markdown", "html")
"""How a report can be told: `report/` has a module for each."""

FAIL_ON = ("error", "warning", "note", "never")
"""The mildest severity that a run fails for."""
