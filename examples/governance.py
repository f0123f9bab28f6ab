"""Governance: Lake Formation settings, locations, tags and the data roles of the environment file."""

from __future__ import annotations

from lakekit import DataRole, Environment, LakeFormationSettings, LakehouseApp, LakehouseStack, LakeLocations, LakeTags


class GovernanceStack(LakehouseStack):
    """Access by tags: zone, domain and classification."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "governance")
        settings = LakeFormationSettings(self, "LakeFormation")
        self.locations = LakeLocations(self, "Locations", settings=settings)
        self.tags = LakeTags(self, "Tags", settings=settings)
        self.analyst = DataRole(
            self,
            "Analyst",
            name="analyst",
            settings=environment.governance.roles["analyst"],
            depends_on=list(self.tags.tags.values()),
        )
