"""What the roots of an earlier run came to, kept with what was asked of the sources on the way, and the answers.

A root that says what it said then comes to the same where all that was asked would be answered so again. Of answers,
and of what a root says, digests are kept: they are compared, and nothing of them is read back.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeVar, cast

from lambdalint.discover.disk import canonical
from lambdalint.discover.since import Since
from lambdalint.kept import Heard, Raised, Witness
from lambdalint.outcome import Loose, Outcome
from lambdalint.plain import NotPlain, Plain, json_of
from lambdalint.records import replace
from lambdalint.remarks import Remarks
from lambdalint.rules import Finding
from lambdalint.source import Source, Sources
from lambdalint.templates.outline import Outline

Found = TypeVar("Found")
Told = TypeVar("Told", Outcome, Loose)
Spell = Callable[[tuple[Finding, ...], Sources], tuple[Finding, ...]]
Asked = dict[str, dict[str, str]]
"""The digests of answers, by the question and what it was asked of."""

Reading = tuple[list[str], str]
"""The texts that a root was read of, and what it says of all else."""
Noted = tuple[str, Asked, "Reading | None"]
"""What a root said, what it asked, and what it was read of."""


class Earlier:
    """What roots came to in an earlier run, and what this one finds out for the next."""

    def __init__(self, held: Mapping[str, Any], plain: Plain, since: Since | None = None) -> None:
        """`held` is what an earlier run has kept: of each root, by its name, what it said, asked and came to; and of
        what it has heard when it looked for roots, with their names in order.

        `since` says what has changed, where that is known, and no more than a few texts.
        """
        roots = held.get("roots")
        self._held: Mapping[str, Any] = roots if isinstance(roots, dict) else {}
        self._before = held
        self._plain = plain
        self._since = since
        self.heard: dict[str, set[str]] = {}
        """What was asked of the sources to find roots, and to read them."""
        self._noted: dict[str, Noted] = {}
        self._known: set[str] = set()
        """Those that came to what they had come to."""
        self._answers: dict[tuple[str, str], str] = {}
        """What is answered in this run, which does not change."""

        remarks = held.get("remarks")
        known = since is not None and isinstance(remarks, dict)
        self.remarks = Remarks(remarks, since.asked_of("read")) if known and since is not None else Remarks()
        """What is known of texts."""
        self.spell: Spell | None = None
        """Makes of fixes the edits that they come to, where these are kept."""
        self._rest: dict[str, tuple[str, dict[str, list[str]], str]] = {}
        """What was found out besides roots, by its name: of which state, what was asked for it, and what it came to."""

    @property
    def spells(self) -> bool:
        return self.spell is not None

    def spelt(self, outcomes: tuple[Told, ...], sources: Sources) -> tuple[Told, ...]:
        """Outcomes with the edits that their fixes come to, where they are kept so."""
        spell = self.spell
        if spell is None:
            return outcomes
        return tuple(replace(each, findings=spell(each.findings, sources)) for each in outcomes)

    def rest(self, name: str, said: tuple[object, ...], sources: Sources, find: Callable[[Sources], Found]) -> Found:
        """What is found out besides roots, called by a name, where this is `said` of all that the sources are not
        asked."""
        since = self._since
        state = digest(json_of(self._plain.write(said)).encode("ascii"))
        with suppress(KeyError, TypeError, ValueError, AttributeError, NotPlain):
            before, asked, told = self._before["rest"][name]
            if state == before and since is not None and not since.concerns(asked):
                found: Found = self._plain.read(json.loads(told))
                self._rest[name] = self._before["rest"][name]
                return found
        heard: dict[str, set[str]] = {}
        found = find(cast("Sources", Heard(sources, heard)))
        self._rest[name] = state, _told_of(heard), json_of(self._plain.write(found))
        return found

    def still(self) -> tuple[list[str], dict[str, tuple[Outcome, ...]]] | None:
        """The names of all roots, and what those come to that nothing concerns which has changed; None where other
        roots may be there, or may say something else."""
        since = self._since
        try:
            names, heard = self._before["names"], self._before["heard"]
            if since is None or names is None or since.concerns(heard):
                return None
            found = {name: self._read(self._held[name][2]) for name in names if not since.concerns(self._held[name][1])}
        except (KeyError, TypeError, ValueError, AttributeError, IndexError, NotPlain):
            return None
        self.heard = {each: {*of} for each, of in heard.items()}
        return names, found

    def take(self, names: Iterable[str]) -> None:
        """Take these roots for what they were, for the next run too."""
        for name in names:
            state, asked, _, reading = self._held[name]
            self._known.add(name)
            self._noted[name] = state, asked, reading

    def state(self, name: str) -> str:
        """What a root said."""
        state: str = self._held[name][0]
        return state

    def outlines(self, name: str) -> Iterator[Outline]:
        """What there was to be read of a root."""
        return (each.outline for each in self._read(self._held[name][2]))

    def unread(self, name: str, callers: Callable[[], str]) -> tuple[Outcome, ...] | None:
        """What a root comes to that need not even be read, as nothing has changed that it was read of; None where it
        has to be. `callers` tells what it says of all else than texts."""
        since = self._since
        try:
            _, asked, outcomes, (texts, around) = self._held[name]
            if since is None or since.concerns({"read": texts}) or since.concerns(asked):
                return None
            if around and around != digest(callers().encode("utf-8", "surrogatepass")):
                return None
            found = self._read(outcomes)
        except (KeyError, TypeError, ValueError, AttributeError, NotPlain):
            return None
        self.take((name,))
        self.heard.setdefault("read", set()).update(texts)
        return found

    def known(self, name: str, state: str, sources: Sources, reading: Reading | None) -> tuple[Outcome, ...] | None:
        """What a root in a state comes to, which was read of this; None where that is to be found out."""
        try:
            before, asked, outcomes, _ = self._held[name]
            if not state or before != state or not self._is_answered_so(asked, sources):
                return None
            found = self._read(outcomes)
        except (KeyError, TypeError, ValueError, AttributeError, NotPlain):
            return None
        self._noted[name] = state, asked, _short(reading)
        self._known.add(name)
        return found

    def _read(self, outcomes: str) -> tuple[Outcome, ...]:
        found: tuple[Outcome, ...] = self._plain.read(json.loads(outcomes))
        return found

    def note(self, name: str, state: str, witness: Witness, reading: Reading | None) -> None:
        """Note what was asked to find out what a root in a state comes to."""
        asked: Asked = {}
        for (question, (of,)), answer in witness.noted.items():
            asked.setdefault(question, {})[canonical(of)] = self._digest(question, of, answer)
        if state:
            self._noted[name] = state, asked, _short(reading)

    def taken(self) -> tuple[dict[str, Noted], dict[str, list[str]]]:
        """What was noted and heard since this was asked last."""
        noted, self._noted = self._noted, {}
        heard = {each: sorted(of) for each, of in self.heard.items()}
        for of in self.heard.values():
            of.clear()
        return noted, heard

    def add(self, noted: Mapping[str, Noted], heard: Mapping[str, Iterable[str]]) -> None:
        """Note what another process has noted and heard."""
        self._noted.update(noted)
        for question, of in heard.items():
            self.heard.setdefault(question, set()).update(of)

    def kept(self, outcomes: Sequence[tuple[str, tuple[Outcome, ...]]], *, whole: bool) -> dict[str, Any]:
        """What is to be kept for the next run, where roots came to these outcomes; `whole` says whether those are all
        that there is."""
        roots = {name: self._entry(name, found) for name, found in outcomes if name in self._noted}
        names = [name for name, _ in outcomes] if whole and len(roots) == len(outcomes) else None
        told = {"heard": _told_of(self.heard), "remarks": self.remarks.found, "rest": self._rest}
        return {"roots": roots, "names": names, **told}

    def _entry(self, name: str, outcomes: tuple[Outcome, ...]) -> Any:
        state, asked, reading = self._noted[name]
        if name in self._known:
            return state, asked, self._held[name][2], reading
        return state, asked, json_of(self._plain.write(outcomes)), reading

    def _is_answered_so(self, asked: Asked, sources: Sources) -> bool:
        for question, answers in asked.items():
            for of in answers if self._since is None else self._since.asked_of(question) & answers.keys():
                known = self._answers.get((question, of))
                if (self._asked(sources, question, of) if known is None else known) != answers[of]:
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


def _short(reading: Reading | None) -> Reading | None:
    """What a root was read of, with a digest of what is long."""
    if reading is None or not reading[1]:
        return reading
    return reading[0], digest(reading[1].encode("utf-8", "surrogatepass"))


def _told_of(heard: Mapping[str, set[str]]) -> dict[str, list[str]]:
    return {each: sorted({*map(canonical, of)}) for each, of in heard.items()}


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
