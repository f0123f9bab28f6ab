from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from lakekit_policies.plan_rules._created_resources import CreatedResources, WideningRule, as_texts, summarize
from lakekit_policies.plan_rules._network_widening import traffic_gained
from lakekit_policies.plan_rules._value_widening import (
    classification_raised,
    filter_widened,
    items_gained,
    network_policy_widened,
    policy_widened,
    tag_expression_widened,
)
from lakekit_policies.terraform.plan_changes import Change, value_at


@dataclass(frozen=True, slots=True)
class Grant:
    """How resources of a type grant access.

    Attributes:
        list_attributes: lists in which each new item grants a permission.
        flag_attributes: settings that widen access when they become true.
        value_attributes: values that control access; any change can widen it.
        restricting_attributes: values whose removal widens access.
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
    tag_expressions: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    network_policies: tuple[str, ...] = ()
    grantee_attributes: tuple[str, ...] = ()
    grantee_lists: tuple[tuple[str, str], ...] = ()


_TO_ROLE = Grant(
    list_attributes=("privileges",),
    flag_attributes=("all_privileges", "with_grant_option", "always_apply"),
    grantee_attributes=("account_role_name", "database_role_name", "to_share"),
)

TOP_ROLE = "SYSADMIN"
"""Snowflake's role at the top of the hierarchy: every role is granted to it, directly or through other roles.

