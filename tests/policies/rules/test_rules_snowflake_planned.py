"""Rules for Snowflake stacks evaluate plans, in which expressions have values."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest
from plan_fixtures import convert_stack_fully
from rule_cases import Document, changed, drop, gate, put
from snowflake_fixtures import WAREHOUSE
from test_rules_reference_stacks import stacks
from test_rules_snowflake_provider import CASES
from violations_snowflake import SYNTH

from lakekit_policies.terraform.plan_as_stack import convert_plan
from lakekit_policies.terraform.plan_file import PlanFile

__all__ = ["stacks"]

RULES = ("LK_SF_1", "LK_SF_2", "LK_SF_3", "LK_SF_4", "LK_SF_31")
PLAN = Path(__file__).parents[1] / "data/plan_create.json"


def evaluate_rule(rule: str, plan: Document, folder: Path) -> list[str]:
    """Messages of a rule for a plan without its stack."""
    (folder / "plan.json").write_text(json.dumps(plan))
    verdict = gate().evaluate_plan(folder / "plan.json")
    return [f"{one.address}: {one.reason}" for one in verdict.findings if one.rule_id == rule]


@pytest.mark.parametrize("rule", RULES)
def test_valid_plan_passes(rule: str, tmp_path: Path) -> None:
    assert evaluate_rule(rule, convert_stack_fully(WAREHOUSE), tmp_path) == []


@pytest.mark.parametrize(
    ("rule", "what"), [(case.rule, what) for case in CASES if case.rule in RULES for what in case.bad]
)
def test_invalid_plan_is_rejected(rule: str, what: str, tmp_path: Path) -> None:
    (case,) = [one for one in CASES if one.rule == rule]
    change, expected = case.bad[what]
    found = evaluate_rule(rule, convert_stack_fully(changed(WAREHOUSE, change)), tmp_path)
    assert any(expected in message for message in found), found


@pytest.mark.parametrize("rule", RULES)
def test_reference_plans_pass_and_violations_do_not(rule: str, stacks: dict[str, Document], tmp_path: Path) -> None:
    name, weaken = SYNTH[rule]
    for stack in ("snowflake", "sales-snowflake"):
        assert evaluate_rule(rule, convert_stack_fully(stacks[stack]), tmp_path) == []
    assert evaluate_rule(rule, convert_stack_fully(changed(stacks[name], weaken)), tmp_path)


def test_evaluated_expression_is_checked(tmp_path: Path) -> None:
    """The expression is unknown at synth and has a value in the plan."""
    plan = convert_stack_fully(changed(WAREHOUSE, put("snowflake_warehouse/Query/warehouse_size", "${var.size}")))
    (value,) = [one for one in _planned(plan) if one["address"] == "snowflake_warehouse.Query"]
    value["values"]["warehouse_size"] = "GIGANTIC"
    assert any("'GIGANTIC' is not one of" in message for message in evaluate_rule("LK_SF_1", plan, tmp_path))


def test_unknown_value_is_not_a_missing_argument(tmp_path: Path) -> None:
    plan = convert_stack_fully(
        changed(WAREHOUSE, put("snowflake_warehouse/Query/name", "${terraform_data.name.output}"))
    )
    (value,) = [one for one in _planned(plan) if one["address"] == "snowflake_warehouse.Query"]
    del value["values"]["name"]
    (change,) = [one for one in plan["resource_changes"] if one["address"] == "snowflake_warehouse.Query"]
    change["change"]["after_unknown"] = {"name": True}
    assert evaluate_rule("LK_SF_1", plan, tmp_path) == []


def test_instances_and_modules_keep_their_addresses(tmp_path: Path) -> None:
    """External configuration with `for_each` and a module with its own provider."""
    plan = convert_stack_fully(WAREHOUSE)
    for one in (*_planned(plan), *plan["resource_changes"]):
        if one["address"] == "snowflake_warehouse.Query":
            one["address"] = 'snowflake_warehouse.Query["a.b"]'
            one["index"] = "a.b"
    (value,) = [one for one in _planned(plan) if "Query[" in one["address"]]
    value["values"]["warehouse_size"] = "GIGANTIC"
    assert evaluate_rule("LK_SF_1", plan, tmp_path)[0].startswith('snowflake_warehouse.Query["a.b"]: ')
    inner = copy.deepcopy(convert_stack_fully(WAREHOUSE))
    (entry,) = [
        one
        for one in inner["configuration"]["root_module"]["resources"]
        if one["address"] == "snowflake_warehouse.Query"
    ]
    (planned,) = [one for one in _planned(inner) if one["address"] == "snowflake_warehouse.Query"]
    document = {
        "planned_values": {
            "root_module": {
                "child_modules": [{"resources": [{**planned, "address": "module.m[0].snowflake_warehouse.Query"}]}]
            }
        },
        "configuration": {
            "provider_config": {
                "module.m:snowflake": {"name": "snowflake", "expressions": {"role": {"constant_value": "SYSADMIN"}}}
            },
            "root_module": {
                "module_calls": {
                    "m": {"module": {"resources": [{**entry, "provider_config_key": "module.m:snowflake"}]}}
                }
            },
        },
    }
    stack, addresses = convert_plan(PlanFile(document))
    (warehouse,) = stack.resources("snowflake_warehouse")
    assert addresses[warehouse.address] == "module.m[0].snowflake_warehouse.Query"
    ((_, provider),) = stack.provider_blocks()
    assert warehouse.body["provider"] == f"snowflake.{provider['alias']}"


def test_plan_of_terraform_is_converted_to_its_configuration() -> None:
    """The plan was made from HCL by Terraform."""
    stack, _ = convert_plan(PlanFile.read(PLAN))
    ((_, provider),) = stack.providers("aws")
    assert provider["default_tags"] == [{"tags": {"owner": "data-platform"}}]
    buckets = [bucket.body for bucket in stack.resources("aws_s3_bucket")]
    assert buckets
    # Computed attributes are not part of the configuration.
    assert all("arn" not in body and "id" not in body for body in buckets)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("restricted", None), ("secret", "secret is not one of internal, restricted"), ("${var.x}", None)],
)
def test_values_of_a_shared_tag_come_from_the_environment(value: str, expected: str | None) -> None:
    from rule_cases import evaluate_rule as evaluate_rule_at_synth

    tag = '"ACME_PROD_GOVERNANCE"."ACCESS"."CLASSIFICATION"'
    there = changed(
        WAREHOUSE,
        drop("resource/snowflake_tag"),
        put("snowflake_tag_association/Email/tag_id", tag),
        put("snowflake_tag_association/Email/tag_value", value),
    )
    there["vocabularies"] = {"classification": ["internal", "restricted"]}
    found = evaluate_rule_at_synth("LK_SF_26", there)
    assert (found == []) if expected is None else any(expected in message for message in found), found


def test_tag_outside_the_vocabulary_is_ignored() -> None:
    from rule_cases import evaluate_rule as evaluate_rule_at_synth

    there = changed(
        WAREHOUSE,
        drop("resource/snowflake_tag"),
        put("snowflake_tag_association/Email/tag_id", '"FINANCE"."PUBLIC"."CLASSIFICATION"'),
        put("snowflake_tag_association/Email/tag_value", "secret"),
    )
    there["vocabularies"] = {"classification": ["internal", "restricted"]}
    assert evaluate_rule_at_synth("LK_SF_26", there) == []


def test_products_use_values_of_the_platform_tag(stacks: dict[str, Document], tmp_path: Path) -> None:
    """The tag is in the platform stack, the association in the product stack."""
    weakened = changed(
        stacks["sales-snowflake"], put("snowflake_tag_association/Orders_RestrictedColumns/tag_value", "secret")
    )
    folder = tmp_path / "stack"
    folder.mkdir()
    (folder / "cdk.tf.json").write_text(json.dumps(weakened))
    assert "LK_SF_26" in {finding.rule_id for finding in gate().evaluate_synth(folder).findings}


def _planned(plan: Document) -> list[Document]:
    found: list[Document] = plan["planned_values"]["root_module"]["resources"]
    return found
