"""Rules for KMS keys, Glue databases, tables and table optimizers."""

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
_ANY_PRINCIPAL = {"Sid": "Any", "Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"}

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
_VIEW_WITHOUT_SQL = both(put(f"{_TABLE}/table_type", "VIRTUAL_VIEW"), drop(f"{_TABLE}/parameters"))
_VIEW = both(_VIEW_WITHOUT_SQL, put(f"{_TABLE}/view_original_text", "/* Presto View: e30= */"))
_DATA_CATALOG_VIEW = both(_VIEW_WITHOUT_SQL, put(f"{_TABLE}/view_definition", [{"is_protected": True}]))
_RESOURCE_LINK = put(_TABLE, {"name": "orders", "target_table": [{"catalog_id": ACCOUNT, "name": "orders"}]})

CASES = [
    Case(
        "LK_KMS_1",
        KEY,
        {"7 days in prod": (put("aws_kms_key/Key/deletion_window_in_days", 7), "is 7")},
        {
            "AWS default of 30 days": drop("aws_kms_key/Key/deletion_window_in_days"),
            "7 days in dev": both(put("aws_kms_key/Key/deletion_window_in_days", 7), tier("dev")),
        },
    ),
    Case(
        "LK_KMS_2",
        KEY,
        {
            "no key policy": (drop(_POLICY), "the key has no key policy"),
            "any principal with an unrelated condition": (
                add_statement(_POLICY, **_ANY_PRINCIPAL, Condition={"Bool": {"kms:GrantIsForAWSResource": "true"}}),
                "statement 'Any' allows any principal without a condition on the principal",
            ),
            "no lockout check": (
                put("aws_kms_key/Key/bypass_policy_lockout_safety_check", True),
                "bypass_policy_lockout_safety_check",
            ),
            "unknown policy": (put(_POLICY, "${var.policy}"), "the key policy is not known before apply"),
            "any principal of the account": (
                add_statement(_POLICY, **_ANY_PRINCIPAL, Condition={"StringEquals": {"kms:CallerAccount": ACCOUNT}}),
                "statement 'Any' allows every principal of the account without an IAM policy",
            ),
        },
        {
            "role by ARN": add_statement(
                _POLICY,
                **_ANY_PRINCIPAL,
                Condition={"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/job"}},
            ),
            "separate policy resource": both(
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
            "no description": (drop(f"{_DATABASE}/description"), "description is not set"),
            "no location": (drop(f"{_DATABASE}/location_uri"), "location_uri is not set"),
        },
        {
            "resource link": both(
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
            "default permissions for everyone": (
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
            "default permissions for one role": put(
                f"{_DATABASE}/create_table_default_permission",
                [{"permissions": ["SELECT"], "principal": {"data_lake_principal_identifier": "arn:aws:iam::1:role/a"}}],
            )
        },
    ),
    Case(
        "LK_GLUE_3",
        CATALOG,
        {
            "AWS managed key for the catalog": (
                put(f"{_SETTINGS}/encryption_at_rest/sse_aws_kms_key_id", "alias/aws/glue"),
                "catalog encryption uses the AWS managed key alias/aws/glue",
            ),
            "AWS managed key for passwords": (
                put(f"{_SETTINGS}/connection_password_encryption/aws_kms_key_id", "alias/aws/glue"),
                "connection password encryption uses the AWS managed key alias/aws/glue",
            ),
        },
    ),
    Case(
        "LK_GLUE_4",
        CATALOG,
        {
            "external table": (drop(f"{_TABLE}/parameters"), "the table format must be Iceberg"),
            "view without a query": (_VIEW_WITHOUT_SQL, "table_type is VIRTUAL_VIEW"),
        },
        {
            "table created by Glue": both(
                drop(f"{_TABLE}/parameters"),
                put(f"{_TABLE}/open_table_format_input", {"iceberg_input": {"metadata_operation": "CREATE"}}),
            ),
            "view": _VIEW,
            "Data Catalog view": _DATA_CATALOG_VIEW,
            "resource link": _RESOURCE_LINK,
        },
    ),
    Case(
        "LK_GLUE_5",
        CATALOG,
        {
            "no description": (drop(f"{_TABLE}/description"), "description is not set"),
            "no owner": (drop(f"{_TABLE}/owner"), "owner is not set"),
            "view without description": (both(_VIEW, drop(f"{_TABLE}/description")), "description is not set"),
            "view without owner": (both(_VIEW, drop(f"{_TABLE}/owner")), "owner is not set"),
        },
        {
            "owner in the parameters": both(drop(f"{_TABLE}/owner"), put(f"{_TABLE}/parameters/owner", "sales")),
            "view": _VIEW,
            "resource link": _RESOURCE_LINK,
        },
    ),
    Case(
        "LK_GLUE_6",
        CATALOG,
        {
            "no compaction": (drop(f"{_OPTIMIZER}/Compaction"), "compaction"),
            "no snapshot retention": (drop(f"{_OPTIMIZER}/Retention"), "retention"),
            "no orphan file deletion": (drop(f"{_OPTIMIZER}/Orphans"), "orphan_file_deletion"),
            "disabled optimizer": (put(f"{_OPTIMIZER}/Compaction/configuration/0/enabled", False), "compaction"),
            "optimizer of another database": (put(f"{_OPTIMIZER}/Compaction/database_name", "acme_raw"), "compaction"),
        },
        {"view": _VIEW},
    ),
    Case(
        "LK_GLUE_7",
        CATALOG,
        {
            "orphan files deleted after a day": (put(f"{_OPTIMIZER}/Orphans/{_ORPHANS}", 1), "after 1 days"),
            "snapshots retained for a day": (
                put(f"{_OPTIMIZER}/Retention/{_DAYS}", 1),
                "snapshots are retained for 1 days in tier prod, below 5",
            ),
        },
        {"snapshots retained for a day in dev": both(put(f"{_OPTIMIZER}/Retention/{_DAYS}", 1), tier("dev"))},
    ),
]
