"""A rule: a page and its check, paired by name."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import lambdalint.checks
from lambdalint.check import CHECKS, SEVERITIES, Check, Problem
from lambdalint.patterns import pattern
from lambdalint.records import dataclass, field, replace
from lambdalint.source import Span

PILLARS = ("reliability", "security", "performance", "cost", "operations")
"""The pillars of the AWS Well-Architected Framework that a rule can stand under."""

PYTHON = "python"
"""The language that every rule reads whose page does not say more."""
LANGUAGES = (PYTHON, "javascript")
"""The languages of handlers that a page can name."""

FIXES = {
    "safe": "`lambdalint check --fix` mends it.",
    "unsafe": "`lambdalint check --fix --unsafe-fixes` mends it; look at what it did.",
}
"""How a rule's fixes can be had, by what its page says of them."""

UNCHECKED = ("unreadable-file", "unused-ignore")
"""The rules that have a page and no check: what they report is known to the run, and to no Project."""

_ARROW = pattern(r"[ \t]*(?:#|//)[ ]*<-.*$", re.MULTILINE)

HOME = "https://github.com/lambdalint/lambdalint"


class WrongPage(Exception):
    """A page that does not say what a page must, or that has no check; or a check that has no page."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a page says, and its check."""

    name: str
    title: str
    severity: str
    pillar: str
    text: str = field(repr=False)
    """The page in Markdown, without its front matter."""
    check: Check | None = field(default=None, repr=False)
    default: bool = True
    """Whether it is asked where nobody selected it."""
    cwe: str | None = None
    security_severity: str | None = None
    """From "0.0" to "10.0", as CVSS counts."""
    references: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    """The languages of the handlers that its page shows; none for a rule that looks at templates alone."""
    fix: str | None = None
    """Whether it mends what it finds, where the place can be edited: FIXES says how."""
    page: str | None = None
    """Where the page can be read, for the rule of a peer; lambdalint's own are all in one place."""

    @property
    def reads(self) -> tuple[str, ...]:
        """The languages whose handlers it is asked about; of code in others it sees nothing."""
        return self.languages or (PYTHON,)

    @property
    def subject(self) -> str:
        """What it looks at: the name of the module that its check stands in."""
        if self.check is None:
            return "the project itself"
        return self.check.__module__.rpartition(".")[2].replace("_", " ")

    @property
    def url(self) -> str:
        """Where the page can be read."""
        return self.page or f"{HOME}/blob/main/rules/{self.name}.md"

    @property
    def whole(self) -> str:
        """The page without the arrows of its examples, which say to tests what must be found, and where."""
        return _ARROW.sub("", self.text)

    @property
    def why(self) -> str:
        """The page up to its first heading: why the rule matters."""
        return self._sections[0][1].strip()

    @property
    def help(self) -> str:
        """The page without most of its examples: of each kind the first."""
        shown: set[str] = set()
        sections = []
        for heading, section in self._sections:
            kind = _kind(heading)
            if kind not in shown:
                sections.append(section)
            shown |= {kind} if kind else set()
        return "".join(sections)

    @property
    def left_out(self) -> int:
        """How many examples `help` leaves out."""
        kinds = [kind for heading, _ in self._sections if (kind := _kind(heading))]
        return len(kinds) - len(set(kinds))

    @property
    def _sections(self) -> list[tuple[str, str]]:
        """The page in pieces, each with the heading that it begins with; what stands in fences is no heading."""
        pieces = [("", "")]
        fenced = False
        for line in self.whole.splitlines(keepends=True):
            fenced ^= line.startswith("```")
            if line.startswith("## ") and not fenced:
                pieces.append((line.removeprefix("## ").strip(), ""))
            pieces[-1] = (pieces[-1][0], pieces[-1][1] + line)
        return pieces


def _kind(heading: str) -> str | None:
    """Whether a section is an example of what is bad or good; None where it is none."""
    return next((kind for kind in ("Bad", "Good") if heading.startswith(kind)), None)


@dataclass(frozen=True, slots=True)
class Finding:
    """Who said what, of what: a rule, a problem that its check found, and whose it is."""

    rule: Rule
    problem: Problem
    owners: tuple[str, ...] = ()
    """The functions or resources that it is about, by name; none for a file as a whole."""
    same: tuple[Finding, ...] = field(default=(), repr=False)
    """What the rule found for the same cause, told with this finding (`report/folding.py`)."""

    @property
    def span(self) -> Span:
        return self.problem.span

    @property
    def message(self) -> str:
        """A sentence that is understood without the line that it is about: whose the problem is, and what is so."""
        if not self.owners:
            return self.problem.message
        first, *others = self.owners
        subject = f"`{first}` (and {len(others)} more)" if others else f"`{first}`"
        return f"{subject} {self.problem.message}"

    @property
    def resource(self) -> str | None:
        """The first of those that it is about."""
        return self.owners[0] if self.owners else None

    @property
    def severity(self) -> str:
        """The rule's severity, or the problem's where that is lower."""
        own, lowered = self.rule.severity, self.problem.severity
        return own if lowered is None or lowered == own else min(own, lowered, key=SEVERITIES.index)

    def __lt__(self, other: Finding) -> bool:
        return self.order < other.order

    @property
    def order(self) -> tuple[Span, str, str]:
        """What tells which comes first: the key to sort many by, which is made once for each of them."""
        return self.span, self.rule.name, self.message


