from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.iam.boundary_keys import SERVICE_SOURCE_KEYS
from lakekit_policies.iam.documents import FoundPolicy, PolicyRole
from lakekit_policies.iam.requests import Requests, clauses_of
from lakekit_policies.iam.statements import Statement
from lakekit_policies.rules._shared.policy_rule import PolicyRule
from lakekit_policies.terraform.blocks import Block


class ServicesNamed(PolicyRule):
    id = "LK_IAM_35"
    title = "Policies for AWS services name the service"
    severity = "low"
    rationale = (
        "A statement for any principal with a condition on the source is fulfilled by every AWS service that acts for "
        "that source, also by those that the author did not think of."
    )
    remedy = "Name the service as principal, such as `s3.amazonaws.com`, and keep the condition on the source."
    reference = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"
    pack = "baseline"
    controls = {"nist": ["AC-6", "IA-9"], "soc2": ["CC6.1"]}
    roles = (PolicyRole.RESOURCE, PolicyRole.TRUST)

    def policy_problems(self, policy: FoundPolicy, statements: tuple[Statement, ...], block: Block) -> Iterable[str]:
        del block
        if policy.role not in (PolicyRole.RESOURCE, PolicyRole.TRUST):
            return
        for statement in statements:
            if statement.allows and any(one.is_everyone for one in statement.principals or ()):
                requests = next(Requests().matching(clauses_of(statement)), None)
                if requests is None or any(
                    requests.requires(key) for key in ("aws:principalorgid", "aws:principalorgpaths")
                ):
                    continue  # Requests of service principals do not have these keys.
                if any(requests.requires(key) for key in SERVICE_SOURCE_KEYS):
                    yield f"{statement.name} allows every AWS service that fulfils its conditions on the source"


check = ServicesNamed()
