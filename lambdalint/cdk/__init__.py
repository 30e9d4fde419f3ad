"""Apps of the AWS CDK, read from their source: what their programs would be synthesised to.

The program of an app is followed as handlers are, and never run; what it makes of the CDK's classes becomes resources
at the places of its calls. Where the app was synthesised, the output is judged if it is as new as the source, and the
source says where its constructs are written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from lambdalint.code.reader import Reader
from lambdalint.source import Sources, Span
from lambdalint.templates import unread
from lambdalint.templates.apart import apart
from lambdalint.templates.method_paths import with_paths
from lambdalint.templates.resource import Deployment

if TYPE_CHECKING:
    from lambdalint.cdk.app import App

_FUNCTION = "AWS::Lambda::Function"
_BACKEND = "amplify/backend.ts"
"""Where the program of a backend of Amplify's second generation stands."""
_NO_PROGRAM = "its program is not here: each of its stacks is checked as if it were made once, with what is not known"


def read(
    sources: Sources,
    paths: Sequence[str],
    reader: Reader,
    outputs: Sequence[Deployment] = (),
    asked: Callable[[str], bool] = lambda _: False,
) -> Iterator[Deployment]:
    """What the apps among the files at `paths` deploy.

    `outputs` are what those of them deploy that were synthesised, or whose tests keep templates: of an app either these
    are what it deploys, or its source is. `asked` says whether the user named what was synthesised to a directory.
    """
    for path, made in apps(paths, outputs).items():
        yield from of_app(sources, path, made, reader, asked)


def apps(paths: Sequence[str], outputs: Sequence[Deployment]) -> dict[str, list[Deployment]]:
    """The apps among some files, each with what of `outputs` was synthesised of it."""
    found: dict[str, list[Deployment]] = {}
    for each in outputs:
        found.setdefault(each.app, []).append(each)
    for path in paths:
        if path.rpartition("/")[2] == "cdk.json" or path == _BACKEND or path.endswith(f"/{_BACKEND}"):
            found.setdefault(path, [])
    return found


def of_app(
    sources: Sources, path: str, outputs: Sequence[Deployment], reader: Reader, asked: Callable[[str], bool]
) -> Iterator[Deployment]:
    """What the app of a cdk.json deploys."""
    from lambdalint.cdk.app import app, backend  # most projects have no such apps, nor the settings of Node.js

    found = backend(sources, path) if path.endswith(_BACKEND) else app(sources, path)
    made = None if found is None else deployment(found, reader)
    deploys = made is not None and any(each.type == _FUNCTION for each in made.resources)
    if outputs:
        from lambdalint.cdk.choice import chosen  # most apps are not synthesised

        yield from chosen(path, outputs, made if deploys else None, reader, asked)
    elif made is not None and deploys:
        yield made
    elif found is not None and found.amplify:
        if made is None:
            yield from unread.amplify(sources, path)
    elif found is not None and made is None:
        why = f"is written in {found.language}, which is not read" if found.language else "is not synthesised"
        yield Deployment(path, "cdk", (), notes=((Span.top(path), f"{why}: run `cdk synth`, then check cdk.out"),))


def deployment(found: App, reader: Reader) -> Deployment | None:
    """What an app deploys, as far as its program tells; None where that is not followed."""
    from lambdalint.cdk.synthesis import synthesised
    from lambdalint.programs.places import Places

    entry = found.entry
    notes: tuple[tuple[Span, str], ...] = ()
    if entry is None and not found.language:
        from lambdalint.cdk import standin  # most apps have their programs

        entry = standin.program(found.sources, found.path)
        notes = ((Span.top(found.path), _NO_PROGRAM),)
    program = None if entry is None else reader.program(entry, found.home)
    made = None if program is None else synthesised(found, program, Places(reader.module))
    if program is None or made is None:
        return None
    resources = apart(with_paths(made.finished()))
    if notes and not any(each.type == _FUNCTION for each in resources):
        return None
    dialect = "amplify" if found.amplify else "cdk"
    return Deployment(found.path, dialect, resources, notes=notes, program=(found.path, *program.paths))
