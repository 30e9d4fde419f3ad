"""What calls mean to AWS's SDKs and to database drivers: which client a call makes, which connection it opens."""

from __future__ import annotations

from collections.abc import Iterable

from lambdalint.code.facts import Handler, is_static
from lambdalint.code.idioms import client_class, origin_name
from lambdalint.code.value import (
    EACH,
    ENTERED,
    KEPT,
    Call,
    Choice,
    Constant,
    Environment,
    Mapping,
    Member,
    Piece,
    Result,
    Value,
    options,
    origins,
)
from lambdalint.data import sdk as tables
from lambdalint.records import dataclass

_SESSIONS = frozenset({
    "boto3.Session", "boto3.session.Session", "aioboto3.Session", "aioboto3.session.Session",
    "botocore.session.Session", "botocore.session.get_session", "aiobotocore.session.get_session",
    "aiobotocore.session.AioSession", "aiobotocore.get_session",
})  # fmt: skip
_CLIENTS = {
    "boto3.client": "client", "boto3.resource": "resource", "aioboto3.client": "client",
    "aioboto3.resource": "resource",
}  # fmt: skip
_OF_SESSION = {"client": "client", "create_client": "client", "resource": "resource"}

IDENTITY = ("region_name", "endpoint_url", "aws_access_key_id", "aws_secret_access_key", "aws_session_token",
             "profile_name", "botocore_session", "aws_account_id", "credentials")  # fmt: skip
"""What makes one client different from another of the same service."""

SERVICES = {
    "apigateway": "API Gateway", "athena": "Athena", "bedrock": "Bedrock", "bedrock-runtime": "Bedrock Runtime",
    "cloudformation": "CloudFormation", "cloudwatch": "CloudWatch", "cognito-idp": "Cognito", "dynamodb": "DynamoDB",
    "ec2": "EC2", "ecs": "ECS", "events": "EventBridge", "firehose": "Firehose", "glue": "Glue", "iam": "IAM",
    "kinesis": "Kinesis", "kms": "KMS", "lambda": "Lambda", "logs": "CloudWatch Logs", "rds": "RDS",
    "rds-data": "RDS Data", "rekognition": "Rekognition", "s3": "S3", "scheduler": "EventBridge Scheduler",
    "secretsmanager": "Secrets Manager", "ses": "SES", "sesv2": "SES", "sns": "SNS", "sqs": "SQS", "ssm": "SSM",
    "stepfunctions": "Step Functions", "sts": "STS", "textract": "Textract",
}  # fmt: skip
"""AWS's names of services, by the SDK's."""


@dataclass(frozen=True, slots=True)
class Client:
    """A client, resource or session that a call makes."""

    kind: str
    """`client`, `resource` or `session`."""
    service: str
    """The SDK's name of the service; "" for a session, or where it is not spelt out."""
    shared: bool
    """Whether one of it would do for every event: its region, endpoint and credentials are the same for all."""


def client(call: Call) -> Client | None:
    """The client that a call makes; None where it makes none."""
    try:
        made = call.makes
    except AttributeError:  # It is asked of every call, and again for all that is done with a client.
        made = call.keep_made(_client(call))
    return made if isinstance(made, Client) else None


def _client(call: Call) -> Client | None:
    session: Value | None = None
    if call.receiver is None and call.name in _SESSIONS:
        return Client("session", "", _is_shared(call, ()))
    if call.receiver is None and call.name in _CLIENTS:
        kind = _CLIENTS[call.name]
    elif call.name in _OF_SESSION and call.receiver is not None and origin_name(call.receiver) in _SESSIONS:
        kind, session = _OF_SESSION[call.name], call.receiver
    elif call.receiver is None and (called := client_class(call.name)):
        return Client("client", tables.service(called), _is_shared(call, ()))
    else:
        return None
    service = call.argument(0, "service_name")
    shared = _is_shared(call, (1,)) and (service is None or is_static(service))
    for each in () if session is None else origins(session):
        if isinstance(each, Result) and each.call.name in _SESSIONS:
            shared = shared and _is_shared(each.call, ())
    match service:
        case Constant(str(name)):
            return Client(kind, name, shared)
        case _:
            return Client(kind, "", shared)


def shares_connections(call: Call) -> bool:
    """Whether a client costs next to nothing: all of version 2 for JavaScript share one agent and their credentials.

    https://docs.aws.amazon.com/sdk-for-javascript/v2/developer-guide/node-reusing-connections.html
    """
    return call.name.startswith(("aws-sdk.", "aws-sdk/"))


def _is_shared(call: Call, positions: tuple[int, ...]) -> bool:
    if call.open:
        return False
    # boto3.Session takes credentials and the region by position, clients only the region.
    given = call.arguments
    if call.name not in _SESSIONS:
        given = tuple(given[position] for position in positions if position < len(given))
    identity = (*given, *(call.keywords[name] for name in IDENTITY if name in call.keywords))
    return all(
        _is_own(value) or (is_static(value) and _is_settled(value) and not _is_element(value)) for value in identity
    )


