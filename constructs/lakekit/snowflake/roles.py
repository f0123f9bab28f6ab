"""Account roles: functional ones for people and programs, access ones for the rights on a schema."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from lakekit.bindings import Construct, snowflake
from lakekit.core.stack import environment_of
from lakekit.environment import ServiceUserSettings
from lakekit.errors import ConstructError
from lakekit.naming import slug
from lakekit.snowflake.stack import Administrator, create_resource, snowflake_stack_of


class AccountRole(Construct):
    """An account role that reaches SYSADMIN, directly or through its parent.

    Args:
        scope: where it stands.
        id: PascalCase id.
        name: its name.
        comment: who or what it is for.
        parent: the role it is granted to; SYSADMIN by default, so that no role is out of administrators' reach.
        after: resources that have to exist first, such as the parent.

    Attributes:
        name: its name, a literal.
        resource: the `snowflake_account_role`.
        parent_grant: the `snowflake_grant_account_role` to its parent.
    """

    def __init__(
        self, scope: Construct, id: str, *, name: str, comment: str, parent: str = "SYSADMIN", after: Sequence[Any] = ()
    ) -> None:
        super().__init__(scope, id)
        self.name: Final = name
        self.resource: Final[Any] = create_resource(
            self, "Role", snowflake.account_role.AccountRole, role=Administrator.USERS, name=name, comment=comment
        )
        self.parent_grant: Final[Any] = grant_role(self, "Parent", role=name, to=parent, after=[self.resource, *after])


class FunctionalRole(AccountRole):
    """The Snowflake side of a role of governance.roles: it holds access roles and warehouse usage, and no object.

    Args:
        scope: where it stands.
        id: PascalCase id; the role's name unless `name` is given.
        name: the role's name, one of governance.roles.

    Raises:
        ConstructError: the environment declares no such role.
    """

    def __init__(self, scope: Construct, id: str, *, name: str | None = None) -> None:
        role = name or slug(id)
        settings = environment_of(scope).governance.roles.get(role)
        super().__init__(
            scope,
            id,
            name=functional_role_name(scope, role),
            comment=settings.description if settings else role,
        )


class ServiceUser(Construct):
    """A program's user of type SERVICE: a key pair with room for the next one, one role, no password.

    Args:
        scope: where it stands.
        id: PascalCase id; the user's name unless `name` is given.
        settings: role, workload and keys.
        network_policy: name of the network policy that binds it.
        name: kebab-case name of its name.
        after: resources that have to exist first: role, warehouse, network policy.

    Attributes:
        name: its name, a literal.
        resource: the `snowflake_service_user`.

    Raises:
        ConstructError: the environment declares no such role.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        settings: ServiceUserSettings,
        network_policy: str,
        name: str | None = None,
        after: Sequence[Any] = (),
    ) -> None:
        super().__init__(scope, id)
        stack = snowflake_stack_of(self)
        short_name = name or slug(id)
        role = functional_role_name(self, settings.role)
        self.name: Final = stack.snowflake_names.service_user(short_name)
        self.resource: Final[Any] = create_resource(
            self,
            "User",
            snowflake.service_user.ServiceUser,
            # A network policy is attached by who owns both it and the user.
            role=Administrator.SECURITY,
            after=after,
            name=self.name,
            comment=settings.description,
            default_role=role,
            # Its rights are those of its one role.
            default_secondary_roles_option="NONE",
            default_warehouse=stack.snowflake_names.warehouse(settings.workload),
            network_policy=network_policy,
            rsa_public_key=settings.public_key,
            rsa_public_key2=settings.next_public_key,
            query_tag=stack.query_tag(service=short_name),
        )
        self.membership: Final[Any] = create_resource(
            self,
            "Membership",
            snowflake.grant_account_role.GrantAccountRole,
            role=Administrator.SECURITY,
            after=[self.resource, *after],
            role_name=role,
            user_name=self.name,
        )


def functional_role_name(scope: Construct, role: str) -> str:
    """The name of the functional role of a role that the environment declares.

    Raises:
        ConstructError: it declares no such role.
    """
    environment = environment_of(scope)
    if role not in environment.governance.roles:
        raise ConstructError(
            scope,
            f"{environment.name} declares no role {role!r}; it has {', '.join(environment.governance.roles) or 'none'}",
            fix=f"add it under governance.roles in {environment.name}.yaml",
        )
    return snowflake_stack_of(scope).snowflake_names.functional_role(role)


def grant_role(scope: Construct, id: str, *, role: str, to: str, after: Sequence[Any] = ()) -> Any:
    """Grant an account role to another; one resource."""
    return create_resource(
        scope,
        id,
        snowflake.grant_account_role.GrantAccountRole,
        role=Administrator.SECURITY,
        after=after,
        role_name=role,
        parent_role_name=to,
    )
