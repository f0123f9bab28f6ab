"""Base of Athena workgroups and of references to them."""

from __future__ import annotations

from typing import Final

from lakekit.bindings import Construct
from lakekit.core.stack import environment_of
from lakekit.iam import Grantee, resolve_grantee, statement
from lakekit.naming import pascal
from lakekit.storage.encryption_key import key_usage_statement
from lakekit.storage.query_results import NAME as RESULT_NAME

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

    Attributes:
        short_name: short name.
        name: physical name, a literal.
        arn: ARN, a literal.
        results_location: `s3://…/<name>/`, where results are written; a literal.
    """

    def __init__(self, scope: Construct, id: str, *, name: str) -> None:
        super().__init__(scope, id)
        names = environment_of(self).names
        self.short_name: Final = name
        self.name: Final = names.resource(name)
        self.arn: Final = names.arn("athena", f"workgroup/{self.name}")
        self._bucket: Final = names.bucket(RESULT_NAME)
        self._key_alias: Final = names.key_alias(RESULT_NAME)
        self.results_location: Final = f"s3://{self._bucket}/{name}/"

    def grant_query(self, grantee: Grantee) -> None:
        """Grant a role to run queries in this workgroup and to read their results; Lake Formation decides on tables.

        Args:
            grantee: a role, a construct with a role, or the name or ARN of a role of this account.
        """
        role = resolve_grantee(self, grantee)
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
