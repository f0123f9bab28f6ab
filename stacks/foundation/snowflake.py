"""Warehouse: the Snowflake account, its roles, a database for each zone of tables, and the ways to those tables."""

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
    """The Snowflake side of an environment, ready for its data products."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment)
        self.account = SnowflakeAccount(self, "Account")
        self.roles = {name: FunctionalRole(self, _id(name), name=name) for name in environment.governance.roles}
        self.workloads: dict[str, WorkloadWarehouse] = {}
        for name, settings in self.settings.workloads.items():
            warehouse = WorkloadWarehouse(self, f"{_id(name)}Workload", name=name, settings=settings)
            for role in settings.roles or self.roles:
                warehouse.grant_usage(self.roles[role].name, id=f"{_id(role)}Usage", after=[self.roles[role].resource])
            self.workloads[name] = warehouse
        for name, user in self.settings.service_users.items():
            ServiceUser(
                self,
                f"{_id(name)}User",
                name=name,
                settings=user,
                network_policy=self.account.network_policy_name,
                after=[
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
                self.databases[name] = SnowflakeDatabase(self, f"{_id(name)}Zone", name=name, comment=zone.description)
                self.volumes[name] = ExternalVolume(self, f"{_id(name)}Volume", zone=name)


def _id(name: str) -> str:
    return pascal(name)
