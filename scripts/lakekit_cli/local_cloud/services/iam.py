"""IAM: an update of a role leaves what it does not name."""

from __future__ import annotations

from moto.iam.models import iam_backends

from lakekit_cli.local_cloud.registry import Call, Raw, handles


@handles("iam", "UpdateRole")
def update_role(call: Call) -> Raw:
    backend = iam_backends[call.account][call.partition]
    known = next((role for role in backend.roles.values() if role.name == call["RoleName"]), None)
    description = known.description if known else ""
    answer = call.moto()
    if answer.ok and known and "Description" not in call.params:
        known.description = description
    return answer
