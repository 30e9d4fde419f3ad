"""Modules that no configuration of the repository calls, though configurations call others beside them.

What is a configuration of its own says where its state is or which provider it has, or is given values in files.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from lambdalint.patterns import pattern
from lambdalint.templates.terraform.declarations import Declarations
from lambdalint.templates.terraform.files import Files, within

_SOURCE = pattern(r'(?m)^[ \t]*source\s*=\s*"([^"]+)"')
_OWN = pattern(r'(?m)^[ \t]*(?:provider|backend)\s*"|^[ \t]*cloud\s*\{')
_SHOWN = frozenset({"example", "examples", "test", "tests"})


def is_idle(files: Files, module: Declarations) -> bool:
    """Whether a module that no other one of a run calls is one that nothing deploys."""
    if not any("default" not in each.attributes for each in module.variables.values()) or _is_own(files, module):
        return False
    beside, name = posixpath.dirname(module.directory), posixpath.basename(module.directory)
    is_called = False
    for path in _everywhere(files, module.directory):
        source = files.text(path)
        if source is None or "source" not in source.text:
            continue
        directory = posixpath.dirname(path)
        for called in _SOURCE.findall(source.text):
            if posixpath.basename(called.partition("?")[0].rstrip("/")) == name:
                return False
            target = within(directory, called) if called.startswith(("./", "../")) else ""
            is_called = is_called or (
                posixpath.dirname(target) == beside
                and target not in ("", module.directory)
                and _SHOWN.isdisjoint(directory.split("/"))
                and _has_own(files, directory)
            )
    return is_called


def _is_own(files: Files, module: Declarations) -> bool:
    given = any(True for _ in files.listed(module.directory, (".tfvars",)))
    return not module.directory or given or _has_own(files, module.directory)


def _has_own(files: Files, directory: str) -> bool:
    """Whether a directory says where its state is, or which provider it has."""
    texts = (files.text(path) for path in files.listed(directory, (".tf",)))
    return any(each is not None and _OWN.search(each.text) is not None for each in texts)


def _everywhere(files: Files, directory: str) -> Iterator[str]:
    """The files of Terraform and Terragrunt in the whole repository, wherever in it the run began."""
    top = directory
    while files.below(above := within(top, "..")):
        top = above
    return (within(top, path) for path in files.below(top) if path.endswith((".tf", ".hcl")))
