"""Small Snowflake stack that passes every rule."""

from __future__ import annotations

from rule_cases import ACCOUNT, Case, Change, Document, resources

from lakekit_policies.terraform.plan_gate_variable import (
    NAME,
    PROVIDER_ARGUMENTS,
    REQUIRED_VERSION,
    provider_expression,
    variable_block,
)

KEY = "MII" + "A" * 389
STACK = "case-case"  # environment and name, from the metadata of the case
ROLE = f"arn:aws:iam::{ACCOUNT}:role/acme-prod-snowflake-files"
TYPES = [
    "VARCHAR",
    "NUMBER",
    "FLOAT",
    "BOOLEAN",
    "DATE",
    "TIME",
    "TIMESTAMP_NTZ",
    "TIMESTAMP_LTZ",
    "TIMESTAMP_TZ",
    "BINARY",
    "VARIANT",
    "ARRAY",
    "OBJECT",
]
_ROLE_CONDITION = "IS_ROLE_IN_SESSION('FR_ACME_PROD_ANALYST')"

PROVIDER = {
    "organization_name": "ACMEORG",
    "account_name": "LAKE_PROD",
    "user": "SVC_ACME_PROD_DEPLOYER",
    "role": "SYSADMIN",
    "authenticator": "SNOWFLAKE_JWT",
    **{PROVIDER_ARGUMENTS["snowflake"]: provider_expression(STACK)},
    "params": {"query_tag": '{"stack": "case"}'},
    "preview_features_enabled": [
        "snowflake_external_volume_resource",
        "snowflake_file_format_resource",
        "snowflake_pipe_resource",
        "snowflake_stage_resource",
        "snowflake_storage_integration_resource",
        "snowflake_table_resource",
    ],
}

