"""The `snowflake` section of an environment file: the Snowflake account, its warehouses, and who gets in from where."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from enum import StrEnum
from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, Field, StringConstraints, field_validator, model_validator

from .field_types import KebabCaseName, StrictModel


class Edition(StrEnum):
    """Snowflake editions, in rising order of what they can do."""

    STANDARD = "standard"
    ENTERPRISE = "enterprise"
    BUSINESS_CRITICAL = "business-critical"

    @property
    def has_governance(self) -> bool:
        """Tags, masking and row access policies, multi-cluster warehouses and long time travel need Enterprise."""
        return self is not Edition.STANDARD


class WarehouseSize(StrEnum):
    """Sizes by the names that provider and account agree on; each doubles the credits of the one before."""

    XSMALL = "XSMALL"
    SMALL = "SMALL"
    MEDIUM = "MEDIUM"
    LARGE = "LARGE"
    XLARGE = "XLARGE"
    XXLARGE = "XXLARGE"


class Authenticator(StrEnum):
    """How the provider and our commands prove who they are; the secret itself never stands in a file of ours."""

    KEY_PAIR = "key-pair"
    OAUTH = "oauth"


def _check_prefix_length(text: str) -> str:
    network = ipaddress.IPv4Network(text, strict=True)
    # /16: one company's own range at its widest; a cloud provider's /8 is half of the internet.
    if network.prefixlen < 16:
        raise ValueError(f"{text} is too wide: name networks of /16 or smaller")
    return text


NetworkCidr = Annotated[str, AfterValidator(_check_prefix_length)]
SnowflakeName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,254}$")]
# DER in base64 on one line, no header: what ALTER USER … SET RSA_PUBLIC_KEY takes. 2,048 bits are 392 characters.
PublicKey = Annotated[str, StringConstraints(pattern=r"^MII[A-Za-z0-9+/]{300,}={0,2}$")]
Credits = Annotated[int, Field(ge=1, le=1_000_000)]


class SnowflakeProviderSettings(StrictModel):
    """Which Snowflake provider the synthesized stacks ask Terraform for."""

    source: str = Field(
        default="snowflakedb/snowflake",
        pattern=r"^([a-z0-9.-]+/)?[a-z0-9-]+/[a-z0-9-]+$",
        description="Provider source address",
    )
    version: str = Field(
        default=">= 2.11.0, < 3.0.0",
        min_length=1,
        description="Version constraint; constructs use only what 2.11 knows",
    )


class WorkloadSettings(StrictModel):
    """One warehouse: what runs on it and what it may cost."""

    description: str = Field(default="A workload", max_length=200, description="What runs on it, one sentence")
    size: WarehouseSize | None = Field(default=None, description="Size; the tier decides if unset")
    monthly_credits: Credits | None = Field(
        default=None, description="Credits a month after which it is suspended; the tier decides if unset"
    )
    auto_suspend_seconds: int = Field(
        default=60,
        ge=60,
        le=600,
        description="Idle seconds until it is suspended; a minute is the least that is billed",
    )
    statement_timeout_seconds: int = Field(
        default=3600, ge=60, le=86_400, description="Seconds until a running statement is cancelled"
    )
    queue_timeout_seconds: int = Field(
        default=600, ge=60, le=7200, description="Seconds until a waiting statement is cancelled"
    )
    max_clusters: int = Field(default=1, ge=1, le=10, description="More than 1 needs Enterprise edition")
    roles: tuple[KebabCaseName, ...] = Field(
        default=(), description="Roles of governance.roles that may use it; all of them if none is named"
    )


class ServiceUserSettings(StrictModel):
    """A user for a program: a key pair, a role, a warehouse, and no password."""

    description: str = Field(default="A program", max_length=200, description="Which program, one sentence")
    role: KebabCaseName = Field(description="Its role, one of governance.roles")
    workload: KebabCaseName = Field(description="Its warehouse, one of snowflake.workloads")
    public_key: PublicKey = Field(description="Public RSA key: base64 on one line, without header and trailer")
    next_public_key: PublicKey | None = Field(
        default=None, description="The key that comes next: set both, change the program, then move it to public_key"
    )


DEPLOYER: Final = "deployer"
"""The word of the user that Terraform comes as and of its warehouse: `lakekit snowflake bootstrap` makes both."""

# Loading is bursty and short, transformations are long, people wait for queries.
DEFAULT_WORKLOADS: dict[str, dict[str, Any]] = {
    "load": {"description": "Snowpipe's and COPY's loads", "statement_timeout_seconds": 3600},
    "transform": {"description": "Transformations on a schedule", "statement_timeout_seconds": 7200},
    "query": {"description": "People and dashboards", "statement_timeout_seconds": 900, "queue_timeout_seconds": 120},
}


class SnowflakeSettings(StrictModel):
    """The Snowflake side of an environment."""

    organization: SnowflakeName = Field(description="Name of the Snowflake organization")
    account: SnowflakeName = Field(description="Name of the account in that organization")
    region: str = Field(
        pattern=r"^(aws|azure|gcp)_[a-z0-9_]+$", description="Region of the account, such as aws_eu_west_1"
    )
    edition: Edition = Field(description="standard, enterprise or business-critical: decides what can be built")
    provider: SnowflakeProviderSettings = Field(
        default_factory=SnowflakeProviderSettings, description="The Snowflake provider"
    )
    authenticator: Authenticator = Field(
        default=Authenticator.KEY_PAIR,
        description="key-pair (SNOWFLAKE_PRIVATE_KEY) or oauth (SNOWFLAKE_TOKEN), read from the environment variables",
    )
    owns_account: bool = Field(
        default=True,
        description="Account parameters, the network policy and the account's monitor are set from here; "
        "false in all but one of the environments that share an account",
    )
    monthly_credits: Credits | None = Field(
        default=None, description="Credits a month for the whole account; the sum of all warehouses' if unset"
    )
    allowed_networks: tuple[NetworkCidr, ...] = Field(
        min_length=1, max_length=100, description="IPv4 networks that may reach the account, none wider than /16"
    )
    workloads: dict[KebabCaseName, WorkloadSettings] = Field(
        default_factory=lambda: {name: WorkloadSettings(**one) for name, one in DEFAULT_WORKLOADS.items()},
        min_length=1,
        description="Warehouses by workload; the keys of load, transform and query have their own defaults",
    )
    service_users: dict[KebabCaseName, ServiceUserSettings] = Field(
        default_factory=dict, description="Programs' users by name"
    )

    @field_validator("workloads", mode="before")
    @classmethod
    def _with_defaults(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {
            name: {**DEFAULT_WORKLOADS.get(name, {}), **(one or {})} if isinstance(one, dict | None) else one
            for name, one in value.items()
        }

    @model_validator(mode="after")
    def _buildable(self) -> Self:
        for where, names in (("workloads", self.workloads), ("service_users", self.service_users)):
            if DEPLOYER in names:
                raise ValueError(
                    f"{where}.{DEPLOYER}: what `lakekit snowflake bootstrap` makes is called so; take another word"
                )
        for name, workload in self.workloads.items():
            if workload.max_clusters > 1 and not self.edition.has_governance:
                raise ValueError(
                    f"workloads.{name}.max_clusters {workload.max_clusters} needs Enterprise edition, "
                    f"and the account is {self.edition}"
                )
        for name, user in self.service_users.items():
            if user.workload not in self.workloads:
                raise ValueError(
                    f"service_users.{name}.workload: {user.workload} is not one of {', '.join(self.workloads)}"
                )
            if user.public_key == user.next_public_key:
                raise ValueError(f"service_users.{name}: public_key and next_public_key are the same key")
        return self

    def check(self, roles: Collection[str], region: str) -> None:
        """Raise ValueError where a role is named that governance does not declare, or the clouds do not fit.

        Args:
            roles: the names of governance.roles.
            region: the AWS region of the lake.
        """
        wanted = [(f"workloads.{name}.roles", role) for name, one in self.workloads.items() for role in one.roles]
        wanted += [(f"service_users.{name}.role", user.role) for name, user in self.service_users.items()]
        for where, role in wanted:
            if role not in roles:
                raise ValueError(f"snowflake.{where}: {role} is not one of {', '.join(roles) or 'governance.roles'}")
        if self.region != f"aws_{region.replace('-', '_')}":
            raise ValueError(
                f"snowflake.region {self.region} is not where the lake is ({region}): every query would pay for "
                f"moving data between regions; use an account in aws_{region.replace('-', '_')}"
            )

    @property
    def account_identifier(self) -> str:
        """`<organization>-<account>`, as connectors take it."""
        return f"{self.organization}-{self.account}".upper()
