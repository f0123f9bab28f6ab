"""Snowflake platform: account, roles, warehouses, tags, catalog integration, a database and a volume for each zone."""

from __future__ import annotations

from lakekit import Environment, LakehouseApp, pascal
from lakekit.snowflake import (
    ExternalVolume,
    FunctionalRole,
    GlueCatalogIntegration,
    GovernanceTags,
    ServiceUser,
    SnowflakeAccount,
    SnowflakeDatabase,
    SnowflakeStack,
    WorkloadWarehouse,
)


class SnowflakePlatformStack(SnowflakeStack):
    """The Snowflake platform of an environment, for its data products."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment)
        self.account = SnowflakeAccount(self, "Account")
        self.roles = {name: FunctionalRole(self, pascal(name), name=name) for name in environment.governance.roles}
        self.workloads: dict[str, WorkloadWarehouse] = {}
        for name, settings in self.settings.workloads.items():
            warehouse = WorkloadWarehouse(self, f"{pascal(name)}Workload", name=name, settings=settings)
            for role in settings.roles or self.roles:
                warehouse.grant_usage(self.roles[role])
            self.workloads[name] = warehouse
        for name, user in self.settings.service_users.items():
            ServiceUser(
                self,
                f"{pascal(name)}User",
                name=name,
                settings=user,
                network_policy=self.account.network_policy_name,
                depends_on=[
                    self.account.network_policy,
                    self.roles[user.role].resource,
                    self.workloads[user.workload].resource,
                ],
            )
        self.governance_tags = GovernanceTags(self, "Access") if self.settings.edition.has_governance else None
        self.catalog = GlueCatalogIntegration(self, "Catalog")
        self.databases: dict[str, SnowflakeDatabase] = {}
        self.volumes: dict[str, ExternalVolume] = {}
        for name, zone in environment.lake.zones.items():
            if zone.holds_tables:
                self.databases[name] = SnowflakeDatabase(
                    self, f"{pascal(name)}Zone", name=name, comment=zone.description
                )
                self.volumes[name] = ExternalVolume(self, f"{pascal(name)}Volume", zone=name)
