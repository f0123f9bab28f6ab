"""Tests of pages of results, and of requests to start a query that are repeated."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from athena_client import Athena
from botocore.exceptions import ClientError
from data_lake import DataLake, data_lake

Client = Callable[..., Any]
ICEBERG = {"IcebergInput": {"MetadataOperation": "CREATE", "Version": "2"}}
MANY = "SELECT n FROM UNNEST(sequence(1, 2500)) AS t(n) ORDER BY n"


@pytest.fixture
def lake(client: Client, unique: str, bucket: str) -> Iterator[DataLake]:
    with data_lake(client, unique, bucket) as made:
        client("glue").delete_table(DatabaseName=unique, Name="orders")
        client("glue").create_table(DatabaseName=unique, TableInput=made.table_input(), OpenTableFormatInput=ICEBERG)
        yield made


@pytest.fixture
def athena(client: Client, bucket: str) -> Athena:
    return Athena(client("athena"), {"ResultConfiguration": {"OutputLocation": f"s3://{bucket}/results/"}})


def test_every_row_is_on_a_page(athena: Athena) -> None:
    started = athena.client.start_query_execution(QueryString=MANY, **athena.start)["QueryExecutionId"]
    athena.results(started)
    pages = athena.client.get_paginator("get_query_results").paginate(QueryExecutionId=started)
    sizes, values = [], []
    for page in pages:
        sizes.append(len(page["ResultSet"]["Rows"]))
        values += [row["Data"][0]["VarCharValue"] for row in page["ResultSet"]["Rows"]]
    assert sizes == [1000, 1000, 501]
    assert values == ["n", *map(str, range(1, 2501))]


def test_size_of_a_page(athena: Athena) -> None:
    started = athena.client.start_query_execution(QueryString=MANY, **athena.start)["QueryExecutionId"]
    athena.results(started)
    first = athena.client.get_query_results(QueryExecutionId=started, MaxResults=10)
    assert [row["Data"][0]["VarCharValue"] for row in first["ResultSet"]["Rows"]] == ["n", *map(str, range(1, 10))]
    second = athena.client.get_query_results(QueryExecutionId=started, MaxResults=10, NextToken=first["NextToken"])
    assert second["ResultSet"]["Rows"][0]["Data"][0]["VarCharValue"] == "10"
    with pytest.raises(ClientError, match=r"MaxResults|maxResults"):
        athena.client.get_query_results(QueryExecutionId=started, MaxResults=1001)


def test_repeated_request_starts_one_query(lake: DataLake, athena: Athena) -> None:
    token = str(uuid.uuid4())
    given = {
        "QueryString": "INSERT INTO orders VALUES ('1', 'a@x', 'DE')",
        "QueryExecutionContext": {"Database": lake.name},
        "ClientRequestToken": token,
        **athena.start,
    }
    first = athena.client.start_query_execution(**given)["QueryExecutionId"]
    assert athena.client.start_query_execution(**given)["QueryExecutionId"] == first
    athena.results(first)
    assert athena.client.start_query_execution(**given)["QueryExecutionId"] == first
    assert athena.run("SELECT count(*) FROM orders", lake.name) == [["1"]]
    with pytest.raises(ClientError, match="Idempotent parameters do not match"):
        athena.client.start_query_execution(**{**given, "QueryString": "INSERT INTO orders VALUES ('2', 'b', 'US')"})
