"""From what an app's program knows of a value to what a template says."""

from __future__ import annotations

from collections.abc import Iterable

from lambdalint.cdk.app import App
from lambdalint.cdk.constructs import Construct, Constructs
from lambdalint.cdk.names import CORE, camel, canonical
from lambdalint.cdk.props import member, props
from lambdalint.code.evaluate.paths import path
from lambdalint.code.evaluate.spellings import spelling
from lambdalint.code.value import Call, Choice, Constant, Environment, Imported, Member, Result, Text, Value
from lambdalint.code.value import Mapping as MappingMade
from lambdalint.code.value import Sequence as SequenceMade
from lambdalint.code.value import Unknown as UnknownMade
from lambdalint.data import cdk as facts
from lambdalint.data.cdk_services import WITHIN
from lambdalint.records import dataclass
from lambdalint.source import Span
from lambdalint.templates import value as template
from lambdalint.templates.value import HIDDEN, Known, Mapping, Reference, Sequence, Unknown

PARAMETER = f"{CORE}.CfnParameter"
_PARTITION = "by default of AWS::Partition"


UNSEEN = UnknownMade()


@dataclass(slots=True)
class Values:
    """What the values in the program of an app are in a template."""

    app: App
    constructs: Constructs

    def value(self, given: Value | None, span: Span) -> template.Value | None:
        """A value in a template's words; None where it is not set."""
        match given:
            case None | Constant(None):
                return None
            case Constant(str() | bool() | int() | float() as scalar):
                return Known(scalar, span)
            case Text(parts):
                return self._text(parts, span)
            case Choice(several):
                return self._either(several, span)
            case Environment(name):
                return Unknown(span, f"environment variable {name}")
            case Imported(name):
                return self._named(canonical(name), span)
            case Member(of, str(key)):
                return self._attribute(of, key, span)
            case Result(Call(name="builtins.str" | "js:String", receiver=None, arguments=(only,))):
                return self._as_text(only, span)
            case Result(call):
                return self._result(call, span)
            case MappingMade():
                return self.mapping(given, span)
            case SequenceMade():
                return Sequence(tuple(self._item(each, span) for each in given.items), span, given.open)
            case _:
                return Unknown(span, "the app's program")

    def _as_text(self, given: Value, span: Span) -> template.Value:
        """A value that the program makes a text of: what only a deployment knows is one already."""
        match self.value(given, span):
            case Known(bool()) | None:
                return Unknown(span, "the app's program")
            case Known(value) as known:
                return known if isinstance(value, str) else Known(str(value), span)
            case found:
                return found

    def _item(self, given: Value, span: Span) -> template.Value:
        return self.value(given, span) or Unknown(span, "null")

    def mapping(self, given: MappingMade, span: Span) -> Mapping:
        """An object or dict, under the names that it has."""
        found = {name: self.value(each, given.places.get(name, span)) for name, each in given.entries.items()}
        entries = {name: each for name, each in found.items() if each is not None}
        keys = {name: given.places.get(name, span) for name in entries}
        return Mapping(entries, span, keys, given.open or given.rest is not None)

    def _either(self, several: Iterable[Value], span: Span) -> template.Value:
        found = [self.value(each, span) for each in several]
        first = found[0]
        if first is not None and all(each == first for each in found):
            return first
        whys = {each.why for each in found if isinstance(each, Unknown)}
        return Unknown(span, whys.pop() if len(whys) == 1 else "the app's program", optional=None in found)

    def _text(self, parts: Iterable[Value], span: Span) -> template.Value:
        found: list[Known | Reference | Unknown] = []
        for each in parts:
            match self.value(each, span):
                case Known(value) as known:
                    shown = known if isinstance(value, str) else Known(str(value), span)
                    match found[-1:]:
                        case [Known(before)]:
                            found[-1] = Known(f"{before}{shown.value}", span, known.origin)
                        case _:
                            found.append(shown)
                case template.Text(inner):
                    found.extend(inner)
                case Reference() as reference:
                    found.append(reference)
                case _:
                    found.append(Unknown(span, "the app's program"))
        match found:
            case [Known() as only]:
                return only
            case _:
                return template.Text(tuple(found), span)

    def _named(self, name: str, span: Span) -> template.Value:
        """What a member of an enumeration stands for, or another constant of the CDK."""
        kind, _, member = name.rpartition(".")
        if kind == "lambda.Runtime":
            runtime = facts.runtime(member)
            if member == "NODEJS_LATEST" and (version := self.app.version) is not None:
                runtime = facts.latest_node(version)
            if runtime is None and member.startswith("NODEJS"):
                # Which version it is the release of the CDK decides; whose it is is known.
                return template.Text((Known("nodejs", span), Unknown(span, member)), span)
            return Unknown(span, member) if runtime is None else Known(runtime, span)
        if name in (f"{CORE}.Aws.PARTITION", f"{CORE}.Aws.URL_SUFFIX"):
            return Known("aws" if member == "PARTITION" else "amazonaws.com", span, _PARTITION)
        found = facts.VALUES.get(kind, {}).get(member)
        return Unknown(span, name or "another library") if found is None else Known(found, span)

    # -------------------------------------------------------------------------------------------------- constructs

    def _attribute(self, of: Value, key: str, span: Span) -> template.Value:
        key = camel(key)
        match of:
            case Imported(name) if canonical(name):
                return self._named(f"{canonical(name)}.{key}", span)
            case Member(inner, "node") if key in ("id", "path"):
                node = self.constructs.find(inner)
                if node is not None and "?" not in node.path and "(unnamed" not in node.path:
                    return Known(node.id if key == "id" else node.path, span)
        construct = self.constructs.find(of)
        if construct is None:
            return Unknown(span, "the app's program")
        found = self.reference(construct, key, span)
        if found is not None:
            return found
        named = self.named(construct, key, span)
        if named is not None:
            return named
        if construct.kind == PARAMETER and key in ("valueAsString", "valueAsNumber"):
            default, hidden = (self.value(construct.props.get(each), span) for each in ("default", "noEcho"))
            if isinstance(default, Known):
                return Known(default.value, span, f"by default of parameter {construct.id}")
            is_hidden = isinstance(hidden, Known) and hidden.value is True
            return Unknown(span, f"parameter {construct.id}{HIDDEN if is_hidden else ''}")
        if key == "partition":
            return Known("aws", span, _PARTITION)
        return Unknown(span, key)

    def named(self, construct: Construct, key: str, span: Span) -> template.Value | None:
        """An attribute by which something was named that is there already."""
        for what, given in construct.added.get("named", ()):
            if construct.imported and key.endswith(what):
                return self.value(given, span) or Unknown(span, key)
        return None

    def reference(self, construct: Construct, key: str, span: Span) -> Reference | None:
        """What an attribute of a construct leads to."""
        if not construct.resource:
            return None
        if key == "ref":
            return Reference(construct.resource, "", span)
        if key.startswith("attr") and key[4:5].isupper():
            return Reference(construct.resource, WITHIN.get(key[4:], key[4:]), span)
        attribute = facts.ATTRIBUTES.get(construct.kind, {}).get(key)
        return None if attribute in (None, "?") else Reference(construct.resource, attribute or "", span)

    # --------------------------------------------------------------------------------------------------- functions

    def _result(self, call: Call, span: Span) -> template.Value:
        name = canonical(call.name)
        if name.startswith(f"{CORE}.Duration."):
            seconds = self.seconds(Result(call))
            return Unknown(span, name) if seconds is None else Known(seconds, span)
        if name == "lambda.Runtime" and call.arguments:
            return self.value(call.arguments[0], span) or Unknown(span, name)
        if name == f"{CORE}.Fn.join" and len(call.arguments) == 2:
            match call.arguments:
                case (between, SequenceMade(items=held, open=False)):
                    row = [part for each in held for part in (between, each)][1:]
                    return self._text(row, span)
        if call.receiver is not None and camel(call.name) == "arnForObjects" and len(call.arguments) == 1:
            bucket = self.constructs.find(call.receiver)
            if bucket is not None and bucket.kind == "s3.Bucket" and bucket.resource:
                arn = Reference(bucket.resource, "Arn", span)
                pattern = self.value(call.arguments[0], span)
                if isinstance(pattern, Known):
                    return template.Text((arn, Known(f"/{pattern.value}", span)), span)
        if name == f"{CORE}.Arn.format" or (call.receiver is not None and camel(call.name) == "formatArn"):
            return self._arn(call, span)
        if call.receiver is not None and camel(call.name) in ("tryGetContext", "getContext") and call.arguments:
            return self._context(call.arguments[0], span)
        if (found := spelling(call)) is not None:
            spelt = self.value(found[0], span)
            made = found[1](spelt.value) if isinstance(spelt, Known) and isinstance(spelt.value, str) else None
            return Unknown(span, call.name) if made is None else Known(made, span, getattr(spelt, "origin", ""))
        found_path = path(Result(call))
        return Unknown(span, name or call.name) if found_path is None else Known(found_path, span)

    def _arn(self, call: Call, span: Span) -> template.Value:
        """`stack.formatArn({ service, resource, resourceName })`."""
        known = props(call.arguments[0]) if call.arguments else props(Result(call))
        service, resource = (self.value(known.get(each), span) for each in ("service", "resource"))
        name = known.get("resourceName")
        form = {"": "/", "COLON_RESOURCE_NAME": ":", "SLASH_RESOURCE_NAME": "/"}.get(member(known.get("arnFormat")))
        if known.open or not isinstance(service, Known) or not isinstance(resource, Known) or form is None:
            return Unknown(span, "formatArn")
        region, account = (known.get(each) for each in ("region", "account"))
        parts: list[Value] = [
            *(Constant(f"arn:aws:{service.value}:"), region or UNSEEN, Constant(":"), account or UNSEEN),
            Constant(f":{resource.value}"),
        ]
        if name is not None:
            parts += [Constant(form), name]
        return self._text(parts, span)

    def _context(self, key: Value, span: Span) -> template.Value:
        found = self.app.context.get(key.value) if isinstance(key, Constant) and isinstance(key.value, str) else None
        return found if isinstance(found, Known) else Unknown(span, "context")

    def seconds(self, given: Value | None) -> int | None:
        """How long a `Duration` is."""
        match given:
            case Result(call) if len(call.arguments) == 1:
                unit = canonical(call.name).removeprefix(f"{CORE}.Duration.")
                match call.arguments[0]:
                    case Constant(bool()):
                        return None
                    case Constant(int() | float() as number) if unit in facts.DURATIONS:
                        seconds = number * facts.DURATIONS[unit]
                        return int(seconds) if seconds == int(seconds) else None
        return None

    def mebibytes(self, given: Value | None) -> int | None:
        """How much a `Size` is."""
        match given:
            case Result(call) if len(call.arguments) == 1:
                unit = canonical(call.name).removeprefix(f"{CORE}.Size.")
                match call.arguments[0]:
                    case Constant(int() as number) if unit in facts.SIZES:
                        return number * facts.SIZES[unit]
        return None
