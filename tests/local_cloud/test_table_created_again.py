"""An Iceberg table that an engine dropped is created again from the current declaration, as another table."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from botocore.exceptions import ClientError
from data_lake import trust
from local_cloud_helpers import ACCOUNT, REGION, Terraform, register_location

from lakekit.bindings import cdktf
from lakekit.catalog import Column, GovernedTable, IcebergTable
from lakekit.core.stack import LakehouseStack
from lakekit.environment import Environment
from lakekit.testing import environment
from lakekit_cli.state.diagnostics import printed_diagnostics
from lakekit_cli.terraform_gate.dropped_tables import dropped_tables
from lakekit_local import LocalCloud

THERE = environment(
    organization="again",
    environment="local",
    tier="sandbox",
    target="local",
    backend={"kind": "local"},
    account_id=ACCOUNT,
)


def synthesized(there: Environment, out: Path, add: Callable[[LakehouseStack], None]) -> Path:
    out.mkdir()
    app = cdktf.App(outdir=str(out / "out"), stack_traces=False)
    stack = LakehouseStack(app, there, "tables")
    add(stack)
    app.synth()
    folder = out / "out/stacks/local-tables"
    document = json.loads((folder / "cdk.tf.json").read_text())
    document["terraform"]["backend"] = {"local": {"path": str(out.parent / "tables.tfstate")}}
    (folder / "cdk.tf.json").write_text(json.dumps(document))
    return folder


def orders(*columns: Column) -> Callable[[LakehouseStack], None]:
    def add(stack: LakehouseStack) -> None:
        IcebergTable(stack, "Orders", database="raw", table=GovernedTable("orders", columns, "One row per order"))

    return add


def first_metadata(client: Callable[..., Any], there: Environment = THERE) -> dict[str, Any]:
    table = client("glue").get_table(DatabaseName=there.names.database("raw"), Name="orders")["Table"]
    bucket, _, key = table["Parameters"]["metadata_location"].removeprefix("s3://").partition("/")
    document: dict[str, Any] = json.loads(client("s3").get_object(Bucket=bucket, Key=key)["Body"].read())
    return document


def test_dropped_table_starts_from_new_metadata(cloud: LocalCloud, client: Callable[..., Any], tmp_path: Path) -> None:
    place = {"LocationConstraint": REGION}
    client("s3").create_bucket(Bucket=THERE.names.bucket("lake", "raw"), CreateBucketConfiguration=place)
    database = THERE.names.database("raw")
    client("glue").create_database(DatabaseInput={"Name": database})
    folder = synthesized(THERE, tmp_path / "first", orders(Column("id", "long", "Id")))
    terraform = Terraform.of(cloud, folder, tmp_path / "run")
    terraform("apply", "-auto-approve")
    terraform("plan", "-detailed-exitcode")
    before = first_metadata(client)
    assert str(UUID(before["table-uuid"])) == before["table-uuid"]

    # A changed declaration leaves a table that exists alone.
    more = orders(Column("id", "long", "Id"), Column("amount", "double", "EUR"))
    edited = synthesized(THERE, tmp_path / "second", more)
    (tmp_path / "run" / "cdk.tf.json").write_text((edited / "cdk.tf.json").read_text())
    terraform("plan", "-detailed-exitcode")

    client("glue").delete_table(DatabaseName=database, Name="orders")
    terraform("apply", "-auto-approve")
    after = first_metadata(client)
    assert [field["name"] for field in after["schemas"][0]["fields"]] == ["id", "amount"]
    assert after["table-uuid"] != before["table-uuid"]
    terraform("plan", "-detailed-exitcode")
    terraform("destroy", "-auto-approve")


def addresses(terraform: Terraform) -> dict[str, str]:
    """The address of the table and of its metadata file."""
    document = json.loads((terraform.folder / "cdk.tf.json").read_text())["resource"]
    kinds = ("aws_glue_catalog_table", "aws_s3_object", "terraform_data")
    return {kind: f"{kind}.{name}" for kind in kinds for name in document[kind]}


def with_fixed_key(text: str) -> dict[str, Any]:
    """A configuration whose metadata file has the same key for each creation of the table."""
    document: dict[str, Any] = json.loads(text)
    (table,) = document["resource"]["aws_glue_catalog_table"].values()
    (file,) = document["resource"]["aws_s3_object"].values()
    (folder,) = table["storage_descriptor"]["additional_locations"]
    key = f"{folder}/{file['key'].rpartition('/')[2]}"
    table["parameters"].pop("lakekit.initial-metadata")
    table["parameters"]["metadata_location"] = key
    file["key"] = key.removeprefix(f"s3://{file['bucket']}/")
    file["lifecycle"].pop("postcondition")
    return document


def test_metadata_file_as_target_creates_the_table_with_it(
    cloud: LocalCloud, client: Callable[..., Any], tmp_path: Path
) -> None:
    there = THERE.model_copy(update={"organization": "target"})
    database = there.names.database("raw")
    place = {"LocationConstraint": REGION}
    client("s3").create_bucket(Bucket=there.names.bucket("lake", "raw"), CreateBucketConfiguration=place)
    client("glue").create_database(DatabaseInput={"Name": database})
    one = synthesized(there, tmp_path / "first", orders(Column("id", "long", "Id")))
    terraform = Terraform.of(cloud, one, tmp_path / "run")
    (tmp_path / "run" / "cdk.tf.json").write_text(json.dumps(with_fixed_key((one / "cdk.tf.json").read_text())))
    terraform("apply", "-auto-approve")
    before = first_metadata(client, there)
    # A table that was created before its metadata file had a folder for each creation stays as it is.
    (tmp_path / "run" / "cdk.tf.json").write_text((one / "cdk.tf.json").read_text())
    terraform("plan", "-detailed-exitcode")
    more = synthesized(there, tmp_path / "second", orders(Column("id", "long", "Id"), Column("paid", "double", "EUR")))
    (tmp_path / "run" / "cdk.tf.json").write_text((more / "cdk.tf.json").read_text())
    known = addresses(terraform)

    client("glue").delete_table(DatabaseName=database, Name="orders")
    terraform("apply", "-auto-approve", f"-target={known['aws_s3_object']}")
    after = first_metadata(client, there)
    assert [field["name"] for field in after["schemas"][0]["fields"]] == ["id", "paid"]
    assert after["table-uuid"] != before["table-uuid"]
    terraform("apply", "-auto-approve")
    terraform("plan", "-detailed-exitcode")

    # The table alone has no metadata file: neither that of the dropped table, nor a plan that does not notice.
    client("glue").delete_table(DatabaseName=database, Name="orders")
    terraform("apply", "-auto-approve", f"-target={known['aws_glue_catalog_table']}")
    with pytest.raises(ClientError, match="NoSuchKey"):
        first_metadata(client, there)
    assert f"-replace={known['terraform_data']}" in " ".join(terraform("plan", code=1).split())
    terraform("apply", "-auto-approve", f"-replace={known['terraform_data']}")
    assert first_metadata(client, there)["table-uuid"] not in (before["table-uuid"], after["table-uuid"])
    terraform("plan", "-detailed-exitcode")

    # The file stays where it is, also if an engine removes what names its folder.
    table = client("glue").get_table(DatabaseName=database, Name="orders")["Table"]
    kept = {key: table[key] for key in ("Name", "StorageDescriptor", "Parameters", "TableType", "Description", "Owner")}
    kept["StorageDescriptor"].pop("AdditionalLocations")
    kept["Parameters"].pop("lakekit.initial-metadata")
    client("glue").update_table(DatabaseName=database, TableInput=kept)
    terraform("plan", "-detailed-exitcode")
    terraform("destroy", "-auto-approve")


def rights(client: Callable[..., Any], database: str) -> tuple[dict[str, str], set[str]]:
    """Classifications of the columns of the table, and the permissions of roles on it."""
    formation = client("lakeformation")
    columns = {"DatabaseName": database, "Name": "orders", "ColumnNames": ["id", "email"]}
    tags = formation.get_resource_lf_tags(Resource={"TableWithColumns": columns}, ShowAssignedLFTags=True)
    grants = formation.list_permissions(Resource={"Table": {"DatabaseName": database, "Name": "orders"}})
    classified = {one["Name"]: one["LFTags"][0]["TagValues"][0] for one in tags["LFTagsOnColumns"]}
    named = [one for one in grants["PrincipalResourcePermissions"] if "role/" in str(one["Principal"])]
    return classified, {name for one in named for name in one["Permissions"]}


def test_dropped_table_gets_its_lf_tags_and_grants_back(
    cloud: LocalCloud, client: Callable[..., Any], tmp_path: Path
) -> None:
    there = THERE.model_copy(update={"organization": "rights"})
    database = there.names.database("raw")
    place = {"LocationConstraint": REGION}
    client("s3").create_bucket(Bucket=there.names.bucket("lake", "raw"), CreateBucketConfiguration=place)
    register_location(there.names.bucket("lake", "raw"), client)
    client("glue").create_database(DatabaseInput={"Name": database})
    formation = client("lakeformation")
    if "classification" not in [one["TagKey"] for one in formation.list_lf_tags()["LFTags"]]:
        formation.create_lf_tag(TagKey="classification", TagValues=list(there.governance.classifications))
    policy = trust(AWS=ACCOUNT)
    writer = client("iam").create_role(RoleName="rights-writer", AssumeRolePolicyDocument=policy)["Role"]["Arn"]
    columns = [Column("id", "long", "Id"), Column("email", "string", "E-mail address")]

    def add(stack: LakehouseStack) -> None:
        declared = GovernedTable("orders", columns, "One row per order", column_classifications={"email": "restricted"})
        IcebergTable(stack, "Orders", database="raw", table=declared).grant_write(writer)

    terraform = Terraform.of(cloud, synthesized(there, tmp_path / "first", add), tmp_path / "run")
    terraform("apply", "-auto-approve")
    terraform("plan", "-detailed-exitcode")
    before = rights(client, database)
    assert before == ({"email": "restricted"}, {"ALTER", "DELETE", "DESCRIBE", "INSERT", "SELECT"})
    table = client("glue").get_table(DatabaseName=database, Name="orders")["Table"]

    # Another table of the same name has none of them, until the next apply.
    client("glue").delete_table(DatabaseName=database, Name="orders")
    kept = {key: table[key] for key in ("Name", "StorageDescriptor", "Parameters", "TableType", "Description", "Owner")}
    client("glue").create_table(DatabaseName=database, TableInput=kept)
    assert rights(client, database) == ({}, set())
    terraform("apply", "-auto-approve")
    assert rights(client, database) == before
    terraform("plan", "-detailed-exitcode")

    # The provider cannot read LF-tags of a table that does not exist: the table comes first, with its metadata file.
    client("glue").delete_table(DatabaseName=database, Name="orders")
    failed = printed_diagnostics(terraform("plan", code=1))
    target = f"-target={addresses(terraform)['aws_s3_object']}"
    assert dropped_tables(failed, terraform.folder).endswith(f"lakekit-terraform apply {target}")
    terraform("apply", "-auto-approve", target)
    assert rights(client, database) == ({}, set())
    terraform("apply", "-auto-approve")
    assert rights(client, database) == before
    terraform("plan", "-detailed-exitcode")
    terraform("destroy", "-auto-approve")
