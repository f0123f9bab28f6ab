from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rules._shared.buckets import BucketRule, content_type
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block, nested

MIN_RETENTION_DAYS = {"prod": 30, "staging": 7}


class NoncurrentVersionRetention(BucketRule):
    id = "LK_S3_21"
    title = "Noncurrent versions are retained for at least 30 days in prod and 7 in staging"
    severity = "high"
    rationale = (
        "Data loss is often noticed days after the job that caused it. Noncurrent versions that expire earlier "
        "cannot be restored."
    )
    remedy = "Set `noncurrent_days` to at least 30 in prod and 7 in staging (the tier's default is longer)."
    reference = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html"
    pack = "reliability"
    controls = {"nist": ["CP-9", "CP-10"], "soc2": ["A1.2"]}

    def problems(self, block: Block) -> Iterable[str]:
        minimum = MIN_RETENTION_DAYS.get(stack_context.current().tier)
        if minimum is None or content_type(block) in ("scratch", "logs") or self.is_log_bucket(block):
            return
        for peer in self.sub_resources(block, "aws_s3_bucket_lifecycle_configuration"):
            for rule in nested(peer.block, "rule"):
                for expiration in nested(rule, "noncurrent_version_expiration"):
                    days = int(expiration.get("noncurrent_days") or 0)
                    if (
                        rule.get("status") == "Enabled"
                        and days < minimum
                        and not expiration.get("newer_noncurrent_versions")
                    ):
                        yield (
                            f"{rule.get('id', 'a rule')} expires noncurrent versions after {days} days, below {minimum}"
                        )


check = NoncurrentVersionRetention()
