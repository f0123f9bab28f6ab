from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies import wildcards
from lakekit_policies.boundary import Membership, current_boundary
from lakekit_policies.engine import unknown_tracking
from lakekit_policies.iam.calls_outside import allowed_calls
from lakekit_policies.iam.documents import FoundPolicy, PolicyRole
from lakekit_policies.iam.statements import Statement
from lakekit_policies.rules._shared.policy_rule import PolicyRule
from lakekit_policies.terraform.blocks import Block

ASSUME_ROLE = "sts:assumerole"


class AssumeRoleInsideBoundary(PolicyRule):
    id = "LK_IAM_25"
    title = "Identity policies assume roles of the trust boundary only"
    severity = "high"
    rationale = (
        "A principal that may assume a role of any account can take data along: the other account decides what the "
        "role may do, and no policy of this account applies to it."
    )
    remedy = "Name the roles with their account. State trusted accounts in `trust_boundary` of the environment."
    reference = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html"
    pack = "baseline"
    controls = {"nist": ["AC-4", "AC-6", "AC-20"], "soc2": ["CC6.3", "CC6.6"]}
    roles = (PolicyRole.IDENTITY,)

    def policy_problems(self, policy: FoundPolicy, statements: tuple[Statement, ...], block: Block) -> Iterable[str]:
        if policy.role is not PolicyRole.IDENTITY:
            return
        later = unknown_tracking.is_unknown(block, policy.attribute.partition(".")[0])
        for calls in allowed_calls(statements, current_boundary(), [ASSUME_ROLE]):
            if not _names_service(calls.statement) or (later and calls.resources is Membership.UNKNOWN):
                continue
            resources = ", ".join(calls.statement.resources or ["*"])
            if calls.resources is Membership.OUTSIDE:
                yield f"{calls.statement.name} allows sts:AssumeRole on {resources}: roles outside the trust boundary"
            elif calls.resources is Membership.UNKNOWN:
                yield (
                    f"{calls.statement.name} allows sts:AssumeRole on {resources}, and it is not known whether that is "
                    "inside the trust boundary"
                )


def _names_service(statement: Statement) -> bool:
    """Whether an action names the service: LK_IAM_2, LK_IAM_5 and CKV_AWS_63 cover all actions of all services."""
    return any(
        ":" in action and wildcards.matches(action.lower(), ASSUME_ROLE) and action.partition(":")[0].strip("*?")
        for action in statement.actions or ()
    )


check = AssumeRoleInsideBoundary()
