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
PolicyNameOrArn = Annotated[
    str,
    StringConstraints(
        pattern=r"^(arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/[\w+=,.@/-]+|[\w+=,.@-]+)$", max_length=600
    ),
]
# IAM user guide, "IAM JSON policy elements: Action"; a service without an action would be any action of it.
BoundaryAction = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+:[A-Za-z]{3,}[A-Za-z0-9]*\*?$", max_length=128)]
ExactSubject = Annotated[str, StringConstraints(max_length=255), AfterValidator(_exact)]

_RESERVED_SERVICES = ("iam:", "organizations:", "account:", "sso:", "sts:", "ram:", "identitystore:")


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
    permissions_boundary: bool | PolicyNameOrArn = Field(
        default=True,
        description="Permissions boundary of the roles that stacks create: true for `<deployer>-boundary`, which "
        "`lakekit bootstrap` creates; name or ARN of a managed policy of your own; false for none",
    )
    boundary_actions: tuple[BoundaryAction, ...] = Field(
        default=(),
        description="IAM actions that roles of stacks need beyond those of the boundary of `lakekit bootstrap`, such "
        "as `batch:SubmitJob`",
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.deployer.role == self.planner.role:
            raise ValueError(f"deployer and planner are both {self.deployer.role}: name two roles")
        if self.boundary_actions and self.permissions_boundary is not True:
            raise ValueError(
                "boundary_actions extend the boundary of `lakekit bootstrap`: set permissions_boundary: true"
            )
        reserved = [one for one in self.boundary_actions if one.startswith(_RESERVED_SERVICES)]
        if reserved:
            raise ValueError(
                f"boundary_actions: {', '.join(reserved)} would let roles of stacks change permissions: create such a "
                "role outside of Lakekit"
            )
        return self
