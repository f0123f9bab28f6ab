"""The comparison with labelled examples counts what is named, missed and disputed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from nonempty import nonempty
from suites import convert, labels
from suites.decisions import DELIBERATE, FAULTS, INVALID, REPLACED, describes, equivalent_rules, is_deliberate

PROJECT = Path(__file__).parents[2]
TEST = """
from checkov.terraform.checks.resource.aws.{check} import check
folder = "example_{check}"
passing_resources = {{"{kind}.good"}}
failing_resources = {{"{kind}.bad"}}
"""
HCL = """
resource "aws_kinesis_stream" "good" {
  name            = "a"
  encryption_type = "KMS"
  tags            = { owner = "a" }
}
resource "aws_kinesis_stream" "bad" {
  name = "b"
}
"""


def checkout(root: Path, *, swapped: bool = False) -> Path:
    tests, checks = root / labels.TESTS, root / labels.CHECKS
    (tests / "example_StreamType").mkdir(parents=True)
    checks.mkdir(parents=True)
    text = TEST.format(check="StreamType", kind="aws_kinesis_stream")
    if swapped:
        text = text.replace("passing_", "x_").replace("failing_", "passing_").replace("x_", "failing_")
    (tests / "test_StreamType.py").write_text(text)
    (tests / "example_StreamType" / "main.tf").write_text(HCL)
    (checks / "StreamType.py").write_text('id = "CKV_AWS_43"\n')
    return root


def compare(root: Path) -> list[str]:
    command = [sys.executable, "-m", "suites", str(root)]
    env = {**os.environ, "PYTHONPATH": str(PROJECT / "benchmarks")}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    (row,) = (line.split() for line in done.stdout.splitlines() if line.startswith("all "))
    return row[1:]


def test_labels_are_read(tmp_path: Path) -> None:
    (example,) = labels.read(checkout(tmp_path))
    assert example.check == "CKV_AWS_43"
    assert (example.failing, example.passing) == ({"aws_kinesis_stream.bad"}, {"aws_kinesis_stream.good"})


def test_fault_is_named_and_correct_resource_is_not_disputed(tmp_path: Path) -> None:
    assert compare(checkout(tmp_path)) == ["1", "1", "0", "0", "0", "1", "0"]


def test_wrong_labels_are_missed_and_disputed(tmp_path: Path) -> None:
    assert compare(checkout(tmp_path, swapped=True)) == ["1", "0", "0", "0", "1", "1", "1"]


def test_blocks_maps_and_policies_are_converted(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        'resource "aws_x" "a" {\n  tags = { k = "v" }\n  list = ["a", "b"]\n  block {\n    n = 1\n  }\n'
        '  policy = jsonencode({ Statement = [{ Action = "*" }] })\n}\n'
    )
    converted = convert.stack(tmp_path)["resource"]["aws_x"]["a"]
    policy = converted.pop("policy")
    assert converted == {"tags": {"k": "v"}, "list": ["a", "b"], "block": [{"n": 1}]}
    assert json.loads(policy) == {"Statement": [{"Action": "*"}]}


def test_decisions_have_reasons_and_rules() -> None:
    for check, why in nonempty(DELIBERATE.items()):
        assert is_deliberate(check)
        assert why
    assert all(INVALID.values())
    for check, (rule, _) in nonempty(FAULTS.items()):
        assert rule in equivalent_rules(check)
    for check, rules in nonempty(REPLACED.items()):
        assert rules < equivalent_rules(check)
        assert not is_deliberate(check)


def test_a_finding_on_another_fault_is_no_dispute() -> None:
    assert describes("CKV_AWS_300", "LK_S3_6", "no enabled rule aborts incomplete multipart uploads")
    assert not describes("CKV_AWS_300", "LK_S3_6", "no enabled rule expires noncurrent versions")
    assert describes("CKV_AWS_300", "CKV_AWS_300", "any text")


def test_labels_of_resources_that_are_not_declared_are_left_out(tmp_path: Path) -> None:
    root = checkout(tmp_path)
    file = next((root / labels.TESTS).glob("test_*.py"))
    file.write_text(file.read_text() + 'failing_resources = {"aws_kinesis_stream.of_a_plan"}\n')
    (example,) = labels.read(root)
    assert example.failing == {"aws_kinesis_stream.bad"}


def test_booleans_of_python_are_read_as_booleans(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('resource "aws_x" "a" {\n  b = False\n}\n')
    assert convert.stack(tmp_path)["resource"]["aws_x"]["a"] == {"b": False}
