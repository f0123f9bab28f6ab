"""Rules for plans: widened policies."""

from __future__ import annotations

from typing import Any

import pytest
from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, Change, Document, change, changed, plan, policy, verdict
from test_rules_plan_deletions import CASES as DELETION_CASES
from test_rules_plan_grants import CASES as GRANT_CASES

from lakekit_policies.iam.policy_diff import permissions_gained, resolve_references

__all__ = ["test_passes", "test_rejects"]

READ = {"Sid": "R", "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::raw/*"}
TLS = {
    "Sid": "T",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": "arn:aws:s3:::raw/*",
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
ROLE = change("aws_iam_role.R", "no-op", {"name": "r", "id": "r"}, {"name": "r", "id": "r"})
GRANTS = "aws_iam_role_policy.G"


def replace_plan(*changes: Document, tier: str = "prod") -> Change:
    return lambda document: document.update(**plan(ROLE, *changes), tier=tier)


def policies(before: list[Document], after: list[Document], address: str = GRANTS, tier: str = "prod") -> Change:
    texts = [{"role": "r", "policy": policy(*statements)} for statements in (before, after)]
    return replace_plan(change(address, "update", *texts), tier=tier)


def update(address: str, before: Document, after: Document, tier: str = "prod", **more: Any) -> Change:
    return replace_plan(change(address, "update", before, after, **more), tier=tier)


UNCHANGED = plan(ROLE)


def _inline(*statements: Document) -> Document:
    return {"name": "r", "inline_policy": [{"name": "x", "policy": policy(*statements)}]}


def denial(*accounts: str) -> Document:
    """A denial for principals of other accounts; for everyone without accounts."""
    condition = {"Condition": {"StringNotEquals": {"aws:PrincipalAccount": list(accounts)}}} if accounts else {}
    return {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::raw/*", **condition}


CASES = [
    Case(
        "LK_PLAN_5",
        UNCHANGED,
        {
            "action added": (
                policies([READ], [{**READ, "Action": ["s3:GetObject", "s3:PutObject"]}]),
                "+ Allow s3:PutObject on arn:aws:s3:::raw/*",
            ),
            "resource widened": (
                policies([READ], [{**READ, "Resource": "arn:aws:s3:::*"}]),
                "+ Allow s3:GetObject on arn:aws:s3:::*",
            ),
            "condition removed": (
                policies([{**READ, "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-acme123456"}}}], [READ]),
                "+ Allow s3:GetObject",
            ),
            "first deployment to an existing role": (
                lambda document: document.update(
                    **plan(change(GRANTS, "create", None, {"role": "other", "policy": policy(READ)}))
                ),
                "+ Allow s3:GetObject on arn:aws:s3:::raw/*",
            ),
            "account added to a negated condition of a denial": (
                policies([READ, denial("111111111111")], [READ, denial("111111111111", "999999999999")]),
                "- Deny s3:* on arn:aws:s3:::raw/* to * when StringNotEquals aws:principalaccount 111111111111",
            ),
            "negated condition added to a denial": (
                policies([READ, denial()], [READ, denial("111111111111")]),
                "- Deny s3:*",
            ),
            "key of a condition replaced": (
                policies(
                    [{**READ, "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-acme123456"}}}],
                    [{**READ, "Condition": {"StringLike": {"aws:PrincipalOrgID": "o-*"}}}],
                ),
                "StringLike aws:principalorgid o-*",
            ),
            "Deny statement removed": (
                policies([TLS], [READ], "aws_s3_bucket_policy.P"),
                "- Deny s3:* on arn:aws:s3:::raw/* to * when Bool aws:securetransport false",
            ),
            "principal added": (
                policies(
                    [{**READ, "Principal": {"AWS": "arn:aws:iam::111111111111:role/a"}}],
                    [{**READ, "Principal": {"AWS": ["arn:aws:iam::111111111111:role/a", "arn:b"]}}],
                    "aws_kms_key.K",
                ),
                "to arn:b",
            ),
            "trust policy widened": (
                update(
                    "aws_iam_role.R",
                    {"assume_role_policy": policy()},
                    {"assume_role_policy": policy({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*"})},
                ),
                "assume_role_policy: + Allow sts:AssumeRole to *",
            ),
            "new policy for an existing role": (
                replace_plan(change(GRANTS, "create", None, {"role": "r", "policy": policy(READ)})),
                "+ Allow s3:GetObject",
            ),
            "policy moved to another role": (
                replace_plan(
                    change(
                        GRANTS,
                        "delete create",
                        {"role": "a", "policy": policy(READ)},
                        {"role": "r", "policy": policy(READ)},
                    )
                ),
                "+ Allow s3:GetObject",
            ),
            "unknown policy": (
                update(GRANTS, {"role": "r", "policy": policy(READ)}, {"role": "r"}, after_unknown={"policy": True}),
                "policy is not known before apply",
            ),
            "inline policy widened": (
                update("aws_iam_role.R", _inline(READ), _inline({**READ, "Resource": "*"})),
                "inline_policy: + Allow s3:GetObject on *",
            ),
            "inline policy added": (
                update("aws_iam_role.R", {"name": "r"}, _inline(READ)),
                "inline_policy: + Allow s3:GetObject",
            ),
            "unknown inline policy": (
                update(
                    "aws_iam_role.R",
                    _inline(READ),
                    {"name": "r", "inline_policy": [{"name": "x"}]},
                    after_unknown={"inline_policy": [{"policy": True}]},
                ),
                "inline_policy is not known before apply",
            ),
            "endpoint policy removed": (
                update("aws_vpc_endpoint.E", {"vpc_id": "v", "policy": policy(READ)}, {"vpc_id": "v"}),
                "without a policy everything is allowed",
            ),
            "bucket policy emptied": (
                update("aws_s3_bucket_policy.P", {"bucket": "b", "policy": policy(TLS)}, {"bucket": "b", "policy": ""}),
                "policy is removed with its Deny statements",
            ),
        },
        {
            "inline policy renamed": update(
                "aws_iam_role.R", _inline(READ), {"name": "r", "inline_policy": [{"name": "y", "policy": policy(READ)}]}
            ),
            "role replaced without inline policies": replace_plan(
                change(
                    "aws_iam_role.R",
                    "delete create",
                    _inline(READ),
                    {"name": "s"},
                    after_unknown={"inline_policy": True},
                )
            ),
            "role without inline policies": update("aws_iam_role.R", _inline(READ), {"name": "r", "inline_policy": []}),
            "action removed": policies([{**READ, "Action": ["s3:GetObject", "s3:PutObject"]}], [READ]),
            "equivalent policy": policies(
                [{**READ, "Action": "s3:Get*", "Resource": ["arn:aws:s3:::*"]}], [{**READ, "Sid": "Other"}]
            ),
            "condition added": policies(
                [READ], [{**READ, "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-acme123456"}}}]
            ),
            "Deny statement added": policies([READ], [READ, TLS], "aws_s3_bucket_policy.P"),
            "policy moved to a role of this plan": replace_plan(
                change("aws_iam_role.N", "create", None, {"name": "n"}),
                change(
                    GRANTS,
                    "delete create",
                    {"role": "a", "policy": policy(READ)},
                    {"role": "n", "policy": policy(READ)},
                ),
            ),
            "policy recreated unchanged": replace_plan(
                change(
                    GRANTS,
                    "delete create",
                    {"role": "r", "policy": policy(READ)},
                    {"role": "r", "policy": policy(READ)},
                )
            ),
            "account removed from a negated condition of a denial": policies(
                [READ, denial("111111111111", "999999999999")], [READ, denial("111111111111")]
            ),
            "narrower pattern": policies([{**READ, "Action": "s3:Get*"}], [{**READ, "Action": "s3:GetObject*"}]),
            "warning in dev": policies([READ], [{**READ, "Resource": "*"}], tier="dev"),
            "new role with its policy": replace_plan(
                change("aws_iam_role.N", "create", None, {"name": "n"}),
                change("aws_iam_role_policy.N", "create", None, {"role": "n", "policy": policy(READ)}),
            ),
        },
    ),
]


@pytest.mark.parametrize("rule", ["LK_PLAN_5", "LK_PLAN_6", "LK_PLAN_8"])
def test_prod_rejects_what_dev_warns_about(rule: str) -> None:
    cases = [*CASES, *GRANT_CASES, *DELETION_CASES]
    (case,) = (case for case in cases if case.rule == rule)
    warned = verdict(changed(case.good, case.also_good["warning in dev"])).warnings
    assert [warning.rule_id for warning in warned if warning.level != "advisory"] == [rule]


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        (None, {"Statement": READ}, ["+ Allow s3:GetObject on arn:aws:s3:::raw/*"]),
        ({"Statement": [READ]}, None, []),
        ({"Statement": [TLS]}, {"Statement": [{**TLS, "Resource": "*"}]}, []),
        (
            {"Statement": [TLS]},
            {"Statement": [{**TLS, "Condition": {"Bool": {"aws:SecureTransport": "false"}, "Null": {"a": "b"}}}]},
            ["- Deny s3:* on arn:aws:s3:::raw/* to * when Bool aws:securetransport false"],
        ),
        (
            {"Statement": [READ]},
            {"Statement": [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}]},
            ["+ Allow everything but iam:* on *"],
        ),
        ({"Statement": [{**READ, "Action": "S3:GETOBJECT"}]}, {"Statement": [READ]}, []),
        (
            {"Statement": [{**READ, "Condition": {"StringEquals": {"aws:SourceAccount": ["1", "2"]}}}]},
            {"Statement": [{**READ, "Condition": {"StringEquals": {"aws:SourceAccount": "1"}}}]},
            [],
        ),
    ],
)
def test_permission_differences(before: Any, after: Any, lines: list[str]) -> None:
    assert permissions_gained(before, after) == lines


def test_known_references_are_resolved() -> None:
    values = {"aws_kms_key.K": {"arn": "arn:k"}}
    assert resolve_references("a ${aws_kms_key.K.arn} ${aws_kms_key.N.arn}", values) == "a arn:k ${aws_kms_key.N.arn}"
