from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, nested


class RegistryScanningEnabled(Rule):
    id = "LK_ECR_2"
    title = "The registry scans images continuously"
    severity = "medium"
    rationale = "A scan on push does not find vulnerabilities that are published later."
    remedy = 'Set `scan_type = "ENHANCED"` with a rule.'
    reference = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-enhanced.html"
    pack = "baseline"
    controls = {"nist": ["RA-5", "SI-2"], "soc2": ["CC7.1"]}
    resources = ("aws_ecr_registry_scanning_configuration",)

    def problems(self, block: Block) -> Iterable[str]:
        if not nested(block, "rule"):
            yield "no rule: no image is scanned"


check = RegistryScanningEnabled()
