"""What a call does: the project's own functions are gone into, others are noted."""

from __future__ import annotations

from lambdalint.code import idioms, ir
from lambdalint.code.evaluate import (
    access,
    callbacks,
    conditions,
    expressions,
    formats,
    instances,
    methods,
    statements,
)
from lambdalint.code.evaluate.run import MOST_DEPTH, MOST_ENTRIES, Run
from lambdalint.code.facts import Call
from lambdalint.code.value import (
    NONE,
    Choice,
    Class,
    Constant,
    Environment,
    Function,
    Imported,
    Instance,
    Mapping,
    Member,
    Module,
    Partial,
    Piece,
    Result,
    Scope,
    Sequence,
    Text,
    Unknown,
    Value,
    join,
    options,
)
from lambdalint.records import dataclass, field, replace
from lambdalint.source import Span


@dataclass(slots=True)
class Arguments:
    """The arguments of a call."""

    positional: tuple[Value, ...] = ()
    keywords: dict[str, Value] = field(default_factory=dict)
    open: bool = False
    """Whether there are more that are not seen."""

    def all(self) -> tuple[Value, ...]:
        """Every argument."""
        return (*self.positional, *self.keywords.values())


def call(run: Run, node: ir.Call, scope: Scope, *, discarded: bool) -> Value:
    """The value of a call expression."""
    if not run.step():
        return Unknown()
    if isinstance(node.function, ir.Attribute):
        receiver = expressions.evaluate(run, node.function.value, scope)
        arguments = _arguments(run, node, scope)
        name = node.function.name
        return join(
            *(_method(run, each, name, arguments, node.span, discarded) for each in options(receiver)),
        )
    if isinstance(node.function, ir.Name) and node.function.id == "super" and "super" not in scope.top.names:
        return _super(scope)
    callee = expressions.evaluate(run, node.function, scope)
    return apply(run, callee, _arguments(run, node, scope), node.span, discarded=discarded)


def _arguments(run: Run, node: ir.Call, scope: Scope) -> Arguments:
    positional: list[Value] = []
    keywords: dict[str, Value] = {}
    is_open = False
    for each in node.arguments:
        value = expressions.evaluate(run, each.value, scope)
        if each.spread == "*":
            if isinstance(value, Sequence) and not value.open:
                positional.extend(value.items)
            else:
                is_open = True
                positional.append(Unknown((value,)))
        elif each.spread == "**":
            if isinstance(value, Mapping):
                keywords.update(value.entries)
                is_open = is_open or value.open
            else:
                is_open = True
                keywords["**"] = value
        elif each.name is not None:
            keywords[each.name] = value
        else:
            positional.append(value)
    return Arguments(tuple(positional), keywords, is_open)


def _super(scope: Scope) -> Value:
    frame: Scope | None = scope
    while frame is not None and "__class__" not in frame.names:
        frame = frame.parent
    if frame is None or frame.function is None or not frame.function.parameters:
        return Unknown()
    owner, receiver = frame.names["__class__"], frame.names.get(frame.function.parameters[0].name)
    bases = [base for base in owner.bases if isinstance(base, Class)] if isinstance(owner, Class) else []
    if not bases or not isinstance(receiver, Instance):
        return Unknown()
    return Instance(bases[0], receiver.persistent, receiver.attributes)


def _method(run: Run, receiver: Value, name: str, arguments: Arguments, span: Span, discarded: bool) -> Value:
    if name == "__new__" and arguments.positional and isinstance(arguments.positional[0], Class):
        return Instance(arguments.positional[0], persistent=run.here.phase == "init" or run.here.once)
    match receiver:
        case Imported() | Module() | Instance() | Class() | Choice():
            if isinstance(receiver, Instance) and name not in receiver.attributes and receiver.of.lookup(name) is None:
                return external(run, name, receiver, arguments, span, discarded=discarded)
            callee = access.attribute(run, receiver, name, span)
            return apply(run, callee, arguments, span, discarded=discarded)
        case Piece(path, root):
            match name, arguments.positional:
                case "get", (Constant(str() | int() as key), *default):
                    run.read(Piece((*path, key), root), span, optional=True)
                    return join(Piece((*path, key), root), *default)
                case "copy", ():
                    return receiver
                case "values", ():
                    return receiver
        case Mapping():
            return methods.of_mapping(run, receiver, name, arguments, span, discarded)
        case Sequence() if name in methods.OF_SEQUENCE:
            return methods.of_sequence(run, receiver, name, arguments.positional, span)
        case Result() if name in ("get", "pop") and arguments.positional:
            match arguments.positional[0]:
                case Constant(str() | int() as key):
                    run.ask(receiver, key)
        case Result():
            run.ask(receiver, name)
        case Text() | Constant(str()):
            if name == "format":
                return formats.fill_braces(receiver, arguments.positional, arguments.keywords)
            if name == "join" and arguments.positional:
                return Text((receiver, arguments.positional[0]))
    return external(run, name, receiver, arguments, span, discarded=discarded)


