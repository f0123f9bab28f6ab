"""Access of a role to one table: Lake Formation, catalog entry, S3 prefix and KMS key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Protocol

from lakekit.bindings import Construct, aws, cdktf
from lakekit.catalog.grant_scope import role_for_grant
from lakekit.catalog.initial_metadata import metadata_prefix
from lakekit.core.stack import stack_of
from lakekit.governance.catalog_grants import grant_catalog_access
from lakekit.governance.lake_formation_grants import DATABASE_READ, TABLE_READ, TABLE_WRITE, named_grants
from lakekit.governance.location_grants import LOCATION_ACCESS, location_target
from lakekit.iam import Grantee, Role, RoleReference
from lakekit.naming import pascal, slug

if TYPE_CHECKING:
    from lakekit.catalog.database import Database
    from lakekit.catalog.database_reference import DatabaseReference
    from lakekit.storage import Zone, ZoneReference


class AccessedTable(Protocol):
    """An IcebergTable or a TableReference."""

    @property
    def name(self) -> str: ...

    @property
    def database(self) -> Database | DatabaseReference: ...

    @property
    def database_name(self) -> str: ...

    @property
    def location(self) -> str: ...

    @property
    def zone(self) -> Zone | ZoneReference: ...


class TableAccess(Construct):
    """Grants on one table, and on nothing else of its database; `IcebergTable.grant_read` and `grant_write` create it.

    The role gets S3 access to the files, as Spark and Flink need it, so column and row filters of Lake Formation do not
    limit it. Grant people by `governance.roles` and CellFilter.

    Args:
        scope: parent of the grants.
        id: PascalCase id.
        role: the role.
        table: the table.
        write: also insert, alter and delete.
        depends_on: resources that are created first, such as the table.

    Attributes:
        grants: the `aws_lakeformation_permissions`, in order.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        role: Role | RoleReference,
        table: AccessedTable,
        write: bool = False,
        depends_on: Sequence[cdktf.TerraformResource] = (),
    ) -> None:
        super().__init__(scope, id)
        grant_catalog_access(self, role, database=table.database_name, table=table.name, write=write)
        prefix = table.location.removeprefix(table.zone.location) + "/"
        (table.zone.grant_write_tables if write else table.zone.grant_read)(role, prefix)
        # The initial metadata file is outside the table's location.
        table.zone.grant_read(role, metadata_prefix(table.database_name, table.name))
        module = aws.lakeformation_permissions
        on_database = {"database": module.LakeformationPermissionsDatabase(name=table.database_name)}
        # One grant on all columns: Lake Formation lists SELECT as a grant on columns and the others as a grant on the
        # table, and the provider reads both for either resource, so that two resources, or SELECT on a plain `table`,
        # are recreated by every plan (provider issue 44074).
        on_table = {
            "table_with_columns": module.LakeformationPermissionsTableWithColumns(
                database_name=table.database_name, name=table.name, wildcard=True
            )
        }
        self.grants: Final[list[aws.lakeformation_permissions.LakeformationPermissions]] = named_grants(
            self,
            role.deployed_arn,
            [
                ("Database", DATABASE_READ, on_database),
                ("Table", TABLE_WRITE if write else TABLE_READ, on_table),
                *([("Location", LOCATION_ACCESS, location_target(self, table.location))] if write else []),
            ],
            depends_on=depends_on,
        )


def grant_table_access(
    scope: Construct,
    table: AccessedTable,
    grantee: Grantee,
    *,
    write: bool,
    depends_on: Sequence[cdktf.TerraformResource] = (),
) -> TableAccess:
    """Create the grants of `IcebergTable.grant_read` and `grant_write`, or return those that the role has already.

    Args:
        scope: the construct of the table.
        table: the table.
        grantee: see `lakekit.iam.Grantee`.
        write: also insert, alter and delete.
        depends_on: resources of the table's stack that are created first.
    """
    role = role_for_grant(scope, grantee)
    # Without the environment, so that the address is the same in all of them.
    id = ("Write" if write else "Read") + pascal(table.database.short_name) + pascal(slug(table.name))
    existing = role.node.try_find_child(id)
    if isinstance(existing, TableAccess):
        return existing
    same_stack = stack_of(role) is stack_of(scope)
    return TableAccess(role, id, role=role, table=table, write=write, depends_on=depends_on if same_stack else ())
