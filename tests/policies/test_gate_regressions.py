"""Weak configurations that checkov is known to pass."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from gate_helpers import DATA, configuration, found, open_group, policy, resource, warm_gate, write_out

ADMIN = "CKV_AWS_286"  # an IAM policy lets its holder gain more rights; judged by cloudsplaining, with its cache
SSH = "CKV_AWS_24"


def judge(tmp_path: Path, resources: dict[str, Any], rule: str, **more: Any) -> list[str]:
    out = write_out(tmp_path / "out", dev_storage=configuration(resources, **more))
    return found(warm_gate().evaluate_synth(out), rule)


def test_ssh_open_to_the_world_beside_a_null_prefix_list(tmp_path: Path) -> None:
    group = open_group(cidr_blocks=["0.0.0.0/0"], prefix_list_ids=None)
    assert judge(tmp_path, {"aws_security_group": {"Open": group}}, SSH) == ["aws_security_group.Open"]


def test_ssh_from_one_network_is_fine(tmp_path: Path) -> None:
    group = open_group(cidr_blocks=["10.0.0.0/16"])
    assert judge(tmp_path, {"aws_security_group": {"Open": group}}, SSH) == []


def test_rules_written_by_a_dynamic_block(tmp_path: Path) -> None:
    rule = open_group(cidr_blocks=["0.0.0.0/0"])["ingress"][0]
    group = resource("dev-storage/Open", dynamic={"ingress": {"for_each": "${toset([1])}", "content": rule}})
    assert judge(tmp_path, {"aws_security_group": {"Open": group}}, SSH) == ["aws_security_group.Open"]


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
def test_policy_in_any_form(tmp_path: Path, text: str) -> None:
    resources = {
        "aws_iam_policy": {"Admin": resource("dev-storage/Admin", policy=text)},
        "aws_s3_bucket": {"B": resource("dev-storage/B", bucket="b")},
    }
    statement = [{"actions": ["*"], "resources": ["*"]}]
    document = {"aws_iam_policy_document": {"Doc": resource("dev-storage/Doc", statement=statement)}}
    more = {"data": document, "locals": {"admin": json.dumps(policy("*"))}}
    assert judge(tmp_path, resources, ADMIN, **more) == ["aws_iam_policy.Admin"]


def test_policy_document_merged_from_others(tmp_path: Path) -> None:
    star = {"statement": [{"sid": "Star", "actions": ["*"], "resources": ["*"]}]}
    narrow = {"statement": [{"sid": "Star", "actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::a/*"]}]}
    base = "${data.aws_iam_policy_document.Base.json}"
    policies = {"aws_iam_policy": {"P": resource("dev-storage/P", policy="${data.aws_iam_policy_document.Top.json}")}}

    def refused(top: dict[str, Any], base_body: dict[str, Any], name: str) -> list[str]:
        documents = {"Base": resource("dev-storage/Base", **base_body), "Top": resource("dev-storage/Top", **top)}
        return judge(tmp_path / name, policies, ADMIN, data={"aws_iam_policy_document": documents})

    assert refused({"source_policy_documents": [base]}, star, "inherited") == ["aws_iam_policy.P"]
    assert refused({**star, "source_policy_documents": [base]}, narrow, "added") == ["aws_iam_policy.P"]
    assert refused({"override_policy_documents": [base], **narrow}, narrow, "narrow") == []


def test_one_bad_sibling_of_a_for_each_pair() -> None:
    verdict = warm_gate().evaluate_plan(DATA / "plan_create.json")
    assert found(verdict, ADMIN) == ['aws_iam_policy.pair["bad"]']


@pytest.mark.parametrize("first", ["dev", "prod"])
def test_verdicts_of_environments_do_not_mix(tmp_path: Path, first: str) -> None:
    """Same file name, same resource name, same process; checkov answers the second from a cache."""

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


def test_siblings_in_one_verdict(tmp_path: Path) -> None:
    """All environments of a project in one judgement."""
    stacks = {
        f"{environment}_iam": configuration(
            {"aws_iam_policy": {"P": resource(f"{environment}-iam/P", policy=json.dumps(policy(action)))}}
        )
        for environment, action in {"dev": "s3:ListAllMyBuckets", "prod": "*", "staging": "s3:ListAllMyBuckets"}.items()
    }
    verdict = warm_gate().evaluate_synth(write_out(tmp_path, **stacks))
    assert [finding.stack for finding in verdict.findings if finding.rule_id == ADMIN] == ["prod-iam"]


def test_edges_of_the_graph(tmp_path: Path) -> None:
    """A bucket's public-access block is another resource that refers to it."""
    bucket = {"B": resource("dev-storage/B", bucket="acme-raw")}
    block = resource("dev-storage/Pab", bucket="${aws_s3_bucket.B.id}")
    on = dict.fromkeys(
        ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"), True
    )
    both = {"aws_s3_bucket": bucket, "aws_s3_bucket_public_access_block": {"Pab": {**block, **on}}}
    assert judge(tmp_path / "1", both, "CKV2_AWS_6") == []
    assert judge(tmp_path / "2", {"aws_s3_bucket": bucket}, "CKV2_AWS_6") == ["aws_s3_bucket.B"]
    block["bucket"] = "${aws_s3_bucket.Other.id}"
    both["aws_s3_bucket_public_access_block"] = {"Pab": {**block, **on}}
    assert judge(tmp_path / "3", both, "CKV2_AWS_6") == ["aws_s3_bucket.B"]


def test_finding_is_complete(tmp_path: Path) -> None:
    group = {"aws_security_group": {"Open": open_group(cidr_blocks=["0.0.0.0/0"])}}
    verdict = warm_gate().evaluate_synth(write_out(tmp_path, dev_storage=configuration(group)))
    finding = next(finding for finding in verdict.findings if finding.rule_id == SSH)
    assert (finding.stack, finding.path) == ("dev-storage", "dev-storage/Open")
    assert finding.title
    assert finding.remedy
    assert finding.severity in ("critical", "high")
