"""Create the metadata (format 2) of an empty Iceberg table from a Glue table with Hive types."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

_PRIMITIVES = {
    "boolean": "boolean",
    "tinyint": "int",
    "smallint": "int",
    "int": "int",
    "integer": "int",
    "bigint": "long",
    "long": "long",
    "float": "float",
    "double": "double",
    "date": "date",
    "timestamp": "timestamp",
    "timestamptz": "timestamptz",
    "time": "time",
    "string": "string",
    "varchar": "string",
    "char": "string",
    "binary": "binary",
    "uuid": "uuid",
}
_OWN_PARAMETERS = {"lakekit.partition-spec", "lakekit.sort-order", "lakekit.identifier-fields"}


def new_metadata(table: dict[str, Any], location: str) -> dict[str, Any]:
    """Return the metadata document.

    Raises:
        ValueError: Iceberg does not know a type, transform or column.
    """
    from pyiceberg.partitioning import PartitionSpec
    from pyiceberg.schema import Schema, assign_fresh_schema_ids
    from pyiceberg.table.metadata import new_table_metadata
    from pyiceberg.table.sorting import SortOrder
    from pyiceberg.transforms import UnknownTransform

    parameters = table.get("Parameters", {})
    keys = table.get("PartitionKeys") or []
    columns = [*table["StorageDescriptor"].get("Columns", []), *keys]
    fields = [
        {
            "id": number,
            "name": column["Name"],
            "required": column.get("Parameters", {}).get("iceberg.field.optional") == "false",
            "type": _parse(column["Type"], iter(range(1000 * number, 1000 * (number + 1)))),
            **({"doc": column["Comment"]} if column.get("Comment") else {}),
        }
        for number, column in enumerate(columns, 1)
    ]
    ids: dict[str, int] = {str(field["name"]): int(field["id"]) for field in fields}
    identifiers = [_id(ids, name) for name in json.loads(parameters.get("lakekit.identifier-fields", "[]"))]
    schema = assign_fresh_schema_ids(
        Schema.model_validate({"type": "struct", "fields": fields, "identifier-field-ids": identifiers})
    )
    ids = {field.name: field.field_id for field in schema.fields}
    spec = json.loads(parameters.get("lakekit.partition-spec", "null"))
    if spec is None:
        spec = [{"source": key["Name"], "transform": "identity", "name": key["Name"]} for key in keys]
    partitions = [
        {
            "source-id": _id(ids, part["source"]),
            "field-id": 1000 + number,
            "transform": part.get("transform", "identity"),
            "name": part.get("name") or _partition_name(part),
        }
        for number, part in enumerate(spec)
    ]
    orders = [
        {
            "source-id": _id(ids, part["source"]),
            "transform": part.get("transform", "identity"),
            "direction": part.get("direction", "asc"),
            "null-order": part.get("null-order", "nulls-first"),
        }
        for part in json.loads(parameters.get("lakekit.sort-order", "[]"))
    ]
    metadata = new_table_metadata(
        schema=schema,
        partition_spec=PartitionSpec.model_validate({"spec-id": 0, "fields": partitions}),
        sort_order=SortOrder.model_validate({"order-id": 1 if orders else 0, "fields": orders}),
        location=location,
        properties={name: value for name, value in parameters.items() if name not in _OWN_PARAMETERS},
    )
    for given, part in zip(spec, metadata.spec().fields, strict=True):
        if isinstance(part.transform, UnknownTransform):
            raise ValueError(f"{given['transform']!r} is not an Iceberg transform")
    document: dict[str, Any] = json.loads(metadata.model_dump_json())
    return document


def _id(ids: dict[str, int], name: str) -> int:
    if name not in ids:
        raise ValueError(f"no column {name!r}; columns are {', '.join(ids)}")
    return ids[name]


def _partition_name(part: dict[str, str]) -> str:
    transform = part.get("transform", "identity").split("[")[0]
    return part["source"] if transform == "identity" else f"{part['source']}_{transform}"


def _parse(hive: str, ids: Iterator[int]) -> Any:
    """Return a Hive type as Iceberg JSON; nested fields get IDs from ``ids`` (renumbered afterwards)."""
    text = hive.strip()
    outer = re.fullmatch(r"(array|map|struct)\s*<(.*)>", text, re.DOTALL | re.IGNORECASE)
    if outer is None:
        return _primitive(text.lower())
    kind, inner = outer.group(1).lower(), outer.group(2)
    if kind == "array":
        element = {"element-id": next(ids), "element-required": False}
        return {"type": "list", **element, "element": _parse(inner, ids)}
    if kind == "map":
        key, value = _split(inner)
        numbers = {"key-id": next(ids), "value-id": next(ids), "value-required": False}
        return {"type": "map", **numbers, "key": _parse(key, ids), "value": _parse(value, ids)}
    fields = []
    for part in _split(inner):
        name, _, kind = part.partition(":")
        fields.append({"id": next(ids), "name": name.strip(), "required": False, "type": _parse(kind, ids)})
    return {"type": "struct", "fields": fields}


def _primitive(text: str) -> str:
    number = re.fullmatch(r"decimal\s*\(\s*(\d+)\s*,\s*(\d+)\s*\)", text)
    if number:
        return f"decimal({number.group(1)}, {number.group(2)})"
    if re.fullmatch(r"fixed\[\d+\]", text):
        return text
    plain = re.sub(r"\(\d+\)$", "", text)
    if plain not in _PRIMITIVES:
        raise ValueError(f"{text!r} is not an Iceberg type")
    return _PRIMITIVES[plain]


def _split(text: str) -> list[str]:
    """Split at the commas of the outermost level."""
    parts, depth, start = [], 0, 0
    for position, character in enumerate(text):
        if character in "<(":
            depth += 1
        elif character in ">)":
            depth -= 1
        elif character == "," and depth == 0:
            parts.append(text[start:position])
            start = position + 1
    return [*parts, text[start:]]
