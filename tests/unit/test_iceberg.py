"""Iceberg: types, layouts, and a first metadata file that Iceberg's own library reads."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyiceberg.table.metadata import TableMetadataUtil

from lakekit.catalog import Column
from lakekit.catalog.iceberg.metadata import table_metadata
from lakekit.catalog.iceberg.partitioning import Partition, Sort
from lakekit.catalog.iceberg.types import parse

PRIMITIVES = [
    "boolean",
    "int",
    "long",
    "float",
    "double",
    "date",
    "time",
    "timestamp",
    "timestamptz",
    "string",
    "uuid",
    "binary",
    "decimal(12, 2)",
    "fixed[16]",
]
types = st.recursive(
    st.sampled_from(PRIMITIVES),
    lambda inner: (
        inner.map(lambda t: f"list<{t}>")
        | st.tuples(inner, inner).map(lambda t: f"map<{t[0]}, {t[1]}>")
        | st.lists(inner, min_size=1, max_size=3).map(
            lambda ts: f"struct<{', '.join(f'f{i}: {t}' for i, t in enumerate(ts))}>"
        )
    ),
    max_leaves=6,
)


@settings(deadline=None)
@given(st.lists(types, min_size=1, max_size=5))
def test_pyiceberg_reads_what_we_write(kinds: list[str]) -> None:
    columns = [Column(f"c{i}", kind, f"column {i}") for i, kind in enumerate(kinds)]
    metadata = TableMetadataUtil.parse_obj(table_metadata(location="s3://b/db/t", columns=columns))
    schema = metadata.schema()
    assert [field.name for field in schema.fields] == [column.name for column in columns]
    assert [str(field.field_type).replace(" ", "") for field in schema.fields if field.field_type.is_primitive] == [
        kind.replace(" ", "") for kind in kinds if "<" not in kind
    ]
    ids = sorted(schema._lazy_id_to_name)
    assert ids == list(range(1, metadata.last_column_id + 1))


def test_complete_table_metadata() -> None:
    columns = [
        Column("id", "long", "Key", required=True),
        Column("at", "timestamptz", required=True),
        Column("country", "string"),
    ]
    kinds = {column.name: column.type for column in columns}
    document = table_metadata(
        location="s3://b/db/t",
        columns=columns,
        partition_by=[Partition.parse(text, kinds) for text in ("day(at)", "bucket(16, id)", "country")],
        sort_by=[Sort.parse("at desc nulls last", kinds), Sort.parse("id", kinds)],
        identifier=["id"],
        properties={"owner": "me"},
    )
    metadata = TableMetadataUtil.parse_raw(json.dumps(document))
    assert [str(field.transform) for field in metadata.spec().fields] == ["day", "bucket[16]", "identity"]
    assert [field.name for field in metadata.spec().fields] == ["at_day", "id_bucket", "country"]
    assert metadata.last_partition_id == 1002
    order = metadata.sort_order_by_id(1)
    assert order is not None
    assert [str(field) for field in order.fields] == ["2 DESC NULLS LAST", "1 ASC NULLS FIRST"]
    assert metadata.schema().identifier_field_ids == [1]
    assert metadata.current_snapshot() is None
    assert metadata.properties == {"owner": "me"}


def test_metadata_is_deterministic() -> None:
    def document() -> dict[str, Any]:
        return table_metadata(location="s3://b/db/t", columns=[Column("id", "long")])

    assert document() == document()
    assert document()["table-uuid"] != table_metadata(location="s3://b/db/u", columns=[])["table-uuid"]


@pytest.mark.parametrize(
    ("kind", "glue"),
    [
        ("long", "bigint"),
        ("timestamptz", "timestamp"),
        ("uuid", "string"),
        ("fixed[16]", "binary"),
        ("decimal(12, 2)", "decimal(12,2)"),
        ("list<long>", "array<bigint>"),
        ("map<string, list<int>>", "map<string,array<int>>"),
        ("struct<a: long, b: map<string, date>>", "struct<a:bigint,b:map<string,date>>"),
    ],
)
def test_types_as_glue_spells_them(kind: str, glue: str) -> None:
    assert parse(kind).glue() == glue


@pytest.mark.parametrize(
    "kind",
    ["bigint", "varchar(3)", "decimal", "decimal(39, 2)", "decimal(2, 3)", "list<>", "map<int>", "struct<a>", ""],
)
def test_invalid_type_is_rejected(kind: str) -> None:
    with pytest.raises(ValueError, match=r"not an Iceberg type|precision|struct is written|a map two"):
        parse(kind)


COLUMNS = {"at": "timestamptz", "day": "date", "id": "long", "price": "decimal(12, 2)", "ok": "boolean"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("week(at)", "'week' is not a transform"),
        ("day(nope)", "'nope' is not a column"),
        ("nope", "'nope' is not a column"),
        ("hour(day)", "hour cannot take day, which is date"),
        ("day(id)", "day cannot take id"),
        ("bucket(id)", "take a positive number first"),
        ("bucket(0, id)", "take a positive number first"),
        ("day(3, at)", "take a positive number first"),
        ("bucket(4, ok)", "bucket cannot take ok"),
        ("day at", "is not a partition field"),
    ],
)
def test_invalid_partition_is_rejected(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Partition.parse(text, COLUMNS)


@pytest.mark.parametrize("text", ["nope", "at down", "at desc nulls", ""])
def test_invalid_sort_order_is_rejected(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a column|not a sort field"):
        Sort.parse(text, COLUMNS)