@cache
def pages() -> tuple[Rule, ...]:
    """Every rule, by name, as its page says, without its check: enough to tell of what was found."""
    return tuple(of_pages((page.stem, _text(page)) for page in _pages()))


@cache
def load() -> tuple[Rule, ...]:
    """Every rule, by name; raises WrongPage where pages and checks do not pair."""
    for module in pkgutil.walk_packages(lambdalint.checks.__path__, "lambdalint.checks."):
        importlib.import_module(module.name)
    return tuple(pair(pages(), CHECKS))


def of_pages(pages: Iterable[tuple[str, str]]) -> list[Rule]:
    """The rules that pages, each a name and a text, tell of: without their checks, by name."""
    return [_read(name, text) for name, text in sorted(pages)]


def pair(rules: Iterable[Rule], checks: dict[str, Check]) -> list[Rule]:
    """The rules with the checks of their names."""
    paired = [replace(rule, check=checks.get(rule.name)) for rule in rules]
    for rule in paired:
        if rule.check is None and rule.name not in UNCHECKED:
            raise WrongPage(
                f"rules/{rule.name}.md has no check: write {rule.name.replace('-', '_')} in lambdalint/checks/"
            )
    for name in sorted(checks.keys() - {rule.name for rule in paired if rule.check}):
        raise WrongPage(f"the check {name.replace('-', '_')} has no page: write rules/{name}.md")
    return paired


def _pages() -> Iterable[Path]:
    """The pages in the package, as the wheel has them; in a checkout, those beside it."""
    package = Path(__file__).parent
    inside = package / "data" / "rules"
    return (inside if inside.is_dir() else package.parent / "rules").glob("*.md")


_KEYS = frozenset(
    ("title", "severity", "pillar", "default", "cwe", "security-severity", "references", "languages", "fix")
)
"""What front matter may say."""


def _text(page: Path) -> str:
    held = page.read_bytes()
    # Looking for two characters in megabytes takes milliseconds, for one next to nothing.
    return held.decode().replace("\r\n", "\n") if b"\r" in held else held.decode()


def _read(name: str, page: str) -> Rule:
    front, text = _split(name, page)
    unknown = front.keys() - _KEYS
    if unknown:
        raise WrongPage(f"rules/{name}.md: unknown front matter: {', '.join(sorted(unknown))}")
    return Rule(
        name,
        _one(name, front, "title"),
        _one(name, front, "severity", SEVERITIES),
        _one(name, front, "pillar", PILLARS),
        text,
        default="default" not in front or _one(name, front, "default", ("on", "off")) == "on",
        cwe=_one(name, front, "cwe") if "cwe" in front else None,
        security_severity=_one(name, front, "security-severity") if "security-severity" in front else None,
        references=tuple(front.get("references", ())),
        languages=_languages(name, front, text),
        fix=_one(name, front, "fix", tuple(FIXES)) if "fix" in front else None,
    )


def _languages(name: str, front: dict[str, str | list[str]], text: str) -> tuple[str, ...]:
    """The languages that a page names, or else those of its examples."""
    named = tuple(front.get("languages", (PYTHON,) if "```python" in text else ()))
    unknown = [each for each in named if each not in LANGUAGES]
    if unknown:
        raise WrongPage(f"rules/{name}.md: languages must be of {', '.join(LANGUAGES)}, not {', '.join(unknown)}")
    return named


def _split(name: str, page: str) -> tuple[dict[str, str | list[str]], str]:
    """A page's front matter and its text.

    Front matter is YAML of the plainest kind, `key: value` and `- item` lines, so that reading a hundred pages costs
    nothing to speak of. A test compares it with what a YAML parser makes of it.
    """
    opening, _, rest = page.partition("---\n")
    head, fence, text = rest.partition("\n---\n")
    if opening or not fence:
        raise WrongPage(f"rules/{name}.md: does not begin with front matter between two lines of ---")
    front: dict[str, str | list[str]] = {}
    items: list[str] = []
    for line in head.split("\n"):
        if (item := line.lstrip()).startswith("- "):
            items.append(item[2:].strip())
            continue
        key, colon, value = line.partition(":")
        value = value.strip()
        if colon and not value:
            items = []
            front[key] = items
        elif colon:
            front[key] = value.strip("\"'")
        elif line.strip():
            raise WrongPage(f"rules/{name}.md: front matter is not `key: value`: {line}")
    return front, text.strip() + "\n"


def _one(name: str, front: dict[str, str | list[str]], key: str, allowed: tuple[str, ...] = ()) -> str:
    value = front.get(key)
    if not isinstance(value, str) or (allowed and value not in allowed):
        wanted = f"one of {', '.join(allowed)}" if allowed else "a text"
        raise WrongPage(f"rules/{name}.md: {key} is {value or 'not set'}; it must be {wanted}")
    return value
