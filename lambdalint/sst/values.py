"""From the values in the program of an app to those of a template."""

from __future__ import annotations

from collections.abc import Callable

from lambdalint.cdk.values import Values
from lambdalint.code.value import Call, Constant, Imported, Mapping, Member, Result, Value
from lambdalint.data import sst as facts
from lambdalint.patterns import pattern
from lambdalint.records import dataclass
from lambdalint.source import Span
from lambdalint.templates import value as template
from lambdalint.templates.value import HIDDEN, Known, Reference, Unknown

_LENGTH = pattern(r"(\d+) (second|minute|hour|day)s?")
_SIZE = pattern(r"(\d+(?:\.\d+)?) (MB|GB)")
_TEXTS = ("js:$interpolate", "npm:@pulumi/pulumi.interpolate")


@dataclass(slots=True)
class SstValues(Values):
    """As an app of the CDK has them, but for components and Pulumi's way to put texts together."""

    def _attribute(self, of: Value, key: str, span: Span) -> template.Value:
        construct = self.constructs.find(of)
        if construct is not None:
            attribute = facts.ATTRIBUTES.get(construct.kind, {}).get(key)
            if construct.resource and attribute is not None:
                return Reference(construct.resource, attribute, span)
            return Unknown(span, f"secret{HIDDEN}" if construct.kind == "Secret" else key)
        match of:
            case Imported(name):
                return Unknown(span, f"{name.removeprefix('js:')}.{key}")
            case Result(call) | Member(Result(call)):
                return Unknown(span, call.name.removeprefix("js:") or key)
        return Unknown(span, "the app's program")

    def _named(self, name: str, span: Span) -> template.Value:
        return Unknown(span, name or "the app's program")

    def _result(self, call: Call, span: Span) -> template.Value:
        if call.name in _TEXTS and call.arguments:
            return self.value(call.arguments[0], span) or Unknown(span, "$interpolate")
        found = self.constructs.find(Result(call))
        if found is not None and found.resource:
            return Reference(found.resource, "", span)
        return Unknown(span, call.name.removeprefix("js:") or "the app's program")

    def length(self, given: Value | None, span: Span) -> template.Value | None:
        """A duration, in seconds."""
        return _counted(given, span, _seconds)

    def size(self, given: Value | None, span: Span) -> template.Value | None:
        """An amount of memory, in mebibytes."""
        return _counted(given, span, _mebibytes)


def _counted(given: Value | None, span: Span, count: Callable[[str], int | None]) -> template.Value | None:
    match given:
        case None:
            return None
        case Constant(str(text)):
            found = count(text)
            return Unknown(span, text) if found is None else Known(found, span)
        case _:
            return Unknown(span, "the app's program")


def _seconds(text: str) -> int | None:
    found = _LENGTH.fullmatch(text.strip())
    return None if found is None else int(found[1]) * facts.SECONDS[found[2]]


def _mebibytes(text: str) -> int | None:
    found = _SIZE.fullmatch(text.strip())
    return None if found is None else int(float(found[1]) * facts.MEBIBYTES[found[2]])


def places(given: Value | None) -> dict[str, Span]:
    """Where the entries of an object are written."""
    return dict(given.places) if isinstance(given, Mapping) else {}
