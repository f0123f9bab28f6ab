"""Tests of `lakekit aws verify` against the local cloud."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from click.testing import CliRunner
from local_cloud_helpers import ACCOUNT

from lakekit.environment import load
from lakekit.errors import LakekitError
from lakekit_cli.aws.state_bucket import StateBucket
from lakekit_cli.commands.aws import verify
from lakekit_cli.deployer.emitted import every_type
from lakekit_cli.deployer.roles import DeploymentRoles

GITHUB = "token.actions.githubusercontent.com"
FILE = """organization: acme
environment: dev
tier: dev
account_id: "{account}"
region: eu-west-1
owner: data@acme.example
cost_center: cc-1
backend: {{kind: s3}}
governance: {{administrators: [deployer], domains: [platform]}}
processing: {{cluster: {{enabled: true}}}}
trust_boundary: {{oidc_subjects: {{token.actions.githubusercontent.com: ["repo:acme/lake:*"]}}}}
deployment:
  deployer: {{oidc_subjects: {{token.actions.githubusercontent.com: ["repo:acme/lake:environment:dev"]}}}}
  planner: {{trusted_principals: [sso-platform]}}
"""


@pytest.fixture
def run(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Any]:
    monkeypatch.setenv("LAKEKIT_ENVIRONMENTS", str(tmp_path))

    def call(*arguments: str, account: str = ACCOUNT) -> tuple[int, str]:
        (tmp_path / "dev.yaml").write_text(FILE.format(account=account))
        result = CliRunner().invoke(verify, ["dev", *arguments], standalone_mode=False)
        if result.exception:
            raise result.exception
        return int(result.return_value), result.output

    return call


def test_an_account_is_verified(run: Callable[..., Any], client: Callable[..., Any], tmp_path: Path) -> None:
    other = f"arn:aws:iam::{ACCOUNT}:role/other"
    client("lakeformation").put_data_lake_settings(
        DataLakeSettings={"DataLakeAdmins": [{"DataLakePrincipalIdentifier": other}]}
    )
    code, output = run("--format", "json")
    failed = {one["check"]: one["problem"] for one in json.loads(output) if one["problem"]}
    assert code == 1
    services = {f"service-linked role of {name}" for name in ("EC2 Spot", "EMR Serverless", "EMR cleanup")}
    roles = {"role lakehouse-deployer", "role lakehouse-planner", f"OIDC provider {GITHUB}"}
    assert set(failed) == {*services, *roles, "bucket of the Terraform state", "data lake administrators"}
    assert other in failed["data lake administrators"]
    environment = load("dev", tmp_path)
    for setting in DeploymentRoles(environment, client("iam"), every_type()).settings():
        setting.apply()
    next(StateBucket(environment, boto3.Session()).settings()).apply()
    client("lakeformation").put_data_lake_settings(DataLakeSettings={"DataLakeAdmins": []})
    code, output = run()
    assert (code, "failed" in output) == (0, False), output
    assert "ok       availability zones" in output


def test_another_account_is_rejected(run: Callable[..., Any]) -> None:
    with pytest.raises(LakekitError, match="the credentials belong to account"):
        run(account="999999999999")
