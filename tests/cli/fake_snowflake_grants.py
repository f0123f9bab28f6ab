"""Rows of the fake account for roles and grants, as declared."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from fake_snowflake_governance import Rows


def role_members(found: Sequence[Any], role: str) -> Rows:
    """Return the rows of SHOW GRANTS OF ROLE."""
    given = [
        resource.body
        for resource in found
        if resource.kind == "snowflake_grant_account_role" and resource.body["role_name"] == role
    ]
    return [
        {
            "role": role,
            "granted_to": "ROLE" if resource.get("parent_role_name") else "USER",
            "grantee_name": resource.get("parent_role_name") or resource.get("user_name"),
        }
        for resource in given
    ]


def object_grants(found: Sequence[Any]) -> dict[str, Rows | str]:
    """Return grants on databases and schemas: the owner and one declared role."""
    answers: dict[str, Rows | str] = {}
    for resource in found:
        if resource.kind not in ("snowflake_database", "snowflake_schema"):
            continue
        kind = resource.kind.partition("_")[2].upper()
        target = (
            f'"{resource.body["name"]}"'
            if kind == "DATABASE"
            else f'"{resource.body["database"]}"."{resource.body["name"]}"'
        )
        at = {"granted_on": kind, "name": target.replace('"', ""), "granted_to": "ROLE"}
        answers[re.escape(f"SHOW GRANTS ON {kind} {target}")] = [
            {**at, "privilege": "OWNERSHIP", "grantee_name": "SYSADMIN"},
            {**at, "privilege": "USAGE", "grantee_name": "AR_ACME_DEV_CURATED_SALES_ORDERS_R"},
        ]
        answers[re.escape(f"SHOW FUTURE GRANTS IN {kind} {target}")] = [
            {
                "privilege": "SELECT",
                "grant_on": "TABLE",
                "name": f"{target}.<TABLE>".replace('"', ""),
                "grant_to": "ROLE",
                "grantee_name": "AR_ACME_DEV_CURATED_SALES_ORDERS_R",
            }
        ]
    return answers


def grants(found: Sequence[Any], role: str) -> tuple[Rows, Rows]:
    """Return the rows of current and future grants to a role."""
    current: Rows = []
    future: Rows = []
    for resource in found:
        body = resource.body
        if resource.kind == "snowflake_grant_account_role" and body.get("parent_role_name") == role:
            current.append({"privilege": "USAGE", "granted_on": "ROLE", "name": body["role_name"]})
        if resource.kind == "snowflake_grant_privileges_to_account_role" and body["account_role_name"] == role:
            for privilege in body["privileges"]:
                if at := body.get("on_account_object"):
                    current.append({"privilege": privilege, "granted_on": at["object_type"], "name": at["object_name"]})
                if at := body.get("on_schema"):
                    current.append(
                        {"privilege": privilege, "granted_on": "SCHEMA", "name": at["schema_name"].replace('"', "")}
                    )
                if at := body.get("on_schema_object"):
                    kind = at["future"]["object_type_plural"].removesuffix("S").replace(" ", "_")
                    target = at["future"]["in_schema"].replace('"', "")
                    future.append({"privilege": privilege, "grant_on": kind, "name": f"{target}.<{kind}>"})
                    # Result of the future grant for a table that was created later.
                    current.append({"privilege": privilege, "granted_on": "TABLE", "name": f"{target}.ORDERS"})
    return current, future
