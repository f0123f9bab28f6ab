"""Validation of a connector's arguments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from lakekit.bindings import Construct
from lakekit.errors import ConstructError
from lakekit.streaming.topic import Topic

# Version that AWS recommends (MSK Connect, "Supported versions").
CONNECT_VERSION: Final = "3.7.x"
_VERSION: Final = re.compile(r"[2-9]\.[0-9]+\.(x|[0-9]+)\Z")
# Capacity units (MCU) of 1 vCPU and 4 GiB per worker (MSK Connect, "Understand connector capacity").
_MCU: Final = (1, 2, 4, 8)


def check_connector(scope: Construct, topics: Sequence[Topic], version: str, capacity: tuple[int, int, int]) -> None:
    """Check topics, version, and the capacity: minimum and maximum of workers, and their capacity units.

    Raises:
        ConstructError: no topic, a prefix, topics of two clusters, or a value that is not allowed.
    """
    if not topics:
        raise ConstructError(scope, "topics is empty", fix="pass at least one topic")
    for topic in topics:
        if topic.is_prefix:
            raise ConstructError(scope, f"{topic.name!r} is a prefix", fix="pass each topic of the connector")
    clusters = sorted({topic.cluster.name for topic in topics})
    if len(clusters) > 1:
        raise ConstructError(
            scope, f"topics of {len(clusters)} clusters: {', '.join(clusters)}", fix="use one connector per cluster"
        )
    if not _VERSION.match(version):
        raise ConstructError(
            scope, f"version {version!r} is not a version of Kafka Connect", fix=f"use {CONNECT_VERSION}"
        )
    low, high, mcu = capacity
    if not 1 <= low <= high <= 10 or mcu not in _MCU:
        raise ConstructError(
            scope,
            f"min_workers {low}, max_workers {high}, mcu {mcu} is not allowed",
            fix="use 1 to 10 workers, the minimum not above the maximum, of 1, 2, 4 or 8 capacity units",
        )
