"""A dynamic block that is known to have no instances is not there; a choice of a variable is left to the plan."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from dynamic_forms import Stated, at_synth, stated
from gate_helpers import metadata, warm_gate
from plan_documents import write_plan

from lakekit_policies import GateError

OPEN = {"description": "x", "protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": ["0.0.0.0/0"]}
RULES = ("LK_VPC_5", "CKV_AWS_24")
LOCALS: dict[str, Any] = {"off": False, "none": [], "m": {"a": 1}, "some": ["a"]}
VARIABLES: dict[str, Any] = {
    "no": {"default": False},
    "none": {"default": []},
    "kind": {"default": "private"},
    "nul": {"default": None, "type": "bool"},
}
NEVER = [
    [],
    {},
    "${local.none}",
    "${local.off ? [1] : []}",
    "${false ? [1] : []}",
    '${compact([""])}',
    "${try(local.m.other, [])}",
    '${lookup(local.m, "other", [])}',
    '${[for x in local.some : x if x == "never"]}',
    "${length(local.none) > 0 ? [1] : []}",
    "${concat([], local.none)}",
    "${toset([])}",
    "${{ for k, v in local.m : k => v if v > 1 }}",
    '${local.off || "a" == "b" ? [1] : local.none}',
    "${one([]) == null ? [] : [1]}",
]
CHOICES = [
    "${var.no ? [1] : []}",
    "${var.none}",
    '${var.kind == "public" ? [1] : []}',
    "${var.no ? var.none : (local.off ? [1] : [])}",
    "${var.nul == null ? [] : [1]}",
    "${coalesce(var.nul, false) ? [1] : []}",
    '${var.kind != "private" && !var.no ? [1] : []}',
]


def stack(for_each: Any, content: Any = OPEN) -> dict[str, Any]:
    body = {"name": "x", "description": "x", "dynamic": {"ingress": {"for_each": for_each, "content": content}}}
    resources = {"aws_security_group": {"x": body}}
    return {"//": metadata("prod"), "resource": resources, "locals": LOCALS, "variable": VARIABLES}


def planned(folder: Path, written: dict[str, Any], **variables: Any) -> Stated:
    """Results for a first plan of the group: its provider computes ``ingress`` if it is not set."""
    (folder / "cdk.tf.json").write_text(json.dumps(written))
    address = "aws_security_group.x"
    values = {address: {"name": "x", "description": "x"}}
    file = write_plan(folder / "plan.json", values, None, {address: {"ingress": True}})
    given = {name: one["default"] for name, one in VARIABLES.items()} | variables
    document = json.loads(file.read_text()) | {"variables": {name: {"value": one} for name, one in given.items()}}
    file.write_text(json.dumps(document))
    return stated(warm_gate().evaluate_plan(file, stack=folder / "cdk.tf.json"))


def of(found: Stated) -> list[str]:
    return [found[rule, "aws_security_group.x"] for rule in RULES if (rule, "aws_security_group.x") in found]


@pytest.mark.parametrize("for_each", [*NEVER, *CHOICES])
def test_block_without_instances_is_not_there(tmp_path: Path, for_each: Any) -> None:
    assert of(at_synth(tmp_path, stack(for_each))) == []
    assert of(planned(tmp_path, stack(for_each))) == []


@pytest.mark.parametrize("for_each", ["${var.no ? [1] : []}", "${var.no ? var.none : local.none}", "${var.none}"])
def test_value_of_the_plan_decides(tmp_path: Path, for_each: str) -> None:
    expected = 0 if "local.none" in for_each else len(RULES)
    assert (
        len(of(planned(tmp_path, stack(for_each), no=True, none=[1] if for_each == "${var.none}" else []))) == expected
    )


@pytest.mark.parametrize("for_each", [[1], "${local.some}", "${true ? [1] : []}", '${uuid() == "" ? [] : [1]}'])
def test_block_with_instances_is_there(tmp_path: Path, for_each: Any) -> None:
    assert len(of(at_synth(tmp_path, stack(for_each)))) == len(RULES)
    assert len(of(planned(tmp_path, stack(for_each)))) == len(RULES)


def test_choice_is_stated_if_both_forms_have_the_problem(tmp_path: Path) -> None:
    written = stack("${var.no ? [1] : []}")
    written["resource"]["aws_security_group"]["x"]["ingress"] = [OPEN]
    assert len(of(at_synth(tmp_path, written))) == len(RULES)


def test_choice_is_named_at_synth(tmp_path: Path) -> None:
    (tmp_path / "cdk.tf.json").write_text(json.dumps(stack("${var.no ? [1] : []}")))
    notes = " ".join(warm_gate().evaluate_synth(tmp_path).notes)
    assert "not known until plan, evaluated there" in notes
    assert "LK_VPC_5" in notes


def test_secret_in_a_block_without_instances_is_found(tmp_path: Path) -> None:
    """It is written in the stack, whether the block is there or not."""
    variables = {"variables": {"DB_PASSWORD": "Hunter2xxQwerty9"}}
    for for_each in ([], "${var.no ? [1] : []}"):
        body = {"function_name": "f", "dynamic": {"environment": {"for_each": for_each, "content": variables}}}
        written = {**stack([]), "resource": {"aws_lambda_function": {"x": body}}}
        assert ("LK_SECRET_1", "aws_lambda_function.x") in at_synth(tmp_path, written)


def test_block_that_the_plan_shows_as_none_is_not_there(tmp_path: Path) -> None:
    """Whatever functions decide it."""
    body = {
        "rule": "r",
        "arn": "arn:aws:sqs:eu-west-1:111122223333:q",
        "dynamic": {
            "dead_letter_config": {
                "for_each": '${regexall("x", "y")}',
                "content": {"arn": "arn:aws:sqs:eu-west-1:999999999999:evil"},
            }
        },
    }
    kind = "aws_cloudwatch_event_target"
    written = {"//": metadata("prod"), "resource": {kind: {"x": body}}}
    (tmp_path / "cdk.tf.json").write_text(json.dumps(written))
    values = {f"{kind}.x": {"rule": "r", "arn": body["arn"], "dead_letter_config": []}}
    file = write_plan(tmp_path / "plan.json", values)
    found = stated(warm_gate().evaluate_plan(file, stack=tmp_path / "cdk.tf.json"))
    assert "999999999999" not in found.get(("LK_DEST_1", f"{kind}.x"), "")


@pytest.mark.parametrize("levels", [21, 150, 300])
def test_too_many_nested_blocks_are_named(tmp_path: Path, levels: int) -> None:
    body: dict[str, Any] = {"name": "x"}
    for _ in range(levels):
        body = {"dynamic": {"statement": {"for_each": [1], "content": body}}}
    (tmp_path / "cdk.tf.json").write_text(json.dumps({"resource": {"aws_wafv2_web_acl": {"w": body}}}))
    with pytest.raises(GateError, match=r"aws_wafv2_web_acl\.w: more than 20 dynamic blocks are nested"):
        warm_gate().evaluate_synth(tmp_path)


@pytest.mark.parametrize(
    ("enabled", "is_reported"), [("${each.value}", False), ("${lookup(each.value, 0)}", False), (False, True)]
)
def test_check_of_a_value_that_the_plan_shows_is_left_to_it(tmp_path: Path, enabled: Any, *, is_reported: bool) -> None:
    written = {
        **stack([]),
        "resource": {
            "aws_msk_cluster": {
                "x": {
                    "cluster_name": "x",
                    "logging_info": [{"broker_logs": [{"cloudwatch_logs": [{"enabled": enabled, "log_group": "g"}]}]}],
                }
            },
            "aws_dynamodb_table": {"x": {"name": "x", "point_in_time_recovery": [{"enabled": enabled}]}},
        },
    }
    found = at_synth(tmp_path, written)
    assert (("CKV_AWS_80", "aws_msk_cluster.x") in found) is is_reported
    assert (("CKV_AWS_28", "aws_dynamodb_table.x") in found) is is_reported
