"""Lake Formation: permissions.

A grant is stored as AWS lists it, which differs from the request: SELECT on a table is listed as a TableWithColumns
resource, all other permissions as a Table resource (provider source, internal/service/lakeformation/filter.go).
"""

from __future__ import annotations

import json
from typing import Any

from lakekit_local.requests.registry import Call, ServiceError, handles, now
from lakekit_local.requests.store import Table
from lakekit_local.services.lakeformation_settings_and_tags import catalog_of

Grant = dict[str, Any]

_EVERYONE = {"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"}
# In a new account IAMAllowedPrincipals may create databases (Lake Formation Developer Guide, "Changing the default
# settings for your data lake").
_OF_NEW_ACCOUNT = {
    "Principal": _EVERYONE,
    "Resource": {"Catalog": {}},
    "Permissions": ["CREATE_DATABASE"],
    "PermissionsWithGrantOption": [],
}


def grants_table(call: Call) -> Table:
    """The grants of an account and region, from a request to any service."""
    if (call.account, call.region, "lakeformation", "grant") not in call.store.data:
        key = grant_key(_EVERYONE, {"Catalog": {}})
        call.table_of("lakeformation", "grant").put(key, {**_OF_NEW_ACCOUNT, "LastUpdated": now()})
    return call.table_of("lakeformation", "grant")


@handles("lakeformation", "GrantPermissions")
def grant(call: Call) -> None:
    store_grant(call, call.params)


@handles("lakeformation", "RevokePermissions")
def revoke(call: Call) -> None:
    revoke_grant(call, call.params)


def listed_grants(call: Call) -> list[Grant]:
    """The grants that a request to list permissions names, of all principals."""
    principal = call.get("Principal", {}).get("DataLakePrincipalIdentifier")
    resource = call.get("Resource")
    kind = call.get("ResourceType")
    wanted = normalize_resource(call, resource) if resource else None
    return [
        record
        for record in grants_table(call).all()
        if (principal is None or record["Principal"]["DataLakePrincipalIdentifier"] == principal)
        and (wanted is None or _matches_resource(wanted, record["Resource"]))
        and (kind is None or _is_kind(kind, record["Resource"]))
    ]


def store_grant(call: Call, entry: dict[str, Any]) -> None:
    """Add permissions to those of a principal on a resource."""
    if not entry.get("Permissions") and not entry.get("PermissionsWithGrantOption"):
        raise ServiceError("InvalidInputException", "Permissions must not be empty.")
    for resource, permissions, grantable in _as_listed(call, entry):
        key = grant_key(entry["Principal"], resource)
        known = grants_table(call).find(key) or {"Permissions": [], "PermissionsWithGrantOption": []}
        record = {
            "Principal": entry["Principal"],
            "Resource": resource,
            "Permissions": _merge(known["Permissions"], permissions),
            "PermissionsWithGrantOption": _merge(known["PermissionsWithGrantOption"], grantable),
            "LastUpdated": now(),
            "LastUpdatedBy": call.arn("root", service="iam", region=""),
        }
        grants_table(call).put(key, record)


def revoke_grant(call: Call, entry: dict[str, Any]) -> None:
    """Remove permissions from those of a principal on a resource."""
    for resource, permissions, grantable in _as_listed(call, entry):
        key = grant_key(entry["Principal"], resource)
        known = grants_table(call).find(key)
        if known is None or not set(permissions) <= set(known["Permissions"]):
            # The provider retries a revoke for 30 s unless it gets exactly this message.
            raise ServiceError(
                "InvalidInputException", "No permissions revoked. Grantee has no permissions on resource"
            )
        left = [name for name in known["Permissions"] if name not in permissions]
        left_grantable = [name for name in known["PermissionsWithGrantOption"] if name not in grantable]
        if left or left_grantable:
            grants_table(call).update(key, {"Permissions": left, "PermissionsWithGrantOption": left_grantable})
        else:
            grants_table(call).delete(key)


def _as_listed(call: Call, entry: dict[str, Any]) -> list[tuple[dict[str, Any], list[str], list[str]]]:
    """Return the resources as AWS lists them, each with its permissions (plain and grantable)."""
    resource = normalize_resource(call, entry["Resource"])
    plain = list(entry.get("Permissions") or [])
    grantable = list(entry.get("PermissionsWithGrantOption") or [])
    table, columns = resource.get("Table"), resource.get("TableWithColumns")
    if table is None and columns is None:
        return [(resource, plain, grantable)]
    if columns is None:
        assert table is not None  # noqa: S101  one of the two is set
        columns = {k: v for k, v in table.items() if k != "TableWildcard"} | {"ColumnWildcard": {}}
        columns.setdefault("Name", "ALL_TABLES")
    else:
        table = {name: columns[name] for name in ("CatalogId", "DatabaseName", "Name") if name in columns}
    parts = []
    for part, only_select in (({"Table": table}, False), ({"TableWithColumns": columns}, True)):
        part_plain = [name for name in plain if (name == "SELECT") == only_select]
        part_grantable = [name for name in grantable if (name == "SELECT") == only_select]
        if part_plain or part_grantable:
            parts.append((part, part_plain, part_grantable))
    return parts


def normalize_resource(call: Call, resource: dict[str, Any]) -> dict[str, Any]:
    """Return the resource with its catalog and sorted lists, so that equal resources compare equal."""
    (kind, value), *_ = ((k, v) for k, v in resource.items() if v is not None)
    value = dict(value)
    if kind not in {"Catalog", "DataCellsFilter"}:
        value["CatalogId"] = value.get("CatalogId") or catalog_of(call)
    if kind == "LFTagPolicy" and "Expression" in value:
        parts = [{"TagKey": p["TagKey"], "TagValues": sorted(p["TagValues"])} for p in value["Expression"]]
        value["Expression"] = sorted(parts, key=lambda part: part["TagKey"])
    for name in ("TagValues", "ColumnNames"):
        if name in value:
            value[name] = sorted(value[name])
    return {kind: value}


def _matches_resource(wanted: dict[str, Any], held: dict[str, Any]) -> bool:
    """Whether a listing for ``wanted`` includes a grant on ``held``: the same resource, or columns of the table."""
    if wanted == held:
        return True
    asked, columns = wanted.get("Table"), held.get("TableWithColumns")
    if asked is None or columns is None:
        return False
    name = asked.get("Name", "ALL_TABLES")
    return bool(
        (asked["CatalogId"], asked["DatabaseName"], name)
        == (columns["CatalogId"], columns["DatabaseName"], columns["Name"])
    )


def _is_kind(kind: str, resource: dict[str, Any]) -> bool:
    names = {
        "CATALOG": {"Catalog"},
        "DATABASE": {"Database"},
        "TABLE": {"Table", "TableWithColumns"},
        "DATA_LOCATION": {"DataLocation"},
        "LF_TAG": {"LFTag"},
        "LF_TAG_POLICY": {"LFTagPolicy"},
        "LF_TAG_POLICY_DATABASE": {"LFTagPolicy"},
        "LF_TAG_POLICY_TABLE": {"LFTagPolicy"},
    }.get(kind, set())
    return bool(names & set(resource))


def grant_key(principal: dict[str, str], resource: dict[str, Any]) -> str:
    """Return the key under which a grant is stored."""
    return principal["DataLakePrincipalIdentifier"] + " " + json.dumps(resource, sort_keys=True)


def _merge(known: list[str], new: list[str]) -> list[str]:
    return known + [name for name in new if name not in known]
