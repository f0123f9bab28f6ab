"""Permissions of engine roles that no profile notices, with the reason.

Each is of a grant that serves engines of different kinds (`grant_read`, `grant_write`, `LogGroup.grant_write`), or of
an act that the engine itself does not do. None is on the path of an engine that the reference environment runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from permission_sweep import Permission


@dataclass(frozen=True)
class Unnoticed:
    """Actions of statements, and why no profile calls them."""

    sids: str
    """Pattern of the statement ids."""
    actions: tuple[str, ...]
    reason: str
    roles: str = "*"
    """Pattern of the role names."""

    def includes(self, permission: Permission) -> bool:
        """Whether a permission is one of these."""
        return (
            permission.action in self.actions
            and fnmatchcase(permission.sid, self.sids)
            and fnmatchcase(permission.role, self.roles)
        )


UNNOTICED: Sequence[Unnoticed] = (
    Unnoticed(
        "*Objects*",
        ("s3:GetObjectVersion", "s3:ListMultipartUploadParts"),
        "readers of object versions and writers that resume an upload; Iceberg's S3FileIO does neither",
    ),
    Unnoticed("Read*Artifact", ("s3:GetObjectVersion",), "code is deployed under a new key; no engine names a version"),
    Unnoticed("*List*", ("s3:ListBucketVersions",), "readers of object versions; Iceberg's S3FileIO lists none"),
    Unnoticed(
        "Read*List*",
        ("s3:ListBucket",),
        "readers of plain files; the recorded engine finds the files of an Iceberg table in its metadata",
    ),
    Unnoticed(
        "WriteCuratedList",
        ("s3:ListBucket",),
        "writers of plain files; the recorded commits list nothing",
        roles="*-order-minutes-job-flink",
    ),
    Unnoticed(
        "WriteCuratedList",
        ("s3:ListBucket",),
        "writers of plain files; the recorded commits list nothing",
        roles="*-payments-to-lake-connect",
    ),
    Unnoticed(
        "*Location*",
        ("s3:GetBucketLocation",),
        "SDKs that look for the region of a bucket; the recorded engine has the region in its settings",
    ),
    Unnoticed("*Key", ("kms:DescribeKey",), "clients that look at the key before they use it; no recorded call does"),
    Unnoticed("BucketKey", ("kms:Encrypt",), "S3 generates data keys and encrypts nothing directly", roles="*-studio"),
    Unnoticed(
        "*Catalog",
        ("glue:GetDatabase", "glue:GetDatabases", "glue:GetPartition", "glue:GetPartitions", "glue:GetTables"),
        "engines that list the catalog or read tables by partition; Iceberg loads its table by name",
    ),
    Unnoticed("ListTables*", ("glue:GetTables",), "engines that list the catalog; Iceberg loads its table by name"),
    Unnoticed("WriteCatalog", ("glue:CreateTable",), "Terraform makes the tables; engines only write to them"),
    Unnoticed(
        "WriteLogs",
        ("logs:CreateLogStream", "logs:DescribeLogStreams"),
        "Terraform makes the log stream, into which the service writes",
        roles="*-firehose",
    ),
    Unnoticed(
        "WriteLogs",
        ("logs:CreateLogStream",),
        "Terraform makes the log stream, into which the service writes",
        roles="*-flink",
    ),
    Unnoticed(
        "WriteLanding*",
        ("s3:DeleteObject",),
        "a writer that replaces files; Firehose only adds the records that failed",
        roles="*-firehose",
    ),
    Unnoticed(
        "WriteRaw*",
        ("s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListBucket"),
        "the reference environment has no table in this zone, so the optimizer does nothing there",
        roles="*-table-optimizer",
    ),
    Unnoticed(
        "Write*Objects",
        ("s3:AbortMultipartUpload",),
        "AWS documents s3:PutObject, GetObject and DeleteObject for optimizers",
        roles="*-table-optimizer",
    ),
    Unnoticed(
        "ManageTopics",
        (
            *("kafka-cluster:AlterTopic", "kafka-cluster:AlterTopicDynamicConfiguration", "kafka-cluster:CreateTopic"),
            "kafka-cluster:DescribeTopicDynamicConfiguration",
        ),
        "the control topic is created with this role before the connector starts, not by the connector",
        roles="*-connect",
    ),
    Unnoticed(
        "ReadPlugin*",
        ("s3:GetObject", "kms:Decrypt"),
        "MSK Connect loads the plugin itself; AWS documents no permission of the execution role for it",
        roles="*-connect",
    ),
)
WITHOUT_PROFILE = {
    "acme-local-sales-shop": "an application of the shop that produces events; this project does not run it",
    "acme-local-smoke-test": "`lakekit smoke` uses it, and its test makes the calls",
}
"""Roles of the reference environment that are not of an engine."""
