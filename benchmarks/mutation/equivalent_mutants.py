"""Equivalent mutants: mutations without effect on safety, cost or operations, each with the reason.

The reason names what decides or rejects instead: the provider, AWS or Snowflake, an equal default, or an owner.
Mutants that no rule evaluates yet do not belong here: they are survivors.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Final

from mutation.mutant import Mutant

_REQUIRED: Final = "Terraform rejects a configuration without it"
_SAME: Final = "the default is as strict"
_PLAN: Final = "a missing resource is not visible at synth; the plan gate rejects its removal (LK_PLAN_2)"
_OWNER: Final = "the owner of the data decides, and the plan gate reports each change (LK_PLAN_6)"
_SCHEMA: Final = "the owner decides on columns; the contract covers incompatible changes"
_STRICTER: Final = "the change is not a weakening"
_NAMES: Final = "a display name, in addition to the required tags"
_OTHER: Final = "the remaining condition restricts it to the account as well"
_KEY: Final = "the key policy requires a service (LK_KMS_5)"
_LISTING: Final = "exposes names of other prefixes, not their objects"
_INVALID: Final = "the service rejects such a value"
_STOPS: Final = "a stopped flow exposes nothing; alarms report it"

EQUIVALENT: Final[tuple[tuple[str, str, str], ...]] = (
    # Terraform
    ("block dropped", "aws_appautoscaling_policy.target_tracking_scaling_policy_configuration*", _REQUIRED),
    ("* removed", "aws_appautoscaling_target.m??_capacity", _REQUIRED),
    ("block dropped", "aws_emr_*fleet*", "the cluster is smaller, or Terraform rejects it"),
    ("*", "aws_emr_cluster.keep_job_flow_alive_when_no_steps", _STOPS),
    ("limit raised", "aws_scheduler_schedule.*.maximum_retry_attempts", _INVALID),
    ("block dropped", "aws_kinesis_firehose_delivery_stream.iceberg_configuration", _REQUIRED),
    ("block dropped", "aws_kinesis_firehose_delivery_stream.iceberg_configuration.destination*", _REQUIRED),
    ("block dropped", "aws_kinesisanalyticsv2_application.*.application_code_configuration*", _REQUIRED),
    ("block dropped", "aws_kinesisanalyticsv2_application.*.environment_properties*", _REQUIRED),
    ("block dropped", "aws_lakeformation_data_cells_filter.table_data", _REQUIRED),
    ("block dropped", "aws_lakeformation_permissions.*", _REQUIRED),
    ("block dropped", "aws_lakeformation_resource_lf_tags.table*", _REQUIRED),
    ("block dropped", "snowflake_grant_privileges_to_*", _REQUIRED),
    ("* removed", "aws_msk_cluster.number_of_broker_nodes", _REQUIRED),
    ("retention removed", "aws_s3_bucket_lifecycle_configuration.rule.transition.days", _SAME),
    ("limit removed", "aws_emr_managed_scaling_policy.compute_limits.m*imum_capacity_units", _REQUIRED),
    ("limit *", "aws_emr_*master_instance_fleet.target_on_demand_capacity", "EMR allows only one here"),
    ("block dropped", "aws_glue_connection.connection_properties", "Glue rejects a connection without properties"),
    ("block dropped", "aws_glue_crawler.s3_target", _REQUIRED),
    ("block dropped", "aws_glue_trigger.predicate*", "Glue rejects a conditional trigger without its conditions"),
    # Defaults
    ("block dropped", "aws_cloudwatch_event_target.input_transformer*", "the complete event is sent"),
    ("block dropped", "aws_glue_job.execution_property", _SAME),
    ("limit removed", "aws_glue_job.execution_property.max_concurrent_runs", _SAME),
    ("limit removed", "aws_glue_job.max_retries", "the default is none"),
    ("limit removed", "aws_emr_*fleet*.weighted_capacity", "the default is 1, as it was"),
    ("block dropped", "aws_emrserverless_application.auto_st*", _SAME),
    ("block dropped", "aws_emrserverless_application.interactive_configuration", _SAME),
    ("limit removed", "aws_emrserverless_application.auto_stop_configuration.idle_timeout_minutes", _SAME),
    ("block dropped", "aws_kinesisanalyticsv2_application.*.flink_application_configuration*", _SAME),
    ("*", "aws_kinesisanalyticsv2_application.*.min_pause_between_checkpoints", _SAME),
    ("block dropped", "aws_msk_cluster.*.connectivity_info*", _SAME),
    ("block dropped", "aws_msk_cluster.*.storage_info*", _SAME),
    ("block dropped", "aws_msk_cluster.encryption_info.encryption_in_transit", _SAME),
    (
        "block dropped",
        "aws_s3_bucket_lifecycle_configuration.rule.filter",
        "without a filter it applies to the whole bucket",
    ),
    ("block dropped", "aws_s3_bucket_logging.target_object_key_format*", "location of a log, not its content"),
    ("limit removed", "aws_iam_role.max_session_duration", _SAME),
    ("retention removed", "aws_kms_key.deletion_window_in_days", _SAME),
    ("retention removed", "snowflake_schema.data_retention_time_in_days", "the database's counts (LK_SF_10)"),
    ("limit *", "aws_flow_log.max_aggregation_interval", "AWS accepts 60 and 600 seconds, and records all traffic"),
    ("tag removed", "aws_s3_bucket.tags.content", "a bucket without a content tag has the strictest requirements"),
    # Visible only in comparison with the state
    ("protection removed", "*", _PLAN),
    # Owners
    ("block dropped", "aws_lakeformation_data_cells_filter.table_data.*", _OWNER),
    ("block dropped", "aws_glue_catalog_table.storage_descriptor.columns", _SCHEMA),
    ("*", "snowflake_table.column*", _SCHEMA),
    ("*", "snowflake_table.change_tracking", _SCHEMA),
    ("*", "snowflake_file_format.strip_outer_array", _SCHEMA),
    ("block dropped", "aws_budgets_budget.notification", "one of several; LK_COST_1 requires a minimum"),
    (
        "*",
        "aws_s3_bucket_lifecycle_configuration.rule.expiration*",
        "the owner decides on the expiration of objects outside tables",
    ),
    ("setting weakened", "aws_s3_bucket_lifecycle_configuration.rule.status", "objects are kept longer, at a cost"),
    ("block dropped", "aws_s3_bucket_lifecycle_configuration.rule", "objects are kept longer, at a cost"),
    ("condition [dln]*", "aws_sns_topic_policy.policy", "LK_SNS_2 evaluates each subscription; " + _OTHER),
    ("condition [dln]*", "aws_s3_bucket_policy.policy", _OTHER),
    ("condition of another account", "aws_sns_topic_policy.policy", "no service fulfils both conditions on the source"),
    ("boolean inverted", "aws_lakeformation_permissions.table_with_columns.wildcard", "Lake Formation rejects it"),
    # No weakening
    ("limit raised", "aws_emr_*fleet*.weighted_capacity", "a node with a higher weight: fewer nodes are provisioned"),
    ("tag removed", "*.tags.Name", _NAMES),
    ("tag removed", "aws_s3_bucket.tags.zone", _NAMES),
    ("retention shortened", "aws_cloudwatch_metric_alarm.evaluation_periods", _STRICTER),
    ("retention shortened", "aws_s3_bucket_lifecycle_configuration.*abort*", _STRICTER),
    ("retention shortened", "aws_s3_bucket_lifecycle_configuration.rule.transition.days", _STRICTER),
    ("boolean inverted", "aws_s3_bucket_server_side_encryption_configuration.rule.bucket_key_enabled", _STRICTER),
    ("*", "snowflake_storage_integration.enabled", _STRICTER),
    (
        "*",
        "aws_emrserverless_application.interactive_configuration.studio_enabled",
        "a studio has its own IAM (LK_EMR_4)",
    ),
    ("*", "aws_security_group.revoke_rules_on_delete", "affects only the deletion of a group"),
    (
        "*",
        "aws_kinesisanalyticsv2_application.*.auto_scaling_enabled",
        "without scaling the application is slower, not more expensive",
    ),
    ("*", "aws_emrserverless_application.auto_start_configuration.enabled", _STRICTER),
    ("*", "aws_kinesisanalyticsv2_application.start_application", _STOPS),
    ("*", "aws_cloudwatch_event_rule.state", _STOPS),
    ("boolean inverted", "aws_glue_trigger.enabled", _STOPS),
    ("open to the internet", "aws_vpc_security_group_egress_rule.*", "HTTPS egress is allowed and covered by LK_VPC_6"),
    ("limit removed", "snowflake_warehouse.max_cluster_count", _SAME),
)
"""Category pattern, ``type.path`` pattern, reason."""

_CONDITIONS: Final = {
    "kms:ViaService": _KEY,
    "s3:prefix": _LISTING,
    "aws:PrincipalAccount": _OTHER,
    "aws:TagKeys": _OTHER,
}
"""Conditions of roles whose removal exposes nothing."""


def entry(mutant: Mutant) -> tuple[str, str, str] | None:
    """The entry by which a mutant is equivalent: category, place or condition key, reason; None if it is not."""
    if mutant.kind == "aws_kms_key" and "kms:CallerAccount" in mutant.change.split():
        return mutant.kind, "kms:CallerAccount", "the principal is the account already"
    # A negated condition admits fewer requests than none; with a value of another account, no request matches.
    if mutant.category.startswith("condition ") and mutant.kind.startswith("aws_iam_"):
        for key, why in _CONDITIONS.items():
            if key in mutant.change.split():
                return mutant.kind, key, why
    for category, place, why in EQUIVALENT:
        # An unknown value at such a place is equivalent too.
        kinds = (mutant.category, "boolean inverted" if mutant.category == "plan: unknown" else mutant.category)
        if any(fnmatchcase(kind, category) for kind in kinds) and fnmatchcase(mutant.place, place):
            return category, place, why
    return None


def reason(mutant: Mutant) -> str:
    """Why a mutant is equivalent; empty if it is not."""
    found = entry(mutant)
    return found[2] if found else ""
