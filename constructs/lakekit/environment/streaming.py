"""The streaming part of an environment file: Kafka, and how large."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from .field_types import KebabCaseName, StrictModel

BrokerType = Annotated[str, StringConstraints(pattern=r"^kafka\.[a-z][a-z0-9]*\.[a-z0-9]+$")]


class KafkaKind(StrEnum):
    """How Kafka is run."""

    PROVISIONED = "provisioned"
    SERVERLESS = "serverless"


class KafkaSettings(StrictModel):
    """The environment's Kafka cluster."""

    kind: KafkaKind = Field(
        default=KafkaKind.PROVISIONED, description="provisioned (brokers with a key of ours) or serverless (by traffic)"
    )
    name: KebabCaseName = Field(default="main", description="The cluster is <organization>-<environment>-<name>")
    brokers: Annotated[int, Field(ge=2, le=30)] | None = Field(
        default=None, description="How many, a multiple of the network's zones; one to a zone if unset"
    )
    broker_type: BrokerType = Field(
        default="kafka.m7g.large", description="Instance of each broker, about 150 USD a month for an m7g.large"
    )
    storage_gib: Annotated[int, Field(ge=1, le=16_384)] = Field(
        default=100, description="Disk of each broker at the start, in GiB; it grows and never shrinks"
    )
    max_storage_gib: Annotated[int, Field(ge=1, le=16_384)] | None = Field(
        default=None, description="Where growing ends, in GiB; ten times storage_gib if unset"
    )
    retention_hours: Annotated[int, Field(ge=1, le=87_600)] = Field(
        default=168, description="Hours that records stay unless a topic says otherwise"
    )
    multi_vpc: bool = Field(
        default=True, description="Private connectivity, which Firehose and other accounts need (billed by hour and GB)"
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        sized = self.model_fields_set & {"brokers", "broker_type", "storage_gib", "max_storage_gib", "retention_hours"}
        if self.kind is KafkaKind.SERVERLESS and sized:
            raise ValueError(f"kind serverless has no {', '.join(sorted(sized))}: there are no brokers to size")
        if self.max_storage_gib is not None and self.max_storage_gib < self.storage_gib:
            raise ValueError(f"max_storage_gib {self.max_storage_gib} is below storage_gib {self.storage_gib}")
        return self


class ConnectSettings(StrictModel):
    """MSK Connect: what domains run on it."""

    enabled: bool = Field(
        default=False,
        description="Whether domains have connectors; they cost by worker and hour, and need the Iceberg sink",
    )
    max_workers: int = Field(default=2, ge=1, le=10, description="Workers a connector may grow to, each of one unit")


class StreamingSettings(StrictModel):
    """Kafka and what flows from it into the lake."""

    enabled: bool = Field(default=False, description="Whether there is Kafka; it costs from the first hour on")
    kafka: KafkaSettings = Field(default_factory=KafkaSettings, description="The cluster")
    additional_serverless_cluster: KebabCaseName | None = Field(
        default=None,
        description="Name of an additional serverless cluster for trials and traffic that comes and goes; "
        "about 550 USD a month when quiet; none if unset",
    )
    schema_registries: tuple[KebabCaseName, ...] = Field(
        default=("events",), min_length=1, description="Glue schema registries for the schemas of records"
    )
    connect: ConnectSettings = Field(default_factory=ConnectSettings, description="Connectors of domains")

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if self.connect.enabled and self.kafka.kind is KafkaKind.SERVERLESS:
            raise ValueError(
                "connect.enabled needs kafka.kind provisioned: no stack can look up where a serverless cluster is"
            )
        if self.additional_serverless_cluster == self.kafka.name:
            raise ValueError(
                f"additional_serverless_cluster {self.additional_serverless_cluster!r} is the name of kafka itself: "
                "two clusters cannot share one"
            )
        return self

    @property
    def delivery_enabled(self) -> bool:
        """Whether Firehose can read from the cluster: brokers with private connectivity."""
        return self.enabled and self.kafka.kind is KafkaKind.PROVISIONED and self.kafka.multi_vpc

    @property
    def connectors_enabled(self) -> bool:
        """Whether domains run connectors on its brokers."""
        return self.enabled and self.kafka.kind is KafkaKind.PROVISIONED and self.connect.enabled
