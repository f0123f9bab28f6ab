from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import PlanRule, Problem
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.plan_changes import is_same_resource
from lakekit_policies.terraform.plan_file import PlanFile

IGNORED = ("tags", "tags_all", "timeouts", "force_destroy")


class MovedBlocksRequired(PlanRule):
    id = "LK_PLAN_8"
    title = "Renamed resources are declared with moved blocks"
    severity = "high"
    rationale = (
        "A renamed construct is a delete and a create to Terraform: an interruption at best, a name that is still "
        "taken or data that is gone at worst. A `moved` block changes nothing but the state."
    )
    remedy = (
        "Keep the construct's id, or declare the move: in cdktf `resource.move_from_id(old_address)`, in HCL a "
        "`moved` block."
    )
    reference = "https://developer.hashicorp.com/terraform/language/modules/develop/refactoring"
    pack = "plan"
    controls = {"nist": ["CM-3", "CM-4"], "soc2": ["A1.2", "CC8.1"]}

    def problems(self, plan: PlanFile) -> Iterable[Problem]:
        stack = stack_context.current()
        if stack.tier == "sandbox":
            return
        planned = list(plan.changes())
        made = [change for change in planned if change.actions == ("create",)]
        for change in planned:
            if change.actions != ("delete",):
                continue
            replacement = next(
                (
                    other
                    for other in made
                    if other.type == change.type and is_same_resource(change, other, ignored=IGNORED)
                ),
                None,
            )
            if replacement:
                yield Problem(
                    change.address,
                    f"is deleted and made again as {replacement.address}, the same in all that is known",
                    warning=not stack.at_least("staging"),
                )


check = MovedBlocksRequired()
