"""What the roots of an earlier run came to, kept with what was asked of the sources on the way, and the answers.

A root that says what it said then comes to the same where all that was asked would be answered so again. Of answers,
and of what a root says, digests are kept: they are compared, and nothing of them is read back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from lambdalint.kept import Raised, Witness
from lambdalint.outcome import Outcome
from lambdalint.plain import NotPlain, Plain
from lambdalint.source import Source, Sources

Asked = dict[str, dict[str, str]]
"""The digests of answers, by the question and what it was asked of."""


class Earlier:
    """What roots came to in an earlier run, and what this one finds out for the next."""

    def __init__(self, held: Mapping[str, Any], plain: Plain) -> None:
        """`held` is what an earlier run has kept: of each root, by its name, what it said, asked and came to."""
        self._held = held
        self._plain = plain
        self._noted: dict[str, tuple[str, Asked]] = {}
        self._known: set[str] = set()
        """Those that came to what they had come to."""
        self._answers: dict[tuple[str, str], str] = {}
        """What is answered in this run, which does not change."""

    def known(self, name: str, state: str, sources: Sources) -> tuple[Outcome, ...] | None:
        """What a root in a state comes to; None where that is to be found out."""
        try:
            before, asked, outcomes = self._held[name]
            if not state or before != state or not self._is_answered_so(asked, sources):
                return None
            found: tuple[Outcome, ...] = self._plain.read(json.loads(outcomes))
        except (KeyError, TypeError, ValueError, AttributeError, NotPlain):
            return None
        self._noted[name] = state, asked
        self._known.add(name)
        return found

    def note(self, name: str, state: str, witness: Witness) -> None:
        """Note what was asked to find out what a root in a state comes to."""
        asked: Asked = {}
        for (question, (of,)), answer in witness.noted.items():
            asked.setdefault(question, {})[of] = self._digest(question, of, answer)
        if state:
            self._noted[name] = state, asked

    def taken(self) -> dict[str, tuple[str, Asked]]:
        """What was noted since this was asked last."""
        noted, self._noted = self._noted, {}
        return noted

    def add(self, noted: Mapping[str, tuple[str, Asked]]) -> None:
        """Note what another process has noted."""
        self._noted.update(noted)

    def kept(self, outcomes: Iterable[tuple[str, tuple[Outcome, ...]]]) -> dict[str, Any]:
        """What is to be kept for the next run, where roots came to these outcomes."""
        return {name: self._entry(name, found) for name, found in outcomes if name in self._noted}

    def _entry(self, name: str, outcomes: tuple[Outcome, ...]) -> Any:
        if name in self._known:
            return self._held[name]
        return *self._noted[name], json.dumps(self._plain.write(outcomes), separators=(",", ":"))

    def _is_answered_so(self, asked: Asked, sources: Sources) -> bool:
        for question, answers in asked.items():
            for of, before in answers.items():
                known = self._answers.get((question, of))
                if (self._asked(sources, question, of) if known is None else known) != before:
                    return False
        return True

    def _asked(self, sources: Sources, question: str, of: str) -> str:
        try:
            answer = getattr(sources, question)(of)
        except Exception as error:
            answer = Raised(str(error))
        return self._digest(question, of, answer)

    def _digest(self, question: str, of: str, answer: object) -> str:
        if (question, of) not in self._answers:
            self._answers[question, of] = digest(_bytes(answer))
        return self._answers[question, of]


def state_of(said: object) -> str:
    """A digest of what is said; "" where there is none."""
    import pickle  # which is only to be digested, and never read

    with suppress(Exception):  # whatever it is made of may refuse
        return digest(pickle.dumps(said))
    return ""


def digest(held: bytes) -> str:
    from hashlib import blake2b

    return blake2b(held, digest_size=12).hexdigest()


def _bytes(answer: object) -> bytes:
    match answer:
        case Source(_, text):
            return text.encode("utf-8", "surrogatepass")
        case bytes():
            return answer
        case Mapping():
            return repr(sorted(answer.items())).encode("utf-8", "surrogatepass")
        case _:
            return repr(answer).encode("utf-8", "surrogatepass")
