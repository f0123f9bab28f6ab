"""The role with which `lakekit smoke` writes and reads one table of sample data."""

from __future__ import annotations

from typing import Final

from lakekit.bindings import Construct, aws
from lakekit.catalog.database import Database
from lakekit.core.stack import environment_of
from lakekit.environment import Environment
from lakekit.governance.catalog_grants import grant_catalog_access
from lakekit.governance.lake_formation_grants import DATABASE_WRITE, named_grants
from lakekit.governance.location_grants import LOCATION_ACCESS, location_target
from lakekit.iam import Role, trust_roles

SMOKE_TEST_ROLE: Final = "smoke-test"
SMOKE_TEST_TABLE: Final = "lakekit_smoke_orders"


def smoke_test_zone(environment: Environment) -> str | None:
    """The zone that the smoke test writes to: `curated`, else the last one that holds tables; None without any."""
    holding = [name for name, zone in environment.lake.zones.items() if zone.holds_tables]
    return "curated" if "curated" in holding else holding[-1] if holding else None


class SmokeTestRole(Construct):
    """A role that creates one table of sample data in a database, writes it and reads it back, and nothing else.

    The administrators of `governance.administrators` may assume it. As the creator of the table, it needs no grant on
    it (Lake Formation developer guide, "Implicit Lake Formation permissions").

    Args:
        scope: the parent construct.
        id: PascalCase id.
        database: the database of the table.

    Attributes:
        role: the Role, `<organization>-<environment>-smoke-test`.
        grants: the `aws_lakeformation_permissions` on the database and on the path of the table.
    """

    def __init__(self, scope: Construct, id: str, *, database: Database) -> None:
        super().__init__(scope, id)
        environment = environment_of(self)
        self.role: Final = Role(
            self,
            "Role",
            trust=[trust_roles(environment.names.role_arns(environment.governance.administrators))],
            description="Writes and reads the table of lakekit smoke",
            name=SMOKE_TEST_ROLE,
        )
        grant_catalog_access(self, self.role, database=database.name, table=SMOKE_TEST_TABLE, write=True)
        database.zone.grant_write_tables(self.role, f"{database.short_name}/{SMOKE_TEST_TABLE}/")
        on_database = aws.lakeformation_permissions.LakeformationPermissionsDatabase(name=database.resource.name)
        self.grants: Final[list[aws.lakeformation_permissions.LakeformationPermissions]] = named_grants(
            self,
            self.role.resource.arn,
            [
                ("Database", DATABASE_WRITE, {"database": on_database}),
                ("Location", LOCATION_ACCESS, location_target(self, f"{database.location}{SMOKE_TEST_TABLE}")),
            ],
        )
