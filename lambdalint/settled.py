"""What holds for a path, and what says so: the configuration that counts for it, and what the command line sets."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from lambdalint import toml
from lambdalint.check import Problem
from lambdalint.config import Config
from lambdalint.configs import Configs, Given
from lambdalint.discover.disk import Disk, spell
from lambdalint.records import dataclass
from lambdalint.rules import Finding
from lambdalint.settings import settings
from lambdalint.source import Span

if TYPE_CHECKING:
    import click

BY_DEFAULT = "by default"


@dataclass(frozen=True, slots=True)
class Settled:
    """A setting as it holds."""

    name: str
    value: Any
    said_by: tuple[str, ...] = ()
    """The configuration, the options and the variables that say so; none where it is so by default."""

    def __str__(self) -> str:
        """A line of TOML."""
        return f"{self.name} = {toml.value(self.value)}  # {', '.join(self.said_by) or BY_DEFAULT}"


def settled(config: Config, given: Given, said: Mapping[str, str]) -> Iterator[Settled]:
    """Each setting as it holds where a configuration counts, beside what the command line has `given`.

    `said` has the option or variable by which each setting was given.
    """
    file = (spell(str(config.path)),) if config.path else ()
    for name in settings(()):
        field = name.replace("-", "_")
        own, wish = getattr(config, field), getattr(given, field, None)
        by = (said[name],) if name in said else ()
        told = file if name in config.said else ()
        if name == "extend-select" and given.select:
            own, told = (), (said["select"],) if told else ()
        if name in {"extend-select", "ignore", "exclude"}:
            yield Settled(name, (*own, *(wish or ())), (*told, *by))
        elif by and wish is not None:
            yield Settled(name, wish, by)
        elif own is not None:
            yield Settled(name, own, told)


def told(path: str, configs: Configs, given: Given, said: Mapping[str, str]) -> str:
    """What holds for a file or directory, as a configuration that says the same."""
    return "".join(f"{line}\n" for line in _lines(path, configs, given, said))


def _lines(path: str, configs: Configs, given: Given, said: Mapping[str, str]) -> Iterator[str]:
    inside = os.path.join(path, "") if os.path.isdir(path) else path
    yield f"# What holds for {spell(path)}, and what says so"
    by = f", by {said['config']}" if "config" in said else ""
    file, asked_of_it = configs.told([inside])
    yield f"# {file}{by}"
    yield f"# {asked_of_it}"
    if Disk((path,), configs.excluded).excludes(spell(path)):
        yield "# it is left out by exclude"
    asked = configs.asked(path)
    untold = [rule.name for rule in asked.values() if configs.leaves_out(Finding(rule, Problem(Span.top(path), "")))]
    if untold:
        which = "all of them" if len(untold) == len(asked) else ", ".join(untold)
        yield f"# not told here, by per-path-ignores: {which}"
    yield from map(str, settled(configs.of(path), given, said))


def said(context: click.Context) -> dict[str, str]:
    """The options of a command, or the variables, that set something: by the name of the setting."""
    found = {}
    for option in context.command.params:
        match getattr(context.get_parameter_source(option.name or ""), "name", ""):
            case "COMMANDLINE":
                by = (option.opts if context.params[option.name or ""] is not False else option.secondary_opts)[0]
            case "ENVIRONMENT":
                by = str(option.envvar or f"{context.auto_envvar_prefix}_{(option.name or '').upper()}")
            case _:
                continue
        found[option.opts[0].removeprefix("--")] = by
    return found
