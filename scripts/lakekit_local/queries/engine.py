"""Run a statement on DuckDB over Iceberg tables, with credentials that Lake Formation vends for each of them.

Columns and rows that the caller may not select are not in the views that the statement reads. Sources: AWS Lake
Formation Developer Guide, "Data filtering and cell-level security"; Athena User Guide, "Use Athena to query data
registered with AWS Lake Formation": results are written with the permissions of the caller.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lakekit_local.data_permissions.access import TableAccess
from lakekit_local.queries.statement import QueryError, QueryTable, Statement, predicate_of

_ROWS: Final = "__rows"


@dataclass(frozen=True, slots=True)
class Keys:
    """Credentials."""

    key: str
    secret: str
    token: str = ""

    def properties(self, service: str) -> dict[str, str]:
        """Properties of a pyiceberg catalog for one service."""
        found = {f"{service}.access-key-id": self.key, f"{service}.secret-access-key": self.secret}
        return found | ({f"{service}.session-token": self.token} if self.token else {})


@dataclass(frozen=True, slots=True)
class Source:
    """A table that a query may read: its metadata file, credentials, and what the caller may select."""

    table: QueryTable
    metadata: str
    keys: Keys
    access: TableAccess
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """A table that a query may insert into."""

    table: QueryTable
    keys: Keys
    """Credentials for its files."""
    caller: Keys
    """Credentials for its catalog entry."""


@dataclass(slots=True)
class Result:
    """Columns with their types, and rows as texts; None for NULL."""

    columns: list[tuple[str, str]] = field(default_factory=list)
    rows: list[list[str | None]] = field(default_factory=list)


def execute(
    statement: Statement, sources: list[Source], target: Target | None, *, endpoint: str, region: str
) -> Result:
    """Run a statement.

    Raises:
        QueryError: it fails.
    """
    import duckdb

    shared = {"s3.endpoint": endpoint, "s3.region": region, "py-io-impl": "pyiceberg.io.pyarrow.PyArrowFileIO"}
    with duckdb.connect(":memory:", config={"enable_external_access": False}) as connection:
        for source in sources:
            data = _load(source, shared)
            connection.register(source.table.view + _ROWS, data)
            connection.execute(f"CREATE VIEW {_quoted(source.table.view)} AS {_selection(source)}")
        try:
            found = connection.execute(statement.sql)
            if target is not None:
                _insert(target, statement.columns, found.to_arrow_table(), shared)
                return Result()
            names = [(one[0], str(one[1]).lower()) for one in found.description or ()]
            rows = [[None if value is None else str(value) for value in row] for row in found.fetchall()]
        except duckdb.BinderException as error:
            text = str(error).splitlines()[0]
            raise QueryError(
                f"COLUMN_NOT_FOUND: a column cannot be resolved or requester is not authorized to access requested "
                f"resources ({text})"
            ) from error
        except duckdb.Error as error:
            raise QueryError(f"GENERIC_USER_ERROR: {str(error).splitlines()[0]}") from error
    return Result(names, rows)


def _load(source: Source, shared: Mapping[str, str]) -> Any:
    from pyiceberg.table import StaticTable

    table = StaticTable.from_metadata(source.metadata, {**shared, **source.keys.properties("s3")})
    return table.scan().to_arrow()


def _selection(source: Source) -> str:
    """The view of a table: granted columns in all rows, and those of cell filters in the rows of each filter."""
    access = source.access
    rows = {one: f"({predicate_of(one.rows)})" if one.rows else "TRUE" for one in access.filters}
    shown = []
    for column in source.columns:
        name = _quoted(column)
        if column in access.columns:
            shown.append(name)
        elif conditions := [rows[one] for one in access.filters if column in one.columns]:
            shown.append(f"CASE WHEN {' OR '.join(conditions)} THEN {name} END AS {name}")
    where = "TRUE" if access.columns else " OR ".join(rows.values())
    # Names come from the catalog, and predicates from a parser.
    return f"SELECT {', '.join(shown)} FROM {_quoted(source.table.view + _ROWS)} WHERE {where}"  # noqa: S608


def _quoted(name: str) -> str:
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def _insert(target: Target, columns: tuple[str, ...], data: Any, shared: Mapping[str, str]) -> None:
    import pyarrow as pa
    from pyiceberg.catalog import load_catalog

    properties = {"type": "glue", "glue.endpoint": shared["s3.endpoint"], "glue.region": shared["s3.region"], **shared}
    catalog = load_catalog("athena", **properties, **target.caller.properties("glue"), **target.keys.properties("s3"))
    table = catalog.load_table((target.table.database, target.table.name))
    schema = table.schema().as_arrow()
    names = list(columns or schema.names)
    if len(names) != len(data.schema.names):
        raise QueryError("TYPE_MISMATCH: Insert query has mismatched column counts")
    given = dict(zip(names, data.columns, strict=True))
    try:
        # NULL fits every type.
        arrays = [
            given[one.name].cast(one.type)
            if one.name in given and given[one.name].null_count < data.num_rows
            else pa.nulls(data.num_rows, one.type)
            for one in schema
        ]
        rows = pa.Table.from_arrays(arrays, schema=schema)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise QueryError(f"TYPE_MISMATCH: {error}") from error
    table.append(rows)
