"""A bucket that an environment has once, beside its zones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal

from lakekit.bindings import Construct, aws
from lakekit.stack import environment_of
from lakekit.storage.bucket import PrivateBucket
from lakekit.storage.key import EncryptionKey
from lakekit.storage.lifecycle import Rule
from lakekit.storage.log_bucket import WORDS as LOG_BUCKET_WORDS


class SharedBucket(Construct):
    """A private bucket with a key, an access log and events of its own.

    Args:
        scope: where it stands.
        id: PascalCase id.
        words: what it is called after organisation and environment; so is its key.
        holds: what it holds, for the key's description.
        content: the same as a tag of the bucket.
        lifecycle: rules for the life of its objects.

    Attributes:
        bucket: the PrivateBucket.
        key: its EncryptionKey.
        name: the bucket's name, a literal.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        words: Sequence[str],
        holds: str,
        content: Literal["code", "scratch"],
        lifecycle: Sequence[Rule],
    ) -> None:
        super().__init__(scope, id)
        environment = environment_of(self)
        names = environment.names
        self.name: Final = names.bucket(*words)
        self.key: Final = EncryptionKey(self, "Key", words=words, description=f"Encrypts {holds} of {names.prefix}")
        self.bucket: Final = PrivateBucket(
            self,
            "Data",
            bucket=self.name,
            key=self.key,
            content=content,
            disposable=environment.defaults.disposable,
            lifecycle=lifecycle,
        )
        self.bucket.log_to(names.bucket(*LOG_BUCKET_WORDS), f"access/{self.name}/")
        self.notification: Final[Any] = aws.s3_bucket_notification.S3BucketNotification(
            self, "Events", bucket=self.bucket.resource.id, eventbridge=True
        )
