"""Whose policy it is that a rule looks at."""

from __future__ import annotations

from lakekit_policies.iam import policy_documents
from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.kms_keys import key_identifiers
from lakekit_policies.terraform.blocks import Block, reference


def assuming_services(rule: Rule, block: Block) -> set[str]:
    """The services that assume the roles which a policy of the same stack is of: ``{"glue"}``.

    Args:
        rule: the rule that judges.
        block: what carries the policy.
    """
    if rule.entity_type == "aws_iam_role":
        return _trusted(block)
    if rule.entity_type in ("aws_iam_user_policy", "aws_iam_group_policy"):
        return set()
    if rule.entity_type == "aws_iam_policy":
        attached = rule.peers.referencing("aws_iam_role_policy_attachment", "policy_arn", key_identifiers(block))
        named = {str(peer.block.get("role")) for peer in attached}
    else:
        named = {str(block.get("role"))}
    roles = {*named, *(reference(role) for role in named)}
    found: set[str] = set()
    for peer in rule.peers.all("aws_iam_role"):
        if peer.address in roles or peer.block.get("name") in roles:
            found |= _trusted(peer.block)
    return found


def _trusted(role: Block) -> set[str]:
    return {
        principal.partition(".")[0]
        for statement in policy_documents.statements(role.get("assume_role_policy"))
        for kind, principal in policy_documents.principals(statement)
        if kind == "Service"
    }
