from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import PlanRule, Problem
from lakekit_policies.terraform import plan_run, stack_context
from lakekit_policies.terraform.plan_changes import Change
from lakekit_policies.terraform.plan_file import PlanFile

MIN_RESOURCES_FOR_SHARE = 10
"""Number of resources below which the share is not checked."""


class BlastRadius(PlanRule):
    id = "LK_PLAN_7"
    title = "Plans delete only a few resources without acknowledgement"
    severity = "high"
    rationale = (
        "Many outages are caused by changes that affect more resources than intended: a renamed id, an empty list, "
        "the wrong environment. The number of deletions shows this before apply."
    )
    remedy = (
        "Split the change, or acknowledge this plan. The environment's `plan_limits` (max_deletes, "
        "max_deleted_fraction) set the limits; the tier sets the defaults."
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
        # A replacement deletes the resource and its data. What partial applies have removed counts too: otherwise
        # several small plans with -target pass the limit together.
        run = plan_run.current()
        recently = run.recently_removed if run else 0
        count = len(removed) + recently
        total = len(existing) + recently
        share = count / total
        before = f", with {recently} by partial applies within 24 hours" if recently else ""
        names = ", ".join(change.address for change in removed[:5]) + (", …" if len(removed) > 5 else "")
        if count > limits.max_deletes:
            yield Problem("", f"{count} resources are deleted or replaced{before}, over {limits.max_deletes}: {names}")
        if total >= MIN_RESOURCES_FOR_SHARE and share > limits.max_deleted_fraction:
            yield Problem(
                "",
                f"{share:.0%} of the stack's {total} resources are deleted or replaced{before}, over "
                f"{limits.max_deleted_fraction:.0%}: {names}",
            )


def _is_full_destroy(plan: PlanFile, removed: Iterable[Change]) -> bool:
    """Whether the plan is `terraform destroy`: no resources remain, and no deletion has a configuration reason."""
    return not any(plan.resources()) and not any(change.reason for change in removed)


check = BlastRadius()
