from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, nested

SETTINGS: Final = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")


class AccessPointBlocksPublicAccess(Rule):
    id = "LK_S3_31"
    title = "Access points block public access"
    severity = "critical"
    rationale = (
        "An access point has its own block of public access; a policy of it can be public although the bucket is "
        "private."
    )
    remedy = "Leave the four settings of `public_access_block_configuration` on, or bind the access point to a VPC."
    reference = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-bpa-settings.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "SC-7"], "soc2": ["CC6.6"]}
    resources = (
        "aws_s3_access_point",
        "aws_s3control_multi_region_access_point",
        "aws_s3control_access_point",
    )

    def problems(self, block: Block) -> Iterable[str]:
        blocks = [
            *nested(block, "public_access_block_configuration"),
            *nested(block, "details", "public_access_block"),
        ]
        for settings in blocks:
            off = [name for name in SETTINGS if settings.get(name) is False]
            if off:
                yield f"{', '.join(off)} is false"


check = AccessPointBlocksPublicAccess()
