"""Tests of the `lakekit snowflake` commands on a fake account."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from fake_snowflake_account import FakeCursor, account

from lakekit_cli.commands.snowflake import snowflake
from lakekit_cli.snowflake.session import Session

PROJECT = Path(__file__).parents[2]
DONE = [{"status": "Statement executed successfully."}]
CURRENT_WAREHOUSE = {r"SELECT CURRENT_WAREHOUSE\(\) AS WAREHOUSE": [{"WAREHOUSE": "WH_ACME_DEV_DEPLOYER"}]}


def run(cursor: FakeCursor, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[Result, list[str]]:
    """Run a command; return its result and the roles of its sessions."""
    roles: list[str] = []

    @contextmanager
    def open_session(environment: Any, connection: Any, *, role: str, echo: bool) -> Iterator[Session]:
        roles.append(role)
        yield Session(cursor, echo=echo)

    monkeypatch.setattr("lakekit_cli.snowflake.session.open_session", open_session)
    monkeypatch.setattr("lakekit_cli.snowflake.connection.resolve_connection", lambda *_: "lakekit-dev")
    monkeypatch.chdir(PROJECT)
    monkeypatch.setenv("COLUMNS", "300")
    return CliRunner().invoke(snowflake, list(arguments), standalone_mode=False), roles


def recorded(synthesized: Path) -> dict[str, Any]:
    stacks = [json.loads(file.read_text()) for file in synthesized.glob("stacks/dev-*snowflake/cdk.tf.json")]
    return {"USE SECONDARY ROLES ALL": DONE, **CURRENT_WAREHOUSE, **account(stacks)}


def test_verify_exits_with_0_without_drift(synthesized: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cursor = FakeCursor(recorded(synthesized))
    done, roles = run(cursor, monkeypatch, "verify", "dev", "--synthesized", str(synthesized))
    assert (done.return_value, done.exception, roles) == (0, None, ["SECURITYADMIN"])
    assert cursor.asked[0] == "USE SECONDARY ROLES ALL"
    assert "as declared      tags on objects" in done.stdout
    assert "difference" not in done.stdout


def test_verify_lists_drift_and_exits_with_1(synthesized: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = recorded(synthesized)
    answers["SHOW DATABASES LIKE .*"] = [
        *answers["SHOW DATABASES LIKE .*"],
        {"created_on": "", "name": "ACME_DEV_SCRATCH", "retention_time": "1"},
    ]
    done, _ = run(FakeCursor(answers), monkeypatch, "verify", "dev", "--synthesized", str(synthesized))
    assert done.return_value == 1
    assert "1 difference     databases and schemas" in done.stdout
    assert "ACME_DEV_SCRATCH" in done.stdout


def test_bootstrap_prints_statements_before_execution(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Statements are printed up to the failing one and none after it."""
    failing = "GRANT ROLE USERADMIN TO USER SVC_ACME_DEV_DEPLOYER"
    answers: dict[str, Any] = {
        "SHOW USERS LIKE 'SVC_ACME_DEV_DEPLOYER'": [],
        failing: "003001 (42501): Insufficient privileges",
        ".*": DONE,
    }
    cursor = FakeCursor(answers)
    done, roles = run(cursor, monkeypatch, "bootstrap", "dev", "--key", str(tmp_path / "key.p8"))
    assert roles == ["ACCOUNTADMIN"]
    assert "Insufficient privileges" in str(done.exception)
    assert cursor.asked[-1] == failing
    printed = [line.removeprefix("> ") for line in done.stderr.splitlines() if line.startswith("> ")]
    assert printed[-1] == failing
    assert len(printed) == len(cursor.asked)
    answers.pop(failing)
    again = FakeCursor(answers)
    done, _ = run(again, monkeypatch, "bootstrap", "dev", "--key", str(tmp_path / "key.p8"))
    assert (done.return_value, done.exception) == (0, None)
    assert "GRANT IMPORTED PRIVILEGES ON DATABASE SNOWFLAKE TO ROLE SYSADMIN" in again.asked
    assert "[lakekit-dev]" in done.stderr


def test_usage_is_shown_in_credits_and_usd(monkeypatch: pytest.MonkeyPatch) -> None:
    answers: dict[str, Any] = {
        "USE SECONDARY ROLES ALL": DONE,
        **CURRENT_WAREHOUSE,
        ".*WAREHOUSE_METERING_HISTORY.*": [{"WAREHOUSE_NAME": "WH_ACME_DEV_QUERY", "CREDITS": "2"}],
        ".*QUERY_ATTRIBUTION_HISTORY.*": [
            {"QUERY_TAG": '{"product": "orders"}', "WAREHOUSE_NAME": "WH_ACME_DEV_QUERY", "CREDITS": "1"}
        ],
    }
    done, _ = run(FakeCursor(answers), monkeypatch, "usage", "dev", "--format", "json", "--days", "7")
    assert json.loads(done.stdout) == {
        "days": 7,
        "usd_per_credit": 3.9,
        "warehouse": [{"name": "WH_ACME_DEV_QUERY", "credits": 2.0}],
        "product": [{"name": "product orders", "credits": 1.0}],
    }
    shown, _ = run(FakeCursor(answers), monkeypatch, "usage", "dev")
    assert "7.80" in shown.stdout


def test_usage_without_a_warehouse_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    answers: dict[str, Any] = {
        "USE SECONDARY ROLES ALL": DONE,
        r"SELECT CURRENT_WAREHOUSE\(\) AS WAREHOUSE": [{"WAREHOUSE": None}],
        "SHOW WAREHOUSES LIKE .*": [],
    }
    done, _ = run(FakeCursor(answers), monkeypatch, "usage", "dev")
    assert "the account has no warehouse of dev" in str(done.exception)
