"""The bucket that query results go to, and leave again."""

from __future__ import annotations

from typing import Any, Final

from lakekit.bindings import Construct, aws
from lakekit.stack import environment_of
from lakekit.storage.bucket import PrivateBucket
from lakekit.storage.key import EncryptionKey
from lakekit.storage.lifecycle import Rule, upkeep
from lakekit.storage.log_bucket import WORDS as LOG_BUCKET_WORDS

WORDS: Final = ("query-results",)


class QueryResultBucket(Construct):
    """The bucket of an environment that Athena writes results to: encrypted, logged, emptied after days.

    A result is a copy of data without the table's tags, so it must not outlive its use.

    Args:
        scope: where it stands.
        id: PascalCase id.
        days: days until results are deleted; the environment's `processing.athena.result_days` by default.

    Attributes:
        bucket: the PrivateBucket.
        key: its EncryptionKey.
        name: the bucket's name, a literal.
    """

    def __init__(self, scope: Construct, id: str, *, days: int | None = None) -> None:
        super().__init__(scope, id)
        environment = environment_of(self)
        names = environment.names
        self.name: Final = names.bucket(*WORDS)
        self.key: Final = EncryptionKey(
            self, "Key", words=WORDS, description=f"Encrypts query results of {names.prefix}"
        )
        self.bucket: Final = PrivateBucket(
            self,
            "Data",
            bucket=self.name,
            key=self.key,
            content="scratch",
            disposable=environment.defaults.disposable,
            lifecycle=[
                # A deleted result is not to be had again: that is the point of deleting it.
                *upkeep(noncurrent_days=1),
                Rule("expire-results", expire_days=days or environment.processing.athena.result_days),
            ],
        )
        self.bucket.log_to(names.bucket(*LOG_BUCKET_WORDS), f"access/{self.name}/")
        self.notification: Final[Any] = aws.s3_bucket_notification.S3BucketNotification(
            self, "Events", bucket=self.bucket.resource.id, eventbridge=True
        )
