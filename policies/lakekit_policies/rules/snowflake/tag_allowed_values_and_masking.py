from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_values import unquoted
from lakekit_policies.terraform.blocks import Block, as_list

# Data types of columns that tags can mask (Snowflake, "Tag-based masking policies").
DATA_TYPES = (
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
        "Without allowed values, a misspelled value is a new classification without masking. Columns of a data type "
        "without a masking policy are visible to all roles."
    )
    remedy = (
        "Set `allowed_values`, and on CLASSIFICATION one masking policy for each data type (`GovernanceTags` does)."
    )
    reference = "https://docs.snowflake.com/en/user-guide/tag-based-masking-policies"
    pack = "snowflake"
    controls = {"nist": ["AC-16", "AC-3"], "soc2": ["CC6.1", "C1.1"]}
    resources = ("snowflake_tag",)

    def problems(self, block: Block) -> Iterable[str]:
        if not as_list(block.get("allowed_values")):
            yield "allowed_values is not set"
        if unquoted(block.get("name")) == "CLASSIFICATION":
            policies = {str(item) for item in as_list(block.get("masking_policies"))}
            missing = [
                kind for kind in DATA_TYPES if not any(name.rstrip('"').endswith(f"_{kind}") for name in policies)
            ]
            if missing:
                yield f"columns of type {', '.join(missing)} are not masked"


check = TagAllowedValuesAndMasking()
