"""Values that pass modules, dynamic blocks and expressions: what is unknown is not stated."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from gate_helpers import DATA, warm_gate
from plan_documents import write_plan

from lakekit_policies import Finding
from lakekit_policies.secrets.entropy import random_text
from lakekit_policies.terraform import dynamic_blocks, resolve_values
from lakekit_policies.terraform.plan_file import PlanFile

PLAN = DATA / "modules" / "platform.json"
LOGS = "module.logs.aws_s3_bucket.this[0]"
KAFKA = "module.kafka.aws_msk_cluster.this[0]"


@cache
def verdict() -> Any:
    return warm_gate().evaluate_plan(PLAN)


def stated(rule: str, address: str) -> list[Finding]:
    return [one for one in verdict().findings if one.rule_id == rule and one.address == address]


@pytest.mark.parametrize(
    ("rule", "address"),
    [
        ("LK_SPARK_2", "module.spark.aws_emrserverless_application.this[0]"),
        ("LK_MSK_2", KAFKA),
        ("LK_VPC_2", "aws_vpc.this"),
        ("LK_S3_2", LOGS),
        ("LK_S3_5", LOGS),
        ("LK_S3_11", LOGS),
        ("LK_S3_2", "module.audit.aws_s3_bucket.this[0]"),
        ("LK_S3_5", "module.audit.aws_s3_bucket.this[0]"),
        ("LK_S3_5", "module.data.aws_s3_bucket.this[0]"),
        ("LK_IAM_21", "aws_iam_group_policy.own_password"),
        ("LK_IAM_31", "aws_sns_topic_data_protection_policy.this"),
    ],
)
def test_what_another_module_sets_is_not_missing(rule: str, address: str) -> None:
    assert stated(rule, address) == []


def test_key_of_a_dynamic_block_is_unknown() -> None:
    (finding,) = stated("LK_S3_2", "module.data.aws_s3_bucket.this[0]")
    assert finding.reason.startswith("not known yet")


def test_networks_of_dynamic_blocks_are_reported_as_unknown() -> None:
    unknown = {(one.rule_id, one.address) for one in verdict().warnings if one.reason.startswith("not known yet")}
    assert ("LK_SPARK_2", "module.spark.aws_emrserverless_application.this[0]") in unknown
    assert ("LK_VPC_2", "aws_vpc.this") in unknown


def test_dynamic_block_with_an_unknown_number_of_instances(tmp_path: Path) -> None:
    """The configuration of a plan does not list it, and its planned value is empty."""
    address = "aws_s3_bucket_replication_configuration.a"
    for values, later in (({"rule": []}, True), ({}, True), ({"rule": []}, [])):
        plan = write_plan(
            tmp_path / "plan.json", {address: {"bucket": "a", **values}}, None, {address: {"rule": later}}
        )
        document = json.loads(plan.read_text())
        document["configuration"]["root_module"]["resources"][0]["expressions"].pop("rule", None)
        plan.write_text(json.dumps(document))
        (finding,) = [one for one in warm_gate().evaluate_plan(plan).findings if one.rule_id == "LK_S3_42"]
        assert finding.reason.startswith("not known yet") == bool(later), values


def changed(tmp_path: Path, change: Any) -> set[tuple[str, str]]:
    document = json.loads(PLAN.read_text())
    change(document)
    (tmp_path / "plan.json").write_text(json.dumps(document))
    findings = warm_gate().evaluate_plan(tmp_path / "plan.json").findings
    return {(one.rule_id, one.address) for one in findings if not one.reason.startswith("not known yet")}


def test_fewer_subnets_than_zones_are_stated(tmp_path: Path) -> None:
    """The reference stands for all instances of the subnets."""

    def fewer(document: Any) -> None:
        document["resource_changes"] = [
            one for one in document["resource_changes"] if not one["address"].startswith("aws_subnet.private[2]")
        ]
        module = document["planned_values"]["root_module"]
        module["resources"] = [one for one in module["resources"] if one["address"] != "aws_subnet.private[2]"]

    assert ("LK_MSK_2", KAFKA) in changed(tmp_path, fewer)


def test_bucket_that_is_no_target_needs_access_logs(tmp_path: Path) -> None:
    def other(document: Any) -> None:
        calls = document["configuration"]["root_module"]["module_calls"]
        calls["warehouse"]["expressions"]["audit"] = {"references": ["module.logs.bucket", "module.logs"]}

    found = changed(tmp_path, other)
    assert ("LK_S3_5", "module.audit.aws_s3_bucket.this[0]") in found
    assert ("LK_S3_5", LOGS) not in found


def test_own_log_target_is_stated(tmp_path: Path) -> None:
    def own(document: Any) -> None:
        module = document["configuration"]["root_module"]["module_calls"]["data"]["module"]
        for one in module["resources"]:
            if one["type"] == "aws_s3_bucket_logging":
                one["expressions"]["target_bucket"] = one["expressions"]["bucket"]

    assert ("LK_S3_5", "module.data.aws_s3_bucket.this[0]") in changed(tmp_path, own)


def test_unknown_values_of_dynamic_blocks_are_marked() -> None:
    filled, _ = resolve_values.resolve(PlanFile.read(PLAN))
    values = filled.values()["module.spark.aws_emrserverless_application.this[0]"]
    assert dynamic_blocks.is_in(values["network_configuration"])
    fill = dynamic_blocks.Filler("aws_x_y").fill
    assert fill([{"a": None}, {"b": 1}], [{"a": True}, {"b": False}], None, ("x",)) == [{"a": "${unknown}"}, {"b": 1}]
    assert fill([{"a": 1}], True, None, ("x",)) == [{"a": 1}]


def test_ids_of_parts_of_a_bucket_name_the_bucket() -> None:
    filled, _ = resolve_values.resolve(PlanFile.read(DATA / "modules" / "s3_bucket.json"))
    target = filled.values()["module.bucket.aws_s3_bucket_logging.this[0]"]["target_bucket"]
    assert target == "/module.log_bucket.aws_s3_bucket.this[0].id"


@pytest.mark.parametrize(
    ("text", "is_random"),
    [
        ("AmazonS3ReadOnlyAccess", False),
        ("AWSGlueServiceRoleV2Policy", False),
        ("mK7vQ2pXz9LfT4wBr8Yc", True),
        ("wJ8xRk2Lm5TzQa7VbN3cYe6U", True),
    ],
)
def test_names_in_camel_case_are_not_random(text: str, is_random: bool) -> None:
    assert (random_text("name", text) is not None) is is_random
