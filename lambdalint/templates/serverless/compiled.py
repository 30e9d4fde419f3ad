"""The resources of a service: its own, and those that the framework makes of the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from lambdalint.records import replace
from lambdalint.source import Source, Span
from lambdalint.templates.cloudformation import nested
from lambdalint.templates.cloudformation.files import Files
from lambdalint.templates.cloudformation.plain import plain
from lambdalint.templates.method_paths import with_paths
from lambdalint.templates.resource import Deployment, Resource
from lambdalint.templates.serverless import api, constructs, pull, push
from lambdalint.templates.serverless.beside import beside, layers
from lambdalint.templates.serverless.events import Spelling, events, spelt_out
from lambdalint.templates.serverless.function import function
from lambdalint.templates.serverless.misplaced import misplaced
from lambdalint.templates.serverless.offline import is_called_local, is_set_up_for_it, runs_offline
from lambdalint.templates.serverless.roles import role_of, roles
from lambdalint.templates.serverless.service import Service, overridden
from lambdalint.templates.serverless.unsupported import unsupported
from lambdalint.templates.serverless.variables import Variables
from lambdalint.templates.value import Mapping

_EVENTS: dict[str, Spelling] = {**pull.SPELLINGS, **push.SPELLINGS, **api.SPELLINGS}


def compiled(source: Source, root: Mapping, variables: Variables, files: Files) -> Deployment:
    """What a service deploys."""
    # What the service declares may refer to what the framework makes, and the other way round.
    first = Service(source, root, variables, files, {})
    made = {resource.name: resource.type for resource in _made(first)}
    service = Service(source, root, variables, files, made)
    unreadable: list[tuple[Span, str]] = []
    found = with_paths(
        (
            *_overridden(service, _made(service)),
            *(plain(service.stack, logical_id) for logical_id in service.declared() if logical_id not in made),
            *nested(service.stack, unreadable),
        )
    )
    owners = tuple(service.owners())
    called = is_called_local(service)
    offline = not called and runs_offline(service, owners)
    return Deployment(
        source.path,
        "serverless",
        found,
        (*variables.unreadable, *unreadable),
        tuple(dict.fromkeys((*variables.paths, *service.stack.tally))),
        local=called or (offline and is_set_up_for_it(service, owners)),
        offline=offline,
        misplaced=tuple(dict.fromkeys(misplaced(service))),
        unsupported=tuple(dict.fromkeys(unsupported(service, files))),
        outputs=dict(service.stack.given()),
    )


def _made(service: Service) -> list[Resource]:
    """What the framework makes, each name once: several events share what stands for an API or a bucket."""
    found: dict[str, Resource] = {}
    twice: Counter[str] = Counter()
    for resource in _each(service):
        if resource.name not in found:
            found[resource.name] = resource
        elif not resource.generated:
            twice[resource.name] += 1
            name = f"{resource.name}{twice[resource.name] + 1}"
            found[name] = replace(resource, name=name)
    return list(found.values())


def _each(service: Service) -> Iterator[Resource]:
    owners = [*service.owners(), *constructs.workers(service)]
    for owner in owners:
        yield function(owner, role_of(owner))
        yield from beside(owner)
        for event in events(owner):
            yield from spelt_out(event, _EVENTS)
    yield from roles(service, owners)
    yield from layers(service)
    yield from api.authorizers(service)
    yield from constructs.queues(service)
    yield from constructs.state_machines(service)


def _overridden(service: Service, made: Iterable[Resource]) -> Iterator[Resource]:
    changes: dict[str, list[tuple[Mapping, bool]]] = {}
    for logical_id, properties, deeply in service.extensions():
        changes.setdefault(logical_id, []).append((properties, deeply))
    for resource in made:
        yield overridden(resource, changes[resource.name]) if resource.name in changes else resource
