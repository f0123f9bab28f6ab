"""DuckDB in isolation: a statement reaches the relations that it is given, which hold permitted rows and columns only.

Raw rows are in another database than the statement, so that nothing in a statement can name them, whatever functions
it calls. Neither database has access to files, networks, extensions or variables of this process.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from lakekit_local.data_permissions.access import TableAccess
from lakekit_local.queries.errors import QueryError
from lakekit_local.queries.statement import UNNAMED, predicate_of
from lakekit_local.queries.tables import CATALOG, QueryTable

if TYPE_CHECKING:
    import duckdb

log: Final = logging.getLogger("lakekit.local_cloud")
_SETTINGS: Final[dict[str, str | bool | int | float | list[str]]] = {
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,
}
_ROWS: Final = "rows"


@dataclass(slots=True)
class Result:
    """Columns with their types, and rows as texts; None for NULL."""

    columns: list[tuple[str, str]] = field(default_factory=list)
    rows: list[list[str | None]] = field(default_factory=list)


def permitted(data: Any, columns: Sequence[str], access: TableAccess) -> Any:
    """The part of a table that a principal may select, as an Arrow table.

    Granted columns are in it in all rows, those of cell filters in the rows of each filter. A row filter that fails
    does so on rows and columns that the principal may not see: the error says nothing about them or the filter.

    Args:
        data: all rows, as an Arrow table.
        columns: the columns of the table in the Data Catalog.
        access: the access of the principal.

    Raises:
        QueryError: a row filter is not valid for the table.
    """
    present = {one.lower() for one in data.schema.names}
    try:
        rows = {one: f"({predicate_of(one.rows)})" if one.rows else "TRUE" for one in access.filters}
    except QueryError as error:
        raise _failed_filter(error) from error
    shown = []
    for column in columns:
        name = quoted(column)
        if column not in present:
            continue
        if column in access.columns:
            shown.append(name)
        elif conditions := [rows[one] for one in access.filters if column in one.columns]:
            shown.append(f"CASE WHEN {' OR '.join(conditions)} THEN {name} END AS {name}")
    if not shown:
        raise QueryError("AccessDeniedException: the table had none of the permitted columns at that time")
    where = "TRUE" if access.columns else " OR ".join(rows.values())
    try:
        with _database() as connection:
            connection.register(_ROWS, data)
            # Names come from the catalog, and predicates from a parser.
            return connection.sql(f"SELECT {', '.join(shown)} FROM {_ROWS} WHERE {where}").to_arrow_table()  # noqa: S608
    except QueryError as error:
        raise _failed_filter(error) from error


def _failed_filter(error: QueryError) -> QueryError:
    """The error for the caller; the log of the local cloud has the cause, for who maintains the filter."""
    log.warning("a row filter failed: %s", error)
    return QueryError("INVALID_ROW_FILTER: a row filter of the table cannot be evaluated on its rows")


def rows_of(sql: str, relations: Mapping[QueryTable, Any]) -> Result:
    """Run a query over relations, given as Arrow tables, and return its rows.

    Raises:
        QueryError: it fails.
    """
    with _with_relations(relations) as connection:
        found = connection.execute(sql)
        named = enumerate(found.description or ())
        columns = [(f"_col{number}" if one[0] == UNNAMED else one[0], str(one[1]).lower()) for number, one in named]
        return Result(columns, [[None if value is None else str(value) for value in row] for row in found.fetchall()])


def data_of(sql: str, relations: Mapping[QueryTable, Any]) -> Any:
    """As :func:`rows_of`, and return an Arrow table."""
    with _with_relations(relations) as connection:
        return connection.sql(sql).to_arrow_table()


def milliseconds_of(expression: str) -> int:
    """The time of an expression in milliseconds since the epoch.

    Raises:
        QueryError: it is not a time.
    """
    with _with_relations({}) as connection:
        found = connection.execute(f"SELECT epoch_ms(CAST({expression} AS TIMESTAMPTZ))").fetchone()
    if found is None or found[0] is None:
        raise QueryError("INVALID_ARGUMENTS: Pointer value cannot be NULL")
    return int(found[0])


@contextmanager
def _with_relations(relations: Mapping[QueryTable, Any]) -> Iterator[duckdb.DuckDBPyConnection]:
    with _database() as connection:
        connection.execute(f"ATTACH ':memory:' AS {CATALOG}")
        for table, data in relations.items():
            schema = f"{CATALOG}.{quoted(table.database)}"
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
            connection.register(_ROWS, data)
            connection.execute(f"CREATE TABLE {schema}.{quoted(table.relation)} AS FROM {_ROWS}")
            connection.unregister(_ROWS)
        connection.execute("SET lock_configuration = true")
        yield connection


@contextmanager
def _database() -> Iterator[duckdb.DuckDBPyConnection]:
    import duckdb

    try:
        with duckdb.connect(":memory:", config=_SETTINGS) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            yield connection
    except duckdb.BinderException as error:
        text = str(error).splitlines()[0]
        raise QueryError(
            f"COLUMN_NOT_FOUND: a column cannot be resolved or requester is not authorized to access requested "
            f"resources ({text})"
        ) from error
    except duckdb.Error as error:
        raise QueryError(f"GENERIC_USER_ERROR: {str(error).splitlines()[0]}") from error


def quoted(name: str) -> str:
    """A name as an identifier of DuckDB."""
    escaped = name.replace('"', '""')
    return f'"{escaped}"'
