"""The `account_settings` section of an environment file: settings that an AWS account has once in a region."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from .field_types import RoleNameOrArn, ShortName, StrictModel


class AccountSettings(StrictModel):
    """Which environment of an account has its Lake Formation settings, LF-tags, catalog encryption and EMR settings."""

    owner: ShortName | None = Field(
        default=None,
        description="Environment of the same account, region and organization that has the account-wide settings; "
        "this one if unset",
    )
    environments: tuple[ShortName, ...] = Field(
        default=(),
        description="In the owner: the other environments of the account; their zones are values of the LF-tag zone "
        "of the form <environment>-<zone>",
    )
    planners: tuple[RoleNameOrArn, ...] = Field(
        default=(),
        description="In the owner: `deployment.planner.role` of the other environments, to which Lake Formation shows "
        "every table",
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for key in ("environments", "planners"):
            if self.owner is not None and getattr(self, key):
                raise ValueError(f"{key} belong into the file of the owner: remove {key}, or owner")
        return self
