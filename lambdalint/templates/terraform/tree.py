"""One root module and all that it calls: what is shared while they are evaluated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from lambdalint.records import dataclass, field
from lambdalint.source import Span
from lambdalint.templates.hcl.scope import Scope, Work
from lambdalint.templates.hcl.steps import each_of
from lambdalint.templates.hcl.syntax import Block
from lambdalint.templates.resource import Resource
from lambdalint.templates.terraform.declarations import Declarations
from lambdalint.templates.terraform.files import Files
from lambdalint.templates.value import Mapping as Entries
from lambdalint.templates.value import Scalar, Sequence, Unknown, Value

STEPS = 200_000
"""How many items all loops of a deployment may go through together."""

MODULES = 2000
"""How many module instances a deployment may have."""

INSTANCES = 1000
"""How many instances a block may have to be expanded."""

LEVELS = 40
"""How many names may lead to each other in a row."""

PARTS = 100_000
"""How many scalars a value may hold."""


OBJECTS = ("aws_s3_object", "aws_s3_bucket_object")
"""The types of objects that a configuration puts into S3."""


POLICIES = ("aws_iam_role_policy", "aws_iam_role_policy_attachment")
"""The types of what gives a policy to a role."""


class Outputs(Protocol):
    """A module that is called, local or not."""

    def output(self, name: str, span: Span) -> Value | None:
        """What it gives for one of its outputs."""


class Module(Outputs, Scope, Protocol):
    """A module whose files are read, as whoever goes through its blocks sees it."""

    tree: Tree
    declarations: Declarations
    prefix: str
    """`module.x.` of the addresses in it; "" in the root."""
    call: Instance | None

    def expanded(self, kind: str, name: str, span: Span) -> Value | None:
        """A block's instances: a reference, or a collection of them."""

    def inner(self, call: Instance, declarations: Declarations) -> Module:
        """A module that a call in it leads to."""


class Made(Protocol):
    """The call of a public module, of which it is known what it makes."""

    def resources(self) -> Iterator[Resource]:
        """What the module makes."""


LEFT_OUT = frozenset({
    "", "aws_apigatewayv2_integration", "aws_api_gateway_integration", "aws_cloudwatch_event_rule",
    "aws_cloudwatch_event_target", "aws_cloudwatch_log_subscription_filter", "aws_iam_policy", "aws_iam_role",
    "aws_iot_topic_rule",
    "aws_lambda_alias", "aws_lambda_event_source_mapping", "aws_lambda_function", "aws_lambda_function_url",
    "aws_lambda_permission", "aws_pipes_pipe", "aws_s3_bucket_notification", "aws_scheduler_schedule",
    "aws_sfn_state_machine", "aws_sns_topic_subscription",
})  # fmt: skip
"""The types of functions, of their roles and of what invokes them, and modules: such a block is not there where its
`count` is 0 by default. What others are for, such as a queue for failed events, may well be there."""


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """One of the resources, data sources or module calls that a block stands for."""

    address: str
    """`aws_sqs_queue.jobs`, `module.x.aws_lambda_function.this["a"]`; unique in its deployment."""
    kind: str
    """Its type; "" for the call of a module."""
    label: str
    """The block's name, with its key: `jobs`, `jobs["a"]`."""
    block: Block
    scope: Scope
    module: Module
    """The one that declares it."""
    generic: bool = False
    """Whether only a deployment knows how many there are."""
    counted: bool = False
    """Whether how many there are is known by the default of something that a deployment may set otherwise."""

    @property
    def uncertain(self) -> bool:
        """Whether a deployment may leave it out, or a call around it."""
        call = self.module.call
        return self.generic or self.counted or (call is not None and call.uncertain)

    @property
    def shown(self) -> str:
        """How messages call it: its label, and the module's call where the label alone does not tell it apart.

        `function` says no more of an `aws_lambda_function` than its type does.
        """
        call = self.module.call
        if call is None:
            return self.label
        name = self.label.partition("[")[0]
        if name in ("this", "main", "default") or set(name.split("_")) <= set(self.kind.split("_")):
            return call.shown + self.label.removeprefix(self.block.labels[-1])
        return (
            f"{call.shown}.{self.label}"
            if self.module.tree.calls[self.module.declarations.directory] > 1
            else self.label
        )


@dataclass(eq=False)
class Tree:
    """The evaluation of a root module."""

    files: Files
    directory: str
    parameters: Mapping[str, Scalar]
    organisation: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Modules that make Lambda functions: a pattern of their sources, and how they call the inputs of
    terraform-aws-modules/lambda."""
    instances: dict[str, Instance] = field(default_factory=dict)
    modules: dict[str, Outputs] = field(default_factory=dict)
    read: list[Module] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    """How often a module is called, by its directory."""
    withheld: list[Instance] = field(default_factory=list)
    """The policies of roles that a `count` of 0 leaves out, as if each were there."""
    left_out: list[Span] = field(default_factory=list)
    """Where functions are declared that a `count` of 0 leaves out by default."""
    made: list[Made] = field(default_factory=list)
    """The calls of public modules."""
    archives: dict[Module, dict[str, Instance]] = field(default_factory=dict)
    """For each module, the archives that it makes, by their paths."""
    objects: dict[Module, tuple[Instance, ...]] = field(default_factory=dict)
    """For each module, the objects that it puts into S3."""
    paths: list[str] = field(default_factory=list)
    """Further files that took part."""
    work: Work = field(default_factory=lambda: Work(STEPS))
    _known: dict[object, Value | None] = field(default_factory=dict)
    _open: set[object] = field(default_factory=set)

    def once(self, key: object, span: Span, evaluate: Callable[[], Value | None]) -> Value | None:
        """What a name stands for, found once; unknown where it leads back to itself."""
        if key in self._known:
            return self._known[key]
        if key in self._open:
            return Unknown(span, "leads to itself")
        if len(self._open) >= LEVELS:
            return Unknown(span, "too many names in a row")
        self._open.add(key)
        try:
            found = evaluate()
        finally:
            self._open.discard(key)
        if _too_large(found):
            found = Unknown(span, "a value too large")
        self._known[key] = found
        return found

    def forget(self) -> None:
        """Let go of everything: modules and the tree hold each other, and nobody collects such circles meanwhile."""
        for held in (self.instances, self.modules, self.read, self.made, self.archives, self.objects, self._known):
            held.clear()
        self.withheld.clear()


def _too_large(value: Value | None) -> bool:
    """Whether a value holds so much that nobody can go through it: what is shared in it counts each time."""
    left = PARTS
    stack = [value] if isinstance(value, Entries | Sequence) else []
    while stack and left > 0:
        inner = each_of(stack.pop())
        left -= len(inner)
        stack.extend(each for each in inner if isinstance(each, Entries | Sequence))
    return left <= 0
