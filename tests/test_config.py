"""Where configuration is found, what it may say, and which rules it selects."""

from datetime import date
from pathlib import Path

import pytest

from lambdalint.check import Problem
from lambdalint.config import Config, load
from lambdalint.configs import Configs
from lambdalint.rules import Finding, Rule
from lambdalint.settings import WrongConfig, known
from lambdalint.source import Span

RULES = (
    Rule("client-in-handler", "", "warning", "performance", ""),
    Rule("connection-in-handler", "", "warning", "reliability", ""),
    Rule("first-record-only", "", "error", "reliability", ""),
    Rule("heavy-import-in-handler", "", "note", "performance", "", default=False),
    Rule("unreadable-file", "", "error", "reliability", ""),
)


def config(tmp_path: Path, text: str) -> Config:
    file = tmp_path / "lambdalint.toml"
    file.write_text(text, "utf-8")
    return load(file, RULES)


def names(config: Config, **command_line: list[str]) -> list[str]:
    return [rule.name for rule in config.rules(RULES, **command_line) if rule.name != "unreadable-file"]


def find(path: Path) -> Path | None:
    return Configs(RULES).file(str(path))


class TestFind:
    def test_the_nearest_ancestor_has_it(self, tmp_path: Path) -> None:
        (tmp_path / "pyproject.toml").write_text("[tool.lambdalint]\n")
        below = tmp_path / "services" / "orders"
        below.mkdir(parents=True)
        assert find(below) == tmp_path / "pyproject.toml"
        (below / "app.py").touch()
        assert find(below / "app.py") == tmp_path / "pyproject.toml"

    def test_lambdalint_toml_wins_over_pyproject_in_the_same_directory(self, tmp_path: Path) -> None:
        (tmp_path / "pyproject.toml").write_text("[tool.lambdalint]\n")
        (tmp_path / "lambdalint.toml").touch()
        assert find(tmp_path) == tmp_path / "lambdalint.toml"

    def test_a_pyproject_without_the_table_does_not_count(self, tmp_path: Path) -> None:
        (tmp_path / "lambdalint.toml").touch()
        below = tmp_path / "orders"
        below.mkdir()
        (below / "pyproject.toml").write_text("[tool.ruff]\n")
        assert find(below) == tmp_path / "lambdalint.toml"

    def test_the_root_of_the_repository_is_the_end(self, tmp_path: Path) -> None:
        (tmp_path / "lambdalint.toml").touch()
        repository = tmp_path / "repository"
        (repository / ".git").mkdir(parents=True)
        assert find(repository) is None

    def test_a_broken_pyproject_on_the_way_is_said(self, tmp_path: Path) -> None:
        (tmp_path / "pyproject.toml").write_text("[tool.lambdalint")
        with pytest.raises(WrongConfig, match=r"pyproject\.toml: not TOML"):
            find(tmp_path)


class TestLoad:
    def test_everything_at_once(self, tmp_path: Path) -> None:
        read = config(
            tmp_path,
            """
            select = ["default", "heavy-import-in-handler"]
            ignore = ["performance"]
            exclude = ["legacy/"]
            extend-select = ["performance"]
            fail-on = "error"
            format = "sarif"
            with-cfn-lint = true
            [per-path-ignores]
            "tests/**" = ["all"]
            [severity]
            client-in-handler = "error"
            [parameters]
            Timeout = 60
            Stage = "prod"
            """,
        )
        assert read.select == ("default", "heavy-import-in-handler")
        assert read.exclude == ("legacy/",)
        assert read.fail_on == "error"
        assert read.extend_select == ("performance",)
        assert (read.format, read.with_cfn_lint) == ("sarif", True)
        assert read.per_path_ignores == {"tests/**": ("all",)}
        assert read.parameters == {"Timeout": 60, "Stage": "prod"}
        assert read.path == tmp_path / "lambdalint.toml"

    def test_pyproject_has_it_in_its_table(self, tmp_path: Path) -> None:
        file = tmp_path / "pyproject.toml"
        file.write_text('[tool.lambdalint]\nselect = ["all"]\n')
        assert load(file, RULES).select == ("all",)

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ('selct = ["all"]', "no setting is named 'selct'; did you mean 'select'?"),
            (
                'per_path_ignores = {"a" = []}',
                "no setting is named 'per_path_ignores'; did you mean 'per-path-ignores'?",
            ),
            ('select = "all"', "select must be a list of texts, not 'all'"),
            ('ignore = ["client-in-handlr"]', "no rule or group is named 'client-in-handlr'; did you mean 'client-in"),
            ('ignore = ["W123"]', "no rule or group is named 'W123'"),
            (
                'severity = {client-in-handler = "fatal"}',
                "severity.client-in-handler must be one of note, warning, error",
            ),
            (
                'severity = {first-record = "note"}',
                "no rule or pillar is named 'first-record'; did you mean 'first-record-only'?",
            ),
            ("severity = 3", "severity must be a table, not 3"),
            ('per-path-ignores = {"a" = "all"}', "per-path-ignores.a must be a list of texts"),
            ("modules = {lambda = {handler = 1}}", "modules.lambda.handler must be a text, not 1"),
            ("modules = {'a/b' = 1}", 'modules."a/b" must be a table, not 1'),
            ("modules = {lambda = 1}", "modules.lambda must be a table, not 1"),
            ("parameters = {Subnets = [1]}", "parameters.Subnets must be a text, a number or a boolean, not [1]"),
            ("today = 2026-11-21T10:00:00", "today must be a date such as 2026-11-21, not 2026-11-21 10:00:00"),
            ('today = "20261121"', "today must be a date such as 2026-11-21, not '20261121'"),
            ('today = "tomorrow"', "today must be a date such as 2026-11-21, not 'tomorrow'"),
            ('fail-on = "notes"', "fail-on must be one of error, warning, note, never, not 'notes'"),
            (
                'format = "xml"',
                "format must be one of text, json, sarif, github, gitlab, junit, markdown, html, not 'xml'",
            ),
            ('with-cfn-lint = "yes"', "with-cfn-lint must be true or false, not 'yes'"),
            ("select =", "not TOML"),
        ],
    )
    def test_what_is_wrong_is_one_line_with_the_file(self, tmp_path: Path, text: str, why: str) -> None:
        with pytest.raises(WrongConfig) as raised:
            config(tmp_path, text)
        assert str(raised.value).startswith(f"{tmp_path / 'lambdalint.toml'}: {why}")
        assert "\n" not in str(raised.value)

    @pytest.mark.parametrize("written", ["2026-11-21", '"2026-11-21"'])
    def test_a_date_is_written_as_toml_does_or_as_a_text(self, tmp_path: Path, written: str) -> None:
        assert config(tmp_path, f"today = {written}").today == date(2026, 11, 21)
        assert config(tmp_path, "").today is None

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(WrongConfig, match="cannot be read: No such file"):
            load(tmp_path / "none.toml", RULES)


