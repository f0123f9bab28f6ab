"""A statement of Athena: its tables, and its text in the dialect of DuckDB."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

_CATALOG: Final = "awsdatacatalog"


class QueryError(Exception):
    """Why a query fails, as Athena states it: `SYNTAX_ERROR: …`."""


@dataclass(frozen=True, slots=True)
class QueryTable:
    """A table that a statement reads or writes."""

    database: str
    name: str

    @property
    def view(self) -> str:
        """Name of the view of the table in DuckDB."""
        return f"{self.database}__{self.name}"


@dataclass(frozen=True, slots=True)
class Statement:
    """A SELECT, or an INSERT of its rows into a table."""

    sql: str
    """The query for DuckDB, with the names of views."""
    tables: tuple[QueryTable, ...]
    target: QueryTable | None = None
    columns: tuple[str, ...] = ()
    """Columns that an INSERT lists; empty for all."""


def read_statement(text: str, database: str) -> Statement:
    """Read a statement.

    Args:
        text: the SQL.
        database: database of tables that are named without one.

    Raises:
        QueryError: a syntax error, or a statement that the local cloud does not run.
    """
    try:
        parsed = [one for one in sqlglot.parse(text, read="athena") if one is not None]
    except SqlglotError as error:
        raise QueryError(f"SYNTAX_ERROR: {str(error).splitlines()[0]}") from error
    if len(parsed) != 1:
        raise QueryError("Only one sql statement is allowed.")
    query: Any = parsed[0]
    target: QueryTable | None = None
    columns: tuple[str, ...] = ()
    if isinstance(query, exp.Insert) and query.args.get("expression") is not None:
        into = query.this
        if isinstance(into, exp.Schema):
            columns = tuple(one.name.lower() for one in into.expressions)
            into = into.this
        target = _table(into, database)
        query = query.expression
    if not isinstance(query, exp.Query | exp.Values):
        raise QueryError("NOT_SUPPORTED: the local cloud runs SELECT and INSERT INTO … SELECT or VALUES only")
    defined = {one.alias_or_name.lower() for one in query.find_all(exp.CTE)}
    tables: dict[QueryTable, None] = {}
    for one in list(query.find_all(exp.Table)):
        if not one.name or (not one.db and one.name.lower() in defined):
            continue
        found = _table(one, database)
        tables[found] = None
        alias = one.alias or one.name
        renamed = exp.to_table(found.view, alias=alias)
        renamed.set("joins", one.args.get("joins"))
        one.replace(renamed)
    return Statement(query.sql(dialect="duckdb"), tuple(tables), target, columns)


def predicate_of(text: str) -> str:
    """A row filter in the dialect of DuckDB.

    Raises:
        QueryError: it is not a condition.
    """
    try:
        return sqlglot.parse_one(text, into=exp.Condition, read="athena").sql(dialect="duckdb")
    except SqlglotError as error:
        raise QueryError(f"INVALID_ROW_FILTER: {str(error).splitlines()[0]}") from error


def _table(table: Any, database: str) -> QueryTable:
    if not isinstance(table, exp.Table) or not (table.db or database):
        raise QueryError("SYNTAX_ERROR: Schema must be specified when session schema is not set")
    if table.catalog and table.catalog.lower() != _CATALOG:
        raise QueryError(f"CATALOG_NOT_FOUND: Catalog '{table.catalog}' does not exist")
    return QueryTable((table.db or database).lower(), table.name.lower())
