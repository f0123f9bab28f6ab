"""What a plan destroys, removes or weakens."""

from __future__ import annotations

from typing import Any

from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, Change, Document, change, plan

__all__ = ["test_passes", "test_rejects"]

RAW = {"bucket": "acme-raw", "id": "acme-raw", "force_destroy": False}
DISPOSABLE = {**RAW, "force_destroy": True}
VERSIONING = {"bucket": "acme-raw", "versioning_configuration": [{"status": "Enabled"}]}
BLOCK = {
    "bucket": "acme-raw",
    "block_public_acls": True,
    "block_public_policy": True,
    "ignore_public_acls": True,
    "restrict_public_buckets": True,
}
UNCHANGED = plan(
    change("aws_s3_bucket.Raw", "no-op", RAW, RAW), change("aws_sns_topic.T", "delete", {"name": "t"}, None)
)


def _encryption(key: str, algorithm: str = "aws:kms", bucket_key: bool = True) -> Document:
    default = [{"sse_algorithm": algorithm, "kms_master_key_id": key}]
    rule = [{"apply_server_side_encryption_by_default": default, "bucket_key_enabled": bucket_key}]
    return {"bucket": "acme-raw", "rule": rule}


def instead(*changes: Document, tier: str = "prod") -> Change:
    """Another plan in place of the good one."""
    return lambda document: document.update(**plan(*changes), tier=tier)


def update(address: str, before: Document, after: Document, tier: str = "prod", **more: Any) -> Change:
    return instead(change(address, "update", before, after, **more), tier=tier)


_SSE = "aws_s3_bucket_server_side_encryption_configuration.Raw"
_UNKNOWN = {"rule": [{"apply_server_side_encryption_by_default": [{"kms_master_key_id": True}]}]}


def _listener(client_broker: str) -> Document:
    return {"encryption_info": [{"encryption_in_transit": [{"client_broker": client_broker, "in_cluster": True}]}]}


TABLE = {"name": "orders", "database_name": "acme_curated"}
COLUMN = {
    "lf_tag": [{"key": "classification", "value": "restricted"}],
    "table_with_columns": [{"database_name": "acme_curated", "name": "orders", "column_names": ["email"]}],
}

