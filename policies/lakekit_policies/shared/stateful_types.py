"""The resource types that cannot be made again from configuration, and what is lost with each.

Destroying data takes two keys: the construct's argument and the environment's tier.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class StatefulType:
    """Why a type is on the list, and whether it carries ``prevent_destroy`` in prod."""

    consequence: str
    prevent_destroy: bool = True


_OBJECTS = "with it go all its objects and versions"
_UNREADABLE = "all data under the key becomes unreadable"
_RECORDS = "with it go the records in it"
_SETTINGS = "the account falls back to settings without protection"

STATEFUL_TYPES: Final[dict[str, StatefulType]] = {
    "aws_s3_bucket": StatefulType(_OBJECTS),
    "aws_s3_directory_bucket": StatefulType(_OBJECTS),
    "aws_s3tables_table_bucket": StatefulType(_RECORDS),
    "aws_s3tables_namespace": StatefulType("with it go its tables", prevent_destroy=False),
    "aws_s3tables_table": StatefulType(_RECORDS),
    "aws_kms_key": StatefulType(_UNREADABLE),
    "aws_kms_replica_key": StatefulType(_UNREADABLE),
    "aws_glue_catalog_database": StatefulType("with it go all its tables, and every engine loses them"),
    "aws_glue_catalog_table": StatefulType(
        "with it goes the pointer to the current snapshot: no engine finds the data"
    ),
    "aws_glue_data_catalog_encryption_settings": StatefulType(_SETTINGS, prevent_destroy=False),
    "aws_glue_registry": StatefulType("with it go the schemas that readers of old records need", prevent_destroy=False),
    "aws_glue_schema": StatefulType("with it go the versions that readers of old records need", prevent_destroy=False),
    "aws_lakeformation_data_lake_settings": StatefulType(_SETTINGS, prevent_destroy=False),
    "aws_lakeformation_resource": StatefulType(
        "Lake Formation gives no more credentials for the location: every query of it fails", prevent_destroy=False
    ),
    "aws_lakeformation_lf_tag": StatefulType("with it goes every grant that its values decide", prevent_destroy=False),
    "aws_dynamodb_table": StatefulType(_RECORDS),
    "aws_kinesis_stream": StatefulType(_RECORDS),
    "aws_msk_cluster": StatefulType("with it go all topics and their records"),
    "aws_msk_serverless_cluster": StatefulType("with it go all topics and their records"),
    "aws_redshift_cluster": StatefulType(_RECORDS),
    "aws_redshiftserverless_namespace": StatefulType(_RECORDS),
    "aws_rds_cluster": StatefulType(_RECORDS),
    "aws_db_instance": StatefulType(_RECORDS),
    "aws_secretsmanager_secret": StatefulType("with it go credentials that others depend on"),
    "aws_cloudtrail": StatefulType("from then on nobody knows who did what", prevent_destroy=False),
    "snowflake_database": StatefulType("with it go all its schemas and tables"),
    "snowflake_schema": StatefulType("with it go all its tables"),
    "snowflake_table": StatefulType(_RECORDS),
}
