"""Routes: what a framework gives the functions that it was given at init, when an event comes."""

from __future__ import annotations

from collections.abc import Iterable

from lambdalint.code import idioms, ir, shape
from lambdalint.code.evaluate.arguments import Arguments
from lambdalint.code.evaluate.functions import enter
from lambdalint.code.evaluate.run import Run
from lambdalint.code.facts import Route
from lambdalint.code.value import (
    Caught,
    Function,
    Imported,
    Mapping,
    Piece,
    Result,
    Scope,
    Sequence,
    Unknown,
    Value,
    options,
)


def follow(run: Run, but: list[Function], module: Scope) -> None:
    """Go into the routes that the program has, `but` for those that are its handler, and the other handlers of its
    module; a handler that its application has called by itself has none."""
    if any(each.node in run.apart for each in but):
        return
    with run.within(phase="invocation"):
        for each in run.registered:
            if _is_left_alone(run, each.by):
                continue
            mark = run.mark
            followed = [
                function
                for function in each.functions
                if function not in but and not (each.wrapped and _is_exported(run, function, module))
            ]
            with run.within(once=each.may_be_once):
                for function in followed:
                    _enter(run, function)
            if each.of_one_kind:
                heads = frozenset(function.node.span for function in followed)
                run.routes.append(Route(heads, frozenset(call.span for call in run.since(mark))))


def _is_left_alone(run: Run, by: Value | None) -> bool:
    """Whether what has routes is none that gets requests, as it was given to nothing that does."""
    if not isinstance(by, Result) or by.call.name not in idioms.ROUTERS:
        return False
    given = (value for call in run.calls for value in (*call.arguments, *call.keywords.values()))
    held = (each for value in given for one in options(value) for each in (one, *_held(one)))
    return not any(isinstance(each, Result) and each.call is by.call for each in held)


def _held(value: Value) -> Iterable[Value]:
    """What a list or a mapping holds: `routes=[orders, prices]`."""
    match value:
        case Sequence(items=items):
            return items
        case Mapping(entries=entries):
            return entries.values()
        case _:
            return ()


def _is_exported(run: Run, function: Function, module: Scope) -> bool:
    """Whether a module gives a function as it is, under its own name: others are called by that."""
    given = run.language.exported(run, module, function.node.name)
    return isinstance(given, Function) and given.node is function.node


def _enter(run: Run, function: Function) -> None:
    parameters = [each for each in function.node.parameters if each.kind == "positional"]
    parameters = parameters[function.receiver is not None :]
    given = (run.language.lenient and _of_web(parameters)) or tuple(map(_given, parameters))
    run.answer(enter(run, function, Arguments(given), function.node.span))


_REQUEST = frozenset({"req", "request", "_req", "_request"})
_RESPONSE = frozenset({"res", "response", "resp", "reply", "_res", "_response", "_reply"})
_BOTH = frozenset({"c", "ctx"})
"""What routes call the request, the response, and the object that stands for both."""


def _of_web(parameters: list[ir.Parameter]) -> tuple[Value, ...]:
    """What an application of the web gives a route, by what the route calls it: Express and Fastify a request and a
    response, after an error where something has failed; Hono and Koa one object for both."""
    names = [each.name for each in parameters]
    request, response = Imported(idioms.WEB_REQUEST), Imported(idioms.WEB_RESPONSE)
    match names:
        case (first, second, *rest) if first in _REQUEST and second in _RESPONSE:
            return request, response, *(Imported(idioms.WEB_NEXT) for _ in rest)
        case (_, second, third, _) if second in _REQUEST and third in _RESPONSE:
            return Caught((), parameters[0].span), request, response, Imported(idioms.WEB_NEXT)
        case (first, *rest) if first in _BOTH and len(rest) < 2 and not shape.CONTEXT.intersection(rest):
            return Imported(idioms.WEB_CONTEXT), *(Unknown() for _ in rest)
    return ()


_TEXTS = frozenset({"str", "bytes", "dict", "list", "Dict", "List", "Any", "object", "Mapping", "Request"})
"""Types of parameters that a framework hands the text of a request to, as it is."""


def _given(parameter: ir.Parameter) -> Value:
    """What a framework gives a route for a parameter: a part of the event, or what it made and held against a type."""
    match parameter.default:
        case ir.Call(ir.Name("Depends" | "Security")):
            return Unknown()
    if parameter.name in shape.EVENT:
        return Piece()
    if parameter.name in shape.CONTEXT:
        return Piece(root="context")
    made = parameter.types and _TEXTS.isdisjoint(parameter.types)
    return Unknown() if made else Unknown((Piece(),))
