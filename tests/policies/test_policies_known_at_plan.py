"""A policy that every plan of the stack shows is evaluated there; what a stack decides is evaluated at synth."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from dynamic_forms import at_synth, stated
from gate_helpers import warm_gate
from plan_documents import write_plan

BUCKET = "acme-prod-x"
OWN, OTHER = "arn:aws:iam::111122223333:root", "arn:aws:iam::999999999999:root"
HEAD = {"//": {"metadata": {"lakekit": {"tier": "prod", "account_id": "111122223333"}}}}
ADDRESS = "aws_s3_bucket_policy.p"


def document(principal: str) -> str:
    return (
        f'{{Version="2012-10-17",Statement=[{{Effect="Allow",Principal={{AWS="{principal}"}},'
        f'Action="s3:GetObject",Resource="arn:aws:s3:::{BUCKET}/*"}}]}}'
    )


def rules(folder: Path, policy: str, principal: str = OWN) -> set[str]:
    body = {"bucket": BUCKET, "policy": policy}
    locals_ = {
        "pol": f"${{jsonencode({document(principal)})}}",
        "pols": {"a": "x"},
        "late": "${aws_sqs_queue.q.policy}",
    }
    resources = {"aws_s3_bucket_policy": {"p": body}, "aws_sqs_queue": {"q": {"name": "q"}}}
    written = {**HEAD, "resource": resources, "locals": locals_, "variable": {"on": {"default": False}}}
    return {rule for rule, address in at_synth(folder, written) if address == ADDRESS}


DECIDED = [
    "${jsonencode(merge(DOC, {}))}",
    '${try(local.pol, "")}',
    "${local.pol}",
    "${true ? jsonencode(DOC) : jsonencode({})}",
    '${jsonencode({Version="2012-10-17",Statement=[for p in ["WHO"] : {Effect="Allow",Principal={AWS=p},'
    'Action="s3:GetObject",Resource="arn:aws:s3:::acme-prod-x/*"}]})}',
]
AT_PLAN = [
    "${var.on ? jsonencode(DOC) : jsonencode(DOC)}",
    '${file("p.json")}',
    '${templatefile("p.tpl", {})}',
    "${each.value}",
    "${jsonencode(each.value)}",
]


@pytest.mark.parametrize("policy", DECIDED)
def test_decided_policy_is_evaluated_at_synth(tmp_path: Path, policy: str) -> None:
    own = rules(tmp_path, policy.replace("DOC", document(OWN)).replace("WHO", OWN))
    assert not own & {"LK_IAM_1", "LK_IAM_8", "LK_DEST_1"}
    other = rules(tmp_path, policy.replace("DOC", document(OTHER)).replace("WHO", OTHER), OTHER)
    assert "LK_IAM_8" in other


@pytest.mark.parametrize("policy", AT_PLAN)
def test_policy_that_the_plan_shows_is_left_to_it(tmp_path: Path, policy: str) -> None:
    found = rules(tmp_path, policy.replace("DOC", document(OWN)))
    assert not found & {"LK_IAM_1", "LK_IAM_8", "LK_DEST_1"}


@pytest.mark.parametrize(
    "policy", ["${data.http.p.body}", "${local.late}", "${module.m.policy}", "${var.undeclared}", "${local.undeclared}"]
)
def test_policy_that_is_not_known_before_apply_is_reported(tmp_path: Path, policy: str) -> None:
    assert "LK_IAM_1" in rules(tmp_path, policy)


@pytest.mark.parametrize("reference", ["each.value", "var.on", "local.late"])
def test_plan_that_does_not_show_the_policy_is_rejected(tmp_path: Path, reference: str) -> None:
    expressions = {ADDRESS: {"policy": {"references": [reference]}}}
    file = write_plan(tmp_path / "plan.json", {ADDRESS: {"bucket": BUCKET}}, expressions, {ADDRESS: {"policy": True}})
    written = {**HEAD, "resource": {"aws_s3_bucket_policy": {"p": {"bucket": BUCKET, "policy": f"${{{reference}}}"}}}}
    (tmp_path / "cdk.tf.json").write_text(json.dumps(written))
    for stack in (None, tmp_path / "cdk.tf.json"):
        found = stated(warm_gate().evaluate_plan(file, stack=stack))
        assert {("LK_IAM_1", ADDRESS), ("LK_IAM_8", ADDRESS)} <= found.keys()
