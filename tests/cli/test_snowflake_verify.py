"""Tests of `lakekit snowflake` against a fake account."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fake_snowflake_account import FakeCursor, ProgrammingError, account, with_row, with_value, without

from lakekit.environment import Environment, load
from lakekit.errors import LakekitError
from lakekit_cli.snowflake import bootstrap, keys, session_setup, usage
from lakekit_cli.snowflake.connection import check_key_files, reject_password, snowflake_settings
from lakekit_cli.snowflake.drift import Drift
from lakekit_cli.snowflake.session import Session, StatementError, check_account
from lakekit_cli.snowflake.verify import verify

PROJECT = Path(__file__).parents[2]
NEW, OLD = (base64.b64encode(text * 100).decode() for text in (b"new", b"old"))


@pytest.fixture(scope="module")
def env() -> Environment:
    return load("dev", PROJECT / "stacks/environments")


@pytest.fixture(scope="module")
def stacks(synthesized: Path) -> list[dict[str, Any]]:
    """The synthesized stacks of dev on Snowflake."""
    return [json.loads(file.read_text()) for file in synthesized.glob("stacks/dev-*snowflake/cdk.tf.json")]


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


def test_other_account_is_rejected(env: Environment) -> None:
    session = Session(FakeCursor({r"SELECT CURRENT.*": [{"ACCOUNT": "ACMEORG-LAKE_PROD"}]}), echo=False)
    with pytest.raises(LakekitError, match="is for account ACMEORG-LAKE_PROD, but"):
        check_account(session, snowflake_settings(env), "lakekit-dev")


@pytest.mark.parametrize(
    "connection",
    [
        {"password": "x", "authenticator": "SNOWFLAKE_JWT"},
        {},
        {"authenticator": "snowflake"},
        {"authenticator": "username_password_mfa"},
    ],
)
def test_password_is_rejected(connection: dict[str, str]) -> None:
    with pytest.raises(LakekitError, match="logs in with"):
        reject_password("lakekit-dev", connection)


@pytest.mark.parametrize("authenticator", ["SNOWFLAKE_JWT", "oauth", "externalbrowser"])
def test_keys_and_oauth_are_accepted_without_a_password(authenticator: str) -> None:
    reject_password("lakekit-dev", {"authenticator": authenticator})
    with pytest.raises(LakekitError, match="logs in with"):
        reject_password("lakekit-dev", {"authenticator": authenticator, "password": "x"})


def test_bootstrap_creates_the_user_and_its_grants(env: Environment) -> None:
    made = bootstrap.statements(env, NEW, None)
    assert made[1].startswith("CREATE USER IF NOT EXISTS SVC_ACME_DEV_DEPLOYER TYPE = SERVICE")
    assert f"RSA_PUBLIC_KEY = '{NEW}'" in made[1]
    assert "PASSWORD" not in " ".join(made)
    assert "GRANT CREATE EXTERNAL VOLUME ON ACCOUNT TO ROLE SYSADMIN" in made
    assert "GRANT ROLE ACCOUNTADMIN TO USER SVC_ACME_DEV_DEPLOYER" in made


def test_bootstrap_creates_a_warehouse_with_a_monitor(env: Environment) -> None:
    """Also for an existing user; no stack has created a warehouse yet."""
    for existing in (None, {"RSA_PUBLIC_KEY_FP": keys.fingerprint(NEW)}):
        made = bootstrap.statements(env, NEW, existing)
        at = [statement.partition(" WITH ")[0].partition(" WAREHOUSE_SIZE")[0] for statement in made]
        monitor, warehouse, usage_, default = (
            at.index("CREATE RESOURCE MONITOR IF NOT EXISTS RM_ACME_DEV_DEPLOYER"),
            at.index("CREATE WAREHOUSE IF NOT EXISTS WH_ACME_DEV_DEPLOYER"),
            at.index("GRANT USAGE ON WAREHOUSE WH_ACME_DEV_DEPLOYER TO ROLE SYSADMIN"),
            at.index("ALTER USER SVC_ACME_DEV_DEPLOYER SET DEFAULT_WAREHOUSE = WH_ACME_DEV_DEPLOYER"),
        )
        assert at.index("USE ROLE ACCOUNTADMIN") < monitor < warehouse < usage_ < default
        assert "RESOURCE_MONITOR = RM_ACME_DEV_DEPLOYER" in made[warehouse]
        assert "ON 100 PERCENT DO SUSPEND " in made[monitor]


def test_user_is_granted_every_administrative_role_of_the_stacks(
    env: Environment, stacks: list[dict[str, Any]]
) -> None:
    """Also if another environment owns the account: only ACCOUNTADMIN manages monitors of warehouses."""
    assert env.snowflake
    shared = env.model_copy(update={"snowflake": env.snowflake.model_copy(update={"owns_account": False})})
    wanted = {provider["role"] for stack in stacks for provider in stack["provider"]["snowflake"]}
    assert "ACCOUNTADMIN" in wanted
    for environment in (env, shared):
        made = bootstrap.statements(environment, NEW, None)
        assert {f"GRANT ROLE {role} TO USER SVC_ACME_DEV_DEPLOYER" for role in wanted} <= set(made)


@pytest.mark.parametrize(
    ("existing", "slot"),
    [
        ({}, "RSA_PUBLIC_KEY"),
        ({"RSA_PUBLIC_KEY_FP": "SHA256:other"}, "RSA_PUBLIC_KEY_2"),
        ({"RSA_PUBLIC_KEY_FP": keys.fingerprint(NEW)}, None),
    ],
)
def test_new_key_uses_the_free_slot(env: Environment, existing: dict[str, str], slot: str | None) -> None:
    altered = [text for text in bootstrap.statements(env, NEW, existing) if "PUBLIC_KEY" in text]
    assert altered == ([f"ALTER USER SVC_ACME_DEV_DEPLOYER SET {slot} = '{NEW}'"] if slot else [])


def test_key_fingerprints_are_read_from_the_account() -> None:
    described = [
        {"property": "NAME", "value": "U"},
        {"property": "RSA_PUBLIC_KEY_FP", "value": "SHA256:abc"},
        {"property": "RSA_PUBLIC_KEY_2_FP", "value": "null"},
    ]
    there = FakeCursor({"SHOW USERS LIKE 'U'": [{"name": "U"}], "DESCRIBE USER U": described})
    assert bootstrap.key_fingerprints(Session(there, echo=False), "U") == {"RSA_PUBLIC_KEY_FP": "SHA256:abc"}
    assert bootstrap.key_fingerprints(Session(FakeCursor({"SHOW USERS LIKE 'U'": []}), echo=False), "U") is None


@pytest.mark.parametrize("passphrase", [None, "open sesame"])
def test_generated_key_is_readable_by_owner_only(tmp_path: Path, passphrase: str | None) -> None:
    file = tmp_path / "key.p8"
    made = keys.generate(file, passphrase)
    assert file.stat().st_mode & 0o777 == 0o600
    assert keys.public_key(file, passphrase) == made
    digest = base64.b64encode(hashlib.sha256(base64.b64decode(made)).digest()).decode()
    assert keys.fingerprint(made) == f"SHA256:{digest}"
    with pytest.raises(FileExistsError):
        keys.generate(file, passphrase)


def test_unusable_keys_are_rejected(tmp_path: Path) -> None:
    file = tmp_path / "key.p8"
    keys.generate(file, "right")
    with pytest.raises(LakekitError, match="cannot be read as a private key"):
        keys.public_key(file, "wrong")
    file.chmod(0o644)
    with pytest.raises(LakekitError, match="the private key is readable by others"):
        keys.public_key(file, "right")


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


def run(*arguments: str, home: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).parent / "lakekit"), *arguments],
        cwd=PROJECT,
        env={**os.environ, "HOME": str(home), "SNOWFLAKE_HOME": str(home), "COLUMNS": "160", **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_missing_connection_prints_an_example_section(tmp_path: Path) -> None:
    done = run("snowflake", "usage", "dev", home=tmp_path)
    assert done.returncode == 1
    assert "unknown connection 'lakekit-dev'; known connections: none" in done.stderr
    assert 'account = "ACMEORG-LAKE_DEV"' in done.stderr
    assert 'user = "SVC_ACME_DEV_DEPLOYER"' in done.stderr


def test_connection_with_password_is_rejected_before_connecting(tmp_path: Path) -> None:
    file = tmp_path / "connections.toml"
    file.write_text('[lakekit-dev]\naccount = "ACMEORG-LAKE_DEV"\nuser = "x"\npassword = "y"\n')
    file.chmod(0o600)
    done = run("snowflake", "usage", "dev", home=tmp_path)
    assert done.returncode == 1
    assert "logs in with a password" in done.stderr


@pytest.mark.parametrize("text", ['[lakekit-dev\naccount = "x"\n', 'lakekit-dev = "x"\n', b"\xff\xfe\x00"])
def test_invalid_connections_file_is_reported(tmp_path: Path, text: str | bytes) -> None:
    file = tmp_path / "connections.toml"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    file.chmod(0o600)
    done = run("snowflake", "usage", "dev", home=tmp_path)
    assert done.returncode == 1
    assert str(file) in done.stderr.replace("\n", "")
    assert "cannot be read" in done.stderr
    assert "Traceback" not in done.stderr


def connection_with(home: Path, *lines: str) -> None:
    """Write connections.toml with a section lakekit-dev that uses a key pair."""
    file = home / "connections.toml"
    own = ("[lakekit-dev]", 'account = "ACMEORG-LAKE_DEV"', 'user = "x"', 'authenticator = "SNOWFLAKE_JWT"')
    file.write_text("\n".join((*own, *lines)))
    file.chmod(0o600)


@pytest.mark.parametrize("command", ["usage", "verify"])
def test_missing_key_file_is_reported(tmp_path: Path, command: str) -> None:
    connection_with(tmp_path, f'private_key_file = "{tmp_path}/none.p8"')
    done = run("snowflake", command, "dev", home=tmp_path)
    assert done.returncode == 1
    assert "private_key_file of connection 'lakekit-dev' cannot be read: No such file" in done.stderr
    assert "Traceback" not in done.stderr


def test_invalid_key_and_wrong_passphrase_are_reported_before_connecting(tmp_path: Path) -> None:
    file = tmp_path / "key.p8"
    file.write_text("no key")
    connection_with(tmp_path, f'private_key_file = "{file}"')
    done = run("snowflake", "usage", "dev", home=tmp_path)
    assert (done.returncode, "cannot be read as a private key" in done.stderr) == (1, True)
    file.unlink()
    keys.generate(file, "right")
    connection_with(tmp_path, f'private_key_file = "{file}"', 'private_key_file_pwd = "wrong"')
    done = run("snowflake", "usage", "dev", home=tmp_path)
    assert (done.returncode, "set its passphrase in private_key_file_pwd" in done.stderr) == (1, True)
    check_key_files("lakekit-dev", {"private_key_file": str(file), "private_key_file_pwd": "right"})


def test_verify_checks_the_connection_before_synthesis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without credentials the app is not run."""
    from lakekit_cli.commands import access, snowflake

    def never(environment: Environment) -> None:
        raise AssertionError("synthesized")

    monkeypatch.setattr(access, "synthesized_stacks", never)
    monkeypatch.setattr("lakekit_cli.snowflake.connection._connections", dict)
    monkeypatch.chdir(PROJECT)
    command = snowflake.verify.callback
    assert command
    with pytest.raises(LakekitError, match="unknown connection 'lakekit-dev'"):
        command("dev", None, None, False)


def test_dry_run_prints_and_creates_nothing(tmp_path: Path) -> None:
    done = run("snowflake", "bootstrap", "dev", "--dry-run", "--key", str(tmp_path / "key.p8"), home=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith("USE ROLE USERADMIN;\nCREATE USER IF NOT EXISTS SVC_ACME_DEV_DEPLOYER")
    assert list(tmp_path.iterdir()) == []


def test_fake_error_is_a_connector_error() -> None:
    from snowflake.connector import errors

    assert ProgrammingError.__module__ == errors.ProgrammingError.__module__
