from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lakekit_policies.rule import PlanRule, Problem
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.plan_changes import changes

MIN_RESOURCES_FOR_SHARE = 10
"""Resources below which a share says nothing."""


class BlastRadius(PlanRule):
    id = "LK_PLAN_7"
    title = "Plans delete only a few resources without acknowledgement"
    severity = "high"
    rationale = (
        "Most outages made by code are one line that reaches further than its author saw: a renamed id, an empty "
        "list, the wrong environment. The number of deletes shows it before anything is gone."
    )
    remedy = (
        "Split the change, or acknowledge this very plan. The environment's `plan_limits` (max_deletes, "
        "max_deleted_fraction) set the limits; without them the tier does."
    )
    reference = "https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_tracking_change_management_automated_changemgmt.html"
    pack = "plan"
    controls = {"nist": ["CM-3", "CM-4", "CP-2"], "soc2": ["A1.2", "CC8.1"]}

    def problems(self, document: Mapping[str, Any]) -> Iterable[Problem]:
        limits = stack_context.current().limits
        planned = list(changes(document))
        existing = [change for change in planned if change.before]
        removed = [change for change in existing if change.destroys or change.forgets]
        if (
            limits is None
            or not removed
            or (not stack_context.current().at_least("staging") and _is_full_destroy(document, removed))
        ):
            return
        # A replace is a delete: what it held is gone, and its address may be another.
        share = len(removed) / len(existing)
        names = ", ".join(change.address for change in removed[:5]) + (", …" if len(removed) > 5 else "")
        if len(removed) > limits.max_deletes:
            yield Problem("", f"{len(removed)} resources are deleted or replaced, over {limits.max_deletes}: {names}")
        if len(existing) >= MIN_RESOURCES_FOR_SHARE and share > limits.max_deleted_fraction:
            yield Problem(
                "",
                f"{share:.0%} of the stack's {len(existing)} resources are deleted or replaced, over "
                f"{limits.max_deleted_fraction:.0%}: {names}",
            )


def _is_full_destroy(document: Mapping[str, Any], removed: Iterable[Any]) -> bool:
    """`terraform destroy` of a disposable environment: all of it goes, and not since its configuration has shrunk."""
    left = document.get("planned_values", {}).get("root_module", {})
    return not left.get("resources") and not left.get("child_modules") and not any(change.reason for change in removed)


check = BlastRadius()
