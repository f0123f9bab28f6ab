from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lakekit_policies.iam import policy_documents
from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.conditions import is_conditioned
from lakekit_policies.rules._shared.kms_keys import key_identifiers
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block

GRANTING = {"kms:*", "*", "kms:CreateGrant", "kms:Decrypt", "kms:PutKeyPolicy"}


class KeyPolicyExplicit(Rule):
    id = "LK_KMS_2"
    title = "KMS keys state a key policy with named principals"
    severity = "high"
    rationale = (
        "The default key policy hands the key to IAM: every policy of the account that says kms:Decrypt on * opens "
        "it. A written policy says which principals and services, and through what."
    )
    remedy = "Write the policy: administration for the account, use for named roles or under kms:ViaService."
    reference = "https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html"
    pack = "baseline"
    evaluates_unknown = True
    controls = {"nist": ["SC-12", "AC-3", "AC-6"], "soc2": ["CC6.1", "CC6.3"]}
    resources = ("aws_kms_key",)

    def problems(self, block: Block) -> Iterable[str]:
        written = [block.get("policy")] if block.get("policy") else []
        apart = self.peers.referencing("aws_kms_key_policy", "key_id", key_identifiers(block))
        written += [peer.block.get("policy") for peer in apart]
        if not written:
            yield "the key has no policy of its own, so the account's IAM policies decide alone"
        for document in written:
            if not isinstance(document, dict):
                yield "the key policy is not known yet: write it with literal ARNs"
            for statement in policy_documents.statements(document):
                if _opens_to_anyone(statement):
                    yield f"statement {statement.get('Sid', '')!r} allows any principal, its condition names nobody"
                if users := _with_every_right(statement):
                    yield f"statement {statement.get('Sid', '')!r} gives {users} every right to the key"
        if block.get("bypass_policy_lockout_safety_check") is True:
            yield "bypass_policy_lockout_safety_check is on: a slip makes the key unmanageable"


def _with_every_right(statement: dict[str, object]) -> str:
    """Who may do everything with the key besides the account that administers it."""
    if statement.get("Effect") != "Allow" or not {"kms:*", "*"} & set(policy_documents.items(statement, "Action")):
        return ""
    return ", ".join(
        principal
        for _, principal in policy_documents.principals(statement)
        # Anyone at all is the matter of CKV_AWS_33 and of what is above.
        if principal != "*" and not principal.endswith(":root") and principal != stack_context.current().account_id
    )


def _opens_to_anyone(statement: dict[str, Any]) -> bool:
    """Any principal, and no condition that says which.

    An account or a service in the condition is not enough: with the principal * every role of the account may use the
    key without a policy of its own that says so, which the account as principal would take. Where there is no
    condition at all, CKV_AWS_33 says so already.
    """
    narrowing = ("aws:principalarn", "aws:principalorg", "aws:principaltag", "aws:principalservice", "aws:sourcearn")
    return (
        statement.get("Effect") == "Allow"
        and "*" in {name for _, name in policy_documents.principals(statement)}
        and bool(GRANTING & set(policy_documents.items(statement, "Action")))
        and bool(statement.get("Condition"))
        and not is_conditioned(statement, narrowing)
    )


check = KeyPolicyExplicit()
