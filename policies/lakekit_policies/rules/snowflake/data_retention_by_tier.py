from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_values import as_number, display, is_true
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block


class DataRetentionByTier(Rule):
    id = "LK_SF_10"
    title = "Databases and schemas retain history by tier and are not transient"
    severity = "high"
    rationale = (
        "Time travel is the only way back from a wrong DELETE or DROP; a transient database has not even the "
        "fail-safe week after it."
    )
    remedy = (
        "Leave data_retention_time_in_days to the tier (staging 7, prod 30; Standard edition 1) and is_transient false."
    )
    reference = "https://docs.snowflake.com/en/user-guide/data-time-travel"
    pack = "reliability"
    controls = {"nist": ["CP-9", "CP-10"], "soc2": ["A1.2"]}
    resources = ("snowflake_database", "snowflake_schema")

    def problems(self, block: Block) -> Iterable[str]:
        transient = is_true(block.get("is_transient"))
        if transient and stack_context.current().at_least("staging"):
            yield f"is_transient in tier {stack_context.current().tier}: no fail-safe"
        days = as_number(block.get("data_retention_time_in_days"))
        # A schema that says nothing has the days of its database.
        if days is None and self.entity_type == "snowflake_schema":
            return
        least = {"prod": 7, "staging": 1}.get(stack_context.current().tier, 0)
        if stack_context.current().edition == "standard":
            least = min(least, 1)
        if days is None or days < least:
            given = display(block.get("data_retention_time_in_days"))
            yield f"data_retention_time_in_days is {given}; at least {least} is asked"
        if self.entity_type == "snowflake_database" and block.get("drop_public_schema_on_creation") is not True:
            yield "drop_public_schema_on_creation is not true: schema PUBLIC is open to all who use the database"


check = DataRetentionByTier()
