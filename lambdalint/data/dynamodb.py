"""What DynamoDB takes in its expressions.

`dynamodb_words.json`: the words that may not stand for attributes, whatever their capitals, with source and date.
"""

from __future__ import annotations

from functools import cache

from lambdalint.data import table


@cache
def reserved() -> frozenset[str]:
    """The words, in capitals, that an expression may not name an attribute by."""
    return frozenset(table("dynamodb_words.json")["words"])
