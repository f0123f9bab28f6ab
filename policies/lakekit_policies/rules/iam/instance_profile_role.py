from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block


class InstanceProfileRole(Rule):
    id = "LK_EC2_1"
    title = "Instance profiles use a role of this configuration"
    severity = "medium"
    rationale = "A profile without a role, or with a legacy default one, is filled by hand later, with whatever works."
    remedy = "Name the role that is made beside it."
    reference = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-ec2_instance-profiles.html"
    pack = "baseline"
    controls = {"nist": ["AC-6"], "soc2": ["CC6.3"]}
    resources = ("aws_iam_instance_profile",)

    def problems(self, block: Block) -> Iterable[str]:
        role = str(block.get("role") or "")
        if not role or role.startswith("EMR_"):
            yield f"its role is {role or 'not set'}"


check = InstanceProfileRole()
