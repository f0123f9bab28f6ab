from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_values import unquoted
from lakekit_policies.terraform.blocks import Block, as_list

# What a column can be, and a tag can mask (Snowflake, "Tag-based masking policies").
TYPES = (
    "VARCHAR",
    "NUMBER",
    "FLOAT",
    "BOOLEAN",
    "DATE",
    "TIME",
    "TIMESTAMP_NTZ",
    "TIMESTAMP_LTZ",
    "TIMESTAMP_TZ",
    "BINARY",
    "VARIANT",
    "ARRAY",
    "OBJECT",
)


class TagAllowedValuesAndMasking(Rule):
    id = "LK_SF_25"
    title = "Tags have allowed values, and classification masks every data type"
    severity = "high"
    rationale = (
        "Without allowed values a typing error is a new classification that nobody masks. A type without a "
        "masking policy shows its values to everybody."
    )
    remedy = "Set allowed_values, and on CLASSIFICATION one masking policy for each data type (GovernanceTags does)."
    reference = "https://docs.snowflake.com/en/user-guide/tag-based-masking-policies"
    pack = "snowflake"
    controls = {"nist": ["AC-16", "AC-3"], "soc2": ["CC6.1", "C1.1"]}
    resources = ("snowflake_tag",)

    def problems(self, block: Block) -> Iterable[str]:
        if not as_list(block.get("allowed_values")):
            yield "allowed_values is not set: every typing error is a new value"
        if unquoted(block.get("name")) == "CLASSIFICATION":
            policies = {str(one) for one in as_list(block.get("masking_policies"))}
            missing = [kind for kind in TYPES if not any(one.rstrip('"').endswith(f"_{kind}") for one in policies)]
            if missing:
                yield f"columns of type {', '.join(missing)} are not masked"


check = TagAllowedValuesAndMasking()
