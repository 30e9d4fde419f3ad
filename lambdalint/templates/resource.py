"""A resource in CloudFormation's words, whatever dialect declared it."""

from __future__ import annotations

import posixpath

from lambdalint.records import dataclass, field
from lambdalint.source import Span
from lambdalint.templates.value import Known, Mapping, Value

DEPLOYED_ELSEWHERE = "DeployedElsewhere"
"""The metadata of a function whose code its template does not keep up to date."""

APPLICATION = "Application"
"""The metadata of a function whose handler a tool puts into its package: what that calls, as a Handler names it."""

WITHHELD = "AWS::IAM::WithheldPolicy"
"""The type of a policy of a role that is written down, and that a setting leaves out of a deployment: `count = 0`."""

MODULE = "Terraform::Module"
"""The type of what stands for the call of a module that is not seen: its properties are what the module is given."""

HOME = "Home"
"""The metadata of a resource whose template is kept in another directory than the one that it is deployed from."""

ENTRY = "Entry"
"""The metadata of a function whose code is bundled of a file and what that imports: its path."""

PATTERNS = "Patterns"
"""The metadata of a function of whose directory not all is packed: the globs that say what is, from its home."""

AS_IT_LIES = "AsItLies"
"""The metadata of a function whose directory is packed as it lies there: nothing is installed into it first."""

UNMARKED = "Unmarked"
"""The metadata of a function whose template names its code in a way that stays as it is when the code changes: the
argument that names it."""


@dataclass(frozen=True, slots=True, eq=False)
class Resource:
    """What a template deploys: one resource, its properties spelt out."""

    type: str
    """`AWS::Lambda::Function` …, also for what SAM, Serverless or Terraform call otherwise."""
    name: str
    """Unique in its deployment: the logical id; within a nested stack `Stack.LogicalId`."""
    properties: Mapping
    span: Span
    """The place to name for the resource as a whole: its logical id, or the shorthand it was spelt out from."""
    extent: Span
    """The stretch of the template that declares it."""
    metadata: Mapping | None = field(default=None, repr=False)
    generated: bool = False
    """Whether the framework made it and the user cannot change it."""
    label: str = ""
    """How its author calls it; where it is not given, the last part of its name."""
    uncertain: bool = False
    """Whether a `count` or `for_each` of Terraform, its own or of a call around it, leaves it to a deployment."""
    conditional: bool = False
    """Whether it has a Condition of CloudFormation's."""
    after: tuple[str, ...] | None = None
    """The names of what its template says is to be made before it, besides what it refers to; of all instances of a
    block the block's address. None where that is not known."""
    joined: tuple[Span, ...] = ()
    """The stretches of what is a resource of its own in its dialect, made after it, and a property of it here."""

    @property
    def called(self) -> str:
        """How messages call it."""
        return self.label or self.name.rpartition(".")[2]

    @property
    def home(self) -> str:
        """The directory that it is deployed from."""
        told = self.metadata.get(HOME) if self.metadata is not None else None
        return str(told.value) if isinstance(told, Known) else posixpath.dirname(self.extent.path)

    def get(self, *path: str) -> Value | None:
        """The property at a path of names; None where it is not set."""
        return self.properties.get(*path)


def deployed_elsewhere(span: Span) -> Mapping:
    """The metadata of a function whose code, once it is made, comes from something else than its template."""
    return Mapping({DEPLOYED_ELSEWHERE: Known(True, span)}, span, {DEPLOYED_ELSEWHERE: span})


@dataclass(frozen=True, slots=True)
class Unread:
    """A key of a template that nothing reads."""

    span: Span
    what: str
    """What is so of whose it is, and what follows: "has Events beside Properties …"."""
    owner: str = ""
    """The `name` of the function whose it is; "" where it is another resource's, or none's."""
    severity: str | None = None
    """How bad it is, where that is less than it is as a rule."""
    meant: tuple[str, str] | None = None
    """The key as it is written, and the one that is meant by it where it stands."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """What one root template deploys, its nested templates included."""

    path: str
    """The root template."""
    dialect: str
    resources: tuple[Resource, ...]
    unreadable: tuple[tuple[Span, str], ...] = ()
    """Places that could not be read, and why."""
    paths: tuple[str, ...] = ()
    """All template files that took part."""
    program: tuple[str, ...] = ()
    """The files of the app that it was read from, or synthesised of."""
    notes: tuple[tuple[Span, str], ...] = ()
    """Places of what was seen and not read, and what the user can do; no fault of the project."""
    local: bool = False
    """Whether its root template says that it is for tests on one's own machine."""
    offline: bool = False
    """Whether that holds only where nobody deploys it: it is a service that a plugin runs there, and allows nothing."""
    idle: bool = False
    """Whether it is a module that nothing calls, of a repository that calls others of its modules."""
    misplaced: tuple[Unread, ...] = ()
    """Keys that stand where nothing reads them."""
    unsupported: tuple[Unread, ...] = ()
    """Keys that only a plugin reads that is not there."""
    app: str = ""
    """The cdk.json of the app that was synthesised to it, whose tests keep it, or beside which it was left; "" where it
    is of none, or the app itself."""
    kept: bool = False
    """Whether it is what an app's tests keep, or what was left of it, and not what it is synthesised to."""
    written: tuple[tuple[Span, Span], ...] = ()
    """Stretches of its templates that a tool wrote, each with the place that it wrote it of."""
    modules: tuple[str, ...] = ()
    """The directories of the modules of Terraform that took part."""
    outputs: dict[tuple[str, str], Value] = field(default_factory=dict)
    """What its root template gives to others: FROM_STACK or FROM_EXPORT, and a name."""
    beside: tuple[Resource, ...] = ()
    """The resources of deployments by other tools that are halves of one project with it: it is judged with them."""
    borrowed: tuple[str, ...] = ()
    """The names of those among them that another deployment is judged with too."""
    judged_with: str = ""
    """The path of the deployment that it is judged with; "" where it is judged by itself."""
    halves: tuple[str, ...] = ()
    """The template files of all that it is judged with, or that are judged with it."""
