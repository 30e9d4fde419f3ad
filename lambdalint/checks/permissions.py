"""What roles allow."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from lambdalint.check import Problem, Problems, check
from lambdalint.code.value import Piece, Result, origins
from lambdalint.data import actions, execution_policies, iam, managed_policies
from lambdalint.meaning import operations
from lambdalint.meaning.operations import Operation, operation
from lambdalint.model import Function, Project, Role, Statement, arns
from lambdalint.model.functions import running_with
from lambdalint.model.permissions import buckets_or_objects
from lambdalint.model.programs import differ
from lambdalint.model.uses import asks_in_vain
from lambdalint.model.view import same_text
from lambdalint.patterns import pattern
from lambdalint.source import Span
from lambdalint.templates.cloudformation.text import BY_DEFAULT
from lambdalint.templates.value import Known, Mapping, Reference, Text, Value, items
from lambdalint.wanted import corrected


@check
def wildcard_action(project: Project) -> Problems:
    for role in project.roles:
        if not (role.for_lambda or role.lent_to_lambda):
            continue
        severity = "note" if role.idle else "warning"
        causes: dict[str, str] = {}
        telling = _told_in_full(role)
        for statement in role.documents:
            if statement.generated or not statement.allows:
                continue
            own = f"allows by the statement at {statement.span}"
            for action in statement.actions:
                written = str(action.value)
                service, _, verb = written.partition(":")
                # What another statement allows of the same service is a further place of its finding.
                cause = causes.setdefault(written.lower(), own)
                if written in ("*", "*:*"):
                    only = arns.service(project, statement.resources)
                    if only is not None:
                        message = f"allows {written} on resources of {only}, which is {only}:*, every action of {only}"
                        yield Problem(action.span, message, severity=severity, cause=cause)
                    elif statement.resources and not statement.on_everything:
                        message = f"allows {written}, every action of the services whose resources it names"
                        yield Problem(action.span, message, severity=severity, cause=cause)
                    else:
                        mild = "note" if role.idle else "warning" if statement.conditional else None
                        where = _bound(statement)
                        yield Problem(action.span, f"allows every action of every service{where}", severity=mild)
                elif verb == "*":
                    on = ", on every resource" if statement.on_everything else ""
                    own_one = service.lower() in _HOLDING_LITTLE and _is_of_one(statement)
                    on = ", on one resource alone" if own_one else on
                    message = f"allows {written}, every action of {service}{on}"
                    also = _besides(role, statement) if telling.get(id(statement)) is action else ()
                    narrow = service.lower() in _OF_FEW_ACTIONS and statement.on_everything is None
                    yield Problem(action.span, message, also, "note" if narrow or own_one else severity, cause=cause)
                elif actions.allows_several(written):
                    begins = verb.endswith("*") and verb.count("*") == 1 and "?" not in verb
                    which = f"that begins {verb[:-1]}" if begins else f"that matches {verb}"
                    message = f"allows {written}, every action of {service} {which}"
                    yield Problem(action.span, message, severity="note", cause=cause)


_OF_FEW_ACTIONS = frozenset({"apigateway"})
"""Services whose actions are no more than the verbs of HTTP: it is the resources that narrow what they allow."""
_HOLDING_LITTLE = frozenset({"sns", "sqs", "states"})
"""Services of which one resource is hardly more than what a function may do anyway: it hands on what it is given."""


def _is_of_one(statement: Statement) -> bool:
    """Whether a statement is about one resource, which it names in full."""
    return len(statement.resources) == 1 and not any(map(_may_be_several, statement.resources))


def _may_be_several(resource: Value) -> bool:
    match resource:
        case Known(value):
            return "*" in str(value) or "?" in str(value)
        case Text(parts):
            return any(isinstance(each, Known) and _may_be_several(each) for each in parts)
        case Reference():
            return False
        case _:
            return True


def _bound(statement: Statement) -> str:
    """What a statement holds for only, as messages say it: ", where aws:CalledVia is as its Condition says"."""
    if not statement.conditional:
        return ""
    tests = statement.value.get("Condition")
    asked = tests.entries.values() if isinstance(tests, Mapping) else ()
    keys = [key for each in asked if isinstance(each, Mapping) for key in each.entries]
    return f", where {' and '.join(keys)} {'is' if len(keys) == 1 else 'are'} as its Condition says" if keys else ""


@check
def wildcard_resource(project: Project) -> Problems:
    for role in project.roles:
        if not (role.for_lambda or role.lent_to_lambda):
            continue
        spared, wide, elsewhere = _needs_everything(role), _wide(role), _told_in_full(role)
        asked = _asked_for(role) | _bounded_otherwise(role) | _on_what_is_found(role)
        by_tags = any(each.allows and each.conditional for each in role.documents)
        told: dict[str, tuple[str, str | None]] = {}
        for statement in role.documents:
            if statement.generated or not statement.allows or statement.conditional:
                continue
            everything, one = statement.on_everything, statement.on_every_one
            written = [str(action.value) for action in statement.actions]
            if (everything is None and one is None) or managed_policies.has_statement(written):
                continue
            if id(statement) in elsewhere:
                continue
            scoped = _scoped(written, spared, wide)
            again = [each for each in scoped if each.lower() in told]
            scoped = [each for each in scoped if each not in again] or (again if everything is not None else [])
            # What changes or reads more than states is named first.
            scoped.sort(key=_loses_little)
            others = sum(not actions.can_hardly_be_scoped(each) for each in scoped[1:])
            more = f" and {others} more" if others else ""
            only_tells = all(map(actions.only_tells, scoped))
            mild = all(_loses_little(each) or each.lower() in asked for each in scoped) and not (
                by_tags and any(map(actions.tags, scoped))
            )
            if scoped and everything is not None:
                message = f"allows {scoped[0]}{more} on every resource"
                # What an earlier statement allows as well is a further place of its finding.
                chosen = isinstance(everything, Known) and everything.origin.startswith(BY_DEFAULT)
                own = ("allows on every resource", "note" if mild or chosen or role.idle else None)
                cause, severity = told.get(scoped[0].lower(), own)
                told.update({each.lower(): (cause, severity) for each in scoped if each.lower() not in told})
                yield Problem(everything.span, message, severity=severity, cause=cause)
            elif one is not None and not only_tells:
                resource, kind = one
                message = f"allows {scoped[0]}{more} on every {kind} of the account"
                yield Problem(resource.span, message, severity="note", cause=f"allows on all at {resource.span}")


def _scoped(written: list[str], spared: frozenset[str], wide: list[str]) -> list[str]:
    """Those of some actions that can be scoped, and that no other rule tells of."""
    return [
        each
        for each in written
        if actions.can_be_scoped(each, spared)
        and not _told_of_action(each)
        and not any(actions.stands_for(every, each) for every in wide)
    ]


def _told_in_full(role: Role) -> dict[int, Known]:
    """The statements of which `wildcard-action` tells that they allow all of a service on every resource, by identity,
    each with the action at which it does: whoever narrows that has the other actions of the statement before him."""
    found: dict[int, Known] = {}
    told: set[str] = set()
    for statement in role.documents:
        if statement.generated or not statement.allows:
            continue
        alone = not statement.conditional and statement.on_everything is not None
        for action in statement.actions:
            written = str(action.value).lower()
            if alone and written.endswith(":*") and written != "*:*" and written not in told:
                found.setdefault(id(statement), action)
        told |= {str(action.value).lower() for action in statement.actions}
    return found


def _besides(role: Role, statement: Statement) -> tuple[tuple[Span, str], ...]:
    """What else a statement allows on every resource."""
    written = [str(action.value) for action in statement.actions]
    scoped = sorted(_scoped(written, _needs_everything(role), _wide(role)), key=_loses_little)
    if statement.on_everything is None or not scoped:
        return ()
    more = f" and {len(scoped) - 1} more" if len(scoped) > 1 else ""
    return ((statement.on_everything.span, f"allows {scoped[0]}{more} there as well"),)


def _wide(role: Role) -> list[str]:
    """What a role allows in full on every resource: `sqs:*`, of which `wildcard-action` tells."""
    return [
        str(action.value)
        for statement in role.documents
        if statement.allows and not statement.conditional and statement.on_everything is not None
        for action in statement.actions
        if str(action.value).endswith(":*")
    ]


def _loses_little(action: str) -> bool:
    """Whether it does little harm to allow an action on every resource."""
    little = (actions.only_tells, actions.only_keeps_house, actions.only_asks_models, actions.is_of_everything)
    return action.lower() in actions.NETWORK | actions.PULLS or any(each(action) for each in little)


def _told_of_action(written: str) -> bool:
    """Whether `wildcard-action` or `pass-role-wildcard` tells more of what an action allows on every resource."""
    return written.endswith(":*") or written == "*" or actions.stands_for(written, "iam:PassRole")


def _needs_everything(role: Role) -> frozenset[str]:
    """The actions that the functions of a role need on `*`, though they can be scoped elsewhere."""
    spared = actions.OWN_LOGS
    for function in running_with(role):
        if function.in_vpc:
            spared |= actions.NETWORK
        for call in () if function.handler is None else function.handler.calls:
            if call.name == "publish" and "PhoneNumber" in call.keywords:
                # A text message has no topic that could be named.
                spared |= {"sns:publish"}
    return spared


_MAILING = frozenset({"ses:sendemail", "ses:sendrawemail"})
"""What sends in the name of identities that are the account's: there are few, and each is for sending."""


