"""Evaluate Terraform expressions over literals, local values and variables; what cannot be decided stays unknown."""

from lakekit_policies.terraform.evaluation.evaluate import Evaluated, Scope
from lakekit_policies.terraform.evaluation.values import UNKNOWN, HclSet, has_unknown

__all__ = ["UNKNOWN", "Evaluated", "HclSet", "Scope", "has_unknown"]
