"""SQL, and the queries of DynamoDB and MongoDB.

Sources: PEP 249 and the documentation of the drivers, boto3's reference; the documentation of pg, mysql2, Knex,
Sequelize, Prisma, Drizzle, the drivers of MongoDB and Mongoose for JavaScript.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lambdalint.code.idioms import origin_name
from lambdalint.code.value import Call, Constant, Mapping, Value, origins
from lambdalint.meaning import sdk
from lambdalint.meaning.operations import operation
from lambdalint.meaning.sinks import Sink, sink
from lambdalint.patterns import pattern

_KINDS = "|".join((
    "table", "database", "schema", "user", "role", "view", "materialized", "index", "extension", "external", "temp",
    "temporary", "unique", "or", "function", "sequence",
))  # fmt: skip
_STATEMENT = pattern(
    r"^\s*(?:--[^\n]*\n\s*)*\(?\s*(?:select\s|insert\s+(?:ignore\s+)?into\b|update\s+(?:$|\S+\s+set\b)"
    r"|delete\s+from\b|replace\s+into\b|merge\s+into\b|with\s+\w+\s+as\s*\(|truncate\s+table\b|msck\s+repair\b|unload\s*\("
    rf"|(?:create|drop|alter)\s+(?:{_KINDS})\b|grant\s+(?:all|select|usage|create)\b|revoke\s+(?:all|select|create)\b)",
    re.IGNORECASE,
)
"""How a statement begins that nothing but SQL begins like."""
_QUERY_METHODS = frozenset({
    "execute", "executemany", "executescript", "exec_driver_sql", "execute_sql", "fetch", "fetchrow", "fetchval",
    "query", "run", "raw", "scalar", "scalars", "copy_expert", "execute_async", "prepare", "read_sql",
    "read_sql_query", "$queryRawUnsafe", "$executeRawUnsafe", "unsafe", "whereRaw", "havingRaw", "orderByRaw",
    "joinRaw",
})  # fmt: skip
"""Methods of cursors, connections and sessions whose first argument is SQL."""
_QUERY_FUNCTIONS = {
    "pandas.read_sql": (0, "sql"), "pandas.read_sql_query": (0, "sql"), "polars.read_database": (0, "query"),
    "awswrangler.athena.read_sql_query": (0, "sql"), "awswrangler.athena.start_query_execution": (0, "sql"),
    "awswrangler.redshift.read_sql_query": (0, "sql"), "awswrangler.mysql.read_sql_query": (0, "sql"),
    "awswrangler.postgresql.read_sql_query": (0, "sql"), "awswrangler.data_api.rds.read_sql_query": (0, "sql"),
    "psycopg2.extras.execute_values": (1, "sql"), "psycopg2.extras.execute_batch": (1, "sql"),
    "duckdb.sql": (0, "query"), "duckdb.query": (0, "query"), "duckdb.execute": (0, "query"),
    **{
        f"npm:{name}": (0, "sql")
        for name in ("sequelize.literal", "sequelize.Sequelize.literal", "drizzle-orm.sql.raw",
                     "@prisma/client.Prisma.raw")
    },
}  # fmt: skip
_QUERY_OPERATIONS = {
    ("rds-data", "execute_statement"): "sql", ("rds-data", "batch_execute_statement"): "sql",
    ("rds-data", "execute_sql"): "sqlStatements", ("redshift-data", "execute_statement"): "Sql",
    ("redshift-data", "batch_execute_statement"): "Sqls", ("athena", "start_query_execution"): "QueryString",
    ("timestream-query", "query"): "QueryString", ("s3", "select_object_content"): "Expression",
    ("dynamodb", "execute_statement"): "Statement", ("dynamodb", "batch_execute_statement"): "Statements",
}  # fmt: skip
"""Operations that take SQL or PartiQL, and the parameter."""
_NO_SQL = (
    "pymongo.", "motor.", "mongoengine.", "redis", "pymemcache.", "elasticsearch.", "opensearchpy.", "npm:mongo",
    "npm:redis", "npm:ioredis", "npm:@elastic", "npm:@opensearch", "npm:neo4j",
)  # fmt: skip
_DATABASES = frozenset(name for name in sdk.CONNECTIONS if not name.startswith(_NO_SQL)) | {
    "sqlite3.connect", "duckdb.connect", "aiosqlite.connect", "sqlalchemy.orm.Session", "npm:sqlite3.Database",
    "npm:better-sqlite3", "npm:serverless-mysql", "npm:@planetscale/database.connect", "npm:data-api-client",
}  # fmt: skip
"""What gives connections that only execute SQL."""

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
        if isinstance(given, Mapping):
            # `query({ text, values })`: the values are bound.
            given = next((given.entries[name] for name in ("text", "sql") if name in given.entries), None)
        if given is not None and (is_sql(given) or origin_name(call.receiver) in _DATABASES):
            value = given
    yield from sink(_SQL, value)


_SQL_NAMES = ("statement", "sql", "operation", "query", "stmt")


def is_sql(value: Value) -> bool:
    """Whether a value is a text that begins as a statement of SQL."""
    return any(
        isinstance(each, Constant) and isinstance(each.value, str) and _STATEMENT.match(each.value) is not None
        for each in origins(value)
    )


_EXPRESSIONS = ("KeyConditionExpression", "FilterExpression", "ConditionExpression", "UpdateExpression",
                "ProjectionExpression")  # fmt: skip
_MONGO = ("pymongo.", "motor.", "npm:mongodb.", "npm:mongoose.")
_FILTERED = frozenset({
    "find", "find_one", "find_one_and_update", "find_one_and_replace", "find_one_and_delete", "update_one",
    "update_many", "replace_one", "delete_one", "delete_many", "count_documents", "count", "remove", "update",
    "find_raw_batches", "distinct", "findOne", "findOneAndUpdate", "findOneAndReplace", "findOneAndDelete", "updateOne",
    "updateMany", "replaceOne", "deleteOne", "deleteMany", "countDocuments",
})  # fmt: skip
_FILTER = "filters documents by {}"


def queries(call: Call) -> Iterator[Sink]:
    """The expressions of DynamoDB that a call writes, and MongoDB's filters."""
    if call.receiver is None:
        return
    if call.name in _FILTERED and origin_name(call.receiver).startswith(_MONGO):
        value = call.argument(1 if call.name == "distinct" else 0, "filter")
        yield from sink(_FILTER, value)
        return
    asked = operation(call)
    if asked is not None and asked.service == "dynamodb":
        for name in _EXPRESSIONS:
            yield from sink(f"puts {{}} into its {name}", asked.argument(name))
