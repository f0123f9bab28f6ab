"""Access to query results of a deployed lake, found by what sessions of its roles can do: Athena and S3 calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from athena_client import Athena
from botocore.exceptions import ClientError

Client = Callable[[str], Any]
"""Makes a client of a service."""


@dataclass(frozen=True)
class StoredResult:
    """The results of a query in a workgroup."""

    workgroup: str
    query: str
    bucket: str
    key: str

    @classmethod
    def of(cls, owner: Client, workgroup: str, sql: str, database: str) -> StoredResult:
        """Run a query in a workgroup with a role that may."""
        athena = owner("athena")
        started = athena.start_query_execution(
            QueryString=sql, QueryExecutionContext={"Database": database}, WorkGroup=workgroup
        )["QueryExecutionId"]
        found = Athena(athena).results(started)
        assert not isinstance(found, str), found
        location = athena.get_query_execution(QueryExecutionId=started)["QueryExecution"]["ResultConfiguration"]
        bucket, _, key = location["OutputLocation"].removeprefix("s3://").partition("/")
        return cls(workgroup, started, bucket, key)

    def calls(self, role: Client) -> Iterator[tuple[str, Callable[[], Any]]]:
        """Calls that show the results, that they exist, or that replace them."""
        athena, s3 = role("athena"), role("s3")
        prefix = f"{self.key.rpartition('/')[0]}/"
        yield "GetQueryExecution", lambda: athena.get_query_execution(QueryExecutionId=self.query)
        yield "BatchGetQueryExecution", lambda: athena.batch_get_query_execution(QueryExecutionIds=[self.query])
        yield "GetQueryResults", lambda: athena.get_query_results(QueryExecutionId=self.query)
        yield "ListQueryExecutions", lambda: athena.list_query_executions(WorkGroup=self.workgroup)
        yield "StopQueryExecution", lambda: athena.stop_query_execution(QueryExecutionId=self.query)
        yield (
            "StartQueryExecution",
            lambda: athena.start_query_execution(QueryString="SELECT 1", WorkGroup=self.workgroup),
        )
        yield "GetObject", lambda: s3.get_object(Bucket=self.bucket, Key=self.key)
        yield "ListObjectsV2", lambda: s3.list_objects_v2(Bucket=self.bucket, Prefix=prefix)
        yield "PutObject", lambda: s3.put_object(Bucket=self.bucket, Key=f"{prefix}probe", Body=b"")

    def allowed(self, role: Client) -> set[str]:
        """The calls that a role is allowed."""
        return {name for name, call in self.calls(role) if _is_allowed(call)}


def lists_a_wider_prefix(role: Client, result: StoredResult) -> bool:
    """Whether a role lists the bucket of results, or with a prefix that other workgroups begin with."""
    s3, name = role("s3"), result.key.partition("/")[0]
    prefixes = ("", name, name[:1])
    return any(_is_allowed(lambda one=one: s3.list_objects_v2(Bucket=result.bucket, Prefix=one)) for one in prefixes)


def _is_allowed(call: Callable[[], Any]) -> bool:
    try:
        call()
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code not in ("AccessDenied", "AccessDeniedException"):
            raise
        return False
    return True
