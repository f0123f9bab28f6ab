"""LF-tags on columns that a table does not have.

Source: AWS Lake Formation developer guide, "AddLFTagsToResource" (``EntityNotFoundException``) and
"TableWithColumnsResource" (columns of the table).
"""

from __future__ import annotations

from moto.glue.models import glue_backends

from lakekit_local.limits.registry import limits
from lakekit_local.requests.registry import Call, ServiceError


@limits("lakeformation", "AddLFTagsToResource")
def columns_exist(call: Call) -> None:
    """The columns of a table that exists."""
    given = call["Resource"].get("TableWithColumns") or {}
    database = glue_backends[call.account][call.region].databases.get(str(given.get("DatabaseName")))
    table = database.tables.get(str(given.get("Name"))) if database else None
    if table is None:
        return
    current = table.versions[max(table.versions, key=int)]
    listed = [*current.get("StorageDescriptor", {}).get("Columns", ()), *current.get("PartitionKeys", ())]
    known = {column["Name"] for column in listed}
    if missing := [name for name in given.get("ColumnNames") or () if name not in known]:
        text = f"Column not found: table {given['Name']} has no columns {', '.join(missing)}."
        raise ServiceError("EntityNotFoundException", text, 400)
