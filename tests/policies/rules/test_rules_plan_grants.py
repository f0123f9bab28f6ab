"""Rules for plans: widened grants."""

from __future__ import annotations

from typing import Any

from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, Change, Document, change, plan

__all__ = ["test_passes", "test_rejects"]

ROLE = change("aws_iam_role.R", "no-op", {"name": "r", "id": "r"}, {"name": "r", "id": "r"})


def replace_plan(*changes: Document, tier: str = "prod") -> Change:
    return lambda document: document.update(**plan(ROLE, *changes), tier=tier)


def update(address: str, before: Document, after: Document, tier: str = "prod", **more: Any) -> Change:
    return replace_plan(change(address, "update", before, after, **more), tier=tier)


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


def _replaced(address: str, before: Document, **after: Any) -> Change:
    """Replacement of a grant; most grants cannot be updated in place."""
    return replace_plan(change(address, "delete create", before, {**before, **after}, replace_paths=[[*after]]))


_ZONE = [{"key": "zone", "values": ["curated"]}]


def _expression(before: list[Document], after: list[Document]) -> Change:
    return update(
        "aws_lakeformation_permissions.P",
        {**_KEYS, "lf_tag_policy": [{"expression": before}]},
        {**_KEYS, "lf_tag_policy": [{"expression": after}]},
    )


def _filter(before: str, after: str) -> Change:
    made = ({"table_data": [{"row_filter": [{"filter_expression": text}]}]} for text in (before, after))
    return update("aws_lakeformation_data_cells_filter.F", *made)


def _columns(before: Document, after: Document) -> Change:
    made = ({"table_data": [{"name": "f", **columns}]} for columns in (before, after))
    return update("aws_lakeformation_data_cells_filter.F", *made)


def _granted_columns(before: Document, after: Document) -> Change:
    table = {"database_name": "curated", "name": "orders"}
    return _replaced(
        "aws_lakeformation_permissions.P",
        {**_KEYS, "table_with_columns": [{**table, **before}]},
        table_with_columns=[{**table, **after}],
    )


CASES = [
    Case(
        "LK_PLAN_6",
        UNCHANGED,
        {
            "new grant": (
                replace_plan(change("aws_lakeformation_permissions.P", "create", None, _KEYS)),
                "+ permissions=SELECT to arn:aws:iam::111111111111:role/analyst",
            ),
            "new grant to a replaced role": (
                replace_plan(
                    change(
                        "aws_iam_role.Analyst",
                        "delete create",
                        {"name": "analyst", "path": "/a/"},
                        {"name": "analyst", "path": "/b/"},
                        replace_paths=[["path"]],
                    ),
                    change("aws_lakeformation_permissions.P", "create", None, _KEYS),
                ),
                "+ permissions=SELECT to arn:aws:iam::111111111111:role/analyst",
            ),
            "network added to a network rule": (
                update("snowflake_network_rule.N", {"value_list": ["a"]}, {"value_list": ["a", "198.51.100.0/24"]}),
                "+ value_list: 198.51.100.0/24",
            ),
            "account added to a failover group": (
                update(
                    "snowflake_failover_group.F", {"allowed_accounts": ["A.B"]}, {"allowed_accounts": ["A.B", "A.C"]}
                ),
                "+ allowed_accounts: A.C",
            ),
            "location added to a storage integration": (
                update(
                    "snowflake_storage_integration.S",
                    {"storage_allowed_locations": ["s3://a/"]},
                    {"storage_allowed_locations": ["s3://a/", "s3://b/"]},
                ),
                "+ storage_allowed_locations: s3://b/",
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
            "key removed from a tag expression": (
                _expression(_EXPRESSION + _ZONE, _EXPRESSION),
                "lf_tag_policy.expression: key=classification values=public, key=zone values=curated becomes",
            ),
            "condition removed from a row filter": (
                _filter("country = 'IE' AND age > 18", "age > 18"),
                "becomes age > 18",
            ),
            "condition of a row filter made optional": (
                _filter("country = 'IE'", "country = 'IE' OR age > 18"),
                "becomes country = 'IE' OR age > 18",
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
                "table_data: every column except email, iban becomes every column except iban",
            ),
            "columns of a filter replaced by a wildcard": (
                _columns({"column_names": ["id"]}, {"column_wildcard": [{"excluded_column_names": ["email"]}]}),
                "table_data: id becomes every column except email",
            ),
            "excluded column named by a filter": (
                _columns({"column_wildcard": [{"excluded_column_names": ["email"]}]}, {"column_names": ["email"]}),
                "table_data: every column except email becomes email",
            ),
            "columns of a grant replaced by a wildcard": (
                _granted_columns({"column_names": ["id"]}, {"wildcard": True}),
                "table_with_columns: id becomes every column",
            ),
            "row filter of a table removed": (
                _filter("country = 'IE'", ""),
                "country = 'IE' becomes every row",
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
            "unknown policy attached": (
                replace_plan(
                    change(
                        "aws_iam_role_policy_attachment.A",
                        "create",
                        None,
                        {"role": "r"},
                        after_unknown={"id": True, "policy_arn": True},
                    )
                ),
                "+ policy_arn not known before apply to r",
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
            "key added to a tag expression": _expression(_EXPRESSION, _EXPRESSION + _ZONE),
            "value removed from a tag expression": _expression(
                [{"key": "classification", "values": ["public", "internal"]}], _EXPRESSION
            ),
            "condition added to a row filter": _filter("country = 'IE'", "age > 18 and country = 'IE'"),
            "first condition of a row filter": _filter("", "country = 'IE'"),
            "row filter with a narrower pattern": _filter("name LIKE 'a%'", "name LIKE 'ab%'"),
            "wildcard of a filter replaced by columns": _columns(
                {"column_wildcard": [{"excluded_column_names": ["email"]}]}, {"column_names": ["id"]}
            ),
            "column removed from a filter": _columns({"column_names": ["id", "email"]}, {"column_names": ["id"]}),
            "wildcard of a grant replaced by columns": _granted_columns({"wildcard": True}, {"column_names": ["id"]}),
            "ALL replaced by SELECT": update(
                "aws_lakeformation_permissions.P", {**_KEYS, "permissions": ["ALL"]}, _KEYS
            ),
            "narrower network": update(
                "snowflake_network_policy.N",
                {"allowed_ip_list": ["203.0.113.0/24"]},
                {"allowed_ip_list": ["203.0.113.8/32"]},
            ),
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
]
