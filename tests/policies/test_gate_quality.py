"""Labelled configurations: hostile cases are rejected for their weakness, findings in plans of modules are true."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from gate_helpers import DATA, configuration, open_group, policy, resource, warm_gate

from lakekit_policies.pack.load import load_pack
from nonempty import nonempty
from quality import cases, modules

PROJECT = Path(__file__).parents[2]
CASES = {case.file: case for case in cases.read(DATA)}
NOT_HOSTILE = {
    "plan_create.json": "a plan for tests of the plan format",
    "foreign_plan.json": "a plan for tests of external configurations",
    "msk_plan.json": "the plan of a new cluster of the toolkit",
    "unknown": "a plan and its stack for tests of unknown policies",
    "sarif": "the JSON Schema of a report",
    "modules": "plans of modules, labelled in labels.yaml",
    "resolve/conditional_bucket.json": "values that must be resolved",
    "resolve/module_variables.json": "values that must be resolved",
}
MODULES = sorted(modules.read(DATA / "modules"))


@cache
def results() -> dict[str, cases.Result]:
    return {result.case.file: result for result in cases.evaluate(warm_gate(), DATA)}


@cache
def module_results() -> dict[str, modules.Result]:
    return {result.plan: result for result in modules.evaluate(warm_gate(), DATA / "modules")}


@pytest.mark.parametrize("file", sorted(CASES))
def test_hostile_case_is_rejected_for_its_weakness(file: str) -> None:
    result = results()[file]
    assert result.exit_code == 1
    assert result.missing == frozenset()


def test_every_hostile_configuration_is_labelled() -> None:
    files = {path.relative_to(DATA) for path in DATA.rglob("*.json")}
    present = {str(path.parent if path.name == "cdk.tf.json" else path) for path in files}
    hostile = {path for path in present if not {path, *map(str, Path(path).parents)} & set(NOT_HOSTILE)}
    assert hostile == set(CASES)


def test_labels_name_rules_of_the_pack() -> None:
    pack = load_pack()
    ids = {*(rule.id for rule in pack.own_rules), *pack.checkov_ids}
    for case in nonempty(CASES.values()):
        assert case.weakness
        assert case.rules
        assert case.rules <= ids, case.file


@pytest.mark.parametrize("plan", MODULES)
def test_faults_in_plans_of_modules_are_reported(plan: str) -> None:
    assert module_results()[plan].true
    assert module_results()[plan].missed == frozenset()


@pytest.mark.parametrize("plan", MODULES)
def test_untrue_findings_are_known(plan: str) -> None:
    result = module_results()[plan]
    assert result.untrue <= set(result.known)


def test_every_plan_of_a_module_is_labelled() -> None:
    assert {path.stem for path in nonempty((DATA / "modules").glob("*.json"))} == set(MODULES)


def write_cases(folder: Path, *rows: str) -> Path:
    (folder / cases.LABELS).write_text("\n".join(["file\tweakness\trules", *rows]) + "\n")
    return folder


def test_case_without_its_finding_is_missing(tmp_path: Path) -> None:
    """The measurement must be able to report a miss and an evaluation that fails."""
    group: dict[str, Any] = {"aws_security_group": {"Open": open_group(cidr_blocks=["0.0.0.0/0"])}}
    (tmp_path / "open.tf.json").write_text(json.dumps(configuration(group)))
    queue = {"aws_sqs_queue": {"Q": resource("dev-x/Q", name="q", policy=json.dumps(policy("sqs:SendMessage")))}}
    (tmp_path / "queue.tf.json").write_text(json.dumps(configuration(queue)))
    (tmp_path / "broken.json").write_text("{")
    write_cases(
        tmp_path,
        "open.tf.json\topen\tCKV_AWS_24",
        "queue.tf.json\tno group\tCKV_AWS_24",
        "broken.json\tbroken\tCKV_AWS_24",
        "open.tf.json\tany rule\t",
    )
    named = [(result.is_rejected, result.is_named) for result in cases.evaluate(warm_gate(), tmp_path)]
    assert named == [(True, True), (True, False), (True, False), (True, True)]


def test_unlabelled_finding_counts_as_untrue(tmp_path: Path) -> None:
    source = DATA / "modules"
    (tmp_path / "kms_key.json").write_text((source / "kms_key.json").read_text(encoding="utf-8"), encoding="utf-8")
    still = "module.still.aws_kms_key.this[0]"
    labels = {"kms_key": {"faults": {"LK_KMS_1": [still]}, "untrue": {}}}
    (tmp_path / modules.LABELS).write_text(json.dumps(labels), encoding="utf-8")
    (result,) = modules.evaluate(warm_gate(), tmp_path)
    assert not result.true
    assert result.missed == {("LK_KMS_1", still)}
    assert ("CKV_AWS_7", still) in result.untrue


def test_command_prints_three_numbers(tmp_path: Path, synthesized: Path) -> None:
    name = "kms_grant_other_account.json"
    (tmp_path / name).write_text((DATA / "destinations" / name).read_text(encoding="utf-8"), encoding="utf-8")
    write_cases(tmp_path, f"{name}\ta grant\tLK_DEST_4")
    report = tmp_path / "mutation.json"
    report.write_text(json.dumps({"tried": 4991, "percent": 99.62}))

    def run(*words: str) -> str:
        command = [sys.executable, "benchmarks/gate_quality.py", "--cases", str(tmp_path), *words]
        return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout

    sampled = run(str(synthesized), "--pattern", "prod-catalog", "--sample", "5")
    assert "weakenings rejected (sample)" in sampled
    assert "1 (100.0 %)" in sampled
    assert "untrue findings in these plans" in sampled
    assert "99.62 %" in run("--mutation-report", str(report))
