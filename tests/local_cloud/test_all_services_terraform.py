"""Tests that all services of the lake apply, have an empty second plan, update in place and are destroyed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from local_cloud_helpers import ACCOUNT, Terraform, use_default_settings

from lakekit_local import LocalCloud

HERE = Path(__file__).parent


def existing_resources(cloud: LocalCloud, client: Callable[..., Any]) -> dict[str, Any]:
    """Return resources that a destroy could leave: grants, opt-ins, budgets, unanswered calls."""
    lake_formation = client("lakeformation")
    return {
        "permissions": lake_formation.list_permissions()["PrincipalResourcePermissions"],
        "opt-ins": lake_formation.list_lake_formation_opt_ins()["LakeFormationOptInsInfoList"],
        "budgets": client("budgets").describe_budgets(AccountId=ACCOUNT)["Budgets"],
        "unanswered": {(entry["service"], entry["operation"]) for entry in cloud.status().unanswered},
    }


def test_all_services_apply_replan_update_and_destroy(
    cloud: LocalCloud, client: Callable[..., Any], tmp_path: Path
) -> None:
    # Other tests leave resources in the shared cloud.
    before = existing_resources(cloud, client)
    terraform = Terraform.of(cloud, HERE / "all_services", tmp_path / "all_services")
    edited = "-var=edit=true"

    terraform("apply", "-auto-approve")
    terraform("plan", "-detailed-exitcode")
    changed = terraform("apply", "-auto-approve", edited)
    # The provider replaces these on any change; all others must be updated in place.
    assert set(re.findall(r"# (\S+) must be replaced", changed)) == {
        "aws_athena_named_query.q",
        "aws_lakeformation_permissions.policy_t",
        "aws_lakeformation_resource_lf_tags.t",
    }
    terraform("plan", "-detailed-exitcode", edited)

    # A client can write as the policy allows; force_destroy also deletes object versions.
    s3, name = client("s3"), f"acme-local-raw-{ACCOUNT}"
    for body in (b"1", b"2"):
        s3.put_object(Bucket=name, Key="landing/x", Body=body)
    s3.delete_object(Bucket=name, Key="landing/x")

    def buckets() -> list[str]:
        names = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
        return [name for name in names if name.startswith("acme-local")]

    assert name in buckets()
    terraform("destroy", "-auto-approve", edited)
    assert json.loads((terraform.folder / "terraform.tfstate").read_text())["resources"] == []
    assert buckets() == []
    assert existing_resources(cloud, client) == before
    # Destroying the settings of Lake Formation leaves the account, which other tests use, without those of a new one.
    use_default_settings(client)


def test_state_in_s3_is_locked_natively(cloud: LocalCloud, client: Callable[..., Any], tmp_path: Path) -> None:
    s3, name = client("s3"), f"acme-terraform-state-{ACCOUNT}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    terraform = Terraform.of(cloud, HERE / "s3_backend", tmp_path / "state")
    terraform("apply", "-auto-approve")
    keys = [entry["Key"] for entry in s3.list_objects_v2(Bucket=name)["Contents"]]
    assert keys == ["lakekit/local-state.tfstate"]

    # Another user holds the lock: nothing is applied.
    s3.put_object(Bucket=name, Key="lakekit/local-state.tfstate.tflock", Body=b'{"ID": "1", "Who": "other"}')
    assert "Error acquiring the state lock" in terraform("apply", "-auto-approve", "-var=label=other", code=1)
    s3.delete_object(Bucket=name, Key="lakekit/local-state.tfstate.tflock")
    terraform("destroy", "-auto-approve")
