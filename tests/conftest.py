"""What every test begins with."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

# No test is timed: machines that build for others are slow at times.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

_HEARD = ("CI", "FORCE_COLOR", "NO_COLOR", "GITHUB_STEP_SUMMARY")


@pytest.fixture(autouse=True)
def nobody_sets_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away the variables that the command hears, so that a test says the same on a desk and in CI."""
    for name in (*_HEARD, *(each for each in os.environ if each.startswith("LAMBDALINT_"))):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def nothing_is_kept(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every run do its work, and write nothing beside what it reads, but where a test is about what is kept."""
    if request.module.__name__ != "test_cache":
        monkeypatch.setattr("lambdalint.running.cache_of", lambda *_: None)
