"""Rules for Lake Formation settings, grants and locations."""

from __future__ import annotations

from rule_case_tests import test_passes, test_rejects
from rule_cases import ACCOUNT, Case, both, drop, put, resources

__all__ = ["test_passes", "test_rejects"]

ROLE = f"arn:aws:iam::{ACCOUNT}:role/acme-analyst"
LAKE = resources(
    aws_lakeformation_data_lake_settings={
        "Settings": {
            "admins": [f"arn:aws:iam::{ACCOUNT}:role/deployer"],
            "allow_external_data_filtering": False,
            "allow_full_table_external_data_access": False,
        }
    },
    aws_lakeformation_permissions={
        "Read": {
            "principal": ROLE,
            "permissions": ["SELECT", "DESCRIBE"],
            "lf_tag_policy": {"resource_type": "TABLE", "expression": [{"key": "zone", "values": ["curated"]}]},
        },
        "Columns": {
            "principal": ROLE,
            "permissions": ["SELECT"],
            "table_with_columns": {"database_name": "d", "name": "t", "wildcard": True},
        },
        "Describe": {
            "principal": ROLE,
            "permissions": ["DESCRIBE"],
            "table": {"database_name": "d", "name": "t"},
        },
    },
    aws_lakeformation_resource={
        "Curated": {
            "arn": "arn:aws:s3:::acme-curated",
            "role_arn": f"arn:aws:iam::{ACCOUNT}:role/acme-locations",
            "hybrid_access_enabled": False,
        }
    },
)
_SETTINGS = "aws_lakeformation_data_lake_settings/Settings"
_GRANT = "aws_lakeformation_permissions/Read"
_LOCATION = "aws_lakeformation_resource/Curated"
_ALLOWED_PRINCIPALS = {"permissions": ["ALL"], "principal": "IAM_ALLOWED_PRINCIPALS"}
_SERVICE_LINKED_ROLE = (
    f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/lakeformation.amazonaws.com/AWSServiceRoleForLakeFormationDataAccess"
)

CASES = [
    Case(
        "LK_LF_12",
        LAKE,
        {
            "every value of every tag": (
                put(f"{_GRANT}/lf_tag_policy/expression", [{"key": "zone", "values": ["*"]}]),
                "matches every value of zone",
            ),
            "every classification": (
                put(
                    f"{_GRANT}/lf_tag_policy/expression",
                    [{"key": "zone", "values": ["raw"]}, {"key": "classification", "values": ["*"]}],
                ),
                "every value of classification",
            ),
            "every value in a list": (
                both(
                    put(f"{_GRANT}/lf_tag_policy/expression", [{"key": "zone", "values": ["raw", "curated"]}]),
                    lambda document: document.update(vocabularies={"zone": ["raw", "curated"]}),
                ),
                "matches every value of zone",
            ),
            "every value of a tag to assign": (
                both(
                    drop(f"{_GRANT}/lf_tag_policy"),
                    put(f"{_GRANT}/lf_tag", {"key": "classification", "values": ["*"]}),
                    put(f"{_GRANT}/permissions", ["ASSOCIATE"]),
                ),
                "ASSOCIATE is granted on every value of LF-tag classification",
            ),
        },
        {
            "every value of another tag": put(
                f"{_GRANT}/lf_tag_policy/expression",
                [{"key": "zone", "values": ["curated"]}, {"key": "domain", "values": ["*"]}],
            ),
        },
    ),
    Case(
        "LK_LF_1",
        LAKE,
        {
            "no administrator": (drop(f"{_SETTINGS}/admins"), "admins is empty"),
            "root user": (put(f"{_SETTINGS}/admins", [f"arn:aws:iam::{ACCOUNT}:root"]), ":root"),
        },
    ),
    Case(
        "LK_LF_2",
        LAKE,
        {
            "default permissions on databases": (
                put(f"{_SETTINGS}/create_database_default_permissions", [_ALLOWED_PRINCIPALS]),
                "create_database",
            ),
            "default permissions on tables": (
                put(f"{_SETTINGS}/create_table_default_permissions", [_ALLOWED_PRINCIPALS]),
                "create_table",
            ),
        },
        {
            "default permissions for one role": put(
                f"{_SETTINGS}/create_table_default_permissions", [{**_ALLOWED_PRINCIPALS, "principal": ROLE}]
            )
        },
    ),
    Case(
        "LK_LF_3",
        LAKE,
        {
            "full table access": (put(f"{_SETTINGS}/allow_full_table_external_data_access", True), "whole tables"),
            "external filtering without an allow list": (
                put(f"{_SETTINGS}/allow_external_data_filtering", True),
                "allow_external_data_filtering is true without both an allow list and session tag values",
            ),
        },
        {
            "external filtering with an allow list": both(
                put(f"{_SETTINGS}/allow_external_data_filtering", True),
                put(f"{_SETTINGS}/external_data_filtering_allow_list", [ACCOUNT]),
                put(f"{_SETTINGS}/authorized_session_tag_value_list", ["engine"]),
            )
        },
    ),
    Case(
        "LK_LF_4",
        LAKE,
        {
            "ALL": (put(f"{_GRANT}/permissions", ["ALL"]), "permissions contains ALL"),
            "ALL with grant option": (
                put(f"{_GRANT}/permissions_with_grant_option", ["ALL"]),
                "permissions_with_grant_option contains ALL",
            ),
        },
    ),
    Case(
        "LK_LF_5",
        LAKE,
        {
            "IAM_ALLOWED_PRINCIPALS": (put(f"{_GRANT}/principal", "IAM_ALLOWED_PRINCIPALS"), "IAM_ALLOWED_PRINCIPALS"),
            "all IAM principals of an account": (
                put(f"{_GRANT}/principal", f"{ACCOUNT}:IAMPrincipals"),
                "IAMPrincipals",
            ),
            "wildcard principal": (put(f"{_GRANT}/principal", "Everyone"), "Everyone"),
        },
    ),
    Case(
        "LK_LF_6",
        LAKE,
        {
            "SELECT on a table": (
                put("aws_lakeformation_permissions/Describe/permissions", ["SELECT", "DESCRIBE"]),
                "SELECT is granted on a table block",
            ),
            "SELECT without other permissions": (
                put("aws_lakeformation_permissions/Describe/permissions", ["SELECT"]),
                "SELECT is granted on a table block",
            ),
        },
    ),
    Case(
        "LK_LF_7",
        LAKE,
        {
            "grant option": (
                put(f"{_GRANT}/permissions_with_grant_option", ["SELECT"]),
                "arn:aws:iam::111111111111:role/acme-analyst has the grant option for SELECT",
            )
        },
        {"empty grant option": put(f"{_GRANT}/permissions_with_grant_option", [])},
    ),
    Case(
        "LK_LF_8",
        LAKE,
        {
            "no role_arn": (drop(f"{_LOCATION}/role_arn"), "role_arn is not set"),
            "service-linked role": (put(f"{_LOCATION}/use_service_linked_role", True), "service-linked role"),
            "service-linked role by ARN": (put(f"{_LOCATION}/role_arn", _SERVICE_LINKED_ROLE), "service-linked role"),
        },
        {"role of this stack": put(f"{_LOCATION}/role_arn", "${aws_iam_role.Locations.arn}")},
    ),
    Case("LK_LF_9", LAKE, {"hybrid access": (put(f"{_LOCATION}/hybrid_access_enabled", True), "hybrid")}),
]
