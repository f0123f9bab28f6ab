from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.iam.documents import FoundPolicy, PolicyRole
from lakekit_policies.iam.statements import Statement
from lakekit_policies.rules._shared.policy_rule import PolicyRule
from lakekit_policies.terraform.blocks import Block


class NoAllowWithNotElements(PolicyRule):
    id = "LK_IAM_5"
    title = "Allow statements use no NotAction, NotResource or NotPrincipal"
    severity = "high"
    rationale = (
        "Allow with NotAction, NotResource or NotPrincipal allows everything else, including future services and "
        "actions."
    )
    remedy = "List the allowed elements. Use exclusions in Deny statements only."
    reference = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html"
    pack = "baseline"
    controls = {"nist": ["AC-6"], "cis": ["1.16"], "soc2": ["CC6.3"]}

    def policy_problems(self, policy: FoundPolicy, statements: tuple[Statement, ...], block: Block) -> Iterable[str]:
        del block
        if policy.role is PolicyRole.LIMIT:
            return
        for statement in statements:
            elements = {
                "NotAction": statement.not_actions,
                "NotResource": statement.not_resources,
                "NotPrincipal": statement.not_principals,
            }
            for element, excluded in elements.items():
                if statement.allows and excluded is not None:
                    yield f"{statement.name} uses Allow with {element}"


check = NoAllowWithNotElements()
