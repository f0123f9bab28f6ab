"""Who else: holders of our roles, and those let into our databases, whom the stacks do not name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from lakekit.access_matrix.stacks import Resource
from lakekit.snowflake.names import SnowflakeNames
from lakekit_cli.snowflake.drift import Drift, compare
from lakekit_cli.snowflake.session import Session


def role_members(session: Session, found: Sequence[Resource], names: SnowflakeNames) -> list[Drift]:
    """Users and roles of others that hold our roles, in both directions.

    What our own roles hold of each other is said where their grants are compared. People hold functional roles by way
    of the identity provider and are left alone; an access role is for functional roles, and held by no user.
    """
    roles = _roles(found)
    declared: dict[str, set[str]] = {role: set() for role in roles}
    for one in found:
        if one.kind == "snowflake_grant_account_role" and one.body["role_name"] in declared:
            parent, user = one.body.get("parent_role_name"), one.body.get("user_name")
            declared[one.body["role_name"]].add(f"ROLE {parent}" if parent else f"USER {user}")
    drift = []
    for role in sorted(roles):
        live = {
            f"{row['granted_to']} {row['grantee_name']}"
            for row in session.rows_if_exists(f"SHOW GRANTS OF ROLE {role}")
            if not _is_person(role, row, names)
        }
        between_ours = {f"ROLE {name}" for name in roles}
        drift += compare(f"{role} held by", declared[role] - between_ours, live - between_ours)
    return drift


def undeclared_grantees(session: Session, found: Sequence[Resource], databases: Sequence[str]) -> list[Drift]:
    """Roles and shares that are not ours with a right on one of our databases or schemas, now or to come.

    Without a right on a schema nobody reaches what is in it, so tables need not be asked one by one.

    Args:
        session: on the account.
        found: resources of the stacks.
        databases: the environment's databases that are there.
    """
    return [
        Drift("extra", f"grant to {grantee}: {privilege} ON {place}", found=privilege)
        for grantee, privilege, place in sorted(set(_undeclared_grants(session, found, databases)))
    ]


def _undeclared_grants(
    session: Session, found: Sequence[Resource], databases: Sequence[str]
) -> Iterator[tuple[str, str, str]]:
    roles = _roles(found)
    schemas = sorted(
        f'"{one.body["database"]}"."{one.body["name"]}"'
        for one in found
        if one.kind == "snowflake_schema" and one.body["database"] in databases
    )
    statements = [
        *(f'SHOW GRANTS ON DATABASE "{name}"' for name in databases),
        *(f'SHOW FUTURE GRANTS IN DATABASE "{name}"' for name in databases),
        *(f"SHOW GRANTS ON SCHEMA {name}" for name in schemas),
        *(f"SHOW FUTURE GRANTS IN SCHEMA {name}" for name in schemas),
    ]
    for statement in statements:
        for row in session.rows_if_exists(statement):
            # Who owns a place administers it: SYSADMIN made it.
            ours = row["grantee_name"] in roles or (row["privilege"], row["grantee_name"]) == ("OWNERSHIP", "SYSADMIN")
            if not ours:
                kind = str(row.get("granted_on") or f"FUTURE {row.get('grant_on')}").replace("_", " ")
                grantee = f"{row.get('granted_to') or row.get('grant_to')} {row['grantee_name']}"
                yield grantee, str(row["privilege"]), f"{kind} {str(row['name']).replace(chr(34), '')}"


def _is_person(role: str, row: dict[str, Any], names: SnowflakeNames) -> bool:
    service = str(row["grantee_name"]).startswith(f"SVC_{names.prefix}_")
    return row["granted_to"] == "USER" and role.startswith("FR_") and not service


def _roles(found: Sequence[Resource]) -> set[str]:
    return {str(one.body["name"]) for one in found if one.kind == "snowflake_account_role"}
