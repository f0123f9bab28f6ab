"""Rules for plans: retention of data."""

from __future__ import annotations

from typing import Any

from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, Change, Document, change, plan

__all__ = ["test_passes", "test_rejects"]

LIFECYCLE = "aws_s3_bucket_lifecycle_configuration.Raw"
BUCKET = {"bucket": "acme-raw", "id": "acme-raw"}
OTHER = change("aws_sns_topic.T", "no-op", {"name": "t"}, {"name": "t"})
UNCHANGED = plan(OTHER)


def replace_plan(*changes: Document, tier: str = "prod") -> Change:
    return lambda document: document.update(**plan(OTHER, *changes), tier=tier)


def update(address: str, before: Document, after: Document, tier: str = "prod") -> Change:
    return replace_plan(change(address, "update", before, after), tier=tier)


def rule(days: int | None = None, status: str = "Enabled", prefix: str = "", **more: Any) -> Document:
    expiration = {"expiration": [{"days": days}]} if days else {}
    return {"id": "expire", "status": status, "filter": [{"prefix": prefix}], **expiration, **more}


def lifecycle(*rules: Document) -> Document:
    return {"bucket": "acme-raw", "rule": list(rules)}


def noncurrent(days: int, kept: int | None = None) -> Document:
    return rule(noncurrent_version_expiration=[{"noncurrent_days": days, "newer_noncurrent_versions": kept}])


def brokers(*lines: str) -> Document:
    return {"name": "acme", "server_properties": "\n".join(lines)}


def optimizer(**settings: int) -> Document:
    block = [{"iceberg_configuration": [settings]}]
    return {"type": "retention", "configuration": [{"enabled": True, "retention_configuration": block}]}


RETENTION = optimizer(snapshot_retention_period_in_days=5)

