"""User pools of Cognito: the functions that they invoke, and for what.

https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.model.deployed import Deployed
from lambdalint.model.functions import Function, function_named
from lambdalint.model.view import text
from lambdalint.records import dataclass
from lambdalint.source import Span
from lambdalint.templates.value import Mapping, items

_SENDERS = ("CustomEmailSender", "CustomSMSSender")


@dataclass(frozen=True, slots=True)
class PoolTrigger:
    """What a user pool invokes a function for."""

    kind: str
    """`PreSignUp`, `CustomMessage` …; "" where it is not known."""
    function: Function
    span: Span
    """Where it is set."""

    @property
    def project(self) -> Deployed:
        """What deploys it."""
        return self.function.project

    @property
    def is_waited_for(self) -> bool:
        """Whether Cognito waits for what the function answers: it does, but for the senders of messages."""
        return self.kind not in _SENDERS

    @property
    def alone(self) -> bool:
        """Whether only Cognito is known to invoke the function, and waits for what it answers."""
        of_cognito = all(each.service == "Cognito" for each in self.function.invokers)
        senders = any(each.function == self.function and not each.is_waited_for for each in pool_triggers(self.project))
        return self.is_waited_for and self.kind != "" and of_cognito and not senders


def pool_triggers(project: Deployed) -> Iterator[PoolTrigger]:
    """Every trigger of a user pool that names a function of the project."""
    for pool in project.of_type("AWS::Cognito::UserPool"):
        config = pool.get("LambdaConfig")
        for kind, given in config.entries.items() if isinstance(config, Mapping) else ():
            function = function_named(project, given.get("LambdaArn") if isinstance(given, Mapping) else given)
            if function is not None and isinstance(config, Mapping):
                yield PoolTrigger(kind.removesuffix("Config"), function, config.key(kind))
    for resource in project.of_type("AWS::Cognito::UserPoolTrigger"):
        function = function_named(project, resource.get("Function"))
        if function is not None:
            yield from (PoolTrigger(text(each) or "", function, each.span) for each in items(resource.get("Trigger")))
