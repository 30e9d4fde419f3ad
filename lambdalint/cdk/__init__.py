"""Apps of the AWS CDK, read from their source: what their programs would be synthesised to.

The program of an app is followed as handlers are, and never run; what it makes of the CDK's classes becomes resources
at the places of its calls.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lambdalint.cdk.app import App, app
from lambdalint.code.reader import Reader
from lambdalint.source import Sources, Span
from lambdalint.templates.cdk import assembly as output
from lambdalint.templates.resource import Deployment

_FUNCTION = "AWS::Lambda::Function"


def read(sources: Sources, paths: Sequence[str], reader: Reader) -> Iterator[Deployment]:
    """What the apps among the files at `paths` deploy that were not synthesised."""
    missing: list[str] = []
    for path in paths:
        if path.rpartition("/")[2] != "cdk.json" or any(output.synthesised(sources, path)):
            continue
        found = app(sources, path)
        if found is None:
            continue
        made = deployment(found, reader)
        if made is None:
            missing.append(path)
        elif any(each.type == _FUNCTION for each in made.resources):
            yield made
    if missing:
        first, *rest = missing
        others = f", nor {'is' if len(rest) == 1 else 'are'} {len(rest)} more" if rest else ""
        note = f"is not synthesised{others}: run `cdk synth`, then check cdk.out"
        yield Deployment(first, "cdk", (), notes=((Span.top(first), note),))


def deployment(found: App, reader: Reader) -> Deployment | None:
    """What an app deploys, as far as its program tells; None where that is not followed."""
    from lambdalint.cdk.places import Places  # most projects have no such apps
    from lambdalint.cdk.synthesis import synthesised

    program = None if found.entry is None else reader.program(found.entry)
    made = None if program is None else synthesised(found, program, Places(reader.module))
    if program is None or made is None:
        return None
    return Deployment(found.path, "cdk", made.finished(), paths=(found.path, *program.paths))
