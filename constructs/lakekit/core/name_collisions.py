"""Detection of two constructs with the same physical name, before Terraform or AWS report it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from lakekit.errors import CollisionError
from lakekit_policies.terraform.synthesized_directory import stack_files
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack

# Attributes that make up the physical name (`block.attribute` within a block), and the scope in which it is unique.
# Without attributes there is one such resource in each region.
_PARTITION, _ACCOUNT, _REGION = ("partition",), ("account_id",), ("account_id", "region")
_SNOWFLAKE = ("snowflake_account",)
_NAMES: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "aws_appautoscaling_policy": (("service_namespace", "resource_id", "scalable_dimension", "name"), _REGION),
    "aws_appautoscaling_target": (("service_namespace", "resource_id", "scalable_dimension"), _REGION),
    "aws_athena_workgroup": (("name",), _REGION),
    "aws_budgets_budget": (("name",), _ACCOUNT),
    "aws_cloudwatch_dashboard": (("dashboard_name",), _ACCOUNT),
    "aws_cloudwatch_event_rule": (("event_bus_name", "name"), _REGION),
    "aws_cloudwatch_event_target": (("event_bus_name", "rule", "target_id"), _REGION),
    "aws_cloudwatch_log_group": (("name",), _REGION),
    "aws_cloudwatch_log_stream": (("log_group_name", "name"), _REGION),
    "aws_cloudwatch_metric_alarm": (("alarm_name",), _REGION),
    "aws_default_security_group": (("vpc_id",), _REGION),
    "aws_emr_block_public_access_configuration": ((), _REGION),
    # A cluster has one task instance fleet and one scaling policy.
    "aws_emr_instance_fleet": (("cluster_id",), _REGION),
    "aws_emr_managed_scaling_policy": (("cluster_id",), _REGION),
    "aws_emr_security_configuration": (("name",), _REGION),
    "aws_emrserverless_application": (("name",), _REGION),
    "aws_glue_catalog_database": (("name",), _REGION),
    "aws_glue_catalog_table": (("database_name", "name"), _REGION),
    "aws_glue_catalog_table_optimizer": (("database_name", "table_name", "type"), _REGION),
    "aws_glue_connection": (("name",), _REGION),
    "aws_glue_crawler": (("name",), _REGION),
    "aws_glue_data_catalog_encryption_settings": ((), _REGION),
    "aws_glue_job": (("name",), _REGION),
    "aws_glue_registry": (("registry_name",), _REGION),
    "aws_glue_schema": (("registry_arn", "schema_name"), _REGION),
    "aws_glue_security_configuration": (("name",), _REGION),
    "aws_glue_trigger": (("name",), _REGION),
    "aws_glue_workflow": (("name",), _REGION),
    "aws_iam_instance_profile": (("name",), _ACCOUNT),
    "aws_iam_policy": (("name",), _ACCOUNT),
    "aws_iam_role": (("name",), _ACCOUNT),
    "aws_iam_role_policy": (("role", "name"), _ACCOUNT),
    "aws_internet_gateway": (("vpc_id",), _REGION),
    "aws_kinesis_firehose_delivery_stream": (("name",), _REGION),
    "aws_kinesisanalyticsv2_application": (("name",), _REGION),
    "aws_kms_alias": (("name",), _REGION),
    "aws_lakeformation_data_cells_filter": (
        ("table_data.database_name", "table_data.table_name", "table_data.name"),
        _REGION,
    ),
    "aws_lakeformation_data_lake_settings": ((), _REGION),
    "aws_lakeformation_lf_tag": (("key",), _REGION),
    "aws_lakeformation_resource": (("arn",), _REGION),
    "aws_msk_cluster": (("cluster_name",), _REGION),
    "aws_msk_cluster_policy": (("cluster_arn",), _REGION),
    "aws_msk_configuration": (("name",), _REGION),
    "aws_msk_serverless_cluster": (("cluster_name",), _REGION),
    "aws_mskconnect_connector": (("name",), _REGION),
    "aws_mskconnect_custom_plugin": (("name",), _REGION),
    "aws_mskconnect_worker_configuration": (("name",), _REGION),
    "aws_route": (("route_table_id", "destination_cidr_block"), _REGION),
    "aws_route_table_association": (("subnet_id",), _REGION),
    "aws_s3_bucket": (("bucket",), _PARTITION),
    # A bucket has one of each setting: of two resources, the one that is applied last wins.
    "aws_s3_bucket_inventory": (("bucket", "name"), _PARTITION),
    "aws_s3_bucket_lifecycle_configuration": (("bucket",), _PARTITION),
    "aws_s3_bucket_logging": (("bucket",), _PARTITION),
    "aws_s3_bucket_notification": (("bucket",), _PARTITION),
    "aws_s3_bucket_ownership_controls": (("bucket",), _PARTITION),
    "aws_s3_bucket_policy": (("bucket",), _PARTITION),
    "aws_s3_bucket_public_access_block": (("bucket",), _PARTITION),
    "aws_s3_bucket_server_side_encryption_configuration": (("bucket",), _PARTITION),
    "aws_s3_bucket_versioning": (("bucket",), _PARTITION),
    "aws_s3_object": (("bucket", "key"), _PARTITION),
    "aws_scheduler_schedule": (("group_name", "name"), _REGION),
    "aws_scheduler_schedule_group": (("name",), _REGION),
    "aws_security_group": (("vpc_id", "name"), _REGION),
    "aws_sns_topic": (("name",), _REGION),
    "aws_sns_topic_policy": (("arn",), _REGION),
    "aws_sns_topic_subscription": (("topic_arn", "protocol", "endpoint"), _REGION),
    "aws_ssm_parameter": (("name",), _REGION),
    "aws_subnet": (("vpc_id", "cidr_block"), _REGION),
    "snowflake_account_parameter": (("key",), _SNOWFLAKE),
    "snowflake_account_role": (("name",), _SNOWFLAKE),
    "snowflake_database": (("name",), _SNOWFLAKE),
    "snowflake_external_volume": (("name",), _SNOWFLAKE),
    "snowflake_file_format": (("database", "schema", "name"), _SNOWFLAKE),
    "snowflake_masking_policy": (("database", "schema", "name"), _SNOWFLAKE),
    "snowflake_network_policy": (("name",), _SNOWFLAKE),
    "snowflake_pipe": (("database", "schema", "name"), _SNOWFLAKE),
    "snowflake_resource_monitor": (("name",), _SNOWFLAKE),
    "snowflake_row_access_policy": (("database", "schema", "name"), _SNOWFLAKE),
    "snowflake_schema": (("database", "name"), _SNOWFLAKE),
    "snowflake_service_user": (("name",), _SNOWFLAKE),
    "snowflake_stage": (("database", "schema", "name"), _SNOWFLAKE),
    "snowflake_storage_integration": (("name",), _SNOWFLAKE),
    "snowflake_table": (("database", "schema", "name"), _SNOWFLAKE),
    "snowflake_tag": (("database", "schema", "name"), _SNOWFLAKE),
    "snowflake_warehouse": (("name",), _SNOWFLAKE),
}
# Several instances of one block: only Terraform knows their names.
_REPEATED: Final = ("${each.", "${count.")


def check_unique_names(outdir: Path) -> None:
    """Reject a synthesized directory in which two constructs have the same physical name.

    Args:
        outdir: the directory with `stacks/`.

    Raises:
        CollisionError: with the paths of both constructs.
        GateError: a stack cannot be read.
    """
    seen: dict[tuple[str, ...], str] = {}
    for identity, path in _identities(outdir):
        if identity in seen and seen[identity] != path:
            kind, *rest = identity
            raise CollisionError(
                f"{seen[identity]} and {path} both create the {kind} {' '.join(rest)}",
                fix="give one of them another id or name; two environments need another `environment` key or account",
            )
        seen[identity] = path


def _identities(outdir: Path) -> Iterator[tuple[tuple[str, ...], str]]:
    for file in stack_files(outdir):
        stack = SynthesizedStack.read(file)
        folder = file.parent.name
        for resource in stack.resources():
            if resource.kind not in _NAMES:
                continue
            attributes, scope = _NAMES[resource.kind]
            values = [_value(resource.body, attribute) for attribute in attributes]
            if attributes and not values[-1]:
                continue  # Terraform generates a unique name
            if any(mark in value for value in values for mark in _REPEATED):
                continue
            where = [_text(getattr(stack.metadata, part)) for part in scope]
            if any("${" in value for value in values):
                where.append(folder)  # a reference is only valid in its own stack
            yield (resource.kind, *values, *where), resource.path or f"{folder}/{resource.name}"


def _value(resource: Any, attribute: str) -> str:
    for step in attribute.split("."):
        resource = resource[0] if isinstance(resource, list) and resource else resource
        resource = resource.get(step) if isinstance(resource, dict) else None
    return _text(resource)


def _text(value: Any) -> str:
    return "" if value is None else str(value)
