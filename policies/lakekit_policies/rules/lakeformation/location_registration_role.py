from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block


class LocationRegistrationRole(Rule):
    id = "LK_LF_8"
    title = "Locations are registered with a role of this configuration"
    severity = "high"
    rationale = (
        "The service-linked role accumulates access to every registered location, cannot have a permissions "
        "boundary, and cannot read buckets encrypted with a key whose policy does not name it."
    )
    remedy = "Set `role_arn` to the lake's registration role."
    reference = "https://docs.aws.amazon.com/lake-formation/latest/dg/registration-role.html"
    pack = "lakehouse"
    controls = {"nist": ["AC-6", "IA-9"], "soc2": ["CC6.3"]}
    resources = ("aws_lakeformation_resource",)

    def problems(self, block: Block) -> Iterable[str]:
        role = str(block.get("role_arn") or "")
        if block.get("use_service_linked_role") is True or "AWSServiceRoleForLakeFormationDataAccess" in role:
            yield "the location is registered with the service-linked role"
        elif not role:
            yield "role_arn is not set; the service-linked role is used"


check = LocationRegistrationRole()
