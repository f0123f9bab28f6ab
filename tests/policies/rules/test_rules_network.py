"""Networks: endpoints, routes, addresses, groups, flow logs."""

from __future__ import annotations

from rule_case_tests import test_passes, test_rejects
from rule_cases import (
    ACCOUNT,
    Case,
    Change,
    Document,
    add_statement,
    both,
    drop,
    policy,
    put,
    resources,
    statement,
    tier,
)

__all__ = ["test_passes", "test_rejects"]

OURS = {
    "Sid": "Ours",
    "Effect": "Allow",
    "Principal": "*",
    "Action": "*",
    "Resource": "*",
    "Condition": {"StringEquals": {"aws:PrincipalAccount": ACCOUNT, "aws:ResourceAccount": ACCOUNT}},
}
INSTALL = {
    "Sid": "Install",
    "Effect": "Allow",
    "Principal": "*",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::eu-west-1.elasticmapreduce/*",
    "Condition": {"StringEquals": {"aws:SourceVpc": "${aws_vpc.Main.id}"}},
}
FEED = {
    **INSTALL,
    "Sid": "Feed",
    "Action": ["s3:PutObject", "s3:GetObject"],
    "Resource": ["arn:aws:s3:::aws157-logs-prod-eu-west-1/*", "arn:aws:s3:::prod.eu-west-1.appinfo.src/*"],
}
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
NETWORK = resources(
    aws_vpc={"Main": {"cidr_block": "10.0.0.0/16", "enable_dns_support": True, "enable_dns_hostnames": True}},
    aws_subnet={
        **{
            f"Private{zone.upper()}": {
                "vpc_id": "${aws_vpc.Main.id}",
                "availability_zone": f"eu-west-1{zone}",
                "cidr_block": f"10.0.{number}.0/24",
            }
            for number, zone in enumerate("abc")
        },
        "Public": {"vpc_id": "${aws_vpc.Main.id}", "availability_zone": "eu-west-1a", "cidr_block": "10.0.9.0/24"},
    },
    aws_internet_gateway={"Out": {"vpc_id": "${aws_vpc.Main.id}"}},
    aws_eip={"Nat": {"domain": "vpc"}},
    aws_nat_gateway={"Nat": {"subnet_id": "${aws_subnet.Public.id}", "allocation_id": "${aws_eip.Nat.id}"}},
    aws_route_table={"Public": {"vpc_id": "${aws_vpc.Main.id}"}, "Private": {"vpc_id": "${aws_vpc.Main.id}"}},
    aws_route={
        "Out": {
            "route_table_id": "${aws_route_table.Public.id}",
            "destination_cidr_block": "0.0.0.0/0",
            "gateway_id": "${aws_internet_gateway.Out.id}",
        },
        "ToNat": {
            "route_table_id": "${aws_route_table.Private.id}",
            "destination_cidr_block": "0.0.0.0/0",
            "nat_gateway_id": "${aws_nat_gateway.Nat.id}",
        },
    },
    aws_route_table_association={
        "Public": {"subnet_id": "${aws_subnet.Public.id}", "route_table_id": "${aws_route_table.Public.id}"},
        "Private": {"subnet_id": "${aws_subnet.PrivateA.id}", "route_table_id": "${aws_route_table.Private.id}"},
    },
    aws_flow_log={"Main": {"vpc_id": "${aws_vpc.Main.id}", "traffic_type": "ALL"}},
    aws_security_group={"Engines": {"vpc_id": "${aws_vpc.Main.id}", "name": "engines", "description": "Engines"}},
    aws_vpc_security_group_ingress_rule={
        "In": {
            "security_group_id": "${aws_security_group.Engines.id}",
            "ip_protocol": "tcp",
            "from_port": 443,
            "to_port": 443,
            "cidr_ipv4": "10.0.0.0/16",
        }
    },
    aws_vpc_security_group_egress_rule={
        "Out": {
            "security_group_id": "${aws_security_group.Engines.id}",
            "ip_protocol": "tcp",
            "from_port": 443,
            "to_port": 443,
            "cidr_ipv4": "0.0.0.0/0",
        }
    },
    aws_vpc_endpoint={
        "Glue": {
            "vpc_id": "${aws_vpc.Main.id}",
            "service_name": "com.amazonaws.eu-west-1.glue",
            "vpc_endpoint_type": "Interface",
            "private_dns_enabled": True,
            "security_group_ids": ["${aws_security_group.Engines.id}"],
            "policy": policy(OURS, INSTALL, FEED),
        }
    },
)
_POLICY = "aws_vpc_endpoint/Glue/policy"
_IN = "aws_vpc_security_group_ingress_rule/In"
_OUT = "aws_vpc_security_group_egress_rule/Out"


def _without_egress(document: Document) -> None:
    for kind in ("aws_nat_gateway", "aws_eip", "aws_route"):
        del document["resource"][kind]


def _asks(key: str, value: str | None) -> Change:
    def edit(found: Document) -> None:
        asked = found["Condition"]["StringEquals"]
        asked.pop(key)
        if value:
            asked[key] = value

    return statement(_POLICY, "Ours", edit)


CASES = [
    Case(
        "LK_VPC_1",
        NETWORK,
        {
            "no policy": (drop(_POLICY), "no policy"),
            "any caller": (_asks("aws:PrincipalAccount", None), "any caller"),
            "any caller by a star": (_asks("aws:PrincipalAccount", "*"), "any caller"),
            "any account's bucket": (_asks("aws:ResourceAccount", None), "any account's resources"),
            "asked the wrong way": (
                statement(
                    _POLICY, "Ours", lambda s: s.update(Condition={"StringNotEquals": s["Condition"]["StringEquals"]})
                ),
                "any caller",
            ),
            "writes to AWS's buckets": (
                statement(_POLICY, "Install", lambda s: s.update(Action=["s3:GetObject", "s3:PutObject"])),
                "any caller",
            ),
            "reads any bucket": (statement(_POLICY, "Install", lambda s: s.update(Resource="arn:aws:s3:::*/*")), "any"),
            "writes to a bucket with a like name": (
                statement(_POLICY, "Feed", lambda s: s.update(Resource="arn:aws:s3:::aws157-logs-prod-mine/*")),
                "Feed admits any caller",
            ),
            "writes to any region's": (
                statement(_POLICY, "Feed", lambda s: s.update(Resource="arn:aws:s3:::aws157-logs-prod-*/*")),
                "Feed admits any caller",
            ),
            "writes from anywhere": (statement(_POLICY, "Feed", lambda s: s.pop("Condition")), "Feed admits"),
            "more than writing": (statement(_POLICY, "Feed", lambda s: s.update(Action=["s3:*"])), "Feed admits"),
        },
        {
            "the organisation": both(
                statement(_POLICY, "Ours"),
                add_statement(
                    _POLICY,
                    **{
                        **OURS,
                        "Condition": {
                            "StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij", "aws:ResourceOrgID": "o-abcdefghij"}
                        },
                    },
                ),
            )
        },
    ),
    Case(
        "LK_VPC_2",
        NETWORK,
        {
            "rejected only": (put("aws_flow_log/Main/traffic_type", "REJECT"), "REJECT"),
            "one subnet": (put("aws_flow_log/Main/subnet_id", "${aws_subnet.PrivateA.id}"), "only one subnet"),
        },
    ),
    Case(
        "LK_VPC_3",
        NETWORK,
        {
            "engines beside the gateway": (
                put("aws_route_table_association/Private/route_table_id", "${aws_route_table.Public.id}"),
                "without a NAT gateway",
            ),
            "a route inside the table": (
                put(
                    "aws_route_table/Private/route",
                    [{"cidr_block": "0.0.0.0/0", "gateway_id": "${aws_internet_gateway.Out.id}"}],
                ),
                "without a NAT gateway",
            ),
        },
    ),
    Case(
        "LK_VPC_4",
        NETWORK,
        {
            "no host names": (put("aws_vpc/Main/enable_dns_hostnames", False), "not both on"),
            "two zones in prod": (drop("aws_subnet/PrivateC"), "in 2 zones"),
        },
        {"two zones in staging": both(drop("aws_subnet/PrivateC"), tier("staging"))},
    ),
    Case(
        "LK_VPC_5",
        NETWORK,
        {
            "the world": (put(f"{_IN}/cidr_ipv4", "0.0.0.0/0"), "0.0.0.0/0 may come in"),
            "half the world": (put(f"{_IN}/cidr_ipv4", "128.0.0.0/1"), "128.0.0.0/1"),
            "the world in IPv6": (put(f"{_IN}/cidr_ipv6", "::/0"), "::/0"),
            "inline": (
                put(
                    "aws_security_group/Engines/ingress",
                    [{"from_port": 9098, "to_port": 9098, "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"]}],
                ),
                "may come in",
            ),
        },
        {"a group": both(drop(f"{_IN}/cidr_ipv4"), put(f"{_IN}/referenced_security_group_id", "sg-1"))},
    ),
    Case(
        "LK_VPC_6",
        NETWORK,
        {
            "any port": (
                both(put(f"{_OUT}/ip_protocol", "-1"), drop(f"{_OUT}/from_port"), drop(f"{_OUT}/to_port")),
                "-1",
            ),
            "more than HTTPS": (put(f"{_OUT}/to_port", 9999), "443 to 9999"),
        },
        {"any port at home": both(put(f"{_OUT}/cidr_ipv4", "10.0.0.0/16"), put(f"{_OUT}/to_port", 9999))},
    ),
    Case(
        "LK_VPC_7",
        NETWORK,
        {
            "an instance's address": (put("aws_eip/Nat/instance", "i-1"), "instance or interface"),
            "nobody's address": (
                put("resource/aws_eip/Spare", {"domain": "vpc"}),
                "no NAT gateway",
            ),
            "a gateway for nothing": (_without_egress, "without a NAT gateway"),
            "AWS picks the address": (drop("aws_nat_gateway/Nat/allocation_id"), "without an address"),
        },
    ),
    Case(
        "LK_VPC_8",
        NETWORK,
        {
            "nothing in it": (drop("aws_vpc_endpoint/Glue"), "no resource"),
        },
        {
            "an application's": both(
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
            "not taken in": (drop("aws_vpc_security_group_ingress_rule/In"), "aws_security_group.B takes it not in"),
            "not let out": (drop("aws_vpc_security_group_egress_rule/Out"), "aws_security_group.A lets it not out"),
            "another port": (
                both(
                    put("aws_vpc_security_group_ingress_rule/In/from_port", 9000),
                    put("aws_vpc_security_group_ingress_rule/In/to_port", 9000),
                ),
                "aws_security_group.B takes it not in",
            ),
            "another protocol": (
                put("aws_vpc_security_group_ingress_rule/In/ip_protocol", "udp"),
                "aws_security_group.B takes it not in",
            ),
            "from another group": (
                put("aws_vpc_security_group_ingress_rule/In/referenced_security_group_id", "sg-1"),
                "aws_security_group.B takes it not in",
            ),
        },
        {
            "a wider end": put(
                "aws_vpc_security_group_ingress_rule/In",
                {
                    "security_group_id": "${aws_security_group.B.id}",
                    "referenced_security_group_id": "${aws_security_group.A.id}",
                    "ip_protocol": "-1",
                },
            ),
            "a range": both(
                put("aws_vpc_security_group_ingress_rule/In/cidr_ipv4", "10.0.0.0/16"),
                drop("aws_vpc_security_group_ingress_rule/In/referenced_security_group_id"),
            ),
            "inline": both(
                drop("aws_vpc_security_group_ingress_rule/In"),
                put(
                    "aws_security_group/B/ingress",
                    [{"protocol": "tcp", "from_port": 0, "to_port": 65535, "cidr_blocks": ["10.0.0.0/16"]}],
                ),
            ),
            "a group of another stack": both(
                drop("aws_vpc_security_group_ingress_rule/In"),
                put("aws_vpc_security_group_egress_rule/Out/referenced_security_group_id", "sg-0123456789abcdef0"),
            ),
        },
    ),
    Case(
        "LK_VPC_9",
        NETWORK,
        {
            "no private DNS": (put("aws_vpc_endpoint/Glue/private_dns_enabled", False), "not on"),
            "the default group": (put("aws_vpc_endpoint/Glue/security_group_ids", []), "default group"),
        },
        {
            "a gateway": both(
                put("aws_vpc_endpoint/Glue/vpc_endpoint_type", "Gateway"),
                drop("aws_vpc_endpoint/Glue/private_dns_enabled"),
            )
        },
    ),
]
