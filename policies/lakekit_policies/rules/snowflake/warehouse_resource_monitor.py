from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block


class WarehouseResourceMonitor(Rule):
    id = "LK_SF_6"
    title = "Warehouses have a resource monitor"
    severity = "high"
    rationale = "Without a resource monitor, runaway queries use credits without limit."
    remedy = "Set `resource_monitor` (`WorkloadWarehouse` creates one with the tier's quota)."
    reference = "https://docs.snowflake.com/en/user-guide/resource-monitors"
    pack = "cost"
    controls = {"nist": ["SC-6"], "soc2": ["A1.1"]}
    resources = ("snowflake_warehouse",)

    def problems(self, block: Block) -> Iterable[str]:
        if not block.get("resource_monitor"):
            yield "resource_monitor is not set"


check = WarehouseResourceMonitor()
