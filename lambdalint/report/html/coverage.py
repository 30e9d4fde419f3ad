"""What a report rests on: what was read, which functions were judged with their code, and why others were not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from lambdalint.report.html.findings import table
from lambdalint.report.html.markup import Markup, element, joined

if TYPE_CHECKING:
    from lambdalint.told import Report


def coverage(report: Report) -> Markup:
    """The coverage of a run."""
    return joined(_coverage(report))


def read(report: Report) -> str:
    """What was read, in a sentence or two."""
    found = [("template", report.templates), ("app", report.apps), ("handler", report.handlers)]
    told = ", ".join(f"{number} {what}{'' if number == 1 else 's'}" for what, number in found if number)
    return f"Read: {told or 'no Lambda function'}." + (f" {report.coverage}." if report.functions else "")


def _coverage(report: Report) -> Iterator[Markup]:
    yield element("p", read(report))
    if report.beside_it:
        yield element("p", f"{report.beside_it}.")
    if report.ignored:
        yield element("p", f"{len(report.ignored)} ignored.")
    functions: list[tuple[str, str, str]] = sorted(_functions(report), key=lambda row: (not row[2], row))
    if any(why for _, _, why in functions):
        yield table("Functions", ("Function", "Code", "Why it was not seen"), functions)
    else:
        yield table("Functions", ("Function", "Code"), (row[:2] for row in functions))
    unread = [(str(span.path), why) for span, why in (*report.skipped, *report.notes)]
    yield table("Not read", ("Where", "Why"), unread)
    beyond = [(str(span), "does more than is followed; what lies beyond is unknown") for span in report.unfinished]
    yield table("Not followed to the end", ("Handler", "Why"), beyond)


def _functions(report: Report) -> Iterator[tuple[str, str, str]]:
    """Each function with where its code is, or why that was not seen."""
    for picture in report.pictures:
        names = {each.id: each.name for each in picture.graph.nodes}
        for card in picture.cards:
            if not card.generated:
                link = element("a", names[card.node], href=f"#{urlencode({'node': card.node})}")
                yield link, card.code or "not seen", card.why
