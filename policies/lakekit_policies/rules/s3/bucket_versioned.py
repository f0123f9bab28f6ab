from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rules._shared.buckets import BucketRule
from lakekit_policies.terraform.blocks import Block, nested


class BucketVersioned(BucketRule):
    id = "LK_S3_35"
    title = "S3 buckets are versioned"
    severity = "high"
    rationale = "Without versions an overwrite or a deletion of an object cannot be undone."
    remedy = "Add `aws_s3_bucket_versioning` with status Enabled."
    reference = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html"
    pack = "reliability"
    controls = {"nist": ["CP-9", "SI-12"], "soc2": ["A1.2"]}
    resources = ("aws_s3_bucket", "aws_s3_bucket_versioning")

    def problems(self, block: Block) -> Iterable[str]:
        if self.entity_type == "aws_s3_bucket_versioning":
            for configuration in nested(block, "versioning_configuration"):
                if configuration.get("status") != "Enabled":
                    yield f"versioning is {configuration.get('status') or 'not set'}, not Enabled"
            return
        inline = nested(block, "versioning")
        if any(one.get("enabled") is True for one in inline) or not self.lacks(block, "aws_s3_bucket_versioning"):
            return
        yield "versioning inside the bucket is not enabled" if inline else "the bucket has no versioning"


check = BucketVersioned()
