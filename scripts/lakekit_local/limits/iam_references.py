"""Names and references that IAM refuses.

Sources: IAM API reference, "DeletePolicy" (``DeleteConflict``: the policy is attached, is a permissions boundary or has
further versions), "CreateRole" and others ("Names are not distinguished by case", ``EntityAlreadyExists``), and
"PutRolePermissionsBoundary" (``NoSuchEntity``).
"""

from __future__ import annotations

from typing import Any, Final

from moto.iam.models import iam_backends

from lakekit_local.limits.registry import limits
from lakekit_local.requests.registry import Call, ServiceError

_KINDS: Final = {
    "CreateRole": ("RoleName", "Role", "roles"),
    "CreateUser": ("UserName", "User", "users"),
    "CreateGroup": ("GroupName", "Group", "groups"),
    "CreateInstanceProfile": ("InstanceProfileName", "Instance Profile", "instance_profiles"),
}


@limits("iam", *_KINDS)
def name(call: Call) -> None:
    """A name that differs from another one by case only."""
    parameter, title, attribute = _KINDS[call.operation]
    given = str(call[parameter])
    known: Any = getattr(_backend(call), attribute).values()
    if any(str(one.name).lower() == given.lower() for one in known):
        raise ServiceError("EntityAlreadyExists", f"{title} with name {given} already exists.", 409)


@limits("iam", "CreateRole", "CreateUser", "PutRolePermissionsBoundary", "PutUserPermissionsBoundary")
def boundary(call: Call) -> None:
    """A permissions boundary that does not exist."""
    arn = call.get("PermissionsBoundary")
    if arn and str(arn) not in _backend(call).managed_policies:
        raise ServiceError("NoSuchEntity", f"Scope ARN: {arn} does not exist or is not attachable.", 404)


@limits("iam", "DeletePolicy")
def policy(call: Call) -> None:
    """A policy that is used, or that has further versions."""
    arn = str(call["PolicyArn"])
    found: Any = _backend(call).managed_policies.get(arn)
    if found is None:
        return
    if _is_attached(call, arn):
        raise ServiceError("DeleteConflict", "Cannot delete a policy attached to entities.", 409)
    if len(found.versions) > 1:
        text = (
            "This policy has more than one version. Before you delete a policy, you must delete the policy's versions."
        )
        raise ServiceError("DeleteConflict", f"{text} The default version is deleted with the policy.", 409)


def _is_attached(call: Call, arn: str) -> bool:
    backend = _backend(call)
    for one in (*backend.roles.values(), *backend.users.values(), *backend.groups.values()):
        limit = getattr(one, "permissions_boundary_arn", None) or getattr(one, "permissions_boundary", None)
        limit = limit.get("PermissionsBoundaryArn") if isinstance(limit, dict) else limit
        if arn in one.managed_policies or limit == arn:
            return True
    return False


def _backend(call: Call) -> Any:
    return iam_backends[call.account][call.partition]
