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
_ABOVE = 3
"""So many directories above a root its values may lie."""
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
        for paths in _named(files, directory):
            rows = [(path, found) for path in paths if (found := files.given(path)) is not None]
            if any(not found.attributes.keys().isdisjoint(declared) for _, found in rows):
                self.paths += [path for path, _ in rows if path not in self.paths]
                self._sets.append(always | {name: each for _, found in rows for name, each in found.attributes.items()})
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


def _named(files: Files, directory: str) -> Iterator[tuple[str, ...]]:
    """The files of values above a root that are called like it, with those of each environment beside them."""
    name, above = posixpath.basename(directory), directory
    for _ in range(_ABOVE):
        if not above:
            return
        above = posixpath.dirname(above)
        beside = [path for path in files.values if posixpath.dirname(path) == above]
        own = tuple(path for path in beside if posixpath.basename(path).partition(".")[0] == name)
        if not own:
            continue
        rows: dict[str, list[str]] = {}
        for path in files.values:
            if above and not path.startswith(f"{above}/"):
                continue
            home = posixpath.dirname(path)
            if home not in (above, directory) and not any(True for _ in files.listed(home, CONFIGURATION)):
                rows.setdefault(home, []).append(path)
        yield from ((*own, *row) for row in rows.values()) if rows else (own,)
        return


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
