"""References to Snowflake databases that another stack creates."""

from __future__ import annotations

from typing import Final

from lakekit.bindings import Construct
from lakekit.core.stack import environment_of
from lakekit.errors import ConstructError
from lakekit.snowflake.names import quoted
from lakekit.snowflake.resources import snowflake_stack_of


class SnowflakeDatabaseReference(Construct):
    """The database of a zone that another stack creates; `SnowflakeDatabase.from_name` returns one.

    Args:
        scope: parent of the reference.
        id: PascalCase id.
        name: kebab-case name of a zone that holds tables.

    Attributes:
        short_name: the kebab-case name.
        name: the name in Snowflake, a literal.

    Raises:
        ConstructError: the environment has no zone of that name that holds tables.
    """

    def __init__(self, scope: Construct, id: str, name: str) -> None:
        super().__init__(scope, id)
        environment = environment_of(self)
        known = [zone for zone, settings in environment.lake.zones.items() if settings.holds_tables]
        if name not in known:
            raise ConstructError(
                self,
                f"{environment.name} has no Snowflake database {name!r}; its databases are {', '.join(known)}",
                fix="use one of them, or add a zone with holds_tables: true under lake.zones in "
                f"{environment.name}.yaml",
            )
        self.short_name: Final = name
        self.name: Final = snowflake_stack_of(self).snowflake_names.database(name)

    @property
    def qualified_name(self) -> str:
        """The name in quotes."""
        return quoted(self.name)
