"""Goes through the calls of an app's program, in order, and makes the components that it makes."""

from __future__ import annotations

import posixpath

from lambdalint.cdk.app import App
from lambdalint.cdk.assembly import Assembly
from lambdalint.cdk.constructs import Construct, Constructs
from lambdalint.cdk.props import Props, props
from lambdalint.code import ir
from lambdalint.code.endings import JAVASCRIPT
from lambdalint.code.idioms import base_name
from lambdalint.code.reader import Reader
from lambdalint.code.value import SUPER, Call, Constant, Function, Imported, Instance, Member, Value
from lambdalint.data import sst as facts
from lambdalint.patterns import pattern
from lambdalint.programs.places import Places
from lambdalint.pulumi import resources_of
from lambdalint.pulumi.names import canonical, kind_of
from lambdalint.pulumi.program import configured
from lambdalint.records import replace
from lambdalint.source import Source, Sources, Span
from lambdalint.sst import components, methods
from lambdalint.sst.functions import change
from lambdalint.sst.values import SstValues
from lambdalint.templates.apart import apart
from lambdalint.templates.method_paths import with_paths
from lambdalint.templates.resource import Deployment
from lambdalint.templates.value import Mapping

_AWS = "js:sst.aws."
_CORE = ("js:sst.Secret", "js:sst.Linkable")
_DIRECTORY = pattern(r"""readdirSync\(\s*["'`]([\w./-]+)["'`]""")
"""Where the modules lie that a program imports by whatever name they have."""
_ELSEWHERE = ("js:console.", "js:JSON.", "js:Object.", "node:", "js:$interpolate", "js:$resolve", "js:import",
              "js:$config", "js:$output")  # fmt: skip
"""Where functions come from that make nothing of what they are given."""
_ADDING = ("js:aws.lambda.", "js:aws.sqs.", "js:aws.s3.", "js:aws.sns.", "js:aws.dynamodb.", "js:aws.kinesis.")
"""Resources of Pulumi's that may set of a component's resource what it does not say itself, such as where events go
that a function fails on."""
_GRANTING = frozenset({"link", "permissions", "policies", "role", "?"})
_FUNCTION = "AWS::Lambda::Function"


def deployed(sources: Sources, source: Source, reader: Reader) -> Deployment | None:
    """What the app whose program begins with `source` deploys; None where that is not followed."""
    home = posixpath.dirname(source.path) or "."
    program = reader.program(_whole(sources, source, home), home)
    if program is None or program.bounded:
        return None
    top = Span.top(source.path)
    app = App(source.path, source, "", Mapping({}, top, {}), sources)
    constructs = Constructs()
    walk = _Walk(Assembly(app, constructs, SstValues(app, constructs), Places(reader.module)))
    for call in program.calls:
        walk.step(call)
    resources = apart(with_paths(walk.assembly.finished()))
    if any(kind_of(canonical(each.name)) for each in program.calls if each.receiver is None):
        # Beneath it is a program of Pulumi.
        made = configured(sources, home, program, walk.assembly.places)
        resources += resources_of(made, source, reader)
    return Deployment(source.path, "sst", resources, program=(source.path, *program.paths))


def _whole(sources: Sources, source: Source, home: str) -> Source:
    """A program with the modules that it imports by what it finds in a directory."""
    found = _DIRECTORY.search(source.text)
    if found is None:
        return source
    directory = posixpath.normpath(posixpath.join(home, found[1]))
    paths = [each for each in sources.files(directory) if each.endswith(JAVASCRIPT) and not each.endswith(".d.ts")]
    near = [each for each in paths if posixpath.dirname(each) == directory]
    lines = [f'import "./{posixpath.relpath(each, home)}";' for each in near]
    return replace(source, text="\n".join((source.text.rstrip("\n"), *lines)) + "\n")


