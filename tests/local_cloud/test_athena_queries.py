"""Tests of Athena's queries: results have the columns and rows that Lake Formation grants, and no others."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from athena_client import Athena
from botocore.exceptions import ClientError
from data_lake import DataLake, data_lake
from iam_documents import allow, document
from local_cloud_helpers import ACCOUNT

from lakekit_local import LocalCloud
from lakekit_local.queries.errors import QueryError
from lakekit_local.queries.statement import read_statement
from lakekit_local.queries.tables import AsOf, QueryTable

Client = Callable[..., Any]
ICEBERG = {"IcebergInput": {"MetadataOperation": "CREATE", "Version": "2"}}
ROWS = "('1', 'a@x', 'DE'), ('2', 'b@x', 'US'), ('3', 'c@x', 'DE')"


def results_in(bucket: str) -> dict[str, Any]:
    return {"ResultConfiguration": {"OutputLocation": f"s3://{bucket}/results/"}}


@pytest.fixture
def lake(client: Client, unique: str, bucket: str) -> Iterator[DataLake]:
    with data_lake(client, unique, bucket) as made:
        client("glue").delete_table(DatabaseName=unique, Name="orders")
        client("glue").create_table(DatabaseName=unique, TableInput=made.table_input(), OpenTableFormatInput=ICEBERG)
        done = Athena(client("athena"), results_in(bucket)).run(f"INSERT INTO orders VALUES {ROWS}", unique)
        assert done == []
        yield made


def results_of(lake: DataLake, name: str, *services: str) -> tuple[str, Athena]:
    """A role that may query and write results, and its Athena."""
    role = lake.role(name, *(services or ("athena", "glue", "lakeformation")))
    results = {"Effect": "Allow", "Action": "s3:*", "Resource": f"arn:aws:s3:::{lake.bucket}/results/*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [results]})
    lake.client("iam").put_role_policy(RoleName=role.rpartition("/")[2], PolicyName="results", PolicyDocument=document)
    return role, Athena(lake.client_of(role, "athena"), results_in(lake.bucket))


def test_granted_columns_of_all_rows(lake: DataLake, client: Client) -> None:
    role, athena = results_of(lake, "analyst")
    lake.grant(role, ["SELECT"], **lake.on_table(ColumnWildcard={"ExcludedColumnNames": ["email"]}))
    assert athena.run("SELECT * FROM orders ORDER BY id", lake.name) == [["1", "DE"], ["2", "US"], ["3", "DE"]]
    assert "COLUMN_NOT_FOUND" in athena.run("SELECT email FROM orders", lake.name)
    assert "COLUMN_NOT_FOUND" in athena.run("SELECT id FROM orders WHERE email = 'a@x'", lake.name)
    counted = f"WITH o AS (SELECT country, count(*) AS n FROM {lake.name}.orders GROUP BY 1) SELECT * FROM o ORDER BY 1"
    assert athena.run(counted, "") == [["DE", "2"], ["US", "1"]]
    # Its own credentials do not read the files, which the query has read.
    (found, *_) = client("s3").list_objects_v2(Bucket=lake.bucket, Prefix="curated/orders/data")["Contents"]
    with pytest.raises(ClientError, match=r"AccessDenied"):
        lake.client_of(role, "s3").get_object(Bucket=lake.bucket, Key=found["Key"])


def test_cell_filters_hide_rows_and_cells(lake: DataLake) -> None:
    role, athena = results_of(lake, "eu")
    named = {"TableCatalogId": ACCOUNT, "DatabaseName": lake.name, "TableName": "orders"}
    for name, data in (
        ("de", {"RowFilter": {"FilterExpression": "country = 'DE'"}, "ColumnNames": ["id", "email"]}),
        ("one", {"RowFilter": {"FilterExpression": "id = '1'"}, "ColumnNames": ["country"]}),
    ):
        lake.client("lakeformation").create_data_cells_filter(TableData={**named, "Name": name, **data})
    lake.grant(role, ["SELECT"], DataCellsFilter={**named, "Name": "de"})
    assert athena.run("SELECT * FROM orders ORDER BY id", lake.name) == [["1", "a@x"], ["3", "c@x"]]
    lake.grant(role, ["SELECT"], DataCellsFilter={**named, "Name": "one"})
    both = athena.run("SELECT id, email, country FROM orders ORDER BY id", lake.name)
    assert both == [["1", "a@x", "DE"], ["3", "c@x", None]]
    lake.grant(role, ["SELECT"], **lake.on_table(ColumnNames=["id"]))
    all_rows = athena.run("SELECT id, email FROM orders ORDER BY id", lake.name)
    assert all_rows == [["1", "a@x"], ["2", None], ["3", "c@x"]]


def test_refused_queries_say_what_is_missing(cloud: LocalCloud, lake: DataLake) -> None:
    role, athena = results_of(lake, "nobody")
    insert = "INSERT INTO orders VALUES ('4', 'd@x', 'FR')"
    assert "Required Describe on orders" in athena.run("SELECT 1 FROM orders", lake.name)
    assert cloud.denials()[0]["action"] == "DESCRIBE"
    lake.grant(role, ["DESCRIBE"], **lake.on_table())
    assert "Required Select on orders" in athena.run("SELECT count(*) FROM orders", lake.name)
    lake.grant(role, ["SELECT"], **lake.on_table(ColumnWildcard={}))
    assert athena.run("SELECT count(*) FROM orders", lake.name) == [["3"]]
    assert "Required Insert on orders" in athena.run(insert, lake.name)
    lake.grant(role, ["INSERT"], **lake.on_table())
    assert f"Required Describe on {lake.name}" in athena.run(insert, lake.name)
    lake.grant(role, ["DESCRIBE"], Database={"Name": lake.name})
    assert "Required Alter on orders" in athena.run(insert, lake.name)
    lake.grant(role, ["ALTER"], **lake.on_table())
    assert "Insufficient Lake Formation permission(s) on s3://" in athena.run(insert, lake.name)
    lake.grant(role, ["DATA_LOCATION_ACCESS"], DataLocation={"ResourceArn": f"arn:aws:s3:::{lake.bucket}"})
    assert athena.run(insert, lake.name) == []
    assert athena.run("SELECT count(*) FROM orders", lake.name) == [["4"]]
    assert "TABLE_NOT_FOUND" in athena.run("SELECT 1 FROM missing", lake.name)
    assert "NOT_SUPPORTED" in athena.run("DROP TABLE orders", lake.name)


def test_queries_need_permissions_of_iam(lake: DataLake) -> None:
    for services, missing in (
        (("athena", "glue"), "lakeformation:GetDataAccess"),
        (("athena", "lakeformation"), "glue:GetTable"),
    ):
        role, athena = results_of(lake, "-".join(services), *services)
        lake.grant(role, ["SELECT"], **lake.on_table(ColumnWildcard={}))
        assert missing in athena.run("SELECT id FROM orders", lake.name)
    role = lake.role("without-results", "athena", "glue", "lakeformation")
    lake.grant(role, ["SELECT"], **lake.on_table(ColumnWildcard={}))
    athena = Athena(lake.client_of(role, "athena"), results_in(lake.bucket))
    assert "s3:PutObject" in athena.run("SELECT id FROM orders", lake.name)


def test_names_of_results_and_of_common_table_expressions(lake: DataLake, client: Client) -> None:
    athena = Athena(client("athena"), results_in(lake.bucket))
    shadowing = "WITH orders AS (SELECT * FROM orders WHERE country = 'DE') SELECT count(*) FROM orders"
    assert athena.run(shadowing, lake.name) == [["2"]]
    for column in (f"{lake.name}.orders.id", f"awsdatacatalog.{lake.name}.orders.id", "orders.id", "ORDERS.ID"):
        assert athena.run(f"SELECT {column} FROM orders WHERE email = 'a@x'", lake.name) == [["1"]], column
    started = client("athena").start_query_execution(
        QueryString="SELECT count(*), country, max(id) AS last, 1 FROM orders GROUP BY 2 ORDER BY 2",
        QueryExecutionContext={"Database": lake.name},
        **results_in(lake.bucket),
    )["QueryExecutionId"]
    found = athena.results(started)
    assert [one["Name"] for one in found["ResultSetMetadata"]["ColumnInfo"]] == ["_col0", "country", "last", "_col3"]


def test_time_travel(lake: DataLake, client: Client) -> None:
    athena = Athena(client("athena"), results_in(lake.bucket))
    metadata = client("glue").get_table(DatabaseName=lake.name, Name="orders")["Table"]["Parameters"][
        "metadata_location"
    ]
    document = client("s3").get_object(Bucket=lake.bucket, Key=metadata.removeprefix(f"s3://{lake.bucket}/"))["Body"]
    first = json.load(document)["current-snapshot-id"]
    assert athena.run("INSERT INTO orders VALUES ('4', 'd@x', 'FR')", lake.name) == []
    both = f"SELECT (SELECT count(*) FROM orders), count(*) FROM orders FOR VERSION AS OF {first}"
    assert athena.run(both, lake.name) == [["4", "3"]]
    assert athena.run("SELECT count(*) FROM orders FOR TIMESTAMP AS OF current_timestamp", lake.name) == [["4"]]
    for when, problem in (
        ("VERSION AS OF 1234", "Iceberg snapshot ID does not exists: 1234"),
        ("VERSION AS OF 'none'", "Cannot find snapshot with reference name: none"),
        ("TIMESTAMP AS OF TIMESTAMP '2020-01-01 00:00:00 UTC'", "No version history table"),
        ("TIMESTAMP AS OF (SELECT current_timestamp)", "NOT_SUPPORTED"),
    ):
        assert problem in athena.run(f"SELECT count(*) FROM orders FOR {when}", lake.name), when


def test_statements_reach_nothing_but_granted_cells(lake: DataLake) -> None:
    role, athena = results_of(lake, "hostile")
    named = {"TableCatalogId": ACCOUNT, "DatabaseName": lake.name, "TableName": "orders"}
    data = {"RowFilter": {"FilterExpression": "country = 'DE'"}, "ColumnNames": ["id", "country"]}
    lake.client("lakeformation").create_data_cells_filter(TableData={**named, "Name": "de", **data})
    lake.grant(role, ["SELECT"], DataCellsFilter={**named, "Name": "de"})
    raw = f"{lake.name}__orders__rows"
    for source in (
        f"query_table('{raw}')",
        f"query('SELECT * FROM {raw}')",
        f'"{raw}"',
        f'main."{raw}"',
        "duckdb_tables()",
        "read_text('/etc/hostname')",
        "rows",
        "information_schema.tables",
    ):
        found = athena.run(f"SELECT * FROM {source} AS r, orders", lake.name)
        assert isinstance(found, str), source
        shadowed = f'(SELECT 1 FROM orders) o, {source} r WHERE EXISTS (WITH "{raw}" AS (SELECT 1) SELECT 1)'
        assert isinstance(athena.run(f"SELECT r.* FROM {shadowed}", lake.name), str), source
    assert athena.run("SELECT * FROM orders ORDER BY id", lake.name) == [["1", "DE"], ["3", "DE"]]


def test_tables_of_a_statement() -> None:
    text = (
        "INSERT INTO d.t (a) WITH u AS (SELECT x FROM v) SELECT u.x FROM u JOIN AwsDataCatalog.w.V AS v2 ON u.x = v2.x"
    )
    found = read_statement(text, "z")
    assert found.target == QueryTable("d", "t")
    assert found.columns == ("a",)
    assert set(found.tables) == {QueryTable("z", "v"), QueryTable("w", "v")}
    assert '"awsdatacatalog"."w"."v" AS v2' in found.sql
    found = read_statement("SELECT * FROM t FOR VERSION AS OF 12", "z")
    assert found.tables == (QueryTable("z", "t", AsOf("VERSION", "12")),)
    for wrong in ("SELECT FROM WHERE", "SELECT 1; SELECT 2", "SELECT x FROM other.d.t", "CREATE TABLE t (x int)"):
        with pytest.raises(QueryError):
            read_statement(wrong, "z")
    with pytest.raises(QueryError, match="Schema must be specified"):
        read_statement("SELECT 1 FROM t", "")


def test_files_that_the_location_role_may_not_read(lake: DataLake) -> None:
    role, athena = results_of(lake, "reader")
    lake.grant(role, ["SELECT"], **lake.on_table())
    lake.client("iam").put_role_policy(
        RoleName=f"registered-{lake.name}",
        PolicyName="denied",
        PolicyDocument=document({**allow("s3:GetObject"), "Effect": "Deny"}),
    )
    problem = athena.run("SELECT * FROM orders", lake.name)
    assert problem == f"PERMISSION_DENIED: Permission denied on the files of {lake.name}.orders in S3"
