"""Goes through the calls of a program, in order, and makes the blocks of the configuration that it stands for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lambdalint.code.facts import Program
from lambdalint.code.idioms import base_name
from lambdalint.code.value import SUPER, Call, Constant, Instance, Member, Sequence, Text, Value
from lambdalint.programs.places import Place, Places
from lambdalint.pulumi import assets, bundles, callbacks, images, policies
from lambdalint.pulumi.configuration import COMPONENT, Attributes, Configuration
from lambdalint.pulumi.expressions import inner
from lambdalint.pulumi.made import Address
from lambdalint.pulumi.names import argument, canonical, kind_of, snake
from lambdalint.pulumi.structures import Structure, structure
from lambdalint.source import Sources, Span
from lambdalint.templates.hcl import syntax
from lambdalint.templates.terraform.row import Fields
from lambdalint.templates.terraform.table import ROWS
from lambdalint.templates.value import Known

_NAMED = ("resource_name", "name", "__name__")
"""What Python may call the first argument of a resource, which is its name."""
_ELSEWHERE = ("js:", "node:", "builtins.", "os.", "pathlib.", "json.", "typing.", "dataclasses.", "datetime.",
              "random.", "re.", "uuid.", "hashlib.", "copy.", "enum.", "logging.", "string.", "yaml.", "subprocess.",
              "shutil.", "sys.", "itertools.", "functools.", "collections.", "base64.", "time.", "glob.", "tempfile.",
              "zipfile.", "npm:js-yaml", "npm:dotenv", "npm:fs", "npm:path", "npm:glob", "npm:lodash",
              "npm:mime")  # fmt: skip
"""Where functions come from that make nothing of resources."""
_COMPONENTS = "js:sst."
"""Where those come from that SST has for its programs, which do."""


def configured(sources: Sources, home: str, program: Program, places: Places) -> Configuration:
    """The configuration that a program stands for, which is run in a directory."""
    walk = _Walk(Configuration(sources, home, places))
    for call in program.calls:
        walk.step(call)
    return walk.made


class _Walk:
    """A way through the calls of a program."""

    def __init__(self, made: Configuration) -> None:
        self.made = made
        self._zip: Call | None = None
        """The last archive that the program began to write."""

    def step(self, call: Call) -> None:
        """Do what a call does."""
        match call.receiver:
            case None:
                self._made_by(call, call.name, call)
            case Member(Instance() as instance, key) if key == SUPER and call.name == "__init__":
                self._made_by(call, base_name(instance.of), instance)
            case receiver:
                of = self.made.made.find(receiver)
                if of is not None:
                    callbacks.subscribe(self.made, call, of)

    def _made_by(self, call: Call, called: str, key: Call | Instance) -> None:
        name = canonical(called)
        kind = kind_of(name)
        if name in policies.FUNCTIONS:
            policies.document(self.made, call)
        elif name == "cloudwatch.onSchedule":
            callbacks.schedule(self.made, call)
        elif callbacks.is_api(called) and isinstance(key, Call):
            given = Attributes()
            callbacks.api(self.made, call, Structure(self._properties(call, given)), key)
        elif kind:
            self._resource(call, name, kind, key)
        elif called == "shutil.make_archive":
            assets.archive(self.made, call)
        elif called == "zipfile.ZipFile":
            self._zip = call
        elif called == "os.walk" and self._zip is not None:
            assets.zipped(self.made, self._zip, call)
            self._zip = None
        elif called in bundles.CALLS:
            if (bundle := bundles.written(call, self.made.expressions)) is not None:
                self.made.bundled[bundle[0]] = bundle[1]
        elif not name and called and (called.startswith(_COMPONENTS) or not called.startswith(_ELSEWHERE)):
            self._component(call, called, key)

    def _resource(self, call: Call, called: str, kind: str, key: Call | Instance) -> None:
        name = self._name(call)
        is_callback = called in callbacks.CLASSES
        own: dict[str, Value] = {}
        image: images.Image | None = None
        row = ROWS.get(kind)
        fields: Fields = {} if row is None else row.fields
        given = Attributes(open=call.open)
        places = self.made.places.properties(call)
        for written, each in self._properties(call, given).items():
            place = self._place(places, written, call)
            if is_callback and written in callbacks.OWN:
                own[written] = each
                continue
            if snake(written) == "image_uri":
                image = images.of(self.made.expressions, each)
            if written == "code" and kind in ("aws_lambda_function", "aws_lambda_layer_version"):
                given.put("filename", place[0], assets.code(self.made, each, name, place[1]))
                # What is uploaded is marked by what is in it.
                given.put("source_code_hash", place[0], syntax.Unseen(place[1], "code"))
                continue
            found = argument(written, kind, fields)
            given.put(found, place[0], self.made.expressions.of(each, place[1], inner(fields, found)))
        if is_callback:
            callbacks.complete(self.made, given, own, self.made.head(call.span))
        self._options(call, given)
        given.uncertain = call.conditional or bool(call.loops)
        address = self.made.add(kind, name, call.span, given, key=key, reached=self._reached(call))
        if image is not None:
            self.made.images[str(address)] = image
        handler = callbacks.handler_of(own) if is_callback else None
        if handler is not None:
            self.made.closures[str(address)] = handler

    def _component(self, call: Call, called: str, key: Call | Instance) -> None:
        """What is handed to something that is not known."""
        reached = list(self._reached(call))
        last = called.rpartition(".")[2]
        is_class = last[:1].isupper() or isinstance(key, Instance)
        if not reached:
            return
        given = Attributes(open=True)
        given.put("source", self.made.head(call.span), syntax.Literal(Known(called, self.made.head(call.span))))
        for address in dict.fromkeys(reached):
            span = self.made.head(call.span)
            given.put(str(address), span, self.made.expressions.reference(address, span))
        self.made.add(COMPONENT, last, call.span, given, key=key if is_class else None, reached=reached)

    def _name(self, call: Call) -> str:
        """What the program calls a resource, as far as that is known."""
        found = call.arguments[0] if call.arguments else None
        if found is None:
            found = next((call.keywords[each] for each in _NAMED if each in call.keywords), None)
        match found:
            case Constant(str(text)) if text:
                return text
            case Text(parts):
                shown = "".join(self._shown(each) for each in parts)
                return shown if any(map(str.isalnum, shown)) else ""
            case _:
                return ""

    def _shown(self, part: Value) -> str:
        found = str(part.value) if isinstance(part, Constant) else self.made.expressions.text(part)
        return "…" if found is None else found

    def _properties(self, call: Call, given: Attributes) -> Mapping[str, Value]:
        """What a resource is given, by the names that the program has for it."""
        found = dict(call.keywords)
        held = call.arguments[1] if len(call.arguments) > 1 else found.pop("args", None)
        for each in ("opts", "__opts__", *(("resource_name",) if not call.arguments else ())):
            found.pop(each, None)
        inner = structure(held)
        given.open = given.open or inner is None or inner.open
        found |= {} if inner is None else inner.entries
        return {name: each for name, each in found.items() if each != Constant(None)}

    def _options(self, call: Call, given: Attributes) -> None:
        """What the options of a resource say of how it is made."""
        held = call.keywords.get("opts") or (call.arguments[2] if len(call.arguments) > 2 else None)
        options = structure(held)
        entries = {} if options is None else options.entries
        span = self.made.head(call.span)
        for name, each in entries.items():
            match snake(name), each:
                case "depends_on", Sequence(items=several):
                    given.after = tuple(self.made.expressions.of(one, span) for one in several)
                case "depends_on", one:
                    given.after = (self.made.expressions.of(one, span),)
                case "ignore_changes", Sequence(items=several):
                    names = (one.value for one in several if isinstance(one, Constant))
                    given.ignored = tuple(_ignored(str(one)) for one in names)

    def _place(self, places: Mapping[str, Place], name: str, call: Call) -> tuple[Span, Span]:
        span = self.made.head(call.span)
        key, value = places.get(name, (span, span))
        return key, self.made.head(value)

    def _reached(self, call: Call) -> Iterator[Address]:
        yield from self.made.made.reached(*call.arguments, *call.keywords.values())


def _ignored(name: str) -> str:
    """The argument of Terraform whose changes are ignored: of `code`, what the archive is."""
    found = snake(name.partition(".")[0].partition("[")[0])
    return "filename" if found == "code" else found
