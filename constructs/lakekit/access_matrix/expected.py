"""The access matrix that the environment file and the declarations of tables require."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lakekit.access_matrix.matrix import Cell, Key, Matrix, cell
from lakekit.catalog.governed_table import GovernedTable, ProductTags
from lakekit.environment import Environment
from lakekit.governance.effective_access import can_read, can_write


@dataclass(frozen=True, slots=True)
class Product:
    """A declared table, in the zone and domain it is deployed to.

    Attributes:
        tags: zone, domain and default classification.
        table: the declaration.
    """

    tags: ProductTags
    table: GovernedTable

    @property
    def name(self) -> str:
        """`<zone>/<domain>/<table>`."""
        return f"{self.tags.zone}/{self.tags.domain}/{self.table.name}"

    @property
    def classifications(self) -> list[str]:
        """The classification of the table and those of its columns."""
        default = self.tags.classification
        return sorted({self.table.classification_of(default=default), *self.table.column_classifications.values()})


def expected(environment: Environment, products: Iterable[Product]) -> Matrix:
    """The access that the filters of governance.roles and the declarations of tables grant."""
    cells: dict[Key, Cell] = {}
    for product in products:
        tags, filters = product.tags.of(product.table), product.table.row_filters
        for role, settings in environment.governance.roles.items():
            reachable = not settings.row_filtered or role in filters
            readable = {
                one: reachable and can_read(settings, {**tags, "classification": one})
                for one in product.classifications
            }
            for classification, visible in readable.items():
                cells[role, product.name, classification] = cell(
                    can_read=visible,
                    can_write=reachable and can_write(settings, tags, product.classifications),
                    can_query=any(readable.values()),
                    rows=filters.get(role, "") if settings.row_filtered else "",
                )
    return Matrix("expected", cells)
