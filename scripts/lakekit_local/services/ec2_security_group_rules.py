"""EC2: descriptions of security group rules with a group or prefix list, which moto does not keep."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.ec2.models import ec2_backends

from lakekit_local.requests.registry import Call, RawResponse, handles


@handles("ec2", "AuthorizeSecurityGroupEgress")
def egress(call: Call) -> RawResponse:
    return _authorize(call, "egress_rules")


@handles("ec2", "AuthorizeSecurityGroupIngress")
def ingress(call: Call) -> RawResponse:
    return _authorize(call, "ingress_rules")


def _authorize(call: Call, direction: str) -> RawResponse:
    answer = call.forward_to_moto()
    if not answer.ok or not call.get("GroupId"):
        return answer
    group = ec2_backends[call.account][call.region].get_security_group_from_id(call["GroupId"])
    for permission, target, description in _described(call):
        for rule in getattr(group, direction) if group else ():
            if _is_for(rule, permission, target):
                # moto stores the description of CIDR rules in ip_range and reads that of every rule from there.
                rule.ip_range = {**rule.ip_range, "Description": description}
    return answer


def _described(call: Call) -> Iterator[tuple[dict[str, Any], str, str]]:
    for permission in call.get("IpPermissions", []):
        for kind, key in (("PrefixListIds", "PrefixListId"), ("UserIdGroupPairs", "GroupId")):
            for entry in permission.get(kind) or []:
                if entry.get("Description") and entry.get(key):
                    yield permission, entry[key], entry["Description"]


def _is_for(rule: Any, permission: dict[str, Any], target: str) -> bool:
    same_ports = (rule.from_port, rule.to_port) == (permission.get("FromPort"), permission.get("ToPort"))
    return target in {rule.prefix_list_id, rule.source_group.get("GroupId")} and (
        same_ports or rule.ip_protocol == "-1"
    )
