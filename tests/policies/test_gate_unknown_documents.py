"""A document written with references is not known before apply: no rule states what it lacks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from gate_helpers import warm_gate
from plan_documents import write_plan

from lakekit_policies import Verdict
from lakekit_policies.terraform.plan_file import PlanFile
from lakekit_policies.terraform.unknown_values import unknown_at_plan

ARN = ["aws_s3_bucket.b.arn", "aws_s3_bucket.b"]
INSTANCE = ["aws_s3_bucket.b", "each.key"]


def planned(tmp_path: Path, kind: str, attribute: str, references: list[str], **values: Any) -> Verdict:
    expressions: dict[str, Any] = {attribute: {"references": references}}
    unknown = {attribute: True}
    if "bucket" in kind:
        expressions["bucket"] = {"references": ["aws_s3_bucket.b.id", "aws_s3_bucket.b"]}
        unknown["bucket"] = True
    path = write_plan(
        tmp_path / "plan.json",
        {"aws_s3_bucket.b": {"bucket": "acme-lake"}, f"{kind}.x": values},
        expressions={f"{kind}.x": expressions},
        unknown={f"{kind}.x": unknown},
    )
    return warm_gate().evaluate_plan(path)


@pytest.mark.parametrize("references", [ARN, INSTANCE])
@pytest.mark.parametrize("rule", ["LK_S3_1", "LK_S3_3"])
def test_bucket_policy_with_references(tmp_path: Path, rule: str, references: list[str]) -> None:
    verdict = planned(tmp_path, "aws_s3_bucket_policy", "policy", references)
    reasons = [one.reason for one in verdict.findings if one.rule_id == rule]
    assert reasons == ["not known yet: aws_s3_bucket_policy.x.policy"]


@pytest.mark.parametrize("references", [ARN, INSTANCE])
@pytest.mark.parametrize(
    ("kind", "attribute"),
    [
        ("aws_sns_topic_policy", "policy"),
        ("aws_sqs_queue_policy", "policy"),
        ("aws_kms_key", "policy"),
        ("aws_iam_role", "assume_role_policy"),
        ("aws_iam_role_policy", "policy"),
        ("aws_secretsmanager_secret_policy", "policy"),
        ("aws_vpc_endpoint", "policy"),
        ("aws_opensearch_domain", "access_policies"),
        ("aws_sfn_state_machine", "definition"),
        ("aws_emr_security_configuration", "configuration"),
        ("aws_ecs_task_definition", "container_definitions"),
        ("aws_cloudwatch_event_rule", "event_pattern"),
        ("aws_msk_configuration", "server_properties"),
        ("aws_cloudwatch_dashboard", "dashboard_body"),
        ("aws_sqs_queue", "redrive_policy"),
    ],
)
def test_rules_state_nothing_about_a_document_with_references(
    tmp_path: Path, kind: str, attribute: str, references: list[str]
) -> None:
    """A rule that reads the document states that it is not known, or a problem that is there without it too."""
    verdict = planned(tmp_path, kind, attribute, references)
    opaque = planned(tmp_path, kind, attribute, ["data.external.x.result"])

    def statements(one: Verdict) -> set[tuple[str, str]]:
        every = [*one.findings, *one.warnings]
        return {(it.rule_id, it.reason) for it in every if it.rule_id != "LK_IAM_1" and it.address == f"{kind}.x"}

    assert statements(verdict) == statements(opaque)


def test_documents_count_as_unknown() -> None:
    head = {"mode": "managed", "type": "aws_sqs_queue", "address": "aws_sqs_queue.q"}
    expressions = {"policy": {"references": ARN}, "kms_master_key_id": {"references": ARN}}
    unknown = {"policy": True, "kms_master_key_id": True}
    bucket = {"mode": "managed", "address": "aws_s3_bucket.b", "expressions": {}}
    document = {
        "planned_values": {"root_module": {"resources": [{**head, "values": {}}]}},
        "configuration": {"root_module": {"resources": [{**head, "expressions": expressions}, bucket]}},
        "resource_changes": [{**head, "change": {"actions": ["create"], "after_unknown": unknown}}],
    }
    assert unknown_at_plan(PlanFile(document)) == {"aws_sqs_queue.q": {"policy": True}}


@pytest.mark.parametrize(
    ("kind", "silent", "reported"),
    [
        (
            "aws_s3_bucket_policy",
            {"LK_IAM_21", "LK_DEST_9", "LK_IAM_4", "LK_MSK_6", "LK_MSK_7", "LK_KMS_5"},
            "LK_IAM_8",
        ),
        ("aws_iam_role_policy", {"LK_IAM_8", "LK_IAM_7", "LK_S3_34", "LK_MSK_6", "LK_KMS_5"}, "LK_IAM_21"),
        ("aws_msk_cluster_policy", {"LK_IAM_21", "LK_S3_34"}, "LK_MSK_6"),
        ("aws_vpc_endpoint", {"LK_IAM_21", "LK_IAM_8", "LK_MSK_6"}, "LK_VPC_1"),
    ],
)
def test_rules_report_unknown_documents_that_they_evaluate(
    tmp_path: Path, kind: str, silent: set[str], reported: str
) -> None:
    verdict = planned(tmp_path, kind, "policy", ARN)
    found = {one.rule_id for one in [*verdict.findings, *verdict.warnings] if one.address == f"{kind}.x"}
    assert reported in found
    assert not found & silent
