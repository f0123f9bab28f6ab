from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies import context, documents
from lakekit_policies.blocks import Block, reference
from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.policies import name

KNOWING = ("sts:externalid", "aws:principalorg", "aws:principalarn", "aws:principaltag/", "aws:sourcevpce")


class StrangersMeetACondition(Rule):
    id = "LK_IAM_8"
    title = "Trust in other accounts and identity providers carries a condition"
    severity = "high"
    rationale = (
        "A role that another account may assume is as safe as that account; a web identity without a subject is "
        "every repository or pod of the provider."
    )
    remedy = "Add sts:ExternalId or aws:PrincipalOrgID for accounts, and the provider's :sub for web identities."
    reference = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html"
    resources = ("aws_iam_role",)

    def problems(self, block: Block) -> Iterable[str]:
        for statement in documents.statements(block.get("assume_role_policy")):
            if statement.get("Effect") != "Allow":
                continue
            keys = [key for _, key, _ in documents.conditions(statement)]
            for kind, principal in documents.principals(statement):
                if kind == "AWS" and _is_stranger(principal) and not any(key.startswith(KNOWING) for key in keys):
                    yield f"{name(statement)} lets {principal} assume the role without a condition"
                if kind == "Federated" and not any(key.endswith((":sub", "saml:aud")) for key in keys):
                    yield f"{name(statement)} trusts any identity of {principal}"


def _is_stranger(principal: str) -> bool:
    """Not of our own account. A wildcard is CKV_AWS_60's and 61's matter; a reference is made right here."""
    if "*" in principal or reference(principal) or "${" in principal:
        return False
    account = principal.split(":")[4] if principal.startswith("arn:") else principal
    return account != context.current().account_id


check = StrangersMeetACondition()
