"""Writes lambdalint/data/python_modules.json from the stdlib-list package that is installed.

python -m pip install --target /tmp/stdlib stdlib-list
PYTHONPATH=/tmp/stdlib python tools/python_modules.py
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import files, version
from pathlib import Path

PACKAGE = "stdlib-list"
VERSIONS = [f"3.{minor}" for minor in range(6, 15)]
TARGET = Path(__file__).parent.parent / "lambdalint" / "data" / "python_modules.json"

FORMER = {
    "BaseHTTPServer", "ConfigParser", "Cookie", "HTMLParser", "Queue", "SimpleHTTPServer", "SocketServer", "StringIO",
    "UserDict", "cPickle", "cStringIO", "cookielib", "copy_reg", "htmlentitydefs", "httplib", "robotparser", "rfc822",
    "sgmllib", "urllib2", "urlparse", "xmlrpclib",
}  # fmt: skip
"""Modules of Python 2 that nobody calls his own so."""

UNSURE = re.compile(
    r"_.*|xx.*|macurl2path|nt|(distutils|typing|xml\.parsers\.expat)\..*|(idlelib|lib|pyexpat|test|turtledemo)(\..*)?"
)
"""What the lists have in some versions, and lack in others, by the way that they were made."""


def main() -> None:
    lists = {path.stem: path for path in files(PACKAGE) or () if path.match("lists/*.txt")}
    present = {each: _public(lists[each].read_text().split()) for each in VERSIONS}
    every = sorted(set().union(*present.values()))
    former = sorted(FORMER & _public(lists["2.7"].read_text().split()) - {*every})
    data = {
        "source": f"https://pypi.org/project/{PACKAGE}/{version(PACKAGE)}/",
        "license": "MIT, Copyright (c) 2015 Jack Maney",
        "date": datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
        "versions": VERSIONS,
        "modules": [name for name in (*every, *former) if "." not in name],
        "added": dict(_changes(every, present, VERSIONS)),
        "removed": {
            **dict(_changes([each for each in every if "." not in each], present, VERSIONS[::-1])),
            **dict.fromkeys(former, "3.0"),
        },
    }
    TARGET.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def _public(names: Iterable[str]) -> set[str]:
    return {name for name in names if not any(part.startswith(("_", "test")) for part in name.split(".")[1:])}


def _changes(names: Iterable[str], present: Mapping[str, set[str]], versions: list[str]) -> Iterator[tuple[str, str]]:
    """The version that each module came with; or, from the newest version to the oldest, the first that lacks it."""
    forwards = versions == VERSIONS
    for name in names:
        known = [each for each in versions if name in present[each]]
        if known[0] != versions[0] and not UNSURE.fullmatch(name):
            yield name, known[0] if forwards else versions[versions.index(known[0]) - 1]


if __name__ == "__main__":
    main()
