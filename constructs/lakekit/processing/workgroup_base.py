"""Base of Athena workgroups and of references to them."""

from __future__ import annotations

from typing import Final

from lakekit.bindings import Construct
from lakekit.core.stack import environment_of
from lakekit.environment.query_access import RESULTS, result_location
from lakekit.iam import Grantee, resolve_grantee, statement
from lakekit.naming import pascal
from lakekit.processing.shared_results import add_user, check_reason
from lakekit.storage.encryption_key import key_usage_statement

_QUERY: Final = (
    "athena:BatchGetQueryExecution",
    "athena:GetQueryExecution",
    "athena:GetQueryResults",
    "athena:GetQueryResultsStream",
    "athena:GetWorkGroup",
    "athena:ListQueryExecutions",
    "athena:StartQueryExecution",
    "athena:StopQueryExecution",
)


class WorkgroupBase(Construct):
    """Athena workgroup of this stack or of another one.

    Args:
        scope: parent construct.
        id: PascalCase id.
        name: short name of the workgroup.
        shared_results: why roles that read different data may read each other's query results.
        declared_users: roles that the environment file lets query in it, for a workgroup of another stack.

    Attributes:
        short_name: short name.
        name: physical name, a literal.
        arn: ARN, a literal.
        results_location: `s3://…/<name>/`, where results are written; a literal.
        shared_results: the reason, or None.

    Raises:
        ConstructError: `shared_results` is not a reason.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        shared_results: str | None = None,
        declared_users: tuple[str, ...] = (),
    ) -> None:
        super().__init__(scope, id)
        self.shared_results: Final = check_reason(self, shared_results)
        self._declared_users: Final = declared_users
        names = environment_of(self).names
        self.short_name: Final = name
        self.name: Final = names.resource(name)
        self.arn: Final = names.arn("athena", f"workgroup/{self.name}")
        self._bucket: Final = names.bucket(RESULTS)
        self._key_alias: Final = names.key_alias(RESULTS)
        self.results_location: Final = result_location(names, name)

    def grant_query(self, grantee: Grantee) -> None:
        """Grant a role to run queries in this workgroup and to read their results; Lake Formation decides on tables.

        Athena has no permission on single queries: a role reads the results of every query in the workgroup.

        Args:
            grantee: a role, a construct with a role, or the name or ARN of a role of this account.

        Raises:
            ConstructError: another role may query in the workgroup, which reads other data or of which it is not known
                what it reads, and the workgroup has no `shared_results`.
        """
        role = resolve_grantee(self, grantee)
        if add_user(self, self.arn, role, declared=self._declared_users, reason=self.shared_results):
            self._state_sharing()
        bucket = environment_of(self).names.bucket_arn(self._bucket)
        sid = pascal(self.short_name)
        inside = {"StringLike": {"s3:prefix": [f"{self.short_name}/*"]}}
        role.allow(statement(f"Query{sid}", _QUERY, [self.arn]))
        role.allow(
            statement(
                f"Results{sid}",
                ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
                [f"{bucket}/{self.short_name}/*"],
            )
        )
        role.allow(statement(f"ListResults{sid}", ["s3:ListBucket"], [bucket], conditions=inside))
        role.allow(statement("LocateResults", ["s3:GetBucketLocation"], [bucket]))
        role.allow(key_usage_statement(self, self._key_alias, ["kms:Decrypt", "kms:GenerateDataKey"], sid="ResultsKey"))

    def _state_sharing(self) -> None:
        """State on the resource that several roles share results; a reference has none."""