def _bounded_otherwise(role: Role) -> frozenset[str]:
    """The actions of a role that harm little on everything: sending mail, and starting tasks where the roles are named
    that these are given, as a task can do no more than its role."""
    passing = [
        each
        for each in role.documents
        if each.allows and any(actions.stands_for(str(action.value), "iam:PassRole") for action in each.actions)
    ]
    bounded = passing and not any(each.on_everything or each.on_every_role for each in passing)
    return _MAILING | {"ecs:registertaskdefinition", "ecs:runtask"} if bounded else _MAILING


def _asked_for(role: Role) -> frozenset[str]:
    """The actions of a role that its functions take on what their events name: an answer goes where it is asked for."""
    return frozenset(
        f"{asked.service}:{asked.name}"
        for function in running_with(role)
        for call in (() if function.handler is None else function.handler.calls)
        if call.name == "publish" and (asked := operation(call)) is not None and asked.service == "sns"
        if (topic := asked.argument("TopicArn")) is not None
        if any(isinstance(each, Piece) for each in origins(topic))
    )


def _on_what_is_found(role: Role) -> frozenset[str]:
    """The actions that a role's functions take on nothing but what they have just found by asking the same service what
    there is: no statement can name it."""
    found: dict[str, bool] = {}
    for function in running_with(role):
        if function.handler is None or function.handler.bounded:
            return frozenset()
        for call in function.handler.calls:
            asked = operation(call)
            if asked is not None and not _lists(asked):
                named = f"{iam.prefix(asked.service)}:{asked.name.replace('_', '')}"
                found[named] = found.get(named, True) and _is_found(asked)
    return frozenset(each for each, always in found.items() if always)


