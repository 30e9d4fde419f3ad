"""Properties that are set from outside: of resources as they stand (`CfnFunction`), and of those of other constructs.

https://docs.aws.amazon.com/cdk/v2/guide/cfn-layer.html
"""

from __future__ import annotations

from lambdalint.cdk import methods
from lambdalint.cdk.assembly import Assembly, Made, Override
from lambdalint.cdk.constructs import Construct
from lambdalint.cdk.names import camel
from lambdalint.cdk.props import argument
from lambdalint.cdk.table import plain
from lambdalint.code.value import Call, Constant, Member, Result, Value
from lambdalint.source import Span
from lambdalint.templates.value import Mapping, Unknown


def override(assembly: Assembly, call: Call, receiver: Value) -> bool:
    """Set what a call sets of a resource; False where it sets nothing that is known, or that of nothing that is."""
    name = camel(call.name)
    if call.name != "=" and name != "addMetadata" and not methods.overrides(name):
        return False
    match receiver:
        case Member(of, "cfnOptions" | "cfn_options") if call.name == "=":
            meant = _resource(assembly, of)
            return _set_some(assembly, of, call) if meant is None else _set_option(assembly, meant, call)
    resource = _resource(assembly, receiver)
    key = argument(call, 0, "path") or argument(call, 0, "key")
    if resource is None or call.open or not isinstance(key, Constant) or not isinstance(key.value, str):
        return False
    span = assembly.head(call.span)
    if call.name == "=":
        prop = camel(key.value)
        found = plain.value_of(assembly, prop, call.arguments[1], span)
        return _put(assembly, resource, (plain.capital(prop),), found, span)
    value = assembly.values.value(argument(call, 1, "value"), span)
    if name == "addMetadata":
        return _tell(assembly, resource, {key.value: value})
    path = tuple(each.replace("\0", ".") for each in key.value.replace("\\.", "\0").split("."))
    if "Property" not in name:
        if path[0] != "Properties":
            # Of its attributes, such as UpdatePolicy, no other than these decides what it is.
            return path[0] not in ("Type", "Condition")
        path = path[1:]
    return _put(assembly, resource, path, None if "Delet" in name else value, span)


def _put(assembly: Assembly, resource: Construct, path: tuple[str, ...], value: Made, span: Span) -> bool:
    if not path:
        return False
    if assembly.uncertain or any(each.isdigit() for each in path):
        path, value = path[:1], Unknown(span, "overridden", optional=True)
    assembly.drafts[resource.resource].overrides.append(Override(path, value, span))
    return True


def _set_some(assembly: Assembly, resource: Value, call: Call) -> bool:
    """The same of a resource that may be one of several: none of its properties is another."""
    match call.arguments:
        case (Constant("metadata"), _):
            pass
        case _:
            for each in assembly.constructs.reached(resource):
                if each.resource:
                    assembly.drafts[each.resource].uncertain = True
    return True


def _set_option(assembly: Assembly, resource: Construct, call: Call) -> bool:
    """`resource.cfnOptions.metadata = {…}` and its like."""
    match call.arguments:
        case (Constant("metadata"), given):
            found = assembly.values.value(given, assembly.head(call.span))
            return _tell(assembly, resource, dict(found.entries) if isinstance(found, Mapping) else {})
        case (Constant("condition"), _):
            assembly.drafts[resource.resource].uncertain = True
    return True


def _tell(assembly: Assembly, resource: Construct, found: dict[str, Made]) -> bool:
    if not assembly.uncertain:
        assembly.drafts[resource.resource].metadata.update(found)
    return True


def _resource(assembly: Assembly, receiver: Value) -> Construct | None:
    """The construct of whose main resource a value is: `construct.node.defaultChild`, or a resource as it stands."""
    match receiver:
        case Member(Member(of, "node"), str(key)) if camel(key) == "defaultChild":
            found = assembly.constructs.find(of)
        case Result(call) if camel(call.name) in ("findChild", "tryFindChild") and call.arguments:
            match call.receiver, call.arguments[0]:
                case Member(of, "node"), Constant("Resource"):
                    found = assembly.constructs.find(of)
                case _:
                    return None
        case _:
            found = assembly.constructs.find(receiver)
            if found is None or not plain.type_of(found.kind):
                return None
    return found if found is not None and found.resource else None
