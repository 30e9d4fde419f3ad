"""Networks: subnets, their routes, and the endpoints of a VPC."""

from __future__ import annotations

from lambdalint.templates.terraform.row import Many, Row

_TARGETS = {
    "carrier_gateway_id": "CarrierGatewayId",
    "core_network_arn": "CoreNetworkArn",
    "egress_only_gateway_id": "EgressOnlyInternetGatewayId",
    "gateway_id": "GatewayId",
    "local_gateway_id": "LocalGatewayId",
    "nat_gateway_id": "NatGatewayId",
    "network_interface_id": "NetworkInterfaceId",
    "transit_gateway_id": "TransitGatewayId",
    "vpc_endpoint_id": "VpcEndpointId",
    "vpc_peering_connection_id": "VpcPeeringConnectionId",
}
"""What a route may lead to."""

ROWS: dict[str, Row] = {
    "aws_internet_gateway": Row("AWS::EC2::InternetGateway", {"vpc_id": "VpcId"}),
    "aws_route": Row(
        "AWS::EC2::Route",
        {
            "route_table_id": "RouteTableId",
            "destination_cidr_block": "DestinationCidrBlock",
            "destination_ipv6_cidr_block": "DestinationIpv6CidrBlock",
            **_TARGETS,
        },
    ),
    "aws_route_table": Row(
        "AWS::EC2::RouteTable",
        {
            "vpc_id": "VpcId",
            "propagating_vgws": "PropagatingVgws",
            "route": Many(
                "Routes",
                {"cidr_block": "DestinationCidrBlock", "ipv6_cidr_block": "DestinationIpv6CidrBlock", **_TARGETS},
            ),
        },
    ),
    "aws_default_route_table": Row("AWS::EC2::MainRouteTable", {"default_route_table_id": "RouteTableId"}),
    "aws_main_route_table_association": Row(
        "AWS::EC2::MainRouteTable", {"vpc_id": "VpcId", "route_table_id": "RouteTableId"}
    ),
    "aws_route_table_association": Row(
        "AWS::EC2::SubnetRouteTableAssociation", {"subnet_id": "SubnetId", "route_table_id": "RouteTableId"}
    ),
    "aws_subnet": Row("AWS::EC2::Subnet", {"vpc_id": "VpcId"}),
    "aws_vpc": Row("AWS::EC2::VPC", {}, partial=True),
    "aws_vpc_endpoint": Row(
        "AWS::EC2::VPCEndpoint",
        {"vpc_id": "VpcId", "service_name": "ServiceName", "vpc_endpoint_type": "VpcEndpointType"},
    ),
    "aws_vpn_gateway_route_propagation": Row(
        "AWS::EC2::VPNGatewayRoutePropagation", {"route_table_id": "RouteTableIds", "vpn_gateway_id": "VpnGatewayId"}
    ),
}
