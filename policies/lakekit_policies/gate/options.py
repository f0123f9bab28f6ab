"""Options of an evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from lakekit_policies.boundary import TrustBoundary
from lakekit_policies.terraform.plan_run import PlanRun
from lakekit_policies.waivers.entry import Entry


@dataclass(frozen=True, slots=True)
class EvaluationOptions:
    """Options of an evaluation."""

    waivers: Sequence[Entry] = ()
    """Entries of the ledger; waivers in code are added."""
    environment: str = ""
    """Environment of a configuration without metadata, so that waivers can name it. Its tier stays prod."""
    today: date = field(default_factory=date.today)
    fail_on: str = ""
    """Lowest severity that rejects, instead of that of the environment."""
    evidence: bool = False
    """Whether the verdict lists the resources that each rule has evaluated."""
    boundary: TrustBoundary | None = None
    """Trust boundary of configurations without metadata; None to derive it from the plan."""
    run: PlanRun | None = None
    """How the plan was made; None if it is not known."""
