"""The log bucket for S3 access logs and inventories."""

from __future__ import annotations

from typing import Final

from lakekit.bindings import Construct
from lakekit.core.stack import environment_of
from lakekit.iam import statement
from lakekit.storage.lifecycle_rules import Rule, default_lifecycle_rules
from lakekit.storage.log_bucket_reference import LogBucketReference
from lakekit.storage.private_bucket import PrivateBucket

# The log bucket of all constructs of an environment, in every stack.
NAME: Final = "logs"


class LogBucket(Construct):
    """A bucket for S3 access logs and inventories, which expire after the retention of the tier.

    It is encrypted with SSE-S3, the only encryption that supports delivery of access logs (S3 server access logging),
    and has no access log itself, which would grow without limit.

    Args:
        scope: parent construct.
        id: PascalCase id.
        retention_days: days that logs are kept; 30 (sandbox), 90 (dev), 180 (staging), 365 (prod) by default.

    Attributes:
        bucket: the PrivateBucket.
        name: physical name, a literal.
    """

    def __init__(self, scope: Construct, id: str, *, retention_days: int | None = None) -> None:
        super().__init__(scope, id)
        environment = environment_of(self)
        names = environment.names
        self.name: Final = names.bucket(NAME)
        arn = names.bucket_arn(self.name)
        days = retention_days or environment.defaults.access_log_days
        conditions = {
            "StringEquals": {"aws:SourceAccount": environment.account_id},
            "ArnLike": {"aws:SourceArn": names.bucket_arn(f"{names.prefix}-*")},
        }
        self.bucket: Final = PrivateBucket(
            self,
            "Logs",
            name=NAME,
            key=None,
            content="logs",
            lifecycle=[*default_lifecycle_rules(noncurrent_days=7), Rule("expire-logs", expire_days=days)],
            statements=[
                statement(
                    "DeliverAccessLogs",
                    ["s3:PutObject"],
                    [f"{arn}/access/*"],
                    principals={"Service": "logging.s3.amazonaws.com"},
                    conditions=conditions,
                ),
                statement(
                    "DeliverInventories",
                    ["s3:PutObject"],
                    [f"{arn}/inventory/*"],
                    principals={"Service": "s3.amazonaws.com"},
                    conditions=conditions,
                ),
            ],
        )

    @property
    def ready(self) -> Construct:
        """The bucket policy: log delivery can be switched on once it exists."""
        return self.bucket.policy

    @classmethod
    def from_environment(cls, scope: Construct, id: str) -> LogBucketReference:
        """Refer to the log bucket of the environment, which another stack creates."""
        return LogBucketReference(scope, id, NAME)
