from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block


class LocationNoHybridAccess(Rule):
    id = "LK_LF_9"
    title = "Registered locations do not use hybrid access mode"
    severity = "high"
    rationale = (
        "In hybrid access mode, principals without opt-in still read through IAM permissions: access is controlled "
        "in two places."
    )
    remedy = "Remove `hybrid_access_enabled`. Use a waiver with an expiry date during a migration."
    reference = "https://docs.aws.amazon.com/lake-formation/latest/dg/hybrid-access-mode.html"
    pack = "lakehouse"
    controls = {"nist": ["AC-3", "AC-6"], "soc2": ["CC6.3"]}
    resources = ("aws_lakeformation_resource",)

    def problems(self, block: Block) -> Iterable[str]:
        if block.get("hybrid_access_enabled") is True:
            yield "hybrid_access_enabled is true; IAM permissions bypass Lake Formation"


check = LocationNoHybridAccess()
