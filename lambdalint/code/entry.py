"""The function that a Handler names, as far as its head, the names in it and what its file loads tell."""

from __future__ import annotations

from lambdalint.code import ir
from lambdalint.code.surroundings import Surroundings
from lambdalint.records import dataclass
from lambdalint.source import Span


@dataclass(frozen=True, slots=True)
class Load:
    """A package from elsewhere that is loaded before the first event, whatever happens."""

    package: str
    """`aws-sdk`, `@aws-sdk/client-s3`; of the project's own that are not deployed, how it is named, `../money`."""
    inner: str
    """What of it is loaded, where that is not its entry point: `clients/s3`."""
    span: Span
    used: frozenset[str] | None
    """The names that are read of it; None where all of it is handed on."""
    brought: bool | None = None
    """Whether it is there when the function runs; None where that cannot be told."""
    manifest: str = ""
    """The package.json that could have asked for it."""
    astray: str = ""
    """Where it lies, in a layer or outside of what is deployed, where no import looks."""
    layer: str = ""
    """Of what is named by its path in /opt, and lacks there: the layer that has it, none of the function's."""
    near: str = ""
    """What a layer of the function has that it may have meant."""
    lent: bool = False
    """Whether no package.json asks for it, and a lock file has it for another package's sake."""
    added: bool = False
    """Whether that has it installed, and nothing packs no more than is used of it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A handler whose program is not followed."""

    length: int
    """What JavaScript calls its length: how many parameters stand before the first default or rest."""
    is_async: bool
    callback: Span | None = None
    """Its third parameter, by which it may answer."""
    calls_back: bool = False
    """Whether it uses that parameter."""
    loads: tuple[Load, ...] = ()
    bundled: bool = False
    """Whether a bundler may have put all that it loads into one file."""
    around: Surroundings | None = None
    misread: tuple[Span, str] | None = None
    """What in its file Node.js does not take, as it takes the file for another kind of module, `esm` or `commonjs`,
    than it is written as."""

    @staticmethod
    def of(function: ir.Function | None, loads: tuple[Load, ...] = (), bundled: bool = False) -> Entry:
        """What is known of a function, which may be what a call gives, and of what its modules load."""
        if function is None:
            return Entry(0, is_async=False, loads=loads, bundled=bundled)
        length = 0
        for parameter in function.parameters:
            if parameter.kind != "positional" or parameter.default is not None:
                break
            length += 1
        if length < 3:
            return Entry(length, function.is_async, loads=loads, bundled=bundled)
        callback = function.parameters[2]
        nodes = (node for statement in function.body for node in ir.walk(statement))
        used = any(isinstance(node, ir.Name) and node.id == callback.name for node in nodes)
        return Entry(length, function.is_async, callback.span, used, loads, bundled)
