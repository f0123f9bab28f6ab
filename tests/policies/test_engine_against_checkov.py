"""The engine reports the same findings as the stock checkov command."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from gate_helpers import DATA, configuration, found, open_group, policy, resource, warm_gate, write_out

from lakekit_policies.terraform.stack_as_plan import convert_stack

CONFIGURATION = configuration(
    {
        "aws_s3_bucket": {"B": resource("s/B", bucket="acme-raw"), "C": resource("s/C", bucket="acme-open")},
        "aws_s3_bucket_public_access_block": {"P": resource("s/P", bucket="${aws_s3_bucket.B.id}")},
        "aws_s3_bucket_versioning": {
            "V": resource("s/V", bucket="${aws_s3_bucket.B.id}", versioning_configuration={"status": "Enabled"})
        },
        "aws_kms_key": {"K": resource("s/K", policy=json.dumps(policy("kms:*")))},
        "aws_security_group": {"Open": open_group(cidr_blocks=["0.0.0.0/0"])},
        "aws_sqs_queue": {"Q": resource("s/Q", name="q")},
        "aws_sns_topic": {"T": resource("s/T", name="t")},
        "aws_iam_policy": {"Admin": resource("s/Admin", policy=json.dumps(policy("*")))},
        "aws_emr_security_configuration": {"E": resource("s/E", configuration=json.dumps({}))},
    }
)


def stock(file: Path, ids: list[str]) -> set[tuple[str, str]]:
    """Pairs of rule and address that the stock command reports."""
    command = [shutil.which("checkov", path=Path(sys.executable).parent) or "checkov", "-f", str(file)]
    options = ["--framework", "terraform_plan", "-o", "json", "--skip-download", "--quiet", "-c", ",".join(ids)]
    run = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    report: dict[str, Any] = json.loads(run.stdout)
    return {(check["check_id"], check["resource"]) for check in report["results"]["failed_checks"]}


@pytest.fixture(scope="module")
def curated() -> list[str]:
    """Ids of the curated checkov rules."""
    program = (
        "from lakekit_policies.engine import checkov_imports; checkov_imports.prepare()\n"
        "from lakekit_policies.pack.load import load_pack; print(' '.join(load_pack().checkov_ids))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return run.stdout.split()


def ours(verdict: Any, ids: list[str]) -> set[tuple[str, str]]:
    return {(rule, address) for rule in ids for address in found(verdict, rule)}


def test_synthesized_stack(tmp_path: Path, curated: list[str]) -> None:
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(convert_stack(CONFIGURATION).document))
    verdict = warm_gate().evaluate_synth(write_out(tmp_path / "out", s=CONFIGURATION))
    expected = stock(file, curated)
    assert len(expected) > 10
    assert ours(verdict, curated) >= expected
    # Stock checkov does not parse EMR configurations.
    beyond = ours(verdict, curated) - expected
    assert {address.partition(".")[0] for _, address in beyond} == {"aws_emr_security_configuration"}


def test_real_plan(curated: list[str]) -> None:
    expected = stock(DATA / "plan_create.json", curated)
    verdict = warm_gate().evaluate_plan(DATA / "plan_create.json")
    # Stock checkov reports the verdict of the first instance for both instances.
    pair = {(rule, address) for rule, address in expected if "pair" in address}
    assert ours(verdict, curated) >= expected - pair
    assert pair
    assert {'"bad"' in address for _, address in ours(verdict, curated) - (expected - pair)} == {True}


@pytest.mark.parametrize(
    ("source", "rejected"),
    [
        ({"referenced_security_group_id": "${aws_security_group.workers.id}"}, False),
        ({"prefix_list_id": "pl-0123456789abcdef0"}, False),
        ({"cidr_ipv4": "0.0.0.0/0"}, True),
        ({"cidr_ipv4": "0.0.0.0/0", "referenced_security_group_id": "sg-0123456789abcdef0"}, True),
        ({}, True),
    ],
)
def test_ingress_from_a_security_group_is_not_public(tmp_path: Path, source: dict[str, str], rejected: bool) -> None:
    """Stock checkov reports ingress rules with a source security group, because it does not know the attribute."""
    rule = {"security_group_id": "sg-1", "ip_protocol": "tcp", "from_port": 0, "to_port": 65535, **source}
    parts = configuration({"aws_vpc_security_group_ingress_rule": {"in": rule}, "aws_security_group": {"workers": {}}})
    verdict = warm_gate().evaluate_synth(write_out(tmp_path / "out", s=parts))
    assert [bool(found(verdict, rule)) for rule in ("CKV_AWS_24", "CKV_AWS_25", "CKV_AWS_260")] == [rejected] * 3
