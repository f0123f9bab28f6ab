"""Lake Formation: temporary credentials for tables, and unfiltered metadata for engines that filter.

Sources: see `lakekit_local.data_permissions.engines`.
"""

from __future__ import annotations

from typing import Any

from lakekit_local.data_permissions import records as read
from lakekit_local.data_permissions.access import TableFacts
from lakekit_local.data_permissions.engines import WRITES, check_filtering, may_filter
from lakekit_local.data_permissions.principal import DataPrincipal
from lakekit_local.data_permissions.required import table_of_arn
from lakekit_local.data_permissions.vending import vend
from lakekit_local.requests.registry import Call, ServiceError, handles, new_id
from lakekit_local.services.lakeformation_locations import registered_location


@handles("lakeformation", "GetTemporaryGlueTableCredentials", "GetTemporaryGluePartitionCredentials")
def table_credentials(call: Call) -> dict[str, Any]:
    table = table_of_arn(call, call["TableArn"])
    stored = read.stored_table(call, table.database, table.name) if table else None
    if table is None or stored is None:
        raise ServiceError("EntityNotFoundException", f"Table {call['TableArn']} was not found.")
    if may_filter(call, call.identity):
        check_filtering(
            DataPrincipal(call, call.identity).on_table(table), set(call.get("SupportedPermissionTypes", ()))
        )
    location = stored["StorageDescriptor"]["Location"]
    path = str(call.get("S3Path") or location)
    if not f"{path.rstrip('/')}/".startswith(f"{location.rstrip('/')}/"):
        raise ServiceError("InvalidInputException", f"{path} is not within the location of the table, {location}.")
    made = vend(
        call,
        [path],
        write=bool(WRITES & set(call.get("Permissions", ()))),
        seconds=int(call.get("DurationSeconds", 3600)),
    )
    return {
        "AccessKeyId": made.access_key_id,
        "SecretAccessKey": made.secret_access_key,
        "SessionToken": made.session_token,
        "Expiration": made.expiration,
        **({"VendedS3Path": [path]} if call.operation.endswith("TableCredentials") else {}),
    }


@handles("glue", "GetUnfilteredTableMetadata")
def unfiltered_table(call: Call) -> dict[str, Any]:
    stored = read.stored_table(call, call["DatabaseName"], call["Name"])
    table = read.find_table(call, call["DatabaseName"], call["Name"])
    if stored is None or table is None:
        raise ServiceError("EntityNotFoundException", f"Table {call['Name']} not found.")
    access = DataPrincipal(call, call.identity).on_table(table)
    check_filtering(access, set(call["SupportedPermissionTypes"]))
    cells = [
        {"ColumnName": column, "RowFilterExpression": one.rows}
        for one in access.filters
        for column in sorted(one.columns)
        if one.rows and column not in access.columns
    ]
    return {
        "Table": {**stored, "DatabaseName": table.database, "CatalogId": call.account},
        "AuthorizedColumns": [one for one in table.columns if one in access.selectable],
        "IsRegisteredWithLakeFormation": _is_registered(call, stored),
        "CellFilters": cells,
        "QueryAuthorizationId": new_id(),
        "ResourceArn": _arn(call, table),
        "Permissions": sorted(access.permissions),
    }


def _is_registered(call: Call, stored: dict[str, Any]) -> bool:
    return registered_location(call, (stored.get("StorageDescriptor") or {}).get("Location", "")) is not None


def _arn(call: Call, table: TableFacts) -> str:
    return call.arn(f"table/{table.database}/{table.name}", service="glue")
