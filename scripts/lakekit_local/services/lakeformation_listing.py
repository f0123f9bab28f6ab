"""Lake Formation: ListPermissions, filtered by the permissions of the caller.

API reference, "ListPermissions": "Returns a list of the principal permissions on the resource, filtered by the
permissions of the caller. For example, if you are granted an ALTER permission, you are able to see only the principal
permissions for ALTER." Administrators, creators of the resource and the root user see all of them.
"""

from __future__ import annotations

from typing import Any

from lakekit_local.data_permissions.principal import DataPrincipal
from lakekit_local.requests.registry import Call, handles
from lakekit_local.services.lakeformation_grants import Grant, grants_table, listed_grants


@handles("lakeformation", "ListPermissions")
def list_permissions(call: Call) -> dict[str, Any]:
    found = listed_grants(call)
    if not call.identity.is_root:
        principal = DataPrincipal(call, call.identity)
        if not principal.sees_everything:
            found = [shown for record in found if (shown := _visible(call, principal, record))]
    return {"PrincipalResourcePermissions": found}


def _visible(call: Call, principal: DataPrincipal, record: Grant) -> Grant | None:
    """A grant with the permissions that the caller has on its resource; None if it has none of them."""
    if record["Principal"]["DataLakePrincipalIdentifier"] == principal.name:
        return record
    if principal.may_grant(record["Resource"], set(record["Permissions"])):
        return record
    held = {
        permission
        for one in grants_table(call).all()
        if one["Principal"]["DataLakePrincipalIdentifier"] == principal.name and one["Resource"] == record["Resource"]
        for permission in one["Permissions"]
    }
    left = [one for one in record["Permissions"] if one in held]
    grantable = [one for one in record["PermissionsWithGrantOption"] if one in held]
    return {**record, "Permissions": left, "PermissionsWithGrantOption": grantable} if left else None
