"""Databases: one for each zone of tables, and one for governance."""

from __future__ import annotations

from typing import Final

from lakekit.bindings import Construct, cdktf, snowflake
from lakekit.naming import slug
from lakekit.snowflake.database_reference import SnowflakeDatabaseReference
from lakekit.snowflake.names import quoted
from lakekit.snowflake.resources import create_resource, snowflake_stack_of


class SnowflakeDatabase(Construct):
    """A database without the PUBLIC schema, with time travel by tier.

    Standard edition retains at most one day; a longer time is cut to that.

    Args:
        scope: the parent construct.
        id: PascalCase id; the name unless `name` is given.
        name: kebab-case name, such as a zone's name.
        comment: the content.

    Attributes:
        short_name: the kebab-case name.
        name: the name in Snowflake, a literal such as `ACME_DEV_CURATED`.
        resource: the `snowflake_database`.
    """

    def __init__(self, scope: Construct, id: str, *, name: str | None = None, comment: str) -> None:
        super().__init__(scope, id)
        stack = snowflake_stack_of(self)
        self.short_name: Final = name or slug(id)
        self.name: Final = stack.snowflake_names.database(self.short_name)
        self.resource: Final = create_resource(
            self,
            "Database",
            snowflake.database.Database,
            name=self.name,
            comment=comment,
            is_transient=False,
            data_retention_time_in_days=time_travel_days(self),
            # Every user of the database has access to PUBLIC.
            drop_public_schema_on_creation=True,
            lifecycle=stateful_lifecycle(self),
        )

    @classmethod
    def from_name(cls, scope: Construct, id: str, name: str) -> SnowflakeDatabaseReference:
        """Refer to the database of a zone, which another stack creates.

        Args:
            scope: parent of the reference.
            id: PascalCase id.
            name: kebab-case name of a zone that holds tables.
        """
        return SnowflakeDatabaseReference(scope, id, name)

    @property
    def qualified_name(self) -> str:
        """The name in quotes."""
        return quoted(self.name)


def time_travel_days(scope: Construct) -> int:
    """Days of time travel: the tier's, at most 1 on Standard edition."""
    stack = snowflake_stack_of(scope)
    days = stack.environment.defaults.time_travel_days
    return days if stack.settings.edition.has_governance else min(days, 1)


def stateful_lifecycle(scope: Construct) -> cdktf.TerraformResourceLifecycle | None:
    """The lifecycle of resources that hold data: `prevent_destroy` in tiers that require it."""
    defaults = snowflake_stack_of(scope).environment.defaults
    return cdktf.TerraformResourceLifecycle(prevent_destroy=True) if defaults.prevent_destroy else None
