"""Engines that apply Lake Formation permissions themselves, or may read whole tables only.

Sources, AWS Lake Formation Developer Guide: "Lake Formation workflow for application integration API operations",
"Registering a third-party query engine" (session tag `LakeFormationAuthorizedCaller`); Lake Formation API reference,
"DataLakeSettings" and "GetTemporaryGlueTableCredentials".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lakekit_local.authorization.callers import Identity
from lakekit_local.data_permissions import records as read
from lakekit_local.data_permissions.access import TableAccess, TableFacts
from lakekit_local.data_permissions.missing import Missing
from lakekit_local.data_permissions.principal import DataPrincipal
from lakekit_local.requests.registry import Call, ServiceError

_TAG: Final = "LakeFormationAuthorizedCaller"
WRITES: Final = frozenset({"ALL", "ALTER", "DELETE", "DROP", "INSERT", "SUPER_USER"})


def may_filter(call: Call, identity: Identity) -> bool:
    """Whether the caller is the session of an engine that the settings trust to filter data."""
    settings = read.records(call, "settings").get(call.account, {})
    allowed = {one["DataLakePrincipalIdentifier"] for one in settings.get("ExternalDataFilteringAllowList") or ()}
    trusted = identity.tags.get(_TAG) in (settings.get("AuthorizedSessionTagValueList") or ())
    return bool(settings.get("AllowExternalDataFiltering")) and trusted and identity.caller.account in allowed


def missing_for_credentials(
    call: Call, principal: DataPrincipal, table: TableFacts, wanted: set[str]
) -> Iterator[Missing]:
    """What the caller lacks to get credentials for a table."""
    arn = call.arn(f"table/{table.database}/{table.name}", service="glue")
    settings = read.records(call, "settings").get(call.account, {})
    filters = may_filter(call, call.identity)
    if not filters and not settings.get("AllowFullTableExternalDataAccess"):
        yield Missing(
            "SELECT", arn, "Access is not allowed: the caller is not an engine that the data lake settings authorize."
        )
    access = principal.on_table(table)
    for permission in sorted(wanted & WRITES - {"ALL", "SUPER_USER"} - access.permissions):
        yield Missing(permission, arn, partial=principal.why_not(table, permission))
    if "SELECT" in wanted and not (access.selectable if filters else "SELECT" in access.permissions):
        yield Missing("SELECT", arn)


def check_filtering(access: TableAccess, supported: set[str]) -> None:
    """Refuse an engine that does not support the filters that apply to the caller.

    Raises:
        ServiceError: `PermissionTypeMismatchException`.
    """
    needed = set()
    if access.filters and not access.columns:
        needed.add("CELL_FILTER_PERMISSION")
    if access.columns and "SELECT" not in access.permissions:
        needed.add("COLUMN_PERMISSION")
    if needed - supported:
        raise ServiceError(
            "PermissionTypeMismatchException",
            f"The engine does not support the permission types of the table: {', '.join(sorted(needed - supported))}",
        )
