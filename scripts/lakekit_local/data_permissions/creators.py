"""Creators of databases and tables, and the permissions that new ones get by default.

Sources: AWS Lake Formation Developer Guide, "Implicit Lake Formation permissions" and "Changing the default settings
for your data lake": a new account grants ALL on new databases and tables to IAMAllowedPrincipals.
"""

from __future__ import annotations

from typing import Any, Final

from lakekit_local.data_permissions import records as read
from lakekit_local.requests.registry import Call
from lakekit_local.services.lakeformation_grants import discard_grants, store_grant
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
    """Forget the creator and the default permissions of a deleted database, with its tables, or of a table."""
    creators = call.table_of("lakeformation", "creator")
    for key, _ in creators.items():
        if key == _key(database, table) or (not table and key.startswith(f"{database.lower()}/")):
            creators.discard(key)
    discard_grants(call, read.IAM_ALLOWED_PRINCIPALS, database, table)


def _key(database: str, table: str) -> str:
    return f"{database}/{table}".lower() if table else database.lower()
