from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block


class InstanceProfileRole(Rule):
    id = "LK_EC2_1"
    title = "Instance profiles use a role of this configuration"
    severity = "medium"
    rationale = (
        "An instance profile without a role, or with a legacy default role, is completed manually and with broad "
        "permissions."
    )
    remedy = "Set `role` to a role of this configuration."
    reference = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-ec2_instance-profiles.html"
    pack = "baseline"
    controls = {"nist": ["AC-6"], "soc2": ["CC6.3"]}
    resources = ("aws_iam_instance_profile",)

    def problems(self, block: Block) -> Iterable[str]:
        role = str(block.get("role") or "")
        if not role or role.startswith("EMR_"):
            yield f"role is {role or 'not set'}; use a role of this configuration"


check = InstanceProfileRole()
