from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rules._shared.buckets import BucketRule
from lakekit_policies.terraform.blocks import Block, nested


class BucketLifecycleConfiguration(BucketRule):
    id = "LK_S3_37"
    title = "S3 buckets have a lifecycle configuration"
    severity = "medium"
    rationale = "Without one, old versions and incomplete uploads are stored and paid for without end."
    remedy = "Add `aws_s3_bucket_lifecycle_configuration`."
    reference = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html"
    pack = "cost"
    controls = {"nist": ["SI-12", "MP-6"], "soc2": ["C1.2"]}

    def problems(self, block: Block) -> Iterable[str]:
        if not nested(block, "lifecycle_rule") and self.lacks(block, "aws_s3_bucket_lifecycle_configuration"):
            yield "the bucket has no lifecycle configuration"


check = BucketLifecycleConfiguration()
