"""Statements of policies, put before others in the form that these have."""

from __future__ import annotations

import re

from lambdalint.fixing.texts import at, line_end
from lambdalint.patterns import pattern
from lambdalint.source import Source
from lambdalint.wanted import Allowance, Edit

_HEREDOC = pattern(r"<<[-~]?(\w+)\s*")
_DASH = pattern(r" *- +")
_OF_HCL = (".tf", ".tofu")


def edit(source: Source, wanted: Allowance) -> Edit | None:
    """The edit that puts a statement before another; None where that one's form is not known."""
    line, column = wanted.before.line, wanted.before.column
    rest = source.lines[line - 1][column - 1 :]
    hcl = source.path.endswith(_OF_HCL)
    text: str | None
    if hcl and re.match(r"statement\s*\{", rest):
        text = _block(source, wanted)
    elif rest.startswith("{"):
        text = _braced(source, wanted, _entries(source, wanted, hcl=hcl))
    else:
        text = None if hcl else _dashed(source, wanted)
    return None if text is None else Edit(at(source.path, line, column), text)


def _entries(source: Source, wanted: Allowance, *, hcl: bool) -> tuple[list[str], str]:
    """The entries of a statement in braces, and what stands between two that have a line each."""
    action, resource = f'"{wanted.action}"', wanted.resource
    if hcl and not _is_in_heredoc(source, wanted.before.line):
        return ['Effect   = "Allow"', f"Action   = {action}", f"Resource = {resource}"], ""
    if hcl or source.path.endswith(".json"):
        resource = resource if not hcl or resource.startswith('"') else f'"${{{resource}}}"'
        return ['"Effect": "Allow"', f'"Action": {action}', f'"Resource": {resource}'], ","
    return ["Effect: Allow", f"Action: {wanted.action}", f"Resource: {resource}"], ","


def _braced(source: Source, wanted: Allowance, spelt: tuple[list[str], str]) -> str | None:
    """A statement before one in braces, and what divides the two."""
    entries, between = spelt
    line, column = wanted.before.line, wanted.before.column
    own, end = source.lines[line - 1], line_end(source)
    before, inside = own[: column - 1], own[column:]
    again = f",{end}{before}" if not before.strip() else ", "
    if inside.strip():
        pad = " " if inside.startswith(" ") else ""
        short = [re.sub(r"(\w) +=", r"\1 =", each) for each in entries]
        # A dash is no part of a flow sequence: the next has one of its own.
        again = f"{end}{before}" if _DASH.fullmatch(before) else again
        return "{" + pad + ", ".join(short) + pad + "}" + again
    below = source.lines[line] if line < len(source.lines) else ""
    if _DASH.fullmatch(before) or not below.strip():
        return None
    outer, inner = (each[: len(each) - len(each.lstrip())] for each in (own, below))
    return (
        "{"
        + "".join(f"{end}{inner}{each}{between if each != entries[-1] else ''}" for each in entries)
        + f"{end}{outer}}}{again}"
    )


def _dashed(source: Source, wanted: Allowance) -> str | None:
    """A statement before one whose keys have a line each, the first of which has a dash."""
    before = source.lines[wanted.before.line - 1][: wanted.before.column - 1]
    if not _DASH.fullmatch(before):
        return None
    end = line_end(source)
    inner = end + " " * len(before)
    return f"Effect: Allow{inner}Action: {wanted.action}{inner}Resource: {wanted.resource}{end}{before}"


def _block(source: Source, wanted: Allowance) -> str | None:
    """A block of a policy document before another."""
    before = source.lines[wanted.before.line - 1][: wanted.before.column - 1]
    if before.strip():
        return None
    lines = ["statement {", f'  actions   = ["{wanted.action}"]', f"  resources = [{wanted.resource}]", "}", ""]
    end = line_end(source)
    return end.join(f"{before}{each}" if number and each else each for number, each in enumerate(lines)) + end + before


def _is_in_heredoc(source: Source, line: int) -> bool:
    """Whether a line stands in a text between two marks, and not in the expressions of a file in HCL."""
    for number in range(line - 1, 0, -1):
        opened = _HEREDOC.search(source.lines[number - 1])
        if opened is not None and not source.lines[number - 1][opened.end() :].strip():
            return opened[1] not in (each.strip() for each in source.lines[number : line - 1])
    return False
