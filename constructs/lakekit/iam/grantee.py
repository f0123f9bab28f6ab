"""Grantees: the arguments of grants, and their resolution to a role."""

from __future__ import annotations

from typing import Protocol, TypeAlias, runtime_checkable

from lakekit.bindings import Construct
from lakekit.core.references import shared_reference
from lakekit.errors import ConstructError
from lakekit.iam.role import Role, RoleReference, role_in_stack
from lakekit.iam.role_name import role_name


@runtime_checkable
class HasRole(Protocol):
    """A construct that works as a role, such as a job, a connector or a data role."""

    @property
    def role(self) -> Role | RoleReference:
        """The role that grants go to."""
        ...


Grantee: TypeAlias = Role | RoleReference | HasRole | str
"""A role, a construct with a role, the name of a role (physical, or the short name of a data role of the
environment), or the ARN of a role of this account."""


def resolve_grantee(scope: Construct, grantee: Grantee) -> Role | RoleReference:
    """Return the role of a grantee.

    A name or an ARN gives the role of that name in this stack if there is one, else the one reference that the stack
    has for it.

    Args:
        scope: the construct that grants.
        grantee: see `Grantee`.

    Raises:
        ConstructError: not a grantee, not the name of a role, or the ARN of something else or of another account.
    """
    if isinstance(grantee, Role | RoleReference):
        return grantee
    if isinstance(grantee, str):
        return _role_of_name(scope, role_name(scope, grantee), grantee)
    if isinstance(grantee, HasRole) and isinstance(grantee.role, Role | RoleReference):
        return grantee.role
    raise ConstructError(
        scope,
        f"cannot grant to a {type(grantee).__name__}: it has no role",
        fix="pass a Role, a construct with a role, the name of a role, or the ARN of a role of this account",
    )


def _role_of_name(scope: Construct, name: str, given: str) -> Role | RoleReference:
    found = role_in_stack(scope, name)
    if found is None:
        return shared_reference(scope, RoleReference, name, lambda parent: RoleReference(parent, f"Role-{name}", given))
    if given.startswith("arn:") and given != found.arn:
        raise ConstructError(
            scope,
            f"cannot grant to {given}: the stack refers to the role {name} as {found.arn}",
            fix="use the same ARN, with the path of the role, everywhere in the stack",
        )
    return found
