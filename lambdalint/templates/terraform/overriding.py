"""What an override file says of a block that another file declares.

https://developer.hashicorp.com/terraform/language/files/override
"""

from __future__ import annotations

from lambdalint.templates.hcl.syntax import Attribute, Block

_MERGED = ("lifecycle",)
"""Blocks of which each argument is taken over by itself; others are taken over as a whole."""


def overridden(block: Block, by: Block) -> Block:
    """A block with what another of its name says in an override file."""

    def read() -> tuple[dict[str, Attribute], tuple[Block, ...]]:
        found = {_kind(inner): inner for inner in by.blocks}
        merged = {kind for kind in found if kind in _MERGED and any(_kind(inner) == kind for inner in block.blocks)}
        own = [
            overridden(inner, found[_kind(inner)]) if _kind(inner) in merged else inner
            for inner in block.blocks
            if _kind(inner) in merged or (_kind(inner) not in found and _kind(inner) not in by.attributes)
        ]
        more = [inner for inner in by.blocks if _kind(inner) not in merged]
        return {**block.attributes, **by.attributes}, (*own, *more)

    return Block(block.kind, block.labels, block.span, block.extent, read, lambda: f"{block.text}\n{by.text}")


def _kind(block: Block) -> str:
    return block.labels[0] if block.kind == "dynamic" and block.labels else block.kind
