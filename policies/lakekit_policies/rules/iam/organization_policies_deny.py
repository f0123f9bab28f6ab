from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.boundary import current_boundary
from lakekit_policies.iam import limits
from lakekit_policies.iam.documents import FoundPolicy, PolicyRole
from lakekit_policies.iam.statements import Statement
from lakekit_policies.rules._shared.policy_rule import PolicyRule
from lakekit_policies.terraform.blocks import Block

_RESOURCES = "RESOURCE_CONTROL_POLICY"


class OrganizationPoliciesDeny(PolicyRule):
    id = "LK_IAM_34"
    title = "Denials of organization policies apply, and their exceptions name roles"
    severity = "high"
    rationale = (
        "A service or resource control policy is the limit that no account can change. A denial whose condition "
        "exempts everyone denies nothing; one that exempts `role/*Admin` is bypassed by a role of that name; a "
        "resource control policy that exempts another organization lets it in. The policy that allows everything is "
        "the default of AWS Organizations, and passes."
    )
    remedy = (
        "Exempt roles by their whole names or by a literal prefix, such as `arn:aws:iam::*:role/SecurityAdmin`, and "
        "the organization of the trust boundary."
    )
    reference = "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "AC-6", "CM-5"], "soc2": ["CC6.1", "CC8.1"]}
    attributes = ("content",)
    resources = ("aws_organizations_policy",)
    evaluated_without_policy = resources  # an unknown `content` is reported

    def policy_problems(self, policy: FoundPolicy, statements: tuple[Statement, ...], block: Block) -> Iterable[str]:
        if policy.role is not PolicyRole.LIMIT:
            return
        of_resources = block.get("type") == _RESOURCES
        for statement in statements:
            if statement.allows:
                continue
            if limits.denies_nobody(statement):
                yield f"{statement.name} denies nothing to anyone"
                continue
            for exemption in limits.open_exemptions(statement, current_boundary(), of_resources=of_resources):
                yield f"{statement.name} exempts {exemption}"


check = OrganizationPoliciesDeny()
