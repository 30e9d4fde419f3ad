"""Where a text from outside does harm: which calls hand which of their arguments to a shell, a database, a loader.

Sources: Python's library reference (subprocess, os, asyncio, pickle, importlib), PyYAML's documentation, PEP 249 and the
documentation of the drivers, boto3's reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lambdalint.code import sdk
from lambdalint.code.facts import Call
from lambdalint.code.idioms import origin_name
from lambdalint.code.operations import operation
from lambdalint.code.value import Constant, Imported, Mapping, Sequence, Text, Value, options, origins


@dataclass(frozen=True, slots=True)
class Sink:
    """An argument of a call that must not hold a stranger's text."""

    value: Value
    does: str
    """What the call does with it, with a hole for what it is: `executes SQL made from {}`."""


# -------------------------------------------------------------------------------------------------------- commands

_SHELLS = frozenset({
    "os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput", "asyncio.create_subprocess_shell",
    "asyncio.subprocess.create_subprocess_shell", "commands.getoutput", "commands.getstatusoutput", "popen2.popen3",
})  # fmt: skip
_RUNNERS = frozenset({
    "subprocess.run", "subprocess.call", "subprocess.check_call", "subprocess.check_output", "subprocess.Popen",
})  # fmt: skip
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
        yield from _sink(_COMMAND, call.argument(0, "cmd"))
    elif call.receiver is None and call.name in _RUNNERS and first is not None:
        shell = call.keywords.get("shell")
        for each in options(first):
            yield from _run(each, _true(shell))
    elif call.receiver is None and call.name in _PROGRAMS:
        position = _PROGRAMS[call.name]
        yield from _sink(_PROGRAM, call.argument(position, "program"))
        yield from _told_shell(list(call.arguments[position:]))
    elif call.name == "subprocess_shell" and len(call.arguments) > 1:
        yield from _sink(_COMMAND, call.arguments[1])
    elif call.name == "subprocess_exec" and len(call.arguments) > 1:
        yield from _sink(_PROGRAM, call.arguments[1])
        yield from _told_shell(list(call.arguments[1:]))


def _run(given: Value, shell: bool) -> Iterator[Sink]:
    match given:
        case Sequence(items=[program, *_] as items):
            yield Sink(program, _COMMAND if shell else _PROGRAM)
            if not shell:
                yield from _told_shell(items)
        case Text((Constant(str(start)), *_)) if not shell and start.strip():
            return
        case _:
            yield Sink(given, _COMMAND if shell else _PROGRAM)


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


def _sink(does: str, value: Value | None) -> Iterator[Sink]:
    if value is not None:
        yield Sink(value, does)


# ------------------------------------------------------------------------------------------------------------- SQL

_STATEMENT = re.compile(
    r"^\s*(?:--[^\n]*\n\s*)*\(?\s*(?:select\s|insert\s+(?:ignore\s+)?into\s|update\s|delete\s+from\s|replace\s+into\s|with\s+\w+"
    r"\s+as\s*\(|merge\s+into\s|create\s+|drop\s+|alter\s+|truncate\s+|call\s+|exec(?:ute)?\s+|grant\s+|copy\s|unload\s*\("
    r"|msck\s|explain\s|use\s|show\s|set\s|refresh\s)",
    re.IGNORECASE,
)
_QUERY_METHODS = {
    **dict.fromkeys(("execute", "executemany", "executescript", "exec_driver_sql", "execute_sql", "fetch", "fetchrow",
                     "fetchval", "query", "run", "raw", "scalar", "scalars", "copy_expert", "execute_async", "prepare",
                     "read_sql", "read_sql_query"), 0),
}  # fmt: skip
"""Methods of cursors, connections and sessions whose first argument is SQL."""
_QUERY_FUNCTIONS = {
    "pandas.read_sql": (0, "sql"), "pandas.read_sql_query": (0, "sql"), "polars.read_database": (0, "query"),
    "awswrangler.athena.read_sql_query": (0, "sql"), "awswrangler.athena.start_query_execution": (0, "sql"),
    "awswrangler.redshift.read_sql_query": (0, "sql"), "awswrangler.mysql.read_sql_query": (0, "sql"),
    "awswrangler.postgresql.read_sql_query": (0, "sql"), "awswrangler.data_api.rds.read_sql_query": (0, "sql"),
    "psycopg2.extras.execute_values": (1, "sql"), "psycopg2.extras.execute_batch": (1, "sql"),
    "duckdb.sql": (0, "query"), "duckdb.query": (0, "query"), "duckdb.execute": (0, "query"),
}  # fmt: skip
_QUERY_OPERATIONS = {
    ("rds-data", "execute_statement"): "sql", ("rds-data", "batch_execute_statement"): "sql",
    ("rds-data", "execute_sql"): "sqlStatements", ("redshift-data", "execute_statement"): "Sql",
    ("redshift-data", "batch_execute_statement"): "Sqls", ("athena", "start_query_execution"): "QueryString",
    ("timestream-query", "query"): "QueryString", ("s3", "select_object_content"): "Expression",
    ("dynamodb", "execute_statement"): "Statement", ("dynamodb", "batch_execute_statement"): "Statements",
}  # fmt: skip
"""Operations that take SQL or PartiQL, and the parameter."""
_DATABASES = frozenset({*sdk.CONNECTIONS, "sqlite3.connect", "duckdb.connect", "aiosqlite.connect", "sqlalchemy.orm.Session"})
_NO_SQL = frozenset({"pymongo.MongoClient", "pymongo.mongo_client.MongoClient", "mongoengine.connect"})
_SQL = "executes SQL made from {}"


