from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block, nested

LEGACY_ROLES = ("EMR_DefaultRole", "EMR_EC2_DefaultRole", "EMR_AutoScaling_DefaultRole")


class EmrClusterProtection(Rule):
    id = "LK_EMR_1"
    title = "EMR clusters are protected by tier, log to S3, and have no legacy role or SSH key"
    severity = "high"
    rationale = (
        "EMR_DefaultRole and EMR_EC2_DefaultRole have access to every bucket. SSH keys are not rotated. A cluster "
        "without auto-termination runs until it is terminated manually."
    )
    remedy = (
        "Use dedicated roles, remove `key_name`, and set `log_uri` and subnets; set `termination_protection` in "
        "staging and prod, and `auto_termination_policy` in sandbox and dev. To replace or remove a protected cluster, "
        "waive this rule while the protection is off, and acknowledge the plans."
    )
    reference = "https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-iam-roles.html"
    pack = "lakehouse"
    controls = {"nist": ["AC-6", "CM-7"], "soc2": ["CC6.3", "A1.2"]}
    resources = ("aws_emr_cluster",)

    def problems(self, block: Block) -> Iterable[str]:
        attributes = nested(block, "ec2_attributes")
        roles = [block.get("service_role"), *(part.get("instance_profile") for part in attributes)]
        for role in roles:
            if str(role).rpartition("/")[2] in LEGACY_ROLES:
                yield f"legacy role {str(role).rpartition('/')[2]} is used"
        if any(part.get("key_name") for part in attributes):
            yield "key_name is set and allows SSH access"
        if not any("subnet_id" in part or "subnet_ids" in part for part in attributes):
            yield "subnet_id and subnet_ids are not set; the default VPC is used"
        if not block.get("log_uri"):
            yield "log_uri is not set"
        if stack_context.current().at_least("staging"):
            if block.get("termination_protection") is not True:
                yield f"termination_protection is not true in tier {stack_context.current().tier}"
            # EMR chooses the value when it is not set.
            if block.get("unhealthy_node_replacement") is False:
                yield f"unhealthy_node_replacement is false in tier {stack_context.current().tier}"
        elif not nested(block, "auto_termination_policy"):
            yield "auto_termination_policy is not set"


check = EmrClusterProtection()
