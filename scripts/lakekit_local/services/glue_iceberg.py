"""Glue: write the initial metadata file of Iceberg tables (``open_table_format_input``), as Glue does.

Schema, partition spec, sort order and properties come from the table's columns and parameters:
``lakekit.partition-spec`` and ``lakekit.sort-order`` (JSON lists of ``{"source", "transform", "name"}`` and
``{"source", "transform", "direction", "null-order"}``) and ``lakekit.identifier-fields`` (a JSON list of names). The
default partition spec is the identity of Glue's partition keys.
"""

from __future__ import annotations

import json
from uuid import uuid4

from moto.glue.models import glue_backends
from moto.s3.models import s3_backends

from lakekit_local.data_permissions.creators import record_created
from lakekit_local.requests.registry import Call, RawResponse, ServiceError, handles
from lakekit_local.services.iceberg_metadata import new_metadata


@handles("glue", "CreateTable")
def create_table(call: Call) -> RawResponse:
    iceberg = call.get("OpenTableFormatInput", {}).get("IcebergInput")
    table = call["TableInput"]
    if not iceberg or iceberg.get("MetadataOperation") != "CREATE":
        answer = call.forward_to_moto()
        if answer.ok:
            record_created(call, call["DatabaseName"], table["Name"])
        return answer
    location = table.get("StorageDescriptor", {}).get("Location", "").rstrip("/")
    bucket, _, prefix = location.removeprefix("s3://").partition("/")
    if not location.startswith("s3://") or bucket not in s3_backends.bucket_accounts:
        raise ServiceError("InvalidInputException", f"The bucket of the table location {location!r} does not exist.")
    try:
        metadata = new_metadata(table, location)
    except (ValueError, KeyError, TypeError) as error:
        raise ServiceError("InvalidInputException", f"Iceberg table {table['Name']}: {error}") from error
    answer = call.forward_to_moto()
    if answer.ok:
        record_created(call, call["DatabaseName"], table["Name"])
        partition, account = s3_backends.bucket_accounts[bucket]
        key = f"{prefix}/metadata/00000-{uuid4()}.metadata.json"
        s3_backends[account][partition].put_object(bucket, key, json.dumps(metadata).encode())
        kept = glue_backends[call.account][call.region].get_table(call["DatabaseName"], table["Name"])
        parameters = kept.versions["1"].setdefault("Parameters", {})
        parameters |= {"table_type": "ICEBERG", "metadata_location": f"s3://{bucket}/{key}"}
    return answer
