"""What a tool that deploys tells the code of what it is linked to: `Resource.Orders.name` of SST.

https://sst.dev/docs/reference/sdk/#resource
"""

from __future__ import annotations

from lambdalint.code.value import Imported, Value

_RESOURCE = ("npm:sst.Resource.", "npm:sst/resource.Resource.")


def linked(value: Value | None) -> tuple[str, str] | None:
    """The component that a value is an attribute of, and that attribute; None where it is none."""
    match value:
        case Imported(name) if name.startswith(_RESOURCE):
            component, _, attribute = name.partition("Resource.")[2].partition(".")
            return (component, attribute) if component and attribute else None
        case _:
            return None
