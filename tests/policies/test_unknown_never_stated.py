"""What only apply will show is never reported as a fact, whichever rule reads it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from gate_helpers import configuration, found, resource, warm_gate, write_out
from plan_documents import write_plan

from nonempty import nonempty

FACTS = {
    "CKV_AWS_148": "the resource exists",
    "CKV_AWS_273": "the resource exists",
    "LK_ACT_2": "the data source of the unknown values exists",
    "LK_ACT_7": "the resource exists",
    "LK_ACT_8": "the resource or the block exists",
    "LK_RDS_1": "the argument is written",
    "LK_REDSHIFT_3": "the argument is written",
    "LK_S3_12": "the argument is written",
    "LK_KMS_3": "no alias is in the configuration",
    "LK_S3_6": "the block of tags in the filter exists",
    "LK_TF_1": "lifecycle settings are literals",
}
"""Rules that report what is written or exists, whatever its values are."""
UNKNOWN = {"references": ["data.external.x.result", "data.external.x"]}


def test_no_rule_states_what_is_unknown(tmp_path: Path) -> None:
    program = Path(__file__).with_name("all_unknown.py")
    run = subprocess.run([sys.executable, program, tmp_path], capture_output=True, text=True, check=True)
    found = json.loads(run.stdout.splitlines()[-1])
    assert found["types"] > 300
    stated = {form: [one for one in stated if one[0] not in FACTS] for form, stated in found["stated"].items()}
    assert stated == {"dynamic": [], "written": [], "computed": [], "stack": []}


@pytest.mark.parametrize(
    ("rule", "kind", "block"),
    [
        ("CKV_AWS_119", "aws_dynamodb_table", "server_side_encryption"),
        ("CKV_AWS_28", "aws_dynamodb_table", "point_in_time_recovery"),
        ("CKV_AWS_79", "aws_launch_template", "metadata_options"),
        ("CKV_AWS_8", "aws_instance", "root_block_device"),
        ("CKV_AWS_50", "aws_lambda_function", "tracing_config"),
        ("CKV2_AWS_52", "aws_opensearch_domain", "advanced_security_options"),
        ("LK_COGNITO_1", "aws_cognito_user_pool", "admin_create_user_config"),
    ],
)
def test_a_block_that_the_provider_computes_may_be_dynamic(tmp_path: Path, rule: str, kind: str, block: str) -> None:
    """Terraform prints the same for a block that is not set and for a dynamic one with an unknown number."""
    path = write_plan(tmp_path / "plan.json", {f"{kind}.x": {}}, unknown={f"{kind}.x": {block: True}})
    (reason,) = (one.reason for one in warm_gate().evaluate_plan(path).findings if one.rule_id == rule)
    assert "unless" in reason
    assert f" {block} " in f" {reason}"
    assert "known only after apply (`--stack` shows it)" in reason


def test_a_block_that_the_stack_shows_is_not_set(tmp_path: Path) -> None:
    address = "aws_dynamodb_table.x"
    path = write_plan(tmp_path / "plan.json", {address: {}}, unknown={address: {"point_in_time_recovery": True}})
    (tmp_path / "cdk.tf.json").write_text('{"resource": {"aws_dynamodb_table": {"x": {}}}}')
    verdict = warm_gate().evaluate_plan(path, stack=tmp_path / "cdk.tf.json")
    (reason,) = (one.reason for one in verdict.findings if one.rule_id == "CKV_AWS_28")
    assert reason == "DynamoDB tables have point-in-time recovery"


TEXTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "client_broker": (
        "CKV_AWS_81",
        "aws_msk_cluster",
        {"encryption_info": [{"encryption_in_transit": [{"client_broker": None, "in_cluster": True}]}]},
    ),
    "catalog_encryption_mode": (
        "CKV_AWS_94",
        "aws_glue_data_catalog_encryption_settings",
        {
            "data_catalog_encryption_settings": [
                {
                    "encryption_at_rest": [{"catalog_encryption_mode": None, "sse_aws_kms_key_id": "key"}],
                    "connection_password_encryption": [
                        {"return_connection_password_encrypted": True, "aws_kms_key_id": "key"}
                    ],
                }
            ]
        },
    ),
    "engine": ("CKV_AWS_134", "aws_elasticache_cluster", {"engine": None}),
    "authentication_type": (
        "LK_CONNECT_1",
        "aws_mskconnect_connector",
        {
            "kafka_cluster_client_authentication": [{"authentication_type": None}],
            "kafka_cluster_encryption_in_transit": [{"encryption_type": "TLS"}],
            "log_delivery": [
                {"worker_log_delivery": [{"cloudwatch_logs": [{"enabled": True, "log_group": "acme-connect"}]}]}
            ],
        },
    ),
    "deletion_protection": ("CKV2_AWS_58", "aws_neptune_cluster", {"deletion_protection": None}),
}
"""Arguments of which some texts are accepted, and what is written around them."""


def _each(value: Any, known: Callable[[Any], Any], unknown: Any) -> Any:
    """The body with something for its known values and for the unknown one."""
    if isinstance(value, dict):
        return {name: _each(one, known, unknown) for name, one in value.items()}
    if isinstance(value, list):
        return [_each(one, known, unknown) for one in value]
    return unknown if value is None else known(value)


@pytest.mark.parametrize("argument", TEXTS)
def test_an_unknown_text_may_be_an_accepted_one(tmp_path: Path, argument: str) -> None:
    rule, kind, body = TEXTS[argument]
    address = f"{kind}.x"
    path = write_plan(
        tmp_path / "plan.json",
        {address: body},
        expressions={address: _each(body, lambda value: {"constant_value": value}, UNKNOWN)},
        unknown={address: _each(body, lambda _: False, True)},
    )
    verdict = warm_gate().evaluate_plan(path)
    reasons = [one.reason for one in (*verdict.findings, *verdict.warnings) if one.rule_id == rule]
    name = next(iter(body))
    assert [f"not known yet: {address}.{name}" in one for one in nonempty(reasons)] == [True] * len(reasons)


@pytest.mark.parametrize("argument", TEXTS)
def test_a_variable_may_hold_an_accepted_text(tmp_path: Path, argument: str) -> None:
    rule, kind, body = TEXTS[argument]
    written = _each(body, lambda value: value, "${var.given}")
    stack = configuration({kind: {"x": resource("prod-x/x", **written)}}, tier="prod")
    verdict = warm_gate().evaluate_synth(write_out(tmp_path / "out", prod_x=stack))
    assert found(verdict, rule) == []
    assert "not known until plan, evaluated there" in " ".join(verdict.notes)


@pytest.mark.parametrize("kind", ["aws_db_cluster_snapshot", "aws_neptune_cluster_snapshot"])
def test_snapshots_are_encrypted_as_their_cluster(tmp_path: Path, kind: str) -> None:
    rule = {"aws_db_cluster_snapshot": "CKV_AWS_146", "aws_neptune_cluster_snapshot": "CKV_AWS_279"}[kind]
    address = f"{kind}.x"
    path = write_plan(tmp_path / "plan.json", {address: {}}, unknown={address: {"storage_encrypted": True}})
    (reason,) = (one.reason for one in warm_gate().evaluate_plan(path).findings if one.rule_id == rule)
    assert reason == f"not known yet: {address}.storage_encrypted"
    known = write_plan(tmp_path / "plan.json", {address: {"storage_encrypted": False}})
    assert found(warm_gate().evaluate_plan(known), rule) == [address]


def test_a_group_that_an_unknown_argument_can_name_is_not_called_unused(tmp_path: Path) -> None:
    path = write_plan(
        tmp_path / "plan.json",
        {"aws_security_group.x": {}, "aws_instance.x": {}},
        expressions={"aws_instance.x": {"vpc_security_group_ids": UNKNOWN}},
        unknown={"aws_instance.x": {"vpc_security_group_ids": True}},
    )
    (reason,) = (one.reason for one in warm_gate().evaluate_plan(path).warnings if one.rule_id == "LK_VPC_8")
    assert reason == "not known yet: aws_instance.x.vpc_security_group_ids"


def test_a_key_policy_of_an_unknown_key_can_be_that_of_a_key(tmp_path: Path) -> None:
    path = write_plan(
        tmp_path / "plan.json",
        {"aws_kms_key.x": {}, "aws_kms_key_policy.x": {"policy": "{}"}},
        expressions={"aws_kms_key_policy.x": {"key_id": UNKNOWN}},
        unknown={"aws_kms_key_policy.x": {"key_id": True}},
    )
    reasons = [
        one.reason
        for one in warm_gate().evaluate_plan(path).findings
        if (one.rule_id, one.address) == ("LK_KMS_2", "aws_kms_key.x")
    ]
    assert reasons == ["the key policy is not known before apply; use literal ARNs"]


def test_a_boolean_computed_from_a_passed_value_is_unknown(tmp_path: Path) -> None:
    """`enabled = terraform_data.t.output == "x"`: the plan lists the reference, not the comparison."""
    passed = {"references": ["terraform_data.t.output", "terraform_data.t"]}
    key = {"references": ["aws_kms_key.k.arn", "aws_kms_key.k"]}
    encryption = "server_side_encryption"
    path = write_plan(
        tmp_path / "plan.json",
        {"terraform_data.t": {"input": "x"}, "aws_kms_key.k": {}, "aws_dynamodb_table.x": {encryption: [{}]}},
        expressions={"aws_dynamodb_table.x": {encryption: [{"enabled": passed, "kms_key_arn": key}]}},
        unknown={"aws_dynamodb_table.x": {encryption: [{"enabled": True, "kms_key_arn": True}]}},
    )
    (reason,) = (one.reason for one in warm_gate().evaluate_plan(path).findings if one.rule_id == "CKV_AWS_119")
    assert reason == f"not known yet: aws_dynamodb_table.x.{encryption}"


def test_results_of_data_sources_are_unknown_in_a_stack(tmp_path: Path) -> None:
    later = "${data.external.x.result.v}"
    rule = {
        "id": "r",
        "status": "Enabled",
        "filter": {"prefix": later},
        "noncurrent_version_expiration": {"noncurrent_days": 3},
    }
    resources = {
        "aws_s3_bucket_policy": {"x": {"bucket": "acme-raw", "policy": later}},
        "aws_s3_bucket_lifecycle_configuration": {"x": {"bucket": "acme-raw", "rule": [rule]}},
    }
    stack = configuration(resources, tier="prod", data={"external": {"x": {"program": ["x"]}}})
    verdict = warm_gate().evaluate_synth(write_out(tmp_path / "out", prod_x=stack))
    by_rule = {one.rule_id: one.reason for one in verdict.findings}
    assert by_rule["LK_IAM_1"].startswith("the statements of the policy are not known before apply")
    assert by_rule["LK_S3_6"] == "no enabled rule for the whole bucket aborts incomplete multipart uploads"
