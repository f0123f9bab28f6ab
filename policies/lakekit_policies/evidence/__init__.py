"""Evidence for auditors: one HTML file with controls, rules, resources and outcomes."""

from lakekit_policies.evidence.build import EvidenceInputs, PlanSummary, StackSummary, build
from lakekit_policies.evidence.html import render

__all__ = ["EvidenceInputs", "PlanSummary", "StackSummary", "build", "render"]
