"""A live account beside the stacks, in both directions; reads, and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from lakekit.access_matrix.stacks import Resource, resources
from lakekit.environment import Environment
from lakekit.warehouse.names import SnowflakeNames
from lakekit_cli.snowflake import verify_grants, verify_users
from lakekit_cli.snowflake.drift import Drift, compare, differ
from lakekit_cli.snowflake.session import Session

_ASSIGNS = re.compile(r"ALTER ACCOUNT SET RESOURCE_MONITOR = (\w+)")


def verify(session: Session, environment: Environment, stacks: Iterable[Mapping[str, Any]]) -> dict[str, list[Drift]]:
    """Every check by its title, with what it found.

    Args:
        session: on the environment's account, as a role that sees all of it (SECURITYADMIN).
        environment: gives the names.
        stacks: the synthesized stacks.
    """
    found = list(resources(stacks))
    names = SnowflakeNames(environment.names)
    prefix = names.prefix
    checks: dict[str, Callable[[], list[Drift]]] = {
        "account parameters": lambda: _parameters(session, found),
        "databases and schemas": lambda: _places(session, found, prefix),
        "roles": lambda: _roles(session, found, prefix),
        "grants": lambda: verify_grants.check(session, found),
        "service users and network policies": lambda: verify_users.check(session, found, names),
        "warehouses": lambda: _warehouses(session, found, prefix),
        "resource monitors": lambda: _monitors(session, found, prefix),
        "trust of integrations": lambda: _integrations(session, found),
        "trust of external volumes": lambda: _volumes(session, found),
        "masking policies on tags": lambda: _masks(session, found),
        "tags on objects": lambda: _tags(session, found),
        "what plain SQL made": lambda: _probes(session, found),
    }
    return {title: check() for title, check in checks.items()}


def _bodies(found: Sequence[Resource], kind: str) -> list[Mapping[str, Any]]:
    return [one.body for one in found if one.kind == kind]


def _parameters(session: Session, found: Sequence[Resource]) -> list[Drift]:
    declared = {body["key"]: body["value"] for body in _bodies(found, "snowflake_account_parameter")}
    if not declared:
        return []
    live = {str(row["key"]): str(row["value"]) for row in session.rows("SHOW PARAMETERS IN ACCOUNT")}
    return differ("account", declared, live)


def _places(session: Session, found: Sequence[Resource], prefix: str) -> list[Drift]:
    databases = {body["name"]: body for body in _bodies(found, "snowflake_database")}
    live = {
        str(row["name"]): row
        for row in session.rows(f"SHOW DATABASES LIKE '{prefix}%'")
        if str(row["name"]).startswith(f"{prefix}_")
    }
    drift = compare("database", set(databases), set(live))
    for name in sorted(set(databases) & set(live)):
        days = str(databases[name]["data_retention_time_in_days"])
        drift += differ(
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
    live = {
        str(row["name"])
        for kind in ("AR", "FR")
        for row in session.rows(f"SHOW ROLES LIKE '{kind}_{prefix}%'")
        if str(row["name"]).startswith(f"{kind}_{prefix}_")
    }
    return compare("role", declared, live)


def _warehouses(session: Session, found: Sequence[Resource], prefix: str) -> list[Drift]:
    declared = {body["name"]: body for body in _bodies(found, "snowflake_warehouse")}
    live = {str(row["name"]): row for row in session.rows(f"SHOW WAREHOUSES LIKE 'WH_{prefix}%'")}
    drift = compare("warehouse", set(declared), set(live))
    for name in sorted(set(declared) & set(live)):
        body, row = declared[name], live[name]
        wanted = {
            "size": str(body["warehouse_size"]),
            "auto_suspend": str(body["auto_suspend"]),
            "auto_resume": str(body["auto_resume"]),
            "resource_monitor": str(body["resource_monitor"]),
        }
        shown = {key: str(row[key]) for key in wanted}
        shown["size"] = shown["size"].replace("-", "").replace(" ", "")
        drift += differ(f"warehouse {name}", wanted, shown)
    return drift


def _monitors(session: Session, found: Sequence[Resource], prefix: str) -> list[Drift]:
    declared = {body["name"]: body for body in _bodies(found, "snowflake_resource_monitor")}
    live = {str(row["name"]): row for row in session.rows(f"SHOW RESOURCE MONITORS LIKE 'RM_{prefix}%'")}
    drift = compare("resource monitor", set(declared), set(live))
    for name in sorted(set(declared) & set(live)):
        body, row = declared[name], live[name]
        wanted = {"credit_quota": f"{float(body['credit_quota']):g}", "suspend_at": f"{body['suspend_trigger']}%"}
        shown = {"credit_quota": f"{float(row['credit_quota']):g}", "suspend_at": str(row["suspend_at"])}
        drift += differ(f"resource monitor {name}", wanted, shown)
    # The probe of the assignment finds the monitor whether or not it is in force: only its level says so.
    for body in _bodies(found, "snowflake_execute"):
        assigned = _ASSIGNS.fullmatch(body["execute"])
        if assigned and assigned[1] in live:
            level = str(live[assigned[1]]["level"])
            drift += differ(f"resource monitor {assigned[1]}", {"level": "ACCOUNT"}, {"level": level})
    return drift


def _integrations(session: Session, found: Sequence[Resource]) -> list[Drift]:
    drift = []
    for body in _bodies(found, "snowflake_storage_integration"):
        name = body["name"]
        if not session.has(f"SHOW STORAGE INTEGRATIONS LIKE '{name}'"):
            drift.append(Drift("missing", f"storage integration {name}", declared=name))
            continue
        rows = session.rows(f"DESCRIBE STORAGE INTEGRATION {name}")
        shown = {str(row["property"]): str(row["property_value"]) for row in rows}
        wanted = {
            "ENABLED": "true",
            "STORAGE_AWS_ROLE_ARN": body["storage_aws_role_arn"],
            "STORAGE_AWS_EXTERNAL_ID": body["storage_aws_external_id"],
            "STORAGE_ALLOWED_LOCATIONS": ",".join(sorted(body["storage_allowed_locations"])),
        }
        shown["STORAGE_ALLOWED_LOCATIONS"] = ",".join(sorted(shown.get("STORAGE_ALLOWED_LOCATIONS", "").split(",")))
        drift += differ(f"storage integration {name}", wanted, shown)
    return drift


def _volumes(session: Session, found: Sequence[Resource]) -> list[Drift]:
    drift = []
    for body in _bodies(found, "snowflake_external_volume"):
        name, (location,) = body["name"], body["storage_location"]
        if not session.has(f"SHOW EXTERNAL VOLUMES LIKE '{name}'"):
            drift.append(Drift("missing", f"external volume {name}", declared=name))
            continue
        rows = session.rows(f"DESCRIBE EXTERNAL VOLUME {name}")
        shown = {str(row["property"]): str(row["property_value"]) for row in rows}
        # What a location is, Snowflake tells as one JSON text.
        described = {key: str(value) for key, value in json.loads(shown.get("STORAGE_LOCATION_1") or "{}").items()}
        wanted = {
            "ALLOW_WRITES": body["allow_writes"],
            "STORAGE_BASE_URL": location["storage_base_url"],
            "STORAGE_AWS_ROLE_ARN": location["storage_aws_role_arn"],
        }
        drift += differ(f"external volume {name}", wanted, {**described, "ALLOW_WRITES": shown.get("ALLOW_WRITES", "")})
    return drift


def _masks(session: Session, found: Sequence[Resource]) -> list[Drift]:
    drift = []
    for body in _bodies(found, "snowflake_tag"):
        for policy in body.get("masking_policies", []):
            database, schema, name = policy.strip('"').split('"."')
            rows = session.rows(
                f'SELECT REF_ENTITY_NAME, REF_ENTITY_DOMAIN FROM TABLE("{database}".INFORMATION_SCHEMA.'
                f"POLICY_REFERENCES(POLICY_NAME => '{database}.{schema}.{name}'))"
            )
            if not any(row["ref_entity_domain"] == "TAG" and row["ref_entity_name"] == body["name"] for row in rows):
                drift.append(Drift("missing", f"masking policy {name} on tag {body['name']}", declared=policy))
    return drift


def _tags(session: Session, found: Sequence[Resource]) -> list[Drift]:
    drift = []
    for body in _bodies(found, "snowflake_tag_association"):
        tag = body["tag_id"].replace('"', "")
        domain = body["object_type"].replace("ICEBERG TABLE", "TABLE")
        for name in body["object_identifiers"]:
            bare = name.replace('"', "")
            (row,) = session.rows(f"SELECT SYSTEM$GET_TAG('{tag}', '{bare}', '{domain}') AS VALUE")
            drift += differ(f"tag {tag} on {bare}", {"value": body["tag_value"]}, {"value": str(row["value"] or "")})
    return drift


def _probes(session: Session, found: Sequence[Resource]) -> list[Drift]:
    return [
        Drift("missing", " ".join(body["execute"].split()[:6]), declared=body["execute"])
        for body in _bodies(found, "snowflake_execute")
        if not session.has(body["query"])
    ]
