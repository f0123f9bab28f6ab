"""Rules for routes, addresses, security groups and flow logs."""

from __future__ import annotations

from network_fixtures import NETWORK
from rule_case_tests import test_passes, test_rejects
from rule_cases import (
    Case,
    Document,
    both,
    drop,
    put,
    resources,
    tier,
)

__all__ = ["test_passes", "test_rejects"]

_PORT_RANGE = {"ip_protocol": "tcp", "from_port": 8443, "to_port": 8443}
SECURITY_GROUP_RULES = resources(
    aws_security_group={"A": {"name": "a", "description": "A"}, "B": {"name": "b", "description": "B"}},
    aws_vpc_security_group_egress_rule={
        "Out": {
            "security_group_id": "${aws_security_group.A.id}",
            "referenced_security_group_id": "${aws_security_group.B.id}",
            **_PORT_RANGE,
        }
    },
    aws_vpc_security_group_ingress_rule={
        "In": {
            "security_group_id": "${aws_security_group.B.id}",
            "referenced_security_group_id": "${aws_security_group.A.id}",
            **_PORT_RANGE,
        }
    },
)
_IN = "aws_vpc_security_group_ingress_rule/In"
_OUT = "aws_vpc_security_group_egress_rule/Out"


def _without_egress(document: Document) -> None:
    for kind in ("aws_nat_gateway", "aws_eip", "aws_route"):
        del document["resource"][kind]


