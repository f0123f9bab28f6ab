from __future__ import annotations

import re
from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block, nested

RELEASE = re.compile(r"emr-(\d+)\.\d+\.\d+\Z")
MIN_MAJOR_RELEASE = 7


class EmrServerlessVpcAndRelease(Rule):
    id = "LK_SPARK_2"
    title = "EMR Serverless applications run in the VPC on a supported release"
    severity = "medium"
    rationale = (
        "Outside of a VPC, traffic of jobs is neither logged nor restricted. Releases before 7 contain an Iceberg "
        "version with known defects."
    )
    remedy = "Set `network_configuration` with subnets and a security group, and `release_label` of emr-7.0.0 or later."
    reference = "https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/vpc-access.html"
    pack = "lakehouse"
    controls = {"nist": ["SC-7", "SI-2"], "soc2": ["CC6.6"]}
    resources = ("aws_emrserverless_application",)

    def problems(self, block: Block) -> Iterable[str]:
        label = str(block.get("release_label"))
        match = RELEASE.match(label)
        if not match or int(match[1]) < MIN_MAJOR_RELEASE:
            yield f"release_label {label} is not emr-{MIN_MAJOR_RELEASE}.0.0 or later"
        networks = nested(block, "network_configuration")
        if stack_context.current().at_least("staging") and not any(
            "subnet_ids" in network and "security_group_ids" in network for network in networks
        ):
            yield f"network_configuration has no subnets and security groups in tier {stack_context.current().tier}"

        for interactive in nested(block, "interactive_configuration"):
            # EMR Studio authenticates users; a Livy endpoint runs code of any principal with access to it.
            if interactive.get("livy_endpoint_enabled") is True and stack_context.current().at_least("staging"):
                yield f"livy_endpoint_enabled is true in tier {stack_context.current().tier} and bypasses EMR Studio"


check = EmrServerlessVpcAndRelease()
