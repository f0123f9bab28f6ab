"""Compare a Snowflake account with the stacks in both directions. Read-only."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from lakekit.access_matrix.stacks import Resource, resources
from lakekit.environment import Environment
from lakekit.environment.snowflake import DEPLOYER
from lakekit.snowflake.names import SnowflakeNames
from lakekit_cli.snowflake import (
    verify_grants,
    verify_integrations,
    verify_loading,
    verify_policies,
    verify_tags,
    verify_undeclared,
    verify_users,
)
from lakekit_cli.snowflake.drift import Drift, compare, compare_properties, objects_with_prefix
from lakekit_cli.snowflake.session import Session

_ASSIGNS = re.compile(r"ALTER ACCOUNT SET RESOURCE_MONITOR = (\w+)")


def verify(session: Session, environment: Environment, stacks: Iterable[Mapping[str, Any]]) -> dict[str, list[Drift]]:
    """Run all checks; return the differences by check title.

    Ignores the user, warehouse and monitor that `lakekit snowflake bootstrap` creates.

    Args:
        session: Session with a role that sees all objects (SECURITYADMIN).
        environment: Environment of the account.
        stacks: Synthesized stacks.
    """
    found = list(resources(stacks))
    names = SnowflakeNames(environment.names)
    prefix = names.prefix
    there = objects_with_prefix(session, "DATABASES", prefix)
    # Standard edition has neither tags nor policies and rejects statements on them.
    existing_databases = sorted(set(there) & _names(found, "snowflake_database"))
    governed = existing_databases if _has_governance(environment) else []
    policies = verify_policies.existing(session, governed)
    checks: dict[str, Callable[[], list[Drift]]] = {
        "account parameters": lambda: _parameters(session, found),
        "databases and schemas": lambda: _databases_and_schemas(session, found, there),
        "roles": lambda: _roles(session, found, prefix),
        "grants": lambda: verify_grants.check(session, found),
        "undeclared role members": lambda: verify_undeclared.role_members(session, found, names),
        "undeclared grantees": lambda: verify_undeclared.undeclared_grantees(session, found, existing_databases),
        "service users and network policies": lambda: verify_users.check(session, found, names),
        "warehouses": lambda: _warehouses(session, found, names),
        "resource monitors": lambda: _monitors(session, found, names),
        "storage integrations": lambda: verify_integrations.integrations(session, found, prefix),
        "catalog integrations": lambda: verify_integrations.catalogs(session, found, prefix),
        "external volumes": lambda: verify_integrations.volumes(session, found, prefix),
        "stages, file formats, pipes and landing tables": lambda: verify_loading.check(session, found),
        "masking and row policies": lambda: verify_policies.bodies(session, found, policies),
        "policy attachments": lambda: verify_policies.attachments(session, found, governed, policies),
        "tags": lambda: verify_tags.values(session, found, governed),
        "tags on objects": lambda: verify_tags.assignments(session, found, governed),
        "objects created by plain SQL": lambda: _probes(session, found),
    }
    return {title: check() for title, check in checks.items()}


def _bodies(found: Sequence[Resource], kind: str) -> list[Mapping[str, Any]]:
    return [resource.body for resource in found if resource.kind == kind]


def _names(found: Sequence[Resource], kind: str) -> set[str]:
    return {str(body["name"]) for body in _bodies(found, kind)}


def _has_governance(environment: Environment) -> bool:
    return environment.snowflake is not None and environment.snowflake.edition.has_governance


def _parameters(session: Session, found: Sequence[Resource]) -> list[Drift]:
    declared = {body["key"]: body["value"] for body in _bodies(found, "snowflake_account_parameter")}
    if not declared:
        return []  # another environment owns the account
    rows = {str(row["key"]): row for row in session.rows("SHOW PARAMETERS IN ACCOUNT")}
    live = {key: str(row["value"]) for key, row in rows.items()}
    # Set on the account (level ACCOUNT) to a value other than the default.
    set_on_account = {
        key for key, row in rows.items() if row["level"] == "ACCOUNT" and str(row["value"]) != str(row["default"])
    }
    return [
        *compare_properties("account", declared, live),
        *(Drift("extra", f"account: {key}", found=live[key]) for key in sorted(set_on_account - set(declared))),
    ]


def _databases_and_schemas(
    session: Session, found: Sequence[Resource], live: Mapping[str, Mapping[str, Any]]
) -> list[Drift]:
    databases = {body["name"]: body for body in _bodies(found, "snowflake_database")}
    drift = compare("database", set(databases), set(live))
    for name in sorted(set(databases) & set(live)):
        days = str(databases[name]["data_retention_time_in_days"])
        drift += compare_properties(
            f"database {name}", {"retention_time": days}, {"retention_time": str(live[name]["retention_time"])}
        )
    schemas = {f"{body['database']}.{body['name']}": body for body in _bodies(found, "snowflake_schema")}
    there: dict[str, str] = {}
    for name in sorted(set(databases) & set(live)):
        for row in session.rows(f'SHOW SCHEMAS IN DATABASE "{name}"'):
            if row["name"] != "INFORMATION_SCHEMA":
                there[f"{name}.{row['name']}"] = str(row.get("options", ""))
    drift += compare("schema", set(schemas), set(there))
    drift += [
        Drift("different", f"schema {name}: access", declared="MANAGED ACCESS", found=there[name] or "unmanaged")
        for name in sorted(set(schemas) & set(there))
        if "MANAGED ACCESS" not in there[name]
    ]
    return drift


def _roles(session: Session, found: Sequence[Resource], prefix: str) -> list[Drift]:
    declared = {body["name"] for body in _bodies(found, "snowflake_account_role")}
    live = {name for kind in ("AR", "FR") for name in objects_with_prefix(session, "ROLES", f"{kind}_{prefix}")}
    return compare("role", declared, live)


def _warehouses(session: Session, found: Sequence[Resource], names: SnowflakeNames) -> list[Drift]:
    declared = {body["name"]: body for body in _bodies(found, "snowflake_warehouse")}
    live = objects_with_prefix(session, "WAREHOUSES", f"WH_{names.prefix}")
    drift = compare("warehouse", set(declared), set(live) - {names.warehouse(DEPLOYER)})
    for name in sorted(set(declared) & set(live)):
        body, row = declared[name], live[name]
        expected = {
            "size": str(body["warehouse_size"]),
            "auto_suspend": str(body["auto_suspend"]),
            "auto_resume": str(body["auto_resume"]),
            "resource_monitor": str(body["resource_monitor"]),
        }
        shown = {key: str(row[key]) for key in expected}
        shown["size"] = shown["size"].replace("-", "").replace(" ", "")
        drift += compare_properties(f"warehouse {name}", expected, shown)
    return drift


def _monitors(session: Session, found: Sequence[Resource], names: SnowflakeNames) -> list[Drift]:
    declared = {body["name"]: body for body in _bodies(found, "snowflake_resource_monitor")}
    live = objects_with_prefix(session, "RESOURCE MONITORS", f"RM_{names.prefix}")
    drift = compare("resource monitor", set(declared), set(live) - {names.monitor(DEPLOYER)})
    for name in sorted(set(declared) & set(live)):
        body, row = declared[name], live[name]
        expected = {
            "credit_quota": f"{float(body['credit_quota']):g}",
            "suspend_at": f"{body['suspend_trigger']}%",
            "suspend_immediately_at": f"{body['suspend_immediate_trigger']}%",
        }
        shown = {**{key: str(row[key]) for key in expected}, "credit_quota": f"{float(row['credit_quota']):g}"}
        drift += compare_properties(f"resource monitor {name}", expected, shown)
    # The probe of the assignment finds the monitor even if it is not assigned; only its level shows that.
    for body in _bodies(found, "snowflake_execute"):
        assigned = _ASSIGNS.fullmatch(body["execute"])
        if assigned and assigned[1] in live:
            level = str(live[assigned[1]]["level"])
            drift += compare_properties(f"resource monitor {assigned[1]}", {"level": "ACCOUNT"}, {"level": level})
    return drift


def _probes(session: Session, found: Sequence[Resource]) -> list[Drift]:
    return [
        Drift("missing", " ".join(body["execute"].split()[:6]), declared=body["execute"])
        for body in _bodies(found, "snowflake_execute")
        if not session.exists(body["query"])
    ]
