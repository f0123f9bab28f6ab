"""Real first plans of the reference stacks are free of findings, blocks that the provider computes included.

``data/own`` holds the plans that Terraform 1.12 and hashicorp/aws 5.100.0 made of the stacks of ``local`` against the
local cloud, each with its stack: network, storage, Lake Formation, MSK, EMR, Flink, Glue and Athena.
"""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import pytest
from gate_helpers import DATA, warm_gate

from nonempty import nonempty

PLANS = sorted(file.name.partition(".")[0] for file in (DATA / "own").glob("*.json.xz"))


def written(folder: Path, name: str) -> Path:
    """The plan of a stack, with the stack next to it."""
    document = json.loads(lzma.decompress((DATA / "own" / f"{name}.json.xz").read_bytes()))
    (folder / "plan.json").write_text(json.dumps(document["plan"]))
    (folder / "cdk.tf.json").write_text(json.dumps(document["stack"]))
    return folder / "plan.json"


@pytest.mark.parametrize("name", nonempty(PLANS))
def test_first_plan_has_no_finding(tmp_path: Path, name: str) -> None:
    plan = written(tmp_path, name)
    verdict = warm_gate().evaluate_plan(plan, stack=tmp_path / "cdk.tf.json")
    assert [f"{one.rule_id} {one.address}: {one.reason}" for one in verdict.findings] == []


@pytest.mark.parametrize("name", PLANS)
def test_computed_blocks_are_not_unknown_without_the_stack(tmp_path: Path, name: str) -> None:
    plan = written(tmp_path, name)
    verdict = warm_gate().evaluate_plan(plan)
    marked = [one.reason for one in (*verdict.findings, *verdict.warnings) if one.reason.startswith("not known yet: ")]
    values = {value for reason in marked for value in reason.removeprefix("not known yet: ").split(", ")}
    configured = json.loads(plan.read_text())["configuration"]["root_module"]["resources"]
    arguments = {f"{one['address']}.{name}" for one in configured for name in one["expressions"]}
    # The reference stacks write no dynamic block.
    assert values - arguments == set()
