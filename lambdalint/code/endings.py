"""Which language a file is written in, by how its name ends."""

from __future__ import annotations

from lambdalint.source import Source

TYPESCRIPT = (".ts", ".mts", ".cts", ".tsx")
"""How the names of TypeScript's files end."""
JAVASCRIPT = (".js", ".mjs", ".cjs", ".jsx", *TYPESCRIPT)
"""How the names of the files end that Node.js runs, or that are compiled for it."""


def is_javascript(source: Source) -> bool:
    """Whether a file is written in JavaScript or TypeScript."""
    return (source.name or source.path).endswith(JAVASCRIPT)