def apply(run: Run, callee: Value, arguments: Arguments, span: Span, *, discarded: bool = False) -> Value:
    """Call a value."""
    match callee:
        case Function():
            value = enter(run, callee, arguments, span, discarded=discarded)
            return conditions.verdict(value, arguments.all())
        case Class():
            return instances.make(run, callee, arguments, span)
        case Instance(of):
            found = of.lookup("__call__")
            if isinstance(found, Function):
                return enter(run, bind(found, callee, of), arguments, span, discarded=discarded)
            return external(run, "", callee, arguments, span, discarded=discarded)
        case Imported(name):
            return _imported(run, name, arguments, span, discarded)
        case Partial(of, positional, keywords):
            given = Arguments((*positional, *arguments.positional), dict(keywords) | arguments.keywords, arguments.open)
            return apply(run, of, given, span, discarded=discarded)
        case Choice(several):
            return join(*(apply(run, each, arguments, span, discarded=discarded) for each in several))
        case Member(of, str(name)):
            return external(run, name, of, arguments, span, discarded=discarded)
        case _:
            return external(run, "", callee, arguments, span, discarded=discarded)


def _imported(run: Run, name: str, arguments: Arguments, span: Span, discarded: bool) -> Value:
    given = arguments.positional
    if name in idioms.ENVIRONMENT_READERS and given and not isinstance(given[0], Constant):
        run.read_environment("", span, optional=True)
    if any(isinstance(each, Imported) and each.name in idioms.ENVIRONMENT for each in given):
        run.read_environment("", span, optional=True)
    if name in idioms.ENVIRONMENT_READERS and given and isinstance(given[0], Constant):
        run.read_environment(str(given[0].value), span, optional=True)
        return Environment(str(given[0].value), given[1] if len(given) > 1 else None)
    if name in idioms.ENVIRONMENT_WRITERS:
        _write_environment(run, arguments, span)
    match name, given:
        case "builtins.dict", _:
            mapping = Mapping(span, open=arguments.open, lasting=run.here.phase == "init")
            for each in given:
                methods.merge(mapping, each)
            for key, value in arguments.keywords.items():
                mapping.put(Constant(key), value)
            return mapping
        case (("builtins.list" | "builtins.set" | "builtins.tuple" | "collections.deque"), ()) if (
            "maxlen" not in arguments.keywords
        ):
            return Sequence(span, kind=name.rpartition(".")[2], lasting=run.here.phase == "init")
        case (("typing.cast" | "typing_extensions.cast"), (_, value)):
            return value
        case _, (Piece((), "event"),) if name.startswith(idioms.DATA_CLASSES):
            external(run, name, None, arguments, span)
            return given[0]
        case "functools.partial", (of, *rest):
            return Partial(of, tuple(rest), tuple(arguments.keywords.items()))
        case "builtins.getattr", (value, Constant(str(attribute)), *_):
            return access.attribute(run, value, attribute, span)
    return external(run, name, None, arguments, span, discarded=discarded)


def _write_environment(run: Run, arguments: Arguments, span: Span) -> None:
    match arguments.positional:
        case (Constant(str(variable)), value):
            run.write_environment(variable, value, span)
        case given:
            several = [each.entries for each in given if isinstance(each, Mapping)]
            for entries in (*several, arguments.keywords):
                for variable, value in entries.items():
                    run.write_environment(variable, value, span)


