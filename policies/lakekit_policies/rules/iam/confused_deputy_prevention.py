from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.boundary import current_boundary
from lakekit_policies.iam.documents import FoundPolicy, PolicyRole
from lakekit_policies.iam.explanations import explain
from lakekit_policies.iam.outside_access import outside_access
from lakekit_policies.iam.statements import Statement
from lakekit_policies.rules._shared.policy_rule import PolicyRule, decided
from lakekit_policies.terraform.blocks import Block


class ConfusedDeputyPrevention(PolicyRule):
    id = "LK_IAM_7"
    title = "Policies for AWS services restrict the source account"
    severity = "high"
    rationale = (
        "A service principal acts on behalf of any AWS customer: without a condition on the source, another account "
        "can make the service use this role, topic or key (confused deputy problem)."
    )
    remedy = (
        "Add the condition `aws:SourceAccount` with an account of the trust boundary (or `aws:SourceArn` with an ARN "
        "of it, or an encryption context for keys), with an operator that does not match when the key is absent."
    )
    reference = "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "IA-9"], "soc2": ["CC6.1"]}
    roles = (PolicyRole.RESOURCE, PolicyRole.TRUST)

    def policy_problems(self, policy: FoundPolicy, statements: tuple[Statement, ...], block: Block) -> Iterable[str]:
        if policy.role not in (PolicyRole.RESOURCE, PolicyRole.TRUST):
            return
        found = outside_access(statements, current_boundary(), trust=policy.role is PolicyRole.TRUST)
        for access in decided(found, policy, block):
            if access.principal.kind == "Service":
                yield explain(access)


check = ConfusedDeputyPrevention()
