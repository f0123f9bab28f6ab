"""The query result bucket of an environment."""

from __future__ import annotations

from typing import Final

from lakekit.bindings import Construct
from lakekit.core.stack import environment_of
from lakekit.environment.query_access import RESULTS
from lakekit.storage.lifecycle_rules import Rule, default_lifecycle_rules
from lakekit.storage.log_bucket import LogBucket
from lakekit.storage.shared_bucket import SharedBucket
from lakekit.storage.shared_bucket_reference import SharedBucketReference

NAME: Final = RESULTS


class QueryResultBucket(SharedBucket):
    """The bucket that Athena writes query results to: encrypted, logged, emptied after a number of days.

    A result is a copy of data without the table's LF-tags, so it is kept only briefly.

    Args:
        scope: parent construct.
        id: PascalCase id.
        days: days until results are deleted; the environment's `processing.athena.result_days` by default.
        log_bucket: the LogBucket of the same stack; the environment's log bucket by default.
    """

    def __init__(
        self, scope: Construct, id: str, *, days: int | None = None, log_bucket: LogBucket | None = None
    ) -> None:
        kept = days or environment_of(scope).processing.athena.result_days
        # One day: a deleted result must not stay recoverable.
        lifecycle = [*default_lifecycle_rules(noncurrent_days=1), Rule("expire-results", expire_days=kept)]
        super().__init__(
            scope,
            id,
            name=NAME,
            contents="query results",
            content="scratch",
            lifecycle=lifecycle,
            log_bucket=log_bucket,
        )

    @classmethod
    def from_environment(cls, scope: Construct, id: str) -> SharedBucketReference:
        """Refer to the query result bucket of the environment, which another stack creates."""
        return SharedBucketReference(scope, id, NAME)
