"""What every test begins with."""

from __future__ import annotations

import os

import pytest

_HEARD = ("CI", "FORCE_COLOR", "NO_COLOR", "GITHUB_STEP_SUMMARY")


@pytest.fixture(autouse=True)
def nobody_sets_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away the variables that the command hears, so that a test says the same on a desk and in CI."""
    for name in (*_HEARD, *(each for each in os.environ if each.startswith("LAMBDALINT_"))):
        monkeypatch.delenv(name, raising=False)
