from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rules._shared.buckets import BucketRule
from lakekit_policies.terraform.blocks import Block


class BucketEventbridgeEnabled(BucketRule):
    id = "LK_S3_11"
    title = "Data buckets send events to EventBridge"
    severity = "low"
    rationale = (
        "Arrivals then start pipelines without a change to the bucket, and one notification resource per bucket "
        "overwrites any other: settled here once, no team's queue can silence another's."
    )
    remedy = "Add aws_s3_bucket_notification with eventbridge = true."
    reference = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html"
    pack = "lakehouse"
    controls = {"nist": ["AU-12", "SI-4"], "soc2": ["CC7.2"]}

    def problems(self, block: Block) -> Iterable[str]:
        if self.is_log_bucket(block):
            return
        found = self.sub_resources(block, "aws_s3_bucket_notification")
        if not any(peer.block.get("eventbridge") is True for peer in found):
            yield "the bucket sends no events to EventBridge"
        if len(found) > 1:
            yield f"{len(found)} notification resources overwrite each other on this bucket"


check = BucketEventbridgeEnabled()
