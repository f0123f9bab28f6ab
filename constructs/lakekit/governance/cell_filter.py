"""Rows and columns that a role may see of a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Protocol

from lakekit.bindings import Construct, aws
from lakekit.core.stack import environment_of
from lakekit.errors import ConstructError
from lakekit.naming import slug


class FilteredTable(Protocol):
    """What a filter needs to know of a table: its names and its columns."""

    @property
    def name(self) -> str: ...

    @property
    def database_name(self) -> str: ...

    @property
    def column_names(self) -> Sequence[str]: ...

    @property
    def resource(self) -> Any: ...


class CellFilter(Construct):
    """A data cell filter of Lake Formation: some rows, some columns, for those it is granted to.

    Args:
        scope: where it stands.
        id: PascalCase id; the filter's name in snake case.
        table: the table.
        rows: a PartiQL predicate such as `region = 'EU'`; all rows by default.
        columns: the columns that are seen.
        exclude_columns: the columns that are not seen; one of the two at most, all columns by default.

    Attributes:
        name: the filter's name.
        resource: the `aws_lakeformation_data_cells_filter`.

    Raises:
        ConstructError: a column that the table does not have, both lists at once, or a filter that filters nothing.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        table: FilteredTable,
        rows: str | None = None,
        columns: Sequence[str] = (),
        exclude_columns: Sequence[str] = (),
    ) -> None:
        super().__init__(scope, id)
        self._check(table, rows, columns, exclude_columns)
        environment = environment_of(self)
        self.name: Final = slug(id).replace("-", "_")
        self._table = table
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
        self.resource: Final[Any] = module.LakeformationDataCellsFilter(
            self, "Filter", table_data=[data], depends_on=[table.resource]
        )

    def grant_select(self, principal: str, *, id: str = "Select") -> Any:
        """Let a role (its ARN) select what the filter shows.

        Args:
            principal: ARN of the role.
            id: PascalCase id of the grant, where there are several.
        """
        module = aws.lakeformation_permissions
        return module.LakeformationPermissions(
            self,
            id,
            principal=principal,
            permissions=["SELECT"],
            data_cells_filter=module.LakeformationPermissionsDataCellsFilter(
                table_catalog_id=environment_of(self).account_id,
                database_name=self._table.database_name,
                table_name=self._table.name,
                name=self.name,
            ),
            depends_on=[self.resource],
        )

    def _check(
        self, table: FilteredTable, rows: str | None, columns: Sequence[str], exclude_columns: Sequence[str]
    ) -> None:
        if columns and exclude_columns:
            raise ConstructError(self, "columns and exclude_columns are both given", fix="name one of the two")
        if not (rows or columns or exclude_columns):
            raise ConstructError(self, "filters nothing", fix="give rows, columns or exclude_columns")
        unknown = sorted({*columns, *exclude_columns} - set(table.column_names))
        if unknown:
            raise ConstructError(
                self,
                f"{', '.join(unknown)} is no column of {table.name}; it has {', '.join(table.column_names)}",
                fix="name columns of the table",
            )
