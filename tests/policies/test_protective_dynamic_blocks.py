"""A dynamic block that protects does not count as there while the number of its instances is not known."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from dynamic_forms import Stated, at_plan, at_synth, dynamic, plan, stated
from gate_helpers import warm_gate
from plan_documents import write_plan

BUCKET = "acme-prod-x"
UNTIL_APPLY = '${aws_sqs_queue.q.arn == "x" ? [] : [1]}'
ORGANIZATION = {"test": "StringEquals", "variable": "aws:PrincipalOrgID", "values": ["o-a1b2c3d4e5"]}
EVERYBODY = [{"type": "*", "identifiers": ["*"]}]
ALLOW = {"actions": ["s3:GetObject"], "resources": [f"arn:aws:s3:::{BUCKET}/*"], "principals": EVERYBODY}
DENY = {**ALLOW, "effect": "Deny", "actions": ["s3:*"], "condition": [{**ORGANIZATION, "test": "StringNotEquals"}]}


def number(for_each: Any, content: Any) -> dict[str, Any]:
    return {"for_each": for_each, "content": content}


DOCUMENTS: dict[str, Any] = {
    "condition": lambda for_each: {"statement": [{**ALLOW, "dynamic": {"condition": number(for_each, ORGANIZATION)}}]},
    "denial": lambda for_each: {"statement": [ALLOW], "dynamic": {"statement": number(for_each, DENY)}},
    "condition of a dynamic statement": lambda for_each: {
        "dynamic": {
            "statement": number([1], {**ALLOW, "dynamic": {"condition": [number(for_each, ORGANIZATION)]}}),
        }
    },
}


def stack(document: dict[str, Any], reference: str = "d", **more: Any) -> dict[str, Any]:
    lakekit = {"tier": "prod", "environment": "prod", "account_id": "111122223333"}
    lakekit["trust_boundary"] = {"organizations": ["o-a1b2c3d4e5"]}
    text = f"${{data.aws_iam_policy_document.{reference}.json}}"
    documents = {"d": document, "outer": {"source_policy_documents": ["${data.aws_iam_policy_document.d.json}"]}}
    return {
        "//": {"metadata": {"lakekit": lakekit}},
        "data": {"aws_iam_policy_document": documents},
        "resource": {"aws_s3_bucket_policy": {"p": {"bucket": BUCKET, "policy": text}}},
        **more,
    }


def planned(folder: Path, written: dict[str, Any], **variables: Any) -> Stated:
    """Results for a first plan whose policy is not known before apply."""
    (folder / "cdk.tf.json").write_text(json.dumps(written))
    address = "aws_s3_bucket_policy.p"
    references = written["resource"]["aws_s3_bucket_policy"]["p"]["policy"].removeprefix("${").removesuffix("}")
    expression = {address: {"policy": {"references": [references, references.removesuffix(".json")]}}}
    file = write_plan(folder / "plan.json", {address: {"bucket": BUCKET}}, expression, {address: {"policy": True}})
    document = json.loads(file.read_text()) | {"variables": {name: {"value": one} for name, one in variables.items()}}
    file.write_text(json.dumps(document))
    return stated(warm_gate().evaluate_plan(file, stack=folder / "cdk.tf.json"))


def reason(found: Stated) -> str:
    return found.get(("LK_IAM_8", "aws_s3_bucket_policy.p"), "")


@pytest.mark.parametrize("reference", ["d", "outer"])
@pytest.mark.parametrize("case", DOCUMENTS)
def test_policy_with_an_unknown_restriction_does_not_pass(tmp_path: Path, case: str, reference: str) -> None:
    written = stack(DOCUMENTS[case](UNTIL_APPLY), reference)
    assert reason(planned(tmp_path, written)) == "not known yet: aws_s3_bucket_policy.p.policy"


@pytest.mark.parametrize("case", DOCUMENTS)
def test_policy_is_evaluated_with_a_known_number_of_restrictions(tmp_path: Path, case: str) -> None:
    assert not reason(planned(tmp_path, stack(DOCUMENTS[case]([1]))))
    assert "any principal" in reason(planned(tmp_path, stack(DOCUMENTS[case]([]))))
    chosen = stack(DOCUMENTS[case]("${var.on ? [1] : []}"), variable={"on": {"default": True}})
    assert not reason(planned(tmp_path, chosen, on=True))
    assert "any principal" in reason(planned(tmp_path, chosen, on=False))
    assert "not known yet" in reason(planned(tmp_path, chosen)), "the plan does not show the variable"


def test_harmful_statement_counts_as_there(tmp_path: Path) -> None:
    """Also while a denial is not known, and while it is not known whether the statement is there itself."""
    harmful = {"dynamic": {"statement": number(UNTIL_APPLY, ALLOW)}}
    assert "any principal" in reason(planned(tmp_path, stack(harmful)))
    beside = {
        "statement": [ALLOW],
        "dynamic": {"statement": number(UNTIL_APPLY, {**DENY, "actions": ["s3:PutObject"]})},
    }
    assert "any principal" in reason(planned(tmp_path, stack(beside)))


def test_choice_of_a_variable_is_left_to_the_plan(tmp_path: Path) -> None:
    for case in DOCUMENTS.values():
        written = stack(case("${var.on ? [1] : []}"), variable={"on": {"default": True}})
        assert not reason(at_synth(tmp_path, written))


PROTECTIVE: dict[str, tuple[str, str, dict[str, Any], tuple[str | int, ...]]] = {
    "encryption of a table": (
        "CKV_AWS_119",
        "aws_dynamodb_table",
        {
            "name": "t",
            "server_side_encryption": [
                {
                    "enabled": True,
                    "kms_key_arn": "arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555",
                }
            ],
        },
        ("server_side_encryption",),
    ),
    "recovery of a table": (
        "CKV_AWS_28",
        "aws_dynamodb_table",
        {"name": "t", "point_in_time_recovery": [{"enabled": True}]},
        ("point_in_time_recovery",),
    ),
    "logging of a cluster": (
        "CKV_AWS_80",
        "aws_msk_cluster",
        {
            "cluster_name": "m",
            "logging_info": [{"broker_logs": [{"cloudwatch_logs": [{"enabled": True, "log_group": "g"}]}]}],
        },
        ("logging_info",),
    ),
    "versioning": (
        "LK_S3_35",
        "aws_s3_bucket_versioning",
        {"bucket": BUCKET, "versioning_configuration": [{"status": "Enabled"}]},
        ("versioning_configuration",),
    ),
    "tracing": (
        "CKV_AWS_50",
        "aws_lambda_function",
        {"function_name": "f", "role": "r", "tracing_config": [{"mode": "Active"}]},
        ("tracing_config",),
    ),
    "metadata service": (
        "CKV_AWS_79",
        "aws_instance",
        {"ami": "ami-1", "metadata_options": [{"http_tokens": "required", "http_endpoint": "enabled"}]},
        ("metadata_options",),
    ),
}


@pytest.mark.parametrize("with_stack", [True, False])
@pytest.mark.parametrize("case", PROTECTIVE)
def test_resource_with_an_unknown_protective_block_does_not_pass(
    tmp_path: Path, case: str, *, with_stack: bool
) -> None:
    rule, kind, body, place = PROTECTIVE[case]
    written = {"//": {"metadata": {"lakekit": {"tier": "prod"}}}, "resource": {kind: {"x": body}}}
    at = (rule, f"{kind}.x")
    assert at not in at_plan(tmp_path, plan(written, kind, "x", place, known=True), None), "the block protects"
    changed = dynamic(copy.deepcopy(written), kind, "x", place, UNTIL_APPLY)
    made = plan(written, kind, "x", place, known=False)
    assert at in at_plan(tmp_path, made, changed if with_stack else None)
