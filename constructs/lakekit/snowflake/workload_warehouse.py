"""Virtual warehouses: one for each workload."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from lakekit.bindings import Construct, snowflake
from lakekit.environment import WorkloadSettings
from lakekit.naming import slug
from lakekit.snowflake.credit_monitor import CreditMonitor
from lakekit.snowflake.stack import Administrator, create_resource, needs_governance, snowflake_stack_of


class WorkloadWarehouse(Construct):
    """A warehouse that sleeps after a minute, cancels what runs too long, and stops at its quota.

    Args:
        scope: where it stands.
        id: PascalCase id; the workload's name unless `name` is given.
        settings: size, quota, timeouts; the tier's where they say nothing.
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
        name: Sequence[str] | str | None = None,
    ) -> None:
        super().__init__(scope, id)
        stack = snowflake_stack_of(self)
        defaults = stack.environment.defaults
        name_parts = (name,) if isinstance(name, str) else tuple(name or (slug(id),))
        self.settings: Final = settings or WorkloadSettings()
        if self.settings.max_clusters > 1:
            needs_governance(self, "warehouses of several clusters")
        self.name: Final = stack.snowflake_names.warehouse(*name_parts)
        self.monitor: Final = CreditMonitor(
            self,
            "Credits",
            name_parts=name_parts,
            monthly_credits=self.settings.monthly_credits or defaults.warehouse_credits,
        )
        several = self.settings.max_clusters > 1
        self.resource: Final[Any] = create_resource(
            self,
            "Warehouse",
            snowflake.warehouse.Warehouse,
            # Only ACCOUNTADMIN assigns a monitor (provider issue 3019): made by SYSADMIN, the apply would stop here.
            role=Administrator.ACCOUNT,
            after=[self.monitor.resource],
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
            # Acceleration is billed beside the warehouse and no monitor stops it.
            enable_query_acceleration="false",
            min_cluster_count=1 if several else None,
            max_cluster_count=self.settings.max_clusters if several else None,
            scaling_policy="ECONOMY" if several else None,
        )

    def grant_usage(self, role: str, *, id: str, after: Sequence[Any] = ()) -> Any:
        """Let an account role run statements on it.

        Args:
            role: the role's name.
            id: PascalCase id of the grant.
            after: resources that have to exist first, such as the role.
        """
        module = snowflake.grant_privileges_to_account_role
        return create_resource(
            self,
            id,
            module.GrantPrivilegesToAccountRole,
            role=Administrator.SECURITY,
            after=[self.resource, *after],
            account_role_name=role,
            # OPERATE lets a session resume it explicitly; auto-resume needs USAGE alone.
            privileges=["USAGE"],
            on_account_object=module.GrantPrivilegesToAccountRoleOnAccountObject(
                object_type="WAREHOUSE", object_name=self.name
            ),
        )
