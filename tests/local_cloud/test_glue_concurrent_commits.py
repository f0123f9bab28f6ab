"""Concurrent writers of one Iceberg table: commits are conditional on the version that a writer has read."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pyarrow as pa
import pytest
from botocore.exceptions import ClientError
from pyiceberg.catalog import load_catalog
from pyiceberg.exceptions import CommitFailedException

Client = Callable[..., Any]
WRITERS, COMMITS = 4, 6


@pytest.fixture
def database(client: Client, bucket: str, unique: str) -> str:
    name = f"acme_{unique}"
    client("glue").create_database(DatabaseInput={"Name": name, "LocationUri": f"s3://{bucket}/raw/"})
    return name


@pytest.fixture
def table(client: Client, bucket: str, database: str) -> str:
    storage = {"Location": f"s3://{bucket}/raw/events", "Columns": [{"Name": "id", "Type": "bigint"}]}
    client("glue").create_table(
        DatabaseName=database,
        TableInput={"Name": "events", "TableType": "EXTERNAL_TABLE", "StorageDescriptor": storage, "Parameters": {}},
        OpenTableFormatInput={"IcebergInput": {"MetadataOperation": "CREATE", "Version": "2"}},
    )
    return f"{database}.events"


def test_concurrent_writers_lose_no_rows(environ: dict[str, str], table: str) -> None:
    endpoint = environ["AWS_ENDPOINT_URL"]

    def write(writer: int) -> int:
        catalog = load_catalog(f"writer-{writer}", type="glue", **{"glue.endpoint": endpoint, "s3.endpoint": endpoint})
        conflicts = 0
        for commit in range(COMMITS):
            rows = pa.table({"id": pa.array([writer * COMMITS + commit], pa.int64())})
            while True:
                try:
                    catalog.load_table(table).append(rows)
                    break
                except CommitFailedException:
                    conflicts += 1
        return conflicts

    with ThreadPoolExecutor(WRITERS) as pool:
        conflicts = sum(pool.map(write, range(WRITERS)))
    catalog = load_catalog("reader", type="glue", **{"glue.endpoint": endpoint, "s3.endpoint": endpoint})
    found = sorted(catalog.load_table(table).scan().to_arrow()["id"].to_pylist())
    assert found == list(range(WRITERS * COMMITS))
    assert conflicts, "the writers never met: the test shows nothing"


def test_update_at_another_version_is_rejected(client: Client, table: str) -> None:
    database, _, name = table.partition(".")
    glue = client("glue")
    read = glue.get_table(DatabaseName=database, Name=name)["Table"]
    change = {"Name": name, "StorageDescriptor": read["StorageDescriptor"], "Parameters": {"writer": "first"}}
    glue.update_table(DatabaseName=database, TableInput=change, VersionId=read["VersionId"])
    late = change | {"Parameters": {"writer": "second"}}
    with pytest.raises(ClientError, match="concurrent modifications") as error:
        glue.update_table(DatabaseName=database, TableInput=late, VersionId=read["VersionId"])
    assert error.value.response["Error"]["Code"] == "ConcurrentModificationException"
    assert glue.get_table(DatabaseName=database, Name=name)["Table"]["Parameters"] == {"writer": "first"}
    # Without a version the update is unconditional, as in AWS.
    glue.update_table(DatabaseName=database, TableInput=late)


def test_skipped_archive_keeps_one_version(client: Client, table: str) -> None:
    database, _, name = table.partition(".")
    glue = client("glue")
    glue.update_table(DatabaseName=database, TableInput={"Name": name, "Parameters": {}}, SkipArchive=True)
    assert len(glue.get_table_versions(DatabaseName=database, TableName=name)["TableVersions"]) == 1
    glue.update_table(DatabaseName=database, TableInput={"Name": name, "Parameters": {}})
    assert len(glue.get_table_versions(DatabaseName=database, TableName=name)["TableVersions"]) == 2


def test_update_of_a_missing_table_is_not_found(client: Client, database: str) -> None:
    with pytest.raises(ClientError) as error:
        client("glue").update_table(DatabaseName=database, TableInput={"Name": "none"}, VersionId="1")
    assert error.value.response["Error"]["Code"] == "EntityNotFoundException"


@pytest.mark.parametrize(("registered", "flag"), [("raw", True), ("raw/events", True), ("raw/eve", False)])
def test_tables_at_registered_locations_are_flagged(
    client: Client, bucket: str, table: str, registered: str, flag: bool
) -> None:
    database, _, name = table.partition(".")
    location = f"arn:aws:s3:::{bucket}/{registered}"
    client("lakeformation").register_resource(ResourceArn=location, UseServiceLinkedRole=True)
    try:
        glue = client("glue")
        assert glue.get_table(DatabaseName=database, Name=name)["Table"]["IsRegisteredWithLakeFormation"] is flag
        assert glue.get_tables(DatabaseName=database)["TableList"][0]["IsRegisteredWithLakeFormation"] is flag
    finally:
        client("lakeformation").deregister_resource(ResourceArn=location)
