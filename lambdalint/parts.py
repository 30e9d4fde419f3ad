"""A run in parts, each on a machine of its own, and one report of all of them.

A part judges some of the roots and tells what it found there; what a run can only say when all is judged it leaves out.
Its report carries the outcomes with it, so that `merge`, over the same files, says what one run would have said.
"""

from __future__ import annotations

import base64
import json
import posixpath
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lambdalint import __version__
from lambdalint.outcome import Outcome, plain
from lambdalint.records import dataclass
from lambdalint.roots import Root
from lambdalint.rules import Rule

MEMBER = "lambdalint/shard"
"""Where a SARIF log has what `merge` needs, among the properties of its run; a JSON document has it as `shard`."""


class WrongParts(Exception):
    """Reports that are not the parts of one run: one line."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a report says of the run that it is a part of."""

    number: int
    """From 1."""
    of: int
    wishes: Mapping[str, Any]
    """With what options the run was begun."""
    roots: tuple[str, ...]
    """The paths of all roots of the run."""
    outcomes: Mapping[int, Any]
    """As plain data, by the numbers of the roots."""


def share(roots: Sequence[Root], paths: Iterable[str], number: int, of: int) -> list[int]:
    """The numbers of the roots that one of some parts judges, which have much the same to read each."""
    beside = Counter(posixpath.dirname(root.path) for root in roots)
    files: Counter[str] = Counter()
    for path in paths:
        directory = posixpath.dirname(path)
        while directory not in beside and directory not in ("", "/"):
            directory = posixpath.dirname(directory)
        files[directory] += 1
    homes = [posixpath.dirname(root.path) for root in roots]
    weights = [1 + files[home] / beside[home] for home in homes]
    loads, own = [0.0] * of, []
    for index in sorted(range(len(roots)), key=lambda index: (-weights[index], index)):
        lightest = loads.index(min(loads))
        loads[lightest] += weights[index]
        own += [index] if lightest == number - 1 else []
    return sorted(own)


def written(
    number: int, of: int, wishes: Mapping[str, Any], roots: Sequence[Root], found: Mapping[int, Sequence[Outcome]]
) -> str:
    """What a report carries of its part: text that no viewer shows."""
    plainly = plain(())
    document = {
        "version": __version__,
        "number": number,
        "of": of,
        "wishes": wishes,
        "roots": [root.path for root in roots],
        "outcomes": {str(index): plainly.write(tuple(outcomes)) for index, outcomes in found.items()},
    }
    return base64.b64encode(zlib.compress(json.dumps(document, separators=(",", ":")).encode())).decode()


def read(path: str, text: str) -> Part:
    """The part that a report is of. Raises WrongParts."""
    try:
        document = json.loads(text)
        runs = document.get("runs")
        carried = document["shard"] if runs is None else runs[0]["properties"][MEMBER]
        held = json.loads(zlib.decompress(base64.b64decode(carried)))
        if held["version"] != __version__:
            raise WrongParts(f"{path}: is of lambdalint {held['version']}, and this is {__version__}")
        outcomes = {int(index): each for index, each in held["outcomes"].items()}
        return Part(held["number"], held["of"], held["wishes"], tuple(held["roots"]), outcomes)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, zlib.error):
        raise WrongParts(f"{path}: is no JSON or SARIF report of `lambdalint check --shard`") from None


def together(parts: Sequence[tuple[str, Part]]) -> Part:
    """All parts as one. Raises WrongParts where they are not those of one run."""
    (first, one), *others = parts
    for path, each in others:
        if (each.of, each.wishes, each.roots) != (one.of, one.wishes, one.roots):
            raise WrongParts(f"{path}: is of another run than {first}: of other files, options, or number of parts")
    numbers = Counter(each.number for _, each in parts)
    for number in range(1, one.of + 1):
        if numbers[number] != 1:
            raise WrongParts(f"part {number} of {one.of} is {'given twice' if numbers[number] else 'missing'}")
    return Part(
        0, one.of, one.wishes, one.roots, {index: each for _, part in parts for index, each in part.outcomes.items()}
    )


def outcomes(part: Part, roots: Sequence[Root], rules: Iterable[Rule]) -> list[tuple[Outcome, ...]]:
    """What the roots of a run came to, by all of its parts. Raises WrongParts where these were of other files."""
    if part.roots != tuple(root.path for root in roots) or set(part.outcomes) != set(range(len(roots))):
        raise WrongParts("the parts are of other files than those that are here: merge them in the same checkout")
    plainly = plain(rules)
    try:
        found = [plainly.read(part.outcomes[index]) for index in range(len(roots))]
    except ValueError as error:
        raise WrongParts(f"the parts hold what is not understood: {error}") from None
    return found
