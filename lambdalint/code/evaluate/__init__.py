"""Follows a handler through the program: what runs at init, and what runs for every event."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

from lambdalint.code import idioms, ir
from lambdalint.code.endings import is_javascript
from lambdalint.code.evaluate import attempts, calls, expressions, instances, routes, statements
from lambdalint.code.evaluate.arguments import Arguments
from lambdalint.code.evaluate.ends import ends, open_tests
from lambdalint.code.evaluate.functions import bind, enter
from lambdalint.code.evaluate.of_python import PYTHON
from lambdalint.code.evaluate.run import Run
from lambdalint.code.facts import EventChange, Fall, Handler, Literal, Program, Return, Signature, Stray
from lambdalint.code.language import Language
from lambdalint.code.modules import Modules
from lambdalint.code.value import (
    NONE,
    Assurance,
    Call,
    Choice,
    Function,
    Imported,
    Instance,
    Mapping,
    Partial,
    Piece,
    Result,
    Scope,
    Unknown,
    Value,
    options,
)
from lambdalint.patterns import pattern
from lambdalint.source import Span

HANDLERS = (statements, attempts, expressions, calls, instances)
"""The modules that register with `run` what they handle: to import them is to be able to follow a program."""


def evaluate(module: ir.Module, dotted: str, root: str, name: str, modules: Modules) -> Handler | None:
    """What the handler `name` of a module does; None where the module sets no such name that can be followed.

    `dotted` is the module's name as imports write it, `root` the directory that it is imported from.
    """
    language = _language(module)
    run = Run(modules, language)
    is_package = module.source.path.endswith("/__init__.py") and dotted != "__init__"
    package = dotted if is_package else dotted.rpartition(".")[0]
    scope = Scope(module, module_name=dotted, package=package, root=root)
    run.load(scope)
    run.sure.append(scope)
    run.execute(module.body, scope)
    value = language.exported(run, scope, name)
    return None if value is None else _handled(run, scope, name, value)


def closed(function: Function, modules: Modules, *, makes: bool) -> Handler:
    """What a function does that a program, which was followed as one that runs once, hands over to be a handler, or
    that `makes` one: what it closes over has the values that the program has left there, and is not made again.

    https://www.pulumi.com/docs/iac/concepts/functions/function-serialization/
    """
    scope = function.scope.top
    run = Run(modules, _language(scope.module))
    run.loaded[scope.module.source.path] = scope
    value = run.call(function, Arguments(), function.node.span) if makes else function
    return _handled(run, scope, function.node.name or "callback", value)


def _handled(run: Run, scope: Scope, name: str, value: Value) -> Handler:
    """What a handler does that is a value in a module which was gone through."""
    module, language, dotted = scope.module, run.language, scope.module_name
    wrappers, functions = _unwrap(value)
    followed = [_function(each) for each in functions]
    own = _innermost(followed[0]) if len(followed) == 1 else None
    span = own.node.span if own else followed[0].node.span if followed else _defined(module, name)
    given = sum(len(each.positional) for each in functions if isinstance(each, Partial)) if own else 0
    streams = isinstance(value, Result) and value.call.name.endswith(idioms.STREAMING)
    returns = tuple(_invoke(run, functions, span, streams=streams))
    own_ways = {way for _, way in run.left}
    routes.follow(run, followed, scope)
    # A callback answers whatever is returned.
    body = own.node.body if own and not run.answered and not own.node.is_generator else ()
    return Handler(
        path=module.source.path,
        name=name,
        span=span,
        calls=tuple(run.calls),
        returns=returns,
        ends=tuple(ends(body)) if body else (),
        falls=tuple(Fall(each.test.span, run.open[each]) for each in open_tests(body) if each in run.open),
        answers=tuple(run.answers),
        reads=tuple(run.reads),
        needs=tuple(run.needs),
        taken=tuple(run.taken),
        unread=tuple(each for key, each in run.unread.items() if key not in run.taken_up),
        tests=tuple(run.tests),
        flags=tuple(dict.fromkeys(run.flags)),
        remarks=tuple(run.remarks),
        environment=tuple(run.environment),
        loops=tuple(run.loops),
        catches=tuple(run.catches),
        finals=tuple(run.finals),
        raises=tuple(run.raises),
        changes=tuple(run.changes),
        cuts=tuple(run.cuts),
        imports=tuple(run.imports),
        own_imports=tuple(run.own_imports),
        module=dotted,
        escapes=tuple(run.escapes),
        strays=tuple(_strays(run)),
        spills=tuple(run.spills),
        environment_writes=tuple(run.environment_writes),
        settings=tuple(run.settings),
        features=(*(feature for scope in run.sure for feature in scope.module.features), *run.features),
        words=tuple(_words(scope.module.source.text) for scope in run.loaded.values()),
        literals=tuple(_literals(run)),
        event_types=tuple(_event_types(own, given)) if own else (),
        signature=_signature(own) if own and not (wrappers or given or language.lenient) else None,
        is_async=own is not None and not wrappers and own.node.is_async and not language.lenient,
        is_awaited=own is not None and own.node.is_async and language.lenient,
        wrappers=wrappers,
        one_shot=_is_one_shot(run),
        event_changes=tuple(EventChange(key, calls) for of, key, calls in run.altered if _is_of_event(of)),
        streams=streams,
        started=tuple(run.started),
        context_writes=tuple(run.context_writes),
        plain=tuple(sorted(each for each in run.plain if own and not wrappers and each in own_ways)),
        language=language.name,
        is_program=_is_program(module, name),
        routes=tuple(run.routes),
        bounded=run.bounded,
        shared=frozenset(
            call.span
            for first, end in {(made.start, made.stop) for _, made in run.again}
            for call in run.calls[first:end]
        ),
        lifted=_lifted(run),
    )


def _is_program(module: ir.Module, name: str) -> bool:
    """Whether a module that is started as a program calls its function of a name, itself or through another one."""
    started = (
        each for test in module.body if isinstance(test, ir.If) and statements.never(test.test) for each in test.then
    )
    called = {each for statement in started for each in _called(statement)}
    through = (module.names[each] for each in called if each in module.names)
    return name in called or any(name in _called(each) for each in through)


def _called(node: ir.Node) -> set[str]:
    """The names that are called in a statement."""
    calls = (each.function for each in ir.walk(node) if isinstance(each, ir.Call))
    return {each.id for each in calls if isinstance(each, ir.Name)}


def _lifted(run: Run) -> dict[Call, frozenset[Assurance]]:
    found: dict[Call, frozenset[Assurance]] = {}
    for first, end, lifted in run.lifted:
        for call in run.calls[first:end]:
            found[call] = found.get(call, lifted) | lifted
    return found


def program(module: ir.Module, dotted: str, root: str, home: str, modules: Modules) -> Program:
    """What a module does that is run as a program in a directory, from its beginning to its end."""
    run = Run(modules, _language(module), straight=True, home=home)
    scope = Scope(module, module_name=dotted, package=dotted.rpartition(".")[0], root=root)
    run.load(scope)
    run.execute(module.body, scope)
    if run.language.lenient:
        from lambdalint.code.evaluate.of_javascript import modules as given  # most runs have none

        whole = given.exports(scope)
        if isinstance(whole, Function):
            # Who runs a program calls the function that it exports.
            run.call(whole, Arguments(), whole.node.span)
    further = [path for each in run.stacks or () if each is not None for path in each.paths]
    return Program(tuple(run.calls), (*run.loaded, *further), run.bounded)


def _strays(run: Run) -> Iterator[Stray]:
    """The strays but for those that another module makes global."""
    made = {each.name.rpartition(".")[2] for each in run.settings if each.name.startswith(idioms.GLOBAL)}
    for scope in run.loaded.values():
        if scope.module.undeclared is not None:
            made |= scope.module.undeclared.names
    yield from (each for each in run.strays if each.name not in made)


def _language(module: ir.Module) -> Language:
    if not is_javascript(module.source):
        return PYTHON
    from lambdalint.code.evaluate.of_javascript import JAVASCRIPT  # most runs have none

    return JAVASCRIPT


_Unwrapped = tuple[tuple[str, ...], list[Function | Partial]]
"""The functions that a value leads to, after what wraps them without being known; each of them once."""


def _unwrap(value: Value, known: dict[int, _Unwrapped] | None = None) -> _Unwrapped:
    """What a handler's value leads to; `known` is what others do that were come to on the way."""
    known = {} if known is None else known
    if id(value) not in known:
        known[id(value)] = (), []
        names, functions = _unwrapped(value, lambda part: _unwrap(part, known))
        known[id(value)] = tuple(dict.fromkeys(names)), list(dict.fromkeys(functions))
    return known[id(value)]


