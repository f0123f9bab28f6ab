"""How resources of each type grant access to data, for the rule on widened grants."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final, Self


@dataclass(frozen=True, slots=True)
class Grant:
    """How resources of a type grant access.

    Attributes:
        list_attributes: lists in which each new item grants a permission.
        flag_attributes: settings that widen access when they become true.
        value_attributes: values that control access; any change can widen it.
        restricting_attributes: values whose removal widens access.
        columns: blocks that select columns of a table: by name, or all of them without exclusions.
        tag_expressions: LF-tag expressions.
        filters: row filters.
        policies: bodies of masking and row access policies.
        network_policies: names of network policies.
        grantee_attributes: attributes that name the grantee; empty if creating the resource grants nothing.
        grantee_lists: lists of grantees, each with the attribute that names one elsewhere.
    """

    list_attributes: tuple[str, ...] = ()
    flag_attributes: tuple[str, ...] = ()
    value_attributes: tuple[str, ...] = ()
    restricting_attributes: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    tag_expressions: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    network_policies: tuple[str, ...] = ()
    grantee_attributes: tuple[str, ...] = ()
    grantee_lists: tuple[tuple[str, str], ...] = ()

    @property
    def compared(self) -> tuple[str, ...]:
        """What is compared with the value before, apart from columns."""
        return (
            *self.list_attributes,
            *self.flag_attributes,
            *self.value_attributes,
            *self.restricting_attributes,
            *self.tag_expressions,
            *self.filters,
            *self.policies,
            *self.network_policies,
        )

    def without(self, paths: Collection[str]) -> Self:
        """The same without some of what is compared."""
        return replace(
            self,
            list_attributes=_other(self.list_attributes, paths),
            flag_attributes=_other(self.flag_attributes, paths),
            value_attributes=_other(self.value_attributes, paths),
            restricting_attributes=_other(self.restricting_attributes, paths),
            columns=_other(self.columns, paths),
            tag_expressions=_other(self.tag_expressions, paths),
            filters=_other(self.filters, paths),
            policies=_other(self.policies, paths),
            network_policies=_other(self.network_policies, paths),
        )


def _other(attributes: tuple[str, ...], paths: Collection[str]) -> tuple[str, ...]:
    return tuple(one for one in attributes if one not in paths)


_TO_ROLE: Final = Grant(
    list_attributes=("privileges",),
    flag_attributes=("all_privileges", "with_grant_option", "always_apply"),
    grantee_attributes=("account_role_name", "database_role_name", "to_share"),
)

TOP_ROLE: Final = "SYSADMIN"
"""Snowflake's role at the top of the hierarchy: every role is granted to it, directly or through other roles.

