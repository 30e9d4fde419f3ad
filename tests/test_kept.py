"""What is kept from one run to the next changes nothing of what is found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lambdalint.code import evaluate
from lambdalint.code.facts import Handler
from lambdalint.code.once import Once
from lambdalint.kept import Kept
from lambdalint.lint import KeptRun, Report, lint
from lambdalint.rules import load
from lambdalint.source import Texts

PROJECTS = sorted((Path(__file__).parent / "fixtures/projects").iterdir())


def texts_of(project: Path) -> dict[str, str]:
    found = {}
    for path in sorted(project.rglob("*")):
        if path.is_file() and path.name != "expected.txt":
            try:
                found[path.relative_to(project).as_posix()] = path.read_text("utf-8")
            except UnicodeDecodeError:
                continue
    return found


def moved(path: str, text: str) -> str | None:
    """A text that says the same some lines below, or nearly so."""
    if path.endswith((".py", ".yaml", ".yml", ".tf", ".toml")):
        return f"# more\n\n{text}"
    return f"// more\n\n{text}" if path.endswith((".js", ".mjs", ".ts")) else None


def run(texts: dict[str, str], kept: KeptRun | None = None) -> Report:
    return lint(Texts(texts), sorted(texts), load(), kept=kept)


@pytest.mark.parametrize("project", PROJECTS, ids=lambda path: path.name)
def test_what_is_found_after_an_edit_is_what_a_run_from_nothing_finds(project: Path) -> None:
    texts = texts_of(project)
    kept = KeptRun()
    edits = [{path: new} for path, text in texts.items() if (new := moved(path, text)) is not None]
    gone = [path for path in texts if path.endswith((".py", ".js", ".ts", ".mjs"))][:1]
    for edit in ({}, *edits[:3], {}, *edits[-2:]):
        now = texts | edit
        assert run(now, kept) == run(now)
    less = {path: text for path, text in texts.items() if path not in gone}
    assert run(less, kept) == run(less)
    assert run(texts, kept) == run(texts)


class Shelf:
    def __init__(self, **held: str) -> None:
        self.held = held
        self.asked: list[str] = []

    def take(self, name: str) -> str:
        self.asked.append(name)
        return self.held[name]


def test_what_was_made_is_made_again_where_an_answer_is_another() -> None:
    kept: Kept[Shelf] = Kept()
    made: list[str] = []

    def both(shelf: Shelf) -> str:
        made.append("both")
        try:
            return shelf.take("one") + shelf.take("one") + shelf.take("two")
        except KeyError:
            return "none"

    assert kept.made("both", 1, Shelf(one="a", two="b", three="c"), both) == "aab"
    assert kept.made("both", 1, Shelf(one="a", two="b"), both) == "aab"
    assert made == ["both"]
    assert kept.made("both", 1, Shelf(one="a", two="c"), both) == "aac"
    assert kept.made("both", 2, Shelf(one="a", two="c"), both) == "aac"
    assert made == ["both"] * 3
    assert kept.made("both", 2, Shelf(one="a"), both) == "none"
    assert kept.made("both", 2, Shelf(one="a"), both) == "none"
    assert kept.made("both", 2, Shelf(one="a", two="c"), both) == "aac"
    assert made == ["both"] * 5


def test_what_nobody_needs_is_let_go() -> None:
    kept: Kept[Shelf] = Kept(weight=len)
    shelf = Shelf(one="a")
    for key in ("first", "second"):
        kept.made(key, None, shelf, lambda shelf: shelf.take("one"))
    kept.prune()
    kept.made("second", None, shelf, lambda shelf: shelf.take("one"))
    kept.prune()
    assert list(kept._held) == ["second"]

    kept.made("first", 1, shelf, lambda shelf: shelf.take("one"))
    kept.made("second", None, shelf, lambda shelf: shelf.take("one"))
    kept.make_room(2, lambda given: given == 1)
    assert list(kept._held) == ["first", "second"]
    kept.make_room(1, lambda given: given == 1)
    assert list(kept._held) == ["first"]

    inline = PROJECTS[0]
    runs = KeptRun()
    texts = texts_of(inline)
    run(texts, runs)
    count = sum(map(len, runs.once._before.values()))
    for number in range(3):
        run({**texts, "template.yaml": "\n" * number + "Resources: {}\n"}, runs)
    assert sum(map(len, runs.once._before.values())) <= count


def test_code_of_several_deployments_is_followed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Handler] = []

    def handler(*told: Any, **facts: Any) -> Handler:
        made.append(Handler(*told, **facts))
        return made[-1]

    monkeypatch.setattr(evaluate, "Handler", handler)
    head = "Transform: AWS::Serverless-2016-10-31\nResources: {Shop: {Type: AWS::Serverless::Function, Properties: "
    texts = {
        f"{stage}.yaml": f"{head}{{Runtime: python3.13, Handler: {name}.handler, CodeUri: src}}}}}}\n"
        for stage, name in (("test", "app"), ("live", "app"), ("later", "other"))
    }
    texts |= {f"src/{name}.py": "def handler(event, context):\n    print(event)\n" for name in ("app", "other")}
    assert run(texts).functions == 3
    assert sorted(each.path for each in made) == ["src/app.py", "src/other.py"]


def test_of_what_was_found_out_once_the_oldest_makes_room() -> None:
    once = Once()
    texts = ["aaa", "bb", "cccc"]
    made: list[str] = []

    def note(text: str) -> str:
        made.append(text)
        return text.upper()

    for text in texts:
        assert once.of(note, text) == text.upper()
    once.make_room(note, 2, len)
    assert [once.of(note, text) for text in ("aaa", "cccc")] == ["AAA", "CCCC"]
    assert made == texts, "what was asked for since room was made stays"
    once.make_room(note, 7, len)
    once.make_room(note, 4, len)
    for text in ("cccc", "aaa", "bb"):
        once.of(note, text)
    assert made == [*texts, "aaa", "bb"]
