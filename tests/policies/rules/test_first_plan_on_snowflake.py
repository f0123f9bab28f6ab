"""A first plan of stacks on Snowflake: whom the roles trust is known after the apply, and judged all the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from rule_cases import Document, gate
from test_rules_on_our_stacks import stacks

from lakekit_policies.plan_document.synth import plan_document

__all__ = ["stacks"]


def first_plan(stack: Document) -> Document:
    """Every text with something in it that the same plan makes is unknown, whole."""
    document = plan_document(stack).document
    planned = document["planned_values"]["root_module"]["resources"]
    changes: dict[str, Any] = {one["address"]: one for one in document["resource_changes"]}
    for resource in planned:
        unknown = [
            name
            for name, value in resource["values"].items()
            if isinstance(value, str) and "${" in value and resource["address"] in changes
        ]
        for name in unknown:
            resource["values"].pop(name)
            changes[resource["address"]]["change"]["after_unknown"][name] = True
    return document


def judged(stack: Document, written: Document, folder: Path) -> set[str]:
    (folder / "plan.json").write_text(json.dumps(first_plan(stack)))
    (folder / "cdk.tf.json").write_text(json.dumps(written))
    verdict = gate().judge_plan(folder / "plan.json", stack=folder / "cdk.tf.json")
    return {finding.rule_id for finding in verdict.findings}


@pytest.mark.parametrize("name", ["warehouse", "sales-warehouse"])
def test_a_first_plan_is_clean(stacks: dict[str, Document], name: str, tmp_path: Path) -> None:
    stack = stacks[name]
    hidden = [
        change
        for change in first_plan(stack)["resource_changes"]
        if change["type"] == "aws_iam_role" and change["change"]["after_unknown"].get("assume_role_policy")
    ]
    assert hidden
    assert judged(stack, stack, tmp_path) == set()


def test_a_trust_without_an_external_id_is_seen_in_a_first_plan(stacks: dict[str, Document], tmp_path: Path) -> None:
    stack = json.loads(json.dumps(stacks["sales-warehouse"]))
    (role,) = stack["resource"]["aws_iam_role"].values()
    trust = json.loads(role["assume_role_policy"])
    trust["Statement"][0] |= {"Principal": {"AWS": "arn:aws:iam::999999999999:root"}, "Condition": {}}
    role["assume_role_policy"] = json.dumps(trust)
    assert "LK_IAM_8" in judged(stack, stack, tmp_path)
