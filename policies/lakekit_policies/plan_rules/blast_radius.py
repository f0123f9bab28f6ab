from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lakekit_policies import context
from lakekit_policies.changes import changes
from lakekit_policies.rule import PlanRule, Problem

SMALL = 10
"""Resources below which a share says nothing."""


class BlastRadius(PlanRule):
    id = "LK_PLAN_7"
    title = "No plan takes away much at once, unless somebody says so"
    severity = "high"
    rationale = (
        "Most outages made by code are one line that reaches further than its author saw: a renamed id, an empty "
        "list, the wrong environment. The number of deletes shows it before anything is gone."
    )
    remedy = (
        "Split the change, or acknowledge this very plan. The environment's `plan_limits` (deletes, share) say how "
        "much is much; without them the tier does."
    )
    reference = "https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_tracking_change_management_automated_changemgmt.html"
    pack = "plan"
    controls = {"nist": ["CM-3", "CM-4", "CP-2"], "soc2": ["A1.2", "CC8.1"]}

    def problems(self, document: Mapping[str, Any]) -> Iterable[Problem]:
        limits = context.current().limits
        planned = list(changes(document))
        stood = [change for change in planned if change.before]
        goes = [change for change in stood if change.destroys or change.forgets]
        if limits is None or not goes or (not context.current().at_least("staging") and _is_farewell(document, goes)):
            return
        # A replace is a delete: what it held is gone, and its address may be another.
        share = len(goes) / len(stood)
        names = ", ".join(change.address for change in goes[:5]) + (", …" if len(goes) > 5 else "")
        if len(goes) > limits.deletes:
            yield Problem("", f"{len(goes)} resources are deleted or replaced, over {limits.deletes}: {names}")
        if len(stood) >= SMALL and share > limits.share:
            yield Problem(
                "",
                f"{share:.0%} of the stack's {len(stood)} resources are deleted or replaced, over "
                f"{limits.share:.0%}: {names}",
            )


def _is_farewell(document: Mapping[str, Any], goes: Iterable[Any]) -> bool:
    """`terraform destroy` of a disposable environment: all of it goes, and not since its configuration has shrunk."""
    left = document.get("planned_values", {}).get("root_module", {})
    return not left.get("resources") and not left.get("child_modules") and not any(change.reason for change in goes)


check = BlastRadius()