https://docs.snowflake.com/en/user-guide/security-access-control-overview
"""
_COMPUTED_ATTRIBUTES = frozenset({"id", "region", "catalog_id", "timeouts"})

GRANTS: dict[str, Grant] = {
    "aws_lakeformation_permissions": Grant(
        list_attributes=("permissions", "permissions_with_grant_option"),
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
        list_attributes=("table_data.column_names",),
        filters=("table_data.row_filter.filter_expression",),
        restricting_attributes=("table_data.column_wildcard.excluded_column_names",),
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


class GrantsNotWidened(WideningRule):
    id = "LK_PLAN_6"
    title = "Plans grant no additional access to existing data without acknowledgement"
    severity = "high"
    rationale = (
        "Lake Formation and Snowflake grants, classifications, filters and masking policies control who can read "
        "which rows. A changed tag gives access to every role that can read the new value."
    )
    remedy = "Review each line with the data owner; then acknowledge this plan. Below staging, findings are warnings."
    reference = "https://docs.aws.amazon.com/lake-formation/latest/dg/TBAC-overview.html"
    pack = "plan"
    controls = {"nist": ["AC-2", "AC-3", "AC-6"], "soc2": ["CC6.1", "CC6.2", "CC6.3"]}

    def gained(
        self, change: Change, created: CreatedResources, values: Mapping[str, Mapping[str, Any]]
    ) -> Iterable[str]:
        grant = GRANTS.get(change.type)
        if grant is None:
            lines = list(traffic_gained(change.type, change.before, change.after))
            return [summarize(lines)] if lines else []
        if change.actions == ("create",) or (
            change.replaces and (grant.grantee_attributes or grant.grantee_lists) and _has_other_target(change, grant)
        ):
            lines = _granted(change, grant, created)
        else:
            lines = [*_gained_items(change, grant), *_network_policies(change, grant, values)]
        return [summarize(lines)] if lines else []


def _granted(change: Change, grant: Grant, created: CreatedResources) -> list[str]:
    """What a new grant gives to principals that exist already."""
    if grant.grantee_attributes and not created.includes(change, *grant.grantee_attributes):
        return _new(change, grant)
    suffix = created.through_roles(change, *grant.grantee_attributes)
    if change.type == "aws_iam_role":
        added = as_texts(change.after.get("managed_policy_arns")) if suffix else []
        return [f"+ managed_policy_arns: {item}{suffix}" for item in added]
    lines = [f"+ {_given(change, '')}{suffix}"] if suffix and grant.grantee_attributes else []
    for path, attribute in grant.grantee_lists:
        for item in as_texts(change.after.get(path)):
            named = replace(change, after={attribute: item}, after_unknown={})
            if not created.names_created(change, attribute, item):
                lines.append(f"+ {path}: {item}")
            elif through := created.through_roles(named, attribute):
                lines.append(f"+ {path}: {item}{through}")
    return lines


def _has_other_target(change: Change, grant: Grant) -> bool:
    """Whether the replacement of a grant has another grantee or object.

    Most grants cannot be updated: Terraform revokes one and creates another at the same address.
    """
    compared_attributes = {
        path.partition(".")[0]
        for path in (
            *grant.list_attributes,
            *grant.flag_attributes,
            *grant.value_attributes,
            *grant.restricting_attributes,
            *grant.tag_expressions,
            *grant.filters,
            *grant.policies,
        )
    }
    identifying = {
        name: value for name, value in change.after.items() if name not in compared_attributes | _COMPUTED_ATTRIBUTES
    }
    return any(
        value not in (None, [], "", False) and change.before.get(name) != value for name, value in identifying.items()
    )


def _new(change: Change, grant: Grant) -> list[str]:
    grantee = next((name for name in grant.grantee_attributes if change.after.get(name)), "")
    if not grantee or change.after[grantee] == TOP_ROLE:
        return []
    return [f"+ {_given(change, grantee)} to {change.after[grantee]}"]


def _given(change: Change, grantee: str) -> str:
    """What a grant gives, without the attribute that names the grantee."""
    rest = {
        name: value
        for name, value in change.after.items()
        if value not in (None, [], "", False) and name not in _COMPUTED_ATTRIBUTES | {grantee}
    }
    unknown = sorted(name for name, value in change.after_unknown.items() if value is True)
    later = [name for name in unknown if name not in _COMPUTED_ATTRIBUTES | {grantee}]
    return " ".join(as_texts(rest)) or f"{' and '.join(later) or 'access'} not known before apply"


def _gained_items(change: Change, grant: Grant) -> Iterator[str]:
    for path in grant.list_attributes:
        gained = items_gained(value_at(change.before, path), value_at(change.after, path))
        yield from (f"+ {path}: {item}" for item in gained)
    for path in grant.flag_attributes:
        if value_at(change.before, path) is not True and value_at(change.after, path) is True:
            yield f"+ {path}"
    for path in (*grant.value_attributes, *grant.tag_expressions, *grant.filters):
        before, after = value_at(change.before, path), value_at(change.after, path)
        if _is_widened(path, before, after, grant):
            shown = (", ".join(as_texts(value)) or "nothing" for value in (before, after))
            yield f"{path}: {' becomes '.join(shown)}"
    for path in grant.policies:
        if policy_widened(change.type, change.before, change.after):
            shown = (str(values.get(path) or "nothing") for values in (change.before, change.after))
            yield f"{path}: {' becomes '.join(shown)}"
    for path in grant.restricting_attributes:
        remaining = set(as_texts(value_at(change.after, path)))
        yield from (
            f"- {path}: {item}" for item in as_texts(value_at(change.before, path) or None) if item not in remaining
        )


def _network_policies(change: Change, grant: Grant, values: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Network policies that are replaced by one with more networks, or by one that the plan does not contain."""
    if change.type == "snowflake_account_parameter" and str(change.after.get("key")).upper() != "NETWORK_POLICY":
        return
    policies = [found for address, found in values.items() if "snowflake_network_policy." in address]
    for path in grant.network_policies:
        before, after = change.before.get(path), change.after.get(path)
        if before and after and network_policy_widened(str(before), str(after), policies):
            yield f"{path}: {before} becomes {after}, which is not known to be as strict"


def _is_widened(path: str, before: Any, after: Any, grant: Grant) -> bool:
    if path in grant.tag_expressions:
        return tag_expression_widened(before, after)
    if path in grant.filters:
        return filter_widened(str(before or ""), str(after or ""))
    return sorted(as_texts(before)) != sorted(as_texts(after)) and not classification_raised(before, after)


check = GrantsNotWidened()