def external(
    run: Run, name: str, receiver: Value | None, arguments: Arguments, span: Span, *, discarded: bool = False
) -> Value:
    """Note a call to something outside the project, and go into the project's functions that it is given."""
    here = run.here
    made = Call(
        name=name,
        receiver=receiver,
        arguments=arguments.positional,
        keywords=arguments.keywords,
        span=span,
        trail=here.trail,
        phase=here.phase,
        loops=here.loops,
        once=here.once,
        open=arguments.open,
        discarded=discarded,
        conditional=here.conditional,
        caught=here.caught,
        assured=here.assured | run.established,
        tested=here.tested,
    )
    run.calls.append(made)
    callbacks.call_back(run, made, arguments)
    if receiver is None and name in idioms.VALIDATORS:
        # What it does not like, it raises.
        for value in arguments.all():
            run.established |= conditions.allowed(value)
    return Result(made)


def bind(function: Function, receiver: Value, owner: Class) -> Function:
    """A method bound to what it is called on."""
    return replace(function, receiver=receiver, owner=function.owner or owner)


def enter(run: Run, function: Function, arguments: Arguments, span: Span, *, discarded: bool = False) -> Value:
    """Call a function of the project."""
    node = function.node
    parts = Unknown(arguments.all())
    if node in run.stack:
        return parts
    if len(run.stack) >= MOST_DEPTH or not run.step():
        run.bounded = True
        return parts
    here = run.here
    once = here.once or function.caches
    frame = Scope(function.scope.module, parent=_closure(function.scope), function=node)
    _bind_parameters(frame, function, arguments)
    assured = conditions.about(here.assured, arguments.all())
    key = (node, function.scope, here.phase, here.loops, once, here.exposed, assured, tuple(frame.names.items()))
    if key in run.memo:
        value, run.diverged, run.established = run.memo[key]
        return value
    run.entries[node] += 1
    if run.entries[node] > MOST_ENTRIES:
        run.bounded = True
        return parts
    if function.owner is not None:
        frame.names["__class__"] = function.owner
    # The record is left to this function alone: no other call stands beside it, and nobody takes what it returns.
    exposed, body = here.exposed, here.body
    if exposed:
        exposed = (discarded or body is node.body) and not statements.stands_beside(body, span, node)
        body = node.body
    run.stack.append(node)
    run.returned.append([])
    run.vouched.append([])
    with run.within(trail=(*here.trail, span), once=once, exposed=exposed, body=body, assured=assured):
        ways = statements.execute(run, node.body, frame)
    run.stack.pop()
    run.left = run.returned.pop()
    ways_back = run.vouched.pop()
    vouched = conditions.returned(ways_back)
    returned = [value for value, _ in run.left]
    if len(returned) == len(ways_back) > 1:
        returned = [Unknown() if conditions.harmless(*each, vouched) else each[0] for each in ways_back]
    result: Value
    if node.is_generator:
        result = Sequence(span, returned, "generator", open=True)
    elif ways & statements.NEXT or not returned:
        result = join(*returned, NONE)
    else:
        result = join(*returned)
    for name in function.decorators:
        result = Unknown((result, name))
    run.diverged = ways == statements.RAISE
    # What holds at the end holds for the caller where there is no other way back to it.
    if len(returned) > 1 or (returned and not isinstance(node.body[-1], ir.Return)):
        run.established = frozenset()
    run.established |= vouched
    run.memo[key] = result, run.diverged, run.established
    return result


def _closure(scope: Scope) -> Scope:
    """The scope that a function's free names are looked up in: a class's own names are not among them."""
    while scope.function is None and scope.parent is not None:
        scope = scope.parent
    return scope


def _bind_parameters(frame: Scope, function: Function, arguments: Arguments) -> None:
    given = list(arguments.positional)
    if function.receiver is not None:
        given.insert(0, function.receiver)
    keywords = dict(arguments.keywords)
    for parameter in function.node.parameters:
        value: Value
        match parameter.kind:
            case "*":
                value = Sequence(parameter.span, given, "tuple", arguments.open)
                given = []
            case "**":
                value = Mapping(parameter.span, keywords, arguments.open)
                keywords = {}
            case _ if parameter.kind == "positional" and given:
                value = given.pop(0)
            case _ if parameter.name in keywords:
                value = keywords.pop(parameter.name)
            case _:
                value = function.defaults.get(parameter.name, Unknown())
                if arguments.open:
                    value = join(value, Unknown(arguments.all()))
        frame.names[parameter.name] = value
