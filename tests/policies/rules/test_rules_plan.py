"""Rules for plans: deletions, removed and weakened protections."""

from __future__ import annotations

from typing import Any

from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, Change, Document, change, plan

__all__ = ["test_passes", "test_rejects"]

RAW = {"bucket": "acme-raw", "id": "acme-raw", "force_destroy": False}
FORCE_DESTROY_BUCKET = {**RAW, "force_destroy": True}
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


def replace_plan(*changes: Document, tier: str = "prod") -> Change:
    """Replace the valid plan."""
    return lambda document: document.update(**plan(*changes), tier=tier)


def update(address: str, before: Document, after: Document, tier: str = "prod", **more: Any) -> Change:
    return replace_plan(change(address, "update", before, after, **more), tier=tier)


_SSE = "aws_s3_bucket_server_side_encryption_configuration.Raw"
_UNKNOWN = {"rule": [{"apply_server_side_encryption_by_default": [{"kms_master_key_id": True}]}]}


def _listener(client_broker: str) -> Document:
    return {"encryption_info": [{"encryption_in_transit": [{"client_broker": client_broker, "in_cluster": True}]}]}


TABLE = {"name": "orders", "database_name": "acme_curated"}
VIEW = {**TABLE, "table_type": "VIRTUAL_VIEW", "view_original_text": "/* Presto View: e30= */"}
COLUMN = {
    "lf_tag": [{"key": "classification", "value": "restricted"}],
    "table_with_columns": [{"database_name": "acme_curated", "name": "orders", "column_names": ["email"]}],
}

