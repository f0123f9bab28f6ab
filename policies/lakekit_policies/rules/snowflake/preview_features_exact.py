from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import ConfigurationRule, Problem
from lakekit_policies.snowflake_schema import schema
from lakekit_policies.terraform.blocks import as_list
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack


class PreviewFeaturesExact(ConfigurationRule):
    id = "LK_SF_2"
    title = "Enabled preview features match the features in use"
    severity = "medium"
    rationale = (
        "A missing preview feature fails at apply. An unused one allows resources that the provider may change "
        "without a new major version."
    )
    remedy = "Let `SnowflakeStack` compute `preview_features_enabled` from the resources of the stack."
    reference = "https://registry.terraform.io/providers/snowflakedb/snowflake/2.11.0/docs#preview_features_enabled-1"
    pack = "snowflake"
    controls = {"nist": ["CM-7"], "soc2": ["CC8.1"]}

    def stack_problems(self, stack: SynthesizedStack) -> Iterable[Problem]:
        used = set(
            schema.load().previews_of(
                {block.kind for block in stack.resources()}, {block.kind for block in stack.data_sources()}
            )
        )
        for address, block in stack.providers("snowflake"):
            enabled = set(as_list(block.get("preview_features_enabled")))
            for name in sorted(used - enabled):
                yield Problem(address, f"preview feature {name} is used but not enabled")
            for name in sorted(enabled - used):
                yield Problem(address, f"preview feature {name} is enabled but not used")


check = PreviewFeaturesExact()
