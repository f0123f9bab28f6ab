"""The `snowflake` section of an environment file: account, network policy, warehouses and service users."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from enum import StrEnum
from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, Field, StringConstraints, field_validator, model_validator

from .field_types import KebabCaseName, StrictModel


class Edition(StrEnum):
    """Snowflake editions, in rising order of features."""

    STANDARD = "standard"
    ENTERPRISE = "enterprise"
    BUSINESS_CRITICAL = "business-critical"

    @property
    def has_governance(self) -> bool:
        """Whether the edition has tags, policies, multi-cluster warehouses and long Time Travel."""
        return self is not Edition.STANDARD


class WarehouseSize(StrEnum):
    """Warehouse sizes; each uses twice the credits of the one before."""

    XSMALL = "XSMALL"
    SMALL = "SMALL"
    MEDIUM = "MEDIUM"
    LARGE = "LARGE"
    XLARGE = "XLARGE"
    XXLARGE = "XXLARGE"


class Authenticator(StrEnum):
    """Authentication of the provider and of the commands; the secret is never written to a file."""

    KEY_PAIR = "key-pair"
    OAUTH = "oauth"


def _check_prefix_length(text: str) -> str:
    network = ipaddress.IPv4Network(text, strict=True)
    # /16 is the widest range that a single company owns; a /8 of a cloud provider has many tenants.
    if network.prefixlen < 16:
        raise ValueError(f"{text} is too wide: name networks of /16 or smaller")
    return text


NetworkCidr = Annotated[str, AfterValidator(_check_prefix_length)]
SnowflakeName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,254}$")]
# DER in base64 on one line without header, as in ALTER USER … SET RSA_PUBLIC_KEY. 2,048 bits are 392 characters.
PublicKey = Annotated[str, StringConstraints(pattern=r"^MII[A-Za-z0-9+/]{300,}={0,2}$")]
Credits = Annotated[int, Field(ge=1, le=1_000_000)]


class SnowflakeProviderSettings(StrictModel):
    """Source and version of the Snowflake provider in the synthesized stacks."""

    source: str = Field(
        default="snowflakedb/snowflake",
        pattern=r"^([a-z0-9.-]+/)?[a-z0-9-]+/[a-z0-9-]+$",
        description="Provider source address",
    )
    version: str = Field(
        default=">= 2.11.0, < 3.0.0",
        min_length=1,
        description="Version constraint; constructs use only features of 2.11",
    )


class WorkloadSettings(StrictModel):
    """One warehouse: size, credits and time-outs."""

    description: str = Field(
        default="A workload", max_length=200, description="Workload of the warehouse, one sentence"
    )
    size: WarehouseSize | None = Field(default=None, description="Size; set by the tier if unset")
    monthly_credits: Credits | None = Field(
        default=None, description="Credits a month after which it is suspended; set by the tier if unset"
    )
    auto_suspend_seconds: int = Field(
        default=60,
        ge=60,
        le=600,
        description="Idle seconds until it is suspended; at least one minute is billed",
    )
    statement_timeout_seconds: int = Field(
        default=3600, ge=60, le=86_400, description="Seconds until a running statement is cancelled"
    )
    queue_timeout_seconds: int = Field(
        default=600, ge=60, le=7200, description="Seconds until a waiting statement is cancelled"
    )
    max_clusters: int = Field(default=1, ge=1, le=10, description="More than 1 needs Enterprise edition")
    roles: tuple[KebabCaseName, ...] = Field(
        default=(), description="Roles of governance.roles that may use it; all if unset"
    )


class ServiceUserSettings(StrictModel):
    """A user of type SERVICE for a program: key pair, role and warehouse, no password."""

    description: str = Field(default="A program", max_length=200, description="The program, one sentence")
    role: KebabCaseName = Field(description="Its role, one of governance.roles")
    workload: KebabCaseName = Field(description="Its warehouse, one of snowflake.workloads")
    public_key: PublicKey = Field(description="Public RSA key: base64 on one line, without header and trailer")
    next_public_key: PublicKey | None = Field(
        default=None, description="The next key for rotation: set both, change the program, then move it to public_key"
    )


DEPLOYER: Final = "deployer"
"""Short name of Terraform's user and warehouse, which `lakekit snowflake bootstrap` creates."""

# Loads are short, transformations run long, queries are interactive.
DEFAULT_WORKLOADS: dict[str, dict[str, Any]] = {
    "load": {"description": "Snowpipe's and COPY's loads", "statement_timeout_seconds": 3600},
    "transform": {"description": "Transformations on a schedule", "statement_timeout_seconds": 7200},
    "query": {"description": "People and dashboards", "statement_timeout_seconds": 900, "queue_timeout_seconds": 120},
}


class SnowflakeSettings(StrictModel):
    """Snowflake account of an environment."""

    organization: SnowflakeName = Field(description="Name of the Snowflake organization")
    account: SnowflakeName = Field(description="Name of the account in that organization")
    region: str = Field(
        pattern=r"^(aws|azure|gcp)_[a-z0-9_]+$", description="Region of the account, such as aws_eu_west_1"
    )
    edition: Edition = Field(
        description="standard, enterprise or business-critical: decides which features are available"
    )
    provider: SnowflakeProviderSettings = Field(
        default_factory=SnowflakeProviderSettings, description="The Snowflake provider"
    )
    authenticator: Authenticator = Field(
        default=Authenticator.KEY_PAIR,
        description="key-pair (SNOWFLAKE_PRIVATE_KEY) or oauth (SNOWFLAKE_TOKEN), read from the environment variables",
    )
    owns_account: bool = Field(
        default=True,
        description="This environment sets account parameters, network policy and the account's resource monitor; "
        "false in all but one of the environments that share an account",
    )
    monthly_credits: Credits | None = Field(
        default=None, description="Credits a month for the whole account; the sum of all warehouses' if unset"
    )
    allowed_networks: tuple[NetworkCidr, ...] = Field(
        min_length=1, max_length=100, description="IPv4 networks of the network policy, /16 or smaller"
    )
    workloads: dict[KebabCaseName, WorkloadSettings] = Field(
        default_factory=lambda: {name: WorkloadSettings(**one) for name, one in DEFAULT_WORKLOADS.items()},
        min_length=1,
        description="Warehouses by workload; load, transform and query have their own defaults",
    )
    service_users: dict[KebabCaseName, ServiceUserSettings] = Field(
        default_factory=dict, description="Users of programs by name"
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
                    f"{where}.{DEPLOYER}: the name is reserved for `lakekit snowflake bootstrap`; use another one"
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
        """Raise ValueError for an unknown role, or for an account outside of the region of the lake.

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
                f"snowflake.region {self.region} is not the region of the lake ({region}): queries would be "
                f"charged for data transfer between regions; use an account in aws_{region.replace('-', '_')}"
            )

    @property
    def account_identifier(self) -> str:
        """`<organization>-<account>`, as connectors take it."""
        return f"{self.organization}-{self.account}".upper()
