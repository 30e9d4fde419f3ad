"""Commands, code and pickles: what makes a text run.

Sources: Python's library reference (subprocess, os, asyncio, pickle, importlib), PyYAML's documentation; Node.js's
reference (child_process, vm), the documentation of execa, ShellJS, Handlebars, EJS, Pug, Nunjucks and node-serialize.
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.code.value import Call, Constant, Imported, Mapping, Result, Sequence, Text, Unknown, Value, options
from lambdalint.meaning.sinks import Sink, sink

_SHELLS = frozenset({
    "os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput", "asyncio.create_subprocess_shell",
    "asyncio.subprocess.create_subprocess_shell", "commands.getoutput", "commands.getstatusoutput", "popen2.popen3",
    "node:child_process.exec", "node:child_process.execSync", "npm:shelljs.exec", "npm:execa.command",
    "npm:execa.commandSync", "npm:execa.execaCommand", "npm:execa.execaCommandSync",
})  # fmt: skip
_RUNNERS = frozenset({
    "subprocess.run", "subprocess.call", "subprocess.check_call", "subprocess.check_output", "subprocess.Popen",
})  # fmt: skip
_SPAWNERS = frozenset({
    "node:child_process.spawn", "node:child_process.spawnSync", "node:child_process.execFile",
    "node:child_process.execFileSync", "npm:execa", "npm:execa.execa", "npm:execa.sync", "npm:execa.execaSync",
    "npm:cross-spawn", "npm:cross-spawn.spawn", "npm:cross-spawn.sync",
})  # fmt: skip
"""JavaScript's functions of a program, a list of its arguments, and options, which may ask for a shell."""
_PROGRAMS = {
    **dict.fromkeys(("os.execl", "os.execle", "os.execlp", "os.execlpe", "os.execv", "os.execve", "os.execvp",
                     "os.execvpe", "asyncio.create_subprocess_exec", "asyncio.subprocess.create_subprocess_exec",
                     "os.posix_spawn", "os.posix_spawnp", "pty.spawn"), 0),
    **dict.fromkeys(("os.spawnl", "os.spawnle", "os.spawnlp", "os.spawnlpe", "os.spawnv", "os.spawnve", "os.spawnvp",
                     "os.spawnvpe"), 1),
}  # fmt: skip
"""Functions that run a program without a shell, and which argument names it."""
_SHELL_NAMES = frozenset({"sh", "bash", "zsh", "dash", "ksh", "ash"})
_COMMAND, _PROGRAM = "runs a shell command made from {}", "runs a program named by {}"


def commands(call: Call) -> Iterator[Sink]:
    """The shell commands of a call, and the programs that it runs."""
    first = call.argument(0, "args")
    if call.receiver is None and call.name in _SHELLS:
        yield from sink(_COMMAND, call.argument(0, "cmd"))
    elif call.receiver is None and call.name in _RUNNERS and first is not None:
        shell = call.keywords.get("shell")
        for each in options(first):
            yield from _run(each, _true(shell))
    elif call.receiver is None and call.name in _SPAWNERS and first is not None:
        yield from _spawn(first, call.arguments[1:])
    elif call.receiver is None and call.name in _PROGRAMS:
        position = _PROGRAMS[call.name]
        yield from sink(_PROGRAM, call.argument(position, "program"))
        yield from _told_shell(list(call.arguments[position:]))
    elif call.name == "subprocess_shell" and len(call.arguments) > 1:
        yield from sink(_COMMAND, call.arguments[1])
    elif call.name == "subprocess_exec" and len(call.arguments) > 1:
        yield from sink(_PROGRAM, call.arguments[1])
        yield from _told_shell(list(call.arguments[1:]))


def _run(given: Value, shell: bool) -> Iterator[Sink]:
    match given:
        case Sequence(items=[program, *_] as items):
            yield Sink(program, _COMMAND if shell else _PROGRAM)
            if not shell:
                yield from _told_shell(items)
        case Text((Constant(str(start)), *_)) if not shell and start.strip():
            return
        case Result(call) if call.name in ("split", "shlex.split") and not shell:
            yield from _run(call.arguments[0] if call.receiver is None else call.receiver, shell)
        case _:
            yield Sink(given, _COMMAND if shell else _PROGRAM)


def _spawn(program: Value, others: tuple[Value, ...]) -> Iterator[Sink]:
    shell = any(isinstance(each, Mapping) and _true(each.entries.get("shell")) for each in others)
    yield Sink(program, _COMMAND if shell else _PROGRAM)
    for given in others[:1]:
        if isinstance(given, Sequence):
            yield from (Sink(each, _COMMAND) for each in given.items) if shell else _told_shell([program, *given.items])


def _told_shell(items: list[Value]) -> Iterator[Sink]:
    """The command in `bash -c command`."""
    match items:
        case [Constant(str(program)), Constant(str(option)), *rest] if (
            program.rpartition("/")[2] in _SHELL_NAMES and option.startswith("-") and option.endswith("c")
        ):
            for each in rest[:1]:
                yield Sink(each, _COMMAND)


