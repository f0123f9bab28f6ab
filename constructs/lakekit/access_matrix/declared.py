"""The matrix that the environment file and the products' own words demand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lakekit.access_matrix.matrix import Cell, Key, Matrix, cell
from lakekit.environment import Environment
from lakekit.governance.clearance import sees, writes


@dataclass(frozen=True, slots=True)
class Product:
    """A table as it was declared.

    Attributes:
        zone: its zone.
        domain: its domain.
        table: its name.
        classification: of the whole table.
        columns: classifications of single columns, by column.
        rows: role to predicate, for roles with `by_rows`.
    """

    zone: str
    domain: str
    table: str
    classification: str
    columns: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """`<zone>/<domain>/<table>`."""
        return f"{self.zone}/{self.domain}/{self.table}"

    @property
    def classifications(self) -> list[str]:
        """The table's own and those of its columns."""
        return sorted({self.classification, *self.columns.values()})


def declared(environment: Environment, products: Iterable[Product]) -> Matrix:
    """Who may what, by the filters of governance.roles alone."""
    cells: dict[Key, Cell] = {}
    for product in products:
        tags = {"zone": product.zone, "domain": product.domain}
        for role, settings in environment.governance.roles.items():
            reachable = not settings.by_rows or role in product.rows
            seen = {
                one: reachable and sees(settings, {**tags, "classification": one}) for one in product.classifications
            }
            writable = reachable and writes(settings, {**tags, "classification": product.classification})
            for classification, visible in seen.items():
                cells[role, product.name, classification] = cell(
                    sees=visible,
                    writes=writable,
                    sees_something=any(seen.values()),
                    rows=product.rows.get(role, "") if settings.by_rows else "",
                )
    return Matrix("declared", cells)
