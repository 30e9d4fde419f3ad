"""Networks: where the subnets of a function lead.

A function has no public address, also where its subnet is public: an internet gateway leads it nowhere, and it needs
a route to a NAT gateway, or an endpoint for what it calls.
https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-internet.html
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.data import endpoints
from lambdalint.model.deployed import Deployed
from lambdalint.model.functions import Function
from lambdalint.model.policies_of import is_handed_on
from lambdalint.model.view import literal, referring_to
from lambdalint.patterns import pattern
from lambdalint.records import dataclass
from lambdalint.templates.resource import MODULE, Resource
from lambdalint.templates.value import Known, Mapping, Reference, Sequence, Text, Value, items

_VPC, _SUBNET, _TABLE, _ENDPOINT, _GATEWAY = (
    f"AWS::EC2::{name}" for name in ("VPC", "Subnet", "RouteTable", "VPCEndpoint", "InternetGateway")
)
_ASSOCIATION = "AWS::EC2::SubnetRouteTableAssociation"
_UNSEEN = (MODULE, "AWS::CloudFormation::Stack")

_INERT = ("RouteTableId", "DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")
"""What a route says besides where it leads."""

_OF_AWS = pattern(r"com\.amazonaws\.[a-z0-9-]*\.(.+)")


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A network of the project that no route leads out of, for functions."""

    vpc: Resource
    gateways: tuple[Resource, ...]
    """The internet gateways that its routes lead to."""
    services: frozenset[str]
    """What its endpoints lead to, as they are called."""
    names_hosts: bool
    """Whether hosts of the project's own may have names in it."""

    def reaches(self, service: str) -> bool:
        """Whether an endpoint leads to a service, by the SDK's name of that, or may."""
        called = endpoints.endpoint(service)
        return any(each.startswith((called, service)) for each in self.services)


def enclosed(function: Function) -> Enclosed | None:
    """The network that a function cannot leave; None where it can, or nobody knows."""
    project, network = function.project, function.get("VpcConfig")
    given = network.get("SubnetIds") if isinstance(network, Mapping) and not network.open else None
    if not isinstance(given, Sequence) or given.open or not given.items:
        return None
    if isinstance(network, Mapping) and network.get("Ipv6AllowedForDualStack") is not None:
        return None  # There is another way for IPv6.
    subnets = [_named(project, each, _SUBNET) for each in given.items]
    vpcs = {_named(project, each.get("VpcId"), _VPC) if each is not None else None for each in subnets}
    vpc = vpcs.pop()
    if vpc is None or vpcs or any(each.type in _UNSEEN for each in referring_to(project, vpc.name)):
        return None
    if _is_routed_elsewhere(project, vpc):
        return None
    gateways: list[Resource] = []
    for subnet in subnets:
        found = None if subnet is None or is_handed_on(project, subnet) else _gateways(project, subnet)
        if found is None:
            return None
        gateways += found
    services = _services(project, vpc)
    zones = project.of_type("AWS::Route53::HostedZone")
    return None if services is None else Enclosed(vpc, tuple(gateways), services, bool(zones))


def _is_routed_elsewhere(project: Deployed, vpc: Resource) -> bool:
    """Whether the routes of a VPC are made somewhere else: some of its subnets are called public, and no internet
    gateway makes them so."""
    return not project.of_type(_GATEWAY) and any(
        "public" in f"{each.name} {each.called}".lower() and _named(project, each.get("VpcId"), _VPC) is vpc
        for each in project.of_type(_SUBNET)
    )


def _named(project: Deployed, value: Value | None, kind: str) -> Resource | None:
    """The resource of a type that a value surely is."""
    found = project.resource(value.resource) if isinstance(value, Reference) else None
    return found if found is not None and found.type == kind and not found.uncertain else None


def _gateways(project: Deployed, subnet: Resource) -> list[Resource] | None:
    """The internet gateways that a subnet's routes lead to, where they lead to nothing else."""
    tables: list[Resource] = []
    for each in project.of_type(_ASSOCIATION):
        of = each.get("SubnetId")
        if not isinstance(of, Reference):
            return None
        if of.resource == subnet.name:
            table = _named(project, each.get("RouteTableId"), _TABLE)
            if table is None or is_handed_on(project, table):
                return None
            tables.append(table)
    # Without one of its own it has that of the VPC, which is empty where nobody gives it another.
    if not tables and project.of_type("AWS::EC2::MainRouteTable"):
        return None
    if any(project.of_type(each) for each in ("AWS::EC2::VPNGatewayRoutePropagation", "AWS::EC2::EIPAssociation")):
        return None
    found: list[Resource] = []
    for route in _routes(project, tables):
        gateway = None if route is None else _gateway(project, route)
        if gateway is None:
            return None
        found.append(gateway)
    return found


def _routes(project: Deployed, tables: list[Resource]) -> Iterator[Mapping | None]:
    """The routes of some tables; None for one that is not known, or may be of one of them."""
    names = {each.name for each in tables}
    for table in tables:
        given = table.get("Routes")
        if table.get("PropagatingVgws") is not None or (isinstance(given, Sequence) and given.open):
            yield None
        for each in items(given):
            yield each if isinstance(each, Mapping) else None
    for route in project.of_type("AWS::EC2::Route"):
        of = route.get("RouteTableId")
        if (
            not isinstance(of, Reference)
            or project.resource(of.resource) is None
            or of.attribute not in ("", "RouteTableId")
        ):
            yield None
        elif of.resource in names:
            yield route.properties


def _gateway(project: Deployed, route: Mapping) -> Resource | None:
    """The internet gateway that a route leads to; None where it leads elsewhere, or nobody knows."""
    if route.open or any(name not in (*_INERT, "GatewayId") for name in route.entries):
        return None
    return _named(project, route.get("GatewayId"), _GATEWAY)


def _services(project: Deployed, vpc: Resource) -> frozenset[str] | None:
    """What the endpoints of a VPC lead to; None where that is not known."""
    found: set[str] = set()
    for each in project.of_type(_ENDPOINT):
        of, named = each.get("VpcId"), each.get("ServiceName")
        if not isinstance(of, Reference):
            return None
        if of.resource != vpc.name:
            continue
        whole = isinstance(named, Known) or (isinstance(named, Text) and isinstance(named.parts[-1], Known))
        service = _OF_AWS.fullmatch(literal(named)) if whole else None
        if service is None:
            return None
        found.add(service[1])
    return frozenset(found)
