"""Where the initial metadata files of Iceberg tables are: every role that reads a table needs the file too."""

from __future__ import annotations


def metadata_prefix(database: str, table: str | None = None) -> str:
    """The key prefix of a table's initial metadata in the zone's bucket, outside the table's location.

    Args:
        database: the database's physical name.
        table: the table's name; all tables of the database by default.
    """
    prefix = f"_lakekit/iceberg/{database}/"
    return prefix if table is None else f"{prefix}{table}/"
