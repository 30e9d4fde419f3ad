"""What the code of a function names by the components that it is linked to."""

from __future__ import annotations

from lambdalint.code.value import Value
from lambdalint.data import sst
from lambdalint.meaning.linked import linked
from lambdalint.model.deployed import Deployed
from lambdalint.source import Span
from lambdalint.templates.value import Reference

_ATTRIBUTES = {kind: sst.ATTRIBUTES[component] for component, kind in sst.TYPES.items() if component in sst.ATTRIBUTES}


def of_link(project: Deployed, value: Value | None, span: Span) -> Reference | None:
    """The attribute of a resource that a value of code is, whose component it names; None where it is none."""
    found = linked(value)
    resource = None if found is None else project.resource(found[0])
    if found is None or resource is None:
        return None
    attribute = _ATTRIBUTES.get(resource.type, {}).get(found[1])
    return None if attribute is None else Reference(resource.name, attribute, span)
