"""External configurations are evaluated as production."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from gate_helpers import DATA, could_not_evaluate, found, open_group, warm_gate, write_out

import lakekit_policies
from lakekit_policies import Verdict
from lakekit_policies.pack.load import load_pack

PLAN = DATA / "foreign_plan.json"  # plain HCL with a module in two instances, planned by Terraform 1.11
STOCK = Path(sys.executable).with_name("checkov")


@pytest.fixture(scope="module")
def foreign() -> Verdict:
    return warm_gate().evaluate_plan(PLAN)


def test_external_configuration_is_evaluated_as_production(foreign: Verdict) -> None:
    assert foreign.exit_code == 1
    assert found(foreign, "CKV_AWS_24") == ["aws_security_group.ssh"]
    assert found(foreign, "LK_IAM_2") == ["aws_iam_role_policy.p"]
    modules = ['module.lake["a"].aws_s3_bucket.raw', 'module.lake["b"].aws_s3_bucket.raw']
    assert found(foreign, "LK_S3_1") == ["aws_s3_bucket.logs", *modules]


def test_external_configuration_needs_owner_and_cost_center_tags(foreign: Verdict) -> None:
    untagged = found(foreign, "LK_TAG_2")
    assert "aws_sqs_queue.q" not in untagged, "owner and cost-center are set"
    assert "aws_s3_bucket.logs" in untagged
    reasons = {finding.reason for finding in foreign.findings if finding.rule_id == "LK_TAG_2"}
    assert reasons == {"tags owner, cost-center are missing or empty"}


def test_waivers_apply_by_address_with_environment(tmp_path: Path) -> None:
    ledger = tmp_path / "waivers.yaml"
    ledger.write_text(
        "waivers:\n- {policy: CKV_AWS_24, address: aws_security_group.ssh, environment: shop, ticket: NET-1,\n"
        "   reason: the bastion of the migration that ends in summer, owner: a@b.example, expires: 2026-06-20}\n"
        '- {policy: LK_S3_1, address: "module.lake[\\"a\\"].aws_s3_bucket.raw", environment: shop, ticket: NET-2,\n'
        "   reason: an old reader without TLS until its replacement, owner: a@b.example, expires: 2026-06-20}\n"
    )
    today = date(2026, 6, 1)
    evaluated = warm_gate().evaluate_plan(PLAN, waivers=ledger, environment="shop", today=today)
    assert [pair.finding.address for pair in evaluated.waived] == [
        "aws_security_group.ssh", 'module.lake["a"].aws_s3_bucket.raw',
    ]  # fmt: skip
    assert evaluated.ledger_problems == []
    assert warm_gate().evaluate_plan(PLAN, waivers=ledger, today=today).waived == []


def test_synthesized_by_another_cdktf_app(tmp_path: Path) -> None:
    stack = {
        "//": {"metadata": {"stackName": "shop", "version": "0.20.0", "backend": "local"}},
        "provider": {
            "aws": [{"region": "eu-west-1", "default_tags": [{"tags": {"owner": "a@b.c", "cost-center": "c"}}]}]
        },
        "resource": {"aws_security_group": {"Open": open_group(cidr_blocks=["0.0.0.0/0"])}},
    }
    evaluated = warm_gate().evaluate_synth(write_out(tmp_path / "out", shop=stack))
    assert found(evaluated, "CKV_AWS_24") == ["aws_security_group.Open"]
    assert not found(evaluated, "LK_TAG_1"), "its provider sets the required tags"
    assert found(evaluated, "LK_TF_4"), "external configurations with a local backend count as production"


def test_hcl_input_error_asks_for_a_plan(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('resource "aws_s3_bucket" "raw" {}\n')
    with could_not_evaluate("nothing_to_evaluate", "lakekit gate plan plan.json"):
        warm_gate().evaluate_synth(tmp_path)


def test_stock_checkov_loads_every_folder_of_our_rules() -> None:
    """Each folder can be loaded separately. Stock checkov has a graph for plans only."""
    root = Path(lakekit_policies.__file__).parent / "rules"
    folders = [path for path in sorted(root.iterdir()) if path.is_dir() and not path.name.startswith("_")]
    named = [word for folder in folders for word in ("--external-checks-dir", str(folder))]
    scan = ["-f", str(PLAN), "--framework", "terraform_plan", "--skip-download", "-o", "json"]
    done = subprocess.run([str(STOCK), *scan, *named], capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "Cannot" not in done.stderr
    assert "Failed to run check LK_" not in done.stderr
    failed = {check["check_id"] for check in json.loads(done.stdout)["results"]["failed_checks"]}
    assert {"LK_S3_1", "LK_IAM_2", "LK_TAG_2"} <= failed
    loader = (
        "import sys; from checkov.terraform.checks.resource.registry import resource_registry as registry\n"
        "for folder in sys.argv[1:]: registry.load_external_checks(folder)\n"
        "checks = [*registry.checks.values(), *registry.wildcard_checks.values()]\n"
        "print(*{check.id for found in checks for check in found})"
    )
    command = [sys.executable, "-c", loader, *map(str, folders)]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert {rule.id for rule in load_pack().rules} - set(loaded) == set()
