from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from lakekit_policies.iam import policy_documents
from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.conditions import condition_values, is_conditioned
from lakekit_policies.rules._shared.policy_statements import RESOURCE, policies, statement_name
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block, reference

# Condition keys that restrict the principal *. Conditions on the source restrict service principals only.
ANY_PRINCIPAL_KEYS = (
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorg",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:userid",
    "kms:calleraccount",
    "kms:viaservice",
)
EXTERNAL_ACCOUNT_KEYS = (
    "sts:externalid",
    "aws:principalorg",
    "aws:principalarn",
    "aws:principaltag/",
    "aws:sourcevpce",
)
# CKV_AWS_33, 60, 70, 168, 169 and 387 cover the principal * in these types; CKV_AWS_385 other accounts of topics.
CHECKOV_CHECKS_ANY_PRINCIPAL = (
    "aws_iam_role",
    "aws_kms_key",
    "aws_s3_bucket_policy",
    "aws_sns_topic_policy",
    "aws_sqs_queue_policy",
)
# Prefixes that all subjects of a provider have: GitHub, GitLab, Kubernetes, HCP Terraform.
PROVIDER_PREFIXES = ("", "repo", "project_path", "system", "system:serviceaccount", "organization")
CHECKOV_CHECKS_ACCOUNTS = ("aws_sns_topic_policy",)


class ExternalPrincipalsConditioned(Rule):
    id = "LK_IAM_8"
    title = "Trust of other accounts and identity providers has a condition"
    severity = "high"
    rationale = (
        "Access for another account depends on that account's security. A web identity without a subject condition "
        "includes every repository or pod of the provider. A VPC endpoint open to * allows data exfiltration with "
        "any credentials."
    )
    remedy = "Add `sts:ExternalId` or `aws:PrincipalOrgID` for accounts, and the provider's `:sub` for web identities."
    reference = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "AC-20", "IA-8"], "soc2": ["CC6.1", "CC6.6"]}
    resources = ("aws_iam_role", *RESOURCE)

    def problems(self, block: Block) -> Iterable[str]:
        trust = block.get("assume_role_policy")
        for document in [trust] if trust else policies(block):
            for statement in policy_documents.statements(document):
                if statement.get("Effect") == "Allow":
                    yield from self._external_principals(statement)

    def _external_principals(self, statement: dict[str, Any]) -> Iterator[str]:
        keys = [key for _, key, _ in policy_documents.conditions(statement)]
        conditioned = is_conditioned(statement, EXTERNAL_ACCOUNT_KEYS)
        for kind, principal in policy_documents.principals(statement):
            if kind == "Federated" and not _restricts_subject(statement):
                yield f"{statement_name(statement)} trusts any subject of {principal}"
            elif kind in ("AWS", "*") and principal == "*":
                # For roles, checkov detects {"AWS": "*"} and not "*".
                covered = self.entity_type in CHECKOV_CHECKS_ANY_PRINCIPAL and not keys
                covered = covered and not (kind == "*" and self.entity_type == "aws_iam_role")
                if not covered and not is_conditioned(statement, self._any_principal_keys):
                    yield f"{statement_name(statement)} allows any principal without a restricting condition"
            elif kind == "AWS" and not conditioned and self._is_external(principal):
                yield f"{statement_name(statement)} allows {principal} without a condition"

    @property
    def _any_principal_keys(self) -> tuple[str, ...]:
        """aws:PrincipalAccount is not sufficient for roles: the whole account could assume them."""
        return tuple(
            key for key in ANY_PRINCIPAL_KEYS if self.entity_type != "aws_iam_role" or key != "aws:principalaccount"
        )

    def _is_external(self, principal: str) -> bool:
        """Whether a principal is outside the stack's account; references to AWS resources are inside.

        If the account is unknown, all accounts in trust policies are external, and other policies are not checked:
        a key policy has to name its own account.
        """
        account_id = stack_context.current().account_id
        if self.entity_type in CHECKOV_CHECKS_ACCOUNTS or (not account_id and self.entity_type != "aws_iam_role"):
            return False
        if "*" in principal:
            return False
        if reference(principal) or "${" in principal:
            return not (reference(principal) or "").startswith("aws_") and "${aws_" not in principal
        account = principal.split(":", 5)[4:5] if principal.startswith("arn:") else [principal]
        return account != [account_id]


def _restricts_subject(statement: dict[str, Any]) -> bool:
    """Whether a condition restricts the subject: ``repo:acme/lake:*``, and not ``repo:*``."""
    for key, values in condition_values(statement, ("",)):
        if key.endswith("saml:aud"):
            return True
        if key.endswith(":sub"):
            return all(value.partition("*")[0].rstrip(":/?") not in PROVIDER_PREFIXES for value in values)
    return False


check = ExternalPrincipalsConditioned()
