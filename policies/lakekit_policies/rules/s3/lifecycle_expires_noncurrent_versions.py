from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, nested


class LifecycleExpiresNoncurrentVersions(Rule):
    id = "LK_S3_6"
    title = "Lifecycle rules expire noncurrent versions and incomplete uploads"
    severity = "medium"
    rationale = (
        "Without expiration of noncurrent versions, S3 keeps every deleted file: storage cost grows with each "
        "compaction, and erased personal data remains. Parts of incomplete uploads are billed and not listed."
    )
    remedy = "Enable `noncurrent_version_expiration` and `abort_incomplete_multipart_upload` for the whole bucket."
    reference = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html"
    pack = "cost"
    controls = {"nist": ["SI-12", "MP-6"], "soc2": ["C1.2"]}
    resources = ("aws_s3_bucket_lifecycle_configuration",)

    def problems(self, block: Block) -> Iterable[str]:
        bucket_rules = [
            rule for rule in nested(block, "rule") if rule.get("status") == "Enabled" and not _is_partial(rule)
        ]
        expiration_days = [
            action.get("noncurrent_days")
            for rule in bucket_rules
            for action in nested(rule, "noncurrent_version_expiration")
        ]
        if not any(expiration_days):
            yield "no enabled rule for the whole bucket expires noncurrent versions"
        uploads = [
            action.get("days_after_initiation")
            for rule in bucket_rules
            for action in nested(rule, "abort_incomplete_multipart_upload")
        ]
        if not any(uploads):
            yield "no enabled rule for the whole bucket aborts incomplete multipart uploads"


def _is_partial(rule: Block) -> bool:
    """Whether a rule applies only to some of the objects."""
    return bool(rule.get("prefix")) or any(any(part.values()) for part in nested(rule, "filter"))


check = LifecycleExpiresNoncurrentVersions()
