from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.shared.json_text import read_json_text
from lakekit_policies.terraform.blocks import Block, nested


class EmrImdsv2Required(Rule):
    id = "LK_EMR_2"
    title = "EMR nodes require IMDSv2"
    severity = "high"
    rationale = "With IMDSv1, a server-side request forgery in a job can read the credentials of the instance role."
    remedy = "Set `MinimumInstanceMetadataServiceVersion` to 2 in the security configuration."
    reference = "https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-create-security-configuration.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "IA-5"], "cis": ["5.6"], "soc2": ["CC6.1"]}
    resources = ("aws_emr_security_configuration",)

    def problems(self, block: Block) -> Iterable[str]:
        configuration = block.get("configuration")
        if isinstance(configuration, str) and configuration.strip().startswith("{"):
            configuration = read_json_text(configuration)
        parts = nested({"configuration": configuration}, "configuration", "InstanceMetadataServiceConfiguration")
        if not any(int(part.get("MinimumInstanceMetadataServiceVersion") or 1) == 2 for part in parts):
            yield "MinimumInstanceMetadataServiceVersion is not 2; IMDSv1 is allowed"


check = EmrImdsv2Required()
