"""Notes and checks of an evaluation that need no rule engine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lakekit_policies.errors import GateError
from lakekit_policies.terraform.plan_file import PlanFile
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack
from lakekit_policies.verdict import Finding


def declared_address(address: str) -> str:
    """``aws_s3_bucket.zone["raw"]`` was declared as ``aws_s3_bucket.zone``."""
    return address.partition("[")[0]


def known_after_apply(attributes: Sequence[str]) -> list[str]:
    if not attributes:
        return []
    more = f" and {len(attributes) - 3} more" if len(attributes) > 3 else ""
    return [f"known only after apply, so evaluated as synthesized: {', '.join(attributes[:3])}{more}"]


def deferred_to_plan(undetermined: Sequence[Finding]) -> list[str]:
    """One note on all values that are not known until plan."""
    by_value: dict[str, set[str]] = {}
    for finding in undetermined:
        value = f"{finding.stack}: {finding.reason.removeprefix('not known yet: ')}"
        by_value.setdefault(value, set()).add(finding.rule_id)
    if not by_value:
        return []
    shown = [f"{value} ({', '.join(sorted(rules))})" for value, rules in sorted(by_value.items())[:2]]
    more = f"; and {len(by_value) - 2} more" if len(by_value) > 2 else ""
    return [f"not known until plan, evaluated there: {'; '.join(shown)}{more}"]


def forgotten(plan: PlanFile) -> set[str]:
    """Resources that leave the state without being destroyed: a plan lists them without their values."""
    return {change.address for change in plan.all_changes() if change.actions == ("forget",)}


def check_same_configuration(plan: PlanFile, stack: SynthesizedStack, file: Path) -> None:
    planned = {f"{one.type}.{one.name}" for one in plan.configured() if one.is_managed and not one.module}
    written = {block.address for block in stack.resources()}
    if planned != written:
        wrong = ", ".join(sorted(planned ^ written)[:5])
        raise GateError(
            "other_configuration",
            f"{file} was not planned from {stack.file}: they differ in {wrong}. Synthesize and plan again.",
        )