class TestRules:
    DEFAULT = ("client-in-handler", "connection-in-handler", "first-record-only")

    @pytest.mark.parametrize(
        ("select", "ignore", "asked"),
        [
            (["default"], [], DEFAULT),
            (["all"], [], (*DEFAULT, "heavy-import-in-handler")),
            (["performance"], [], ("client-in-handler",)),
            (["error"], [], ("first-record-only",)),
            (["heavy-import-in-handler"], [], ("heavy-import-in-handler",)),
            (["default"], ["reliability"], ("client-in-handler",)),
            (["default", "client-in-handler"], ["performance"], DEFAULT),
            (["all"], ["performance"], ("connection-in-handler", "first-record-only")),
            (["all"], ["all"], ()),
        ],
    )
    def test_the_file_selects(self, select: list[str], ignore: list[str], asked: tuple[str, ...]) -> None:
        assert names(Config(select=tuple(select), ignore=tuple(ignore))) == list(asked)

    def test_the_command_line_selects_instead_and_ignores_besides(self) -> None:
        config = Config(select=("error",), ignore=("client-in-handler",))
        assert names(config, select=["all"]) == [
            "connection-in-handler", "first-record-only", "heavy-import-in-handler"
        ]  # fmt: skip
        assert names(config, select=["client-in-handler"]) == ["client-in-handler"]
        assert names(Config(), ignore=["reliability"]) == ["client-in-handler"]

    def test_what_cannot_be_read_is_told_unless_ignored(self) -> None:
        asked = Config(select=("client-in-handler",)).rules(RULES)
        assert [rule.name for rule in asked] == ["client-in-handler", "unreadable-file"]
        assert Config(ignore=("unreadable-file",), select=("error",)).rules(RULES) == (RULES[2],)

    def test_severities_are_those_of_the_file(self) -> None:
        asked = Config(severity={"client-in-handler": "error"}).rules(RULES)
        assert asked[0].severity == "error"

    def test_a_severity_of_a_rule_is_heard_before_that_of_its_pillar(self) -> None:
        asked = Config(severity={"reliability": "note", "first-record-only": "warning"}).rules(RULES)
        assert [rule.severity for rule in asked] == ["warning", "note", "warning", "note"]

    def test_words_of_the_command_line_are_checked(self) -> None:
        with pytest.raises(WrongConfig, match="did you mean 'first-record-only'"):
            known(["first-records-only"], [rule.name for rule in RULES])


class TestPerPathIgnores:
    def finding(self, path: str, rule: Rule = RULES[0]) -> Finding:
        return Finding(rule, Problem(Span.top(path), "is so"))

    def test_patterns_start_at_the_configuration(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        home = tmp_path / "lambdalint.toml"
        read = Config(home, per_path_ignores={"tests/": ("performance",), "*.json": ("first-record-only",)})
        below = tmp_path / "services"
        below.mkdir()
        monkeypatch.chdir(below)
        assert read.leaves_out(self.finding("../tests/app.py"))
        assert not read.leaves_out(self.finding("../tests/app.py", RULES[1]))
        assert not read.leaves_out(self.finding("app.py"))
        assert read.leaves_out(self.finding("template.json", RULES[2]))
        assert not read.leaves_out(self.finding("../../elsewhere/tests/app.py"))
