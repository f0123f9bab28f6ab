"""No two constructs may claim one physical name: found before Terraform or AWS would."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from lakekit.errors import CollisionError

# What makes a physical name unique: the attributes of the name, and how far it has to be.
_WORLD, _ACCOUNT, _REGION = ("partition",), ("account_id",), ("account_id", "region")
_SNOWFLAKE = ("snowflake_account",)
_NAMES: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "aws_s3_bucket": (("bucket",), _WORLD),
    "aws_iam_role": (("name",), _ACCOUNT),
    "aws_iam_policy": (("name",), _ACCOUNT),
    "aws_kms_alias": (("name",), _REGION),
    "aws_glue_catalog_database": (("name",), _REGION),
    "aws_glue_catalog_table": (("database_name", "name"), _REGION),
    "aws_glue_data_catalog_encryption_settings": ((), _REGION),
    "aws_lakeformation_data_lake_settings": ((), _REGION),
    "aws_lakeformation_resource": (("arn",), _REGION),
    "aws_lakeformation_lf_tag": (("key",), _REGION),
    "aws_cloudwatch_log_group": (("name",), _REGION),
    "aws_athena_workgroup": (("name",), _REGION),
    "aws_emr_block_public_access_configuration": ((), _REGION),
    "aws_emr_security_configuration": (("name",), _REGION),
    "aws_emrserverless_application": (("name",), _REGION),
    "aws_glue_connection": (("name",), _REGION),
    "aws_glue_crawler": (("name",), _REGION),
    "aws_glue_job": (("name",), _REGION),
    "aws_glue_security_configuration": (("name",), _REGION),
    "aws_glue_trigger": (("name",), _REGION),
    "aws_glue_workflow": (("name",), _REGION),
    "aws_iam_instance_profile": (("name",), _ACCOUNT),
    "aws_scheduler_schedule_group": (("name",), _REGION),
    "aws_ssm_parameter": (("name",), _REGION),
    "aws_cloudwatch_dashboard": (("dashboard_name",), _ACCOUNT),
    "aws_cloudwatch_metric_alarm": (("alarm_name",), _REGION),
    "aws_budgets_budget": (("name",), _ACCOUNT),
    "aws_glue_registry": (("registry_name",), _REGION),
    "aws_glue_schema": (("registry_arn", "schema_name"), _REGION),
    "aws_kinesis_firehose_delivery_stream": (("name",), _REGION),
    "aws_kinesisanalyticsv2_application": (("name",), _REGION),
    "aws_msk_cluster": (("cluster_name",), _REGION),
    "aws_msk_serverless_cluster": (("cluster_name",), _REGION),
    "aws_mskconnect_connector": (("name",), _REGION),
    "aws_sns_topic": (("name",), _REGION),
    "snowflake_account_parameter": (("key",), _SNOWFLAKE),
    "snowflake_account_role": (("name",), _SNOWFLAKE),
    "snowflake_database": (("name",), _SNOWFLAKE),
    "snowflake_external_volume": (("name",), _SNOWFLAKE),
    "snowflake_file_format": (("database", "schema", "name"), _SNOWFLAKE),
    "snowflake_network_policy": (("name",), _SNOWFLAKE),
    "snowflake_pipe": (("database", "schema", "name"), _SNOWFLAKE),
    "snowflake_resource_monitor": (("name",), _SNOWFLAKE),
    "snowflake_schema": (("database", "name"), _SNOWFLAKE),
    "snowflake_service_user": (("name",), _SNOWFLAKE),
    "snowflake_stage": (("database", "schema", "name"), _SNOWFLAKE),
    "snowflake_storage_integration": (("name",), _SNOWFLAKE),
    "snowflake_table": (("database", "schema", "name"), _SNOWFLAKE),
    "snowflake_warehouse": (("name",), _SNOWFLAKE),
}


def check(outdir: Path) -> None:
    """Refuse a synthesized directory in which one physical name stands twice.

    Raises:
        CollisionError: names both constructs.
    """
    seen: dict[tuple[str, ...], str] = {}
    for identity, path in _identities(outdir):
        if identity in seen and seen[identity] != path:
            kind, *rest = identity
            raise CollisionError(
                f"{seen[identity]} and {path} both make the {kind} {' '.join(rest)}",
                fix="give one of them another id or name; two environments need another `environment` or account",
            )
        seen[identity] = path


def _identities(outdir: Path) -> Iterator[tuple[tuple[str, ...], str]]:
    for file in sorted(outdir.glob("stacks/*/cdk.tf.json")):
        stack = json.loads(file.read_text(encoding="utf-8"))
        context = stack.get("//", {}).get("metadata", {}).get("lakekit", {})
        for kind, resources in stack.get("resource", {}).items():
            if kind not in _NAMES:
                continue
            attributes, scope = _NAMES[kind]
            for name, resource in resources.items():
                values = [_text(resource.get(attribute)) for attribute in attributes]
                if any("${" in value for value in values):
                    continue  # a reference to another resource's name is not a claim of its own
                where = [_text(context.get(part)) for part in scope]
                path = resource.get("//", {}).get("metadata", {}).get("path", f"{file.parent.name}/{name}")
                yield (kind, *values, *where), path


def _text(value: Any) -> str:
    return "" if value is None else str(value)
