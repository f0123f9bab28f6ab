from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies import context
from lakekit_policies.blocks import Block
from lakekit_policies.caps import FEW_CLUSTERS, SMALL_WAREHOUSES
from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_values import number, said, yes


class WarehouseSizeByTier(Rule):
    id = "LK_SF_8"
    title = "Warehouses below prod are small, and acceleration is off"
    severity = "medium"
    rationale = (
        "A forgotten large warehouse in a sandbox costs as much as one in production. Query acceleration is "
        "billed beside the warehouse, and no resource monitor stops it."
    )
    remedy = "Use LARGE or smaller below prod, and at most 4 clusters; leave enable_query_acceleration false."
    reference = "https://docs.snowflake.com/en/user-guide/warehouses-overview"
    pack = "cost"
    controls = {"nist": ["SC-6"], "soc2": ["A1.1"]}
    resources = ("snowflake_warehouse",)

    def problems(self, block: Block) -> Iterable[str]:
        size = str(block.get("warehouse_size") or "").upper().replace("-", "")
        if not context.current().is_prod and size not in SMALL_WAREHOUSES:
            yield f"warehouse_size is {said(block.get('warehouse_size'))} in tier {context.current().tier}"
        if not context.current().is_prod and (number(block.get("max_cluster_count")) or 1) > FEW_CLUSTERS:
            yield f"max_cluster_count is {block.get('max_cluster_count')} in tier {context.current().tier}"
        if yes(block.get("enable_query_acceleration")):
            yield "enable_query_acceleration is on: no monitor stops it"


check = WarehouseSizeByTier()