def _is_found(asked: Operation) -> bool:
    """Whether something that an operation is given comes from a list of the same service."""
    for value in (*asked.call.arguments, *asked.call.keywords.values()):
        for each in origins(value):
            told = operation(each.call) if isinstance(each, Result) else None
            if told is not None and told.service == asked.service and _lists(told):
                return True
    return False


def _lists(asked: Operation) -> bool:
    """Whether an operation tells of all that there is, page by page: what tells of one is given its name."""
    return operations.pagination(asked.service, asked.name) is not None


@check
def broad_managed_policy(project: Project) -> Problems:
    for role in project.roles:
        if not role.for_lambda:
            continue
        for name, place in role.managed_policies:
            match managed_policies.grants(name):
                case "admin":
                    yield Problem(place.span, f"attaches {name}, which administers the account")
                case str(service):
                    mild = "note" if role.idle or managed_policies.gives_little(service) else "warning"
                    yield Problem(place.span, f"attaches {name}, which allows all of {service}", severity=mild)


@check
def pass_role_wildcard(project: Project) -> Problems:
    for _, statement in _written(project):
        if not statement.allows or statement.conditional:
            continue
        passes = any(actions.stands_for(str(action.value), "iam:PassRole") for action in statement.actions)
        anything = statement.on_everything or statement.on_every_role
        if passes and anything is not None:
            yield Problem(
                anything.span, "allows iam:PassRole on every role: it can give any service any role of the account"
            )


