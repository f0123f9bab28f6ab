"""Evaluate plans of modules in the style of public ones; every finding in them is labelled as true or untrue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from lakekit_policies import Finding, Gate

LABELS = "labels.yaml"
UNKNOWN = ("not known yet", "are not known before apply", "not known whether", "not known to be")
"""Text of findings about values that the plan does not contain; they claim nothing about the resource."""

Key = tuple[str, str]
"""Rule id and resource address."""


@dataclass(frozen=True, slots=True)
class Result:
    """Outcome of a plan.

    Attributes:
        plan: name of the plan.
        true: labelled faults that are reported.
        missed: labelled faults that are not reported.
        untrue: findings that state something that does not hold, or demand what AWS does not support.
        known: untrue findings that the labels list, with the reason.
        unknown: number of findings about values that are not known before apply.
    """

    plan: str
    true: frozenset[Key]
    missed: frozenset[Key]
    untrue: frozenset[Key]
    known: dict[Key, str]
    unknown: int


def read(directory: Path) -> dict[str, dict[str, Any]]:
    """The labels of a directory: for each plan the faults, and the untrue ones that are known."""
    labels: dict[str, dict[str, Any]] = yaml.safe_load((directory / LABELS).read_text(encoding="utf-8"))
    return labels


def evaluate(gate: Gate, directory: Path) -> Iterator[Result]:
    """Evaluate every labelled plan of a directory."""
    for plan, labels in read(directory).items():
        true = frozenset((rule, address) for rule, found in labels["faults"].items() for address in found)
        known = {(rule, address): why for rule, found in labels["untrue"].items() for address, why in found.items()}
        findings = gate.evaluate_plan(directory / f"{plan}.json").findings
        stated = {(finding.rule_id, finding.address) for finding in findings if not is_unknown(finding)}
        yield Result(plan, true & stated, true - stated, frozenset(stated - true), known, len(findings) - len(stated))


def is_unknown(finding: Finding) -> bool:
    """Whether the finding says only that a value is not known."""
    return any(text in finding.reason for text in UNKNOWN)
