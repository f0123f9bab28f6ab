"""Tests of Snowflake connections: connections.toml, keys, accounts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from fake_snowflake_account import FakeCursor

from lakekit.environment import Environment
from lakekit.errors import LakekitError
from lakekit_cli.snowflake import keys
from lakekit_cli.snowflake.connection import check_key_files, reject_password, snowflake_settings
from lakekit_cli.snowflake.session import Session, check_account

PROJECT = Path(__file__).parents[2]


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
        command("dev", None, "terminal", None, False)


def test_dry_run_prints_and_creates_nothing(tmp_path: Path) -> None:
    done = run("snowflake", "bootstrap", "dev", "--dry-run", "--key", str(tmp_path / "key.p8"), home=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith("USE ROLE USERADMIN;\nCREATE USER IF NOT EXISTS SVC_ACME_DEV_DEPLOYER")
    assert list(tmp_path.iterdir()) == []
