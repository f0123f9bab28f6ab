"""Tests of `lakekit aws verify` against the local cloud."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from local_cloud_helpers import ACCOUNT

from lakekit.errors import LakekitError
from lakekit_cli.commands.aws import verify

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


def test_an_account_is_verified(run: Callable[..., Any], client: Callable[..., Any]) -> None:
    other = f"arn:aws:iam::{ACCOUNT}:role/other"
    client("lakeformation").put_data_lake_settings(
        DataLakeSettings={"DataLakeAdmins": [{"DataLakePrincipalIdentifier": other}]}
    )
    code, output = run("--format", "json")
    failed = {one["check"]: one["problem"] for one in json.loads(output) if one["problem"]}
    assert code == 1
    assert set(failed) == {"service-linked role of EC2 Spot", "data lake administrators"}
    assert other in failed["data lake administrators"]
    client("iam").create_service_linked_role(AWSServiceName="spot.amazonaws.com")
    client("lakeformation").put_data_lake_settings(DataLakeSettings={"DataLakeAdmins": []})
    code, output = run()
    assert (code, "failed" in output) == (0, False), output
    assert "ok       availability zones" in output


def test_another_account_is_rejected(run: Callable[..., Any]) -> None:
    with pytest.raises(LakekitError, match="the credentials belong to account"):
        run(account="999999999999")
