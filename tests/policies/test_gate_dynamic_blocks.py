"""Dynamic blocks, of which the configuration of a plan lists no expressions, are evaluated like written ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from gate_helpers import DATA, found, warm_gate
from plan_documents import write_plan

from nonempty import nonempty

OUTSIDE = "arn:aws:sqs:eu-west-1:999999999999:evil"
BLOCKS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "dead letters": ("LK_DEST_1", "aws_cloudwatch_event_target", {"dead_letter_config": [{"arn": OUTSIDE}]}),
    "notification": ("LK_DEST_1", "aws_s3_bucket_notification", {"queue": [{"queue_arn": OUTSIDE}]}),
    "script": ("LK_DEST_3", "aws_emr_cluster", {"bootstrap_action": [{"path": "s3://evil-bucket/x.sh"}]}),
    "secret": ("LK_SECRET_1", "aws_lambda_function", {"environment": [{"variables": {"DB_PASSWORD": "Hunter2xxQ9"}}]}),
}


@pytest.mark.parametrize("case", BLOCKS)
def test_dynamic_blocks_are_compared_at_plan(tmp_path: Path, case: str) -> None:
    rule, kind, arguments = BLOCKS[case]
    path = write_plan(tmp_path / "plan.json", {f"{kind}.x": arguments})
    assert found(warm_gate().evaluate_plan(path), rule) == [f"{kind}.x"]
    document = json.loads(path.read_text())
    for one in document["configuration"]["root_module"]["resources"]:
        one["expressions"] = {}
    path.write_text(json.dumps(document))
    assert found(warm_gate().evaluate_plan(path), rule) == [f"{kind}.x"]


@pytest.mark.parametrize("case", BLOCKS)
def test_dynamic_blocks_are_compared_at_synth(tmp_path: Path, case: str) -> None:
    rule, kind, arguments = BLOCKS[case]
    dynamic = {name: {"for_each": [1], "content": blocks[0]} for name, blocks in arguments.items()}
    (tmp_path / "cdk.tf.json").write_text(json.dumps({"resource": {kind: {"x": {"dynamic": dynamic}}}}))
    assert found(warm_gate().evaluate_synth(tmp_path), rule) == [f"{kind}.x"]


def test_block_inside_of_a_written_block_is_compared(tmp_path: Path) -> None:
    kind, inner = (
        "aws_kinesis_firehose_delivery_stream",
        {"processors": [{"parameters": [{"parameter_value": OUTSIDE}]}]},
    )
    path = write_plan(
        tmp_path / "plan.json", {f"{kind}.x": {"extended_s3_configuration": [{"processing_configuration": [inner]}]}}
    )
    document = json.loads(path.read_text())
    for one in document["configuration"]["root_module"]["resources"]:
        one["expressions"] = {"extended_s3_configuration": [{}]}
    path.write_text(json.dumps(document))
    assert found(warm_gate().evaluate_plan(path), "LK_DEST_1") == [f"{kind}.x"]


MISSED: dict[str, tuple[str, str, dict[str, Any]]] = {
    "integration of an API": (
        "LK_DEST_2",
        "aws_apigatewayv2_api",
        {
            "body": json.dumps(
                {"paths": {"/x": {"x-amazon-apigateway-integration": {"uri": "https://evil.example.net"}}}}
            )
        },
    ),
    "output of an application": (
        "LK_DEST_1",
        "aws_kinesis_analytics_application",
        {"outputs": [{"kinesis_firehose": [{"resource_arn": OUTSIDE.replace("sqs", "firehose")}]}]},
    ),
    "certificate authority": (
        "LK_DEST_1",
        "aws_msk_cluster",
        {
            "client_authentication": [
                {
                    "tls": [
                        {
                            "certificate_authority_arns": [
                                "arn:aws:acm-pca:eu-west-1:999999999999:certificate-authority/x"
                            ]
                        }
                    ]
                }
            ]
        },
    ),
    "key of a Kubernetes cluster": (
        "LK_DEST_8",
        "aws_eks_cluster",
        {"encryption_config": [{"provider": [{"key_arn": "arn:aws:kms:eu-west-1:999999999999:key/x"}]}]},
    ),
    "policy of another account": (
        "LK_DEST_10",
        "aws_iam_role_policy_attachment",
        {"role": "r", "policy_arn": "arn:aws:iam::999999999999:policy/x"},
    ),
}


@pytest.mark.parametrize("case", MISSED)
def test_destinations_in_unusual_arguments(tmp_path: Path, case: str) -> None:
    rule, kind, arguments = MISSED[case]
    metadata = {"metadata": {"lakekit": {"tier": "prod", "account_id": "111111111111"}}}
    (tmp_path / "cdk.tf.json").write_text(json.dumps({"//": metadata, "resource": {kind: {"x": arguments}}}))
    assert f"{kind}.x" in found(warm_gate().evaluate_synth(tmp_path), rule)


def test_policies_of_aws_and_of_the_account_are_inside(tmp_path: Path) -> None:
    metadata = {"metadata": {"lakekit": {"tier": "prod", "account_id": "111111111111"}}}
    attached = {
        "Aws": {"role": "r", "policy_arn": "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"},
        "Own": {"role": "r", "policy_arn": "arn:aws:iam::111111111111:policy/x"},
    }
    stack = {"//": metadata, "resource": {"aws_iam_role_policy_attachment": attached}}
    (tmp_path / "cdk.tf.json").write_text(json.dumps(stack))
    assert found(warm_gate().evaluate_synth(tmp_path), "LK_DEST_10") == []


def test_reference_to_all_instances_of_a_queue_is_inside(tmp_path: Path) -> None:
    kind = "aws_sns_topic_subscription"
    path = write_plan(tmp_path / "plan.json", {"aws_sqs_queue.q": {"name": "q"}, f"{kind}.x": {"protocol": "sqs"}})
    document = json.loads(path.read_text())
    for one in document["resource_changes"]:
        if one["type"] == kind:
            one["change"]["after_unknown"] = {"endpoint": True}
    for one in document["configuration"]["root_module"]["resources"]:
        if one["type"] == kind:
            one["expressions"]["endpoint"] = {"references": ["aws_sqs_queue.q", "each.value.q", "each.value"]}
    path.write_text(json.dumps(document))
    assert found(warm_gate().evaluate_plan(path), "LK_DEST_1") == []


def test_computed_argument_with_the_name_of_a_block_is_no_block() -> None:
    """A new MSK cluster: `tls` of `vpc_connectivity` is computed, `tls` of `client_authentication` is a block."""
    verdict = warm_gate().evaluate_plan(DATA / "msk_plan.json")
    stated = nonempty([*verdict.findings, *verdict.warnings])
    unknown = " ".join(one.reason for one in stated if "not known yet" in one.reason)
    assert "encryption_info" in unknown, "its key is not part of the plan"
    assert "broker_node_group_info" not in unknown
