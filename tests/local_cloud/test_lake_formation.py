"""Tests that Lake Formation lists grants and tags as AWS does."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from iam_documents import document, trust
from local_cloud_helpers import ACCOUNT

Client = Callable[..., Any]
ROLE = {"DataLakePrincipalIdentifier": "arn:aws:iam::111111111111:role/lister"}


@pytest.fixture(autouse=True)
def _analyst(client: Client) -> None:
    """The role exists."""
    trusting = document(trust({"AWS": ACCOUNT}))
    iam = client("iam")
    with contextlib.suppress(iam.exceptions.EntityAlreadyExistsException):
        iam.create_role(RoleName="lister", AssumeRolePolicyDocument=trusting)


@pytest.fixture
def table(client: Client, unique: str) -> dict[str, Any]:
    """A table with the columns `a`, `region` and `year`, the last one a partition key."""
    client("glue").create_database(DatabaseInput={"Name": unique})
    columns = [{"Name": name, "Type": "string"} for name in ("a", "region")]
    keys = [{"Name": "year", "Type": "int"}]
    made = {"Name": "orders", "StorageDescriptor": {"Columns": columns}, "PartitionKeys": keys}
    client("glue").create_table(DatabaseName=unique, TableInput=made)
    return {"DatabaseName": unique, "Name": "orders"}


def listed(lake: Any, resource: dict[str, Any]) -> list[tuple[str, list[str]]]:
    found = lake.list_permissions(Principal=ROLE, Resource=resource)["PrincipalResourcePermissions"]
    return sorted((next(iter(entry["Resource"])), entry["Permissions"]) for entry in found)


def test_select_on_a_table_is_listed_with_columns(client: Client, table: dict[str, Any]) -> None:
    lake, resource = client("lakeformation"), {"Table": table}
    lake.grant_permissions(Principal=ROLE, Resource=resource, Permissions=["SELECT", "DESCRIBE"])
    assert listed(lake, resource) == [("Table", ["DESCRIBE"]), ("TableWithColumns", ["SELECT"])]
    lake.revoke_permissions(Principal=ROLE, Resource=resource, Permissions=["SELECT"])
    assert listed(lake, resource) == [("Table", ["DESCRIBE"])]


def error_of(call: Callable[..., Any], **arguments: Any) -> str:
    with pytest.raises(ClientError) as error:
        call(**arguments)
    return str(error.value.response["Error"]["Code"])


@pytest.mark.parametrize(
    ("named", "permissions", "code"),
    [
        ({"Database": {"Name": "missing"}}, ["DESCRIBE"], "EntityNotFoundException"),
        ({"Table": {"DatabaseName": "missing"}}, ["DESCRIBE"], "EntityNotFoundException"),
        ({"Table": {"Name": "missing"}}, ["SELECT"], "EntityNotFoundException"),
        ({"TableWithColumns": {"ColumnNames": ["a", "zz"]}}, ["SELECT"], "EntityNotFoundException"),
        (
            {"TableWithColumns": {"ColumnWildcard": {"ExcludedColumnNames": ["zz"]}}},
            ["SELECT"],
            "EntityNotFoundException",
        ),
        ({"TableWithColumns": {"ColumnNames": ["a"]}}, ["ALTER"], "InvalidInputException"),
        ({"Table": {}}, ["CREATE_TABLE"], "InvalidInputException"),
        ({"Table": {}}, ["SELECT", "DATA_LOCATION_ACCESS"], "InvalidInputException"),
    ],
)
def test_grants_name_what_exists_and_fits(
    client: Client, table: dict[str, Any], named: dict[str, Any], permissions: list[str], code: str
) -> None:
    lake = client("lakeformation")
    resource = {kind: one if kind == "Database" else {**table, **one} for kind, one in named.items()}
    entry = {"Principal": ROLE, "Resource": resource, "Permissions": permissions}
    assert error_of(lake.grant_permissions, **entry) == code
    failures = lake.batch_grant_permissions(Entries=[{"Id": "1", **entry}])["Failures"]
    assert [one["Error"]["ErrorCode"] for one in failures] == [code]


def test_permissions_of_databases_locations_and_tag_policies(
    client: Client, table: dict[str, Any], unique: str
) -> None:
    lake, location = client("lakeformation"), f"arn:aws:s3:::lake-{unique}"
    expression = [{"TagKey": f"zone-{unique}", "TagValues": ["curated"]}]
    lake.create_lf_tag(**expression[0])
    lake.register_resource(ResourceArn=location, UseServiceLinkedRole=True)
    for resource, wrong, right in (
        ({"Database": {"Name": table["DatabaseName"]}}, "SELECT", "CREATE_TABLE"),
        ({"DataLocation": {"ResourceArn": location}}, "SELECT", "DATA_LOCATION_ACCESS"),
        ({"LFTagPolicy": {"ResourceType": "DATABASE", "Expression": expression}}, "INSERT", "DESCRIBE"),
        ({"LFTagPolicy": {"ResourceType": "TABLE", "Expression": expression}}, "CREATE_TABLE", "INSERT"),
    ):
        asked = {"Principal": ROLE, "Resource": resource}
        assert error_of(lake.grant_permissions, **asked, Permissions=[wrong]) == "InvalidInputException"
        lake.grant_permissions(**asked, Permissions=[right])
        lake.revoke_permissions(**asked, Permissions=[right])
    asked = {"Resource": {"Table": table}, "Permissions": ["SELECT"]}
    missing = {"DataLakePrincipalIdentifier": f"arn:aws:iam::{ACCOUNT}:role/missing"}
    assert error_of(lake.grant_permissions, Principal=missing, **asked) == "InvalidInputException"
    other = {"DataLakePrincipalIdentifier": "arn:aws:iam::222222222222:role/missing"}
    lake.grant_permissions(Principal=other, **asked)


def test_row_filters_are_checked(client: Client, table: dict[str, Any]) -> None:
    lake = client("lakeformation")
    named = {"TableCatalogId": ACCOUNT, "DatabaseName": table["DatabaseName"], "TableName": "orders"}

    def data(name: str, **more: Any) -> dict[str, Any]:
        return {**named, "Name": name, "ColumnWildcard": {}, **more}

    for number, text in enumerate(
        (
            "nope = = 1",
            "zz = 'x'",
            "lower(region) = 'eu'",
            "region IN (SELECT a FROM orders)",
            f"region = '{'x' * 2048}'",
        )
    ):
        wrong = data(f"wrong{number}", RowFilter={"FilterExpression": text})
        assert error_of(lake.create_data_cells_filter, TableData=wrong) == "InvalidInputException", text
    for number, text in enumerate(
        ("year > 2010 AND region != 'US'", "region LIKE '%eu%' OR a IS NOT NULL", "Region BETWEEN 'A' AND 'C'", "true")
    ):
        lake.create_data_cells_filter(TableData=data(f"right{number}", RowFilter={"FilterExpression": text}))
    for changes in (
        {"TableName": "missing"},
        {"DatabaseName": "missing"},
        {"ColumnWildcard": None, "ColumnNames": ["zz"]},
    ):
        wrong = {name: one for name, one in data("wrong", **changes).items() if one is not None}
        assert error_of(lake.create_data_cells_filter, TableData=wrong) == "EntityNotFoundException"


def test_keys_of_tags_are_in_lower_case(client: Client, table: dict[str, Any], unique: str) -> None:
    lake = client("lakeformation")
    lake.create_lf_tag(TagKey=f"Key-{unique}", TagValues=["a"])
    assert lake.get_lf_tag(TagKey=f"KEY-{unique}")["TagKey"] == f"key-{unique}"
    pairs = [{"TagKey": f"Key-{unique}", "TagValues": ["a"]}]
    assert lake.add_lf_tags_to_resource(Resource={"Table": table}, LFTags=pairs)["Failures"] == []
    (tag,) = lake.get_resource_lf_tags(Resource={"Table": table})["LFTagsOnTable"]
    assert tag["TagKey"] == f"key-{unique}"


def test_order_of_a_tag_expression_is_ignored(client: Client, unique: str) -> None:
    lake = client("lakeformation")
    domain = {"TagKey": f"domain-{unique}", "TagValues": [unique, "sales"]}
    zone = {"TagKey": f"zone-{unique}", "TagValues": ["curated"]}
    for tag in (domain, zone):
        lake.create_lf_tag(**tag)

    def policy(*parts: dict[str, Any]) -> dict[str, Any]:
        return {"LFTagPolicy": {"ResourceType": "TABLE", "Expression": list(parts)}}

    lake.grant_permissions(Principal=ROLE, Resource=policy(domain, zone), Permissions=["SELECT"])
    other = policy(zone, {**domain, "TagValues": ["sales", unique]})
    assert listed(lake, other) == [("LFTagPolicy", ["SELECT"])]
    assert listed(lake, policy(domain)) == []


def test_revoke_without_grant_returns_the_expected_error(client: Client, unique: str) -> None:
    lake, resource = client("lakeformation"), {"Database": {"Name": unique}}
    with pytest.raises(ClientError, match=r"No permissions revoked\. Grantee has no"):
        lake.revoke_permissions(Principal=ROLE, Resource=resource, Permissions=["DESCRIBE"])


def test_table_tags_override_inherited_tags(client: Client, unique: str) -> None:
    lake = client("lakeformation")
    client("glue").create_database(DatabaseInput={"Name": unique})
    storage = {"Columns": [{"Name": "email", "Type": "string"}]}
    client("glue").create_table(DatabaseName=unique, TableInput={"Name": "t", "StorageDescriptor": storage})
    lake.create_lf_tag(TagKey=unique, TagValues=["public", "secret"])
    database, table = {"Database": {"Name": unique}}, {"Table": {"DatabaseName": unique, "Name": "t"}}
    columns = {"TableWithColumns": {"DatabaseName": unique, "Name": "t", "ColumnNames": ["email"]}}

    def attach(resource: dict[str, Any], value: str) -> list[Any]:
        pairs = [{"TagKey": unique, "TagValues": [value]}]
        return list(lake.add_lf_tags_to_resource(Resource=resource, LFTags=pairs)["Failures"])

    def of_table(**more: Any) -> list[str]:
        tags = lake.get_resource_lf_tags(Resource=table, **more)["LFTagsOnTable"]
        return [tag["TagValues"][0] for tag in tags]

    assert attach(database, "public") == []
    assert (of_table(), of_table(ShowAssignedLFTags=True)) == (["public"], [])
    assert attach(table, "secret") == []
    assert of_table() == ["secret"]
    assert attach(columns, "public") == []
    on_columns = lake.get_resource_lf_tags(Resource=columns)["LFTagsOnColumns"]
    assert [(column["Name"], column["LFTags"][0]["TagValues"]) for column in on_columns] == [("email", ["public"])]
    failures = attach(database, "unheard of")
    assert failures[0]["Error"]["ErrorCode"] == "EntityNotFoundException"


def test_cell_filters_have_versions_and_opt_ins_are_listed(client: Client, table: dict[str, Any], unique: str) -> None:
    lake = client("lakeformation")
    named = {"TableCatalogId": ACCOUNT, "DatabaseName": unique, "TableName": table["Name"], "Name": "eu"}
    everything = {"AllRowsWildcard": {}}
    lake.create_data_cells_filter(TableData={**named, "RowFilter": everything, "ColumnNames": ["a"]})
    eu = {"FilterExpression": "region = 'eu'"}
    lake.update_data_cells_filter(TableData={**named, "RowFilter": eu, "ColumnNames": ["a"]})
    kept = lake.get_data_cells_filter(**named)["DataCellsFilter"]
    assert (kept["RowFilter"], kept["VersionId"]) == (eu, "2")
    lake.delete_data_cells_filter(**named)
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        lake.get_data_cells_filter(**named)

    resource = {"Database": {"Name": unique}}
    lake.create_lake_formation_opt_in(Principal=ROLE, Resource=resource)
    opted = lake.list_lake_formation_opt_ins(Resource=resource)["LakeFormationOptInsInfoList"]
    assert [entry["Principal"] for entry in opted] == [ROLE]
