"""Catalog: encrypted, tagged databases, and tables that engines own once they exist."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from stack_builder import stack

from lakekit.bindings import cdktf
from lakekit.catalog import (
    CatalogSettings,
    Column,
    Database,
    GovernedTable,
    IcebergTable,
    TableMaintenance,
)
from lakekit.core.team_stack import TeamStack
from lakekit.errors import ConstructError
from lakekit.storage import ZoneReference
from lakekit.testing import Template, environment, resources, synthesize

ID = Column("id", "long", "Key", required=True)


def table(**arguments: Any) -> Template:
    fields = {field.name for field in dataclasses.fields(GovernedTable)}
    declared = {"name": "orders", "columns": [ID], "description": "One row per order"}
    declared |= {key: value for key, value in arguments.items() if key in fields}
    given = {key: value for key, value in arguments.items() if key not in fields}
    return stack(lambda s: IcebergTable(s, "Orders", database="curated", table=GovernedTable(**declared), **given))


def test_catalog_is_encrypted_with_a_customer_managed_key() -> None:
    template = stack(lambda s: CatalogSettings(s, "Catalog"))
    (settings,) = resources(template, "aws_glue_data_catalog_encryption_settings").values()
    inner = settings["data_catalog_encryption_settings"]
    assert inner["encryption_at_rest"]["catalog_encryption_mode"] == "SSE-KMS"
    assert inner["encryption_at_rest"]["sse_aws_kms_key_id"].startswith("${aws_kms_key.")
    assert inner["connection_password_encryption"]["return_connection_password_encrypted"] is True
    assert resources(template, "aws_kms_alias")["Catalog/Key/Alias"]["name"] == "alias/acme-dev-catalog"


def test_a_database_is_described_placed_and_tagged() -> None:
    template = stack(lambda s: Database(s, "Curated", zone=ZoneReference(s, "Zone", "curated")))
    (database,) = resources(template, "aws_glue_catalog_database").values()
    assert database["name"] == "acme_dev_curated"
    assert database["description"].startswith("Cleaned, conformed")
    assert database["location_uri"] == "s3://acme-dev-lake-curated-111111111111-eu-west-1/curated/"
    (tags,) = resources(template, "aws_lakeformation_resource_lf_tags").values()
    assert {pair["key"]: pair["value"] for pair in tags["lf_tag"]} == {
        "zone": "curated",
        "domain": "platform",
        "classification": "internal",
    }


def test_a_zone_whose_objects_expire_has_no_database() -> None:
    with pytest.raises(ConstructError, match="holds no tables"):
        stack(lambda s: Database(s, "Landing", zone=ZoneReference(s, "Zone", "landing")))


def test_table_is_created_from_a_metadata_file() -> None:
    template = table(partition_by=["bucket(4, id)"], identifier=["id"], sort_by=["id"])
    (file,) = resources(template, "aws_s3_object").values()
    (made,) = resources(template, "aws_glue_catalog_table").values()
    folder = made["parameters"]["lakekit.initial-metadata"]
    (root,) = made["storage_descriptor"]["additional_locations"]
    name = file["key"].rpartition("/")[2]
    assert made["parameters"]["metadata_location"] == f"{folder}/{name}"
    assert root == f"s3://{file['bucket']}/_lakekit/iceberg/acme_dev_curated/orders/metadata"
    assert folder.startswith(f"{root}/$")
    assert made["parameters"]["table_type"] == "ICEBERG"
    assert made["storage_descriptor"]["location"] == "s3://acme-dev-lake-curated-111111111111-eu-west-1/curated/orders"
    assert not file["key"].startswith("curated/orders")
    metadata = json.loads(file["content"])
    assert metadata["location"] == made["storage_descriptor"]["location"]
    assert metadata["properties"]["write.parquet.compression-codec"] == "zstd"
    assert made["storage_descriptor"]["columns"] == [{"name": "id", "type": "bigint", "comment": "Key"}]


def test_engines_own_the_table_from_then_on() -> None:
    template = table()
    (made,) = resources(template, "aws_glue_catalog_table").values()
    assert made["lifecycle"]["ignore_changes"] == ["description", "owner", "parameters", "storage_descriptor"]
    (file,) = resources(template, "aws_s3_object").values()
    assert file["lifecycle"]["ignore_changes"] == ["content", "key"]


def test_first_metadata_belongs_to_one_creation_of_the_table() -> None:
    template = table()
    (file,) = resources(template, "aws_s3_object").values()
    (identity,) = template["resource"]["terraform_data"]
    assert json.loads(file["content"])["table-uuid"] == f"${{terraform_data.{identity}.id}}"
    assert file["lifecycle"]["replace_triggered_by"] == [f"terraform_data.{identity}"]
    (made,) = template["resource"]["aws_glue_catalog_table"]
    triggers = template["resource"]["terraform_data"][identity]["triggers_replace"]
    assert triggers == {"table": f"${{aws_glue_catalog_table.{made}.id}}"}
    (written,) = file["lifecycle"]["postcondition"]
    assert f"lakekit-terraform apply -replace=terraform_data.{identity}" in written["error_message"]


def test_glue_keeps_the_table_small() -> None:
    made = {o["type"]: o["configuration"][0] for o in resources(table(), "aws_glue_catalog_table_optimizer").values()}
    assert set(made) == {"compaction", "retention", "orphan_file_deletion"}
    assert {c["role_arn"] for c in made.values()} == {"arn:aws:iam::111111111111:role/acme-dev-table-optimizer"}
    retention = made["retention"]["retention_configuration"][0]["iceberg_configuration"][0]
    assert retention["snapshot_retention_period_in_days"] == 5


def test_maintenance_is_configurable() -> None:
    template = table(
        maintenance=TableMaintenance(compaction=False, snapshot_days=30, snapshots_to_keep=9, orphan_days=10)
    )
    made = {o["type"]: o["configuration"][0] for o in resources(template, "aws_glue_catalog_table_optimizer").values()}
    assert set(made) == {"retention", "orphan_file_deletion"}
    retention = made["retention"]["retention_configuration"][0]["iceberg_configuration"][0]
    assert (retention["snapshot_retention_period_in_days"], retention["number_of_snapshots_to_retain"]) == (30, 9)


def test_columns_have_classifications_of_their_own() -> None:
    def build(app: Any) -> cdktf.TerraformStack:
        made = TeamStack(app, environment(), "sales", owner="sales@acme.example")
        IcebergTable(
            made,
            "Orders",
            database="curated",
            table=GovernedTable(
                "orders",
                [ID, Column("email", "string")],
                "One row per order",
                classification="confidential",
                column_classifications={"email": "restricted"},
            ),
        )
        return made

    template = synthesize(build)
    tagged = resources(template, "aws_lakeformation_resource_lf_tags")
    whole = {pair["key"]: pair["value"] for pair in tagged["Orders/Tags"]["lf_tag"]}
    assert whole == {"classification": "confidential", "domain": "sales"}
    columns = tagged["Orders/ColumnTags/email"]
    assert columns["table_with_columns"]["column_names"] == ["email"]
    assert columns["lf_tag"] == [{"key": "classification", "value": "restricted"}]
    (made,) = resources(template, "aws_glue_catalog_table").values()
    assert made["owner"] == "sales@acme.example"


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"columns": []}, "has no columns"),
        ({"columns": [ID, ID]}, "duplicate columns: id"),
        ({"identifier": ["id", "id"]}, "identifier id, id: a column is repeated"),
        ({"owner": " "}, "has an empty owner"),
        ({"columns": [Column("Id", "long")]}, "'Id' is not a valid name"),
        ({"columns": [Column("id", "bigint")]}, "column id: 'bigint' is not an Iceberg type"),
        ({"description": " "}, "has no description"),
        ({"partition_by": ["day(id)"]}, "day cannot take id"),
        ({"sort_by": ["nope"]}, "'nope' is not a column"),
        ({"columns": [Column("id", "long")], "identifier": ["id"]}, "identifier id: not a required column"),
        ({"classification": "secret"}, "classification 'secret' is not one of public"),
        ({"column_classifications": {"id": "secret"}}, "classification 'secret' is not one of public"),
        ({"column_classifications": {"nope": "public"}}, "column_classifications of orders name nope"),
        ({"name": "Orders"}, "'Orders' is not a valid name"),
    ],
)
def test_invalid_table_is_rejected(arguments: dict[str, Any], problem: str) -> None:
    with pytest.raises(ConstructError, match=problem):
        table(**arguments)
