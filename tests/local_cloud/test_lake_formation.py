"""Tests that Lake Formation lists grants and tags as AWS does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

Client = Callable[..., Any]
ROLE = {"DataLakePrincipalIdentifier": "arn:aws:iam::111111111111:role/analyst"}


def listed(lake: Any, resource: dict[str, Any]) -> list[tuple[str, list[str]]]:
    found = lake.list_permissions(Principal=ROLE, Resource=resource)["PrincipalResourcePermissions"]
    return sorted((next(iter(entry["Resource"])), entry["Permissions"]) for entry in found)


def test_select_on_a_table_is_listed_with_columns(client: Client, unique: str) -> None:
    lake, table = client("lakeformation"), {"Table": {"DatabaseName": unique, "Name": "orders"}}
    lake.grant_permissions(Principal=ROLE, Resource=table, Permissions=["SELECT", "DESCRIBE"])
    assert listed(lake, table) == [("Table", ["DESCRIBE"]), ("TableWithColumns", ["SELECT"])]
    lake.revoke_permissions(Principal=ROLE, Resource=table, Permissions=["SELECT"])
    assert listed(lake, table) == [("Table", ["DESCRIBE"])]


def test_order_of_a_tag_expression_is_ignored(client: Client, unique: str) -> None:
    lake = client("lakeformation")
    domain = {"TagKey": "domain", "TagValues": [unique, "sales"]}
    zone = {"TagKey": "zone", "TagValues": ["curated"]}

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


def test_cell_filters_have_versions_and_opt_ins_are_listed(client: Client, unique: str) -> None:
    lake = client("lakeformation")
    named = {"TableCatalogId": "111111111111", "DatabaseName": unique, "TableName": "t", "Name": "eu"}
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