@check
def allow_with_not_action(project: Project) -> Problems:
    for _, statement in _written(project):
        if not statement.allows:
            continue
        for key, what in (("NotAction", "every action"), ("NotResource", "its actions on everything")):
            excepted = statement.value.get(key)
            narrowed = key == "NotResource" and statement.conditional
            if excepted is not None and not narrowed:
                yield Problem(statement.value.key(key), f"allows {what} but {_names(excepted)}")


@check
def shared_role(project: Project) -> Problems:
    for role in project.roles:
        functions = [each for each in running_with(role) if not each.generated]
        if len(functions) > 1 and differ(functions) and not _only_logs(role):
            yield Problem(
                role.span,
                f"is shared by {_listed(functions)}: each may do what any of them needs",
                tuple((each.span, "runs with it") for each in functions),
            )
    for name, functions in _by_arn(project):
        if differ(functions):
            first, *others = functions
            given = first.get("Role")
            yield Problem(
                first.span if given is None else given.span,
                f"runs with the role {name}, as {_listed(others)} {'do' if len(others) > 1 else 'does'}: "
                "each may do what any of them needs",
                tuple((each.span, "runs with it") for each in others),
                about=first,
            )


def _by_arn(project: Project) -> Iterator[tuple[str, list[Function]]]:
    """The functions whose role is no resource of the project but an ARN, by the name of the role."""
    found: list[tuple[Value, list[Function]]] = []
    for function in project.functions:
        arn = function.get("Role")
        if arn is None or _named(arn) is None or function.generated:
            continue
        known = next((those for other, those in found if same_text(other, arn)), None)
        if known is None:
            found.append((arn, [function]))
        else:
            known.append(function)
    for arn, functions in found:
        yield str(_named(arn)), functions


def _named(arn: Value) -> str | None:
    """The name of the role that an ARN names, whatever account it is of; None where it is no such ARN."""
    parts = arn.parts if isinstance(arn, Text) else (arn,)
    written = "".join(str(part.value) if isinstance(part, Known) else "?" for part in parts)
    found = _ROLE.fullmatch(written)
    return None if found is None else found[1]


_ROLE = pattern(r"arn:[^:]*:iam::[^:]*:role/(?:[^?]*/)?([^/?]+)")


def _listed(functions: list[Function]) -> str:
    """The names of some functions, or where they are many how many."""
    names = [each.name for each in functions]
    if len(names) > 3:
        return f"{len(names)} functions"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _only_logs(role: Role) -> bool:
    """Whether all that a role is known to allow is to write logs."""
    policies = {name for name, _ in role.managed_policies}
    attached = items(role.get("ManagedPolicyArns"))
    allowed = [action for each in role.documents if each.allows for action in each.actions]
    return (
        policies <= {"AWSLambdaBasicExecutionRole"}
        and all(isinstance(each, Known) for each in attached)
        and all(str(action.value).startswith("logs:") for action in allowed)
    )