CASES = [
    Case(
        "LK_VPC_2",
        NETWORK,
        {
            "rejected traffic only": (put("aws_flow_log/Main/traffic_type", "REJECT"), "REJECT"),
            "one subnet": (
                put("aws_flow_log/Main/subnet_id", "${aws_subnet.PrivateA.id}"),
                "the flow log covers one subnet, not the VPC",
            ),
        },
    ),
    Case(
        "LK_VPC_3",
        NETWORK,
        {
            "private subnet with an internet route": (
                put("aws_route_table_association/Private/route_table_id", "${aws_route_table.Public.id}"),
                "without a NAT gateway",
            ),
            "inline internet route": (
                put(
                    "aws_route_table/Private/route",
                    [{"cidr_block": "0.0.0.0/0", "gateway_id": "${aws_internet_gateway.Out.id}"}],
                ),
                "without a NAT gateway",
            ),
            "half of all addresses": (
                put(
                    "aws_route_table/Private/route",
                    [{"cidr_block": "128.0.0.0/1", "gateway_id": "${aws_internet_gateway.Out.id}"}],
                ),
                "without a NAT gateway",
            ),
        },
    ),
    Case(
        "LK_VPC_4",
        NETWORK,
        {
            "no DNS hostnames": (
                put("aws_vpc/Main/enable_dns_hostnames", False),
                "enable_dns_support and enable_dns_hostnames are not both true",
            ),
            "two zones in prod": (drop("aws_subnet/PrivateC"), "subnets cover 2 Availability Zones"),
        },
        {"two zones in staging": both(drop("aws_subnet/PrivateC"), tier("staging"))},
    ),
    Case(
        "LK_VPC_5",
        NETWORK,
        {
            "any IPv4 address": (put(f"{_IN}/cidr_ipv4", "0.0.0.0/0"), "ingress from 0.0.0.0/0 is allowed"),
            "half of the IPv4 range": (put(f"{_IN}/cidr_ipv4", "128.0.0.0/1"), "128.0.0.0/1"),
            "any IPv6 address": (put(f"{_IN}/cidr_ipv6", "::/0"), "::/0"),
            "inline rule": (
                put(
                    "aws_security_group/Engines/ingress",
                    [{"from_port": 9098, "to_port": 9098, "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"]}],
                ),
                "ingress from 0.0.0.0/0 is allowed",
            ),
        },
        {"security group source": both(drop(f"{_IN}/cidr_ipv4"), put(f"{_IN}/referenced_security_group_id", "sg-1"))},
    ),
    Case(
        "LK_VPC_6",
        NETWORK,
        {
            "all ports to the internet": (
                both(put(f"{_OUT}/ip_protocol", "-1"), drop(f"{_OUT}/from_port"), drop(f"{_OUT}/to_port")),
                "-1",
            ),
            "port range with HTTPS": (put(f"{_OUT}/to_port", 9999), "443 to 9999"),
            "half of the IPv4 range": (
                both(put(f"{_OUT}/cidr_ipv4", "0.0.0.0/1"), put(f"{_OUT}/to_port", 9999)),
                "open to the internet (50% of IPv4)",
            ),
            "networks of other companies": (
                both(put(f"{_OUT}/cidr_ipv4", "52.0.0.0/8"), put(f"{_OUT}/to_port", 9999)),
                "0.391% of IPv4",
            ),
            "ranges that add up, written twice": (
                put(
                    "aws_security_group/Engines/egress",
                    [
                        {
                            "from_port": 0,
                            "to_port": 0,
                            "protocol": "-1",
                            "cidr_blocks": ["52.0.0.0/16", "52.1.0.0/16", "52.1.0.0/16"],
                        }
                    ],
                ),
                "0.00305% of IPv4",
            ),
        },
        {
            "other ports to a private range": both(
                put(f"{_OUT}/cidr_ipv4", "10.0.0.0/16"), put(f"{_OUT}/to_port", 9999)
            ),
            "other ports to one network": both(
                put(f"{_OUT}/cidr_ipv4", "198.51.100.0/24"), put(f"{_OUT}/to_port", 9999)
            ),
        },
    ),
    Case(
        "LK_VPC_7",
        NETWORK,
        {
            "address of an instance": (
                put("aws_eip/Nat/instance", "i-1"),
                "the address is associated with an instance or network interface",
            ),
            "unassociated address": (
                put("resource/aws_eip/Spare", {"domain": "vpc"}),
                "the address is not associated with a NAT gateway",
            ),
            "internet gateway without a NAT gateway": (_without_egress, "the internet gateway serves no NAT gateway"),
            "NAT gateway without an allocation": (
                drop("aws_nat_gateway/Nat/allocation_id"),
                "the public NAT gateway has no allocation_id",
            ),
        },
    ),
    Case(
        "LK_VPC_8",
        NETWORK,
        {
            "unused security group": (drop("aws_vpc_endpoint/Glue"), "no resource"),
        },
        {
            "security group of an application": both(
                drop("aws_vpc_endpoint/Glue"),
                put(
                    "resource/aws_emrserverless_application",
                    {"S": {"network_configuration": {"security_group_ids": ["${aws_security_group.Engines.id}"]}}},
                ),
            )
        },
    ),
    Case(
        "LK_VPC_10",
        SECURITY_GROUP_RULES,
        {
            "no ingress rule": (
                drop("aws_vpc_security_group_ingress_rule/In"),
                "aws_security_group.B has no matching ingress rule",
            ),
            "no egress rule": (
                drop("aws_vpc_security_group_egress_rule/Out"),
                "aws_security_group.A has no matching egress rule",
            ),
            "another port": (
                both(
                    put("aws_vpc_security_group_ingress_rule/In/from_port", 9000),
                    put("aws_vpc_security_group_ingress_rule/In/to_port", 9000),
                ),
                "aws_security_group.B has no matching ingress rule",
            ),
            "another protocol": (
                put("aws_vpc_security_group_ingress_rule/In/ip_protocol", "udp"),
                "aws_security_group.B has no matching ingress rule",
            ),
            "ingress from another group": (
                put("aws_vpc_security_group_ingress_rule/In/referenced_security_group_id", "sg-1"),
                "aws_security_group.B has no matching ingress rule",
            ),
        },
        {
            "wider ingress rule": put(
                "aws_vpc_security_group_ingress_rule/In",
                {
                    "security_group_id": "${aws_security_group.B.id}",
                    "referenced_security_group_id": "${aws_security_group.A.id}",
                    "ip_protocol": "-1",
                },
            ),
            "CIDR range": both(
                put("aws_vpc_security_group_ingress_rule/In/cidr_ipv4", "10.0.0.0/16"),
                drop("aws_vpc_security_group_ingress_rule/In/referenced_security_group_id"),
            ),
            "inline rule": both(
                drop("aws_vpc_security_group_ingress_rule/In"),
                put(
                    "aws_security_group/B/ingress",
                    [{"protocol": "tcp", "from_port": 0, "to_port": 65535, "cidr_blocks": ["10.0.0.0/16"]}],
                ),
            ),
            "security group of another stack": both(
                drop("aws_vpc_security_group_ingress_rule/In"),
                put("aws_vpc_security_group_egress_rule/Out/referenced_security_group_id", "sg-0123456789abcdef0"),
            ),
        },
    ),
]
