"""What a graph of an application is made of."""

from __future__ import annotations

from collections.abc import Iterable

from lambdalint.records import dataclass
from lambdalint.source import Span

KINDS = {
    "AWS::ApiGateway::RestApi": "api",
    "AWS::ApiGatewayV2::Api": "api",
    "AWS::AppSync::GraphQLApi": "api",
    "AWS::CloudFront::Distribution": "distribution",
    "AWS::Cognito::UserPool": "user pool",
    "AWS::DynamoDB::GlobalTable": "table",
    "AWS::DynamoDB::Table": "table",
    "AWS::ElasticLoadBalancingV2::TargetGroup": "load balancer",
    "AWS::Events::EventBus": "bus",
    "AWS::Events::Rule": "rule",
    "AWS::Kinesis::Stream": "stream",
    "AWS::KinesisFirehose::DeliveryStream": "delivery stream",
    "AWS::Lambda::Function": "function",
    "AWS::Lambda::Url": "function URL",
    "AWS::Pipes::Pipe": "pipe",
    "AWS::S3::Bucket": "bucket",
    "AWS::SNS::Topic": "topic",
    "AWS::SQS::Queue": "queue",
    "AWS::SSM::Parameter": "parameter",
    "AWS::Scheduler::Schedule": "schedule",
    "AWS::SecretsManager::Secret": "secret",
    "AWS::Serverless::SimpleTable": "table",
    "AWS::StepFunctions::StateMachine": "state machine",
}
"""What is drawn for itself, and what it is called; a resource of another type is drawn where an edge leads to it."""


@dataclass(frozen=True, slots=True)
class Node:
    """A part of the application, or what lies outside of it."""

    id: str
    """The same from run to run: of a resource, its root template and its name in what that deploys."""
    kind: str
    """`function`, `queue` …; of a resource that is not drawn for itself, its type."""
    name: str
    group: str = ""
    """The root template that deploys it, and the stack or module within; "" for what lies outside of the project."""
    place: str = ""
    """Where it is declared; "" for what is not declared in the project."""
    known: bool = True
    """Whether it is known which one it is: where it is not, it stands for one that only a deployment knows."""
    unseen: str = ""
    """Why a function's code is not known, so that it may do more than is drawn; "" where it is known."""
    settings: tuple[str, ...] = ()
    """The numbers that decide what becomes of events there: how long it keeps them, or may take for them."""
    extent: Span | None = None
    """The stretch of a template that declares it."""


@dataclass(frozen=True, slots=True)
class Edge:
    """What one node does to another."""

    source: str
    verb: str
    """`invokes`, `sends to`, `reads` …"""
    target: str
    details: tuple[str, ...] = ()
    """How: the routes of an API, the operations that code asks for."""
    settings: tuple[str, ...] = ()
    """The numbers of the hop: how many events at once, how often they are tried again."""
    lost: tuple[str, ...] = ()
    """What makes events on this hop lost, as far as it is known."""


@dataclass(frozen=True, slots=True)
class Graph:
    """All that is drawn, in an order that does not come from how it was found."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    @property
    def groups(self) -> tuple[tuple[str, tuple[Node, ...]], ...]:
        """The nodes by group; those outside of the project, whose group is "", first."""
        found: dict[str, list[Node]] = {}
        for node in self.nodes:
            found.setdefault(node.group, []).append(node)
        return tuple((group, tuple(found[group])) for group in sorted(found))


_MERGED = ("details", "settings", "lost")
"""What an edge has that is found in several places."""


def merged(graphs: Iterable[Graph]) -> Graph:
    """Several graphs as one: each node once, and one edge for all that one node does alike to another."""
    nodes: dict[str, Node] = {}
    edges: dict[tuple[str, str, str], tuple[set[str], ...]] = {}
    for graph in graphs:
        nodes.update((each.id, each) for each in graph.nodes)
        for edge in graph.edges:
            told = edges.setdefault((edge.source, edge.verb, edge.target), tuple(set() for _ in _MERGED))
            for held, name in zip(told, _MERGED, strict=True):
                held.update(getattr(edge, name))
    found = (Edge(*ends, *(tuple(sorted(each)) for each in edges[ends])) for ends in sorted(edges))
    return Graph(tuple(nodes[each] for each in sorted(nodes)), tuple(found))
