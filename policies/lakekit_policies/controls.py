"""Controls of compliance frameworks, and the packs of rules.

Each rule states its own (``Rule.pack``, ``Rule.controls``). The frameworks: NIST SP 800-53 revision 5, the CIS AWS
Foundations Benchmark 3.0.0, and the AICPA Trust Services Criteria of 2017 that SOC 2 reports are written against.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

Controls: TypeAlias = Mapping[str, Sequence[str]]
"""Control ids by framework: ``{"nist": ["SC-28(1)"], "cis": ["2.1.1"], "soc2": ["CC6.1"]}``."""

PACKS: Final[dict[str, str]] = {
    "baseline": "Identities, keys, buckets, networks, state: what every AWS account needs",
    "lakehouse": "Catalog, tables, Lake Formation and what reads and writes them",
    "streaming": "Kafka, its clients and deliveries",
    "snowflake": "Snowflake",
    "cost": "Limits, timeouts, retention and cost allocation",
    "reliability": "Zones, recovery windows, alarms, protection from destruction",
    "plan": "What a plan may change",
}
"""Every pack, with its description."""

FRAMEWORKS: Final[dict[str, str]] = {
    "nist": "NIST SP 800-53 Rev. 5",
    "cis": "CIS AWS Foundations Benchmark 3.0.0",
    "soc2": "SOC 2 Trust Services Criteria 2017",
}
"""Every framework, with its name in a report."""
