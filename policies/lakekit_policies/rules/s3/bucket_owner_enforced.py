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

    resources = ("aws_s3_bucket", "aws_s3_bucket_ownership_controls")

    def problems(self, block: Block) -> Iterable[str]:
        if self.entity_type == "aws_s3_bucket":
            yield from self._bucket_problems(block)
        elif not self._is_of_declared_bucket(block):
            yield from _ownership_problems(block)

    def _is_of_declared_bucket(self, block: Block) -> bool:
        """Whether the bucket is in the configuration, and evaluated with all that configures it."""
        bucket = str(block.get("bucket") or "")
        return "aws_s3_bucket." in bucket or any(
            peer.block.get("bucket") == bucket for peer in self.peers.all("aws_s3_bucket")
        )

    def _bucket_problems(self, block: Block) -> Iterable[str]:
        ownership_controls = self.sub_resources(block, "aws_s3_bucket_ownership_controls")
        if not any(nested(peer.block, "rule") for peer in ownership_controls) and self.lacks(
            block, "aws_s3_bucket_ownership_controls"
        ):
            yield "object_ownership is not set"
        for peer in ownership_controls:
            yield from _ownership_problems(peer.block)
        for acl in self.sub_resources(block, "aws_s3_bucket_acl"):
            yield f"{acl.address} sets an ACL"


def _ownership_problems(block: Block) -> Iterable[str]:
    owners = [rule.get("object_ownership") for rule in nested(block, "rule")]
    return [
        f"object_ownership is {owner}, not BucketOwnerEnforced" for owner in owners if owner != "BucketOwnerEnforced"
    ]


check = BucketOwnerEnforced()
