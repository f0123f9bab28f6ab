"""Tests of Athena's workgroups and requests: who reads which results, and execution parameters."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from athena_client import Athena
from botocore.exceptions import ClientError
from data_lake import DataLake, data_lake
from local_cloud_helpers import ACCOUNT, REGION

from lakekit_local.queries.errors import QueryError
from lakekit_local.queries.parameters import bind_parameters
from nonempty import nonempty

Client = Callable[..., Any]
ICEBERG = {"IcebergInput": {"MetadataOperation": "CREATE", "Version": "2"}}
ROWS = "('1', 'a@x', 'DE'), ('2', 'hidden@x', 'US'), ('3', 'c@x', 'DE')"


@pytest.fixture
def lake(client: Client, unique: str, bucket: str) -> Iterator[DataLake]:
    with data_lake(client, unique, bucket) as made:
        client("glue").delete_table(DatabaseName=unique, Name="orders")
        client("glue").create_table(DatabaseName=unique, TableInput=made.table_input(), OpenTableFormatInput=ICEBERG)
        results = {"ResultConfiguration": {"OutputLocation": f"s3://{bucket}/results/"}}
        assert Athena(client("athena"), results).run(f"INSERT INTO orders VALUES {ROWS}", unique) == []
        yield made


@dataclass
class Group:
    """A workgroup, and a role that may query in it and read and write its results."""

    lake: DataLake
    name: str
    actions: tuple[str, ...] = ("athena:*", "s3:*")

    def __post_init__(self) -> None:
        location = {"OutputLocation": f"s3://{self.lake.bucket}/{self.name}/"}
        configuration = {"EnforceWorkGroupConfiguration": True, "ResultConfiguration": location}
        self.lake.client("athena").create_work_group(Name=self.workgroup, Configuration=configuration)
        self.role = self.lake.role(self.name, "glue", "lakeformation")
        self.lake.grant(self.role, ["SELECT"], **self.lake.on_table())
        self.allow("athena:*", f"arn:aws:athena:{REGION}:{ACCOUNT}:workgroup/{self.workgroup}")
        self.allow("s3:*", f"arn:aws:s3:::{self.lake.bucket}/{self.name}/*")

    @property
    def workgroup(self) -> str:
        return f"{self.name}-{self.lake.name}"

    def allow(self, action: str, resource: str) -> None:
        statement = {"Effect": "Allow", "Action": action, "Resource": resource}
        self.lake.client("iam").put_role_policy(
            RoleName=self.role.rpartition("/")[2],
            PolicyName=action.partition(":")[0],
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statement}),
        )

    def client(self, service: str) -> Any:
        return self.lake.client_of(self.role, service)

    def query(self, **more: Any) -> str:
        """Run a query and return its id."""
        context = {"Database": self.lake.name}
        athena = self.client("athena")
        given = {"QueryString": "SELECT email FROM orders", "QueryExecutionContext": context, **more}
        started = athena.start_query_execution(WorkGroup=self.workgroup, **given)["QueryExecutionId"]
        assert not isinstance(Athena(athena).results(started), str)
        return str(started)


def test_roles_read_results_of_their_workgroups_only(lake: DataLake) -> None:
    one, other = Group(lake, "analyst"), Group(lake, "analyst-emea")
    for reader, owner in ((one, other), (other, one)):
        started, athena = owner.query(), reader.client("athena")
        saved = lake.client("athena").create_named_query(
            Name="q", Database=lake.name, QueryString="SELECT 1", WorkGroup=owner.workgroup
        )["NamedQueryId"]
        refused: list[tuple[str, dict[str, Any]]] = [
            ("get_query_execution", {"QueryExecutionId": started}),
            ("get_query_results", {"QueryExecutionId": started}),
            ("get_query_runtime_statistics", {"QueryExecutionId": started}),
            ("stop_query_execution", {"QueryExecutionId": started}),
            ("batch_get_query_execution", {"QueryExecutionIds": [started]}),
            ("batch_get_query_execution", {"QueryExecutionIds": [reader.query(), started]}),
            ("list_query_executions", {"WorkGroup": owner.workgroup}),
            ("list_query_executions", {}),
            ("start_query_execution", {"QueryString": "SELECT 1", "WorkGroup": owner.workgroup}),
            ("start_query_execution", {"QueryString": "SELECT 1"}),
            ("get_named_query", {"NamedQueryId": saved}),
            ("batch_get_named_query", {"NamedQueryIds": [saved]}),
            ("list_named_queries", {"WorkGroup": owner.workgroup}),
            ("get_work_group", {"WorkGroup": owner.workgroup}),
        ]
        for operation, arguments in nonempty(refused):
            with pytest.raises(ClientError, match="AccessDeniedException") as caught:
                getattr(athena, operation)(**arguments)
            assert ":workgroup/" in str(caught.value), operation
        with pytest.raises(ClientError, match="AccessDenied"):
            reader.client("s3").get_object(Bucket=lake.bucket, Key=f"{owner.name}/{started}.csv")
        own = reader.query()
        found = athena.batch_get_query_execution(QueryExecutionIds=[own])["QueryExecutions"]
        assert [execution["QueryExecutionId"] for execution in found] == [own]
        assert own in athena.list_query_executions(WorkGroup=reader.workgroup)["QueryExecutionIds"]


def test_results_are_read_with_the_permissions_of_the_caller(lake: DataLake) -> None:
    group = Group(lake, "reader")
    started, athena = group.query(), group.client("athena")
    lake.client("iam").delete_role_policy(RoleName=group.role.rpartition("/")[2], PolicyName="s3")
    with pytest.raises(ClientError, match=r"AccessDeniedException.*s3:GetObject"):
        athena.get_query_results(QueryExecutionId=started)
    assert athena.get_query_execution(QueryExecutionId=started)["QueryExecution"]["Status"]["State"] == "SUCCEEDED"
    lake.client("s3").delete_object(Bucket=lake.bucket, Key=f"reader/{started}.csv")
    with pytest.raises(ClientError, match="Could not find results"):
        lake.client("athena").get_query_results(QueryExecutionId=started)


def test_execution_parameters_are_values_of_question_marks(lake: DataLake) -> None:
    group = Group(lake, "parameters")
    athena = Athena(group.client("athena"), {"WorkGroup": group.workgroup})

    def run(sql: str, *values: str) -> Any:
        athena.start["ExecutionParameters"] = list(values)
        return athena.run(sql, lake.name)

    both = "SELECT id FROM orders WHERE country = ? AND email <> '?' AND id IN (?, ?) ORDER BY id -- ?"
    assert run(both, "'DE'", "'1'", "'2'") == [["1"]]
    assert run("SELECT id FROM orders WHERE email = ?", "'it''s' || CAST(NULL AS varchar)") == []
    assert run("SELECT id FROM orders WHERE email = ?", "'a@x'' OR ''1'' = ''1'") == []
    assert run("SELECT id FROM orders WHERE id > ? AND length(email) = ?", "'1'", "3") == [["3"]]
    assert run(both, "'DE'") == "Incorrect number of parameters: expected 3 but found 1"
    assert run("SELECT 1", "1") == "Incorrect number of parameters: expected 0 but found 1"
    assert "only in the WHERE clause" in run("SELECT ? FROM orders", "1")
    for value in ("email", '"DE"', "(SELECT max(country) FROM orders)", "?", "orders.email"):
        assert "EXPRESSION_NOT_CONSTANT" in run("SELECT id FROM orders WHERE country = ?", value), value
    for value in ("DE'", "1; SELECT 2", "1) OR (1 = 1"):
        assert "is not a constant" in run("SELECT id FROM orders WHERE country = ?", value), value
    del athena.start["ExecutionParameters"]
    missing = athena.run("SELECT id FROM orders WHERE country = ?", lake.name)
    assert missing == "Incorrect number of parameters: expected 1 but found 0"
    started = group.query(QueryString="SELECT id FROM orders WHERE id = ?", ExecutionParameters=["'1'"])
    shown = group.client("athena").get_query_execution(QueryExecutionId=started)["QueryExecution"]
    assert (shown["Query"], "ExecutionParameters" in shown) == ("SELECT id FROM orders WHERE id = ?", False)


def test_named_parameters_are_not_supported() -> None:
    with pytest.raises(QueryError, match="expected 0 but found 1"):
        bind_parameters("SELECT 1 FROM t WHERE a = :name", ["1"])


def test_a_row_filter_that_fails_shows_no_values(lake: DataLake) -> None:
    named = {"TableCatalogId": ACCOUNT, "DatabaseName": lake.name, "TableName": "orders"}
    group = Group(lake, "filtered")
    lake.client("lakeformation").revoke_permissions(
        Principal={"DataLakePrincipalIdentifier": group.role}, Resource=lake.on_table(), Permissions=["SELECT"]
    )
    # The column is text: a comparison with a number converts each value, also of rows that the role may not see.
    data = {"Name": "five", "RowFilter": {"FilterExpression": "email = 5"}, "ColumnNames": ["id"]}
    lake.client("lakeformation").create_data_cells_filter(TableData={**named, **data})
    lake.grant(group.role, ["SELECT"], DataCellsFilter={**named, "Name": "five"})
    found = Athena(group.client("athena"), {"WorkGroup": group.workgroup}).run("SELECT id FROM orders", lake.name)
    assert found == "INVALID_ROW_FILTER: a row filter of the table cannot be evaluated on its rows"
