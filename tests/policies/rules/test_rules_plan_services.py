"""Rules for plans: replacement of running services, and what a stream delivers."""

from __future__ import annotations

from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, Change, Document, change, plan

__all__ = ["test_passes", "test_rejects"]

OTHER = change("aws_sns_topic.T", "no-op", {"name": "t"}, {"name": "t"})
UNCHANGED = plan(OTHER)
APPLICATION = {"name": "acme-spark", "type": "spark"}
SOURCE = {"topic_name": "sales.orders", "msk_cluster_arn": "arn:aws:kafka:eu-west-1:111111111111:cluster/acme/u"}
STREAM = {"name": "acme-orders", "destination": "iceberg", "msk_source_configuration": [SOURCE]}
STARTED = {**STREAM, "msk_source_configuration": [{**SOURCE, "read_from_timestamp": "1970-01-01T00:00:00Z"}]}
FIREHOSE = "aws_kinesis_firehose_delivery_stream.S"
UNKNOWN = {"msk_source_configuration": [{"read_from_timestamp": True}]}


def replace_plan(*changes: Document, tier: str = "prod") -> Change:
    return lambda document: document.update(**plan(OTHER, *changes), tier=tier)


def replaced(kind: str, values: Document, tier: str = "prod", **more: object) -> Change:
    return replace_plan(change(f"{kind}.R", "delete create", values, values, **more), tier=tier)


CASES = [
    Case(
        "LK_PLAN_1",
        UNCHANGED,
        {
            "EMR cluster replaced": (
                replaced("aws_emr_cluster", {"name": "c"}, replace_paths=[["os_release_label"]]),
                "is replaced, forced by os_release_label; HDFS, running steps",
            ),
            "Firehose stream replaced": (
                replaced("aws_kinesis_firehose_delivery_stream", STARTED),
                "records are skipped, or delivered twice",
            ),
            "Flink application replaced": (
                replaced("aws_kinesisanalyticsv2_application", {"name": "f"}),
                "it starts without state",
            ),
            "log group deleted": (
                replace_plan(change("aws_cloudwatch_log_group.L", "delete", {"name": "/l"}, None), tier="staging"),
                "its log events are lost",
            ),
        },
        {
            "EMR cluster deleted in dev": replace_plan(
                change("aws_emr_cluster.C", "delete", {"name": "c"}, None), tier="dev"
            ),
        },
    ),
    Case(
        "LK_PLAN_13",
        UNCHANGED,
        {
            "application replaced": (
                replaced("aws_emrserverless_application", APPLICATION, replace_paths=[["name"]]),
                "is replaced, forced by name; running jobs are cancelled",
            ),
            "connector replaced in staging": (
                replaced("aws_mskconnect_connector", {"name": "c"}, "staging"),
                "a source connector loses its offsets",
            ),
            "topic replaced before it is deleted": (
                replace_plan(change("aws_sns_topic.A", "create delete", {"name": "a"}, {"name": "b"})),
                "have to be confirmed again",
            ),
        },
        {
            "warning in dev": replaced("aws_emrserverless_application", APPLICATION, "dev"),
            "deleted": replace_plan(change("aws_emrserverless_application.A", "delete", APPLICATION, None)),
            "updated": replace_plan(
                change("aws_emrserverless_application.A", "update", APPLICATION, {**APPLICATION, "tags": {}})
            ),
            "sandbox": replaced("aws_emrserverless_application", APPLICATION, "sandbox"),
        },
    ),
    Case(
        "LK_PLAN_12",
        UNCHANGED,
        {
            "created without a start": (
                replace_plan(change(FIREHOSE, "create", None, STREAM)),
                "records of sales.orders that are produced before it becomes active are not delivered",
            ),
            "replaced without a start in dev": (
                replace_plan(change(FIREHOSE, "delete create", STREAM, STREAM), tier="dev"),
                "records of sales.orders",
            ),
        },
        {
            "start stated": replace_plan(change(FIREHOSE, "create", None, STARTED)),
            "start known after apply": replace_plan(change(FIREHOSE, "create", None, STREAM, after_unknown=UNKNOWN)),
            "existing stream": replace_plan(change(FIREHOSE, "update", STREAM, {**STREAM, "tags": {"a": "b"}})),
            "other source": replace_plan(change(FIREHOSE, "create", None, {"name": "s", "destination": "iceberg"})),
            "sandbox": replace_plan(change(FIREHOSE, "create", None, STREAM), tier="sandbox"),
        },
    ),
]
