"""Rules for plans: widened access, number of deletions, renamed resources."""

from __future__ import annotations

from typing import Any

import pytest
from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, Change, Document, change, changed, plan, policy, verdict

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


def deleted(count: int, kept: int, tier: str = "prod", reason: str = "delete_because_no_resource_config") -> Change:
    gone = [change(f"aws_sns_topic.G{n}", "delete", {"name": f"g{n}"}, None, reason=reason) for n in range(count)]
    left = [change(f"aws_sns_topic.K{n}", "no-op", {"name": f"k{n}"}, {"name": f"k{n}"}) for n in range(kept)]
    return lambda document: document.update(**plan(*gone, *left), tier=tier)


UNCHANGED = plan(ROLE)
_KEYS = {"principal": "arn:aws:iam::111111111111:role/analyst", "permissions": ["SELECT"]}
_EXPRESSION = [{"key": "classification", "values": ["public"]}]
_FILTER = {
    "table_data": [
        {
            "column_wildcard": [{"excluded_column_names": ["email", "iban"]}],
            "row_filter": [{"filter_expression": "country = 'IE'"}],
        }
    ]
}


def _inline(*statements: Document) -> Document:
    return {"name": "r", "inline_policy": [{"name": "x", "policy": policy(*statements)}]}


def _replaced(address: str, before: Document, **after: Any) -> Change:
    """Replacement of a grant; most grants cannot be updated in place."""
    return replace_plan(change(address, "delete create", before, {**before, **after}, replace_paths=[[*after]]))


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
                policies([{**READ, "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}], [READ]),
                "+ Allow s3:GetObject",
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
                [READ], [{**READ, "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}]
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
            "warning in dev": policies([READ], [{**READ, "Resource": "*"}], tier="dev"),
            "new role with its policy": replace_plan(
                change("aws_iam_role.N", "create", None, {"name": "n"}),
                change("aws_iam_role_policy.N", "create", None, {"role": "n", "policy": policy(READ)}),
            ),
            "first deployment": lambda document: document.update(
                **plan(change(GRANTS, "create", None, {"role": "other", "policy": policy(READ)}))
            ),
        },
    ),
    Case(
        "LK_PLAN_6",
        UNCHANGED,
        {
            "new grant": (
                replace_plan(change("aws_lakeformation_permissions.P", "create", None, _KEYS)),
                "+ permissions=SELECT to arn:aws:iam::111111111111:role/analyst",
            ),
            "permission added": (
                update("aws_lakeformation_permissions.P", _KEYS, {**_KEYS, "permissions": ["SELECT", "ALTER"]}),
                "+ permissions: ALTER",
            ),
            "value added to a tag expression": (
                update(
                    "aws_lakeformation_permissions.P",
                    {**_KEYS, "lf_tag_policy": [{"expression": _EXPRESSION}]},
                    {
                        **_KEYS,
                        "lf_tag_policy": [
                            {"expression": [{"key": "classification", "values": ["public", "confidential"]}]}
                        ],
                    },
                ),
                "values=public, confidential",
            ),
            "classification changed": (
                update(
                    "aws_lakeformation_resource_lf_tags.T",
                    {"lf_tag": [{"key": "classification", "value": "confidential"}]},
                    {"lf_tag": [{"key": "classification", "value": "public"}]},
                ),
                "key=classification value=confidential becomes key=classification value=public",
            ),
            "administrator added": (
                update("aws_lakeformation_data_lake_settings.S", {"admins": ["a"]}, {"admins": ["a", "b"]}),
                "+ admins: b",
            ),
            "excluded column removed": (
                update(
                    "aws_lakeformation_data_cells_filter.F",
                    _FILTER,
                    {
                        "table_data": [
                            {**_FILTER["table_data"][0], "column_wildcard": [{"excluded_column_names": ["iban"]}]}
                        ]
                    },
                ),
                "excluded_column_names: email",
            ),
            "row filter changed": (
                update(
                    "aws_lakeformation_data_cells_filter.F",
                    _FILTER,
                    {"table_data": [{**_FILTER["table_data"][0], "row_filter": [{"filter_expression": "true"}]}]},
                ),
                "becomes true",
            ),
            "policy attached": (
                replace_plan(
                    change("aws_iam_role_policy_attachment.A", "create", None, {"role": "r", "policy_arn": "arn:aws:p"})
                ),
                "policy_arn=arn:aws:p to r",
            ),
            "permissions boundary removed": (
                update("aws_iam_role.R", {"permissions_boundary": "arn:b"}, {"permissions_boundary": ""}),
                "- permissions_boundary: arn:b",
            ),
            "Snowflake privilege granted": (
                update(
                    "snowflake_grant_privileges_to_account_role.G",
                    {"account_role_name": "R", "privileges": ["USAGE"]},
                    {"account_role_name": "R", "privileges": ["USAGE", "MODIFY"]},
                ),
                "+ privileges: MODIFY",
            ),
            "Snowflake role granted": (
                replace_plan(
                    change(
                        "snowflake_grant_account_role.G", "create", None, {"role_name": "A", "parent_role_name": "B"}
                    )
                ),
                "role_name=A to B",
            ),
            "replaced with another grantee": (
                _replaced("aws_lakeformation_permissions.P", _KEYS, principal="arn:aws:iam::111111111111:role/other"),
                "+ permissions=SELECT to arn:aws:iam::111111111111:role/other",
            ),
            "replaced with another object": (
                _replaced("aws_lakeformation_permissions.P", _KEYS, table=[{"name": "salaries"}]),
                "table=name=salaries to",
            ),
            "replaced with another policy": (
                _replaced("aws_iam_role_policy_attachment.A", {"role": "r", "policy_arn": "small"}, policy_arn="big"),
                "policy_arn=big to r",
            ),
            "Snowflake privilege on another table": (
                _replaced(
                    "snowflake_grant_privileges_to_account_role.G",
                    {"account_role_name": "FR_A", "privileges": ["SELECT"], "on_schema_object": [{"object_name": "A"}]},
                    on_schema_object=[{"object_name": "PAY"}],
                ),
                "object_name=PAY",
            ),
            "column removed from a classification": (
                _replaced(
                    "aws_lakeformation_resource_lf_tags.T",
                    {"lf_tag": [], "table_with_columns": [{"name": "t", "column_names": ["email", "iban"]}]},
                    table_with_columns=[{"name": "t", "column_names": ["email"]}],
                ),
                "- table_with_columns.column_names: iban",
            ),
            "instance profile role changed": (
                update("aws_iam_instance_profile.P", {"name": "p", "role": "small"}, {"name": "p", "role": "big"}),
                "role: small becomes big",
            ),
            "alias target changed": (
                update("aws_kms_alias.A", {"target_key_id": "k1"}, {"target_key_id": "k2"}),
                "target_key_id: k1 becomes k2",
            ),
            "group member added": (
                update("aws_iam_group_membership.M", {"users": ["a"]}, {"users": ["a", "b"]}),
                "+ users: b",
            ),
            "share consumer added": (
                update("snowflake_share.S", {"accounts": ["A.B"]}, {"accounts": ["A.B", "C.D"]}),
                "+ accounts: C.D",
            ),
            "Snowflake classification changed": (
                update("snowflake_tag_association.T", {"tag_value": "restricted"}, {"tag_value": "public"}),
                "restricted becomes public",
            ),
            "masking policy changed": (
                update("snowflake_masking_policy.M", {"body": "'***'"}, {"body": "val"}),
                "'***' becomes val",
            ),
        },
        {
            "permission removed": update(
                "aws_lakeformation_permissions.P", {**_KEYS, "permissions": ["SELECT", "ALTER"]}, {**_KEYS}
            ),
            "grant recreated unchanged": _replaced("aws_lakeformation_permissions.P", {**_KEYS, "id": "1"}, id="2"),
            "grant recreated with fewer permissions": _replaced(
                "aws_lakeformation_permissions.P", {**_KEYS, "permissions": ["SELECT", "ALTER"]}, permissions=["SELECT"]
            ),
            "replaced with a role of this plan": replace_plan(
                change("aws_iam_role.N", "create", None, {"name": "new"}),
                change(
                    "aws_lakeformation_permissions.P",
                    "delete create",
                    _KEYS,
                    {**_KEYS, "principal": "arn:aws:iam::111111111111:role/new"},
                ),
            ),
            "grant to a role of this plan": replace_plan(
                change("aws_iam_role.N", "create", None, {"name": "analyst"}),
                change("aws_lakeformation_permissions.P", "create", None, _KEYS),
            ),
            "warning in dev": replace_plan(
                change("aws_lakeformation_permissions.P", "create", None, _KEYS), tier="dev"
            ),
        },
    ),
    Case(
        "LK_PLAN_7",
        UNCHANGED,
        {
            "many deletions": (deleted(6, 100), "6 resources are deleted or replaced, over 5"),
            "large share of the stack": (deleted(4, 8), "33% of the stack's 12 resources"),
            "reduced configuration in dev": (deleted(30, 0, "dev"), "100%"),
            "destroy in prod": (deleted(6, 0, reason=""), "over 5"),
        },
        {
            "few deletions": deleted(5, 100),
            "large share of a small stack": deleted(2, 3),
            "many deletions in dev": deleted(20, 100, "dev"),
            "destroy in dev": deleted(30, 0, "dev", reason=""),
            "sandbox": deleted(100, 0, "sandbox"),
        },
    ),
    Case(
        "LK_PLAN_8",
        UNCHANGED,
        {
            "same resource at another address": (
                replace_plan(
                    change("aws_sns_topic.Old", "delete", {"name": "alarms", "arn": "arn:t", "tags": {"a": "b"}}, None),
                    change("aws_sns_topic.New", "create", None, {"name": "alarms", "tags": {"a": "c"}}),
                ),
                "deleted and recreated as aws_sns_topic.New with the same known attributes",
            ),
        },
        {
            "resource with another name": replace_plan(
                change("aws_sns_topic.Old", "delete", {"name": "alarms"}, None),
                change("aws_sns_topic.New", "create", None, {"name": "news"}),
            ),
            "deletion without a creation": replace_plan(
                change("aws_sns_topic.Old", "delete", {"name": "alarms"}, None)
            ),
            "warning in dev": replace_plan(
                change("aws_sns_topic.Old", "delete", {"name": "alarms"}, None),
                change("aws_sns_topic.New", "create", None, {"name": "alarms"}),
                tier="dev",
            ),
        },
    ),
]


@pytest.mark.parametrize("rule", ["LK_PLAN_5", "LK_PLAN_6", "LK_PLAN_8"])
def test_prod_rejects_what_dev_warns_about(rule: str) -> None:
    (case,) = (case for case in CASES if case.rule == rule)
    warned = verdict(changed(case.good, case.also_good["warning in dev"])).warnings
    assert [warning.rule_id for warning in warned] == [rule]


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
