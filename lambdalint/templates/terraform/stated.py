"""A configuration that no file of HCL writes: what is deployed by blocks that something else states."""

from __future__ import annotations

from lambdalint.source import Source, Sources
from lambdalint.templates.hcl.syntax import Block, File
from lambdalint.templates.resource import Resource
from lambdalint.templates.terraform import joins
from lambdalint.templates.terraform.declarations import Declarations
from lambdalint.templates.terraform.files import Files
from lambdalint.templates.terraform.module import Local
from lambdalint.templates.terraform.resources import resources
from lambdalint.templates.terraform.tree import Tree


def deployed(sources: Sources, directory: str, source: Source, blocks: tuple[Block, ...]) -> tuple[Resource, ...]:
    """What blocks deploy that `source` states; their paths start from `directory`, "" where the run began."""
    tree = Tree(Files(sources), directory, {})
    try:
        Local(tree, Declarations(directory, (File(source, {}, blocks),), ()))
        return tuple(joins.joined(resources(tree)))
    except RecursionError:
        return ()
    finally:
        tree.forget()
