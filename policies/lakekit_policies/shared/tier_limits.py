"""Size limits by tier, used by the cost rules and the validation of environment files.

To exceed one, set the size at the construct and waive the rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

MAX_EMR_CLUSTER_UNITS: Final[Mapping[str, int]] = MappingProxyType(
    {"sandbox": 20, "dev": 100, "staging": 200, "prod": 1000}
)
"""Nodes of an EMR cluster (LK_EMR_3)."""

MAX_GLUE_WORKERS: Final[Mapping[str, int]] = MappingProxyType({"sandbox": 10, "dev": 50, "staging": 100, "prod": 299})
"""Workers of a Glue job over all its concurrent runs (LK_GLUE_9); Glue allows 299 of G.1X for one run."""

MAX_MONITOR_CREDITS: Final[Mapping[str, int]] = MappingProxyType(
    {"sandbox": 500, "dev": 1000, "staging": 2000, "prod": 10_000}
)
"""Credits per month of one Snowflake resource monitor (LK_SF_9); 10,000 are 30,000 USD on Enterprise."""

KAFKA_RETENTION_HOURS: Final = range(1, 87_601)
"""Retention of Kafka records (LK_MSK_4): an hour to ten years; longer retention belongs in the lake."""

MIN_KAFKA_PARTITION_BYTES: Final = 2**30
"""Minimum size limit of a partition (LK_MSK_4): the default segment, 1 GiB."""

MIN_OFFSETS_RETENTION_MINUTES: Final = 1440
"""Minimum retention of consumer group offsets (LK_MSK_4): a day. Kafka's default is a week."""

WAREHOUSE_SIZES_BELOW_PROD: Final = ("XSMALL", "SMALL", "MEDIUM", "LARGE")
"""Sizes of a Snowflake warehouse below prod (LK_SF_8)."""

MAX_CLUSTERS_BELOW_PROD: Final = 4
"""Clusters of a Snowflake warehouse below prod (LK_SF_8)."""

MAX_PLAN_DELETES: Final[Mapping[str, int]] = MappingProxyType({"dev": 125, "staging": 50, "prod": 25})
"""Largest `plan_limits.max_deletes` (LK_PLAN_7): five times the default of the tier."""

MAX_PLAN_DELETED_FRACTION: Final[Mapping[str, float]] = MappingProxyType({"dev": 1.0, "staging": 0.6, "prod": 0.5})
"""Largest `plan_limits.max_deleted_fraction` (LK_PLAN_7): at least half of a production stack stays."""
