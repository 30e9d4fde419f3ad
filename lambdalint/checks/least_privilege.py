"""What functions' roles allow, beside what their code asks AWS for."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from lambdalint.check import ADD, Problem, Problems, check, way, while_deployed
from lambdalint.code import value as code
from lambdalint.code.facts import Handler, bare, is_configured, is_static
from lambdalint.code.value import Call
from lambdalint.meaning import failures
from lambdalint.meaning.operations import operation
from lambdalint.model import Function, Project, Role, Statement, configured, encryption, exercised, policies_of
from lambdalint.model.functions import running_with
from lambdalint.model.grants import Grants, grants
from lambdalint.model.needed import Needed, NeededOfKey, needed, needed_of_keys
from lambdalint.model.requests import never_leads_to
from lambdalint.model.unreached import is_unreached
from lambdalint.records import dataclass, field
from lambdalint.source import Span
from lambdalint.templates import statement
from lambdalint.templates.value import Known, Reference, Text
from lambdalint.wanted import Allowance, Fix


@dataclass(slots=True)
class _Missing:
    """An action on a resource that some of a handler's functions may not do."""

    needed: Needed
    how: str
    """What a role does instead of allowing it."""
    functions: list[tuple[Function, Role]] = field(default_factory=list)


@check
@while_deployed
def missing_permission(project: Project) -> Problems:
    for handler in project.handlers:
        functions = project.functions_of(handler)
        judged = [(each, role, allowed) for each in functions for role, allowed in _known(each)]
        others = len({function for function, _, _ in judged}) < len(functions)
        found: dict[tuple[str, str, str], _Missing] = {}
        for function, role, allowed in judged:
            for each in needed(function):
                how = "" if each.elsewhere else _lacking(allowed, each)
                if not how or _is_allowed_otherwise(project, each) or _is_left_out(function, each.operation.call):
                    continue
                if each.operation.call.conditional and (
                    others or any(not _lacking(other, each) for _, _, other in judged)
                ):
                    # Code that several functions share: those that may not do it take another branch, as a rule. One
                    # whose role is not known may do anything.
                    continue
                on = (each.name if each.on is None else each.on.resource) + each.part
                told = found.setdefault((each.need.action, on, how), _Missing(each, how))
                if (function, role) not in told.functions:
                    told.functions.append((function, role))
        for missing in found.values():
            yield _problem(project, handler, missing)
        yield from _of_keys(handler, judged)


_Judged = list[tuple[Function, Role, Grants]]


def _of_keys(handler: Handler, judged: _Judged) -> Problems:
    """What is missing to use the keys of encrypted resources, where all else is allowed."""
    found: dict[tuple[str, tuple[str, ...]], tuple[NeededOfKey, dict[Function, Role]]] = {}
    for function, role, allowed in judged:
        for each in needed_of_keys(function):
            call, missing = each.needed.operation.call, _missing_of(each, allowed)
            if not missing or _lacking(allowed, each.needed) or _is_left_out(function, call):
                continue
            if call.conditional and any(not _missing_of(each, other) for _, _, other in judged):
                continue
            _, roles = found.setdefault((each.encrypted.name, missing), (each, {}))
            roles[function] = role
    for (_, missing), (each, roles) in found.items():
        call = each.needed.operation.call
        whose = _listed([f"{function.name}'s role" for function in roles])
        verb = _PLURAL["does not allow"] if len(roles) > 1 else "does not allow"
        message = (
            f"calls {each.needed.need.action} on {each.encrypted.called}, which {each.key.called} encrypts, "
            f"and {whose} {verb} {_listed(list(missing))} on that key"
        )
        also = [(role.span, f"the role of {function.name}") for function, role in roles.items()]
        severity = "warning" if _is_borne(handler, call) else None
        yield Problem(call.span, message, (*way(call.trail), *also), severity, about=tuple(roles))


def _missing_of(each: NeededOfKey, allowed: Grants) -> tuple[str, ...]:
    return tuple(action for action in each.actions if not allowed.allow(action, encryption.arn(each.key)))


