"""Settings of providers, and deferred changes, are evaluated in plans."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from gate_helpers import found, warm_gate
from plan_documents import write_plan

from lakekit_policies.boundary import TrustBoundary

QUEUE = {"aws_sqs_queue.own": {"name": "q"}}
SETTINGS: dict[str, tuple[str, Any, bool]] = {
    "access key": ("access_key", "AKIA" + "A" * 16, True),
    "secret key": ("secret_key", "k" * 40, True),
    "short key": ("access_key", "x", True),
    "key in a variable": ("access_key", None, True),
    "http proxy": ("http_proxy", "http://proxy.evil.example:3128", True),
    "https proxy": ("https_proxy", "http://proxy.evil.example:3128", True),
    "no certificate verification": ("insecure", True, True),
    "certificate verification": ("insecure", False, False),
    "certificate bundle": ("custom_ca_bundle", "/tmp/ca.pem", True),
    "metadata service": ("ec2_metadata_service_endpoint", "http://evil.example", True),
    "skipped credentials": ("skip_credentials_validation", True, True),
    "skipped account id": ("skip_requesting_account_id", True, True),
    "skipped metadata service": ("skip_metadata_api_check", True, True),
    "path style": ("s3_use_path_style", True, True),
    "no skipped check": ("skip_credentials_validation", False, False),
}


def plan(folder: Path, provider: dict[str, Any], **parts: Any) -> Path:
    path = write_plan(folder / "plan.json", QUEUE)
    document = json.loads(path.read_text())
    document["configuration"]["provider_config"]["aws"]["expressions"] = provider
    path.write_text(json.dumps({**document, **parts}))
    return path


@pytest.mark.parametrize("name", SETTINGS)
def test_settings_of_a_provider_are_evaluated_at_plan(tmp_path: Path, name: str) -> None:
    key, value, is_reported = SETTINGS[name]
    expression = {"references": ["var.key"]} if value is None else {"constant_value": value}
    verdict = warm_gate().evaluate_plan(plan(tmp_path, {key: expression}))
    assert found(verdict, "LK_TF_3") == ["provider.aws"] * is_reported


def test_settings_of_a_plan_without_an_account_are_warnings(tmp_path: Path) -> None:
    """The provider needs them for such a plan; with placeholders, it cannot apply the plan to AWS."""
    settings = {"access_key": "mock", "secret_key": "mock", "skip_requesting_account_id": True}
    provider = {key: {"constant_value": value} for key, value in settings.items()}
    verdict = warm_gate().evaluate_plan(plan(tmp_path, provider))
    warned = sorted(one.reason for one in verdict.warnings if one.rule_id == "LK_TF_3")
    assert found(verdict, "LK_TF_3") == []
    assert [reason.partition(" ")[0] for reason in warned] == sorted(settings)
    verdict = warm_gate().evaluate_plan(plan(tmp_path, {**provider, "insecure": {"constant_value": True}}))
    assert found(verdict, "LK_TF_3") == ["provider.aws"]


@pytest.mark.parametrize("value", [{"constant_value": "https://s3.evil.example"}, {"references": ["var.endpoint"]}])
def test_endpoints_are_reported_at_plan(tmp_path: Path, value: dict[str, Any]) -> None:
    verdict = warm_gate().evaluate_plan(plan(tmp_path, {"endpoints": [{"s3": value}]}))
    assert found(verdict, "LK_TF_3") == ["provider.aws"]


def test_deferred_changes_are_rejected(tmp_path: Path) -> None:
    change = {"address": "aws_s3_bucket_policy.q", "type": "aws_s3_bucket_policy", "change": {"actions": ["create"]}}
    deferred = [{"reason": "instance_count_unknown", "resource_change": change}]
    verdict = warm_gate().evaluate_plan(plan(tmp_path, {}, complete=True, deferred_changes=deferred))
    assert found(verdict, "LK_PLAN_9") == ["aws_s3_bucket_policy.q"]


@pytest.mark.parametrize("account", ["666666666666", "111111111111"])
def test_an_assumed_role_does_not_prove_the_account_of_a_plan(tmp_path: Path, account: str) -> None:
    role = [{"role_arn": {"constant_value": f"arn:aws:iam::{account}:role/deploy"}}]
    provider = {"assume_role": role, "allowed_account_ids": {"constant_value": [account]}}
    document = plan(tmp_path, provider)
    verdict = warm_gate().evaluate_plan(document)
    assert found(verdict, "LK_DEST_5") == ["provider.aws"]
    assert any("is not known to be inside" in one.reason for one in verdict.findings if one.rule_id == "LK_DEST_5")
    stated = TrustBoundary(accounts={"111111111111": "the account of the plan"}, stated=True)
    verdict = warm_gate().evaluate_plan(document, boundary=stated)
    assert found(verdict, "LK_DEST_5") == ([] if account in stated.accounts else ["provider.aws"] * 2)


def test_profile_of_a_provider_is_a_warning(tmp_path: Path) -> None:
    verdict = warm_gate().evaluate_plan(plan(tmp_path, {"profile": {"constant_value": "other"}}))
    assert [one.reason for one in verdict.warnings if one.rule_id == "LK_TF_3"] == [
        "profile is set in the configuration: credentials depend on the machine that runs Terraform"
    ]


def test_configuration_file_is_a_finding_beside_placeholders(tmp_path: Path) -> None:
    """A plan without an account needs placeholders for its keys, and no file of settings."""
    settings = {"access_key": "x", "secret_key": "y", "shared_config_files": ["/srv/config"]}
    provider = {name: {"constant_value": value} for name, value in settings.items()}
    assert found(warm_gate().evaluate_plan(plan(tmp_path, provider)), "LK_TF_3") == ["provider.aws"]
