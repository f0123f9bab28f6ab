from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_values import display, is_true
from lakekit_policies.terraform.blocks import Block


class SchemaManagedAccess(Rule):
    id = "LK_SF_11"
    title = "Schemas use managed access"
    severity = "high"
    rationale = (
        "Without managed access, object owners grant access to their objects, and no configuration declares these "
        "grants."
    )
    remedy = 'Set `with_managed_access = "true"` (`SnowflakeSchema` does).'
    reference = (
        "https://docs.snowflake.com/en/user-guide/security-access-control-configure#creating-managed-access-schemas"
    )
    pack = "snowflake"
    controls = {"nist": ["AC-3", "AC-6"], "soc2": ["CC6.1", "CC6.3"]}
    resources = ("snowflake_schema",)

    def problems(self, block: Block) -> Iterable[str]:
        if not is_true(block.get("with_managed_access")):
            yield f"with_managed_access is {display(block.get('with_managed_access'))}, not true"


check = SchemaManagedAccess()
