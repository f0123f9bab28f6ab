"""LF-tags of databases, tables and columns that do not exist.

Source: AWS Lake Formation developer guide, "AddLFTagsToResource", "GetResourceLFTags" and "RemoveLFTagsFromResource"
(``EntityNotFoundException``), and "TableWithColumnsResource" (columns of the table). Only resources of the caller's own
catalog are looked up.
"""

from __future__ import annotations

from typing import Any

from moto.glue.models import glue_backends

from lakekit_local.limits.registry import limits
from lakekit_local.requests.registry import Call, ServiceError


@limits("lakeformation", "AddLFTagsToResource", "GetResourceLFTags", "RemoveLFTagsFromResource")
def resource_exists(call: Call) -> None:
    """The database, and the table with its columns."""
    ((kind, given), *_) = ((name, one) for name, one in call["Resource"].items() if one is not None)
    if (given.get("CatalogId") or call.account) != call.account or kind == "Catalog":
        return
    databases = glue_backends[call.account][call.region].databases
    database = databases.get(str(given["Name"] if kind == "Database" else given["DatabaseName"]))
    if database is None:
        raise _not_found("Database not found.")
    if kind == "Database" or not given.get("Name"):
        return
    table = database.tables.get(str(given["Name"]))
    if table is None:
        raise _not_found("Table not found.")
    current = table.versions[max(table.versions, key=int)]
    listed = [*current.get("StorageDescriptor", {}).get("Columns", ()), *current.get("PartitionKeys", ())]
    _check_columns(str(given["Name"]), given.get("ColumnNames") or (), {column["Name"] for column in listed})


def _check_columns(table: str, given: Any, known: set[str]) -> None:
    if missing := [name for name in given if name not in known]:
        raise _not_found(f"Column not found: table {table} has no columns {', '.join(missing)}.")


def _not_found(text: str) -> ServiceError:
    return ServiceError("EntityNotFoundException", text, 400)
