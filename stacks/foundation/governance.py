"""Governance: Lake Formation in force, its vocabulary, and the roles that read and write by it."""

from __future__ import annotations

from lakekit import (
    DataRole,
    Environment,
    LakeFormationSettings,
    LakehouseApp,
    LakehouseStack,
    LakeLocations,
    LakeTags,
    TableOptimizerRole,
    pascal,
)


class GovernanceStack(LakehouseStack):
    """LF-tags, data roles and grants of the environment file, in force before the first database exists."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "governance")
        owner = environment.owns_account_settings
        self.settings = LakeFormationSettings(self, "LakeFormation") if owner else None
        self.locations = LakeLocations(self, "Locations", settings=self.settings)
        self.tags = LakeTags(self, "Tags", settings=self.settings) if owner else None
        self.optimizer = TableOptimizerRole(
            self, "TableOptimizer", depends_on=list(self.tags.tags.values()) if self.tags else []
        )
        self.roles = {
            name: DataRole(self, pascal(name), name=name, settings=settings)
            for name, settings in environment.governance.roles.items()
        }
