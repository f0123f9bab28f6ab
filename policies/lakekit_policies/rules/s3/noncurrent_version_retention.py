from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rules._shared.buckets import BucketRule, content_type
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block, nested

FEWEST = {"prod": 30, "staging": 7}


class NoncurrentVersionRetention(BucketRule):
    id = "LK_S3_21"
    title = "Noncurrent versions are retained for 30 days"
    severity = "high"
    rationale = (
        "A job that empties a partition on Friday is noticed on Monday, and its author is back next week. Versions "
        "that end sooner are versioning in name only."
    )
    remedy = "Keep noncurrent_days at 30 or more in prod and 7 in staging (the tier's default is longer)."
    reference = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html"
    pack = "reliability"
    controls = {"nist": ["CP-9", "CP-10"], "soc2": ["A1.2"]}

    def problems(self, block: Block) -> Iterable[str]:
        fewest = FEWEST.get(stack_context.current().tier)
        if fewest is None or content_type(block) in ("scratch", "logs") or self.is_log_bucket(block):
            return
        for peer in self.sub_resources(block, "aws_s3_bucket_lifecycle_configuration"):
            for rule in nested(peer.block, "rule"):
                for end in nested(rule, "noncurrent_version_expiration"):
                    days = int(end.get("noncurrent_days") or 0)
                    if rule.get("status") == "Enabled" and days < fewest and not end.get("newer_noncurrent_versions"):
                        yield f"{rule.get('id', 'a rule')} ends noncurrent versions after {days} days, below {fewest}"


check = NoncurrentVersionRetention()