def _known(function: Function) -> Iterator[tuple[Role, Grants]]:
    """A function's role and all that it allows, where that is known."""
    role = function.role
    if role is None or function.generated or role.get("PermissionsBoundary") is not None:
        return
    allowed = grants(role)
    if allowed is not None:
        yield role, allowed


def _lacking(allowed: Grants, each: Needed) -> str:
    """What a role does instead of allowing what is needed; "" where it allows it."""
    actions = [each.need.action, *each.need.others]
    if actions[0].startswith("s3:"):
        # A version that is asked for in a branch only looks as if it always were.
        actions.append(actions[0].replace("Version", ""))
    target = each.target
    if any(map(allowed.withholds, actions)):
        # What turns it on turns on what the code does with it.
        return ""
    if not any(allowed.allow(action) for action in actions):
        return "does not allow"
    if target is not None and not any(allowed.allow(action, target) for action in actions):
        return "allows on other resources only"
    if all(allowed.deny(action, target) is not None for action in actions):
        return "denies"
    return ""


def _is_allowed_otherwise(project: Project, each: Needed) -> bool:
    return policies_of.may_allow(project, each.need.action.partition(":")[0], each.on)


def _is_left_out(function: Function, call: Call) -> bool:
    """Whether the configuration of the function decides alone whether the call is made, and may decide against it, or
    no route leads to it."""
    return (
        function.passes_over(call)
        or never_leads_to(function, call)
        or is_unreached(function, call)
        or configured.may_leave_out(function, call)
        or (
            not configured.comes_otherwise(function, call)
            and any(_asks_settings(test) and not _lets_through(function, test, call) for test in call.tested)
        )
    )


def _asks_settings(test: code.Value) -> bool:
    """Whether a test asks what only a deployment decides: an environment variable, or a part of what is loaded once."""
    made_of = list(code.origins(test))
    asks = is_static(test) and any(isinstance(each, code.Environment) for each in made_of)
    return asks or is_configured(test) or _asks_loaded(made_of)


def _asks_loaded(made_of: list[code.Value]) -> bool:
    """Whether a part of what is made once, by no function of the project's, is all that a test asks about, as of what a
    library loads of a configuration."""
    calls = [each.call for each in made_of if isinstance(each, code.Result)]
    return (
        any(isinstance(each, code.Member) and isinstance(each.of, code.Result) for each in made_of)
        and not any(isinstance(each, code.Piece | code.Caught) for each in made_of)
        and all((call.phase == "init" or call.once) and operation(call) is None for call in calls)
    )


def _lets_through(function: Function, test: code.Value, call: Call) -> bool:
    """Whether a test asks for a variable that the function sets, and the call is made with: `if TOPIC: …(TOPIC)`."""
    if not isinstance(test, code.Environment) or function.variables is None:
        return False
    match function.variables.entries.get(test.name):
        case Reference() | Text():
            return test in code.origins(code.Result(call))
        case Known(value=str() as name) if name:
            return test in code.origins(code.Result(call))
        case _:
            return False


def _is_borne(handler: Handler, call: Call) -> bool:
    """Whether the code survives that AWS refuses a call, and never raises in its place."""
    refusals = {name for clause in handler.catches for name in map(bare, clause.types) if name.endswith(_REFUSALS)}
    around = handler.clauses_around(call.span, call.trail)
    # What is around the clause that takes it does not hear of it.
    taking = next((each for each in around if each.catches(refusals) and not each.gives_up), None)
    same = [each for each in handler.catches if taking is not None and each.span == taking.span]
    return failures.survives(handler, call, {"", *refusals}) and not any(each.raises for each in same)


_REFUSALS = ("ClientError", "Boto3Error", "AccessDenied", "AccessDeniedException", "UnauthorizedOperation")
"""How the names of the errors end by which SDKs say that a call is not allowed."""


