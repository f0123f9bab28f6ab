"""The processing part of an environment file: which engines there are, and how big they may get."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from .field_types import Days, KebabCaseName, StrictModel

ReleaseLabel = Annotated[str, StringConstraints(pattern=r"^emr-[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{1,2}$")]
InstanceType = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*\.(metal|[0-9]*x?large|medium)$")]
# Spark 3.5, Iceberg 1.8, Python 3.9 and 3.11, Java 17, ARM (EMR release notes).
RELEASE = "emr-7.10.0"


class InitialCapacity(StrictModel):
    """Workers kept ready while the application runs: they start jobs in seconds and cost as long as it is started."""

    drivers: int = Field(default=1, ge=1, le=50, description="Drivers of 4 vCPU and 16 GB kept ready")
    executors: int = Field(default=2, ge=1, le=500, description="Executors of 4 vCPU and 16 GB kept ready")


class SparkServerlessSettings(StrictModel):
    """Spark on EMR Serverless: the shared application of the environment."""

    enabled: bool = Field(default=True, description="Whether there is one")
    name: KebabCaseName = Field(
        default="main", description="Short name of the application, by which jobs of other stacks refer to it"
    )
    release: ReleaseLabel = Field(default=RELEASE, description="EMR release, such as emr-7.10.0")
    max_vcpu: int = Field(default=32, ge=4, le=4000, description="vCPUs that all its jobs together may use")
    max_memory_gb: int | None = Field(
        default=None, ge=16, le=30_000, description="GB of memory; 4 for each vCPU and a tenth more if unset"
    )
    max_disk_gb: int | None = Field(
        default=None, ge=20, le=200_000, description="GB of worker disks; 20 for each 4 vCPU and as much again if unset"
    )
    idle_timeout_minutes: int = Field(
        default=5, ge=1, le=60, description="Minutes without a job until it stops costing"
    )
    initial_capacity: InitialCapacity | None = Field(default=None, description="Workers kept ready; none if unset")


class SparkClusterSettings(StrictModel):
    """Spark on EMR on EC2: one long-running cluster."""

    enabled: bool = Field(default=False, description="Whether there is one; it costs while it stands")
    name: KebabCaseName = Field(default="main", description="Short name of the cluster")
    release: ReleaseLabel = Field(default=RELEASE, description="EMR release, such as emr-7.10.0")
    min_units: int = Field(default=2, ge=1, le=1000, description="Worker nodes it never goes below")
    max_units: int = Field(
        default=6,
        ge=1,
        le=1000,
        description="Worker nodes it never goes above; at most 20 (sandbox), 100 (dev), 200 (staging), 1000 (prod)",
    )
    spot_percentage: int = Field(
        default=50, ge=0, le=100, description="Percentage of the nodes above the minimum that may be spot capacity"
    )
    instance_types: tuple[InstanceType, ...] = Field(
        default=("m7g.xlarge", "m6g.xlarge", "r7g.xlarge"),
        min_length=1,
        max_length=15,
        description="Types of worker nodes, the first choice first; several make spot capacity easier to get",
    )
    idle_timeout_minutes: int = Field(
        default=60, ge=1, le=10_080, description="Idle minutes until it ends itself; sandbox and dev only"
    )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min_units > self.max_units:
            raise ValueError(f"min_units {self.min_units} is above max_units {self.max_units}")
        return self


class AthenaSettings(StrictModel):
    """Athena: a workgroup for each team."""

    enabled: bool = Field(default=True, description="Whether there are workgroups")
    teams: dict[KebabCaseName, tuple[KebabCaseName, ...]] | None = Field(
        default=None,
        description="Teams with a workgroup, and the governance roles that may query in it; "
        "if unset, every domain has one and every role may use it",
    )
    scan_limit_gb: int | None = Field(
        default=None,
        ge=1,
        le=1_000_000,
        description="GB a single query may scan; 50 (sandbox), 200 (dev), 1000 (staging), 2000 (prod) if unset",
    )
    result_days: Days = Field(default=14, description="Days until query results are deleted")


class GlueSettings(StrictModel):
    """Glue: what domains run on it."""

    enabled: bool = Field(
        default=False, description="Whether domains have Glue jobs, connections and crawlers; they cost while they run"
    )


class ProcessingSettings(StrictModel):
    """The engines that read and write the lake."""

    enabled: bool = Field(default=True, description="Whether the processing stack is there at all")
    spark: SparkServerlessSettings = Field(default_factory=SparkServerlessSettings, description="EMR Serverless")
    cluster: SparkClusterSettings = Field(default_factory=SparkClusterSettings, description="EMR on EC2")
    studio: bool = Field(default=False, description="EMR Studio: notebooks on these engines, for roles that may log in")
    glue: GlueSettings = Field(default_factory=GlueSettings, description="Jobs, connections and crawlers of domains")
    athena: AthenaSettings = Field(default_factory=AthenaSettings, description="Athena workgroups")
