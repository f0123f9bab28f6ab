"""References to Iceberg tables that another stack creates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lakekit.bindings import Construct
from lakekit.catalog.database_like import DatabaseLike, resolve_database
from lakekit.catalog.table_access import TableAccess, grant_table_access
from lakekit.catalog.table_validation import TABLE_NAME
from lakekit.errors import ConstructError

if TYPE_CHECKING:
    from lakekit.catalog.database import Database
    from lakekit.catalog.database_reference import DatabaseReference
    from lakekit.iam import Grantee
    from lakekit.storage import Zone, ZoneReference


class TableReference(Construct):
    """A table that another stack creates; `IcebergTable.from_name` returns one.

    Args:
        scope: parent of the reference.
        id: PascalCase id.
        name: name of the table, in snake case.
        database: the database: a construct, a reference or a name.

    Attributes:
        name: the table's name.
        database: the database.
        database_name: the database's physical name.
        location: `s3://<bucket>/<database>/<table>`.

    Raises:
        ConstructError: an unknown database, or a malformed name.
    """

    def __init__(self, scope: Construct, id: str, name: str, *, database: DatabaseLike) -> None:
        super().__init__(scope, id)
        if not TABLE_NAME.match(name):
            raise ConstructError(
                self,
                f"{name!r} is not a valid name of a table",
                fix="use lower-case letters, digits and underscores, no digit first",
            )
        self.name: Final = name
        self.database: Final[Database | DatabaseReference] = resolve_database(self, database)
        self.database_name: Final = self.database.name
        self.location: Final = f"{self.database.location}{name}"

    @property
    def zone(self) -> Zone | ZoneReference:
        """The zone that the table lives in."""
        return self.database.zone

    def grant_read(self, grantee: Grantee) -> TableAccess:
        """See `IcebergTable.grant_read`."""
        return grant_table_access(self, self, grantee, write=False)

    def grant_write(self, grantee: Grantee) -> TableAccess:
        """See `IcebergTable.grant_write`."""
        return grant_table_access(self, self, grantee, write=True)
