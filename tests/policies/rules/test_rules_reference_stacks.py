"""Weakened reference stacks of prod: each change triggers exactly its rule."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from rule_cases import Document, changed, gate
from violations import PLANNED, SYNTH, SYNTH_WITH_SIDE_FINDINGS, Plan

from lakekit_policies.terraform.stack_as_plan import convert_stack
from mutation import plan_mutants

PROJECT = Path(__file__).parents[3]
ENVIRONMENT = "prod"


@pytest.fixture(scope="session")
def stacks(synthesized: Path) -> dict[str, Document]:
    """Synthesized stacks of prod by name, without the environment prefix."""
    return {
        file.parent.name.removeprefix(f"{ENVIRONMENT}-"): json.loads(file.read_text())
        for file in synthesized.glob(f"stacks/{ENVIRONMENT}-*/cdk.tf.json")
    }


def _evaluate_stack(stack: Document, folder: Path) -> set[str]:
    file = folder / "cdk.tf.json"
    file.write_text(json.dumps(stack))
    return {finding.rule_id for finding in gate().evaluate_synth(folder).findings}


def _planned(stack: Document, edit: Callable[[Plan], None], folder: Path) -> set[str]:
    """Evaluate a plan with one change of a deployed stack."""
    document = plan_mutants.unchanged(stack)
    edit(document["resource_changes"])
    written = plan_mutants.finished(document, stack)
    (folder / "plan.json").write_text(json.dumps(document))
    (folder / "cdk.tf.json").write_text(json.dumps(written))
    verdict = gate().evaluate_plan(folder / "plan.json", stack=folder / "cdk.tf.json")
    return {finding.rule_id for finding in verdict.findings}


@pytest.mark.parametrize("rule", SYNTH)
def test_violation_triggers_exactly_its_rule(stacks: dict[str, Document], rule: str, tmp_path: Path) -> None:
    name, weaken = SYNTH[rule]
    assert _evaluate_stack(changed(stacks[name], weaken), tmp_path) == {rule}


@pytest.mark.parametrize("rule", SYNTH_WITH_SIDE_FINDINGS)
def test_violation_triggers_its_rule_among_others(stacks: dict[str, Document], rule: str, tmp_path: Path) -> None:
    name, weaken = SYNTH_WITH_SIDE_FINDINGS[rule]
    assert rule in _evaluate_stack(changed(stacks[name], weaken), tmp_path)


@pytest.mark.parametrize("rule", PLANNED)
def test_weakening_change_in_a_plan_is_rejected(stacks: dict[str, Document], rule: str, tmp_path: Path) -> None:
    name, edit, state = PLANNED[rule]
    # The rule for the resulting state rejects it too.
    assert _planned(stacks[name], edit, tmp_path) == {rule} | state


def _first_plan(stack: Document) -> Document:
    """First plan: policies with references to new resources are unknown as a whole."""
    document = convert_stack(stack).document
    for resource, entry in zip(
        document["planned_values"]["root_module"]["resources"], document["resource_changes"], strict=True
    ):
        if "${" in resource["values"].get("policy", ""):
            resource["values"].pop("policy")
            entry["change"]["after_unknown"] = {"policy": True}
    return document


def _evaluate_first_plan(stack: Document, written: Document | None, folder: Path) -> set[str]:
    (folder / "plan.json").write_text(json.dumps(_first_plan(stack)))
    if written is not None:
        (folder / "cdk.tf.json").write_text(json.dumps(written))
    verdict = gate().evaluate_plan(folder / "plan.json", stack=folder / "cdk.tf.json" if written is not None else None)
    return {finding.rule_id for finding in verdict.findings}


def test_first_plan_is_evaluated_with_policies_of_the_stack(stacks: dict[str, Document], tmp_path: Path) -> None:
    storage = stacks["storage"]
    assert _evaluate_first_plan(storage, storage, tmp_path) == set()
    _, weaken = SYNTH["LK_S3_1"]
    weakened = changed(storage, weaken)
    assert _evaluate_first_plan(weakened, weakened, tmp_path) == {"LK_S3_1"}


def test_first_plan_without_its_stack_is_rejected(stacks: dict[str, Document], tmp_path: Path) -> None:
    """Unknown policies do not pass."""
    assert {"LK_IAM_1", "LK_S3_1", "LK_S3_3"} <= _evaluate_first_plan(stacks["storage"], None, tmp_path)


@pytest.mark.parametrize("name", ["storage", "catalog", "governance", "sales", "snowflake", "sales-snowflake"])
def test_plan_without_changes_is_clean(stacks: dict[str, Document], name: str, tmp_path: Path) -> None:
    assert _planned(stacks[name], lambda _: None, tmp_path) == set()


def test_every_rule_for_their_types_has_a_violation(stacks: dict[str, Document]) -> None:
    from test_policy_pack import pack  # imported late: the other tests do not need it

    used = {kind for stack in stacks.values() for kind in stack.get("resource", {})}
    ours = {rule["id"] for rule in pack()["rules"] if not rule["resources"] or used & set(rule["resources"])}
    assert len(ours) > 150
    assert ours <= {*SYNTH, *SYNTH_WITH_SIDE_FINDINGS, *PLANNED}
