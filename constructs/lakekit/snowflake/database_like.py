"""Snowflake databases as arguments: a database, a reference or a name, resolved in one place."""

from __future__ import annotations

from typing import TypeAlias

from lakekit.bindings import Construct
from lakekit.core.references import shared_reference
from lakekit.snowflake.database import SnowflakeDatabase
from lakekit.snowflake.database_reference import SnowflakeDatabaseReference

SnowflakeDatabaseLike: TypeAlias = SnowflakeDatabase | SnowflakeDatabaseReference | str
"""A database of this stack, a reference to one, or the short name of a zone that holds tables."""


def resolve_snowflake_database(
    scope: Construct, database: SnowflakeDatabaseLike
) -> SnowflakeDatabase | SnowflakeDatabaseReference:
    """Return the database itself, or for a name the one reference that the stack has for it.

    Args:
        scope: the construct that uses the database, named in the error.
        database: see `SnowflakeDatabaseLike`.

    Raises:
        ConstructError: the environment has no database of that name.
    """
    if not isinstance(database, str):
        return database
    return shared_reference(
        scope,
        SnowflakeDatabaseReference,
        database,
        lambda parent: SnowflakeDatabaseReference(parent, f"SnowflakeDatabase-{database}", database),
    )