CASES = [
    Case(
        "LK_PLAN_1",
        UNCHANGED,
        {
            "the whole block gone": (
                instead(change("aws_s3_bucket.Raw", "delete", RAW, None, reason="delete_because_no_resource_config")),
                "is deleted (delete because no resource config)",
            ),
            "replaced": (
                instead(change("aws_s3_bucket.Raw", "delete create", RAW, RAW, replace_paths=[["bucket"]])),
                "is replaced, forced by bucket",
            ),
            "replaced the other way": (
                instead(change("aws_kms_key.K", "create delete", {"id": "k"}, {"id": "k"})),
                "data under the key becomes unreadable",
            ),
            "replaced since it is tainted": (
                instead(change("aws_s3_bucket.Raw", "delete create", RAW, RAW, reason="replace_because_tainted")),
                "is replaced (because tainted)",
            ),
            "forgotten": (
                instead(change("aws_glue_catalog_table.T", "forget", {"name": "t"}, None)),
                "leaves the state",
            ),
            "in staging, disposable or not": (
                instead(change("aws_s3_bucket.Raw", "delete", DISPOSABLE, None), tier="staging"),
                "is deleted",
            ),
            "in dev, not disposable": (
                instead(change("aws_s3_bucket.Raw", "delete", RAW, None), tier="dev"),
                "is deleted",
            ),
            "in dev, marked by the same plan": (
                instead(change("aws_s3_bucket.Raw", "delete create", RAW, DISPOSABLE), tier="dev"),
                "is replaced",
            ),
        },
        {
            "in dev, disposable": instead(change("aws_s3_bucket.Raw", "delete", DISPOSABLE, None), tier="dev"),
            "in dev, a setting without data of its own": instead(
                change("aws_lakeformation_lf_tag.Zone", "delete", {"id": "zone"}, None), tier="dev"
            ),
            "in dev, disposable by tag": instead(
                change("aws_kms_key.K", "delete", {"id": "k", "tags_all": {"disposable": "true"}}, None), tier="dev"
            ),
            "in a sandbox": instead(
                change("aws_glue_catalog_database.D", "delete", {"name": "d"}, None), tier="sandbox"
            ),
        },
    ),
    Case(
        "LK_PLAN_2",
        UNCHANGED,
        {
            "versioning deleted, the bucket stays": (
                instead(
                    change("aws_s3_bucket.Raw", "no-op", RAW, RAW),
                    change("aws_s3_bucket_versioning.V", "delete", VERSIONING, None),
                ),
                "can no longer be recovered",
            ),
            "public access block forgotten": (
                instead(change("aws_s3_bucket_public_access_block.B", "forget", BLOCK, None)),
                "may be made public",
            ),
            "policy deleted in dev": (
                instead(change("aws_s3_bucket_policy.P", "delete", {"bucket": "acme-raw"}, None), tier="dev"),
                "plain HTTP",
            ),
            "the account's public access block": (
                instead(change("aws_s3_account_public_access_block.A", "delete", BLOCK, None)),
                "each bucket of the account",
            ),
            "EMR's": (
                instead(change("aws_emr_block_public_access_configuration.E", "delete", {"id": "current"}, None)),
                "open to the world",
            ),
            "a budget": (instead(change("aws_budgets_budget.B", "delete", {"name": "lake"}, None)), "money runs away"),
            "a column's classification": (
                instead(change("aws_lakeformation_resource_lf_tags.T", "delete", COLUMN, None)),
                "falls under the grants on what it stands in",
            ),
            "a table's classification, and another table goes": (
                instead(
                    change("aws_lakeformation_resource_lf_tags.T", "delete", COLUMN, None),
                    change("aws_glue_catalog_table.T", "delete", {**TABLE, "database_name": "acme_other"}, None),
                ),
                "falls under the grants on what it stands in",
            ),
            "another bucket goes": (
                instead(
                    change("aws_s3_bucket.Other", "delete", {"bucket": "other", "id": "other"}, None),
                    change("aws_s3_bucket_logging.L", "delete", {"bucket": "acme-raw"}, None),
                ),
                "no longer recorded",
            ),
        },
        {
            "the bucket goes too": instead(
                change("aws_s3_bucket.Raw", "delete", DISPOSABLE, None),
                change("aws_s3_bucket_versioning.V", "delete", VERSIONING, None),
            ),
            "the table goes too": instead(
                change("aws_glue_catalog_table.T", "delete", TABLE, None),
                change("aws_lakeformation_resource_lf_tags.T", "delete", COLUMN, None),
            ),
            "a classification under another address": instead(
                change("aws_lakeformation_resource_lf_tags.T", "delete", COLUMN, None),
                change("aws_lakeformation_resource_lf_tags.U", "create", None, COLUMN),
            ),
            "under another address": instead(
                change("aws_s3_bucket_versioning.V", "delete", VERSIONING, None),
                change("aws_s3_bucket_versioning.W", "create", None, VERSIONING),
            ),
            "in a sandbox": instead(change("aws_s3_bucket_versioning.V", "delete", VERSIONING, None), tier="sandbox"),
        },
    ),
    Case(
        "LK_PLAN_3",
        UNCHANGED,
        {
            "public access": (
                update("aws_s3_bucket_public_access_block.B", BLOCK, {**BLOCK, "block_public_policy": False}),
                "block_public_policy goes from true to false",
            ),
            "versioning": (
                update(
                    "aws_s3_bucket_versioning.V",
                    VERSIONING,
                    {**VERSIONING, "versioning_configuration": [{"status": "Suspended"}]},
                ),
                "from Enabled to Suspended",
            ),
            "algorithm": (update(_SSE, _encryption("k"), _encryption("k", "AES256")), "from aws:kms to AES256"),
            "bucket key": (update(_SSE, _encryption("k"), _encryption("k", bucket_key=False)), "bucket_key_enabled"),
            "rotation": (
                update("aws_kms_key.K", {"enable_key_rotation": True}, {"enable_key_rotation": False}),
                "enable_key_rotation",
            ),
            "shorter deletion window": (
                update("aws_kms_key.K", {"deletion_window_in_days": 30}, {"deletion_window_in_days": 7}),
                "from 30 to 7",
            ),
            "a plain-text listener": (
                update("aws_msk_cluster.C", _listener("TLS"), _listener("TLS_PLAINTEXT")),
                "client_broker goes from TLS to TLS_PLAINTEXT",
            ),
            "any change of a schema": (
                update("aws_glue_schema.S", {"compatibility": "BACKWARD"}, {"compatibility": "NONE"}),
                "from BACKWARD to NONE",
            ),
            "an alarm that tells nobody": (
                update("aws_cloudwatch_metric_alarm.A", {"alarm_actions": ["topic"]}, {"alarm_actions": []}),
                "alarm_actions goes from",
            ),
            "an alarm switched off": (
                update("aws_cloudwatch_metric_alarm.A", {"actions_enabled": True}, {"actions_enabled": False}),
                "actions_enabled goes from true to false",
            ),
            "termination protection": (
                update("aws_emr_cluster.C", {"termination_protection": True}, {"termination_protection": False}),
                "termination_protection goes from true to false",
            ),
            "deletion protection": (
                update("aws_dynamodb_table.T", {"deletion_protection_enabled": True}, {"name": "t"}),
                "deletion_protection_enabled goes from true to nothing",
            ),
            "recovery to a point in time": (
                update(
                    "aws_dynamodb_table.T",
                    {"point_in_time_recovery": [{"enabled": True}]},
                    {"point_in_time_recovery": [{"enabled": False}]},
                ),
                "point_in_time_recovery.enabled",
            ),
            "a workgroup whose clients decide": (
                update(
                    "aws_athena_workgroup.W",
                    {"configuration": [{"enforce_workgroup_configuration": True}]},
                    {"configuration": [{"enforce_workgroup_configuration": False}]},
                ),
                "enforce_workgroup_configuration",
            ),
            "the account's block": (
                update(
                    "aws_s3_account_public_access_block.A",
                    {**BLOCK, "block_public_acls": True},
                    {**BLOCK, "block_public_acls": False},
                ),
                "block_public_acls goes from true to false",
            ),
            "a stream's key": (
                update("aws_kinesis_stream.K", {"encryption_type": "KMS"}, {"encryption_type": "NONE"}),
                "from KMS to NONE",
            ),
            "shorter log retention": (
                update("aws_cloudwatch_log_group.L", {"retention_in_days": 365}, {"retention_in_days": 30}),
                "from 365 to 30",
            ),
            "catalog encryption": (
                update(
                    "aws_glue_data_catalog_encryption_settings.S",
                    {
                        "data_catalog_encryption_settings": [
                            {"encryption_at_rest": [{"catalog_encryption_mode": "SSE-KMS"}]}
                        ]
                    },
                    {
                        "data_catalog_encryption_settings": [
                            {"encryption_at_rest": [{"catalog_encryption_mode": "DISABLED"}]}
                        ]
                    },
                ),
                "from SSE-KMS to DISABLED",
            ),
        },
        {
            "stronger": update("aws_kms_key.K", {"enable_key_rotation": False}, {"enable_key_rotation": True}),
            "longer": update("aws_cloudwatch_log_group.L", {"retention_in_days": 30}, {"retention_in_days": 365}),
            "for ever": update("aws_cloudwatch_log_group.L", {"retention_in_days": 30}, {"retention_in_days": 0}),
            "in a sandbox": update(
                "aws_kms_key.K", {"enable_key_rotation": True}, {"enable_key_rotation": False}, tier="sandbox"
            ),
        },
    ),
    Case(
        "LK_PLAN_4",
        UNCHANGED,
        {
            "another key": (update(_SSE, _encryption("arn:k1"), _encryption("arn:k2")), "from arn:k1 to arn:k2"),
            "a key that this plan makes": (
                update(_SSE, _encryption("arn:k1"), _encryption(""), after_unknown=_UNKNOWN),
                "to a new key",
            ),
        },
        {
            "the same key": update(_SSE, _encryption("arn:k1", bucket_key=False), _encryption("arn:k1")),
            "the first key": instead(change(_SSE, "create", None, _encryption(""), after_unknown=_UNKNOWN)),
            "in a sandbox": update(_SSE, _encryption("arn:k1"), _encryption("arn:k2"), tier="sandbox"),
        },
    ),
]
