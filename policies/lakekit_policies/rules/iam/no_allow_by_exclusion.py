from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies import documents
from lakekit_policies.blocks import Block
from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.policies import IDENTITY, RESOURCE, allowed, name

EXCLUDING = ("NotAction", "NotResource", "NotPrincipal")


class NoAllowByExclusion(Rule):
    id = "LK_IAM_5"
    title = "Nothing is allowed by exclusion"
    severity = "high"
    rationale = "Allow with NotAction, NotResource or NotPrincipal opens all the rest, and what AWS adds later."
    remedy = "Say what is allowed; exclusions belong in Deny statements."
    reference = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html"
    pack = "baseline"
    controls = {"nist": ["AC-6"], "cis": ["1.16"], "soc2": ["CC6.3"]}
    resources = (*IDENTITY, *RESOURCE)

    def problems(self, block: Block) -> Iterable[str]:
        trust = documents.statements(block.get("assume_role_policy"))
        for statement in [*allowed(block), *(item for item in trust if item.get("Effect") == "Allow")]:
            for element in EXCLUDING:
                if element in statement:
                    yield f"{name(statement)} allows everything but its {element}"


check = NoAllowByExclusion()
