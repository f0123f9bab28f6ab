from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.kms_keys import key_problem
from lakekit_policies.terraform.blocks import Block, nested


class SettingsNotPublic(Rule):
    id = "LK_SSM_2"
    title = "Documents of Systems Manager are not public, and inventories are encrypted"
    severity = "high"
    rationale = (
        "The account setting for public sharing lets every document be published. An inventory lists the software "
        "and the network of all instances."
    )
    remedy = "Set the public sharing permission to `Disable`, and `kms_key_arn` of the destination."
    reference = "https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-ssm-sharing.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "AC-21", "SC-28(1)"], "soc2": ["CC6.1"]}
    resources = ("aws_ssm_service_setting", "aws_ssm_resource_data_sync")

    def problems(self, block: Block) -> Iterable[str]:
        if self.entity_type == "aws_ssm_resource_data_sync":
            for destination in nested(block, "s3_destination"):
                if problem := key_problem(destination.get("kms_key_arn"), "s3_destination"):
                    yield problem
        elif "public-sharing-permission" in str(block.get("setting_id")) and block.get("setting_value") == "Enable":
            yield f"{block.get('setting_id')} is Enable"


check = SettingsNotPublic()
