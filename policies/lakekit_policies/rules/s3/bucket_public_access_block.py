from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rules._shared.buckets import BucketRule
from lakekit_policies.terraform.blocks import Block


class BucketPublicAccessBlock(BucketRule):
    id = "LK_S3_36"
    title = "S3 buckets have a public access block"
    severity = "critical"
    rationale = "Without a block, one policy or ACL makes the bucket public."
    remedy = "Add `aws_s3_bucket_public_access_block` with all four settings on."
    reference = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "SC-7"], "cis": ["2.1.4"], "soc2": ["CC6.6"]}

    def problems(self, block: Block) -> Iterable[str]:
        if self.lacks(block, "aws_s3_bucket_public_access_block"):
            yield "the bucket has no public access block"


check = BucketPublicAccessBlock()
