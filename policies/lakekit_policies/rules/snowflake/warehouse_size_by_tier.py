from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_values import as_number, display, is_true
from lakekit_policies.shared.tier_limits import MAX_CLUSTERS_BELOW_PROD, WAREHOUSE_SIZES_BELOW_PROD
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block


class WarehouseSizeByTier(Rule):
    id = "LK_SF_8"
    title = "Warehouses have limited sizes by tier, without query acceleration"
    severity = "medium"
    rationale = (
        "Large warehouses outside of prod cost as much as in prod; X6LARGE uses 512 credits an hour. Query "
        "acceleration is billed separately, and resource monitors do not limit it."
    )
    remedy = (
        "Use LARGE or smaller and at most 4 clusters below prod, X4LARGE or smaller in prod; leave "
        "`enable_query_acceleration` false."
    )
    reference = "https://docs.snowflake.com/en/user-guide/warehouses-overview"
    pack = "cost"
    controls = {"nist": ["SC-6"], "soc2": ["A1.1"]}
    resources = ("snowflake_warehouse",)

    def problems(self, block: Block) -> Iterable[str]:
        size = str(block.get("warehouse_size") or "").upper().replace("-", "")
        if not stack_context.current().is_prod and size not in WAREHOUSE_SIZES_BELOW_PROD:
            yield (
                f"warehouse_size is {display(block.get('warehouse_size'))} in tier {stack_context.current().tier}; "
                "at most LARGE is allowed"
            )
        if (
            not stack_context.current().is_prod
            and (as_number(block.get("max_cluster_count")) or 1) > MAX_CLUSTERS_BELOW_PROD
        ):
            yield f"max_cluster_count is {block.get('max_cluster_count')} in tier {stack_context.current().tier}"
        if size in ("X5LARGE", "X6LARGE", "5XLARGE", "6XLARGE"):
            yield f"warehouse_size is {display(block.get('warehouse_size'))}; at most X4LARGE is allowed in every tier"
        if is_true(block.get("enable_query_acceleration")):
            yield "enable_query_acceleration is true; resource monitors do not limit it"


check = WarehouseSizeByTier()
