from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.blocks import Block
from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_values import said, yes


class SchemaAccessIsManaged(Rule):
    id = "LK_SF_11"
    title = "Schemas have managed access"
    severity = "high"
    rationale = "In an ordinary schema whoever makes a table decides who reads it, and no code knows."
    remedy = 'Set with_managed_access to "true" (SnowflakeSchema does).'
    reference = (
        "https://docs.snowflake.com/en/user-guide/security-access-control-configure#creating-managed-access-schemas"
    )
    pack = "warehouse"
    controls = {"nist": ["AC-3", "AC-6"], "soc2": ["CC6.1", "CC6.3"]}
    resources = ("snowflake_schema",)

    def problems(self, block: Block) -> Iterable[str]:
        if not yes(block.get("with_managed_access")):
            yield f"with_managed_access is {said(block.get('with_managed_access'))}"


check = SchemaAccessIsManaged()
