"""Rules on policy documents judge a document alike in every type and place."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from gate_helpers import warm_gate
from plan_documents import write_plan

OWN = "111122223333"
ROOT = {"AWS": f"arn:aws:iam::{OWN}:root"}


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **one} for one in statements]})


def identity(action: Any, resource: Any = f"arn:aws:iam::{OWN}:role/etl", **more: Any) -> str:
    return document({"Action": action, "Resource": resource, **more})


def resource_policy(action: Any, resource: Any = "arn:aws:s3:::acme-prod-raw/*", **more: Any) -> str:
    return document({"Principal": ROOT, "Action": action, "Resource": resource, **more})


PASSED = {"Condition": {"StringEquals": {"iam:PassedToService": "glue.amazonaws.com"}}}
TAGGED = {"Condition": {"StringEquals": {"aws:ResourceTag/owner": "lake"}}}
OBJECTS = "arn:aws:s3:::acme-prod-raw/*"
INSTANCES = f"arn:aws:ec2:eu-west-1:{OWN}:instance/*"

IDENTITY: dict[str, tuple[str, str]] = {
    "LK_IAM_2 a data service": (identity("s3:*", OBJECTS), identity("s3:GetObject", OBJECTS)),
    "LK_IAM_2 a pattern of services": (identity("s?:PutObject", OBJECTS), identity("s3:PutObject", OBJECTS)),
    "LK_IAM_2 every action": (identity("**", OBJECTS), identity("s3:PutObject", OBJECTS)),
    "LK_IAM_3 every bucket": (identity("s3:GetObject", "arn:aws:s3:::*"), identity("s3:GetObject", OBJECTS)),
    "LK_IAM_3 everything": (identity("s3:PutObject", "*"), identity("s3:PutObject", OBJECTS)),
    "LK_IAM_4 any role": (identity("iam:PassRole", "*", **PASSED), identity("iam:PassRole", **PASSED)),
    "LK_IAM_4 any service": (identity("iam:Pass*"), identity("iam:PassRole", **PASSED)),
    "LK_IAM_23 any instance": (
        identity("ec2:TerminateInstances", INSTANCES),
        identity("ec2:TerminateInstances", INSTANCES, **TAGGED),
    ),
}
"""A policy that the rule rejects, and one that it passes."""
IDENTITY_PLACES = {
    "permission_set": ("aws_ssoadmin_permission_set_inline_policy", lambda text: {"inline_policy": text}),
    "pod": ("aws_eks_pod_identity_association", lambda text: {"policy": text}),
    "transfer": ("aws_transfer_user", lambda text: {"policy": text}),
    "inline": ("aws_iam_role", lambda text: {"name": "r", "inline_policy": [{"name": "p", "policy": text}]}),
    "map": ("aws_ssm_document", lambda text: {"settings": {"first": {"policies": [text]}}}),
    "machine": ("aws_sfn_state_machine", lambda text: {"definition": json.dumps({"Policy": json.loads(text)})}),
}
EQUIVALENT = {("LK_IAM_3", "aws_ssoadmin_permission_set_inline_policy"): "CKV_AWS_355"}
"""Rules of checkov that already report it for a type."""
RESOURCE: dict[str, tuple[str, str, str, str, str]] = {
    # rule, type, attribute, bad, good
    "table bucket": ("LK_IAM_2", "aws_s3tables_table_bucket_policy", "resource_policy", "s3tables:*", "s3:GetObject"),
    "catalog": ("LK_IAM_2", "aws_lambda_layer_version", "policy", "lambda:*", "lambda:GetLayerVersion"),
    "replica": ("LK_KMS_5", "aws_kms_replica_key", "policy", "kms:Create*", "kms:DescribeKey"),
    "external": ("LK_KMS_5", "aws_kms_external_key", "policy", "kms:Decrypt", "kms:DescribeKey"),
    "key policy": ("LK_KMS_5", "aws_kms_key_policy", "policy", "kms:Decrypt", "kms:DescribeKey"),
}


@cache
def judged() -> dict[str, list[tuple[str, str]]]:
    """Rule and reason of each finding, by address."""
    resources: dict[str, dict[str, Any]] = {}
    for label, texts in IDENTITY.items():
        for place, (kind, values) in IDENTITY_PLACES.items():
            for verdict, text in zip(("bad", "good"), texts, strict=True):
                resources[f"{kind}.{address(label, place, verdict)}"] = values(text)
    for label, (_, kind, attribute, bad, good) in RESOURCE.items():
        for verdict, action in (("bad", bad), ("good", good)):
            resources[f"{kind}.{address(label, verdict)}"] = {attribute: resource_policy(action)}
    with TemporaryDirectory() as folder:
        verdict_ = warm_gate().evaluate_plan(write_plan(Path(folder) / "plan.json", resources))
    found: dict[str, list[tuple[str, str]]] = {name: [] for name in resources}
    for finding in verdict_.findings:
        found.setdefault(finding.address, []).append((finding.rule_id, finding.reason))
    return found


def address(*parts: str) -> str:
    return "_".join(parts).lower().replace(" ", "_")


@pytest.mark.parametrize("place", IDENTITY_PLACES)
@pytest.mark.parametrize("label", IDENTITY)
def test_identity_policies_are_judged_in_every_place(label: str, place: str) -> None:
    kind, _ = IDENTITY_PLACES[place]
    rule = label.partition(" ")[0]
    rejecting = {found for found, _ in judged()[f"{kind}.{address(label, place, 'bad')}"]}
    assert {rule, EQUIVALENT.get((rule, kind))} & rejecting
    assert rule not in {found for found, _ in judged()[f"{kind}.{address(label, place, 'good')}"]}


@pytest.mark.parametrize("label", RESOURCE)
def test_resource_policies_are_judged_in_every_type(label: str) -> None:
    rule, kind, *_ = RESOURCE[label]
    assert rule in {found for found, _ in judged()[f"{kind}.{address(label, 'bad')}"]}
    assert rule not in {found for found, _ in judged()[f"{kind}.{address(label, 'good')}"]}
