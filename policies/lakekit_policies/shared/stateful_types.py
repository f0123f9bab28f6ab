"""Stateful resource types: they cannot be recreated from configuration; with the consequence of their loss.

Destroying data requires both the construct's argument and the environment's tier.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from lakekit_policies.shared.glue_views import is_view


@dataclass(frozen=True, slots=True)
class StatefulType:
    """Consequence of losing a resource of the type, and whether it has ``prevent_destroy`` in prod."""

    consequence: str
    prevent_destroy: bool = True


_OBJECTS = "all its objects and versions are lost"
_UNREADABLE = "all data under the key becomes unreadable"
_RECORDS = "its records are lost"
_SETTINGS = "the account falls back to settings without protection"

STATEFUL_TYPES: Final[dict[str, StatefulType]] = {
    "aws_s3_bucket": StatefulType(_OBJECTS),
    "aws_s3_directory_bucket": StatefulType(_OBJECTS),
    "aws_s3tables_table_bucket": StatefulType(_RECORDS),
    "aws_s3tables_namespace": StatefulType("its tables are lost", prevent_destroy=False),
    "aws_s3tables_table": StatefulType(_RECORDS),
    "aws_kms_key": StatefulType(_UNREADABLE),
    "aws_kms_replica_key": StatefulType(_UNREADABLE),
    "aws_glue_catalog_database": StatefulType("all its tables are lost to every engine"),
    "aws_glue_catalog_table": StatefulType("the pointer to the current snapshot is lost: no engine finds the data"),
    "aws_glue_data_catalog_encryption_settings": StatefulType(_SETTINGS, prevent_destroy=False),
    "aws_glue_registry": StatefulType("schemas needed to read old records are lost", prevent_destroy=False),
    "aws_glue_schema": StatefulType("versions needed to read old records are lost", prevent_destroy=False),
    "aws_lakeformation_data_lake_settings": StatefulType(_SETTINGS, prevent_destroy=False),
    "aws_lakeformation_resource": StatefulType(
        "Lake Formation no longer vends credentials for the location: every query fails", prevent_destroy=False
    ),
    "aws_lakeformation_lf_tag": StatefulType("every grant on its values is lost", prevent_destroy=False),
    "aws_dynamodb_table": StatefulType(_RECORDS),
    "aws_kinesis_stream": StatefulType(_RECORDS),
    "aws_msk_cluster": StatefulType("all topics and their records are lost"),
    "aws_msk_serverless_cluster": StatefulType("all topics and their records are lost"),
    "aws_redshift_cluster": StatefulType(_RECORDS),
    "aws_redshiftserverless_namespace": StatefulType(_RECORDS),
    "aws_rds_cluster": StatefulType(_RECORDS),
    "aws_db_instance": StatefulType(_RECORDS),
    "aws_secretsmanager_secret": StatefulType("credentials of other systems are lost"),
    "aws_cloudtrail": StatefulType("API calls are no longer recorded", prevent_destroy=False),
    "aws_cloudwatch_log_group": StatefulType("its log events are lost", prevent_destroy=False),
    "aws_emr_cluster": StatefulType(
        "HDFS, running steps and files of notebooks on its nodes are lost", prevent_destroy=False
    ),
    "aws_kinesis_firehose_delivery_stream": StatefulType(
        "its position in the source and its buffered records are lost: records are skipped, or delivered twice",
        prevent_destroy=False,
    ),
    "aws_kinesisanalyticsv2_application": StatefulType(
        "its snapshots are lost: it starts without state and without its positions in the sources",
        prevent_destroy=False,
    ),
    "aws_sqs_queue": StatefulType("its messages are lost", prevent_destroy=False),
    "snowflake_database": StatefulType("all its schemas and tables are lost"),
    "snowflake_schema": StatefulType("all its tables are lost"),
    "snowflake_table": StatefulType(_RECORDS),
}


def stateful_type(kind: str, values: Mapping[str, Any]) -> StatefulType | None:
    """The stateful type of a resource; None if nothing is lost with it.

    Args:
        kind: type of the resource.
        values: its values; a view among the Glue tables has no data.
    """
    if kind == "aws_glue_catalog_table" and is_view(values):
        return None
    return STATEFUL_TYPES.get(kind)
