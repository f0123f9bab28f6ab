"""What constructs do about each change of `changes.json` that a plan could show.

An argument that the newer provider computes keeps its value if the configuration does not state it, and one that is no
longer required stays as stated: neither needs a decision.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lakekit.environment import CapabilityName


@dataclass(frozen=True, slots=True)
class Settled:
    """An argument that AWS returns although it is not set: stated or ignored, and otherwise excluded from the range."""

    capability: CapabilityName


@dataclass(frozen=True, slots=True)
class Unused:
    """A removed argument, which no construct may use."""


@dataclass(frozen=True, slots=True)
class Inert:
    """An argument that no plan shows."""

    reason: str


Decision = Settled | Unused | Inert

_ONLY_IF_SET: Final = Inert(
    "the service returns it only if it was set; the provider's tests of the type plan empty without it"
)
_SENT_ONLY: Final = Inert("it is sent when the resource is created; no call returns it")

DECISIONS: Final[dict[tuple[str, str], Decision]] = {
    ("aws_appautoscaling_policy", "predictive_scaling_policy_configuration"): Inert(
        "returned for policies of type PredictiveScaling; those of MSK are of type TargetTrackingScaling"
    ),
    ("aws_athena_workgroup", "configuration.customer_content_encryption_configuration"): Inert(
        "returned for workgroups of Apache Spark"
    ),
    ("aws_athena_workgroup", "configuration.identity_center_configuration"): Inert(
        "returned for workgroups with IAM Identity Center, which is chosen at creation"
    ),
    ("aws_athena_workgroup", "configuration.managed_query_results_configuration"): _ONLY_IF_SET,
    ("aws_athena_workgroup", "configuration.monitoring_configuration"): Inert(
        "returned for workgroups of Apache Spark; the provider suppresses a block that the configuration lacks"
    ),
    ("aws_athena_workgroup", "configuration.query_results_s3_access_grants_configuration"): _ONLY_IF_SET,
    ("aws_budgets_budget", "billing_view_arn"): _ONLY_IF_SET,
    ("aws_budgets_budget", "filter_expression"): Inert("budgets with `cost_filter` have none: they conflict"),
    ("aws_budgets_budget", "metrics"): Inert("returned for budgets with `filter_expression`"),
    ("aws_cloudwatch_metric_alarm", "evaluation_criteria"): Inert("returned for alarms on PromQL queries"),
    ("aws_cloudwatch_metric_alarm", "evaluation_interval"): Inert("returned for alarms on PromQL queries"),
    ("aws_cloudwatch_metric_alarm", "evaluation_window"): _ONLY_IF_SET,
    ("aws_cloudwatch_metric_alarm", "warm_up_configuration"): _ONLY_IF_SET,
    ("aws_eip", "vpc"): Unused(),
    ("aws_emr_cluster", "os_release_label"): Settled("emr_os_release_label"),
    ("aws_emr_managed_scaling_policy", "scaling_strategy"): Settled("emr_managed_scaling_strategy"),
    ("aws_emr_managed_scaling_policy", "utilization_performance_index"): Inert(
        "read only with a `scaling_strategy`, and returned only for the strategy ADVANCED"
    ),
    ("aws_emrserverless_application", "job_level_cost_allocation_configuration"): _ONLY_IF_SET,
    ("aws_emrserverless_application", "monitoring_configuration"): _ONLY_IF_SET,
    ("aws_emrserverless_application", "runtime_configuration"): _ONLY_IF_SET,
    ("aws_emrserverless_application", "scheduler_configuration"): Inert(
        "without it job queues are off and nothing is returned; SparkServerless states it with `queue`"
    ),
    ("aws_flow_log", "log_group_name"): Unused(),
    ("aws_flow_log", "regional_nat_gateway_id"): Inert("names what is logged; flow logs here are of VPCs"),
    ("aws_flow_log", "tag_field_specification"): _ONLY_IF_SET,
    ("aws_glue_catalog_table", "open_table_format_input.iceberg_input.iceberg_table_input"): _SENT_ONLY,
    ("aws_glue_catalog_table", "partition_keys.parameters"): _ONLY_IF_SET,
    ("aws_glue_catalog_table", "view_definition"): Inert(
        "returned for views of the Data Catalog in several dialects; the views here are Athena views, without it"
    ),
    ("aws_glue_catalog_table_optimizer", "configuration.compaction_configuration"): Settled(
        "glue_compaction_configuration"
    ),
    ("aws_glue_connection", "authentication_configuration"): _ONLY_IF_SET,
    (
        "aws_kinesisanalyticsv2_application",
        "application_configuration.application_encryption_configuration",
    ): _ONLY_IF_SET,
    ("aws_msk_cluster", "rebalancing"): Inert("returned for Express brokers; the clusters here have standard brokers"),
    ("aws_nat_gateway", "availability_zone_address"): Inert("returned for regional NAT gateways; these are zonal"),
    ("aws_route", "odb_network_arn"): Inert("one of the targets of a route; another one is stated"),
    (
        "aws_s3_bucket_lifecycle_configuration",
        "rule.noncurrent_version_expiration.newer_noncurrent_versions",
    ): _ONLY_IF_SET,
    (
        "aws_s3_bucket_lifecycle_configuration",
        "rule.noncurrent_version_transition.newer_noncurrent_versions",
    ): _ONLY_IF_SET,
    ("aws_s3_bucket_public_access_block", "skip_destroy"): Inert("known to the provider only"),
    ("aws_subnet", "ipv4_ipam_pool_id"): _SENT_ONLY,
    ("aws_subnet", "ipv4_netmask_length"): _SENT_ONLY,
    ("aws_subnet", "ipv6_ipam_pool_id"): _SENT_ONLY,
    ("aws_subnet", "ipv6_netmask_length"): _SENT_ONLY,
}
