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
        "A warehouse that never suspends is billed day and night: an idle MEDIUM is 4 credits an hour, 2,920 a month."
    )
    remedy = 'Set auto_suspend to 60 to 600 seconds, auto_resume to "true" and initially_suspended to true.'
    reference = "https://docs.snowflake.com/en/user-guide/warehouses-considerations"
    pack = "cost"
    controls = {"nist": ["SA-9"], "soc2": ["A1.1"]}
    resources = ("snowflake_warehouse",)

    def problems(self, block: Block) -> Iterable[str]:
        idle = as_number(block.get("auto_suspend"))
        if idle is None or not 1 <= idle <= 600:
            yield f"auto_suspend is {display(block.get('auto_suspend'))}; more than 600 seconds are paid for nothing"
        if not is_true(block.get("auto_resume")):
            yield "auto_resume is not true: somebody has to wake it, and then leaves it awake"
        if not is_true(block.get("initially_suspended")):
            yield "initially_suspended is not true: it runs from the apply on"


check = WarehouseAutoSuspend()