_OWN = frozenset({"fromEnv", "fromNodeProviderChain", "defaultProvider"})
"""Functions that find the credentials which the environment has, as a client does by itself.

https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/Package/-aws-sdk-credential-providers/
"""


def _is_own(value: Value) -> bool:
    """Whether a value is the function's own credentials."""
    match value:
        case Result(Call(name=name, receiver=None, arguments=())):
            package, _, maker = name.rpartition(".")
            return maker in _OWN and "@aws-sdk/credential-provider" in package
        case _:
            return False


def _is_settled(value: Value) -> bool:
    return not isinstance(value, Choice) or value.settled


def _is_element(value: Value) -> bool:
    """Whether a value is one of several that a loop goes through."""
    return any(isinstance(each, Member) and each.key == EACH for each in origins(value))


_POSTGRES, _MYSQL, _MONGO, REDIS = (
    "a PostgreSQL connection",
    "a MySQL connection",
    "a MongoDB client",
    "a Redis client",
)

CONNECTIONS = {
    "npm:pg.Client": _POSTGRES, "npm:pg.Pool": "a PostgreSQL connection pool",
    "npm:pg-promise": _POSTGRES, "npm:postgres": "a PostgreSQL connection pool",
    "npm:mysql.createConnection": _MYSQL, "npm:mysql.createPool": "a MySQL connection pool",
    "npm:mysql2.createConnection": _MYSQL, "npm:mysql2.createPool": "a MySQL connection pool",
    "npm:mysql2/promise.createConnection": _MYSQL, "npm:mysql2/promise.createPool": "a MySQL connection pool",
    "npm:serverless-mysql": _MYSQL,
    "npm:mongodb.MongoClient": _MONGO, "npm:mongodb.MongoClient.connect": _MONGO,
    "npm:mongoose.connect": "a MongoDB connection", "npm:mongoose.createConnection": "a MongoDB connection",
    "npm:ioredis": REDIS, "npm:ioredis.Redis": REDIS, "npm:ioredis.Cluster": REDIS,
    "npm:redis.createClient": REDIS, "npm:redis.createCluster": REDIS,
    "npm:knex": "a Knex connection pool", "npm:knex.knex": "a Knex connection pool",
    "npm:sequelize.Sequelize": "a Sequelize connection pool", "npm:sequelize": "a Sequelize connection pool",
    "npm:typeorm.DataSource": "a TypeORM connection pool", "npm:typeorm.createConnection": "a TypeORM connection",
    "npm:@prisma/client.PrismaClient": "a Prisma client",
    "npm:@opensearch-project/opensearch.Client": "an OpenSearch client",
    "npm:@elastic/elasticsearch.Client": "an Elasticsearch client",
    "npm:neo4j-driver.driver": "a Neo4j driver", "npm:mssql.connect": "an SQL Server connection",
    "psycopg.connect": _POSTGRES, "psycopg.Connection.connect": _POSTGRES, "psycopg.AsyncConnection.connect": _POSTGRES,
    "psycopg2.connect": _POSTGRES, "psycopg2.pool.SimpleConnectionPool": "a PostgreSQL connection pool",
    "psycopg2.pool.ThreadedConnectionPool": "a PostgreSQL connection pool",
    "psycopg_pool.ConnectionPool": "a PostgreSQL connection pool", "pg8000.connect": _POSTGRES,
    "pg8000.native.Connection": _POSTGRES, "pg8000.dbapi.connect": _POSTGRES, "asyncpg.connect": _POSTGRES,
    "asyncpg.create_pool": "a PostgreSQL connection pool", "aiopg.connect": _POSTGRES,
    "pymysql.connect": _MYSQL, "pymysql.connections.Connection": _MYSQL, "pymysql.Connect": _MYSQL,
    "pymysql.Connection": _MYSQL, "mysql.connector.connect": _MYSQL, "mysql.connector.MySQLConnection": _MYSQL,
    "mysql.connector.pooling.MySQLConnectionPool": "a MySQL connection pool", "MySQLdb.connect": _MYSQL,
    "aiomysql.connect": _MYSQL, "aiomysql.create_pool": "a MySQL connection pool",
    "pymssql.connect": "an SQL Server connection",
    "pyodbc.connect": "an ODBC connection", "oracledb.connect": "an Oracle connection",
    "oracledb.create_pool": "an Oracle connection pool", "cx_Oracle.connect": "an Oracle connection",
    "sqlalchemy.create_engine": "an SQLAlchemy engine", "sqlalchemy.engine.create_engine": "an SQLAlchemy engine",
    "sqlalchemy.ext.asyncio.create_async_engine": "an SQLAlchemy engine",
    "sqlmodel.create_engine": "an SQLAlchemy engine",
    "peewee.PostgresqlDatabase": _POSTGRES, "peewee.MySQLDatabase": _MYSQL,
    "mongoengine.connect": "a MongoDB connection", "pymongo.MongoClient": _MONGO,
    "pymongo.mongo_client.MongoClient": _MONGO,
    "pymongo.AsyncMongoClient": _MONGO, "motor.motor_asyncio.AsyncIOMotorClient": _MONGO,
    "redis.Redis": REDIS, "redis.StrictRedis": REDIS, "redis.from_url": REDIS, "redis.Redis.from_url": REDIS,
    "redis.StrictRedis.from_url": REDIS, "redis.client.Redis": REDIS, "redis.client.StrictRedis": REDIS,
    "redis.asyncio.Redis": REDIS, "redis.asyncio.from_url": REDIS, "redis.asyncio.Redis.from_url": REDIS,
    "redis.cluster.RedisCluster": REDIS, "redis.RedisCluster": REDIS, "rediscluster.RedisCluster": REDIS,
    "redis.ConnectionPool": "a Redis connection pool", "pymemcache.client.base.Client": "a Memcached client",
    "elasticsearch.Elasticsearch": "an Elasticsearch client",
    "elasticsearch.AsyncElasticsearch": "an Elasticsearch client",
    "opensearchpy.OpenSearch": "an OpenSearch client", "opensearchpy.AsyncOpenSearch": "an OpenSearch client",
    "opensearchpy.client.OpenSearch": "an OpenSearch client", "redshift_connector.connect": "a Redshift connection",
    "snowflake.connector.connect": "a Snowflake connection",
}  # fmt: skip
"""What calls open, by the name that imports give them."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection, pool or client of a database or cache that a call opens."""

    what: str
    """With its article: `a PostgreSQL connection`."""
    shared: bool
    """Whether it is the same for every event: nothing of it comes from the event."""


