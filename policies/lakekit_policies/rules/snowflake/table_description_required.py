from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_values import as_number
from lakekit_policies.terraform.blocks import Block


class TableDescriptionRequired(Rule):
    id = "LK_SF_29"
    title = "Snowflake tables have a comment and do not disable Time Travel"
    severity = "low"
    rationale = (
        "A comment documents the purpose of a table. A retention of 0 on the table overrides the tier's retention "
        "and disables Time Travel."
    )
    remedy = "Set `comment`, and leave `data_retention_time_in_days` to the schema."
    reference = "https://registry.terraform.io/providers/snowflakedb/snowflake/2.11.0/docs/resources/table"
    pack = "snowflake"
    controls = {"nist": ["CM-8"], "soc2": ["CC2.1"]}
    resources = ("snowflake_table",)

    def problems(self, block: Block) -> Iterable[str]:
        if not block.get("comment"):
            yield "comment is not set"
        days = as_number(block.get("data_retention_time_in_days"))
        if days is not None and days >= 0 and days < 1:
            yield "data_retention_time_in_days is 0; Time Travel is disabled"


check = TableDescriptionRequired()