def statements(call: Call) -> Iterator[Sink]:
    """The SQL that a call executes."""
    value: Value | None = None
    if call.receiver is None:
        if call.name in _QUERY_FUNCTIONS:
            value = call.argument(*_QUERY_FUNCTIONS[call.name])
    elif (asked := operation(call)) is not None:
        parameter = _QUERY_OPERATIONS.get((asked.service, asked.name))
        value = None if parameter is None else asked.argument(parameter)
    elif call.name in _QUERY_METHODS:
        given = next((call.keywords[name] for name in _SQL_NAMES if name in call.keywords), call.argument(0))
        if given is not None and (is_sql(given) or origin_name(call.receiver) in _DATABASES - _NO_SQL):
            value = given
    yield from _sink(_SQL, value)


_SQL_NAMES = ("statement", "sql", "operation", "query", "stmt")


def is_sql(value: Value) -> bool:
    """Whether a value is a text that begins as a statement of SQL."""
    return any(
        isinstance(each, Constant) and isinstance(each.value, str) and _STATEMENT.match(each.value) is not None
        for each in origins(value)
    )


# ------------------------------------------------------------------------------------------------------------ code

_CODE = {
    "builtins.eval": "evaluates code from {}", "builtins.exec": "executes code from {}", "builtins.compile": "compiles code from {}",
    "importlib.import_module": "imports a module named by {}", "builtins.__import__": "imports a module named by {}",
    "runpy.run_path": "executes code named by {}", "runpy.run_module": "imports a module named by {}",
    "code.InteractiveInterpreter.runcode": "executes code from {}", "pandas.eval": "evaluates code from {}",
    "numexpr.evaluate": "evaluates code from {}",
}  # fmt: skip


def code(call: Call) -> Iterator[Sink]:
    """The programs that a call runs."""
    if call.receiver is None and call.name in _CODE:
        yield from _sink(_CODE[call.name], call.argument(0, "source" if "compile" in call.name else "name"))


# --------------------------------------------------------------------------------------------------- deserialization

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
        if loader is None and not call.open or named in _UNSAFE_LOADERS:
            library = "YAML's unsafe loader"
    if library is not None and call.arguments:
        yield Sink(call.arguments[0], f"loads {{}} with {library}")


# ----------------------------------------------------------------------------------------------------------- paths

_PATHS = {
    **dict.fromkeys(("builtins.open", "io.open", "codecs.open", "gzip.open", "bz2.open", "lzma.open", "aiofiles.open",
                     "zipfile.ZipFile", "tarfile.open", "PIL.Image.open", "cv2.imread", "cv2.imwrite", "wave.open",
                     "sqlite3.connect", "os.open"), ((0, "file"),)),
    **dict.fromkeys(("os.remove", "os.unlink", "os.rmdir", "os.mkdir", "os.makedirs", "os.listdir", "os.scandir",
                     "os.removedirs", "os.chmod", "os.stat"), ((0, "path"),)),
    "shutil.rmtree": ((0, "path"),),
    **dict.fromkeys(("os.rename", "os.replace", "os.symlink", "os.link", "shutil.copy", "shutil.copy2", "shutil.copyfile",
                     "shutil.copytree", "shutil.move"), ((0, "src"), (1, "dst"))),
    "shutil.unpack_archive": ((0, "filename"), (1, "extract_dir")),
    "urllib.request.urlretrieve": ((1, "filename"),), "wget.download": ((1, "out"),),
}  # fmt: skip
"""Functions of paths, and which arguments these are."""
_PATH_METHODS = frozenset({
    "open", "read_text", "read_bytes", "write_text", "write_bytes", "unlink", "touch", "mkdir", "rmdir", "iterdir",
})  # fmt: skip
_TRANSFERS = frozenset({"upload_file", "download_file"})
_PATH = "goes to a path made from {}"


