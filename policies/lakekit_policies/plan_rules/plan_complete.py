from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import PlanRule, Problem
from lakekit_policies.terraform import plan_run, stack_context
from lakekit_policies.terraform.plan_file import PlanFile


class PlanComplete(PlanRule):
    id = "LK_PLAN_9"
    title = "Plans above dev cover the whole stack and its current state"
    severity = "high"
    rationale = (
        "A plan with -target, -exclude or -replace shows a part of the changes, so that many small plans pass a limit "
        "that the whole plan would not. With -refresh=false or another state, the values before the change are wrong."
    )
    remedy = "Plan without these options, or acknowledge this plan."
    reference = "https://developer.hashicorp.com/terraform/cli/commands/plan#planning-options"
    pack = "plan"
    controls = {"nist": ["CM-3", "CM-4"], "soc2": ["CC8.1"]}

    def problems(self, plan: PlanFile) -> Iterable[Problem]:
        context = stack_context.current()
        for deferred in plan.document.get("deferred_changes") or ():
            entry = deferred.get("resource_change") if isinstance(deferred, dict) else None
            address = str(entry.get("address", "")) if isinstance(entry, dict) else ""
            message = "its change is deferred to a later plan and was not evaluated"
            yield Problem(address, message, warning=not context.at_least("staging"))
        # A partial plan without changes is reported too: it does not show that the stack is up to date.
        if not context.at_least("staging"):
            return
        if not context.environment:
            # The configuration was not created by Lakekit: only its document shows what is missing.
            if plan.document.get("complete") is False:
                yield Problem(
                    "", "the plan is not complete: changes are deferred, or it was made with -target or -exclude"
                )
            return
        run = plan_run.current()
        options = run.options if run else ()
        for option in options:
            yield Problem("", f"the plan was made with {option}")
        # A saved plan does not state its options; its document shows some of them.
        if plan.document.get("complete") is False and not any(o.startswith(("-target", "-exclude")) for o in options):
            yield Problem("", "the plan is not complete: it was made with -target or -exclude")
        if not any(option.startswith("-replace") for option in options):
            for change in plan.changes():
                if change.reason == "replace_by_request":
                    yield Problem(change.address, "is replaced by request (-replace)")


check = PlanComplete()
