"""What of the disk an earlier run has seen otherwise than it is now."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Set

from lambdalint.discover.disk import spell
from lambdalint.discover.looked import Fact

_OF_TEXTS = {"content": ("read", "binary"), "modified": ("modified",)}
"""The questions about files of the project, and what `Sources` are asked that comes to them."""


class Since:
    """What has changed, in the words of those who ask `Sources`."""

    def __init__(self, facts: Mapping[str, Mapping[str, Fact]], changed: Mapping[str, Mapping[str, Fact]]) -> None:
        """`facts` are what the earlier run has seen, and `changed` those of them that are otherwise now."""
        self.only_texts = changed.keys() <= {*_OF_TEXTS, "sizes"}
        """Whether every directory has in it what it had, and all is read by the settings that it was read by."""
        links = [path for path, fact in facts.get("kind", {}).items() if str(fact[0]).startswith("l")]
        self._leading = {path: os.path.realpath(path) for path in links} if self.only_texts and changed else {}
        self._names: dict[str, Set[str]] = {"sizes": changed.get("sizes", {}).keys()}
        for question, asked in _OF_TEXTS.items():
            names = frozenset(name for path in changed.get(question, {}) for name in self._spelt(path))
            self._names.update(dict.fromkeys(asked, names))

    def asked_of(self, question: str) -> Set[str]:
        """What a question may be answered otherwise of, by the names that it is asked by."""
        return self._names.get(question, frozenset())

    def concerns(self, asked: Mapping[str, Iterable[str]]) -> bool:
        """Whether one of some questions may be answered otherwise."""
        return any(not self.asked_of(question).isdisjoint(of) for question, of in asked.items())

    def _spelt(self, real: str) -> Iterator[str]:
        """All names of a file: by its own path, and by the links that lead to it or to what it lies in."""
        pending, found = [real], {real}
        while pending:
            path = pending.pop()
            yield spell(path)
            for link, end in self._leading.items():
                if path == end or path.startswith(end.rstrip(os.sep) + os.sep):
                    by_link = link + path[len(end) :]
                    if by_link not in found and len(found) < _MOST:
                        found.add(by_link)
                        pending.append(by_link)


_MOST = 1000
"""Names of one file: links may lead in circles."""
