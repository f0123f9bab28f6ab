"""Keys, catalog databases, tables and their upkeep."""

from __future__ import annotations

from rule_case_tests import test_passes, test_rejects
from rule_cases import ACCOUNT, Case, add_statement, both, drop, policy, put, resources, tier

__all__ = ["test_passes", "test_rejects"]

ADMIN = {
    "Sid": "Administer",
    "Effect": "Allow",
    "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
    "Action": "kms:*",
    "Resource": "*",
}
KEY = resources(
    aws_kms_key={
        "Key": {
            "description": "lake",
            "deletion_window_in_days": 30,
            "enable_key_rotation": True,
            "policy": policy(ADMIN),
        }
    },
    aws_kms_alias={"Alias": {"name": "alias/acme-lake", "target_key_id": "${aws_kms_key.Key.key_id}"}},
)
_POLICY = "aws_kms_key/Key/policy"
_ANYONE = {"Sid": "Any", "Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"}

CATALOG = resources(
    aws_glue_catalog_database={
        "Curated": {"name": "acme_curated", "description": "Clean data", "location_uri": "s3://acme-curated/"}
    },
    aws_glue_data_catalog_encryption_settings={
        "Settings": {
            "data_catalog_encryption_settings": {
                "encryption_at_rest": {
                    "catalog_encryption_mode": "SSE-KMS",
                    "sse_aws_kms_key_id": "${aws_kms_key.Key.arn}",
                },
                "connection_password_encryption": {
                    "return_connection_password_encrypted": True,
                    "aws_kms_key_id": "${aws_kms_key.Key.arn}",
                },
            }
        }
    },
    aws_kms_key={"Key": {"description": "catalog"}},
    aws_glue_catalog_table={
        "Orders": {
            "name": "orders",
            "database_name": "acme_curated",
            "description": "Orders",
            "owner": "sales",
            "table_type": "EXTERNAL_TABLE",
            "parameters": {"table_type": "ICEBERG"},
        }
    },
    aws_glue_catalog_table_optimizer={
        "Compaction": {
            "database_name": "acme_curated",
            "table_name": "orders",
            "type": "compaction",
            "configuration": [{"enabled": True}],
        },
        "Retention": {
            "database_name": "acme_curated",
            "table_name": "orders",
            "type": "retention",
            "configuration": [
                {
                    "enabled": True,
                    "retention_configuration": {"iceberg_configuration": {"snapshot_retention_period_in_days": 7}},
                }
            ],
        },
        "Orphans": {
            "database_name": "acme_curated",
            "table_name": "${aws_glue_catalog_table.Orders.name}",
            "type": "orphan_file_deletion",
            "configuration": [
                {
                    "enabled": True,
                    "orphan_file_deletion_configuration": {
                        "iceberg_configuration": {"orphan_file_retention_period_in_days": 3}
                    },
                }
            ],
        },
    },
)
_SETTINGS = "aws_glue_data_catalog_encryption_settings/Settings/data_catalog_encryption_settings"
_DATABASE = "aws_glue_catalog_database/Curated"
_TABLE = "aws_glue_catalog_table/Orders"
_OPTIMIZER = "aws_glue_catalog_table_optimizer"
_DAYS = "configuration/0/retention_configuration/iceberg_configuration/snapshot_retention_period_in_days"
_ORPHANS = (
    "configuration/0/orphan_file_deletion_configuration/iceberg_configuration/orphan_file_retention_period_in_days"
)
_VIEW = both(put(f"{_TABLE}/table_type", "VIRTUAL_VIEW"), drop(f"{_TABLE}/parameters"))

