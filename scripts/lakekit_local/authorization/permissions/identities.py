"""IAM and STS: roles and users with their paths, and condition keys of policies and boundaries.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
"""

from __future__ import annotations

from typing import Any, Final

from moto.iam.models import iam_backends

from lakekit_local.authorization.permissions.model import Permission, arn_of
from lakekit_local.requests.registry import Call

_WITHOUT_PERMISSION: Final = ("GetCallerIdentity", "GetSessionToken")
"""https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html"""
_BY_TRUST: Final = ("AssumeRole", "AssumeRoleWithWebIdentity", "AssumeRoleWithSAML")
_KINDS: Final = (
    ("InstanceProfileName", "instance-profile", "instance_profiles"),
    ("RoleName", "role", "roles"),
    ("UserName", "user", "users"),
    ("GroupName", "group", "groups"),
)
_BY_POLICY: Final = ("policy",)


def sts(call: Call) -> list[Permission] | None:
    """None needed to ask for one's own identity; roles are assumed by their trust policies, in the handlers of STS."""
    return [] if call.operation in (*_WITHOUT_PERMISSION, *_BY_TRUST) else None


def iam(call: Call) -> list[Permission] | None:
    """The permissions of an operation on a role, user, group, instance profile, policy or service-linked role."""
    action = f"iam:{call.operation}"
    context = _context(call)
    if call.operation == "CreateServiceLinkedRole":
        service = str(call.get("AWSServiceName", ""))
        arn = arn_of(call, f"role/aws-service-role/{service}/*", region="")
        return [Permission(action, arn, {"iam:awsservicename": (service,)})]
    if call.operation == "CreatePolicy":
        path = str(call.get("Path") or "/")
        return [Permission(action, arn_of(call, f"policy{path}{call['PolicyName']}", region=""))]
    for parameter, kind, attribute in _KINDS:
        name = call.get(parameter)
        if name:
            path = _path(call, attribute, str(name))
            return [Permission(action, arn_of(call, f"{kind}{path}{name}", region=""), context)]
    return None


def _path(call: Call, attribute: str, name: str) -> str:
    known: dict[str, Any] = getattr(iam_backends[call.account][call.partition], attribute)
    found = next((one for one in known.values() if one.name == name), None)
    return str((found.path if found else call.get("Path")) or "/")


def _context(call: Call) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    if call.get("PolicyArn"):
        found["iam:policyarn"] = (str(call["PolicyArn"]),)
    boundary = call.get("PermissionsBoundary")
    if boundary is None and call.get("RoleName") and not call.operation.startswith("Create"):
        roles: Any = iam_backends[call.account][call.partition].roles.values()
        boundary = next((one.permissions_boundary_arn for one in roles if one.name == call["RoleName"]), None)
    if boundary:
        found["iam:permissionsboundary"] = (str(boundary),)
    return found
