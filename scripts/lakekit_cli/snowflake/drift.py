"""Differences between a Snowflake account and the stacks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lakekit_cli.snowflake.session import Session


@dataclass(frozen=True, slots=True)
class Drift:
    """One difference.

    Attributes:
        kind: `missing` (declared, not in the account), `extra` (in the account, not declared) or `different`.
        what: Object or grant.
        declared: Value in the stacks.
        found: Value in the account.
    """

    kind: str
    what: str
    declared: str = ""
    found: str = ""


def compare(what: str, declared: set[str], found: set[str]) -> list[Drift]:
    """Compare two sets of names in both directions."""
    return [
        *(Drift("missing", f"{what} {name}", declared=name) for name in sorted(declared - found)),
        *(Drift("extra", f"{what} {name}", found=name) for name in sorted(found - declared)),
    ]


def compare_properties(what: str, declared: dict[str, str], found: dict[str, str]) -> list[Drift]:
    """Compare the declared properties; one that the account does not show counts as empty."""
    return [
        Drift("different", f"{what}: {name}", declared=value, found=found.get(name, ""))
        for name, value in sorted(declared.items())
        if found.get(name, "").upper() != value.upper()
    ]


def objects_with_prefix(session: Session, kind: str, prefix: str) -> dict[str, dict[str, Any]]:
    """Return the rows of SHOW for objects of the environment, by name.

    Objects of other environments or users have other prefixes. `_` matches any character in LIKE, so the names are
    compared again.

    Args:
        session: Session on the account.
        kind: Plural object type as in SHOW, such as `WAREHOUSES`.
        prefix: Prefix of the environment's names of that type, without the trailing `_`.
    """
    rows = session.rows(f"SHOW {kind} LIKE '{prefix}%'")
    return {str(row["name"]): row for row in rows if str(row["name"]).startswith(f"{prefix}_")}
