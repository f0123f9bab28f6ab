"""Levels of findings: advisory, mandatory or critical, by severity and tier.

As in Sentinel: an advisory finding is reported, a mandatory one rejects, and so does a critical one, which a waiver can
accept for 30 days and one construct only. ``fail_on`` is the lowest severity that rejects.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from lakekit_policies.errors import GateError
from lakekit_policies.verdict import SEVERITIES, Finding, Verdict, in_report_order

FAIL_ON: Final = ("low", "medium", "high")
"""Severities that ``fail_on`` may name. High and critical findings always reject."""

DEFAULTS: Final[Mapping[str, str]] = {"sandbox": "high", "dev": "medium", "staging": "low", "prod": "low"}
"""``fail_on`` by tier: a missing description does not stop a deployment to dev, and does in production."""


def level_of(severity: str, fail_on: str) -> str:
    """``advisory``, ``mandatory`` or ``critical``."""
    if severity == "critical":
        return "critical"
    return "mandatory" if SEVERITIES.index(severity) <= SEVERITIES.index(fail_on) else "advisory"


def check_fail_on(value: str) -> str:
    """The value, if it is one of `FAIL_ON`.

    Raises:
        GateError: it is another one.
    """
    if value not in FAIL_ON:
        raise GateError("fail_on", f"fail_on {value!r}: use {', '.join(FAIL_ON)}; high and critical always reject.")
    return value


def apply_levels(verdict: Verdict, fail_on: Mapping[str, str]) -> Verdict:
    """The verdict with the level of each finding; advisory findings become warnings.

    Args:
        verdict: findings without levels, waivers applied.
        fail_on: lowest severity that rejects, by stack.
    """

    def with_level(finding: Finding) -> Finding:
        return replace(finding, level=level_of(finding.severity, fail_on.get(finding.stack, "low")))

    findings = [with_level(finding) for finding in verdict.findings]
    advisory = [finding for finding in findings if finding.level == "advisory"]
    return replace(
        verdict,
        findings=[finding for finding in findings if finding.level != "advisory"],
        warnings=in_report_order([*verdict.warnings, *advisory]),
        fail_on=", ".join(sorted(set(fail_on.values()), key=FAIL_ON.index)),
    )
