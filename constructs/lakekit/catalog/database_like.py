"""Databases as arguments: a database, a reference or a name, resolved in one place."""

from __future__ import annotations

from typing import TypeAlias

from lakekit.bindings import Construct
from lakekit.catalog.database import Database
from lakekit.catalog.database_reference import DatabaseReference, check_database_name
from lakekit.core.references import shared_reference
from lakekit.errors import ConstructError

DatabaseLike: TypeAlias = Database | DatabaseReference | str
"""A database of this stack, a reference to one, or the short name of a database of the environment."""


def resolve_database(scope: Construct, database: DatabaseLike) -> Database | DatabaseReference:
    """Return the database itself, or for a name the one reference that the stack has for it.

    Args:
        scope: the construct that uses the database, named in the error.
        database: see `DatabaseLike`.

    Raises:
        ConstructError: the environment has no database of that name, or `database` is something else.
    """
    if isinstance(database, Database | DatabaseReference):
        return database
    if not isinstance(database, str):
        raise ConstructError(
            scope,
            f"database= is a {type(database).__name__}, not a database",
            fix="pass a Database, Database.from_name(…) or the name of a database, such as `curated`",
        )
    check_database_name(scope, database)
    return shared_reference(
        scope, DatabaseReference, database, lambda parent: DatabaseReference(parent, f"Database-{database}", database)
    )
