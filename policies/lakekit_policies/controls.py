"""Rule packs and control frameworks.

Each rule declares its pack and controls (``Rule.pack``, ``Rule.controls``). Frameworks: NIST SP 800-53 revision 5,
CIS AWS Foundations Benchmark 3.0.0, and the AICPA Trust Services Criteria of 2017, used for SOC 2 reports.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

Controls: TypeAlias = Mapping[str, Sequence[str]]
"""Control ids by framework: ``{"nist": ["SC-28(1)"], "cis": ["2.1.1"], "soc2": ["CC6.1"]}``."""

PACKS: Final[dict[str, str]] = {
    "baseline": "Identities, keys, buckets, networks and state of every AWS account",
    "lakehouse": "Data catalog, tables, Lake Formation and data engines",
    "streaming": "Kafka clusters, clients and delivery streams",
    "snowflake": "Snowflake accounts, warehouses, roles, policies and integrations",
    "cost": "Capacity limits, timeouts, retention and cost allocation",
    "reliability": "Availability Zones, recovery windows, alarms and deletion protection",
    "plan": "Changes of a plan",
}
"""Packs with their descriptions."""

FRAMEWORKS: Final[dict[str, str]] = {
    "nist": "NIST SP 800-53 Rev. 5",
    "cis": "CIS AWS Foundations Benchmark 3.0.0",
    "soc2": "SOC 2 Trust Services Criteria 2017",
}
"""Frameworks with their display names."""
