"""Helpers of the drift tests: compare a changed account with the stacks, and rows of references."""

from __future__ import annotations

from typing import Any

from fake_snowflake_account import FakeCursor, account

from lakekit.environment import Environment
from lakekit_cli.snowflake.drift import Drift
from lakekit_cli.snowflake.session import Session
from lakekit_cli.snowflake.verify import verify

ORDERS = "ACME_DEV_CURATED.SALES_ORDERS.ORDERS"
CLASSIFICATION = "ACME_DEV_GOVERNANCE.ACCESS.CLASSIFICATION"
ROWS = "ACME_DEV_CURATED.SALES_ORDERS.ROWS_ORDERS"
MASK = "ACME_DEV_GOVERNANCE.ACCESS.MASK_VARCHAR"


def differences(env: Environment, stacks: list[dict[str, Any]], part: str, change: Any) -> list[tuple[str, str]]:
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
    """Return a row of POLICY_REFERENCES."""
    names = ("POLICY_DB", "POLICY_SCHEMA", "POLICY_NAME", "REF_DATABASE_NAME", "REF_SCHEMA_NAME", "REF_ENTITY_NAME")
    row: dict[str, Any] = dict(zip(names, (*policy.split("."), *entity.split(".")), strict=True))
    return {**row, "REF_ENTITY_DOMAIN": domain, "REF_COLUMN_NAME": None, "REF_ARG_COLUMN_NAMES": None, **more}


def tag_reference(tag: str, value: str, level: str, domain: str, column: str | None = None) -> dict[str, Any]:
    """Return a row of TAG_REFERENCES."""
    row: dict[str, Any] = dict(zip(("TAG_DATABASE", "TAG_SCHEMA", "TAG_NAME"), tag.split("."), strict=True))
    return {**row, "TAG_VALUE": value, "LEVEL": level, "DOMAIN": domain, "COLUMN_NAME": column}
