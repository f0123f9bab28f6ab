"""Derive a trust boundary from what a plan shows of itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from lakekit_policies.boundary import arns, own_arns, policy_evidence, snowflake_users
from lakekit_policies.boundary.model import TrustBoundary
from lakekit_policies.terraform.plan_file import PlanFile, PlannedResource


def derive(plan: PlanFile) -> TrustBoundary:
    """Accounts, organizations, VPCs and buckets that a plan shows as its own.

    Sources: ``allowed_account_ids`` of the providers, ``aws_caller_identity`` and the organization as read, ARNs of
    managed resources before and after. Without them: roles that are passed to services, and policies that AWS accepts
    from the own account only. These are arguments, so that they are evidence only if all of them name one account.
    """
    accounts: dict[str, str] = {}
    named: dict[str, str] = {}
    for account in _allowed_accounts(plan):
        accounts.setdefault(account, "allowed_account_ids of the provider")
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
        for account in own_arns.computed_accounts(kind, values):
            _add_account(accounts, account, f"the ARN of {kind}")
        for account in (*own_arns.named_accounts(kind, values), *policy_evidence.own_accounts(kind, values)):
            _add_account(named, account, f"an argument of {kind}")
        if kind == "aws_vpc":
            vpcs |= dict.fromkeys(_texts(values.get("id")))
        elif kind == "aws_vpc_endpoint":
            endpoints |= dict.fromkeys(_texts(values.get("id")))
        elif kind == "aws_s3_bucket":
            buckets |= dict.fromkeys(_texts(values.get("bucket")))
    return TrustBoundary(
        accounts=MappingProxyType(accounts or (named if len(named) == 1 else {})),
        organizations=tuple(organizations),
        vpcs=tuple(vpcs),
        vpc_endpoints=tuple(endpoints),
        buckets=tuple(buckets),
        canonical_users=tuple(users),
        principals=tuple(principals),
    )


def own_resources(plan: PlanFile) -> TrustBoundary:
    """Only the VPCs, endpoints, buckets and Snowflake users of a plan, which extend a stated boundary."""
    found = derive(plan)
    return TrustBoundary(
        vpcs=found.vpcs, vpc_endpoints=found.vpc_endpoints, buckets=found.buckets, principals=found.principals
    )


def _allowed_accounts(plan: PlanFile) -> Iterator[str]:
    for provider in plan.providers.values():
        expressions = provider.get("expressions") if isinstance(provider, Mapping) else None
        allowed = expressions.get("allowed_account_ids") if isinstance(expressions, Mapping) else None
        stated = allowed.get("constant_value") if isinstance(allowed, Mapping) else None
        yield from (one for one in _texts(stated) if arns.is_account(one))


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
