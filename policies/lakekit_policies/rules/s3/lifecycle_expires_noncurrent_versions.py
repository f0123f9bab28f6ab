from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, nested


class LifecycleExpiresNoncurrentVersions(Rule):
    id = "LK_S3_6"
    title = "Lifecycle rules expire noncurrent versions and incomplete uploads"
    severity = "medium"
    rationale = (
        "Versioning without an end keeps every deleted file for ever: compaction alone doubles the bill each "
        "few weeks, and erased personal data is not erased. Parts of failed uploads are paid for and listed nowhere."
    )
    remedy = "Enable noncurrent_version_expiration and abort_incomplete_multipart_upload for the whole bucket."
    reference = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html"
    pack = "cost"
    controls = {"nist": ["SI-12", "MP-6"], "soc2": ["C1.2"]}
    resources = ("aws_s3_bucket_lifecycle_configuration",)

    def problems(self, block: Block) -> Iterable[str]:
        whole = [rule for rule in nested(block, "rule") if rule.get("status") == "Enabled" and not _is_partial(rule)]
        ends = [end.get("noncurrent_days") for rule in whole for end in nested(rule, "noncurrent_version_expiration")]
        if not any(ends):
            yield "no enabled rule for the whole bucket expires noncurrent versions"
        uploads = [
            end.get("days_after_initiation")
            for rule in whole
            for end in nested(rule, "abort_incomplete_multipart_upload")
        ]
        if not any(uploads):
            yield "no enabled rule for the whole bucket ends incomplete uploads"


def _is_partial(rule: Block) -> bool:
    """Whether a rule names only some of the objects."""
    return bool(rule.get("prefix")) or any(any(part.values()) for part in nested(rule, "filter"))


check = LifecycleExpiresNoncurrentVersions()
