"""Weak configurations that stock checkov passes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from gate_helpers import DATA, configuration, found, open_group, policy, resource, warm_gate, write_out

ADMIN = "CKV_AWS_286"  # privilege escalation in IAM policies; evaluated by cloudsplaining, which has a cache
SSH = "CKV_AWS_24"


def evaluate_rule(tmp_path: Path, resources: dict[str, Any], rule: str, **more: Any) -> list[str]:
    out = write_out(tmp_path / "out", dev_storage=configuration(resources, **more))
    return found(warm_gate().evaluate_synth(out), rule)


def test_public_ssh_with_a_null_prefix_list_is_reported(tmp_path: Path) -> None:
    group = open_group(cidr_blocks=["0.0.0.0/0"], prefix_list_ids=None)
    assert evaluate_rule(tmp_path, {"aws_security_group": {"Open": group}}, SSH) == ["aws_security_group.Open"]


def test_ssh_from_one_network_passes(tmp_path: Path) -> None:
    group = open_group(cidr_blocks=["10.0.0.0/16"])
    assert evaluate_rule(tmp_path, {"aws_security_group": {"Open": group}}, SSH) == []


def test_dynamic_block_is_evaluated(tmp_path: Path) -> None:
    rule = open_group(cidr_blocks=["0.0.0.0/0"])["ingress"][0]
    group = resource("dev-storage/Open", dynamic={"ingress": {"for_each": "${toset([1])}", "content": rule}})
    assert evaluate_rule(tmp_path, {"aws_security_group": {"Open": group}}, SSH) == ["aws_security_group.Open"]


HCL = '{"Version" = "2012-10-17", "Statement" = [{"Effect" = "Allow", "Action" = ["*"], "Resource" = "*"}]}'


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(policy("*")),
        "${jsonencode(" + HCL + ")}",
        "${jsonencode(" + HCL.replace('"Resource" = "*"', 'Resource = ["*", aws_s3_bucket.B.arn]') + ")}",
        "${data.aws_iam_policy_document.Doc.json}",
        "${local.admin}",
    ],
    ids=["text", "jsonencode", "jsonencode with a reference", "policy document", "local"],
)
def test_policy_is_evaluated_in_every_form(tmp_path: Path, text: str) -> None:
    resources = {
        "aws_iam_policy": {"Admin": resource("dev-storage/Admin", policy=text)},
        "aws_s3_bucket": {"B": resource("dev-storage/B", bucket="b")},
    }
    statement = [{"actions": ["*"], "resources": ["*"]}]
    document = {"aws_iam_policy_document": {"Doc": resource("dev-storage/Doc", statement=statement)}}
    more = {"data": document, "locals": {"admin": json.dumps(policy("*"))}}
    assert evaluate_rule(tmp_path, resources, ADMIN, **more) == ["aws_iam_policy.Admin"]


def test_policy_document_merged_from_others(tmp_path: Path) -> None:
    star = {"statement": [{"sid": "Star", "actions": ["*"], "resources": ["*"]}]}
    narrow = {"statement": [{"sid": "Star", "actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::a/*"]}]}
    base = "${data.aws_iam_policy_document.Base.json}"
    policies = {"aws_iam_policy": {"P": resource("dev-storage/P", policy="${data.aws_iam_policy_document.Top.json}")}}

    def rejected(top: dict[str, Any], base_body: dict[str, Any], name: str) -> list[str]:
        documents = {"Base": resource("dev-storage/Base", **base_body), "Top": resource("dev-storage/Top", **top)}
        return evaluate_rule(tmp_path / name, policies, ADMIN, data={"aws_iam_policy_document": documents})

    assert rejected({"source_policy_documents": [base]}, star, "inherited") == ["aws_iam_policy.P"]
    assert rejected({**star, "source_policy_documents": [base]}, narrow, "added") == ["aws_iam_policy.P"]
    assert rejected({"override_policy_documents": [base], **narrow}, narrow, "narrow") == []


def test_violation_in_one_for_each_instance_is_reported() -> None:
    verdict = warm_gate().evaluate_plan(DATA / "plan_create.json")
    assert found(verdict, ADMIN) == ['aws_iam_policy.pair["bad"]']


@pytest.mark.parametrize("first", ["dev", "prod"])
def test_environments_have_separate_verdicts(tmp_path: Path, first: str) -> None:
    """Checkov caches results by file and resource name within a process."""

    def write(environment: str, action: str) -> Path:
        body = resource(f"{environment}-iam/P", policy=json.dumps(policy(action, "arn:aws:s3:::a/*")))
        return write_out(tmp_path / environment, iam=configuration({"aws_iam_policy": {"P": body}}, tier=environment))

    outs = {"dev": write("dev", "s3:GetObject"), "prod": write("prod", "*")}
    outs["prod"].joinpath("stacks/iam/cdk.tf.json").write_text(
        json.dumps(configuration({"aws_iam_policy": {"P": resource("prod-iam/P", policy=json.dumps(policy("*")))}}))
    )
    order = [first, "prod" if first == "dev" else "dev"]
    verdicts = {environment: warm_gate().evaluate_synth(outs[environment]) for environment in order}
    assert found(verdicts["dev"], ADMIN) == []
    assert found(verdicts["prod"], ADMIN) == ["aws_iam_policy.P"]


def test_environments_in_one_verdict(tmp_path: Path) -> None:
    """All environments of a project in one evaluation."""
    stacks = {
        f"{environment}_iam": configuration(
            {"aws_iam_policy": {"P": resource(f"{environment}-iam/P", policy=json.dumps(policy(action)))}}
        )
        for environment, action in {"dev": "s3:ListAllMyBuckets", "prod": "*", "staging": "s3:ListAllMyBuckets"}.items()
    }
    verdict = warm_gate().evaluate_synth(write_out(tmp_path, **stacks))
    assert [finding.stack for finding in verdict.findings if finding.rule_id == ADMIN] == ["prod-iam"]


def test_references_between_resources_are_evaluated(tmp_path: Path) -> None:
    """The public access block is a separate resource that refers to the bucket."""
    bucket = {"B": resource("dev-storage/B", bucket="acme-raw")}
    block = resource("dev-storage/Pab", bucket="${aws_s3_bucket.B.id}")
    on = dict.fromkeys(
        ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"), True
    )
    both = {"aws_s3_bucket": bucket, "aws_s3_bucket_public_access_block": {"Pab": {**block, **on}}}
    assert evaluate_rule(tmp_path / "1", both, "LK_S3_36") == []
    assert evaluate_rule(tmp_path / "2", {"aws_s3_bucket": bucket}, "LK_S3_36") == ["aws_s3_bucket.B"]
    block["bucket"] = "${aws_s3_bucket.Other.id}"
    both["aws_s3_bucket_public_access_block"] = {"Pab": {**block, **on}}
    assert evaluate_rule(tmp_path / "3", both, "LK_S3_36") == ["aws_s3_bucket.B"]


def test_finding_is_complete(tmp_path: Path) -> None:
    group = {"aws_security_group": {"Open": open_group(cidr_blocks=["0.0.0.0/0"])}}
    verdict = warm_gate().evaluate_synth(write_out(tmp_path, dev_storage=configuration(group)))
    finding = next(finding for finding in verdict.findings if finding.rule_id == SSH)
    assert (finding.stack, finding.path) == ("dev-storage", "dev-storage/Open")
    assert finding.title
    assert finding.remedy
    assert finding.severity in ("critical", "high")