def _true(value: Value | None) -> bool:
    return isinstance(value, Constant) and bool(value.value)


_CODE = {
    "builtins.eval": "evaluates code from {}", "builtins.exec": "executes code from {}",
    "builtins.compile": "compiles code from {}",
    "importlib.import_module": "imports a module named by {}", "builtins.__import__": "imports a module named by {}",
    "runpy.run_path": "executes code named by {}", "runpy.run_module": "imports a module named by {}",
    "code.InteractiveInterpreter.runcode": "executes code from {}", "pandas.eval": "evaluates code from {}",
    "numexpr.evaluate": "evaluates code from {}",
    "js:eval": "evaluates code from {}", "js:require": "loads a module named by {}",
    "js:import": "loads a module named by {}", "npm:safe-eval": "evaluates code from {}",
    **{
        f"node:vm.{name}": "executes code from {}"
        for name in ("runInContext", "runInNewContext", "runInThisContext", "compileFunction", "Script")
    },
    "npm:handlebars.compile": "compiles a template from {}", "npm:ejs.render": "runs a template from {}",
    "npm:ejs.compile": "compiles a template from {}", "npm:pug.render": "runs a template from {}",
    "npm:pug.compile": "compiles a template from {}", "npm:lodash.template": "compiles a template from {}",
    "npm:nunjucks.renderString": "runs a template from {}",
}  # fmt: skip


_IMPORTING = frozenset({"importlib.import_module", "builtins.__import__", "runpy.run_module"})


def code(call: Call) -> Iterator[Sink]:
    """The programs that a call runs."""
    if call.receiver is None and call.name == "js:Function":
        for each in call.arguments:
            yield Sink(each, "compiles code from {}")
    if call.receiver is None and call.name in _CODE:
        given = call.argument(0, "source" if "compile" in call.name else "name")
        if given is not None and not (call.name in _IMPORTING and all(map(_is_in_package, options(given)))):
            yield Sink(given, _CODE[call.name])


def _is_in_package(name: Value) -> bool:
    """Whether a module's name begins with that of its package: what follows leads to no other package."""
    match name:
        case Text((Constant(str(start)), *_)) | Unknown((Constant(str(start)), _)):
            return "." in start
        case _:
            return False


_LOADERS = {
    f"{module}.{name}": library
    for module, library in (
        ("pickle", "pickle"), ("_pickle", "pickle"), ("cPickle", "pickle"), ("marshal", "marshal"), ("dill", "dill"),
        ("cloudpickle", "pickle"),
    )
    for name in ("load", "loads", "Unpickler")
} | {
    "jsonpickle.decode": "jsonpickle", "jsonpickle.loads": "jsonpickle", "jsonpickle.unpickler.decode": "jsonpickle",
    "shelve.open": "shelve", "yaml.unsafe_load": "YAML's unsafe loader", "yaml.unsafe_load_all": "YAML's unsafe loader",
    "joblib.load": "joblib", "pandas.read_pickle": "pickle",
    "npm:node-serialize.unserialize": "node-serialize", "npm:serialize-to-js.deserialize": "serialize-to-js",
    "npm:funcster.deepDeserialize": "funcster", "npm:cryo.parse": "Cryo",
}  # fmt: skip
_UNSAFE_LOADERS = frozenset({"Loader", "UnsafeLoader", "CLoader", "CUnsafeLoader"})


def loads(call: Call) -> Iterator[Sink]:
    """What a call makes objects of, running whatever code the data names."""
    if call.receiver is not None:
        return
    library = _LOADERS.get(call.name)
    if call.name in ("yaml.load", "yaml.load_all"):
        loader = call.argument(1, "Loader")
        named = loader.name.rpartition(".")[2] if isinstance(loader, Imported) else None
        if (loader is None and not call.open) or named in _UNSAFE_LOADERS:
            library = "YAML's unsafe loader"
    if library is not None and call.arguments:
        yield Sink(call.arguments[0], f"loads {{}} with {library}")


_XML = frozenset({
    "lxml.etree.fromstring", "lxml.etree.XML", "lxml.etree.parse", "npm:libxmljs.parseXml",
    "npm:libxmljs.parseXmlString", "npm:libxmljs2.parseXml", "npm:libxmljs2.parseXmlString",
})  # fmt: skip


def entities(call: Call) -> Iterator[Sink]:
    """The XML that a call parses, taking in the files and addresses that its entities name."""
    if call.receiver is None and call.name in _XML and _takes_entities(call.argument(1, "parser")):
        yield from sink("parses {} as XML, and takes in the files that its entities name", call.argument(0, "text"))


def _takes_entities(options_given: Value | None) -> bool:
    match options_given:
        case Mapping(entries=entries):
            return _true(entries.get("noent")) or _true(entries.get("replaceEntities"))
        case Result(call) if call.name == "lxml.etree.XMLParser":
            return _true(call.keywords.get("resolve_entities"))
        case _:
            return False
