"""Plans created by Terraform (``data/plan_create.tf.txt``) and modified by test cases."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from gate_helpers import DATA, could_not_evaluate, found, resource, warm_gate

from nonempty import nonempty

CREATE = DATA / "plan_create.json"


@pytest.fixture
def changed(tmp_path: Path) -> Callable[[Callable[[dict[str, Any]], object]], Path]:
    """Write a modified plan."""

    def write(change: Callable[[dict[str, Any]], object]) -> Path:
        document = json.loads(CREATE.read_text())
        change(document)
        file = tmp_path / "plan.json"
        file.write_text(json.dumps(document))
        return file

    return write


Changed = Callable[[Callable[[dict[str, Any]], object]], Path]


def stack_of(folder: Path, *, without: str = "") -> Path:
    """Write a synthesized stack that matches the plan."""
    root = json.loads(CREATE.read_text())["configuration"]["root_module"]["resources"]
    resources: dict[str, Any] = {}
    for entry in root:
        if entry["mode"] == "managed" and entry["type"] != without:
            resources.setdefault(entry["type"], {})[entry["name"]] = resource(f"dev-storage/{entry['name']}")
    context = {"environment": "dev", "tier": "dev", "stack": "storage"}
    file = folder / "cdk.tf.json"
    file.write_text(
        json.dumps({"//": {"metadata": {"stackName": "dev-storage", "lakekit": context}}, "resource": resources})
    )
    return file


def test_findings_and_count() -> None:
    verdict = warm_gate().evaluate_plan(CREATE)
    assert (verdict.stage, verdict.resources, verdict.exit_code) == ("plan", 6, 1)
    assert found(verdict, "CKV_AWS_24") == ["aws_security_group.open"]
    assert len(verdict.plan_sha256) == 64
    assert {finding.path for finding in verdict.findings} == {""}


def test_stack_gives_paths_and_context(tmp_path: Path) -> None:
    verdict = warm_gate().evaluate_plan(CREATE, stack=stack_of(tmp_path))
    assert verdict.stacks == ["dev-storage"]
    paths = {finding.address: finding.path for finding in verdict.findings}
    assert paths["aws_security_group.open"] == "dev-storage/open"
    assert paths['aws_iam_policy.pair["bad"]'] == "dev-storage/pair"


def test_plan_of_another_configuration(tmp_path: Path) -> None:
    with could_not_evaluate("other_configuration", "aws_s3_bucket.raw"):
        warm_gate().evaluate_plan(CREATE, stack=stack_of(tmp_path, without="aws_s3_bucket"))
    with could_not_evaluate("missing_stack"):
        warm_gate().evaluate_plan(CREATE, stack=tmp_path / "absent.json")


def test_incomplete_plan(changed: Changed) -> None:
    def lose_one(document: dict[str, Any]) -> None:
        document["planned_values"]["root_module"]["resources"].pop(0)

    with could_not_evaluate("resource_count"):
        warm_gate().evaluate_plan(changed(lose_one))


def test_resource_missing_from_the_engine(changed: Changed) -> None:
    def hide(document: dict[str, Any]) -> None:
        document["planned_values"]["root_module"]["resources"][0]["mode"] = "ephemeral"

    with could_not_evaluate("resource_count", "6 resources"):
        warm_gate().evaluate_plan(changed(hide))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda d: d.update(errored=True), "plan_errored"),
        (lambda d: d.update(format_version="2.0"), "plan_format"),
        (lambda d: d.pop("planned_values"), "not_a_plan"),
        (lambda d: (d.pop("planned_values"), d.update(values={})), "not_a_plan"),
    ],
)
def test_unusable_plan_is_rejected(changed: Changed, change: Callable[[dict[str, Any]], object], code: str) -> None:
    with could_not_evaluate(code):
        warm_gate().evaluate_plan(changed(change))


def test_malformed_plan_names_the_part(changed: Changed) -> None:
    with could_not_evaluate("plan_form", "resource_changes[0].address"):
        warm_gate().evaluate_plan(changed(lambda d: d.update(resource_changes=[{"address": 1}])))


def test_truncated_plan(tmp_path: Path) -> None:
    text = CREATE.read_text()
    file = tmp_path / "plan.json"
    for length in (0, 10, len(text) // 2, len(text) - 2):
        file.write_text(text[:length])
        with could_not_evaluate("broken_json"):
            warm_gate().evaluate_plan(file)


def test_pure_delete_is_reported(changed: Changed) -> None:
    """Checkov evaluates remaining resources only; the plan rules report deletions."""

    def delete_bucket(document: dict[str, Any]) -> None:
        document["planned_values"] = {"root_module": {}}
        document["configuration"]["root_module"]["resources"] = []
        before = next(c for c in document["resource_changes"] if c["type"] == "aws_s3_bucket")
        before["change"] = {
            "actions": ["delete"],
            "before": before["change"]["after"],
            "after": None,
            "after_unknown": {},
        }
        document["resource_changes"] = [before]

    verdict = warm_gate().evaluate_plan(changed(delete_bucket))
    assert "aws_s3_bucket.raw" in {finding.address for finding in verdict.findings}


def test_unknown_values_do_not_pass(changed: Changed, monkeypatch: pytest.MonkeyPatch) -> None:
    """EVAL_TF_PLAN_AFTER_UNKNOWN would turn a missing setting into a pass."""
    from lakekit_policies import Gate

    monkeypatch.setenv("EVAL_TF_PLAN_AFTER_UNKNOWN", "true")

    def unknown_block(document: dict[str, Any]) -> None:
        for change in document["resource_changes"]:
            if change["type"] == "aws_s3_bucket":
                change["change"]["after_unknown"]["server_side_encryption_configuration"] = True

    file = changed(unknown_block)
    with Gate.start() as gate:
        assert gate.evaluate_plan(file).findings == warm_gate().evaluate_plan(file).findings


def test_policy_known_only_after_apply() -> None:
    """An unknown key ARN hides a whole policy in the plan; the stack contains it."""
    folder = DATA / "unknown"
    blind = warm_gate().evaluate_plan(folder / "plan.json")
    reasons = {one.reason for one in nonempty(blind.findings) if one.rule_id == "CKV_AWS_286"}
    assert all(one.startswith("not known yet: ") for one in nonempty(reasons)), "the plan does not contain them"
    verdict = warm_gate().evaluate_plan(folder / "plan.json", stack=folder / "cdk.tf.json")
    assert found(verdict, "CKV_AWS_286") == ["aws_iam_policy.Encoded", "aws_iam_policy.Text"]
    assert not [f for f in nonempty(verdict.findings) if f.address == "aws_iam_policy.Narrow" and "IAM" in f.rule_id]
    assert any("aws_iam_policy.Narrow.policy" in note for note in verdict.notes)
