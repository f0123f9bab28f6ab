from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rules._shared.buckets import BucketRule
from lakekit_policies.terraform.blocks import Block, as_list, nested


class BucketAccessLogging(BucketRule):
    id = "LK_S3_5"
    title = "S3 buckets log access requests to another bucket"
    severity = "medium"
    rationale = (
        "Access logs show who read which object during an incident. Log buckets are exempt, because logging a bucket "
        "to itself creates an endless loop of log entries."
    )
    remedy = "Add `aws_s3_bucket_logging` with the lake's log bucket as `target_bucket`."
    reference = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html"
    pack = "baseline"
    controls = {"nist": ["AU-2", "AU-12"], "cis": ["3.4", "3.8", "3.9"], "soc2": ["CC7.2"]}

    def problems(self, block: Block) -> Iterable[str]:
        logging = self.sub_resources(block, "aws_s3_bucket_logging")
        inline = nested(block, "logging")
        lacking = not inline and not logging and self.lacks(block, "aws_s3_bucket_logging")
        if lacking and not self.is_log_bucket(block):
            yield "server access logging is not enabled"
        for settings in [*inline, *(peer.block for peer in logging)]:
            for target in as_list(settings.get("target_bucket")):
                if self.peers.is_own(target) or target == block.get("bucket"):
                    yield "the bucket is its own log target; use a separate log bucket"


check = BucketAccessLogging()
