"""What a data product is and who reaches it, in words that hold for Lake Formation and for Snowflake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lakekit.catalog import Column
from lakekit.environment import RoleSettings
from lakekit.governance.effective_access import can_read_any, can_write


@dataclass(frozen=True, slots=True)
class GovernedTable:
    """A table of the lake: its columns, how secret they are, and what rows single roles see.

    Args:
        name: the table's name in Glue.
        columns: its columns.
        classification: classification of the whole table; the product's by default.
        column_classifications: classifications of single columns.
        rows: role to a predicate of SQL: the rows that a role with `row_filtered` sees.
    """

    name: str
    columns: Sequence[Column]
    classification: str | None = None
    column_classifications: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, str] = field(default_factory=dict)

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names of its columns, in order."""
        return tuple(column.name for column in self.columns)


@dataclass(frozen=True, slots=True)
class ProductTags:
    """The tags of a product: zone, domain, classification."""

    zone: str
    domain: str
    classification: str

    def tags(self, table: GovernedTable, column: str | None = None) -> dict[str, str]:
        """The tags of a table, or of a column with its own classification over the table's."""
        own = table.classification or self.classification
        return {
            "zone": self.zone,
            "domain": self.domain,
            "classification": table.column_classifications.get(column or "", own),
        }

    def classifications(self, table: GovernedTable) -> list[str]:
        """Every classification among a table's columns."""
        return sorted({self.tags(table, column)["classification"] for column in table.column_names})

    def can_access(self, role: str, settings: RoleSettings, table: GovernedTable) -> bool:
        """Whether a role sees anything of a table, or may write it."""
        if settings.row_filtered and role not in table.rows:
            return False
        return can_read_any(settings, self.tags(table), self.classifications(table)) or can_write(
            settings, self.tags(table)
        )
