"""Roles that a policy belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lakekit_policies.iam import policy_documents
from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.kms_keys import key_identifiers
from lakekit_policies.terraform.blocks import Block, local_address, nested, reference
from lakekit_policies.terraform.peer_index import Peer

_MEMBERS: Final = {"aws_iam_user_policy": "user", "aws_iam_group_policy": "group"}
"""Types of policies that belong to no role, with the argument that names their user or group."""


def assuming_services(rule: Rule, block: Block) -> set[str]:
    """Services that can assume the roles of a policy, for example ``{"glue"}``.

    Args:
        rule: the evaluating rule.
        block: the resource with the policy.
    """
    if rule.entity_type == "aws_iam_role":
        return _trusted_services(block)
    return {service for role in _role_peers(rule, block) for service in _trusted_services(role.block)}


def policies_of_same_roles(rule: Rule, block: Block) -> list[Any]:
    """Policy documents of the roles, or of the user or group, that a policy belongs to."""
    kind = rule.entity_type
    if kind in _MEMBERS:
        named = block.get(_MEMBERS[kind])
        holders = [peer.block for peer in rule.peers.all(kind) if peer.block.get(_MEMBERS[kind]) == named]
    elif kind == "aws_iam_role":
        holders = _policy_holders(rule, {local_address(rule.address), block.get("name")}, [block])
    else:
        roles = _role_peers(rule, block)
        names = {local_address(peer.address) for peer in roles} | {peer.block.get("name") for peer in roles}
        holders = _policy_holders(rule, names, [peer.block for peer in roles])
    return [one["policy"] for one in holders if isinstance(one.get("policy"), Mapping)]


def _policy_holders(rule: Rule, names: set[Any], roles: list[Block]) -> list[Block]:
    """Resources and blocks with the policies of roles, which are given by addresses and names."""

    def belongs(peer: Peer) -> bool:
        role = peer.block.get("role")
        return bool({role, reference(role)} & (names - {None}))

    attached = filter(belongs, rule.peers.all("aws_iam_role_policy_attachment"))
    targets = {reference(peer.block.get("policy_arn")) for peer in attached}
    managed = [peer for peer in rule.peers.all("aws_iam_policy") if local_address(peer.address) in targets]
    found = [*filter(belongs, rule.peers.all("aws_iam_role_policy")), *managed]
    return [*(peer.block for peer in found), *(part for role in roles for part in nested(role, "inline_policy"))]


def _role_peers(rule: Rule, block: Block) -> list[Peer]:
    """Roles of this configuration that a policy belongs to."""
    if rule.entity_type in _MEMBERS:
        return []
    if rule.entity_type == "aws_iam_policy":
        attached = rule.peers.referencing("aws_iam_role_policy_attachment", "policy_arn", key_identifiers(block))
        names = {str(peer.block.get("role")) for peer in attached}
    else:
        names = {str(block.get("role"))}
    roles = {*names, *(reference(role) for role in names)}
    return [peer for peer in rule.peers.all("aws_iam_role") if peer.address in roles or peer.block.get("name") in roles]


def _trusted_services(role: Block) -> set[str]:
    return {
        principal.partition(".")[0]
        for statement in policy_documents.statements(role.get("assume_role_policy"))
        for kind, principal in policy_documents.principals(statement)
        if kind == "Service"
    }
