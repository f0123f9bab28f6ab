"""Tests of Snowflake sessions: statements, roles, warehouses, usage."""

from __future__ import annotations

import pytest
from fake_snowflake_account import FakeCursor, ProgrammingError

from lakekit.environment import Environment
from lakekit_cli.snowflake import session_setup, usage
from lakekit_cli.snowflake.session import Session, StatementError


def test_rejected_statement_is_in_the_error() -> None:
    session = Session(FakeCursor({"SHOW X": "Insufficient privileges"}), echo=False)
    with pytest.raises(StatementError, match="SHOW X: Insufficient privileges"):
        session.rows("SHOW X")


def test_internal_error_is_not_reported_as_snowflake_error() -> None:
    class Broken(FakeCursor):
        def execute(self, command: str) -> None:
            raise KeyError(command)

    with pytest.raises(KeyError):
        Session(Broken({}), echo=False).rows("SHOW X")


def test_statements_are_printed_before_they_run(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(StatementError):
        Session(FakeCursor({}), echo=True).rows("DROP EVERYTHING")
    assert capsys.readouterr().err == "> DROP EVERYTHING\n"


def test_session_uses_secondary_roles() -> None:
    cursor = FakeCursor({"USE SECONDARY ROLES ALL": [{"status": "Statement executed successfully."}]})
    session_setup.use_secondary_roles(Session(cursor, echo=False))
    assert cursor.asked == ["USE SECONDARY ROLES ALL"]


@pytest.mark.parametrize(
    ("own", "live", "used"),
    [
        ("WH_MINE", [], None),
        (None, ["WH_ACME_DEV_QUERY", "WH_ACME_DEV_LOAD", "WH_ACME_DEVELOPERS"], "WH_ACME_DEV_LOAD"),
        (None, ["WH_ACME_DEV_QUERY"], "WH_ACME_DEV_QUERY"),
        (None, ["WH_ACME_DEV_LOAD", "WH_ACME_DEV_DEPLOYER"], "WH_ACME_DEV_DEPLOYER"),
        (None, [], None),
    ],
)
def test_default_warehouse_is_selected(env: Environment, own: str | None, live: list[str], used: str | None) -> None:
    cursor = FakeCursor(
        {
            r"SELECT CURRENT_WAREHOUSE\(\) AS WAREHOUSE": [{"WAREHOUSE": own}],
            "SHOW WAREHOUSES LIKE 'WH_ACME_DEV%'": [{"name": name} for name in live],
            r"USE WAREHOUSE \w+": [{"status": "Statement executed successfully."}],
        }
    )
    assert session_setup.use_warehouse(Session(cursor, echo=False), env) == (own or used)
    assert [statement for statement in cursor.asked if statement.startswith("USE")] == (
        [f"USE WAREHOUSE {used}"] if used else []
    )


def test_usage_is_grouped_by_warehouse_and_query_tag(env: Environment) -> None:
    cursor = FakeCursor(
        {
            r".*WAREHOUSE_METERING_HISTORY.*": [
                {"WAREHOUSE_NAME": "WH_ACME_DEV_QUERY", "CREDITS": "12.5"},
                {"WAREHOUSE_NAME": "WH_ACME_DEV_LOAD", "CREDITS": "3"},
            ],
            r".*QUERY_ATTRIBUTION_HISTORY.*": [
                {"QUERY_TAG": tag, "WAREHOUSE_NAME": f"WH_ACME_DEV_{warehouse}", "CREDITS": credits}
                for tag, warehouse, credits in (
                    ('{"product": "orders", "stack": "x"}', "QUERY", "4"),
                    ('{"product": "orders"}', "TRANSFORM", "1"),
                    ('{"service": "loader"}', "LOAD", "2"),
                    ("", "QUERY", "0.5"),
                    ("dbt run", "QUERY", "0.25"),
                    ('{"stack": "sales-snowflake"}', "DEPLOYER", "0.125"),
                    # Queries on a product's own warehouse.
                    ("", "SALES_RETURNS", "6"),
                    ('{"service": "dashboard"}', "SALES_RETURNS", "1"),
                )
            ],
        }
    )
    session = Session(cursor, echo=False)
    assert usage.by_warehouse(session, env, 30) == [
        {"name": "WH_ACME_DEV_QUERY", "credits": 12.5},
        {"name": "WH_ACME_DEV_LOAD", "credits": 3.0},
    ]
    assert usage.by_product(session, env, 30) == [
        {"name": "product sales_returns", "credits": 7.0},
        {"name": "product orders", "credits": 5.0},
        {"name": "service loader", "credits": 2.0},
        {"name": "untagged", "credits": 0.75},
        {"name": "stack sales-snowflake", "credits": 0.125},
    ]
    assert usage.price_per_credit(env) == 3.90
    assert "DATEADD('day', -30" in cursor.asked[0]


def test_fake_error_is_a_connector_error() -> None:
    from snowflake.connector import errors

    assert ProgrammingError.__module__ == errors.ProgrammingError.__module__
