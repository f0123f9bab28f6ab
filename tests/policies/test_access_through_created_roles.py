"""What existing principals gain through roles and groups that a plan creates."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lakekit_policies.plan_rules.grants_not_widened import check as grants
from lakekit_policies.plan_rules.policies_not_widened import check as policies
from lakekit_policies.terraform.plan_file import PlanFile

BOB = "arn:aws:iam::333333333333:user/bob"
READS = json.dumps({"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::lake/*"}]})
LATER = {"references": ["aws_iam_role.etl.id", "aws_iam_role.etl"]}


def change(address: str, before: dict[str, Any] | None, after: dict[str, Any], **later: Any) -> dict[str, Any]:
    kind, _, name = address.partition(".")
    actions = ["create"] if before is None else ["update"]
    made = {"actions": actions, "before": before, "after": after, "after_unknown": later}
    return {"address": address, "mode": "managed", "type": kind, "name": name, "change": made}


def reasons(*changes: dict[str, Any], expressions: dict[str, dict[str, Any]] | None = None) -> list[str]:
    heads = [{name: one[name] for name in ("address", "mode", "type", "name")} for one in changes]
    values = [{**head, "values": one["change"]["after"]} for head, one in zip(heads, changes, strict=True)]
    configured = [{**head, "expressions": (expressions or {}).get(head["address"], {})} for head in heads]
    plan = PlanFile(
        {
            "planned_values": {"root_module": {"resources": values}},
            "resource_changes": list(changes),
            "configuration": {"root_module": {"resources": configured}},
        }
    )
    return [one.message for rule in (policies, grants) for one in rule.problems(plan)]


def role(principal: Any, **more: Any) -> dict[str, Any]:
    trust = {"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal}]}
    return change("aws_iam_role.etl", None, {"name": "etl", "assume_role_policy": json.dumps(trust), **more})


GIVEN = {
    "policy": (change("aws_iam_role_policy.p", None, {"name": "x", "policy": READS}, role=True), "s3:GetObject"),
    "named": (change("aws_iam_role_policy.p", None, {"role": "etl", "policy": READS}), "s3:GetObject"),
    "attachment": (
        change("aws_iam_role_policy_attachment.a", None, {"role": "etl", "policy_arn": "arn:aws:iam::aws:policy/X"}),
        "policy/X",
    ),
    "grant": (
        change("aws_lakeformation_permissions.l", None, {"permissions": ["SELECT"]}, principal=True),
        "permissions=SELECT",
    ),
    "exclusive": (
        change("aws_iam_policy_attachment.a", None, {"roles": ["etl"], "policy_arn": "arn:aws:iam::aws:policy/X"}),
        "roles: etl",
    ),
}
EXPRESSIONS = {"aws_iam_role_policy.p": {"role": LATER}, "aws_lakeformation_permissions.l": {"principal": LATER}}


@pytest.mark.parametrize("given", GIVEN.values(), ids=list(GIVEN))
@pytest.mark.parametrize(
    "principal",
    [
        {"AWS": BOB},
        {"AWS": ["333333333333"]},
        {"Service": "ec2.amazonaws.com", "AWS": BOB},
        {"Federated": "arn:aws:iam::333333333333:oidc-provider/token.example.com"},
    ],
)
def test_created_role_that_trusts_existing_principals(given: tuple[dict[str, Any], str], principal: Any) -> None:
    policy, gained = given
    (reason,) = reasons(role(principal), policy, expressions=EXPRESSIONS)
    trusted = principal.get("AWS") or principal["Federated"]
    assert gained in reason
    assert f"through role etl, which {trusted if isinstance(trusted, str) else trusted[0]} can assume" in reason


@pytest.mark.parametrize("given", GIVEN.values(), ids=list(GIVEN))
@pytest.mark.parametrize("principal", [{"Service": "ec2.amazonaws.com"}, {"AWS": BOB}])
def test_created_role_that_trusts_services_and_created_principals(
    given: tuple[dict[str, Any], str], principal: Any
) -> None:
    user = change("aws_iam_user.u", None, {"name": "bob"})
    assert reasons(user, role(principal), given[0], expressions=EXPRESSIONS) == []


def test_policies_inside_of_the_created_role() -> None:
    assert reasons(role({"AWS": BOB})) == []
    (reason,) = reasons(role({"AWS": BOB}, inline_policy=[{"name": "x", "policy": READS}]))
    assert "s3:GetObject" in reason
    (reason,) = reasons(role({"AWS": BOB}, managed_policy_arns=["arn:aws:iam::aws:policy/X"]))
    assert "policy/X through role etl" in reason


def test_members_of_a_created_group() -> None:
    group = change("aws_iam_group.g", None, {"name": "g"})
    members = change("aws_iam_group_membership.m", None, {"group": "g", "users": ["bob"]})
    assert reasons(group, members) == ["+ users: bob"]
    assert reasons(group, members, change("aws_iam_user.u", None, {"name": "bob"})) == []


@pytest.mark.parametrize(
    ("kind", "before", "after", "expected"),
    [
        ("aws_iam_policy_attachment", {"users": ["a"]}, {"users": ["a", "bob"]}, "+ users: bob"),
        ("aws_iam_policy_attachment", {"users": ["a", "bob"]}, {"users": ["a"]}, None),
        ("aws_lambda_permission", {"source_arn": "arn:aws:s3:::a"}, {"source_arn": "arn:aws:s3:::*"}, "+ Allow"),
        ("aws_lambda_permission", {"source_arn": "arn:aws:s3:::*"}, {"source_arn": "arn:aws:s3:::a"}, None),
        ("aws_lambda_permission", {"source_account": "333333333333"}, {"source_account": None}, "+ Allow"),
        ("aws_cloudwatch_event_permission", {"principal": "333333333333"}, {"principal": "*"}, "+ Allow"),
    ],
)
def test_wider_permissions(kind: str, before: dict[str, Any], after: dict[str, Any], expected: str | None) -> None:
    same = {"principal": "s3.amazonaws.com", "action": "lambda:InvokeFunction", "function_name": "f"}
    found = reasons(change(f"{kind}.x", {**same, **before}, {**same, **after}))
    assert len(found) == (expected is not None)
    assert not expected or expected in found[0]


RULE = {"ip_protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_ipv4": "10.1.0.0/24"}
BLOCK = {"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": ["10.1.0.0/24"]}


@pytest.mark.parametrize(
    ("kind", "before", "after", "widened"),
    [
        ("aws_vpc_security_group_ingress_rule", RULE, {**RULE, "cidr_ipv4": "10.0.0.0/8"}, True),
        ("aws_vpc_security_group_ingress_rule", RULE, {**RULE, "cidr_ipv4": "10.1.0.0/25"}, False),
        ("aws_vpc_security_group_ingress_rule", RULE, {**RULE, "to_port": 9000}, True),
        ("aws_vpc_security_group_ingress_rule", RULE, {**RULE, "ip_protocol": "-1"}, True),
        ("aws_vpc_security_group_egress_rule", {**RULE, "ip_protocol": "-1"}, RULE, False),
        ("aws_security_group_rule", {**BLOCK, "type": "egress"}, {**BLOCK, "type": "ingress"}, True),
        ("aws_security_group", {"ingress": [BLOCK]}, {"ingress": [{**BLOCK, "cidr_blocks": ["10.0.0.0/8"]}]}, True),
        ("aws_security_group", {"ingress": [BLOCK]}, {"ingress": [BLOCK, {**BLOCK, "cidr_blocks": []}]}, False),
        ("aws_security_group", {"ingress": [BLOCK]}, {"ingress": [{**BLOCK, "cidr_blocks": [], "self": True}]}, True),
    ],
)
def test_security_group_rules(kind: str, before: dict[str, Any], after: dict[str, Any], widened: bool) -> None:
    assert bool(reasons(change(f"{kind}.x", before, after))) is widened
