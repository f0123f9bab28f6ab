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
        "Without access to the provider plugin, misspelled or missing arguments and invalid values would be found "
        "only during apply."
    )
    remedy = "Use the arguments, types and values in the message; they are those of the provider version stated there."
    reference = "https://registry.terraform.io/providers/snowflakedb/snowflake/2.11.0/docs"
    pack = "snowflake"
    controls = {"nist": ["CM-6"], "soc2": ["CC8.1"]}

    def stack_problems(self, stack: SynthesizedStack) -> Iterable[Problem]:
        yield from (Problem(address, message) for address, message in validate_schema.problems(stack))


check = ProviderSchemaConformance()
