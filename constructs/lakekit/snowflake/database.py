"""Databases: one for each zone of tables, and one for the rules of access."""

from __future__ import annotations

from typing import Any, Final

from lakekit.bindings import Construct, cdktf, snowflake
from lakekit.naming import slug
from lakekit.snowflake.names import quoted
from lakekit.snowflake.stack import create_resource, snowflake_stack_of


class SnowflakeDatabase(Construct):
    """A database without a PUBLIC schema, with time travel by tier.

    Standard edition keeps at most a day; more is cut to that.

    Args:
        scope: where it stands.
        id: PascalCase id; the database's name unless `name` is given.
        name: kebab-case name, such as a zone's name.
        comment: what is in it.

    Attributes:
        name: its name, a literal such as `ACME_DEV_CURATED`.
        resource: the `snowflake_database`.
    """

    def __init__(self, scope: Construct, id: str, *, name: str | None = None, comment: str) -> None:
        super().__init__(scope, id)
        stack = snowflake_stack_of(self)
        self.name: Final = stack.snowflake_names.database(name or slug(id))
        self.resource: Final[Any] = create_resource(
            self,
            "Database",
            snowflake.database.Database,
            name=self.name,
            comment=comment,
            is_transient=False,
            data_retention_time_in_days=time_travel_days(self),
            # PUBLIC is open to everybody who may use the database.
            drop_public_schema_on_creation=True,
            lifecycle=stateful_lifecycle(self),
        )

    @property
    def qualified_name(self) -> str:
        """The name in quotes."""
        return quoted(self.name)


def time_travel_days(scope: Construct) -> int:
    """Days of time travel: the tier's, and at most 1 on Standard edition."""
    stack = snowflake_stack_of(scope)
    days = stack.environment.defaults.time_travel_days
    return days if stack.settings.edition.has_governance else min(days, 1)


def stateful_lifecycle(scope: Construct) -> Any:
    """The lifecycle of what bears data: `prevent_destroy` where the tier says so."""
    defaults = snowflake_stack_of(scope).environment.defaults
    return cdktf.TerraformResourceLifecycle(prevent_destroy=True) if defaults.prevent_destroy else None