def _unwrapped(value: Value, unwrap: Callable[[Value], _Unwrapped]) -> _Unwrapped:
    match value:
        case Function(decorators=decorators):
            names = tuple(idioms.origin_name(each) or "?" for each in decorators)
            return names, [value]
        case Partial(of, positional, keywords):
            # What gives a handler what it depends on: `answer.bind(null, { store })`, `partial(answer, store)`.
            names, functions = unwrap(of)
            return names, [
                Partial(
                    _function(each),
                    (*_given(each).positional, *positional),
                    (*_given(each).keywords.items(), *keywords),
                )
                for each in functions
            ]
        case Choice(several):
            found = [unwrap(each) for each in several]
            return tuple(n for names, _ in found for n in names), [f for _, functions in found for f in functions]
        case Result(call) if call.receiver is not None and (around := unwrap(call.receiver))[1]:
            # A chain of what is put around a function: `middy(handler).use(parser())`.
            added = (idioms.origin_name(each) or "?" for each in (*call.arguments, *call.keywords.values()))
            return (*around[0], *(each for each in added if each not in idioms.TRANSPARENT)), around[1]
        case Result(call):
            inside = [unwrap(each) for each in (*call.arguments, *call.keywords.values())]
            functions = [f for _, found in inside for f in found]
            within = tuple(name for names, found in inside if found for name in names)
            transparent = call.name in idioms.TRANSPARENT or call.name in idioms.TRANSPARENT_METHODS
            own = () if transparent and functions else (idioms.origin_name(value) or "?",)
            return (*own, *within), functions
        case Instance(of):
            found_call = of.lookup("__call__")
            if isinstance(found_call, Function):
                return (), [bind(found_call, value, of)]
            return ("?",), []
        case _:
            return (idioms.origin_name(value) or "?",), []


