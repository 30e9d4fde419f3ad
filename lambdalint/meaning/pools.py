"""Pools of database connections, and how many connections they may open."""

from __future__ import annotations

from lambdalint.code.facts import Handler
from lambdalint.code.value import Call, Constant, Mapping, Value, options
from lambdalint.records import dataclass

_MOST = {
    "aiomysql.create_pool": (1, "maxsize"), "aiopg.create_pool": (-1, "maxsize"),
    "asyncpg.create_pool": (-1, "max_size"),
    "cx_Oracle.SessionPool": (4, "max"), "dbutils.pooled_db.PooledDB": (4, "maxconnections"),
    "DBUtils.PooledDB.PooledDB": (4, "maxconnections"),
    "motor.motor_asyncio.AsyncIOMotorClient": (-1, "maxPoolSize"), "mysql.connector.connect": (-1, "pool_size"),
    "mysql.connector.pooling.MySQLConnectionPool": (0, "pool_size"), "oracledb.create_pool": (-1, "max"),
    "oracledb.create_pool_async": (-1, "max"), "oracledb.SessionPool": (-1, "max"),
    "playhouse.pool.PooledMySQLDatabase": (1, "max_connections"),
    "playhouse.pool.PooledPostgresqlDatabase": (1, "max_connections"),
    "playhouse.pool.PooledPostgresqlExtDatabase": (1, "max_connections"),
    "psycopg2.pool.PersistentConnectionPool": (1, "maxconn"), "psycopg2.pool.SimpleConnectionPool": (1, "maxconn"),
    "psycopg2.pool.ThreadedConnectionPool": (1, "maxconn"), "psycopg_pool.AsyncConnectionPool": (-1, "max_size"),
    "psycopg_pool.ConnectionPool": (-1, "max_size"), "pymongo.AsyncMongoClient": (-1, "maxPoolSize"),
    "pymongo.MongoClient": (-1, "maxPoolSize"), "pymongo.mongo_client.MongoClient": (-1, "maxPoolSize"),
}  # fmt: skip
"""What makes a pool, with the position (-1: none) and the name of the argument that bounds its connections."""

_OPTIONS = {
    "npm:pg.Pool": "max", "npm:pg-pool": "max", "npm:postgres": "max", "npm:mysql.createPool": "connectionLimit",
    "npm:mysql2.createPool": "connectionLimit", "npm:mysql2/promise.createPool": "connectionLimit",
    "npm:mariadb.createPool": "connectionLimit", "npm:mongodb.MongoClient": "maxPoolSize",
    "npm:mongodb.MongoClient.connect": "maxPoolSize", "npm:mongoose.connect": "maxPoolSize",
    "npm:mongoose.createConnection": "maxPoolSize", "npm:knex": "pool.max", "npm:knex.knex": "pool.max",
    "npm:sequelize.Sequelize": "pool.max", "npm:sequelize": "pool.max", "npm:typeorm.DataSource": "extra.max",
    "npm:typeorm.createConnection": "extra.max", "npm:mssql.connect": "pool.max",
    "npm:mssql.ConnectionPool": "pool.max", "npm:oracledb.createPool": "poolMax",
}  # fmt: skip
"""What makes a pool in JavaScript, with the option that bounds its connections: in whichever object it is given."""

_ENGINES = frozenset({
    "sqlalchemy.create_engine", "sqlalchemy.engine.create_engine", "sqlalchemy.ext.asyncio.create_async_engine",
    "sqlalchemy.pool.QueuePool", "sqlmodel.create_engine",
})  # fmt: skip
"""SQLAlchemy's: up to `pool_size` connections are kept, and up to `max_overflow` more are opened.

https://docs.sqlalchemy.org/en/20/core/pooling.html#sqlalchemy.pool.QueuePool
"""
_OVERFLOW = 10

_AT_ONCE = ("concurrent.futures.", "threading.Thread", "multiprocessing.", "asyncio.gather", "asyncio.create_task",
            "asyncio.TaskGroup", "asyncio.ensure_future", "asyncio.wait", "anyio.create_task_group",
            "trio.open_nursery", "joblib.", "gevent.", "js:Promise.all", "npm:p-map", "npm:p-limit", "npm:p-queue",
            "npm:async.")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pool:
    """A pool that may open more than one connection."""

    most: int
    """How many connections it may open."""
    how: str
    """The arguments that say so, as they are written: `pool_size=5, max_overflow=2`."""


def pool(call: Call) -> Pool | None:
    """The pool that a call makes; None where it makes none, or none that is told to open more than one connection."""
    if call.receiver is not None:
        return None
    if call.name in _ENGINES:
        return _of_engine(call)
    if call.name in _OPTIONS:
        return _by_option(call, _OPTIONS[call.name])
    position, name = _MOST.get(call.name, (-1, ""))
    most = _number(call.argument(position, name)) if name else None
    return None if most is None or most < 2 else Pool(most, f"{name}={most}")


def _by_option(call: Call, path: str) -> Pool | None:
    for given in call.arguments:
        # Of the options of several stages, those that let it open the fewest.
        each = [_option(one, path.split(".")) for one in options(given)]
        known = [most for most in each if most is not None]
        if known:
            most = min(known)
            return None if most < 2 or len(known) < len(each) else Pool(most, f"{path}: {most}")
    return None


def _option(given: Value, path: list[str]) -> int | None:
    found: Value | None = given
    for key in path:
        found = found.entries.get(key) if isinstance(found, Mapping) else None
    return _number(found)


def _of_engine(call: Call) -> Pool | None:
    size, overflow = _number(call.argument(-1, "pool_size")), _number(call.argument(-1, "max_overflow"))
    if "poolclass" in call.keywords or size is None:
        return None
    if "max_overflow" not in call.keywords:
        return (
            None if size < 2 else Pool(size + _OVERFLOW, f"pool_size={size}, and max_overflow={_OVERFLOW} by default")
        )
    if overflow is None or size == 0 or overflow < 0:
        return None
    return Pool(size + overflow, f"pool_size={size}, max_overflow={overflow}") if size + overflow > 1 else None


def _number(value: Value | None) -> int | None:
    match value:
        case Constant(int(number)) if not isinstance(number, bool):
            return number
        case _:
            return None


def works_at_once(handler: Handler) -> bool:
    """Whether a handler starts threads, processes or tasks, which may each need a connection."""
    return any(call.name.startswith(_AT_ONCE) for call in handler.calls if call.receiver is None)
