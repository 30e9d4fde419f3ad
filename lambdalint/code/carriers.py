"""What carries a text on: functions and methods whose result holds what they were given, as it was.

Names are as imports resolve them. What is not named here ends the way of a text.
"""

from __future__ import annotations

PARSING = frozenset({
    "js:JSON.parse",
    "json.loads", "json.load", "simplejson.loads", "simplejson.load", "ujson.loads", "orjson.loads", "rapidjson.loads",
    "yaml.safe_load", "yaml.load", "xmltodict.parse", "ast.literal_eval", "demjson3.decode",
})  # fmt: skip
"""Functions that make objects of a text: items of their result are items within the text."""

KEEPING = frozenset({
    "js:String", "js:Buffer.from", "js:decodeURIComponent", "js:decodeURI", "js:unescape", "node:querystring.unescape",
    "npm:@aws-sdk/util-dynamodb.unmarshall", "@aws-sdk/util-dynamodb.unmarshall", "node:buffer.Buffer.from", "js:atob",
    "js:URLSearchParams", "node:url.URLSearchParams",
    "node:querystring.parse", "node:querystring.decode", "npm:qs.parse", "npm:query-string.parse",
    "node:zlib.gunzipSync", "node:zlib.inflateSync", "node:zlib.unzipSync", "js:Array.from", "npm:lodash.get",
    "builtins.list", "builtins.tuple", "builtins.set", "builtins.frozenset", "builtins.sorted", "builtins.reversed",
    "builtins.iter", "builtins.next", "builtins.dict", "builtins.str", "builtins.bytes", "builtins.bytearray",
    "copy.copy", "copy.deepcopy", "base64.b64decode", "base64.urlsafe_b64decode", "base64.standard_b64decode",
    "base64.decodebytes", "binascii.a2b_base64", "binascii.unhexlify", "zlib.decompress", "gzip.decompress",
    "bz2.decompress", "lzma.decompress", "io.BytesIO", "io.StringIO", "io.TextIOWrapper", "gzip.GzipFile",
    "codecs.decode", "urllib.parse.unquote", "urllib.parse.unquote_plus", "urllib.parse.parse_qs",
    "urllib.parse.parse_qsl", "urllib.parse.unquote_to_bytes", "html.unescape", "typing.cast", "urllib.request.Request",
})  # fmt: skip
"""Functions that give their first argument, decoded or held in another way."""

URLS = frozenset({"js:URL", "node:url.URL", "node:url.parse"})
HOSTS = frozenset({"hostname", "host", "origin", "href"})
"""What makes an object of a URL, and the attributes of that which say where the URL leads."""

CARRYING = frozenset({
    "js:JSON.stringify", "node:util.inspect", "node:util.format", "node:path.normalize",
    "builtins.repr", "builtins.format", "json.dumps", "simplejson.dumps", "csv.reader", "csv.DictReader",
    "itertools.chain", "textwrap.dedent", "textwrap.indent", "builtins.zip", "builtins.max",
    "builtins.min", "string.Template", "re.split", "urllib.parse.urljoin",
    "sqlalchemy.text", "sqlalchemy.sql.text", "sqlalchemy.sql.expression.text", "sqlalchemy.DDL", "sqlmodel.text",
    "psycopg.sql.SQL", "psycopg2.sql.SQL", "psycopg2.sql.Composed", "psycopg.sql.Composed",
    "markupsafe.Markup", "flask.Markup", "django.utils.safestring.mark_safe", "ast.parse", "ast.unparse",
    "astor.to_source", "black.format_str", "autopep8.fix_code", "sqlparse.format", "sqlparse.split",
    "markdown.markdown", "string.capwords", "unicodedata.normalize", "shlex.split", "itertools.islice",
    "os.path.normpath", "os.path.abspath", "os.path.realpath", "os.path.expanduser", "os.path.expandvars", "os.fspath",
})  # fmt: skip
"""Functions that make something else of their arguments, with their text in it."""

TREES = frozenset({"ast.parse"})
"""Functions that make a tree of a program, in which whoever walks through it may find what must not be there."""

WALKING = frozenset({
    "ast.walk", "ast.iter_child_nodes", "ast.iter_fields", "visit", "generic_visit", "ast.NodeVisitor.visit",
    "ast.NodeTransformer.visit",
})  # fmt: skip
"""Functions and methods that walk through such a tree."""

