from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lakekit_policies.rules._shared.buckets import BucketRule, content_type
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block, nested

MIN_NEWER_VERSIONS: Final = 3
"""Versions that a rule has to keep if it deletes others early: a job that runs three times must not delete what was
before."""
MIN_RETENTION_DAYS = {"prod": 30, "staging": 7}


def keeps_newer_versions(expiration: Block) -> bool:
    """Whether a rule keeps enough noncurrent versions whatever their age is."""
    newer = str(expiration.get("newer_noncurrent_versions") or "")
    return bool(newer) and not (newer.isdigit() and int(newer) < MIN_NEWER_VERSIONS)


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
                    if rule.get("status") == "Enabled" and days < minimum and not keeps_newer_versions(expiration):
                        yield (
                            f"{rule.get('id', 'a rule')} expires noncurrent versions after {days} days, below {minimum}"
                        )


check = NoncurrentVersionRetention()