_ACCOUNT = {
    "snowflake_account_parameter": {
        "Inline": {"key": "PREVENT_UNLOAD_TO_INLINE_URL", "value": "true", "provider": "snowflake.accountadmin"}
    },
    "snowflake_network_policy": {
        "Office": {"name": "NP_ACME_PROD", "comment": "Test fixture", "allowed_ip_list": ["203.0.113.0/24"]}
    },
    "snowflake_resource_monitor": {
        "Query": {
            "name": "RM_ACME_PROD_QUERY",
            "credit_quota": 400,
            "notify_triggers": [50, 80],
            "suspend_trigger": 100,
            "suspend_immediate_trigger": 110,
            "provider": "snowflake.accountadmin",
        }
    },
    "snowflake_warehouse": {
        "Query": {
            "name": "WH_ACME_PROD_QUERY",
            "comment": "Test fixture",
            "warehouse_size": "SMALL",
            "auto_resume": "true",
            "auto_suspend": 60,
            "initially_suspended": True,
            "statement_timeout_in_seconds": 900,
            "statement_queued_timeout_in_seconds": 120,
            "resource_monitor": "RM_ACME_PROD_QUERY",
            "enable_query_acceleration": "false",
            "provider": "snowflake.accountadmin",
        }
    },
    "snowflake_account_role": {"Analyst": {"name": "FR_ACME_PROD_ANALYST", "comment": "Reads"}},
    "snowflake_grant_account_role": {"Analyst": {"role_name": "FR_ACME_PROD_ANALYST", "parent_role_name": "SYSADMIN"}},
    "snowflake_service_user": {
        "Loader": {
            "name": "SVC_ACME_PROD_LOADER",
            "comment": "Test fixture",
            "default_role": "FR_ACME_PROD_ANALYST",
            "default_secondary_roles_option": "NONE",
            "network_policy": "NP_ACME_PROD",
            "rsa_public_key": KEY,
            "query_tag": '{"service": "loader"}',
        }
    },
    "snowflake_user": {"Person": {"name": "JOAN", "default_role": "FR_ACME_PROD_ANALYST"}},
}
_DATA = {
    "snowflake_database": {
        "Curated": {
            "name": "ACME_PROD_CURATED",
            "comment": "Test fixture",
            "is_transient": False,
            "data_retention_time_in_days": 30,
            "drop_public_schema_on_creation": True,
            "lifecycle": {"prevent_destroy": True},
        }
    },
    "snowflake_schema": {
        "Orders": {
            "database": "ACME_PROD_CURATED",
            "name": "SALES_ORDERS",
            "comment": "Test fixture",
            "with_managed_access": "true",
            "is_transient": "false",
            "data_retention_time_in_days": 30,
            "lifecycle": {"prevent_destroy": True},
        }
    },
    "snowflake_table": {
        "Events": {
            "database": "ACME_PROD_CURATED",
            "schema": "SALES_ORDERS",
            "name": "EVENTS",
            "comment": "Records as they arrived",
            "column": [{"name": "RECORD", "type": "VARIANT"}, {"name": "FILE_NAME", "type": "VARCHAR"}],
            "lifecycle": {"prevent_destroy": True},
        }
    },
    "snowflake_grant_privileges_to_account_role": {
        "Reads": {
            "account_role_name": "AR_ACME_PROD_CURATED_SALES_ORDERS_R",
            "privileges": ["SELECT"],
            "on_schema_object": {
                "future": {"object_type_plural": "TABLES", "in_schema": '"ACME_PROD_CURATED"."SALES_ORDERS"'}
            },
        }
    },
    "snowflake_execute": {
        "Orders": {
            "execute": "CREATE ICEBERG TABLE IF NOT EXISTS T CATALOG = 'CI'",
            "revert": "DROP ICEBERG TABLE IF EXISTS T",
            "query": "SHOW ICEBERG TABLES LIKE 'T'",
        }
    },
}
_LAKE = {
    "snowflake_storage_integration": {
        "Files": {
            "name": "SI_ACME_PROD_FILES",
            "comment": "Test fixture",
            "storage_provider": "S3",
            "storage_allowed_locations": ["s3://acme-prod-lake-landing/"],
            "storage_aws_role_arn": ROLE,
            "storage_aws_external_id": "lakekit_0123",
        }
    },
    "snowflake_file_format": {
        "Csv": {
            "database": "ACME_PROD_CURATED",
            "schema": "SALES_ORDERS",
            "name": "CSV",
            "comment": "Test fixture",
            "format_type": "CSV",
            "error_on_column_count_mismatch": True,
        }
    },
    "snowflake_stage": {
        "Landing": {
            "database": "ACME_PROD_CURATED",
            "schema": "SALES_ORDERS",
            "name": "LANDING",
            "comment": "Test fixture",
            "url": "s3://acme-prod-lake-landing/orders/",
            "storage_integration": "SI_ACME_PROD_FILES",
        }
    },
    "snowflake_pipe": {
        "Events": {
            "database": "ACME_PROD_CURATED",
            "schema": "SALES_ORDERS",
            "name": "EVENTS",
            "comment": "Test fixture",
            "auto_ingest": True,
            "aws_sns_topic_arn": f"arn:aws:sns:eu-west-1:{ACCOUNT}:acme-prod-snowpipe-landing",
            "copy_statement": "COPY INTO EVENTS FROM (SELECT $1 FROM @LANDING) ON_ERROR = SKIP_FILE",
        }
    },
    "snowflake_external_volume": {
        "Curated": {
            "name": "EV_ACME_PROD_CURATED",
            "comment": "Test fixture",
            "allow_writes": "false",
            "storage_location": [
                {
                    "storage_location_name": "CURATED",
                    "storage_provider": "S3",
                    "storage_base_url": "s3://acme-prod-lake-curated/",
                    "storage_aws_role_arn": ROLE,
                }
            ],
        }
    },
}
_ACCESS = {
    "snowflake_masking_policy": {
        "Varchar": {
            "database": "ACME_PROD_GOVERNANCE",
            "schema": "ACCESS",
            "name": "MASK_VARCHAR",
            "comment": "Test fixture",
            "argument": [{"name": "VAL", "type": "VARCHAR"}],
            "return_data_type": "VARCHAR",
            "body": f"CASE WHEN {_ROLE_CONDITION} THEN VAL ELSE '***' END",
        }
    },
    "snowflake_row_access_policy": {
        "Rows": {
            "database": "ACME_PROD_GOVERNANCE",
            "schema": "ACCESS",
            "name": "ROWS",
            "comment": "Test fixture",
            "argument": [{"name": "COUNTRY", "type": "VARCHAR"}],
            "body": f"CASE WHEN {_ROLE_CONDITION} THEN COUNTRY = 'DE' ELSE FALSE END",
        }
    },
    "snowflake_tag": {
        "Classification": {
            "database": "ACME_PROD_GOVERNANCE",
            "schema": "ACCESS",
            "name": "CLASSIFICATION",
            "comment": "Test fixture",
            "allowed_values": ["internal", "restricted"],
            "masking_policies": [f'"ACME_PROD_GOVERNANCE"."ACCESS"."MASK_{kind}"' for kind in TYPES],
        }
    },
    "snowflake_tag_association": {
        "Email": {
            "tag_id": '"ACME_PROD_GOVERNANCE"."ACCESS"."CLASSIFICATION"',
            "tag_value": "restricted",
            "object_type": "COLUMN",
            "object_identifiers": ['"ACME_PROD_CURATED"."SALES_ORDERS"."ORDERS"."EMAIL"'],
            "skip_validation": False,
        }
    },
}

WAREHOUSE: Document = {
    "variable": {NAME: variable_block(STACK)},
    "terraform": {
        "required_version": REQUIRED_VERSION,
        "backend": {"s3": {"bucket": "state", "key": "k", "encrypt": True, "use_lockfile": True}},
        "required_providers": {
            "snowflake": {"source": "snowflakedb/snowflake", "version": ">= 2.11.0, < 3.0.0"},
        },
    },
    "provider": {
        "snowflake": [PROVIDER, {**PROVIDER, "alias": "accountadmin", "role": "ACCOUNTADMIN"}],
    },
    **resources(**_ACCOUNT, **_DATA, **_LAKE, **_ACCESS),
    "trust_boundary": {"buckets": ["state", "acme-prod-lake-landing", "acme-prod-lake-curated"]},
}


def edition(name: str) -> Change:
    """Set the Snowflake edition in the stack metadata."""

    def change(document: Document) -> None:
        document["edition"] = name

    return change


def case(rule: str, bad: dict[str, tuple[Change, str]], also_good: dict[str, Change] | None = None) -> Case:
    """Case of a rule on the small Snowflake stack."""
    return Case(rule, WAREHOUSE, bad, also_good or {})
