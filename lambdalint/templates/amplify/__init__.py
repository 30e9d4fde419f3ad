"""Amplify's first generation: a backend of categories, whose resources have a template of CloudFormation each.

https://docs.amplify.aws/gen1/react/build-a-backend/functions/set-up-function/
"""

from __future__ import annotations

import collections.abc
from collections.abc import Iterator

from lambdalint.source import Sources
from lambdalint.templates.resource import Deployment
from lambdalint.templates.value import Scalar

_BACKEND = "backend/backend-config.json"


def read(
    sources: Sources, paths: collections.abc.Sequence[str], parameters: collections.abc.Mapping[str, Scalar]
) -> Iterator[Deployment]:
    """What the backends among the files at `paths` deploy, each told by its backend-config.json."""
    for path in paths:
        if path == _BACKEND or path.endswith(f"/{_BACKEND}"):
            from lambdalint.templates.amplify.backend import deployment  # most projects have no such backends

            made = deployment(sources, path, parameters)
            if made is not None:
                yield made
