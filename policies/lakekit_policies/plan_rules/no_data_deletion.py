from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import PlanRule, Problem
from lakekit_policies.shared.stateful_types import STATEFUL_TYPES
from lakekit_policies.terraform.plan_changes import deletion_allowed
from lakekit_policies.terraform.plan_file import PlanFile


class NoDataDeletion(PlanRule):
    id = "LK_PLAN_1"
    title = "Plans do not delete, replace or remove from state resources that hold data"
    severity = "critical"
    rationale = (
        "prevent_destroy vanishes together with the block that holds it (Terraform issue 17599), so a deleted "
        "construct, a renamed id or a changed name destroys data without a word. Destroying data takes two keys: "
        "the construct's argument and the environment's tier."
    )
    remedy = (
        "Keep the construct and its id (or move it with a `moved` block). To destroy on purpose: make it "
        "disposable first, apply that, then remove it, in a sandbox or dev environment."
    )
    reference = "https://github.com/hashicorp/terraform/issues/17599"
    pack = "plan"
    controls = {"nist": ["CP-9", "CM-3", "CM-5"], "soc2": ["A1.2", "CC8.1"]}

    def problems(self, plan: PlanFile) -> Iterable[Problem]:
        for change in plan.changes():
            if change.type in STATEFUL_TYPES and (change.destroys or change.forgets) and not deletion_allowed(change):
                yield Problem(change.address, f"{change.description}; {STATEFUL_TYPES[change.type].consequence}")


check = NoDataDeletion()
