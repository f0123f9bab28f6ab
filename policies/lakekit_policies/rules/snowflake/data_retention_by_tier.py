from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_values import as_number, display, is_true
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block

_PARAMETERS = ("snowflake_account_parameter", "snowflake_object_parameter")
"""Types that set the retention of a database, schema or table, or the default of the account, by its name."""


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
    resources = ("snowflake_database", "snowflake_schema", *_PARAMETERS)

    def problems(self, block: Block) -> Iterable[str]:
        if self.entity_type in _PARAMETERS:
            key, days = str(block.get("key")).strip().upper(), as_number(block.get("value"))
            if key == "DATA_RETENTION_TIME_IN_DAYS" and days is not None and days < _minimum():
                yield f"{key} is {display(block.get('value'))}; at least {_minimum()} is required"
            return
        transient = is_true(block.get("is_transient"))
        if transient and stack_context.current().at_least("staging"):
            yield f"is_transient is true in tier {stack_context.current().tier}; there is no Fail-safe"
        days = as_number(block.get("data_retention_time_in_days"))
        # A schema without a value inherits the retention of its database.
        if days is None and self.entity_type == "snowflake_schema":
            return
        minimum = _minimum()
        if days is None or days < minimum:
            given = display(block.get("data_retention_time_in_days"))
            yield f"data_retention_time_in_days is {given}; at least {minimum} is required"
        if self.entity_type == "snowflake_database" and block.get("drop_public_schema_on_creation") is not True:
            yield "drop_public_schema_on_creation is not true; all roles can use schema PUBLIC"


def _minimum() -> int:
    """Days of history that the tier requires."""
    days = {"prod": 7, "staging": 1}.get(stack_context.current().tier, 0)
    return min(days, 1) if stack_context.current().edition == "standard" else days


check = DataRetentionByTier()
