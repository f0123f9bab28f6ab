"""Form of plan documents: every part that rules read is checked before they run."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from gate_helpers import DATA, could_not_evaluate

from lakekit_policies.terraform.plan_consistency import check_consistency
from lakekit_policies.terraform.plan_file import PlanFile
from lakekit_policies.terraform.plan_form import MAX_DEPTH, check_form

MODULES = sorted((DATA / "modules").glob("*.json"))
ROOT = "configuration.root_module"
CALL = f"{ROOT}.module_calls.default"
PARTS: list[tuple[str, Any, str]] = [
    (f"{CALL}.module.variables", ["account"], "expected an object, got list"),
    (f"{CALL}.module.variables.account", "text", "expected an object, got str"),
    (f"{CALL}.module.outputs", "text", "expected an object, got str"),
    (f"{CALL}.module.outputs.key_arn.expression", 1, "expected an expression or a block, got int"),
    (f"{CALL}.module", [], "expected an object, got list"),
    (f"{CALL}.source", 5, "expected a text, got int"),
    (f"{CALL}.expressions.account", "111122223333", "expected an expression or a block, got str"),
    (f"{CALL}.expressions.account", {"references": "var.account"}, "expected an expression or a block, got str"),
    (f"{CALL}.expressions.account", {"references": [1]}, "expected an expression or a block, got int"),
    (f"{ROOT}.actions", {}, "expected a list, got dict"),
    ("configuration.provider_config.aws", "aws", "expected an object, got str"),
    ("configuration.provider_config.aws.full_name", ["aws"], "expected a text, got list"),
    ("variables", [], "expected an object, got list"),
    ("checks", [None], "expected an object, got NoneType"),
    ("deferred_changes", "none", "expected a list, got str"),
    ("complete", "false", "expected true or false, got str"),
    ("prior_state.values", [], "expected an object, got list"),
]


@pytest.fixture
def document() -> Any:
    return json.loads((DATA / "modules" / "kms_key.json").read_text(encoding="utf-8"))


def put(document: Any, at: str, value: Any) -> None:
    *steps, last = at.split(".")
    for step in steps:
        document = document[step]
    document[last] = value


@pytest.mark.parametrize(("at", "value", "message"), PARTS, ids=[f"{at} {value}" for at, value, _ in PARTS])
def test_wrong_type_is_one_error_that_names_the_place(document: Any, at: str, value: Any, message: str) -> None:
    put(document, at, value)
    with could_not_evaluate("plan_form", f"plan.json: {at}", message):
        check_form(document, "plan.json")


@pytest.mark.parametrize("actions", [["frobnicate"], "delete", [], [None], ["create", {}]])
def test_unknown_actions_are_errors(document: Any, actions: Any) -> None:
    document["resource_changes"][0]["change"]["actions"] = actions
    with could_not_evaluate("plan_form", "resource_changes[0].change.actions"):
        check_form(document, "plan.json")


@pytest.mark.parametrize("later", [True, "text", ["arn"]])
def test_unknown_attributes_are_an_object(document: Any, later: Any) -> None:
    document["resource_changes"][0]["change"]["after_unknown"] = later
    with could_not_evaluate("plan_form", "resource_changes[0].change.after_unknown: expected an object or false"):
        check_form(document, "plan.json")


@pytest.mark.parametrize("file", MODULES, ids=lambda file: file.stem)
def test_plans_of_terraform_have_the_form(file: Path) -> None:
    plan = PlanFile.read(file)
    check_consistency(plan, file)
    assert list(plan.resources())


def test_blocks_and_arguments_named_references_are_expressions(document: Any) -> None:
    block: list[dict[str, Any]] = [
        {"references": {"constant_value": ["a"]}, "inner": [{"name": {"references": ["var.a"]}}], "other": {}}
    ]
    put(document, f"{CALL}.expressions.account", block)
    check_form(document, "plan.json")
    block[0]["inner"] = ["text"]
    with could_not_evaluate("plan_form", "expected an expression or a block, got str"):
        check_form(document, "plan.json")


def test_depth_is_limited(document: Any) -> None:
    value: Any = 1
    for _ in range(MAX_DEPTH):
        value = [value]
    document["variables"] = {"deep": {"value": value}}
    with could_not_evaluate("plan_form", f"nested deeper than {MAX_DEPTH} levels"):
        check_form(document, "plan.json")


@pytest.mark.parametrize("part", ["planned_values", "configuration", "resource_changes"])
def test_repeated_address_is_inconsistent(part: str) -> None:
    document = json.loads((DATA / "plan_create.json").read_text(encoding="utf-8"))
    listed = document[part] if part == "resource_changes" else document[part]["root_module"]["resources"]
    listed.append(copy.deepcopy(listed[0]))
    with could_not_evaluate("plan_inconsistent", f"{part} lists {listed[0]['address']} more than once"):
        check_consistency(PlanFile(document), Path("plan.json"))


@pytest.mark.parametrize(
    ("actions", "before", "message"),
    [
        (["create"], {"name": "a"}, "is created but has values before"),
        (["update"], None, "exists but has no values before"),
        (["no-op"], None, "exists but has no values before"),
        (["delete", "create"], None, "exists but has no values before"),
    ],
)
def test_actions_that_contradict_the_values_are_inconsistent(actions: list[str], before: Any, message: str) -> None:
    document = json.loads((DATA / "plan_create.json").read_text(encoding="utf-8"))
    document["resource_changes"][0]["change"] |= {"actions": actions, "before": before}
    with could_not_evaluate("plan_inconsistent", document["resource_changes"][0]["address"], message):
        check_consistency(PlanFile(document), Path("plan.json"))


def test_message_stays_on_one_line() -> None:
    document = json.loads((DATA / "plan_create.json").read_text(encoding="utf-8"))
    document["resource_changes"][0]["address"] = "a\u2028b"
    with could_not_evaluate("resource_count", "plan.json: a b is changed"):
        check_consistency(PlanFile(document), Path("plan.json"))