https://docs.snowflake.com/en/user-guide/security-access-control-overview
"""

GRANTS: Final[dict[str, Grant]] = {
    "aws_lakeformation_permissions": Grant(
        list_attributes=("permissions", "permissions_with_grant_option"),
        columns=("table_with_columns",),
        tag_expressions=("lf_tag_policy.expression",),
        grantee_attributes=("principal",),
    ),
    "aws_lakeformation_lf_tag_expression": Grant(tag_expressions=("expression",)),
    "aws_lakeformation_data_lake_settings": Grant(
        list_attributes=(
            "admins",
            "read_only_admins",
            "create_database_default_permissions",
            "create_table_default_permissions",
            "trusted_resource_owners",
            "external_data_filtering_allow_list",
            "authorized_session_tag_value_list",
        ),
        flag_attributes=("allow_external_data_filtering", "allow_full_table_external_data_access"),
    ),
    "aws_lakeformation_resource_lf_tags": Grant(
        value_attributes=("lf_tag",), restricting_attributes=("table_with_columns.column_names",)
    ),
    "aws_lakeformation_resource_lf_tag": Grant(
        value_attributes=("lf_tag",), restricting_attributes=("table_with_columns.column_names",)
    ),
    "aws_lakeformation_data_cells_filter": Grant(
        columns=("table_data",), filters=("table_data.row_filter.filter_expression",)
    ),
    "aws_iam_role": Grant(list_attributes=("managed_policy_arns",), restricting_attributes=("permissions_boundary",)),
    "aws_iam_user": Grant(restricting_attributes=("permissions_boundary",)),
    "aws_iam_role_policy_attachment": Grant(grantee_attributes=("role",)),
    "aws_iam_user_policy_attachment": Grant(grantee_attributes=("user",)),
    "aws_iam_group_policy_attachment": Grant(grantee_attributes=("group",)),
    "aws_iam_user_group_membership": Grant(list_attributes=("groups",), grantee_attributes=("user",)),
    "aws_iam_group_membership": Grant(
        list_attributes=("users",), grantee_attributes=("group",), grantee_lists=(("users", "user"),)
    ),
    "aws_iam_policy_attachment": Grant(
        list_attributes=("users", "groups", "roles"),
        grantee_lists=(("users", "user"), ("groups", "group"), ("roles", "role")),
    ),
    "aws_identitystore_group_membership": Grant(grantee_attributes=("member_id",)),
    "aws_ssoadmin_account_assignment": Grant(grantee_attributes=("principal_id",)),
    "aws_iam_instance_profile": Grant(value_attributes=("role",)),
    "aws_kms_alias": Grant(value_attributes=("target_key_id",)),
    "aws_kms_grant": Grant(
        list_attributes=("operations",),
        restricting_attributes=("constraints",),
        grantee_attributes=("grantee_principal",),
    ),
    "aws_ram_principal_association": Grant(grantee_attributes=("principal",)),
    "snowflake_grant_privileges_to_account_role": _TO_ROLE,
    "snowflake_grant_privileges_to_database_role": _TO_ROLE,
    "snowflake_grant_privileges_to_share": Grant(list_attributes=("privileges",), grantee_attributes=("to_share",)),
    "snowflake_grant_account_role": Grant(grantee_attributes=("user_name", "parent_role_name")),
    "snowflake_grant_database_role": Grant(
        grantee_attributes=("parent_role_name", "parent_database_role_name", "share_name")
    ),
    "snowflake_grant_ownership": Grant(grantee_attributes=("account_role_name", "database_role_name")),
    "snowflake_share": Grant(list_attributes=("accounts",)),
    "snowflake_tag_association": Grant(value_attributes=("tag_value",), restricting_attributes=("object_identifiers",)),
    "snowflake_view": Grant(restricting_attributes=("row_access_policy", "column[].masking_policy")),
    "snowflake_user": Grant(network_policies=("network_policy",)),
    "snowflake_service_user": Grant(network_policies=("network_policy",)),
    "snowflake_legacy_service_user": Grant(network_policies=("network_policy",)),
    "snowflake_account_parameter": Grant(network_policies=("value",)),
    "snowflake_network_policy_attachment": Grant(
        network_policies=("network_policy_name",), restricting_attributes=("set_for_account", "users")
    ),
    "snowflake_network_policy": Grant(
        list_attributes=("allowed_ip_list", "allowed_network_rule_list"),
        restricting_attributes=("blocked_ip_list", "blocked_network_rule_list"),
    ),
    "snowflake_network_rule": Grant(list_attributes=("value_list",)),
    "snowflake_failover_group": Grant(list_attributes=("allowed_accounts", "allowed_databases", "allowed_shares")),
    "snowflake_primary_connection": Grant(list_attributes=("enable_failover_to_accounts",)),
    "snowflake_storage_integration": Grant(
        list_attributes=("storage_allowed_locations",), restricting_attributes=("storage_blocked_locations",)
    ),
    "snowflake_api_integration": Grant(
        list_attributes=("api_allowed_prefixes",), restricting_attributes=("api_blocked_prefixes",)
    ),
    "snowflake_email_notification_integration": Grant(list_attributes=("allowed_recipients",)),
    "snowflake_masking_policy": Grant(policies=("body",)),
    "snowflake_row_access_policy": Grant(policies=("body",)),
}
