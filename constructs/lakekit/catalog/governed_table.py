"""Declaration of a table: schema, classifications and row filters, shared by Lake Formation and Snowflake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lakekit.catalog.column import Column
from lakekit.environment import RoleSettings
from lakekit.governance.effective_access import can_read, can_read_any, can_write


@dataclass(frozen=True, slots=True)
class GovernedTable:
    """A table, declared once for IcebergTable, CellFilter and SnowflakeProduct.

    Args:
        name: the table's name in Glue, in snake case.
        columns: the schema.
        description: one sentence on what a row is.
        owner: the contact for the table; the stack's owner by default.
        classification: classification of the whole table; by default that of the database, which is the zone's
            (`lakekit.governance.effective_access.default_classification`).
        column_classifications: column to classification, for columns that differ from the table.
        row_filters: short name of a role with `row_filtered` to an SQL predicate: the rows that the role sees.
            Lake Formation reads it as PartiQL and Snowflake as SQL, so use what both have.
        identifier: columns that identify a row; they have to be required.
    """

    name: str
    columns: Sequence[Column]
    description: str
    owner: str | None = None
    classification: str | None = None
    column_classifications: Mapping[str, str] = field(default_factory=dict)
    row_filters: Mapping[str, str] = field(default_factory=dict)
    identifier: Sequence[str] = ()

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    def classification_of(self, column: str | None = None, *, default: str) -> str:
        """The classification of a column: its own, or the table's, or the default.

        Args:
            column: the column; None asks for the table's own classification.
            default: classification of a table without one.
        """
        return self.column_classifications.get(column or "", self.classification or default)

    def classifications(self, *, default: str) -> tuple[str, ...]:
        """The classifications of the columns, sorted, each once."""
        return tuple(sorted({self.classification_of(column, default=default) for column in self.column_names}))


@dataclass(frozen=True, slots=True)
class ProductTags:
    """The governance tags that the tables of a data product inherit.

    Args:
        zone: the zone's name.
        domain: the business domain.
        classification: classification of tables without one of their own.
    """

    zone: str
    domain: str
    classification: str

    def of(self, table: GovernedTable, column: str | None = None) -> dict[str, str]:
        """The effective tags of a table, or of one of its columns."""
        return {
            "zone": self.zone,
            "domain": self.domain,
            "classification": table.classification_of(column, default=self.classification),
        }

    def can_access(self, role: str, settings: RoleSettings, table: GovernedTable) -> bool:
        """Whether a role may read at least one column of a table, or write it.

        Args:
            role: the role's short name.
            settings: the role's settings.
            table: the table.
        """
        if settings.row_filtered and role not in table.row_filters:
            return False
        classifications = table.classifications(default=self.classification)
        return can_read_any(settings, self.of(table), classifications) or self.can_write(settings, table)

    def can_write(self, settings: RoleSettings, table: GovernedTable) -> bool:
        """Whether a role may write a table: its write filter matches the table and every column."""
        return can_write(settings, self.of(table), table.classifications(default=self.classification))

    def unreadable_columns(self, settings: RoleSettings, table: GovernedTable) -> tuple[str, ...]:
        """The columns whose values a role may not read, in the order of the table."""
        return tuple(name for name in table.column_names if not can_read(settings, self.of(table, name)))
