"""What build scripts say of which directory goes into which archive."""

from __future__ import annotations

import pytest

from lambdalint.code.repository import Repository
from lambdalint.code.scripts import Packed, Uploaded, is_script, steps
from lambdalint.code.search import Match, Search, Wanted
from lambdalint.source import Texts

DEFINED = "def handler(event, context): pass\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("zip -r orders.zip services/orders", [("services/orders", "orders.zip")]),
        ("\t@cd services/orders && zip -qr ../../dist/orders.zip . -x 'tests/*'", [("services/orders", "orders.zip")]),
        ("cd orders\npip install -t . -r requirements.txt\nzip -r9 ../fn.zip *", [("orders", "fn.zip")]),
        ("run: (cd orders; zip ../fn.zip app.py names.py)", [("orders", "fn.zip"), ("orders", "fn.zip")]),
        ('cp -r "$ROOT/services/orders/." build/orders/', [("services/orders", "orders")]),
        ("rsync -a ${SRC}/orders \\\n  dist", [("orders", "dist")]),
        ("pip install --no-deps -t build/orders ./services/orders", [("services/orders", "orders")]),
        ("cd services && python -m pip install ./orders --target=../build", [("services/orders", "build")]),
        ("pip install -r ./orders/requirements.txt -t ./build requests", []),
        ("pip install ./orders", []),
        ("cd orders\n- zip fn.zip .", []),
        ("cd orders\nbuild:\n\tzip fn.zip .", []),
        ("cd orders && cd .. && zip fn.zip .", []),
        ("cp README.md dist", []),
        ("zip -r $NAME.zip orders", []),
        ("zip -r fn.zip $DIR", []),
        ("# cd orders && zip fn.zip .", []),
        ("echo zip -r fn.zip orders", []),
        ("gzip fn.zip orders; unzip fn.zip", []),
    ],
)
def test_what_a_script_says_in_plain_words_is_packed(text: str, said: list[tuple[str, str]]) -> None:
    assert [(each.directory, each.into) for each in steps(text) if isinstance(each, Packed)] == said


UPLOAD = "aws lambda update-function-code"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{UPLOAD} --function-name orders --zip-file fileb://dist/fn.zip", [("orders", "fn.zip")]),
        (f"\t@{UPLOAD} \\\n\t  --zip-file=fileb://fn.zip --function-name=shop-orders", [("shop-orders", "fn.zip")]),
        (f'- run: {UPLOAD} --function-name "$STAGE-orders" --zip-file "fileb://fn.zip"', [("orders", "fn.zip")]),
        ("aws lambda create-function --function-name orders --zip-file fileb://fn.zip", [("orders", "fn.zip")]),
        (
            f"{UPLOAD} --function-name arn:aws:lambda:x:1:function:orders --zip-file fileb://a.zip",
            [("orders", "a.zip")],
        ),
        (f"{UPLOAD} --function-name orders --s3-bucket code --s3-key fn.zip", []),
        (f"{UPLOAD} --function-name orders --zip-file fileb://$OUT.zip", []),
        (f"# {UPLOAD} --function-name orders --zip-file fileb://fn.zip", []),
        (f"echo {UPLOAD} --function-name orders --zip-file fileb://fn.zip", []),
    ],
)
def test_what_a_script_uploads(text: str, said: list[tuple[str, str]]) -> None:
    assert [(each.function, each.archive) for each in steps(text) if isinstance(each, Uploaded)] == said


SHIPPED = """\
cd services/a && zip -r ../../fn.zip . && cd ../..
aws lambda update-function-code --function-name $STAGE-orders --zip-file fileb://fn.zip
cd services/b && zip -r ../../fn.zip . && cd ../..
aws lambda update-function-code --function-name $STAGE-refunds --zip-file fileb://fn.zip
"""


@pytest.mark.parametrize(
    ("name", "path"), [("orders", "services/a/app.py"), ("shop-refunds", "services/b/app.py"), ("billing", None)]
)
def test_a_script_uploads_what_takes_the_place_of_a_placeholder(name: str, path: str | None) -> None:
    files = {"services/a/app.py": DEFINED, "services/b/app.py": DEFINED, "infra/main.tf": "", "deploy.sh": SHIPPED}
    repository = Repository(Texts(files))
    found = Search(repository, ("infra",), "placeholder.zip", (name,)).match(Wanted.python("app", "handler"))
    assert (found.path if isinstance(found, Match) else None) == path
    if isinstance(found, Match):
        assert found.evidence.startswith("deploy.sh uploads services/")


def test_a_script_uploads_what_is_called_like_its_archive() -> None:
    script = "aws lambda update-function-code --function-name nightly --zip-file fileb://dist/stock-report.zip"
    files = {"services/report/app.py": DEFINED, "services/b/app.py": DEFINED, "infra/main.tf": "", "deploy.sh": script}
    found = Search(Repository(Texts(files)), ("infra",), "", ("nightly",)).match(Wanted.python("app", "handler"))
    assert found == Match("services/report/app.py", "deploy.sh uploads stock-report.zip as nightly")


@pytest.mark.parametrize(
    ("path", "is_one"),
    [
        ("Makefile", True),
        ("svc/build.sh", True),
        (".github/workflows/deploy.yml", True),
        ("Taskfile.yml", True),
        ("svc/package.json", True),
        ("template.yaml", False),
        ("docs/build.md", False),
    ],
)
def test_scripts_are_known_by_their_names(path: str, is_one: bool) -> None:
    assert is_script(path) is is_one


@pytest.mark.parametrize("script", ["Makefile", ".github/workflows/deploy.yml", "infra/build.sh"])
def test_a_script_tells_which_directory_an_archive_is_made_of(script: str) -> None:
    files = {"services/a/app.py": DEFINED, "services/b/app.py": DEFINED, "infra/main.tf": ""}
    for directory, expected in (("services/b", "services/b/app.py"), ("services", None)):
        repository = Repository(Texts({**files, script: f"zip -r dist/worker.zip {directory}"}))
        found = Search(repository, ("infra",), "../dist/worker.zip", ()).match(Wanted.python("app", "handler"))
        assert (found.path if isinstance(found, Match) else None) == expected
        if isinstance(found, Match):
            assert found.evidence == f"{script} puts services/b into worker.zip"
