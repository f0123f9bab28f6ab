"""Tests of drift of policies, tags, grants and users in `lakekit snowflake verify`, one at a time."""

from __future__ import annotations

from typing import Any

import pytest
from fake_snowflake_account import with_row, with_value, without
from snowflake_drift import CLASSIFICATION, MASK, ORDERS, ROWS, differences, policy_reference, tag_reference

from lakekit.environment import Environment


@pytest.mark.parametrize(
    ("part", "change", "drift"),
    [
        (
            'SHOW MASKING POLICIES IN DATABASE "ACME_DEV_CURATED"',
            with_row(name="MASK_MINE", database_name="ACME_DEV_CURATED", schema_name="SALES_ORDERS"),
            [("extra", "masking policy ACME_DEV_CURATED.SALES_ORDERS.MASK_MINE")],
        ),
        (
            f"DESCRIBE MASKING POLICY {MASK}",
            with_value("MASK_VARCHAR", body="val"),
            [("different", f"masking policy {MASK}: body")],
        ),
        (
            # Literals are case-sensitive.
            f"DESCRIBE MASKING POLICY {MASK}",
            lambda rows: [{**row, "body": row["body"].replace("'internal'", "'INTERNAL'")} for row in rows],
            [("different", f"masking policy {MASK}: body")],
        ),
        (
            f"DESCRIBE ROW ACCESS POLICY {ROWS}",
            with_value("ROWS_ORDERS", body="TRUE"),
            [("different", f"row access policy {ROWS}: body")],
        ),
        (
            'SHOW ROW ACCESS POLICIES IN DATABASE "ACME_DEV_CURATED"',
            with_row(name="ROWS_MINE", database_name="ACME_DEV_CURATED", schema_name="SALES_ORDERS"),
            [("extra", "row access policy ACME_DEV_CURATED.SALES_ORDERS.ROWS_MINE")],
        ),
        (
            f"POLICY_NAME => '{MASK}'",
            lambda rows: [*rows, policy_reference(MASK, "SCRATCH.PUBLIC.COPY", "TABLE", REF_COLUMN_NAME="EMAIL")],
            [("extra", f"policy {MASK} on TABLE SCRATCH.PUBLIC.COPY (EMAIL)")],
        ),
        (
            # A mask set directly on the column takes precedence over the tag's.
            f"REF_ENTITY_NAME => '{ORDERS}', REF_ENTITY_DOMAIN => 'TABLE'",
            lambda rows: [
                *rows,
                policy_reference("SCRATCH.PUBLIC.SHOWS_ALL", ORDERS, "ICEBERG_TABLE", REF_COLUMN_NAME="CUSTOMER_EMAIL"),
            ],
            [("extra", f"policy SCRATCH.PUBLIC.SHOWS_ALL on TABLE {ORDERS} (CUSTOMER_EMAIL)")],
        ),
        (
            f"REF_ENTITY_NAME => '{CLASSIFICATION}', REF_ENTITY_DOMAIN => 'TAG'",
            lambda rows: [*rows, policy_reference("SCRATCH.PUBLIC.SHOWS_ALL", CLASSIFICATION, "TAG")],
            [("extra", f"policy SCRATCH.PUBLIC.SHOWS_ALL on TAG {CLASSIFICATION}")],
        ),
        (
            "SHOW STAGES LIKE",
            with_value("ORDER_EVENT_FILES", url="s3://elsewhere/"),
            [("different", "stage ACME_DEV_RAW.SALES_LANDING.ORDER_EVENT_FILES: url")],
        ),
        (
            "SHOW STAGES LIKE",
            with_value("ORDER_EVENT_FILES", has_credentials="Y"),
            [("different", "stage ACME_DEV_RAW.SALES_LANDING.ORDER_EVENT_FILES: has_credentials")],
        ),
        (
            'SHOW TAGS IN DATABASE "ACME_DEV_GOVERNANCE"',
            with_row(
                name="MOOD", database_name="ACME_DEV_GOVERNANCE", schema_name="ACCESS", allowed_values='["good","bad"]'
            ),
            [("extra", "tag ACME_DEV_GOVERNANCE.ACCESS.MOOD")],
        ),
        (
            'SHOW TAGS IN DATABASE "ACME_DEV_GOVERNANCE"',
            with_value("ZONE", allowed_values='["consumption","landing","raw","sandbox"]'),
            [
                ("extra", "tag ACME_DEV_GOVERNANCE.ACCESS.ZONE: value sandbox"),
                ("missing", "tag ACME_DEV_GOVERNANCE.ACCESS.ZONE: value curated"),
            ],
        ),
        (
            f"TAG_REFERENCES_ALL_COLUMNS('{ORDERS}', 'TABLE')",
            without("CUSTOMER_EMAIL"),
            [("missing", f"tag {CLASSIFICATION} on {ORDERS}.CUSTOMER_EMAIL")],
        ),
        (
            f"TAG_REFERENCES_ALL_COLUMNS('{ORDERS}', 'TABLE')",
            with_value("CUSTOMER_EMAIL", TAG_VALUE="public"),
            [("different", f"tag {CLASSIFICATION} on {ORDERS}.CUSTOMER_EMAIL: value")],
        ),
        (
            f"TAG_REFERENCES_ALL_COLUMNS('{ORDERS}', 'TABLE')",
            lambda rows: [*rows, tag_reference(CLASSIFICATION, "public", "COLUMN", "COLUMN", "ORDER_ID")],
            [("extra", f"tag {CLASSIFICATION} on {ORDERS}.ORDER_ID")],
        ),
        (
            f"TAG_REFERENCES('{ORDERS}', 'TABLE')",
            lambda rows: [*rows, tag_reference(CLASSIFICATION, "public", "TABLE", "TABLE")],
            [("extra", f"tag {CLASSIFICATION} on {ORDERS}")],
        ),
        (
            "TAG_REFERENCES('ACME_DEV_CURATED', 'DATABASE')",
            lambda rows: [*rows, tag_reference(CLASSIFICATION, "public", "DATABASE", "DATABASE")],
            [("extra", f"tag {CLASSIFICATION} on ACME_DEV_CURATED")],
        ),
        (
            "SHOW GRANTS OF ROLE FR_ACME_DEV_ENGINEER",
            without("SVC_ACME_DEV_TRANSFORMER"),
            [("missing", "FR_ACME_DEV_ENGINEER held by USER SVC_ACME_DEV_TRANSFORMER")],
        ),
        (
            "SHOW GRANTS OF ROLE FR_ACME_DEV_ENGINEER",
            with_row(granted_to="USER", grantee_name="SVC_ACME_DEV_OTHER"),
            [("extra", "FR_ACME_DEV_ENGINEER held by USER SVC_ACME_DEV_OTHER")],
        ),
        (
            "SHOW GRANTS OF ROLE FR_ACME_DEV_ENGINEER",
            with_row(granted_to="ROLE", grantee_name="PUBLIC"),
            [("extra", "FR_ACME_DEV_ENGINEER held by ROLE PUBLIC")],
        ),
        (
            "SHOW GRANTS OF ROLE FR_ACME_DEV_ANALYST",
            without("SYSADMIN"),
            [("missing", "FR_ACME_DEV_ANALYST held by ROLE SYSADMIN")],
        ),
        (
            "SHOW GRANTS OF ROLE AR_ACME_DEV_CURATED_SALES_ORDERS_RW",
            with_row(granted_to="USER", grantee_name="JOAN"),
            [("extra", "AR_ACME_DEV_CURATED_SALES_ORDERS_RW held by USER JOAN")],
        ),
        (
            'SHOW GRANTS ON DATABASE "ACME_DEV_CURATED"',
            with_row(
                privilege="USAGE",
                granted_on="DATABASE",
                name="ACME_DEV_CURATED",
                granted_to="SHARE",
                grantee_name="PARTNER",
            ),
            [("extra", "grant to SHARE PARTNER: USAGE ON DATABASE ACME_DEV_CURATED")],
        ),
        (
            'SHOW GRANTS ON SCHEMA "ACME_DEV_CURATED"."SALES_ORDERS"',
            with_row(
                privilege="USAGE",
                granted_on="SCHEMA",
                name="ACME_DEV_CURATED.SALES_ORDERS",
                granted_to="ROLE",
                grantee_name="PUBLIC",
            ),
            [("extra", "grant to ROLE PUBLIC: USAGE ON SCHEMA ACME_DEV_CURATED.SALES_ORDERS")],
        ),
        (
            'SHOW FUTURE GRANTS IN SCHEMA "ACME_DEV_CURATED"."SALES_ORDERS"',
            with_row(
                privilege="SELECT",
                grant_on="VIEW",
                name="ACME_DEV_CURATED.SALES_ORDERS.<VIEW>",
                grant_to="ROLE",
                grantee_name="PUBLIC",
            ),
            [("extra", "grant to ROLE PUBLIC: SELECT ON FUTURE VIEW ACME_DEV_CURATED.SALES_ORDERS.<VIEW>")],
        ),
        (
            'SHOW GRANTS ON DATABASE "ACME_DEV_CURATED"',
            with_value("OWNERSHIP", grantee_name="JOANS_ROLE"),
            [("extra", "grant to ROLE JOANS_ROLE: OWNERSHIP ON DATABASE ACME_DEV_CURATED")],
        ),
        (
            "DESCRIBE USER SVC_ACME_DEV_TRANSFORMER",
            with_value("RSA_PUBLIC_KEY_FP", value="SHA256:another"),
            [("different", "service user SVC_ACME_DEV_TRANSFORMER: RSA_PUBLIC_KEY_FP")],
        ),
        (
            "DESCRIBE USER SVC_ACME_DEV_TRANSFORMER",
            with_value("RSA_PUBLIC_KEY_2_FP", value="SHA256:another"),
            [("different", "service user SVC_ACME_DEV_TRANSFORMER: RSA_PUBLIC_KEY_2_FP")],
        ),
        (
            "SHOW NETWORK POLICIES",
            with_row(created_on="", name="NP_ACME_DEV_EVERYWHERE"),
            [("extra", "network policy NP_ACME_DEV_EVERYWHERE")],
        ),
        (
            "DESCRIBE NETWORK POLICY",
            with_row(name="ALLOWED_NETWORK_RULE_LIST", value="SCRATCH.PUBLIC.ANYWHERE"),
            [("different", "network policy NP_ACME_DEV_OFFICE: ALLOWED_NETWORK_RULE_LIST")],
        ),
    ],
)
def test_each_governance_drift_is_reported_exactly(
    env: Environment, stacks: list[dict[str, Any]], part: str, change: Any, drift: list[tuple[str, str]]
) -> None:
    assert differences(env, stacks, part, change) == drift
