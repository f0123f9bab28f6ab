"""An Iceberg table that an engine dropped is created again from the current declaration, as another table."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from local_cloud_helpers import ACCOUNT, REGION, Terraform

from lakekit.bindings import cdktf
from lakekit.catalog import Column, GovernedTable, IcebergTable
from lakekit.core.stack import LakehouseStack
from lakekit.environment import Environment
from lakekit.testing import environment
from lakekit_local import LocalCloud

THERE = environment(
    organization="again",
    environment="local",
    tier="sandbox",
    target="local",
    backend={"kind": "local"},
    account_id=ACCOUNT,
)


def synthesized(there: Environment, out: Path, columns: list[Column]) -> Path:
    out.mkdir()
    app = cdktf.App(outdir=str(out / "out"), stack_traces=False)
    stack = LakehouseStack(app, there, "tables")
    IcebergTable(stack, "Orders", database="raw", table=GovernedTable("orders", columns, "One row per order"))
    app.synth()
    folder = out / "out/stacks/local-tables"
    document = json.loads((folder / "cdk.tf.json").read_text())
    document["terraform"]["backend"] = {"local": {"path": str(out.parent / "tables.tfstate")}}
    (folder / "cdk.tf.json").write_text(json.dumps(document))
    return folder


def first_metadata(client: Callable[..., Any]) -> dict[str, Any]:
    table = client("glue").get_table(DatabaseName=THERE.names.database("raw"), Name="orders")["Table"]
    bucket, _, key = table["Parameters"]["metadata_location"].removeprefix("s3://").partition("/")
    document: dict[str, Any] = json.loads(client("s3").get_object(Bucket=bucket, Key=key)["Body"].read())
    return document


def test_dropped_table_starts_from_new_metadata(cloud: LocalCloud, client: Callable[..., Any], tmp_path: Path) -> None:
    place = {"LocationConstraint": REGION}
    client("s3").create_bucket(Bucket=THERE.names.bucket("lake", "raw"), CreateBucketConfiguration=place)
    database = THERE.names.database("raw")
    client("glue").create_database(DatabaseInput={"Name": database})
    folder = synthesized(THERE, tmp_path / "first", [Column("id", "long", "Id")])
    terraform = Terraform.of(cloud, folder, tmp_path / "run")
    terraform("apply", "-auto-approve")
    terraform("plan", "-detailed-exitcode")
    before = first_metadata(client)
    assert str(UUID(before["table-uuid"])) == before["table-uuid"]

    # A changed declaration leaves a table that exists alone.
    edited = synthesized(THERE, tmp_path / "second", [Column("id", "long", "Id"), Column("amount", "double", "EUR")])
    (tmp_path / "run" / "cdk.tf.json").write_text((edited / "cdk.tf.json").read_text())
    terraform("plan", "-detailed-exitcode")

    client("glue").delete_table(DatabaseName=database, Name="orders")
    terraform("apply", "-auto-approve")
    after = first_metadata(client)
    assert [field["name"] for field in after["schemas"][0]["fields"]] == ["id", "amount"]
    assert after["table-uuid"] != before["table-uuid"]
    terraform("plan", "-detailed-exitcode")
    terraform("destroy", "-auto-approve")
