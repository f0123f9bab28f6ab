"""Evidence for an auditor: one HTML file that says which controls are enforced on what, and how that was judged."""

from lakekit_policies.evidence.build import Facts, PlanFact, StackFact, build
from lakekit_policies.evidence.page import render

__all__ = ["Facts", "PlanFact", "StackFact", "build", "render"]