@check
def grant_without_effect(project: Project) -> Problems:
    told: set[Span] = set()
    for role in project.roles:
        if not (role.for_lambda or role.lent_to_lambda):
            continue
        for statement in role.documents:
            on = None if statement.generated or not statement.allows else buckets_or_objects(project, statement)
            for action in () if on is None else statement.actions:
                wants = actions.of_buckets_or_objects(str(action.value))
                elsewhere = any(
                    each is not statement and each.allows and _covers(project, each, str(action.value), wants)
                    for each in role.documents
                )
                if wants is None or wants == on or elsewhere or action.span in told:
                    continue
                told.add(action.span)
                named = "objects, and no bucket" if on == actions.OBJECTS else "a bucket, and none of its objects"
                yield Problem(
                    action.span,
                    f"allows {action.value}, which is for {wants}, on {named}: it allows nothing",
                    ((statement.resources[0].span, f"names {on}"),),
                    "note" if role.idle else None,
                )


def _covers(project: Project, statement: Statement, action: str, wants: str | None) -> bool:
    """Whether a statement allows an action on what it is for, or may."""
    known = [str(each.value).lower() for each in statement.actions]
    allows = any(actions.stands_for(each, action) for each in known) or len(known) < len(
        items(statement.value.get("Action"))
    )
    return allows and buckets_or_objects(project, statement) in (None, wants)


@check
def unknown_action(project: Project) -> Problems:
    for role, statement in _written(project):
        for action in (*statement.actions, *items(statement.value.get("NotAction"))):
            match action:
                case Known(str(written)) if ":" not in written:
                    if not set(written) & set("*?{$"):
                        yield Problem(action.span, f"names {written}, which is no action: it names no service")
                case Known(str(written)) if actions.exists(written) is False:
                    service = written.partition(":")[0].lower()
                    pattern = bool(set(written) & set("*?"))
                    near = None if pattern else actions.nearest(written)
                    meant = f"; did you mean {near}?" if near else ""
                    what = "matches" if pattern else "is"
                    message = f"names {written}, which {what} no action of {service}{meant}"
                    if statement.allows and (
                        _allows_anyhow(role, statement, near or f"{service}:*")
                        or (not asks_in_vain(role, service) and _stands_beside(statement, written))
                    ):
                        continue
                    without_effect = statement.allows and _is_missed_by_none(role, service, near)
                    fix = corrected(action, near) if near and not without_effect else None
                    yield Problem(action.span, message, severity="note" if without_effect else None, fix=fix)


def _is_missed_by_none(role: Role, service: str, meant: str | None) -> bool:
    """Whether no code is seen to fail for want of an action of a service, or what was meant is not known at all."""
    missed = asks_in_vain(role, service)
    return missed is False or (missed is None and meant is None)


def _stands_beside(statement: Statement, written: str) -> bool:
    """Whether a statement allows what another word of it means, by its name."""
    return any(actions.means_the_same(written, str(each.value)) for each in statement.actions if each.value != written)


def _allows_anyhow(role: Role, statement: Statement, meant: str) -> bool:
    """Whether a role allows, by this statement or by another on some of the same, what an action of it means."""
    service = meant.partition(":")[0].lower()
    whole = [managed_policies.grants(name) or "" for name, _ in role.managed_policies]
    if any(each == "admin" or each.lower() == service for each in whole):
        return True
    known = [action for name, _ in role.managed_policies for action in execution_policies.allowed(name) or ()]
    if any(actions.stands_for(action, meant) for action in known):
        return True
    for each in role.documents:
        allowed = [str(action.value) for action in each.actions] if each.allows else []
        if any(pattern in ("*", "*:*") or actions.stands_for(pattern, meant) for pattern in allowed):
            pairs = product(each.resources, statement.resources)
            on_the_same = any(arns.may_be(role.project, one, other) for one, other in pairs)
            if each == statement or (on_the_same and not each.conditional):
                return True
    return False


def _written(project: Project) -> Iterator[tuple[Role, Statement]]:
    """The statements that users wrote for the roles of functions."""
    for role in project.roles:
        if role.for_lambda:
            yield from ((role, each) for each in role.documents if not each.generated)


def _names(value: Value) -> str:
    """The first of some names, and how many more there are."""
    match items(value):
        case (Known(first),):
            return str(first)
        case (Known(first), *others):
            return f"{first} and {len(others)} more"
        case _:
            return "what it lists"
