"""Classifications of columns change one column at a time: no other column is without its LF-tag for a while."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from local_cloud_helpers import ACCOUNT, REGION, Terraform

from lakekit.bindings import cdktf
from lakekit.catalog import Column, GovernedTable, IcebergTable
from lakekit.core.stack import LakehouseStack
from lakekit.testing import environment
from lakekit_local import LocalCloud
from lakekit_policies import Gate

THERE = environment(
    organization="columns",
    environment="local",
    tier="sandbox",
    target="local",
    backend={"kind": "local"},
    account_id=ACCOUNT,
)
DATABASE = THERE.names.database("raw")
COLUMNS = [Column(name, "string", name) for name in ("id", "email", "phone")]


def configuration(folder: Path, classes: Mapping[str, str]) -> Path:
    """Synthesize a table with classified columns; return the folder of its stack."""
    folder.mkdir()
    app = cdktf.App(outdir=str(folder / "out"), stack_traces=False)
    stack = LakehouseStack(app, THERE, "tables")
    table = GovernedTable("orders", COLUMNS, "One row per order", column_classifications=classes)
    IcebergTable(stack, "Orders", database="raw", table=table)
    app.synth()
    out = folder / "out/stacks/local-tables"
    document = json.loads((out / "cdk.tf.json").read_text())
    document["terraform"]["backend"] = {"local": {"path": str(folder.parent / "tables.tfstate")}}
    (out / "cdk.tf.json").write_text(json.dumps(document))
    return out


def tags_of_columns(client: Callable[..., Any]) -> dict[str, str]:
    found = client("lakeformation").get_resource_lf_tags(
        Resource={"TableWithColumns": {"DatabaseName": DATABASE, "Name": "orders", "ColumnNames": ["email", "phone"]}}
    )
    return {
        one["Name"]: pair["TagValues"][0]
        for one in found.get("LFTagsOnColumns", [])
        for pair in one["LFTags"]
        if pair["TagKey"] == "classification"
    }


@pytest.fixture(scope="module")
def gate() -> Iterator[Gate]:
    with Gate.start() as started:
        yield started


@pytest.fixture
def terraform(cloud: LocalCloud, client: Callable[..., Any], tmp_path: Path) -> Terraform:
    """A deployed table whose column `email` is confidential."""
    place = {"LocationConstraint": REGION}
    client("s3").create_bucket(Bucket=THERE.names.bucket("lake", "raw"), CreateBucketConfiguration=place)
    client("glue").create_database(DatabaseInput={"Name": DATABASE})
    levels = list(THERE.governance.classifications)
    client("lakeformation").create_lf_tag(TagKey="classification", TagValues=levels)
    made = Terraform.of(cloud, configuration(tmp_path / "first", {"email": "confidential"}), tmp_path / "run")
    made("apply", "-auto-approve")
    return made


def planned(terraform: Terraform, gate: Gate, classes: Mapping[str, str], folder: Path) -> tuple[list[str], set[str]]:
    """Plan another declaration; return the changed addresses, and the rules on changes that a gate of `prod` breaks."""
    edited = configuration(folder, classes)
    (terraform.folder / "cdk.tf.json").write_text((edited / "cdk.tf.json").read_text())
    terraform("plan", "-out=plan", "-detailed-exitcode", code=2)
    (terraform.folder / "plan.json").write_text(terraform("show", "-json", "plan"))
    document = json.loads((terraform.folder / "plan.json").read_text())
    changed = [
        one["address"] for one in document["resource_changes"] if one["change"]["actions"] not in (["no-op"], ["read"])
    ]
    verdict = gate.evaluate_plan(terraform.folder / "plan.json")
    return changed, {found.rule_id for found in verdict.findings if found.rule_id.startswith("LK_PLAN_")}


def test_one_column_changes_alone(terraform: Terraform, gate: Gate, client: Callable[..., Any], tmp_path: Path) -> None:
    assert tags_of_columns(client) == {"email": "confidential"}

    # A second column of the same class is a further resource.
    both = {"email": "confidential", "phone": "confidential"}
    changed, rules = planned(terraform, gate, both, tmp_path / "second")
    assert (["phone" in address for address in changed], rules) == ([True], set())
    terraform("apply", "-auto-approve", "plan")
    assert tags_of_columns(client) == both

    # A higher class changes that column only; it neither removes a protection nor widens access.
    higher = {"email": "restricted", "phone": "confidential"}
    changed, rules = planned(terraform, gate, higher, tmp_path / "third")
    assert (["email" in address for address in changed], rules) == ([True], set())
    terraform("apply", "-auto-approve", "plan")
    assert tags_of_columns(client) == higher
    terraform("plan", "-detailed-exitcode")

    # A lower class and a removed one are reported.
    lower = {"email": "restricted", "phone": "internal"}
    assert planned(terraform, gate, lower, tmp_path / "fourth")[1] == {"LK_PLAN_6"}
    assert planned(terraform, gate, {"email": "restricted"}, tmp_path / "fifth")[1] == {"LK_PLAN_2"}
