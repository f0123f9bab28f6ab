"""Snowflake: account settings, roles, a warehouse with a resource monitor, databases and the Glue catalog."""

from __future__ import annotations

from lakekit import Environment, LakehouseApp
from lakekit.snowflake import (
    ExternalVolume,
    FunctionalRole,
    GlueCatalogIntegration,
    GovernanceTags,
    SnowflakeAccount,
    SnowflakeDatabase,
    SnowflakeStack,
    WorkloadWarehouse,
)


class SnowflakePlatform(SnowflakeStack):
    """Account settings, roles and warehouses shared by all data products on Snowflake."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "snowflake")
        SnowflakeAccount(self, "Account")
        roles = [FunctionalRole(self, name.title(), name=name) for name in ("analyst", "engineer", "eu-analyst")]
        query = WorkloadWarehouse(self, "Query", name="query")
        for role in roles:
            query.grant_usage(role)
        GovernanceTags(self, "Access")
        GlueCatalogIntegration(self, "Catalog")
        for zone in ("raw", "curated"):
            SnowflakeDatabase(self, f"{zone.title()}Zone", name=zone, comment=f"Tables of the zone {zone}")
            ExternalVolume(self, f"{zone.title()}Volume", zone=zone)
