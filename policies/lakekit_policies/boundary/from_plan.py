"""Derive a trust boundary from what a plan shows of itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from lakekit_policies.boundary import arns, own_arns, policy_evidence, snowflake_users
from lakekit_policies.boundary.model import TrustBoundary
from lakekit_policies.terraform.plan_file import PlanFile, PlannedResource


def derive(plan: PlanFile) -> TrustBoundary:
    """Accounts, organizations, VPCs and buckets that a plan shows as its own.

    Proof of an account: ``aws_caller_identity`` as read, ARNs that AWS returned for managed resources, and the
    ``allowed_account_ids`` on which all AWS providers agree. Arguments prove nothing, because a configuration can name
    any account in them; they only suggest accounts (``suggested_accounts``), and only without proof.
    """
    shown = _shown(plan)
    return shown if shown.accounts else replace(shown, suggested_accounts=_suggested_accounts(plan))


def _shown(plan: PlanFile) -> TrustBoundary:
    accounts = dict.fromkeys(_allowed_accounts(plan), "allowed_account_ids of the provider")
    arguments = {one.type for one in plan.configured() if one.is_managed and "arn" in one.expressions}
    organizations, vpcs, endpoints, buckets, users, principals = (dict[str, None]() for _ in range(6))
    for kind, mode, values in _resources(plan):
        if kind.startswith("snowflake_"):
            principals |= dict.fromkeys(snowflake_users.users(values))
        if mode == "data":
            if kind == "aws_caller_identity":
                _add_account(accounts, values.get("account_id"), "aws_caller_identity")
            elif kind == "aws_organizations_organization":
                organizations |= dict.fromkeys(_texts(values.get("id")))
            elif kind == "aws_canonical_user_id":
                users |= dict.fromkeys(_texts(values.get("id")))
            continue
        for account in own_arns.computed_accounts(kind, values) if kind not in arguments else ():
            _add_account(accounts, account, f"the ARN of {kind}")
        if kind == "aws_vpc":
            vpcs |= dict.fromkeys(_texts(values.get("id")))
        elif kind == "aws_vpc_endpoint":
            endpoints |= dict.fromkeys(_texts(values.get("id")))
        elif kind == "aws_s3_bucket":
            buckets |= dict.fromkeys(_texts(values.get("bucket")))
    return TrustBoundary(
        accounts=MappingProxyType(accounts),
        organizations=tuple(organizations),
        vpcs=tuple(vpcs),
        vpc_endpoints=tuple(endpoints),
        buckets=tuple(buckets),
        canonical_users=tuple(users),
        principals=tuple(principals),
    )


def _suggested_accounts(plan: PlanFile) -> tuple[str, ...]:
    suggested: dict[str, None] = {}
    for kind, mode, values in _resources(plan):
        if mode != "data":
            suggested |= dict.fromkeys(own_arns.named_accounts(kind, values))
            suggested |= dict.fromkeys(policy_evidence.suggested(kind, values))
    return tuple(suggested)


def own_resources(plan: PlanFile) -> TrustBoundary:
    """Only the VPCs, endpoints, buckets and Snowflake users of a plan, which extend a stated boundary."""
    found = _shown(plan)
    return TrustBoundary(
        vpcs=found.vpcs, vpc_endpoints=found.vpc_endpoints, buckets=found.buckets, principals=found.principals
    )


def _allowed_accounts(plan: PlanFile) -> list[str]:
    """Accounts that every AWS provider allows; those of one provider alone can be a foreign account."""
    stated: list[list[str]] = []
    for key, provider in plan.providers.items():
        expressions = provider.get("expressions") or {}
        inherited = provider.get("module_address") and not expressions
        if str(provider.get("name") or key).partition(".")[0] == "aws" and not inherited:
            allowed = expressions.get("allowed_account_ids")
            stated.append(_texts(allowed.get("constant_value") if isinstance(allowed, Mapping) else None))
    first, *others = stated or [[]]
    return [one for one in first if arns.is_account(one) and all(one in other for other in others)]


def _resources(plan: PlanFile) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for resource in _prior(plan):
        yield resource.type, resource.mode, resource.values
    for resource in plan.resources():
        yield resource.type, resource.mode, resource.values
    for change in plan.all_changes():
        yield change.type, "managed" if change.is_managed else "data", change.before


def _prior(plan: PlanFile) -> Iterator[PlannedResource]:
    prior = plan.document.get("prior_state")
    values = prior.get("values") if isinstance(prior, Mapping) else None
    if isinstance(values, Mapping):
        yield from PlanFile({"planned_values": values}).resources()


def _add_account(accounts: dict[str, str], value: Any, reason: str) -> None:
    if isinstance(value, str) and arns.is_account(value):
        accounts.setdefault(value, reason)


def _texts(value: Any) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, str) and item]
