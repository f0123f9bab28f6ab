"""Creators of databases and tables, the permissions that new ones get by default, and what ends with them.

Sources: AWS Lake Formation Developer Guide, "Implicit Lake Formation permissions" and "Changing the default settings
for your data lake": a new account grants ALL on new databases and tables to IAMAllowedPrincipals.

The guide does not state what becomes of grants, LF-tags and filters of a table that is deleted. Users report that a
table which is dropped and created again has lost its grants (dbt-labs/dbt-adapters, issue 436). So all of them end with
the table, and a table of the same name starts without: a grant that outlived its table would give access to another
one, to which it was not granted. Opt-ins stay: without them, grants to IAMAllowedPrincipals would count again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lakekit_local.data_permissions import records as read
from lakekit_local.data_permissions.access import ALL_TABLES
from lakekit_local.requests.registry import Call
from lakekit_local.services.lakeformation_grants import grants_table, store_grant
from lakekit_local.services.lakeformation_settings_and_tags import settings_of

_DEFAULTS: Final = {"Database": "CreateDatabaseDefaultPermissions", "Table": "CreateTableDefaultPermissions"}


def record_created(call: Call, database: str, table: str = "") -> None:
    """Record the caller as the creator of a database or table, and grant the default permissions on it."""
    creators = call.table_of("lakeformation", "creator")
    creators.put(_key(database, table), {"Principal": call.identity.caller.name})
    if table:
        resource: dict[str, Any] = {"Table": {"DatabaseName": database, "Name": table}}
        defaults = read.stored_database(call, database).get("CreateTableDefaultPermissions")
    else:
        resource, defaults = {"Database": {"Name": database}}, None
    if defaults is None:
        defaults = settings_of(call)[_DEFAULTS["Table" if table else "Database"]]
    for default in defaults:
        store_grant(call, {**default, "Resource": resource})


def forget_deleted(call: Call, database: str, table: str = "") -> None:
    """Forget what belongs to a deleted table, or to a deleted database and its tables.

    The creator, grants by name to any principal, LF-tags with those of columns, data cells filters with the grants on
    them, and table optimizers. Tag policies, data locations and grants on all tables of a database that stays are not
    tied to the table.
    """
    deleted = _key(database, table)
    creators = call.table_of("lakeformation", "creator")
    for key, _ in creators.items():
        if _is_within(key, deleted):
            creators.discard(key)
    attached = call.table_of("lakeformation", "attached")
    for key, _ in attached.items():
        catalog, _, path = key.partition("/")
        if catalog == call.account and _is_within(path.lower(), deleted):
            attached.discard(key)
    optimizers = call.table_of("glue", "table optimizer")
    for key, _ in optimizers.items():
        catalog, *names, _ = key.split("/")
        if catalog == call.account and _is_within("/".join(names).lower(), deleted):
            optimizers.discard(key)
    for kept in (grants_table(call), call.table_of("lakeformation", "data cells filter")):
        for key, record in kept.items():
            if _is_within(_path(call, record.get("Resource") or {"DataCellsFilter": record}), deleted):
                kept.discard(key)


def _is_within(path: str, deleted: str) -> bool:
    return path == deleted or path.startswith(f"{deleted}/")


def _path(call: Call, resource: Mapping[str, Any]) -> str:
    """`database` or `database/table` of a resource by name; empty for others, and for those of other catalogs."""
    for kind in ("Database", "Table", "TableWithColumns", "DataCellsFilter"):
        named = resource.get(kind)
        if named and (named.get("CatalogId") or named.get("TableCatalogId") or call.account) == call.account:
            if kind == "Database":
                return str(named["Name"]).lower()
            table = named["TableName"] if kind == "DataCellsFilter" else named.get("Name", ALL_TABLES)
            return f"{named['DatabaseName']}/{'*' if table == ALL_TABLES else table}".lower()
    return ""


def _key(database: str, table: str) -> str:
    return f"{database}/{table}".lower() if table else database.lower()
