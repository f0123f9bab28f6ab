"""Data cells filters: the rows and columns that a role sees of a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Protocol

from lakekit.bindings import Construct, aws
from lakekit.core.stack import environment_of, stack_of
from lakekit.errors import ConstructError
from lakekit.governance.data_role import settings_of_role
from lakekit.governance.row_predicate import check_row_predicate
from lakekit.iam import Grantee, resolve_grantee
from lakekit.naming import pascal, slug

if TYPE_CHECKING:
    from lakekit.catalog.governed_table import GovernedTable, ProductTags


class FilteredTable(Protocol):
    """The table of a filter: an IcebergTable."""

    @property
    def name(self) -> str: ...

    @property
    def database_name(self) -> str: ...

    @property
    def declaration(self) -> GovernedTable: ...

    @property
    def product_tags(self) -> ProductTags: ...

    @property
    def resource(self) -> aws.glue_catalog_table.GlueCatalogTable: ...


class CellFilter(Construct):
    """A Lake Formation data cells filter: the rows and columns that a role sees of a table.

    With `role`, the rows come from the `row_filters` of the table's declaration, and columns whose classification the
    role may not read are excluded. `rows`, `columns` and `exclude_columns` override both.

    Args:
        scope: the parent construct.
        id: PascalCase id; the filter's name in snake case.
        table: the table.
        role: short name of a role of governance.roles.
        rows: a PartiQL predicate such as `region = 'EU'`; the role's row filter, or all rows, by default.
        columns: the visible columns.
        exclude_columns: the hidden columns; at most one of the two lists. All columns that the role may read are
            visible by default.

    Attributes:
        name: the filter's name.
        role: short name of the role, or None.
        resource: the `aws_lakeformation_data_cells_filter`.

    Raises:
        ConstructError: an unknown role or column, a role without row filter or readable columns, both column lists at
            once, or a filter that filters nothing.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        table: FilteredTable,
        role: str | None = None,
        rows: str | None = None,
        columns: Sequence[str] = (),
        exclude_columns: Sequence[str] = (),
    ) -> None:
        super().__init__(scope, id)
        if role is not None:
            rows = self._rows_of(table, role) if rows is None else rows
            if not (columns or exclude_columns):
                exclude_columns = self._hidden_from(table, role)
        self._check(table, rows, columns, exclude_columns)
        environment = environment_of(self)
        self.role: Final = role
        self.name: Final = slug(id).replace("-", "_")
        self._table = table
        self._granted: dict[str, aws.lakeformation_permissions.LakeformationPermissions] = {}
        module = aws.lakeformation_data_cells_filter
        row_filter = (
            module.LakeformationDataCellsFilterTableDataRowFilter(filter_expression=rows)
            if rows
            else module.LakeformationDataCellsFilterTableDataRowFilter(
                all_rows_wildcard=[module.LakeformationDataCellsFilterTableDataRowFilterAllRowsWildcard()]
            )
        )
        data = module.LakeformationDataCellsFilterTableData(
            table_catalog_id=environment.account_id,
            database_name=table.database_name,
            table_name=table.name,
            name=self.name,
            row_filter=[row_filter],
            column_names=sorted(columns) or None,
            column_wildcard=None
            if columns
            else [
                module.LakeformationDataCellsFilterTableDataColumnWildcard(
                    excluded_column_names=sorted(exclude_columns) or None
                )
            ],
        )
        self.resource: Final = module.LakeformationDataCellsFilter(
            self, "Filter", table_data=[data], depends_on=[table.resource]
        )

    def grant_select(self, grantee: Grantee | None = None) -> aws.lakeformation_permissions.LakeformationPermissions:
        """Allow a role to select the rows and columns of the filter.

        Args:
            grantee: a role, a construct with a role, the name of a role (such as one of governance.roles), or its ARN;
                the filter's `role` by default.

        Raises:
            ConstructError: neither a grantee nor a role of the filter.
        """
        if grantee is None and self.role is None:
            raise ConstructError(self, "has no role to grant to", fix="pass a grantee, or role= of the filter")
        role = resolve_grantee(self, grantee or self.role or "")
        if role.name in self._granted:
            return self._granted[role.name]
        module = aws.lakeformation_permissions
        # The first grant has the plain id, so that its address does not depend on the role.
        id = f"Select{pascal(slug(role.name))}" if self._granted else "Select"
        granted = self._granted[role.name] = module.LakeformationPermissions(
            self,
            id,
            principal=role.deployed_arn if stack_of(role) is stack_of(self) else role.arn,
            permissions=["SELECT"],
            data_cells_filter=module.LakeformationPermissionsDataCellsFilter(
                table_catalog_id=environment_of(self).account_id,
                database_name=self._table.database_name,
                table_name=self._table.name,
                name=self.name,
            ),
            depends_on=[self.resource],
        )
        return granted

    def _check(
        self, table: FilteredTable, rows: str | None, columns: Sequence[str], exclude_columns: Sequence[str]
    ) -> None:
        if rows is not None:
            check_row_predicate(self, rows, table=table.name, columns=table.declaration.column_names)
        if columns and exclude_columns:
            raise ConstructError(self, "columns and exclude_columns are both given", fix="pass one of the two")
        if not (rows or columns or exclude_columns):
            raise ConstructError(self, "filters nothing", fix="pass role, rows, columns or exclude_columns")
        unknown = sorted({*columns, *exclude_columns} - set(table.declaration.column_names))
        if unknown:
            raise ConstructError(
                self,
                f"{', '.join(unknown)}: not a column of {table.name}",
                fix=f"use {', '.join(table.declaration.column_names)}",
            )

    def _rows_of(self, table: FilteredTable, role: str) -> str:
        settings_of_role(self, role)
        if role not in table.declaration.row_filters:
            declared = ", ".join(table.declaration.row_filters) or "none"
            raise ConstructError(
                self,
                f"{table.name} declares no row filter for {role!r}; it declares filters for: {declared}",
                fix=f"add {role!r} to row_filters of the GovernedTable, or pass rows=",
            )
        return table.declaration.row_filters[role]

    def _hidden_from(self, table: FilteredTable, role: str) -> Sequence[str]:
        hidden = table.product_tags.unreadable_columns(settings_of_role(self, role), table.declaration)
        if len(hidden) == len(table.declaration.columns):
            raise ConstructError(
                self,
                f"role {role!r} may read no column of {table.name}",
                fix="extend the role's read filter in governance.roles, or leave the filter out",
            )
        return hidden
