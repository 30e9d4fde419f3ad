"""Regular expressions that are compiled when they are first asked.

A run that starts would compile what stands at the top of its modules, most of it about what the project does not have:
a twentieth of the time of a small run.
"""

from __future__ import annotations

import re
from typing import Any, cast


class _Pattern:
    def __init__(self, text: str, flags: int) -> None:
        self._given = (text, flags)

    def __getattr__(self, name: str) -> Any:
        value = getattr(re.compile(*self._given), name)
        setattr(self, name, value)  # the next time it is found without asking here
        return value


def pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    """What `re.compile` gives, to be compiled at its first use; a text that is no regular expression fails there."""
    return cast("re.Pattern[str]", _Pattern(text, flags))
