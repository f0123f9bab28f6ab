from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_values import as_number, display
from lakekit_policies.terraform.blocks import Block


class WarehouseStatementTimeouts(Rule):
    id = "LK_SF_7"
    title = "Warehouses cancel statements that run or queue too long"
    severity = "medium"
    rationale = "By default, Snowflake cancels statements after two days and never cancels queued statements."
    remedy = (
        "Set `statement_timeout_in_seconds` (at most a day) and `statement_queued_timeout_in_seconds` (at most two "
        "hours)."
    )
    reference = "https://docs.snowflake.com/en/sql-reference/parameters#statement-timeout-in-seconds"
    pack = "cost"
    controls = {"nist": ["SC-5(2)", "SC-6"], "soc2": ["A1.1"]}
    resources = ("snowflake_warehouse",)

    def problems(self, block: Block) -> Iterable[str]:
        for name, maximum in (("statement_timeout_in_seconds", 86_400), ("statement_queued_timeout_in_seconds", 7_200)):
            limit = as_number(block.get(name))
            if limit is None or not 1 <= limit <= maximum:
                yield f"{name} is {display(block.get(name))}; 1 to {maximum} are allowed"


check = WarehouseStatementTimeouts()
