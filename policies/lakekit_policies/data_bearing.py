"""The resource types that cannot be made again from configuration, and what is lost with each.

Destroying data takes two keys: the construct's argument and the environment's tier.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class DataBearing:
    """Why a type is on the list, and whether it carries ``prevent_destroy`` in prod."""

    why: str
    resists: bool = True


_OBJECTS = "with it go all its objects and versions"
_UNREADABLE = "all data under the key becomes unreadable"
_RECORDS = "with it go the records in it"
_SETTINGS = "the account falls back to settings without protection"

DATA_BEARING: Final[dict[str, DataBearing]] = {
    "aws_s3_bucket": DataBearing(_OBJECTS),
    "aws_s3_directory_bucket": DataBearing(_OBJECTS),
    "aws_s3tables_table_bucket": DataBearing(_RECORDS),
    "aws_s3tables_namespace": DataBearing("with it go its tables", resists=False),
    "aws_s3tables_table": DataBearing(_RECORDS),
    "aws_kms_key": DataBearing(_UNREADABLE),
    "aws_kms_replica_key": DataBearing(_UNREADABLE),
    "aws_glue_catalog_database": DataBearing("with it go all its tables, and every engine loses them"),
    "aws_glue_catalog_table": DataBearing("with it goes the pointer to the current snapshot: no engine finds the data"),
    "aws_glue_data_catalog_encryption_settings": DataBearing(_SETTINGS, resists=False),
    "aws_glue_registry": DataBearing("with it go the schemas that readers of old records need", resists=False),
    "aws_glue_schema": DataBearing("with it go the versions that readers of old records need", resists=False),
    "aws_lakeformation_data_lake_settings": DataBearing(_SETTINGS, resists=False),
    "aws_lakeformation_resource": DataBearing(
        "Lake Formation gives no more credentials for the location: every query of it fails", resists=False
    ),
    "aws_lakeformation_lf_tag": DataBearing("with it goes every grant that its values decide", resists=False),
    "aws_dynamodb_table": DataBearing(_RECORDS),
    "aws_kinesis_stream": DataBearing(_RECORDS),
    "aws_msk_cluster": DataBearing("with it go all topics and their records"),
    "aws_msk_serverless_cluster": DataBearing("with it go all topics and their records"),
    "aws_redshift_cluster": DataBearing(_RECORDS),
    "aws_redshiftserverless_namespace": DataBearing(_RECORDS),
    "aws_rds_cluster": DataBearing(_RECORDS),
    "aws_db_instance": DataBearing(_RECORDS),
    "aws_secretsmanager_secret": DataBearing("with it go credentials that others depend on"),
    "aws_cloudtrail": DataBearing("from then on nobody knows who did what", resists=False),
    "snowflake_database": DataBearing("with it go all its schemas and tables"),
    "snowflake_schema": DataBearing("with it go all its tables"),
    "snowflake_table": DataBearing(_RECORDS),
}
