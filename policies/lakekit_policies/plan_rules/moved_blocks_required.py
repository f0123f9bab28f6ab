from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import PlanRule, Problem
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.plan_changes import is_same_resource
from lakekit_policies.terraform.plan_file import PlanFile

IGNORED_ATTRIBUTES = ("tags", "tags_all", "timeouts", "force_destroy")


class MovedBlocksRequired(PlanRule):
    id = "LK_PLAN_8"
    title = "Renamed resources are declared with moved blocks"
    severity = "high"
    rationale = (
        "Terraform deletes and recreates a renamed resource: this interrupts service, fails on names in use, or "
        "destroys data. A `moved` block changes only the state."
    )
    remedy = (
        "Keep the construct id, or declare the move: `resource.move_from_id(old_address)` in cdktf, a `moved` block "
        "in HCL."
    )
    reference = "https://developer.hashicorp.com/terraform/language/modules/develop/refactoring"
    pack = "plan"
    controls = {"nist": ["CM-3", "CM-4"], "soc2": ["A1.2", "CC8.1"]}

    def problems(self, plan: PlanFile) -> Iterable[Problem]:
        stack = stack_context.current()
        if stack.tier == "sandbox":
            return
        planned = list(plan.changes())
        created = [change for change in planned if change.actions == ("create",)]
        for change in planned:
            if change.actions != ("delete",):
                continue
            replacement = next(
                (
                    other
                    for other in created
                    if other.type == change.type and is_same_resource(change, other, ignored=IGNORED_ATTRIBUTES)
                ),
                None,
            )
            if replacement:
                yield Problem(
                    change.address,
                    f"deleted and recreated as {replacement.address} with the same known attributes",
                    warning=not stack.at_least("staging"),
                )


check = MovedBlocksRequired()