def _function(value: Value) -> Function:
    """The function of a value that `_unwrap` gives, which is one, or one with some of its arguments."""
    while isinstance(value, Partial):
        value = value.of
    if not isinstance(value, Function):
        raise TypeError(value)
    return value


def _given(value: Function | Partial) -> Arguments:
    """What such a value is given beforehand."""
    return Arguments(value.positional, dict(value.keywords)) if isinstance(value, Partial) else Arguments(())


def _innermost(function: Function) -> Function:
    """The handler that a middleware stands around."""
    while isinstance(function.receiver, Function):
        function = function.receiver
    return function


def _invoke(run: Run, functions: list[Function | Partial], span: Span, *, streams: bool) -> Iterator[Return]:
    for invoked in functions:
        function, before = _function(invoked), _given(invoked)
        with run.within(phase="invocation"):
            response: tuple[Value, ...] = (Imported(idioms.STREAM),) if streams else ()
            event = Unknown((Piece(),)) if run.apart.get(function.node) else Piece()
            given = (*before.positional, event, *response, Piece(root="context"), *run.language.more)
            start = len(run.answered)
            value = enter(run, function, Arguments(given, before.keywords), span)
        if run.diverged:
            continue
        answered = run.answered[start:]
        if answered and not function.node.is_async:
            # What it gives to its callback is the answer, and what it returns is none.
            yield from (Return(each, statement, statement) for given, statement in answered for each in options(given))
            continue
        # Statements keep apart what is joined into one value; a decorator's or a generator's value is another.
        plain = not function.decorators and not function.node.is_generator
        left = (*run.left, *answered)
        ways = [(each, statement) for value_left, statement in left for each in options(value_left)] if plain else []
        told = [each for each, _ in ways]
        without = [each for each in options(value) if each not in told and (not ways or each == NONE)]
        for each, statement in (*dict.fromkeys(ways), *((each, None) for each in without)):
            place = each.span if isinstance(each, Mapping) else statement or span
            by = run.chosen.get(each, statement) if isinstance(each, Mapping) else statement
            behind = _last_clauses(function) if plain and statement is None and each == NONE else ()
            yield Return(each, place, by, statement in run.conditional, behind)