def _problem(project: Project, handler: Handler, missing: _Missing) -> Problem:
    each, call = missing.needed, missing.needed.operation.call
    whose = _listed([f"{function.name}'s role" for function, _ in missing.functions])
    verb = missing.how if len(missing.functions) == 1 else _PLURAL[missing.how]
    message = f"calls {each.need.action}{_on(project, each)}, which {whose} {verb}"
    if each.absent:
        message = (
            f"takes {each.absent} for an object that is not there, and S3 answers 403: that takes "
            f"{each.need.action}{_on(project, each)}, which {whose} {verb}"
        )
    also = [(role.span, f"the role of {function.name}") for function, role in missing.functions]
    fix = None
    if missing.how != "denies" and len(missing.functions) == 1:
        _, role = missing.functions[0]
        written = _written(role, each)
        if written:
            added = statement.line(role.span.path, each.need.action, written)
            also[0] = (also[0][0], f"{also[0][1]}{ADD}{added}")
            fix = _fix(project, role, each, written)
    borne = _is_borne(handler, call)
    severity = "warning" if each.absent or borne else None
    if borne and configured.may_be_switched_off(call):
        severity = "note"
    about = tuple(function for function, _ in missing.functions)
    # What no template of the deployment makes may have a policy of its own where it is made.
    lacks = each.need.action if each.on is None and missing.how != "denies" else ""
    return Problem(
        call.span,
        message,
        (*way(call.trail), *also),
        severity,
        fix,
        about=about,
        cause=f"{each.need.action}{_on(project, each)} {missing.how}",
        mended=missing.functions[0][1].span,
        lacks=lacks,
    )


_PLURAL = {
    "does not allow": "do not allow",
    "allows on other resources only": "allow on other resources only",
    "denies": "deny",
}


def _on(project: Project, each: Needed) -> str:
    """The resource, as messages call it."""
    resource = None if each.on is None else project.resource(each.on.resource)
    if resource is not None:
        return f" on {resource.called}{each.part}"
    return f" on {each.name}{each.part}" if each.name else ""


def _written(role: Role, each: Needed) -> str:
    """The resource, as a statement of the role would have it."""
    if each.on is not None:
        return statement.resource(role.span.path, role.resource.name, each.on, each.part)
    quoted = role.span.path.endswith((".tf", ".yaml", ".yml", ".json"))
    return '"*"' if each.need.on == "*" and quoted else ""


def _fix(project: Project, role: Role, each: Needed, written: str) -> Fix | None:
    """The fix that a statement is added before one of the role's own, best before one about the same service."""
    action = each.need.action
    others = {
        beside.span for other in project.roles if other.resource is not role.resource for beside in other.documents
    }
    own = [
        beside
        for beside in role.documents
        if beside.allows and not beside.generated and beside.span not in others and _is_beside(role, beside.span.path)
    ]
    service = action.partition(":")[0] + ":"
    about = [beside for beside in own if any(str(known.value).startswith(service) for known in beside.actions)]
    for beside in (*about, *own):
        allowance = Allowance(beside.span, action, written)
        return Fix(f"add a statement that allows {action}", (allowance,))
    return None


def _is_beside(role: Role, path: str) -> bool:
    """Whether a file calls resources as that of a role does: it is the same, or of the same module of Terraform."""
    own = role.span.path
    return path == own or (path.endswith(".tf") and posixpath.dirname(path) == posixpath.dirname(own))


@check
def unused_permission(project: Project) -> Problems:
    for role in project.roles:
        uses = exercised.uses(role)
        if uses is None:
            continue
        whose = _listed([function.name for function in running_with(role)])
        for each in role.documents:
            if each.generated or not each.allows or each.conditional:
                continue
            judged = [action for action in each.actions if not exercised.for_lambda(role, str(action.value))]
            unused = [action for action in judged if not exercised.used(uses, str(action.value))]
            if unused:
                named = _some([str(action.value) for action in unused])
                message = f"allows {named}, which no code of {whose} uses"
                yield Problem(unused[0].span, message, tuple(_left(each, role, unused)))


def _left(each: Statement, role: Role, unused: list[Known]) -> Iterator[tuple[Span, str]]:
    """The actions that a statement need allow, and the functions that have its role."""
    left = dict.fromkeys(str(action.value) for action in each.actions if action not in unused)
    if left:
        yield each.span, f"used of this statement: {_some(list(left))}"
    yield from ((function.span, "runs with it") for function in running_with(role))


def _some(names: list[str]) -> str:
    """The first of some names, and how many more there are."""
    return _listed(names if len(names) < 5 else [*names[:3], f"{len(names) - 3} more"])


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
