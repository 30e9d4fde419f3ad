"""A function whose code is the one file that its Handler can mean, where nothing says where it lies.

No other function of the deployment may be meant by it, though one may be made for each environment; and the file lies
in `src/` or `lambda/`, which could be any function's, and in no directory that is called like something else.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from lambdalint.code import naming
from lambdalint.code.repository import Repository
from lambdalint.code.search import Match, Search, Wanted
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Known

_ENVIRONMENTS = frozenset({
    "ci", "dev", "develop", "development", "int", "integration", "live", "nonprod", "preprod", "prod", "production",
    "qa", "sandbox", "stage", "staging", "stg", "test", "tst", "uat",
})  # fmt: skip
"""Words by which the names of one function differ in its environments."""


def match(
    function: Resource, wanted: Wanted, resources: Mapping[str, Resource], repository: Repository
) -> Match | None:
    """The file that a function's Handler means, where no other function is meant by it."""
    handler = function.get("Handler")
    if not isinstance(handler, Known):
        return None
    called = {
        _called(each)
        for each in resources.values()
        if each.type == "AWS::Lambda::Function" and isinstance(given := each.get("Handler"), Known)
        if given.value == handler.value
    }
    if len(called) != 1:
        return None
    match Search(repository, (function.home,), "", ()).candidates(wanted):
        case (path,) if posixpath.dirname(path) and not naming.directory(path):
            return Match(path, f"it is the one {posixpath.basename(path)} that defines {wanted.function}")
        case _:
            return None


def _called(function: Resource) -> tuple[str, ...]:
    """The words that a function is called by in every environment."""
    name = next(naming.called(function), "")
    return tuple(word for word in naming.words(name) if word not in _ENVIRONMENTS)
