from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_values import as_number
from lakekit_policies.terraform.blocks import Block


class TableDescriptionRequired(Rule):
    id = "LK_SF_29"
    title = "Snowflake tables are described and keep default settings of retention"
    severity = "low"
    rationale = "What nobody described nobody dares to drop; a retention on the table hides the tier's."
    remedy = "Set comment, and leave data_retention_time_in_days to the schema."
    reference = "https://registry.terraform.io/providers/snowflakedb/snowflake/2.11.0/docs/resources/table"
    pack = "snowflake"
    controls = {"nist": ["CM-8"], "soc2": ["CC2.1"]}
    resources = ("snowflake_table",)

    def problems(self, block: Block) -> Iterable[str]:
        if not block.get("comment"):
            yield "it has no comment"
        days = as_number(block.get("data_retention_time_in_days"))
        if days is not None and days >= 0 and days < 1:
            yield "data_retention_time_in_days 0: no way back from a wrong DELETE"


check = TableDescriptionRequired()
