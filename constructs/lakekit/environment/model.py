"""The model of an environment file, `stacks/environments/<name>.yaml`."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import Any, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from lakekit.naming import Names
from lakekit_policies import wildcards

from . import query_access, tier_limits
from .account_settings import AccountSettings
from .availability_zones import problem_of_zones
from .deployment import DeploymentSettings
from .field_types import AccountId, Region, ShortName, StrictModel, TagKey, TagText
from .gate import GateSettings
from .governance import GovernanceSettings
from .lake import LakeSettings
from .network import NetworkSettings
from .operations import OperationsSettings
from .plan_limits import PlanLimits
from .processing import ProcessingSettings
from .provider import AwsProviderSettings
from .snowflake import SnowflakeSettings
from .streaming import StreamingSettings
from .tiers import TIERS, Tier, TierDefaults
from .trust_boundary import TrustBoundarySettings

# Of the 50 tags of a resource (AWS Tagging, "Tag naming limits and requirements"), those that Lakekit and its
# constructs set need up to 15.
MAX_TAGS = 35
RESERVED_TAGS = (
    *("organization", "environment", "owner", "cost-center", "stack", "managed-by"),
    *("data-product", "classification", "domain"),
)


class Target(StrEnum):
    """Deployment target of an environment."""

    AWS = "aws"
    LOCAL = "local"


class LocalBackend(StrictModel):
    """Terraform state in `.lakekit/state/` of the project; only for the local cloud."""

    kind: Literal["local"] = Field(description="State in a file of the project")


class S3Backend(StrictModel):
    """Terraform state in S3, locked natively (Terraform 1.10 and later), encrypted."""

    kind: Literal["s3"] = Field(description="State in an S3 bucket with native locking")
    bucket: str | None = Field(
        default=None,
        pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
        description="The state bucket; by default <organization>-<environment>-terraform-state-<account>-<region>",
    )
    region: Region | None = Field(default=None, description="The state bucket's region; the environment's by default")
    prefix: str = Field(
        default="lakekit",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9/_-]*$",
        description="Keys are <prefix>/<stack>.tfstate",
    )
    kms_key_id: str | None = Field(
        default=None,
        description="ARN of the KMS key that encrypts the state; the default key of the bucket if unset",
    )

    def bucket_name(self, names: Names) -> str:
        """Return the name of the state bucket of an environment with these names."""
        return self.bucket or names.bucket("terraform-state")


class Environment(StrictModel):
    """A deployed lakehouse: owner, account, region, tier and settings.

    Names, ARNs, tags and defaults derive from it; constructs read it from their stack.
    """

    organization: ShortName = Field(description="Short name of the company or unit: a-z0-9, at most 12, no hyphens")
    environment: ShortName = Field(description="Name of this environment: a-z0-9, at most 12, no hyphens")
    tier: Tier = Field(description="sandbox, dev, staging or prod: decides protection, retention and redundancy")
    account_id: AccountId = Field(
        description="The AWS account, 12 digits in quotes; Terraform rejects any other account"
    )
    region: Region = Field(description="The AWS region, such as eu-west-1")
    owner: TagText = Field(description="Mail address of the owner")
    cost_center: TagText = Field(description="Cost center")
    target: Target = Field(default=Target.AWS, description="aws, or local for the embedded local cloud")
    backend: LocalBackend | S3Backend = Field(
        discriminator="kind", description="Backend for the Terraform state of each stack"
    )
    provider: AwsProviderSettings = Field(default_factory=AwsProviderSettings, description="The AWS provider")
    tags: dict[TagKey, TagText] = Field(
        default_factory=dict,
        max_length=MAX_TAGS,
        description="Further default tags on every resource, except S3 objects, which may have ten only",
    )
    account_settings: AccountSettings = Field(
        default_factory=AccountSettings, description="Owner of the settings that the account has once in the region"
    )
    lake: LakeSettings = Field(default_factory=LakeSettings, description="Zones and keys of the lake")
    governance: GovernanceSettings = Field(description="Administrators, domains, classifications and roles")

    network: NetworkSettings = Field(default_factory=NetworkSettings, description="VPC of the engines")
    streaming: StreamingSettings = Field(
        default_factory=StreamingSettings, description="Kafka and the delivery to the lake"
    )
    operations: OperationsSettings = Field(
        default_factory=OperationsSettings, description="Alarms, dashboards and budget"
    )
    processing: ProcessingSettings = Field(default_factory=ProcessingSettings, description="Spark, Glue and Athena")

    trust_boundary: TrustBoundarySettings = Field(
        default_factory=TrustBoundarySettings, description="What is trusted outside of this account"
    )
    deployment: DeploymentSettings = Field(
        default_factory=DeploymentSettings, description="Roles with which Terraform deploys and plans"
    )
    gate: GateSettings = Field(default_factory=GateSettings, description="Which findings of the gate reject")
    plan_limits: PlanLimits | None = Field(
        default=None, description="How much a plan may delete; 25 (dev), 10 (staging), 5 (prod) resources if unset"
    )
    snowflake: SnowflakeSettings | None = Field(
        default=None, description="Snowflake account and warehouses; none if unset"
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.target is Target.LOCAL) != (self.backend.kind == "local"):
            raise _problem(
                ("backend",),
                f"target {self.target} does not allow backend kind {self.backend.kind}: "
                "use kind local with target local, and kind s3 with target aws",
            )
        if self.target is Target.LOCAL and self.tier is not Tier.SANDBOX:
            raise _problem(("tier",), f"tier {self.tier} is not allowed with target local: use tier sandbox")
        taken = sorted(set(self.tags) & set(RESERVED_TAGS))
        if taken:
            names = ", ".join(taken)
            raise _problem(("tags", taken[0]), f"tags {names} are set by Lakekit from the keys with the same names")
        self._check_network_zones()
        self._check_deployment()
        if self.account_settings.owner == self.environment:
            raise _problem(
                ("account_settings", "owner"), f"account_settings.owner is {self.environment} itself: remove it"
            )
        same = sorted(set(self.lf_zones_of_others) & set(self.lake.zones))
        if same:
            raise _problem(
                ("lake", "zones", same[0]),
                f"zones {', '.join(same)} are LF-tag values of account_settings.environments: rename them",
            )
        self.governance.check((name, zone.classification) for name, zone in self.lake.zones.items())
        for key, problem in query_access.problems(self.processing, self.governance, tuple(self.lake.zones)):
            raise _problem(key, problem)
        if self.snowflake is not None:
            self.snowflake.check(self.governance.roles, self.region)
        tier_limits.check(self.tier, self.processing.cluster, self.snowflake, self.plan_limits)
        return self

    def _check_deployment(self) -> None:
        for kind, role in (("deployer", self.deployment.deployer), ("planner", self.deployment.planner)):
            if role.role.startswith(f"{self.names.prefix}-"):
                raise ValueError(
                    f"deployment.{kind}.role {role.role} begins with {self.names.prefix}-: a deployment could change "
                    "its own permissions; use a name such as lakehouse-deployer"
                )
            for provider, subjects in role.oidc_subjects.items():
                known = self.trust_boundary.oidc_subjects.get(provider, ())
                if outside := [one for one in subjects if not wildcards.includes(known, one)]:
                    raise ValueError(
                        f"deployment.{kind}.oidc_subjects: {', '.join(outside)} is outside of the trust boundary; "
                        f"add it to trust_boundary.oidc_subjects of {provider}"
                    )

    def _check_network_zones(self) -> None:
        network = self.network
        letters = tuple(network.existing.subnets) if network.existing else network.zones
        problem = problem_of_zones(self.region, letters) if network.enabled else None
        if problem:
            key = ("network", "existing", "subnets") if network.existing else ("network", "zones")
            raise _problem(key, problem)

    @property
    def athena_workgroups(self) -> dict[str, tuple[str, ...]]:
        """Athena workgroups by short name, with the roles that may query in each; empty if Athena is disabled."""
        return query_access.workgroups(self.processing, self.governance)

    @property
    def separated_workgroups(self) -> tuple[dict[str, Any], ...]:
        """Athena workgroups whose results are not shared, with name, location and roles, for the metadata of stacks."""
        return query_access.separated(self.names, self.processing, self.governance, tuple(self.lake.zones))

    def access_difference(self, one: str, other: str) -> str:
        """Return what only one of two roles of `governance.roles` reads; empty if both read the same data.

        The access of a role with another name is not known, and differs from that of any other.
        """
        return query_access.difference(one, other, self.governance, tuple(self.lake.zones))

    @property
    def owns_account_settings(self) -> bool:
        """Whether this environment has the Lake Formation settings, LF-tags and catalog encryption of its account."""
        return self.account_settings.owner is None

    @property
    def shares_account(self) -> bool:
        """Whether other environments have tables in the same account and region."""
        return not self.owns_account_settings or bool(self.account_settings.environments)

    @property
    def lf_zones_of_others(self) -> tuple[str, ...]:
        """Values of the LF-tag zone for the other environments of the account that this one owns."""
        return tuple(f"{name}-{zone}" for name in self.account_settings.environments for zone in self.lake.zones)

    def lf_zone(self, zone: str) -> str:
        """Return the value of the LF-tag zone for a zone of this environment.

        Grants by LF-tag reach every table of the account: without a value of its own, a zone of this environment would
        be readable with a grant of another.
        """
        return zone if self.owns_account_settings else f"{self.environment}-{zone}"

    @property
    def zone_vocabulary(self) -> tuple[str, ...]:
        """Values of the tag and LF-tag zone in the stacks of this environment."""
        if self.owns_account_settings:
            return (*self.lake.zones, *self.lf_zones_of_others)
        return (*self.lake.zones, *map(self.lf_zone, self.lake.zones))

    @property
    def account_names(self) -> Names:
        """Names of the environment that owns the account-wide settings."""
        return replace(self.names, environment=self.account_settings.owner or self.environment)

    @property
    def name(self) -> str:
        """Name of the environment, the prefix of its stacks."""
        return self.environment

    @property
    def names(self) -> Names:
        """Physical names and ARNs of this environment."""
        return Names(self.organization, self.environment, self.account_id, self.region)

    @property
    def defaults(self) -> TierDefaults:
        """Defaults of the tier."""
        return TIERS[self.tier]

    @property
    def strictest_classification(self) -> str:
        """The most confidential classification of the zones."""
        known = self.governance.classifications
        return known[max(known.index(zone.classification) for zone in self.lake.zones.values())]

    @property
    def is_local(self) -> bool:
        """Whether the target is the embedded local cloud."""
        return self.target is Target.LOCAL


def _problem(key: tuple[str, ...], problem: str) -> PydanticCustomError:
    """Return the error of a check over several keys; it is reported at the line of one of them."""
    return PydanticCustomError("inconsistent", "{problem}", {"problem": problem, "key": key})