CASES = [
    Case(
        "LK_PLAN_1",
        UNCHANGED,
        {
            "resource block removed": (
                replace_plan(
                    change("aws_s3_bucket.Raw", "delete", RAW, None, reason="delete_because_no_resource_config")
                ),
                "is deleted (delete because no resource config)",
            ),
            "delete before create": (
                replace_plan(change("aws_s3_bucket.Raw", "delete create", RAW, RAW, replace_paths=[["bucket"]])),
                "is replaced, forced by bucket",
            ),
            "create before delete": (
                replace_plan(change("aws_kms_key.K", "create delete", {"id": "k"}, {"id": "k"})),
                "data under the key becomes unreadable",
            ),
            "tainted resource replaced": (
                replace_plan(change("aws_s3_bucket.Raw", "delete create", RAW, RAW, reason="replace_because_tainted")),
                "is replaced (because tainted)",
            ),
            "removed from state": (
                replace_plan(change("aws_glue_catalog_table.T", "forget", {"name": "t"}, None)),
                "leaves the state",
            ),
            "table replaced by a view": (
                replace_plan(change("aws_glue_catalog_table.T", "delete create", TABLE, VIEW)),
                "is replaced",
            ),
            "force_destroy in staging": (
                replace_plan(change("aws_s3_bucket.Raw", "delete", FORCE_DESTROY_BUCKET, None), tier="staging"),
                "is deleted",
            ),
            "no force_destroy in dev": (
                replace_plan(change("aws_s3_bucket.Raw", "delete", RAW, None), tier="dev"),
                "is deleted",
            ),
            "force_destroy set by the same plan": (
                replace_plan(change("aws_s3_bucket.Raw", "delete create", RAW, FORCE_DESTROY_BUCKET), tier="dev"),
                "is replaced",
            ),
        },
        {
            "force_destroy in dev": replace_plan(
                change("aws_s3_bucket.Raw", "delete", FORCE_DESTROY_BUCKET, None), tier="dev"
            ),
            "resource without data in dev": replace_plan(
                change("aws_lakeformation_lf_tag.Zone", "delete", {"id": "zone"}, None), tier="dev"
            ),
            "disposable tag in dev": replace_plan(
                change("aws_kms_key.K", "delete", {"id": "k", "tags_all": {"disposable": "true"}}, None), tier="dev"
            ),
            "view": replace_plan(change("aws_glue_catalog_table.T", "delete", VIEW, None)),
            "sandbox": replace_plan(
                change("aws_glue_catalog_database.D", "delete", {"name": "d"}, None), tier="sandbox"
            ),
        },
    ),
    Case(
        "LK_PLAN_2",
        UNCHANGED,
        {
            "versioning deleted without the bucket": (
                replace_plan(
                    change("aws_s3_bucket.Raw", "no-op", RAW, RAW),
                    change("aws_s3_bucket_versioning.V", "delete", VERSIONING, None),
                ),
                "can no longer be recovered",
            ),
            "public access block removed from state": (
                replace_plan(change("aws_s3_bucket_public_access_block.B", "forget", BLOCK, None)),
                "leaves the state; it is kept, and no longer managed",
            ),
            "bucket policy deleted in dev": (
                replace_plan(change("aws_s3_bucket_policy.P", "delete", {"bucket": "acme-raw"}, None), tier="dev"),
                "plain HTTP",
            ),
            "account public access block deleted": (
                replace_plan(change("aws_s3_account_public_access_block.A", "delete", BLOCK, None)),
                "is deleted: buckets of the account can be made public",
            ),
            "EMR public access block deleted": (
                replace_plan(change("aws_emr_block_public_access_configuration.E", "delete", {"id": "current"}, None)),
                "is deleted: EMR clusters of the account can be public",
            ),
            "budget deleted": (
                replace_plan(change("aws_budgets_budget.B", "delete", {"name": "lake"}, None)),
                "is deleted: cost overruns are no longer reported",
            ),
            "column classification deleted": (
                replace_plan(change("aws_lakeformation_resource_lf_tags.T", "delete", COLUMN, None)),
                "is deleted: the resource inherits the LF-tags and grants of its parent",
            ),
            "table classification deleted with another table": (
                replace_plan(
                    change("aws_lakeformation_resource_lf_tags.T", "delete", COLUMN, None),
                    change("aws_glue_catalog_table.T", "delete", {**TABLE, "database_name": "acme_other"}, None),
                ),
                "is deleted: the resource inherits the LF-tags and grants of its parent",
            ),
            "logging deleted with another bucket": (
                replace_plan(
                    change("aws_s3_bucket.Other", "delete", {"bucket": "other", "id": "other"}, None),
                    change("aws_s3_bucket_logging.L", "delete", {"bucket": "acme-raw"}, None),
                ),
                "is deleted: access requests are no longer logged",
            ),
        },
        {
            "deleted with the bucket": replace_plan(
                change("aws_s3_bucket.Raw", "delete", FORCE_DESTROY_BUCKET, None),
                change("aws_s3_bucket_versioning.V", "delete", VERSIONING, None),
            ),
            "deleted with the table": replace_plan(
                change("aws_glue_catalog_table.T", "delete", TABLE, None),
                change("aws_lakeformation_resource_lf_tags.T", "delete", COLUMN, None),
            ),
            "classification at another address": replace_plan(
                change("aws_lakeformation_resource_lf_tags.T", "delete", COLUMN, None),
                change("aws_lakeformation_resource_lf_tags.U", "create", None, COLUMN),
            ),
            "protection at another address": replace_plan(
                change("aws_s3_bucket_versioning.V", "delete", VERSIONING, None),
                change("aws_s3_bucket_versioning.W", "create", None, VERSIONING),
            ),
            "sandbox": replace_plan(change("aws_s3_bucket_versioning.V", "delete", VERSIONING, None), tier="sandbox"),
        },
    ),
    Case(
        "LK_PLAN_3",
        UNCHANGED,
        {
            "public access block disabled": (
                update("aws_s3_bucket_public_access_block.B", BLOCK, {**BLOCK, "block_public_policy": False}),
                "block_public_policy changes from true to false",
            ),
            "versioning suspended": (
                update(
                    "aws_s3_bucket_versioning.V",
                    VERSIONING,
                    {**VERSIONING, "versioning_configuration": [{"status": "Suspended"}]},
                ),
                "from Enabled to Suspended",
            ),
            "encryption algorithm": (
                update(_SSE, _encryption("k"), _encryption("k", "AES256")),
                "from aws:kms to AES256",
            ),
            "bucket key disabled": (
                update(_SSE, _encryption("k"), _encryption("k", bucket_key=False)),
                "bucket_key_enabled",
            ),
            "key rotation disabled": (
                update("aws_kms_key.K", {"enable_key_rotation": True}, {"enable_key_rotation": False}),
                "enable_key_rotation",
            ),
            "shorter deletion window": (
                update("aws_kms_key.K", {"deletion_window_in_days": 30}, {"deletion_window_in_days": 7}),
                "from 30 to 7",
            ),
            "plaintext listener": (
                update("aws_msk_cluster.C", _listener("TLS"), _listener("TLS_PLAINTEXT")),
                "encryption_info.encryption_in_transit.client_broker changes from TLS to TLS_PLAINTEXT",
            ),
            "schema compatibility disabled": (
                update("aws_glue_schema.S", {"compatibility": "BACKWARD"}, {"compatibility": "NONE"}),
                "from BACKWARD to NONE",
            ),
            "alarm actions removed": (
                update("aws_cloudwatch_metric_alarm.A", {"alarm_actions": ["topic"]}, {"alarm_actions": []}),
                "alarm_actions changes from ['topic'] to []",
            ),
            "alarm actions disabled": (
                update("aws_cloudwatch_metric_alarm.A", {"actions_enabled": True}, {"actions_enabled": False}),
                "actions_enabled changes from true to false",
            ),
            "termination protection disabled": (
                update("aws_emr_cluster.C", {"termination_protection": True}, {"termination_protection": False}),
                "termination_protection changes from true to false",
            ),
            "deletion protection disabled": (
                update("aws_dynamodb_table.T", {"deletion_protection_enabled": True}, {"name": "t"}),
                "deletion_protection_enabled changes from true to not set",
            ),
            "point-in-time recovery disabled": (
                update(
                    "aws_dynamodb_table.T",
                    {"point_in_time_recovery": [{"enabled": True}]},
                    {"point_in_time_recovery": [{"enabled": False}]},
                ),
                "point_in_time_recovery.enabled",
            ),
            "workgroup configuration not enforced": (
                update(
                    "aws_athena_workgroup.W",
                    {"configuration": [{"enforce_workgroup_configuration": True}]},
                    {"configuration": [{"enforce_workgroup_configuration": False}]},
                ),
                "enforce_workgroup_configuration",
            ),
            "account public access block disabled": (
                update(
                    "aws_s3_account_public_access_block.A",
                    {**BLOCK, "block_public_acls": True},
                    {**BLOCK, "block_public_acls": False},
                ),
                "block_public_acls changes from true to false",
            ),
            "stream encryption disabled": (
                update("aws_kinesis_stream.K", {"encryption_type": "KMS"}, {"encryption_type": "NONE"}),
                "from KMS to NONE",
            ),
            "shorter log retention": (
                update("aws_cloudwatch_log_group.L", {"retention_in_days": 365}, {"retention_in_days": 30}),
                "from 365 to 30",
            ),
            "catalog encryption disabled": (
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
            "protection added": update("aws_kms_key.K", {"enable_key_rotation": False}, {"enable_key_rotation": True}),
            "longer retention": update(
                "aws_cloudwatch_log_group.L", {"retention_in_days": 30}, {"retention_in_days": 365}
            ),
            "unlimited retention": update(
                "aws_cloudwatch_log_group.L", {"retention_in_days": 30}, {"retention_in_days": 0}
            ),
            "sandbox": update(
                "aws_kms_key.K", {"enable_key_rotation": True}, {"enable_key_rotation": False}, tier="sandbox"
            ),
        },
    ),
    Case(
        "LK_PLAN_4",
        UNCHANGED,
        {
            "another key": (update(_SSE, _encryption("arn:k1"), _encryption("arn:k2")), "from arn:k1 to arn:k2"),
            "new key of the same plan": (
                update(_SSE, _encryption("arn:k1"), _encryption(""), after_unknown=_UNKNOWN),
                "to a new key",
            ),
        },
        {
            "same key": update(_SSE, _encryption("arn:k1", bucket_key=False), _encryption("arn:k1")),
            "first key": replace_plan(change(_SSE, "create", None, _encryption(""), after_unknown=_UNKNOWN)),
            "sandbox": update(_SSE, _encryption("arn:k1"), _encryption("arn:k2"), tier="sandbox"),
        },
    ),
]
