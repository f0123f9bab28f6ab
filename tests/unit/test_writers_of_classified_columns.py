"""Every writer of the reference deployment may change tables of which a column has the highest classification."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lakekit.access_matrix.stacks import Resource, bare_name, resources
from lakekit_local.data_permissions.access import Grant, TableFacts, table_access
from nonempty import nonempty

WRITE = {"ALTER", "DELETE", "INSERT", "SELECT"}
HIGHEST = {"classification": frozenset({"restricted"})}


@pytest.fixture
def found(synthesized: Path) -> list[Resource]:
    files = nonempty(sorted(synthesized.glob("stacks/local-*/cdk.tf.json")))
    return list(resources(json.loads(file.read_text()) for file in files))


def tags_of(one: Resource) -> dict[str, frozenset[str]]:
    return {pair["key"]: frozenset([pair["value"]]) for pair in one.body["lf_tag"]}


def tables(found: list[Resource]) -> Iterator[TableFacts]:
    """The tables with their LF-tags, and the highest classification on the first column."""
    names = {one.address: one.body.get("name", "") for one in found if one.kind.startswith("aws_glue_catalog_")}
    on_databases: dict[str, Any] = {}
    on_tables: dict[tuple[str, str], Any] = {}
    for one in found:
        if one.kind == "aws_lakeformation_resource_lf_tags":
            if "database" in one.body:
                on_databases[bare_name(one.body["database"]["name"], names)] = tags_of(one)
            elif "table" in one.body:
                at = one.body["table"]
                on_tables[bare_name(at["database_name"], names), bare_name(at["name"], names)] = tags_of(one)
    for one in found:
        if one.kind == "aws_glue_catalog_table" and "ICEBERG" in str(one.body["parameters"]):
            database, name = bare_name(one.body["database_name"], names), one.body["name"]
            columns = tuple(column["name"] for column in one.body["storage_descriptor"]["columns"])
            inherited, own = on_databases[database], on_tables.get((database, name), {})
            yield TableFacts(database, name, columns, inherited, own, {columns[0]: HIGHEST})


def as_grant(body: Any) -> Grant:
    """The grant as Lake Formation lists it."""
    resource: dict[str, Any] = {}
    if policy := body.get("lf_tag_policy"):
        expression = [{"TagKey": one["key"], "TagValues": one["values"]} for one in policy["expression"]]
        resource = {"LFTagPolicy": {"ResourceType": policy["resource_type"], "Expression": expression}}
    elif at := body.get("table_with_columns"):
        resource = {"Table": {"DatabaseName": at["database_name"], "Name": at["name"]}}
        if at.get("column_names"):
            resource = {"TableWithColumns": {**resource["Table"], "ColumnNames": at["column_names"]}}
    return Grant(resource, frozenset(body["permissions"]))


def test_writers_keep_their_permissions(found: list[Resource]) -> None:
    grants: dict[str, list[Grant]] = {}
    for one in found:
        if one.kind == "aws_lakeformation_permissions":
            role = str(getattr(one.body["principal"], "text", one.body["principal"]))
            grants.setdefault(f"{one.stack}: {role}", []).append(as_grant(one.body))
    writers: dict[str, set[str]] = {}
    for table in nonempty(list(tables(found))):
        for role, held in nonempty(list(grants.items())):
            # Without a classification on the column, the writer may change the table.
            plain = TableFacts(table.database, table.name, table.columns, table.database_tags, table.own_tags)
            writes = "INSERT" in table_access(plain, held).permissions
            assert not writes or table_access(table, held).permissions >= WRITE, (role, table.name)
            if writes:
                writers.setdefault(role, set()).add(table.name)
    of_one_table = [role for role, written in writers.items() if len(written) == 1]
    kinds = ("OrderEventsToLake", "OrderMinutesJob", "DailyRefunds", "ShopReturns", "RevenueJob", "PaymentsToLake")
    assert len(of_one_table) == len(kinds)
    assert all(any(kind in role for role in of_one_table) for kind in kinds)
    assert {role.partition("aws_iam_role.")[2].partition("_")[0] for role in set(writers) - set(of_one_table)} == {
        "Engineer",
        "TableOptimizer",
    }
