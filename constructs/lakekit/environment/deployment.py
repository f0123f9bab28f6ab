"""The `deployment` section of an environment file: roles with which Terraform deploys and plans."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from .field_types import RoleNameOrArn, StrictModel
from .trust_boundary import OidcProvider


def _exact(value: str) -> str:
    if "*" in value or "?" in value:
        raise ValueError(f"{value} has a wildcard: name one subject, such as repo:acme/lake:environment:prod")
    return value


RoleName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+=,.@_-]+$", max_length=48)]
ExactSubject = Annotated[str, StringConstraints(max_length=255), AfterValidator(_exact)]


class DeploymentRole(StrictModel):
    """A role that pipelines and people assume."""

    role: RoleName = Field(description="Name of the role, at most 48 characters")
    trusted_principals: tuple[RoleNameOrArn, ...] = Field(
        default=(), description="Roles that may assume it, as names in this account or as ARNs"
    )
    oidc_subjects: dict[OidcProvider, tuple[ExactSubject, ...]] = Field(
        default_factory=dict,
        description="Subjects of pipelines that may assume it, by OIDC provider; without wildcards, and inside of "
        "trust_boundary.oidc_subjects",
    )


class DeployerRole(DeploymentRole):
    """The role that deploys and destroys the stacks."""

    role: RoleName = Field(default="lakehouse-deployer", description="Name of the role, at most 48 characters")


class PlannerRole(DeploymentRole):
    """The role that plans the stacks, read-only."""

    role: RoleName = Field(default="lakehouse-planner", description="Name of the role, at most 48 characters")


class DeploymentSettings(StrictModel):
    """Roles that `lakekit bootstrap` creates."""

    deployer: DeployerRole = Field(default_factory=DeployerRole, description="Deploys and destroys the stacks")
    planner: PlannerRole = Field(default_factory=PlannerRole, description="Plans the stacks, read-only")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.deployer.role == self.planner.role:
            raise ValueError(f"deployer and planner are both {self.deployer.role}: name two roles")
        return self
