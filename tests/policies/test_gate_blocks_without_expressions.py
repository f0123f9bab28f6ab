"""Dynamic blocks: a plan lists no expression for them, and their values are evaluated like written ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from gate_helpers import configuration, resource, warm_gate, write_out
from plan_documents import write_plan

from lakekit_policies import Verdict
from lakekit_policies.terraform import block_schema, schema
from nonempty import nonempty

QUEUE = "arn:aws:sqs:eu-west-1:999999999999:evil"
KEY = "arn:aws:kms:us-east-1:999999999999:key/11111111-2222-3333-4444-555555555555"
AUTHORITY = "arn:aws:acm-pca:eu-west-1:999999999999:certificate-authority/11111111-2222-3333-4444-555555555555"
SECRET = {"DB_PASSWORD": "Hunter2xxQwerty9"}

BLOCKS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "block": ("aws_cloudwatch_event_target", "LK_DEST_1", {"dead_letter_config": [{"arn": QUEUE}]}),
    "repeated block": (
        "aws_s3_bucket_notification",
        "LK_DEST_1",
        {"queue": [{"queue_arn": QUEUE, "events": ["s3:*"]}]},
    ),
    "map in a block": ("aws_lambda_function", "LK_SECRET_1", {"environment": [{"variables": SECRET}]}),
    "code": ("aws_emr_cluster", "LK_DEST_3", {"bootstrap_action": [{"name": "a", "path": "s3://evil-bucket/x.sh"}]}),
    "attribute in the form of blocks": (
        "aws_emr_cluster",
        "LK_DEST_3",
        {
            "step": [
                {"hadoop_jar_step": [{"args": ["spark-submit", "--conf", "spark.jars=https://evil.example/a.jar"]}]}
            ]
        },
    ),
    "name of a computed block": (
        "aws_msk_cluster",
        "LK_DEST_1",
        {"client_authentication": [{"tls": [{"certificate_authority_arns": [AUTHORITY]}]}]},
    ),
    "key": ("aws_dynamodb_table", "LK_DEST_8", {"replica": [{"region_name": "us-east-1", "kms_key_arn": KEY}]}),
    "set": ("aws_secretsmanager_secret", "LK_DEST_8", {"replica": [{"region": "us-east-1", "kms_key_id": KEY}]}),
    "block in a block": (
        "aws_s3_bucket_replication_configuration",
        "LK_DEST_1",
        {"rule": [{"id": "a", "destination": [{"bucket": "arn:aws:s3:::evil-bucket"}]}]},
    ),
    "other providers": (
        "snowflake_database",
        "LK_SECRET_1",
        {"replication": [{"enable_to_account": [{"account_identifier": "AKIAQWERTYUIOPASDFGH"}]}]},
    ),
}


def evaluated(path: Path, kind: str, arguments: dict[str, Any], listed: dict[str, Any]) -> Verdict:
    """A plan of one resource with these expressions."""
    file = write_plan(path / "plan.json", {f"{kind}.a": arguments})
    document = json.loads(file.read_text())
    document["configuration"]["root_module"]["resources"][0]["expressions"] = listed
    file.write_text(json.dumps(document))
    return warm_gate().evaluate_plan(file)


def rules(verdict: Verdict) -> set[str]:
    return {one.rule_id for one in [*verdict.findings, *verdict.warnings]}


@pytest.mark.parametrize("case", BLOCKS)
def test_block_without_expression_is_evaluated(tmp_path: Path, case: str) -> None:
    kind, rule, arguments = BLOCKS[case]
    assert rule in rules(evaluated(tmp_path, kind, arguments, {}))


def test_dynamic_block_in_a_written_block_is_evaluated(tmp_path: Path) -> None:
    arguments = {"rule": [{"id": "a", "destination": [{"bucket": "arn:aws:s3:::evil-bucket"}]}]}
    listed = {"rule": [{"id": {"constant_value": "a"}}]}
    kind = "aws_s3_bucket_replication_configuration"
    assert "LK_DEST_1" in rules(evaluated(tmp_path, kind, arguments, listed))


def test_dynamic_block_beside_a_written_block_is_evaluated(tmp_path: Path) -> None:
    arguments = {"queue": [{"events": ["s3:*"]}, {"events": ["s3:*"], "queue_arn": QUEUE}]}
    listed = {"queue": [{"events": {"constant_value": ["s3:*"]}}]}
    assert "LK_DEST_1" in rules(evaluated(tmp_path, "aws_s3_bucket_notification", arguments, listed))


def test_set_with_as_many_blocks_as_expressions_is_evaluated(tmp_path: Path) -> None:
    """Two equal blocks of a set are one: the other is that of a dynamic block."""
    arguments = {"replica": [{"region": "eu-west-1"}, {"region": "us-east-1", "kms_key_id": KEY}]}
    listed = {"replica": [{"region": {"constant_value": "eu-west-1"}}] * 2}
    assert "LK_DEST_8" in rules(evaluated(tmp_path, "aws_secretsmanager_secret", arguments, listed))


def test_unknown_target_of_a_dynamic_block_is_not_that_of_its_sibling(tmp_path: Path) -> None:
    address = "aws_s3_bucket_notification.a"
    queues = {"queue": [{"events": ["s3:*"]}, {"events": ["s3:*"]}]}
    values = {address: queues, "aws_sqs_queue.q": {"name": "q"}}
    own = {"references": ["aws_sqs_queue.q.arn", "aws_sqs_queue.q"]}
    expressions = {address: {"queue": [{"queue_arn": own, "events": {"constant_value": ["s3:*"]}}]}}
    later = {address: {"queue": [{"queue_arn": True}, {"queue_arn": True}]}}
    verdict = warm_gate().evaluate_plan(write_plan(tmp_path / "plan.json", values, expressions, later))
    every = [*verdict.findings, *verdict.warnings]
    stated = [one.rule_id for one in every if one.reason == f"not known yet: {address}.queue.queue_arn"]
    assert stated == ["LK_DEST_1"]


@pytest.mark.parametrize("case", [case for case in BLOCKS if case != "other providers"])
def test_dynamic_block_of_a_stack_is_evaluated(tmp_path: Path, case: str) -> None:
    kind, rule, arguments = BLOCKS[case]
    ((name, blocks),) = arguments.items()
    dynamic = {name: [{"for_each": [1], "content": block} for block in blocks]}
    stack = configuration({kind: {"A": resource("dev-storage/A", dynamic=dynamic)}})
    assert rule in rules(warm_gate().evaluate_synth(write_out(tmp_path / "out", dev_storage=stack)))


def test_dynamic_block_of_a_provider_is_evaluated(tmp_path: Path) -> None:
    endpoints = {"endpoints": [{"for_each": [1], "content": {"s3": "https://evil.example.net"}}]}
    stack = configuration(
        {"aws_s3_bucket": {"A": resource("dev-storage/A", bucket="a")}}, provider={"aws": [{"dynamic": endpoints}]}
    )
    verdict = warm_gate().evaluate_synth(write_out(tmp_path / "out", dev_storage=stack))
    assert {"LK_TF_3", "LK_DEST_2"} <= rules(verdict)


@pytest.mark.parametrize("key", ["a", "a]b", "a].b", "a.b", 'a\\"]b', "[0]", "module.a.b"])
def test_unknown_value_of_an_instance_is_unknown_for_any_key(tmp_path: Path, key: str) -> None:
    address = "aws_iam_role_policy_attachment.a"
    expressions = {address: {"policy_arn": {"references": ["var.policy"]}}}
    file = write_plan(tmp_path / "plan.json", {address: {"role": "a"}}, expressions, {address: {"policy_arn": True}})
    document = json.loads(file.read_text())
    for one in (document["planned_values"]["root_module"]["resources"][0], document["resource_changes"][0]):
        one["address"] = f'{address}["{key}"]'
    file.write_text(json.dumps(document))
    assert "LK_IAM_6" in rules(warm_gate().evaluate_plan(file))


@pytest.mark.parametrize(
    ("kind", "name", "is_dynamic"),
    [
        ("aws_msk_cluster", "encryption_info", True),
        ("aws_backup_vault_lock_configuration", "id", False),
        ("aws_wafv2_web_acl", "rule", True),
        ("aws_sagemaker_domain", "default_user_settings", True),
        ("aws_glue_crawler", "lake_formation_configuration", True),
        ("aws_s3_bucket", "versioning", False),
        ("aws_dynamodb_table", "server_side_encryption", False),
        ("aws_dynamodb_table", "replica", True),
        ("aws_kinesis_stream", "stream_mode_details", False),
        ("aws_kinesis_firehose_delivery_stream", "server_side_encryption", True),
        ("aws_quicksight_data_source", "ssl_properties", False),
        ("aws_lambda_function", "tracing_config", False),
        ("aws_lambda_function", "tags", False),
        ("aws_lambda_function", "vpc_config", True),
        ("aws_opensearch_domain", "encrypt_at_rest", False),
    ],
)
def test_unknown_block_that_the_provider_does_not_compute_is_dynamic(kind: str, name: str, is_dynamic: bool) -> None:
    assert block_schema.is_dynamic(kind, (name,)) is is_dynamic


def test_lists_of_computed_blocks_name_blocks() -> None:
    lists = schema.computed_blocks()
    for part in ("computed", "computed_inside"):
        named = [(kind, name) for kind, names in lists[part].items() for name in names]
        assert [one for one in nonempty(named) if not schema.load().is_block(*one)] == []


@pytest.mark.parametrize("is_dynamic", [True, False])
def test_unknown_dynamic_block_is_not_missing(tmp_path: Path, is_dynamic: bool) -> None:
    """A block that the provider does not compute is unknown only if it is a dynamic one."""
    address = "aws_msk_cluster.a" if is_dynamic else "aws_kinesis_stream.a"
    block = "encryption_info" if is_dynamic else "stream_mode_details"
    verdict = warm_gate().evaluate_plan(
        write_plan(tmp_path / "plan.json", {address: {}}, None, {address: {block: True}})
    )
    every = [*verdict.findings, *verdict.warnings]
    assert any("not known yet" in one.reason and block in one.reason for one in every) is is_dynamic
