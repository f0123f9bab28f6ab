from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.kms_keys import key_problem
from lakekit_policies.terraform.blocks import Block


class EmrStudioEncryptionAndVpc(Rule):
    id = "LK_EMR_4"
    title = "EMR Studio encrypts workspaces with a customer managed key inside the VPC"
    severity = "high"
    rationale = (
        "Notebooks contain query results. Without `encryption_key_arn` they are encrypted with an AWS owned key."
    )
    remedy = "Set `encryption_key_arn`, subnets, and separate security groups for engine and workspaces."
    reference = "https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-studio-workspace-storage-encryption.html"
    pack = "lakehouse"
    controls = {"nist": ["SC-7", "SC-28(1)"], "soc2": ["CC6.1", "CC6.6"]}
    resources = ("aws_emr_studio",)

    def problems(self, block: Block) -> Iterable[str]:
        problem = key_problem(block.get("encryption_key_arn"), "workspace encryption")
        if problem:
            yield problem
        engine, workspace = block.get("engine_security_group_id"), block.get("workspace_security_group_id")
        if engine and engine == workspace:
            yield "engine and workspaces use the same security group"


check = EmrStudioEncryptionAndVpc()
