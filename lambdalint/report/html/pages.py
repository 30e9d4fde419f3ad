"""The pages of rules as HTML: of Markdown what they are written in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lambdalint.patterns import pattern
from lambdalint.report.html.markup import Markup, element, escaped, joined, lines
from lambdalint.rules import HOME, Rule

_BLOCK = pattern(
    r"^(?P<fence>`{3,}|~{3,})(?P<info>[^\n]*)\n(?P<code>.*?)^(?P=fence)[ ]*$"
    r"|^#{2,6} (?P<heading>[^\n]+)$"
    r"|(?P<list>(?:^(?:- |\d+\. )[^\n]+\n?(?:^  +[^\n]+\n?)*)+)"
    r"|(?P<table>(?:^\|[^\n]*\n?)+)"
    r"|(?P<text>(?:^(?!```|~~~|#|- |\d+\. |\|)[^\n]+\n?)+)",
    re.MULTILINE | re.DOTALL,
)
_ITEM = pattern(r"^(?:- |\d+\. )", re.MULTILINE)
_INLINE = pattern(
    r"(?P<ticks>`+)(?P<code>.+?)(?P=ticks)(?!`)|\[(?P<words>[^\]]+)\]\((?P<link>[^)\s]+)\)|\*\*?(?P<strong>[^*\s][^*]*)\*\*?",
    re.DOTALL,
)


def page(rule: Rule) -> Markup:
    """What a rule is about, in short: why it matters, what to do, and of each kind of example the first."""
    if rule.page is not None:
        return joined([element("p", rule.title)])
    return joined(_blocks(rule.help))


def _blocks(text: str) -> Iterator[Markup]:
    for found in _BLOCK.finditer(text):
        match found.lastgroup:
            case "code":
                path = found["info"].strip().partition(" ")[2]
                shown = element("pre", element("code", lines(found["code"].rstrip("\n"))), tabindex=0)
                yield element("figure", *([element("figcaption", path)] if path else []), shown)
            case "heading":
                yield element("h3", _inline(found["heading"]))
            case "list":
                items = [each for each in _ITEM.split(found["list"]) if each.strip()]
                yield element("ul", *(element("li", _inline(each)) for each in items))
            case "table":
                rows = [line.strip().strip("|").split("|") for line in found["table"].strip().splitlines()]
                head, body = rows[0], rows[2:]
                yield element(
                    "table",
                    element(
                        "thead", element("tr", *(element("th", _inline(each.strip()), scope="col") for each in head))
                    ),
                    element(
                        "tbody",
                        *(element("tr", *(element("td", _inline(each.strip())) for each in row)) for row in body),
                    ),
                )
            case _:
                yield element("p", _inline(found["text"]))


def _inline(text: str) -> Markup:
    pieces: list[Markup] = []
    text = " ".join(text.split())
    end = 0
    for found in _INLINE.finditer(text):
        pieces.append(escaped(text[end : found.start()]))
        end = found.end()
        if found["code"] is not None:
            pieces.append(element("code", found["code"].strip()))
        elif found["link"] is not None:
            pieces.append(link(found["link"], _inline(found["words"])))
        else:
            pieces.append(element("em", _inline(found["strong"])))
    return joined([*pieces, escaped(text[end:])])


def link(target: str, words: str) -> Markup:
    """A link out of the report, which is followed only where somebody clicks it."""
    if not target.startswith("https://"):
        target = f"{HOME}/blob/main/rules/{target}"
    return element("a", words, href=target, rel="noreferrer")
