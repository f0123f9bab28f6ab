from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lakekit_policies import wildcards
from lakekit_policies.iam import policy_documents
from lakekit_policies.iam.documents import FoundPolicy, PolicyRole
from lakekit_policies.iam.statements import Statement
from lakekit_policies.rules._shared.conditions import is_conditioned
from lakekit_policies.rules._shared.kms_keys import key_identifiers
from lakekit_policies.rules._shared.policy_rule import PolicyRule
from lakekit_policies.rules._shared.policy_statements import allow_statements
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block

USAGE_ACTIONS = ("kms:creategrant", "kms:decrypt", "kms:putkeypolicy")
ACCOUNT_KEYS = ("aws:principalaccount", "kms:calleraccount")


class KeyPolicyExplicit(PolicyRule):
    id = "LK_KMS_2"
    title = "KMS keys state a key policy with named principals"
    severity = "high"
    rationale = (
        "The default key policy delegates to IAM: every policy in the account that allows `kms:Decrypt` on `*` gives "
        "access to the key. An explicit policy names the principals, services and conditions."
    )
    remedy = (
        "Write a key policy: administration for the account, key usage for named roles or with the condition "
        "`kms:ViaService`."
    )
    reference = "https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html"
    pack = "baseline"
    evaluates_unknown = True
    controls = {"nist": ["SC-12", "AC-3", "AC-6"], "soc2": ["CC6.1", "CC6.3"]}
    evaluated_without_policy = (
        "aws_kms_external_key",
        "aws_kms_key",
        "aws_kms_replica_external_key",
        "aws_kms_replica_key",
    )

    def problems(self, block: Block) -> Iterable[str]:
        if self.entity_type in self.evaluated_without_policy:
            yield from self._key_problems(block)
        if block.get("bypass_policy_lockout_safety_check") is True:
            yield "bypass_policy_lockout_safety_check is true; an error in the policy can make the key unmanageable"
        yield from super().problems(block)

    def _key_problems(self, block: Block) -> Iterable[str]:
        """Problems of a key without a policy that is known; its statements are evaluated where they are written."""
        documents = [block.get("policy")] if block.get("policy") else []
        policy_resources = self.peers.referencing("aws_kms_key_policy", "key_id", key_identifiers(block))
        documents += [peer.block.get("policy") for peer in policy_resources]
        is_uncertain = self.peers.is_uncertain("aws_kms_key_policy", "key_id")
        if not documents and not is_uncertain:
            yield "the key has no key policy; access is controlled by IAM policies alone"
        if any(not isinstance(document, dict) for document in documents) or (is_uncertain and not documents):
            yield "the key policy is not known before apply; use literal ARNs"

    def policy_problems(self, policy: FoundPolicy, statements: tuple[Statement, ...], block: Block) -> Iterable[str]:
        del statements, block
        for statement in allow_statements(policy) if policy.role is PolicyRole.RESOURCE else ():
            actions = [
                action.lower()
                for action in policy_documents.items(statement, "Action")
                # In the policies of other resources, `*` does not mean a key.
                if self.entity_type.startswith("aws_kms_") or action.lower().startswith("kms")
            ]
            if _allows_any_principal(statement, actions):
                yield f"statement {statement.get('Sid', '')!r} {_allowed(statement)}"
            if holders := _full_access_principals(statement, actions):
                yield f"statement {statement.get('Sid', '')!r} gives {holders} full access to the key"


def _full_access_principals(statement: dict[str, Any], actions: list[str]) -> str:
    """Principals with full access to the key, except the account itself."""
    if not wildcards.includes(actions, "kms:*"):
        return ""
    return ", ".join(
        principal
        for _, principal in policy_documents.principals(statement)
        # CKV_AWS_33 and `_allows_any_principal` cover the principal *.
        if principal != "*" and not principal.endswith(":root") and principal != stack_context.current().account_id
    )


def _allowed(statement: dict[str, Any]) -> str:
    if is_conditioned(statement, ACCOUNT_KEYS):
        return "allows every principal of the account without an IAM policy; name the account as principal"
    return "allows any principal without a condition on the principal"


def _uses_key(action: str) -> bool:
    return any(wildcards.matches(action, usage) for usage in USAGE_ACTIONS)


def _allows_any_principal(statement: dict[str, Any], actions: list[str]) -> bool:
    """Whether a statement allows any principal without a condition that restricts it.

    A condition on the account or service is not sufficient: with the principal * every role of the account can use the
    key without an IAM policy, which the account as principal would require. CKV_AWS_33 reports statements without any
    condition, LK_IAM_8 access from outside the trust boundary.
    """
    narrowing = ("aws:principalarn", "aws:principalorg", "aws:principaltag", "aws:principalservice", "aws:sourcearn")
    return (
        "*" in {name for _, name in policy_documents.principals(statement)}
        and any(map(_uses_key, actions))
        and bool(statement.get("Condition"))
        and not is_conditioned(statement, narrowing)
    )


check = KeyPolicyExplicit()
