"""The `gate` section of an environment file: which findings reject."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .field_types import StrictModel


class GateSettings(StrictModel):
    """Which findings of the policy gate reject a configuration."""

    fail_on: Literal["low", "medium", "high"] | None = Field(
        default=None,
        description=(
            "Lowest severity that rejects; findings below are advisory. high (sandbox), medium (dev), low (staging, "
            "prod) if unset; high and critical findings always reject"
        ),
    )