CASES = [
    Case(
        "LK_KMS_1",
        KEY,
        {"a week in prod": (put("aws_kms_key/Key/deletion_window_in_days", 7), "is 7")},
        {
            "AWS's default of 30": drop("aws_kms_key/Key/deletion_window_in_days"),
            "a week in dev": both(put("aws_kms_key/Key/deletion_window_in_days", 7), tier("dev")),
        },
    ),
    Case(
        "LK_KMS_2",
        KEY,
        {
            "none": (drop(_POLICY), "no policy of its own"),
            "anyone under a condition that names nobody": (
                add_statement(_POLICY, **_ANYONE, Condition={"Bool": {"kms:GrantIsForAWSResource": "true"}}),
                "its condition names nobody",
            ),
            "no lockout check": (
                put("aws_kms_key/Key/bypass_policy_lockout_safety_check", True),
                "bypass_policy_lockout_safety_check",
            ),
            "unknown text": (put(_POLICY, "${var.policy}"), "not known yet"),
            "anyone of the account": (
                add_statement(_POLICY, **_ANYONE, Condition={"StringEquals": {"kms:CallerAccount": ACCOUNT}}),
                "its condition names nobody",
            ),
        },
        {
            "a role by its ARN": add_statement(
                _POLICY, **_ANYONE, Condition={"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/job"}}
            ),
            "a policy resource": both(
                drop(_POLICY),
                put(
                    "resource/aws_kms_key_policy",
                    {"P": {"key_id": "${aws_kms_key.Key.id}", "policy": policy(ADMIN)}},
                ),
            ),
        },
    ),
    Case(
        "LK_KMS_3",
        KEY,
        {
            "no alias": (drop("aws_kms_alias/Alias"), "no alias"),
            "no description": (drop("aws_kms_key/Key/description"), "no description"),
        },
    ),
    Case(
        "LK_GLUE_1",
        CATALOG,
        {
            "no description": (drop(f"{_DATABASE}/description"), "no description"),
            "no location": (drop(f"{_DATABASE}/location_uri"), "no location_uri"),
        },
        {
            "a link": both(
                drop(f"{_DATABASE}/description"),
                drop(f"{_DATABASE}/location_uri"),
                put(f"{_DATABASE}/target_database", {"catalog_id": ACCOUNT, "database_name": "x"}),
            )
        },
    ),
    Case(
        "LK_GLUE_2",
        CATALOG,
        {
            "open by default": (
                put(
                    f"{_DATABASE}/create_table_default_permission",
                    [
                        {
                            "permissions": ["ALL"],
                            "principal": {"data_lake_principal_identifier": "IAM_ALLOWED_PRINCIPALS"},
                        }
                    ],
                ),
                "ALL to IAM_ALLOWED_PRINCIPALS",
            )
        },
        {
            "to one role": put(
                f"{_DATABASE}/create_table_default_permission",
                [{"permissions": ["SELECT"], "principal": {"data_lake_principal_identifier": "arn:aws:iam::1:role/a"}}],
            )
        },
    ),
    Case(
        "LK_GLUE_3",
        CATALOG,
        {
            "AWS's key for the catalog": (
                put(f"{_SETTINGS}/encryption_at_rest/sse_aws_kms_key_id", "alias/aws/glue"),
                "AWS manages",
            ),
            "AWS's key for passwords": (
                put(f"{_SETTINGS}/connection_password_encryption/aws_kms_key_id", "alias/aws/glue"),
                "connection-password",
            ),
        },
    ),
    Case(
        "LK_GLUE_4",
        CATALOG,
        {"a plain external table": (drop(f"{_TABLE}/parameters"), "without an Iceberg format")},
        {
            "made by Glue": both(
                drop(f"{_TABLE}/parameters"),
                put(f"{_TABLE}/open_table_format_input", {"iceberg_input": {"metadata_operation": "CREATE"}}),
            ),
            "a view": _VIEW,
        },
    ),
    Case(
        "LK_GLUE_5",
        CATALOG,
        {
            "no description": (drop(f"{_TABLE}/description"), "no description"),
            "no owner": (drop(f"{_TABLE}/owner"), "no owner"),
        },
        {"owner among the parameters": both(drop(f"{_TABLE}/owner"), put(f"{_TABLE}/parameters/owner", "sales"))},
    ),
    Case(
        "LK_GLUE_6",
        CATALOG,
        {
            "never compacted": (drop(f"{_OPTIMIZER}/Compaction"), "compaction"),
            "snapshots for ever": (drop(f"{_OPTIMIZER}/Retention"), "retention"),
            "orphans for ever": (drop(f"{_OPTIMIZER}/Orphans"), "orphan_file_deletion"),
            "switched off": (put(f"{_OPTIMIZER}/Compaction/configuration/0/enabled", False), "compaction"),
            "another database's": (put(f"{_OPTIMIZER}/Compaction/database_name", "acme_raw"), "compaction"),
        },
        {"a view": _VIEW},
    ),
    Case(
        "LK_GLUE_7",
        CATALOG,
        {
            "orphans after a day": (put(f"{_OPTIMIZER}/Orphans/{_ORPHANS}", 1), "after 1 days"),
            "snapshots for a day": (put(f"{_OPTIMIZER}/Retention/{_DAYS}", 1), "kept 1 days"),
        },
        {"snapshots for a day in dev": both(put(f"{_OPTIMIZER}/Retention/{_DAYS}", 1), tier("dev"))},
    ),
]
