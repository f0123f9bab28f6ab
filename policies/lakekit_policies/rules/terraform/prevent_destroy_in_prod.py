from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lakekit_policies.rule import Problem, StackRule
from lakekit_policies.shared.stateful_types import STATEFUL_TYPES
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import as_list


class PreventDestroyInProd(StackRule):
    id = "LK_TF_1"
    title = "Stateful resources have prevent_destroy in prod"
    severity = "high"
    rationale = "Terraform itself then refuses the plan, also where nobody runs this gate."
    remedy = "Leave the tier's default, or add lifecycle.prevent_destroy = true."
    reference = "https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle"
    pack = "reliability"
    controls = {"nist": ["CP-9", "CM-5"], "soc2": ["A1.2", "CC8.1"]}

    def problems(self, document: Mapping[str, Any]) -> Iterable[Problem]:
        if not stack_context.current().is_prod:
            return
        for kind, named in (document.get("resource") or {}).items():
            if kind not in STATEFUL_TYPES or not STATEFUL_TYPES[kind].prevent_destroy:
                continue
            for name, block in named.items():
                lifecycle = as_list(block.get("lifecycle"))
                if not any(part.get("prevent_destroy") is True for part in lifecycle):
                    yield Problem(f"{kind}.{name}", f"no prevent_destroy, and {STATEFUL_TYPES[kind].consequence}")


check = PreventDestroyInProd()
