"""The stack that a grant on a catalog object belongs to."""

from __future__ import annotations

from lakekit.bindings import Construct
from lakekit.core.stack import stack_of
from lakekit.iam import Grantee, Role, RoleReference, resolve_grantee


def role_for_grant(resource: Construct, grantee: Grantee) -> Role | RoleReference:
    """Return the role of a grantee; the grant on the resource is created under it.

    Lake Formation needs both the resource and the role. A role of another stack of the app takes the grant in its own
    stack, which then depends on the resource's stack; where that one depends on the role's stack already, the grant
    is created in the resource's stack, on a reference to the role.

    Args:
        resource: the database or table, or a reference to it.
        grantee: see `lakekit.iam.Grantee`.
    """
    role = resolve_grantee(resource, grantee)
    own, other = stack_of(resource), stack_of(role)
    if own is other:
        return role
    if own.depends_on(other):
        return resolve_grantee(resource, role.name)
    other.add_dependency(own)
    return role
