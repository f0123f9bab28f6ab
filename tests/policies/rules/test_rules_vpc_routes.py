"""Rules for routes, network ACLs, default groups and peerings."""

from __future__ import annotations

from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, both, put, resources

__all__ = ["test_passes", "test_rejects"]


CASES = [
    Case(
        "LK_VPC_11",
        resources(
            aws_route_table={"T": {"route": [{"cidr_block": "10.1.0.0/16", "vpc_peering_connection_id": "pcx-1"}]}}
        ),
        {
            "a peering": (
                put("aws_route_table/T/route/0/cidr_block", "0.0.0.0/0"),
                "0.0.0.0/0 goes over the peering pcx-1",
            ),
            "half of all addresses": (put("aws_route_table/T/route/0/cidr_block", "128.0.0.0/1"), "128.0.0.0/1"),
            "IPv6": (
                put("aws_route_table/T/route/0", {"ipv6_cidr_block": "::/0", "vpc_peering_connection_id": "pcx-1"}),
                "::/0",
            ),
            "an internet gateway": (
                put("aws_route_table/T/route/0", {"cidr_block": "0.0.0.0/0", "gateway_id": "igw-1"}),
                "internet gateway igw-1",
            ),
            "the default table": (
                put(
                    "resource/aws_default_route_table",
                    {"D": {"route": [{"cidr_block": "0.0.0.0/0", "gateway_id": "${aws_internet_gateway.g.id}"}]}},
                ),
                "internet gateway",
            ),
            "a route of its own": (
                put(
                    "resource/aws_route",
                    {"R": {"destination_ipv6_cidr_block": "::/0", "gateway_id": "igw-1", "route_table_id": "rtb-1"}},
                ),
                "internet gateway",
            ),
        },
        {
            "a NAT gateway": put("aws_route_table/T/route/0", {"cidr_block": "0.0.0.0/0", "nat_gateway_id": "nat-1"}),
            "a subnet of NAT gateways": both(
                put("aws_route_table/T/route/0", {"cidr_block": "0.0.0.0/0", "gateway_id": "igw-1"}),
                put(
                    "resource/aws_route_table_association",
                    {"A": {"route_table_id": "${aws_route_table.T.id}", "subnet_id": "${aws_subnet.S.id}"}},
                ),
                put("resource/aws_nat_gateway", {"N": {"subnet_id": "${aws_subnet.S.id}"}}),
                put("resource/aws_subnet", {"S": {"vpc_id": "v"}}),
            ),
        },
    ),
    Case(
        "LK_VPC_12",
        resources(
            aws_network_acl={
                "N": {
                    "ingress": [
                        {
                            "rule_no": 1,
                            "action": "allow",
                            "protocol": "tcp",
                            "from_port": 443,
                            "to_port": 443,
                            "cidr_block": "0.0.0.0/0",
                        }
                    ]
                }
            }
        ),
        {
            "all protocols": (
                put("aws_network_acl/N/ingress/0/protocol", "-1"),
                "inbound rule 1 allows every protocol",
            ),
            "by name": (put("aws_network_acl/N/ingress/0/protocol", "all"), "every protocol"),
            "a rule of its own": (
                put(
                    "resource/aws_network_acl_rule",
                    {"R": {"rule_number": 7, "rule_action": "allow", "protocol": "all", "ipv6_cidr_block": "::/0"}},
                ),
                "inbound rule 7",
            ),
            "a quarter of all addresses": (
                put(
                    "resource/aws_network_acl_rule",
                    {"R": {"rule_number": 7, "rule_action": "allow", "protocol": "-1", "cidr_block": "64.0.0.0/2"}},
                ),
                "from 25% of IPv4",
            ),
        },
        {
            "outbound": put(
                "resource/aws_network_acl_rule",
                {
                    "R": {
                        "rule_number": 7,
                        "egress": True,
                        "rule_action": "allow",
                        "protocol": "-1",
                        "cidr_block": "0.0.0.0/0",
                    }
                },
            ),
            "denied": both(
                put("aws_network_acl/N/ingress/0/protocol", "-1"), put("aws_network_acl/N/ingress/0/action", "deny")
            ),
        },
    ),
    Case(
        "LK_VPC_13",
        resources(
            aws_default_security_group={"D": {"vpc_id": "v"}},
            aws_vpc={"v": {"cidr_block": "10.0.0.0/16"}},
            aws_vpc_security_group_ingress_rule={"R": {"security_group_id": "sg-1"}},
        ),
        {
            "rules inside": (
                put(
                    "aws_default_security_group/D/ingress",
                    [{"protocol": "-1", "self": True, "from_port": 0, "to_port": 0}],
                ),
                "the default group has ingress rules",
            ),
            "a rule attached to it": (
                put("aws_vpc_security_group_ingress_rule/R/security_group_id", "${aws_default_security_group.D.id}"),
                "attached to the default group",
            ),
            "by the network": (
                put(
                    "aws_vpc_security_group_ingress_rule/R/security_group_id", "${aws_vpc.v.default_security_group_id}"
                ),
                "attached to the default group",
            ),
        },
    ),
    Case(
        "LK_VPC_14",
        resources(
            aws_vpc_peering_connection={"P": {"vpc_id": "a", "peer_vpc_id": "b", "peer_owner_id": "222222222222"}}
        ),
        {
            "accepted at once": (put("aws_vpc_peering_connection/P/auto_accept", True), "auto_accept is true"),
        },
        {
            "the same account": put(
                "aws_vpc_peering_connection/P", {"vpc_id": "a", "peer_vpc_id": "b", "auto_accept": True}
            ),
        },
    ),
]
