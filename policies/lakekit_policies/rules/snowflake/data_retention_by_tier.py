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
        "Time Travel is required to recover from a faulty DELETE or DROP. Transient databases have no Fail-safe period."
    )
    remedy = (
        "Leave `data_retention_time_in_days` to the tier's default (staging 7, prod 30; Standard edition 1), and "
        "`is_transient` false."
    )
    reference = "https://docs.snowflake.com/en/user-guide/data-time-travel"
    pack = "reliability"
    controls = {"nist": ["CP-9", "CP-10"], "soc2": ["A1.2"]}
    resources = ("snowflake_database", "snowflake_schema")

    def problems(self, block: Block) -> Iterable[str]:
        transient = is_true(block.get("is_transient"))
        if transient and stack_context.current().at_least("staging"):
            yield f"is_transient is true in tier {stack_context.current().tier}; there is no Fail-safe"
        days = as_number(block.get("data_retention_time_in_days"))
        # A schema without a value inherits the retention of its database.
        if days is None and self.entity_type == "snowflake_schema":
            return
        minimum = {"prod": 7, "staging": 1}.get(stack_context.current().tier, 0)
        if stack_context.current().edition == "standard":
            minimum = min(minimum, 1)
        if days is None or days < minimum:
            given = display(block.get("data_retention_time_in_days"))
            yield f"data_retention_time_in_days is {given}; at least {minimum} is required"
        if self.entity_type == "snowflake_database" and block.get("drop_public_schema_on_creation") is not True:
            yield "drop_public_schema_on_creation is not true; all roles can use schema PUBLIC"


check = DataRetentionByTier()
