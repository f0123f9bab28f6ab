"""Values of plans that Terraform calls unknown, and statements about them."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from gate_helpers import DATA, warm_gate
from plan_documents import write_plan

from lakekit_policies import Verdict
from lakekit_policies.terraform.plan_file import PlanFile
from lakekit_policies.terraform.resolve_values import resolve
from nonempty import nonempty


def evaluated(name: str) -> Verdict:
    return warm_gate().evaluate_plan(DATA / "resolve" / f"{name}.json")


def reasons(verdict: Verdict, rule: str) -> dict[str, str]:
    return {finding.address: finding.reason for finding in verdict.findings if finding.rule_id == rule}


def test_key_that_passes_a_module_variable_is_resolved() -> None:
    verdict = evaluated("module_variables")
    every = [*verdict.findings, *verdict.warnings]
    assert not [one.reason for one in nonempty(every) if "no KMS key" in one.reason or "not known" in one.reason]
    assert {"CKV_AWS_142", "CKV_AWS_26"} & {one.rule_id for one in every} == set()


@pytest.mark.parametrize("name", ["conditional_bucket", "module_variables"])
def test_conditional_bucket_is_joined_with_the_only_one_that_exists(name: str) -> None:
    assert reasons(evaluated(name), "LK_S3_4") == {}


def test_logging_of_a_cluster_is_a_resource_of_its_own() -> None:
    verdict = evaluated("conditional_bucket")
    assert reasons(verdict, "LK_REDSHIFT_2") == {}
    assert verdict.coverage.unknown == {}


def test_value_that_passes_terraform_data_is_read() -> None:
    assert "AdministratorAccess" in reasons(evaluated("managed_policy_through_data"), "LK_IAM_6").popitem()[1]
    assert "IAM_ALLOWED_PRINCIPALS" in reasons(evaluated("principal_through_data"), "LK_LF_5").popitem()[1]


ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
READ_ONLY = "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"


@pytest.mark.parametrize(
    ("referred", "inputs", "reason"),
    [
        # one(terraform_data.a[*].output), values(terraform_data.a)[0].output, [for t in terraform_data.a : t.output][0]
        ("terraform_data", {"[0]": ADMINISTRATOR}, "broad managed policy AdministratorAccess"),
        ("terraform_data", {'["x"]': READ_ONLY, '["y"]': ADMINISTRATOR}, "not known yet"),
        # one(aws_ssm_parameter.a[*].value): no rule knows the value.
        ("aws_ssm_parameter", {"[0]": ADMINISTRATOR}, "not known yet"),
        ("random_string", {"[0]": ADMINISTRATOR}, "not known yet"),
    ],
)
def test_value_of_a_whole_resource_is_not_taken_for_its_identity(
    tmp_path: Path, referred: str, inputs: dict[str, str], reason: str
) -> None:
    source, attached = f"{referred}.a", "aws_iam_role_policy_attachment.b"
    values: dict[str, dict[str, Any]] = {source: {}, attached: {"role": "r"}}
    expressions = {attached: {"policy_arn": {"references": [source]}}}
    file = write_plan(tmp_path / "plan.json", values, expressions, {attached: {"policy_arn": True}})
    document = json.loads(file.read_text())
    root = document["planned_values"]["root_module"]
    (one,) = [each for each in root["resources"] if each["address"] == source]
    made = [{**one, "address": source + key, "values": {"input": value}} for key, value in inputs.items()]
    root["resources"] = [each for each in root["resources"] if each is not one] + made
    (change,) = [each for each in document["resource_changes"] if each["address"] == source]
    document["resource_changes"].remove(change)
    for each in made:
        after = {**change["change"], "after": each["values"]}
        document["resource_changes"].append({**change, "address": each["address"], "change": after})
    file.write_text(json.dumps(document))
    assert reason in reasons(warm_gate().evaluate_plan(file), "LK_IAM_6")[attached]


def test_security_rules_of_high_severity_reject_what_stays_unknown() -> None:
    verdict = evaluated("values_through_data")
    rejected = {one.rule_id for one in verdict.findings}
    assert {"LK_IAM_6", "CKV_AWS_82", "CKV_AWS_159", "CKV_AWS_7"} <= rejected
    assert {one.rule_id for one in verdict.findings if one.rule_id == "LK_S3_35"} == {"LK_S3_35"}


def test_each_instance_needs_its_own_block() -> None:
    found = reasons(evaluated("for_each_one_without_block"), "LK_S3_36")
    assert list(found) == ['aws_s3_bucket.zone["curated"]']


def plan_with(references: list[str], *, instances: tuple[str, ...] = ("a",)) -> PlanFile:
    """A plan in which the bucket of an ACL has these references."""
    buckets = [
        {"address": f"aws_s3_bucket.{name}", "mode": "managed", "type": "aws_s3_bucket", "name": name} for name in "ab"
    ]
    acl = {"address": "aws_s3_bucket_acl.x", "mode": "managed", "type": "aws_s3_bucket_acl", "name": "x"}
    planned = [{**one, "values": {}} for one in buckets if one["name"] in instances]
    change = {"actions": ["create"], "before": None, "after": {}, "after_unknown": {"bucket": True}}
    document: dict[str, Any] = {
        "planned_values": {"root_module": {"resources": [*planned, {**acl, "values": {}}]}},
        "resource_changes": [{**acl, "change": change}],
        "configuration": {
            "root_module": {
                "resources": [
                    *({**one, "expressions": {}} for one in buckets),
                    {**acl, "expressions": {"bucket": {"references": references}}},
                ]
            }
        },
    }
    return PlanFile(copy.deepcopy(document))


@pytest.mark.parametrize(
    ("references", "instances", "expected"),
    [
        (["aws_s3_bucket.a.id", "aws_s3_bucket.a"], ("a",), None),
        (["var.c", "aws_s3_bucket.a.id", "aws_s3_bucket.a"], ("a",), "aws_s3_bucket.a.id"),
        (["var.c", "aws_s3_bucket.a.id", "aws_s3_bucket.b.id"], ("a",), "aws_s3_bucket.a.id"),
        (
            ["var.c", "aws_s3_bucket.a.id", "aws_s3_bucket.b.id"],
            ("a", "b"),
            "${one of aws_s3_bucket.a.id, aws_s3_bucket.b.id}",
        ),
        (["local.name"], ("a",), "${local.name}"),
        (["local.name", "aws_s3_bucket.a.id"], ("a",), "${local.name}"),
        (["data.aws_s3_bucket.d.id", "data.aws_s3_bucket.d"], ("a",), "${data.aws_s3_bucket.d.id}"),
        (["module.m.bucket", "module.m"], ("a",), "${module.m.bucket}"),
    ],
)
def test_resolved_reference(references: list[str], instances: tuple[str, ...], expected: str | None) -> None:
    resolved, uncertain = resolve(plan_with(references, instances=instances))
    assert resolved.values()["aws_s3_bucket_acl.x"].get("bucket") == expected
    assert uncertain == frozenset()


def chained(
    expression: list[str], for_each: list[str], *, keys: tuple[str, ...] = ("raw", "curated")
) -> dict[str, object]:
    """The bucket of each access block of two buckets, after it was resolved."""
    kinds = {"aws_s3_bucket": ("raw", "curated"), "aws_s3_bucket_public_access_block": keys}
    heads = {kind: {"address": f"{kind}.b", "mode": "managed", "type": kind, "name": "b"} for kind in kinds}
    planned = [{**heads[kind], "address": f'{kind}.b["{key}"]'} for kind in kinds for key in kinds[kind]]
    block = heads["aws_s3_bucket_public_access_block"]
    created = {"actions": ["create"], "before": None, "after": {}, "after_unknown": {"bucket": True}}
    blocks = [one for one in planned if one["type"] == block["type"]]
    configured = {
        "expressions": {"bucket": {"references": expression}},
        "for_each_expression": {"references": for_each},
    }
    document: dict[str, Any] = {
        "planned_values": {"root_module": {"resources": [{**one, "values": {}} for one in planned]}},
        "resource_changes": [{**one, "change": created} for one in blocks],
        "configuration": {
            "root_module": {"resources": [{**heads["aws_s3_bucket"], "expressions": {}}, {**block, **configured}]}
        },
    }
    resolved, _ = resolve(PlanFile(document))
    return {one["address"]: resolved.values()[one["address"]].get("bucket") for one in blocks}


def test_chained_for_each_is_resolved() -> None:
    """https://developer.hashicorp.com/terraform/language/meta-arguments/for_each#chaining-for_each-between-resources"""
    found = chained(["each.value.id", "each.value"], ["aws_s3_bucket.b"])
    assert set(found.values()) == {"aws_s3_bucket.b.id"}


@pytest.mark.parametrize(
    ("expression", "for_each", "keys"),
    [
        (["each.value.id", "each.value"], ["aws_s3_bucket.b", "local.names"], ("raw", "curated")),
        (["each.value.id", "each.value"], ['aws_s3_bucket.b["raw"]', "aws_s3_bucket.b"], ("raw", "curated")),
        (["each.value.id", "each.value"], ["aws_s3_bucket.b"], ("raw", "other")),
        (["each.value.policy", "each.value"], ["aws_s3_bucket.b"], ("raw", "curated")),
        (["each.value.id", "each.value", "var.other"], ["local.buckets"], ("raw", "curated")),
    ],
)
def test_other_for_each_stays_unknown(expression: list[str], for_each: list[str], keys: tuple[str, ...]) -> None:
    values = nonempty(chained(expression, for_each, keys=keys).values())
    assert all(str(value).startswith("${") for value in values)
