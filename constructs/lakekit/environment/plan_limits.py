"""The part of an environment file about plans: how much one may take away before somebody has to say so."""

from __future__ import annotations

from pydantic import Field

from .field_types import StrictModel


class PlanLimits(StrictModel):
    """Above these a plan is refused until that very plan is acknowledged (LK_PLAN_7)."""

    deletes: int = Field(ge=0, description="Resources of one stack that a plan may delete or replace")
    share: float = Field(ge=0, le=1, description="Share of a stack's resources that a plan may delete or replace")
