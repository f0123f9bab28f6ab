from __future__ import annotations

import re
from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block, nested

RELEASE = re.compile(r"emr-(\d+)\.\d+\.\d+\Z")
OLDEST = 7


class EmrServerlessVpcAndRelease(Rule):
    id = "LK_SPARK_2"
    title = "EMR Serverless applications run in the VPC on a supported release"
    severity = "medium"
    rationale = (
        "Outside of a network nothing logs or limits where a job sends data. A release before 7 has an "
        "Iceberg that later ones had to repair."
    )
    remedy = "Set network_configuration with subnets and a security group, and a release label of emr-7.0.0 or later."
    reference = "https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/vpc-access.html"
    pack = "lakehouse"
    controls = {"nist": ["SC-7", "SI-2"], "soc2": ["CC6.6"]}
    resources = ("aws_emrserverless_application",)

    def problems(self, block: Block) -> Iterable[str]:
        label = str(block.get("release_label"))
        match = RELEASE.match(label)
        if not match or int(match[1]) < OLDEST:
            yield f"release_label {label} is not emr-{OLDEST}.0.0 or later"
        placed = nested(block, "network_configuration")
        if stack_context.current().at_least("staging") and not any(
            "subnet_ids" in place and "security_group_ids" in place for place in placed
        ):
            yield f"no subnets and security group in tier {stack_context.current().tier}"

        for open_ in nested(block, "interactive_configuration"):
            # A studio asks who somebody is and may do; Livy takes code from whoever reaches it with a role.
            if open_.get("livy_endpoint_enabled") is True and stack_context.current().at_least("staging"):
                yield f"livy_endpoint_enabled lets code in past every studio in tier {stack_context.current().tier}"


check = EmrServerlessVpcAndRelease()
