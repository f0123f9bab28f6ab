"""A statement of Athena: its tables, and its text in the dialect of DuckDB."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from lakekit_local.queries.errors import QueryError
from lakekit_local.queries.parameters import bind_parameters
from lakekit_local.queries.syntax import check_syntax
from lakekit_local.queries.tables import QueryTable, resolve_tables, table_of

UNNAMED: Final = "_lakekit_unnamed"
"""Alias of columns without a name, which Athena calls `_col0`, `_col1` and so on by their position."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A SELECT, or an INSERT of its rows into a table."""

    sql: str
    """The query for DuckDB, with the names of its relations."""
    tables: tuple[QueryTable, ...]
    target: QueryTable | None = None
    columns: tuple[str, ...] = ()
    """Columns that an INSERT lists; empty for all."""


def read_statement(text: str, database: str, parameters: Sequence[str] = ()) -> Statement:
    """Read a statement.

    Args:
        text: the SQL.
        database: database of tables that are named without one.
        parameters: values of its question marks.

    Raises:
        QueryError: a syntax error, or a statement that the local cloud does not run.
    """
    try:
        bound = bind_parameters(text, parameters)
        parsed = [one for one in sqlglot.parse(bound, read="athena") if one is not None]
    except SqlglotError as error:
        raise QueryError(f"SYNTAX_ERROR: {str(error).splitlines()[0]}") from error
    if len(parsed) != 1:
        raise QueryError("Only one sql statement is allowed.")
    query: Any = parsed[0]
    target: QueryTable | None = None
    columns: tuple[str, ...] = ()
    if isinstance(query, exp.Insert) and query.args.get("expression") is not None:
        if query.args.get("with_"):
            raise QueryError("SYNTAX_ERROR: WITH comes after INSERT INTO <table>")
        into = query.this
        if isinstance(into, exp.Schema):
            columns = tuple(one.name.lower() for one in into.expressions)
            into = into.this
        target = table_of(into, database)
        query = query.expression
    if not isinstance(query, exp.Query | exp.Values):
        raise QueryError("NOT_SUPPORTED: the local cloud runs SELECT and INSERT INTO … SELECT or VALUES only")
    check_syntax(query)
    tables = resolve_tables(query, database)
    _name_columns(query)
    return Statement(query.sql(dialect="duckdb"), tables, target, columns)


def _name_columns(query: Any) -> None:
    """Give the columns of the outermost query that have no name an alias."""
    while isinstance(query, exp.SetOperation | exp.Subquery):
        query = query.this
    if isinstance(query, exp.Select):
        named = (exp.Alias, exp.Column, exp.Star, exp.Dot)
        query.set(
            "expressions",
            [one if isinstance(one, named) else exp.alias_(one, UNNAMED) for one in query.expressions],
        )


def predicate_of(text: str) -> str:
    """A row filter in the dialect of DuckDB.

    Raises:
        QueryError: it is not a condition on the columns of the table alone.
    """
    try:
        found = sqlglot.parse_one(text, into=exp.Condition, read="athena")
    except SqlglotError as error:
        raise QueryError(f"INVALID_ROW_FILTER: {str(error).splitlines()[0]}") from error
    if found.find(exp.Query, exp.Table):
        raise QueryError("INVALID_ROW_FILTER: a row filter has no subqueries")
    check_syntax(found)
    return found.sql(dialect="duckdb")
