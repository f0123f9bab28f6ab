"""Entry of the curated list."""

from __future__ import annotations

from dataclasses import dataclass, field

from lakekit_policies.controls import Controls


@dataclass(frozen=True, slots=True)
class CheckovRule:
    """Metadata of a checkov id for reports; pack and controls come from its category."""

    title: str
    severity: str
    remedy: str
    reference: str = ""
    pack: str = "baseline"
    controls: Controls = field(default_factory=dict)
