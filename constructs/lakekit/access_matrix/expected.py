"""The matrix that the environment file and the products' own words demand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lakekit.access_matrix.matrix import Cell, Key, Matrix, cell
from lakekit.environment import Environment
from lakekit.governance.effective_access import can_read, can_write


@dataclass(frozen=True, slots=True)
class Product:
    """A table as it was declared.

    Attributes:
        zone: its zone.
        domain: its domain.
        table: its name.
        classification: of the whole table.
        columns: classifications of single columns, by column.
        rows: role to predicate, for roles with `row_filtered`.
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


def expected(environment: Environment, products: Iterable[Product]) -> Matrix:
    """Who may what, by the filters of governance.roles alone."""
    cells: dict[Key, Cell] = {}
    for product in products:
        tags = {"zone": product.zone, "domain": product.domain}
        for role, settings in environment.governance.roles.items():
            reachable = not settings.row_filtered or role in product.rows
            seen = {
                one: reachable and can_read(settings, {**tags, "classification": one})
                for one in product.classifications
            }
            writable = reachable and can_write(settings, {**tags, "classification": product.classification})
            for classification, visible in seen.items():
                cells[role, product.name, classification] = cell(
                    can_read=visible,
                    can_write=writable,
                    can_query=any(seen.values()),
                    rows=product.rows.get(role, "") if settings.row_filtered else "",
                )
    return Matrix("declared", cells)
