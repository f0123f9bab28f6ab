"""The bucket that query results go to, and leave again."""

from __future__ import annotations

from typing import Final

from lakekit.bindings import Construct
from lakekit.core.stack import environment_of
from lakekit.storage.lifecycle_rules import Rule, default_lifecycle_rules
from lakekit.storage.shared_bucket import SharedBucket
from lakekit.storage.shared_bucket_reference import SharedBucketReference

NAME: Final = "query-results"


class QueryResultBucket(SharedBucket):
    """The bucket of an environment that Athena writes results to: encrypted, logged, emptied after days.

    A result is a copy of data without the table's tags, so it must not outlive its use.

    Args:
        scope: where it stands.
        id: PascalCase id.
        days: days until results are deleted; the environment's `processing.athena.result_days` by default.
    """

    def __init__(self, scope: Construct, id: str, *, days: int | None = None) -> None:
        kept = days or environment_of(scope).processing.athena.result_days
        # A deleted result is not to be had again: that is the point of deleting it.
        lifecycle = [*default_lifecycle_rules(noncurrent_days=1), Rule("expire-results", expire_days=kept)]
        super().__init__(scope, id, name=NAME, contents="query results", content="scratch", lifecycle=lifecycle)

    @classmethod
    def from_environment(cls, scope: Construct, id: str) -> SharedBucketReference:
        """Refer to the query result bucket of the environment, which another stack creates."""
        return SharedBucketReference(scope, id, NAME)
