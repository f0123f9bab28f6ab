"""Row access policies on shared tables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from lakekit.bindings import Construct, snowflake
from lakekit.catalog.governed_table import GovernedTable
from lakekit.errors import ConstructError
from lakekit.snowflake.iceberg_integration import ExternalIcebergTable
from lakekit.snowflake.masking import masked_type
from lakekit.snowflake.names import quoted
from lakekit.snowflake.policy_data import RowPolicy
from lakekit.snowflake.resources import address_of, create_resource, needs_governance, snowflake_stack_of
from lakekit.snowflake.schema import SnowflakeSchema
from lakekit.snowflake.sql_execute import SqlExecute


class RowAccessPolicy(Construct):
    """A row access policy on a shared table: all rows for some roles, filtered rows for others, none for the rest.

    Args:
        scope: the parent construct.
        id: PascalCase id.
        schema: the schema of policy and table.
        share: the shared table.
        table: the declaration of the table, with its row filters.
        unrestricted_roles: short names of the roles that see all rows.

    Attributes:
        name: the policy's name.
        resource: the `snowflake_row_access_policy`.
        attachment: the SqlExecute that attaches it to the table.

    Raises:
        ConstructError: Standard edition, or row filters that use no column of the table.
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
            name.lower() for text in table.row_filters.values() for name in re.findall(r"\w+", _without_strings(text))
        }
        read = [column for column in table.columns if column.name in identifiers]
        if not read:
            raise ConstructError(
                self,
                f"the row filters of {table.name} use none of its columns: {'; '.join(table.row_filters.values())}",
                fix=f"use a column: {', '.join(table.column_names)}",
            )
        self.name: Final = f"ROWS_{share.name}"
        stack = snowflake_stack_of(self)
        names = stack.snowflake_names
        data = RowPolicy(
            policy="",
            attachment="",
            name=(schema.database, schema.name, self.name),
            table=(schema.database, schema.name, share.name),
            columns=tuple(column.name.upper() for column in read),
            unrestricted_roles=tuple(names.functional_role(role) for role in sorted(unrestricted_roles)),
            row_filters=tuple(
                (names.functional_role(role), table.row_filters[role]) for role in sorted(table.row_filters)
            ),
        )
        module = snowflake.row_access_policy
        self.resource: Final[snowflake.row_access_policy.RowAccessPolicy] = create_resource(
            self,
            "Policy",
            module.RowAccessPolicy,
            depends_on=[schema.resource],
            database=schema.database,
            schema=schema.name,
            name=self.name,
            argument=[
                module.RowAccessPolicyArgument(name=column.name.upper(), type=masked_type(column.type) or "VARCHAR")
                for column in read
            ],
            body=data.body(),
            comment=f"Rows of {share.name} that each role sees",
        )
        policy = quoted(*data.name)
        references = f"{quoted(schema.database)}.INFORMATION_SCHEMA.POLICY_REFERENCES"
        self.attachment: Final = SqlExecute(
            self,
            "InForce",
            execute=data.attach(),
            revert=f"ALTER ICEBERG TABLE IF EXISTS {share.qualified_name} DROP ROW ACCESS POLICY {policy}",
            probe=" ".join(("SELECT *", f"FROM TABLE({references}(POLICY_NAME => '{'.'.join(data.name)}'))")),
            depends_on=[self.resource, share.object.resource],
        )
        stack.record_policy(
            replace(data, policy=address_of(self.resource), attachment=address_of(self.attachment.resource))
        )


def _without_strings(text: str) -> str:
    return re.sub(r"'(?:[^']|'')*'", "''", text)