class _Walk:
    """A way through the calls of a program."""

    def __init__(self, assembly: Assembly) -> None:
        self.assembly = assembly
        self._constructs = assembly.constructs
        self._unnamed = 0
        self._transforms: dict[str, set[str]] = {}
        """What `$transform` sets of all components of a kind that are made from then on; "?" for anything."""

    def step(self, call: Call) -> None:
        """Do what a call does."""
        self.assembly.uncertain = call.conditional or bool(call.loops)
        match call.receiver:
            case None:
                self._function(call, call.name, call)
            case Member(Instance() as instance, key) if key == SUPER and call.name == "__init__":
                self._function(call, base_name(instance.of), instance)
            case receiver:
                self._method(call, receiver)

    def _function(self, call: Call, name: str, key: Call | Instance) -> None:
        if name == "js:$transform":
            self._transform(call)
        elif name in _CORE or name.startswith(_AWS):
            kind, _, method = name.removeprefix(_AWS).removeprefix("js:sst.").partition(".")
            if not method:
                self._component(call, kind, key)
            elif method == "get":
                self._imported(call, kind)
            elif method in methods.METHODS and kind in components.KINDS:
                # A static method is given first what it is about.
                of = Construct(kind, kind, None, Props({}, open=True), call.span, imported=True)
                methods.METHODS[method](self.assembly, of, replace(call, arguments=call.arguments[1:]))
        elif name and not name.startswith(_ELSEWHERE):
            self._leave(call)
            if name.startswith(_ADDING) and not name.endswith("Permission"):
                self._add(call)

    def _component(self, call: Call, kind: str, key: Call | Instance) -> None:
        first, given = (call.arguments[at] if at < len(call.arguments) else None for at in (0, 1))
        made = Construct(kind, self._name(first), None, props(given), call.span)
        made.uncertain = self.assembly.uncertain
        nodes = Construct("nodes", made.path, made, Props(), call.span)
        made.parts["nodes"] = nodes
        self._constructs.put(key, made)
        if kind not in components.KINDS:
            if kind == "Linkable":
                self._linkable(made)
            elif kind not in ("Secret", "permission"):
                # What it is given it may use; a site or service of SST's own changes nothing of that.
                self.assembly.refer(call.span, self._reached(*call.arguments[1:]))
            return
        before, roles = len(self.assembly.drafts), len(self.assembly.roles)
        components.make(self.assembly, made, given)
        nodes.parts.update(dict.fromkeys(facts.NODES, made))
        self._transformed(kind, before, roles)

    def _linkable(self, made: Construct) -> None:
        """What a function that is linked to it may do, where it says so."""
        if made.props.get("include") is not None or made.props.open:
            made.handed = True

    def _imported(self, call: Call, kind: str) -> None:
        made = Construct(kind, self._name(call.arguments[0] if call.arguments else None), None, Props(), call.span)
        made.imported = True
        self._constructs.put(call, made)

    def _name(self, given: Value | None) -> str:
        if isinstance(given, Constant) and isinstance(given.value, str) and given.value:
            return given.value
        self._unnamed += 1
        return f"(unnamed {self._unnamed})"

    def _method(self, call: Call, receiver: Value) -> None:
        found = list(self._constructs.all(receiver))
        if len(found) == 1 and call.name in methods.METHODS:
            methods.METHODS[call.name](self.assembly, found[0], call)
            return
        self._leave(call)

    def _leave(self, call: Call) -> None:
        """Leave what a call is given to something that is not known: it may use that, and add to roles."""
        reached = self._reached(*call.arguments, *call.keywords.values())
        self.assembly.refer(call.span, reached)
        for each in reached:
            if each.kind == "iam.Role":
                each.handed = each.loose = True

    def _add(self, call: Call) -> None:
        """Have whatever a component does not say be set by something that is not followed."""
        for each in self._reached(*call.arguments):
            if each.resource:
                self.assembly.drafts[each.resource].open = True

    def _reached(self, *values: Value | None) -> list[Construct]:
        return list(self._constructs.reached(*values))

    def _transform(self, call: Call) -> None:
        """`$transform(sst.aws.Function, (args) => { args.runtime ??= "nodejs22.x"; })`."""
        match call.arguments:
            case (Imported(name), Function() as setting) if name.startswith(_AWS):
                self._transforms.setdefault(name.removeprefix(_AWS), set()).update(_touched(setting))

    def _transformed(self, kind: str, before: int, roles: int) -> None:
        """Have what was made last be otherwise where something transforms all of its kind."""
        for draft in list(self.assembly.drafts.values())[before:] if self._transforms else ():
            touched = self._transforms.get("Function" if draft.type == _FUNCTION else kind)
            if touched:
                change(self.assembly, draft, touched)
        if not _GRANTING.isdisjoint(self._transforms.get("Function", ())):
            for role in self.assembly.roles[roles:]:
                role.handed = role.loose = True


def _touched(setting: Function) -> set[str]:
    """The settings that a function sets of what it is given; "?" among them where it may set others."""
    parameters = setting.node.parameters
    given = parameters[0].name if parameters else ""
    found: set[str] = set()
    for node in (each for statement in setting.node.body for each in ir.walk(statement)):
        match node:
            case ir.Assign(targets=targets):
                for target in targets:
                    match target:
                        case ir.Attribute(value=ir.Name(id=of), name=name) if of == given:
                            found.add(name)
                        case ir.Name() | ir.Attribute(value=ir.Name()):
                            pass
                        case _:
                            found.add("?")
            case ir.Update(target=ir.Attribute(value=ir.Name(id=of), name=name)) if of == given:
                found.add(name)
            case ir.Return(value=value) if value is not None and not isinstance(value, ir.Literal):
                found.add("?")
    return found or {"?"}
