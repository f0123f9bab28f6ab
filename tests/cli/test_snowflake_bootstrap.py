"""Tests of `lakekit snowflake bootstrap`: statements, service user, key files."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

import pytest
from fake_snowflake_account import FakeCursor

from lakekit.environment import Environment
from lakekit.errors import LakekitError
from lakekit_cli.snowflake import bootstrap, keys
from lakekit_cli.snowflake.session import Session

NEW, OLD = (base64.b64encode(text * 100).decode() for text in (b"new", b"old"))


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
