"""Statements of trust policies."""

from __future__ import annotations

from collections.abc import Sequence

from lakekit.iam.policy import Statement, statement


def trust_roles(arns: Sequence[str]) -> Statement:
    """Allow roles to assume a role, with session tags and a source identity.

    Args:
        arns: ARNs of the roles.
    """
    trust = statement(
        "Assume",
        ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"],
        [],
        principals={"AWS": list(arns)},
        conditions={"StringEquals": {"aws:PrincipalAccount": sorted({arn.split(":")[4] for arn in arns})}},
    )
    del trust["Resource"]
    return trust
