"""Networks."""

from __future__ import annotations

from typing import Final

from lakekit_policies.curated.entry import CheckovRule

_VPC: Final = "https://docs.aws.amazon.com/vpc/latest/userguide/"
_GROUPS: Final = _VPC + "security-group-rules.html"

NETWORK: Final[dict[str, CheckovRule]] = {
    "CKV_AWS_23": CheckovRule("Security group rules have a description", "low", "Set description.", _GROUPS),
    "CKV_AWS_24": CheckovRule("SSH is not open to 0.0.0.0/0", "critical", "Name the source of port 22.", _GROUPS),
    "CKV_AWS_25": CheckovRule("RDP is not open to 0.0.0.0/0", "critical", "Name the source of port 3389.", _GROUPS),
    "CKV_AWS_260": CheckovRule("HTTP is not open to 0.0.0.0/0", "high", "Name the source of port 80.", _GROUPS),
    "CKV_AWS_277": CheckovRule("No port is open to 0.0.0.0/0", "critical", "Name ports and sources.", _GROUPS),
    "CKV_AWS_130": CheckovRule(
        "Subnets do not assign public addresses",
        "high",
        "Set map_public_ip_on_launch = false.",
        _VPC + "vpc-ip-addressing.html",
    ),
    "CKV_AWS_148": CheckovRule(
        "The default VPC is not used", "medium", "Use the VPC of the platform.", _VPC + "default-vpc.html"
    ),
    "CKV2_AWS_12": CheckovRule(
        "The default security group allows nothing",
        "high",
        "Add aws_default_security_group without rules.",
        _VPC + "default-security-group.html",
    ),
    "CKV_AWS_331": CheckovRule(
        "Transit gateways do not accept attachments automatically",
        "high",
        'Set auto_accept_shared_attachments = "disable".',
        "https://docs.aws.amazon.com/vpc/latest/tgw/tgw-transit-gateways.html",
    ),
}
