"""Find grants in the account that no stack declares."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from lakekit.access_matrix.stacks import Resource
from lakekit.snowflake.names import SnowflakeNames
from lakekit_cli.snowflake.drift import Drift, compare
from lakekit_cli.snowflake.session import Session


def role_members(session: Session, found: Sequence[Resource], names: SnowflakeNames) -> list[Drift]:
    """Compare the members of declared roles in both directions.

    Grants between declared roles are compared by `verify_grants`. Users get functional roles from the identity provider
    and are ignored there; access roles are granted to functional roles only, never to users.
    """
    roles = _roles(found)
    declared: dict[str, set[str]] = {role: set() for role in roles}
    for resource in found:
        if resource.kind == "snowflake_grant_account_role" and resource.body["role_name"] in declared:
            parent, user = resource.body.get("parent_role_name"), resource.body.get("user_name")
            declared[resource.body["role_name"]].add(f"ROLE {parent}" if parent else f"USER {user}")
    drift = []
    for role in sorted(roles):
        live = {
            f"{row['granted_to']} {row['grantee_name']}"
            for row in session.rows_if_exists(f"SHOW GRANTS OF ROLE {role}")
            if not _is_person(role, row, names)
        }
        declared_roles = {f"ROLE {name}" for name in roles}
        drift += compare(f"{role} held by", declared[role] - declared_roles, live - declared_roles)
    return drift


def undeclared_grantees(session: Session, found: Sequence[Resource], databases: Sequence[str]) -> list[Drift]:
    """Return current and future grants on the environment's databases and schemas to undeclared roles and shares.

    Access to a table requires a privilege on its schema, so tables are not queried.

    Args:
        session: Session on the account.
        found: Resources of the stacks.
        databases: Existing databases of the environment.
    """
    return [
        Drift("extra", f"grant to {grantee}: {privilege} ON {target}", found=privilege)
        for grantee, privilege, target in sorted(set(_undeclared_grants(session, found, databases)))
    ]


def _undeclared_grants(
    session: Session, found: Sequence[Resource], databases: Sequence[str]
) -> Iterator[tuple[str, str, str]]:
    roles = _roles(found)
    schemas = sorted(
        f'"{resource.body["database"]}"."{resource.body["name"]}"'
        for resource in found
        if resource.kind == "snowflake_schema" and resource.body["database"] in databases
    )
    statements = [
        *(f'SHOW GRANTS ON DATABASE "{name}"' for name in databases),
        *(f'SHOW FUTURE GRANTS IN DATABASE "{name}"' for name in databases),
        *(f"SHOW GRANTS ON SCHEMA {name}" for name in schemas),
        *(f"SHOW FUTURE GRANTS IN SCHEMA {name}" for name in schemas),
    ]
    for statement in statements:
        for row in session.rows_if_exists(statement):
            # SYSADMIN creates and owns the databases and schemas.
            owner = (row["privilege"], row["grantee_name"]) == ("OWNERSHIP", "SYSADMIN")
            if row["grantee_name"] not in roles and not owner:
                kind = str(row.get("granted_on") or f"FUTURE {row.get('grant_on')}").replace("_", " ")
                grantee = f"{row.get('granted_to') or row.get('grant_to')} {row['grantee_name']}"
                yield grantee, str(row["privilege"]), f"{kind} {str(row['name']).replace(chr(34), '')}"


def _is_person(role: str, row: dict[str, Any], names: SnowflakeNames) -> bool:
    service = str(row["grantee_name"]).startswith(f"SVC_{names.prefix}_")
    return row["granted_to"] == "USER" and role.startswith("FR_") and not service


def _roles(found: Sequence[Resource]) -> set[str]:
    return {str(resource.body["name"]) for resource in found if resource.kind == "snowflake_account_role"}
