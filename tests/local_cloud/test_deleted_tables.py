"""What belongs to a table ends with it: a table of the same name starts without grants, LF-tags and filters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from data_lake import DataLake, data_lake
from local_cloud_helpers import ACCOUNT

from nonempty import nonempty

Client = Callable[..., Any]
Delete = Callable[[Any, str], None]


@pytest.fixture
def lake(client: Client, unique: str, bucket: str) -> Iterator[DataLake]:
    with data_lake(client, unique, bucket) as made:
        yield made


def delete_table(glue: Any, database: str) -> None:
    glue.delete_table(DatabaseName=database, Name="orders")


def delete_tables(glue: Any, database: str) -> None:
    glue.batch_delete_table(DatabaseName=database, TablesToDelete=["orders"])


def delete_database(glue: Any, database: str) -> None:
    glue.delete_database(Name=database)
    glue.create_database(DatabaseInput={"Name": database})


def named(lake: DataLake) -> dict[str, str]:
    return {"TableCatalogId": ACCOUNT, "DatabaseName": lake.name, "TableName": "orders", "Name": "eu"}


def of_lake(lake: DataLake) -> dict[str, list[Any]]:
    """Grants, filters and LF-tags that name the database."""
    formation = lake.client("lakeformation")
    tables = formation.search_tables_by_lf_tags(Expression=[{"TagKey": lake.name, "TagValues": ["public", "secret"]}])
    return {
        "grants": [
            f"{one['Principal']['DataLakePrincipalIdentifier'].rpartition('/')[2]} {kind}"
            for one in formation.list_permissions()["PrincipalResourcePermissions"]
            for kind, at in one["Resource"].items()
            if lake.name in (at.get("DatabaseName"), at.get("Name"))
        ],
        "filters": [
            one["Name"]
            for one in formation.list_data_cells_filter()["DataCellsFilters"]
            if one["DatabaseName"] == lake.name
        ],
        "tables with LF-tags": [one["Table"]["Name"] for one in tables["TableList"]],
    }


@pytest.mark.parametrize("delete", [delete_table, delete_tables, delete_database])
def test_table_created_again_starts_without_rights(lake: DataLake, client: Client, delete: Delete) -> None:
    role, formation, glue = lake.role("reader"), client("lakeformation"), client("glue")
    data = {"RowFilter": {"FilterExpression": "country = 'DE'"}, "ColumnWildcard": {}}
    formation.create_data_cells_filter(TableData={**named(lake), **data})
    lake.grant(role, ["SELECT"], DataCellsFilter=named(lake))
    lake.grant(role, ["ALTER", "DESCRIBE", "SELECT"], **lake.on_table(ColumnWildcard={}))
    lake.tag(lake.on_table(), "public")
    lake.tag(lake.on_table(ColumnNames=["email"]), "secret")
    other = lake.role("other")
    lake.grant(other, ["SELECT"], **lake.tagged("TABLE", "public", "secret"))
    glue.create_table_optimizer(
        CatalogId=ACCOUNT, DatabaseName=lake.name, TableName="orders", Type="compaction",
        TableOptimizerConfiguration={"roleArn": role, "enabled": True},
    )  # fmt: skip
    nonempty(of_lake(lake)["grants"])
    assert lake.client_of(other, "glue").get_table(DatabaseName=lake.name, Name="orders")["Table"]["Name"] == "orders"

    delete(glue, lake.name)
    assert of_lake(lake) == {"grants": [], "filters": [], "tables with LF-tags": []}
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        formation.get_resource_lf_tags(Resource=lake.on_table())

    glue.create_table(DatabaseName=lake.name, TableInput=lake.table_input())
    assert of_lake(lake) == {"grants": [], "filters": [], "tables with LF-tags": []}
    tags = formation.get_resource_lf_tags(Resource=lake.on_table(ColumnNames=["email"]))
    assert (tags["LFTagsOnTable"], tags["LFTagsOnColumns"]) == ([], [])
    for one in (role, other):
        with pytest.raises(ClientError, match="Required Describe on orders"):
            lake.client_of(one, "glue").get_table(DatabaseName=lake.name, Name="orders")
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        glue.get_table_optimizer(CatalogId=ACCOUNT, DatabaseName=lake.name, TableName="orders", Type="compaction")


def test_rights_on_other_tables_stay(lake: DataLake, client: Client) -> None:
    role, formation, glue = lake.role("reader"), client("lakeformation"), client("glue")
    glue.create_table(DatabaseName=lake.name, TableInput=lake.table_input("orders_eu"))
    eu = {"Table": {"DatabaseName": lake.name, "Name": "orders_eu"}}
    lake.grant(role, ["DESCRIBE"], **eu)
    lake.grant(role, ["DESCRIBE"], Table={"DatabaseName": lake.name, "TableWildcard": {}})
    lake.grant(role, ["DESCRIBE"], Database={"Name": lake.name})
    lake.grant(role, ["SELECT"], **lake.tagged("TABLE", "public"))
    lake.tag({"Database": {"Name": lake.name}}, "public")
    lake.tag(eu, "secret")
    formation.create_data_cells_filter(
        TableData={**named(lake), "TableName": "orders_eu", "RowFilter": {"AllRowsWildcard": {}}, "ColumnWildcard": {}}
    )
    before = of_lake(lake)
    delete_table(glue, lake.name)
    assert of_lake(lake) == before
    assert len(before["grants"]) == 3
    # What is not tied to the table applies to a new one: the LF-tags of the database, and grants on all tables.
    glue.create_table(DatabaseName=lake.name, TableInput=lake.table_input())
    columns = lake.client_of(role, "glue").get_table(DatabaseName=lake.name, Name="orders")["Table"]
    assert len(columns["StorageDescriptor"]["Columns"]) == 3


@pytest.mark.parametrize(
    "operation", ["add_lf_tags_to_resource", "get_resource_lf_tags", "remove_lf_tags_from_resource"]
)
@pytest.mark.parametrize("missing", ["database", "table", "column"])
def test_lf_tags_need_what_they_are_on(lake: DataLake, client: Client, operation: str, missing: str) -> None:
    resource = {
        "database": {"Database": {"Name": f"{lake.name}-other"}},
        "table": {"Table": {"DatabaseName": lake.name, "Name": "other"}},
        "column": lake.on_table(ColumnNames=["other"]),
    }[missing]
    tags = {} if operation.startswith("get") else {"LFTags": [{"TagKey": lake.name, "TagValues": ["public"]}]}
    with pytest.raises(ClientError, match=rf"EntityNotFoundException.*{missing.capitalize()} not found"):
        getattr(client("lakeformation"), operation)(Resource=resource, **tags)


def test_default_grants_of_an_account_stay(client: Client, unique: str) -> None:
    # Nothing of this account has read or changed a grant before.
    account = "555555555555"
    closed = {"CreateDatabaseDefaultPermissions": [], "CreateTableDefaultPermissions": []}
    client("lakeformation", account).put_data_lake_settings(DataLakeSettings=closed)
    glue = client("glue", account)
    glue.create_database(DatabaseInput={"Name": unique})
    glue.delete_database(Name=unique)
    listed = client("lakeformation", account).list_permissions()["PrincipalResourcePermissions"]
    assert [one["Permissions"] for one in listed if "Catalog" in one["Resource"]] == [["CREATE_DATABASE"]]
