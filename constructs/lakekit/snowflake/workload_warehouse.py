"""Virtual warehouses, one for each workload."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lakekit.bindings import Construct, snowflake
from lakekit.environment import WorkloadSettings
from lakekit.naming import slug
from lakekit.snowflake.administrator import Administrator
from lakekit.snowflake.credit_monitor import CreditMonitor
from lakekit.snowflake.resources import create_resource, needs_governance, snowflake_stack_of
from lakekit.snowflake.role_like import RoleLike
from lakekit.snowflake.warehouse_reference import WarehouseReference, grant_warehouse_usage


class WorkloadWarehouse(Construct):
    """A warehouse with auto-suspend after a minute, statement timeouts and a credit quota.

    Args:
        scope: the parent construct.
        id: PascalCase id; the workload's name unless `name` is given.
        settings: size, quota, timeouts; the tier's defaults where not set.
        name: kebab-case name or name parts of the warehouse's name.

    Attributes:
        name: its name, a literal.
        settings: the settings.
        monitor: its CreditMonitor.
        resource: the `snowflake_warehouse`.

    Raises:
        ConstructError: more than one cluster on Standard edition.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        settings: WorkloadSettings | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(scope, id)
        stack = snowflake_stack_of(self)
        defaults = stack.environment.defaults
        name = name or slug(id)
        self.settings: Final = settings or WorkloadSettings()
        if self.settings.max_clusters > 1:
            needs_governance(self, "multi-cluster warehouses")
        self.name: Final = stack.snowflake_names.warehouse(name)
        self.monitor: Final = CreditMonitor(
            self,
            "Credits",
            name=name,
            monthly_credits=self.settings.monthly_credits or defaults.warehouse_credits,
        )
        several = self.settings.max_clusters > 1
        self.resource: Final = create_resource(
            self,
            "Warehouse",
            snowflake.warehouse.Warehouse,
            # Only ACCOUNTADMIN can assign a monitor (provider issue 3019); as SYSADMIN the apply would fail.
            role=Administrator.ACCOUNT,
            depends_on=[self.monitor.resource],
            name=self.name,
            comment=self.settings.description,
            warehouse_type="STANDARD",
            warehouse_size=str(self.settings.size or defaults.warehouse_size),
            auto_resume="true",
            auto_suspend=self.settings.auto_suspend_seconds,
            initially_suspended=True,
            statement_timeout_in_seconds=self.settings.statement_timeout_seconds,
            statement_queued_timeout_in_seconds=self.settings.queue_timeout_seconds,
            resource_monitor=self.monitor.name,
            # Query acceleration is billed separately and no monitor limits it.
            enable_query_acceleration="false",
            min_cluster_count=1 if several else None,
            max_cluster_count=self.settings.max_clusters if several else None,
            scaling_policy="ECONOMY" if several else None,
        )

    @classmethod
    def from_name(cls, scope: Construct, id: str, name: str) -> WarehouseReference:
        """Refer to the warehouse of a workload, which another stack creates.

        Args:
            scope: parent of the reference.
            id: PascalCase id.
            name: name of the workload, a key of `snowflake.workloads` of the environment file.
        """
        return WarehouseReference(scope, id, name)

    def grant_usage(
        self, role: RoleLike, *, depends_on: Sequence[Construct] = ()
    ) -> snowflake.grant_privileges_to_account_role.GrantPrivilegesToAccountRole:
        """Allow an account role to run statements on the warehouse.

        Args:
            role: a FunctionalRole, or the short name of a role of governance.roles.
            depends_on: further resources that are created first.

        Raises:
            ConstructError: PUBLIC, an administrative role, or a role that the environment does not declare.
        """
        return grant_warehouse_usage(self, self.name, role, created=[self.resource], depends_on=depends_on)
