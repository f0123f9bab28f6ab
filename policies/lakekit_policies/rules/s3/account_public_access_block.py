from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block

SETTINGS: Final = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")


class AccountPublicAccessBlock(Rule):
    id = "LK_S3_32"
    title = "The account blocks public access to buckets"
    severity = "critical"
    rationale = "The block of the account protects buckets that are created later or outside of Terraform."
    remedy = "Set all four settings to true."
    reference = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "SC-7"], "soc2": ["CC6.6"]}
    resources = ("aws_s3_account_public_access_block",)

    def problems(self, block: Block) -> Iterable[str]:
        for name in SETTINGS:
            if block.get(name) is not True:
                yield f"{name} is not true"


check = AccountPublicAccessBlock()