CASES = [
    Case(
        "LK_PLAN_11",
        UNCHANGED,
        {
            "shorter expiration": (
                update(LIFECYCLE, lifecycle(rule(730)), lifecycle(rule(90))),
                "current versions are deleted after 90 days, which the rules before do not delete as early",
            ),
            "shorter expiration in dev": (
                update(LIFECYCLE, lifecycle(rule(730)), lifecycle(rule(90)), tier="dev"),
                "deleted after 90 days",
            ),
            "first expiration": (
                update(LIFECYCLE, lifecycle(rule(abort_incomplete_multipart_upload=[{}])), lifecycle(rule(90))),
                "deleted after 90 days",
            ),
            "rule enabled": (
                update(LIFECYCLE, lifecycle(rule(90, "Disabled")), lifecycle(rule(90))),
                "deleted after 90 days",
            ),
            "wider prefix": (
                update(LIFECYCLE, lifecycle(rule(90, prefix="logs/")), lifecycle(rule(90))),
                "current versions are deleted after 90 days",
            ),
            "another prefix": (
                update(LIFECYCLE, lifecycle(rule(90, prefix="logs/")), lifecycle(rule(90, prefix="data/"))),
                "under data/",
            ),
            "tag no longer required": (
                update(
                    LIFECYCLE,
                    lifecycle(rule(90, filter=[{"and": [{"prefix": "", "tags": {"expire": "true"}}]}])),
                    lifecycle(rule(90)),
                ),
                "deleted after 90 days",
            ),
            "date": (
                update(LIFECYCLE, lifecycle(rule(90)), lifecycle(rule(expiration=[{"date": "2027-01-01T00:00:00Z"}]))),
                "deleted at a date",
            ),
            "shorter expiration of noncurrent versions": (
                update(LIFECYCLE, lifecycle(noncurrent(90)), lifecycle(noncurrent(7))),
                "noncurrent versions are deleted after 7 days",
            ),
            "fewer noncurrent versions": (
                update(LIFECYCLE, lifecycle(noncurrent(90, 5)), lifecycle(noncurrent(90, 1))),
                "noncurrent versions are deleted after 90 days, except for 1",
            ),
            "lifecycle of an existing bucket": (
                replace_plan(
                    change("aws_s3_bucket.Raw", "no-op", BUCKET, BUCKET),
                    change(LIFECYCLE, "create", None, lifecycle(rule(90))),
                ),
                "deleted after 90 days",
            ),
            "rule inside a bucket": (
                update(
                    "aws_s3_bucket.Raw",
                    {**BUCKET, "lifecycle_rule": [{"enabled": True, "expiration": [{"days": 365}]}]},
                    {**BUCKET, "lifecycle_rule": [{"enabled": True, "expiration": [{"days": 30}]}]},
                ),
                "deleted after 30 days",
            ),
            "replaced broker configuration": (
                replace_plan(
                    change(
                        "aws_msk_configuration.C",
                        "create delete",
                        brokers("log.retention.hours=168"),
                        brokers("log.retention.hours=24"),
                    )
                ),
                "log.retention (hours) changes from 168 to 24",
            ),
            "retention of brokers in minutes": (
                update("aws_msk_configuration.C", brokers(), brokers("log.retention.minutes = 60")),
                "log.retention (hours) changes from 168 to 1",
            ),
            "first limit in bytes": (
                update("aws_msk_configuration.C", brokers(), brokers("log.retention.bytes=1000")),
                "log.retention.bytes changes from no limit to 1000",
            ),
            "compacted topics deleted": (
                update(
                    "aws_msk_configuration.C",
                    brokers("log.cleanup.policy=compact"),
                    brokers("log.cleanup.policy=compact,delete"),
                ),
                "log.cleanup.policy (hours) changes from no limit to 168",
            ),
            "fewer days of snapshots": (
                update(
                    "aws_glue_catalog_table_optimizer.R",
                    optimizer(snapshot_retention_period_in_days=30),
                    optimizer(snapshot_retention_period_in_days=5),
                ),
                "snapshot_retention_period_in_days changes from 30 to 5",
            ),
            "fewer snapshots": (
                update(
                    "aws_glue_catalog_table_optimizer.R",
                    optimizer(number_of_snapshots_to_retain=10),
                    optimizer(number_of_snapshots_to_retain=1),
                ),
                "number_of_snapshots_to_retain changes from 10 to 1",
            ),
            "first retention of a table": (
                replace_plan(
                    change("aws_glue_catalog_table.T", "no-op", {"name": "orders"}, {"name": "orders"}),
                    change("aws_glue_catalog_table_optimizer.R", "create", None, {**RETENTION, "table_name": "orders"}),
                ),
                "snapshot_retention_period_in_days changes from no limit to 5",
            ),
            "backups deleted earlier": (
                update(
                    "aws_backup_plan.B",
                    {"rule": [{"lifecycle": [{"delete_after": 365}]}]},
                    {"rule": [{"lifecycle": [{"delete_after": 35}]}]},
                ),
                "rule.lifecycle.delete_after changes from 365 to 35",
            ),
            "messages deleted earlier": (
                update("aws_sqs_queue.Q", {"message_retention_seconds": 1209600}, {"message_retention_seconds": 60}),
                "message_retention_seconds changes from 1.2096e+06 to 60",
            ),
        },
        {
            "longer expiration": update(LIFECYCLE, lifecycle(rule(90)), lifecycle(rule(730))),
            "expiration removed": update(LIFECYCLE, lifecycle(rule(90)), lifecycle()),
            "narrower prefix": update(LIFECYCLE, lifecycle(rule(90)), lifecycle(rule(90, prefix="logs/"))),
            "rule renamed": update(LIFECYCLE, lifecycle(rule(90)), lifecycle({**rule(90), "id": "other"})),
            "transition": update(
                LIFECYCLE, lifecycle(rule()), lifecycle(rule(transition=[{"days": 30, "storage_class": "GLACIER"}]))
            ),
            "incomplete uploads and delete markers": update(
                LIFECYCLE,
                lifecycle(rule()),
                lifecycle(
                    rule(
                        abort_incomplete_multipart_upload=[{"days_after_initiation": 7}],
                        expiration=[{"days": 0, "expired_object_delete_marker": True}],
                    )
                ),
            ),
            "lifecycle of a new bucket": replace_plan(
                change("aws_s3_bucket.Raw", "create", None, {"bucket": "acme-raw"}),
                change(LIFECYCLE, "create", None, lifecycle(rule(90))),
            ),
            "longer retention of brokers": update(
                "aws_msk_configuration.C", brokers("log.retention.hours=24"), brokers("log.retention.ms=-1")
            ),
            "snapshots not deleted any more": update(
                "aws_glue_catalog_table_optimizer.R",
                optimizer(snapshot_retention_period_in_days=5),
                {"type": "retention", "configuration": [{"enabled": False}]},
            ),
            "retention of a new table": replace_plan(
                change("aws_glue_catalog_table.T", "create", None, {"name": "orders"}),
                change("aws_glue_catalog_table_optimizer.R", "create", None, {**RETENTION, "table_name": "orders"}),
            ),
            "sandbox": update(LIFECYCLE, lifecycle(rule(730)), lifecycle(rule(90)), tier="sandbox"),
        },
    ),
]
