from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block, nested

LEGACY = ("EMR_DefaultRole", "EMR_EC2_DefaultRole", "EMR_AutoScaling_DefaultRole")


class EmrClusterProtection(Rule):
    id = "LK_EMR_1"
    title = "EMR clusters are protected by tier, log to S3, and have no legacy role or SSH key"
    severity = "high"
    rationale = (
        "EMR_DefaultRole and EMR_EC2_DefaultRole may do nearly anything with every bucket; a key pair is a "
        "way in that nobody rotates; a cluster that nobody ends runs for months."
    )
    remedy = (
        "Use roles of the cluster's own, drop key_name, set log_uri and subnets; protect it in staging and "
        "prod, let it end itself below."
    )
    reference = "https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-iam-roles.html"
    pack = "lakehouse"
    controls = {"nist": ["AC-6", "CM-7"], "soc2": ["CC6.3", "A1.2"]}
    resources = ("aws_emr_cluster",)

    def problems(self, block: Block) -> Iterable[str]:
        attributes = nested(block, "ec2_attributes")
        roles = [block.get("service_role"), *(part.get("instance_profile") for part in attributes)]
        for role in roles:
            if str(role).rpartition("/")[2] in LEGACY:
                yield f"{str(role).rpartition('/')[2]} is its role"
        if any(part.get("key_name") for part in attributes):
            yield "key_name lets in by SSH"
        if not any("subnet_id" in part or "subnet_ids" in part for part in attributes):
            yield "no subnet is named, so the default VPC takes it"
        if not block.get("log_uri"):
            yield "its logs go nowhere"
        if stack_context.current().at_least("staging"):
            if block.get("termination_protection") is not True:
                yield f"termination_protection is off in tier {stack_context.current().tier}"
            # Where nothing is written EMR chooses.
            if block.get("unhealthy_node_replacement") is False:
                yield f"unhealthy_node_replacement is off in tier {stack_context.current().tier}: lost nodes stay lost"
        elif not nested(block, "auto_termination_policy"):
            yield "it never ends by itself"


check = EmrClusterProtection()
