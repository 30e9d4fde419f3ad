"""What is given to a root's variables: by the files that Terraform reads, and by those of its environments.

Where there are several environments, each is a variant of the deployment: only what holds in all of them is known.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator

from lambdalint.patterns import pattern
from lambdalint.records import dataclass
from lambdalint.templates.hcl.syntax import Attribute
from lambdalint.templates.terraform.endings import CONFIGURATION, VALUES, is_loaded, order_of_values
from lambdalint.templates.terraform.files import Files

_SHOWN = pattern(r"(?:^|[-_./])(?:examples?|samples?|templates?|fixtures?|tests?|dist)(?:[-_./]|$)")
"""What the path of a file says that shows others how they may write theirs."""
MOST = 50
"""How many environments are read."""


@dataclass(frozen=True, slots=True)
class Given:
    """The values of one variable: in each environment, or in the only one that there is."""

    attributes: tuple[Attribute, ...]
    whole: bool
    """Whether every environment has one."""


class Values:
    """The values of a root's variables."""

    def __init__(self, files: Files, directory: str, declared: Collection[str]) -> None:
        always = files.beside(directory, declared)
        self.paths: list[str] = []
        """The files that say something of it."""
        for path in sorted(files.listed(directory, VALUES), key=order_of_values):
            if is_loaded(path) and (found := files.given(path)) is not None:
                self.paths.append(path)
                always |= found.attributes
        self._sets: list[dict[str, Attribute]] = []
        for path in _environments(files, directory):
            found = files.given(path)
            if found is not None and not found.attributes.keys().isdisjoint(declared):
                self.paths.append(path)
                self._sets.append(always | found.attributes)
        self._sets = self._sets[:MOST] or [always]

    def get(self, name: str) -> Given | None:
        """What is given for a variable; None where nothing is."""
        found = [each[name] for each in self._sets if name in each]
        return Given(tuple(dict.fromkeys(found)), len(found) == len(self._sets)) if found else None


def _environments(files: Files, directory: str) -> Iterator[str]:
    """The files of values of a root that Terraform reads only where it is told to."""
    for path in files.under(directory, VALUES):
        home = posixpath.dirname(path)
        inside = path.removeprefix(f"{directory}/") if directory else path
        if (home == directory and is_loaded(path)) or _SHOWN.search(inside.rpartition(".tfvars")[0]) is not None:
            continue
        while home != directory and not any(True for _ in files.listed(home, CONFIGURATION)):
            home = posixpath.dirname(home)
        if home == directory:
            yield path
