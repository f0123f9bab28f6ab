"""IAM: UpdateRole keeps the description if the request has none."""

from __future__ import annotations

from moto.iam.models import iam_backends

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
