"""Tests of Iceberg tables created by Terraform, and of the smoke test."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import boto3
import pyarrow as pa
import pytest
from botocore.exceptions import ClientError
from data_lake import trust
from local_cloud_helpers import ACCOUNT
from pyiceberg.catalog import load_catalog
from pyiceberg.transforms import DayTransform, IdentityTransform
from pyiceberg.types import LongType, StringType

from lakekit.errors import LakekitError
from lakekit_cli.smoke import SmokeError, assume_role, roundtrip, run, sample

Client = Callable[..., Any]


@pytest.fixture
def database(client: Client, bucket: str, unique: str) -> str:
    name = f"acme_{unique}"
    client("glue").create_database(DatabaseInput={"Name": name, "LocationUri": f"s3://{bucket}/curated/"})
    return name


def table_input(bucket: str, **more: Any) -> dict[str, Any]:
    """Return the table input that the provider sends for open_table_format_input.iceberg_input."""
    key = {"Name": "order_id", "Type": "bigint", "Parameters": {"iceberg.field.optional": "false"}}
    columns = [
        key,
        {"Name": "ts", "Type": "timestamp", "Comment": "when"},
        {"Name": "amount", "Type": "decimal(12,2)"},
        {"Name": "items", "Type": "array<struct<sku:string,sizes:map<string,decimal(3,1)>>>"},
    ]
    storage = {"Location": f"s3://{bucket}/curated/orders", "Columns": columns}
    parameters = {
        "write.parquet.compression-codec": "zstd",
        "lakekit.partition-spec": json.dumps([{"source": "ts", "transform": "day"}]),
        "lakekit.sort-order": json.dumps([{"source": "order_id", "direction": "desc", "null-order": "nulls-last"}]),
        "lakekit.identifier-fields": json.dumps(["order_id"]),
    }
    fixed = {"Name": "orders", "TableType": "EXTERNAL_TABLE", "StorageDescriptor": storage, "Parameters": parameters}
    return fixed | more


ICEBERG = {"IcebergInput": {"MetadataOperation": "CREATE", "Version": "2"}}


def catalog(environ: dict[str, str]) -> Any:
    endpoint = environ["AWS_ENDPOINT_URL"]
    return load_catalog("local", type="glue", **{"glue.endpoint": endpoint, "s3.endpoint": endpoint})


def test_terraform_table_is_usable_by_pyiceberg(
    client: Client, environ: dict[str, str], bucket: str, database: str
) -> None:
    glue = client("glue")
    glue.create_table(DatabaseName=database, TableInput=table_input(bucket), OpenTableFormatInput=ICEBERG)
    by_day = catalog(environ).load_table(f"{database}.orders")
    assert isinstance(by_day.spec().fields[0].transform, DayTransform)
    glue.delete_table(DatabaseName=database, Name="orders")

    # pyiceberg writes day partitions only with its optional Rust core; identity partitions work without.
    keys = [{"Name": "country", "Type": "string"}]
    made = table_input(bucket, PartitionKeys=keys)
    del made["Parameters"]["lakekit.partition-spec"]
    glue.create_table(DatabaseName=database, TableInput=made, OpenTableFormatInput=ICEBERG)
    table = catalog(environ).load_table(f"{database}.orders")
    assert table.format_version == 2
    assert table.properties["write.parquet.compression-codec"] == "zstd"
    assert isinstance(table.spec().fields[0].transform, IdentityTransform)
    assert str(table.sort_order().fields[0].direction) == "DESC"
    assert table.schema().identifier_field_names() == {"order_id"}
    assert table.schema().find_field("order_id").required
    assert isinstance(table.schema().find_type("items.element.sizes.key"), StringType)
    assert table.schema().find_field("ts").doc == "when"

    rows = pa.Table.from_pylist(
        [{"order_id": 1, "ts": None, "amount": None, "items": [], "country": "DE"}], table.schema().as_arrow()
    )
    table.append(rows)
    with table.update_schema() as change:
        change.add_column("note", StringType())
    with table.update_schema() as change:
        change.add_column("page", LongType())
    again = catalog(environ).load_table(f"{database}.orders")
    assert again.scan().to_arrow().num_rows == 1
    assert [field.name for field in again.schema().fields][-2:] == ["note", "page"]
    assert len(glue.get_table_versions(DatabaseName=database, TableName="orders")["TableVersions"]) >= 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"StorageDescriptor": {"Location": "s3://no-such-bucket/x", "Columns": []}}, "does not exist"),
        ({"Parameters": {"lakekit.partition-spec": '[{"source": "nope"}]'}}, "no column 'nope'"),
        ({"Parameters": {"lakekit.partition-spec": '[{"source": "ts", "transform": "weekly"}]'}}, "weekly"),
    ],
)
def test_unsupported_iceberg_input_is_rejected(
    client: Client, bucket: str, database: str, change: dict[str, Any], message: str
) -> None:
    with pytest.raises(ClientError, match=message) as error:
        client("glue").create_table(
            DatabaseName=database, TableInput=table_input(bucket, **change), OpenTableFormatInput=ICEBERG
        )
    assert error.value.response["Error"]["Code"] == "InvalidInputException"
    assert client("glue").get_tables(DatabaseName=database)["TableList"] == []


def test_table_without_iceberg_input_has_no_metadata(client: Client, bucket: str, database: str) -> None:
    client("glue").create_table(DatabaseName=database, TableInput=table_input(bucket))
    kept = client("glue").get_table(DatabaseName=database, Name="orders")["Table"]
    assert "metadata_location" not in kept["Parameters"]


def test_smoke_test_is_idempotent(environ: dict[str, str], database: str) -> None:
    first, second = (run(database=database, table="smoke", region="eu-west-1", variables=environ) for _ in range(2))
    assert first.ok
    assert second.ok
    assert first.rows_read == second.rows_read == sample().num_rows > 3000
    assert first.counts == second.counts
    assert first.snapshot_id != second.snapshot_id


def test_smoke_detects_foreign_rows(environ: dict[str, str], database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    original = roundtrip._write

    def write_extra_row(of: Any, name: str, data: Any) -> Any:
        table = original(of, name, data)
        table.append(data.slice(0, 1))
        return table

    monkeypatch.setattr(roundtrip, "_write", write_extra_row)
    result = run(database=database, table="smoke", region="eu-west-1", variables=environ)
    assert not result.ok
    assert result.rows_read == result.rows_written + 1
    assert sum(not count.matches for count in result.counts) == 1


def test_smoke_reports_a_missing_deployment(environ: dict[str, str]) -> None:
    with pytest.raises(SmokeError, match="does not exist") as error:
        run(database="nowhere", table="smoke", region="eu-west-1", variables=environ)
    assert "lakekit deploy" in str(error.value.fix)


@pytest.mark.usefixtures("environ")
def test_role_of_the_smoke_test_is_assumed(client: Client, unique: str) -> None:
    arn = f"arn:aws:iam::{ACCOUNT}:role/smoke-{unique}"
    with pytest.raises(LakekitError, match="may not assume it") as error:
        assume_role(arn, "eu-west-1")
    assert "governance.administrators" in str(error.value.fix)
    client("iam").create_role(RoleName=f"smoke-{unique}", AssumeRolePolicyDocument=trust(AWS=ACCOUNT))
    keys = assume_role(arn, "eu-west-1")
    given = {name.removeprefix("AWS_").lower(): value for name, value in keys.items()}
    session = boto3.Session(
        given["access_key_id"], given["secret_access_key"], given["session_token"], region_name="eu-west-1"
    )
    caller = session.client("sts").get_caller_identity()
    assert caller["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/smoke-{unique}/lakekit-smoke"
