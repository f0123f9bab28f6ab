"""The tables of a query, resolved by scope: a name is a common table expression only where that one is visible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlglot import exp

from lakekit_local.queries.errors import QueryError

CATALOG: Final = "awsdatacatalog"


@dataclass(frozen=True, slots=True)
class AsOf:
    """The state of a table that a query reads."""

    kind: str
    """VERSION or TIMESTAMP."""
    value: str
    """A snapshot ID, the name of a tag or branch, or an expression of DuckDB for a time."""


@dataclass(frozen=True, slots=True)
class QueryTable:
    """A table that a statement reads or writes."""

    database: str
    name: str
    as_of: AsOf | None = None

    @property
    def relation(self) -> str:
        """Name of the table in DuckDB, in the schema with the name of the database."""
        return f"{self.name} {self.as_of.kind} {self.as_of.value}" if self.as_of else self.name


def resolve_tables(query: Any, database: str) -> tuple[QueryTable, ...]:
    """Qualify every table of the Data Catalog in place, and return them.

    Args:
        query: the query.
        database: database of tables that are named without one.

    Raises:
        QueryError: a table of another catalog, or one without a database.
    """
    found: dict[QueryTable, None] = {}
    _resolve(query, database, frozenset(), found)
    return tuple(found)


def _resolve(node: Any, database: str, visible: frozenset[str], found: dict[QueryTable, None]) -> None:
    clause = node.args.get("with_")
    for one in clause.expressions if clause else ():
        own = {one.alias.lower()}
        # Only a recursive expression sees itself; each sees those before it.
        _resolve(one, database, visible | own if clause.args.get("recursive") else visible, found)
        visible |= own
    for child in list(node.iter_expressions()):
        if child is not clause:
            _resolve(child, database, visible, found)
    if isinstance(node, exp.Table) and (node.db or node.name.lower() not in visible):
        table = table_of(node, database)
        found[table] = None
        _qualify(node, table)


def _qualify(node: exp.Table, table: QueryTable) -> None:
    if table.as_of and not node.alias:
        node.set("alias", exp.TableAlias(this=exp.to_identifier(table.name, quoted=True)))
    node.set("version", None)
    for part, name in (("this", table.relation), ("db", table.database), ("catalog", CATALOG)):
        node.set(part, exp.to_identifier(name, quoted=True))


def table_of(table: Any, database: str) -> QueryTable:
    """The table of the Data Catalog that a node names.

    Raises:
        QueryError: it is in another catalog, or has no database.
    """
    if not isinstance(table, exp.Table) or not (table.db or database):
        raise QueryError("SYNTAX_ERROR: Schema must be specified when session schema is not set")
    if table.catalog and table.catalog.lower() != CATALOG:
        raise QueryError(f"CATALOG_NOT_FOUND: Catalog '{table.catalog}' does not exist")
    as_of = _as_of(table.args["version"]) if table.args.get("version") else None
    return QueryTable((table.db or database).lower(), table.name.lower(), as_of)


def _as_of(version: exp.Version) -> AsOf:
    """The version that a table names: `FOR VERSION AS OF`, `FOR TIMESTAMP AS OF`.

    https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-time-travel-and-version-travel-queries.html
    """
    kind, value = version.name.upper(), version.expression
    if str(version.args.get("kind", "")).upper() != "AS OF" or value is None:
        raise QueryError("SYNTAX_ERROR: expected FOR VERSION AS OF or FOR TIMESTAMP AS OF")
    if kind == "VERSION" and isinstance(value, exp.Literal):
        return AsOf(kind, value.name)
    if kind == "TIMESTAMP" and not any(value.find_all(exp.Column, exp.Query)):
        return AsOf(kind, value.sql(dialect="duckdb"))
    raise QueryError("NOT_SUPPORTED: FOR … AS OF takes a literal, or an expression of time without columns")
