"""The `trust_boundary` section of an environment file: what the environment trusts outside of its own account."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from lakekit_policies.boundary.action_kinds import ACTION_KINDS, is_action_kind
from lakekit_policies.boundary.oidc_subjects import names_owner

from .field_types import AccountId, StrictModel
from .network import OrganizationId, VpcId


def _with_owner(value: str) -> str:
    if not names_owner(value):
        raise ValueError(f"{value} includes subjects of any owner: name one completely, such as repo:acme/lake:*")
    return value


def _known_kind(value: str) -> str:
    if not is_action_kind(value):
        raise ValueError(f"{value} is not a kind: use provider_<name> or one of {', '.join(ACTION_KINDS)}")
    return value


Reason = Annotated[str, StringConstraints(min_length=10, max_length=200)]
EndpointId = Annotated[str, StringConstraints(pattern=r"^vpce-([0-9a-f]{8}|[0-9a-f]{17})$")]
Cidr = Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F.:]+/[0-9]{1,3}$")]
HostName = Annotated[str, StringConstraints(pattern=r"^(\*\.)?([a-z0-9-]+\.)+[a-z]{2,}$", max_length=253)]
OidcProvider = Annotated[str, StringConstraints(pattern=r"^([a-z0-9-]+\.)+[a-z]{2,}(/[\w./-]+)?$")]
OidcSubject = Annotated[str, StringConstraints(max_length=255), AfterValidator(_with_owner)]
Registry = Annotated[str, StringConstraints(pattern=r"^([a-z0-9-]+\.)+[a-z]{2,}(:[0-9]+)?(/[a-z0-9._-]+)*/?$")]
SnowflakeAccountName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*[.-][A-Za-z][A-Za-z0-9_]*$")]
Bucket = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
ActionKind = Annotated[str, AfterValidator(_known_kind)]
CanonicalUser = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class TrustBoundarySettings(StrictModel):
    """Principals and destinations that policies may name; the gate rejects access and data flows outside of them.

    The environment's own account, organization (`network.organization_id`), VPC, Snowflake account and buckets are
    always inside.
    """

    accounts: dict[AccountId, Reason] = Field(
        default_factory=dict, description="Other AWS accounts, each with the reason why it is trusted"
    )
    organizations: tuple[OrganizationId, ...] = Field(default=(), description="Ids of AWS Organizations")
    oidc_subjects: dict[OidcProvider, tuple[OidcSubject, ...]] = Field(
        default_factory=dict,
        description="Subjects by OIDC provider, with `*` after a complete owner: repo:acme/lake:*",
    )
    vpcs: tuple[VpcId, ...] = Field(default=(), description="VPCs of other stacks and teams")
    vpc_endpoints: tuple[EndpointId, ...] = Field(default=(), description="VPC endpoints of other stacks and teams")
    networks: tuple[Cidr, ...] = Field(default=(), description="Public address ranges of the company")
    mail_domains: tuple[HostName, ...] = Field(default=(), description="Domains of mail addresses")
    image_registries: tuple[Registry, ...] = Field(
        default=(), description="Prefixes of container images, such as public.ecr.aws/emr-serverless"
    )
    snowflake_accounts: tuple[SnowflakeAccountName, ...] = Field(
        default=(), description="Other Snowflake accounts: ORGANIZATION.ACCOUNT"
    )
    buckets: tuple[Bucket, ...] = Field(default=(), description="S3 buckets of other stacks and teams")
    hosts: tuple[HostName, ...] = Field(
        default=(), description="Hosts that data may be sent to; `*.` includes all subdomains"
    )
    canonical_users: tuple[CanonicalUser, ...] = Field(
        default=(), description="S3 canonical user ids of trusted accounts"
    )
    allowed_actions: dict[ActionKind, Reason] = Field(
        default_factory=dict,
        description="Actions outside of the plan by kind (docs/gate.md), each with the reason why it is allowed",
    )
