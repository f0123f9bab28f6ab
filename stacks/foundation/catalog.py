"""Catalog: an encrypted Glue Data Catalog with a database for each zone of tables."""

from __future__ import annotations

from lakekit import (
    CatalogSettings,
    Database,
    Environment,
    LakehouseApp,
    LakehouseStack,
    SmokeTestRole,
    Zone,
    pascal,
)
from lakekit.catalog import smoke_test_zone


class CatalogStack(LakehouseStack):
    """The Glue Data Catalog of an environment."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "catalog")
        self.settings = CatalogSettings(self, "Catalog") if environment.owns_account_settings else None
        self.databases: dict[str, Database] = {}
        for name, zone in environment.lake.zones.items():
            if zone.holds_tables:
                id_ = pascal(name)
                reference = Zone.from_name(self, f"{id_}Zone", name)
                # The settings first: the catalog is encrypted before its first entry.
                before = [self.settings.resource] if self.settings else []
                self.databases[name] = Database(self, id_, zone=reference, name=name, depends_on=before)
        zone_of_smoke_test = smoke_test_zone(environment)
        self.smoke_test = (
            SmokeTestRole(self, "SmokeTest", database=self.databases[zone_of_smoke_test])
            if zone_of_smoke_test
            else None
        )
