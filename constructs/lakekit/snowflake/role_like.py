"""Account roles as arguments: a construct or a name, resolved in one place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from lakekit.bindings import Construct
from lakekit.core.stack import environment_of, stack_of
from lakekit.errors import ConstructError
from lakekit.naming import pascal
from lakekit.snowflake.resources import snowflake_stack_of
from lakekit.snowflake.roles import AccountRole, functional_role_name

RoleLike: TypeAlias = AccountRole | str
"""A FunctionalRole or AccountRole, the short name of a role of governance.roles, or the upper-case name of an account
role."""

_FORBIDDEN: Final = ("PUBLIC", "ACCOUNTADMIN", "SECURITYADMIN", "USERADMIN", "ORGADMIN")


@dataclass(frozen=True, slots=True)
class ResolvedRole:
    """An account role that is granted something.

    Attributes:
        name: its name in Snowflake.
        id: PascalCase part of construct ids.
        depends_on: the role's resource, where it is in the same stack.
    """

    name: str
    id: str
    depends_on: Sequence[Construct] = ()


def resolve_role(scope: Construct, role: RoleLike) -> ResolvedRole:
    """Return the account role.

    Args:
        scope: the construct that grants.
        role: see `RoleLike`.

    Raises:
        ConstructError: PUBLIC or an administrative role, or a short name that the environment does not declare.
    """
    if isinstance(role, AccountRole):
        same_stack = stack_of(role) is stack_of(scope)
        return ResolvedRole(role.name, pascal(role.short_name), [role.resource] if same_stack else [])
    if role.upper() in _FORBIDDEN:
        raise ConstructError(
            scope, f"cannot grant to {role}", fix="grant to a role of governance.roles; every user has PUBLIC"
        )
    id = pascal(role.lower().replace("_", "-"))
    if role in environment_of(scope).governance.roles or role != role.upper():
        return ResolvedRole(functional_role_name(snowflake_stack_of(scope), role), id)
    return ResolvedRole(role, id)
