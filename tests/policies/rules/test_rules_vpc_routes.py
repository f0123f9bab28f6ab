"""Rules for routes, network ACLs, default groups and peerings."""

from __future__ import annotations

from typing import Any

from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, both, drop, put, resources

__all__ = ["test_passes", "test_rejects"]


def entry(number: int, action: str, first: int, last: int) -> dict[str, Any]:
    """One inbound rule of an ACL, from every address."""
    ports = {"protocol": "tcp", "from_port": first, "to_port": last}
    return {"rule_no": number, "action": action, "cidr_block": "0.0.0.0/0", **ports}


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
            "a network interface elsewhere": (
                put("aws_route_table/T/route/0", {"cidr_block": "0.0.0.0/0", "network_interface_id": "eni-1"}),
                "0.0.0.0/0 goes through the network interface eni-1, which is not in this configuration",
            ),
            "an endpoint elsewhere": (
                put("aws_route_table/T/route/0", {"cidr_block": "0.0.0.0/0", "vpc_endpoint_id": "vpce-1"}),
                "through the endpoint vpce-1",
            ),
            "a public range through an interface": (
                put("aws_route_table/T/route/0", {"cidr_block": "52.0.0.0/6", "network_interface_id": "eni-1"}),
                "52.0.0.0/6 goes through the network interface eni-1",
            ),
            "a carrier gateway": (
                put("aws_route_table/T/route/0", {"cidr_block": "0.0.0.0/0", "carrier_gateway_id": "cagw-1"}),
                "carrier gateway cagw-1",
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
            "an interface of the configuration": both(
                put(
                    "aws_route_table/T/route/0",
                    {"cidr_block": "0.0.0.0/0", "network_interface_id": "${aws_network_interface.A.id}"},
                ),
                put("resource/aws_network_interface", {"A": {"subnet_id": "subnet-1"}}),
            ),
            "a private range through an interface": put(
                "aws_route_table/T/route/0", {"cidr_block": "10.2.0.0/16", "network_interface_id": "eni-1"}
            ),
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
        "LK_VPC_17",
        resources(
            aws_network_acl_rule={
                "R": {
                    "rule_number": 7,
                    "rule_action": "allow",
                    "protocol": "tcp",
                    "cidr_block": "10.0.0.0/8",
                    "from_port": 443,
                    "to_port": 443,
                }
            }
        ),
        {
            "every port": (
                both(drop("aws_network_acl_rule/R/from_port"), drop("aws_network_acl_rule/R/to_port")),
                "inbound rule 7 allows every port from 10.0.0.0/8",
            ),
            "every protocol": (put("aws_network_acl_rule/R/protocol", "-1"), "every port from 10.0.0.0/8"),
            "the whole range": (
                both(put("aws_network_acl_rule/R/from_port", 0), put("aws_network_acl_rule/R/to_port", 65535)),
                "every port from 10.0.0.0/8",
            ),
        },
        {
            "a part of the ports": put("aws_network_acl_rule/R/from_port", 0),
            "the internet, which LK_VPC_12 reports": both(
                put("aws_network_acl_rule/R/protocol", "-1"), put("aws_network_acl_rule/R/cidr_block", "0.0.0.0/0")
            ),
            "a denial": both(
                put("aws_network_acl_rule/R/protocol", "-1"), put("aws_network_acl_rule/R/rule_action", "deny")
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
            "SSH": (
                both(put("aws_network_acl/N/ingress/0/from_port", 20), put("aws_network_acl/N/ingress/0/to_port", 22)),
                "inbound rule 1 allows port 20, 21, 22 from 100% of IPv4",
            ),
            "a range from port 0": (
                both(
                    put("aws_network_acl/N/ingress/0/from_port", 0), put("aws_network_acl/N/ingress/0/to_port", 65535)
                ),
                "inbound rule 1 allows every port from 100% of IPv4",
            ),
            "SSH after a denial of another port": (
                put("aws_network_acl/N/ingress", [entry(1, "deny", 3389, 3389), entry(2, "allow", 22, 3389)]),
                "inbound rule 2 allows port 22 from 100% of IPv4",
            ),
            "every port of TCP": (
                put(
                    "resource/aws_network_acl_rule",
                    {"R": {"rule_number": 7, "rule_action": "allow", "protocol": "tcp", "cidr_block": "0.0.0.0/0"}},
                ),
                "inbound rule 7 allows every port from 100% of IPv4",
            ),
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
            "SSH after its denial": put(
                "aws_network_acl/N/ingress", [entry(20, "allow", 22, 22), entry(3, "deny", 22, 22)]
            ),
            "ICMP without ports": put(
                "resource/aws_network_acl_rule",
                {"R": {"rule_number": 7, "rule_action": "allow", "protocol": "icmp", "cidr_block": "10.0.0.0/8"}},
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
