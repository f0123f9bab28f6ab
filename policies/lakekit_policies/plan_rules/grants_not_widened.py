from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lakekit_policies.changes import Change, at
from lakekit_policies.plan_rules._newcomers import Newcomers, WideningRule, listed, told


@dataclass(frozen=True, slots=True)
class Grant:
    """A type whose resources grant something.

    Attributes:
        grows: lists in which each new item is a right more.
        turned: settings that open something when they become true.
        decides: values that decide who sees what; any change may let somebody in.
        keeps: values whose loss lets somebody in.
        holders: attributes that name who gets it; empty when its creation grants nothing yet.
    """

    grows: tuple[str, ...] = ()
    turned: tuple[str, ...] = ()
    decides: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()


_TO_ROLE = Grant(
    grows=("privileges",),
    turned=("all_privileges", "with_grant_option", "always_apply"),
    holders=("account_role_name", "database_role_name", "to_share"),
)

_BOOKKEEPING = frozenset({"id", "region", "catalog_id", "timeouts"})

GRANTS: dict[str, Grant] = {
    "aws_lakeformation_permissions": Grant(
        grows=("permissions", "permissions_with_grant_option", "lf_tag_policy.expression"), holders=("principal",)
    ),
    "aws_lakeformation_data_lake_settings": Grant(
        grows=(
            "admins",
            "read_only_admins",
            "create_database_default_permissions",
            "create_table_default_permissions",
            "trusted_resource_owners",
            "external_data_filtering_allow_list",
            "authorized_session_tag_value_list",
        ),
        turned=("allow_external_data_filtering", "allow_full_table_external_data_access"),
    ),
    "aws_lakeformation_resource_lf_tags": Grant(decides=("lf_tag",), keeps=("table_with_columns.column_names",)),
    "aws_lakeformation_resource_lf_tag": Grant(decides=("lf_tag",), keeps=("table_with_columns.column_names",)),
    "aws_lakeformation_data_cells_filter": Grant(
        grows=("table_data.column_names",),
        decides=("table_data.row_filter.filter_expression",),
        keeps=("table_data.column_wildcard.excluded_column_names",),
    ),
    "aws_iam_role": Grant(grows=("managed_policy_arns",), keeps=("permissions_boundary",)),
    "aws_iam_role_policy_attachment": Grant(holders=("role",)),
    "aws_iam_user_policy_attachment": Grant(holders=("user",)),
    "aws_iam_group_policy_attachment": Grant(holders=("group",)),
    "aws_iam_user_group_membership": Grant(grows=("groups",), holders=("user",)),
    "aws_iam_group_membership": Grant(grows=("users",), holders=("group",)),
    "aws_iam_instance_profile": Grant(decides=("role",)),
    "aws_kms_alias": Grant(decides=("target_key_id",)),
    "aws_kms_grant": Grant(grows=("operations",), holders=("grantee_principal",)),
    "aws_ram_principal_association": Grant(holders=("principal",)),
    "snowflake_grant_privileges_to_account_role": _TO_ROLE,
    "snowflake_grant_privileges_to_database_role": _TO_ROLE,
    "snowflake_grant_privileges_to_share": Grant(grows=("privileges",), holders=("to_share",)),
    "snowflake_grant_account_role": Grant(holders=("user_name", "parent_role_name")),
    "snowflake_grant_database_role": Grant(holders=("parent_role_name", "parent_database_role_name", "share_name")),
    "snowflake_grant_ownership": Grant(holders=("account_role_name", "database_role_name")),
    "snowflake_share": Grant(grows=("accounts",)),
    "snowflake_tag_association": Grant(decides=("tag_value",), keeps=("object_identifiers",)),
    "snowflake_network_policy": Grant(
        grows=("allowed_ip_list", "allowed_network_rule_list"), keeps=("blocked_ip_list", "blocked_network_rule_list")
    ),
    "snowflake_masking_policy": Grant(decides=("body",)),
    "snowflake_row_access_policy": Grant(decides=("body",)),
}


class GrantsNotWidened(WideningRule):
    id = "LK_PLAN_6"
    title = "No plan grants more on data that stands, unless somebody says so"
    severity = "high"
    rationale = (
        "Lake Formation and Snowflake grants, classifications, filters and masks decide who reads which rows. A "
        "changed tag opens a table to everyone whose role may read the new value."
    )
    remedy = "Check each line with who answers for the data; then acknowledge this very plan. Below staging it warns."
    reference = "https://docs.aws.amazon.com/lake-formation/latest/dg/TBAC-overview.html"
    pack = "plan"
    controls = {"nist": ["AC-2", "AC-3", "AC-6"], "soc2": ["CC6.1", "CC6.2", "CC6.3"]}

    def widened(self, change: Change, newcomers: Newcomers, values: Mapping[str, Mapping[str, Any]]) -> Iterable[str]:
        del values
        grant = GRANTS.get(change.type)
        if grant is None:
            return []
        if change.actions == ("create",) or (change.replaces and grant.holders and _is_another(change, grant)):
            lines = [] if newcomers.includes(change, *grant.holders) else _new(change, grant)
        else:
            lines = list(_more(change, grant))
        return [told(lines)] if lines else []


def _is_another(change: Change, grant: Grant) -> bool:
    """Whether what takes a grant's place goes to somebody else, or is about something else.

    Most grants cannot be changed: Terraform takes one back and gives another, under the same address.
    """
    listed_apart = {path.partition(".")[0] for path in (*grant.grows, *grant.turned, *grant.decides, *grant.keeps)}
    stated = {name: value for name, value in change.after.items() if name not in listed_apart | _BOOKKEEPING}
    return any(
        value not in (None, [], "", False) and change.before.get(name) != value for name, value in stated.items()
    )


def _new(change: Change, grant: Grant) -> list[str]:
    holder = next((name for name in grant.holders if change.after.get(name)), "")
    if not holder:
        return []
    rest = {
        name: value
        for name, value in change.after.items()
        if value not in (None, [], "", False) and name not in _BOOKKEEPING | {holder}
    }
    return [f"+ {' '.join(listed(rest))} to {change.after[holder]}"]


def _more(change: Change, grant: Grant) -> Iterator[str]:
    for path in grant.grows:
        known = set(listed(at(change.before, path)))
        yield from (f"+ {path}: {item}" for item in listed(at(change.after, path)) if item not in known)
    for path in grant.turned:
        if at(change.before, path) is not True and at(change.after, path) is True:
            yield f"+ {path}"
    for path in grant.decides:
        before, after = listed(at(change.before, path)), listed(at(change.after, path))
        if sorted(before) != sorted(after):
            yield f"{path}: {', '.join(before) or 'nothing'} becomes {', '.join(after) or 'nothing'}"
    for path in grant.keeps:
        kept = set(listed(at(change.after, path)))
        yield from (f"- {path}: {item}" for item in listed(at(change.before, path)) if item not in kept)


check = GrantsNotWidened()
