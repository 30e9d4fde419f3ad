"""Writes what the site has beside docs/: a page for each rule, a list of them with filters, and README.md as its start.

A hook of MkDocs: `mkdocs build` calls it, with the packages of `pip install -e '.[site]'`.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lambdalint.rules import HOME, PILLARS, Rule, load

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).parent.parent
BROUGHT = {"README.md": "index.md", "CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}
"""Documents from outside of docs/, and their names in the site."""

SEVERITIES = ("error", "warning", "note")
LANGUAGES = {"python": "Python", "javascript": "JavaScript"}
DIALECTS = {
    "SAM": re.compile(r"^Transform: AWS::Serverless", re.MULTILINE),
    "CloudFormation": re.compile(r"\A(?!.*AWS::Serverless).*^Resources:$", re.MULTILINE | re.DOTALL),
    "Terraform": re.compile(r'^resource "aws_', re.MULTILINE),
    "Serverless": re.compile(r"^service: ", re.MULTILINE),
    "CDK": re.compile(r"aws-cdk-lib|aws_cdk"),
}
"""How the files of an example are known to be of a dialect."""

_SECTION = re.compile(r"^## (?P<heading>.+)\n(?P<text>(?:(?!^## ).*\n?)*)", re.MULTILINE)
_FENCE = re.compile(r"^(?P<fence>`{3,})(?P<language>\S+)[ ]+(?P<path>\S+)[ ]*$", re.MULTILINE)
_FENCED = re.compile(r"^(?P<fence>`{3,})\S[^\n]*\n(?P<text>.*?)^(?P=fence)[ ]*$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<=\]\()(?P<path>[^)#:\s]+)(?P<rest>(?:#[^)\s]*)?)(?=\))")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Bring in the documents from outside of docs/, and write the pages of the rules."""
    from mkdocs.structure.files import File

    rules = sorted(load(), key=lambda rule: rule.name)
    made = {name: _linked((ROOT / own).read_text("utf-8"), "", "") for own, name in BROUGHT.items()}
    made |= {f"rules/{rule.name}.md": page(rule) for rule in rules}
    made["rules.md"] = listed(rules)
    for path, text in made.items():
        if (there := files.get_file_from_path(path)) is not None:
            files.remove(there)
        files.append(File.generated(config, path, content=titled(text)))
    return files


def on_page_markdown(markdown: str, page: Page, **_given: Any) -> str:
    """Let a document of docs/ link to what the site has, and to the repository for what it has not."""
    if page.file.generated_by is not None:
        return markdown
    return titled(_linked(markdown, "docs", ""))


def page(rule: Rule) -> str:
    """The page of a rule: its short form, with all examples folded."""
    marks = [rule.severity, rule.pillar, *(LANGUAGES[each] for each in rule.languages)]
    marks += [] if rule.default else ["off until selected"]
    marks += [f"{rule.fix} fix"] if rule.fix else []
    badges = " ".join(f'<span class="mark mark-{each.split()[0].lower()}">{each}</span>' for each in marks)
    why, *_ = _SECTION.split(rule.whole, maxsplit=1)
    # The search goes by tags first.
    head = f"---\ntitle: {rule.name}\ntags: [{rule.name}]\n---\n"
    parts = [head, f"# {rule.title}\n", f"`{rule.name}` {badges}\n", why.strip(), ""]
    for each in _SECTION.finditer(rule.whole):
        kind = {"bad": "failure", "good": "success"}.get(each["heading"].partition(":")[0].lower())
        if kind is None:
            parts.append(f"## {each['heading']}\n\n{each['text'].strip()}\n")
        else:
            heading = each["heading"].replace('"', "'")
            parts.append(f'??? {kind} "{heading}"\n\n{_indented(each["text"].strip())}\n')
    if rule.references:
        parts.append("## What it goes by\n")
        parts += [f"- <{each}>" for each in rule.references]
    return _linked("\n".join(parts) + "\n", "rules", "../")


def listed(rules: Sequence[Rule]) -> str:
    """The list of all rules, gravest first, with what its filters go by."""
    rows = sorted(rules, key=lambda rule: (SEVERITIES.index(rule.severity), rule.name))
    return "\n".join((
        "---\nhide: [toc]\n---\n# Rules\n",
        f"{len(rules)} rules. One that is *off* is asked only where its name or `all` selects it.\n",
        '<div class="filters" id="filters" markdown="0">',
        '<input id="words" type="search" placeholder="Words of a name or title" aria-label="Words of a name or title">',
        _choice("severity", SEVERITIES),
        _choice("pillar", PILLARS),
        _choice("dialect", DIALECTS),
        _choice("language", LANGUAGES.values()),
        '<output id="shown"></output>',
        "</div>",
        '<table id="rules"><thead><tr><th>rule</th><th>severity</th><th>pillar</th>',
        "<th>what is wrong</th></tr></thead><tbody>",
        *map(_row, rows),
        "</tbody></table>\n",
    ))  # fmt: skip


def titled(markdown: str) -> str:
    """A document whose fences name their files as the highlighter wants it."""
    return _FENCE.sub(lambda each: f'{each["fence"]}{each["language"]} title="{each["path"]}"', markdown)


def _dialects(rule: Rule) -> Iterator[str]:
    """The dialects that a page shows."""
    shown = [each["text"] for each in _FENCED.finditer(rule.whole)]
    return (name for name, known in DIALECTS.items() if any(known.search(text) for text in shown))


def _row(rule: Rule) -> str:
    languages = " ".join(LANGUAGES[each] for each in rule.languages)
    off = "" if rule.default else " <em>off</em>"
    data = f'data-severity="{rule.severity}" data-pillar="{rule.pillar}" data-language="{languages}"'
    return (
        f'<tr {data} data-dialect="{" ".join(_dialects(rule))}"><td><a href="{rule.name}/">{rule.name}</a>{off}</td>'
        f'<td><span class="mark mark-{rule.severity}">{rule.severity}</span></td><td>{rule.pillar}</td>'
        f"<td>{escape(rule.title)}</td></tr>"
    )


def _choice(name: str, values: Iterable[str]) -> str:
    options = "".join(f"<option>{each}</option>" for each in values)
    return f'<select id="{name}" aria-label="{name}"><option value="">any {name}</option>{options}</select>'


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in text.splitlines())


def _linked(markdown: str, folder: str, up: str) -> str:
    """A document of a folder of the repository with its links as the site has them: `up` leads to the site's top."""

    def link(found: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join(folder, found["path"]))
        if path in BROUGHT:
            inside = BROUGHT[path]
        elif path in {"rules", "docs/rules.md"}:
            inside = "rules.md"
        elif path.startswith("docs/") and path.endswith(".md"):
            inside = path.removeprefix("docs/")
        elif path.startswith("rules/"):
            inside = path
        else:
            return f"{HOME}/blob/main/{path}{found['rest']}"
        return f"{up}{inside}{found['rest']}"

    fenced = [(each.start(), each.end()) for each in _FENCED.finditer(markdown)]

    def outside(found: re.Match[str]) -> str:
        return found[0] if any(start <= found.start() < end for start, end in fenced) else link(found)

    return _LINK.sub(outside, markdown)
