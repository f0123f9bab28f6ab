"""Access of a role to an Athena view: Lake Formation, catalog entry, and its tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Protocol

from lakekit.bindings import Construct, aws, cdktf
from lakekit.catalog.grant_scope import role_for_grant
from lakekit.core.stack import stack_of
from lakekit.governance.catalog_grants import grant_catalog_access
from lakekit.governance.lake_formation_grants import DATABASE_READ, TABLE_READ, named_grants
from lakekit.iam import Grantee, Role, RoleReference
from lakekit.naming import pascal, slug

if TYPE_CHECKING:
    from lakekit.catalog.database import Database
    from lakekit.catalog.database_reference import DatabaseReference
    from lakekit.catalog.iceberg import IcebergTable, TableReference


class AccessedView(Protocol):
    """An AthenaView."""

    @property
    def name(self) -> str: ...

    @property
    def database(self) -> Database | DatabaseReference: ...

    @property
    def database_name(self) -> str: ...

    @property
    def tables(self) -> Sequence[IcebergTable | TableReference]: ...

    @property
    def resource(self) -> aws.glue_catalog_table.GlueCatalogTable: ...


class ViewAccess(Construct):
    """Grants on one view; `AthenaView.grant_read` creates it, together with the grants on the tables of the view.

    Args:
        scope: parent of the grants.
        id: PascalCase id.
        role: the role.
        view: the view.
        depends_on: resources that are created first, such as the view.

    Attributes:
        grants: the `aws_lakeformation_permissions`, in order.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        role: Role | RoleReference,
        view: AccessedView,
        depends_on: Sequence[cdktf.TerraformResource] = (),
    ) -> None:
        super().__init__(scope, id)
        grant_catalog_access(self, role, database=view.database_name, table=view.name)
        module = aws.lakeformation_permissions
        on_database = {"database": module.LakeformationPermissionsDatabase(name=view.database_name)}
        # All columns instead of the table, as for tables (provider issue 44074).
        on_view = {
            "table_with_columns": module.LakeformationPermissionsTableWithColumns(
                database_name=view.database_name, name=view.name, wildcard=True
            )
        }
        # A grant on a table of the same database includes DESCRIBE on the database.
        is_described = any(table.database_name == view.database_name for table in view.tables)
        self.grants: Final[list[aws.lakeformation_permissions.LakeformationPermissions]] = named_grants(
            self,
            role.deployed_arn,
            [*([] if is_described else [("Database", DATABASE_READ, on_database)]), ("View", TABLE_READ, on_view)],
            depends_on=depends_on,
        )


def grant_view_access(scope: Construct, view: AccessedView, grantee: Grantee) -> ViewAccess:
    """Create the grants of `AthenaView.grant_read`, or return those that the role has already.

    Args:
        scope: the construct of the view.
        view: the view.
        grantee: see `lakekit.iam.Grantee`.
    """
    for table in view.tables:
        table.grant_read(grantee)
    role = role_for_grant(scope, grantee)
    # Without the environment, so that the address is the same in all of them.
    id = f"ReadView{pascal(view.database.short_name)}{pascal(slug(view.name))}"
    existing = role.node.try_find_child(id)
    if isinstance(existing, ViewAccess):
        return existing
    same_stack = stack_of(role) is stack_of(scope)
    return ViewAccess(role, id, role=role, view=view, depends_on=[view.resource] if same_stack else ())
