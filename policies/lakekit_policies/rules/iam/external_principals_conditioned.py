from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from lakekit_policies.iam import policy_documents
from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.conditions import condition_values, is_conditioned
from lakekit_policies.rules._shared.policy_statements import RESOURCE, policies, statement_name
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block, reference

# What says who somebody is, where the principal is *. Conditions on the source bind services, and no one else.
NARROWING = (
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorg",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:userid",
    "kms:calleraccount",
    "kms:viaservice",
)
KNOWING = ("sts:externalid", "aws:principalorg", "aws:principalarn", "aws:principaltag/", "aws:sourcevpce")
# The principal * in these is the matter of CKV_AWS_33, 60, 70, 168, 169 and 387; other accounts of topics, of 385.
CHECKOV_SEES_ANYONE = (
    "aws_iam_role",
    "aws_kms_key",
    "aws_s3_bucket_policy",
    "aws_sns_topic_policy",
    "aws_sqs_queue_policy",
)
# Beginnings of a subject that everybody's has: GitHub's, GitLab's, a cluster's, Terraform Cloud's.
WHOLE_PROVIDERS = ("", "repo", "project_path", "system", "system:serviceaccount", "organization")
CHECKOV_SEES_ACCOUNTS = ("aws_sns_topic_policy",)


class ExternalPrincipalsConditioned(Rule):
    id = "LK_IAM_8"
    title = "Trust of other accounts and identity providers has a condition"
    severity = "high"
    rationale = (
        "What another account may use is as safe as that account; a web identity without a subject is every "
        "repository or pod of the provider; an endpoint open to * is a way out for any credentials."
    )
    remedy = "Add sts:ExternalId or aws:PrincipalOrgID for accounts, and the provider's :sub for web identities."
    reference = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "AC-20", "IA-8"], "soc2": ["CC6.1", "CC6.6"]}
    resources = ("aws_iam_role", *RESOURCE)

    def problems(self, block: Block) -> Iterable[str]:
        trust = block.get("assume_role_policy")
        for document in [trust] if trust else policies(block):
            for statement in policy_documents.statements(document):
                if statement.get("Effect") == "Allow":
                    yield from self._strangers(statement)

    def _strangers(self, statement: dict[str, Any]) -> Iterator[str]:
        keys = [key for _, key, _ in policy_documents.conditions(statement)]
        known = is_conditioned(statement, KNOWING)
        for kind, principal in policy_documents.principals(statement):
            if kind == "Federated" and not _names_a_subject(statement):
                yield f"{statement_name(statement)} trusts any identity of {principal}"
            elif kind in ("AWS", "*") and principal == "*":
                # Of a role checkov sees {"AWS": "*"}, and not the bare "*".
                seen = self.entity_type in CHECKOV_SEES_ANYONE and not keys
                seen = seen and not (kind == "*" and self.entity_type == "aws_iam_role")
                if not seen and not is_conditioned(statement, self._narrowing):
                    yield f"{statement_name(statement)} allows anyone, and no condition says who"
            elif kind == "AWS" and not known and self._is_stranger(principal):
                yield f"{statement_name(statement)} allows {principal} without a condition"

    @property
    def _narrowing(self) -> tuple[str, ...]:
        """Of a role that the whole account may assume, nobody has decided who does."""
        return tuple(key for key in NARROWING if self.entity_type != "aws_iam_role" or key != "aws:principalaccount")

    def _is_stranger(self, principal: str) -> bool:
        """Not of our own account; a reference to a resource of AWS is made right here, any other is somebody else's.

        Where nobody says which account is ours, trust policies are judged as if none were, and other policies
        not at all: a key's policy has to name its own account.
        """
        ours = stack_context.current().account_id
        if self.entity_type in CHECKOV_SEES_ACCOUNTS or (not ours and self.entity_type != "aws_iam_role"):
            return False
        if "*" in principal:
            return False
        if reference(principal) or "${" in principal:
            return not (reference(principal) or "").startswith("aws_") and "${aws_" not in principal
        account = principal.split(":", 5)[4:5] if principal.startswith("arn:") else [principal]
        return account != [ours]


def _names_a_subject(statement: dict[str, Any]) -> bool:
    """Whether the identity is somebody in particular: ``repo:acme/lake:*``, and not ``repo:*``."""
    for key, values in condition_values(statement, ("",)):
        if key.endswith("saml:aud"):
            return True
        if key.endswith(":sub"):
            return all(value.partition("*")[0].rstrip(":/?") not in WHOLE_PROVIDERS for value in values)
    return False


check = ExternalPrincipalsConditioned()
