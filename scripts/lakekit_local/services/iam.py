"""IAM: UpdateRole keeps the description if the request has none; policies keep the ids of deleted roles and users."""

from __future__ import annotations

from typing import Any

from moto.iam.models import iam_backends

from lakekit_local.authorization.principals import replace_deleted
from lakekit_local.requests.registry import Call, RawResponse, handles


@handles("iam", "UpdateRole")
def update_role(call: Call) -> RawResponse:
    backend = iam_backends[call.account][call.partition]
    known = next((role for role in backend.roles.values() if role.name == call["RoleName"]), None)
    description = known.description if known else ""
    answer = call.forward_to_moto()
    if answer.ok and known and "Description" not in call.params:
        known.description = description
    return answer


@handles("iam", "DeleteRole", "DeleteUser")
def delete_principal(call: Call) -> RawResponse:
    backend: Any = iam_backends[call.account][call.partition]
    holders, name = (
        (backend.roles, call["RoleName"]) if call.operation == "DeleteRole" else (backend.users, call.get("UserName"))
    )
    known = next((one for one in holders.values() if one.name == name), None)
    answer = call.forward_to_moto()
    if answer.ok and known is not None:
        replace_deleted(str(known.arn), str(known.id))
    return answer
