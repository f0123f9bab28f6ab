"""First plans of Snowflake stacks, in which trust policies are unknown until apply."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from plan_fixtures import convert_stack_fully
from rule_cases import Document, gate
from test_rules_reference_stacks import stacks

from lakekit.snowflake import iam_role
from lakekit_policies.terraform import preconditions
from nonempty import nonempty

__all__ = ["stacks"]


def first_plan(stack: Document) -> Document:
    """First plan: texts with references to new resources are unknown as a whole."""
    document = convert_stack_fully(stack)
    planned = document["planned_values"]["root_module"]["resources"]
    changes: dict[str, Any] = {one["address"]: one for one in document["resource_changes"]}
    configured = {one["address"]: one for one in document["configuration"]["root_module"]["resources"]}
    for resource in planned:
        unknown = [
            name
            for name, value in resource["values"].items()
            if isinstance(value, str) and "${" in value and resource["address"] in changes
        ]
        for name in unknown:
            text = resource["values"].pop(name)
            # Terraform lists the references of an expression.
            configured[resource["address"]]["expressions"][name] = {"references": re.findall(r"\$\{([^}]+)\}", text)}
            changes[resource["address"]]["change"]["after_unknown"][name] = True
    document["checks"] = [
        {"address": {"kind": "resource", "to_display": f"{kind}.{name}"}, "status": "unknown"}
        for kind, named in stack["resource"].items()
        for name, block in named.items()
        if "precondition" in block.get("lifecycle", {})
    ]
    return document


def evaluate_rule(stack: Document, written: Document, folder: Path) -> set[str]:
    (folder / "plan.json").write_text(json.dumps(first_plan(stack)))
    (folder / "cdk.tf.json").write_text(json.dumps(written))
    verdict = gate().evaluate_plan(folder / "plan.json", stack=folder / "cdk.tf.json")
    return {finding.rule_id for finding in verdict.findings}


# A new stack of a team gives existing roles access: that has to be acknowledged.
@pytest.mark.parametrize(("name", "expected"), [("snowflake", set()), ("sales-snowflake", {"LK_PLAN_6"})])
def test_first_plan_has_findings_for_existing_roles_only(
    stacks: dict[str, Document], name: str, expected: set[str], tmp_path: Path
) -> None:
    stack = stacks[name]
    hidden = [
        change
        for change in first_plan(stack)["resource_changes"]
        if change["type"] == "aws_iam_role" and change["change"]["after_unknown"].get("assume_role_policy")
    ]
    assert hidden
    assert evaluate_rule(stack, stack, tmp_path) == expected


def test_missing_external_id_is_detected_in_a_first_plan(stacks: dict[str, Document], tmp_path: Path) -> None:
    stack = json.loads(json.dumps(stacks["sales-snowflake"]))
    (role,) = [one for one in stack["resource"]["aws_iam_role"].values() if "ExternalId" in one["assume_role_policy"]]
    trust = json.loads(role["assume_role_policy"])
    trust["Statement"][0] |= {"Principal": {"AWS": "arn:aws:iam::999999999999:root"}, "Condition": {}}
    role["assume_role_policy"] = json.dumps(trust)
    assert "LK_IAM_8" in evaluate_rule(stack, stack, tmp_path)


@pytest.mark.parametrize(
    ("name", "kind", "rule"),
    [("snowflake", "aws_iam_role", "LK_IAM_8"), ("sales-snowflake", "aws_sns_topic_policy", "CKV_AWS_169")],
)
def test_unbounded_principal_is_rejected(
    stacks: dict[str, Document], name: str, kind: str, rule: str, tmp_path: Path
) -> None:
    """Without a precondition, an unknown principal is not restricted."""
    for weaken in ("removed", "looser"):
        stack = json.loads(json.dumps(stacks[name]))
        held = nonempty(block["lifecycle"] for block in stack["resource"][kind].values() if "lifecycle" in block)
        conditions = [condition for lifecycle in held for condition in lifecycle["precondition"]]
        assert all("local." in condition["condition"] for condition in nonempty(conditions))
        for condition in conditions:
            condition["condition"] = re.sub(r"\^arn[^\"]*", ".*", condition["condition"])
        if weaken == "removed":
            for lifecycle in held:
                del lifecycle["precondition"]
        (tmp_path / weaken).mkdir()
        assert rule in evaluate_rule(stack, stack, tmp_path / weaken), weaken


def test_unlisted_precondition_is_ignored(stacks: dict[str, Document], tmp_path: Path) -> None:
    stack = stacks["snowflake"]
    document = first_plan(stack)
    document["checks"] = []
    (tmp_path / "plan.json").write_text(json.dumps(document))
    (tmp_path / "cdk.tf.json").write_text(json.dumps(stack))
    verdict = gate().evaluate_plan(tmp_path / "plan.json", stack=tmp_path / "cdk.tf.json")
    assert "LK_IAM_8" in {finding.rule_id for finding in verdict.findings}


def test_constructs_and_gate_use_the_same_patterns() -> None:
    assert preconditions.ACCEPTED_PATTERNS == (iam_role.PRINCIPAL_ARN_PATTERN, iam_role.EXTERNAL_ID_PATTERN)
