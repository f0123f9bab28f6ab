from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import ConfigurationRule, Problem
from lakekit_policies.snowflake_schema import validate as validate_schema
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack


class ProviderSchemaConformance(ConfigurationRule):
    id = "LK_SF_1"
    title = "Snowflake resources conform to the provider's schema"
    severity = "high"
    rationale = (
        "Where the provider's plugin is out of reach nothing else finds a misspelt argument, a missing one, "
        "or a value that it does not know, before an apply stops half way."
    )
    remedy = (
        "Use the arguments, types and values that the message names; they are those of the provider version "
        "named there."
    )
    reference = "https://registry.terraform.io/providers/snowflakedb/snowflake/2.11.0/docs"
    pack = "snowflake"
    controls = {"nist": ["CM-6"], "soc2": ["CC8.1"]}

    def stack_problems(self, stack: SynthesizedStack) -> Iterable[Problem]:
        yield from (Problem(address, said) for address, said in validate_schema.problems(stack))


check = ProviderSchemaConformance()
