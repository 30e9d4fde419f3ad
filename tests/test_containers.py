"""Container images: what a Dockerfile puts where, and which one builds a function's image."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from lambdalint.code.containers import Contained, Containers
from lambdalint.code.dockerfile import built
from lambdalint.code.repository import Held, Repository
from lambdalint.source import Span, Texts
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Known, Sequence, Unknown, Value
from lambdalint.templates.value import Mapping as MappingValue

DEFINED = "def handler(event, context): pass\n"
CMD = 'CMD ["app.handler"]\n'


def find(
    files: Mapping[str, str], image: str, command: str = "", others: int = 0, *further: str
) -> Contained | tuple[str, ...]:
    """The handler of the function `one` of infra/main.tf, whose image_uri is an expression; `further` are the commands
    of other functions."""
    text = f"image_uri = {image}"
    span = Span("infra/main.tf", 1, 13, 1, len(text) + 1)
    uri: Value = Known(image.strip('"'), span) if image.startswith('"') else Unknown(span)
    given: dict[str, Value] = {"Code": MappingValue({"ImageUri": uri}, span, {})}

    def function(name: str, command: str) -> Resource:
        config = {"Command": Sequence((Known(command, span),), span)}
        own = {**given, "ImageConfig": MappingValue(config, span, {})} if command else given
        return Resource("AWS::Lambda::Function", name, MappingValue(own, span, {}), span, span, label=name)

    functions = [function(name, command) for name in ("one", *(f"other{number}" for number in range(others)))]
    functions += [function(each, each) for each in further]
    repository = Repository(Texts({"infra/main.tf": text, **files}))
    return Containers(repository).find(functions[0], functions)


def test_a_dockerfile_may_be_written_in_small_letters() -> None:
    files = {"fns/backup/dockerfile": f"COPY . .\n{CMD}", "fns/backup/app.py": DEFINED, "fns/orders/app.py": DEFINED}
    files["fns/orders/Dockerfile"] = files["fns/backup/dockerfile"]
    found = find(files, '"repository/shop-backup:latest"', others=1)
    assert isinstance(found, Contained)
    assert found.path == "fns/backup/app.py"


@pytest.mark.parametrize(
    ("dockerfile", "said"),
    [
        ("FROM x AS made\nCOPY ./shop ./shop\nRUN cp -r shop /f\nFROM y\nCOPY --from=made /f .", "shop.orders.handler"),
        ("FROM x\nRUN pip install shop", None),
        ("FROM public.ecr.aws/lambda/nodejs:22\nCOPY ./shop ./shop", None),
    ],
)
def test_a_package_that_a_dockerfile_takes_further_steps_with_has_what_its_image_runs(
    dockerfile: str, said: str | None
) -> None:
    span = Span("infra/main.tf", 1, 1, 1, 2)
    given = MappingValue({"PackageType": Known("Image", span)}, span, {})
    function = Resource("AWS::Lambda::Function", "one", given, span, span, label="one")
    files = {"docker/Dockerfile": f'{dockerfile}\nCMD ["shop.orders.handler"]\n', "infra/main.tf": ""}
    assert Containers(Repository(Texts(files))).said(function) == said


def contained(found: Contained | tuple[str, ...]) -> Contained:
    assert isinstance(found, Contained), found
    return found


@pytest.mark.parametrize(
    ("dockerfile", "path", "roots"),
    [
        ("FROM x\nCOPY . .", "fn/app.py", ("fn",)),
        ("FROM x\nCOPY app.py ${LAMBDA_TASK_ROOT}/", "fn/app.py", ("fn",)),
        ("FROM x\nCOPY src/*.py ./", "fn/src/app.py", ("fn/src",)),
        ("FROM x\nCOPY requirements.txt \\\n  # more\n  src/app.py $LAMBDA_TASK_ROOT", "fn/src/app.py", ("fn/src",)),
        ("FROM x\nCOPY fn/src .\nCOPY ./shared/src/common ./common", "fn/src/app.py", ("fn/src", "shared/src")),
        ('ARG D=/function\nFROM x\nWORKDIR ${D}\nADD ["src", "${D}"]', "fn/src/app.py", ("fn/src",)),
        (
            "FROM x AS made\nCOPY src /made\nFROM y\nCOPY --from=made /made ${LAMBDA_TASK_ROOT}",
            "fn/src/app.py",
            ("fn/src",),
        ),
        ("FROM x AS base\nCOPY src .\nFROM base AS last\nRUN true", "fn/src/app.py", ("fn/src",)),
        ("FROM x AS base\nCOPY old .\nFROM y\nCOPY src .", "fn/src/app.py", ("fn/src",)),
    ],
)
def test_a_handler_is_where_its_image_copies_it_from(dockerfile: str, path: str, roots: tuple[str, ...]) -> None:
    files = {path: DEFINED, "shared/src/common/names.py": "", "fn/old/app.py": "", "fn/requirements.txt": ""}
    found = contained(find({"fn/Dockerfile": f"{dockerfile}\n{CMD}", **files}, "var.image_uri"))
    assert (found.path, found.function, found.roots) == (path, "handler", roots)
    assert found.evidence == "fn/Dockerfile is the one Dockerfile, and it the one image"


@pytest.mark.parametrize(
    ("image", "command", "path"),
    [
        ("var.orders_image_uri", "", "fns/orders/app.py"),
        ("aws_ecr_repository.order-intake.repository_url", "", "fns/order_intake/app.py"),
        ('"1.dkr.ecr.eu-west-1.amazonaws.com/acme-orders:3"', "", "fns/orders/app.py"),
        ("var.image_uri", "ledger_report.handler", "fns/ledger/ledger_report.py"),
    ],
)
def test_an_image_is_built_where_its_name_or_its_command_leads(image: str, command: str, path: str) -> None:
    files = {
        **{f"fns/{name}/Dockerfile": f"COPY . .\n{CMD}" for name in ("orders", "order_intake", "ledger")},
        **{f"fns/{name}/app.py": DEFINED for name in ("orders", "order_intake", "ledger")},
        "fns/ledger/ledger_report.py": DEFINED,
    }
    assert contained(find(files, image, command)).path == path


@pytest.mark.parametrize(
    ("files", "image", "command", "others"),
    [
        # Two of one name, two of none, another language's, a test's, another function's perhaps.
        ({"a/orders/Dockerfile": CMD, "b/orders/Dockerfile": CMD}, "var.orders_image_uri", "", 0),
        ({"a/Dockerfile": CMD, "b/Dockerfile": CMD}, "var.image_uri", "", 0),
        ({"a/Dockerfile": f"FROM public.ecr.aws/lambda/nodejs:22\n{CMD}"}, "var.image_uri", "", 0),
        ({"tests/a/Dockerfile": CMD}, "var.image_uri", "", 0),
        ({"a/Dockerfile": CMD}, "var.image_uri", "", 1),
        ({"a/Dockerfile": CMD}, "var.image_uri", "other.handler", 0),
        ({"a/Dockerfile": CMD.replace("app.handler", "app.main")}, "var.image_uri", "", 0),
        ({"a/Dockerfile": "CMD app.handler"}, "var.image_uri", "", 0),
    ],
)
def test_an_image_that_may_be_another_is_none(files: Mapping[str, str], image: str, command: str, others: int) -> None:
    code = {f"{path.removesuffix('Dockerfile')}app.py": DEFINED for path in files}
    assert not isinstance(find({**files, **code}, image, command, others), Contained)


@pytest.mark.parametrize(
    "begins",
    ["FROM public.ecr.aws/lambda/python:3.13", 'FROM python:3.13\nENTRYPOINT ["python", "-m", "awslambdaric"]'],
)
def test_the_one_image_of_functions_is_that_of_all_which_have_the_same(begins: str) -> None:
    files = {
        "Dockerfile": f"{begins}\nCOPY . .\n{CMD}",
        "app.py": DEFINED,
        "web/Dockerfile": 'CMD ["python", "web.py"]\n',
    }
    found = contained(find(files, "image_of(repository)", others=2))
    assert (found.path, found.evidence) == (
        "app.py",
        "Dockerfile is the one Dockerfile that runs functions, and they have one image",
    )


@pytest.mark.parametrize(("other", "held"), [("give.handler", True), ("away.handler", False)])
def test_one_dockerfile_that_holds_the_handlers_of_all_images_is_that_of_all(other: str, *, held: bool) -> None:
    files = {
        "Dockerfile": f"FROM public.ecr.aws/lambda/python:3.13\nCOPY . .\n{CMD}",
        "take.py": DEFINED,
        "give.py": DEFINED,
    }
    found = find(files, "var.image", "take.handler", 0, other)
    assert isinstance(found, Contained) is held


@pytest.mark.parametrize(
    "text", ["", "FROM", "COPY", "COPY a", "COPY <<E /x\nE", 'CMD ["a"', "CMD {}", "COPY --from=x a b"]
)
def test_what_is_no_dockerfile_copies_nothing(text: str) -> None:
    image = built(text)
    assert (image.copies, image.command) == ((), None)


@pytest.mark.parametrize(
    ("path", "home", "counts"),
    [
        ("src/Dockerfile", ".", True),
        ("src/Dockerfile", "src", True),
        ("src/Dockerfile", "../orders", False),
        ("../shared/Dockerfile", "../orders", True),
        ("../billing/src/Dockerfile", "../orders", False),
        ("../billing/src/Dockerfile", "../billing/infra", True),
        ("../shared/tests/Dockerfile", "../orders", False),
        ("../tests/orders/Dockerfile", "../tests/orders", True),
    ],
)
def test_a_file_counts_where_no_other_project_lies_between_wherever_the_run_starts(
    path: str, home: str, counts: bool
) -> None:
    assert Held({}, frozenset({".", "../billing"})).counts(path, home) is counts
