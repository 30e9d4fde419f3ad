"""Which configuration counts for which file: the nearest above it, unless one is named for all."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from lambdalint.config import Config, here, load
from lambdalint.discover import looked
from lambdalint.discover.bounds import bound
from lambdalint.discover.disk import spell
from lambdalint.discover.focus import covers
from lambdalint.discover.ignored import Patterns
from lambdalint.records import dataclass, replace
from lambdalint.rules import PILLARS, Finding, Rule
from lambdalint.settings import WrongConfig, known


@dataclass(frozen=True, slots=True)
class Given:
    """What the command line says: it holds for every file, whatever its configuration says."""

    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    fail_on: str | None = None
    today: date | None = None
    format: str | None = None
    with_cfn_lint: bool | None = None
    jobs: int | None = None
    cache: bool | None = None
    cache_dir: str | None = None


class Configs:
    """The configurations of a run, read where a file is asked for that they count for: so each may raise WrongConfig.

    `one` counts for all, where it is given.
    """

    def __init__(self, rules: Sequence[Rule], given: Given | None = None, one: Config | None = None) -> None:
        self._rules = rules
        self.given = given or Given()
        for words in (self.given.select, self.given.extend_select, self.given.ignore):
            known(words, (rule.name for rule in rules))
        self._one = one and self._with_given(one)
        self.named = None if one is None or one.path is None else str(one.path)
        """The file that was named for all."""
        self._files: dict[str, Path | None] = {}
        self._of_paths: dict[str, Path | None] = {}
        self._configs: dict[Path | None, Config] = {}
        self._asked: dict[Path | None, Mapping[str, Rule]] = {}
        self._excluded: dict[Path | None, Patterns] = {}

    def of(self, path: str) -> Config:
        """The configuration that counts for a file or directory."""
        if self._one is not None:
            return self._one
        file = self.file(path)
        if file not in self._configs:
            self._configs[file] = self._with_given(load(file, self._rules) if file else Config())
        return self._configs[file]

    def over(self, paths: Iterable[str]) -> list[Config]:
        """The configurations that count for some files, each once, in the order of their places."""
        found = {config.path: config for config in map(self.of, sorted({os.path.dirname(path) for path in paths}))}
        return [found[path] for path in sorted(found, key=lambda path: str(path or ""))]

    def file(self, path: str) -> Path | None:
        """The configuration file nearest to a path, upwards to the root of its repository."""
        if path not in self._of_paths:
            whole = os.path.abspath(path)
            self._of_paths[path] = self._nearest(whole if looked.is_directory(whole) else os.path.dirname(whole))
        return self._of_paths[path]

    def asked(self, path: str) -> Mapping[str, Rule]:
        """The rules that are asked of a file, by name, with the severities that they have there."""
        return self._asked_by(self.of(path))

    def _asked_by(self, config: Config) -> Mapping[str, Rule]:
        if config.path not in self._asked:
            given = self.given
            rules = config.rules(self._rules, given.select, given.ignore, given.extend_select)
            self._asked[config.path] = {rule.name: rule for rule in rules}
        return self._asked[config.path]

    def anywhere(self, paths: Iterable[str]) -> tuple[Rule, ...]:
        """The rules that are asked of any of the files."""
        asked: dict[str, Rule] = {}
        for config in self.over(paths):
            asked = {**self._asked_by(config), **asked}
        return tuple(asked[rule.name] for rule in self._rules if rule.name in asked)

    def told(self, paths: Iterable[str]) -> Iterator[str]:
        """Which configurations count for the files, and how many rules of each pillar each of them asks."""
        for config in self.over(paths):
            asked = Counter(rule.pillar for rule in self._asked_by(config).values())
            groups = ", ".join(f"{pillar} {asked[pillar]}" for pillar in PILLARS if asked[pillar])
            yield f"configuration: {spell(str(config.path)) if config.path else 'none'}"
            yield f"rules asked: {asked.total()} of {len(self._rules)}" + (f" ({groups})" if groups else "")

    def excluded(self, directory: str) -> Patterns:
        """What is left out of the files and directories directly in a directory."""
        config = self.of(directory)
        if config.path not in self._excluded:
            home = looked.real(str(config.path.parent) if config.path else os.curdir)
            self._excluded[config.path] = Patterns.of((*config.exclude, *self.given.exclude), home)
        return self._excluded[config.path]

    def leaves_out(self, finding: Finding) -> bool:
        """Whether `per-path-ignores` of the configuration of a finding's file names it."""
        return self.of(finding.span.path).leaves_out(finding)

    def _nearest(self, directory: str) -> Path | None:
        if directory not in self._files:
            above = os.path.dirname(directory)
            ends = above == directory or looked.is_there(os.path.join(directory, ".git"))
            found = here(Path(directory))
            if (
                found
                and looked.is_link(str(found))
                and not covers(bound(looked.real(directory)), looked.real(str(found)))
            ):
                raise WrongConfig(
                    f"{found}: is a link that leads out of its repository; name what it leads to: --config"
                )
            self._files[directory] = found or (None if ends else self._nearest(above))
        return self._files[directory]

    def _with_given(self, config: Config) -> Config:
        given = self.given
        beside = os.path.join(config.path.parent, config.cache_dir) if config.path and config.cache_dir else ""
        return replace(
            config,
            today=given.today or config.today,
            fail_on=given.fail_on or config.fail_on,
            jobs=config.jobs if given.jobs is None else given.jobs,
            cache=config.cache if given.cache is None else given.cache,
            cache_dir=given.cache_dir or beside,
        )
