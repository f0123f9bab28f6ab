"""Account roles: functional roles for people and programs, access roles for the privileges on a schema."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lakekit.bindings import Construct, snowflake
from lakekit.core.stack import environment_of
from lakekit.environment import ServiceUserSettings
from lakekit.governance.data_role import settings_of_role
from lakekit.naming import slug
from lakekit.snowflake.administrator import Administrator
from lakekit.snowflake.resources import create_resource, snowflake_stack_of


class AccountRole(Construct):
    """An account role that is granted to SYSADMIN, directly or through its parent.

    Args:
        scope: the parent construct.
        id: PascalCase id.
        role_name: the name in Snowflake.
        comment: the purpose.
        short_name: kebab-case name; by default the name in lower case.
        parent: the role that it is granted to; SYSADMIN by default, so that administrators have every role.
        depends_on: resources that are created first, such as the parent.

    Attributes:
        short_name: kebab-case name.
        name: the name in Snowflake, a literal.
        resource: the `snowflake_account_role`.
        parent_grant: the `snowflake_grant_account_role` to its parent.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        role_name: str,
        comment: str,
        short_name: str | None = None,
        parent: str = "SYSADMIN",
        depends_on: Sequence[Construct] = (),
    ) -> None:
        super().__init__(scope, id)
        self.name: Final = role_name
        self.short_name: Final = short_name or role_name.lower().replace("_", "-")
        self.resource: Final = create_resource(
            self, "Role", snowflake.account_role.AccountRole, role=Administrator.USERS, name=role_name, comment=comment
        )
        self.parent_grant: Final = grant_role(
            self, "Parent", role=role_name, to=parent, depends_on=[self.resource, *depends_on]
        )


class FunctionalRole(AccountRole):
    """The account role of a role of governance.roles: it has access roles and warehouse usage, and owns no object.

    Args:
        scope: the parent construct.
        id: PascalCase id; the name unless `name` is given.
        name: short name of the role, one of governance.roles.

    Raises:
        ConstructError: the environment declares no such role.
    """

    def __init__(self, scope: Construct, id: str, *, name: str | None = None) -> None:
        role = name or slug(id)
        settings = environment_of(scope).governance.roles.get(role)
        super().__init__(
            scope,
            id,
            role_name=functional_role_name(scope, role),
            short_name=role,
            comment=settings.description if settings else role,
        )


class ServiceUser(Construct):
    """A user of type SERVICE for a program: key-pair authentication with key rotation, one role, no password.

    Args:
        scope: the parent construct.
        id: PascalCase id; the name unless `name` is given.
        settings: role, workload and keys.
        network_policy: name of the user's network policy.
        name: kebab-case name.
        depends_on: resources that are created first: role, warehouse, network policy.

    Attributes:
        name: the name in Snowflake, a literal.
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
        depends_on: Sequence[Construct] = (),
    ) -> None:
        super().__init__(scope, id)
        stack = snowflake_stack_of(self)
        short_name = name or slug(id)
        role = functional_role_name(self, settings.role)
        self.name: Final = stack.snowflake_names.service_user(short_name)
        self.resource: Final = create_resource(
            self,
            "User",
            snowflake.service_user.ServiceUser,
            # The role that attaches a network policy owns both policy and user.
            role=Administrator.SECURITY,
            depends_on=depends_on,
            name=self.name,
            comment=settings.description,
            default_role=role,
            # Only the privileges of the one role.
            default_secondary_roles_option="NONE",
            default_warehouse=stack.snowflake_names.warehouse(settings.workload),
            network_policy=network_policy,
            rsa_public_key=settings.public_key,
            rsa_public_key2=settings.next_public_key,
            query_tag=stack.query_tag(service=short_name),
        )
        self.membership: Final = create_resource(
            self,
            "Membership",
            snowflake.grant_account_role.GrantAccountRole,
            role=Administrator.SECURITY,
            depends_on=[self.resource, *depends_on],
            role_name=role,
            user_name=self.name,
        )


def functional_role_name(scope: Construct, role: str) -> str:
    """The account role of a role of governance.roles, by its short name.

    Raises:
        ConstructError: the environment declares no such role.
    """
    settings_of_role(scope, role)
    return snowflake_stack_of(scope).snowflake_names.functional_role(role)


def grant_role(
    scope: Construct, id: str, *, role: str, to: str, depends_on: Sequence[Construct] = ()
) -> snowflake.grant_account_role.GrantAccountRole:
    """Grant an account role to another one."""
    return create_resource(
        scope,
        id,
        snowflake.grant_account_role.GrantAccountRole,
        role=Administrator.SECURITY,
        depends_on=depends_on,
        role_name=role,
        parent_role_name=to,
    )
