"""Validation of a cluster's arguments."""

from __future__ import annotations

import re
from typing import Final

from lakekit.bindings import Construct
from lakekit.errors import ConstructError

# The version that AWS recommends, in KRaft mode (MSK, "Supported Apache Kafka versions").
KAFKA_VERSION: Final = "3.9.x.kraft"
# The smallest Graviton broker: 24 % more throughput at the price of m5 (MSK, "Broker types").
BROKER_TYPE: Final = "kafka.m7g.large"
_VERSION: Final = re.compile(r"[3-9]\.[0-9]+\.(x|[0-9]+)(\.kraft|\.tiered)?\Z")
_TYPE: Final = re.compile(r"(kafka|express)\.[a-z][a-z0-9]*\.[a-z0-9]+\Z")
# EBS volumes of brokers, in GiB (MSK quotas).
STORAGE_GIB: Final = range(1, 16_385)


def check_cluster(
    scope: Construct,
    *,
    zones: int,
    brokers: int,
    broker_type: str,
    kafka_version: str,
    storage_gib: int,
    max_gib: int,
    multi_vpc: bool,
) -> None:
    """Check number, type, version and storage of the brokers.

    Raises:
        ConstructError: the number of brokers is not a multiple of the zones, or a value that is not allowed.
    """
    if brokers < 1 or brokers % zones:
        raise ConstructError(
            scope,
            f"brokers {brokers} is not a multiple of its {zones} zones",
            fix=f"use {zones}, {2 * zones}, {3 * zones}, …: MSK distributes brokers evenly over the zones",
        )
    if not _VERSION.match(kafka_version):
        raise ConstructError(
            scope, f"kafka_version {kafka_version!r} is not a version of MSK", fix=f"use {KAFKA_VERSION}"
        )
    if not _TYPE.match(broker_type) or broker_type.startswith("express."):
        raise ConstructError(
            scope,
            f"broker_type {broker_type!r} is not a standard broker",
            fix=f"use {BROKER_TYPE} or a larger m7g; express brokers are not supported",
        )
    if multi_vpc and broker_type.startswith("kafka.t3."):
        raise ConstructError(
            scope, f"multi_vpc with {broker_type}: MSK supports it for m5 and m7g only", fix=f"use {BROKER_TYPE}"
        )
    if storage_gib not in STORAGE_GIB or max_gib not in STORAGE_GIB or max_gib < storage_gib:
        raise ConstructError(
            scope,
            f"storage_gib {storage_gib} and max_storage_gib {max_gib}: both from 1 to {STORAGE_GIB[-1]}, "
            "and max_storage_gib not below storage_gib",
        )
