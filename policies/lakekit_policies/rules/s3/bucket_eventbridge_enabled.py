from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rules._shared.buckets import BucketRule
from lakekit_policies.terraform.blocks import Block


class BucketEventbridgeEnabled(BucketRule):
    id = "LK_S3_11"
    title = "Data buckets send events to EventBridge"
    severity = "low"
    rationale = (
        "EventBridge events start pipelines without changes to the bucket. S3 supports one notification "
        "configuration per bucket; several `aws_s3_bucket_notification` resources overwrite each other."
    )
    remedy = "Add one `aws_s3_bucket_notification` with `eventbridge = true`."
    reference = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html"
    pack = "lakehouse"
    controls = {"nist": ["AU-12", "SI-4"], "soc2": ["CC7.2"]}

    def problems(self, block: Block) -> Iterable[str]:
        if self.receives_logs(block):
            return
        notifications = self.sub_resources(block, "aws_s3_bucket_notification")
        enabled = any(peer.block.get("eventbridge") is True for peer in notifications)
        if not enabled and (notifications or self.lacks(block, "aws_s3_bucket_notification")):
            yield "EventBridge notifications are not enabled"
        if len(notifications) > 1:
            yield f"{len(notifications)} notification resources overwrite each other; one is allowed"


check = BucketEventbridgeEnabled()
