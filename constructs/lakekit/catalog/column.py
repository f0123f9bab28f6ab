"""Columns of Iceberg tables."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Args:
        name: snake case; Athena and Glue know lower case only.
        type: an Iceberg type, such as `long`, `decimal(12, 2)`, `timestamptz`, `list<string>`.
        comment: what the column holds; shown in the Glue Data Catalog.
        required: nulls are not allowed.
    """

    name: str
    type: str
    comment: str = ""
    required: bool = False
