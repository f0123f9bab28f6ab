"""Network resources that pass every rule."""

from __future__ import annotations

from rule_cases import (
    ACCOUNT,
    policy,
    resources,
)

ACCOUNT_STATEMENT = {
    "Sid": "Account",
    "Effect": "Allow",
    "Principal": "*",
    "Action": "*",
    "Resource": "*",
    "Condition": {"StringEquals": {"aws:PrincipalAccount": ACCOUNT, "aws:ResourceAccount": ACCOUNT}},
}
PACKAGE_DOWNLOAD = {
    "Sid": "Install",
    "Effect": "Allow",
    "Principal": "*",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::eu-west-1.elasticmapreduce/*",
    "Condition": {"StringEquals": {"aws:SourceVpc": "${aws_vpc.Main.id}"}},
}
EMR_LOG_DELIVERY = {
    **PACKAGE_DOWNLOAD,
    "Sid": "LogDelivery",
    "Action": ["s3:PutObject", "s3:GetObject"],
    "Resource": ["arn:aws:s3:::aws157-logs-prod-eu-west-1/*", "arn:aws:s3:::prod.eu-west-1.appinfo.src/*"],
}
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
            "policy": policy(ACCOUNT_STATEMENT, PACKAGE_DOWNLOAD, EMR_LOG_DELIVERY),
        }
    },
)
