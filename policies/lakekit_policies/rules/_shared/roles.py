"""Roles that a policy belongs to."""

from __future__ import annotations

from lakekit_policies.iam import policy_documents
from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.kms_keys import key_identifiers
from lakekit_policies.terraform.blocks import Block, reference


def assuming_services(rule: Rule, block: Block) -> set[str]:
    """Services that can assume the roles of a policy, for example ``{"glue"}``.

    Args:
        rule: the evaluating rule.
        block: the resource with the policy.
    """
    if rule.entity_type == "aws_iam_role":
        return _trusted_services(block)
    if rule.entity_type in ("aws_iam_user_policy", "aws_iam_group_policy"):
        return set()
    if rule.entity_type == "aws_iam_policy":
        attached = rule.peers.referencing("aws_iam_role_policy_attachment", "policy_arn", key_identifiers(block))
        names = {str(peer.block.get("role")) for peer in attached}
    else:
        names = {str(block.get("role"))}
    roles = {*names, *(reference(role) for role in names)}
    services: set[str] = set()
    for peer in rule.peers.all("aws_iam_role"):
        if peer.address in roles or peer.block.get("name") in roles:
            services |= _trusted_services(peer.block)
    return services


def _trusted_services(role: Block) -> set[str]:
    return {
        principal.partition(".")[0]
        for statement in policy_documents.statements(role.get("assume_role_policy"))
        for kind, principal in policy_documents.principals(statement)
        if kind == "Service"
    }
