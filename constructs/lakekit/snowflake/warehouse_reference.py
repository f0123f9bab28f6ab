"""References to the warehouses of workloads, and grants on warehouses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

from lakekit.bindings import Construct, snowflake
from lakekit.core.references import shared_reference
from lakekit.errors import ConstructError
from lakekit.snowflake.administrator import Administrator
from lakekit.snowflake.resources import create_resource, snowflake_stack_of
from lakekit.snowflake.role_like import RoleLike, resolve_role

if TYPE_CHECKING:
    Grant: TypeAlias = snowflake.grant_privileges_to_account_role.GrantPrivilegesToAccountRole


class WarehouseReference(Construct):
    """The warehouse of a workload, which another stack creates; `WorkloadWarehouse.from_name` returns one.

    Args:
        scope: parent of the reference.
        id: PascalCase id.
        name: name of the workload, a key of `snowflake.workloads` of the environment file.

    Attributes:
        short_name: name of the workload.
        name: its name in Snowflake, a literal.

    Raises:
        ConstructError: the environment has no workload of that name.
    """

    def __init__(self, scope: Construct, id: str, name: str) -> None:
        super().__init__(scope, id)
        stack = snowflake_stack_of(self)
        known = stack.settings.workloads
        if name not in known:
            raise ConstructError(
                self,
                f"{stack.environment.name} has no warehouse {name!r}; known: {', '.join(known)}",
                fix=f"use a known name, or add it to snowflake.workloads in {stack.environment.name}.yaml",
            )
        self.short_name: Final = name
        self.name: Final = stack.snowflake_names.warehouse(name)

    def grant_usage(self, role: RoleLike, *, depends_on: Sequence[Construct] = ()) -> Grant:
        """See `WorkloadWarehouse.grant_usage`."""
        name = self.short_name
        # All references of a stack share their grants: a grant is one resource.
        shared = shared_reference(
            self, WarehouseReference, name, lambda parent: WarehouseReference(parent, f"Warehouse-{name}", name)
        )
        return grant_warehouse_usage(shared, self.name, role, depends_on=depends_on)


def grant_warehouse_usage(
    scope: Construct,
    warehouse: str,
    role: RoleLike,
    *,
    created: Sequence[Construct] = (),
    depends_on: Sequence[Construct] = (),
) -> Grant:
    """Create the grant of `grant_usage`, or return the one that the role has already.

    Args:
        scope: the construct of the warehouse.
        warehouse: its name in Snowflake.
        role: see `RoleLike`.
        created: the warehouse's resource, if it is in this stack.
        depends_on: further resources that are created first.
    """
    resolved = resolve_role(scope, role)
    module = snowflake.grant_privileges_to_account_role
    id = f"{resolved.id}Usage"
    existing = scope.node.try_find_child(id)
    if isinstance(existing, module.GrantPrivilegesToAccountRole):
        return existing
    return create_resource(
        scope,
        id,
        module.GrantPrivilegesToAccountRole,
        role=Administrator.SECURITY,
        depends_on=[*created, *resolved.depends_on, *depends_on],
        account_role_name=resolved.name,
        # OPERATE allows a session to resume it explicitly; auto-resume needs USAGE alone.
        privileges=["USAGE"],
        on_account_object=module.GrantPrivilegesToAccountRoleOnAccountObject(
            object_type="WAREHOUSE", object_name=warehouse
        ),
    )
