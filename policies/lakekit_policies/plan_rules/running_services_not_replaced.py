from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import PlanRule, Problem
from lakekit_policies.shared.running_types import RUNNING_TYPES
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.plan_file import PlanFile


class RunningServicesNotReplaced(PlanRule):
    id = "LK_PLAN_13"
    title = "Plans do not replace running services without acknowledgement"
    severity = "high"
    rationale = (
        "Many arguments cannot be changed in place: a new name or subnet replaces a connector, an application or a "
        "network, which stops what runs on it. Most replacements are not intended."
    )
    remedy = (
        "Keep the argument that forces the replacement, or acknowledge this plan in a maintenance window. Below "
        "staging, findings are warnings."
    )
    reference = "https://developer.hashicorp.com/terraform/cli/commands/plan"
    pack = "plan"
    controls = {"nist": ["CM-3", "CM-4", "CP-10"], "soc2": ["A1.2", "CC8.1"]}

    def problems(self, plan: PlanFile) -> Iterable[Problem]:
        stack = stack_context.current()
        if stack.tier == "sandbox":
            return
        for change in plan.changes():
            consequence = RUNNING_TYPES.get(change.type)
            if consequence and change.replaces:
                yield Problem(
                    change.address, f"{change.description}; {consequence}", warning=not stack.at_least("staging")
                )


check = RunningServicesNotReplaced()
