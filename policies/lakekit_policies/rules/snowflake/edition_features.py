from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_values import as_number
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block

ENTERPRISE_TYPES = (
    "snowflake_masking_policy",
    "snowflake_row_access_policy",
    "snowflake_tag",
    "snowflake_tag_association",
)


class EditionFeatures(Rule):
    id = "LK_SF_30"
    title = "Resources use only features of the account's edition"
    severity = "high"
    rationale = "Snowflake rejects features of a higher edition during apply, after part of the stack has been created."
    remedy = "Set `snowflake.edition` to the edition of the account, and remove features it does not include."
    reference = "https://docs.snowflake.com/en/user-guide/intro-editions"
    pack = "snowflake"
    controls = {"nist": ["CM-6"], "soc2": ["CC8.1"]}
    resources = (
        "snowflake_masking_policy",
        "snowflake_row_access_policy",
        "snowflake_tag",
        "snowflake_tag_association",
        "snowflake_warehouse",
        "snowflake_database",
        "snowflake_schema",
        "snowflake_account_parameter",
    )

    def problems(self, block: Block) -> Iterable[str]:
        if stack_context.current().edition != "standard":
            return
        if self.entity_type in ENTERPRISE_TYPES:
            yield f"{self.entity_type} requires Enterprise edition; the account is Standard"
        if (as_number(block.get("max_cluster_count")) or 1) > 1:
            yield f"max_cluster_count {block['max_cluster_count']} requires Enterprise edition"
        if (as_number(block.get("data_retention_time_in_days")) or 0) > 1:
            yield f"data_retention_time_in_days {block['data_retention_time_in_days']} requires Enterprise edition"
        if str(block.get("key", "")).upper() == "PERIODIC_DATA_REKEYING":
            yield "PERIODIC_DATA_REKEYING requires Enterprise edition"


check = EditionFeatures()
