"""Governance: Lake Formation in force, its vocabulary, and the roles that read and write by it."""

from __future__ import annotations

from typing import Any

from lakekit import (
    DataRole,
    Environment,
    LakeFormationSettings,
    LakehouseApp,
    LakehouseStack,
    LakeLocations,
    LakeTags,
    TableOptimizerRole,
)
from lakekit.naming import pascal


class GovernanceStack(LakehouseStack):
    """Who may read what: declared in the environment file, in force before the first database exists."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "governance")
        self.settings = LakeFormationSettings(self, "LakeFormation")
        self.locations = LakeLocations(self, "Locations", settings=self.settings)
        self.tags = LakeTags(self, "Tags", settings=self.settings)
        after: list[Any] = list(self.tags.tags.values())
        self.optimizer = TableOptimizerRole(self, "TableOptimizer", after=after)
        after = [self.optimizer.grants[-1].resource]
        self.roles: dict[str, DataRole] = {}
        for name, settings in environment.governance.roles.items():
            id_ = pascal(name)
            role = DataRole(self, id_, name=name, settings=settings, after=after)
            after = [role.grants[-1].resource]
            self.roles[name] = role