def connection(call: Call) -> Connection | None:
    """The connection that a call opens; None where it opens none."""
    what = CONNECTIONS.get(call.name) if call.receiver is None else None
    if what is None:
        return None
    given = (*call.arguments, *call.keywords.values())
    return Connection(what, not any(isinstance(each, Piece) for value in given for each in origins(value)))


_CLOSING = frozenset({
    "aclose", "close", "destroy", "disconnect", "$disconnect", "dispose", "end", "quit", "release", "terminate",
})  # fmt: skip
"""Methods that close a connection, or all of a pool."""


def takes_place(call: Call, handler: Handler) -> bool:
    """Whether a connection takes the place of one that was made at init, where something says that this is of no use
    any longer: a test of what is neither the event nor the configuration, or what was told to listen at init.

    So it is with one that is made where there is none yet, and that some events have made anew and kept.
    """
    kept = [each for each in handler.calls if each.once and each.span == call.span]
    elsewhere = bool(handler.routes) and all(each.trail[:1] != call.trail[:1] for each in kept)
    if kept and KEPT in call.asked and (call.conditional or elsewhere):
        return True
    made = [each for each in handler.calls if each.phase == "init" and each.name == call.name and _is_alike(each, call)]
    if not made:
        return False
    if call.trail and call.trail[0] != handler.span:
        return True
    asked = [each for test in call.tested for each in origins(test)]
    decided = any(isinstance(each, Environment) or (isinstance(each, Piece) and each.root == "event") for each in asked)
    return call.conditional and bool(call.tested) and not decided


def _is_alike(one: Call, other: Call) -> bool:
    """Whether two calls stand in one place, or are given the same."""
    if one.span == other.span:
        return True
    given = [(*each.arguments, *each.keywords.values()) for each in (one, other)]
    return (
        one.keywords.keys() == other.keywords.keys()
        and len(given[0]) == len(given[1])
        and all(map(_is_same, given[0], given[1]))
    )


def _is_same(one: Value, other: Value) -> bool:
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.entries.keys() == other.entries.keys() and all(
            _is_same(value, other.entries[name]) for name, value in one.entries.items()
        )
    return one == other


def is_closed(opened: Call, calls: Iterable[Call]) -> bool:
    """Whether the same invocation closes a connection that it opens: by a method, or at the end of a `with`."""
    # In psycopg2 it ends a transaction there, and stays open: https://www.psycopg.org/docs/usage.html#with-statement
    if ENTERED in opened.asked and not opened.name.startswith("psycopg2."):
        return True
    return any(
        (each.name in _CLOSING and each.receiver is not None and _is_of(each.receiver, opened))
        or (each.name.endswith("contextlib.closing") and any(_is_of(value, opened) for value in each.arguments))
        for each in calls
    )


def _is_of(value: Value, opened: Call) -> bool:
    """Whether a value is what a call opened, or a part of it: `db.$pool`."""
    return any(
        each.call.span == opened.span
        if isinstance(each, Result)
        else isinstance(each, Member) and _is_of(each.of, opened)
        for each in options(value)
    )
