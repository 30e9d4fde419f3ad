"""Where calls write, what they log, and what clauses note: the tables and facts behind the rules about them."""

import pytest
from test_evaluate import follow

from lambdalint.code.value import options
from lambdalint.meaning import files, logs

IMPORTS = """
import gzip, logging, os, shutil, tarfile, tempfile, urllib.request, zipfile
from pathlib import Path
import boto3
s3 = boto3.client("s3")
bucket = boto3.resource("s3").Bucket("orders")
"""


def targets(line: str) -> list[tuple[str, bool] | None]:
    """Where one line of a handler writes, and whether that is the whole path; None where it is not known."""
    handler = follow(f"{IMPORTS}\ndef handler(event, context):\n    {line}\n")
    values = [files.target(call) for call in handler.calls]
    places = [files.written(each) for value in values if value is not None for each in options(value)]
    return [None if place is None else (place.path, place.whole) for place in places]


class TestFiles:
    @pytest.mark.parametrize(
        ("line", "path", "whole"),
        [
            ('open("a.txt", "w")', "/var/task/a.txt", True),
            ('open(file="../a.txt", mode="x")', "/var/a.txt", True),
            ('open(f"/tmp/{event}", "ab")', "/tmp", False),
            ('open(f"/tmp/a-{event}", "r+")', "/tmp", False),
            ('open("/tmp/" + event["a"], "w")', "/tmp", False),
            ('open("/tmp/%s" % event["a"], "w")', "/tmp", False),
            ('open(os.path.join("/data", "a", event["b"]), "w")', "/data/a", False),
            ('open(os.path.dirname(__file__) + "/a.txt", "w")', "/var/task", False),
            ('(Path(__file__).resolve().parent / "a.txt").write_text("b")', "/var/task", False),
            ('gzip.open("/opt/a.gz", "wt")', "/opt/a.gz", True),
            ('zipfile.ZipFile("a.zip", "w")', "/var/task/a.zip", True),
            ('tarfile.open("/tmp/a.tar").extractall()', "/var/task", True),
            ('zipfile.ZipFile(event["a"]).extract("b", "/tmp/c")', "/tmp/c", True),
            ('shutil.unpack_archive("/tmp/a.zip")', "/var/task", True),
            ('shutil.copy("/tmp/a", "b")', "/var/task/b", True),
            ('urllib.request.urlretrieve(event["url"], "/srv/a")', "/srv/a", True),
            ('s3.download_file("orders", "key", "/tmp/a")', "/tmp/a", True),
            ('s3.download_file(Bucket="orders", Key="key", Filename="a")', "/var/task/a", True),
            ('bucket.download_file("key", "/tmp/a")', "/tmp/a", True),
            ('bucket.Object("key").download_file("/tmp/a")', "/tmp/a", True),
            ('Path("a").write_text("b")', "/var/task/a", True),
            ('(Path("/tmp") / "a" / event["b"]).write_bytes(b"")', "/tmp/a", False),
            ('Path("/tmp", "a").open("w")', "/tmp/a", True),
            ('Path("/tmp").joinpath("a").touch()', "/tmp/a", True),
            ('Path("/tmp/a").rename("b")', "/var/task/b", True),
            ('os.mkdir("/tmp/a")', "/tmp/a", True),
        ],
    )
    def test_a_path_is_known_as_far_as_it_is_spelt_out(self, line: str, path: str, whole: bool) -> None:
        assert targets(line) == [(path, whole)]

    @pytest.mark.parametrize(
        "line",
        [
            'open(event["a"], "w")',
            'open(f"{event}/a", "w")',
            'open("/" + event["a"], "w")',
            'open(os.environ["FOLDER"] + "/a", "w")',
            'open(os.path.join(event["a"], "b"), "w")',
            'open(tempfile.mktemp(), "w")',
            'event["frame"].to_csv("s3://orders/a.csv")',
            'zipfile.ZipFile("/tmp/a").extractall(event["a"])',
        ],
    )
    def test_other_paths_are_not(self, line: str) -> None:
        assert targets(line) == [None]

    @pytest.mark.parametrize(
        "line",
        [
            'open("a.txt")',
            'open("a.txt", "rb")',
            'open("a.txt", event["mode"])',
            'os.makedirs("a", exist_ok=True)',
            'Path("a").mkdir(exist_ok=True)',
            'Path("a").read_text()',
            '"a/b".replace("/", "_")',
            'tarfile.open("/tmp/a.tar", "r:xz")',
            'event["chat"].download_file("F12345")',
            'event["frame"].to_csv()',
        ],
    )
    def test_what_writes_no_named_file_has_no_target(self, line: str) -> None:
        assert targets(line) == []


