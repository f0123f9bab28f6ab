"""Tests of `lakekit snowflake verify`: extra objects, and drift of policies, tags and grants, one at a time."""

from __future__ import annotations

from typing import Any

import pytest
from fake_snowflake_account import FakeCursor, account, with_row, with_value, without
from snowflake_drift import CLASSIFICATION, MASK, ORDERS, ROWS, differences, tag_reference

from lakekit.environment import Edition, Environment
from lakekit_cli.snowflake.session import Session
from lakekit_cli.snowflake.verify import verify
from nonempty import nonempty


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
            "SHOW RESOURCE MONITORS LIKE 'RM_ACME_DEV%'",
            with_value("RM_ACME_DEV_QUERY", suspend_immediately_at="900%"),
            [("different", "resource monitor RM_ACME_DEV_QUERY: suspend_immediately_at")],
        ),
    ],
)
def test_each_drift_is_reported_exactly(
    env: Environment, stacks: list[dict[str, Any]], part: str, change: Any, drift: list[tuple[str, str]]
) -> None:
    assert differences(env, stacks, part, change) == drift


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
    assert differences(env, stacks, part, with_row(**row)) == []


def test_standard_edition_skips_governance_queries(env: Environment, stacks: list[dict[str, Any]]) -> None:
    assert env.snowflake
    standard = env.model_copy(update={"snowflake": env.snowflake.model_copy(update={"edition": Edition.STANDARD})})
    cursor = FakeCursor(account(stacks))
    verify(Session(cursor, echo=False), standard, stacks)
    assert not [one for one in nonempty(cursor.asked) if "MASKING" in one or "TAG" in one.replace("STAGE", "")]


def test_missing_table_does_not_stop_verification(env: Environment, stacks: list[dict[str, Any]]) -> None:
    gone = "002003 (02000): SQL compilation error: Table 'X' does not exist or not authorized."
    assert ("missing", f"tag {CLASSIFICATION} on {ORDERS}.CUSTOMER_EMAIL") in differences(
        env, stacks, f"('{ORDERS}', 'TABLE')", lambda _: gone
    )
