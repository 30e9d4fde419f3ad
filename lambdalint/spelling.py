"""What somebody most likely meant who wrote a word that is not known."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, words: Iterable[str], *, least: float = 0.6) -> str | None:
    """The one of `words` that is most like `word`; None where none is as alike as `least`, from 0 to 1."""
    return next(iter(near(word, words, most=1, least=least)), None)


def near(word: str, words: Iterable[str], *, most: int, least: float = 0.6) -> list[str]:
    """Up to `most` of `words` that are like `word`, the most alike first."""
    known = sorted(words)
    if not known:
        return []
    from difflib import get_close_matches  # most runs have nothing to liken

    return get_close_matches(word, known, most, least)


def likeness(word: str, other: str) -> float:
    """How much one word is like another, from 0 to 1."""
    from difflib import SequenceMatcher

    return SequenceMatcher(None, word, other).ratio()
