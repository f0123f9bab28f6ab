from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.boundary import current_boundary, policy_evidence
from lakekit_policies.iam.documents import FoundPolicy, PolicyRole
from lakekit_policies.iam.explanations import explain
from lakekit_policies.iam.outside_access import outside_access
from lakekit_policies.iam.statements import Statement
from lakekit_policies.rules._shared.policy_rule import PolicyRule, decided
from lakekit_policies.terraform.blocks import Block


class ExternalPrincipalsConditioned(PolicyRule):
    id = "LK_IAM_8"
    title = "Policies give access to principals of the trust boundary only"
    severity = "critical"
    rationale = (
        "Access for another account depends on that account's security. A condition restricts access only if "
        "everything that it admits is inside the trust boundary: `o-*`, a key that may be absent, or a negation "
        "restricts nothing. A web identity without a subject condition includes every repository or pod of the "
        "provider."
    )
    remedy = (
        "Name principals of trusted accounts, or add a condition such as `aws:PrincipalOrgID` with the id of the "
        "organization, and the provider's `:sub` for web identities. State trusted accounts, organizations and "
        "subjects in `trust_boundary` of the environment, or with `--boundary`."
    )
    reference = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "AC-20", "IA-8"], "soc2": ["CC6.1", "CC6.6"]}
    roles = (PolicyRole.RESOURCE, PolicyRole.TRUST)

    def policy_problems(self, policy: FoundPolicy, statements: tuple[Statement, ...], block: Block) -> Iterable[str]:
        if policy.role not in (PolicyRole.RESOURCE, PolicyRole.TRUST):
            return  # LK_VPC_1 covers endpoints
        trust = policy.role is PolicyRole.TRUST
        bypasses = block.get("bypass_policy_lockout_safety_check") is True
        boundary = policy_evidence.for_new_key(
            current_boundary(), self.entity_type, statements, bypasses_lockout=bypasses
        )
        found = outside_access(statements, boundary, trust=trust)
        for access in decided(found, policy, block):
            if access.principal.kind != "Service":  # LK_IAM_7
                yield explain(access)


check = ExternalPrincipalsConditioned()