def paths(call: Call) -> Iterator[Sink]:
    """The paths of the file system that a call goes to."""
    if call.receiver is None:
        for place in _PATHS.get(call.name, ()):
            yield from _sink(_PATH, call.argument(*place))
    elif call.name in _TRANSFERS:
        asked = operation(call)
        yield from _sink(_PATH, None if asked is None else asked.argument("Filename"))
    elif call.name in _PATH_METHODS and origin_name(call.receiver).startswith("pathlib."):
        yield Sink(call.receiver, _PATH)


# ------------------------------------------------------------------------------------------------------------ URLs

_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})
_SESSIONS = ("requests.", "httpx.", "aiohttp.", "urllib3.", "botocore.vendored.requests.")
_URL_FUNCTIONS = {
    **{f"{module}.{verb}": (0, "url") for module in ("requests", "httpx", "botocore.vendored.requests") for verb in _VERBS},
    **{f"{module}.{name}": (1, "url") for module in ("requests", "httpx", "urllib3", "aiohttp", "botocore.vendored.requests")
       for name in ("request", "stream")},
    "urllib.request.urlopen": (0, "url"), "urllib.request.urlretrieve": (0, "url"), "wget.download": (0, "url"),
}  # fmt: skip
_HOST_FUNCTIONS = {
    "http.client.HTTPConnection": (0, "host"), "http.client.HTTPSConnection": (0, "host"),
    "socket.create_connection": (0, "address"), "smtplib.SMTP": (0, "host"), "ftplib.FTP": (0, "host"),
    "paramiko.Transport": (0, "sock"),
}  # fmt: skip
_URL, _HOST = "sends a request to a host named by {}", "connects to a host named by {}"


def hosts(call: Call) -> Iterator[Sink]:
    """The URLs that a call asks for."""
    if call.receiver is None:
        if call.name in _URL_FUNCTIONS:
            yield from _sink(_URL, call.argument(*_URL_FUNCTIONS[call.name]))
        elif call.name in _HOST_FUNCTIONS:
            yield from _sink(_HOST, call.argument(*_HOST_FUNCTIONS[call.name]))
        elif sdk.client(call) is not None:
            yield from _sink(_URL, call.keywords.get("endpoint_url"))
        return
    if origin_name(call.receiver).startswith(_SESSIONS):
        if call.name in _VERBS:
            yield from _sink(_URL, call.argument(0, "url"))
        elif call.name in ("request", "urlopen", "stream", "ws_connect"):
            yield from _sink(_URL, call.argument(1, "url"))


# --------------------------------------------------------------------------------------------------------- queries

_EXPRESSIONS = ("KeyConditionExpression", "FilterExpression", "ConditionExpression", "UpdateExpression",
                "ProjectionExpression")  # fmt: skip
_MONGO = ("pymongo.", "motor.")
_FILTERED = frozenset({
    "find", "find_one", "find_one_and_update", "find_one_and_replace", "find_one_and_delete", "update_one", "update_many",
    "replace_one", "delete_one", "delete_many", "count_documents", "count", "remove", "update", "find_raw_batches",
    "distinct",
})  # fmt: skip
_FILTER = "filters documents by {}"


def queries(call: Call) -> Iterator[Sink]:
    """The expressions of DynamoDB that a call writes, and MongoDB's filters."""
    if call.receiver is None:
        return
    if call.name in _FILTERED and origin_name(call.receiver).startswith(_MONGO):
        value = call.argument(1 if call.name == "distinct" else 0, "filter")
        yield from _sink(_FILTER, value)
        return
    asked = operation(call)
    if asked is not None and asked.service == "dynamodb":
        for name in _EXPRESSIONS:
            yield from _sink(f"puts {{}} into its {name}", asked.argument(name))


# ------------------------------------------------------------------------------------------------------------ HTML


def html(value: Value) -> Iterator[Sink]:
    """The body of a response of HTML."""
    for each in options(value):
        if isinstance(each, Mapping) and (body := each.entries.get("body")) is not None and _is_html(each):
            yield Sink(body, "answers with HTML that holds {} unescaped")


def _is_html(response: Mapping) -> bool:
    for name in ("headers", "multiValueHeaders"):
        for headers in options(response.entries.get(name) or Constant(None)):
            for header, value in headers.entries.items() if isinstance(headers, Mapping) else ():
                if header.lower() == "content-type" and all(map(_says_html, options(value))):
                    return True
    return False


def _says_html(value: Value) -> bool:
    match value:
        case Constant(str(text)):
            return text.lower().startswith("text/html")
        case Sequence(items=[first, *_]):
            return _says_html(first)
        case _:
            return False

