"""Tests of `lakekit snowflake` against a fake account."""

from __future__ import annotations

from typing import Any

import pytest
from fake_snowflake_account import FakeCursor, account, with_row, with_value, without

from lakekit.environment import Environment
from lakekit_cli.snowflake.drift import Drift
from lakekit_cli.snowflake.session import Session
from lakekit_cli.snowflake.verify import verify


def drift(env: Environment, stacks: list[dict[str, Any]], **changes: Any) -> tuple[list[Drift], FakeCursor]:
    """Return the result of verify on an account as declared, except for the given answers (by part of the pattern)."""
    answers = account(stacks)
    for part, change in changes.pop("answers", {}).items():
        # The whole pattern, or a part that occurs in one pattern only.
        (pattern,) = [part] if part in answers else [pattern for pattern in answers if part in pattern]
        answers[pattern] = change(answers[pattern]) if callable(change) else change
    cursor = FakeCursor(answers)
    results = verify(Session(cursor, echo=False), env, stacks)
    return [difference for found in results.values() for difference in found], cursor


def test_matching_account_has_no_drift(env: Environment, stacks: list[dict[str, Any]]) -> None:
    found, cursor = drift(env, stacks)
    assert found == []
    assert len(cursor.asked) >= 50


def test_verify_is_read_only(env: Environment, stacks: list[dict[str, Any]]) -> None:
    _, cursor = drift(env, stacks)
    assert {statement.split()[0] for statement in cursor.asked} == {"SHOW", "DESCRIBE", "SELECT"}


@pytest.mark.parametrize(
    ("answer", "kind", "what"),
    [
        (
            ("SHOW PARAMETERS IN ACCOUNT", with_value("PREVENT_UNLOAD_TO_INLINE_URL", value="false")),
            "different",
            "account: PREVENT_UNLOAD_TO_INLINE_URL",
        ),
        (("SHOW DATABASES", without("ACME_DEV_CURATED")), "missing", "database ACME_DEV_CURATED"),
        (
            ("SHOW DATABASES", with_row(created_on="", name="ACME_DEV_SCRATCH", retention_time="1")),
            "extra",
            "database ACME_DEV_SCRATCH",
        ),
        (
            ("SHOW DATABASES", with_value("ACME_DEV_CURATED", retention_time="0")),
            "different",
            "database ACME_DEV_CURATED: retention_time",
        ),
        (
            ('SHOW SCHEMAS IN DATABASE "ACME_DEV_CURATED"', with_value("SALES_ORDERS", options="")),
            "different",
            "schema ACME_DEV_CURATED.SALES_ORDERS: access",
        ),
        (("SHOW ROLES LIKE 'FR_", without("FR_ACME_DEV_ANALYST")), "missing", "role FR_ACME_DEV_ANALYST"),
        (("SHOW ROLES LIKE 'FR_", with_row(created_on="", name="FR_ACME_DEV_BOSS")), "extra", "role FR_ACME_DEV_BOSS"),
        (
            (
                "SHOW GRANTS TO ROLE FR_ACME_DEV_ANALYST",
                with_row(privilege="USAGE", granted_on="ROLE", name="AR_ACME_DEV_CURATED_SALES_ORDERS_RW"),
            ),
            "extra",
            "grant to FR_ACME_DEV_ANALYST: USAGE ON ROLE AR_ACME_DEV_CURATED_SALES_ORDERS_RW",
        ),
        (
            ("SHOW GRANTS TO ROLE FR_ACME_DEV_ANALYST", without("AR_ACME_DEV_CURATED_SALES_ORDERS_R")),
            "missing",
            "grant to FR_ACME_DEV_ANALYST: USAGE ON ROLE AR_ACME_DEV_CURATED_SALES_ORDERS_R",
        ),
        (
            ("SHOW FUTURE GRANTS TO ROLE AR_ACME_DEV_CURATED_SALES_ORDERS_R", without("VIEW")),
            "missing",
            "grant to AR_ACME_DEV_CURATED_SALES_ORDERS_R: SELECT ON FUTURE VIEW IN ACME_DEV_CURATED.SALES_ORDERS",
        ),
        (
            ("SHOW USERS LIKE 'SVC_ACME_DEV%'", without("SVC_ACME_DEV_TRANSFORMER")),
            "missing",
            "service user SVC_ACME_DEV_TRANSFORMER",
        ),
        (
            ("SHOW USERS LIKE 'SVC_ACME_DEV%'", with_row(name="SVC_ACME_DEV_OTHER", type="SERVICE")),
            "extra",
            "service user SVC_ACME_DEV_OTHER",
        ),
        (
            ("SHOW PARAMETERS LIKE 'NETWORK_POLICY'", with_value("NETWORK_POLICY", value="")),
            "different",
            "service user SVC_ACME_DEV_TRANSFORMER: network_policy",
        ),
        (("SHOW NETWORK POLICIES", lambda _: []), "missing", "network policy NP_ACME_DEV_OFFICE"),
        (
            ("DESCRIBE NETWORK POLICY", with_value("ALLOWED_IP_LIST", value="203.0.113.0/24,0.0.0.0/0")),
            "different",
            "network policy NP_ACME_DEV_OFFICE: ALLOWED_IP_LIST",
        ),
        (
            ("SHOW WAREHOUSES", with_value("WH_ACME_DEV_QUERY", auto_suspend=3600)),
            "different",
            "warehouse WH_ACME_DEV_QUERY: auto_suspend",
        ),
        (
            ("SHOW WAREHOUSES", with_value("WH_ACME_DEV_QUERY", resource_monitor="null")),
            "different",
            "warehouse WH_ACME_DEV_QUERY: resource_monitor",
        ),
        (
            ("SHOW RESOURCE MONITORS LIKE 'RM_ACME_DEV%'", with_value("RM_ACME_DEV_QUERY", credit_quota="9000.00")),
            "different",
            "resource monitor RM_ACME_DEV_QUERY: credit_quota",
        ),
        (
            ("SHOW RESOURCE MONITORS LIKE 'RM_ACME_DEV%'", with_value("RM_ACME_DEV_ACCOUNT", level="null")),
            "different",
            "resource monitor RM_ACME_DEV_ACCOUNT: level",
        ),
        (
            ("DESCRIBE STORAGE INTEGRATION", with_value("STORAGE_AWS_EXTERNAL_ID", property_value="another")),
            "different",
            "storage integration SI_ACME_DEV_ORDER_FILES: STORAGE_AWS_EXTERNAL_ID",
        ),
        (("SHOW STORAGE INTEGRATIONS", []), "missing", "storage integration SI_ACME_DEV_ORDER_FILES"),
        (
            ("DESCRIBE EXTERNAL VOLUME EV_ACME_DEV_CURATED", with_value("ALLOW_WRITES", property_value="true")),
            "different",
            "external volume EV_ACME_DEV_CURATED: ALLOW_WRITES",
        ),
        (("SHOW\\ ICEBERG", []), "missing", "CREATE ICEBERG TABLE IF NOT EXISTS"),
        (("DESCRIBE\\ CATALOG", "Integration 'X' does not exist or not authorized"), "missing", "CREATE CATALOG"),
    ],
)
def test_each_drift_is_reported(
    env: Environment, stacks: list[dict[str, Any]], answer: tuple[str, Any], kind: str, what: str
) -> None:
    part, change = answer
    found, _ = drift(env, stacks, answers={part: change})
    assert any(difference.kind == kind and what in difference.what for difference in found), found
