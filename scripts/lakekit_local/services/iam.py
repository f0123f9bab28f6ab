"""IAM: UpdateRole keeps the description if the request has none; policies keep the ids of deleted roles and users."""

from __future__ import annotations

from typing import Any, Final

from moto.iam.models import iam_backends

from lakekit_local.authorization.principals import replace_deleted
from lakekit_local.requests.registry import Call, RawResponse, ServiceError, handles

_SERVICE_LINKED: Final = {
    "elasticmapreduce.amazonaws.com": "AWSServiceRoleForEMRCleanup",
    "kafka.amazonaws.com": "AWSServiceRoleForKafka",
    "kafka.application-autoscaling.amazonaws.com": "AWSServiceRoleForApplicationAutoScaling_KafkaCluster",
    "kafkaconnect.amazonaws.com": "AWSServiceRoleForKafkaConnect",
    "lakeformation.amazonaws.com": "AWSServiceRoleForLakeFormationDataAccess",
    "ops.emr-serverless.amazonaws.com": "AWSServiceRoleForAmazonEMRServerless",
    "spot.amazonaws.com": "AWSServiceRoleForEC2Spot",
    "spotfleet.amazonaws.com": "AWSServiceRoleForEC2SpotFleet",
}
"""Names by service, from the user guide of each; moto derives others."""


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


@handles("iam", "CreateServiceLinkedRole")
def create_service_linked_role(call: Call) -> dict[str, Any]:
    """Service-linked roles have the names that the user guides of the services state.

    Raises:
        ServiceError: the role exists.
    """
    service, suffix = str(call["AWSServiceName"]), str(call.get("CustomSuffix") or "")
    backend: Any = iam_backends[call.account][call.partition]
    name = _SERVICE_LINKED.get(service)
    name = f"{name}_{suffix}" if name and suffix else name
    # moto creates the role as one with another name, which is not in use, for services that it names wrongly.
    known = {one.name for one in backend.roles.values()}
    if name in known:
        text = f"Service role name {name} has been taken in this account, please try a different suffix."
        raise ServiceError("InvalidInput", text, 400)
    made = backend.create_service_linked_role(service, str(call.get("Description") or ""), suffix)
    made.name = name or made.name
    return {
        "Role": {
            "Path": made.path,
            "RoleName": made.name,
            "RoleId": made.id,
            "Arn": made.arn,
            "CreateDate": made.create_date,
            "AssumeRolePolicyDocument": made.assume_role_policy_document,
        }
    }
