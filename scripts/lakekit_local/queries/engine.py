"""Run a statement on DuckDB over Iceberg tables, with credentials that Lake Formation vends for each of them.

Columns and rows that the caller may not select are not in the relations that the statement reads. Sources: AWS Lake
Formation Developer Guide, "Data filtering and cell-level security"; Athena User Guide, "Use Athena to query data
registered with AWS Lake Formation": results are written with the permissions of the caller.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lakekit_local.data_permissions.access import TableAccess
from lakekit_local.queries.errors import QueryError
from lakekit_local.queries.sandbox import Result, data_of, milliseconds_of, permitted, rows_of
from lakekit_local.queries.statement import Statement
from lakekit_local.queries.tables import QueryTable


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


def execute(
    statement: Statement, sources: list[Source], target: Target | None, *, endpoint: str, region: str
) -> Result:
    """Run a statement.

    Raises:
        QueryError: it fails.
    """
    shared = {"s3.endpoint": endpoint, "s3.region": region, "py-io-impl": "pyiceberg.io.pyarrow.PyArrowFileIO"}
    relations = {one.table: permitted(_load(one, shared), one.columns, one.access) for one in sources}
    if target is None:
        return rows_of(statement.sql, relations)
    _insert(target, statement.columns, data_of(statement.sql, relations), shared)
    return Result()


def _load(source: Source, shared: Mapping[str, str]) -> Any:
    from pyiceberg.table import StaticTable

    try:
        table = StaticTable.from_metadata(source.metadata, {**shared, **source.keys.properties("s3")})
        return table.scan(snapshot_id=_snapshot(table, source.table)).to_arrow()
    except OSError as error:
        named = f"{source.table.database}.{source.table.name}"
        if "ACCESS_DENIED" in str(error) or isinstance(error, PermissionError):
            raise QueryError(f"PERMISSION_DENIED: Permission denied on the files of {named} in S3") from error
        raise QueryError(f"ICEBERG_CANNOT_OPEN_SPLIT: Cannot read the files of {named} in S3") from error


def _snapshot(table: Any, named: QueryTable) -> int | None:
    """The snapshot that a query names; None for the current one."""
    as_of = named.as_of
    if as_of is None:
        return None
    if as_of.kind == "TIMESTAMP":
        found = table.snapshot_as_of_timestamp(milliseconds_of(as_of.value))
        missing = f'No version history table "{named.database}"."{named.name}" at or before {as_of.value}'
    elif as_of.value.isdigit():
        found = table.snapshot_by_id(int(as_of.value))
        missing = f"Iceberg snapshot ID does not exists: {as_of.value}"
    else:
        found = table.snapshot_by_name(as_of.value)
        missing = f"Cannot find snapshot with reference name: {as_of.value}"
    if found is None:
        raise QueryError(f"INVALID_ARGUMENTS: {missing}")
    return int(found.snapshot_id)


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
