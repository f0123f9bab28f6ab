from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import PlanRule, Problem
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.plan_changes import Change
from lakekit_policies.terraform.plan_file import PlanFile

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

    def problems(self, plan: PlanFile) -> Iterable[Problem]:
        limits = stack_context.current().limits
        planned = list(plan.changes())
        existing = [change for change in planned if change.before]
        removed = [change for change in existing if change.destroys or change.forgets]
        if (
            limits is None
            or not removed
            or (not stack_context.current().at_least("staging") and _is_full_destroy(plan, removed))
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


def _is_full_destroy(plan: PlanFile, removed: Iterable[Change]) -> bool:
    """Whether this is `terraform destroy`: nothing is left, and no deletion comes from a smaller configuration."""
    return not any(plan.resources()) and not any(change.reason for change in removed)


check = BlastRadius()
