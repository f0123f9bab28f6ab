"""The `processing` section of an environment file: engines and their limits."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from .field_types import Days, KebabCaseName, StrictModel, TagText

ReleaseLabel = Annotated[str, StringConstraints(pattern=r"^emr-[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{1,2}$")]
InstanceType = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*\.(metal|[0-9]*x?large|medium)$")]
SharedResultsReason = Annotated[TagText, Field(min_length=10)]
# Spark 3.5, Iceberg 1.8, Python 3.9 and 3.11, Java 17, ARM (EMR release notes).
RELEASE = "emr-7.10.0"


class InitialCapacity(StrictModel):
    """Pre-initialized workers: jobs start in seconds, and the workers are billed while the application is started."""

    drivers: int = Field(default=1, ge=1, le=50, description="Pre-initialized drivers of 4 vCPU and 16 GB")
    executors: int = Field(default=2, ge=1, le=500, description="Pre-initialized executors of 4 vCPU and 16 GB")


class SparkServerlessSettings(StrictModel):
    """Spark on EMR Serverless: the shared application of the environment."""

    enabled: bool = Field(default=True, description="Whether there is one")
    name: KebabCaseName = Field(
        default="main", description="Short name of the application, for references from other stacks"
    )
    release: ReleaseLabel = Field(default=RELEASE, description="EMR release, such as emr-7.10.0")
    max_vcpu: int = Field(default=32, ge=4, le=4000, description="Maximum vCPUs of all jobs together")
    max_memory_gb: int | None = Field(
        default=None, ge=16, le=30_000, description="Maximum GB of memory; 4 for each vCPU plus 10 % if unset"
    )
    max_disk_gb: int | None = Field(
        default=None, ge=20, le=200_000, description="Maximum GB of worker disks; 40 for each 4 vCPU if unset"
    )
    idle_timeout_minutes: int = Field(default=5, ge=1, le=60, description="Idle minutes until the application stops")
    initial_capacity: InitialCapacity | None = Field(default=None, description="Pre-initialized workers; none if unset")


class SparkClusterSettings(StrictModel):
    """Spark on EMR on EC2: one long-running cluster."""

    enabled: bool = Field(default=False, description="Whether the cluster is deployed; it is billed as long as it runs")
    name: KebabCaseName = Field(default="main", description="Short name of the cluster")
    release: ReleaseLabel = Field(default=RELEASE, description="EMR release, such as emr-7.10.0")
    min_units: int = Field(default=2, ge=1, le=1000, description="Minimum number of worker nodes")
    max_units: int = Field(
        default=6,
        ge=1,
        le=1000,
        description="Maximum number of worker nodes; at most 20 (sandbox), 100 (dev), 200 (staging), 1000 (prod)",
    )
    spot_percentage: int = Field(
        default=50, ge=0, le=100, description="Percentage of the nodes above the minimum that may be spot capacity"
    )
    instance_types: tuple[InstanceType, ...] = Field(
        default=("m7g.xlarge", "m6g.xlarge", "r7g.xlarge"),
        min_length=1,
        max_length=15,
        description="Instance types of worker nodes, preferred first; several types improve spot availability",
    )
    idle_timeout_minutes: int = Field(
        default=60, ge=1, le=10_080, description="Idle minutes until the cluster terminates; sandbox and dev only"
    )

    termination_protection: bool | None = Field(
        default=None,
        description="Whether EMR refuses to terminate the cluster; true in staging and prod, false in sandbox and dev, "
        "where an idle cluster terminates. Set false and deploy before you replace or remove a cluster",
    )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min_units > self.max_units:
            raise ValueError(f"min_units {self.min_units} is above max_units {self.max_units}")
        return self


class AthenaSettings(StrictModel):
    """Athena: workgroups, whose query results only roles with the same access share."""

    enabled: bool = Field(default=True, description="Whether workgroups are deployed")
    teams: dict[KebabCaseName, tuple[KebabCaseName, ...]] | None = Field(
        default=None,
        description="Workgroups by name, and the governance roles that may query in each; if unset, every role has one "
        "of its own name. Roles of a workgroup read each other's query results: roles that read different data need "
        "different workgroups",
    )
    shared_results: dict[KebabCaseName, SharedResultsReason] = Field(
        default_factory=dict,
        description="Workgroups whose roles may read each other's query results although they read different data, and "
        "the reason, which becomes the tag shared-results of the workgroup",
    )
    scan_limit_gb: int | None = Field(
        default=None,
        ge=1,
        le=1_000_000,
        description="Maximum GB that a query may scan; 50 (sandbox), 200 (dev), 1000 (staging), 2000 (prod) if unset",
    )
    result_days: Days = Field(default=14, description="Days until query results are deleted")


class GlueSettings(StrictModel):
    """Settings of Glue jobs, crawlers and connections."""

    enabled: bool = Field(
        default=False, description="Whether domains deploy Glue jobs, connections and crawlers; billed while they run"
    )


class ProcessingSettings(StrictModel):
    """The engines that read and write the lake."""

    enabled: bool = Field(default=True, description="Whether the processing stack is deployed")
    spark: SparkServerlessSettings = Field(default_factory=SparkServerlessSettings, description="EMR Serverless")
    cluster: SparkClusterSettings = Field(default_factory=SparkClusterSettings, description="EMR on EC2")
    studio: bool = Field(default=False, description="Whether EMR Studio is deployed: notebooks on these engines")
    glue: GlueSettings = Field(default_factory=GlueSettings, description="Jobs, connections and crawlers of domains")
    athena: AthenaSettings = Field(default_factory=AthenaSettings, description="Athena workgroups")
