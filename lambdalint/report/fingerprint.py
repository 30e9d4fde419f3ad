"""The hash by which GitHub code scanning knows a line again after it has moved.

It is the one that github/codeql-action computes; that warns of any other. The first hundred characters from the line's
beginning, without blanks and tabs, are a polynomial in 37 modulo 2⁶⁴; a count tells equal hashes of a file apart.
"""

from __future__ import annotations

import struct
from collections import Counter
from itertools import accumulate

LENGTH = 100
POWERS = tuple(accumulate(range(LENGTH - 1), lambda power, _: power * 37, initial=1))[::-1]
END_OF_FILE = 65535


def fingerprints(text: str) -> list[str]:
    """The fingerprint of every line of a text."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace(" ", "").replace("\t", "").split("\n")
    units: list[int] = []
    starts: list[int] = []
    for line in lines:
        starts.append(len(units))
        encoded = line.encode("utf-16-le", "surrogatepass")  # JavaScript's characters are UTF-16 code units
        units += struct.unpack(f"<{len(encoded) // 2}H", encoded)
        units.append(ord("\n"))
    units[-1] = END_OF_FILE
    seen: Counter[str] = Counter()
    result = []
    for start in starts:
        value = sum(unit * power for unit, power in zip(units[start : start + LENGTH], POWERS, strict=False))
        digest = f"{value % 2**64:x}"
        seen[digest] += 1
        result.append(f"{digest}:{seen[digest]}")
    return result
