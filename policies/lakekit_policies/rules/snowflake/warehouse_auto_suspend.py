from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_values import as_number, display, is_true
from lakekit_policies.terraform.blocks import Block


class WarehouseAutoSuspend(Rule):
    id = "LK_SF_5"
    title = "Warehouses suspend when idle and resume automatically"
    severity = "high"
    rationale = (
        "A warehouse that never suspends is billed continuously: an idle MEDIUM warehouse uses 4 credits an hour, "
        "2,920 a month."
    )
    remedy = 'Set `auto_suspend` to 60 to 600 seconds, `auto_resume = "true"` and `initially_suspended = true`.'
    reference = "https://docs.snowflake.com/en/user-guide/warehouses-considerations"
    pack = "cost"
    controls = {"nist": ["SA-9"], "soc2": ["A1.1"]}
    resources = ("snowflake_warehouse",)

    def problems(self, block: Block) -> Iterable[str]:
        idle = as_number(block.get("auto_suspend"))
        if idle is None or not 1 <= idle <= 600:
            yield f"auto_suspend is {display(block.get('auto_suspend'))}; 1 to 600 seconds are allowed"
        if not is_true(block.get("auto_resume")):
            yield "auto_resume is not true; the warehouse has to be resumed manually"
        if not is_true(block.get("initially_suspended")):
            yield "initially_suspended is not true; the warehouse starts at creation"


check = WarehouseAutoSuspend()
