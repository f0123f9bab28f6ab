"""Evidence for an auditor: one HTML file that says which controls are enforced on what, and how that was judged."""

from lakekit_policies.evidence.build import EvidenceInputs, PlanSummary, StackSummary, build
from lakekit_policies.evidence.html import render

__all__ = ["EvidenceInputs", "PlanSummary", "StackSummary", "build", "render"]
