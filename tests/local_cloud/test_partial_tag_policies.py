"""Tests that a tag policy which matches a part of a table's columns gives no permission to change the table."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from athena_client import Athena
from botocore.exceptions import ClientError
from click.testing import CliRunner
from data_lake import DataLake, data_lake, everything
from local_cloud_helpers import ACCOUNT, REGION

from lakekit_cli.commands.local_why import why
from lakekit_local import LocalCloud

Client = Callable[..., Any]
WRITE = ["ALTER", "DELETE", "DESCRIBE", "DROP", "INSERT", "SELECT"]
ICEBERG = {"IcebergInput": {"MetadataOperation": "CREATE", "Version": "2"}}


@pytest.fixture
def lake(client: Client, unique: str, bucket: str) -> Iterator[DataLake]:
    """A data lake with a public table of which the column `email` is secret."""
    with data_lake(client, unique, bucket) as made:
        client("glue").delete_table(DatabaseName=unique, Name="orders")
        client("glue").create_table(DatabaseName=unique, TableInput=made.table_input(), OpenTableFormatInput=ICEBERG)
        made.tag({"Database": {"Name": unique}}, "public")
        made.tag(made.on_table(ColumnNames=["email"]), "secret")
        yield made


def writer(lake: DataLake, permissions: list[str], *values: str) -> str:
    """A role with permissions on the tables that have one of the values, and on the location."""
    role = lake.role("-".join(["writer", *values]), "athena", "glue", "lakeformation")
    policy = {"RoleName": role.rpartition("/")[2], "PolicyName": "results", "PolicyDocument": everything("s3")}
    lake.client("iam").put_role_policy(**policy)
    lake.grant(role, permissions, **lake.tagged("TABLE", *values))
    lake.grant(role, ["DESCRIBE"], Database={"Name": lake.name})
    lake.grant(role, ["DATA_LOCATION_ACCESS"], DataLocation={"ResourceArn": f"arn:aws:s3:::{lake.bucket}"})
    return role


def refusals(lake: DataLake, role: str) -> dict[str, str]:
    """The errors of calls that change the table."""
    glue = lake.client_of(role, "glue")
    athena = Athena(
        lake.client_of(role, "athena"),
        {"ResultConfiguration": {"OutputLocation": f"s3://{lake.bucket}/results/"}},
    )
    found: dict[str, str] = {}
    inserted = athena.run("INSERT INTO orders VALUES ('4', 'd@x', 'FR')", lake.name)
    if isinstance(inserted, str):
        found["INSERT"] = inserted
    stored = lake.client("glue").get_table(DatabaseName=lake.name, Name="orders")["Table"]
    kept = {key: stored[key] for key in ("Name", "StorageDescriptor", "Parameters", "TableType")}
    for name, call in (
        ("UpdateTable", lambda: glue.update_table(DatabaseName=lake.name, TableInput=kept)),
        ("DeleteTable", lambda: glue.delete_table(DatabaseName=lake.name, Name="orders")),
    ):
        try:
            call()
        except ClientError as error:
            found[name] = error.response["Error"]["Message"]
    return found


@pytest.mark.parametrize("permissions", [WRITE, ["ALL"]])
def test_part_of_the_columns_gives_describe_and_select_only(lake: DataLake, permissions: list[str]) -> None:
    role = writer(lake, permissions, "public")
    found = lake.client_of(role, "glue").get_table(DatabaseName=lake.name, Name="orders")["Table"]
    assert [one["Name"] for one in found["StorageDescriptor"]["Columns"]] == ["id", "country"]
    assert refusals(lake, role) == {
        "INSERT": "AccessDeniedException: Insufficient Lake Formation permission(s): Required Insert on orders",
        "UpdateTable": "Insufficient Lake Formation permission(s): Required Alter on orders",
        "DeleteTable": "Insufficient Lake Formation permission(s): Required Drop on orders",
    }


def test_columns_alone_do_not_give_permissions_on_the_table(lake: DataLake) -> None:
    lake.tag(lake.on_table(), "secret")
    lake.tag(lake.on_table(ColumnNames=["id", "email", "country"]), "public")
    role = writer(lake, WRITE, "public")
    assert set(refusals(lake, role)) == {"INSERT", "UpdateTable", "DeleteTable"}
    found = lake.client_of(role, "glue").get_table(DatabaseName=lake.name, Name="orders")["Table"]
    assert len(found["StorageDescriptor"]["Columns"]) == 3


def test_every_column_gives_every_permission(lake: DataLake) -> None:
    assert refusals(lake, writer(lake, WRITE, "public", "secret")) == {}


def test_grant_of_the_table_by_name_is_not_limited(lake: DataLake) -> None:
    role = writer(lake, WRITE, "public")
    lake.grant(role, WRITE, **lake.on_table())
    assert refusals(lake, role) == {}


def test_vended_credentials_to_write_need_every_column(lake: DataLake) -> None:
    lake.client("lakeformation").put_data_lake_settings(DataLakeSettings={"AllowFullTableExternalDataAccess": True})
    table = {"TableArn": f"arn:aws:glue:{REGION}:{ACCOUNT}:table/{lake.name}/orders", "Permissions": ["INSERT"]}
    partial = lake.client_of(writer(lake, WRITE, "public"), "lakeformation")
    with pytest.raises(ClientError, match="Required Insert on orders"):
        partial.get_temporary_glue_table_credentials(**table)
    full = lake.client_of(writer(lake, WRITE, "public", "secret"), "lakeformation")
    assert full.get_temporary_glue_table_credentials(**table)["AccessKeyId"]


def test_why_names_expression_column_and_tag(
    cloud: LocalCloud, lake: DataLake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lakekit_cli.commands.local_why._cloud", lambda: cloud)
    role = writer(lake, WRITE, "public")
    with pytest.raises(ClientError):
        lake.client_of(role, "glue").update_table(DatabaseName=lake.name, TableInput=lake.table_input())
    result = CliRunner().invoke(why, ["--format", "json"], standalone_mode=False)
    (found,) = json.loads(result.output)["denials"]
    table = f"arn:aws:glue:{REGION}:{ACCOUNT}:table/{lake.name}/orders"
    assert found["because"] == (
        f"no Lake Formation grant gives the principal ALTER: the LF-tag expression {lake.name} in public matches the "
        f"table, but not its column email ({lake.name}: secret); Lake Formation gives ALTER, DELETE, DROP, INSERT by "
        "LF-tag only if the table and every column match"
    )
    assert found["fix"] == (
        "add the missing value to the LF-tag expression of the grant or leave the key out of it, "
        f"or grant ALTER on {table} to {role} by name"
    )
