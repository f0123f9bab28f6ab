from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.iam import policy_documents
from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.policy_statements import IDENTITY, RESOURCE, allow_statements, statement_name
from lakekit_policies.terraform.blocks import Block

NOT_ELEMENTS = ("NotAction", "NotResource", "NotPrincipal")


class NoAllowWithNotElements(Rule):
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
    resources = (*IDENTITY, *RESOURCE)

    def problems(self, block: Block) -> Iterable[str]:
        trust = policy_documents.statements(block.get("assume_role_policy"))
        for statement in [*allow_statements(block), *(item for item in trust if item.get("Effect") == "Allow")]:
            for element in NOT_ELEMENTS:
                if element in statement:
                    yield f"{statement_name(statement)} uses Allow with {element}"


check = NoAllowWithNotElements()
