"""How well the permissions that lambdalint reads from code agree with policies that are known to be enough and no more.

`python bench/permissions.py DIRECTORY` takes `integration-tests/projects` of
https://github.com/awslabs/iam-policy-autopilot: programs, in Python and in TypeScript, with the least policy that each
was seen to run with. Recall is the share of a policy's actions that lambdalint says are needed, precision the share of
what it says that is in the policy. Both should be 95 % at least. What a key of KMS allows on behalf of another service
is left out: no code tells.

Then each program in Python is deployed by a template, with that policy, and with each of its actions left out in turn:
the rule missing-permission should find nothing, and that action alone. What the policy is known to lack is added to it
first.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lambdalint import rules
from lambdalint.code.endings import is_javascript
from lambdalint.code.evaluate import evaluate
from lambdalint.code.javascript.resolving import Resolver
from lambdalint.code.modules import Modules
from lambdalint.code.parsed import Parsed
from lambdalint.discover import discover
from lambdalint.lint import lint
from lambdalint.meaning import iam
from lambdalint.meaning.operations import Operation, operation
from lambdalint.records import replace
from lambdalint.rules import Rule
from lambdalint.source import Texts

ENTRY = "main"


def granted(policy: Path) -> set[str]:
    """The actions of a policy."""
    statements = json.loads(policy.read_text("utf-8"))["Statement"]
    return {
        action
        for statement in statements
        if "kms:ViaService" not in str(statement.get("Condition", ""))
        for action in statement["Action"]
    }


def operations(path: str) -> Iterator[Operation]:
    """The operations that a program asks for."""
    sources = discover([path]).sources
    source = sources.read(path)
    assert source is not None, path
    resolver = None
    if is_javascript(source):
        source, resolver = replace(source, text=f"{source.text}\nexport {{ {ENTRY} }};\n"), Resolver.of(sources)
    parsed = Parsed()
    module = parsed.module(source)
    assert module is not None, path
    folder = os.path.dirname(path)
    program = evaluate(module, Path(path).stem, folder, ENTRY, Modules(sources, (folder,), parsed, None, resolver))
    assert program is not None, f"{path} has no {ENTRY}"
    for call in program.calls:
        found = operation(call)
        if found is not None:
            yield found


FUNCTION = {
    "Type": "AWS::Lambda::Function",
    "Properties": {
        "Runtime": "python3.14",
        "Handler": f"script.{ENTRY}",
        "Timeout": 60,
        "Code": "python/",
        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
    },
}


def template(statements: list[dict[str, Any]]) -> str:
    """A template with a function that has these permissions."""
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    policy = {"PolicyName": "least", "PolicyDocument": {"Version": "2012-10-17", "Statement": statements}}
    role: dict[str, Any] = {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]}}
    if statements:  # IAM takes no policy without any.
        role["Policies"] = [policy]
    resources = {"Function": FUNCTION, "Role": {"Type": "AWS::IAM::Role", "Properties": role}}
    return json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources})


def without(statements: list[dict[str, Any]], action: str) -> list[dict[str, Any]]:
    """The statements without an action; one that allows nothing else goes."""
    left = [{**each, "Action": [name for name in each["Action"] if name != action]} for each in statements]
    return [each for each in left if each["Action"]]


def missed(program: str, statements: list[dict[str, Any]], rule: Rule) -> list[str]:
    """The actions that the rule misses in a program with these permissions."""
    texts = Texts({"template.json": template(statements), "python/script.py": program})
    found = lint(texts, ["template.json", "python/script.py"], [rule]).findings
    # The message begins `calls ACTION`.
    return [finding.problem.message.split()[1].rstrip(",") for finding in found]


def takes_away() -> None:
    """Deploy every program with its policy and with each action left out, and print how often the rule is right."""
    rule = next(each for each in rules.load() if each.name == "missing-permission")
    right = asked = 0
    for path in sorted(Path().glob("*/minimal_policy.json")):
        statements = json.loads(path.read_text("utf-8"))["Statement"]
        program = (path.parent / "python" / "script.py").read_text("utf-8")
        lacks = missed(program, statements, rule)
        if lacks:
            print(f"{path.parent}: with its policy, {', '.join(lacks)} is missed")
        statements += [{"Effect": "Allow", "Action": [action], "Resource": "*"} for action in lacks]
        asked, right = asked + 1, right + (not lacks)
        for action in sorted(granted(path)):
            found = missed(program, without(statements, action), rule)
            asked, right = asked + 1, right + (found == [action])
            if found != [action]:
                print(f"{path.parent}: without {action}, {', '.join(found) or 'nothing'} is missed")
    print(f"with the policy nothing, and without an action that one: {right}/{asked} = {right / asked:.1%}")


def agrees(program: str) -> None:
    """Print how well what the programs of a name need agrees with their policies."""
    both = said = known = 0
    for policy in sorted(Path().glob("*/minimal_policy.json")):
        wanted = granted(policy)
        needed: dict[str, str] = {}
        for each in operations(str(policy.parent / program)):
            needs = iam.needs(each)
            if needs is None:
                print(f"{policy.parent}: {each.service} {each.name} is not known")
            for need in needs or ():
                if need.always:
                    needed.setdefault(need.action, f"{each.service} {each.name}, line {each.call.span.line}")
        for action in sorted(wanted - needed.keys()):
            print(f"{policy.parent}: {action} is in the policy only")
        for action in sorted(needed.keys() - wanted):
            print(f"{policy.parent}: {action} is needed by {needed[action]} only")
        both += len(wanted & needed.keys())
        said += len(needed)
        known += len(wanted)
    print(f"{program}: recall {both}/{known} = {both / known:.1%}, precision {both}/{said} = {both / said:.1%}")


def main() -> None:
    os.chdir(sys.argv[1])
    agrees("python/script.py")
    agrees("typescript/script.ts")
    takes_away()


if __name__ == "__main__":
    main()
