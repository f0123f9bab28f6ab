"""Stacks above dev need the plan gate, whichever class they have."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from stack_builder import stack

from lakekit.bindings import aws, cdktf
from lakekit.core.app import LakehouseApp
from lakekit.core.plan_gate_variable import guard_provider, guard_written_stacks
from lakekit.core.stack import LakehouseStack
from lakekit.core.team_stack import TeamStack
from lakekit.snowflake import SnowflakeStack
from lakekit.storage import LogBucket
from lakekit.testing import environment, synthesize
from lakekit_policies.terraform.plan_gate_variable import NAME, provider_expression, variable_block

ABOVE_DEV = ("staging", "prod")
SNOWFLAKE = {
    "organization": "acmeorg",
    "account": "lake",
    "edition": "enterprise",
    "region": "aws_eu_west_1",
    "allowed_networks": ["203.0.113.0/24"],
}


@pytest.mark.parametrize("tier", ABOVE_DEV)
def test_stack_above_dev_has_the_variable(tier: str) -> None:
    template = stack(lambda _: None, tier=tier)
    assert template["variable"] == {NAME: variable_block("dev-test")}
    assert template["provider"]["aws"][0]["max_retries"] == provider_expression("dev-test")
    assert template["terraform"]["required_version"] == ">= 1.10.0"


@pytest.mark.parametrize("tier", ["sandbox", "dev"])
def test_stack_up_to_dev_has_no_variable(tier: str) -> None:
    template = stack(lambda _: None, tier=tier)
    assert "variable" not in template
    assert "max_retries" not in template["provider"]["aws"][0]


def test_team_stack_has_the_variable() -> None:
    template = synthesize(
        lambda app: TeamStack(app, environment(tier="prod"), "sales", owner="sales@acme.example", domain="sales")
    )
    assert template["variable"] == {NAME: variable_block("dev-sales")}


def test_every_provider_of_a_snowflake_stack_refers_to_the_variable() -> None:
    template = synthesize(lambda app: SnowflakeStack(app, environment(tier="prod", snowflake=SNOWFLAKE)))
    assert template["variable"] == {NAME: variable_block("dev-snowflake")}
    providers: list[dict[str, Any]] = template["provider"]["snowflake"]
    assert len(providers) == 4
    assert {provider["login_timeout"] for provider in providers} == {provider_expression("dev-snowflake")}


def test_further_provider_can_be_guarded() -> None:
    def add(built: LakehouseStack) -> None:
        other = aws.provider.AwsProvider(built, "Other", alias="other", region="us-east-1")
        guard_provider(other, "aws")

    providers = stack(add, tier="prod")["provider"]["aws"]
    assert [provider["max_retries"] for provider in providers] == [provider_expression("dev-test")] * 2


@pytest.mark.usefixtures("warm_gate_workers")
def test_plain_stack_in_an_app_above_dev_has_the_variable(tmp_path: Path) -> None:
    app = LakehouseApp([environment(tier="prod")], outdir=tmp_path / "out")
    LogBucket(LakehouseStack(app, app.environments[0], "logs"), "Logs")
    plain = cdktf.TerraformStack(app, "plain")
    cdktf.S3Backend(plain, bucket="acme-state", key="plain.tfstate", region="eu-west-1", encrypt=True)
    plain.add_override("terraform.backend.s3.use_lockfile", True)
    cdktf.TerraformResource(plain, "Thing", terraform_resource_type="terraform_data")
    app.synth()
    template = json.loads((tmp_path / "out/stacks/plain/cdk.tf.json").read_text())
    assert template["variable"] == {NAME: variable_block("plain")}
    assert template["terraform"]["required_version"] == ">= 1.10.0"
    assert template["resource"]["terraform_data"]["Thing"]["depends_on"] == [f"var.{NAME}"]


def test_modules_and_resources_of_other_providers_depend_on_the_variable(tmp_path: Path) -> None:
    resources = {"terraform_data": {"T": {"depends_on": ["module.m"]}}, "aws_sqs_queue": {"Q": {"name": "q"}}}
    document = {"variable": {NAME: {}}, "module": {"m": {"source": "./m"}}, "resource": resources}
    for name, written in {"prod-one": document, "dev-one": {**document, "variable": {}}}.items():
        (tmp_path / "stacks" / name).mkdir(parents=True)
        (tmp_path / "stacks" / name / "cdk.tf.json").write_text(json.dumps(written))
    for _ in range(2):
        guard_written_stacks(tmp_path)
    guarded = json.loads((tmp_path / "stacks/prod-one/cdk.tf.json").read_text())
    assert guarded["module"]["m"] == {"source": "./m", "depends_on": [f"var.{NAME}"]}
    assert guarded["resource"]["terraform_data"]["T"] == {"depends_on": ["module.m", f"var.{NAME}"]}
    assert guarded["resource"]["aws_sqs_queue"] == {"Q": {"name": "q"}}
    assert NAME not in (tmp_path / "stacks/dev-one/cdk.tf.json").read_text()
