"""Initial metadata file of an Iceberg table: an empty table of format version 2.

The provider cannot pass a partition spec or a sort order to Glue (`iceberg_input` has only an operation and a version),
so the table is created from a metadata file like those that Iceberg engines write.
Source: Iceberg table specification, "Table Metadata" and "Appendix C: JSON serialization".
"""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from lakekit.catalog.column import Column
from lakekit.catalog.iceberg.partitioning import Partition, Sort
from lakekit.catalog.iceberg.types import parse

# A fixed time before any commit, 2020-01-01T00:00:00Z, so that the same table gives the same file.
_CREATED_MS: Final = 1_577_836_800_000
_NAMESPACE: Final = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")  # RFC 9562, names that are URLs


def table_uuid(location: str) -> str:
    """The table's UUID, derived from its location."""
    return str(uuid.uuid5(_NAMESPACE, location))


def table_metadata(
    *,
    location: str,
    columns: Sequence[Column],
    partition_by: Sequence[Partition] = (),
    sort_by: Sequence[Sort] = (),
    identifier: Sequence[str] = (),
    properties: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The metadata of an empty table.

    Args:
        location: `s3://…` without a trailing slash.
        columns: the schema.
        partition_by: the partition spec.
        sort_by: the sort order.
        identifier: columns that identify a row; all of them required.
        properties: table properties.
    """
    counter = itertools.count(1)
    # Ids of one level before those inside it, as Iceberg's own assignment goes.
    ids = {column.name: next(counter) for column in columns}
    fields = [
        {
            "id": ids[column.name],
            "name": column.name,
            "required": column.required,
            "type": parse(column.type).json(lambda: next(counter)),
            **({"doc": column.comment} if column.comment else {}),
        }
        for column in columns
    ]
    last_id = next(counter) - 1
    spec = [partition.json(index, ids) for index, partition in enumerate(partition_by)]
    order_id = 1 if sort_by else 0
    return {
        "format-version": 2,
        "table-uuid": table_uuid(location),
        "location": location,
        "last-sequence-number": 0,
        "last-updated-ms": _CREATED_MS,
        "last-column-id": last_id,
        "current-schema-id": 0,
        "schemas": [
            {
                "type": "struct",
                "schema-id": 0,
                "identifier-field-ids": sorted(ids[name] for name in identifier),
                "fields": fields,
            }
        ],
        "default-spec-id": 0,
        "partition-specs": [{"spec-id": 0, "fields": spec}],
        "last-partition-id": 999 + len(spec),
        "default-sort-order-id": order_id,
        "sort-orders": [{"order-id": order_id, "fields": [sort.json(ids) for sort in sort_by]}],
        "properties": dict(sorted((properties or {}).items())),
        "current-snapshot-id": None,
        "refs": {},
        "snapshots": [],
        "statistics": [],
        "snapshot-log": [],
        "metadata-log": [],
    }
