from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rules._shared.buckets import BucketRule
from lakekit_policies.terraform.blocks import Block, nested


class BucketOwnerEnforced(BucketRule):
    id = "LK_S3_4"
    title = "S3 buckets use BucketOwnerEnforced object ownership and no ACLs"
    severity = "high"
    rationale = "With ACLs enabled, an uploader from another account owns its objects and can make them public."
    remedy = 'Add `aws_s3_bucket_ownership_controls` with `object_ownership = "BucketOwnerEnforced"`.'
    reference = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "AC-6"], "cis": ["2.1.4"], "soc2": ["CC6.1", "CC6.3"]}

    def problems(self, block: Block) -> Iterable[str]:
        ownership_controls = self.sub_resources(block, "aws_s3_bucket_ownership_controls")
        owners = [rule.get("object_ownership") for peer in ownership_controls for rule in nested(peer.block, "rule")]
        if not owners and self.lacks(block, "aws_s3_bucket_ownership_controls"):
            yield "object_ownership is not set"
        yield from (
            f"object_ownership is {owner}, not BucketOwnerEnforced"
            for owner in owners
            if owner != "BucketOwnerEnforced"
        )
        for acl in self.sub_resources(block, "aws_s3_bucket_acl"):
            yield f"{acl.address} sets an ACL"


check = BucketOwnerEnforced()
