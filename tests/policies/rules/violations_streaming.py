"""Weakening changes of the streaming, sales-events and observability stacks."""

from __future__ import annotations

import json

from rule_cases import Change, Document, both, drop, put, statement

_MSK = "aws_msk_cluster/Kafka_Cluster"
_SHARED = "aws_msk_cluster_policy/Kafka_Sharing/policy"
_STREAM = "aws_kinesis_firehose_delivery_stream/OrderEventsToLake"
_APP = "aws_kinesisanalyticsv2_application/OrderMinutesJob"
_BODY = json.dumps({"widgets": [{"type": "custom", "properties": {"title": "Magic"}}]})


def _unclean(document: Document) -> None:
    (configuration,) = document["resource"]["aws_msk_configuration"].values()
    text = configuration["server_properties"]
    configuration["server_properties"] = text.replace("election.enable=false", "election.enable=true")


def _opened(document: Document) -> None:
    """Allow every topic in the first statement on a topic."""
    policies = document["resource"]["aws_iam_role_policy"]
    (shop,) = (body for name, body in policies.items() if name.startswith("Shop_"))
    shop["policy"] = shop["policy"].replace("/*/sales.order-events", "/*/*")


SYNTH: dict[str, tuple[str, Change]] = {
    "LK_MSK_2": ("streaming", put(f"{_MSK}/number_of_broker_nodes", 4)),
    "LK_MSK_3": ("streaming", put(f"{_MSK}/enhanced_monitoring", "DEFAULT")),
    "LK_MSK_4": ("streaming", _unclean),
    "LK_MSK_6": (
        "streaming",
        statement(
            _SHARED,
            "ReachFirehose",
            lambda s: s.update(Principal={"AWS": "arn:aws:iam::333333333333:root"}),
        ),
    ),
    "LK_MSK_7": ("sales-events", _opened),
    "LK_MSK_8": (
        "streaming",
        put("aws_appautoscaling_policy/Kafka/target_tracking_scaling_policy_configuration/disable_scale_in", False),
    ),
    # Without its source, the stream uses direct put.
    "LK_FIREHOSE_1": ("sales-events", drop(f"{_STREAM}/msk_source_configuration")),
    "LK_FIREHOSE_2": ("sales-events", drop(f"{_STREAM}/iceberg_configuration/cloudwatch_logging_options")),
    "LK_FLINK_1": (
        "sales-events",
        put(f"{_APP}/application_configuration/application_snapshot_configuration/snapshots_enabled", False),
    ),
    "LK_FLINK_2": ("sales-events", drop(f"{_APP}/cloudwatch_logging_options")),
    "LK_SCHEMA_1": ("sales-events", put("aws_glue_schema/OrderEvent/compatibility", "NONE")),
    "LK_OPS_1": ("streaming", put("aws_cloudwatch_metric_alarm/Kafka_OfflinePartitions/ok_actions", [])),
    "LK_OPS_2": ("observability", put("aws_cloudwatch_dashboard/Overview/dashboard_body", _BODY)),
    "LK_OPS_3": ("sales-events", put("aws_cloudwatch_log_stream/OrderMinutesJob/log_group_name", "/aws/flink")),
    "LK_SNS_1": ("observability", statement("aws_kms_key/Alarms/policy", "RingCloudwatch")),
    "LK_SNS_2": (
        "observability",
        both(
            put("aws_sns_topic_subscription/Alarms_To2/protocol", "http"),
            put("aws_sns_topic_subscription/Alarms_To2/endpoint", "http://events.oncall.example"),
        ),
    ),
    "LK_COST_1": ("observability", drop("aws_budgets_budget/Budget/notification")),
}

_SERVERLESS = {"cluster_name": "acme-prod-quiet", "vpc_config": [{"subnet_ids": ["subnet-1"]}]}
_CONNECTOR = {"name": "sink", "connector_configuration": {"db.password": "hunter2"}}
_PLUGIN = {"name": "sink", "content_type": "ZIP", "location": {"s3": {"bucket_arn": "b", "file_key": "sink.zip"}}}

SYNTH_WITH_SIDE_FINDINGS: dict[str, tuple[str, Change]] = {
    # CKV_AWS_81 checks TLS as well.
    "LK_MSK_1": ("streaming", put(f"{_MSK}/encryption_info/encryption_in_transit/client_broker", "TLS_PLAINTEXT")),
    # Added resources that also trigger other rules.
    "LK_MSK_5": ("streaming", put("resource/aws_msk_serverless_cluster", {"Quiet": _SERVERLESS})),
    "LK_CONNECT_1": ("streaming", put("resource/aws_mskconnect_connector", {"Sink": _CONNECTOR})),
    "LK_CONNECT_2": ("streaming", put("resource/aws_mskconnect_custom_plugin", {"Sink": _PLUGIN})),
}
