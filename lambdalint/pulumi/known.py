"""What the values and functions of Pulumi's provider stand for that need no deployment to be known.

https://www.pulumi.com/registry/packages/aws/api-docs/lambda/function/ · https://github.com/pulumi/pulumi-aws
"""

from __future__ import annotations

from collections.abc import Callable

from lambdalint.code.value import Call, Constant, Mapping, Sequence, Value
from lambdalint.data import execution_policies, managed_policies
from lambdalint.patterns import pattern

_VERSION = pattern(r"(\d+)d(\d+|x)")
_RUNTIMES = {"custom": "provided", "customal2": "provided.al2", "customal2023": "provided.al2023"}
_MANAGED = "arn:aws:iam::aws:policy"
_ROLES = ("executionrole", "awslambdarole", "executionrolepolicy")
_POLICIES = {
    name.replace("_", "").replace("-", "").lower(): name
    for name in (*managed_policies.NAMES, *execution_policies.NAMES)
}  # fmt: skip
_POLICIES["lambdafullaccess"] = "AWSLambda_FullAccess"


def constant(name: str) -> str | None:
    """What a constant of the provider stands for, as `canonical` names it."""
    kind, _, member = name.rpartition(".")
    match kind:
        case "lambda.Runtime":
            return _runtime(member)
        case "iam.ManagedPolicy" | "iam.ManagedPolicies":
            return _managed(member)
        case _:
            return None


def _runtime(member: str) -> str:
    """`NodeJS20dX` and `NODE_JS20D_X` are nodejs20.x, `Python3d12` python3.12, `Java8AL2` java8.al2."""
    plain = member.replace("_", "").lower()
    if plain in _RUNTIMES:
        return _RUNTIMES[plain]
    found = _VERSION.sub(r"\1.\2", plain)
    return f"{found[:-3]}.al2" if found.endswith("al2") and not found.endswith(".al2") else found


def _managed(member: str) -> str:
    """`AWSLambdaBasicExecutionRole` and `AWS_LAMBDA_BASIC_EXECUTION_ROLE`: the ARN of the policy."""
    plain = member.replace("_", "").lower()
    name = _POLICIES.get(plain, member)
    return f"{_MANAGED}/service-role/{name}" if plain.endswith(_ROLES) else f"{_MANAGED}/{name}"


def _trust(call: Call) -> Value | None:
    """`aws.iam.assumeRolePolicyForPrincipal(principal)`: a policy that lets it assume a role."""
    if not call.arguments:
        return None
    entries: dict[str, Value] = {
        "Effect": Constant("Allow"), "Principal": call.arguments[0], "Action": Constant("sts:AssumeRole"),
    }  # fmt: skip
    statement = Sequence(call.span, [Mapping(call.span, entries)])
    return Mapping(call.span, {"Version": Constant("2012-10-17"), "Statement": statement})


FUNCTIONS: dict[str, Callable[[Call], Value | None]] = {"iam.assumeRolePolicyForPrincipal": _trust}
"""What functions of the provider give, as `canonical` names them."""
