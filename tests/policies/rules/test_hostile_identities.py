"""Hostile identity policies, trusts and changes that no case named, and look-alikes that stay clean."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from rule_cases import change, gate, plan

from lakekit_policies import Finding
from lakekit_policies.boundary import TrustBoundary

OWN, FOREIGN = "111122223333", "999988887777"
BOUNDARY = TrustBoundary(accounts={OWN: "own"}, organizations=("o-acme123456",), stated=True)
KEY = f"arn:aws:kms:eu-west-1:{OWN}:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def text(**statement: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def identity(action: Any, resource: Any, **more: Any) -> dict[str, Any]:
    return {"role": "r", "name": "p", "policy": text(Action=action, Resource=resource, **more)}


def trust(service: str, **condition: Any) -> dict[str, Any]:
    tests = {"Condition": {"StringEquals": condition}} if condition else {}
    principal = {"Service": f"{service}.amazonaws.com"}
    return {"name": "r", "assume_role_policy": text(Action="sts:AssumeRole", Principal=principal, **tests)}


def granted(operator: str) -> dict[str, Any]:
    return identity("kms:CreateGrant", KEY, Condition={operator: {"kms:GrantIsForAWSResource": "true"}})


def key(principal: object, operator: str = "ArnLike", name: str = "aws:logs:arn") -> dict[str, Any]:
    condition = {operator: {f"kms:EncryptionContext:{name}": f"arn:aws:logs:eu-west-1:{OWN}:log-group:/acme/*"}}
    return {"key_id": KEY, "policy": text(Action="kms:Decrypt", Resource="*", Principal=principal, Condition=condition)}


BUCKET = "arn:aws:s3:::acme-{}/*"
CREATED: dict[str, tuple[str, str, dict[str, Any], dict[str, Any]]] = {
    # rule, type, hostile, look-alike
    "a foreign source of a service without one": (
        "LK_IAM_7",
        "aws_iam_role",
        trust("sagemaker", **{"aws:SourceAccount": FOREIGN}),
        trust("sagemaker"),
    ),
    "Roles Anywhere with any trust anchor": (
        "LK_IAM_7",
        "aws_iam_role",
        trust("rolesanywhere"),
        trust("rolesanywhere", **{"aws:SourceArn": f"arn:aws:rolesanywhere:eu-west-1:{OWN}:trust-anchor/x"}),
    ),
    "an encryption context, which callers other than services choose": (
        "LK_IAM_8",
        "aws_kms_key_policy",
        key({"AWS": f"arn:aws:iam::{FOREIGN}:role/x"}),
        key({"Service": "logs.eu-west-1.amazonaws.com"}),
    ),
    "everyone with an encryption context": (
        "LK_IAM_8",
        "aws_kms_key_policy",
        key("*", "StringLike"),
        key({"AWS": f"arn:aws:iam::{OWN}:role/x"}),
    ),
    "roles by the end of their name": (
        "LK_IAM_21",
        "aws_iam_role_policy",
        identity("sts:AssumeRole", f"arn:aws:iam::{OWN}:role/*admin"),
        identity("sts:AssumeRole", f"arn:aws:iam::{OWN}:role/acme-*"),
    ),
    "a grant of a key by IfExists": (
        "LK_IAM_21",
        "aws_iam_role_policy",
        granted("BoolIfExists"),
        granted("Bool"),
    ),
    "a default value of a policy variable": (
        "LK_IAM_3",
        "aws_iam_role_policy",
        identity("s3:GetObject", "arn:aws:s3:::${aws:PrincipalTag/team, '*'}/*"),
        identity("s3:GetObject", BUCKET.format("${aws:PrincipalTag/team, 'none'}")),
    ),
    "permission sets for oneself": (
        "LK_IAM_21",
        "aws_iam_role_policy",
        identity("sso:CreateAccountAssignment", "arn:aws:sso:::instance/i"),
        identity("sso:DescribeInstance", "arn:aws:sso:::instance/i"),
    ),
    "service control policies": (
        "LK_IAM_21",
        "aws_iam_role_policy",
        identity("organizations:Detach*", f"arn:aws:organizations::{OWN}:policy/o-acme123456/x"),
        identity("organizations:DescribePolicy", f"arn:aws:organizations::{OWN}:policy/o-acme123456/x"),
    ),
    "steps on any cluster": (
        "LK_IAM_21",
        "aws_iam_role_policy",
        identity("elasticmapreduce:AddJobFlowSteps", f"arn:aws:elasticmapreduce:eu-west-1:{OWN}:cluster/*"),
        identity("elasticmapreduce:AddJobFlowSteps", f"arn:aws:elasticmapreduce:eu-west-1:{OWN}:cluster/j-ABC"),
    ),
}
DENIAL = json.dumps({"Statement": [{"Effect": "Deny", "Action": "cloudtrail:StopLogging", "Resource": "*"}]})
GRANT = {"key_id": KEY, "grantee_principal": f"arn:aws:iam::{OWN}:role/x", "operations": ["Decrypt"]}
LIMITED = {**GRANT, "constraints": [{"encryption_context_equals": {"a": "b"}}]}
CHANGED: dict[str, tuple[str, dict[str, Any]]] = {
    "a service control policy": (
        "LK_PLAN_2",
        change("aws_organizations_policy.P", "delete", {"content": DENIAL}, None),
    ),
    "its attachment": (
        "LK_PLAN_2",
        change("aws_organizations_policy_attachment.A", "delete", {"policy_id": "p", "target_id": "ou"}, None),
    ),
    "the limit of a permission set": (
        "LK_PLAN_2",
        change("aws_ssoadmin_permissions_boundary_attachment.B", "delete", {"permission_set_arn": "p"}, None),
    ),
    "the policy of an endpoint": (
        "LK_PLAN_2",
        change("aws_vpc_endpoint_policy.E", "delete", {"vpc_endpoint_id": "e", "policy": DENIAL}, None),
    ),
    "a denial of a role": (
        "LK_PLAN_5",
        change("aws_iam_role_policy.D", "delete", {"role": "r", "name": "d", "policy": DENIAL}, None),
    ),
    "the boundary of a user": (
        "LK_PLAN_6",
        change("aws_iam_user.U", "update", {"name": "u", "permissions_boundary": "b"}, {"name": "u"}),
    ),
    "the constraints of a grant": (
        "LK_PLAN_6",
        change("aws_kms_grant.G", "update", LIMITED, {**LIMITED, "constraints": []}),
    ),
}
HARMLESS: dict[str, list[dict[str, Any]]] = {
    "a denial with its role": [
        change("aws_iam_role_policy.D", "delete", {"role": "r", "name": "d", "policy": DENIAL}, None),
        change("aws_iam_role.R", "delete", {"name": "r", "id": "r"}, None),
    ],
    "a denial that moves": [
        change("aws_iam_role_policy.D", "delete", {"role": "r", "name": "d", "policy": DENIAL}, None),
        change("aws_iam_role_policy.N", "create", None, {"role": "r", "name": "d", "policy": DENIAL}),
    ],
    "constraints of a grant": [change("aws_kms_grant.G", "update", GRANT, LIMITED)],
}


def judged(document: dict[str, Any]) -> list[Finding]:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "plan.json"
        file.write_text(json.dumps(document))
        return gate().evaluate_plan(file, boundary=BOUNDARY).findings


def name(label: str, verdict: str) -> str:
    return f"{label.replace(' ', '_')}_{verdict}"


@cache
def created() -> list[Finding]:
    return judged(
        plan(
            *(
                change(f"{kind}.{name(label, verdict)}", "create", None, values)
                for label, (_, kind, *both) in CREATED.items()
                for verdict, values in zip(("hostile", "harmless"), both, strict=True)
            )
        )
    )


@pytest.mark.parametrize("label", CREATED)
def test_hostile_access_is_reported_and_its_look_alike_is_not(label: str) -> None:
    rule, kind, *_ = CREATED[label]
    found = {finding.address for finding in created() if finding.rule_id == rule}
    assert f"{kind}.{name(label, 'hostile')}" in found
    assert f"{kind}.{name(label, 'harmless')}" not in found


@pytest.mark.parametrize("label", CHANGED)
def test_the_loss_of_a_limit_is_reported(label: str) -> None:
    rule, changed = CHANGED[label]
    assert rule in {finding.rule_id for finding in judged(plan(changed))}


@pytest.mark.parametrize("label", HARMLESS)
def test_a_limit_that_stays_is_not_reported(label: str) -> None:
    rules = {finding.rule_id for finding in judged(plan(*HARMLESS[label]))}
    assert not rules & {"LK_PLAN_2", "LK_PLAN_5", "LK_PLAN_6"}
