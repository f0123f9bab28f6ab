"""The life of objects: rules that can end a stray version, never a live data file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lakekit.bindings import aws

# Parts of uploads that nobody finished are billed until they are aborted (S3 multipart documentation).
ABORT_UPLOADS_DAYS: Final = 7
# Objects under 128 KiB stay where they are: moving them costs more than it saves (S3 lifecycle pricing).
MINIMUM_OBJECT_SIZE: Final = "all_storage_classes_128K"


@dataclass(frozen=True, slots=True)
class Rule:
    """One lifecycle rule.

    Args:
        id: its name.
        prefix: the objects it concerns; all of the bucket by default.
        abort_uploads_days: days after which unfinished uploads are aborted.
        noncurrent_days: days after which an overwritten or deleted version is gone for good.
        tier_days: days after which objects move to S3 Intelligent-Tiering. Its default tiers are all read at once;
            the archive tiers need a configuration of their own, which no bucket here gets.
        expire_days: days after which current objects are deleted.
        expire_markers: delete markers with nothing behind them are removed.
    """

    id: str
    prefix: str = ""
    abort_uploads_days: int | None = None
    noncurrent_days: int | None = None
    tier_days: int | None = None
    expire_days: int | None = None
    expire_markers: bool = False

    def render(self) -> aws.s3_bucket_lifecycle_configuration.S3BucketLifecycleConfigurationRule:
        """Return the rule as the provider's block."""
        module = aws.s3_bucket_lifecycle_configuration
        expiration = None
        if self.expire_days is not None:
            expiration = [module.S3BucketLifecycleConfigurationRuleExpiration(days=self.expire_days)]
        elif self.expire_markers:
            expiration = [module.S3BucketLifecycleConfigurationRuleExpiration(expired_object_delete_marker=True)]
        return module.S3BucketLifecycleConfigurationRule(
            id=self.id,
            status="Enabled",
            filter=[module.S3BucketLifecycleConfigurationRuleFilter(prefix=self.prefix)],
            abort_incomplete_multipart_upload=[
                module.S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload(
                    days_after_initiation=self.abort_uploads_days
                )
            ]
            if self.abort_uploads_days is not None
            else None,
            noncurrent_version_expiration=[
                module.S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration(
                    noncurrent_days=self.noncurrent_days
                )
            ]
            if self.noncurrent_days is not None
            else None,
            transition=[
                module.S3BucketLifecycleConfigurationRuleTransition(
                    days=self.tier_days, storage_class="INTELLIGENT_TIERING"
                )
            ]
            if self.tier_days is not None
            else None,
            expiration=expiration,
        )


def default_lifecycle_rules(noncurrent_days: int) -> list[Rule]:
    """What every bucket needs: unfinished uploads, old versions and stray markers come to an end."""
    return [
        Rule("abort-incomplete-uploads", abort_uploads_days=ABORT_UPLOADS_DAYS),
        Rule("expire-noncurrent-versions", noncurrent_days=noncurrent_days, expire_markers=True),
    ]
