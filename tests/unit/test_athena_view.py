"""Athena views: Presto's encoding, LF-tags, rejected input, and grants with the tables below."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from iam_evaluation import is_allowed, policies
from stack_builder import stack

from lakekit.bindings import cdktf
from lakekit.catalog import AthenaView, Column, Database, GovernedTable, IcebergTable
from lakekit.core.stack import LakehouseStack
from lakekit.core.team_stack import TeamStack
from lakekit.errors import ConstructError
from lakekit.iam import ServiceRole
from lakekit.testing import Template, environment, load, resources, synthesize

ID = Column("id", "long", "Key")
BUCKET = "arn:aws:s3:::acme-dev-lake-curated-111111111111-eu-west-1"
TABLES = "arn:aws:glue:eu-west-1:111111111111:table"


def orders(scope: Any, database: Any = "curated") -> Any:
    return IcebergTable.from_name(scope, "Orders", "orders", database=database)


def view(scope: Any, **arguments: Any) -> AthenaView:
    given: dict[str, Any] = {
        "database": "curated",
        "sql": "SELECT id FROM orders",
        "columns": [ID],
        "description": "One row per recent order",
    }
    given |= arguments
    if "tables" not in given:
        given["tables"] = [orders(scope)]
    return AthenaView(scope, "RecentOrders", **given)


def created(template: Template) -> dict[str, Any]:
    (made,) = (
        one for one in resources(template, "aws_glue_catalog_table").values() if one.get("table_type") == "VIRTUAL_VIEW"
    )
    return dict(made)


def encoded(template: Template) -> dict[str, Any]:
    text = created(template)["view_original_text"]
    content = text.removeprefix("/* Presto View: ").removesuffix(" */")
    return dict(json.loads(base64.b64decode(content, validate=True)))


def test_a_view_is_stored_as_athena_writes_it() -> None:
    template = stack(view)
    made = created(template)
    assert (made["name"], made["database_name"]) == ("recent_orders", "acme_dev_curated")
    assert made["view_expanded_text"] == "/* Presto View */"
    assert made["parameters"] == {"presto_view": "true", "comment": "Presto View"}
    assert made["description"] == "One row per recent order"
    assert made["owner"] == "data-platform@acme.example"
    assert made["storage_descriptor"] == {
        "columns": [{"name": "id", "type": "bigint", "comment": "Key"}],
        "ser_de_info": {"name": "-", "serialization_library": "-"},
    }
    assert encoded(template) == {
        "originalSql": "SELECT id FROM orders",
        "catalog": "awsdatacatalog",
        "schema": "acme_dev_curated",
        "columns": [{"name": "id", "type": "bigint"}],
    }
    assert resources(template, "aws_lakeformation_resource_lf_tags") == {}


@pytest.mark.parametrize(
    ("iceberg", "athena"),
    [
        ("int", "integer"),
        ("float", "real"),
        ("string", "varchar"),
        ("binary", "varbinary"),
        ("timestamp", "timestamp(6)"),
        ("decimal(12, 2)", "decimal(12,2)"),
        ("list<map<string, long>>", "array(map(varchar, bigint))"),
        ("struct<path: string, at: date>", 'row("path" varchar, "at" date)'),
    ],
)
def test_columns_have_the_types_of_athena(iceberg: str, athena: str) -> None:
    (column,) = encoded(stack(lambda s: view(s, columns=[Column("c", iceberg, "A column")])))["columns"]
    assert column == {"name": "c", "type": athena}


def test_name_owner_and_classification_are_configurable() -> None:
    template = stack(lambda s: view(s, name="latest", owner="sales@acme.example", classification="confidential"))
    made = created(template)
    assert (made["name"], made["owner"]) == ("latest", "sales@acme.example")
    (tags,) = resources(template, "aws_lakeformation_resource_lf_tags").values()
    assert tags["lf_tag"] == [{"key": "classification", "value": "confidential"}]
    assert tags["table"]["database_name"] == "acme_dev_curated"


def test_a_view_of_a_team_has_its_domain() -> None:
    def build(app: Any) -> cdktf.TerraformStack:
        made = TeamStack(app, environment(), "sales", owner="sales@acme.example")
        view(made)
        return made

    (tags,) = resources(synthesize(build), "aws_lakeformation_resource_lf_tags").values()
    assert tags["lf_tag"] == [{"key": "domain", "value": "sales"}]


def test_a_view_is_created_after_its_database_and_tables() -> None:
    def build(s: Any) -> None:
        database = Database(s, "Curated", zone="curated")
        declared = GovernedTable("orders", [ID], "One row per order")
        view(s, database=database, tables=[IcebergTable(s, "Orders", database=database, table=declared)])

    kinds = {one.split(".")[0] for one in created(stack(build))["depends_on"]}
    assert kinds == {"aws_glue_catalog_database", "aws_lakeformation_resource_lf_tags", "aws_glue_catalog_table"}


def test_views_have_no_prevent_destroy_in_prod() -> None:
    assert "lifecycle" not in created(stack(view, tier="prod"))


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"sql": "  "}, "has no SQL"),
        ({"sql": "SELECT id FROM orders; "}, "ends with a semicolon"),
        ({"sql": "SELECT '${TfToken[TOKEN.0]}'"}, "not known before apply"),
        ({"sql": f"SELECT '{'x' * 310_000}'"}, "at most 409600 are allowed"),
        ({"tables": []}, "has no tables"),
        ({"columns": []}, "has no columns"),
        ({"columns": [ID, ID]}, "duplicate columns: id"),
        ({"columns": [Column("id", "bigint")]}, "'bigint' is not an Iceberg type"),
        ({"columns": [Column("at", "timestamptz")]}, r"cannot have the type timestamptz(.|\n)*AT TIME ZONE"),
        ({"columns": [Column("at", "list<time>")]}, r"cannot have the type time;(.|\n)*to varchar"),
        ({"columns": [Column("key", "fixed[16]")]}, r"cannot have the type fixed\[16\]"),
        ({"description": ""}, "has no description"),
        ({"name": "Recent"}, "'Recent' is not a valid name"),
        ({"classification": "secret"}, "classification 'secret' is not one of"),
        ({"database": "crated"}, "no database 'crated'"),
    ],
)
def test_invalid_view_is_rejected(arguments: dict[str, Any], problem: str) -> None:
    with pytest.raises(ConstructError, match=problem):
        stack(lambda s: view(s, **arguments))


def granted(template: Template) -> list[tuple[str, list[str]]]:
    def target(grant: dict[str, Any]) -> str:
        found = grant.get("table_with_columns") or grant["database"]
        return f"{found.get('database_name', '')}.{found['name']}"

    return [
        (target(one), sorted(one["permissions"]))
        for one in resources(template, "aws_lakeformation_permissions").values()
    ]


def role(scope: Any) -> ServiceRole:
    return ServiceRole(scope, "Reader", service="glue", description="Reads orders")


def test_a_grant_covers_the_view_and_its_tables_and_nothing_else() -> None:
    template = stack(lambda s: view(s).grant_read(role(s)))
    assert granted(template) == [
        (".acme_dev_curated", ["DESCRIBE"]),
        ("acme_dev_curated.orders", ["DESCRIBE", "SELECT"]),
        ("acme_dev_curated.recent_orders", ["DESCRIBE", "SELECT"]),
    ]
    (statements,) = policies(template).values()
    assert is_allowed(statements, "glue:GetTable", f"{TABLES}/acme_dev_curated/recent_orders")
    assert is_allowed(statements, "glue:GetTable", f"{TABLES}/acme_dev_curated/orders")
    assert is_allowed(statements, "s3:GetObject", f"{BUCKET}/curated/orders/data/part-0.parquet")
    for action, resource in [
        ("glue:UpdateTable", f"{TABLES}/acme_dev_curated/recent_orders"),
        ("glue:GetTable", f"{TABLES}/acme_dev_curated/refunds"),
        ("s3:GetObject", f"{BUCKET}/curated/recent_orders/file"),
    ]:
        assert not is_allowed(statements, action, resource), (action, resource)


def test_a_grant_on_a_view_of_another_database_includes_the_database() -> None:
    template = stack(lambda s: view(s, database="consumption").grant_read(role(s)))
    assert (".acme_dev_consumption", ["DESCRIBE"]) in granted(template)
    assert (".acme_dev_curated", ["DESCRIBE"]) in granted(template)


def test_the_same_grant_twice_is_one() -> None:
    def build(s: Any) -> None:
        reader, made = role(s), view(s)
        assert made.grant_read(reader) is made.grant_read(reader)

    assert len(granted(stack(build))) == 3


def test_a_grant_to_a_role_of_another_stack_stands_there() -> None:
    app = cdktf.Testing.app(stub_version=False, fake_cdktf_json_path=True)
    platform = LakehouseStack(app, environment(), "platform")
    team = TeamStack(app, environment(), "sales", owner="sales@acme.example")
    view(platform).grant_read(role(team))
    assert (len(granted(load(platform))), len(granted(load(team)))) == (0, 3)
