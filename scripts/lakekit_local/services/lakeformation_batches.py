"""Lake Formation: batches of grants, which are answered for each entry.

https://docs.aws.amazon.com/lake-formation/latest/APIReference/API_BatchGrantPermissions.html ("Failures")
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lakekit_local.data_permissions.administration import missing_for_grant
from lakekit_local.data_permissions.principal import DataPrincipal
from lakekit_local.limits.data_permissions import check_grant
from lakekit_local.requests.registry import Call, ServiceError, handles
from lakekit_local.services.lakeformation_grants import Grant, revoke_grant, store_grant


@handles("lakeformation", "BatchGrantPermissions")
def batch_grant(call: Call) -> dict[str, Any]:
    def checked(entry: Grant) -> None:
        check_grant(call, entry)
        store_grant(call, entry)

    return _batch(call, checked)


@handles("lakeformation", "BatchRevokePermissions")
def batch_revoke(call: Call) -> dict[str, Any]:
    return _batch(call, lambda entry: revoke_grant(call, entry))


def _batch(call: Call, change: Callable[[Grant], None]) -> dict[str, Any]:
    failures = []
    for entry in call["Entries"]:
        try:
            _check_allowed(call, entry)
            change(entry)
        except ServiceError as fault:
            error = {"ErrorCode": fault.code, "ErrorMessage": fault.message}
            failures.append({"RequestEntry": entry, "Error": error})
    return {"Failures": failures}


def _check_allowed(call: Call, entry: Grant) -> None:
    """Check that the caller may change one grant.

    Raises:
        ServiceError: it may not.
    """
    if call.identity.is_root:
        return
    principal = DataPrincipal(call, call.identity)
    missing = None if principal.is_admin else next(missing_for_grant(call, principal, entry), None)
    if missing:
        denial = missing.denial(call)
        call.denials.append(denial)
        raise ServiceError("AccessDeniedException", denial.message, 400)
