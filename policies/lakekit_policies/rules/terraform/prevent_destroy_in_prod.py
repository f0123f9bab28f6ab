from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Problem, StackRule
from lakekit_policies.shared.stateful_types import stateful_type
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack


class PreventDestroyInProd(StackRule):
    id = "LK_TF_1"
    title = "Stateful resources have prevent_destroy in prod"
    severity = "high"
    rationale = (
        "With `prevent_destroy`, Terraform itself rejects a plan that destroys the resource, independent of the "
        "policy gate."
    )
    remedy = "Keep the tier's default, or add `lifecycle.prevent_destroy = true`."
    reference = "https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle"
    pack = "reliability"
    controls = {"nist": ["CP-9", "CM-5"], "soc2": ["A1.2", "CC8.1"]}

    def problems(self, stack: SynthesizedStack) -> Iterable[Problem]:
        if not stack_context.current().is_prod:
            return
        for block in stack.resources():
            stateful = stateful_type(block.kind, block.body)
            if stateful is None or not stateful.prevent_destroy:
                continue
            if not any(part.get("prevent_destroy") is True for part in block.lifecycle):
                yield Problem(block.address, f"prevent_destroy is not true: {stateful.consequence}")


check = PreventDestroyInProd()
