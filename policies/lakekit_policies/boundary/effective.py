"""The trust boundary under which a configuration is evaluated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lakekit_policies.boundary import from_plan, snowflake_users
from lakekit_policies.boundary.model import TrustBoundary
from lakekit_policies.boundary.read import CODE, with_account
from lakekit_policies.errors import GateError
from lakekit_policies.terraform.plan_file import PlanFile
from lakekit_policies.terraform.stack_metadata import StackMetadata


def effective_boundary(
    metadata: StackMetadata, plan: PlanFile, given: TrustBoundary | None, constants: Mapping[str, Any] | None = None
) -> TrustBoundary:
    """The boundary of the environment, else the given one, else what the plan shows of itself.

    Args:
        metadata: metadata of the stack; one with an account states its boundary, with or without further parts.
        plan: the plan, or a synthesized stack in its shape. Its own VPCs, endpoints and buckets are always inside.
        given: a boundary given by options.
        constants: local values of the synthesized stack, by the name that an expression uses.

    Raises:
        GateError: both the environment and the options state a boundary (code ``trust_boundary``).
    """
    if metadata.account_id:
        if given is not None:
            raise GateError(
                CODE,
                f"the environment {metadata.environment} states its trust boundary, and a second one is given. "
                "Change `trust_boundary` in the environment file, or omit the options.",
            )
        stated = with_account(
            metadata.trust_boundary or TrustBoundary(), metadata.account_id, "the account of the environment"
        )
    elif given is not None:
        stated = replace(given, stated=True)
    else:
        return from_plan.derive(plan)
    own = from_plan.own_resources(plan)
    return replace(
        stated,
        vpcs=stated.vpcs + own.vpcs,
        vpc_endpoints=stated.vpc_endpoints + own.vpc_endpoints,
        buckets=stated.buckets + own.buckets,
        principals=stated.principals + own.principals,
        trusted_expressions=tuple(
            name
            for name, value in (constants or {}).items()
            if isinstance(value, str) and snowflake_users.is_user(value)
        ),
    )