UNQUOTING = frozenset({
    "js:decodeURIComponent", "js:decodeURI", "js:unescape", "node:querystring.unescape", "replaceAll",
    "urllib.parse.unquote_plus", "urllib.parse.unquote", "urllib.parse.unquote_to_bytes", "urllib.unquote_plus",
    "urllib.unquote", "requests.utils.unquote", "replace",
})  # fmt: skip
"""What makes the key of an S3 object of the text in the event; `replace` of whoever does it by hand."""

UNQUOTING_HALF = frozenset({
    "js:decodeURIComponent", "js:decodeURI", "js:unescape",
    "urllib.parse.unquote", "urllib.parse.unquote_to_bytes", "urllib.unquote", "requests.utils.unquote",
})  # fmt: skip
"""What does so but for blanks: it leaves the `+` that stands for each."""

DECODING = ("npm:@middy/event-normalizer", "npm:@middy/s3-key-normalizer", "@aws-lambda-powertools/parser")
"""What decodes the keys in an event before the handler gets it."""

CONTENTS = frozenset({"io.BytesIO", "io.StringIO", "io.TextIOWrapper", "gzip.GzipFile"})
"""What is read like a file, and names none."""

MODELS = (
    "aws_lambda_powertools.utilities.parser", "aws_lambda_powertools.utilities.validation.validator",
    "@aws-lambda-powertools/parser", "@aws-lambda-powertools/validation", "npm:@middy/validator",
)  # fmt: skip
"""What holds the event against a model before the handler gets it."""

BASENAMES = frozenset({
    "os.path.basename", "posixpath.basename", "ntpath.basename", "node:path.basename", "node:path.posix.basename",
    "node:path/posix.basename",
})  # fmt: skip
"""Functions that give the last part of a path: it leads nowhere else, but may be anything in a command."""

JOINING = frozenset({
    "os.path.join", "posixpath.join", "pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath", "pathlib.PurePosixPath",
    "node:path.join", "node:path.resolve", "node:path.posix.join", "node:path.posix.resolve", "node:path/posix.join",
    "node:path/posix.resolve",
})  # fmt: skip
"""Functions that join their arguments into a path."""

TEXTS = frozenset({
    "builtins.str", "strip", "lower", "upper", "decode", "tempfile.mkdtemp", "js:String", "toString", "trim",
    "toLowerCase", "toUpperCase", "node:os.tmpdir",
})  # fmt: skip
"""What gives a text, and nothing that a key could be looked up in."""

LOOKING_UP = frozenset({"get", "pop", "setdefault", "getlist", "get_header_value", "get_query_string_value"})
"""Methods of a key and a default that give an item."""

KEEPING_METHODS = frozenset({
    "copy", "decode", "encode", "read", "getvalue", "strip", "lstrip", "rstrip", "lower", "upper", "casefold", "title",
    "capitalize", "swapcase", "getbuffer", "to_dict",
    "toString", "trim", "trimStart", "trimEnd", "toLowerCase", "toUpperCase", "toLocaleLowerCase", "toLocaleUpperCase",
    "normalize", "valueOf",
})  # fmt: skip
"""Methods that give what they are called on, decoded or written in another way."""

CARRYING_METHODS = frozenset({
    "split", "rsplit", "splitlines", "partition", "rpartition", "items", "values", "keys", "removeprefix",
    "removesuffix", "zfill", "ljust", "rjust", "center", "expandtabs", "readlines", "readline", "iter_lines",
    "as_posix", "with_suffix", "absolute", "expanduser", "resolve",
    "slice", "substring", "substr", "padStart", "padEnd", "flat",
})  # fmt: skip
"""Methods that give parts of what they are called on, or more than it."""

FILLING_METHODS = frozenset({
    "format", "format_map", "join", "replace", "substitute", "safe_substitute", "joinpath", "replaceAll", "concat",
})  # fmt: skip
"""Methods that fill their arguments into what they are called on."""

CHANGING = CARRYING | BASENAMES | CARRYING_METHODS | FILLING_METHODS | JOINING
"""What makes another text: a test of that says nothing of the whole."""

CLEAN_PARTS = frozenset({"name", "stem", "suffix", "suffixes"})
"""Attributes of a `pathlib` path that cannot lead elsewhere by what stands in its last part."""

REQUESTS = ("flask.request.", "bottle.request.")
"""Names under which a framework keeps the request that it made of the event."""