class TestLogs:
    @pytest.mark.parametrize(
        ("line", "shows"),
        [
            ("print(event)", True),
            ('print("a", "%s" % event)', True),
            ("logging.warning(repr(event))", True),
            ('logging.getLogger(__name__).info("a", extra={"b": [event]})', True),
            ("logging.getLogger(__name__).debug(event)", False),
            ('print(event["a"], len(event))', False),
            ("print(context)", False),
            ("s3.put_object(Body=str(event))", False),
            ('open("/tmp/a", "w").write(str(event))', False),
        ],
    )
    def test_an_event_is_shown_where_the_whole_is_logged(self, line: str, shows: bool) -> None:
        handler = follow(f"{IMPORTS}\ndef handler(event, context):\n    {line}\n")
        assert any(logs.shows_event(value) for call in handler.calls for value in logs.line(call)) == shows

    @pytest.mark.parametrize(
        ("line", "lost"),
        [
            ('logging.basicConfig(level="info")', "level"),
            ("logging.basicConfig(level=10, force=False)", "level"),
            ('logging.basicConfig(level=getattr(logging, "DEBUG"))', "level"),
            ('logging.basicConfig(level=os.environ["LEVEL"])', "level"),
            ("logging.basicConfig(level=logging.ERROR)", "level"),
            ("logging.basicConfig(level=logging.WARNING, format='%(message)s')", "format"),
            ("logging.basicConfig(level=30)", None),
            ("logging.basicConfig()", None),
            ("logging.basicConfig(level=10, force=True)", None),
            ("logging.basicConfig(**event)", None),
        ],
    )
    def test_what_is_lost_of_an_ignored_configuration(self, line: str, lost: str | None) -> None:
        handler = follow(f"{IMPORTS}\ndef handler(event, context):\n    {line}\n")
        assert [logs.configuration(call) for call in handler.calls if call.name == "logging.basicConfig"] == [lost]

    @pytest.mark.parametrize(
        ("line", "changes"),
        [
            ('event["a"] = 1', True),
            ('shown = {**event}; shown["a"] = 1', False),
            ('shown = event.copy(); shown["a"]["b"] = 1', True),
            ('del event["a"]', True),
            ('print(event["a"])', False),
        ],
    )
    def test_a_handler_may_change_its_event(self, line: str, changes: bool) -> None:
        assert follow(f"def handler(event, context):\n    {line}\n").changes_event == changes


class TestClauses:
    @pytest.mark.parametrize(
        ("clause", "goes_on"),
        [
            ("failed.append(record)", True),
            ("failed += [record]; continue", True),
            ("failed.append(record); break", False),
            ("return failed", False),
            ("raise", False),
        ],
    )
    def test_a_loop_goes_on_where_a_clause_lets_it(self, clause: str, goes_on: bool) -> None:
        handler = follow(f"""
            def handler(event, context):
                failed = []
                for record in event["Records"]:
                    try:
                        print(record)
                    except Exception:
                        {clause}
                return failed
        """)
        assert [each.goes_on for each in handler.catches] == [goes_on]

    def test_it_does_not_go_on_as_before_where_it_asks_what_was_noted(self) -> None:
        handler = follow("""
            def handler(event, context):
                stop = False
                for record in event["Records"]:
                    if stop:
                        continue
                    try:
                        print(record)
                    except Exception:
                        stop = True
        """)
        assert [each.goes_on for each in handler.catches] == [False]

    def test_what_a_clause_changes_is_known(self) -> None:
        handler = follow("""
            def handler(event, context):
                failed, done = [], []
                for record in event["Records"]:
                    try:
                        done.append(record)
                    except Exception:
                        failed.append(record)
                if failed:
                    raise RuntimeError(failed)
        """)
        [clause], [thrown] = handler.catches, handler.raises
        assert clause.changes == thrown.tested


class TestEnvironment:
    def test_writes_are_known_with_the_tests_around_them(self) -> None:
        handler = follow("""
            import os
            os.putenv("A", "1")
            os.environ.update({"B": "2"}, C="3")
            def handler(event, context):
                if "D" not in os.environ:
                    os.environ["D"] = event["d"]
        """)
        written = [(each.name, each.phase, len(each.tested)) for each in handler.environment_writes]
        assert written == [("A", "init", 0), ("B", "init", 0), ("C", "init", 0), ("D", "invocation", 1)]

    def test_to_ask_whether_a_variable_is_there_is_to_read_it(self) -> None:
        handler = follow("""
            import os
            LOCAL = "A" not in os.environ
            def handler(event, context):
                return os.environ["B"]
        """)
        assert [(each.name, each.optional) for each in handler.environment] == [("A", True), ("B", False)]
