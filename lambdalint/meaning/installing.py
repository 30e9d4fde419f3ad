"""Commands that fetch packages: a program that installs what it needs while it runs."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.code.facts import Handler
from lambdalint.code.value import Call, Constant, Member, Result, Sequence, Text, Value, options
from lambdalint.meaning.operations import operation
from lambdalint.patterns import pattern

_RUNNING = frozenset({
    "os.system", "os.popen", "subprocess.run", "subprocess.call", "subprocess.check_call", "subprocess.check_output",
    "subprocess.Popen", "subprocess.getoutput", "subprocess.getstatusoutput", "pip.main", "pip._internal.main",
    "pip._internal.cli.main.main",
    *(f"node:child_process.{name}" for name in ("exec", "execSync", "execFile", "execFileSync", "spawn", "spawnSync")),
    "npm:execa", "npm:execa.execa", "npm:execa.execaSync", "npm:cross-spawn", "npm:cross-spawn.sync",
})  # fmt: skip
_INSTALLING = pattern(r"(?:^|[\s;&|/(])(pip(?:3(?:\.\d+)?)?|npm|pnpm|yarn|uv pip)\s+(?:-\S+\s+)*(install|ci|add)\b")
_BUILDING = frozenset({"publish_layer_version", "update_function_code", "create_function"})
"""Operations that make a package of what was installed: that is what such a program is for."""


def builds(handler: Handler) -> bool:
    """Whether a handler makes packages for others of what it installs."""
    return any(call.name in _BUILDING and operation(call) is not None for call in handler.calls)


def installs(call: Call) -> str | None:
    """The command by which a call installs packages: `pip install`; None where it does not."""
    if call.receiver is not None or call.name not in _RUNNING or not call.arguments:
        return None
    words = " ".join(_words(call))
    if call.name.startswith("pip."):
        words = f"pip {words}"
    found = _INSTALLING.search(words)
    return None if found is None else f"{found[1]} {found[2]}"


def _words(call: Call) -> Iterator[str]:
    """The words of a command, as far as they are known."""
    for given in call.arguments[:2]:
        for each in options(given)[:1]:
            yield from map(_word, each.items) if isinstance(each, Sequence) else (_word(each),)


def _word(value: Value) -> str:
    match value:
        case Constant(str(text)):
            return text
        case Text(parts):
            return "".join(map(_word, parts))
        case Result(Call(name="os.path.join" | "node:path.join", arguments=(*_, last))):
            return f"/{_word(last)}"
        case Member(key="executable"):
            return "python"
        case _:
            return "?"
