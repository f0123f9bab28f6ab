"""Check requests to Glue and Lake Formation against the Lake Formation permissions of the caller.

Sources, AWS Lake Formation Developer Guide: "Metadata permissions", "Lake Formation permissions reference",
"Underlying data access control" (CREATE_TABLE and ALTER need data location permissions on registered locations).
The root user, as which the local cloud is set up, is not restricted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from lakekit_local.authorization.denials import Denial
from lakekit_local.data_permissions import records as read
from lakekit_local.data_permissions.access import TableFacts
from lakekit_local.data_permissions.administration import missing_for_administration
from lakekit_local.data_permissions.engines import missing_for_credentials
from lakekit_local.data_permissions.missing import Missing
from lakekit_local.data_permissions.principal import DataPrincipal
from lakekit_local.requests.registry import Call
from lakekit_local.services.lakeformation_locations import registered_location, s3_arn

_ON_DATABASE: Final = {
    "GetDatabase": "DESCRIBE",
    "UpdateDatabase": "ALTER",
    "DeleteDatabase": "DROP",
    "CreateTable": "CREATE_TABLE",
}
_ON_TABLE: Final = {
    **dict.fromkeys(
        (
            "GetTable",
            "GetTableVersion",
            "GetTableVersions",
            "GetPartition",
            "GetPartitions",
            "BatchGetPartition",
            "GetPartitionIndexes",
            "GetColumnStatisticsForTable",
            "GetColumnStatisticsForPartition",
        ),
        "DESCRIBE",
    ),
    **dict.fromkeys(
        (
            "UpdateTable",
            "DeleteTableVersion",
            "BatchDeleteTableVersion",
            "CreatePartition",
            "BatchCreatePartition",
            "UpdatePartition",
            "BatchUpdatePartition",
            "DeletePartition",
            "BatchDeletePartition",
            "CreatePartitionIndex",
            "DeletePartitionIndex",
            "UpdateColumnStatisticsForTable",
            "DeleteColumnStatisticsForTable",
            "UpdateColumnStatisticsForPartition",
            "DeleteColumnStatisticsForPartition",
        ),
        "ALTER",
    ),
    "DeleteTable": "DROP",
    "BatchDeleteTable": "DROP",
}
_WITH_LOCATION: Final = ("CreateTable", "UpdateTable", "CreateDatabase", "UpdateDatabase")


def check_data_permissions(call: Call) -> Denial | None:
    """The denial of a request for want of a Lake Formation permission; None if it has all of them."""
    check = _CHECKS.get(call.service)
    if check is None or call.identity.is_root:
        return None
    missing = next(check(call, DataPrincipal(call, call.identity)), None)
    return missing.denial(call) if missing else None


def _glue(call: Call, principal: DataPrincipal) -> Iterator[Missing]:
    operation = call.operation
    if operation == "CreateDatabase" and "CREATE_DATABASE" not in principal.on_catalog():
        yield Missing("CREATE_DATABASE", call.arn("catalog"))
    if operation in _ON_DATABASE:
        name = str(call.get("DatabaseName") or call.get("Name") or "")
        # Glue answers that it does not exist.
        if read.database_exists(call, name) and _ON_DATABASE[operation] not in principal.on_database(name):
            yield Missing(_ON_DATABASE[operation], call.arn(f"database/{name}"))
    if operation in _ON_TABLE:
        for table in _tables(call):
            access = principal.on_table(table)
            needed = _ON_TABLE[operation]
            if not (access.any if needed == "DESCRIBE" else needed in access.permissions):
                arn = call.arn(f"table/{table.database}/{table.name}")
                yield Missing(needed, arn, partial=principal.why_not(table, needed))
    if operation in _WITH_LOCATION:
        yield from _location(call, principal)
    if operation == "GetUnfilteredTableMetadata":
        for table in _tables(call):
            # Grantees of DESCRIBE alone get an empty list of authorized columns.
            yield from missing_for_credentials(call, principal, table, set())
            if not principal.on_table(table).any:
                yield Missing("DESCRIBE", call.arn(f"table/{table.database}/{table.name}"))


def _tables(call: Call) -> Iterator[TableFacts]:
    """The tables that a request names, of those that exist."""
    given = call.get("TablesToDelete") or [
        call.get("TableName") or call.get("Name") or (call.get("TableInput") or {}).get("Name")
    ]
    for name in given:
        found = read.find_table(call, str(call["DatabaseName"]), str(name))
        if found is not None:
            yield found


def _location(call: Call, principal: DataPrincipal) -> Iterator[Missing]:
    table, database = call.get("TableInput") or {}, call.get("DatabaseInput") or {}
    location = (table.get("StorageDescriptor") or {}).get("Location") or database.get("LocationUri") or ""
    if location and registered_location(call, location) and not principal.may_use_location(s3_arn(call, location)):
        yield Missing("DATA_LOCATION_ACCESS", s3_arn(call, location))


def _lake_formation(call: Call, principal: DataPrincipal) -> Iterator[Missing]:
    if call.operation.startswith("GetTemporaryGlue"):
        table = table_of_arn(call, call.get("TableArn"))
        if table is not None:
            wanted = set(call.get("Permissions") or ["SELECT"])
            yield from missing_for_credentials(call, principal, table, wanted)
    else:
        yield from missing_for_administration(call, principal)


_CHECKS: Final[dict[str, Callable[[Call, DataPrincipal], Iterator[Missing]]]] = {
    "glue": _glue,
    "lakeformation": _lake_formation,
}


def table_of_arn(call: Call, arn: Any) -> TableFacts | None:
    """The table of an ARN; None if it does not exist."""
    _, _, name = str(arn).rpartition(":")
    kind, _, path = name.partition("/")
    database, _, table = path.partition("/")
    return read.find_table(call, database, table) if kind == "table" else None
