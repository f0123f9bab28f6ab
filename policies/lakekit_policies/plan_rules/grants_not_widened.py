from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from lakekit_policies.plan_rules._column_widening import (
    COLUMN_NAMES,
    WILDCARDS,
    columns_widened,
    shown_columns,
    without_columns,
)
from lakekit_policies.plan_rules._created_resources import (
    CreatedResources,
    Planned,
    WideningRule,
    as_texts,
    summarize,
)
from lakekit_policies.plan_rules._grant_types import GRANTS, TOP_ROLE, Grant
from lakekit_policies.plan_rules._network_widening import traffic_arguments, traffic_gained
from lakekit_policies.plan_rules._unknown_arguments import COMPUTED, UNDECIDED, UnknownArguments
from lakekit_policies.plan_rules._value_widening import (
    classification_raised,
    filter_widened,
    items_gained,
    network_policy_widened,
    policy_widened,
    tag_expression_widened,
)
from lakekit_policies.terraform.plan_changes import Change, value_at


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

    def gained(self, change: Change, planned: Planned) -> Iterable[str]:
        unknown = planned.unknown
        grant = GRANTS.get(change.type)
        if grant is None:
            lines = list(traffic_gained(change))
            open_ = unknown.of(change, *traffic_arguments(change.type)) if change.before else []
            lines += [f"{path} {UNDECIDED}" for path in open_]
            return [summarize(lines)] if lines else []
        if change.actions == ("create",) or (
            change.replaces
            and (grant.grantee_attributes or grant.grantee_lists)
            and _has_other_target(change, grant, unknown)
        ):
            lines = _granted(change, grant, planned.created)
        else:
            open_ = [*unknown.of(change, *grant.compared), *_unknown_columns(change, grant, unknown)]
            known = grant.without(open_)
            lines = [*_gained_items(change, known), *_network_policies(change, known, planned.values)]
            lines += [f"{path} {UNDECIDED}" for path in open_]
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


def _has_other_target(change: Change, grant: Grant, unknown: UnknownArguments) -> bool:
    """Whether the replacement of a grant has another grantee or object.

    Most grants cannot be updated: Terraform revokes one and creates another at the same address.
    """
    ignored = {path.partition(".")[0] for path in (*grant.compared, *grant.columns)} | COMPUTED
    identifying = {name: value for name, value in change.after.items() if name not in ignored}
    later = change.after_unknown.keys() - ignored
    return (
        any(unknown.includes(change, name, stated=True) for name in later)
        or any(
            value not in (None, [], "", False) and change.before.get(name) != value
            for name, value in identifying.items()
        )
        or any(
            without_columns(change.before.get(path)) != without_columns(change.after.get(path))
            for path in grant.columns
        )
    )


def _new(change: Change, grant: Grant) -> list[str]:
    grantee = next((name for name in grant.grantee_attributes if change.after.get(name)), "")
    later = next((name for name in grant.grantee_attributes if change.after_unknown.get(name) is True), "")
    if later and not grantee:
        return [f"+ {_given(change, later)} to a {later} that is not known before apply"]
    if not grantee or change.after[grantee] == TOP_ROLE:
        return []
    return [f"+ {_given(change, grantee)} to {change.after[grantee]}"]


def _unknown_columns(change: Change, grant: Grant, unknown: UnknownArguments) -> list[str]:
    """The blocks whose selection of columns is not known; the provider computes one that is not set."""
    names = (*COLUMN_NAMES, *(f"{wildcard}.excluded_column_names" for wildcard in WILDCARDS))
    return [
        path for path in grant.columns if any(unknown.includes(change, f"{path}.{one}", stated=True) for one in names)
    ]


def _given(change: Change, grantee: str) -> str:
    """What a grant gives, without the attribute that names the grantee."""
    rest = {
        name: value
        for name, value in change.after.items()
        if value not in (None, [], "", False) and name not in COMPUTED | {grantee}
    }
    unknown = sorted(name for name, value in change.after_unknown.items() if value is True)
    later = [name for name in unknown if name not in COMPUTED | {grantee}]
    return " ".join(as_texts(rest)) or f"{' and '.join(later) or 'access'} not known before apply"


def _gained_items(change: Change, grant: Grant) -> Iterator[str]:
    for path in grant.list_attributes:
        gained = items_gained(value_at(change.before, path), value_at(change.after, path))
        yield from (f"+ {path}: {item}" for item in gained)
    for path in grant.columns:
        blocks = (change.before.get(path), change.after.get(path), change.after_unknown.get(path))
        if (blocks[0] or blocks[1]) and columns_widened(*blocks):
            yield f"{path}: {shown_columns(*blocks)}"
    for path in grant.flag_attributes:
        if value_at(change.before, path) is not True and value_at(change.after, path) is True:
            yield f"+ {path}"
    for path in (*grant.value_attributes, *grant.tag_expressions, *grant.filters):
        before, after = value_at(change.before, path), value_at(change.after, path)
        if _is_widened(path, before, after, grant):
            absent = "every row" if path in grant.filters else "nothing"
            shown = (", ".join(as_texts(value or None)) or absent for value in (before, after))
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
