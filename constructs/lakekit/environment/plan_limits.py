"""Plan limits of an environment: how much a plan may delete before the deletions have to be acknowledged."""

from __future__ import annotations

from pydantic import Field

from .field_types import StrictModel


class PlanLimits(StrictModel):
    """A plan above these limits is rejected until the changes of that plan are acknowledged (LK_PLAN_7)."""

    max_deletes: int = Field(ge=0, description="Resources of one stack that a plan may delete or replace")
    max_deleted_fraction: float = Field(
        ge=0, le=1, description="Fraction of a stack's resources that a plan may delete or replace"
    )
