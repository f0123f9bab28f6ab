from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from lakekit_policies.rules._shared.buckets import BucketRule, content_type
from lakekit_policies.rules.s3.noncurrent_version_retention import MIN_RETENTION_DAYS, keeps_newer_versions
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block, nested

WHOLE_BUCKET_DAYS: Final = {"prod": 90, "staging": 30}
"""PCI DSS 4.0, requirement 10.5.1: three months immediately available."""
_TEMPORARY: Final = re.compile(
    r"(?i)(?:^|[/_.-])(?:tmp|temp|temporary|scratch|staging|cache|(?:query-?)?results?|checkpoints?|shuffle|spill)(?:[/_.-]|$)"
)


class LifecycleExpirationMinimum(BucketRule):
    id = "LK_S3_38"
    title = "Lifecycle rules do not delete objects after a few days"
    severity = "high"
    rationale = (
        "A lifecycle rule deletes without a plan, an approval or a log entry per object. PCI DSS (10.5.1) wants three "
        "months of logs available, and data must be recoverable for 30 days in prod and 7 in staging (LK_S3_21). A "
        "shorter expiration of a bucket that holds anything but temporary data is a deletion."
    )
    remedy = (
        "Expire a whole bucket after at least 90 days in prod and 30 in staging; a part of it, buckets of files and "
        "noncurrent versions after at least 30 and 7 days. Tag buckets of temporary data with `content`: scratch, in "
        "the same configuration."
    )
    reference = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-expire-general-considerations.html"
    pack = "reliability"
    controls = {"nist": ["CP-9", "SI-12"], "soc2": ["A1.2"]}
    resources = ("aws_s3_bucket", "aws_s3_bucket_lifecycle_configuration")

    def problems(self, block: Block) -> Iterable[str]:
        if self.entity_type == "aws_s3_bucket_lifecycle_configuration":
            if not self.is_planned(block.get("bucket")):
                yield from _violations(block, WHOLE_BUCKET_DAYS, noncurrent=True)
            return
        # LK_S3_7 rejects every expiration of tables, and LK_S3_22 evaluates logs.
        if content_type(block) in ("tables", "scratch") or self.is_log_bucket(block):
            return
        # The tag `logs` alone proves nothing, so that it does not shorten the minimum.
        whole_days = WHOLE_BUCKET_DAYS if content_type(block) == "logs" else MIN_RETENTION_DAYS
        for peer in self.sub_resources(block, "aws_s3_bucket_lifecycle_configuration"):
            yield from _violations(peer.block, whole_days, noncurrent=False)


def _violations(block: Block, whole_bucket: Mapping[str, int], *, noncurrent: bool) -> Iterator[str]:
    tier = stack_context.current().tier
    whole_days, part_days = whole_bucket.get(tier), MIN_RETENTION_DAYS.get(tier)
    if whole_days is None or part_days is None:
        return
    for rule in nested(block, "rule"):
        prefix = _prefix(rule)
        if rule.get("status") != "Enabled" or (prefix and _TEMPORARY.search(prefix)):
            continue
        name = rule.get("id") or "a rule"
        minimum = part_days if prefix or _is_partial(rule) else whole_days
        for expiration in nested(rule, "expiration"):
            days = expiration.get("days")
            if isinstance(days, int) and 0 < days < minimum:
                yield f"{name} deletes objects after {days} days, below {minimum}"
            elif expiration.get("date"):
                yield f"{name} deletes every object that it matches on {expiration['date']}"
        for expiration in nested(rule, "noncurrent_version_expiration") if noncurrent else []:
            days = expiration.get("noncurrent_days")
            if isinstance(days, int) and days < part_days and not keeps_newer_versions(expiration):
                yield f"{name} deletes noncurrent versions after {days} days, below {part_days}"


def _prefix(rule: Block) -> str:
    filters = [*nested(rule, "filter"), *nested(rule, "filter", "and")]
    return next((str(part["prefix"]) for part in (rule, *filters) if part.get("prefix")), "")


def _is_partial(rule: Block) -> bool:
    """Whether a rule applies to tagged objects only; limits of size can include every object."""
    return any(
        part.get("tag") or part.get("tags") for part in (*nested(rule, "filter"), *nested(rule, "filter", "and"))
    )


check = LifecycleExpirationMinimum()
