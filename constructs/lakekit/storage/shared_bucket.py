"""Buckets that an environment has once, in addition to its zones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from lakekit.bindings import Construct, aws
from lakekit.core.stack import environment_of
from lakekit.storage.encryption_key import EncryptionKey
from lakekit.storage.lifecycle_rules import Rule
from lakekit.storage.log_bucket import NAME as LOG_BUCKET_NAME
from lakekit.storage.log_bucket import LogBucket
from lakekit.storage.private_bucket import PrivateBucket


class SharedBucket(Construct):
    """A private bucket with a key, an access log and EventBridge notifications.

    Args:
        scope: parent construct.
        id: PascalCase id.
        name: kebab-case name of the bucket and of its key's alias.
        contents: what is stored, for the description of the key.
        content: tag `content` of the bucket.
        lifecycle: lifecycle rules.
        log_bucket: the LogBucket of the same stack; the environment's log bucket by default.

    Attributes:
        bucket: the PrivateBucket.
        key: the EncryptionKey.
        name: physical name of the bucket, a literal.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        contents: str,
        content: Literal["code", "scratch"],
        lifecycle: Sequence[Rule],
        log_bucket: LogBucket | None = None,
    ) -> None:
        super().__init__(scope, id)
        environment = environment_of(self)
        names = environment.names
        self.name: Final = names.bucket(name)
        self.key: Final = EncryptionKey(self, "Key", name=name, description=f"Encrypts {contents} of {names.prefix}")
        self.bucket: Final = PrivateBucket(
            self,
            "Data",
            name=name,
            key=self.key,
            content=content,
            force_destroy=environment.defaults.force_destroy,
            lifecycle=lifecycle,
        )
        logs_ready = [log_bucket.ready] if log_bucket else []
        self.bucket.log_to(names.bucket(LOG_BUCKET_NAME), f"access/{self.name}/", depends_on=logs_ready)
        self.notification: Final = aws.s3_bucket_notification.S3BucketNotification(
            self, "Events", bucket=self.bucket.resource.id, eventbridge=True
        )
