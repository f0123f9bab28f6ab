"""Plans with a changed structure: an error with one line, or findings; never clean, never a resource less."""

from __future__ import annotations

import copy
import json

import pytest
from gate_helpers import could_not_evaluate
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_mutations import ODD, PLANS, SURROGATE, changed, evaluate, outcome, paths, plan


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_one_change_of_the_document_is_never_clean(data: st.DataObject) -> None:
    document = plan(data.draw(st.sampled_from(PLANS)))
    at = data.draw(st.sampled_from(list(paths(document))))
    operation = data.draw(st.sampled_from(["delete", "wrap", "double", "replace"]))
    mutant = changed(document, at, operation, data.draw(st.sampled_from((*ODD, SURROGATE))))
    assert outcome(mutant) in ((3, False, 1), (1, len(document["resource_changes"])))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_malformed_value_is_a_finding_or_an_error(data: st.DataObject) -> None:
    """The same change in the planned values and in the change, as if a provider had printed it."""
    document = plan("plan_create.json")
    resources = document["planned_values"]["root_module"]["resources"]
    index = data.draw(st.integers(0, len(resources) - 1))
    values = resources[index]["values"]
    at = data.draw(st.sampled_from(list(paths(values))))
    odd = data.draw(st.sampled_from(ODD))
    made = changed(values, at, data.draw(st.sampled_from(["delete", "wrap", "double", "replace"])), odd)
    mutant = copy.deepcopy(document)
    mutant["planned_values"]["root_module"]["resources"][index]["values"] = made
    for change in mutant["resource_changes"]:
        if change["address"] == resources[index]["address"]:
            change["change"]["after"] = made
    verdict = evaluate(mutant)
    assert verdict.exit_code == 1
    assert verdict.resources == len(document["resource_changes"])


POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "All",
            "Effect": "Allow",
            "Principal": {"AWS": ["*"]},
            "Action": ["s3:*", "iam:PassRole"],
            "Resource": ["*"],
            "Condition": {"StringEquals": {"aws:SourceVpce": ["vpce-1"]}},
        }
    ],
}
CARRIERS = {
    "aws_iam_policy": "policy",
    "aws_iam_role": "assume_role_policy",
    "aws_kms_key": "policy",
    "aws_s3_bucket_policy": "policy",
    "aws_sns_topic": "policy",
    "aws_sns_topic_policy": "policy",
    "aws_sqs_queue_policy": "policy",
    "aws_vpc_endpoint": "policy",
}


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_malformed_policy_leaves_the_other_resources_evaluated(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(sorted(CARRIERS)))
    at = data.draw(st.sampled_from(list(paths(POLICY))))
    operation = data.draw(st.sampled_from(["delete", "wrap", "double", "replace"]))
    text = json.dumps(changed(POLICY, at, operation, data.draw(st.sampled_from(ODD))))
    document = copy.deepcopy(plan("plan_create.json"))
    named = {"address": f"{kind}.odd", "mode": "managed", "type": kind, "name": "odd"}
    values = {CARRIERS[kind]: text}
    document["planned_values"]["root_module"]["resources"].append({**named, "values": values})
    change = {"actions": ["create"], "before": None, "after": values, "after_unknown": {}}
    document["resource_changes"].append({**named, "change": change})
    root = document["configuration"]["root_module"]
    root["resources"].append({**named, "expressions": {CARRIERS[kind]: {"constant_value": text}}})
    verdict = evaluate(document)
    rejected = {finding.address for finding in verdict.findings}
    assert rejected >= {finding.address for finding in evaluate(plan("plan_create.json")).findings}
    assert f"{kind}.odd" in rejected


@pytest.mark.parametrize(
    ("part", "code"),
    [("planned", "plan_inconsistent"), ("change", "plan_inconsistent"), ("configuration", "plan_inconsistent")],
)
def test_parts_that_disagree_are_not_evaluated(part: str, code: str) -> None:
    document = copy.deepcopy(plan("plan_create.json"))
    (planned,) = [
        one
        for one in document["planned_values"]["root_module"]["resources"]
        if one["address"] == "aws_security_group.open"
    ]
    (entry,) = [one for one in document["resource_changes"] if one["address"] == "aws_security_group.open"]
    if part == "planned":
        planned["values"]["ingress"] = []
    elif part == "change":
        entry["type"] = "null_resource"
    else:
        root = document["configuration"]["root_module"]
        root["resources"] = [one for one in root["resources"] if one["address"] != "aws_security_group.open"]
    with could_not_evaluate(code, "aws_security_group.open"):
        evaluate(document)


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb"])
def test_half_of_a_surrogate_pair_is_an_error(text: str) -> None:
    document = copy.deepcopy(plan("plan_create.json"))
    document["variables"] = {"name": {"value": text}}
    with could_not_evaluate("broken_json", "surrogate"):
        evaluate(document)
