from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lakekit_policies import context
from lakekit_policies.blocks import as_list
from lakekit_policies.data_bearing import DATA_BEARING
from lakekit_policies.rule import Problem, StackRule


class DataResistsDestroy(StackRule):
    id = "LK_TF_1"
    title = "What bears data has prevent_destroy in prod"
    severity = "high"
    rationale = "Terraform itself then refuses the plan, also where nobody runs this gate."
    remedy = "Leave the tier's default, or add lifecycle.prevent_destroy = true."
    reference = "https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle"
    pack = "reliability"
    controls = {"nist": ["CP-9", "CM-5"], "soc2": ["A1.2", "CC8.1"]}

    def problems(self, document: Mapping[str, Any]) -> Iterable[Problem]:
        if not context.current().is_prod:
            return
        for kind, named in (document.get("resource") or {}).items():
            if kind not in DATA_BEARING or not DATA_BEARING[kind].resists:
                continue
            for name, block in named.items():
                lifecycle = as_list(block.get("lifecycle"))
                if not any(part.get("prevent_destroy") is True for part in lifecycle):
                    yield Problem(f"{kind}.{name}", f"no prevent_destroy, and {DATA_BEARING[kind].why}")


check = DataResistsDestroy()
