from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lakekit_policies.rule import PlanRule, Problem
from lakekit_policies.shared.stateful_types import stateful_type
from lakekit_policies.terraform.plan_changes import deletion_allowed
from lakekit_policies.terraform.plan_file import PlanFile

KEPT: Final = "it is kept, and no longer managed, evaluated or protected by this configuration"
"""Consequence for a resource that leaves the state."""


class NoDataDeletion(PlanRule):
    id = "LK_PLAN_1"
    title = "Plans do not delete, replace or remove from state resources that hold data"
    severity = "critical"
    rationale = (
        "`prevent_destroy` is removed together with its resource block (Terraform issue 17599): a deleted construct, "
        "a renamed id or a changed name destroys data silently. Deleting data requires two decisions: the "
        "construct's argument and the environment's tier."
    )
    remedy = (
        "Keep the construct and its id, or add a `moved` block. To delete data on purpose, set `force_destroy` "
        "first, apply, and then remove the construct, in a sandbox or dev environment; for other types and tiers, "
        "acknowledge the plan: `lakekit gate acknowledge`."
    )
    reference = "https://github.com/hashicorp/terraform/issues/17599"
    pack = "plan"
    controls = {"nist": ["CP-9", "CM-3", "CM-5"], "soc2": ["A1.2", "CC8.1"]}

    def problems(self, plan: PlanFile) -> Iterable[Problem]:
        for change in plan.changes():
            stateful = stateful_type(change.type, change.before)
            if stateful and (change.destroys or change.forgets) and not deletion_allowed(change):
                consequence = KEPT if change.forgets else stateful.consequence
                yield Problem(change.address, f"{change.description}; {consequence}")


check = NoDataDeletion()
