"""Glue: conditional updates of tables, and the flag of tables at registered locations.

Sources: AWS Glue API reference, "UpdateTable" (``VersionId``: "The version ID at which to update the table contents";
``SkipArchive``; ``ConcurrentModificationException``) and "Table" (``IsRegisteredWithLakeFormation``). Iceberg's Glue
catalog commits with the version that it has read: moto ignores it, and two writers lose each other's commits.
"""

from __future__ import annotations

from typing import Any

from moto.glue.models import glue_backends

from lakekit_local.requests.registry import Call, RawResponse, ServiceError, handles
from lakekit_local.services.glue_catalog_answers import changed_answer, keep_visible_tables
from lakekit_local.services.lakeformation_locations import registered_location


@handles("glue", "UpdateTable")
def update_table(call: Call) -> RawResponse:
    name = call.get("Name") or call["TableInput"]["Name"]
    versions = _versions(call, call["DatabaseName"], name)
    current = max(versions, key=int, default="")
    expected = call.get("VersionId")
    if expected is not None and current and expected != current:
        raise ServiceError(
            "ConcurrentModificationException", f"Update table failed due to concurrent modifications: {name}."
        )
    answer = call.forward_to_moto()
    if answer.ok and call.get("SkipArchive"):
        versions.pop(current, None)
    return answer


@handles("glue", "GetTable")
def get_table(call: Call) -> RawResponse:
    return _with_flag(call, "Table")


@handles("glue", "GetTables")
def get_tables(call: Call) -> RawResponse:
    return _with_flag(call, "TableList")


def state_registration(call: Call, table: dict[str, Any]) -> None:
    """Set the flag of a table that says whether its location is registered."""
    location = (table.get("StorageDescriptor") or {}).get("Location", "")
    table["IsRegisteredWithLakeFormation"] = registered_location(call, location) is not None


def _versions(call: Call, database: str, name: str) -> dict[str, dict[str, Any]]:
    """The archived versions and the current one by number; empty if there is no such table."""
    found = glue_backends[call.account][call.region].databases.get(database)
    table = found.tables.get(name) if found else None
    return table.versions if table else {}


def _with_flag(call: Call, member: str) -> RawResponse:
    def change(output: dict[str, Any]) -> None:
        listed = isinstance(output[member], list)
        tables = keep_visible_tables(call, output[member] if listed else [output[member]])
        for table in tables:
            state_registration(call, table)
        if listed:
            output[member] = tables

    return changed_answer(call.forward_to_moto(), change)
