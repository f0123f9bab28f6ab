"""Tests of `lakekit bootstrap` against the local cloud."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from local_cloud_helpers import ACCOUNT

from lakekit.errors import LakekitError
from lakekit_cli.commands.bootstrap import bootstrap

BUCKET = f"acme-dev-terraform-state-{ACCOUNT}-eu-west-1"


@pytest.fixture
def run(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    monkeypatch.setenv("LAKEKIT_ENVIRONMENTS", str(Path(__file__).parents[2] / "stacks" / "environments"))

    def call(*arguments: str) -> str:
        result = CliRunner().invoke(bootstrap, arguments, standalone_mode=False)
        if result.exception:
            raise result.exception
        return result.output

    return call


def test_state_bucket_is_created_kept_and_repaired(run: Callable[..., str], client: Callable[..., Any]) -> None:
    s3 = client("s3")
    assert "missing" in run("dev", "--state-only", "--dry-run")
    assert BUCKET not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    assert run("dev", "--state-only").count("created") == 5  # new buckets block public access
    assert s3.get_bucket_versioning(Bucket=BUCKET)["Status"] == "Enabled"
    assert all(s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"].values())
    assert "aws:SecureTransport" in s3.get_bucket_policy(Bucket=BUCKET)["Policy"]
    again = run("dev", "--state-only")
    assert "created" not in again
    assert "is ready. Next: lakekit deploy dev" in again
    s3.delete_public_access_block(Bucket=BUCKET)
    assert run("dev", "--state-only").count("created") == 1


def test_roles_follow_the_bucket(run: Callable[..., str], client: Callable[..., Any]) -> None:
    assert "created  role lakehouse-deployer" in run("dev")
    assert "created" not in run("dev")
    assert "missing  policies of lakehouse-planner" not in run("dev", "--dry-run")
    attached = client("iam").list_attached_role_policies(RoleName="lakehouse-planner")["AttachedPolicies"]
    for policy in attached:
        client("iam").detach_role_policy(RoleName="lakehouse-planner", PolicyArn=policy["PolicyArn"])
    assert "missing  policies of lakehouse-planner" in run("dev", "--dry-run")


def test_policies_are_written_for_other_tools(run: Callable[..., str], tmp_path: Path) -> None:
    assert "lakehouse-deployer-storage.json" in run("dev", "--write", str(tmp_path / "policies"))
    written = {file.stem: json.loads(file.read_text()) for file in (tmp_path / "policies").iterdir()}
    assert {"lakehouse-deployer-trust", "lakehouse-planner-trust", "lakehouse-planner-catalog"} <= set(written)
    run("dev", "--write", str(tmp_path / "all"), "--all-types")
    assert len(list((tmp_path / "all").iterdir())) > len(written)


def test_other_account_is_rejected(run: Callable[..., str]) -> None:
    with pytest.raises(LakekitError, match=f"belong to account {ACCOUNT}, but prod is in 333333333333"):
        run("prod")


def test_local_backend_needs_no_bucket(run: Callable[..., str]) -> None:
    with pytest.raises(LakekitError, match="needs no bucket"):
        run("local")
