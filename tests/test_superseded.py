"""Templates that others have taken the place of."""

from lambdalint.model.superseded import Deploys, superseded
from lambdalint.source import Span
from lambdalint.templates.outline import Outline

READ, WRITE = Span.top("src/read.ts"), Span.top("src/write.ts")


def deploying(path: str, dialect: str, *found: tuple[str, Span]) -> tuple[Outline, Deploys]:
    return Outline(path, dialect), Deploys(tuple(name for name, _ in found), found, 0)


def test_a_backend_of_amplify_s_second_generation_supersedes_that_of_the_first() -> None:
    first = deploying("amplify/backend/backend-config.json", "amplify", ("read", READ))
    second = deploying("amplify/backend.ts", "amplify", ("write", WRITE))
    assert superseded([first, second]) == {"amplify/backend/backend-config.json"}
    assert not superseded([first, deploying("web/amplify/backend.ts", "amplify", ("write", WRITE))])
