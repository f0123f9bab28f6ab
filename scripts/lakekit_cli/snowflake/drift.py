"""What the account has beside what the stacks declare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lakekit_cli.snowflake.session import Session


@dataclass(frozen=True, slots=True)
class Drift:
    """One thing that is not as declared.

    Attributes:
        kind: `missing` (declared, not there), `extra` (there, not declared) or `different`.
        what: the object or grant.
        declared: what the stacks say.
        found: what the account says.
    """

    kind: str
    what: str
    declared: str = ""
    found: str = ""


def compare(what: str, declared: set[str], found: set[str]) -> list[Drift]:
    """Both directions of two sets of names."""
    return [
        *(Drift("missing", f"{what} {name}", declared=name) for name in sorted(declared - found)),
        *(Drift("extra", f"{what} {name}", found=name) for name in sorted(found - declared)),
    ]


def compare_properties(what: str, wanted: dict[str, str], found: dict[str, str]) -> list[Drift]:
    """Properties that are not what was declared; a property that the account does not show counts as empty."""
    return [
        Drift("different", f"{what}: {name}", declared=value, found=found.get(name, ""))
        for name, value in sorted(wanted.items())
        if found.get(name, "").upper() != value.upper()
    ]


def objects_with_prefix(session: Session, kind: str, prefix: str) -> dict[str, dict[str, Any]]:
    """What the account shows of a kind under names of the environment, by name.

    An object of another environment, or of a person, has another prefix and is none of ours. `_` stands for any
    character in LIKE: so the answer is looked through again.

    Args:
        session: on the account.
        kind: as SHOW calls it, in plural, such as `WAREHOUSES`.
        prefix: of the environment's names of that kind, without the `_` that follows.
    """
    rows = session.rows(f"SHOW {kind} LIKE '{prefix}%'")
    return {str(row["name"]): row for row in rows if str(row["name"]).startswith(f"{prefix}_")}
