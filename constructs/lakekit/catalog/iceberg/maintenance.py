"""Maintenance of Iceberg tables: Glue table optimizers and their role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from lakekit.bindings import Construct, aws
from lakekit.core.provider_range import restrict_provider
from lakekit.core.stack import environment_of
from lakekit.governance.catalog_grants import grant_catalog_access
from lakekit.governance.lake_formation_grants import DATABASE_READ, TABLE_WRITE, TagGrant
from lakekit.governance.location_grants import grant_zone_locations
from lakekit.iam import ServiceRole, statement
from lakekit.naming import pascal
from lakekit.storage import ZoneReference

ROLE_NAME: Final = "table-optimizer"


@dataclass(frozen=True, slots=True)
class TableMaintenance:
    """Settings of Glue's table optimizers.

    Args:
        compaction: merge small files.
        snapshot_days: days to retain snapshots; the tier's default if not set.
        snapshots_to_keep: minimum number of snapshots to retain.
        orphan_days: days after which files of no snapshot are deleted; at least 3, Glue's default, so that files of a
            running write are not deleted.
    """

    compaction: bool = True
    snapshot_days: int | None = None
    snapshots_to_keep: int = 1
    orphan_days: int = 3


class TableOptimizerRole(Construct):
    """The role of Glue's table optimizers, which rewrite files of the zones and commit to the catalog.

    One per environment; tables of any stack refer to it by its literal ARN.

    Args:
        scope: the parent construct.
        id: PascalCase id.
        depends_on: created before the Lake Formation grants, such as the LF-tags.

    Attributes:
        role: the ServiceRole.
        grants: its TagGrants, in order.
        location_grants: its `aws_lakeformation_permissions` on the locations of the zones.
    """

    def __init__(self, scope: Construct, id: str, *, depends_on: Sequence[Construct] = ()) -> None:
        super().__init__(scope, id)
        environment = environment_of(self)
        names = environment.names
        self.role: Final = ServiceRole(
            self,
            "Role",
            service="glue",
            description="Glue compacts Iceberg tables, expires snapshots and deletes orphan files with it",
            name=ROLE_NAME,
        )
        zones = [name for name, zone in environment.lake.zones.items() if zone.holds_tables]
        for zone in zones:
            id_ = pascal(zone)
            ZoneReference(self, id_, zone).grant_write(self.role)
        grant_catalog_access(self, self.role, write=True)
        self.role.allow(
            statement(
                "WriteLogs",
                ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
                [names.arn("logs", "log-group:/aws-glue/iceberg-*")],
            )
        )
        self.grants: Final[list[TagGrant]] = []
        for kind, permissions in (("DATABASE", DATABASE_READ), ("TABLE", TABLE_WRITE)):
            grant = TagGrant(
                self,
                f"{kind.capitalize()}Grant",
                principal=self.role.resource.arn,
                kind=kind,
                expression={"zone": zones},
                permissions=permissions,
                depends_on=depends_on,
            )
            self.grants.append(grant)
            depends_on = ()
        self.location_grants: Final = grant_zone_locations(self, self.role.resource.arn, zones)


def add_optimizers(
    scope: Construct,
    *,
    table: aws.glue_catalog_table.GlueCatalogTable,
    database: str,
    name: str,
    location: str,
    maintenance: TableMaintenance,
) -> list[aws.glue_catalog_table_optimizer.GlueCatalogTableOptimizer]:
    """Create the optimizers of a table: compaction, retention, orphan files.

    Args:
        scope: the table's construct.
        table: the `aws_glue_catalog_table`.
        database: the database's physical name.
        name: the table's name.
        location: the table's location.
        maintenance: the settings.
    """
    environment = environment_of(scope)
    module = aws.glue_catalog_table_optimizer
    prefix = "GlueCatalogTableOptimizerConfiguration"
    role_arn = environment.names.role_arn(environment.names.role(ROLE_NAME))

    def optimizer(
        id: str, kind: str, **configuration: Any
    ) -> aws.glue_catalog_table_optimizer.GlueCatalogTableOptimizer:
        return module.GlueCatalogTableOptimizer(
            scope,
            id,
            catalog_id=environment.account_id,
            database_name=database,
            table_name=name,
            type=kind,
            configuration=[getattr(module, prefix)(enabled=True, role_arn=role_arn, **configuration)],
            depends_on=[table],
        )

    def block(part: str, **arguments: Any) -> list[Any]:
        inner = getattr(module, f"{prefix}{part}IcebergConfiguration")(**arguments)
        return [getattr(module, prefix + part)(iceberg_configuration=[inner])]

    made = [optimizer("Compaction", "compaction")] if maintenance.compaction else []
    if made and restrict_provider(scope, "glue_compaction_configuration"):
        # What Glue returns for an optimizer without a configuration (pull request 44044 of the provider).
        stated = [{"iceberg_configuration": [{"strategy": "binpack"}]}]
        made[0].add_override("configuration.0.compaction_configuration", stated)
    return [
        *made,
        optimizer(
            "Retention",
            "retention",
            retention_configuration=block(
                "RetentionConfiguration",
                snapshot_retention_period_in_days=maintenance.snapshot_days or environment.defaults.snapshot_days,
                number_of_snapshots_to_retain=maintenance.snapshots_to_keep,
                clean_expired_files=True,
            ),
        ),
        optimizer(
            "OrphanFiles",
            "orphan_file_deletion",
            orphan_file_deletion_configuration=block(
                "OrphanFileDeletionConfiguration",
                orphan_file_retention_period_in_days=maintenance.orphan_days,
                location=location,
            ),
        ),
    ]
