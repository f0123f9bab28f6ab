"""The `streaming` section of an environment file: Kafka clusters, connectors and schema registries."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from .field_types import KebabCaseName, StrictModel

BrokerType = Annotated[str, StringConstraints(pattern=r"^kafka\.[a-z][a-z0-9]*\.[a-z0-9]+$")]


class KafkaKind(StrEnum):
    """Kind of Kafka cluster."""

    PROVISIONED = "provisioned"
    SERVERLESS = "serverless"


class KafkaSettings(StrictModel):
    """The environment's Kafka cluster."""

    kind: KafkaKind = Field(
        default=KafkaKind.PROVISIONED,
        description="provisioned (brokers, customer-managed key) or serverless (billed by traffic)",
    )
    name: KebabCaseName = Field(default="main", description="The cluster is <organization>-<environment>-<name>")
    brokers: Annotated[int, Field(ge=2, le=30)] | None = Field(
        default=None, description="Number of brokers, a multiple of the network's zones; one in each zone if unset"
    )
    broker_type: BrokerType = Field(
        default="kafka.m7g.large", description="Instance type of the brokers, about 150 USD a month for an m7g.large"
    )
    storage_gib: Annotated[int, Field(ge=1, le=16_384)] = Field(
        default=100, description="Initial disk size of each broker in GiB; it grows and never shrinks"
    )
    max_storage_gib: Annotated[int, Field(ge=1, le=16_384)] | None = Field(
        default=None, description="Maximum disk size of each broker in GiB; ten times storage_gib if unset"
    )
    retention_hours: Annotated[int, Field(ge=1, le=87_600)] = Field(
        default=168, description="Default retention of topics in hours"
    )
    multi_vpc: bool = Field(
        default=True,
        description="Multi-VPC private connectivity, required by Firehose and other accounts (billed by hour and GB)",
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
    """Connectors of domains on MSK Connect."""

    enabled: bool = Field(
        default=False,
        description="Whether domains deploy connectors; billed by worker and hour; they need the Iceberg sink plugin",
    )
    max_workers: int = Field(default=2, ge=1, le=10, description="Maximum workers of a connector, each of one MCU")


class StreamingSettings(StrictModel):
    """Kafka and the delivery to the lake."""

    enabled: bool = Field(default=False, description="Whether the streaming stack is deployed; billed by the hour")
    kafka: KafkaSettings = Field(default_factory=KafkaSettings, description="The cluster")
    additional_serverless_cluster: KebabCaseName | None = Field(
        default=None,
        description="Name of an additional serverless cluster, for trials and irregular traffic; "
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
        """Whether Firehose can read from the cluster, which needs brokers with private connectivity."""
        return self.enabled and self.kafka.kind is KafkaKind.PROVISIONED and self.kafka.multi_vpc

    @property
    def connectors_enabled(self) -> bool:
        """Whether domains run connectors on the cluster."""
        return self.enabled and self.kafka.kind is KafkaKind.PROVISIONED and self.connect.enabled
