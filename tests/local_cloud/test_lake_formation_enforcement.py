"""Tests that Glue answers a role with what its Lake Formation grants allow, as AWS does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from click.testing import CliRunner
from data_lake import COLUMNS, DataLake, data_lake
from local_cloud_helpers import ACCOUNT, REGION, session_of, use_default_settings

from lakekit_cli.commands.local_why import why
from lakekit_local import LocalCloud

Client = Callable[..., Any]
READ = ["DESCRIBE", "SELECT"]


@pytest.fixture
def lake(client: Client, unique: str, bucket: str) -> Iterator[DataLake]:
    with data_lake(client, unique, bucket) as made:
        yield made


def refused(call: Callable[..., Any], **arguments: Any) -> str:
    with pytest.raises(ClientError) as error:
        call(**arguments)
    found = error.value.response["Error"]
    assert found["Code"] == "AccessDeniedException", found
    return str(found["Message"])


def shown(lake: DataLake, glue: Any) -> list[str]:
    """The columns of the table that a client sees; empty if it does not see the table."""
    listed = glue.get_tables(DatabaseName=lake.name)["TableList"]
    if not listed:
        assert refused(glue.get_table, DatabaseName=lake.name, Name="orders").endswith("Required Describe on orders")
        return []
    found = glue.get_table(DatabaseName=lake.name, Name="orders")["Table"]
    assert listed[0]["StorageDescriptor"] == found["StorageDescriptor"]
    assert found["IsRegisteredWithLakeFormation"] is True
    return [one["Name"] for one in found["StorageDescriptor"]["Columns"]]


def test_role_without_grants_sees_nothing(lake: DataLake) -> None:
    glue = lake.client_of(lake.role("nobody"), "glue")
    assert shown(lake, glue) == []
    assert refused(glue.get_database, Name=lake.name) == (
        f"Insufficient Lake Formation permission(s): Required Describe on {lake.name}"
    )
    assert lake.name not in [one["Name"] for one in glue.get_databases()["DatabaseList"]]
    named = {"DatabaseName": lake.name, "Name": "orders"}
    assert "Required Describe" in refused(glue.get_table, **named, CatalogId=f"{ACCOUNT}:nested")
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        glue.get_table(DatabaseName=lake.name, Name="missing")


@pytest.mark.parametrize(
    ("columns", "visible"),
    [
        ({}, COLUMNS),
        ({"ColumnNames": ["id", "country"]}, ("id", "country")),
        ({"ColumnWildcard": {"ExcludedColumnNames": ["email"]}}, ("id", "country")),
        ({"ColumnWildcard": {}}, COLUMNS),
    ],
)
def test_select_on_columns_shows_these_columns(
    lake: DataLake, columns: dict[str, Any], visible: tuple[str, ...]
) -> None:
    role = lake.role("reader")
    lake.grant(role, ["SELECT"], **lake.on_table(**columns))
    assert tuple(shown(lake, lake.client_of(role, "glue"))) == visible


def test_cell_filter_shows_its_columns(lake: DataLake) -> None:
    role = lake.role("reader")
    named = {"TableCatalogId": ACCOUNT, "DatabaseName": lake.name, "TableName": "orders", "Name": "eu"}
    data = {"RowFilter": {"FilterExpression": "country = 'DE'"}, "ColumnWildcard": {"ExcludedColumnNames": ["email"]}}
    lake.client("lakeformation").create_data_cells_filter(TableData={**named, **data})
    lake.grant(role, ["SELECT"], DataCellsFilter=named)
    assert shown(lake, lake.client_of(role, "glue")) == ["id", "country"]


def test_tags_are_inherited_and_replaced_below(lake: DataLake) -> None:
    role = lake.role("analyst")
    glue = lake.client_of(role, "glue")
    lake.grant(role, READ, **lake.tagged("TABLE", "public"))
    lake.grant(role, ["DESCRIBE"], **lake.tagged("DATABASE", "public"))
    assert shown(lake, glue) == []
    lake.tag({"Database": {"Name": lake.name}}, "public")
    assert glue.get_database(Name=lake.name)["Database"]["Name"] == lake.name
    assert shown(lake, glue) == list(COLUMNS)
    lake.tag(lake.on_table(ColumnNames=["email"]), "secret")
    assert shown(lake, glue) == ["id", "country"]
    lake.tag(lake.on_table(), "secret")
    assert shown(lake, glue) == []
    lake.tag(lake.on_table(ColumnNames=["country"]), "public")
    assert shown(lake, glue) == ["country"]


def test_changes_need_the_permission_and_the_location(lake: DataLake) -> None:
    role = lake.role("writer")
    glue = lake.client_of(role, "glue")
    update = {"DatabaseName": lake.name, "TableInput": lake.table_input()}
    create = {"DatabaseName": lake.name, "TableInput": lake.table_input("more", f"{lake.bucket}/curated/more")}
    lake.grant(role, [*READ, "INSERT"], **lake.on_table())
    assert refused(glue.update_table, **update).endswith("Required Alter on orders")
    lake.grant(role, ["ALTER"], **lake.on_table())
    denied = f"Insufficient Lake Formation permission(s) on s3://{lake.location}"
    assert refused(glue.update_table, **update) == denied
    lake.grant(role, ["DATA_LOCATION_ACCESS"], DataLocation={"ResourceArn": f"arn:aws:s3:::{lake.location}"})
    glue.update_table(**update)
    assert refused(glue.create_table, **create).endswith(f"Required Create Table on {lake.name}")
    lake.grant(role, ["CREATE_TABLE"], Database={"Name": lake.name})
    assert refused(glue.create_table, **create).startswith("Insufficient Lake Formation permission(s) on s3://")
    lake.grant(role, ["DATA_LOCATION_ACCESS"], DataLocation={"ResourceArn": f"arn:aws:s3:::{lake.bucket}"})
    glue.create_table(**create)
    assert refused(glue.delete_table, DatabaseName=lake.name, Name="orders").endswith("Required Drop on orders")
    # Creators have all permissions on what they create, and see its database.
    glue.update_table(**create)
    glue.delete_table(DatabaseName=lake.name, Name="more")
    assert refused(glue.delete_database, Name=lake.name).endswith(f"Required Drop on {lake.name}")


def test_administrators_describe_and_grant_but_do_not_change(lake: DataLake) -> None:
    admin, reader = lake.role("admin"), lake.role("reader")
    settings = {"DataLakeAdmins": [{"DataLakePrincipalIdentifier": admin}]}
    settings["ReadOnlyAdmins"] = [{"DataLakePrincipalIdentifier": reader}]
    lake.client("lakeformation").put_data_lake_settings(DataLakeSettings=settings)
    glue, formation = (lake.client_of(admin, one) for one in ("glue", "lakeformation"))
    assert shown(lake, glue) == list(COLUMNS)
    update = {"DatabaseName": lake.name, "TableInput": lake.table_input()}
    assert refused(glue.update_table, **update).endswith("Required Alter on orders")
    principal = {"DataLakePrincipalIdentifier": admin}
    formation.grant_permissions(Principal=principal, Resource=lake.on_table(), Permissions=["ALTER"])
    glue.update_table(**update)
    assert shown(lake, lake.client_of(reader, "glue")) == list(COLUMNS)
    asked = {"Principal": principal, "Resource": lake.on_table(), "Permissions": ["SELECT"]}
    assert "Select with the grant option" in refused(lake.client_of(reader, "lakeformation").grant_permissions, **asked)
    tag = {"TagKey": f"{lake.name}-own", "TagValues": ["a"]}
    assert "Create Lf Tag" in refused(lake.client_of(reader, "lakeformation").create_lf_tag, **tag)
    formation.create_lf_tag(**tag)


def test_grantee_with_the_grant_option_grants_what_it_has(lake: DataLake) -> None:
    steward, reader = lake.role("steward"), lake.role("reader")
    lake.client("lakeformation").grant_permissions(
        Principal={"DataLakePrincipalIdentifier": steward},
        Resource=lake.on_table(),
        Permissions=["DESCRIBE"],
        PermissionsWithGrantOption=["DESCRIBE"],
    )
    formation = lake.client_of(steward, "lakeformation")
    principal = {"DataLakePrincipalIdentifier": reader}
    formation.grant_permissions(Principal=principal, Resource=lake.on_table(), Permissions=["DESCRIBE"])
    assert shown(lake, lake.client_of(reader, "glue")) == list(COLUMNS)
    asked = {"Principal": principal, "Resource": lake.on_table(), "Permissions": ["SELECT"]}
    assert "Select with the grant option" in refused(formation.grant_permissions, **asked)


def test_default_settings_leave_access_to_iam(client: Client, unique: str, bucket: str) -> None:
    # Those of a new account; destroying `aws_lakeformation_data_lake_settings` leaves an account without them.
    use_default_settings(client)
    with data_lake(client, unique, bucket) as lake:
        role = lake.role("etl")
    glue = lake.client_of(role, "glue")
    glue.create_database(DatabaseInput={"Name": f"{unique}_own"})
    client("glue").create_table(DatabaseName=f"{unique}_own", TableInput=lake.table_input(location="elsewhere"))
    assert glue.get_table(DatabaseName=f"{unique}_own", Name="orders")["Table"]["Name"] == "orders"
    everyone = {"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"}
    on_table = {"Table": {"DatabaseName": f"{unique}_own", "Name": "orders"}}
    client("lakeformation").revoke_permissions(Principal=everyone, Resource=on_table, Permissions=["ALL"])
    assert glue.get_tables(DatabaseName=f"{unique}_own")["TableList"] == []
    # A principal that has opted in to Lake Formation does not use the grants of IAMAllowedPrincipals.
    client("lakeformation").create_lake_formation_opt_in(
        Principal={"DataLakePrincipalIdentifier": role}, Resource={"Database": {"Name": f"{unique}_own"}}
    )
    other = lake.client_of(lake.role("other"), "glue")
    assert other.get_database(Name=f"{unique}_own")["Database"]["Name"] == f"{unique}_own"
    client("glue").delete_database(Name=f"{unique}_own")
    client("glue").create_database(DatabaseInput={"Name": f"{unique}_own"})
    assert "Required Describe" in refused(glue.get_database, Name=f"{unique}_own")


def test_partitions_show_granted_columns(lake: DataLake) -> None:
    role = lake.role("reader")
    storage = lake.table_input()["StorageDescriptor"]
    lake.client("glue").create_partition(
        DatabaseName=lake.name, TableName="orders", PartitionInput={"Values": ["x"], "StorageDescriptor": storage}
    )
    glue = lake.client_of(role, "glue")
    named = {"DatabaseName": lake.name, "TableName": "orders"}
    assert refused(glue.get_partitions, **named).endswith("Required Describe on orders")
    lake.grant(role, ["SELECT"], **lake.on_table(ColumnNames=["id"]))
    (found,) = glue.get_partitions(**named)["Partitions"]
    assert [one["Name"] for one in found["StorageDescriptor"]["Columns"]] == ["id"]
    versions = glue.get_table_versions(**named)["TableVersions"]
    assert [len(one["Table"]["StorageDescriptor"]["Columns"]) for one in versions] == [1]


def test_why_names_the_missing_grant(cloud: LocalCloud, lake: DataLake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lakekit_cli.commands.local_why._cloud", lambda: cloud)
    role = lake.role("analyst")
    with pytest.raises(ClientError):
        session_of(lake.client, role).client("glue").get_table(DatabaseName=lake.name, Name="orders")
    result = CliRunner().invoke(why, ["--format", "json"], standalone_mode=False)
    (found,) = json.loads(result.output)["denials"]
    table = f"arn:aws:glue:{REGION}:{ACCOUNT}:table/{lake.name}/orders"
    assert (found["action"], found["resource"], found["source"]) == ("DESCRIBE", table, "Lake Formation permission")
    assert found["message"] == "Insufficient Lake Formation permission(s): Required Describe on orders"
    assert found["because"] == "no Lake Formation grant gives the principal DESCRIBE"
    assert found["fix"] == f"grant DESCRIBE on {table} to {role} in Lake Formation"


def test_search_returns_the_tables_and_columns_that_the_caller_may_see(lake: DataLake) -> None:
    glue = lake.client("glue")
    second = {**lake.table_input("returns", f"{lake.bucket}/curated/returns"), "Parameters": {"owner": lake.name}}
    glue.create_table(DatabaseName=lake.name, TableInput=second)
    role = lake.role("searcher")
    searched = lake.client_of(role, "glue").search_tables
    in_lake = [{"Key": "DatabaseName", "Value": lake.name}]
    assert searched(Filters=in_lake)["TableList"] == []
    lake.grant(role, ["SELECT"], **lake.on_table(ColumnNames=["id"]))
    (found,) = searched(Filters=in_lake)["TableList"]
    assert [one["Name"] for one in found["StorageDescriptor"]["Columns"]] == ["id"]
    assert found["IsRegisteredWithLakeFormation"]
    assert searched(Filters=in_lake, SearchText="email")["TableList"] == []

    def names(**asked: Any) -> list[str]:
        return [one["Name"] for one in glue.search_tables(**asked)["TableList"]]

    assert names(Filters=in_lake) == ["orders", "returns"]
    assert names(Filters=in_lake, SortCriteria=[{"FieldName": "Name", "Sort": "DESC"}]) == ["returns", "orders"]
    assert names(Filters=[{"Key": "owner", "Value": lake.name}]) == ["returns"]
    assert names(Filters=in_lake, SearchText='"order"') == []
    assert names(Filters=in_lake, SearchText="ord") == ["orders"]
    first = glue.search_tables(Filters=in_lake, MaxResults=1)
    assert names(Filters=in_lake, MaxResults=1, NextToken=first["NextToken"]) == ["returns"]
    with pytest.raises(ClientError, match="does not evaluate filters of SearchTables on CreateTime"):
        glue.search_tables(Filters=[{"Key": "CreateTime", "Value": "1", "Comparator": "LESS_THAN"}])
    columns = glue.get_table(DatabaseName=lake.name, Name="orders")["Table"]["StorageDescriptor"]["Columns"]
    assert len(columns) == 3
