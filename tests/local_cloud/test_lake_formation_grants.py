"""Tests of grants, LF-tags, expressions and filters that Lake Formation refuses, and of what ends with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from data_lake import DataLake, data_lake
from iam_documents import refused
from local_cloud_helpers import ACCOUNT

Client = Callable[..., Any]


@pytest.fixture
def lake(client: Client, unique: str, bucket: str) -> Any:
    with data_lake(client, unique, bucket) as made:
        yield made


def code(call: Callable[..., Any], **arguments: Any) -> str:
    with pytest.raises(ClientError) as error:
        call(**arguments)
    return str(error.value.response["Error"]["Code"])


def columns_of(lake: DataLake, role: str) -> list[str]:
    """The columns that a role sees; none if it may not see the table."""
    glue = lake.client_of(role, "glue")
    found = [one for one in glue.get_tables(DatabaseName=lake.name)["TableList"] if one["Name"] == "orders"]
    return [one["Name"] for table in found for one in table["StorageDescriptor"]["Columns"]]


TABLE: dict[str, Any] = {"DatabaseName": "{db}", "Name": "orders"}


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ({}, "InvalidInputException"),
        ({"Database": {"Name": "{db}"}, "Table": TABLE}, "InvalidInputException"),
        ({"Table": {"DatabaseName": "{db}"}}, "InvalidInputException"),
        ({"Table": {**TABLE, "TableWildcard": {}}}, "InvalidInputException"),
        ({"TableWithColumns": TABLE}, "InvalidInputException"),
        ({"TableWithColumns": {**TABLE, "ColumnNames": ["id"], "ColumnWildcard": {}}}, "InvalidInputException"),
        ({"LFTagPolicy": {"ResourceType": "TABLE"}}, "InvalidInputException"),
        (
            {
                "LFTagPolicy": {
                    "ResourceType": "TABLE",
                    "ExpressionName": "none",
                    "Expression": [{"TagKey": "{db}", "TagValues": ["public"]}],
                }
            },
            "InvalidInputException",
        ),
        ({"LFTagPolicy": {"ResourceType": "TABLE", "ExpressionName": "none"}}, "EntityNotFoundException"),
        (
            {"LFTagPolicy": {"ResourceType": "TABLE", "Expression": [{"TagKey": "none", "TagValues": ["a"]}]}},
            "EntityNotFoundException",
        ),
        (
            {"LFTagPolicy": {"ResourceType": "TABLE", "Expression": [{"TagKey": "{db}", "TagValues": ["none"]}]}},
            "EntityNotFoundException",
        ),
        ({"LFTag": {"TagKey": "none", "TagValues": ["*"]}}, "EntityNotFoundException"),
        ({"LFTagExpression": {"Name": "none"}}, "EntityNotFoundException"),
    ],
)
def test_resources_of_grants(lake: DataLake, resource: dict[str, Any], expected: str) -> None:
    def filled(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: filled(one) for name, one in value.items()}
        return [filled(one) for one in value] if isinstance(value, list) else str(value).replace("{db}", lake.name)

    principal = {"DataLakePrincipalIdentifier": lake.role("reader")}
    given = {"Principal": principal, "Resource": filled(resource), "Permissions": ["DESCRIBE"]}
    assert code(lake.client("lakeformation").grant_permissions, **given) == expected


def test_location_that_is_not_registered(lake: DataLake) -> None:
    given = {
        "Principal": {"DataLakePrincipalIdentifier": lake.role("writer")},
        "Resource": {"DataLocation": {"ResourceArn": "arn:aws:s3:::not-registered/x"}},
        "Permissions": ["DATA_LOCATION_ACCESS"],
    }
    assert code(lake.client("lakeformation").grant_permissions, **given) == "EntityNotFoundException"


@pytest.mark.parametrize("principal", ["hello", f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/x", "arn:aws:s3:::b"])
def test_principals_of_grants(lake: DataLake, principal: str) -> None:
    given = {"Resource": lake.on_table(), "Permissions": ["DESCRIBE"]}
    named = {"DataLakePrincipalIdentifier": principal}
    assert code(lake.client("lakeformation").grant_permissions, Principal=named, **given) == "InvalidInputException"


def test_grant_option_is_a_subset(lake: DataLake) -> None:
    given = {"Resource": lake.on_table(), "Permissions": ["DESCRIBE"], "PermissionsWithGrantOption": ["SELECT"]}
    principal = {"DataLakePrincipalIdentifier": lake.role("reader")}
    found = code(lake.client("lakeformation").grant_permissions, Principal=principal, **given)
    assert found == "InvalidInputException"


def test_value_that_is_assigned_is_not_deleted(lake: DataLake) -> None:
    tags = lake.client("lakeformation")
    lake.tag(lake.on_table(ColumnNames=["email"]), "secret")
    assert code(tags.update_lf_tag, TagKey=lake.name, TagValuesToDelete=["secret"]) == "InvalidInputException"
    assert "secret" in tags.get_lf_tag(TagKey=lake.name)["TagValues"]
    tags.remove_lf_tags_from_resource(
        Resource=lake.on_table(ColumnNames=["email"]), LFTags=[{"TagKey": lake.name, "TagValues": ["secret"]}]
    )
    tags.update_lf_tag(TagKey=lake.name, TagValuesToDelete=["secret"])


def test_access_by_a_deleted_tag_ends(lake: DataLake) -> None:
    role, tags = lake.role("reader"), lake.client("lakeformation")
    lake.tag(lake.on_table(), "public")
    lake.grant(role, ["SELECT"], **lake.tagged("TABLE", "public"))
    assert columns_of(lake, role) == ["id", "email", "country"]
    values = tags.get_lf_tag(TagKey=lake.name)["TagValues"]
    tags.delete_lf_tag(TagKey=lake.name)
    assert columns_of(lake, role) == []
    tags.create_lf_tag(TagKey=lake.name, TagValues=values)
    assert columns_of(lake, role) == []
    assert tags.get_resource_lf_tags(Resource=lake.on_table()).get("LFTagsOnTable", []) == []


def test_one_value_of_a_key(lake: DataLake) -> None:
    pairs = [{"TagKey": lake.name, "TagValues": ["public", "secret"]}]
    call = lake.client("lakeformation").add_lf_tags_to_resource
    assert code(call, Resource=lake.on_table(), LFTags=pairs) == "InvalidInputException"


def test_named_expressions_need_permissions(lake: DataLake) -> None:
    tags, name = lake.client("lakeformation"), f"ex-{lake.name}"
    other = lake.role("other", "glue", "lakeformation")
    own = lake.client_of(other, "lakeformation")

    def expression(value: str) -> list[dict[str, Any]]:
        return [{"TagKey": lake.name, "TagValues": [value]}]

    assert "Create Lf Tag Expression" in refused(
        own.create_lf_tag_expression, Name=f"{name}-2", Expression=expression("public")
    )
    tags.create_lf_tag_expression(Name=name, Expression=expression("public"))
    refused(own.update_lf_tag_expression, Name=name, Expression=expression("secret"))
    refused(own.delete_lf_tag_expression, Name=name)
    lake.grant(other, ["ALTER"], LFTagExpression={"Name": name})
    own.update_lf_tag_expression(Name=name, Expression=expression("secret"))
    refused(own.delete_lf_tag_expression, Name=name)
    lake.grant(other, ["CREATE_LF_TAG_EXPRESSION"], Catalog={})
    own.create_lf_tag_expression(Name=f"{name}-2", Expression=expression("public"))
    own.delete_lf_tag_expression(Name=f"{name}-2")
    unknown = [{"TagKey": "none", "TagValues": ["a"]}]
    assert code(tags.create_lf_tag_expression, Name=f"{name}-3", Expression=unknown) == "EntityNotFoundException"


def test_permissions_are_listed_by_those_of_the_caller(lake: DataLake) -> None:
    reader, other = lake.role("reader"), lake.role("other")
    lake.grant(reader, ["SELECT", "DESCRIBE"], **lake.on_table())
    own = lake.client_of(other, "lakeformation")

    def seen() -> list[tuple[str, list[str]]]:
        found = own.list_permissions(Resource=lake.on_table())["PrincipalResourcePermissions"]
        return [(one["Principal"]["DataLakePrincipalIdentifier"], one["Permissions"]) for one in found]

    assert seen() == []
    lake.grant(other, ["DESCRIBE"], **lake.on_table())
    assert sorted(seen()) == sorted([(reader, ["DESCRIBE"]), (other, ["DESCRIBE"])])
    assert len(lake.client("lakeformation").list_permissions()["PrincipalResourcePermissions"]) > 2


def filter_of(lake: DataLake, **more: Any) -> dict[str, Any]:
    return {"TableCatalogId": ACCOUNT, "DatabaseName": lake.name, "TableName": "orders", "Name": "f", **more}


ROWS = {"FilterExpression": "country = 'DE'"}


@pytest.mark.parametrize(
    "more",
    [
        {"RowFilter": ROWS},
        {"RowFilter": ROWS, "ColumnNames": ["id"], "ColumnWildcard": {}},
        {"RowFilter": {**ROWS, "AllRowsWildcard": {}}, "ColumnNames": ["id"]},
        {"RowFilter": {}, "ColumnNames": ["id"]},
        *(
            {"RowFilter": {"FilterExpression": text}, "ColumnNames": ["id"]}
            for text in ("'a' = 'a'", "id = id", "country in ()", "id = country", "cast(id as varchar) = '1'")
        ),
    ],
)
def test_filters_that_are_refused(lake: DataLake, more: dict[str, Any]) -> None:
    call = lake.client("lakeformation").create_data_cells_filter
    assert code(call, TableData=filter_of(lake, **more)) == "InvalidInputException"


def test_grant_on_a_filter_ends_with_it(lake: DataLake) -> None:
    role, formation = lake.role("reader"), lake.client("lakeformation")
    data = filter_of(lake, RowFilter=ROWS, ColumnNames=["id"])
    formation.create_data_cells_filter(TableData=data)
    named = {name: data[name] for name in ("TableCatalogId", "DatabaseName", "TableName", "Name")}
    lake.grant(role, ["SELECT"], DataCellsFilter=named)
    assert columns_of(lake, role) == ["id"]
    formation.delete_data_cells_filter(**named)
    formation.create_data_cells_filter(TableData={**named, "RowFilter": ROWS, "ColumnWildcard": {}})
    assert columns_of(lake, role) == []


def test_filter_that_has_changed_since(lake: DataLake) -> None:
    formation = lake.client("lakeformation")
    formation.create_data_cells_filter(TableData=filter_of(lake, RowFilter=ROWS, ColumnNames=["id"]))
    stale = filter_of(lake, RowFilter=ROWS, ColumnNames=["id"], VersionId="77")
    assert code(formation.update_data_cells_filter, TableData=stale) == "ConcurrentModificationException"


def test_batch_is_answered_for_each_entry(lake: DataLake) -> None:
    role, reader = lake.role("steward"), lake.role("reader")
    principal = {"DataLakePrincipalIdentifier": role}
    lake.client("lakeformation").grant_permissions(
        Principal=principal,
        Resource=lake.on_table(),
        Permissions=["DESCRIBE"],
        PermissionsWithGrantOption=["DESCRIBE"],
    )
    own = lake.client_of(role, "lakeformation")
    entry = {"Principal": {"DataLakePrincipalIdentifier": reader}, "Resource": lake.on_table()}
    entries = [{"Id": "1", **entry, "Permissions": ["SELECT"]}, {"Id": "2", **entry, "Permissions": ["DESCRIBE"]}]
    failures = own.batch_grant_permissions(Entries=entries)["Failures"]
    assert [one["RequestEntry"]["Id"] for one in failures] == ["1"]
    assert failures[0]["Error"]["ErrorCode"] == "AccessDeniedException"
    found = lake.client("lakeformation").list_permissions(Principal=entry["Principal"])["PrincipalResourcePermissions"]
    assert [one["Permissions"] for one in found] == [["DESCRIBE"]]
