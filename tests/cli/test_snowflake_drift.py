"""Tests of `lakekit snowflake verify`: extra objects, and drift of policies, tags and grants, one at a time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fake_snowflake_account import FakeCursor, account, with_row, with_value, without

from lakekit.environment import Edition, Environment, load
from lakekit_cli.snowflake.drift import Drift
from lakekit_cli.snowflake.session import Session
from lakekit_cli.snowflake.verify import verify
from nonempty import nonempty

PROJECT = Path(__file__).parents[2]
ORDERS = "ACME_DEV_CURATED.SALES_ORDERS.ORDERS"
CLASSIFICATION = "ACME_DEV_GOVERNANCE.ACCESS.CLASSIFICATION"
ROWS = "ACME_DEV_CURATED.SALES_ORDERS.ROWS_ORDERS"
MASK = "ACME_DEV_GOVERNANCE.ACCESS.MASK_VARCHAR"


@pytest.fixture(scope="module")
def env() -> Environment:
    return load("dev", PROJECT / "stacks/environments")


@pytest.fixture(scope="module")
def stacks(synthesized: Path) -> list[dict[str, Any]]:
    """The synthesized stacks of dev on Snowflake."""
    return [json.loads(file.read_text()) for file in synthesized.glob("stacks/dev-*snowflake/cdk.tf.json")]


def found(env: Environment, stacks: list[dict[str, Any]], part: str, change: Any) -> list[tuple[str, str]]:
    """Return kind and object of each difference, in an account as declared except for answers that match `part`."""
    answers = account(stacks)
    touched = [pattern for pattern in answers if part in pattern.replace("\\", "")]
    assert touched, f"no statement matches {part}"
    for pattern in touched:
        answers[pattern] = change(answers[pattern])
    drift: list[Drift] = []
    for differences in verify(Session(FakeCursor(answers), echo=False), env, stacks).values():
        drift += differences
    return sorted({(difference.kind, difference.what) for difference in drift})


def policy_reference(policy: str, entity: str, domain: str, **more: Any) -> dict[str, Any]:
    names = ("POLICY_DB", "POLICY_SCHEMA", "POLICY_NAME", "REF_DATABASE_NAME", "REF_SCHEMA_NAME", "REF_ENTITY_NAME")
    row: dict[str, Any] = dict(zip(names, (*policy.split("."), *entity.split(".")), strict=True))
    return {**row, "REF_ENTITY_DOMAIN": domain, "REF_COLUMN_NAME": None, "REF_ARG_COLUMN_NAMES": None, **more}


def tag_reference(tag: str, value: str, level: str, domain: str, column: str | None = None) -> dict[str, Any]:
    row: dict[str, Any] = dict(zip(("TAG_DATABASE", "TAG_SCHEMA", "TAG_NAME"), tag.split("."), strict=True))
    return {**row, "TAG_VALUE": value, "LEVEL": level, "DOMAIN": domain, "COLUMN_NAME": column}


@pytest.mark.parametrize(
    ("part", "change", "drift"),
    [
        (
            "SHOW PARAMETERS IN ACCOUNT",
            with_row(key="ALLOW_CLIENT_MFA_CACHING", value="true", default="false", level="ACCOUNT"),
            [("extra", "account: ALLOW_CLIENT_MFA_CACHING")],
        ),
        (
            "SHOW STORAGE INTEGRATIONS",
            with_row(name="SI_ACME_DEV_EXPORT"),
            [("extra", "storage integration SI_ACME_DEV_EXPORT")],
        ),
        (
            "SHOW EXTERNAL VOLUMES",
            with_row(name="EV_ACME_DEV_SCRATCH"),
            [("extra", "external volume EV_ACME_DEV_SCRATCH")],
        ),
        (
            "SHOW EXTERNAL VOLUMES",
            without("EV_ACME_DEV_CURATED"),
            [("missing", "external volume EV_ACME_DEV_CURATED")],
        ),
        (
            "DESCRIBE EXTERNAL VOLUME EV_ACME_DEV_CURATED",
            with_row(
                parent_property="STORAGE_LOCATIONS",
                property="STORAGE_LOCATION_2",
                property_value='{"STORAGE_BASE_URL": "s3://elsewhere/"}',
            ),
            [("extra", "external volume EV_ACME_DEV_CURATED: location s3://elsewhere/")],
        ),
        (
            "DESCRIBE EXTERNAL VOLUME EV_ACME_DEV_CURATED",
            lambda rows: [
                {**row, "property_value": row["property_value"].replace("role/acme", "role/theirs")} for row in rows
            ],
            [("different", "external volume EV_ACME_DEV_CURATED: STORAGE_AWS_ROLE_ARN")],
        ),
        (
            "SHOW CATALOG INTEGRATIONS",
            with_row(name="CI_ACME_DEV_OTHER"),
            [("extra", "catalog integration CI_ACME_DEV_OTHER")],
        ),
        (
            "SHOW CATALOG INTEGRATIONS",
            lambda _: [],
            [("missing", "catalog integration CI_ACME_DEV_GLUE")],
        ),
        (
            "DESCRIBE CATALOG INTEGRATION",
            with_value("API_AWS_EXTERNAL_ID", property_value="ANOTHER_SFCRole=1"),
            [("different", "catalog integration CI_ACME_DEV_GLUE: API_AWS_EXTERNAL_ID")],
        ),
        (
            "DESCRIBE CATALOG INTEGRATION",
            with_value("ENABLED", property_value="false"),
            [("different", "catalog integration CI_ACME_DEV_GLUE: ENABLED")],
        ),
        (
            "DESCRIBE CATALOG INTEGRATION",
            with_value(
                "REST_AUTHENTICATION",
                property_value="{TYPE=SIGV4, SIGV4_IAM_ROLE=arn:aws:iam::999999999999:role/theirs, "
                "SIGV4_SIGNING_REGION=eu-west-1}",
            ),
            [("different", "catalog integration CI_ACME_DEV_GLUE: SIGV4_IAM_ROLE")],
        ),
        (
            "DESCRIBE CATALOG INTEGRATION",
            with_value(
                "REST_CONFIG",
                property_value="{CATALOG_URI=https://glue.eu-west-1.amazonaws.com/iceberg, CATALOG_NAME=999999999999}",
            ),
            [("different", "catalog integration CI_ACME_DEV_GLUE: CATALOG_NAME")],
        ),
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
            "SHOW FILE FORMATS LIKE",
            with_value("JSON", type="CSV"),
            [("different", "file format ACME_DEV_RAW.SALES_LANDING.JSON: type")],
        ),
        (
            "SHOW PIPES LIKE",
            with_value("ORDER_EVENTS", definition="COPY INTO ELSEWHERE"),
            [("different", "pipe ACME_DEV_RAW.SALES_LANDING.ORDER_EVENTS: definition")],
        ),
        (
            # `_` matches any character in LIKE.
            "SHOW PIPES LIKE",
            lambda rows: [{**row, "name": "ORDERXEVENTS"} for row in rows],
            [("missing", "pipe ACME_DEV_RAW.SALES_LANDING.ORDER_EVENTS")],
        ),
        (
            "SHOW TABLES LIKE",
            lambda _: [],
            [("missing", "table ACME_DEV_RAW.SALES_LANDING.ORDER_EVENTS")],
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
        (
            "SHOW RESOURCE MONITORS LIKE 'RM_ACME_DEV%'",
            with_value("RM_ACME_DEV_QUERY", suspend_immediately_at="900%"),
            [("different", "resource monitor RM_ACME_DEV_QUERY: suspend_immediately_at")],
        ),
    ],
)
def test_each_drift_is_reported_exactly(
    env: Environment, stacks: list[dict[str, Any]], part: str, change: Any, drift: list[tuple[str, str]]
) -> None:
    assert found(env, stacks, part, change) == drift


@pytest.mark.parametrize(
    ("part", "change", "drift"),
    [
        (f"POLICY_NAME => '{ROWS}'", lambda _: [], f"policy {ROWS} on TABLE {ORDERS} (COUNTRY)"),
        (f"POLICY_NAME => '{MASK}'", lambda _: [], f"policy {MASK} on TAG {CLASSIFICATION}"),
    ],
)
def test_removed_policy_is_reported_as_missing(
    env: Environment, stacks: list[dict[str, Any]], part: str, change: Any, drift: str
) -> None:
    """The policy is missing in both answers: by policy and by object."""
    answers = account(stacks)
    policy = part.rpartition(".")[2].removesuffix("'")
    for pattern, rows in answers.items():
        if "POLICY_REFERENCES" in pattern and isinstance(rows, list):
            answers[pattern] = [row for row in rows if policy not in row.values() or row.get("TAG_NAME")]
    results = verify(Session(FakeCursor(answers), echo=False), env, stacks)
    assert ("missing", drift) in {
        (difference.kind, difference.what) for found in results.values() for difference in found
    }


@pytest.mark.parametrize(
    ("part", "row"),
    [
        ("SHOW PARAMETERS IN ACCOUNT", {"key": "WEEK_START", "value": "0", "default": "0", "level": "ACCOUNT"}),
        ("SHOW PARAMETERS IN ACCOUNT", {"key": "QUERY_TAG", "value": "x", "default": "", "level": ""}),
        ("SHOW WAREHOUSES", {"name": "WH_ACME_DEVELOPERS"}),
        ("SHOW WAREHOUSES", {"name": "WH_ACME_DEV_DEPLOYER"}),
        ("SHOW RESOURCE MONITORS LIKE 'RM_ACME_DEV%'", {"name": "RM_ACME_DEV_DEPLOYER"}),
        ("SHOW RESOURCE MONITORS LIKE 'RM_ACME_DEV%'", {"name": "RM_ACME_DEVELOPERS"}),
        ("SHOW STORAGE INTEGRATIONS", {"name": "SI_ACME_DEVELOPERS"}),
        ("SHOW CATALOG INTEGRATIONS", {"name": "CI_ACME_DEVELOPERS"}),
        ("SHOW EXTERNAL VOLUMES", {"name": "EV_ACME_DEVELOPERS"}),
        ("SHOW NETWORK POLICIES", {"created_on": "", "name": "NP_ACME_PROD_OFFICE"}),
        ("SHOW GRANTS OF ROLE FR_ACME_DEV_ANALYST", {"granted_to": "USER", "grantee_name": "JOAN"}),
        (
            f"TAG_REFERENCES_ALL_COLUMNS('{ORDERS}', 'TABLE')",
            tag_reference("FINANCE.PUBLIC.COST_CENTER", "cc", "COLUMN", "COLUMN", "ORDER_ID"),
        ),
    ],
)
def test_objects_of_others_are_ignored(
    env: Environment, stacks: list[dict[str, Any]], part: str, row: dict[str, Any]
) -> None:
    assert found(env, stacks, part, with_row(**row)) == []


def test_standard_edition_skips_governance_queries(env: Environment, stacks: list[dict[str, Any]]) -> None:
    assert env.snowflake
    standard = env.model_copy(update={"snowflake": env.snowflake.model_copy(update={"edition": Edition.STANDARD})})
    cursor = FakeCursor(account(stacks))
    verify(Session(cursor, echo=False), standard, stacks)
    assert not [one for one in nonempty(cursor.asked) if "MASKING" in one or "TAG" in one.replace("STAGE", "")]


def test_missing_table_does_not_stop_verification(env: Environment, stacks: list[dict[str, Any]]) -> None:
    gone = "002003 (02000): SQL compilation error: Table 'X' does not exist or not authorized."
    assert ("missing", f"tag {CLASSIFICATION} on {ORDERS}.CUSTOMER_EMAIL") in found(
        env, stacks, f"('{ORDERS}', 'TABLE')", lambda _: gone
    )