def _last_clauses(function: Function) -> tuple[Span, ...]:
    """The clauses of a `try` that a function ends with."""
    match function.node.body:
        case (*_, ir.Try(clauses=clauses, final=final)) if not any(isinstance(each, ir.Return) for each in final):
            return tuple(each.span for each in clauses)
        case _:
            return ()


def _signature(function: Function) -> Signature:
    """How many arguments AWS can give a function, apart from the one that it is bound to."""
    positional = [each for each in function.node.parameters if each.kind == "positional"]
    if function.receiver is not None:
        positional = positional[1:]
    keyword_only = any(each.kind == "keyword" and each.default is None for each in function.node.parameters)
    required = sum(each.default is None for each in positional)
    several = any(each.kind == "*" for each in function.node.parameters)
    # What can only be given by name is never given.
    return Signature(required, None if several else len(positional), keyword_only)


def _event_types(function: Function, before: int) -> Iterator[str]:
    """The names of what a function says, in its annotation or its decorators, that the event is.

    So many arguments are given `before` the event is.
    """
    positional = [each for each in function.node.parameters if each.kind == "positional"]
    for event in positional[(function.receiver is not None) + before :][:1]:
        yield from event.types
    for decorator in function.node.decorators:
        for given in decorator.arguments if isinstance(decorator, ir.Call) else ():
            match given:
                case ir.Argument(ir.Name(name) | ir.Attribute(_, name), idioms.EVENT_CLASS):
                    yield name


def _is_of_event(value: Value) -> bool:
    """Whether a value is a part of the event, or a copy of one."""
    match value:
        case Piece(root="event"):
            return True
        case Result(call) if call.receiver is None and call.name in idioms.PASSED_THROUGH:
            return any(map(_is_of_event, call.arguments))
        case _:
            return False


_WORD = pattern(r"""(?<=["'])[A-Za-z_]\w*(?=["'])|(?<=process\.env\.)\w+""")


@lru_cache(maxsize=1024)
def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text))


_KEY_ID = pattern(r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b")


@lru_cache(maxsize=1024)
def _holds_key_id(text: str) -> bool:
    return _KEY_ID.search(text) is not None


def _literals(run: Run) -> Iterator[Literal]:
    """The texts in the modules met that hold an AWS access key id."""
    for scope in run.loaded.values():
        if _holds_key_id(scope.module.source.text):
            for statement in scope.module.body:
                for node in ir.walk(statement):
                    if isinstance(node, ir.Literal) and isinstance(node.value, str) and _KEY_ID.search(node.value):
                        yield Literal(node.value, node.span)


def _is_one_shot(run: Run) -> bool:
    names = [call.name for call in run.calls if call.receiver is None]
    return any(name.startswith(idioms.ONE_SHOT) for name in names) or any(
        read.path in (("ResponseURL",), ("ResourceProperties",), ("RequestType",)) for read in run.reads
    )


def _defined(module: ir.Module, name: str) -> Span:
    """The place in a module where a name is set."""
    for statement in module.body:
        for node in ir.walk(statement):
            match node:
                case ir.Assign(targets):
                    for target in targets:
                        if isinstance(target, ir.Name) and target.id == name:
                            return target.span
                case ir.Import(bound=bound) if bound == name:
                    return node.span
                case ir.Class(defined) if defined == name:
                    return node.span
    return Span.top(module.source.path)
