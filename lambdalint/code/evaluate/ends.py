"""Where a function ends and says nothing of what it returns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lambdalint.code import ir
from lambdalint.source import Span


def ends(body: Sequence[ir.Statement]) -> Iterator[tuple[Span, ...]]:
    """The blocks behind which a function with this body ends so: the places of what each does, one after the other.

    A test at the end that may fail leads on as well, but only who knows the values could say whether it ever does.
    """
    yield from _falling(body)
    yield from _left(body)


def open_tests(block: Sequence[ir.Statement]) -> Iterator[ir.If]:
    """The tests at the end of a block that have no other branch, and a way out of the function behind each."""
    match block:
        case (*_, ir.If(_, then, ()) as test):
            if not [*_falling(then)]:
                yield test
            inner = [then]
        case (*_, ir.If(_, then, otherwise)):
            inner = [then, otherwise]
        case (*_, ir.With(_, within)):
            inner = [within]
        case (*_, ir.Try(tried, _, otherwise, ())):
            inner = [otherwise or tried]
        case _:
            return
    for each in inner:
        yield from open_tests(each)


def _falling(block: Sequence[ir.Statement]) -> Iterator[tuple[Span, ...]]:
    """The blocks after which there is nothing more to do."""
    match block:
        case (*_, ir.Return() | ir.Raise() | ir.Jump()) | ():
            return
        case (*_, ir.If(_, then, otherwise)):
            inner = [then, otherwise]
        case (*_, ir.Match(_, cases)):
            inner = [case.body for case in cases]
        case (*_, ir.With(_, within)):
            inner = [within]
        case (*_, ir.Try(tried, _, otherwise, final)):
            # What it does whatever happens is done behind what it tried, and may end the function itself.
            inner = [otherwise or tried] if not final or [*_falling(final)] else []
        case _:
            yield tuple(each.span for each in block)
            return
    for each in inner:
        yield from _falling(each)


def _left(block: Sequence[ir.Statement]) -> Iterator[tuple[Span, ...]]:
    """The blocks that end with a `return` alone."""
    match block:
        case (_, *_, ir.Return(None)):
            yield tuple(each.span for each in block)
    for statement in block:
        match statement:
            case ir.If(_, then, otherwise):
                inner = [then, otherwise]
            case ir.Match(_, cases):
                inner = [case.body for case in cases]
            case ir.With(_, within):
                inner = [within]
            case ir.Try(tried, _, otherwise):
                inner = [tried, otherwise]
            case _:
                continue
        for each in inner:
            yield from _left(each)
