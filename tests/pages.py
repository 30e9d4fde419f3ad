"""The examples of a page: small projects that must, or must not, have a finding of its rule."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

PAGES = sorted((Path(__file__).parent.parent / "rules").glob("*.md"))

FENCED = re.compile(r"^(`{3,}).*?^\1[ ]*$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"^(?P<fence>`{3,})\S+[ ]+(?P<path>\S+)\n(?P<text>.*?)^(?P=fence)[ ]*$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
ARROW = re.compile(r"[ \t]*(?:#|//)[ ]*<-[ ]*(?P<message>.*)$", re.MULTILINE)
WITHOUT_COMMENTS = (".json",)


@dataclass(frozen=True)
class Example:
    """The files under one heading."""

    page: str
    heading: str
    files: dict[str, str]
    marks: dict[tuple[str, int], str] = field(default_factory=dict)
    """The (path, line) of each arrow, and how the message there begins."""

    def __str__(self) -> str:
        return f"{self.page}: {self.heading}"


def headings(text: str) -> list[str]:
    """The second-level headings of a page, in order; what stands inside fences is none."""
    return HEADING.findall(FENCED.sub("", text))


def examples(page: str, text: str) -> Iterator[Example]:
    """Every example of a page: the sections whose heading begins with Bad or Good."""
    fenced = [match.span() for match in FENCED.finditer(text)]
    starts = [
        heading
        for heading in HEADING.finditer(text)
        if not any(start <= heading.start() < end for start, end in fenced)
    ]
    ends = [match.start() for match in starts[1:]] + [len(text)]
    for heading, end in zip(starts, ends, strict=True):
        if heading[1].startswith(("Bad", "Good")):
            yield _example(page, heading[1], text[heading.end() : end])


def _example(page: str, heading: str, section: str) -> Example:
    files: dict[str, str] = {}
    marks: dict[tuple[str, int], str] = {}
    for fence in FILE.finditer(section):
        path, text = fence["path"], fence["text"]
        for number, line in enumerate(text.splitlines(), 1):
            if arrow := ARROW.search(line):
                marks[path, number] = arrow["message"].strip()
        files[path] = ARROW.sub("", text) if path.endswith(WITHOUT_COMMENTS) else text
    return Example(page, heading, files, marks)
