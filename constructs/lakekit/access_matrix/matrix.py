"""Access matrix: role, product and classification to an access level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

Key: TypeAlias = tuple[str, str, str]
"""Role, product (`<zone>/<domain>/<table>`), classification."""


class AccessLevel(StrEnum):
    """Access of a role to the columns of one classification, from least to most."""

    NONE = "none"
    """The role cannot query the table."""
    MASKED = "masked"
    """The role can query the table without these values: excluded in the lake, masked in Snowflake."""
    READ = "read"
    WRITE = "write"
    """The role reads these values and may write the table."""


@dataclass(frozen=True, slots=True)
class Cell:
    """An access level and its reasons.

    Attributes:
        level: the access level.
        rows: predicate of the visible rows; empty for all rows.
        reasons: the grants, tags and policies behind the level.
    """

    level: AccessLevel
    rows: str = ""
    reasons: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The level with its predicate: `read`, or `read where country = 'DE'`."""
        return (
            f"{self.level} where {self.rows}" if self.rows and self.level is not AccessLevel.NONE else str(self.level)
        )


@dataclass(frozen=True, slots=True)
class Matrix:
    """The access matrix of one plane.

    Attributes:
        plane: `lake`, `snowflake` or `expected`.
        cells: the cells; products that the plane does not have are absent.
        tables: product to Glue database and table, for the products that are tables of the lake.
        columns: Glue database and table to the columns with a classification of their own, as
            `column: classification`; several if the plane has the table several times.
    """

    plane: str
    cells: Mapping[Key, Cell] = field(default_factory=dict)
    tables: Mapping[str, str] = field(default_factory=dict, compare=False)
    columns: Mapping[str, frozenset[tuple[str, ...]]] = field(default_factory=dict, compare=False)

    @property
    def products(self) -> tuple[str, ...]:
        """The products of the plane, sorted."""
        return tuple(sorted({product for _, product, _ in self.cells}))

    def labels(self) -> dict[Key, str]:
        """The labels of the cells, in which two planes have to agree."""
        return {key: cell.label for key, cell in self.cells.items()}

    def as_json(self) -> list[dict[str, Any]]:
        """The cells as JSON, sorted."""
        return [
            {
                "plane": self.plane,
                "role": role,
                "product": product,
                "classification": classification,
                "level": str(cell.level),
                "rows": cell.rows,
                "reasons": list(cell.reasons),
            }
            for (role, product, classification), cell in sorted(self.cells.items())
        ]

    @classmethod
    def from_json(cls, plane: str, cells: list[dict[str, Any]]) -> Matrix:
        """Read the matrix of a plane from the `as_json` of one or several planes.

        Raises:
            KeyError, ValueError: the data is not the output of `as_json`.
        """
        return cls(
            plane,
            {
                (one["role"], one["product"], one["classification"]): Cell(
                    AccessLevel(one["level"]), one["rows"], tuple(one["reasons"])
                )
                for one in cells
                if one["plane"] == plane
            },
        )


def classified_columns(columns: Mapping[str, str], own: str) -> tuple[str, ...]:
    """The columns whose classification differs from the table's own, as `column: classification`."""
    return tuple(f"{column}: {value}" for column, value in sorted(columns.items()) if value != own)


def broadest(one: Cell, other: Cell | None) -> Cell:
    """The access of a role that can use either of two cells, such as one table in two schemas."""
    if other is None or one.label == other.label:
        return one
    ranks = list(AccessLevel)
    if one.level is not other.level:
        return max(one, other, key=lambda either: ranks.index(either.level))
    rows = " OR ".join(sorted({one.rows, other.rows})) if one.rows and other.rows else ""
    return Cell(one.level, rows, (*one.reasons, *other.reasons))


def normalize_sql(predicate: str) -> str:
    """A predicate with single blanks, so that differences in white space do not count."""
    return " ".join(predicate.split())


def cell(*, can_read: bool, can_write: bool, can_query: bool, rows: str = "", reasons: tuple[str, ...] = ()) -> Cell:
    """The cell of a role and the columns of one classification.

    Args:
        can_read: the role reads these values.
        can_write: the role may write the table.
        can_query: the role reads some values of the table, or may write it.
        rows: predicate of the visible rows; empty for all rows.
        reasons: the grants, tags and policies behind the level.
    """
    if can_read:
        return Cell(AccessLevel.WRITE if can_write else AccessLevel.READ, normalize_sql(rows), reasons)
    return Cell(
        AccessLevel.MASKED if can_query or can_write else AccessLevel.NONE,
        normalize_sql(rows) if can_query else "",
        reasons,
    )
