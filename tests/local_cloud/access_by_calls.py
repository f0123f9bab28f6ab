"""The access matrix of a deployed lake, found by what sessions of its roles can do: Glue, Athena and S3 calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from athena_client import Athena
from botocore.exceptions import ClientError

from lakekit.access_matrix import Cell
from lakekit.access_matrix.matrix import cell

Client = Callable[[str], Any]
"""Makes a client of a service."""
REFUSED = ("AccessDeniedException:", "COLUMN_NOT_FOUND")


@dataclass(frozen=True)
class DeployedTable:
    """A table with the columns of each classification, as its LF-tags state it."""

    database: str
    name: str
    columns: dict[str, list[str]]
    metadata: str

    @classmethod
    def of(cls, root: Client, database: str, name: str) -> DeployedTable:
        """Read a table and its LF-tags as the root user."""
        found = root("glue").get_table(DatabaseName=database, Name=name)["Table"]
        table = {"DatabaseName": database, "Name": name}
        tags = root("lakeformation").get_resource_lf_tags(
            Resource={"TableWithColumns": {**table, "ColumnNames": [one["Name"] for one in _columns(found)]}}
        )
        classified: dict[str, list[str]] = {}
        for one in tags["LFTagsOnColumns"]:
            (value,) = (tag["TagValues"][0] for tag in one["LFTags"] if tag["TagKey"] == "classification")
            classified.setdefault(value, []).append(one["Name"])
        return cls(database, name, classified, found["Parameters"]["metadata_location"])


def access_of(role: Client, table: DeployedTable, athena: Athena, seeded: Seeded) -> dict[str, Cell]:
    """The access of a role to the columns of each classification of a table."""
    readable = {value: _reads(athena, table, columns) for value, columns in table.columns.items()}
    shown = {column for value, columns in table.columns.items() if readable[value] for column in columns}
    assert _shown(role("glue"), table) == shown
    _assert_no_files(role, table)
    can_write = _writes(athena, table, len([one for columns in table.columns.values() for one in columns]))
    rows = seeded.filter_of(athena, table) if shown else ""
    return {
        value: cell(can_read=readable[value], can_write=can_write, can_query=bool(shown), rows=rows)
        for value in table.columns
    }


@dataclass(frozen=True)
class Seeded:
    """Rows of a table, and the row filters that the environment declares."""

    table: str
    key: str
    rows: Sequence[dict[str, Any]]
    filters: Sequence[str]

    def filter_of(self, athena: Athena, table: DeployedTable) -> str:
        """The filter whose rows a query returns; empty for all rows."""
        if f"{table.database}.{table.name}" != self.table:
            return ""
        seen = athena.run(_select(table, [self.key]), table.database)
        found = {row[0] for row in seen}
        for predicate in ("", *self.filters):
            if found == self._keys(predicate or "TRUE"):
                return predicate
        raise AssertionError(f"the rows {sorted(map(str, found))} are those of no filter")

    def _keys(self, predicate: str) -> set[str]:
        given = pa.Table.from_pylist(list(self.rows))
        with duckdb.connect() as connection:
            connection.register("given", given)
            return {str(row[0]) for row in connection.sql(f"SELECT {self.key} FROM given WHERE {predicate}").fetchall()}


def _allowed(found: object) -> bool:
    """Whether a query was answered; if not, for want of a permission."""
    refused = isinstance(found, str)
    assert not refused or str(found).startswith(REFUSED), found
    return not refused


def _reads(athena: Athena, table: DeployedTable, columns: list[str]) -> bool:
    """Whether a query may read the columns; if not, it may read none of them."""
    together = _allowed(athena.run(_select(table, columns), table.database))
    alone = [_allowed(athena.run(_select(table, [one]), table.database)) for one in ([] if together else columns)]
    assert not any(alone), columns
    return together


def _select(table: DeployedTable, columns: Sequence[str]) -> str:
    return f"SELECT {', '.join(columns)} FROM {table.name}"


def _writes(athena: Athena, table: DeployedTable, columns: int) -> bool:
    """Whether the role commits to the table: without rows, so that nothing changes for readers."""
    nothing = ", ".join(["NULL"] * columns)
    return _allowed(athena.run(f"INSERT INTO {table.name} SELECT {nothing} WHERE 1 = 0", table.database))


def _shown(glue: Any, table: DeployedTable) -> set[str]:
    """The columns that the Data Catalog shows."""
    try:
        found = glue.get_table(DatabaseName=table.database, Name=table.name)["Table"]
    except ClientError as error:
        if f"Required Describe on {table.name}" not in str(error):
            raise
        return set()
    return {one["Name"] for one in _columns(found)}


def _assert_no_files(role: Client, table: DeployedTable) -> None:
    """The role reads no file by itself, nor with credentials of Lake Formation: the settings allow no such engine."""
    bucket, _, key = table.metadata.removeprefix("s3://").partition("/")
    arn = f"arn:aws:glue:{role('glue').meta.region_name}:{bucket.split('-')[4]}:table/{table.database}/{table.name}"
    for call in (
        lambda: role("s3").get_object(Bucket=bucket, Key=key),
        lambda: role("s3").put_object(Bucket=bucket, Key=f"{key}.probe", Body=b""),
        lambda: role("lakeformation").get_temporary_glue_table_credentials(TableArn=arn),
    ):
        with pytest.raises(ClientError, match=r"AccessDenied"):
            call()


def _columns(table: dict[str, Any]) -> list[dict[str, Any]]:
    return [*table["StorageDescriptor"]["Columns"], *table.get("PartitionKeys", [])]
