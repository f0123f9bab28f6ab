"""The matrix: role, product and classification to none, masked, read or write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

Key: TypeAlias = tuple[str, str, str]
"""Role, product (`<zone>/<domain>/<table>`), classification."""


class AccessLevel(StrEnum):
    """What a role may do with the columns of one classification, in rising order."""

    NONE = "none"
    """It cannot query the table at all."""
    MASKED = "masked"
    """It can query the table and does not see these values: left out in the lake, masked in Snowflake."""
    READ = "read"
    WRITE = "write"
    """It sees these values and may write the table."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One right, and how it comes about.

    Attributes:
        level: the access level.
        rows: the predicate of the rows it sees; empty for every row.
        reasons: what grants it, and what hides it, in the plane's own words.
    """

    level: AccessLevel
    rows: str = ""
    reasons: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The right in a table: `read`, or `read where country = 'DE'`."""
        return (
            f"{self.level} where {self.rows}" if self.rows and self.level is not AccessLevel.NONE else str(self.level)
        )


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rights on one plane.

    Attributes:
        plane: `lake`, `snowflake` or `expected`.
        cells: the cells; a key that is not there is a product that the plane does not have.
    """

    plane: str
    cells: Mapping[Key, Cell] = field(default_factory=dict)

    @property
    def products(self) -> tuple[str, ...]:
        """The products of the plane, sorted."""
        return tuple(sorted({product for _, product, _ in self.cells}))

    def rights(self) -> dict[Key, str]:
        """What each cell says, without how it comes about: what two planes have to agree on."""
        return {key: cell.label for key, cell in self.cells.items()}

    def as_json(self) -> list[dict[str, Any]]:
        """The cells as data, sorted."""
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
        """The matrix of a plane out of `as_json` of several.

        Raises:
            KeyError, ValueError: not what `as_json` wrote.
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


def normalize_sql(predicate: str) -> str:
    """A predicate with one blank between words, so that two spellings of one text are the same."""
    return " ".join(predicate.split())


def cell(*, can_read: bool, can_write: bool, can_query: bool, rows: str = "", reasons: tuple[str, ...] = ()) -> Cell:
    """The cell that follows from three answers about a role and the columns of one classification.

    Args:
        can_read: it sees these values.
        can_write: it may write the table.
        can_query: it can query the table: it sees some values of it, or may write it.
        rows: predicate of the rows it sees; every row if empty.
        reasons: how it comes about.
    """
    if can_read:
        return Cell(AccessLevel.WRITE if can_write else AccessLevel.READ, normalize_sql(rows), reasons)
    return Cell(
        AccessLevel.MASKED if can_query or can_write else AccessLevel.NONE,
        normalize_sql(rows) if can_query else "",
        reasons,
    )
