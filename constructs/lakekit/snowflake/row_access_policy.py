"""Rows that a role sees of a table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from lakekit.bindings import Construct, snowflake
from lakekit.catalog.governed_table import GovernedTable
from lakekit.errors import ConstructError
from lakekit.snowflake.iceberg_integration import ExternalIcebergTable
from lakekit.snowflake.masking import masked_type, row_body
from lakekit.snowflake.names import quoted
from lakekit.snowflake.schema import SnowflakeSchema
from lakekit.snowflake.sql_execute import SqlExecute
from lakekit.snowflake.stack import create_resource, needs_governance, snowflake_stack_of


class RowAccessPolicy(Construct):
    """A row access policy on a shared table: every row for some roles, a predicate's for others, none for the rest.

    Args:
        scope: where it stands.
        id: PascalCase id.
        schema: the schema of policy and table.
        share: the shared table.
        table: what the table is; its `row_filters` give the predicates.
        unrestricted_roles: roles that see every row.

    Attributes:
        name: the policy's name.
        resource: the `snowflake_row_access_policy`.
        attachment: the SqlExecute that puts it on the table.

    Raises:
        ConstructError: Standard edition, or a predicate that names no column of the table.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        schema: SnowflakeSchema,
        share: ExternalIcebergTable,
        table: GovernedTable,
        unrestricted_roles: Sequence[str],
    ) -> None:
        super().__init__(scope, id)
        needs_governance(self, "row access policies")
        identifiers = {
            word.lower() for text in table.row_filters.values() for word in re.findall(r"\w+", _without_strings(text))
        }
        read = [column for column in table.columns if column.name in identifiers]
        if not read:
            raise ConstructError(
                self,
                f"the row filters of {table.name} use none of its columns: {'; '.join(table.row_filters.values())}",
                fix=f"use a column: {', '.join(table.column_names)}",
            )
        self.name: Final = f"ROWS_{share.name}"
        module = snowflake.row_access_policy
        self.resource: Final[Any] = create_resource(
            self,
            "Policy",
            module.RowAccessPolicy,
            after=[schema.resource],
            database=schema.database,
            schema=schema.name,
            name=self.name,
            argument=[
                module.RowAccessPolicyArgument(name=column.name.upper(), type=masked_type(column.type) or "VARCHAR")
                for column in read
            ],
            body=row_body(snowflake_stack_of(self).snowflake_names, list(unrestricted_roles), table.row_filters),
            comment=f"Rows of {share.name} that each role sees",
        )
        policy = quoted(schema.database, schema.name, self.name)
        columns = ", ".join(column.name.upper() for column in read)
        references = f"{quoted(schema.database)}.INFORMATION_SCHEMA.POLICY_REFERENCES"
        self.attachment: Final = SqlExecute(
            self,
            "InForce",
            execute=f"ALTER ICEBERG TABLE {share.qualified_name} ADD ROW ACCESS POLICY {policy} ON ({columns})",
            revert=f"ALTER ICEBERG TABLE IF EXISTS {share.qualified_name} DROP ROW ACCESS POLICY {policy}",
            probe=" ".join(
                ("SELECT *", f"FROM TABLE({references}(POLICY_NAME => '{schema.database}.{schema.name}.{self.name}'))")
            ),
            after=[self.resource, share.object.resource],
        )


def _without_strings(text: str) -> str:
    return re.sub(r"'(?:[^']|'')*'", "''", text)
