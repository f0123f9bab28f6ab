"""S3 lifecycle rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lakekit.bindings import aws

# Parts of incomplete uploads are billed until the upload is aborted (S3 multipart documentation).
ABORT_UPLOADS_DAYS: Final = 7
# Transitions of objects below 128 KiB cost more than they save (S3 lifecycle pricing).
MINIMUM_OBJECT_SIZE: Final = "all_storage_classes_128K"


@dataclass(frozen=True, slots=True)
class Rule:
    """One lifecycle rule.

    Args:
        id: name of the rule.
        prefix: key prefix of the objects; the whole bucket by default.
        abort_uploads_days: days until incomplete uploads are aborted.
        noncurrent_days: days until noncurrent versions are deleted.
        tier_days: days until objects move to S3 Intelligent-Tiering. Its default tiers are readable immediately; the
            archive tiers need a separate configuration, which is not created here.
        expire_days: days until current objects are deleted.
        expire_markers: expired object delete markers are removed.
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
    """Return the rules of every bucket, for incomplete uploads, noncurrent versions and delete markers."""
    return [
        Rule("abort-incomplete-uploads", abort_uploads_days=ABORT_UPLOADS_DAYS),
        Rule("expire-noncurrent-versions", noncurrent_days=noncurrent_days, expire_markers=True),
    ]
